//! What stands on a page, read off its bytes without copying what is long.
//!
//! The field names are the wire's; `vectors/pages.json` of the ledger holds them
//! still. A new event takes a variant here and a branch in `book.rs`.

use crate::bytes::{Read, Reader, Unreadable};
use crate::clearing::{self, Cleared};
use crate::digest::digest;
use crate::id::{Account, Id};
use crate::line::{iou, leg, tally, Iou, Leg, Tally};

/// Longest path in a settled tree.
const PATH_MAX: usize = 256;
/// Accounts that one book may hold.
const HOLDINGS_MAX: usize = 16;
/// Funds that one book may hold.
const OFFICES_MAX: usize = 2;
/// Lost keys whose book goes on in one.
const LOST_MAX: usize = 8;
/// Members in one sweep, and confirmations of one labour: the reader's limits, well
/// above the law's.
const ITEMS_MAX: usize = 1_024;

/// A page as its author wrote it: claims, every one.
pub(crate) struct Page<'a> {
    pub number: u64,
    pub previous: Option<Id>,
    pub policy: (u32, Option<Id>),
    pub event: Event<'a>,
    pub after: State,
}

/// What a page does.
pub(crate) enum Event<'a> {
    Open {
        admission: Id,
    },
    Carry {
        admission: Id,
        carried: Box<Carried>,
    },
    Close {
        decision: Option<Id>,
    },
    /// An opening that begins a branch: the same, once its admission was judged.
    Begin,
    Transfer(Box<Transfer<'a>>),
    Deposit {
        transfer: Id,
        proof: Proof<'a>,
        unbarred: Option<Proof<'a>>,
    },
    Decline {
        transfer: Id,
        proof: Proof<'a>,
    },
    Reclaim {
        transfer: Id,
        decline: Id,
        proof: Proof<'a>,
    },
    Vote {
        proposal: Id,
        yes: bool,
        proof: Proof<'a>,
    },
    Floor {
        decision: Id,
    },
    Hold {
        fund: Account,
    },
    /// Opens a line, or takes newer terms over.
    Line {
        village: Id,
    },
    Pledge {
        transfer: Id,
        decision: Id,
        gives_s: i64,
        proof: Proof<'a>,
    },
    Arrive {
        transfer: Id,
        proof: Proof<'a>,
    },
    Return {
        transfer: Id,
        proof: Proof<'a>,
    },
    Refuse {
        village: Id,
        iou: Iou,
    },
    Sweep {
        fund: Account,
        items: Vec<Swept<'a>>,
    },
    /// A round of clearing.
    Clear(Box<Cleared<'a>>),
    Bar(Box<Bar<'a>>),
    MakeGood {
        decision: Id,
        once: Proof<'a>,
    },
    /// The digest of the guardians named.
    Guard {
        digest: Id,
    },
    Entrust {
        lost: Id,
        proof: Proof<'a>,
    },
    Succeed {
        admission: Id,
        succession: Box<Succession>,
    },
    /// An event of a law that is newer than this program.
    Later,
}

/// What a closed book in the village before held.
pub(crate) struct Carried {
    pub closing: Id,
    /// Whether its last page closes it for other rules.
    pub closes_for_rules: bool,
    pub after: State,
}

/// A note that somebody's book has ended.
pub(crate) struct Bar<'a> {
    pub agent: Id,
    pub number: u64,
    pub proof: Proof<'a>,
}

/// A lost book that goes on.
pub(crate) struct Succession {
    pub lost: Id,
    pub last: Id,
    pub number: u64,
}

/// A member's page in a sweep.
pub(crate) struct Swept<'a> {
    pub page: Id,
    pub proof: Proof<'a>,
}

/// What a fund pays for.
pub(crate) struct Payment<'a> {
    pub decision: Id,
    pub labour: Id,
    pub confirmations: Vec<Id>,
    pub budget: Proof<'a>,
    pub once: Proof<'a>,
}

