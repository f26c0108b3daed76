use gatewright::{Call, Refusal, policy};

gatewright::gateway!("ui/policy_arguments.yaml");

#[policy]
pub fn of_one_tool(_call: &Call, _arguments: &pets::GetPet) -> Result<(), Refusal> {
    Ok(())
}

#[policy]
pub fn of_all(_call: &Call) -> Result<(), Refusal> {
    Ok(())
}

pub fn unmarked(_call: &Call) -> Result<(), Refusal> {
    Ok(())
}

fn main() {}
