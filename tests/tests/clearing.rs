//! Promise: villages that owe each other in a ring are freed of it at once, all or none,
//! from signed statements to a page in each book; nobody books twice, and every village's
//! sum stays 0.

use commons_credit_api as api;
use commons_credit_clearing::command::{run, InputFile};
use commons_credit_ledger::{LineState, Round, Seconds};
use commons_credit_tests::lines::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::*;
use std::time::Instant;

/// What Anna pays over each line, in seconds.
const PAYS_S: [i64; 3] = [2 * HOUR_S, HOUR_S, 3 * HOUR_S];
/// The village after the next owes the least: so much is cleared of each line.
const CLEARED_S: i64 = 54 * MINUTE_S;

/// Three villages in a ring; one gateway and one member, with a book in each.
struct Ring {
    gate: Person,
    anna: Person,
    gates: Vec<CellId>,
    annas: Vec<CellId>,
}

impl Ring {
    async fn meet() -> Self {
        let rendezvous = SweetLocalRendezvous::new().await;
        let mut gate = Person::arrive(&rendezvous).await;
        let mut anna = Person::arrive(&rendezvous).await;
        let (mut gates, mut annas) = (Vec::new(), Vec::new());
        for name in ["AliceVille", "BobTown", "Carlsfield"] {
            gate.found("Gate", draft(name, 750, 250)).await;
            let invitation = gate.invite().await;
            anna.join("Anna", &invitation).await;
            gates.push(gate.village.clone().expect("a village"));
            annas.push(anna.village.clone().expect("a village"));
            gate.lists_members(2).await;
        }
        let mut ring = Self {
            gate,
            anna,
            gates,
            annas,
        };
        let limits = (LIMIT_A_S, LIMIT_A_S);
        let key = ring.gate.key.clone();
        for (here, there) in ring.ends() {
            let motion = line_motion(&there, &key, &key, limits, sheet(1, 1), LineState::Open);
            ring.gate
                .in_village(&here, async |gate| gate.adopts_line(motion).await)
                .await;
        }
        for (here, there) in ring.ends() {
            ring.gate
                .in_village(&here, async |gate| gate.takes_line(&there, None).await)
                .await;
        }
        ring
    }

    fn dna(&self, at: usize) -> DnaHash {
        self.gates[at % 3].dna_hash().clone()
    }

    /// Both ends of each line.
    fn ends(&self) -> Vec<(CellId, DnaHash)> {
        let from = |at: usize, to: usize| (self.gates[at].clone(), self.dna(to));
        (0..3)
            .flat_map(|at| [from(at, at + 1), from((at + 1) % 3, at)])
            .collect()
    }

    async fn gate_works(&mut self) {
        for cell in self.gates.clone() {
            self.gate
                .in_village(&cell, async |gate| gate.works().await)
                .await;
        }
    }

