//! Policies written in Rust.

use gatewright::{Call, Reason, Refusal, policy};

use crate::custom_policies::GetPet;

/// Nobody calls anything at the weekend.
#[policy]
pub(crate) fn no_weekends(call: &Call) -> Result<(), Refusal> {
    match call.caller().header("x-weekday") {
        Some("Saturday" | "Sunday") => Err(Refusal::new(
            Reason::Custom,
            format!("`{}` rests at the weekend.", call.server_name()),
        )),
        _ => Ok(()),
    }
}

/// Guests see the pets in the window.
#[policy]
pub(crate) fn window_only(call: &Call, arguments: &GetPet) -> Result<(), Refusal> {
    if arguments.pet_id < 10 || call.caller().header("x-role") == Some("keeper") {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::Custom,
        "Guests see the pets 1 to 9: ask for one of those.",
    ))
}

/// A policy with a fault.
#[expect(
    clippy::unnecessary_wraps,
    reason = "policies have an outcome, also one that never refuses"
)]
#[policy]
pub(crate) fn broken(call: &Call) -> Result<(), Refusal> {
    assert!(call.caller().header("x-fault").is_none(), "secret detail");
    Ok(())
}

#[cfg(test)]
mod tests {
    use gatewright::{Reason, TestCall};

    use super::{GetPet, no_weekends, window_only};

    #[test]
    fn the_weekend_is_free() {
        let call = TestCall::new("pets", "listPets").header("x-weekday", "Sunday");
        let refusal = no_weekends(&call.call()).unwrap_err();
        assert_eq!(refusal.reason, Reason::Custom);
        assert_eq!(refusal.message, "`pets` rests at the weekend.");
        let call = TestCall::new("pets", "listPets").header("x-weekday", "Monday");
        assert_eq!(no_weekends(&call.call()), Ok(()));
    }

    #[test]
    fn the_window_has_nine_pets() {
        let guest = TestCall::new("pets", "getPet").call();
        let keeper = TestCall::new("pets", "getPet")
            .header("x-role", "keeper")
            .call();
        assert_eq!(window_only(&guest, &GetPet { pet_id: 9 }), Ok(()));
        assert!(window_only(&guest, &GetPet { pet_id: 10 }).is_err());
        assert_eq!(window_only(&keeper, &GetPet { pet_id: 10 }), Ok(()));
    }
}
