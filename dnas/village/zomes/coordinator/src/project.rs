//! Projects: what the village adopted, what was spent, who worked.

use crate::api::{
    BallotKind, LabourItem, ListInput, ProjectInput, ProjectItem, ProjectPage, Projects,
};
use crate::ballots::{Asked, Ballots, Outcome};
use crate::book::{me, Written};
use crate::member::{page_of_list, Names};
use crate::refusal::{check_limit, Refusal};
use crate::vote::{answered, answers_to};
use crate::words::unseal;
use commons_credit_ledger::{ActionId, Confirmation, Content, Labour, Project, Seconds};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{action_id, agent_key, confirmation_of, labour_of};

/// Adopted projects, newest first.
#[hdk_extern]
pub fn projects(input: ListInput) -> ExternResult<Projects> {
    let limit = check_limit(input.limit)?;
    let ballots = Ballots::known(BallotKind::Project)?;
    let names = Names::default();
    let mut found: Vec<_> = ballots.adopted().collect();
    found.sort_by_key(|(asked, _)| std::cmp::Reverse((asked.time, asked.hash.clone())));
    let (shown, next) = page_of_list(found, input.cursor, limit);
    let mut items = Vec::new();
    for (asked, outcome) in shown {
        if let Some(adopted) = Adopted::of(asked, outcome) {
            let followers = adopted.followers()?;
            items.push(adopted.item(&names, followers.spent_s()));
        }
    }
    Ok(Projects { items, next })
}

/// One project, and the labour on it, newest first.
#[hdk_extern]
pub fn project(input: ProjectInput) -> ExternResult<ProjectPage> {
    let limit = check_limit(input.limit)?;
    let (asked, outcome) = adopted_project(&input.project)?;
    let adopted = Adopted::of(&asked, &outcome).ok_or(NO_PROJECT)?;
    let names = Names::default();
    let followers = adopted.followers()?;
    let item = adopted.item(&names, followers.spent_s());
    let labours = u32::try_from(followers.labours.len()).unwrap_or(u32::MAX);
    let reader = Reader {
        me: me()?,
        holder: agent_key(&adopted.project.holder),
        names,
        paid: followers.paid,
    };
    let (shown, next) = page_of_list(followers.labours, input.cursor, limit);
    let work = shown
        .iter()
        .map(|logged| reader.labour(logged))
        .collect::<ExternResult<_>>()?;
    Ok(ProjectPage {
        item,
        labours,
        work,
        next,
    })
}

const NO_PROJECT: Refusal = Refusal::NotFound {
    what: "adopted project",
};

/// An adopted project by its name.
pub(crate) fn adopted_project(project: &ActionHash) -> ExternResult<(Asked, Outcome)> {
    let mut ballots = Ballots::known(BallotKind::Project)?;
    let outcome = ballots
        .closed
        .remove(project)
        .filter(|outcome| outcome.adopted)
        .ok_or(NO_PROJECT)?;
    let asked = ballots.asked.remove(project).ok_or(NO_PROJECT)?;
    Ok((asked, outcome))
}

/// A project with the ballot that adopted it.
pub(crate) struct Adopted<'a> {
    asked: &'a Asked,
    outcome: &'a Outcome,
    pub(crate) project: &'a Project,
}

/// Labour with where it stands.
pub(crate) struct Logged {
    pub(crate) hash: ActionHash,
    pub(crate) worker: AgentPubKey,
    pub(crate) labour: Labour,
    time: Timestamp,
}

impl Logged {
    pub(crate) fn of(record: &Record) -> Option<Self> {
        labour_of(record).map(|labour| Self {
            hash: record.action_address().clone(),
            worker: record.action().author().clone(),
            labour,
            time: record.action().timestamp(),
        })
    }
}

/// A confirmation with where it stands.
pub(crate) struct Vouched {
    pub(crate) id: ActionId,
    pub(crate) author: AgentPubKey,
    pub(crate) confirmation: Confirmation,
}

/// Confirmations of labour that this node knows, one of each person.
pub(crate) fn confirmations_of(labour: &ActionHash) -> ExternResult<Vec<Vouched>> {
    let mut people = BTreeSet::new();
    Ok(answered(labour)?
        .iter()
        .filter_map(|record| {
            Some(Vouched {
                id: action_id(record.action_address()),
                author: record.action().author().clone(),
                confirmation: confirmation_of(record)?,
            })
        })
        .filter(|vouched| vouched.confirmation.labour == action_id(labour))
        .filter(|vouched| people.insert(vouched.author.clone()))
        .collect())
}

