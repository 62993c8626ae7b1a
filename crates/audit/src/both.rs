//! Both ends of a line: whether the pages of two neighbour villages agree on it, IOU by IOU
//! and in the sum.
//!
//! A finding is always pages that contradict each other, or a sum that does not follow
//! though every page does. What one of the two villages does not show yet is missing and
//! accuses nobody: pages travel, and no two villages are read at one moment.

use crate::crossing::{Fate, Issued, LineEnd, Taken};
use crate::finding::{Finding, Kind, Value};
use crate::id::{Account, Id};
use crate::line::Iou;
use crate::register::Place;
use crate::report::{Book, Report, Verdict, FINDINGS_MAX, MISSING_MAX};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Serialize;
use std::collections::HashMap;

/// What the two villages of a line say of it, put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineReport {
    /// The two villages, with what is on the line by each one's own pages and by the
    /// other's.
    pub ends: [EndSums; 2],
    /// IOUs of both directions that either village shows, each once.
    pub ious: u64,
    /// Of these, neither arrived nor returned.
    pub under_way: u64,
    /// Contradictions between the two, ascending by author and page number; at most
    /// [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many there are.
    pub findings_total: u64,
    /// What one village shows and the other one not yet; at most [`MISSING_MAX`].
    pub missing: Vec<MissingIou>,
    /// How many there are.
    pub missing_total: u64,
    /// Whether either village is sound by itself.
    pub whole: bool,
}

/// A line in the seconds of one village, where what is above zero is owed by it.
///
/// `balance_s + under_way_s = by_neighbour_s` whenever nothing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EndSums {
    /// The village.
    pub village: Id,
    /// What is on the line's account by this village's own pages.
    pub balance_s: i128,
    /// What the neighbour has already booked and this village has not.
    pub under_way_s: i128,
    /// What this village owes by the neighbour's pages alone.
    pub by_neighbour_s: i128,
}

/// Half of a step: a page here, and none yet over there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MissingIou {
    /// The village whose page is not here.
    pub village: Id,
    /// The IOU's number.
    pub number: u64,
    /// As what it is missing: `pledge`, `payment`, `refusal` or `taking back`.
    pub what: &'static str,
    /// The page that shows the IOU in the other village.
    pub page: Id,
}

/// What is known so far while the two are compared.
struct Compared {
    villages: [Id; 2],
    under_way_s: [i128; 2],
    by_neighbour_s: [i128; 2],
    ious: u64,
    under_way: u64,
    findings: Vec<Finding>,
    missing: Vec<MissingIou>,
}

impl LineReport {
    /// Compares two villages; none where neither has a line to the other.
    pub fn of(one: &Report, other: &Report) -> Option<Self> {
        let villages = [one.village, other.village];
        let known = [one.end_to(&villages[1]), other.end_to(&villages[0])];
        if known.iter().all(Option::is_none) {
            return None;
        }
        let empty = [LineEnd::empty(villages[1]), LineEnd::empty(villages[0])];
        let ends = [known[0].unwrap_or(&empty[0]), known[1].unwrap_or(&empty[1])];
        let mut compared = Compared {
            villages,
            under_way_s: [0; 2],
            by_neighbour_s: [0; 2],
            ious: 0,
            under_way: 0,
            findings: Vec::new(),
            missing: Vec::new(),
        };
        for issuer in [0, 1] {
            compared.ious_of(issuer, ends);
            compared.rounds_of(issuer, ends);
        }
        let sound = |report: &Report| report.verdict() == Verdict::Sound;
        let whole = sound(one) && sound(other) && !ends.iter().any(|end| end.is_short);
        if whole && compared.findings.is_empty() && compared.missing.is_empty() {
            compared.sums([one, other], ends);
        }
        Some(compared.report(ends, whole))
    }

    /// All lines between these villages.
    pub fn all(reports: &[Report]) -> Vec<Self> {
        let ones = reports.iter().enumerate();
        ones.flat_map(|(at, one)| {
            let others = reports[at + 1..].iter();
            others.filter_map(|other| Self::of(one, other))
        })
        .collect()
    }

    /// The answer in a word.
    pub fn verdict(&self) -> Verdict {
        if self.findings_total > 0 {
            Verdict::Broken
        } else if self.missing_total > 0 || !self.whole {
            Verdict::Incomplete
        } else {
            Verdict::Sound
        }
    }
}

