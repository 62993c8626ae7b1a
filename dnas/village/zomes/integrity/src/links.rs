//! Links: how things are found. They move nothing, so a false one is only noise;
//! still each is tied to what it points at (rule 24).

use crate::convert::{action_hash, action_id, agent_id, digest_link_base};
use crate::guarding::ended_by;
use crate::reading::{
    answers, appeal_of, decision_of, dispute_of, nomination_of, opens_book_of, page_of, profile_of,
    proposal_of, request_of,
};
use crate::{broken, Verdict, MET};
use commons_credit_ledger::text::{check_name, ENVELOPE_MAX_BYTES};
use commons_credit_ledger::{ActionId, Digest, Event, Subject, Violation};
use hdi::prelude::*;

/// The link types of a village.
#[hdk_link_types]
pub enum LinkTypes {
    /// From the well-known [`members_base`], or from the member's own [`member_base`],
    /// to the member's key; the tag is a [`MemberTag`]. The one lists all, the other tells
    /// who one is.
    Member,
    /// From a reader's key to what waits for them: a transfer to them, a request to
    /// them, a page that declines their transfer, their own request, refused, a dispute
    /// about a transfer of theirs, or a nomination of them as mediator.
    /// The tag is the sealed words, or empty.
    Inbox,
    /// From a transfer to the receiver's page that settles it. The tag is empty.
    Outcome,
    /// From the [`ballots_base`] of a subject's kind to a proposal or decision. The tag
    /// is empty.
    Ballot,
    /// From an action to what answers it: from a proposal to votes and decisions, from
    /// a project or the decision that adopts it to labour and payments, from labour to
    /// confirmations and payments, from a transfer to disputes and corrections, from a
    /// dispute to nominations and opinions, from the last page of a lost book to what
    /// guardians say, from a decision to make good to what was. The tag is empty, or the sealed words.
    Answer,
    /// From the well-known [`ends_base`] to what ends a book: a proof of double spending
    /// or the first page of an heir. The tag is empty.
    End,
}

/// Where everything that ends a book is linked from.
pub fn ends_base() -> ExternalHash {
    digest_link_base(Digest(*b"commons-credit/ends/base/1------"))
}

impl LinkTypes {
    /// The kind with a number; the village has one integrity zome, so that is enough.
    pub fn numbered(number: LinkType) -> Option<Self> {
        [
            Self::Member,
            Self::Inbox,
            Self::Outcome,
            Self::Ballot,
            Self::Answer,
            Self::End,
        ]
        .into_iter()
        .find(|kind| number.0 == *kind as u8)
    }
}

/// Where all members are linked from.
pub fn members_base() -> ExternalHash {
    // The ASCII text, filled up: any fixed 32 bytes do.
    digest_link_base(Digest(*b"commons-credit/members/base/1---"))
}

/// Where one member is linked from: who they are. Not their key, where their inbox is:
/// the conductor reads all links of a base to give those of one kind (0.7.1).
pub fn member_base(agent: &AgentPubKey) -> ExternalHash {
    digest_link_base(agent_id(agent).place("commons-credit/member/base/1"))
}

/// Where ballots on subjects of one kind are linked from.
pub fn ballots_base(subject: &Subject) -> ExternalHash {
    let mut name = *b"commons-credit/ballots/base/1---";
    name[29] = match subject {
        Subject::Roll => b'r',
        Subject::Policy => b'p',
        Subject::Floor(_) => b'f',
        Subject::Project(_) => b'w',
        Subject::Line(_) => b'l',
        Subject::Dispute(_) => b'd',
        Subject::Code => b'c',
        Subject::Succession(_) => b's',
        Subject::MakeGood(_) => b'm',
    };
    digest_link_base(Digest(name))
}

/// Stands between a name and a profile in a member tag.
const PROFILE_FOLLOWS: u8 = 0;

/// A member's name, with the first page of their book as proof of membership, and
/// their profile, if they have made one. Encoded as the page's 32 bytes, then the name
/// in UTF-8, then, for a profile, a zero byte and the profile's 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberTag {
    /// The first page of the member's book.
    pub book: ActionId,
    /// The name.
    pub name: String,
    /// The newest profile.
    pub profile: Option<ActionId>,
}

impl MemberTag {
    /// The tag's bytes.
    pub fn encode(&self) -> LinkTag {
        let mut bytes = [&self.book.0, self.name.as_bytes()].concat();
        if let Some(profile) = &self.profile {
            bytes.push(PROFILE_FOLLOWS);
            bytes.extend(profile.0);
        }
        LinkTag(bytes)
    }