    /// Anna pays over the line from `at` to the village after it, to herself.
    async fn pays(&mut self, at: usize) {
        let (there, key) = (self.dna(at + 1), self.anna.key.clone());
        let (from, to) = (self.annas[at].clone(), self.annas[(at + 1) % 3].clone());
        self.anna
            .in_village(&from, async |anna| {
                anna.pays_across(&there, &key, PAYS_S[at]).await
            })
            .await;
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.gate_works().await;
            let waits = self
                .anna
                .in_village(&to, async |anna| anna.inbox().await)
                .await;
            let paid = waits
                .into_iter()
                .find(|item| item.kind == api::InboxKind::TransferUnasked);
            if let Some(item) = paid {
                self.anna
                    .in_village(&to, async |anna| anna.deposit(&item.action).await)
                    .await;
                break;
            }
            assert!(Instant::now() < deadline, "nothing came to Anna");
        }
        loop {
            self.gate_works().await;
            if self.balance_s(at, at + 1).await > 0 {
                return;
            }
            assert!(Instant::now() < deadline, "a pledge is stuck");
        }
    }

    /// What village `at` owes village `to`, by its gateway's book.
    async fn balance_s(&mut self, at: usize, to: usize) -> i64 {
        let (cell, there) = (self.gates[at].clone(), self.dna(to));
        self.gate
            .in_village(&cell, async |gate| {
                let line = gate.line_to(&there).await.expect("a line");
                line.balance_s.0
            })
            .await
    }

    async fn asks<I, O>(&mut self, at: usize, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug + Clone,
        O: serde::de::DeserializeOwned + std::fmt::Debug,
    {
        let cell = self.gates[at].clone();
        self.gate
            .in_village(&cell, async |gate| gate.try_call(function, input).await)
            .await
    }

    /// Debts of all lines, as both ends count them.
    async fn owes_s(&mut self, owes_s: [i64; 3]) {
        for (at, owes_s) in owes_s.into_iter().enumerate() {
            assert_eq!(self.balance_s(at, at + 1).await, owes_s);
            assert_eq!(self.balance_s((at + 1) % 3, at).await, -owes_s);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r78_accepts_a_ring_of_debts_that_three_villages_clear_at_once() {
    let mut ring = Ring::meet().await;
    for at in 0..3 {
        ring.pays(at).await;
    }
    // Levies of 10 % stay where the hours were given.
    let before_s = PAYS_S.map(|amount_s| amount_s * 9 / 10);
    ring.owes_s(before_s).await;

    // Statements, signed by both ends, are what the command reads.
    let mut files = Vec::new();
    for (at, owed_s) in before_s.into_iter().enumerate() {
        let input = api::LineStatementInput {
            village: ring.dna(at + 1),
            statement: None,
        };
        let statement: api::LineStatement = ring.asks(at, "line_statement", input).await.unwrap();
        assert_eq!(statement.amount_s.0, owed_s);
        assert!(
            statement.creditor_signature.is_some(),
            "one's own cell signs"
        );
        files.push(InputFile {
            name: format!("{at}.json"),
            bytes: serde_json::to_vec(&statement).expect("JSON"),
        });
    }
    let outcome = run(&files).expect("a plan");
    assert_eq!(outcome.cleared_s, 3 * CLEARED_S);
    let signing = outcome.signing.expect("something to sign");
    assert_eq!((signing.rounds.len(), signing.unbooked_s), (1, 0));
    let round: Round = signing.rounds[0].clone();

    let mut signatures: Vec<api::RoundSigned> = Vec::new();
    for at in 0..3 {
        let input = api::RoundInput {
            round: round.clone(),
        };
        signatures.push(ring.asks(at, "sign_clearing", input).await.unwrap());
    }
    let book = |signatures: &[api::RoundSigned]| api::BookRoundInput {
        round: round.clone(),
        signatures: signatures.to_vec(),
    };
    // A signature that is missing, or is for another village, books nowhere.
    let mut bent = signatures.clone();
    bent[0].signature = signatures[1].signature;
    for at in 0..3 {
        for bad in [&signatures[1..], &signatures[..2], &bent[..]] {
            let done: Result<api::Written, String> =
                ring.asks(at, "book_clearing", book(bad)).await;
            let refusal = done.expect_err("not all have signed");
            assert!(refusal.contains("E_CLEARING_UNSIGNED"), "{refusal}");
        }
    }
    let mut more = round.clone();
    more.lines[0].freed_s = Seconds(more.lines[0].freed_s.0 + 1);
    let input = api::RoundInput { round: more };
    let done: Result<api::RoundSigned, String> = ring.asks(0, "sign_clearing", input).await;
    let refusal = done.expect_err("a round that does not balance");
    assert!(refusal.contains("E_CLEARING_UNBALANCED"), "{refusal}");
    ring.owes_s(before_s).await;

    for at in [2, 0, 1] {
        let _: api::Written = ring
            .asks(at, "book_clearing", book(&signatures))
            .await
            .unwrap_or_else(|refusal| panic!("village {at}: {refusal}"));
    }
    ring.owes_s(before_s.map(|owed_s| owed_s - CLEARED_S)).await;
    // Where nothing is left it would cross zero; where something is, it was booked.
    for (at, code) in [
        (0, "E_ALREADY_CLEARED"),
        (1, "E_CLEARING_CROSSES"),
        (2, "E_CLEARING_CROSSES"),
    ] {
        let again: Result<api::Written, String> =
            ring.asks(at, "book_clearing", book(&signatures)).await;
        let refusal = again.expect_err("once");
        assert!(refusal.contains(code), "village {at}: {refusal}");
    }
    // So says who holds the lines, and who does not.
    for (person, cells) in [(&ring.gate, &ring.gates), (&ring.anna, &ring.annas)] {
        assert_eq!(person.lines_are_sound(cells).await.len(), 3);
    }
}
