//! Every target over its seeds and some thousand mutations of them, the same in every run. More by
//! `FUZZ_RUNS=100000`; without end by the crate `fuzz`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use gatewright_fuzz::{Mutator, TARGETS, Target};

/// How many mutations of one target; documents take a thousand times as long as JSON.
fn runs(target: &Target) -> u64 {
    let usual = match target.name {
        "document" | "manifest" | "overlay" => 1_000,
        _ => 20_000,
    };
    std::env::var("FUZZ_RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(usual)
}

fn survives(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let seeds = (target.seeds)();
    let run = |input: &[u8]| {
        let survived = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
        assert!(
            survived.is_ok(),
            "{name}: {:?}",
            String::from_utf8_lossy(input)
        );
    };
    for seed in &seeds {
        run(seed);
    }
    let mut mutator = Mutator::new(1);
    // What a mutation was mutated to is a seed as well, for a while.
    let mut recent: Vec<Vec<u8>> = seeds.clone();
    for turn in 0..runs(target) {
        let turn = usize::try_from(turn).unwrap();
        let position = turn % recent.len();
        let other = &seeds[turn / 7 % seeds.len()];
        let input = mutator.mutated(&recent[position], other);
        run(&input);
        recent[position] = if turn / recent.len() % 3 == 2 {
            seeds[position].clone()
        } else {
            input
        };
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            survives(stringify!($name));
        })*

        #[test]
        fn every_target_has_a_test() {
            let tested = [$(stringify!($name)),*];
            assert!(TARGETS.iter().map(|target| target.name).eq(tested));
        }
    };
}

targets! { document manifest overlay arguments parameters answer json }
