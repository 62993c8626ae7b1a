//! Trust-lines: hours that go over to a neighbour village.
//!
//! A DNA cannot read another, so evidence travels as signed bytes. A payment is five
//! steps, and until its receiver has signed nothing in the giver's village is spent:
//!
//! | step | page | where | what moves |
//! | --- | --- | --- | --- |
//! | 1 | transfer across | giver | the giver's account is debited, in flight |
//! | 2 | pledge | giver's gateway | nothing: room on the line is kept, an IOU signed |
//! | 3 | transfer on the IOU | receiver's gateway | its line account is debited, in flight |
//! | 4 | deposit with receipt | receiver | the receiver is credited, levies earned |
//! | 5 | arrival | giver's gateway | its line account is credited, levies earned |
//!
//! Instead of 3 the receiver's gateway refuses the IOU, or instead of 4 the receiver
//! declines; then instead of 5 the gateway returns the transfer and the giver reclaims
//! all of it. IOUs are numbered and taken in order, each once, by the page that pays or
//! refuses it. `docs/decisions/0019-lines.md` says why nobody honest can lose. In a village
//! in between, steps 3 and 1 are one page ([`way`](crate::way)).

use crate::account::{Account, Holding, State, HOLDINGS_MAX};
use crate::admission::Check;
use crate::amount::{Amount, Balance, Seconds};
use crate::apply::{Cited, Facts};
use crate::ballot::{Content, Decided, Subject, NUMBERS_AHEAD_MAX};
use crate::cheque::village_tag;
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, PaymentTag, ReceiverTag, SignatureBytes, VillageId};
use crate::page::{Event, Page, Transfer, PAGE_NUMBER_MAX};
use crate::rate::{convert, LineUse, Rate, Sheet, LINE_LIMIT_MAX_S};
use crate::settled::{Key, Mark, Proof};
use crate::violation::Violation;
use crate::way::{payment_of, Hop, Through};
use serde::{Deserialize, Serialize};

/// Whether a line is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LineState {
    /// Hours go over it.
    Open,
    /// Nothing new goes over it; what is under way ends.
    Paused,
    /// The same, for ever.
    Closed,
}

/// A trust-line as one of its villages decides it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineTerms {
    /// Who holds the line on this side.
    pub gateway: AgentId,
    /// How far the line may be used either way, in this village's seconds.
    pub limit_s: Seconds,
    /// Who holds it on the other side.
    pub neighbour_gateway: AgentId,
    /// The same limit as the neighbour has it, in its seconds.
    pub neighbour_limit_s: Seconds,
    /// Whether the line is in use.
    pub state: LineState,
    /// What an hour here is worth there.
    pub sheet: Sheet,
    /// The last IOU that this side issued before; a gateway that opens the line counts on.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub issued: u64,
    /// The last IOU of the neighbour that this side took before.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub taken: u64,
}

/// What a gateway's book knows about a line beside its balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tally {
    /// The neighbour.
    pub village: VillageId,
    /// The ballot whose terms the book has taken over.
    pub terms: u32,
    /// Whether the line is in use.
    pub state: LineState,
    /// The newest sheet.
    pub sheet: u32,
    /// How many numbers before it may be cited.
    pub window: u32,
    /// The last IOU issued.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub issued: u64,
    /// The last IOU of the neighbour that was paid or refused.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub taken: u64,
    /// Pledged and neither arrived nor returned, in seconds, levies taken off.
    pub pledged_s: Seconds,
    /// What the neighbour owes over the line by what this book knows, in the
    /// neighbour's seconds; never more than the neighbour itself counts.
    pub theirs_s: Seconds,
}

/// Where a transfer goes over a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Leg {
    /// The first: from a member to the gateway, on to somebody in the other village.
    Across(Across),
    /// The last: from the gateway to the receiver.
    Honours(Honours),
    /// In a village in between: from one line to another.
    Through(Box<Through>),
}

