//! What may be written: pages, requests, and what a village decides with.

use commons_credit_ledger::{
    Appeal, Confirmation, Decision, Dispute, DoubleSpend, Labour, Nomination, Opinion, Page,
    Profile, Proposal, Request, TakenCheque,
};
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

/// A proposal to the roll.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct ProposalEntry(pub Proposal);

/// A ballot closed by its votes.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct DecisionEntry(pub Decision);

/// Hours worked on a project.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct LabourEntry(pub Labour);

/// Somebody's labour, confirmed by another who worked.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct ConfirmationEntry(pub Confirmation);

/// Says that a transfer is not right.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct DisputeEntry(pub Dispute);

/// Names somebody who may mediate.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct NominationEntry(pub Nomination);

/// What a mediator proposes.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct OpinionEntry(pub Opinion);

/// What a member says about themselves.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct ProfileEntry(pub Profile);

/// A cheque that its receiver keeps until the giver's page is here.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct TakenChequeEntry(pub TakenCheque);

/// Proves that a page was given twice.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct DoubleSpendEntry(pub DoubleSpend);

/// Asks the guardians of a lost key for its book.
#[hdk_entry_helper]
#[serde(transparent)]
#[derive(Clone, PartialEq)]
pub struct AppealEntry(pub Appeal);

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
    /// See [`ProposalEntry`].
    Proposal(ProposalEntry),
    /// See [`DecisionEntry`].
    Decision(DecisionEntry),
    /// See [`LabourEntry`].
    Labour(LabourEntry),
    /// See [`ConfirmationEntry`].
    Confirmation(ConfirmationEntry),
    /// See [`DisputeEntry`].
    Dispute(DisputeEntry),
    /// See [`NominationEntry`].
    Nomination(NominationEntry),
    /// See [`OpinionEntry`].
    Opinion(OpinionEntry),
    /// See [`ProfileEntry`].
    Profile(ProfileEntry),
    /// See [`TakenChequeEntry`].
    #[entry_type(visibility = "private")]
    TakenCheque(TakenChequeEntry),
    /// See [`DoubleSpendEntry`].
    DoubleSpend(DoubleSpendEntry),
    /// See [`AppealEntry`].
    Appeal(AppealEntry),
}
