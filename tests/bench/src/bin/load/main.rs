//! Drives a bare proxy and a gateway in front of the same API, and prints the CPU time of each per
//! request. The API and the load are in this process, so neither is counted.

mod drive;
mod options;
mod process;
mod upstream;

use std::error::Error;
use std::io::Write as _;
use std::time::Duration;

use drive::{Job, drive};
use options::Options;
use process::Measured;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Long enough for connections to be made and caches to be warm.
const WARM_UP: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Fallible<()> {
    let Some(options) = Options::parse()? else {
        std::io::stdout().write_all(options::HELP.as_bytes())?;
        return Ok(());
    };
    let api = upstream::start(options.payload()).await?;
    let proxy = Measured::bare_proxy(&api)?;
    let gateway = Measured::gateway(&options, &api)?;
    let direct = Job::get(&proxy.address, &options.rest_path, &Options::marker());
    let call = Job::call(&gateway.address, &options);
    drive(&call, 1, Duration::from_millis(1))
        .await
        .map_err(|error| format!("the gateway does not answer the call as it should: {error}"))?;
    let guarded = call.guarded(&options);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<8} {:>11} {:>10} {:>12} {:>12} {:>8}",
        "", "connections", "requests", "requests/s", "CPU us each", "ratio"
    )?;
    for round in 0..options.rounds {
        for &connections in &options.connections {
            let floor = measure(&proxy, &direct, connections, options.duration).await?;
            let ours = measure(&gateway, &call, connections, options.duration).await?;
            let mut costs = vec![("proxy", floor), ("gateway", ours)];
            if let Some(guarded) = &guarded {
                let cost = measure(&gateway, guarded, connections, options.duration).await?;
                costs.push(("guarded", cost));
            }
            for (name, cost) in costs {
                writeln!(
                    out,
                    "{name:<8} {connections:>11} {:>10} {:>12.0} {:>12.1} {:>8.2}",
                    cost.requests,
                    cost.per_second,
                    cost.microseconds,
                    cost.microseconds / floor.microseconds
                )?;
            }
        }
        writeln!(out, "round {} of {} is over", round + 1, options.rounds)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Cost {
    requests: u64,
    per_second: f64,
    microseconds: f64,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of requests are far below 2^52"
)]
async fn measure(
    process: &Measured,
    job: &Job,
    connections: usize,
    duration: Duration,
) -> Fallible<Cost> {
    drive(job, connections, WARM_UP).await?;
    let before = process.cpu_time()?;
    let requests = drive(job, connections, duration).await?;
    let used = process.cpu_time()?.saturating_sub(before);
    Ok(Cost {
        requests,
        per_second: requests as f64 / duration.as_secs_f64(),
        microseconds: used.as_secs_f64() * 1e6 / requests as f64,
    })
}
