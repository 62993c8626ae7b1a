//! What may be written: pages and requests.

use commons_credit_ledger::{Page, Request};
use hdi::prelude::*;

/// A page of a book.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct PageEntry(pub Page);

/// A request for a payment.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct RequestEntry(pub Request);

/// The entry types of a village.
#[hdk_entry_types]
#[unit_enum(EntryTypesUnit)]
// A page is boxed nowhere else, and this value lives for one call.
#[allow(clippy::large_enum_variant)]
pub enum EntryTypes {
    /// See [`PageEntry`].
    Page(PageEntry),
    /// See [`RequestEntry`].
    Request(RequestEntry),
}