    /// Reads a tag; anything but an exact encoding of a good name is refused.
    pub fn decode(tag: &LinkTag) -> Result<Self, Violation> {
        let malformed = || Violation::Malformed { what: "member tag" };
        let (book, name) = tag
            .0
            .split_at_checked(ActionId::LEN)
            .ok_or_else(malformed)?;
        // No name has a zero byte in it (rule 18).
        let (name, profile) = match name.iter().position(|byte| *byte == PROFILE_FOLLOWS) {
            Some(end) => {
                let id = name.get(end + 1..).and_then(ActionId::from_slice);
                (&name[..end], Some(id.ok_or_else(malformed)?))
            }
            None => (name, None),
        };
        let name = std::str::from_utf8(name).map_err(|_| malformed())?;
        check_name(name)?;
        Ok(Self {
            book: ActionId::from_slice(book).ok_or_else(malformed)?,
            name: name.to_owned(),
            profile,
        })
    }
}

/// Judges a new link.
pub(crate) fn created(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    if let Err(violation) = crate::village::charter_of(&dna_info()?) {
        return broken(violation);
    }
    match LinkTypes::numbered(link.link_type) {
        Some(LinkTypes::Member) => member(author, link),
        Some(LinkTypes::Inbox) => inbox(author, link),
        Some(LinkTypes::Outcome) => outcome(author, link),
        Some(LinkTypes::Ballot) => ballot(author, link),
        Some(LinkTypes::Answer) => answer(author, link),
        Some(LinkTypes::End) => end(author, link),
        None => broken(Violation::LinkMisplaced),
    }
}

/// Judges the end of a link: a member renames themselves, a reader clears their
/// own inbox, an asker withdraws a request. Nobody else's inbox can be cleared.
pub(crate) fn deleted(author: &AgentPubKey, created: &Action) -> Verdict {
    let ActionData::CreateLink(link) = &created.data else {
        return MET;
    };
    match LinkTypes::numbered(link.link_type) {
        Some(LinkTypes::Member) if created.author() == author => MET,
        Some(LinkTypes::Inbox) if link.base_address == author.clone().into() => MET,
        Some(LinkTypes::Inbox) if created.author() == author => {
            let Some(target) = link.target_address.clone().into_action_hash() else {
                return broken(Violation::LinkMisplaced);
            };
            let withdrawn = must_get_valid_record(target)?;
            if withdrawn.action().author() == author && request_of(&withdrawn).is_some() {
                MET
            } else {
                broken(Violation::LinkMisplaced)
            }
        }
        _ => broken(Violation::LinkMisplaced),
    }
}

fn member(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let own_key = AnyLinkableHash::from(author.clone());
    let based = link.base_address == members_base().into()
        || link.base_address == member_base(author).into();
    if !based || link.target_address != own_key {
        return broken(Violation::LinkMisplaced);
    }
    let tag = match MemberTag::decode(&link.tag) {
        Ok(tag) => tag,
        Err(violation) => return broken(violation),
    };
    let book = must_get_valid_record(action_hash(&tag.book))?;
    if !opens_book_of(&book, author) {
        return broken(Violation::BookForeign);
    }
    if let Some(profile) = tag.profile {
        let shown = must_get_valid_record(action_hash(&profile))?;
        if shown.action().author() != author || profile_of(&shown).is_none() {
            return broken(Violation::ProfileForeign);
        }
    }
    MET
}

/// What a link leads to, judged or not: a link is a hint, whoever follows it asks whether
/// its end is valid, and its end is judged by itself. So it is fetched in two reads
/// instead of five, before every payment is told.
fn led_to(target: ActionHash) -> ExternResult<Record> {
    let action = must_get_action(target)?;
    let shown = action
        .action()
        .entry_visibility()
        .zip(action.action().entry_hash())
        .filter(|(visibility, _)| **visibility == EntryVisibility::Public);
    let entry = match shown {
        Some((_, hash)) => Some(must_get_entry(hash.clone())?.content),
        None => None,
    };
    let visibility = action.action().entry_visibility().copied();
    Ok(Record::new(
        action,
        RecordEntry::new(visibility.as_ref(), entry),
    ))
}