/// A debit.
pub(crate) struct Transfer<'a> {
    pub from: Account,
    pub to: Id,
    pub to_account: Account,
    pub amount_s: i64,
    /// Receiver's, State's and Community's part.
    pub split_s: [i64; 3],
    pub memo: Option<Id>,
    pub request: Option<Id>,
    pub corrects: Option<Id>,
    pub payment: Option<Payment<'a>>,
    pub line: Option<Leg>,
    /// The giver's signature.
    pub cheque: [u8; 64],
}

/// The path to a key's place in the settled tree.
pub(crate) struct Proof<'a> {
    siblings: Reader<'a>,
    count: usize,
    pub end: PathEnd,
}

/// What a path ends in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PathEnd {
    Empty,
    Other(Id, u64),
    Present(u64),
}

/// What a book holds after a page, as the page says.
#[derive(Clone)]
pub(crate) struct State {
    pub holdings: Vec<Holding>,
    /// State's and Community's counter.
    pub earned_s: [i64; 2],
    pub collectors: [Collector; 2],
    /// Deposits to the member: how often, and how much in all.
    pub received: (u64, i64),
    pub policy: u32,
    /// The decided floor that the book took over: the ballot's number and the floor.
    pub floor: Option<(u32, i64)>,
    pub roll: u32,
    pub offices: Vec<Office>,
    pub lines: Vec<Tally>,
    pub settled: Id,
    pub barred: Id,
    pub guardians: Option<Id>,
    /// Lost keys, each with the last page of its book that counts.
    pub lost: Vec<(Id, u64)>,
}

/// Who collects a levy, and from where on the counter.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Collector {
    pub holder: Option<Id>,
    pub since_s: i64,
}

/// What a book says of a fund that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Office {
    pub fund: Account,
    pub swept: Id,
    pub spent: Id,
}

/// An account as a page states it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holding {
    pub account: Account,
    pub balance_s: i64,
    pub floor_s: i64,
}

impl<'a> Page<'a> {
    /// Reads a whole page; nothing may follow it.
    pub(crate) fn read(bytes: &'a [u8]) -> Read<Self> {
        let r = &mut Reader::new(bytes);
        let page = Self::read_in(r, false)?;
        r.end()?;
        Ok(page)
    }

    /// Reads a page where it stands; one within another carries no third.
    fn read_in(r: &mut Reader<'a>, within: bool) -> Read<Self> {
        r.map(5)?;
        r.field("number")?;
        let number = r.unsigned()?;
        r.field("previous")?;
        let previous = r.optional(Reader::id)?;
        r.field("policy")?;
        r.map(2)?;
        r.field("version")?;
        let version = r.unsigned_32()?;
        r.field("decision")?;
        let decision = r.optional(Reader::id)?;
        r.field("event")?;
        let event = event(r, within)?;
        r.field("after")?;
        let after = state(r)?;
        Ok(Self {
            number,
            previous,
            policy: (version, decision),
            event,
            after,
        })
    }
}

fn carried(r: &mut Reader<'_>) -> Read<Carried> {
    r.map(5)?;
    r.field("village")?;
    r.id()?;
    r.field("closing")?;
    let closing = r.id()?;
    r.field("page")?;
    let page = Page::read_in(r, true)?;
    r.field("witness")?;
    r.id()?;
    r.field("signature")?;
    r.signature()?;
    Ok(Carried {
        closing,
        closes_for_rules: matches!(page.event, Event::Close { decision: Some(_) }),
        after: page.after,
    })
}