impl Report {
    fn end_to(&self, neighbour: &Id) -> Option<&LineEnd> {
        let mut ends = self.line_ends.iter();
        ends.find(|end| end.neighbour == *neighbour)
    }
}

impl Compared {
    /// The IOUs of one of the two, and what the other one did with them.
    fn ious_of(&mut self, issuer: usize, ends: [&LineEnd; 2]) {
        let taker = 1 - issuer;
        let (issues, takes) = (&ends[issuer].issues, &ends[taker].takes);
        self.ious += issues.len() as u64;
        // A payment has one IOU on a line.
        let mut by_payment: HashMap<[u8; 16], usize> = HashMap::new();
        for (at, issued) in issues.iter().enumerate() {
            by_payment.entry(issued.payment).or_insert(at);
            // Promised, so the issuer counts on it before it is paid.
            if !matches!(issued.end, Some((_, false))) {
                self.by_neighbour_s[taker] -= i128::from(issued.worth.gives_s);
            }
        }
        let mut taken_by: HashMap<usize, &Taken> = HashMap::new();
        for taken in takes {
            if taken.is_paid() {
                self.by_neighbour_s[issuer] += i128::from(taken.iou.amount_s);
            }
            let Some(at) = by_payment.get(&taken.iou.payment).copied() else {
                self.ious += 1;
                self.not_issued(issuer, issues, taken);
                continue;
            };
            match taken_by.get(&at) {
                None => {
                    taken_by.insert(at, taken);
                    self.pair(issuer, &issues[at], taken);
                }
                Some(first) => {
                    let first = Value::Name(first.place.page);
                    self.find(taker, taken.place, Kind::IouTakenTwice, Value::None, first);
                }
            }
        }
        let taken_to = takes.iter().map(|taken| taken.iou.number).max();
        for (at, issued) in issues.iter().enumerate() {
            let (number, taken) = (issued.worth.number, taken_by.get(&at));
            match issued.end {
                None => {
                    self.under_way += 1;
                    if taken.is_some_and(|taken| taken.is_paid()) {
                        self.under_way_s[issuer] += i128::from(issued.worth.amount_s);
                    } else {
                        self.under_way_s[taker] -= i128::from(issued.worth.gives_s);
                    }
                }
                Some((place, true)) if taken.is_none() => {
                    self.miss(taker, number, "payment", place);
                }
                // A number taken for another payment is never paid, and its refusal has no page.
                Some((place, false)) if taken.is_none() && taken_to < Some(number) => {
                    self.miss(taker, number, "refusal", place);
                }
                Some(_) => {}
            }
        }
    }

    /// One IOU as both villages have it.
    fn pair(&mut self, issuer: usize, issued: &Issued, taken: &Taken) {
        let (is, was) = (issued.worth, taken.worth());
        let number = |number: u64| Value::Number(number);
        let seconds = |seconds: i64| Value::Seconds(seconds.into());
        let differs = [
            (number(is.number), number(was.number)),
            (seconds(is.amount_s), seconds(was.amount_s)),
            (seconds(is.gives_s), seconds(was.gives_s)),
            (number(is.sheet.into()), number(was.sheet.into())),
        ];
        if let Some((expected, found)) = differs.into_iter().find(|(is, was)| is != was) {
            return self.find(issuer, issued.place, Kind::IouDiffers, expected, found);
        }
        match (issued.end, taken.fate) {
            (Some((arrival, true)), Fate::Unpaid(unpaid)) => {
                let unpaid = Value::Name(unpaid.page);
                self.find(issuer, arrival, Kind::ArrivedUnpaid, Value::None, unpaid);
            }
            (Some((returned, false)), Fate::Deposited(deposit)) => {
                let deposit = Value::Name(deposit.page);
                self.find(issuer, returned, Kind::ReturnedPaid, Value::None, deposit);
            }
            (Some((returned, false)), Fate::Paid) => {
                self.miss(1 - issuer, is.number, "taking back", returned);
            }
            _ => {}
        }
    }