/// What follows from a project.
struct Followers {
    /// Newest first.
    labours: Vec<Logged>,
    /// The page that pays labour and how much, by labour.
    paid: BTreeMap<ActionId, (ActionHash, Seconds)>,
}

impl Followers {
    fn spent_s(&self) -> Seconds {
        let all = self.paid.values().map(|(_, amount_s)| amount_s.0);
        Seconds(all.fold(0, i64::saturating_add))
    }
}

impl<'a> Adopted<'a> {
    pub(crate) fn of(asked: &'a Asked, outcome: &'a Outcome) -> Option<Self> {
        match &asked.proposal.content {
            Content::Project(project) => Some(Self {
                asked,
                outcome,
                project,
            }),
            _ => None,
        }
    }

    /// Labour and payments are linked from the decision that they cite.
    fn followers(&self) -> ExternResult<Followers> {
        let mut answers = BTreeMap::new();
        for decision in &self.outcome.all {
            for record in answered(decision)? {
                answers.insert(record.action_address().clone(), record);
            }
        }
        let mut followers = Followers {
            labours: Vec::new(),
            paid: BTreeMap::new(),
        };
        for record in answers.into_values() {
            if let Some(logged) = Logged::of(&record) {
                followers.labours.push(logged);
            } else if let Some(written) = Written::of(&record) {
                let transfer = written.page.event.transfer();
                if let Some((payment, transfer)) =
                    transfer.and_then(|transfer| Some((transfer.payment.as_ref()?, transfer)))
                {
                    followers
                        .paid
                        .insert(payment.labour, (written.hash.clone(), transfer.amount_s));
                }
            }
        }
        followers
            .labours
            .sort_by_key(|logged| std::cmp::Reverse((logged.time, logged.hash.clone())));
        Ok(followers)
    }

    fn item(&self, names: &Names, spent_s: Seconds) -> ProjectItem {
        let holder = agent_key(&self.project.holder);
        ProjectItem {
            project: self.asked.hash.clone(),
            decision: self.outcome.decision.clone(),
            name: self.project.name.clone(),
            purpose: self.project.purpose.clone(),
            fund: self.project.fund,
            holder_name: names.of(&holder),
            holder,
            budget_s: self.project.budget_s,
            spent_s,
            left_s: Seconds(self.project.budget_s.0.saturating_sub(spent_s.0)),
            confirmations: self.project.confirmations,
            time_us: self.asked.time.as_micros(),
        }
    }
}

struct Reader {
    me: AgentPubKey,
    holder: AgentPubKey,
    names: Names,
    paid: BTreeMap<ActionId, (ActionHash, Seconds)>,
}

impl Reader {
    fn labour(&self, logged: &Logged) -> ExternResult<LabourItem> {
        let mine = logged.worker == self.me;
        let shown = logged.labour.shown || mine || self.holder == self.me;
        let worker = shown.then(|| logged.worker.clone());
        let confirmations = confirmations_of(&logged.hash)?;
        let paid = self.paid.get(&action_id(&logged.hash));
        Ok(LabourItem {
            labour: logged.hash.clone(),
            worker_name: worker.as_ref().and_then(|worker| self.names.of(worker)),
            worker,
            mine,
            seconds: logged.labour.seconds,
            words: self.words(logged)?,
            confirmed_by: u32::try_from(confirmations.len()).unwrap_or(u32::MAX),
            confirmed_by_me: confirmations
                .iter()
                .any(|vouched| vouched.author == self.me),
            paid: paid.map(|(page, _)| page.clone()),
            paid_s: paid.map_or(Seconds(0), |(_, amount_s)| *amount_s),
            time_us: logged.time.as_micros(),
        })
    }

    /// The words, for the worker and the holder.
    fn words(&self, logged: &Logged) -> ExternResult<Option<String>> {
        let mine = logged.worker == self.me;
        let other = if mine { &self.holder } else { &logged.worker };
        if logged.labour.words.is_none() || !mine && self.holder != self.me {
            return Ok(None);
        }
        let target = AnyLinkableHash::from(logged.hash.clone());
        let decision = village_integrity::action_hash(&logged.labour.decision);
        Ok(answers_to(&decision)?
            .into_iter()
            .filter(|link| link.target == target)
            .find_map(|link| unseal(&self.me, other, &link.tag, logged.labour.words)))
    }
}
