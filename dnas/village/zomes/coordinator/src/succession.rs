//! Lost keys: naming guardians, asking them, and going on with the book.

use crate::api::{
    AppealRef, BallotKind, GuardInput, Guardian, GuardiansNamed, LostInput, Requested, Standing,
    SucceedInput, SuccessionItem, Written as WrittenOut,
};
use crate::ballots::Ballots;
use crate::book::{
    charter, held_record, latest_of, me, own_latest, own_open, own_past, valid_record, write, Desk,
    Written,
};
use crate::ends::link_end;
use crate::inbox::clear_settled;
use crate::member::{check_member, Names};
use crate::policy::policy_in_force;
use crate::refusal::{law, Refusal};
use crate::village::{enter, own_admission, standing_book, standing_with};
use crate::vote::{answered, link_answer};
use crate::written::{create_entry, create_link};
use commons_credit_ledger::apply::apply;
use commons_credit_ledger::page::FIRST_PAGE;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::text::check_name;
use commons_credit_ledger::{
    ActionId, AgentId, Appeal, Cited, Content, Entrust, Event, Facts, Guardians, Mandate, Page,
    Subject, Succession,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{
    action_hash, action_id, agent_id, agent_key, appeal_of, AppealEntry, EntryTypes, LinkTypes,
};

/// Pages of a book that are looked through for its guardians.
const PAGES_MAX: usize = 10_000;

/// Names the guardians of the caller's book.
#[hdk_extern]
pub fn name_guardians(input: GuardInput) -> ExternResult<WrittenOut> {
    for guardian in &input.guardians {
        check_member(guardian)?;
    }
    let mut agents: Vec<AgentId> = input.guardians.iter().map(agent_id).collect();
    agents.sort_unstable();
    let desk = Desk::open()?;
    let event = Event::Guard(Guardians {
        agents,
        needed: input.needed,
    });
    let written = write(desk.draft(event, &desk.facts())?)?;
    (&written).try_into()
}

/// The guardians of the caller's book.
#[hdk_extern]
pub fn guardians(_: ()) -> ExternResult<GuardiansNamed> {
    let latest = own_open()?;
    let Some((_, guardians)) = named_in(&latest)? else {
        return Ok(GuardiansNamed {
            guardians: Vec::new(),
            needed: 0,
        });
    };
    let names = Names::default();
    Ok(GuardiansNamed {
        guardians: shown(&guardians, &names, &[]),
        needed: guardians.needed,
    })
}

fn shown(guardians: &Guardians, names: &Names, entrusted: &[Word]) -> Vec<Guardian> {
    let agents = guardians.agents.iter().map(agent_key);
    agents
        .map(|agent| Guardian {
            name: names.of(&agent),
            entrusted: entrusted.iter().any(|word| word.author == agent),
            agent,
        })
        .collect()
}

/// The page that names the guardians whom a book's newest page keeps; none if none are
/// named.
fn named_in(latest: &Written) -> ExternResult<Option<(ActionHash, Guardians)>> {
    let Some(kept) = latest.page.after.guardians else {
        return Ok(None);
    };
    let mut here = latest.clone();
    for _ in 0..PAGES_MAX {
        if let Event::Guard(guardians) = &here.page.event {
            if guardians.digest() == kept {
                return Ok(Some((here.hash, guardians.clone())));
            }
        }
        let before = match (&here.page.previous, here.page.event.succession()) {
            (Some(previous), _) => *previous,
            (None, Some(succession)) => succession.last,
            (None, None) => break,
        };
        let record = held_record(&action_hash(&before), "page")?;
        here = Written::of(&record).ok_or(Refusal::NotFound { what: "page" })?;
    }
    Err(Refusal::NotFound {
        what: "page that names the guardians",
    }
    .into())
}

/// Asks the guardians of a lost key for its book. The caller has joined with a new key
/// and has not opened a book.
#[hdk_extern]
pub fn ask_succession(input: LostInput) -> ExternResult<Requested> {
    if own_latest()?.is_some() {
        return Err(Refusal::AlreadyOpened.into());
    }
    let latest = lost_book(&input.lost)?;
    let (page, guardians) = named_in(&latest)?.ok_or(Refusal::NoGuardians)?;
    let named = held_record(&page, "page")?;
    let named = Written::of(&named).ok_or(Refusal::NotFound { what: "page" })?;
    let appeal = Appeal {
        lost: agent_id(&input.lost),
        last: action_id(&latest.hash),
        named: action_id(&page),
    };
    appeal
        .check(
            agent_id(&me()?),
            Some(latest.cited_by(&input.lost)),
            Some(named.cited_by(&input.lost)),
        )
        .map_err(law)?;
    let hash = create_entry(EntryTypes::Appeal(AppealEntry(appeal)))?;
    for guardian in &guardians.agents {
        create_link(
            agent_key(guardian),
            hash.clone(),
            LinkTypes::Inbox,
            LinkTag::new(Vec::new()),
        )?;
    }
    Ok(Requested { request: hash })
}

/// The newest page of a lost book.
fn lost_book(lost: &AgentPubKey) -> ExternResult<Written> {
    Ok(latest_of(lost)?.ok_or(Refusal::NotFound { what: "lost book" })?)
}

/// As a guardian, entrusts a lost book to the new key that asks for it. The caller has
/// spoken with the person.
#[hdk_extern]
pub fn vouch_succession(input: AppealRef) -> ExternResult<WrittenOut> {
    let record = held_record(&input.appeal, "appeal")?;
    let appeal = appeal_of(&record).ok_or(Refusal::NotFound { what: "appeal" })?;
    let lost = agent_key(&appeal.lost);
    let latest = lost_book(&lost)?;
    // The heir may know less of the book than this guardian does.
    if action_id(&latest.hash) != appeal.last {
        let last = valid_record(&action_hash(&appeal.last))?
            .as_ref()
            .and_then(Written::of)
            .ok_or(Refusal::NotFound { what: "last page" })?;
        return Err(Refusal::BookMoved {
            seen: last.page.number,
            newest: latest.page.number,
        }
        .into());
    }
    let desk = Desk::open()?;
    let guards =
        named_in(&latest)?.is_some_and(|(_, guardians)| guardians.agents.contains(&desk.author));
    if !guards {
        return Err(Refusal::NotAGuardian.into());
    }
    let event = Event::Entrust(Box::new(Entrust {
        lost: appeal.lost,
        last: appeal.last,
        heir: agent_id(record.action().author()),
        proof: own_past()?.settled.prove(&Key::of_entrusted(appeal.lost)),
    }));
    let facts = Facts {
        last: Some(latest.cited_by(&lost)),
        ..desk.facts()
    };
    let written = write(desk.draft(event, &facts)?)?;
    link_answer(&latest.hash, &written.hash)?;
    clear_settled(&input.appeal)?;
    (&written).try_into()
}

/// A guardian's page with its author.
struct Word {
    author: AgentPubKey,
    written: Written,
}

/// What guardians have said about a lost book and this heir, one page of each.
fn words_for(last: &ActionHash, heir: AgentId) -> ExternResult<Vec<Word>> {
    let mut words: BTreeMap<AgentPubKey, Written> = BTreeMap::new();
    for record in answered(last)? {
        let Some(written) = Written::of(&record) else {
            continue;
        };
        let entrusts = match &written.page.event {
            Event::Entrust(entrust) => entrust.heir == heir,
            _ => false,
        };
        if entrusts {
            words.insert(record.action().author().clone(), written);
        }
    }
    let words = words.into_iter();
    Ok(words
        .map(|(author, written)| Word { author, written })
        .collect())
}

/// What the caller can go on with, and by whose word.
struct Claim {
    last: Written,
    guardians: Option<Guardians>,
    /// Of guardians only.
    words: Vec<Word>,
    /// The decision with its proposal.
    decided: Option<(ActionHash, ActionHash)>,
}

impl Claim {
    fn gathered(lost: &AgentPubKey, ballots: &Ballots) -> ExternResult<Self> {
        let heir = agent_id(&me()?);
        let subject = Subject::Succession(agent_id(lost));
        let decided =
            ballots
                .newest_on(&subject)
                .and_then(|(asked, outcome)| match asked.proposal.content {
                    Content::Succession { heir: named, last } if named == heir => {
                        Some((asked.hash.clone(), outcome.decision.clone(), last))
                    }
                    _ => None,
                });
        if let Some((asked, decision, last)) = decided {
            let record = held_record(&action_hash(&last), "last page")?;
            let last = Written::of(&record).ok_or(Refusal::NotFound { what: "last page" })?;
            return Ok(Self {
                last,
                guardians: None,
                words: Vec::new(),
                decided: Some((asked, decision)),
            });
        }
        // What the guardians named, not what is newest by now.
        let appealed = own_appeal(lost)?;
        let last = match appealed {
            None => lost_book(lost)?,
            Some(last) => {
                let record = held_record(&action_hash(&last), "last page")?;
                Written::of(&record).ok_or(Refusal::NotFound { what: "last page" })?
            }
        };
        let guardians = named_in(&last)?.map(|(_, guardians)| guardians);
        let mut words = words_for(&last.hash, heir)?;
        // Anybody may say that of any lost key (rule 65), and the law takes no opening that
        // cites one who is no guardian (rule 66): one stranger's page would stop the heir.
        words.retain(|word| {
            guardians
                .as_ref()
                .is_some_and(|guardians| guardians.agents.contains(&agent_id(&word.author)))
        });
        Ok(Self {
            guardians,
            words,
            last,
            decided: None,
        })
    }

    fn suffices(&self) -> bool {
        let enough = self
            .guardians
            .as_ref()
            .is_some_and(|guardians| self.words.len() >= guardians.needed as usize);
        self.decided.is_some() || enough
    }
}

/// The last page in the caller's newest appeal about a lost key.
fn own_appeal(lost: &AgentPubKey) -> ExternResult<Option<ActionId>> {
    let records = query(ChainQueryFilter::new().include_entries(true))?;
    let appeals = records.iter().filter_map(appeal_of);
    Ok(appeals
        .filter(|appeal| appeal.lost == agent_id(lost))
        .map(|appeal| appeal.last)
        .next_back())
}

/// How far the caller's succession to a lost key has come.
#[hdk_extern]
pub fn succession(input: LostInput) -> ExternResult<SuccessionItem> {
    let ballots = Ballots::known(BallotKind::Succession)?;
    let claim = Claim::gathered(&input.lost, &ballots)?;
    let names = Names::default();
    let ready = claim.suffices();
    let guardians = claim.guardians.as_ref();
    Ok(SuccessionItem {
        lost_name: names.of(&input.lost),
        lost: input.lost,
        balance_s: claim.last.member()?.balance_s,
        needed: guardians.map_or(0, |guardians| guardians.needed),
        guardians: guardians
            .map_or_else(Vec::new, |guardians| shown(guardians, &names, &claim.words)),
        ready,
    })
}

/// Opens the caller's book with what the book of a lost key held.
#[hdk_extern]
pub fn succeed(input: SucceedInput) -> ExternResult<Standing> {
    let charter = charter()?;
    let name = input.name.trim().to_owned();
    check_name(&name).map_err(law)?;
    if own_latest()?.is_some() {
        return Err(Refusal::AlreadyOpened.into());
    }
    let ballots = Ballots::known(BallotKind::Succession)?;
    let claim = Claim::gathered(&input.lost, &ballots)?;
    let outcome = claim
        .decided
        .as_ref()
        .and_then(|(asked, _)| Some((ballots.asked.get(asked)?, ballots.closed.get(asked)?)));
    let mandate = match (&outcome, &claim.guardians) {
        (Some((_, outcome)), _) => Mandate::Decision {
            decision: action_id(&outcome.decision),
        },
        (None, Some(guardians)) => Mandate::Guardians {
            guardians: guardians.clone(),
            entrusted: claim
                .words
                .iter()
                .map(|word| action_id(&word.written.hash))
                .collect(),
        },
        (None, None) => return Err(Refusal::NoGuardians.into()),
    };
    let entrusted: Vec<Cited<'_>> = claim
        .words
        .iter()
        .map(|word| word.written.cited_by(&word.author))
        .collect();
    let in_force = policy_in_force(&charter)?;
    let facts = Facts {
        admission_is_own: true,
        last: Some(claim.last.cited_by(&input.lost)),
        entrusted: &entrusted,
        decided: outcome.map(|(asked, outcome)| outcome.decided(asked)),
        ..Facts::of(agent_id(&me()?), Some(in_force.policy))
    };
    let event = Event::Succeed {
        admission: action_id(&own_admission()?),
        succession: Box::new(Succession {
            lost: agent_id(&input.lost),
            last: action_id(&claim.last.hash),
            number: claim.last.page.number,
            mandate,
        }),
    };
    let after = apply(None, &event, &in_force.policy, &facts).map_err(law)?;
    let first = write(Page {
        number: FIRST_PAGE,
        previous: None,
        policy: in_force.cited,
        event,
        after,
    })?;
    enter(&name, &first)?;
    link_end(&first.hash)?;
    let book = standing_book(name, &first)?;
    standing_with(charter, Some(book))
}
