//! One example for each function, made of real values of the payload types.
//!
//! Keys come from fixed seeds and hashes are made up, so that the same sources
//! give the same text; signatures, splits and sums are right.

use crate::source::{Body, Sources};
use crate::DocgenError;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::Engine;
use commons_credit_api as api;
use commons_credit_ledger::admission::{
    admission_statement, invitation_statement, Admission, Voucher,
};
use commons_credit_ledger::charter::CHARTER_FORMAT;
use commons_credit_ledger::roll::{founding_tree, Standing as RollStanding};
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    ActionId, AgentId, Amount, BasisPoints, Charter, Digest, Levies, Picture, Seconds,
    SignatureBytes, Split, VillageId, Voting,
};
use ed25519_dalek::{Signer, SigningKey};
use holo_hash::{ActionHash, AgentPubKey, DnaHash};
use rmpv::Value;
use serde::Serialize;
use std::any::type_name;
use std::collections::BTreeMap;

pub(crate) const HOUR_S: i64 = 3_600;
/// 2026-11-24, 12:00 UTC.
pub(crate) const NOON_US: i64 = 1_795_521_600_000_000;
const HASH_BYTES: usize = 39;

/// A call and its answer, as JSON; byte strings as text.
#[derive(Debug)]
pub struct Example {
    /// The payload; null for none.
    pub input: String,
    /// The answer.
    pub output: String,
    input_type: String,
    output_type: String,
}

/// All examples by function, each of the types that the extern has.
pub fn examples(sources: &Sources) -> Result<BTreeMap<&'static str, Example>, DocgenError> {
    let examples = Story::new(sources)?.tell()?;
    for (name, function) in &sources.functions {
        let Some(example) = examples.get(name.as_str()) else {
            return Err(DocgenError::Drift {
                what: format!("{name} has no example in examples.rs"),
            });
        };
        for (part, has, shows) in [
            ("takes", &function.input, &example.input_type),
            ("returns", &function.output, &example.output_type),
        ] {
            if has != shows {
                return Err(DocgenError::Drift {
                    what: format!("{name} {part} {has}, the example in examples.rs has {shows}"),
                });
            }
        }
    }
    Ok(examples)
}

/// Examples of the signals.
pub fn signals() -> Result<Vec<String>, DocgenError> {
    let from = agent(&key(2));
    [api::Signal::BookChanged, api::Signal::InboxChanged { from }]
        .iter()
        .map(json)
        .collect()
}

/// Ann founds Demo Valley, Bob joins; Ann helped Bob for two hours.
pub(crate) struct Story {
    pub(crate) ann: SigningKey,
    pub(crate) bob: SigningKey,
    pub(crate) village: DnaHash,
    seed: String,
    pub(crate) charter: Charter,
    invitation: api::Invitation,
    vouched: api::Invitation,
    membrane_proof: Vec<u8>,
    hubs: Vec<String>,
}

/// What is inside an invitation; the real one is the coordinator's.
#[derive(Clone, Serialize)]
struct Content {
    village: VillageId,
    network_seed: String,
    charter: Charter,
    founder: Option<Founder>,
    roll: Option<ActionId>,
    vouchers: Vec<Voucher>,
    secret: Digest,
    hubs: Vec<String>,
}

/// Who invites alone.
#[derive(Clone, Serialize)]
struct Founder {
    steward: AgentId,
    signature: SignatureBytes,
}

const CONTENT_FIELDS: [&str; 8] = [
    "village",
    "network_seed",
    "charter",
    "founder",
    "roll",
    "vouchers",
    "secret",
    "hubs",
];

