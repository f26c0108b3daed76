//! What policies mean, as plainly as it can be said: an interpreter without regard to cost.

use std::collections::BTreeMap;
use std::net::IpAddr;

use gatewright_simulated::tree::{
    Condition, Gateway, Key, Policy, Server, Tool, speaks_of_arguments,
};

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) server: usize,
    pub(crate) tool: usize,
    pub(crate) headers: BTreeMap<&'static str, &'static str>,
    pub(crate) address: &'static str,
    /// The consumer and what it was granted.
    pub(crate) caller: Option<(&'static str, Vec<&'static str>)>,
    pub(crate) number: Option<i64>,
    pub(crate) text: Option<&'static str>,
}

/// What came of a call: the names of the log.
pub(crate) type Outcome = &'static str;

/// The gateway, and what its limits have counted.
pub(crate) struct Reference<'g> {
    gateway: &'g Gateway,
    /// For each limit and key the times of the calls that were let through, in milliseconds.
    windows: BTreeMap<Place, Vec<u64>>,
    /// For each limit and key what is in the bucket, and when that was so.
    buckets: BTreeMap<Place, (u64, u64)>,
    /// The limits that have counted the call, and their periods in milliseconds.
    counted: Vec<(Place, u64)>,
}

/// A limit, and what calls are told apart by.
type Place = (*const Policy, String);

impl<'g> Reference<'g> {
    pub(crate) fn new(gateway: &'g Gateway) -> Self {
        Self {
            gateway,
            windows: BTreeMap::new(),
            buckets: BTreeMap::new(),
            counted: Vec::new(),
        }
    }

    /// What comes of a call.
    pub(crate) fn outcome(&mut self, call: &Call, now: u64) -> Outcome {
        self.counted.clear();
        let Err(reason) = self.refusal(call, now) else {
            return "allowed";
        };
        // What one limit refuses counts for none.
        if reason == "rate_limit_exceeded" {
            for (place, period) in std::mem::take(&mut self.counted) {
                if let Some(times) = self.windows.get_mut(&place) {
                    times.pop();
                }
                if let Some((held, _)) = self.buckets.get_mut(&place) {
                    *held += period;
                }
            }
        }
        reason
    }

    fn refusal(&mut self, call: &Call, now: u64) -> Result<(), Outcome> {
        let gateway = self.gateway;
        let server: &Server = &gateway.servers[call.server];
        let tool: &Tool = &server.tools[call.tool];
        // Requests, before anybody asks who calls.
        for policy in gateway.policies.iter().chain(&server.policies) {
            admitted(policy, call)?;
        }
        if server.keyed {
            let (_, scopes) = call.caller.as_ref().ok_or("identity_required")?;
            for needed in server.scopes.iter().chain(&tool.scopes) {
                if !scopes.contains(needed) {
                    return Err("insufficient_scope");
                }
            }
        }
        // Calls, before their arguments are read: who may call, then how often.
        let late = |condition: &&Condition| speaks_of_arguments(condition);
        for condition in [&server.require, &tool.require].into_iter().flatten() {
            if !late(&condition) {
                require(condition, call)?;
            }
        }
        for policy in gateway.policies.iter().chain(&server.policies) {
            self.limit(policy, call, now)?;
        }
        for policy in tool.policies.iter().filter(|policy| !is_late(policy)) {
            self.limit(policy, call, now)?;
        }
        let valid =
            call.text.is_some() && call.number.is_none_or(|number| (0..=9).contains(&number));
        if !valid {
            return Err("invalid");
        }
        if let Some(condition) = tool.require.as_ref().filter(late) {
            require(condition, call)?;
        }
        for policy in tool.policies.iter().filter(|policy| is_late(policy)) {
            self.limit(policy, call, now)?;
        }
        Ok(())
    }

