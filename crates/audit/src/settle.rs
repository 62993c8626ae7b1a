//! Deposits, declines and reclaims, weighed against the transfer that they cite.
//!
//! The giver's page may come after the receiver's: then the claim waits here. Who
//! is right does not depend on the order, because nothing but the two pages counts.

use crate::book::{At, Branch, Claim, Effect};
use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::page::Event;
use crate::register::{Register, Role};

/// How a transfer is settled.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    Deposit,
    /// Over a line: as a deposit, of what was pledged before.
    Arrive,
    Decline,
    Reclaim {
        decline: Id,
    },
}

/// A page that settles a transfer.
pub(crate) struct Settling {
    pub at: At,
    pub transfer: Id,
    pub way: Way,
    /// None when the page before is not known, so that nothing can be compared.
    pub claim: Option<Claim>,
}

impl Way {
    /// The transfer that an event settles, and how; none when it settles none.
    pub(crate) fn of(event: &Event<'_>) -> Option<(Id, Self)> {
        match event {
            Event::Deposit { transfer, .. } => Some((*transfer, Self::Deposit)),
            Event::Arrive { transfer, .. } => Some((*transfer, Self::Arrive)),
            Event::Decline { transfer, .. } | Event::Return { transfer, .. } => {
                Some((*transfer, Self::Decline))
            }
            Event::Reclaim {
                transfer, decline, ..
            } => Some((*transfer, Self::Reclaim { decline: *decline })),
            Event::Open { .. }
            | Event::Begin
            | Event::Carry { .. }
            | Event::Close { .. }
            | Event::Transfer(_)
            | Event::Vote { .. }
            | Event::Floor { .. }
            | Event::Hold { .. }
            | Event::Sweep { .. }
            | Event::Line { .. }
            | Event::Pledge { .. }
            | Event::Refuse { .. }
            | Event::Clear(_)
            | Event::Bar(_)
            | Event::MakeGood { .. }
            | Event::Guard { .. }
            | Event::Entrust { .. }
            | Event::Succeed { .. }
            | Event::Later => None,
        }
    }
}

impl Settling {
    /// Whether all that it cites is there.
    pub(crate) fn is_ready(&self, register: &Register) -> bool {
        register.pages.contains_key(&self.transfer)
            && match self.way {
                Way::Reclaim { decline } => register.pages.contains_key(&decline),
                Way::Deposit | Way::Arrive | Way::Decline => true,
            }
    }

    /// Weighs it. What it cites and is not there is missing, and accuses nobody.
    pub(crate) fn weigh(self, branch: &mut Branch, register: &mut Register) {
        let place = self.at.place;
        let declined = match self.way {
            Way::Reclaim { decline } => register.pages.get(&decline).map(|known| known.role),
            Way::Deposit | Way::Arrive | Way::Decline => None,
        };
        if let (Way::Reclaim { decline }, None) = (self.way, declined) {
            register.miss(decline, "decline", place.page);
        }
        let Some(role) = register.pages.get(&self.transfer).map(|known| known.role) else {
            register.miss(self.transfer, "transfer", place.page);
            self.adopt(branch);
            return;
        };
        let Role::Transfer(given) = role else {
            register.fault(
                place,
                Kind::NotATransfer,
                Value::Word("transfer"),
                Value::Name(self.transfer),
            );
            self.adopt(branch);
            return;
        };
        let given_at = given as usize;
        let given = &register.given[given_at];
        let (to, giver) = (given.to, given.giver);
        if given.is_over_line() {
            register.crossings.end(self.transfer, &self.way, place);
        }
        let effect = match self.way {
            Way::Deposit | Way::Arrive => Effect {
                moved: vec![(given.credited(), given.split_s[0].into())],
                earned_s: [given.split_s[1].into(), given.split_s[2].into()],
                received_s: (given.credited() == Account::Member)
                    .then_some(given.split_s[0].into()),
            },
            Way::Decline => Effect::default(),
            Way::Reclaim { .. } => Effect {
                moved: vec![(given.debited(), given.amount_s.into())],
                ..Effect::default()
            },
        };
        match self.way {
            Way::Deposit | Way::Arrive | Way::Decline
                if !register.stands_for(&place.author, &to) =>
            {
                register.fault(
                    place,
                    Kind::NotTheReceiver,
                    Value::Name(to),
                    Value::Name(place.author),
                );
            }
            Way::Reclaim { .. } if !register.stands_for(&place.author, &giver) => {
                register.fault(
                    place,
                    Kind::NotTheGiver,
                    Value::Name(giver),
                    Value::Name(place.author),
                );
            }
            Way::Reclaim { decline } => {
                let given_on = register.pages.get(&self.transfer).map(|known| known.number);
                let ended = register.end_for(&place.author, &giver).zip(given_on);
                if let Some((last, number)) = ended.filter(|(last, number)| number > last) {
                    register.fault(
                        place,
                        Kind::NotTheGiver,
                        Value::Number(last),
                        Value::Number(number),
                    );
                }
                if declined.is_some_and(|role| !self.is_declined(role, to, register)) {
                    register.fault(
                        place,
                        Kind::NotDeclined,
                        Value::Name(self.transfer),
                        Value::Name(decline),
                    );
                }
            }
            Way::Deposit => {
                let given_on = register.pages.get(&self.transfer).map(|known| known.number);
                let taken = branch.takes_up_to(&giver).zip(given_on);
                // A bar after this page would not matter, but it has its own place:
                // pages are weighed in the order of the book or later.
                if let Some((last, number)) = taken.filter(|(last, number)| number > last) {
                    if self.noted_before(branch) {
                        register.fault(
                            place,
                            Kind::GiverBarred,
                            Value::Number(last),
                            Value::Number(number),
                        );
                    }
                }
            }
            // An end that was noted after the pledge does not undo it.
            Way::Arrive | Way::Decline => {}
        }
        if !matches!(self.way, Way::Decline) {
            register.given[given_at].is_settled = true;
        }
        if let Some(claim) = &self.claim {
            branch.weigh(place, claim, &effect, register);
        }
    }

    /// Whether the branch stands where this page does: what was noted later does not
    /// count against it.
    fn noted_before(&self, branch: &Branch) -> bool {
        branch.number == self.at.place.number
    }

    fn adopt(&self, branch: &mut Branch) {
        if let Some(claim) = &self.claim {
            branch.adopt(claim);
        }
    }

    /// Whether a page of this role declines the transfer in its receiver's name.
    fn is_declined(&self, role: Role, receiver: Id, register: &Register) -> bool {
        let Role::Decline(at) = role else {
            return false;
        };
        let declined = &register.declined[at as usize];
        declined.transfer == self.transfer && register.stands_for(&declined.author, &receiver)
    }
}