impl Story {
    fn new(sources: &Sources) -> Result<Self, DocgenError> {
        let fields: Vec<&str> = match &sources.invitation.body {
            Body::Record(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
            _ => Vec::new(),
        };
        if fields != CONTENT_FIELDS {
            return Err(DocgenError::Drift {
                what: "an invitation has other fields than the example in examples.rs".into(),
            });
        }
        let (ann, bob, invitation_key) = (key(1), key(2), key(3));
        let village = DnaHash::from_raw_32(vec![0xd1; 32]);
        let village_id = VillageId([0xd1; 32]);
        let charter = Charter {
            format: CHARTER_FORMAT,
            name: "Demo Valley".into(),
            levies: Levies {
                state_bp: BasisPoints(750),
                community_bp: BasisPoints(250),
            },
            floor_s: Seconds(-40 * HOUR_S),
            voting: Voting::Council { needed: 1 },
            stewards: vec![agent_id(&ann)],
            predecessor: None,
        };
        let seed = "5eed5eed5eed5eed5eed5eed5eed5eed".to_owned();
        let hubs = vec!["http://192.168.1.5:8790".to_owned()];
        let invited = agent_id(&invitation_key);
        let steward_signature = sign(&ann, &invitation_statement(&village_id, &invited));
        let content = Content {
            village: village_id,
            network_seed: seed.clone(),
            charter: charter.clone(),
            founder: Some(Founder {
                steward: agent_id(&ann),
                signature: steward_signature,
            }),
            roll: None,
            vouchers: vec![],
            secret: Digest(invitation_key.to_bytes()),
            hubs: hubs.clone(),
        };
        let admission = Admission {
            invitation: invited,
            steward: agent_id(&ann),
            steward_signature,
            invitation_signature: sign(
                &invitation_key,
                &admission_statement(&village_id, &agent_id(&bob)),
            ),
        };
        let prefix = sources
            .constants
            .get("PREFIX")
            .ok_or_else(|| DocgenError::Drift {
                what: "invitation.rs has no PREFIX any more".into(),
            })?;
        let text = |content: &Content| -> Result<api::Invitation, DocgenError> {
            let letters = URL_SAFE_NO_PAD.encode(msgpack(content)?);
            Ok(api::Invitation {
                text: format!("{prefix}{letters}"),
            })
        };
        let vouched = Content {
            founder: None,
            roll: Some(ActionId([0xd1; 32])),
            vouchers: vec![Voucher {
                agent: agent_id(&ann),
                on_roll: founding_tree(&charter).prove(&Key::of_person(agent_id(&ann))),
                signature: steward_signature,
            }],
            ..content.clone()
        };
        Ok(Self {
            invitation: text(&content)?,
            vouched: text(&vouched)?,
            membrane_proof: msgpack(&admission)?,
            ann,
            bob,
            village,
            seed,
            charter,
            hubs,
        })
    }

    fn tell(&self) -> Result<BTreeMap<&'static str, Example>, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let amount_s = Seconds(2 * HOUR_S);
        let split = self.split(amount_s)?;
        let request = action(0xa1);
        let transfer = action(0xa2);
        let request_ref = || api::RequestRef {
            request: request.clone(),
        };
        let transfer_ref = || api::TransferRef {
            transfer: transfer.clone(),
        };
        let first_page = api::ListInput {
            cursor: None,
            limit: 20,
        };
        let written = |byte, number, balance_s| api::Written {
            page: action(byte),
            number,
            balance_s: Seconds(balance_s),
        };
        let words = || "2 h carpentry".to_owned();
        let mut told = BTreeMap::new();
        let mut tell = |name, example: Result<Example, DocgenError>| {
            example.map(|example| told.insert(name, example))
        };
        tell(
            "draft_charter",
            example(
                &api::DraftInput {
                    name: self.charter.name.clone(),
                    levies: self.charter.levies,
                    floor_s: self.charter.floor_s,
                    voting: self.charter.voting,
                },
                &api::Draft {
                    network_seed: self.seed.clone(),
                    charter: self.charter.clone(),
                },
            ),
        )?;
        tell(
            "write_invitation",
            example(
                &api::InviteInput {
                    hubs: self.hubs.clone(),
                },
                &self.invitation,
            ),
        )?;
        tell(
            "vouch",
            example(
                &self.vouched,
                &api::Vouching {
                    text: self.vouched.text.clone(),
                    vouchers: 1,
                    enough: true,
                },
            ),
        )?;
        tell(
            "read_invitation",
            example(
                &self.invitation,
                &api::Joining {
                    village: self.village.clone(),
                    network_seed: self.seed.clone(),
                    charter: self.charter.clone(),
                    membrane_proof: self.membrane_proof.clone(),
                    hubs: self.hubs.clone(),
                },
            ),
        )?;
        tell(
            "open",
            example(
                &api::OpenInput { name: "Bob".into() },
                &self.standing(&bob, "Bob", 1, action(0xb1), 0),
            ),
        )?;
        tell(
            "standing",
            example(
                &(),
                &self.standing(&bob, "Bob", 2, transfer.clone(), -2 * HOUR_S),
            ),
        )?;
        tell(
            "members",
            example(
                &first_page,
                &api::Members {
                    members: vec![
                        api::Member {
                            agent: ann.clone(),
                            name: "Ann".into(),
                            me: false,
                            steward: true,
                            standing: Some(RollStanding::Steward),
                            profile: Some(action(0xa7)),
                            pictured: true,
                            skills: vec!["Carpentry".into(), "Bread".into()],
                            languages: vec!["en".into(), "pt-BR".into()],
                        },
                        api::Member {
                            agent: bob.clone(),
                            name: "Bob".into(),
                            me: true,
                            steward: false,
                            standing: None,
                            profile: None,
                            pictured: false,
                            skills: vec![],
                            languages: vec![],
                        },
                    ],
                    total: 2,
                    next: None,
                },
            ),
        )?;
        let said = api::ProfileInput {
            name: "Ann".into(),
            picture: Some(Picture(b"\x89PNG\r\n\x1a\n".to_vec())),
            skills: vec!["Carpentry".into(), "Bread".into()],
            languages: vec!["en".into(), "pt-BR".into()],
            about: "Behind the mill, mornings.".into(),
        };
        tell(
            "set_profile",
            example(
                &said,
                &api::ProfileSet {
                    profile: action(0xa7),
                },
            ),
        )?;
        tell(
            "profile",
            example(
                &api::ProfileRef { agent: ann.clone() },
                &api::ProfileShown {
                    agent: ann.clone(),
                    name: said.name,
                    profile: Some(action(0xa7)),
                    picture: said.picture,
                    skills: said.skills,
                    languages: said.languages,
                    about: said.about,
                },
            ),
        )?;
        tell(
            "funds",
            example(
                &first_page,
                &api::Funds {
                    state_s: split.state_s,
                    community_s: split.community_s,
                    books: 2,
                    next: None,
                },
            ),
        )?;
        tell(
            "quote",
            example(
                &api::QuoteInput { amount_s },
                &api::Quote {
                    split,
                    balance_after_s: Seconds(-amount_s.0),
                    allowed: true,
                },
            ),
        )?;
        tell(
            "pay",
            example(
                &api::PayInput {
                    to: ann.clone(),
                    amount_s,
                    words: words(),
                    seen: Some(1),
                },
                &written(0xa2, 2, -amount_s.0),
            ),
        )?;
        tell(
            "deposit",
            example(&transfer_ref(), &written(0xa3, 2, split.receiver_s.0)),
        )?;
        tell(
            "decline",
            example(
                &api::DeclineInput {
                    transfer: transfer.clone(),
                    reason: "this was for Cleo".into(),
                },
                &written(0xa4, 2, 0),
            ),
        )?;
        tell("reclaim", example(&transfer_ref(), &written(0xa5, 3, 0)))?;
        tell(
            "request",
            example(
                &api::RequestInput {
                    giver: bob.clone(),
                    amount_s,
                    words: words(),
                },
                &api::Requested {
                    request: request.clone(),
                },
            ),
        )?;
        tell(
            "accept",
            example(&request_ref(), &written(0xa2, 2, -amount_s.0)),
        )?;
        tell(
            "refuse",
            example(
                &api::RefuseInput {
                    request: request.clone(),
                    reason: "it was one hour".into(),
                },
                &(),
            ),
        )?;
        tell("withdraw", example(&request_ref(), &()))?;
        tell("dismiss", example(&request_ref(), &()))?;
        tell(
            "inbox",
            example(
                &first_page,
                &api::Inbox {
                    items: vec![api::InboxItem {
                        kind: api::InboxKind::RequestToMe,
                        action: request.clone(),
                        counterpart: ann.clone(),
                        counterpart_name: Some("Ann".into()),
                        far: None,
                        amount_s,
                        split,
                        words: Some(words()),
                        time_us: NOON_US,
                    }],
                    next: None,
                },
            ),
        )?;
        tell(
            "hidden_inbox",
            example(
                &first_page,
                &api::Inbox {
                    items: Vec::new(),
                    next: None,
                },
            ),
        )?;
        tell(
            "activity",
            example(
                &api::ListInput {
                    cursor: None,
                    limit: 1,
                },
                &api::Activity {
                    items: vec![api::ActivityItem {
                        page: transfer.clone(),
                        transfer: Some(transfer.clone()),
                        number: 2,
                        kind: api::ActivityKind::Gave,
                        state: api::ActivityState::Received,
                        counterpart: Some(ann),
                        counterpart_name: Some("Ann".into()),
                        far: None,
                        amount_s,
                        split: Some(split),
                        words: Some(words()),
                        corrects: None,
                        dispute: None,
                        balance_s: Seconds(-amount_s.0),
                        witnesses: 0,
                        time_us: NOON_US,
                    }],
                    next: Some(6),
                },
            ),
        )?;
        told.extend(self.handing_over()?);
        told.extend(self.governing()?);
        told.extend(self.guarding()?);
        told.extend(self.clearing()?);
        Ok(told)
    }

