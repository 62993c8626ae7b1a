//! What a village's pages say of its lines, IOU by IOU, kept for whoever has the pages of
//! the neighbour as well ([`crate::both`]).
//!
//! Both villages name an IOU by its number and by the payment that it began with, and both
//! have on their own pages what it is worth in either village's seconds. So nothing need be
//! converted again, whatever the rate was.

use crate::book::Branch;
use crate::cheque::page_digest;
use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::line::{Iou, Leg};
use crate::page::{Event, Page, State, Transfer};
use crate::register::Place;
use crate::settle::Way;
use crate::village::Village;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// The pages of one village about one of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineEnd {
    /// The neighbour village.
    pub neighbour: Id,
    /// What the pages moved on the line's account, re-derived, in seconds: above zero the
    /// village owes. What a book began with is left out.
    pub balance_s: i128,
    /// IOUs issued to the neighbour.
    pub issued: u64,
    /// IOUs of the neighbour that were paid or refused.
    pub taken: u64,
    /// Whether an IOU stands here about a transfer that is not here.
    #[serde(skip)]
    pub(crate) is_short: bool,
    #[serde(skip)]
    pub(crate) issues: Vec<Issued>,
    #[serde(skip)]
    pub(crate) takes: Vec<Taken>,
    /// Rounds of clearing by their digest: what they moved on this account, and what they
    /// move on the neighbour's.
    #[serde(skip)]
    pub(crate) rounds: BTreeMap<Id, (i128, i128)>,
}

/// An IOU of this village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    /// The pledge.
    pub place: Place,
    pub worth: Worth,
    pub payment: [u8; 16],
    /// The page that ends it, if one does: an arrival, or else a return.
    pub end: Option<(Place, bool)>,
}

/// An IOU of the neighbour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The payment on it, or the refusal.
    pub place: Place,
    pub iou: Iou,
    pub fate: Fate,
}

/// What became of an IOU that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Paid: in flight, or sent back and not yet taken back.
    Paid,
    /// Paid, and deposited by this page.
    Deposited(Place),
    /// Refused, or taken back by this page.
    Unpaid(Place),
}

/// What both villages must agree on about an IOU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Worth {
    pub number: u64,
    /// In the seconds of the village that issued it.
    pub amount_s: i64,
    /// In the seconds of the other one.
    pub gives_s: i64,
    pub sheet: u32,
}

impl Taken {
    pub(crate) fn is_paid(&self) -> bool {
        !matches!(self.fate, Fate::Unpaid(_))
    }

    pub(crate) fn worth(&self) -> Worth {
        Worth {
            number: self.iou.number,
            amount_s: self.iou.amount_s,
            gives_s: self.iou.gives_s,
            sheet: self.iou.sheet,
        }
    }
}

/// A transfer that goes over a line.
struct Crossing {
    place: Place,
    onto: Option<Onto>,
    /// From which line, on which IOU.
    out_of: Option<(Id, Iou)>,
    payment: [u8; 16],
}

/// What goes onto a line.
#[derive(Clone, Copy)]
struct Onto {
    village: Id,
    sheet: u32,
    kind: u32,
    least_s: i64,
    /// After levies, in seconds.
    amount_s: i64,
}

/// A page that issues an IOU; which line and how much stands on the transfer.
struct Pledged {
    place: Place,
    transfer: Id,
    decision: Id,
    gives_s: i64,
    lines: Vec<Stated>,
}

/// A line as a page that issues an IOU states it.
struct Stated {
    village: Id,
    /// The last number.
    issued: u64,
    /// Pledges included, in seconds.
    owes_s: i128,
    /// The most that may be owed.
    limit_s: i128,
}

/// What is wrong with the worth of an IOU.
pub(crate) enum RateFault {
    Wrong(Place, Kind, Account, Value, Value),
    /// The decision is not here.
    Missing(Id, Place),
}

/// The ends that a transfer may come to.
#[derive(Default)]
struct Ends {
    /// Deposited, or arrived.
    credited: Option<Place>,
    /// Declined, or returned.
    sent_back: Option<Place>,
    reclaimed: Option<Place>,
}

