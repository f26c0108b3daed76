//! What each kind of policy has to come to, and what is told where it did not.

use super::super::results::Counts;
use super::{Covered, json, table};
use crate::plan::{PolicyRule, Ways};

const ALL: [(Ways, &str); 5] = [
    (Ways::Refusal, "require"),
    (Ways::Search, "content_guard"),
    (Ways::Validation, "validate_content"),
    (Ways::Memory, "cache"),
    (Ways::One, "set_header"),
];

fn rule(ways: Ways, name: &'static str, conditional: bool) -> PolicyRule {
    PolicyRule {
        place: "gateway.yaml:1".to_owned(),
        name,
        ways,
        conditional,
    }
}

/// The gaps of a policy that was met so often.
fn gaps(rule: &PolicyRule, (reached, applied, passed): (u64, u64, u64)) -> Vec<&'static str> {
    let mut covered = Covered::new(rule);
    covered.add(Counts {
        reached,
        applied,
        passed,
    });
    covered.gaps()
}

#[test]
fn what_never_came_is_told() {
    for (ways, name) in ALL {
        let rule = rule(ways, name, false);
        assert_eq!(gaps(&rule, (0, 0, 0)), ["never met"], "{name}");
        let (usual, other): (&[&str], &[&str]) = match ways {
            Ways::Refusal => (&["never let through"], &["never refused"]),
            Ways::Search => (&["always found something"], &["never found anything"]),
            Ways::Validation => (&["no answer was valid"], &["no answer was broken"]),
            Ways::Memory => (&["the API was never asked"], &["nothing was remembered"]),
            Ways::One => (&[], &[]),
        };
        assert_eq!(gaps(&rule, (3, 0, 0)), usual, "{name}");
        assert_eq!(gaps(&rule, (3, 0, 3)), other, "{name}");
        assert!(gaps(&rule, (3, 0, 1)).is_empty(), "{name}");
    }
}

#[test]
fn conditions_go_both_ways_too() {
    for (ways, name) in ALL {
        let rule = rule(ways, name, true);
        let two_ways = ways != Ways::One;
        // It applied to none of two calls, to both, and to one of three.
        assert_eq!(gaps(&rule, (2, 0, 2)), ["never applied"], "{name}");
        let always = gaps(&rule, (2, 2, 1));
        assert_eq!(always, ["always applied"], "{name}");
        assert_eq!(
            gaps(&rule, (3, 1, 3)).len(),
            usize::from(two_ways),
            "{name}"
        );
        assert!(gaps(&rule, (3, 2, 2)).is_empty(), "{name}");
    }
}

#[test]
fn people_and_programs_are_told_the_same() {
    let rules = ALL.map(|(ways, name)| rule(ways, name, ways == Ways::One));
    let covered: Vec<_> = rules
        .iter()
        .map(|rule| {
            let mut covered = Covered::new(rule);
            for _ in 0..2 {
                covered.add(Counts {
                    reached: 4,
                    applied: 3,
                    passed: 3,
                });
            }
            covered
        })
        .collect();
    insta::assert_snapshot!(format!("{}\n{}", table(&covered), json(&covered)));
}