/// To whom a payment across goes, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Across {
    /// The receiver, in the neighbour village or at the end of the way onward.
    pub receiver: AgentId,
    /// The rate sheet that the giver has seen.
    pub sheet: u32,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// The least that the neighbour's gateway is to give, in its seconds, before levies.
    pub least_s: Seconds,
    /// The lines after this one, at most [`HOPS_MAX`](crate::way::HOPS_MAX); left out if
    /// the receiver is in the neighbour village.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Hop>>"))]
    pub onward: Vec<Hop>,
}

/// The IOU on which a gateway pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Honours {
    /// The decision that adopts the sheet.
    pub decision: ActionId,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// The IOU.
    pub iou: Iou,
}

/// An IOU as it stands on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Iou {
    /// 1, 2, 3 … on each line, in each direction.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What the issuing village keeps room for, in its seconds.
    pub amount_s: Seconds,
    /// What the other village is to give, in its seconds, before levies.
    pub gives_s: Seconds,
    /// The rate sheet.
    pub sheet: u32,
    /// The receiver's member account, as in a cheque, or the way to them
    /// ([`Across::tag`]).
    pub receiver: ReceiverTag,
    /// The page with which the payment began, as in its cheque.
    pub payment: PaymentTag,
    /// The issuing gateway's signature over [`Iou::statement`].
    pub signature: SignatureBytes,
}

/// A receipt as it stands on a page of the other village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReceiptGiven {
    /// The page of the deposit in the receiver's book.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What the receiver was credited, in seconds of their village.
    pub amount_s: Seconds,
    /// The receiver's signature over [`receipt_statement`].
    pub signature: SignatureBytes,
}

impl Iou {
    /// What the issuing gateway signs (`docs/cheque-format.md`).
    pub fn statement(
        &self,
        issuer: &VillageId,
        accepting: &VillageId,
        gateway: &AgentId,
    ) -> Vec<u8> {
        iou_statement(
            &village_tag(issuer),
            &village_tag(accepting),
            gateway,
            self.number,
            (self.amount_s.0, self.gives_s.0),
            self.sheet,
            &self.receiver,
            &self.payment,
        )
    }

    /// What the accepting gateway signs to refuse it.
    pub fn refusal_statement(
        &self,
        issuer: &VillageId,
        accepting: &VillageId,
        issued_by: &AgentId,
        refused_by: &AgentId,
    ) -> Vec<u8> {
        let iou = self.statement(issuer, accepting, issued_by);
        [b"cc-iou-refusal/\x01".as_slice(), &refused_by.0, &iou].concat()
    }

    /// The IOU on a pledge about this transfer.
    pub fn pledged(pledge: &Page, transfer: &Page) -> Option<Self> {
        let Event::Pledge { gives_s, iou, .. } = &pledge.event else {
            return None;
        };
        let about = transfer.event.transfer()?;
        let (village, across) = about.across()?;
        let tally = pledge.after.tally(village).ok()?;
        Some(Self {
            number: tally.issued,
            amount_s: about.split.receiver_s,
            gives_s: *gives_s,
            sheet: across.sheet,
            receiver: across.tag(),
            payment: payment_of(transfer),
            signature: *iou,
        })
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        hasher
            .u64(self.number)
            .i64(self.amount_s.0)
            .i64(self.gives_s.0)
            .u32(self.sheet)
            .fixed(&self.receiver.0)
            .fixed(&self.payment.0)
            .fixed(&self.signature.0)
    }
}

/// The 112 bytes under an IOU: `amounts_s` is what the issuer keeps and the other gives.
#[allow(clippy::too_many_arguments)]
pub fn iou_statement(
    issuer: &[u8; 8],
    accepting: &[u8; 8],
    gateway: &AgentId,
    number: u64,
    amounts_s: (i64, i64),
    sheet: u32,
    receiver: &ReceiverTag,
    payment: &PaymentTag,
) -> Vec<u8> {
    [
        b"cc-iou/\x01".as_slice(),
        issuer,
        accepting,
        &gateway.0,
        &number.to_be_bytes(),
        &amounts_s.0.to_be_bytes(),
        &amounts_s.1.to_be_bytes(),
        &sheet.to_be_bytes(),
        &receiver.0,
        &payment.0,
    ]
    .concat()
}

