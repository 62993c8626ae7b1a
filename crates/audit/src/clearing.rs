//! Rounds of clearing (rule 78): a page books what its village is freed of and gives up.
//!
//! Which gateway a neighbour has was decided, and is not on the pages of one village; who
//! signed the round is.

use crate::book::{At, Branch, Claim, Effect};
use crate::bytes::{Read, Reader, Unreadable};
use crate::digest::digest;
use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::page::{list, proof, Proof, State};
use crate::register::{Place, Register};
use crate::tree::key_of_round;
use crate::village::Village;
use ed25519_dalek::{Signature, VerifyingKey};
use std::collections::BTreeMap;

/// Lines of a round; more are read, and found.
const LINES: std::ops::RangeInclusive<usize> = 3..=64;
/// The most that an amount may be, in seconds.
const AMOUNT_MAX_S: i64 = 3_600_000_000;
/// The most entries that are read of any list here.
const READ_MAX: usize = 1_024;

/// What a gateway books.
pub(crate) struct Cleared<'a> {
    lines: Vec<Line>,
    signatures: Vec<[u8; 64]>,
    decisions: usize,
    once: Proof<'a>,
}

/// A line in a round: both ends, each a village, its gateway and its seconds.
struct Line {
    debtor: End,
    creditor: End,
}

#[derive(Clone, Copy)]
struct End {
    village: Id,
    gateway: Id,
    less_s: i64,
}

pub(crate) fn cleared<'a>(r: &mut Reader<'a>) -> Read<Cleared<'a>> {
    r.map(4)?;
    r.field("round")?;
    r.map(1)?;
    r.field("lines")?;
    let lines = list(r, READ_MAX, line)?;
    r.field("signatures")?;
    let signatures = list(r, READ_MAX, Reader::signature)?;
    r.field("decisions")?;
    let decisions = list(r, READ_MAX, Reader::id)?.len();
    r.field("once")?;
    let once = proof(r)?;
    Ok(Cleared {
        lines,
        signatures,
        decisions,
        once,
    })
}

fn line(r: &mut Reader<'_>) -> Result<Line, Unreadable> {
    r.map(6)?;
    let mut ids = [Id([0; 32]); 4];
    let names = ["debtor", "creditor", "debtor_gateway", "creditor_gateway"];
    for (id, name) in ids.iter_mut().zip(names) {
        r.field(name)?;
        *id = r.id()?;
    }
    r.field("freed_s")?;
    let freed_s = r.signed()?;
    r.field("given_up_s")?;
    let given_up_s = r.signed()?;
    let end = |at: usize, less_s| End {
        village: ids[at],
        gateway: ids[at + 2],
        less_s,
    };
    Ok(Line {
        debtor: end(0, freed_s),
        creditor: end(1, given_up_s),
    })
}

impl Line {
    /// The end of a village, the other end, and whether it owes: 1 or -1.
    fn seen_from(&self, here: &Id) -> Option<(End, End, i128)> {
        let owes = self.debtor.village == *here;
        let owed = self.creditor.village == *here;
        let ends = (self.debtor, self.creditor, 1);
        let turned = (self.creditor, self.debtor, -1);
        owes.then_some(ends).or(owed.then_some(turned))
    }
}

