//! Promise: a payment goes through a village in between to one with which the giver's has no
//! line; the one receipt opens every leg, or everything comes back.

use commons_credit_api as api;
use commons_credit_ledger::{LineState, Seconds};
use commons_credit_tests::lines::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::*;
use std::time::Instant;

/// What comes to BobTown less its 5 % and 5 %, and the same at 6 to 5.
const ON_S: i64 = ARRIVES_S;
const IN_C_S: i64 = ON_S * 6 / 5;
/// Less CarolHill's 2 % and 3 %.
const FOR_BOB_S: i64 = IN_C_S - IN_C_S * 2 / 100 - IN_C_S * 3 / 100;

/// Alice in AliceVille, Bob in CarolHill, BobTown between them, and who holds the lines.
struct Chain {
    alice: Person,
    gate: Person,
    /// Holds the line between BobTown and CarolHill; the gate if nobody.
    second: Option<Person>,
    bob: Person,
    a: CellId,
    b: CellId,
    c: CellId,
}

impl Chain {
    async fn meet(with_second: bool) -> Self {
        let rendezvous = SweetLocalRendezvous::new().await;
        let mut alice = Person::arrive(&rendezvous).await;
        let mut gate = Person::arrive(&rendezvous).await;
        let mut bob = Person::arrive(&rendezvous).await;
        gate.found("Gate", draft("AliceVille", 750, 250)).await;
        alice.join("Alice", &gate.invite().await).await;
        gate.lists_members(2).await;
        let a = gate.village.clone().expect("AliceVille");
        gate.found("Gate", draft("BobTown", 500, 500)).await;
        let b = gate.village.clone().expect("BobTown");
        let mut second = None;
        if with_second {
            let mut person = Person::arrive(&rendezvous).await;
            person.join("Second", &gate.invite().await).await;
            gate.lists_members(2).await;
            second = Some(person);
        }
        let holder = second.as_mut().unwrap_or(&mut gate);
        holder.found("Holder", draft("CarolHill", 200, 300)).await;
        bob.join("Bob", &holder.invite().await).await;
        holder.lists_members(2).await;
        let c = holder.village.clone().expect("CarolHill");
        // The second person joined BobTown under the same key: the same cell.
        let mut all = Self {
            alice,
            gate,
            second,
            bob,
            a,
            b,
            c,
        };
        all.open_lines().await;
        all
    }

    /// The cell of a village under the key of who holds the second line.
    fn of_second(&self, cell: &CellId) -> CellId {
        let key = self.second.as_ref().unwrap_or(&self.gate).key.clone();
        CellId::new(cell.dna_hash().clone(), key)
    }

    async fn open_lines(&mut self) {
        let (a, b, c) = (self.a.clone(), self.b.clone(), self.c.clone());
        let gate = self.gate.key.clone();
        let second = self.second.as_ref().unwrap_or(&self.gate).key.clone();
        let there = (LIMIT_A_S, LIMIT_B_S);
        let back = (LIMIT_B_S, LIMIT_A_S);
        let motion = |to: &CellId, key: &AgentPubKey, limits, rate: (u32, u32)| {
            let sheet = sheet(rate.0, rate.1);
            line_motion(to.dna_hash(), key, key, limits, sheet, LineState::Open)
        };
        for (cell, motion) in [
            (&a, motion(&b, &gate, there, (6, 5))),
            (&b, motion(&a, &gate, back, (5, 6))),
            (&b, motion(&c, &second, there, (6, 5))),
        ] {
            self.gate
                .in_village(cell, async |gate| gate.adopts_line(motion).await)
                .await;
        }
        let motion = motion(&b, &second, back, (5, 6));
        let (b_held, c_held) = (self.of_second(&b), self.of_second(&c));
        let holder = self.second.as_mut().unwrap_or(&mut self.gate);
        holder
            .in_village(&c_held, async |one| one.adopts_line(motion).await)
            .await;
        for (cell, to) in [(&b_held, &c), (&c_held, &b)] {
            holder
                .in_village(cell, async |one| one.takes_line(to.dna_hash(), None).await)
                .await;
        }
        for (cell, to) in [(&a, &b), (&b, &a)] {
            self.gate
                .in_village(cell, async |one| one.takes_line(to.dna_hash(), None).await)
                .await;
        }
    }

