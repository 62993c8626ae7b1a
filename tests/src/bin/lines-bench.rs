//! What a payment across a trust-line costs beside one within the village, on the same
//! three conductors: pages, messages, and the time until the receiver has the hours.
//!
//! The gateway's node is at work as in life (`crates/node/src/lines.rs`). A receiver deposits
//! as soon as the transfer stands in their inbox, as the page does; the giver has had their
//! quote. `make bench` runs this.

use commons_credit_api as api;
use commons_credit_ledger::Seconds;
use commons_credit_tests::lines::Neighbours;
use commons_credit_tests::*;
use holochain::prelude::*;
use std::time::{Duration, Instant};

/// Payments of each kind.
const SAMPLE: usize = 9;
/// The limit that the project set itself.
const RATIO_MAX: f64 = 3.0;
/// Pages that the project aims at, over both villages.
const PAGES_AIM: u64 = 4;
/// Messages that the project aims at.
const MESSAGES_AIM: u64 = 3;
const AMOUNT_S: i64 = HOUR_S / 10;
/// How often a receiver's page looks.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let mut all = Neighbours::meet().await;
    let (a, b) = (all.a.clone(), all.b.clone());
    let bob = all.bob.key.clone();
    let gate = all.gate.key.clone();
    let at_work = all.gate_at_work();
    let (mut within, mut across, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pages, mut messages) = (0, 0);
    // In turn, so that a noisy moment touches both.
    for _ in 0..SAMPLE {
        let start = Instant::now();
        let input = api::PayInput {
            to: gate.clone(),
            amount_s: Seconds(AMOUNT_S),
            words: String::new(),
            seen: None,
        };
        let given: api::Written = all.alice.call("pay", input).await;
        let deposited = all
            .gate
            .in_village(&a, async |gate| deposits(gate, &given.page).await)
            .await;
        within.push(deposited - start);

        let before = (numbers(&mut all).await, at_work.sent());
        let issued = all.line(&a, &b).await.issued;
        let quote = all.alice.quotes(b.dna_hash(), AMOUNT_S).await;
        let start = Instant::now();
        let given = all.alice.pays_quoted(b.dna_hash(), &bob, AMOUNT_S, &quote);
        given.await;
        let deposited = loop {
            if let Some(item) = all.bob.inbox().await.into_iter().next() {
                all.bob.deposit(&item.action).await;
                break Instant::now();
            }
            assert!(start.elapsed() < PATIENCE, "nothing came to Bob");
            tokio::time::sleep(LOOK_AGAIN).await;
        };
        across.push(deposited - start);
        loop {
            let line = all.line(&a, &b).await;
            if line.issued > issued && line.pledged_s.0 == 0 {
                break;
            }
            assert!(start.elapsed() < 2 * PATIENCE, "a pledge is stuck");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        settled.push(start.elapsed());
        messages += at_work.sent() - before.1;
        pages += numbers(&mut all).await - before.0;
    }
    all.audits().await;

    let samples = SAMPLE as u64;
    let (within, across, settled) = (median(within), median(across), median(settled));
    let ratio = across.as_secs_f64() / within.as_secs_f64();
    println!(
        "a payment across, {SAMPLE} samples, beside one within the village\n\
         {:>8}     pages over both villages (aim {PAGES_AIM})\n\
         {:>8.1}     messages passed by the node's loop (aim {MESSAGES_AIM})\n\
         {:>8.0} ms  within, until the receiver has deposited, median\n\
         {:>8.0} ms  across, until the receiver has deposited, median\n\
         {ratio:>8.2}     ratio (at most {RATIO_MAX})\n\
         {:>8.0} ms  across, until the giver's gateway has the receipt, median",
        pages / samples,
        messages as f64 / samples as f64,
        ms(within),
        ms(across),
        ms(settled),
    );
    if ratio > RATIO_MAX {
        eprintln!("E_BENCH_LIMIT: the ratio is over {RATIO_MAX}");
        std::process::exit(1);
    }
}

/// Pages in all four books.
async fn numbers(all: &mut Neighbours) -> u64 {
    let mut sum = all.alice.number().await + all.bob.number().await;
    for cell in [all.a.clone(), all.b.clone()] {
        sum += all
            .gate
            .in_village(&cell, async |gate| gate.number().await)
            .await;
    }
    sum
}

/// Takes a transfer as soon as it is here; when that was done.
async fn deposits(person: &Person, transfer: &ActionHash) -> Instant {
    let begun = Instant::now();
    while !person
        .inbox()
        .await
        .iter()
        .any(|item| item.action == *transfer)
    {
        assert!(begun.elapsed() < PATIENCE, "nothing came");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    person.deposit(transfer).await;
    Instant::now()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
