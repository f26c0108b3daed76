use gatewright::{Call, Refusal, policy};

/// Answers what is no decision.
#[policy]
pub fn returns(call: &Call) -> bool {
    call.name() == "listPets"
}

/// Takes what is no call.
#[policy]
pub fn takes(call: &str) -> Result<(), Refusal> {
    let _ = call;
    Ok(())
}

fn main() {}
