//! An integrity zome without rules. The benchmark compares a payment with a bare
//! entry creation: the same conductor, a zome call as well, and a validator that
//! is asked and says yes.

use hdi::prelude::*;

/// Any bytes.
#[hdk_entry_helper]
pub struct Bytes(pub Vec<u8>);

/// The one type there is.
#[hdk_entry_types]
#[unit_enum(EntryTypesUnit)]
pub enum EntryTypes {
    /// Any bytes.
    Bytes(Bytes),
}

/// Everything is good.
#[hdk_extern]
pub fn validate(_op: Op) -> ExternResult<ValidateCallbackResult> {
    Ok(ValidateCallbackResult::Valid)
}
