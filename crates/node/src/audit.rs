//! Hands all pages that this node holds to the auditor, village by village, and both ends
//! of each line between two of them.
//!
//! It reads the conductor's databases beside the conductor: one read transaction
//! for each village, so that a running node is seen at one moment. Nothing here
//! knows about credit: pages go to `commons_credit_audit` as bytes, and its report
//! goes out as it is.

use crate::data::DataFolder;
use crate::export::{chain_line, ChainRow};
use crate::keystore::{ensure_database_key, Passphrase, PassphraseSource};
use crate::node::{Ready, RUNNING_FILE};
use crate::status;
use crate::NodeError;
use commons_credit_audit::{self as audited, Audit, Id, LineReport, Record, Report, Village};
use commons_credit_ledger::carry::Program;
use commons_credit_ledger::{
    Charter, Content, Decision, Fund, Labour, Levies, LineTerms, Proposal, Subject, Terms,
    VillageId,
};
use futures_util::TryStreamExt;
use holochain::prelude::{ActionData, CellId, DnaHash, Entry, EntryType, EntryVisibility};
use holochain_serialized_bytes::decode;
use holochain_state::data::{
    open_db, DatabaseIdentifier, DbKey, DbRead, Dht, HolochainDataConfig, Wasm,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// The conductor's databases in a data folder.
pub const DATABASES: &str = "conductor/databases";
/// Indices among the entry types of the one integrity zome.
const PAGE: u8 = 0;
const PROPOSAL: u8 = 2;
const DECISION: u8 = 3;
const LABOUR: u8 = 4;
/// `ActionType::AgentValidationPkg` in the database.
const ADMISSIONS: &str = "SELECT hash, author FROM Action \
     WHERE record_validity = 1 AND action_type = 2";
/// `ActionType::Create` with a public entry, book by book in the order of the chain,
/// which costs the auditor the least memory. Accepted ones only: what this node has
/// refused is nobody's balance.
const ENTRIES: &str = "SELECT a.hash, a.author, a.seq, a.action_data, e.blob \
     FROM Action a JOIN Entry e ON e.hash = a.entry_hash \
     WHERE a.record_validity = 1 AND a.action_type = 4 \
     ORDER BY a.author, a.seq";
/// One author's chain with its entries, the private ones too.
const CHAIN: &str =
    "SELECT a.hash, a.seq, a.timestamp, a.action_type, a.action_data, a.signature, \
     COALESCE(e.blob, p.blob) \
     FROM Action a LEFT JOIN Entry e ON e.hash = a.entry_hash \
     LEFT JOIN PrivateEntry p ON p.hash = a.entry_hash AND p.author = a.author \
     WHERE a.author = ? ORDER BY a.seq";
/// Two connections: one reads, one is the pool's own spare.
const READERS: u16 = 1;
/// A large village takes seconds; a slow machine more.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(600);
const ANSWER_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What the auditor says about a node's villages, and about the lines between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audits {
    /// One answer a village.
    pub villages: Vec<VillageAudit>,
    /// One for each line between two of these.
    pub lines: Vec<LineAudit>,
}

/// The report on a line whose two villages are both here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAudit {
    /// The DNA hashes of the two villages, in the order of the report's ends.
    pub villages: [String; 2],
    /// Their names, from their charters.
    pub names: [String; 2],
    /// `sound`, `incomplete` or `broken`.
    pub verdict: String,
    /// The report (docs/audit.md).
    pub report: Value,
    /// The same for people.
    pub lines: Vec<String>,
}

/// One village's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageAudit {
    /// The village's DNA hash.
    pub village: String,
    /// Its name, from the charter.
    pub name: String,
    /// `sound`, `incomplete` or `broken`.
    pub verdict: String,
    /// The report (docs/audit.md).
    pub report: Value,
    /// The same for people.
    pub lines: Vec<String>,
}

impl VillageAudit {
    fn of(dna: &DnaHash, charter: &Charter, report: &Report) -> Result<Self, NodeError> {
        Ok(Self {
            village: dna.to_string(),
            name: charter.name.clone(),
            verdict: report.verdict().word().into(),
            report: plain(report)?,
            lines: report.lines(),
        })
    }