/// The 84 bytes under a receipt: what `receiver` was credited by page `number`.
pub fn receipt_statement(
    village: &VillageId,
    receiver: &AgentId,
    number: u64,
    amount_s: i64,
    payment: &PaymentTag,
) -> Vec<u8> {
    [
        b"cc-receipt/\x01".as_slice(),
        &village_tag(village),
        &receiver.0,
        &number.to_be_bytes(),
        &amount_s.to_be_bytes(),
        &payment.0,
    ]
    .concat()
}

impl LineTerms {
    /// Judges what is proposed (rule 70).
    pub fn check(&self) -> Result<(), Violation> {
        let in_range = |limit: Seconds| (0..=LINE_LIMIT_MAX_S).contains(&limit.0);
        if !in_range(self.limit_s) || !in_range(self.neighbour_limit_s) {
            return Err(Violation::LineTermsMalformed { what: "limit" });
        }
        if self.issued > PAGE_NUMBER_MAX || self.taken > PAGE_NUMBER_MAX {
            return Err(Violation::LineTermsMalformed { what: "IOU number" });
        }
        self.sheet.check()
    }

    /// Another sheet or gateway needs a sheet number of its own: an IOU names what it
    /// was issued under by that alone. It is not so high that none could follow (rule 70).
    pub(crate) fn check_follows(&self, before: Option<&Self>) -> Result<(), Violation> {
        let same = before.is_some_and(|before| {
            self.sheet == before.sheet
                && self.gateway == before.gateway
                && self.neighbour_gateway == before.neighbour_gateway
        });
        let used = before.map_or(0, |before| before.sheet.number);
        let lowest = used.saturating_add(1);
        let highest = lowest.saturating_add(NUMBERS_AHEAD_MAX);
        let follows = self.sheet.number > used && self.sheet.number <= highest;
        if same || follows {
            return Ok(());
        }
        Err(Violation::LineTermsMalformed {
            what: "sheet number",
        })
    }

    /// What both gateways sign: the same bytes from either side.
    pub fn statement(&self, village: &VillageId, neighbour: &VillageId) -> Vec<u8> {
        let turned = neighbour < village;
        let here = (village, &self.gateway, self.limit_s, self.issued);
        let there = (
            neighbour,
            &self.neighbour_gateway,
            self.neighbour_limit_s,
            self.taken,
        );
        let ends = if turned { [there, here] } else { [here, there] };
        let hasher = ends.into_iter().fold(
            Hasher::new("commons-credit/line"),
            |hasher, (village, gateway, limit_s, issued)| {
                hasher
                    .fixed(&village.0)
                    .fixed(&gateway.0)
                    .i64(limit_s.0)
                    .u64(issued)
            },
        );
        let hasher = self.sheet.hash_into(hasher.u8(self.state.number()), turned);
        [b"cc-line/\x01".as_slice(), &hasher.finish().0].concat()
    }

    /// What a payment of this village is in the neighbour's seconds.
    fn out(&self, amount: Amount, kind: u32, owes_s: Seconds) -> Result<Amount, Violation> {
        let limit_s = self.limit_s;
        let rate = self.sheet.rate(kind)?;
        convert(
            amount,
            rate,
            self.sheet.slope_bp,
            LineUse { owes_s, limit_s },
        )
    }

    /// What a payment of the neighbour is in this village's seconds, at most.
    fn into(&self, amount: Amount, kind: u32, owes_s: Seconds) -> Result<Amount, Violation> {
        let limit_s = self.neighbour_limit_s;
        let rate: Rate = self.sheet.rate(kind)?.back();
        convert(
            amount,
            rate,
            self.sheet.slope_bp,
            LineUse { owes_s, limit_s },
        )
    }

