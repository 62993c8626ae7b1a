//! What a payment costs on a real conductor, as a ratio to a bare entry creation
//! on the same conductor at the same length of chain, in one run.
//!
//! The bare creation is a zome call as well: one entry of a page's size, and a
//! validator that says yes to everything. A payment is a page and a link, so it
//! commits two actions where the bare creation commits one. `make bench` runs this; `conductor-bench PAGES …` takes other
//! lengths than 10, 1,000 and 5,000 pages.

use commons_credit_api as api;
use commons_credit_ledger::Seconds;
use commons_credit_tests::hostile::{test_wasm, Deed, Linked, Rogue, INBOX};
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::*;
use std::time::{Duration, Instant};

/// Calls in one sample.
const SAMPLE: usize = 40;
/// The limit that the project set itself.
const RATIO_MAX: f64 = 2.0;

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let lengths: Vec<u64> = match std::env::args().skip(1).map(|n| n.parse()).collect() {
        Ok(lengths) => lengths,
        Err(error) => {
            eprintln!("E_BENCH_ARGUMENT: {error}; give numbers of pages");
            std::process::exit(2);
        }
    };
    let lengths = if lengths.is_empty() {
        vec![10, 1_000, 5_000]
    } else {
        lengths
    };

    let mut village = Village::of(1).await;
    let mut ann = village.people.remove(0);
    // Bob has his cell on the same conductor: one conductor works, and it waits for
    // nobody.
    let bob = Rogue::join(&ann.conductor, &ann, "Bob").await.key;
    let bare = BareCell::new(&mut ann.conductor).await;

    println!(
        "pages  chain actions  pay, median  bare creation, median  ratio (at most {RATIO_MAX})"
    );
    let mut met = true;
    for pages in lengths {
        grow(&ann, &bob, &bare, pages).await;
        let (mut pay, mut create) = (Vec::new(), Vec::new());
        // Side by side, so that a noisy moment touches both.
        for _ in 0..SAMPLE {
            let start = Instant::now();
            give(&ann, &bob).await;
            pay.push(start.elapsed());
            bare.grow_to(&ann, chain_actions(&ann).await - 1).await;
            let start = Instant::now();
            bare.create(&ann.conductor, 1).await;
            create.push(start.elapsed());
        }
        let (pay, create) = (median(pay), median(create));
        let ratio = pay.as_secs_f64() / create.as_secs_f64();
        met &= ratio <= RATIO_MAX;
        println!(
            "{pages:>5}  {:>13}  {:>8.1} ms  {:>18.1} ms  {ratio:.2}",
            chain_actions(&ann).await,
            ms(pay),
            ms(create),
        );
    }
    parts(&ann, &bob).await;
    if !met {
        eprintln!("E_BENCH_LIMIT: a ratio is over {RATIO_MAX}");
        std::process::exit(1);
    }
}

/// Where the time of a payment goes: calls that do only a part of it.
async fn parts(ann: &Person, bob: &AgentPubKey) {
    let rogue = Rogue::of(ann).await;
    let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
    let mut note = |name, time| match times.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => known.push(time),
        None => times.push((name, vec![time])),
    };
    for _ in 0..SAMPLE {
        let start = Instant::now();
        let () = ann
            .call("recv_remote_signal", api::Signal::BookChanged)
            .await;
        note("a call that reads nothing", start.elapsed());
        let start = Instant::now();
        let _: api::Quote = ann
            .call(
                "quote",
                api::QuoteInput {
                    amount_s: Seconds(60),
                },
            )
            .await;
        note("a call that writes nothing", start.elapsed());
        let start = Instant::now();
        ann.standing().await;
        note("reading where one stands", start.elapsed());
        let pen = rogue.pen().await;
        let page = pen.give(bob, 1);
        let start = Instant::now();
        let page = rogue.sign(&pen, page).await;
        note("signing a cheque", start.elapsed());
        let start = Instant::now();
        let page = rogue.attempt(Deed::Page(page)).await.expect("a good page");
        note("committing a page", start.elapsed());
        let link = Linked {
            base: bob.clone().into(),
            target: page.into(),
            link_type: INBOX,
            tag: vec![],
        };
        let start = Instant::now();
        rogue.attempt(Deed::Link(link)).await.expect("a good link");
        note("committing a link", start.elapsed());
    }
    println!("\nparts of a payment, each as a call of its own, median");
    for (name, times) in times {
        println!("{:>8.1} ms  {name}", ms(median(times)));
    }
}

async fn give(ann: &Person, bob: &AgentPubKey) {
    ann.try_pay_key(bob, 1).await.expect("a payment");
}

/// Brings both chains to a length.
async fn grow(ann: &Person, bob: &AgentPubKey, bare: &BareCell, pages: u64) {
    while ann.standing().await.book.expect("an open book").number < pages {
        give(ann, bob).await;
    }
    bare.grow_to(ann, chain_actions(ann).await).await;
}

async fn chain_length(conductor: &SweetConductor, key: &AgentPubKey, dna: &DnaHash) -> usize {
    let chain = conductor.get_agent_source_chain(key, dna).await;
    chain.len().expect("a readable chain") as usize
}

async fn chain_actions(person: &Person) -> usize {
    let cell = person.village.clone().expect("has joined a village");
    chain_length(&person.conductor, &person.key, cell.dna_hash()).await
}

/// A cell whose validator says yes to everything, and the calls that fill it.
struct BareCell {
    zome: SweetZome,
    key: AgentPubKey,
}

impl BareCell {
    async fn new(conductor: &mut SweetConductor) -> Self {
        let integrity = test_wasm("bare").await;
        let coordinator = test_wasm("hostile").await;
        let integrity_zome = IntegrityZome::from((
            ZomeName::from("bare"),
            ZomeDef::from_hash(integrity.as_hash().clone()).into(),
        ));
        let coordinator_zome = CoordinatorZome::from((
            ZomeName::from("noise"),
            ZomeDef::from_hash(coordinator.as_hash().clone()).into(),
        ));
        let (dna, _, _) = SweetDnaFile::unique_from_zomes(
            vec![integrity_zome],
            vec![coordinator_zome],
            vec![integrity.into_content(), coordinator.into_content()],
        )
        .await;
        let app = conductor
            .setup_app("bare", [&dna])
            .await
            .expect("the bare app installs");
        let cell = app.cells()[0].clone();
        Self {
            zome: cell.zome("noise"),
            key: app.agent().clone(),
        }
    }

    /// Creates entries in one zome call.
    async fn create(&self, conductor: &SweetConductor, count: u32) {
        let () = conductor.call(&self.zome, "commit_noise", count).await;
    }

    /// Fills the chain up to a number of actions.
    async fn grow_to(&self, person: &Person, actions: usize) {
        let dna = self.zome.cell_id().dna_hash();
        let now = chain_length(&person.conductor, &self.key, dna).await;
        let mut missing = actions.saturating_sub(now);
        while missing > 0 {
            let batch = missing.min(200);
            self.create(&person.conductor, batch as u32).await;
            missing -= batch;
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