/// All that was read about lines.
#[derive(Default)]
pub(crate) struct Crossings {
    transfers: HashMap<Id, Crossing>,
    pledges: Vec<Pledged>,
    refusals: Vec<(Place, Id, Iou)>,
    /// By round: the neighbour, and what is moved here and there.
    rounds: Vec<(Id, Id, i128, i128)>,
    ends: HashMap<Id, Ends>,
}

impl Crossings {
    /// Notes what a page says about lines; `here` is the village.
    pub(crate) fn note(&mut self, place: Place, page: &Page<'_>, here: &Id) {
        match &page.event {
            Event::Transfer(transfer) => {
                if let Some(leg) = &transfer.line {
                    let crossing = crossing(place, page, transfer, leg);
                    self.transfers.insert(place.page, crossing);
                }
            }
            Event::Pledge {
                transfer,
                decision,
                gives_s,
                ..
            } => self.pledges.push(Pledged {
                place,
                transfer: *transfer,
                decision: *decision,
                gives_s: *gives_s,
                lines: stated(&page.after),
            }),
            Event::Refuse { village, iou } => self.refusals.push((place, *village, *iou)),
            Event::Clear(cleared) => {
                let name = cleared.digest();
                let moves = cleared.moves(here);
                self.rounds
                    .extend(moves.map(|(to, here_s, there_s)| (name, to, here_s, there_s)));
            }
            _ => {}
        }
    }

    /// Notes that a page ends a transfer over a line.
    pub(crate) fn end(&mut self, transfer: Id, way: &Way, place: Place) {
        let ends = self.ends.entry(transfer).or_default();
        let end = match way {
            Way::Deposit | Way::Arrive => &mut ends.credited,
            Way::Decline => &mut ends.sent_back,
            Way::Reclaim { .. } => &mut ends.reclaimed,
        };
        // A second time is the book's own finding.
        end.get_or_insert(place);
    }

    /// Rule 73: each IOU is worth what the sheet makes of it, and the line takes it.
    pub(crate) fn rate_faults(&self, village: &Village) -> Vec<RateFault> {
        let pledges = self.pledges.iter();
        pledges
            .flat_map(|pledge| {
                let crossing = self.transfers.get(&pledge.transfer);
                let onto = crossing.and_then(|over| over.onto);
                onto.map_or_else(Vec::new, |onto| pledge.faults(&onto, village))
            })
            .collect()
    }

    /// The ends of all lines here, ascending by neighbour; `books` are the branches to go by.
    pub(crate) fn line_ends<'a>(self, books: impl Iterator<Item = &'a Branch>) -> Vec<LineEnd> {
        let mut all: BTreeMap<Id, LineEnd> = BTreeMap::new();
        for branch in books {
            for (account, derived_s) in &branch.derived {
                if let Account::Line(neighbour) = account {
                    let end = end_in(&mut all, *neighbour);
                    end.balance_s += derived_s - branch.began_s(*account);
                }
            }
        }
        for pledge in &self.pledges {
            let crossing = self.transfers.get(&pledge.transfer);
            let Some(onto) = crossing.and_then(|over| over.onto) else {
                // On whichever line: the book may have several.
                for line in &pledge.lines {
                    end_in(&mut all, line.village).is_short = true;
                }
                continue;
            };
            let line = pledge.line(&onto.village);
            let ends = self.ends.get(&pledge.transfer);
            let arrived = ends.and_then(|ends| ends.credited).map(|at| (at, true));
            let returned = ends.and_then(|ends| ends.sent_back).map(|at| (at, false));
            end_in(&mut all, onto.village).issues.push(Issued {
                place: pledge.place,
                worth: Worth {
                    number: line.map_or(0, |line| line.issued),
                    amount_s: onto.amount_s,
                    gives_s: pledge.gives_s,
                    sheet: onto.sheet,
                },
                payment: crossing.map_or([0; 16], |over| over.payment),
                end: arrived.or(returned),
            });
        }
        for (transfer, crossing) in &self.transfers {
            if let Some((neighbour, iou)) = crossing.out_of {
                let ends = self.ends.get(transfer);
                let back = ends.and_then(|ends| ends.reclaimed).map(Fate::Unpaid);
                let kept = ends.and_then(|ends| ends.credited).map(Fate::Deposited);
                end_in(&mut all, neighbour).takes.push(Taken {
                    place: crossing.place,
                    iou,
                    fate: back.or(kept).unwrap_or(Fate::Paid),
                });
            }
        }
        for (place, neighbour, iou) in &self.refusals {
            end_in(&mut all, *neighbour).takes.push(Taken {
                place: *place,
                iou: *iou,
                fate: Fate::Unpaid(*place),
            });
        }
        for (name, neighbour, here_s, there_s) in &self.rounds {
            let rounds = &mut end_in(&mut all, *neighbour).rounds;
            rounds.insert(*name, (*here_s, *there_s));
        }
        let mut all: Vec<LineEnd> = all.into_values().collect();
        for end in &mut all {
            // Whatever the order of reading was.
            end.issues
                .sort_unstable_by_key(|iou| (iou.worth.number, iou.place.page));
            // What was paid goes before what was not: it is what counts.
            end.takes
                .sort_unstable_by_key(|iou| (iou.iou.number, !iou.is_paid(), iou.place.page));
            end.issued = end.issues.len() as u64;
            end.taken = end.takes.len() as u64;
        }
        all
    }
}

