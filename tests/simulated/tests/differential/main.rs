//! The compiled pipeline against the reference interpreter: random calls of tools with random policies.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod reference;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use gatewright::testing::{self, Outcome, Principal, Simulation, Upstream};
use gatewright_simulated::random::Random;
use gatewright_simulated::tree::{Condition, Gateway, Key, Policy, TOOLS, gateway};
use gatewright_simulated::{SEED, compiled};

use reference::{Call, Reference};

/// How many calls are made.
const CALLS: usize = 40_000;

/// When the first is made, in milliseconds since 1970.
const START: u64 = 1_767_225_600_000;

/// How many calls in a row are much alike, so that the limits of one tool are reached.
const BURST: usize = 12;

fn call(random: &mut Random, servers: usize) -> Call {
    let mut call = Call {
        server: random.below(servers),
        tool: random.below(TOOLS),
        headers: BTreeMap::new(),
        address: "10.1.2.3",
        caller: None,
        number: None,
        text: None,
    };
    for part in 0..PARTS {
        vary(&mut call, part, random);
    }
    call
}

/// How many parts of a call there are beside its tool.
const PARTS: usize = 6;

/// Makes another part of a call.
fn vary(call: &mut Call, part: usize, random: &mut Random) {
    let mut header = |name| {
        call.headers.remove(name);
        if !random.once_in(4) {
            call.headers.insert(name, random.pick(&["1", "2"]));
        }
    };
    match part {
        0 => header("x-a"),
        1 => header("x-b"),
        2 => {
            call.address = random.pick(&[
                "10.1.2.3",
                "10.1.2.3",
                "10.2.2.3",
                "203.0.113.9",
                "203.0.113.9",
                "192.0.2.1",
                "198.51.100.7",
            ]);
        }
        3 => {
            call.caller = (!random.once_in(12)).then(|| {
                let scopes = random.pick(&[
                    vec!["read", "write"],
                    vec!["read", "write"],
                    vec!["read", "write"],
                    vec!["read"],
                    vec!["write"],
                    vec![],
                ]);
                (random.pick(&["acme", "globex"]), scopes)
            });
        }
        4 => {
            call.number = random.pick(&[
                None,
                Some(0),
                Some(2),
                Some(4),
                Some(6),
                Some(7),
                Some(9),
                Some(10),
            ]);
        }
        _ => {
            call.text = random.pick(&[Some("a"), Some("a"), Some("b"), Some("b"), Some("c"), None]);
        }
    }
}

fn arguments(call: &Call) -> String {
    let mut members = Vec::new();
    members.extend(call.number.map(|number| format!("\"n\":{number}")));
    members.extend(call.text.map(|text| format!("\"s\":\"{text}\"")));
    format!("{{{}}}", members.join(","))
}

/// What the compiled gateway makes of a call: the outcome, and the targets of the requests to the API.
fn compiled_outcome(
    simulation: &mut Simulation,
    call: &Call,
    keyed: bool,
) -> (String, Vec<String>) {
    let (tool, arguments) = (format!("op{}", call.tool), arguments(call));
    let headers: Vec<_> = call
        .headers
        .iter()
        .map(|(name, value)| (*name, *value))
        .collect();
    let caller = call.caller.as_ref().filter(|_| keyed);
    let principal = caller.map(|(consumer, scopes)| Principal {
        consumer: Some(consumer),
        scopes,
        ..Principal::default()
    });
    let sent = testing::Call {
        method: "tools/call",
        server: call.server,
        tool: &tool,
        arguments: &arguments,
        headers: &headers,
        listener: None,
        address: call.address,
        principal,
    };
    let observed = simulation.call(&sent, Upstream::NO_CONTENT).unwrap();
    let outcome = match observed.outcome {
        Outcome::Denied(reason) => reason.name().to_owned(),
        other => other.to_string(),
    };
    let asked = observed.asked.iter();
    let asked = asked.map(|asked| format!("{}?{}", asked.path, asked.query));
    (outcome, asked.collect())
}

/// A call that was made, and what came of it.
struct Made {
    call: Call,
    /// In milliseconds since 1970.
    at: u64,
    outcome: String,
    asked: Vec<String>,
}

/// The calls, made once for all tests.
static MADE: LazyLock<Vec<Made>> = LazyLock::new(|| {
    let tree = gateway(SEED);
    let mut random = Random::new(SEED ^ 0xCA11);
    let mut simulation = Simulation::new(&compiled::gateway(), START).unwrap();
    let mut at = START;
    let mut alike = call(&mut random, tree.servers.len());
    (0..CALLS)
        .map(|number| {
            let step = if number % BURST == 0 {
                alike = call(&mut random, tree.servers.len());
                random.pick(&[1000, 6000, 30_000])
            } else {
                random.pick(&[0, 0, 0, 1, 250, 1000, 1999, 2000, 9999, 10_000])
            };
            at += step;
            simulation.advance(Duration::from_millis(step));
            let mut call = alike.clone();
            if random.once_in(2) {
                let part = random.below(PARTS);
                vary(&mut call, part, &mut random);
            }
            let keyed = tree.servers[call.server].keyed;
            let (outcome, asked) = compiled_outcome(&mut simulation, &call, keyed);
            Made {
                call,
                at,
                outcome,
                asked,
            }
        })
        .collect()
});