    /// What the neighbour's gateway is to give for `amount`, by a gateway's book.
    pub fn quote(
        &self,
        state: &State,
        village: VillageId,
        amount: Amount,
        kind: u32,
    ) -> Result<Amount, Violation> {
        let tally = state.tally(village)?;
        self.out(amount, kind, state.owes(tally)?)
    }
}

impl LineState {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Paused => 1,
            Self::Closed => 2,
        }
    }
}

/// The terms of the line to `village` that a decision adopts, with its ballot's number.
pub fn line_decided(
    decided: Option<Decided<'_>>,
    id: ActionId,
    village: VillageId,
) -> Result<(u32, &LineTerms), Violation> {
    decided
        .and_then(|decided| decided.adopting(id))
        .filter(|proposal| proposal.subject == Subject::Line(village))
        .and_then(|proposal| match &proposal.content {
            Content::Line(terms) => Some((proposal.number, &**terms)),
            _ => None,
        })
        .ok_or(Violation::LineNotDecided)
}

impl Transfer {
    /// The neighbour village and the terms, if this goes over a line from here.
    pub fn across(&self) -> Option<(VillageId, &Across)> {
        match (self.to_account, &self.line) {
            (Account::Line(village), Some(Leg::Across(across))) => Some((village, across)),
            (Account::Line(village), Some(Leg::Through(leg))) => Some((village, &leg.across)),
            _ => None,
        }
    }

    /// The neighbour village and the IOU, if this comes over a line to here.
    pub fn honours(&self) -> Option<(VillageId, &Honours)> {
        match (self.from, &self.line) {
            (Account::Line(village), Some(Leg::Honours(honours))) => Some((village, honours)),
            (Account::Line(village), Some(Leg::Through(leg))) => Some((village, &leg.honours)),
            _ => None,
        }
    }
}

/// Rules 72 and 77: only the legs of a payment across touch a line, and each says so.
pub(crate) fn check_legs(transfer: &Transfer) -> Result<(), Violation> {
    let through = transfer.through().is_some();
    let out = transfer.from == Account::Member && transfer.across().is_some();
    let into = transfer.to_account == Account::Member && transfer.honours().is_some();
    let between = matches!(transfer.line, Some(Leg::Through(_)));
    let line = |account| matches!(account, Account::Line(_));
    let bare = transfer.line.is_none() && !line(transfer.from) && !line(transfer.to_account);
    let plain = transfer.payment.is_none() && transfer.corrects.is_none();
    if bare || plain && (through || !between && (out || into)) {
        return Ok(());
    }
    Err(Violation::LegMisplaced)
}

impl State {
    /// What the book knows about a line that it holds; another one is refused (rule 6).
    pub fn tally(&self, village: VillageId) -> Result<&Tally, Violation> {
        let account = Account::Line(village);
        self.lines
            .iter()
            .find(|tally| tally.village == village)
            .ok_or(Violation::AccountNotHeld { account })
    }

    pub(crate) fn tally_mut(&mut self, village: VillageId) -> Result<&mut Tally, Violation> {
        let account = Account::Line(village);
        self.lines
            .iter_mut()
            .find(|tally| tally.village == village)
            .ok_or(Violation::AccountNotHeld { account })
    }

    /// What this village owes over a line, with what is pledged.
    pub fn owes(&self, tally: &Tally) -> Result<Seconds, Violation> {
        let balance_s = self.holding(Account::Line(tally.village))?.balance_s;
        sum(balance_s, tally.pledged_s)
    }

