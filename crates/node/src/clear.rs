//! `commons-credit clear …`: the most of many debts that can be cancelled at once,
//! without a node, a conductor or a network.
//!
//! Reads the files and prints; everything else is `commons_credit_clearing::command`.

use clap::Args;
use commons_credit_clearing::command::{
    run as clear, CommandRefusal, InputFile, Outcome, FILES_MAX, FILE_MAX_BYTES,
};
use serde_json::{json, Value};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Which debts, and what is wanted of them.
#[derive(Debug, Args)]
pub struct ClearArgs {
    /// Signed line statements (.json), or tables debtor,creditor,amount in seconds (.csv)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print what remains owed as a table debtor,creditor,amount
    #[arg(long)]
    csv: bool,
}

/// Why nothing was cleared.
#[derive(Debug, thiserror::Error)]
pub enum ClearError {
    /// A file cannot be read.
    #[error("{path} cannot be read ({cause}); name line statements (.json) or tables (.csv)", path = path.display())]
    Input {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// They were read, and make no plan.
    #[error(transparent)]
    Refused(#[from] CommandRefusal),
}

impl ClearError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input { .. } => "E_CLEAR_INPUT",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

/// Does it; the answer has a `text` for people beside its facts.
pub fn run(arguments: &ClearArgs) -> Result<Value, ClearError> {
    if arguments.files.len() > FILES_MAX {
        let files = arguments.files.len();
        return Err(CommandRefusal::TooManyFiles { files }.into());
    }
    let files: Result<Vec<InputFile>, _> = arguments.files.iter().map(|path| read(path)).collect();
    let outcome = clear(&files?)?;
    let mut fact = json!(outcome);
    fact["text"] = if arguments.csv {
        outcome.remaining_csv().trim_end().into()
    } else {
        text(&outcome).into()
    };
    Ok(fact)
}

/// One file. No more is read than is looked at; a larger one is refused by its size.
fn read(path: &Path) -> Result<InputFile, ClearError> {
    let mut bytes = Vec::new();
    let limit = FILE_MAX_BYTES as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error: io::Error| ClearError::Input {
            path: path.into(),
            cause: error.to_string(),
        })?;
    Ok(InputFile {
        name: path.display().to_string(),
        bytes,
    })
}

fn text(outcome: &Outcome) -> String {
    let mut lines = vec![format!(
        "{} of {} owed can be cancelled among {} villages, and no more: proved",
        hours(outcome.cleared_s),
        hours(outcome.owed_s),
        outcome.villages
    )];
    for line in outcome.lines.iter().filter(|line| line.cancel_s > 0) {
        lines.push(format!(
            "{} owes {}: {} of {} goes, {} stays",
            line.debtor,
            line.creditor,
            hours(line.cancel_s),
            hours(line.owed_s),
            hours(line.remains_s)
        ));
    }
    if let Some(signing) = &outcome.signing {
        lines.push(format!(
            "plan {}: all or none, {} gateways sign their part of it",
            signing.digest.to_hex(),
            signing.parts.len()
        ));
        lines.push(format!(
            "to book in the villages: {} rounds, each all or none, in the JSON (--json) for sign_clearing; {} in no round",
            signing.rounds.len(),
            hours(signing.unbooked_s)
        ));
    }
    lines.join("\n")
}

/// Hours, minutes and seconds, as far as there are any.
fn hours(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, seconds) {
        (0, 0, seconds) => format!("{seconds} s"),
        (hours, minutes, 0) => format!("{hours} h {minutes:02} min"),
        (hours, minutes, seconds) => format!("{hours} h {minutes:02} min {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(files: &[&Path]) -> ClearArgs {
        ClearArgs {
            files: files.iter().map(|path| path.to_path_buf()).collect(),
            csv: false,
        }
    }

    #[test]
    fn four_debts_clear_three_hundred_of_five_hundred() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("debts.csv");
        let table = "debtor,creditor,amount\n10,20,100\n20,30,100\n30,10,200\n40,30,100\n";
        std::fs::write(&path, table).expect("written");
        let mut asked = arguments(&[&path]);
        let fact = run(&asked).expect("it clears");
        assert_eq!(fact["owed_s"], 500);
        assert_eq!(fact["cleared_s"], 300);
        asked.csv = true;
        let fact = run(&asked).expect("it clears");
        let csv = fact["text"].as_str().expect("a text");
        assert_eq!(csv, "debtor,creditor,amount\n30,10,100\n40,30,100");
    }

    #[test]
    fn a_file_that_is_not_there_and_one_of_another_kind_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("debts.txt");
        let code = |path: &Path| run(&arguments(&[path])).map_err(|error| error.code());
        assert_eq!(code(&path), Err("E_CLEAR_INPUT"));
        std::fs::write(&path, "debtor").expect("written");
        assert_eq!(code(&path), Err("E_CLEAR_KIND_UNKNOWN"));
    }
}