    /// An IOU on which the other one has acted, and which no page here issues.
    fn not_issued(&mut self, issuer: usize, issues: &[Issued], taken: &Taken) {
        let taker = self.villages[1 - issuer];
        let same = |issued: &&Issued| issued.worth.number == taken.iou.number;
        let signed = issues.iter().filter(same).find(|issued| {
            let gateway = &issued.place.author;
            is_signed(&taken.iou, &self.villages[issuer], &taker, gateway)
        });
        match signed {
            // One gateway, one number, two IOUs.
            Some(issued) => {
                let number = Value::Number(issued.worth.number);
                let there = Value::Name(taken.place.page);
                self.find(issuer, issued.place, Kind::IouIssuedTwice, number, there);
            }
            None => self.miss(issuer, taken.iou.number, "pledge", taken.place),
        }
    }

    /// Rounds that one of the two has booked. All gateways have signed them, so the other
    /// one can book them, too, and has the same of them when it does.
    fn rounds_of(&mut self, at: usize, ends: [&LineEnd; 2]) {
        for (name, (here_s, there_s)) in &ends[at].rounds {
            self.by_neighbour_s[1 - at] += there_s;
            if !ends[1 - at].rounds.contains_key(name) {
                self.under_way_s[1 - at] += there_s;
                self.under_way_s[at] -= here_s;
            }
        }
    }

    /// Every page agrees; so must the accounts.
    fn sums(&mut self, reports: [&Report; 2], ends: [&LineEnd; 2]) {
        for at in [0, 1] {
            let expected_s = self.by_neighbour_s[at] - self.under_way_s[at];
            let account = Account::Line(ends[at].neighbour);
            let holds = |book: &&Book| book.accounts.iter().any(|held| held.account == account);
            let book = reports[at].books.iter().rfind(holds);
            if let Some(book) = book.filter(|_| expected_s != ends[at].balance_s) {
                self.findings.push(Finding {
                    author: book.author,
                    number: Some(book.number),
                    page: book.newest,
                    kind: Kind::LineUneven,
                    account: Some(account),
                    expected: Value::Seconds(expected_s),
                    found: Value::Seconds(ends[at].balance_s),
                });
            }
        }
    }

    fn find(&mut self, at: usize, place: Place, kind: Kind, expected: Value, found: Value) {
        let mut finding = place.finding(kind, expected, found);
        finding.account = Some(Account::Line(self.villages[1 - at]));
        self.findings.push(finding);
    }

    fn miss(&mut self, at: usize, number: u64, what: &'static str, shown_by: Place) {
        self.missing.push(MissingIou {
            village: self.villages[at],
            number,
            what,
            page: shown_by.page,
        });
    }

    fn report(mut self, ends: [&LineEnd; 2], whole: bool) -> LineReport {
        let (findings_total, missing_total) = (self.findings.len(), self.missing.len());
        self.findings.sort_unstable();
        self.findings.truncate(FINDINGS_MAX);
        self.missing.sort_unstable();
        self.missing.truncate(MISSING_MAX);
        LineReport {
            ends: [0, 1].map(|at| EndSums {
                village: self.villages[at],
                balance_s: ends[at].balance_s,
                under_way_s: self.under_way_s[at],
                by_neighbour_s: self.by_neighbour_s[at],
            }),
            ious: self.ious,
            under_way: self.under_way,
            findings: self.findings,
            findings_total: findings_total as u64,
            missing: self.missing,
            missing_total: missing_total as u64,
            whole,
        }
    }
}

/// Whether a gateway of `issuer` has signed this IOU for `taker` (docs/cheque-format.md).
fn is_signed(iou: &Iou, issuer: &Id, taker: &Id, gateway: &Id) -> bool {
    let statement = [
        &b"cc-iou/\x01"[..],
        &issuer.0[..8],
        &taker.0[..8],
        &gateway.0,
        &iou.number.to_be_bytes(),
        &iou.amount_s.to_be_bytes(),
        &iou.gives_s.to_be_bytes(),
        &iou.sheet.to_be_bytes(),
        &iou.receiver,
        &iou.payment,
    ]
    .concat();
    VerifyingKey::from_bytes(&gateway.0).is_ok_and(|key| {
        let signature = Signature::from_bytes(&iou.signature);
        key.verify_strict(&statement, &signature).is_ok()
    })
}