    /// Rule 71: opens a line, or takes over what was decided about it since.
    pub(crate) fn take_line(
        &mut self,
        village: VillageId,
        decision: ActionId,
        facts: &Facts<'_>,
    ) -> Result<(), Violation> {
        let (number, terms) = line_decided(facts.decided, decision, village)?;
        if terms.gateway != facts.author {
            return Err(Violation::LineNotDecided);
        }
        let old = self.tally(village).ok().copied();
        if let Some(used) = old {
            let same_or_newer = number > used.terms
                && terms.sheet.number >= used.sheet
                && used.state != LineState::Closed;
            if !same_or_newer {
                return Err(Violation::LineOlder {
                    number,
                    used: used.terms,
                });
            }
        }
        if !facts.line_is_signed {
            return Err(Violation::LineUnsigned);
        }
        let account = Account::Line(village);
        let floor_s = Seconds(terms.limit_s.0.saturating_neg());
        if old.is_none() {
            if self.holdings.len() >= HOLDINGS_MAX {
                return Err(Violation::FundHeld);
            }
            self.holdings.push(Holding {
                account,
                balance_s: Seconds(0),
                floor_s,
            });
            self.holdings
                .sort_unstable_by_key(|holding| holding.account);
        }
        self.holding_mut(account)?.floor_s = floor_s;
        let kept = old.unwrap_or(Tally {
            village,
            terms: number,
            state: terms.state,
            sheet: 0,
            window: 0,
            issued: terms.issued,
            taken: terms.taken,
            pledged_s: Seconds(0),
            theirs_s: Seconds(0),
        });
        self.lines.retain(|tally| tally.village != village);
        self.lines.push(Tally {
            terms: number,
            state: terms.state,
            sheet: terms.sheet.number,
            window: terms.sheet.window,
            ..kept
        });
        self.lines.sort_unstable_by_key(|tally| tally.village);
        Ok(())
    }

    /// Rule 73: room on the line is kept for a transfer, and an IOU goes out.
    pub(crate) fn pledge(
        &mut self,
        id: ActionId,
        transfer: &Transfer,
        decision: ActionId,
        gives_s: Seconds,
        proof: &Proof,
        facts: &Facts<'_>,
    ) -> Result<(), Violation> {
        let (village, across) = transfer.across().ok_or(Violation::LegMisplaced)?;
        let tally = *self.tally(village)?;
        let (_, terms) = usable(&tally, decision, across.sheet, facts)?;
        let amount = Amount::new(transfer.split.receiver_s)?;
        let gives = terms.out(amount, across.kind, self.owes(&tally)?)?;
        // The newest limit holds, whatever the sheet cited says.
        self.check_room(&tally, amount)?;
        if gives.seconds() != gives_s.0 || gives_s < across.least_s {
            return Err(Violation::LineRate {
                gives_s: gives_s.0,
                right_s: gives.seconds(),
            });
        }
        let number = tally.issued.saturating_add(1);
        if number > PAGE_NUMBER_MAX {
            return Err(Violation::BookFull { number });
        }
        let key = Key::of_transfer(id);
        if proof.mark(self.settled, &key)?.is_some() {
            return Err(Violation::AlreadySettled);
        }
        if !facts.line_is_signed {
            return Err(Violation::IouSignatureWrong);
        }
        // Until the payment has ended its leaf carries the IOU's number.
        self.settled = proof.root_with(&key, Mark(number))?;
        let tally = self.tally_mut(village)?;
        tally.issued = number;
        tally.pledged_s = sum(tally.pledged_s, amount.into())?;
        tally.theirs_s = less(tally.theirs_s, gives_s)?;
        Ok(())
    }

    /// The line takes no more than its limit.
    fn check_room(&self, tally: &Tally, amount: Amount) -> Result<(), Violation> {
        let limit_s = Seconds(-self.holding(Account::Line(tally.village))?.floor_s.0);
        let owes_s = self.owes(tally)?;
        let room_s = LineUse { owes_s, limit_s }.room_s();
        if amount.seconds() > room_s {
            return Err(Violation::LineLimit {
                amount_s: amount.seconds(),
                room_s,
            });
        }
        Ok(())
    }

