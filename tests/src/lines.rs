//! Fixtures for two villages with a trust-line between them.

use crate::{example_draft, until, Person, HOUR_S, MINUTE_S, PATIENCE, ZOME};
use commons_credit_api as api;
use commons_credit_ledger::{BasisPoints, KindRate, Levies, LineState, Rate, Seconds, Sheet};
use commons_credit_node::lines::{go_on, Found};
use holochain::prelude::*;
use holochain::sweettest::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The limit of AliceVille's side, in seconds.
pub const LIMIT_A_S: i64 = 50 * HOUR_S;
/// The limit of BobTown's side, in seconds.
pub const LIMIT_B_S: i64 = 60 * HOUR_S;

/// Two hours less 7.5 % and 2.5 %, in seconds.
pub const NET_S: i64 = 108 * MINUTE_S;
/// The same at 6 to 5.
pub const THERE_S: i64 = NET_S * 6 / 5;
/// What reaches the receiver: 5 % and 5 % of it are BobTown's levies.
pub const ARRIVES_S: i64 = THERE_S - 2 * (THERE_S / 20);

/// A village to be founded, with these levies in basis points.
pub fn draft(name: &str, state_bp: u16, community_bp: u16) -> api::DraftInput {
    api::DraftInput {
        name: name.into(),
        levies: Levies {
            state_bp: BasisPoints(state_bp),
            community_bp: BasisPoints(community_bp),
        },
        ..example_draft()
    }
}

/// The rates of the line, seen from AliceVille: 1 h is 1.2 h in BobTown.
pub fn sheet(num: u32, den: u32) -> Sheet {
    Sheet {
        number: 1,
        window: 1,
        slope_bp: 0,
        kinds: vec![KindRate {
            kind: "carpentry".into(),
            rate: Rate { num, den },
        }],
    }
}

/// What a call says whose book went on meanwhile.
const MOVED: [&str; 3] = ["moved", "HeadMoved", "E_PROOF_WRONG"];

impl Person {
    /// The same person in another of their villages.
    pub async fn in_village<T>(&mut self, cell: &CellId, act: impl AsyncFnOnce(&Self) -> T) -> T {
        let before = self.village.replace(cell.clone());
        let done = act(self).await;
        self.village = before;
        done
    }

    /// The number of the newest page of their book.
    pub async fn number(&self) -> u64 {
        self.standing().await.book.expect("an open book").number
    }

    /// Waits until this node knows so many members.
    pub async fn lists_members(&self, count: usize) {
        until("the members", || async {
            let members: api::Members = self.call("members", crate::list()).await;
            (members.members.len() == count).then_some(())
        })
        .await;
    }

    /// Decides about a line and opens it, alone: a founder is the whole roll.
    pub async fn adopts_line(&self, motion: api::Motion) {
        let proposal = self.propose(motion).await;
        self.says_yes(&proposal).await;
        let closing = self.decides(&proposal).await;
        assert!(closing.adopted);
    }

    /// Takes the newest terms over, once the other side has decided, too.
    pub async fn takes_line(&self, village: &DnaHash, agreed: Option<api::Agreed>) {
        let input = api::TakeLineInput {
            village: village.clone(),
            agreed: agreed.map(|agreed| agreed.signature),
        };
        until("the line to be taken over", || async {
            let taken: Result<api::Written, String> =
                self.try_call("take_line", input.clone()).await;
            match taken {
                Ok(written) => Some(written),
                Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
                Err(refusal) => panic!("take_line: {refusal}"),
            }
        })
        .await;
    }

    /// The line to a neighbour, by what this node knows.
    pub async fn line_to(&self, village: &DnaHash) -> Option<api::TrustLine> {
        let lines: api::TrustLines = self.call("lines", crate::list()).await;
        lines
            .items
            .into_iter()
            .find(|line| line.village == *village)
    }

    /// What waits on this person's lines is done until nothing more can be; gives the
    /// pages that were written.
    pub async fn works(&self) -> u32 {
        let mut pages = 0;
        loop {
            let work: Result<api::LineWork, String> = self.try_call("line_work", ()).await;
            match work {
                Ok(work) if work.pages == 0 => return pages,
                Ok(work) => pages += work.pages,
                // The node has just written by itself, beneath or in the middle of this look.
                Err(refusal) if MOVED.iter().any(|moved| refusal.contains(moved)) => {}
                Err(refusal) => panic!("line_work: {refusal}"),
            }
        }
    }

