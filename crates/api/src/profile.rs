//! What members say about themselves.

use commons_credit_ledger::Picture;
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// What the caller says about themselves, in place of what was said before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileInput {
    /// The name under which they are found.
    pub name: String,
    /// A picture as a WebP, JPEG or PNG file, at most 8,192 bytes.
    pub picture: Option<Picture>,
    /// What they can do: at most 12, each like a name.
    pub skills: Vec<String>,
    /// What they speak: at most 8 BCP 47 tags such as `de` or `pt-BR`.
    pub languages: Vec<String>,
    /// A sentence of at most 280 characters; may be empty.
    pub about: String,
}

/// A profile that the caller has just written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileSet {
    /// The profile.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub profile: ActionHash,
}

/// Names whose profile is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileRef {
    /// The member.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
}

/// What a member says about themselves; all empty without a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileShown {
    /// The member.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
    /// Their name.
    pub name: String,
    /// The profile; absent if they have made none.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub profile: Option<ActionHash>,
    /// The picture.
    pub picture: Option<Picture>,
    /// What they can do.
    pub skills: Vec<String>,
    /// What they speak.
    pub languages: Vec<String>,
    /// A sentence; may be empty.
    pub about: String,
}