    /// Rule 74: what a gateway pays on an IOU, but for the debit itself.
    pub(crate) fn honour(
        &mut self,
        transfer: &Transfer,
        amount: Amount,
        facts: &Facts<'_>,
    ) -> Result<(), Violation> {
        let Some((village, honours)) = transfer.honours() else {
            return Ok(());
        };
        let (tally, iou) = (*self.tally(village)?, &honours.iou);
        let (_, terms) = usable(&tally, honours.decision, iou.sheet, facts)?;
        if iou.receiver != transfer.tag_paid() || iou.gives_s != transfer.amount_s {
            return Err(Violation::IouForeign);
        }
        self.take_number(village, iou)?;
        let theirs = Amount::new(iou.amount_s)?;
        let right = terms.into(theirs, honours.kind, tally.theirs_s)?;
        if amount > right {
            return Err(Violation::LineRate {
                gives_s: amount.seconds(),
                right_s: right.seconds(),
            });
        }
        let holding = self.holding(transfer.from)?;
        let room_s = holding.balance_s.0.saturating_sub(holding.floor_s.0);
        if amount.seconds() > room_s {
            return Err(Violation::LineLimit {
                amount_s: amount.seconds(),
                room_s: room_s.max(0),
            });
        }
        if !facts.line_is_signed {
            return Err(Violation::IouSignatureWrong);
        }
        let tally = self.tally_mut(village)?;
        tally.theirs_s = sum(tally.theirs_s, iou.amount_s)?;
        Ok(())
    }

    /// IOUs are taken in order, each once.
    fn take_number(&mut self, village: VillageId, iou: &Iou) -> Result<(), Violation> {
        let tally = self.tally_mut(village)?;
        let expected = tally.taken.saturating_add(1);
        if iou.number != expected || expected > PAGE_NUMBER_MAX {
            return Err(Violation::IouNumberWrong {
                number: iou.number,
                expected,
            });
        }
        tally.taken = expected;
        Ok(())
    }

    /// Rule 76: an IOU that is not paid, taken in its place in the order.
    pub(crate) fn refuse(
        &mut self,
        village: VillageId,
        decision: ActionId,
        iou: &Iou,
        facts: &Facts<'_>,
    ) -> Result<(), Violation> {
        self.tally(village)?;
        line_decided(facts.decided, decision, village)?;
        self.take_number(village, iou)?;
        if !facts.line_is_signed {
            return Err(Violation::IouSignatureWrong);
        }
        Ok(())
    }

    /// Rules 75 and 76: a pledge ends, arrived or returned; gives back the transfer.
    pub(crate) fn end_pledge(
        &mut self,
        id: ActionId,
        transfer: &Transfer,
        proof: &Proof,
    ) -> Result<VillageId, Violation> {
        let (village, _) = transfer.across().ok_or(Violation::NotPledged)?;
        let key = Key::of_transfer(id);
        match proof.mark(self.settled, &key)? {
            None => return Err(Violation::NotPledged),
            Some(Mark(0)) => return Err(Violation::AlreadySettled),
            Some(_) => {}
        }
        self.settled = proof.root_with(&key, Mark::default())?;
        let tally = self.tally_mut(village)?;
        tally.pledged_s = less(tally.pledged_s, transfer.split.receiver_s)?;
        Ok(village)
    }

    /// Rule 76: what was pledged is not given, so the neighbour does not owe less.
    pub(crate) fn unpledge(
        &mut self,
        village: VillageId,
        decision: ActionId,
        pledge: ActionId,
        transfer: ActionId,
        facts: &Facts<'_>,
    ) -> Result<(), Violation> {
        line_decided(facts.decided, decision, village)?;
        let gives_s = facts
            .pledge
            .filter(|cited| cited.id == pledge)
            .filter(|cited| self.holds_page(facts.author, cited.author, cited.page.number))
            .and_then(|cited| match cited.page.event {
                Event::Pledge {
                    transfer: about,
                    gives_s,
                    ..
                } if about == transfer => Some(gives_s),
                _ => None,
            })
            .ok_or(Violation::NotPledged)?;
        if !facts.line_is_signed {
            return Err(Violation::IouRefusalWrong);
        }
        let tally = self.tally_mut(village)?;
        tally.theirs_s = sum(tally.theirs_s, gives_s)?;
        Ok(())
    }