    /// What a payment across comes to, once this node knows the line.
    pub async fn quotes(&self, village: &DnaHash, amount_s: i64) -> api::QuoteAcross {
        let input = api::QuoteAcrossInput {
            village: village.clone(),
            kind: 0,
            amount_s: Seconds(amount_s),
            onward: Vec::new(),
        };
        until("a quote", || async {
            match self.try_call("quote_across", input.clone()).await {
                Ok(quote) => Some(quote),
                Err(refusal)
                    if refusal.contains("E_NOT_FOUND")
                        || refusal.contains("E_ACCOUNT_NOT_HELD") =>
                {
                    None
                }
                Err(refusal) => panic!("quote_across: {refusal}"),
            }
        })
        .await
    }

    /// Gives across on a quote.
    pub async fn pays_quoted(
        &self,
        village: &DnaHash,
        receiver: &AgentPubKey,
        amount_s: i64,
        quote: &api::QuoteAcross,
    ) -> api::Written {
        let input = api::PayAcrossInput {
            village: village.clone(),
            receiver: receiver.clone(),
            kind: 0,
            amount_s: Seconds(amount_s),
            sheet: quote.sheet,
            least_s: quote.gives_s,
            onward: Vec::new(),
            seen: None,
        };
        self.call("pay_across", input).await
    }

    /// Both, as a client does.
    pub async fn pays_across(
        &self,
        village: &DnaHash,
        receiver: &AgentPubKey,
        amount_s: i64,
    ) -> (api::QuoteAcross, api::Written) {
        let quote = self.quotes(village, amount_s).await;
        let written = self.pays_quoted(village, receiver, amount_s, &quote).await;
        (quote, written)
    }
}

/// The motion for a line as one side sees it.
pub fn line_motion(
    neighbour: &DnaHash,
    gateway: &AgentPubKey,
    neighbour_gateway: &AgentPubKey,
    (limit_s, neighbour_limit_s): (i64, i64),
    sheet: Sheet,
    state: LineState,
) -> api::Motion {
    api::Motion::Line {
        village: neighbour.clone(),
        gateway: gateway.clone(),
        limit_s: Seconds(limit_s),
        neighbour_gateway: neighbour_gateway.clone(),
        neighbour_limit_s: Seconds(neighbour_limit_s),
        state,
        sheet,
        issued: 0,
        taken: 0,
    }
}

/// Alice in AliceVille, Bob in BobTown, and a gateway with a book in both.
pub struct Neighbours {
    /// Pays.
    pub alice: Person,
    /// Gateway of both.
    pub gate: Person,
    /// Is paid.
    pub bob: Person,
    /// AliceVille, as the gateway holds it.
    pub a: CellId,
    /// BobTown, as the gateway holds it.
    pub b: CellId,
    /// Where others may join them.
    pub rendezvous: DynSweetRendezvous,
}

/// A gateway's node at work, as in life (`crates/node/src/lines.rs`), until it is dropped.
pub struct AtWork {
    tasks: [JoinHandle<()>; 2],
    sent: Arc<AtomicU64>,
}

impl AtWork {
    /// Begins on the gateway's conductor.
    pub fn begin(gate: &Person, cells: Vec<CellId>) -> Self {
        let (knocked, sent) = (Arc::new(Notify::new()), Arc::new(AtomicU64::new(0)));
        let handle = gate.conductor.raw_handle();
        let mut signals = handle.subscribe_to_app_signals(gate.app.clone());
        let knocks = knocked.clone();
        let heard = tokio::spawn(async move {
            while signals.recv().await.is_ok() {
                knocks.notify_one();
            }
        });
        let (key, counted) = (gate.key.clone(), sent.clone());
        let working = tokio::spawn(async move {
            let look = || async {
                let mut found = Found::NoLine;
                for cell in &cells {
                    let work: Result<api::LineWork, _> = handle
                        .easy_call_zome(&key, None, cell.clone(), ZOME, "line_work", ())
                        .await;
                    found = found.and(Found::of(&work));
                    let sent = work.map_or(0, |work| u64::from(work.sent));
                    counted.fetch_add(sent, Ordering::Relaxed);
                }
                found
            };
            go_on(look, &knocked).await;
        });
        Self {
            tasks: [heard, working],
            sent,
        }
    }