    /// Whether `asked` names it.
    fn is(&self, asked: &str) -> bool {
        self.name == asked || self.village == asked
    }
}

impl LineAudit {
    /// None for a line to a village that is not among these.
    fn of(
        known: &BTreeMap<DnaHash, Charter>,
        report: &LineReport,
    ) -> Result<Option<Self>, NodeError> {
        let village = |at: usize| {
            let id = Some(report.ends[at].village);
            known.iter().find(|(dna, _)| name_of(dna) == id)
        };
        let (Some(one), Some(other)) = (village(0), village(1)) else {
            return Ok(None);
        };
        Ok(Some(Self {
            villages: [one.0.to_string(), other.0.to_string()],
            names: [one.1.name.clone(), other.1.name.clone()],
            verdict: report.verdict().word().into(),
            report: plain(report)?,
            lines: report.lines([&one.1.name, &other.1.name]),
        }))
    }
}

fn plain(report: &impl Serialize) -> Result<Value, NodeError> {
    serde_json::to_value(report).map_err(|error| NodeError::Conductor {
        doing: "writing the report",
        cause: error.to_string(),
    })
}

/// The databases of a conductor, opened beside it for reading.
pub struct Ledgers {
    folder: PathBuf,
    key: DbKey,
}

/// A running node's databases, unlocked at most once in a run: that takes its time on
/// purpose.
pub struct SharedLedgers {
    folder: PathBuf,
    passphrase: Passphrase,
    opened: OnceCell<Ledgers>,
}

impl SharedLedgers {
    /// Those in a data folder, with their key if the start had to unlock it, else unlocked
    /// when somebody first asks.
    pub fn of(data: &DataFolder, passphrase: Passphrase, key: Option<DbKey>) -> Self {
        let folder = data.path(DATABASES);
        let opened = key.map(|key| Ledgers {
            folder: folder.clone(),
            key,
        });
        Self {
            folder,
            passphrase,
            opened: OnceCell::new_with(opened),
        }
    }

    /// The databases.
    pub async fn get(&self) -> Result<&Ledgers, NodeError> {
        let open = || Ledgers::open(&self.folder, &self.passphrase);
        self.opened.get_or_try_init(open).await
    }
}

impl Ledgers {
    /// Opens the databases in a folder with the passphrase that its conductor has.
    pub async fn open(folder: &Path, passphrase: &Passphrase) -> Result<Self, NodeError> {
        let path = folder.join("db.key");
        let locked =
            std::fs::read_to_string(&path).map_err(|error| NodeError::from_io(&path, &error))?;
        let key = DbKey::load(locked, passphrase.clone()).await.map_err(|_| {
            NodeError::PassphraseWrong {
                path: folder.into(),
            }
        })?;
        Ok(Self {
            folder: folder.into(),
            key,
        })
    }

    /// The villages that have a database here, with their charters; the lobby has no
    /// charter and is none.
    pub async fn villages(&self) -> Result<BTreeMap<DnaHash, Charter>, NodeError> {
        let Some(store) = self.database(Wasm).await? else {
            return Ok(BTreeMap::new());
        };
        let all = store.get_all_dna_defs().await;
        store.pool().close().await;
        let all = all.map_err(|error| self.failed(error))?;
        let villages = all.into_iter().filter_map(|(cell, dna)| {
            let properties = dna.content.modifiers.properties.bytes();
            let charter = decode::<_, Option<Charter>>(properties).ok()??;
            Some((cell.dna_hash().clone(), charter))
        });
        Ok(villages.collect())
    }

    /// The report on one village.
    pub async fn audit(&self, dna: &DnaHash, charter: &Charter) -> Result<Report, NodeError> {
        let name = name_of(dna).unwrap_or(Id([0; 32]));
        let mut village = Village::founded(name, rates(&charter.levies, charter.floor_s.0));
        village.verify_cheques(name);
        let Some(store) = self.database(Dht::new(Arc::new(dna.clone()))).await? else {
            return Ok(Audit::of(village).finish());
        };
        let read = self.read(&store, &mut village).await;
        store.pool().close().await;
        read
    }

