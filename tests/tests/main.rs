//! Promises kept on real conductors, one file each, in one program: a conductor
//! is large, and linking it once a file would take longer than the tests.

mod cheques;
mod clearing;
mod crash;
mod disputes;
mod double_spend;
mod foundation;
mod funds;
mod governance;
mod hops;
mod hostile_links;
mod hostile_network;
mod hostile_pages;
mod lines;
mod lobby;
mod members;
mod membrane;
mod never_accused;
mod other_rules;
mod parcels;
mod signatures;
mod succession;