    fn limit(&mut self, policy: &Policy, call: &Call, now: u64) -> Result<(), Outcome> {
        let Policy::Rate {
            calls,
            seconds,
            bucket,
            key,
            when,
        } = policy
        else {
            return Ok(());
        };
        // A limit whose condition has no value applies.
        if when
            .as_ref()
            .is_some_and(|when| holds(when, call) == Some(false))
        {
            return Ok(());
        }
        let key = text(key, call).ok_or("condition_failed")?;
        let place = (std::ptr::from_ref(policy), key);
        let (calls, period) = (u64::from(*calls), seconds * 1000);
        let let_through = if *bucket {
            // What is in it, in calls times the period: a call takes the period, and each millisecond
            // brings as much as there may be calls.
            let (held, since) = self
                .buckets
                .entry(place.clone())
                .or_insert((calls * period, now));
            *held = (*held + (now - *since) * calls).min(calls * period);
            *since = now;
            let enough = *held >= period;
            if enough {
                *held -= period;
            }
            enough
        } else {
            let times = self.windows.entry(place.clone()).or_default();
            let recent = times.iter().filter(|time| now - **time < period).count();
            let enough = (recent as u64) < calls;
            if enough {
                times.push(now);
            }
            enough
        };
        if let_through {
            self.counted.push((place, period));
            Ok(())
        } else {
            Err("rate_limit_exceeded")
        }
    }
}

fn is_late(policy: &Policy) -> bool {
    match policy {
        Policy::Rate { key, when, .. } => {
            matches!(key, Key::Number | Key::Text) || when.as_ref().is_some_and(speaks_of_arguments)
        }
        _ => false,
    }
}

fn admitted(policy: &Policy, call: &Call) -> Result<(), Outcome> {
    match policy {
        Policy::Address { allow, network } if within(call.address, network) != *allow => {
            Err("address_refused")
        }
        Policy::Header { name, values } => match call.headers.get(name) {
            Some(value) if values.is_empty() || values.contains(value) => Ok(()),
            _ => Err("header_refused"),
        },
        _ => Ok(()),
    }
}

fn require(condition: &Condition, call: &Call) -> Result<(), Outcome> {
    match holds(condition, call) {
        Some(true) => Ok(()),
        Some(false) => Err("condition_not_met"),
        None => Err("condition_failed"),
    }
}

/// Whether a condition holds; `None` where it has no value. `&&` and `||` have one as soon as a side
/// decides.
fn holds(condition: &Condition, call: &Call) -> Option<bool> {
    match condition {
        Condition::HasHeader(name) => Some(call.headers.contains_key(name)),
        Condition::HeaderIs(name, value) => Some(call.headers.get(name)? == value),
        Condition::From(network) => Some(within(call.address, network)),
        Condition::HasScope(scope) => Some(
            call.caller
                .as_ref()
                .is_some_and(|(_, scopes)| scopes.contains(scope)),
        ),
        Condition::ConsumerIs(name) => Some(call.caller.as_ref()?.0 == *name),
        Condition::ToolIs(number) => Some(call.tool == *number),
        Condition::HasNumber => Some(call.number.is_some()),
        Condition::NumberBelow(limit) => Some(call.number? < *limit),
        Condition::TextIs(text) => Some(call.text? == *text),
        Condition::Not(condition) => holds(condition, call).map(|value| !value),
        Condition::And(left, right) => match (holds(left, call), holds(right, call)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Condition::Or(left, right) => match (holds(left, call), holds(right, call)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
    }
}

fn text(key: &Key, call: &Call) -> Option<String> {
    Some(match key {
        Key::Header(name) => (*call.headers.get(name)?).to_owned(),
        Key::Address => call.address.to_owned(),
        Key::Consumer => call.caller.as_ref()?.0.to_owned(),
        Key::Tool => format!("op{}", call.tool),
        Key::Number => call.number?.to_string(),
        Key::Text => call.text?.to_owned(),
    })
}

/// Whether an address of version 4 is in a network such as `10.0.0.0/8`.
fn within(address: &str, network: &str) -> bool {
    let bits = |text: &str| match text.parse() {
        Ok(IpAddr::V4(address)) => u32::from(address),
        _ => panic!("{text} is no address of version 4"),
    };
    let (start, length) = network.split_once('/').unwrap();
    let shift = 32 - length.parse::<u32>().unwrap();
    bits(address) >> shift == bits(start) >> shift
}
