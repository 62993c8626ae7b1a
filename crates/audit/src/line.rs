//! Trust-lines in a gateway's book: what each event makes of a line's tally, and that only
//! the legs of a payment across touch a line (rules 71 to 77).
//!
//! Which limit and rate were decided, and what another village signed, is not on the pages
//! of one village. The counters are: IOUs go up by one, what is pledged ends once.

use crate::bytes::{Read, Reader, Unreadable};
use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::page::{Event, State, Transfer};
use crate::register::{Place, Register};

/// What a page says of a line beside its balance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub village: Id,
    pub terms: u32,
    pub state: u8,
    pub sheet: u32,
    pub window: u32,
    pub issued: u64,
    pub taken: u64,
    pub pledged_s: i64,
    pub theirs_s: i64,
}

/// Where a transfer goes over a line.
pub(crate) enum Leg {
    Across(Across),
    Honours(Honours),
    /// From one line to another.
    Through(Box<(Honours, Across)>),
}

/// Over a line from here.
pub(crate) struct Across {
    pub receiver: Id,
    /// Sheet, kind and least.
    pub terms: Terms,
    /// The lines after it.
    pub onward: Vec<(Id, Terms)>,
}

/// Sheet, kind and least of one line.
pub(crate) type Terms = (u32, u32, i64);

/// Over a line to here.
pub(crate) struct Honours {
    pub decision: Id,
    pub kind: u32,
    pub iou: Iou,
}

/// Lines after the first, at most.
const HOPS_MAX: usize = 5;

/// An IOU on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Iou {
    pub number: u64,
    pub amount_s: i64,
    pub gives_s: i64,
    pub sheet: u32,
    pub receiver: [u8; 12],
    pub payment: [u8; 16],
    pub signature: [u8; 64],
}

pub(crate) fn leg(r: &mut Reader<'_>) -> Read<Leg> {
    match r.variant()? {
        ("across", true) => across(r).map(Leg::Across),
        ("honours", true) => honours(r).map(Leg::Honours),
        ("through", true) => {
            r.map(2)?;
            r.field("honours")?;
            let honours = honours(r)?;
            r.field("across")?;
            Ok(Leg::Through(Box::new((honours, across(r)?))))
        }
        _ => Err(Unreadable),
    }
}

fn across(r: &mut Reader<'_>) -> Read<Across> {
    let goes_on = r.map_of(4, 5)? == 5;
    r.field("receiver")?;
    let receiver = r.id()?;
    let terms = terms(r)?;
    let mut onward = Vec::new();
    if goes_on {
        r.field("onward")?;
        let count = r.array()?;
        // None is left out; what is longer than the law allows is read and found.
        if count == 0 || count > u8::MAX.into() {
            return Err(Unreadable);
        }
        for _ in 0..count {
            r.map(4)?;
            r.field("village")?;
            let village = r.id()?;
            onward.push((village, self::terms(r)?));
        }
    }
    Ok(Across {
        receiver,
        terms,
        onward,
    })
}

fn terms(r: &mut Reader<'_>) -> Read<Terms> {
    r.field("sheet")?;
    let sheet = r.unsigned_32()?;
    r.field("kind")?;
    let kind = r.unsigned_32()?;
    r.field("least_s")?;
    Ok((sheet, kind, r.signed()?))
}

fn honours(r: &mut Reader<'_>) -> Read<Honours> {
    r.map(3)?;
    r.field("decision")?;
    let decision = r.id()?;
    r.field("kind")?;
    let kind = r.unsigned_32()?;
    r.field("iou")?;
    let iou = iou(r)?;
    Ok(Honours {
        decision,
        kind,
        iou,
    })
}

pub(crate) fn iou(r: &mut Reader<'_>) -> Read<Iou> {
    r.map(7)?;
    r.field("number")?;
    let number = r.unsigned()?;
    r.field("amount_s")?;
    let amount_s = r.signed()?;
    r.field("gives_s")?;
    let gives_s = r.signed()?;
    r.field("sheet")?;
    let sheet = r.unsigned_32()?;
    r.field("receiver")?;
    let receiver = r.bytes()?;
    r.field("payment")?;
    let payment = r.bytes()?;
    r.field("signature")?;
    let signature = r.signature()?;
    Ok(Iou {
        number,
        amount_s,
        gives_s,
        sheet,
        receiver,
        payment,
        signature,
    })
}