fn event<'a>(r: &mut Reader<'a>, within: bool) -> Read<Event<'a>> {
    let (name, has_value) = r.variant()?;
    match (name, has_value) {
        ("open", true) => {
            r.map(1)?;
            r.field("admission")?;
            Ok(Event::Open { admission: r.id()? })
        }
        ("transfer", true) => transfer(r).map(Box::new).map(Event::Transfer),
        ("deposit", true) => {
            let fields = r.map_of(2, 4)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("proof")?;
            let shown = proof(r)?;
            let mut left_out = 2;
            if r.next_is("receipt") {
                left_out -= 1;
                r.signature()?;
            }
            let mut unbarred = None;
            if r.next_is("unbarred") {
                left_out -= 1;
                unbarred = Some(proof(r)?);
            }
            if fields + left_out != 4 {
                return Err(Unreadable);
            }
            Ok(Event::Deposit {
                transfer,
                proof: shown,
                unbarred,
            })
        }
        ("decline", true) => {
            r.map(3)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("reason")?;
            r.optional(Reader::id)?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Decline { transfer, proof })
        }
        ("reclaim", true) => {
            r.map(3)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("decline")?;
            let decline = r.id()?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Reclaim {
                transfer,
                decline,
                proof,
            })
        }
        ("vote", true) => {
            r.map(4)?;
            r.field("proposal")?;
            let proposal = r.id()?;
            r.field("choice")?;
            let yes = choice(r)?;
            r.field("on_roll")?;
            proof(r)?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Vote {
                proposal,
                yes,
                proof,
            })
        }
        ("carry", true) if within => Err(Unreadable),
        ("carry", true) => {
            r.map(2)?;
            r.field("admission")?;
            let admission = r.id()?;
            r.field("carried")?;
            let carried = Box::new(carried(r)?);
            Ok(Event::Carry { admission, carried })
        }
        ("close", true) => {
            r.map(1)?;
            r.field("decision")?;
            let decision = r.optional(Reader::id)?;
            Ok(Event::Close { decision })
        }
        ("floor", true) => {
            r.map(1)?;
            r.field("decision")?;
            Ok(Event::Floor { decision: r.id()? })
        }
        ("line", true) => {
            r.map(3)?;
            r.field("village")?;
            let village = r.id()?;
            r.field("decision")?;
            r.id()?;
            r.field("agreed")?;
            r.signature()?;
            Ok(Event::Line { village })
        }
        ("pledge", true) => {
            r.map(5)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("decision")?;
            let decision = r.id()?;
            r.field("gives_s")?;
            let gives_s = r.signed()?;
            r.field("proof")?;
            let proof = proof(r)?;
            r.field("iou")?;
            r.signature()?;
            Ok(Event::Pledge {
                transfer,
                decision,
                gives_s,
                proof,
            })
        }
        ("arrive", true) => {
            r.map(3)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("receipt")?;
            r.map(3)?;
            r.field("number")?;
            r.unsigned()?;
            r.field("amount_s")?;
            r.signed()?;
            r.field("signature")?;
            r.signature()?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Arrive { transfer, proof })
        }
        ("return", true) => {
            r.map(5)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("pledge")?;
            r.id()?;
            r.field("decision")?;
            r.id()?;
            r.field("refusal")?;
            r.signature()?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Return { transfer, proof })
        }
        ("refuse", true) => {
            r.map(4)?;
            r.field("village")?;
            let village = r.id()?;
            r.field("decision")?;
            r.id()?;
            r.field("iou")?;
            let iou = iou(r)?;
            r.field("signature")?;
            r.signature()?;
            Ok(Event::Refuse { village, iou })
        }
        ("hold", true) => {
            r.map(1)?;
            r.field("fund")?;
            Ok(Event::Hold { fund: fund(r)? })
        }
        ("sweep", true) => {
            r.map(2)?;
            r.field("fund")?;
            let fund = fund(r)?;
            r.field("items")?;
            let items = list(r, ITEMS_MAX, |r| {
                r.map(2)?;
                r.field("page")?;
                let page = r.id()?;
                r.field("proof")?;
                let proof = proof(r)?;
                Ok(Swept { page, proof })
            })?;
            Ok(Event::Sweep { fund, items })
        }
        ("clear", true) => clearing::cleared(r).map(Box::new).map(Event::Clear),
        ("bar", true) => bar(r).map(Box::new).map(Event::Bar),
        ("make_good", true) => {
            r.map(2)?;
            r.field("decision")?;
            let decision = r.id()?;
            r.field("once")?;
            let once = proof(r)?;
            Ok(Event::MakeGood { decision, once })
        }
        ("guard", true) => Ok(Event::Guard {
            digest: guardians(r)?,
        }),
        ("entrust", true) => {
            r.map(4)?;
            r.field("lost")?;
            let lost = r.id()?;
            r.field("last")?;
            r.id()?;
            r.field("heir")?;
            r.id()?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Entrust { lost, proof })
        }
        ("succeed", true) => {
            r.map(2)?;
            r.field("admission")?;
            let admission = r.id()?;
            r.field("succession")?;
            let succession = Box::new(succession(r)?);
            Ok(Event::Succeed {
                admission,
                succession,
            })
        }
        ("clear" | "bar" | "make_good" | "guard" | "entrust" | "succeed", false) => Err(Unreadable),
        (
            "open" | "transfer" | "deposit" | "decline" | "reclaim" | "vote" | "floor" | "hold"
            | "sweep" | "carry" | "close" | "line" | "pledge" | "arrive" | "return" | "refuse",
            false,
        ) => Err(Unreadable),
        (_, true) => r.skip().map(|()| Event::Later),
        (_, false) => Ok(Event::Later),
    }
}

