//! What stands on a page, read off its bytes without copying what is long.
//!
//! The field names are the wire's; `vectors/pages.json` of the ledger holds them
//! still. A new event takes a variant here and a branch in `book.rs`.

use crate::bytes::{Read, Reader, Unreadable};
use crate::id::{Account, Id};

/// Longest path in a settled tree.
const PATH_MAX: usize = 256;
/// Accounts that one book may hold.
const HOLDINGS_MAX: usize = 16;

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
    Transfer(Transfer),
    Deposit {
        transfer: Id,
        proof: Proof<'a>,
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
    /// An event of a law that is newer than this program.
    Later,
}

/// A debit.
pub(crate) struct Transfer {
    pub from: Account,
    pub to: Id,
    pub to_account: Account,
    pub amount_s: i64,
    /// Receiver's, State's and Community's part.
    pub split_s: [i64; 3],
    pub memo: Option<Id>,
    pub request: Option<Id>,
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
    Other(Id, [u64; 2]),
    Present([u64; 2]),
}

/// What a book holds after a page, as the page says.
#[derive(Clone)]
pub(crate) struct State {
    pub holdings: Vec<Holding>,
    /// State's and Community's counter.
    pub earned_s: [i64; 2],
    pub policy: u32,
    pub settled: Id,
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
        let event = event(r)?;
        r.field("after")?;
        let after = state(r)?;
        r.end()?;
        Ok(Self {
            number,
            previous,
            policy: (version, decision),
            event,
            after,
        })
    }
}

fn event<'a>(r: &mut Reader<'a>) -> Read<Event<'a>> {
    let (name, has_value) = r.variant()?;
    match (name, has_value) {
        ("open", true) => {
            r.map(1)?;
            r.field("admission")?;
            Ok(Event::Open { admission: r.id()? })
        }
        ("transfer", true) => transfer(r).map(Event::Transfer),
        ("deposit", true) => {
            r.map(2)?;
            r.field("transfer")?;
            let transfer = r.id()?;
            r.field("proof")?;
            let proof = proof(r)?;
            Ok(Event::Deposit { transfer, proof })
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
        ("open" | "transfer" | "deposit" | "decline" | "reclaim", false) => Err(Unreadable),
        (_, true) => r.skip().map(|()| Event::Later),
        (_, false) => Ok(Event::Later),
    }
}

fn transfer(r: &mut Reader<'_>) -> Read<Transfer> {
    r.map(8)?;
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
        cheque,
    })
}

fn account(r: &mut Reader<'_>) -> Read<Account> {
    match r.variant()? {
        ("member", false) => Ok(Account::Member),
        ("fund", true) => match r.variant()? {
            ("state", false) => Ok(Account::State),
            ("community", false) => Ok(Account::Community),
            _ => Err(Unreadable),
        },
        ("line", true) => r.id().map(Account::Line),
        _ => Err(Unreadable),
    }
}

fn proof<'a>(r: &mut Reader<'a>) -> Read<Proof<'a>> {
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
        ("present", true) => PathEnd::Present(mark(r)?),
        ("other", true) => match r.array()? {
            2 => PathEnd::Other(r.id()?, mark(r)?),
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

fn mark(r: &mut Reader<'_>) -> Read<[u64; 2]> {
    r.map(2)?;
    r.field("state_s")?;
    let state_s = r.unsigned()?;
    r.field("community_s")?;
    Ok([state_s, r.unsigned()?])
}

fn state(r: &mut Reader<'_>) -> Read<State> {
    r.map(4)?;
    r.field("holdings")?;
    let count = r.array()?;
    if count > HOLDINGS_MAX {
        return Err(Unreadable);
    }
    let holdings = (0..count).map(|_| holding(r)).collect::<Read<_>>()?;
    r.field("earned")?;
    r.map(2)?;
    r.field("state_s")?;
    let state_s = r.signed()?;
    r.field("community_s")?;
    let community_s = r.signed()?;
    r.field("policy")?;
    let policy = r.unsigned_32()?;
    r.field("settled")?;
    let settled = r.id()?;
    Ok(State {
        holdings,
        earned_s: [state_s, community_s],
        policy,
        settled,
    })
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