    /// Rule 76: a receiver declined what was paid on an IOU, and the gateway took it
    /// back.
    pub(crate) fn unhonour(&mut self, transfer: &Transfer) -> Result<(), Violation> {
        if let Some((village, honours)) = transfer.honours() {
            let tally = self.tally_mut(village)?;
            tally.theirs_s = less(tally.theirs_s, honours.iou.amount_s)?;
        }
        Ok(())
    }
}

/// The terms with the sheet that is cited, if line and sheet are in use.
fn usable<'a>(
    tally: &Tally,
    decision: ActionId,
    sheet: u32,
    facts: &Facts<'a>,
) -> Result<(u32, &'a LineTerms), Violation> {
    if tally.state != LineState::Open {
        return Err(Violation::LineNotOpen);
    }
    let decided = line_decided(facts.decided, decision, tally.village)?;
    let oldest = tally.sheet.saturating_sub(tally.window);
    if decided.1.sheet.number != sheet || !(oldest..=tally.sheet).contains(&sheet) {
        return Err(Violation::SheetStale {
            sheet,
            newest: tally.sheet,
        });
    }
    Ok(decided)
}

fn sum(seconds: Seconds, more: Seconds) -> Result<Seconds, Violation> {
    Ok(Balance::new(seconds)?.plus(more.0)?.into())
}

fn less(seconds: Seconds, by: Seconds) -> Result<Seconds, Violation> {
    Ok(Balance::new(seconds)?.plus(by.0.saturating_neg())?.into())
}

/// The signatures about a line that a page rests on, beside its cheque, for the edge to
/// verify. None at all: nothing is signed, or what names the signer is missing.
pub fn checks(page: &Page, village: &VillageId, facts: &Facts<'_>) -> Vec<Check> {
    signed(page, village, facts).unwrap_or_default()
}

fn signed(page: &Page, here: &VillageId, facts: &Facts<'_>) -> Option<Vec<Check>> {
    let author = facts.author;
    let check = |signer, statement, signature| Check {
        signer,
        statement,
        signature,
    };
    Some(match &page.event {
        Event::Line {
            village,
            decision,
            agreed,
        } => {
            let (_, terms) = line_decided(facts.decided, *decision, *village).ok()?;
            let statement = terms.statement(here, village);
            vec![check(terms.neighbour_gateway, statement, *agreed)]
        }
        Event::Pledge { transfer, .. } => {
            let cited = facts.transfer.filter(|cited| cited.id == *transfer)?;
            let (there, _) = cited.page.event.transfer()?.across()?;
            let iou = Iou::pledged(page, cited.page)?;
            let statement = iou.statement(here, &there, &author);
            vec![check(author, statement, iou.signature)]
        }
        Event::Transfer(transfer) => {
            let (there, honours) = transfer.honours()?;
            vec![issued(&honours.iou, there, here, honours.decision, facts)?]
        }
        Event::Refuse {
            village,
            decision,
            iou,
            signature,
        } => {
            let issued = issued(iou, *village, here, *decision, facts)?;
            let statement = iou.refusal_statement(village, here, &issued.signer, &author);
            vec![issued, check(author, statement, *signature)]
        }
        Event::Deposit {
            transfer,
            receipt: Some(signature),
            ..
        } => {
            let cited = facts.transfer.filter(|cited| cited.id == *transfer)?;
            let transfer = cited.page.event.transfer()?;
            let (_, honours) = transfer.honours()?;
            let statement = receipt_statement(
                here,
                &author,
                page.number,
                transfer.split.receiver_s.0,
                &honours.iou.payment,
            );
            vec![check(author, statement, *signature)]
        }
        Event::Arrive {
            transfer, receipt, ..
        } => {
            let cited = facts.transfer.filter(|cited| cited.id == *transfer)?;
            let (there, across) = cited.page.event.transfer()?.across()?;
            let payment = payment_of(cited.page);
            let (number, amount_s) = (receipt.number, receipt.amount_s.0);
            let ends_in = across.ends_in(there);
            let statement =
                receipt_statement(&ends_in, &across.receiver, number, amount_s, &payment);
            vec![check(across.receiver, statement, receipt.signature)]
        }
        Event::Return {
            transfer,
            pledge,
            decision,
            refusal,
            ..
        } => {
            let about = facts.transfer.filter(|cited| cited.id == *transfer)?;
            let pledged = facts.pledge.filter(|cited| cited.id == *pledge)?;
            let (there, _) = about.page.event.transfer()?.across()?;
            let (_, terms) = line_decided(facts.decided, *decision, there).ok()?;
            let refused_by = terms.neighbour_gateway;
            let iou = Iou::pledged(pledged.page, about.page)?;
            // Perhaps a lost key issued it, whose book goes on in this one.
            let statement = iou.refusal_statement(here, &there, &pledged.author, &refused_by);
            vec![check(refused_by, statement, *refusal)]
        }
        Event::Clear(cleared) => cleared.checks()?,
        _ => return None,
    })
}