pub(crate) fn list<'a, T>(
    r: &mut Reader<'a>,
    most: usize,
    read: impl Fn(&mut Reader<'a>) -> Read<T>,
) -> Read<Vec<T>> {
    let count = r.array()?;
    if count > most {
        return Err(Unreadable);
    }
    (0..count).map(|_| read(r)).collect()
}

fn bar<'a>(r: &mut Reader<'a>) -> Read<Bar<'a>> {
    r.map(4)?;
    r.field("agent")?;
    let agent = r.id()?;
    r.field("number")?;
    let number = r.unsigned()?;
    r.field("cause")?;
    match r.variant()? {
        ("double_spend" | "succession", true) => r.id()?,
        _ => return Err(Unreadable),
    };
    r.field("proof")?;
    let proof = proof(r)?;
    Ok(Bar {
        agent,
        number,
        proof,
    })
}

/// Reads a list of guardians and gives its digest.
fn guardians(r: &mut Reader<'_>) -> Read<Id> {
    r.map(2)?;
    r.field("agents")?;
    let agents = list(r, ITEMS_MAX, Reader::id)?;
    r.field("needed")?;
    let needed = r.unsigned_32()?.to_be_bytes();
    let count = (agents.len() as u64).to_be_bytes();
    let mut fields: Vec<&[u8]> = vec![&needed, &count];
    fields.extend(agents.iter().map(|agent| agent.0.as_slice()));
    Ok(Id(digest("commons-credit/guardians", &fields)))
}

fn succession(r: &mut Reader<'_>) -> Read<Succession> {
    r.map(4)?;
    r.field("lost")?;
    let lost = r.id()?;
    r.field("last")?;
    let last = r.id()?;
    r.field("number")?;
    let number = r.unsigned()?;
    r.field("mandate")?;
    match r.variant()? {
        ("guardians", true) => {
            r.map(2)?;
            r.field("guardians")?;
            guardians(r)?;
            r.field("entrusted")?;
            list(r, ITEMS_MAX, Reader::id)?;
        }
        ("decision", true) => {
            r.map(1)?;
            r.field("decision")?;
            r.id()?;
        }
        _ => return Err(Unreadable),
    }
    Ok(Succession { lost, last, number })
}

fn choice(r: &mut Reader<'_>) -> Read<bool> {
    match r.variant()? {
        ("yes", false) => Ok(true),
        ("no", true) => {
            r.map(1)?;
            r.field("reason")?;
            r.text()?;
            Ok(false)
        }
        _ => Err(Unreadable),
    }
}