impl Cleared<'_> {
    /// What is wrong with the round itself, if anything.
    fn fault(&self) -> Option<&'static str> {
        if !LINES.contains(&self.lines.len()) {
            return Some("number of lines");
        }
        let mut sums_s: BTreeMap<Id, i128> = BTreeMap::new();
        let mut gateways: BTreeMap<Id, Id> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            let two = (line.debtor.village, line.creditor.village);
            let same = |other: &Line| {
                let others = (other.debtor.village, other.creditor.village);
                others == two || others == (two.1, two.0)
            };
            if two.0 == two.1 || self.lines[..at].iter().any(same) {
                return Some("villages");
            }
            let before = at.checked_sub(1).map(|before| &self.lines[before]);
            if before.is_some_and(|before| (before.debtor.village, before.creditor.village) > two) {
                return Some("order");
            }
            for (end, sign) in [(line.debtor, 1), (line.creditor, -1)] {
                if !(1..=AMOUNT_MAX_S).contains(&end.less_s) {
                    return Some("amount");
                }
                if *gateways.entry(end.village).or_insert(end.gateway) != end.gateway {
                    return Some("gateway");
                }
                *sums_s.entry(end.village).or_default() += sign * i128::from(end.less_s);
            }
        }
        sums_s.values().any(|sum_s| *sum_s != 0).then_some("sum")
    }

    pub(crate) fn digest(&self) -> Id {
        let mut fields = (self.lines.len() as u64).to_be_bytes().to_vec();
        for Line { debtor, creditor } in &self.lines {
            fields.extend(debtor.village.0);
            fields.extend(creditor.village.0);
            fields.extend(debtor.gateway.0);
            fields.extend(creditor.gateway.0);
            fields.extend(debtor.less_s.to_be_bytes());
            fields.extend(creditor.less_s.to_be_bytes());
        }
        Id(digest("commons-credit/round", &[&fields]))
    }

    /// Whether each village's gateway has signed, in the order of the villages.
    fn is_signed(&self) -> bool {
        let ends = self
            .lines
            .iter()
            .flat_map(|line| [line.debtor, line.creditor]);
        let gateways: BTreeMap<Id, Id> = ends.map(|end| (end.village, end.gateway)).collect();
        let digest = self.digest();
        let holds = |((village, gateway), signature): ((&Id, &Id), &[u8; 64])| {
            let statement = [&b"cc-clearing/\x01"[..], &digest.0, &village.0].concat();
            VerifyingKey::from_bytes(&gateway.0).is_ok_and(|key| {
                let signature = Signature::from_bytes(signature);
                key.verify_strict(&statement, &signature).is_ok()
            })
        };
        gateways.len() == self.signatures.len() && gateways.iter().zip(&self.signatures).all(holds)
    }

    /// By line of this village: the neighbour, what the round moves on the account here, and
    /// on the one over there, in seconds of each.
    pub(crate) fn moves<'a>(&'a self, here: &'a Id) -> impl Iterator<Item = (Id, i128, i128)> + 'a {
        self.own(here).map(|(own, other, owes)| {
            let (own_s, other_s) = (i128::from(own.less_s), i128::from(other.less_s));
            (other.village, -owes * own_s, owes * other_s)
        })
    }

    fn own<'a>(&'a self, here: &'a Id) -> impl Iterator<Item = (End, End, i128)> + 'a {
        self.lines.iter().filter_map(|line| line.seen_from(here))
    }
}

impl Branch {
    /// Rule 78.
    pub(crate) fn clear(
        &mut self,
        at: At,
        claim: &Claim,
        cleared: &Cleared<'_>,
        village: &Village,
        register: &mut Register,
    ) {
        let place = at.place;
        if let Some(what) = cleared.fault() {
            register.fault(place, Kind::RoundWrong, Value::None, Value::Word(what));
        } else if village.cheques_of().is_some() && !cleared.is_signed() {
            register.fault(place, Kind::RoundUnsigned, Value::None, Value::None);
        }
        let here = village.id;
        let by = cleared.own(&here).map(|(own, ..)| own.gateway).next();
        let named = by.is_some_and(|by| {
            by == place.author || self.state.lost.iter().any(|(lost, _)| *lost == by)
        });
        if !named || cleared.own(&here).count() != cleared.decisions {
            let by = by.map_or(Value::None, Value::Name);
            register.fault(place, Kind::RoundForeign, by, Value::Name(place.author));
        }
        let mut effect = Effect::default();
        for (own, other, owes) in cleared.own(&here) {
            let account = Account::Line(other.village);
            let less_s = i128::from(own.less_s);
            let was = claim.held.iter().find(|(held, ..)| *held == account);
            let left_s = was.map(|(_, was_s, _)| owes * i128::from(*was_s));
            if let Some(left_s) = left_s.filter(|left_s| *left_s < less_s) {
                let (left_s, less_s) = (Value::Seconds(left_s), Value::Seconds(less_s));
                register.fault_of(place, account, Kind::RoundCrosses, left_s, less_s);
            }
            effect.moved.push((account, -owes * less_s));
        }
        self.weigh(place, claim, &effect, register);
        let key = key_of_round(&cleared.digest());
        self.settle(at, key, &cleared.once, Kind::ClearedTwice, register);
    }
}

/// Rules 17 and 78 of the tallies: what the neighbours owe falls or rises with the round.
pub(crate) fn tallies(
    place: Place,
    before: &State,
    after: &State,
    cleared: &Cleared<'_>,
    here: &Id,
    register: &mut Register,
) {
    let mut expected = before.lines.clone();
    for (_, other, owes) in cleared.own(here) {
        let theirs = expected.iter_mut();
        for tally in theirs.filter(|tally| tally.village == other.village) {
            let more_s = i64::try_from(owes).unwrap_or_default() * other.less_s;
            tally.theirs_s = tally.theirs_s.saturating_add(more_s);
        }
    }
    if expected != after.lines {
        register.fault(
            place,
            Kind::TallyWrong,
            Value::Number(expected.len() as u64),
            Value::Number(after.lines.len() as u64),
        );
    }
}
