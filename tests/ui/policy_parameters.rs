use gatewright::{Call, Refusal, policy};

#[policy]
pub fn nothing() -> Result<(), Refusal> {
    Ok(())
}

#[policy]
pub async fn later(_call: &Call) -> Result<(), Refusal> {
    Ok(())
}

#[policy(phase = "limit")]
pub fn keyed(_call: &Call) -> Result<(), Refusal> {
    Ok(())
}

#[policy]
pub fn generic<T>(_call: &Call, _arguments: &T) -> Result<(), Refusal> {
    Ok(())
}

fn main() {}
