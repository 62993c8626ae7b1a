//! Disputes: words about a transfer, a mediator whom both sides name, and giving back.

use crate::api::{
    AdviseInput, Advised, BallotKind, DisputeInput, DisputeItem, DisputeState, Disputed, Disputes,
    GiveBackInput, ListInput, NominateInput, Nominated, NominationItem, OpinionItem, Statement,
    TransferRef, Written as WrittenOut,
};
use crate::ballots::Ballots;
use crate::book::{held, held_record, me, valid_record, valid_records, Desk, Written};
use crate::inbox::clear;
use crate::links::lasting_links;
use crate::member::{check_member, page_of_list, Names};
use crate::refusal::{check_limit, law};
use crate::transfer::{hand_out, own_transfer};
use crate::vote::{answered, answers_to, link_answer, linked_answers};
use crate::words::{envelope, memo, seal, unseal, unseal_reason};
use commons_credit_ledger::text::Memo;
use commons_credit_ledger::{
    CitedDispute, CitedNomination, Content, Digest, Dispute, Facts, Nomination, Opinion, Seconds,
    Subject, Transfer, Violation,
};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{
    action_hash, action_id, agent_id, agent_key, dispute_of, nomination_of, opinion_of,
    DisputeEntry, EntryTypes, LinkTypes, NominationEntry, OpinionEntry,
};

/// Says that a transfer is not right, to the other side.
#[hdk_extern]
pub fn dispute(input: DisputeInput) -> ExternResult<Disputed> {
    let me = me()?;
    let about = About::held(&input.transfer)?;
    let dispute = |reason| Dispute {
        transfer: action_id(&input.transfer),
        reason,
    };
    dispute(None)
        .check(agent_id(&me), Some(about.written.cited_by(&about.giver)))
        .map_err(law)?;
    let other = about.other_than(&me).clone();
    let sealed = seal(&me, &other, &input.reason)?;
    let hash = create_entry(EntryTypes::Dispute(DisputeEntry(dispute(sealed.digest))))?;
    create_link(
        input.transfer,
        hash.clone(),
        LinkTypes::Answer,
        sealed.envelope.clone(),
    )?;
    create_link(other, hash.clone(), LinkTypes::Inbox, sealed.envelope)?;
    Ok(Disputed { dispute: hash })
}

/// Names somebody who may mediate.
#[hdk_extern]
pub fn nominate(input: NominateInput) -> ExternResult<Nominated> {
    let me = me()?;
    check_member(&input.mediator)?;
    let (dispute, about) = held_dispute(&input.dispute)?;
    let nomination = Nomination {
        dispute: action_id(&input.dispute),
        mediator: agent_id(&input.mediator),
    };
    nomination
        .check(
            agent_id(&me),
            Some(CitedDispute {
                id: action_id(&input.dispute),
                dispute: &dispute,
                transfer: about.written.cited_by(&about.giver),
            }),
        )
        .map_err(law)?;
    let sealed = seal(&me, &input.mediator, &input.words)?;
    let hash = create_entry(EntryTypes::Nomination(NominationEntry(nomination)))?;
    create_link(
        input.dispute,
        hash.clone(),
        LinkTypes::Answer,
        sealed.envelope,
    )?;
    create_link(
        input.mediator,
        hash.clone(),
        LinkTypes::Inbox,
        LinkTag::new(Vec::new()),
    )?;
    Ok(Nominated { nomination: hash })
}