impl Pledged {
    fn line(&self, village: &Id) -> Option<&Stated> {
        self.lines.iter().find(|line| line.village == *village)
    }

    fn faults(&self, onto: &Onto, village: &Village) -> Vec<RateFault> {
        // Without a tally nothing can be said, and the book's own findings say that.
        let Some(line) = self.line(&onto.village) else {
            return Vec::new();
        };
        let Some(terms) = village.line(&self.decision) else {
            return vec![RateFault::Missing(self.decision, self.place)];
        };
        let account = Account::Line(onto.village);
        let fault = |kind, expected_s, found_s| {
            let (expected, found) = (Value::Seconds(expected_s), Value::Seconds(found_s));
            RateFault::Wrong(self.place, kind, account, expected, found)
        };
        let mut faults = Vec::new();
        let fits = terms.neighbour == onto.village && terms.sheet == onto.sheet;
        let right_s = terms.worth_s(onto.kind, onto.amount_s, line.owes_s);
        let right_s = right_s.filter(|right_s| fits && *right_s >= onto.least_s.into());
        if right_s != Some(self.gives_s.into()) {
            let right_s = right_s.unwrap_or_default();
            faults.push(fault(Kind::RateWrong, right_s, self.gives_s.into()));
        }
        let limit_s = line.limit_s.min(terms.limit_s.into());
        if line.owes_s > limit_s {
            faults.push(fault(Kind::LimitCrossed, limit_s, line.owes_s));
        }
        faults
    }
}

impl LineEnd {
    /// A line of which no page is here.
    pub(crate) fn empty(neighbour: Id) -> Self {
        Self {
            neighbour,
            balance_s: 0,
            issued: 0,
            taken: 0,
            is_short: false,
            issues: Vec::new(),
            takes: Vec::new(),
            rounds: BTreeMap::new(),
        }
    }
}

fn end_in(all: &mut BTreeMap<Id, LineEnd>, neighbour: Id) -> &mut LineEnd {
    all.entry(neighbour)
        .or_insert_with(|| LineEnd::empty(neighbour))
}

fn crossing(place: Place, page: &Page<'_>, transfer: &Transfer<'_>, leg: &Leg) -> Crossing {
    let village = |account| match account {
        Account::Line(village) => Some(village),
        _ => None,
    };
    let onto = village(transfer.to_account).zip(leg.across());
    let out_of = village(transfer.from).zip(leg.iou().copied());
    let mut begun = [0; 16];
    begun.copy_from_slice(&page_digest(page, transfer)[..16]);
    Crossing {
        place,
        onto: onto.map(|(village, across)| Onto {
            village,
            sheet: across.terms.0,
            kind: across.terms.1,
            least_s: across.terms.2,
            amount_s: transfer.split_s[0],
        }),
        payment: out_of.map_or(begun, |(_, iou)| iou.payment),
        out_of,
    }
}

fn stated(after: &State) -> Vec<Stated> {
    let lines = after.lines.iter().filter_map(|tally| {
        let account = Account::Line(tally.village);
        let held = after.holdings.iter().find(|held| held.account == account)?;
        Some(Stated {
            village: tally.village,
            issued: tally.issued,
            owes_s: i128::from(held.balance_s) + i128::from(tally.pledged_s),
            limit_s: -i128::from(held.floor_s),
        })
    });
    lines.collect()
}