    /// The whole way, as who has a book in AliceVille and BobTown is told.
    async fn quote(&mut self, amount_s: i64) -> api::QuoteAcross {
        let input = api::QuoteAcrossInput {
            village: self.b.dna_hash().clone(),
            kind: 0,
            amount_s: Seconds(amount_s),
            onward: vec![api::HopAsked {
                village: self.c.dna_hash().clone(),
                kind: 0,
            }],
        };
        let a = self.a.clone();
        self.gate
            .in_village(&a, async |gate| {
                until("a quote over both lines", || async {
                    gate.try_call("quote_across", input.clone()).await.ok()
                })
                .await
            })
            .await
    }

    /// Alice gives two hours to somebody in CarolHill, on the terms of the quote.
    async fn alice_pays(&mut self, receiver: &AgentPubKey) -> api::Written {
        let quote = self.quote(2 * HOUR_S).await;
        let on = &quote.onward[0];
        assert_eq!(quote.gives_s.0, THERE_S);
        assert_eq!((on.split.receiver_s.0, on.gives_s.0), (ON_S, IN_C_S));
        let input = api::PayAcrossInput {
            village: self.b.dna_hash().clone(),
            receiver: receiver.clone(),
            kind: 0,
            amount_s: Seconds(2 * HOUR_S),
            sheet: quote.sheet,
            least_s: quote.gives_s,
            onward: vec![api::HopPaid {
                village: on.village.clone(),
                sheet: on.sheet,
                kind: on.kind,
                least_s: on.gives_s,
            }],
            seen: None,
        };
        let alice = &self.alice;
        until("the line in Alice's cell", || async {
            match alice.try_call("pay_across", input.clone()).await {
                Ok(written) => Some(written),
                Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
                Err(refusal) => panic!("pay_across: {refusal}"),
            }
        })
        .await
    }

    /// All that waits on all lines.
    async fn work(&mut self) {
        let (a, b) = (self.a.clone(), self.b.clone());
        let (b_held, c_held) = (self.of_second(&b), self.of_second(&self.c));
        let holder = self.second.as_mut().unwrap_or(&mut self.gate);
        for cell in [&c_held, &b_held] {
            holder.in_village(cell, async |one| one.works().await).await;
        }
        for cell in [&b, &a] {
            self.gate
                .in_village(cell, async |one| one.works().await)
                .await;
        }
    }

    /// The lines A to B, B to A, B to C and C to B, as those know them who hold them.
    async fn lines(&mut self) -> [api::TrustLine; 4] {
        let [a, b, c] = [&self.a, &self.b, &self.c].map(|cell| cell.dna_hash().clone());
        let (a_cell, b_cell) = (self.a.clone(), self.b.clone());
        let (b_held, c_held) = (self.of_second(&self.b), self.of_second(&self.c));
        let gate = &mut self.gate;
        let a_to_b = gate
            .in_village(&a_cell, async |one| one.line_to(&b).await)
            .await;
        let b_to_a = gate
            .in_village(&b_cell, async |one| one.line_to(&a).await)
            .await;
        let holder = self.second.as_mut().unwrap_or(gate);
        let b_to_c = holder
            .in_village(&b_held, async |one| one.line_to(&c).await)
            .await;
        let c_to_b = holder
            .in_village(&c_held, async |one| one.line_to(&b).await)
            .await;
        [a_to_b, b_to_a, b_to_c, c_to_b].map(|line| line.expect("a line"))
    }

    async fn balances_s(&mut self) -> [i64; 4] {
        self.lines().await.map(|line| line.balance_s.0)
    }