/// What the caller, named by both sides, proposes.
#[hdk_extern]
pub fn advise(input: AdviseInput) -> ExternResult<Advised> {
    let me = me()?;
    let (_, about) = held_dispute(&input.dispute)?;
    let named = nominations_in(&input.dispute)?;
    let by = |side: &AgentPubKey| {
        named
            .iter()
            .find(|named| named.author == *side && named.mediator() == me)
            .ok_or_else(|| law(Violation::MediatorNotNamed))
    };
    let nominations = [by(&about.giver)?, by(&about.receiver)?];
    let memo = memo(&input.words)?;
    let opinion = Opinion {
        dispute: action_id(&input.dispute),
        nominations: nominations.map(|named| action_id(&named.hash)),
        give_back_s: input.give_back_s,
        words: memo.as_ref().map(Memo::digest),
    };
    let cited = nominations.map(|named| CitedNomination {
        id: action_id(&named.hash),
        author: agent_id(&named.author),
        nomination: &named.nomination,
    });
    opinion.check(agent_id(&me), &cited).map_err(law)?;
    let hash = create_entry(EntryTypes::Opinion(OpinionEntry(opinion)))?;
    for side in [&about.giver, &about.receiver] {
        create_link(
            input.dispute.clone(),
            hash.clone(),
            LinkTypes::Answer,
            envelope(&me, side, memo.as_ref())?,
        )?;
    }
    Ok(Advised { opinion: hash })
}

/// Gives something back, to the other side of a transfer, by a transfer that cites it.
#[hdk_extern]
pub fn give_back(input: GiveBackInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open_unmoved(input.seen)?;
    let me = me()?;
    let about = About::held(&input.transfer)?;
    let to = about.other_than(&me).clone();
    let sealed = seal(&me, &to, &input.words)?;
    let transfer = Transfer {
        corrects: Some(action_id(&input.transfer)),
        ..own_transfer(&desk, &to, input.amount_s)?
    };
    let facts = Facts {
        corrected: Some(about.written.cited_by(&about.giver)),
        ..desk.facts()
    };
    let written = hand_out(&desk, transfer, &facts, sealed)?;
    link_answer(&input.transfer, &written.hash)?;
    (&written).try_into()
}

/// Disputes that concern the caller: as a side, or as one who was named.
#[hdk_extern]
pub fn disputes(input: ListInput) -> ExternResult<Disputes> {
    let limit = check_limit(input.limit)?;
    let me = me()?;
    // What was taken out of the inbox stays in this list.
    let mut targets: BTreeSet<ActionHash> = BTreeSet::new();
    for link in lasting_links(me.clone(), LinkTypes::Inbox)? {
        targets.extend(link.target.into_action_hash());
    }
    let mut newest: BTreeMap<ActionHash, Timestamp> = BTreeMap::new();
    let mut heard = |transfer: ActionHash, time: Timestamp| {
        let place = newest.entry(transfer).or_insert(time);
        *place = time.max(*place);
    };
    let own = query(ChainQueryFilter::new().include_entries(true))?;
    let others = valid_records(&targets.into_iter().collect::<Vec<_>>())?;
    for record in own.iter().chain(&others) {
        let dispute = match nomination_of(record) {
            Some(nomination) => held_dispute(&action_hash(&nomination.dispute))
                .ok()
                .map(|(dispute, _)| dispute),
            None => dispute_of(record),
        };
        if let Some(dispute) = dispute {
            heard(action_hash(&dispute.transfer), record.action().timestamp());
        }
    }
    let mut found: Vec<_> = newest.into_iter().collect();
    found.sort_by_key(|(transfer, time)| std::cmp::Reverse((*time, transfer.clone())));
    let (shown, next) = page_of_list(found, input.cursor, limit);
    let reader = Reader::ready(me)?;
    let mut items = Vec::new();
    for (transfer, _) in shown {
        // The transfer can arrive after what is said about it.
        if valid_record(&transfer)?.is_some() {
            items.push(reader.whole(&transfer)?);
        }
    }
    Ok(Disputes { items, next })
}

/// All that is known about one transfer's dispute.
#[hdk_extern]
pub fn dispute_about(input: TransferRef) -> ExternResult<DisputeItem> {
    Reader::ready(me()?)?.whole(&input.transfer)
}

/// How far a dispute about a transfer has come; none if nobody disputes it.
pub(crate) fn dispute_state(transfer: &ActionHash) -> ExternResult<Option<DisputeState>> {
    if answers_to(transfer)?.is_empty() || valid_record(transfer)?.is_none() {
        return Ok(None);
    }
    let item = Reader::ready(me()?)?.whole(transfer)?;
    Ok((!item.statements.is_empty()).then_some(item.state))
}