    async fn read(&self, store: &DbRead<Dht>, village: &mut Village) -> Result<Report, NodeError> {
        let failed = |error: sqlx::Error| self.failed(error);
        let mut moment = store.pool().begin().await.map_err(failed)?;
        let mut rows = sqlx::query(ADMISSIONS).fetch(&mut *moment);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            if let (Some(admission), Some(agent)) = (name_in(&row, 0), name_in(&row, 1)) {
                village.admit(admission, agent);
            }
        }
        drop(rows);
        // What was decided comes before the pages that rest on it.
        let mut decided = Decided::default();
        let mut rows = sqlx::query(ENTRIES).fetch(&mut *moment);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            if let Some(written) = Written::of(&row) {
                decided.read(&written);
            }
        }
        drop(rows);
        decided.tell(village);
        let mut audit = Audit::of(village.clone());
        let mut rows = sqlx::query(ENTRIES).fetch(&mut *moment);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            if let Some(written) = Written::of(&row).filter(|written| written.kind == PAGE) {
                audit.read(Record {
                    page: written.id,
                    author: written.author,
                    sequence: written.sequence,
                    bytes: &written.bytes,
                });
            }
        }
        drop(rows);
        moment.rollback().await.map_err(failed)?;
        Ok(audit.finish())
    }

    /// The report on every village here, or on those that `asked` names by name or
    /// DNA hash, and on the lines between them.
    pub async fn audit_all(&self, asked: Option<&str>) -> Result<Audits, NodeError> {
        let (mut audits, mut reports) = (Audits::default(), Vec::new());
        let known = self.villages().await?;
        for (dna, charter) in &known {
            let is_asked =
                asked.is_none_or(|asked| charter.name == asked || dna.to_string() == asked);
            if is_asked {
                let report = self.audit(dna, charter).await?;
                let village = VillageAudit::of(dna, charter, &report)?;
                audits.villages.push(village);
                reports.push(report);
            }
        }
        for report in LineReport::all(&reports) {
            audits.lines.extend(LineAudit::of(&known, &report)?);
        }
        Ok(audits)
    }

    /// A village's chains, or none when there are none here.
    pub async fn chains(&self, dna: &DnaHash) -> Result<Option<DbRead<Dht>>, NodeError> {
        self.database(Dht::new(Arc::new(dna.clone()))).await
    }

    /// The chain of a cell's author, for an export.
    pub async fn chain_of(&self, cell: &CellId) -> Result<Vec<Value>, NodeError> {
        let Some(store) = self.chains(cell.dna_hash()).await? else {
            return Ok(Vec::new());
        };
        let read = self.read_chain(&store, cell).await;
        store.pool().close().await;
        read.map_err(|error| self.failed(error))
    }

    async fn read_chain(
        &self,
        store: &DbRead<Dht>,
        cell: &CellId,
    ) -> Result<Vec<Value>, sqlx::Error> {
        let mut rows = sqlx::query(CHAIN)
            .bind(cell.agent_pubkey().get_raw_36().to_vec())
            .fetch(store.pool());
        let mut chain = Vec::new();
        while let Some(row) = rows.try_next().await? {
            chain.push(chain_line(ChainRow {
                hash: row.try_get(0)?,
                seq: row.try_get(1)?,
                timestamp: row.try_get(2)?,
                action_type: row.try_get(3)?,
                action: row.try_get(4)?,
                signature: row.try_get(5)?,
                entry: row.try_get(6)?,
            }));
        }
        Ok(chain)
    }

    /// A database that is there: opening a missing one would make it.
    async fn database<I>(&self, which: I) -> Result<Option<DbRead<I>>, NodeError>
    where
        I: DatabaseIdentifier,
    {
        if !self.folder.join(which.database_id()).is_file() {
            return Ok(None);
        }
        let config = HolochainDataConfig::new()
            .with_key(self.key.clone())
            .with_max_readers(READERS);
        let database = open_db(&self.folder, which, config).await;
        database
            .map(|database| Some(database.into()))
            .map_err(|error| self.failed(error))
    }

    pub(crate) fn failed(&self, error: impl Display) -> NodeError {
        NodeError::from_conductor(&self.folder, "reading the ledgers", error)
    }
}

