//! `commons-credit clear FILES... [--json | --csv]`, without the files and the screen.
//!
//! The program reads the files (refusing any larger than [`FILE_MAX_BYTES`] before it
//! reads it) and prints what it gets back. Files ending in `.json` hold a line
//! statement, or a list of them; files ending in `.csv` a table of debts. The two are not mixed:
//! a plan to sign is only made of signed statements.

use crate::netting::{certify, clear, Certified, NotProved, DEBTS_MAX};
use crate::plan::{Part, Plan, PlanRefusal};
use crate::rounds::{rounds, Rounds};
use crate::statement::{LineStatement, StatementRefusal};
use crate::table::{self, Row, TableRefusal};
use commons_credit_ledger::{Digest, Round};
use serde::Serialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// The most files of one run.
pub const FILES_MAX: usize = 100_000;
/// The largest file, in bytes.
pub const FILE_MAX_BYTES: usize = 64 << 20;
/// All files together, in bytes.
pub const TOTAL_MAX_BYTES: usize = 512 << 20;

const _: () = assert!(FILE_MAX_BYTES <= TOTAL_MAX_BYTES);

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Its path, for its ending and for refusals.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What clearing does to one debtor and creditor, or to one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ClearedDebt {
    /// Who owes.
    pub debtor: String,
    /// Who is owed.
    pub creditor: String,
    /// What is owed, in seconds.
    pub owed_s: i64,
    /// How much of it is cancelled, in seconds.
    pub cancel_s: i64,
    /// What remains, in seconds.
    pub remains_s: i64,
}

/// The result of `commons-credit clear`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many villages there are.
    pub villages: usize,
    /// How many debts.
    pub debts: usize,
    /// The sum of all debts, in seconds.
    pub owed_s: i64,
    /// How much can be cancelled: proved to be the most, in seconds.
    pub cleared_s: i64,
    /// What remains, in seconds.
    pub remains_s: i64,
    /// Every debt, in the order of the plan or of the table.
    pub lines: Vec<ClearedDebt>,
    /// The potential of each village, by name: the proof.
    pub potentials: BTreeMap<String, i32>,
    /// What is to be signed; none for tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
}

/// A plan and who signs which part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signing {
    /// The digest of the plan.
    pub digest: Digest,
    /// The plan.
    pub plan: Plan,
    /// Everybody's part.
    pub parts: Vec<Part>,
    /// The same for `sign_clearing` and `book_clearing`: each round by itself, all or none.
    pub rounds: Vec<Round>,
    /// What no round takes of the plan, in seconds (`rounds.rs`).
    pub unbooked_s: i64,
}