/// The neighbour's gateway signed this IOU.
fn issued(
    iou: &Iou,
    there: VillageId,
    here: &VillageId,
    decision: ActionId,
    facts: &Facts<'_>,
) -> Option<Check> {
    let (_, terms) = line_decided(facts.decided, decision, there).ok()?;
    let signer = terms.neighbour_gateway;
    Some(Check {
        signer,
        statement: iou.statement(&there, here, &signer),
        signature: iou.signature,
    })
}

/// Rule 75: a deposit of what was paid on an IOU is signed for, and no other is. Nobody
/// stands for a lost key here: the other village knows only the one that was paid.
pub(crate) fn check_receipt(
    transfer: &Transfer,
    receipt: Option<SignatureBytes>,
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    match (transfer.honours(), receipt) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) if facts.line_is_signed && transfer.to == facts.author => Ok(()),
        _ => Err(Violation::ReceiptWrong),
    }
}

/// Whether a page ends a transfer for its giver: declined, or returned over a line.
pub(crate) fn sends_back(cited: &Cited<'_>, id: ActionId) -> bool {
    matches!(
        cited.page.event,
        Event::Decline { transfer, .. } | Event::Return { transfer, .. } if transfer == id
    )
}

impl Tally {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        hasher
            .fixed(&self.village.0)
            .u32(self.terms)
            .u8(self.state.number())
            .u32(self.sheet)
            .u32(self.window)
            .u64(self.issued)
            .u64(self.taken)
            .i64(self.pledged_s.0)
            .i64(self.theirs_s.0)
    }
}

impl Leg {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        match self {
            Self::Across(across) => across.hash_into(hasher),
            Self::Honours(honours) => honours.hash_into(hasher.u8(3)),
            Self::Through(leg) => leg.across.hash_into(leg.honours.hash_into(hasher.u8(5))),
        }
    }
}

impl Across {
    fn hash_into(&self, hasher: Hasher) -> Hasher {
        let fixed = |hasher: Hasher| {
            hasher
                .fixed(&self.receiver.0)
                .u32(self.sheet)
                .u32(self.kind)
                .i64(self.least_s.0)
        };
        if self.onward.is_empty() {
            return fixed(hasher.u8(2));
        }
        self.hash_way(fixed(hasher.u8(6)))
    }
}

impl Honours {
    fn hash_into(&self, hasher: Hasher) -> Hasher {
        self.iou
            .hash_into(hasher.fixed(&self.decision.0).u32(self.kind))
    }
}