/// A village's 32-byte name.
fn name_of(dna: &DnaHash) -> Option<Id> {
    dna.get_raw_32().try_into().ok().map(Id)
}

/// The 32-byte core of a hash in a row: the database keeps it with its location.
fn name_in(row: &sqlx::sqlite::SqliteRow, column: usize) -> Option<Id> {
    let bytes: &[u8] = row.try_get(column).ok()?;
    bytes.get(..32)?.try_into().ok().map(Id)
}

/// An entry of the app as it stands in a row of [`ENTRIES`].
struct Written {
    id: Id,
    author: Id,
    sequence: u32,
    kind: u8,
    bytes: Vec<u8>,
}

impl Written {
    /// None for what is not a public entry of the app.
    fn of(row: &sqlx::sqlite::SqliteRow) -> Option<Self> {
        let action: &[u8] = row.try_get(3).ok()?;
        let entry: &[u8] = row.try_get(4).ok()?;
        let Ok(ActionData::Create(create)) = decode::<_, ActionData>(action) else {
            return None;
        };
        let EntryType::App(definition) = create.entry_type else {
            return None;
        };
        let Ok(Entry::App(entry)) = decode::<_, Entry>(entry) else {
            return None;
        };
        let is_ours =
            definition.zome_index.0 == 0 && definition.visibility == EntryVisibility::Public;
        is_ours.then_some(Self {
            id: name_in(row, 0)?,
            author: name_in(row, 1)?,
            sequence: u32::try_from(row.try_get::<i64, _>(2).ok()?).ok()?,
            kind: definition.entry_index.0,
            bytes: entry.into_sb().bytes().clone(),
        })
    }
}

/// What the village decided and who worked, translated for the auditor. Every node
/// has judged these entries; the ledger's shapes serve to read them and no more.
#[derive(Default)]
struct Decided {
    proposals: HashMap<Id, Proposal>,
    /// By the decision's own name: the proposal that it adopts.
    adopted: Vec<(Id, Id)>,
    labours: Vec<(Id, audited::Labour)>,
}

impl Decided {
    fn read(&mut self, written: &Written) {
        match written.kind {
            PROPOSAL => {
                if let Ok(proposal) = decode::<_, Proposal>(&written.bytes) {
                    self.proposals.insert(written.id, proposal);
                }
            }
            DECISION => match decode::<_, Decision>(&written.bytes) {
                Ok(decision) if decision.adopted => {
                    self.adopted.push((written.id, Id(decision.proposal.0)));
                }
                _ => {}
            },
            LABOUR => {
                if let Ok(labour) = decode::<_, Labour>(&written.bytes) {
                    let labour = audited::Labour {
                        author: written.author,
                        project: Id(labour.project.0),
                        seconds: labour.seconds.0,
                    };
                    self.labours.push((written.id, labour));
                }
            }
            _ => {}
        }
    }

    fn tell(self, village: &mut Village) {
        for (id, proposal) in &self.proposals {
            let about = audited::Proposal {
                subject: subject(&proposal.subject),
                number: proposal.number,
                roll: proposal.roll.number,
            };
            village.propose(*id, about);
        }
        for (decision, id) in self.adopted {
            let Some(proposal) = self.proposals.get(&id) else {
                continue;
            };
            match (&proposal.content, proposal.subject) {
                (Content::Policy(terms), _) => {
                    village.adopt(proposal.number, decision, audited_terms(terms));
                }
                (Content::Floor { floor_s }, Subject::Floor(agent)) => {
                    let floor = audited::DecidedFloor {
                        agent: Id(agent.0),
                        number: proposal.number,
                        floor_s: floor_s.0,
                    };
                    village.decide_floor(decision, floor);
                }
                (Content::Line(terms), Subject::Line(neighbour)) => {
                    village.decide_line(decision, line_terms(neighbour, terms));
                }
                (Content::Code(code), _) if matches!(code.program, Program::Dna(_)) => {
                    village.decide_code(decision);
                }
                (Content::Project(project), _) => {
                    let project = audited::Project {
                        proposal: id,
                        fund: match project.fund {
                            Fund::State => audited::Account::State,
                            Fund::Community => audited::Account::Community,
                        },
                        holder: Id(project.holder.0),
                        budget_s: project.budget_s.0,
                        confirmations: project.confirmations,
                    };
                    village.decide_project(decision, project);
                }
                (
                    Content::MakeGood {
                        amount_s, holder, ..
                    },
                    _,
                ) => {
                    let made_good = audited::MadeGood {
                        proposal: id,
                        amount_s: amount_s.0,
                        holder: Id(holder.0),
                    };
                    village.decide_made_good(decision, made_good);
                }
                _ => {}
            }
        }
        for (id, labour) in self.labours {
            village.work(id, labour);
        }
    }
}

