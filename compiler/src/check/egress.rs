//! APIs, authorizers and classifiers that the gateway could never connect to. What stands in the environment is asked when it starts.

use std::net::IpAddr;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::plan::{Egress, Part, Plan, Template};
use crate::source::Span;

/// Reports them.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    let Some(egress) = &plan.egress else { return };
    for api in &plan.apis {
        let what = || format!("the API `{}`", api.name);
        reachable(egress, &api.url, api.span, what, sink);
    }
    for guard in &plan.guards {
        if let Some(classifier) = &guard.classifier {
            let what = || "this classifier".to_owned();
            reachable(egress, &classifier.url, guard.span, what, sink);
        }
    }
    for authorizer in &plan.authorizers {
        let what = || "this authorizer".to_owned();
        reachable(egress, &authorizer.url, authorizer.span, what, sink);
    }
}

fn reachable(
    egress: &Egress,
    url: &Template,
    span: Span,
    what: impl FnOnce() -> String,
    sink: &mut Sink,
) {
    let [Part::Literal(url)] = url.as_slice() else {
        return;
    };
    let Some(host) = host(url) else { return };
    if !may_be_admitted(egress, &host) {
        sink.report(
            Diagnostic::new(
                &codes::EGRESS_DENIED,
                span,
                format!("the gateway may not connect to {}", what()),
            )
            .also(egress.span, "this does not list its host")
            .help(format!("add `{}` to `allow`", host.escape_debug())),
        );
    }
}

/// The host of a URL, as names are listed.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => authority.split(':').next()?,
    };
    Some(host.trim_end_matches('.').to_ascii_lowercase())
}

/// Whether a host is listed, or can resolve to an address that is.
fn may_be_admitted(egress: &Egress, host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        let bits = match address {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        };
        let mut ranges = egress.ranges.iter();
        return ranges.any(|(first, last)| (*first..=*last).contains(&bits));
    }
    let below = |domain: &String| host.len() > domain.len() && host.ends_with(domain.as_str());
    !egress.ranges.is_empty()
        || egress.hosts.iter().any(|known| known == host)
        || egress.domains.iter().any(below)
}