/// Where the reference makes something else of a call than the compiled gateway did.
fn difference(tree: &Gateway) -> Option<String> {
    let mut reference = Reference::new(tree);
    MADE.iter().enumerate().find_map(|(number, made)| {
        let call = &made.call;
        let expected = reference.outcome(call, made.at);
        let wanted = if expected == "allowed" {
            let mut query = Vec::new();
            query.extend(call.number.map(|number| format!("n={number}")));
            query.extend(call.text.map(|text| format!("s={text}")));
            vec![format!("/v1/op{}?{}", call.tool, query.join("&"))]
        } else {
            Vec::new()
        };
        (made.outcome != expected || made.asked != wanted).then(|| {
            let server = &tree.servers[call.server];
            format!(
                "call {number}: {call:?}\nexpected {expected} and {wanted:?}, came {} and {:?}\n\
                 gateway: {:?}\nserver: {:?} {:?}\ntool: {:?}",
                made.outcome,
                made.asked,
                tree.policies,
                server.require,
                server.policies,
                server.tools[call.tool],
            )
        })
    })
}

#[test]
fn the_compiled_pipeline_is_the_reference() {
    assert_eq!(difference(&gateway(SEED)), None);
    // The calls are of all kinds: each outcome is there often, so that none is right by chance.
    for outcome in [
        "allowed",
        "address_refused",
        "header_refused",
        "identity_required",
        "insufficient_scope",
        "condition_not_met",
        "condition_failed",
        "rate_limit_exceeded",
        "invalid",
    ] {
        let times = MADE.iter().filter(|made| made.outcome == outcome).count();
        assert!(times > CALLS / 200, "{outcome}: {times}");
    }
}

/// Policies that are a little different: each one of them in turn.
fn variations() -> Vec<(String, Gateway)> {
    let tree = gateway(SEED);
    let mut variations = Vec::new();
    let mut vary = |what: String, change: &dyn Fn(&mut Gateway)| {
        let mut other = tree.clone();
        change(&mut other);
        variations.push((what, other));
    };
    for position in 0..tree.policies.len() {
        vary(format!("policy {position} of the gateway"), &|tree| {
            differ(&mut tree.policies[position]);
        });
    }
    for (number, server) in tree.servers.iter().enumerate() {
        if server.require.is_some() {
            vary(format!("the condition of server {number}"), &|tree| {
                invert(tree.servers[number].require.as_mut().unwrap());
            });
        }
        for position in 0..server.policies.len() {
            vary(format!("policy {position} of server {number}"), &|tree| {
                differ(&mut tree.servers[number].policies[position]);
            });
        }
        for (index, tool) in server.tools.iter().enumerate() {
            if tool.require.is_some() {
                vary(
                    format!("the condition of op{index} of server {number}"),
                    &|tree| {
                        invert(tree.servers[number].tools[index].require.as_mut().unwrap());
                    },
                );
            }
            for position in 0..tool.policies.len() {
                vary(
                    format!("policy {position} of op{index} of server {number}"),
                    &|tree| {
                        differ(&mut tree.servers[number].tools[index].policies[position]);
                    },
                );
            }
        }
    }
    variations
}

fn invert(condition: &mut Condition) {
    *condition = Condition::Not(Box::new(condition.clone()));
}

fn differ(policy: &mut Policy) {
    match policy {
        Policy::Address { allow, .. } => *allow = !*allow,
        Policy::Header { name, .. } => *name = "x-a",
        Policy::Rate { calls, .. } => *calls += 1,
        // Calls never run at once here, so nothing comes of it: a condition in its place does.
        Policy::Concurrency(_) => {
            *policy = Policy::Rate {
                calls: 1,
                seconds: 600,
                bucket: false,
                key: Key::Address,
                when: None,
            };
        }
    }
}

/// The calls are enough to tell such policies apart, nearly all of them: what remains are limits that a
/// stricter one stands before.
#[test]
fn policies_that_differ_a_little_are_told_apart() {
    let variations = variations();
    assert!(variations.len() > 150, "{}", variations.len());
    let unnoticed: Vec<_> = variations
        .iter()
        .filter(|(_, tree)| difference(tree).is_none())
        .map(|(what, _)| what)
        .collect();
    assert!(
        unnoticed.len() * 8 <= variations.len(),
        "{} of {}: {unnoticed:#?}",
        unnoticed.len(),
        variations.len()
    );
}