fn rates(levies: &Levies, floor_s: i64) -> audited::Rates {
    audited::Rates {
        state_bp: levies.state_bp.0,
        community_bp: levies.community_bp.0,
        floor_s,
    }
}

fn audited_terms(terms: &Terms) -> audited::Terms {
    audited::Terms {
        rates: rates(&terms.levies, terms.floor_s.0),
        probation: terms.probation.map(|probation| audited::Probation {
            start_s: probation.start_s.0,
            per_deposit_s: probation.per_deposit_s.0,
            received_bp: probation.received_bp.0,
        }),
        payments_levied: terms.payments_levied,
        holders: [terms.state, terms.community]
            .map(|appointed| appointed.map(|appointed| Id(appointed.holder.0))),
    }
}

fn line_terms(neighbour: VillageId, terms: &LineTerms) -> audited::LineTerms {
    let rates = terms.sheet.kinds.iter().map(|known| known.rate);
    audited::LineTerms {
        neighbour: Id(neighbour.0),
        limit_s: terms.limit_s.0,
        sheet: terms.sheet.number,
        slope_bp: terms.sheet.slope_bp,
        kinds: rates.map(|rate| (rate.num, rate.den)).collect(),
    }
}

fn subject(subject: &Subject) -> audited::Subject {
    match subject {
        Subject::Roll => audited::Subject::Roll,
        Subject::Policy => audited::Subject::Policy,
        Subject::Floor(agent) => audited::Subject::Floor(Id(agent.0)),
        Subject::Project(name) => audited::Subject::Project(Id(name.0)),
        Subject::Line(neighbour) => audited::Subject::Line(Id(neighbour.0)),
        Subject::Dispute(transfer) => audited::Subject::Dispute(Id(transfer.0)),
        Subject::Code => audited::Subject::Code,
        Subject::Succession(agent) => audited::Subject::Succession(Id(agent.0)),
        Subject::MakeGood(agent) => audited::Subject::MakeGood(Id(agent.0)),
    }
}

/// Audits a data folder: through its node when one runs, else by opening it.
pub async fn audit(
    data: &Path,
    passphrase: PassphraseSource,
    asked: Option<&str>,
) -> Result<Audits, NodeError> {
    let reports = if DataFolder::is_in_use(data) {
        let (data, asked) = (data.to_owned(), asked.map(str::to_owned));
        blocking("asking the running node for an audit", move || {
            ask(&data, asked.as_deref())
        })
        .await?
    } else {
        open(data, passphrase).await?.audit_all(asked).await?
    };
    match asked {
        Some(asked) if !reports.villages.iter().any(|report| report.is(asked)) => {
            Err(NodeError::VillageUnknown {
                village: asked.into(),
            })
        }
        _ => Ok(reports),
    }
}

/// Opens the ledgers of a folder whose node does not run, and keeps it from running
/// meanwhile.
async fn open(data: &Path, passphrase: PassphraseSource) -> Result<ClosedLedgers, NodeError> {
    // To open a folder makes it; an audit makes nothing.
    let begun = data.join(DATABASES).join("db.key").is_file();
    if !begun {
        return Err(NodeError::DataEmpty { path: data.into() });
    }
    let data = Arc::new(DataFolder::open(data)?);
    let beside = data.clone();
    // It may wait for somebody to type.
    let passphrase = blocking("asking for the passphrase", move || {
        passphrase.find(&beside, |_| {})
    })
    .await?;
    ensure_database_key(&data, &passphrase).await?;
    let ledgers = Ledgers::open(&data.path(DATABASES), &passphrase).await?;
    Ok(ClosedLedgers {
        ledgers,
        _data: data,
    })
}

