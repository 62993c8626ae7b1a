//! Debts as CSV: a header `debtor,creditor,amount`, then a debt a line.
//!
//! Names are any text; amounts are whole seconds. Other tools write and read this
//! form, so there are no signatures and no plan: a table shows what clearing would do.

use crate::netting::{Debt, Problem, ProblemRefusal, DEBTS_MAX, NODES_MAX};
use serde::Serialize;
use thiserror::Error;

/// The header, in this order.
pub const HEADER: [&str; 3] = ["debtor", "creditor", "amount"];
/// The most bytes of one name.
pub const LABEL_BYTES_MAX: usize = 200;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Row {
    /// Who owes.
    pub debtor: String,
    /// Who is owed.
    pub creditor: String,
    /// How much, in seconds.
    pub amount_s: i64,
}

/// Why a table is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableRefusal {
    /// Another first line.
    #[error("the first line is \"{found}\"; it must be debtor,creditor,amount")]
    HeaderWrong {
        /// What is there.
        found: String,
    },
    /// A line that is not three fields of UTF-8.
    #[error("line {line} is not three fields in UTF-8; write debtor,creditor,amount")]
    LineMalformed {
        /// The line, from 1.
        line: u64,
    },
    /// A name that is empty, too long, or has control characters.
    #[error("line {line}: \"{label}\" cannot be a name; use 1 to {LABEL_BYTES_MAX} bytes without line ends")]
    LabelMalformed {
        /// The line, from 1.
        line: u64,
        /// The name, cut.
        label: String,
    },
    /// An amount that is not a whole number.
    #[error("line {line}: \"{amount}\" is no amount; write whole seconds, digits only")]
    AmountMalformed {
        /// The line, from 1.
        line: u64,
        /// The amount, cut.
        amount: String,
    },
    /// More lines than a problem has debts.
    #[error("more than {DEBTS_MAX} lines; clear fewer debts at once")]
    TooLong,
    /// More names than a problem has nodes.
    #[error("more than {NODES_MAX} names; clear fewer villages at once")]
    TooManyLabels,
    /// What the debts say.
    #[error(transparent)]
    Problem(#[from] ProblemRefusal),
}

impl TableRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HeaderWrong { .. } => "E_TABLE_HEADER_WRONG",
            Self::LineMalformed { .. } => "E_TABLE_LINE_MALFORMED",
            Self::LabelMalformed { .. } => "E_TABLE_LABEL_MALFORMED",
            Self::AmountMalformed { .. } => "E_TABLE_AMOUNT_MALFORMED",
            Self::TooLong => "E_TABLE_TOO_LONG",
            Self::TooManyLabels => "E_TABLE_TOO_MANY_LABELS",
            Self::Problem(refusal) => refusal.code(),
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Reads a table. The rows stay in their order; amounts are only whole numbers so far.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, TableRefusal> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut rows = Vec::new();
    let mut header = false;
    // Where the reader stands; it counts lines from 1.
    for record in reader.records() {
        let record = record.map_err(|error| TableRefusal::LineMalformed {
            line: error.position().map_or(1, csv::Position::line),
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        if !header {
            if !record.iter().eq(HEADER) {
                return Err(TableRefusal::HeaderWrong {
                    found: cut(&record.iter().collect::<Vec<_>>().join(",")),
                });
            }
            header = true;
            continue;
        }
        if record.len() != HEADER.len() {
            return Err(TableRefusal::LineMalformed { line });
        }
        if rows.len() == DEBTS_MAX {
            return Err(TableRefusal::TooLong);
        }
        for label in [&record[0], &record[1]] {
            if label.is_empty()
                || label.len() > LABEL_BYTES_MAX
                || label.chars().any(char::is_control)
            {
                return Err(TableRefusal::LabelMalformed {
                    line,
                    label: cut(label),
                });
            }
        }
        let amount = &record[2];
        let digits = !amount.is_empty() && amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount_s = amount.parse().ok().filter(|_| digits).ok_or_else(|| {
            TableRefusal::AmountMalformed {
                line,
                amount: cut(amount),
            }
        })?;
        rows.push(Row {
            debtor: record[0].to_owned(),
            creditor: record[1].to_owned(),
            amount_s,
        });
    }
    if !header {
        return Err(TableRefusal::HeaderWrong {
            found: String::new(),
        });
    }
    Ok(rows)
}

/// Writes a table that [`read`] reads.
pub fn write(rows: &[Row]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail; a lost row would be worse than none, so none.
    let written = writer.write_record(HEADER).is_ok()
        && rows.iter().all(|row| {
            writer
                .write_record([&row.debtor, &row.creditor, &row.amount_s.to_string()])
                .is_ok()
        });
    match (written, writer.into_inner()) {
        (true, Ok(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The problem that rows pose, and the name of each node.
pub fn problem(rows: &[Row]) -> Result<(Problem, Vec<String>), TableRefusal> {
    let mut labels: Vec<&str> = rows
        .iter()
        .flat_map(|row| [row.debtor.as_str(), row.creditor.as_str()])
        .collect();
    labels.sort_unstable();
    labels.dedup();
    if labels.len() > NODES_MAX {
        return Err(TableRefusal::TooManyLabels);
    }
    // Every label is in the list, so the search always finds it.
    let number = |label: &str| match labels.binary_search(&label) {
        Ok(at) | Err(at) => at as u32,
    };
    let debts = rows
        .iter()
        .map(|row| Debt {
            debtor: number(&row.debtor),
            creditor: number(&row.creditor),
            amount_s: row.amount_s,
        })
        .collect();
    let problem = Problem::new(labels.len(), debts)?;
    let labels = labels.into_iter().map(str::to_owned).collect();
    Ok((problem, labels))
}