pub(crate) fn tally(r: &mut Reader<'_>) -> Read<Tally> {
    r.map(9)?;
    r.field("village")?;
    let village = r.id()?;
    r.field("terms")?;
    let terms = r.unsigned_32()?;
    r.field("state")?;
    let state = match r.variant()? {
        ("open", false) => 0,
        ("paused", false) => 1,
        ("closed", false) => 2,
        _ => return Err(Unreadable),
    };
    r.field("sheet")?;
    let sheet = r.unsigned_32()?;
    r.field("window")?;
    let window = r.unsigned_32()?;
    r.field("issued")?;
    let issued = r.unsigned()?;
    r.field("taken")?;
    let taken = r.unsigned()?;
    r.field("pledged_s")?;
    let pledged_s = r.signed()?;
    r.field("theirs_s")?;
    let theirs_s = r.signed()?;
    Ok(Tally {
        village,
        terms,
        state,
        sheet,
        window,
        issued,
        taken,
        pledged_s,
        theirs_s,
    })
}

impl Tally {
    /// Its bytes under a page's digest.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut fields = self.village.0.to_vec();
        fields.extend(self.terms.to_be_bytes());
        fields.push(self.state);
        fields.extend(self.sheet.to_be_bytes());
        fields.extend(self.window.to_be_bytes());
        fields.extend(self.issued.to_be_bytes());
        fields.extend(self.taken.to_be_bytes());
        fields.extend(self.pledged_s.to_be_bytes());
        fields.extend(self.theirs_s.to_be_bytes());
        fields
    }
}

impl Leg {
    /// Its bytes under a page's digest.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Across(across) => across.bytes(),
            Self::Honours(honours) => [&[3][..], &honours.bytes()].concat(),
            Self::Through(both) => [&[5][..], &both.0.bytes(), &both.1.bytes()].concat(),
        }
    }

    /// The IOU that it pays on.
    pub(crate) fn iou(&self) -> Option<&Iou> {
        match self {
            Self::Across(_) => None,
            Self::Honours(honours) => Some(&honours.iou),
            Self::Through(both) => Some(&both.0.iou),
        }
    }

    /// Where it goes from here.
    pub(crate) fn across(&self) -> Option<&Across> {
        match self {
            Self::Across(across) => Some(across),
            Self::Honours(_) => None,
            Self::Through(both) => Some(&both.1),
        }
    }
}

impl Across {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![if self.onward.is_empty() { 2 } else { 6 }];
        let terms = |bytes: &mut Vec<u8>, (sheet, kind, least_s): Terms| {
            bytes.extend(sheet.to_be_bytes());
            bytes.extend(kind.to_be_bytes());
            bytes.extend(least_s.to_be_bytes());
        };
        bytes.extend(self.receiver.0);
        terms(&mut bytes, self.terms);
        if !self.onward.is_empty() {
            bytes.extend((self.onward.len() as u64).to_be_bytes());
        }
        for (village, on_it) in &self.onward {
            bytes.extend(village.0);
            terms(&mut bytes, *on_it);
        }
        bytes
    }
}

impl Honours {
    fn bytes(&self) -> Vec<u8> {
        [
            &self.decision.0[..],
            &self.kind.to_be_bytes(),
            &self.iou.number.to_be_bytes(),
            &self.iou.amount_s.to_be_bytes(),
            &self.iou.gives_s.to_be_bytes(),
            &self.iou.sheet.to_be_bytes(),
            &self.iou.receiver,
            &self.iou.payment,
            &self.iou.signature,
        ]
        .concat()
    }
}

/// Rules 72 and 77: a line is touched by the legs of a payment across, and by nothing else.
pub(crate) fn legs(place: Place, transfer: &Transfer<'_>, register: &mut Register) {
    let line = |account| matches!(account, Account::Line(_));
    let plain = transfer.payment.is_none() && transfer.corrects.is_none();
    let right = match &transfer.line {
        None => !line(transfer.from) && !line(transfer.to_account),
        Some(Leg::Across(_)) => {
            plain && transfer.from == Account::Member && line(transfer.to_account)
        }
        Some(Leg::Honours(_)) => {
            plain && line(transfer.from) && transfer.to_account == Account::Member
        }
        Some(Leg::Through(_)) => plain && transfer.is_between_lines(),
    };
    if !right {
        register.fault(place, Kind::LegMisplaced, Value::None, Value::None);
        return;
    }
    if let Some(across) = transfer.line.as_ref().and_then(Leg::across) {
        way(place, transfer, across, register);
    }
}

/// Rule 77: not too far, and nowhere twice.
fn way(place: Place, transfer: &Transfer<'_>, across: &Across, register: &mut Register) {
    let ends = [transfer.from, transfer.to_account];
    let ends = ends.iter().filter_map(|account| match account {
        Account::Line(village) => Some(*village),
        _ => None,
    });
    let all: Vec<Id> = ends
        .chain(across.onward.iter().map(|(village, _)| *village))
        .collect();
    let twice = (1..all.len()).find(|at| all[..*at].contains(&all[*at]));
    let hops = across.onward.len();
    if hops > HOPS_MAX || twice.is_some() {
        register.fault(
            place,
            Kind::WayWrong,
            Value::Number(HOPS_MAX as u64),
            twice.map_or(Value::Number(hops as u64), |at| Value::Name(all[at])),
        );
    }
}