fn fund(r: &mut Reader<'_>) -> Read<Account> {
    match r.variant()? {
        ("state", false) => Ok(Account::State),
        ("community", false) => Ok(Account::Community),
        _ => Err(Unreadable),
    }
}

fn payment<'a>(r: &mut Reader<'a>) -> Read<Payment<'a>> {
    r.map(5)?;
    r.field("decision")?;
    let decision = r.id()?;
    r.field("labour")?;
    let labour = r.id()?;
    r.field("confirmations")?;
    let confirmations = list(r, ITEMS_MAX, Reader::id)?;
    r.field("budget")?;
    let budget = proof(r)?;
    r.field("once")?;
    let once = proof(r)?;
    Ok(Payment {
        decision,
        labour,
        confirmations,
        budget,
        once,
    })
}

impl Transfer<'_> {
    /// Whether it goes on from one line to another.
    pub(crate) fn is_between_lines(&self) -> bool {
        let accounts = (self.from, self.to_account);
        let line = matches!(self.line, Some(Leg::Through(_)));
        line && matches!(accounts, (Account::Line(_), Account::Line(_)))
    }
}

fn transfer<'a>(r: &mut Reader<'a>) -> Read<Transfer<'a>> {
    let over_a_line = r.map_of(10, 11)? == 11;
    r.field("from")?;
    let from = account(r)?;
    r.field("to")?;
    let to = r.id()?;
    r.field("to_account")?;
    let to_account = account(r)?;
    r.field("amount_s")?;
    let amount_s = r.signed()?;
    r.field("split")?;
    r.map(3)?;
    let mut split_s = [0; 3];
    for (part, name) in split_s
        .iter_mut()
        .zip(["receiver_s", "state_s", "community_s"])
    {
        r.field(name)?;
        *part = r.signed()?;
    }
    r.field("memo")?;
    let memo = r.optional(Reader::id)?;
    r.field("request")?;
    let request = r.optional(Reader::id)?;
    r.field("corrects")?;
    let corrects = r.optional(Reader::id)?;
    r.field("payment")?;
    let payment = r.optional(payment)?;
    let line = if over_a_line {
        r.field("line")?;
        Some(leg(r)?)
    } else {
        None
    };
    r.field("cheque")?;
    let cheque = r.signature()?;
    Ok(Transfer {
        from,
        to,
        to_account,
        amount_s,
        split_s,
        memo,
        request,
        corrects,
        payment,
        line,
        cheque,
    })
}

fn account(r: &mut Reader<'_>) -> Read<Account> {
    match r.variant()? {
        ("member", false) => Ok(Account::Member),
        ("fund", true) => fund(r),
        ("line", true) => r.id().map(Account::Line),
        _ => Err(Unreadable),
    }
}

pub(crate) fn proof<'a>(r: &mut Reader<'a>) -> Read<Proof<'a>> {
    r.map(2)?;
    r.field("siblings")?;
    let count = r.array()?;
    let siblings = *r;
    if count > PATH_MAX {
        return Err(Unreadable);
    }
    for _ in 0..count {
        r.id()?;
    }
    r.field("end")?;
    let end = match r.variant()? {
        ("empty", false) => PathEnd::Empty,
        ("present", true) => PathEnd::Present(r.unsigned()?),
        ("other", true) => match r.array()? {
            2 => PathEnd::Other(r.id()?, r.unsigned()?),
            _ => return Err(Unreadable),
        },
        _ => return Err(Unreadable),
    };
    Ok(Proof {
        siblings,
        count,
        end,
    })
}

impl Proof<'_> {
    /// The digests beside the path, from the root down.
    pub(crate) fn siblings(&self) -> impl Iterator<Item = Id> + '_ {
        let mut r = self.siblings;
        // They were read once before, so none is missing.
        (0..self.count).map_while(move |_| r.id().ok())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }
}