/// Takes what was said about a transfer out of the caller's inbox.
pub(crate) fn clear_disputes(transfer: &ActionHash) -> ExternResult<()> {
    for record in answered(transfer)? {
        if dispute_of(&record).is_some() {
            clear(record.action_address())?;
            for named in nominations_in(record.action_address())? {
                clear(&named.hash)?;
            }
        }
    }
    Ok(())
}

/// The transfer that a dispute, or a nomination in one, is about.
pub(crate) fn disputed_transfer(record: &Record) -> ExternResult<Option<ActionHash>> {
    let dispute = match nomination_of(record) {
        None => dispute_of(record),
        Some(nomination) => valid_record(&action_hash(&nomination.dispute))?
            .as_ref()
            .and_then(dispute_of),
    };
    Ok(dispute.map(|dispute| action_hash(&dispute.transfer)))
}

/// A transfer and the two whom it concerns.
struct About {
    giver: AgentPubKey,
    receiver: AgentPubKey,
    amount_s: Seconds,
    written: Written,
}

impl About {
    fn held(transfer: &ActionHash) -> ExternResult<Self> {
        let (giver, written) = held(transfer)?;
        let given = written
            .page
            .event
            .transfer()
            .ok_or_else(|| law(Violation::NotATransfer))?;
        Ok(Self {
            giver,
            receiver: agent_key(&given.to),
            amount_s: given.amount_s,
            written,
        })
    }

    fn other_than(&self, agent: &AgentPubKey) -> &AgentPubKey {
        if self.giver == *agent {
            &self.receiver
        } else {
            &self.giver
        }
    }
}

fn held_dispute(hash: &ActionHash) -> ExternResult<(Dispute, About)> {
    let record = held_record(hash, "dispute")?;
    let dispute = dispute_of(&record).ok_or_else(|| law(Violation::NotADispute))?;
    let about = About::held(&action_hash(&dispute.transfer))?;
    Ok((dispute, about))
}

/// A nomination with where it stands.
struct Named {
    hash: ActionHash,
    author: AgentPubKey,
    nomination: Nomination,
    tag: LinkTag,
}

impl Named {
    fn mediator(&self) -> AgentPubKey {
        agent_key(&self.nomination.mediator)
    }
}

/// Nominations in a dispute, oldest first.
fn nominations_in(dispute: &ActionHash) -> ExternResult<Vec<Named>> {
    let mut named = Vec::new();
    for (link, record) in linked_answers(dispute)? {
        if let Some(nomination) = nomination_of(&record) {
            named.push(Named {
                hash: record.action_address().clone(),
                author: record.action().author().clone(),
                nomination,
                tag: link.tag,
            });
        }
    }
    Ok(named)
}

struct Reader {
    me: AgentPubKey,
    names: Names,
    ballots: Ballots,
}

impl Reader {
    fn ready(me: AgentPubKey) -> ExternResult<Self> {
        Ok(Self {
            me,
            names: Names::default(),
            ballots: Ballots::known(BallotKind::Dispute)?,
        })
    }

    fn name(&self, agent: &AgentPubKey) -> Option<String> {
        self.names.of(agent)
    }

