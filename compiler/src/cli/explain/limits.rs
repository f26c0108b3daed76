//! Limits in words.

use crate::manifest::Unit;
use crate::plan::{Limit, LimitKind};

/// What a limit admits.
pub(super) fn describe(limit: &Limit) -> String {
    let (one, many) = match limit.unit {
        Unit::Calls => ("call", "calls"),
        Unit::Requests => ("request", "requests"),
        Unit::Messages => ("message", "messages"),
    };
    let admitted = match limit.kind {
        LimitKind::Rate { calls, period, .. } => format!("at most {calls} {many} in {period:?}"),
        LimitKind::Quota {
            calls,
            result_bytes,
            result_tokens,
            period,
            ..
        } => {
            let amounts: Vec<String> = [
                calls.map(|calls| format!("{calls} {many}")),
                result_bytes.map(|bytes| format!("{bytes} bytes of results")),
                result_tokens.map(|tokens| format!("{tokens} tokens of results")),
            ]
            .into_iter()
            .flatten()
            .collect();
            let period = match period {
                Some(period) => format!("in each period of {period:?}"),
                None => "for good".to_owned(),
            };
            format!("a quota of {} {period}", amounts.join(" and "))
        }
        LimitKind::Concurrency(most) => format!("at most {most} calls at once"),
    };
    match limit.cost {
        1 => admitted,
        cost => format!("{admitted}, each {one} as {cost}"),
    }
}
