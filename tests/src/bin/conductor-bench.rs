//! What a payment costs on a real conductor, as a ratio to a bare entry creation
//! on the same conductor at the same length of chain, in one run.
//!
//! The bare creation has no wasm, no validation and no link, so the ratio is the
//! strictest one. `make bench` runs this; `conductor-bench PAGES …` takes other
//! lengths than 10, 1,000 and 5,000 pages.

use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::*;
use std::time::{Duration, Instant};

/// Calls in one sample.
const SAMPLE: usize = 40;
/// The limit that the project set itself.
const RATIO_MAX: f64 = 2.0;
/// About the size of a page, in bytes.
const BARE_BYTES: usize = 700;

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

    let mut village = Village::of(2).await;
    village.agree().await;
    // Bob is known to Ann's node, and then his node is off: one conductor works.
    let mut bob = village.people.remove(1);
    bob.conductor.shutdown().await;
    let mut ann = village.people.remove(0);
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
            ann.pay(&bob, 1, "").await;
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
    if !met {
        eprintln!("E_BENCH_LIMIT: a ratio is over {RATIO_MAX}");
        std::process::exit(1);
    }
}

/// Brings both chains to a length.
async fn grow(ann: &Person, bob: &Person, bare: &BareCell, pages: u64) {
    while ann.standing().await.book.expect("an open book").number < pages {
        ann.pay(bob, 1, "").await;
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

struct BareCell {
    zome: SweetZome,
    key: AgentPubKey,
}

impl BareCell {
    async fn new(conductor: &mut SweetConductor) -> Self {
        let definition = EntryDef::default_from_id("bare");
        let zomes =
            SweetInlineZomes::new(vec![definition], 0).function("create", |api, count: usize| {
                for _ in 0..count {
                    let entry: Vec<u8> = api.random_bytes(BARE_BYTES as u32)?.to_vec();
                    api.create(CreateInput::new(
                        InlineZomeSet::get_entry_location(&api, EntryDefIndex(0)),
                        EntryVisibility::Public,
                        Entry::app(UnsafeBytes::from(entry).into()).expect("a small entry"),
                        ChainTopOrdering::default(),
                    ))?;
                }
                Ok(())
            });
        let (dna, _, _) = SweetDnaFile::unique_from_inline_zomes(zomes).await;
        let app = conductor
            .setup_app("bare", [&dna])
            .await
            .expect("the bare app installs");
        let cell = app.cells()[0].clone();
        Self {
            zome: cell.zome(SweetInlineZomes::COORDINATOR),
            key: app.agent().clone(),
        }
    }

    async fn create(&self, conductor: &SweetConductor, count: usize) {
        let () = conductor.call(&self.zome, "create", count).await;
    }

    /// Fills the chain up to a number of actions.
    async fn grow_to(&self, person: &Person, actions: usize) {
        let dna = self.zome.cell_id().dna_hash();
        let now = chain_length(&person.conductor, &self.key, dna).await;
        let mut missing = actions.saturating_sub(now);
        while missing > 0 {
            let batch = missing.min(200);
            self.create(&person.conductor, batch).await;
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