/// Why nothing was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommandRefusal {
    /// No file.
    #[error("no file to clear; name line statements (.json) or tables (.csv)")]
    NoFiles,
    /// More than [`FILES_MAX`] files.
    #[error("{files} files are too many; give at most {FILES_MAX}, or put statements into one file as a list")]
    TooManyFiles {
        /// How many.
        files: usize,
    },
    /// A file over [`FILE_MAX_BYTES`], or all of them over [`TOTAL_MAX_BYTES`].
    #[error("{file} makes {bytes} bytes, more than {bytes_max}; split it")]
    TooLarge {
        /// The file.
        file: String,
        /// How many bytes.
        bytes: usize,
        /// The limit that is crossed.
        bytes_max: usize,
    },
    /// A file with another ending.
    #[error("{file} is neither .json nor .csv; give line statements or tables")]
    KindUnknown {
        /// The file.
        file: String,
    },
    /// Statements and tables in one run.
    #[error(
        "{file} is a table among statements or the other way round; clear them one kind at a time"
    )]
    Mixed {
        /// The first file of the other kind.
        file: String,
    },
    /// A file that is not JSON of the right shape.
    #[error("{file} holds no line statements: {reason}; see docs/clearing.md")]
    JsonMalformed {
        /// The file.
        file: String,
        /// What the reader says.
        reason: String,
    },
    /// More statements than a problem has debts.
    #[error("more than {DEBTS_MAX} statements; clear fewer lines at once")]
    TooManyStatements,
    /// A statement that is not right or not signed.
    #[error("{file}: {refusal}")]
    Statement {
        /// The file.
        file: String,
        /// Why.
        refusal: Box<StatementRefusal>,
    },
    /// A table that is not right.
    #[error("{file}: {refusal}")]
    Table {
        /// The file; the first one when it is about all of them.
        file: String,
        /// Why.
        refusal: TableRefusal,
    },
    /// Statements that make no plan.
    #[error(transparent)]
    Plan(#[from] PlanRefusal),
    /// The proof failed: a defect of this program, so nothing is given out.
    #[error("the result could not be proved ({0}); please report this with the files")]
    NotProved(#[from] NotProved),
}

impl CommandRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoFiles => "E_CLEAR_NO_FILES",
            Self::TooManyFiles { .. } => "E_CLEAR_TOO_MANY_FILES",
            Self::TooLarge { .. } => "E_CLEAR_TOO_LARGE",
            Self::KindUnknown { .. } => "E_CLEAR_KIND_UNKNOWN",
            Self::Mixed { .. } => "E_CLEAR_MIXED",
            Self::JsonMalformed { .. } => "E_CLEAR_JSON_MALFORMED",
            Self::TooManyStatements => "E_CLEAR_TOO_MANY_STATEMENTS",
            Self::Statement { refusal, .. } => refusal.code(),
            Self::Table { refusal, .. } => refusal.code(),
            Self::Plan(refusal) => refusal.code(),
            Self::NotProved(refusal) => refusal.code(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Statements,
    Table,
}

fn kind(file: &InputFile) -> Result<Kind, CommandRefusal> {
    let name = file.name.to_ascii_lowercase();
    if name.ends_with(".json") {
        Ok(Kind::Statements)
    } else if name.ends_with(".csv") {
        Ok(Kind::Table)
    } else {
        Err(CommandRefusal::KindUnknown {
            file: file.name.clone(),
        })
    }
}

/// Clears what is in the files.
pub fn run(files: &[InputFile]) -> Result<Outcome, CommandRefusal> {
    let first = files.first().ok_or(CommandRefusal::NoFiles)?;
    if files.len() > FILES_MAX {
        return Err(CommandRefusal::TooManyFiles { files: files.len() });
    }
    let mut total = 0usize;
    for file in files {
        total = total.saturating_add(file.bytes.len());
        for (bytes, bytes_max) in [(file.bytes.len(), FILE_MAX_BYTES), (total, TOTAL_MAX_BYTES)] {
            if bytes > bytes_max {
                return Err(CommandRefusal::TooLarge {
                    file: file.name.clone(),
                    bytes,
                    bytes_max,
                });
            }
        }
    }
    let of_first = kind(first)?;
    for file in files {
        if kind(file)? != of_first {
            return Err(CommandRefusal::Mixed {
                file: file.name.clone(),
            });
        }
    }
    match of_first {
        Kind::Statements => clear_statements(&statements(files)?),
        Kind::Table => clear_table(files),
    }
}

fn statements(files: &[InputFile]) -> Result<Vec<LineStatement>, CommandRefusal> {
    let mut all = Vec::new();
    for file in files {
        let these = parse(&file.bytes).map_err(|error| CommandRefusal::JsonMalformed {
            file: file.name.clone(),
            reason: error.to_string(),
        })?;
        if all.len() + these.len() > DEBTS_MAX {
            return Err(CommandRefusal::TooManyStatements);
        }
        for statement in &these {
            statement
                .verify()
                .map_err(|refusal| CommandRefusal::Statement {
                    file: file.name.clone(),
                    refusal: Box::new(refusal),
                })?;
        }
        all.extend(these);
    }
    Ok(all)
}

/// One statement or a list of them, told apart by how they begin.
fn parse(bytes: &[u8]) -> Result<Vec<LineStatement>, serde_json::Error> {
    match bytes.trim_ascii_start().first() {
        Some(b'[') => serde_json::from_slice(bytes),
        _ => serde_json::from_slice(bytes).map(|one| vec![one]),
    }
}

fn clear_statements(statements: &[LineStatement]) -> Result<Outcome, CommandRefusal> {
    let plan = Plan::draw(statements)?;
    // Checked as everybody who signs will check it.
    let total = plan.check()?;
    let lines = plan
        .lines
        .iter()
        .map(|line| ClearedDebt {
            debtor: line.debtor.to_hex(),
            creditor: line.creditor.to_hex(),
            owed_s: line.owed_s.0,
            cancel_s: line.cancel_s.0,
            remains_s: line.owed_s.0 - line.cancel_s.0,
        })
        .collect();
    let potentials = plan
        .villages
        .iter()
        .map(|village| village.to_hex())
        .zip(plan.potentials.iter().copied())
        .collect();
    let Rounds { rounds, left_s } = rounds(&plan);
    Ok(Outcome {
        signing: Some(Signing {
            rounds,
            unbooked_s: left_s,
            digest: plan.digest(),
            parts: plan.parts(),
            plan,
        }),
        ..outcome(lines, potentials, total)
    })
}

fn clear_table(files: &[InputFile]) -> Result<Outcome, CommandRefusal> {
    let refused = |file: &InputFile, refusal| CommandRefusal::Table {
        file: file.name.clone(),
        refusal,
    };
    let mut rows = Vec::new();
    for file in files {
        let these = table::read(&file.bytes).map_err(|refusal| refused(file, refusal))?;
        if rows.len() + these.len() > DEBTS_MAX {
            return Err(refused(file, TableRefusal::TooLong));
        }
        rows.extend(these);
    }
    let (problem, labels) = table::problem(&rows).map_err(|refusal| refused(&files[0], refusal))?;
    let clearing = clear(&problem);
    let total = certify(&problem, &clearing)?;
    let lines = rows
        .into_iter()
        .zip(&clearing.cancel_s)
        .map(|(row, &cancel_s)| ClearedDebt {
            debtor: row.debtor,
            creditor: row.creditor,
            owed_s: row.amount_s,
            cancel_s,
            remains_s: row.amount_s - cancel_s,
        })
        .collect();
    let potentials = labels.into_iter().zip(clearing.potentials).collect();
    Ok(outcome(lines, potentials, total))
}

fn outcome(
    lines: Vec<ClearedDebt>,
    potentials: BTreeMap<String, i32>,
    total: Certified,
) -> Outcome {
    // The sum of all debts of a problem fits i64 (`netting/problem.rs`).
    let (owed_s, cleared_s) = (total.owed_s as i64, total.cleared_s as i64);
    Outcome {
        villages: potentials.len(),
        debts: lines.len(),
        owed_s,
        cleared_s,
        remains_s: owed_s - cleared_s,
        lines,
        potentials,
        signing: None,
    }
}

impl Outcome {
    /// What remains owed, as a table that can be cleared again (to nothing more).
    pub fn remaining_csv(&self) -> String {
        let rows: Vec<Row> = self
            .lines
            .iter()
            .filter(|line| line.remains_s > 0)
            .map(|line| Row {
                debtor: line.debtor.clone(),
                creditor: line.creditor.clone(),
                amount_s: line.remains_s,
            })
            .collect();
        table::write(&rows)
    }
}