fn state(r: &mut Reader<'_>) -> Read<State> {
    let fields = r.map_of(9, 13)?;
    r.field("holdings")?;
    let holdings = list(r, HOLDINGS_MAX, holding)?;
    r.field("earned")?;
    r.map(2)?;
    r.field("state_s")?;
    let state_s = r.signed()?;
    r.field("community_s")?;
    let community_s = r.signed()?;
    r.field("collectors")?;
    r.map(2)?;
    r.field("state")?;
    let state = collector(r)?;
    r.field("community")?;
    let community = collector(r)?;
    r.field("received")?;
    r.map(2)?;
    r.field("times")?;
    let times = r.unsigned()?;
    r.field("total_s")?;
    let total_s = r.signed()?;
    r.field("policy")?;
    let policy = r.unsigned_32()?;
    r.field("floor")?;
    let floor = r.optional(|r| {
        r.map(2)?;
        r.field("number")?;
        let number = r.unsigned_32()?;
        r.field("floor_s")?;
        Ok((number, r.signed()?))
    })?;
    r.field("roll")?;
    let roll = r.unsigned_32()?;
    r.field("offices")?;
    let offices = list(r, OFFICES_MAX, office)?;
    let mut left_out = 4;
    let mut lines = Vec::new();
    if r.next_is("lines") {
        left_out -= 1;
        lines = list(r, HOLDINGS_MAX, tally)?;
        if lines.is_empty() {
            return Err(Unreadable);
        }
    }
    let has_lines = u8::from(!lines.is_empty());
    r.field("settled")?;
    let settled = r.id()?;
    let mut barred = Id([0; 32]);
    if r.next_is("barred") {
        left_out -= 1;
        barred = r.id()?;
    }
    let mut guardians = None;
    if r.next_is("guardians") {
        left_out -= 1;
        guardians = Some(r.id()?);
    }
    let mut lost = Vec::new();
    if r.next_is("lost") {
        left_out -= 1;
        lost = list(r, LOST_MAX, lost_key)?;
    }
    let said_twice = fields + left_out != 13;
    // What is there says something: nothing is left out there.
    let said_nothing =
        left_out + has_lines < 4 && barred == Id([0; 32]) && guardians.is_none() && lost.is_empty();
    if said_twice || said_nothing {
        return Err(Unreadable);
    }
    Ok(State {
        barred,
        guardians,
        lost,
        holdings,
        earned_s: [state_s, community_s],
        collectors: [state, community],
        received: (times, total_s),
        policy,
        floor,
        roll,
        offices,
        lines,
        settled,
    })
}

fn lost_key(r: &mut Reader<'_>) -> Read<(Id, u64)> {
    r.map(2)?;
    r.field("agent")?;
    let agent = r.id()?;
    r.field("number")?;
    Ok((agent, r.unsigned()?))
}

fn collector(r: &mut Reader<'_>) -> Read<Collector> {
    r.map(2)?;
    r.field("holder")?;
    let holder = r.optional(Reader::id)?;
    r.field("since_s")?;
    let since_s = r.signed()?;
    Ok(Collector { holder, since_s })
}

fn office(r: &mut Reader<'_>) -> Read<Office> {
    r.map(3)?;
    r.field("fund")?;
    let fund = fund(r)?;
    r.field("swept")?;
    let swept = r.id()?;
    r.field("spent")?;
    let spent = r.id()?;
    Ok(Office { fund, swept, spent })
}

fn holding(r: &mut Reader<'_>) -> Read<Holding> {
    r.map(3)?;
    r.field("account")?;
    let account = account(r)?;
    r.field("balance_s")?;
    let balance_s = r.signed()?;
    r.field("floor_s")?;
    let floor_s = r.signed()?;
    Ok(Holding {
        account,
        balance_s,
        floor_s,
    })
}
