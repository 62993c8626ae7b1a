//! The writer for beancount. Reads well under `bean-check`.

use super::history::{Date, History, JournalRefusal};
use std::fmt::Write;

/// The day on which every account is opened: before any entry can be.
const OPENED: Date = Date {
    year: 1970,
    month: 1,
    day: 1,
};

/// A line's history as a beancount file: currency `SECOND` (of labour). Beancount
/// asserts balances at the beginning of a day, so one stands after the last entry of each
/// day, dated the day after; what each entry leaves is also in its metadata.
pub fn beancount(history: &History) -> Result<String, JournalRefusal> {
    let postings = history.postings()?;
    let line = format!("Assets:Line:{}", history.account_part());
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "; seconds of labour; above zero the neighbour owes us\n\
         option \"title\" \"Line with {name}\"\n\
         {OPENED} commodity SECOND\n\
         {OPENED} open {line} SECOND\n\
         {OPENED} open Equity:Members SECOND\n\
         {OPENED} open Equity:Clearing SECOND\n",
        name = quoted(&history.neighbour_name),
    );
    for (at, posting) in postings.iter().enumerate() {
        let entry = posting.entry;
        let other = if entry.kind.by_clearing() {
            "Equity:Clearing"
        } else {
            "Equity:Members"
        };
        let _ = write!(
            text,
            "\n{date} * \"{kind}\" \"{words}\"\n  number: {number}\n  balance: {balance} SECOND\n  {line}  {change} SECOND\n  {other}  {back} SECOND\n",
            date = entry.date,
            kind = entry.kind.words(),
            words = quoted(&entry.words),
            number = entry.number,
            balance = posting.balance_s,
            change = posting.change_s,
            back = -posting.change_s,
        );
        let last_of_day = postings
            .get(at + 1)
            .is_none_or(|next| next.entry.date > entry.date);
        if last_of_day {
            let _ = write!(
                text,
                "\n{} balance {line}  {} SECOND\n",
                entry.date.next(),
                posting.balance_s
            );
        }
    }
    Ok(text)
}

/// The inside of a string: quotes and backslashes escaped, line ends as blanks.
fn quoted(words: &str) -> String {
    let mut text = String::new();
    for letter in words.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            letter if letter.is_control() => text.push(' '),
            letter => text.push(letter),
        }
    }
    text
}