    /// The charter's terms, with a holder of the State fund.
    pub(crate) fn terms(&self, state: Option<api::Appointed>) -> api::PolicyTerms {
        let terms = self.charter.terms();
        api::PolicyTerms {
            levies: terms.levies,
            floor_s: terms.floor_s,
            exposure_s: terms.exposure_s,
            probation: terms.probation,
            payments_levied: terms.payments_levied,
            state,
            community: None,
        }
    }

    pub(crate) fn split(&self, amount_s: Seconds) -> Result<Split, DocgenError> {
        let amount = Amount::new(amount_s).map_err(|violation| DocgenError::Drift {
            what: format!("the example's amount is refused ({violation})"),
        })?;
        Ok(self.charter.levies.split(amount))
    }

    pub(crate) fn standing(
        &self,
        me: &AgentPubKey,
        name: &str,
        number: u64,
        page: ActionHash,
        balance_s: i64,
    ) -> api::Standing {
        let floor_s = self.charter.floor_s;
        api::Standing {
            me: me.clone(),
            village: self.village.clone(),
            charter: self.charter.clone(),
            steward: false,
            policy: api::PolicyInForce {
                version: 0,
                decision: None,
                terms: self.terms(None),
            },
            roll: api::RollInForce {
                number: 0,
                decision: None,
                members: 1,
                stewards: 1,
                voting: self.charter.voting,
                vouchers: 0,
                electorate: 1,
                needed: 1,
                mine: None,
            },
            book: Some(api::Book {
                name: name.into(),
                number,
                page,
                balance_s: Seconds(balance_s),
                floor_s,
                can_give_s: Seconds(balance_s - floor_s.0),
                earned_state_s: Seconds(0),
                earned_community_s: Seconds(0),
                closed: false,
                guarded: false,
                guardians_wanted: false,
                ended: false,
                ends_to_note: 0,
            }),
        }
    }
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn agent_id(key: &SigningKey) -> AgentId {
    AgentId(key.verifying_key().to_bytes())
}

pub(crate) fn agent(key: &SigningKey) -> AgentPubKey {
    AgentPubKey::from_raw_32(key.verifying_key().to_bytes().to_vec())
}

pub(crate) fn action(byte: u8) -> ActionHash {
    ActionHash::from_raw_32(vec![byte; 32])
}

pub(crate) fn sign(key: &SigningKey, statement: &[u8]) -> SignatureBytes {
    SignatureBytes(key.sign(statement).to_bytes())
}

pub(crate) fn msgpack(value: &impl Serialize) -> Result<Vec<u8>, DocgenError> {
    rmp_serde::to_vec_named(value).map_err(|error| DocgenError::Drift {
        what: format!("an example does not encode ({error})"),
    })
}

pub(crate) fn example<I: Serialize, O: Serialize>(
    input: &I,
    output: &O,
) -> Result<Example, DocgenError> {
    Ok(Example {
        input: json(input)?,
        output: json(output)?,
        input_type: short_name::<I>(),
        output_type: short_name::<O>(),
    })
}

fn short_name<T>() -> String {
    let name = type_name::<T>();
    name.rsplit("::").next().unwrap_or(name).to_owned()
}

/// A value as it travels, written down as JSON.
fn json(value: &impl Serialize) -> Result<String, DocgenError> {
    let bytes = msgpack(value)?;
    let travels = rmpv::decode::read_value(&mut bytes.as_slice());
    let mut text = String::new();
    match travels {
        Ok(value) => {
            write_json(&value, 0, &mut text);
            Ok(text)
        }
        Err(error) => Err(DocgenError::Drift {
            what: format!("an example does not decode ({error})"),
        }),
    }
}

fn write_json(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Binary(bytes) => text.push_str(&quoted(&legible(bytes))),
        Value::String(words) => text.push_str(&quoted(words.as_str().unwrap_or_default())),
        Value::Array(items) => {
            let items = items.iter().map(|item| (String::new(), item));
            write_lines(('[', ']'), items, depth, text);
        }
        Value::Map(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                (
                    format!("{}: ", quoted(name.as_str().unwrap_or_default())),
                    value,
                )
            });
            write_lines(('{', '}'), fields, depth, text);
        }
        Value::Nil => text.push_str("null"),
        other => text.push_str(&other.to_string()),
    }
}