    /// Messages passed so far by this loop.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Neighbours {
    /// The gateway's node goes on by itself, in both villages.
    pub fn gate_at_work(&self) -> AtWork {
        AtWork::begin(&self.gate, vec![self.a.clone(), self.b.clone()])
    }

    /// All three with their villages and the open line.
    pub async fn meet() -> Self {
        let rendezvous = SweetLocalRendezvous::new().await;
        let mut alice = Person::arrive(&rendezvous).await;
        let mut gate = Person::arrive(&rendezvous).await;
        let mut bob = Person::arrive(&rendezvous).await;
        gate.found("Gate", draft("AliceVille", 750, 250)).await;
        let invitation = gate.invite().await;
        alice.join("Alice", &invitation).await;
        let a = gate.village.clone().expect("AliceVille");
        gate.found("Gate", draft("BobTown", 500, 500)).await;
        let invitation = gate.invite().await;
        bob.join("Bob", &invitation).await;
        let b = gate.village.clone().expect("BobTown");
        let mut all = Self {
            alice,
            gate,
            bob,
            a,
            b,
            rendezvous,
        };
        // A gateway refuses whom it does not know yet, and nobody pays a stranger.
        let (a, b) = (all.a.clone(), all.b.clone());
        for cell in [a, b] {
            all.gate
                .in_village(&cell, async |gate| gate.lists_members(2).await)
                .await;
        }
        all.alice.lists_members(2).await;
        all.bob.lists_members(2).await;
        all.decide(LineState::Open).await;
        all
    }

    /// Both villages adopt the same line; the gateway takes it over on both sides.
    pub async fn decide(&mut self, state: LineState) {
        let key = self.gate.key.clone();
        let limits = (LIMIT_A_S, LIMIT_B_S);
        let (a, b) = (self.a.clone(), self.b.clone());
        let motion = line_motion(b.dna_hash(), &key, &key, limits, sheet(6, 5), state);
        self.gate
            .in_village(&a, async |gate| gate.adopts_line(motion).await)
            .await;
        let limits = (LIMIT_B_S, LIMIT_A_S);
        let motion = line_motion(a.dna_hash(), &key, &key, limits, sheet(5, 6), state);
        self.gate
            .in_village(&b, async |gate| gate.adopts_line(motion).await)
            .await;
        // One's own cell over there signs.
        self.gate
            .in_village(&a, async |gate| gate.takes_line(b.dna_hash(), None).await)
            .await;
        self.gate
            .in_village(&b, async |gate| gate.takes_line(a.dna_hash(), None).await)
            .await;
    }

    /// All that waits on the gateway's lines on both sides; how many pages.
    pub async fn gate_works(&mut self) -> u32 {
        let (a, b) = (self.a.clone(), self.b.clone());
        let there = self
            .gate
            .in_village(&b, async |gate| gate.works().await)
            .await;
        let here = self
            .gate
            .in_village(&a, async |gate| gate.works().await)
            .await;
        here + there
    }

    /// The gateway's node stops and starts.
    pub async fn gate_stops_and_starts(&mut self) {
        self.gate.sleep().await;
        self.gate.wake().await;
    }

    /// Alice's node and Bob's stop. They share no village, so that neither tells the other.
    pub async fn others_stop(&mut self) {
        self.alice.sleep().await;
        self.bob.sleep().await;
    }

    /// Both start.
    pub async fn others_start(&mut self) {
        self.alice.wake().await;
        self.bob.wake().await;
    }

    /// Both stop and start, and their books are as they were.
    pub async fn others_stop_and_start(&mut self) {
        let books = [self.alice.standing().await, self.bob.standing().await];
        self.others_stop().await;
        self.others_start().await;
        let after = [self.alice.standing().await, self.bob.standing().await];
        assert_eq!(books.map(|it| it.book), after.map(|it| it.book));
    }

    /// By all that the gateway's node holds both villages add up to 0, and so does the line
    /// at both of its ends; how many IOUs are under way.
    pub async fn adds_up(&self) -> u64 {
        let cells = [self.a.clone(), self.b.clone()];
        let lines = self.gate.lines_are_sound(&cells).await;
        assert_eq!(lines.len(), 1);
        lines[0].under_way
    }