    fn whole(&self, transfer: &ActionHash) -> ExternResult<DisputeItem> {
        let about = About::held(transfer)?;
        let mut statements: Vec<Statement> = Vec::new();
        let mut nominations = Vec::new();
        let mut opinions: Vec<OpinionItem> = Vec::new();
        let mut corrections = Vec::new();
        let mut given_back = 0_i64;
        for (link, record) in linked_answers(transfer)? {
            let hash = record.action_address().clone();
            if let Some(dispute) = dispute_of(&record) {
                if statements.iter().any(|said| said.dispute == hash) {
                    continue;
                }
                for named in nominations_in(&hash)? {
                    nominations.push(self.nomination(&hash, &named));
                }
                self.opinions(&hash, &about, &mut opinions)?;
                let author = record.action().author().clone();
                statements.push(Statement {
                    words: self.words(&author, &about, &link.tag, dispute.reason),
                    dispute: hash,
                    author,
                    time_us: record.action().timestamp().as_micros(),
                });
            } else if let Some(written) = Written::of(&record) {
                if let Some(back) = written.page.event.transfer() {
                    if !corrections.contains(&hash) {
                        given_back = given_back.saturating_add(back.amount_s.0);
                        corrections.push(hash);
                    }
                }
            }
        }
        let subject = Subject::Dispute(action_id(transfer));
        let decided_s =
            self.ballots
                .newest_on(&subject)
                .and_then(|(asked, _)| match &asked.proposal.content {
                    Content::Dispute { give_back_s } => Some(*give_back_s),
                    _ => None,
                });
        let proposal = self
            .ballots
            .asked
            .values()
            .filter(|asked| asked.proposal.subject == subject)
            .max_by_key(|asked| (asked.proposal.number, asked.time))
            .map(|asked| asked.hash.clone());
        let agreed = nominations.iter().any(|one: &NominationItem| {
            nominations
                .iter()
                .any(|two| one.mediator == two.mediator && one.by != two.by)
        });
        let state = if !corrections.is_empty() {
            DisputeState::Settled
        } else if decided_s.is_some() {
            DisputeState::Decided
        } else if !opinions.is_empty() {
            DisputeState::Advised
        } else if agreed {
            DisputeState::Mediated
        } else {
            DisputeState::Open
        };
        Ok(DisputeItem {
            transfer: transfer.clone(),
            giver_name: self.name(&about.giver),
            giver: about.giver,
            receiver_name: self.name(&about.receiver),
            receiver: about.receiver,
            amount_s: about.amount_s,
            state,
            statements,
            nominations,
            opinions,
            proposal,
            decided_s,
            corrections,
            given_back_s: Seconds(given_back),
        })
    }

    fn nomination(&self, dispute: &ActionHash, named: &Named) -> NominationItem {
        let mediator = named.mediator();
        let words = if self.me == named.author {
            unseal_reason(&self.me, &mediator, &named.tag)
        } else if self.me == mediator {
            unseal_reason(&self.me, &named.author, &named.tag)
        } else {
            None
        };
        NominationItem {
            nomination: named.hash.clone(),
            dispute: dispute.clone(),
            by: named.author.clone(),
            mediator_name: self.name(&mediator),
            mediator,
            words,
        }
    }

    /// Opinions in a dispute: each has one envelope for either side.
    fn opinions(
        &self,
        dispute: &ActionHash,
        about: &About,
        opinions: &mut Vec<OpinionItem>,
    ) -> ExternResult<()> {
        for (link, record) in linked_answers(dispute)? {
            let Some(opinion) = opinion_of(&record) else {
                continue;
            };
            let mediator = record.action().author().clone();
            let words = self.words(&mediator, about, &link.tag, opinion.words);
            let hash = record.action_address();
            match opinions.iter_mut().find(|known| known.opinion == *hash) {
                Some(known) => known.words = known.words.take().or(words),
                None => opinions.push(OpinionItem {
                    opinion: hash.clone(),
                    mediator,
                    give_back_s: opinion.give_back_s,
                    words,
                }),
            }
        }
        Ok(())
    }

    /// Words by `author` for a side, if the caller is one of the two.
    fn words(
        &self,
        author: &AgentPubKey,
        about: &About,
        tag: &LinkTag,
        digest: Option<Digest>,
    ) -> Option<String> {
        let sides = [&about.giver, &about.receiver];
        if self.me == *author {
            sides
                .into_iter()
                .filter(|side| **side != self.me)
                .find_map(|side| unseal(&self.me, side, tag, digest))
        } else if sides.contains(&&self.me) {
            unseal(&self.me, author, tag, digest)
        } else {
            None
        }
    }
}
