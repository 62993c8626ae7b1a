//! The payloads, from `crates/api`.

pub use commons_credit_api::*;
