//! A report for people.

use crate::both::LineReport;
use crate::report::{Book, Report, Verdict};

/// Lines of each kind that are shown; `--json` has them all.
const SHOWN_MAX: usize = 50;

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Incomplete => "incomplete",
            Self::Broken => "broken",
        }
    }
}

impl Report {
    /// The report as lines of text: the answer, the sums, what is wrong or missing,
    /// the books.
    pub fn lines(&self) -> Vec<String> {
        let sums = &self.sums;
        let mut lines = vec![
            format!(
                "{}: {} in {}, {} rules held against them",
                self.verdict().word(),
                count(self.pages, "page"),
                count(self.books.len() as u64, "book"),
                self.rules,
            ),
            format!("  balances          {}", time(sums.balances_s)),
            format!(
                "  in flight         {} in {}",
                time(sums.in_flight_s),
                count(self.transfers_in_flight, "transfer"),
            ),
            format!("  State levies      {}", time(sums.unswept_state_s)),
            format!("  Community levies  {}", time(sums.unswept_community_s)),
            format!("  sum               {}", time(sums.total_s)),
        ];
        if sums.made_good_s != 0 {
            let made_good = time(sums.made_good_s);
            lines.insert(5, format!("  made good         {made_good}"));
        }
        if sums.carried_s != 0 {
            let carried = time(sums.carried_s);
            lines.insert(5, format!("  carried over      {carried}"));
        }
        if self.stated != self.sums {
            let stated = time(self.stated.total_s);
            lines.push(format!("  sum as stated     {stated}"));
        }
        if self.later > 0 {
            let pages = count(self.later, "page");
            lines.push(format!(
                "  {pages} of a law newer than this program: taken as stated; install the newer program"
            ));
        }
        list(
            &mut lines,
            count(self.findings_total, "finding"),
            &mut self.findings.iter().map(ToString::to_string),
            self.findings_total,
        );
        list(
            &mut lines,
            format!("{} cited and not here", count(self.missing_total, "thing")),
            &mut self.missing.iter().map(|missing| {
                format!(
                    "{} {}, by page {}",
                    missing.what, missing.cited, missing.page
                )
            }),
            self.missing_total,
        );
        list(
            &mut lines,
            count(self.books.len() as u64, "book"),
            &mut self.books.iter().map(book),
            self.books.len() as u64,
        );
        lines
    }
}

impl LineReport {
    /// The report as lines of text; `names` are the two villages'.
    pub fn lines(&self, names: [&str; 2]) -> Vec<String> {
        let ious = count(self.ious, "IOU");
        let (verdict, under_way) = (self.verdict().word(), self.under_way);
        let mut lines = vec![format!("{verdict}: {ious}, {under_way} of them under way")];
        for (end, name) in self.ends.iter().zip(names) {
            let [here, under_way, there] =
                [end.balance_s, end.under_way_s, end.by_neighbour_s].map(time);
            lines.push(format!(
                "  {name}  {here} on the line, {under_way} under way, {there} by the other's books"
            ));
        }
        list(
            &mut lines,
            count(self.findings_total, "finding"),
            &mut self.findings.iter().map(ToString::to_string),
            self.findings_total,
        );
        let things = count(self.missing_total, "thing");
        list(
            &mut lines,
            format!("{things} shown by one village and not yet by the other"),
            &mut self.missing.iter().map(|missing| {
                let at = usize::from(missing.village == self.ends[1].village);
                let (name, what, number) = (names[at], missing.what, missing.number);
                format!(
                    "{name}: the {what} of IOU {number}, shown by page {}",
                    missing.page
                )
            }),
            self.missing_total,
        );
        lines
    }
}

/// A heading and what stands under it, if anything does.
fn list(
    lines: &mut Vec<String>,
    what: String,
    shown: &mut dyn Iterator<Item = String>,
    total: u64,
) {
    if total == 0 {
        return;
    }
    lines.push(format!("{what}:"));
    lines.extend(shown.take(SHOWN_MAX).map(|line| format!("  {line}")));
    if total > SHOWN_MAX as u64 {
        let rest = total - SHOWN_MAX as u64;
        lines.push(format!("  and {rest} more; --json has them"));
    }
}

fn book(book: &Book) -> String {
    let accounts: Vec<String> = book
        .accounts
        .iter()
        .map(|account| format!("{} {}", account.account, time(account.balance_s)))
        .collect();
    let beginning = if book.whole {
        ""
    } else {
        ", its beginning is not here"
    };
    format!(
        "{}: {}, page {}{beginning}",
        book.author,
        accounts.join(", "),
        book.number,
    )
}

fn count(number: u64, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

/// Seconds as hours, minutes and seconds; only what is not zero.
fn time(seconds: i128) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let whole = seconds.unsigned_abs();
    let parts = [
        (whole / 3_600, "h"),
        (whole / 60 % 60, "min"),
        (whole % 60, "s"),
    ];
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    if shown.is_empty() {
        return "0 h".into();
    }
    format!("{sign}{}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audit, Rates, Village};

    #[test]
    fn times_show_what_is_not_zero() {
        for (seconds, text) in [
            (0, "0 h"),
            (59, "59 s"),
            (-60, "-1 min"),
            (6_480, "1 h 48 min"),
            (-8_189, "-2 h 16 min 29 s"),
            (3_600_000, "1000 h"),
        ] {
            assert_eq!(time(seconds), text);
        }
        assert!(time(i128::MIN).starts_with('-'));
    }

    #[test]
    fn an_empty_village_is_sound_and_says_so() {
        let charter = Rates {
            state_bp: 750,
            community_bp: 250,
            floor_s: 0,
        };
        let lines = Audit::of(Village::founded(crate::Id([5; 32]), charter))
            .finish()
            .lines();
        assert_eq!(
            lines[0],
            "sound: 0 pages in 0 books, 0 rules held against them"
        );
        assert_eq!(
            lines.last().map(String::as_str),
            Some("  sum               0 h")
        );
    }
}