    /// Lets the gateway write one page about the line, on whichever side, unless `done`
    /// says of both sides that it need not.
    pub async fn gate_steps_until(
        &mut self,
        done: impl Fn(&api::TrustLine, &api::TrustLine) -> bool,
    ) {
        let (a, b) = (self.a.clone(), self.b.clone());
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let (here, over) = (self.line(&a, &b).await, self.line(&b, &a).await);
            if done(&here, &over) {
                return;
            }
            for cell in [&b, &a] {
                let step: Result<api::LineWork, String> = self
                    .gate
                    .in_village(cell, async |gate| gate.try_call("line_work", ()).await)
                    .await;
                if step.is_ok_and(|work| work.pages > 0) {
                    return;
                }
            }
            assert!(
                std::time::Instant::now() < deadline,
                "it does not go on: {here:?} {over:?}"
            );
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// Messages of the gateway's that wait in one village, after it has gone on; none if it
    /// could not say.
    pub async fn gate_waits(&self, cell: &CellId) -> Option<usize> {
        let handle = self.gate.conductor.raw_handle();
        let key = &self.gate.key;
        let _: Result<api::LineWork, _> = handle
            .easy_call_zome(key, None, cell.clone(), ZOME, "line_work", ())
            .await;
        let outbox: Result<api::LineMessages, _> = handle
            .easy_call_zome(key, None, cell.clone(), ZOME, "outbox", ())
            .await;
        outbox.ok().map(|outbox| outbox.messages.len())
    }

    /// The gateway's node takes along what waits for others in one village.
    pub async fn gate_carries(&self, cell: &CellId) {
        let handle = self.gate.conductor.raw_handle();
        let _: Result<api::LineWork, _> = handle
            .easy_call_zome(
                &self.gate.key,
                None,
                cell.clone(),
                ZOME,
                "carry_messages",
                (),
            )
            .await;
    }

    /// The line as the gateway knows it on one side.
    pub async fn line(&mut self, here: &CellId, there: &CellId) -> api::TrustLine {
        let there = there.dna_hash().clone();
        self.gate
            .in_village(here, async |gate| {
                gate.line_to(&there).await.expect("a line")
            })
            .await
    }

    /// The balances of the line on the two sides, in seconds.
    pub async fn balances_s(&mut self) -> (i64, i64) {
        let (a, b) = (self.a.clone(), self.b.clone());
        let here = self.line(&a, &b).await;
        let there = self.line(&b, &a).await;
        (here.balance_s.0, there.balance_s.0)
    }

    /// What Bob finds in his inbox from the gateway.
    pub async fn paid_to_bob(&mut self) -> ActionHash {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let waits = self.bob.inbox().await.into_iter().find(|item| {
                item.kind == api::InboxKind::TransferUnasked && item.amount_s.0 == THERE_S
            });
            if let Some(item) = waits {
                return item.action;
            }
            assert!(std::time::Instant::now() < deadline, "nothing came to Bob");
            self.gate_works().await;
        }
    }

    /// Waits until all that is pledged has ended.
    pub async fn ended(&mut self) {
        let (a, b) = (self.a.clone(), self.b.clone());
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            self.gate_works().await;
            let line = self.line(&a, &b).await;
            if line.issued > 0 && line.pledged_s.0 == 0 {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "a pledge is stuck");
        }
    }

    /// Alice takes back what was sent back.
    pub async fn alice_reclaims(&mut self, given: &ActionHash) {
        self.alice.awaits(api::InboxKind::Declined, given).await;
        let input = api::TransferRef {
            transfer: given.clone(),
        };
        let _: api::Written = self.alice.call("reclaim", input).await;
        assert_eq!(self.alice.balance_s().await, 0, "all of it, levies too");
    }

    /// Everybody's node has the whole of its village, and it adds up to 0; so does the line.
    pub async fn audits(&mut self) {
        for person in [&self.alice, &self.bob] {
            let report = person.audit_is_sound().await;
            assert!(report.pages > 0);
            assert_eq!(report.sums.total_s, 0);
        }
        self.adds_up().await;
    }
}
