//! Trust-lines in a gateway's book: what each event makes of a line's tally, and that only
//! the two legs of a payment across touch a line (rules 71 to 76).
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
    Across {
        receiver: Id,
        sheet: u32,
        kind: u32,
        least_s: i64,
    },
    Honours {
        decision: Id,
        kind: u32,
        iou: Iou,
    },
}

/// An IOU on a page.
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
        ("across", true) => {
            r.map(4)?;
            r.field("receiver")?;
            let receiver = r.id()?;
            r.field("sheet")?;
            let sheet = r.unsigned_32()?;
            r.field("kind")?;
            let kind = r.unsigned_32()?;
            r.field("least_s")?;
            let least_s = r.signed()?;
            Ok(Leg::Across {
                receiver,
                sheet,
                kind,
                least_s,
            })
        }
        ("honours", true) => {
            r.map(3)?;
            r.field("decision")?;
            let decision = r.id()?;
            r.field("kind")?;
            let kind = r.unsigned_32()?;
            r.field("iou")?;
            let iou = iou(r)?;
            Ok(Leg::Honours {
                decision,
                kind,
                iou,
            })
        }
        _ => Err(Unreadable),
    }
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
            Self::Across {
                receiver,
                sheet,
                kind,
                least_s,
            } => [
                &[2][..],
                &receiver.0,
                &sheet.to_be_bytes(),
                &kind.to_be_bytes(),
                &least_s.to_be_bytes(),
            ]
            .concat(),
            Self::Honours {
                decision,
                kind,
                iou,
            } => [
                &[3][..],
                &decision.0,
                &kind.to_be_bytes(),
                &iou.number.to_be_bytes(),
                &iou.amount_s.to_be_bytes(),
                &iou.gives_s.to_be_bytes(),
                &iou.sheet.to_be_bytes(),
                &iou.receiver,
                &iou.payment,
                &iou.signature,
            ]
            .concat(),
        }
    }
}

/// Rule 72: a line is touched by the two legs of a payment across, and by nothing else.
pub(crate) fn legs(place: Place, transfer: &Transfer<'_>, register: &mut Register) {
    let line = |account| matches!(account, Account::Line(_));
    let plain = transfer.payment.is_none() && transfer.corrects.is_none();
    let right = match &transfer.line {
        None => !line(transfer.from) && !line(transfer.to_account),
        Some(Leg::Across { .. }) => {
            plain && transfer.from == Account::Member && line(transfer.to_account)
        }
        Some(Leg::Honours { .. }) => {
            plain && line(transfer.from) && transfer.to_account == Account::Member
        }
    };
    if !right {
        register.fault(place, Kind::LegMisplaced, Value::None, Value::None);
    }
}

/// Rules 17 and 71 to 76 of the tallies: what the event makes of those before, as far as
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
            if let (Account::Line(village), Some(Leg::Honours { iou, .. })) =
                (transfer.from, &transfer.line)
            {
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