/// Rules 17 and 71 to 77 of the tallies: what the event makes of those before, as far as
/// this page alone tells.
pub(crate) fn tallies(
    place: Place,
    before: &State,
    after: &State,
    event: &Event<'_>,
    register: &mut Register,
) {
    if matches!(event, Event::Later) || before.lines.is_empty() && after.lines.is_empty() {
        return;
    }
    let mut expected = before.lines.clone();
    let stated = |village: &Id| after.lines.iter().find(|tally| tally.village == *village);
    let changed: Vec<usize> = (0..expected.len())
        .filter(|at| stated(&expected[*at].village) != Some(&expected[*at]))
        .collect();
    match event {
        // What was decided is taken as stated; what was counted goes on.
        Event::Line { village } => {
            let counted = expected
                .iter()
                .position(|tally| tally.village == *village)
                .map(|at| expected.remove(at));
            if let Some(is) = stated(village) {
                let was = counted.unwrap_or(Tally {
                    pledged_s: 0,
                    theirs_s: 0,
                    ..*is
                });
                expected.push(Tally {
                    issued: was.issued,
                    taken: was.taken,
                    pledged_s: was.pledged_s,
                    theirs_s: was.theirs_s,
                    ..*is
                });
                expected.sort_unstable_by_key(|tally| tally.village);
            }
        }
        Event::Carry { .. } | Event::Begin => {
            for tally in &mut expected {
                tally.terms = stated(&tally.village).map_or(0, |is| is.terms);
            }
        }
        Event::Transfer(transfer) => {
            let iou = transfer.line.as_ref().and_then(Leg::iou);
            if let (Account::Line(village), Some(iou)) = (transfer.from, iou) {
                take(place, &mut expected, &village, iou, register);
                for tally in expected.iter_mut().filter(|is| is.village == village) {
                    tally.theirs_s = tally.theirs_s.saturating_add(iou.amount_s);
                }
            }
        }
        Event::Refuse { village, iou } => take(place, &mut expected, village, iou, register),
        // Which line, and how much, stands on the transfer that is cited.
        Event::Pledge { gives_s, .. } => {
            if let [at] = changed[..] {
                let is = stated(&expected[at].village).copied();
                let tally = &mut expected[at];
                tally.issued += 1;
                tally.theirs_s = tally.theirs_s.saturating_sub(*gives_s);
                let more = is.filter(|is| is.pledged_s > tally.pledged_s);
                tally.pledged_s = more.map_or(tally.pledged_s, |is| is.pledged_s);
            }
        }
        Event::Arrive { .. } | Event::Return { .. } => {
            if let [at] = changed[..] {
                let is = stated(&expected[at].village).copied();
                let tally = &mut expected[at];
                let less = is.filter(|is| is.pledged_s < tally.pledged_s && is.pledged_s >= 0);
                tally.pledged_s = less.map_or(tally.pledged_s, |is| is.pledged_s);
                if matches!(event, Event::Return { .. }) {
                    let back = is.filter(|is| is.theirs_s > tally.theirs_s);
                    tally.theirs_s = back.map_or(tally.theirs_s, |is| is.theirs_s);
                }
            }
        }
        Event::Reclaim { .. } => {
            if let [at] = changed[..] {
                let is = stated(&expected[at].village).copied();
                let tally = &mut expected[at];
                let back = is.filter(|is| is.theirs_s < tally.theirs_s);
                tally.theirs_s = back.map_or(tally.theirs_s, |is| is.theirs_s);
            }
        }
        _ => {}
    }
    let moves = matches!(
        event,
        Event::Pledge { .. } | Event::Arrive { .. } | Event::Return { .. }
    );
    if expected != after.lines || moves && changed.len() != 1 {
        register.fault(
            place,
            Kind::TallyWrong,
            Value::Number(expected.len() as u64),
            Value::Number(after.lines.len() as u64),
        );
    }
}

/// IOUs are taken in order.
fn take(place: Place, expected: &mut [Tally], village: &Id, iou: &Iou, register: &mut Register) {
    let Some(tally) = expected.iter_mut().find(|tally| tally.village == *village) else {
        return;
    };
    let next = tally.taken.saturating_add(1);
    if iou.number != next {
        register.fault(
            place,
            Kind::IouNumberWrong,
            Value::Number(next),
            Value::Number(iou.number),
        );
    }
    tally.taken = next;
}