    /// Waits until so many IOUs went out of AliceVille and nothing is pledged any more.
    async fn ended(&mut self, issued: u64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.work().await;
            let [a_to_b, _, b_to_c, _] = self.lines().await;
            if a_to_b.issued == issued && a_to_b.pledged_s.0 == 0 && b_to_c.pledged_s.0 == 0 {
                return;
            }
            assert!(Instant::now() < deadline, "a pledge is stuck");
        }
    }

    /// What Bob finds in his inbox.
    async fn paid_to_bob(&mut self) -> ActionHash {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let waits = self.bob.inbox().await.into_iter().find(|item| {
                item.kind == api::InboxKind::TransferUnasked && item.amount_s.0 == IN_C_S
            });
            if let Some(item) = waits {
                return item.action;
            }
            assert!(Instant::now() < deadline, "nothing came to Bob");
            self.work().await;
        }
    }

    async fn alice_has_it_back(&mut self, given: &ActionHash) {
        self.alice.awaits(api::InboxKind::Declined, given).await;
        let input = api::TransferRef {
            transfer: given.clone(),
        };
        let before = self.alice.balance_s().await;
        let _: api::Written = self.alice.call("reclaim", input).await;
        let after = self.alice.balance_s().await;
        assert_eq!(after - before, 2 * HOUR_S, "levies too");
    }

    /// Every village adds up to 0, and both lines at both of their ends.
    async fn audits(&self) {
        for person in [&self.alice, &self.bob] {
            let report = person.audit_is_sound().await;
            assert!(report.pages > 0);
            assert_eq!(report.sums.total_s, 0);
        }
        let (b, c) = (self.of_second(&self.b), self.of_second(&self.c));
        let holders = [
            (&self.gate, [self.a.clone(), self.b.clone()]),
            (self.second.as_ref().unwrap_or(&self.gate), [b, c]),
        ];
        for (holder, cells) in holders {
            assert_eq!(holder.lines_are_sound(&cells).await.len(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hours_go_through_bobtown_and_one_receipt_opens_every_leg() {
    let mut all = Chain::meet(false).await;
    // Who has a book in the village between is shown the way; Alice is told that she has not.
    let to_c = api::NeighbourRef {
        village: all.c.dna_hash().clone(),
    };
    let (a, to) = (all.a.clone(), to_c.clone());
    let ways: api::Ways = all
        .gate
        .in_village(&a, async |gate| gate.call("ways", to).await)
        .await;
    let [way] = &ways.items[..] else {
        panic!("one way: {ways:?}");
    };
    let stops: Vec<_> = way.lines.iter().map(|line| &line.village).collect();
    assert_eq!(stops, [all.b.dna_hash(), all.c.dna_hash()]);
    let b = all.b.dna_hash().clone();
    let alice = &all.alice;
    until("what Alice sees of the line", || async {
        let ways: api::Ways = alice.call("ways", to_c.clone()).await;
        (ways.items.is_empty() && ways.unseen == [b.clone()]).then_some(())
    })
    .await;
    let bob = all.bob.key.clone();
    all.alice_pays(&bob).await;
    let paid = all.paid_to_bob().await;
    assert_eq!(all.balances_s().await, [0, -THERE_S, 0, -IN_C_S]);
    all.bob.deposit(&paid).await;
    all.ended(1).await;
    assert_eq!(all.balances_s().await, [NET_S, -THERE_S, ON_S, -IN_C_S]);
    assert_eq!(all.bob.balance_s().await, FOR_BOB_S);
    assert_eq!(all.alice.balance_s().await, -2 * HOUR_S);
    all.audits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_behind_bobtown_comes_back_to_alice() {
    let mut all = Chain::meet(false).await;
    // Nobody of this key is a member of CarolHill.
    let nobody = all.alice.key.clone();
    let given = all.alice_pays(&nobody).await;
    all.ended(1).await;
    all.alice_has_it_back(&given.page).await;
    assert_eq!(all.balances_s().await, [0; 4]);
    // Bob declines.
    let bob = all.bob.key.clone();
    let given = all.alice_pays(&bob).await;
    let input = api::DeclineInput {
        transfer: all.paid_to_bob().await,
        reason: "it was a favour".into(),
    };
    let _: api::Written = all.bob.call("decline", input).await;
    all.ended(2).await;
    all.alice_has_it_back(&given.page).await;
    assert_eq!(all.balances_s().await, [0; 4]);
    all.audits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_of_bobtown_hand_it_on_to_each_other() {
    let mut all = Chain::meet(true).await;
    let bob = all.bob.key.clone();
    all.alice_pays(&bob).await;
    let paid = all.paid_to_bob().await;
    all.bob.deposit(&paid).await;
    all.ended(1).await;
    assert_eq!(all.balances_s().await, [NET_S, -THERE_S, ON_S, -IN_C_S]);
    let nobody = all.alice.key.clone();
    let given = all.alice_pays(&nobody).await;
    all.ended(2).await;
    all.alice_has_it_back(&given.page).await;
    assert_eq!(all.balances_s().await, [NET_S, -THERE_S, ON_S, -IN_C_S]);
    all.audits().await;
}
