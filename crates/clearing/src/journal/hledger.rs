//! The writer for hledger. Reads well under `hledger check --strict`.

use super::history::{History, JournalRefusal};
use std::fmt::Write;

/// A line's history as an hledger journal: commodity `s` (seconds of labour), all accounts
/// and the commodity declared, the balance asserted after each entry.
pub fn hledger(history: &History) -> Result<String, JournalRefusal> {
    let postings = history.postings()?;
    let line = format!("assets:line:{}", history.account_part());
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "; seconds of labour; above zero the neighbour owes us\n\
         commodity 1000. s\n\
         account {line}\n\
         account equity:members\n\
         account equity:clearing\n"
    );
    for posting in postings {
        let entry = posting.entry;
        let other = other(entry.kind.by_clearing());
        let words = description(&entry.words);
        let _ = write!(
            text,
            "\n{date} * ({number}) {kind}{words}\n    {line}  {change} s = {balance} s\n    {other}  {back} s\n",
            date = entry.date,
            number = entry.number,
            kind = entry.kind.words(),
            change = posting.change_s,
            balance = posting.balance_s,
            back = -posting.change_s,
        );
    }
    Ok(text)
}

fn other(by_clearing: bool) -> &'static str {
    if by_clearing {
        "equity:clearing"
    } else {
        "equity:members"
    }
}

/// A description ends at a semicolon, and a bar divides payee and note; there is no way to
/// quote them. So they become a comma and a slash.
fn description(words: &str) -> String {
    let mut text = String::new();
    for letter in words.trim().chars() {
        text.push(match letter {
            ';' => ',',
            '|' => '/',
            letter if letter.is_control() || letter.is_whitespace() => ' ',
            letter => letter,
        });
    }
    if text.is_empty() {
        text
    } else {
        format!(", {text}")
    }
}