fn write_lines<'a>(
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = (String, &'a Value)>,
    depth: usize,
    text: &mut String,
) {
    text.push(open);
    let last = items.len();
    for (at, (name, value)) in items.enumerate() {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(&name);
        write_json(value, depth + 1, text);
        if at + 1 < last {
            text.push(',');
        }
    }
    if last > 0 {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
    text.push(close);
}

fn quoted(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// Hashes as Holochain writes them, other byte strings in base64.
fn legible(bytes: &[u8]) -> String {
    if bytes.len() == HASH_BYTES {
        format!("u{}", URL_SAFE_NO_PAD.encode(bytes))
    } else {
        format!("base64:{}", STANDARD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_in_the_order_in_which_it_travels() {
        let reference = api::DeclineInput {
            transfer: action(7),
            reason: "a \"quote\"".into(),
        };
        let text = json(&reference).expect("JSON");
        let hash = legible(action(7).get_raw_39());
        assert!(hash.starts_with("uhCkk") && hash.len() == 53, "{hash}");
        let wanted =
            format!("{{\n  \"transfer\": \"{hash}\",\n  \"reason\": \"a \\\"quote\\\"\"\n}}");
        assert_eq!(text, wanted);
    }

    #[test]
    fn the_invitation_of_the_example_would_let_bob_in() {
        use commons_credit_ledger::admission::checks;
        use ed25519_dalek::{Signature, VerifyingKey};
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let sources = Sources::read(&root).expect("the sources of this checkout");
        let story = Story::new(&sources).expect("a story");
        let letters = story.invitation.text.strip_prefix("cc1:").expect("cc1:");
        let bytes = URL_SAFE_NO_PAD.decode(letters).expect("base64url");
        let inside = rmpv::decode::read_value(&mut bytes.as_slice()).expect("MessagePack");
        assert_eq!(inside.as_map().map(Vec::len), Some(CONTENT_FIELDS.len()));
        let admission: Admission =
            rmp_serde::from_slice(&story.membrane_proof).expect("an admission");
        let village = VillageId([0xd1; 32]);
        story.charter.check().expect("a good charter");
        let needed = checks(
            &story.charter,
            &village,
            &agent_id(&story.bob),
            Some(&admission),
        )
        .expect("invited by a steward");
        assert_eq!(needed.len(), 2);
        for check in needed {
            let signer = VerifyingKey::from_bytes(&check.signer.0).expect("a key");
            let signature = Signature::from_bytes(&check.signature.0);
            signer
                .verify_strict(&check.statement, &signature)
                .expect("a signature that holds");
        }
    }

    #[test]
    fn nothing_and_other_bytes_are_legible() {
        assert_eq!(json(&()).expect("JSON"), "null");
        assert_eq!(legible(&[1; 3]), "base64:AQEB");
        assert_eq!(json(&Vec::<u8>::new()).expect("JSON"), "[]");
    }
}