/// Waits for something on a thread of its own.
async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, NodeError> + Send + 'static,
) -> Result<T, NodeError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| NodeError::Conductor {
            doing,
            cause: error.to_string(),
        })?
}

/// The ledgers of a folder that is locked as long as this lives.
struct ClosedLedgers {
    ledgers: Ledgers,
    _data: Arc<DataFolder>,
}

impl std::ops::Deref for ClosedLedgers {
    type Target = Ledgers;
    fn deref(&self) -> &Ledgers {
        &self.ledgers
    }
}

/// Asks the running node, which has the passphrase.
fn ask(data: &Path, asked: Option<&str>) -> Result<Audits, NodeError> {
    let silent = |cause: String| NodeError::Conductor {
        doing: "asking the running node for an audit",
        cause,
    };
    let bytes = crate::data::read_if_there(&data.join(RUNNING_FILE))?
        .ok_or_else(|| silent("it is just starting".into()))?;
    let ready: Ready = serde_json::from_slice(&bytes).map_err(|error| silent(error.to_string()))?;
    let mut path = String::from("/api/audit");
    if let Some(asked) = asked {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("village", asked)
            .finish();
        path = format!("{path}?{query}");
    }
    let answer = status::get(&ready, &path, ANSWER_TIMEOUT, ANSWER_MAX_BYTES)
        .ok_or_else(|| silent("it does not answer".into()))?;
    serde_json::from_str(&answer).map_err(|_| silent(answer.chars().take(400).collect()))
}

/// What makes the whole command fail: a village that is broken, or a line.
pub fn judge(audits: &Audits) -> Result<(), NodeError> {
    let villages = audits.villages.iter();
    let villages = villages.map(|village| (&village.verdict, village.name.clone()));
    let lines = audits.lines.iter();
    let lines = lines.map(|line| (&line.verdict, line.names.join(" with ")));
    let broken: Vec<String> = villages
        .chain(lines)
        .filter(|(verdict, _)| *verdict == "broken")
        .map(|(_, name)| name)
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(NodeError::AuditBroken {
        villages: broken.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, verdict: &str) -> VillageAudit {
        VillageAudit {
            village: "uhC0k".into(),
            name: name.into(),
            verdict: verdict.into(),
            report: Value::Null,
            lines: Vec::new(),
        }
    }

    fn between(verdict: &str) -> LineAudit {
        LineAudit {
            villages: ["uhC0k".into(), "uhC0l".into()],
            names: ["Dale".into(), "Hill".into()],
            verdict: verdict.into(),
            report: Value::Null,
            lines: Vec::new(),
        }
    }

    #[test]
    fn only_a_broken_village_or_line_makes_the_command_fail() {
        let whole = Audits {
            villages: vec![said("Dale", "sound"), said("Hill", "incomplete")],
            lines: vec![between("incomplete")],
        };
        assert!(judge(&whole).is_ok());
        let villages = Audits {
            villages: vec![
                said("Dale", "sound"),
                said("Hill", "broken"),
                said("Vale", "broken"),
            ],
            ..whole.clone()
        };
        let error = judge(&villages).expect_err("two are broken");
        assert_eq!((error.code(), error.exit_code()), ("E_AUDIT_BROKEN", 8));
        assert!(error.line().contains("Hill, Vale"));
        let line = Audits {
            lines: vec![between("broken")],
            ..whole
        };
        let error = judge(&line).expect_err("a line is broken");
        assert!(error.line().contains("Dale with Hill"));
    }

    #[tokio::test]
    async fn a_folder_without_a_node_is_left_as_it_is() {
        let place = tempfile::tempdir().expect("a temporary folder");
        for data in [place.path().to_owned(), place.path().join("none")] {
            let answer = audit(&data, PassphraseSource::Unattended, None).await;
            let error = answer.expect_err("nothing to audit");
            assert_eq!((error.code(), error.exit_code()), ("E_DATA_EMPTY", 3));
        }
        let left = std::fs::read_dir(place.path()).expect("a folder").count();
        assert_eq!(left, 0, "nothing was made");
    }
}