fn inbox(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let (Some(reader), Some(target)) = (
        link.base_address.clone().into_agent_pub_key(),
        link.target_address.clone().into_action_hash(),
    ) else {
        return broken(Violation::LinkMisplaced);
    };
    let length = link.tag.0.len();
    if length > ENVELOPE_MAX_BYTES {
        return broken(Violation::TextTooLong {
            length: length as u64,
            length_max: ENVELOPE_MAX_BYTES as u64,
        });
    }
    let record = led_to(target)?;
    let own = record.action().author() == author;
    let reader_id = agent_id(&reader);
    let concerns_reader = match (page_of(&record).map(|page| page.event), request_of(&record)) {
        (Some(Event::Transfer(transfer)), _) => own && transfer.to == reader_id,
        (Some(Event::Decline { transfer, .. } | Event::Return { transfer, .. }), _) => {
            let declined = must_get_valid_record(action_hash(&transfer))?;
            own && *declined.action().author() == reader
        }
        (Some(_), _) => false,
        (None, None) => match (dispute_of(&record), nomination_of(&record)) {
            (None, None) => {
                let Some(appeal) = appeal_of(&record) else {
                    return broken(Violation::LinkMisplaced);
                };
                let named = must_get_valid_record(action_hash(&appeal.named))?;
                own && page_of(&named).is_some_and(|page| match page.event {
                    Event::Guard(guardians) => guardians.agents.contains(&reader_id),
                    _ => false,
                })
            }
            (None, nomination) => {
                own && nomination.is_some_and(|nomination| nomination.mediator == reader_id)
            }
            (Some(dispute), _) => {
                let disputed = must_get_valid_record(action_hash(&dispute.transfer))?;
                let sides = page_of(&disputed)
                    .and_then(|page| page.event.transfer().map(|transfer| transfer.to))
                    .map(|to| [to, agent_id(disputed.action().author())]);
                own && sides.is_some_and(|sides| sides.contains(&reader_id))
            }
        },
        (None, Some(request)) => {
            let asks = own && request.giver == reader_id;
            let refuses = request.giver == agent_id(author) && *record.action().author() == reader;
            asks || refuses
        }
    };
    if !concerns_reader {
        return broken(Violation::LinkMisplaced);
    }
    MET
}

fn outcome(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let (Some(subject), Some(answer)) = (
        link.base_address.clone().into_action_hash(),
        link.target_address.clone().into_action_hash(),
    ) else {
        return broken(Violation::LinkMisplaced);
    };
    let answer = led_to(answer)?;
    let settles = page_of(&answer).is_some_and(|page| {
        matches!(
            page.event,
            Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. }
            | Event::Arrive { transfer, .. }
            | Event::Return { transfer, .. }
                if transfer == action_id(&subject)
        )
    });
    if answer.action().author() != author || !settles || !link.tag.0.is_empty() {
        return broken(Violation::LinkMisplaced);
    }
    MET
}

fn ballot(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let Some(target) = link.target_address.clone().into_action_hash() else {
        return broken(Violation::LinkMisplaced);
    };
    let record = led_to(target)?;
    let subject = match (proposal_of(&record), decision_of(&record)) {
        (Some(proposal), _) => Some(proposal.subject),
        (_, Some(decision)) => {
            let named = must_get_valid_record(action_hash(&decision.proposal))?;
            proposal_of(&named).map(|proposal| proposal.subject)
        }
        (None, None) => None,
    };
    let belongs = subject.is_some_and(|subject| link.base_address == ballots_base(&subject).into());
    if record.action().author() != author || !belongs || !link.tag.0.is_empty() {
        return broken(Violation::LinkMisplaced);
    }
    MET
}

fn answer(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let (Some(subject), Some(target)) = (
        link.base_address.clone().into_action_hash(),
        link.target_address.clone().into_action_hash(),
    ) else {
        return broken(Violation::LinkMisplaced);
    };
    let length = link.tag.0.len();
    if length > ENVELOPE_MAX_BYTES {
        return broken(Violation::TextTooLong {
            length: length as u64,
            length_max: ENVELOPE_MAX_BYTES as u64,
        });
    }
    let record = led_to(target)?;
    if record.action().author() != author || !answers(&record, &action_id(&subject)) {
        return broken(Violation::LinkMisplaced);
    }
    MET
}

fn end(author: &AgentPubKey, link: &CreateLinkData) -> Verdict {
    let Some(target) = link.target_address.clone().into_action_hash() else {
        return broken(Violation::LinkMisplaced);
    };
    let record = must_get_valid_record(target)?;
    let own = record.action().author() == author && link.base_address == ends_base().into();
    if !own || ended_by(&record).is_none() || !link.tag.0.is_empty() {
        return broken(Violation::LinkMisplaced);
    }
    MET
}
