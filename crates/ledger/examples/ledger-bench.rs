//! What checking a page costs, as ratios within one run.
//!
//! `cargo run -p commons-credit-ledger --example ledger-bench` (dev profile: the
//! workspace compiles the law and the signatures with full optimisation there).
//! Ends with 1 if an aim is missed.

#[path = "../tests/common/mod.rs"]
mod common;

use common::*;
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// Times that each page is checked.
const ROUNDS: usize = 101;
/// Different pages of each kind.
const PAGES: usize = 64;
/// Bytes of a signed action with a page, about.
const ACTION_BYTES: usize = 350;
const VILLAGE: VillageId = VillageId([0xc5; 32]);

/// A signature with what it takes to check it, as a peer receives them.
struct Signed {
    key: [u8; 32],
    message: Vec<u8>,
    signature: [u8; 64],
}

impl Signed {
    fn by(signer: &SigningKey, message: Vec<u8>) -> Self {
        Self {
            key: signer.verifying_key().to_bytes(),
            signature: signer.sign(&message).to_bytes(),
            message,
        }
    }
}

fn verified(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

/// A page as a peer receives it, with the giver's page for its cheque.
struct Received {
    action: Signed,
    cheque: Signed,
    giver: AgentId,
    draft: Draft,
}

impl Received {
    fn transfer_page(&self) -> &Page {
        match &self.draft.transfer {
            Some((_, _, given)) => given,
            None => &self.draft.page,
        }
    }

    /// Both signatures bare.
    fn signatures(&self) -> bool {
        [&self.action, &self.cheque]
            .iter()
            .all(|signed| verified(&signed.key, &signed.message, &signed.signature))
    }

    /// The whole check: the action's signature, the cheque's statement built anew
    /// and its signature, the law.
    fn check(&self) -> bool {
        let page = self.transfer_page();
        let Some(transfer) = page.event.transfer() else {
            return false;
        };
        let said = statement(&VILLAGE, &self.giver, page, transfer);
        verified(
            &self.action.key,
            &self.action.message,
            &self.action.signature,
        ) && verified(&self.giver.0, &said, &transfer.cheque.0)
            && self.judge()
    }

    fn judge(&self) -> bool {
        self.draft.judge().is_ok()
    }
}

fn sign_cheque(page: &mut Page, signer: &SigningKey) -> Signed {
    let giver = AgentId(signer.verifying_key().to_bytes());
    let said = page
        .event
        .transfer()
        .map(|transfer| statement(&VILLAGE, &giver, page, transfer).to_vec())
        .unwrap_or_default();
    let signed = Signed::by(signer, said);
    if let Event::Transfer(transfer) = &mut page.event {
        transfer.cheque = SignatureBytes(signed.signature);
    }
    signed
}

fn transfers(giver: &SigningKey) -> Vec<Received> {
    (1..=PAGES as i64)
        .map(|amount_s| {
            let mut draft = giving(&opened(), amount_s);
            draft.author = AgentId(giver.verifying_key().to_bytes());
            draft.previous = Some((draft.author, opened()));
            Received {
                cheque: sign_cheque(&mut draft.page, giver),
                action: Signed::by(giver, vec![7; ACTION_BYTES]),
                giver: draft.author,
                draft,
            }
        })
        .collect()
}

fn transfer_id(number: usize) -> ActionId {
    let mut id = action(9);
    id.0[..8].copy_from_slice(&(number as u64).to_be_bytes());
    id
}

/// Deposits into a book that has settled `settled` transfers.
fn deposits(settled: usize, giver: &SigningKey, receiver: &SigningKey) -> Vec<Received> {
    let mut tree = Tree::default();
    for number in 0..settled {
        tree.insert(Key::of_transfer(transfer_id(number)), Mark::default());
    }
    let mut before = opened();
    before.number = settled as u64 + 1;
    before.after.settled = tree.root();
    (0..PAGES)
        .map(|at| {
            let id = transfer_id(settled + at);
            let key = Key::of_transfer(id);
            let proven = tree.prove(&key);
            let mut draft = depositing(&before);
            draft.page.after.settled = proven
                .root_with(&key, Mark::default())
                .unwrap_or(tree.root());
            if let Event::Deposit {
                transfer, proof, ..
            } = &mut draft.page.event
            {
                (*transfer, *proof) = (id, proven);
            }
            let giver_id = AgentId(giver.verifying_key().to_bytes());
            let mut cheque = None;
            if let Some((cited, author, page)) = &mut draft.transfer {
                (*cited, *author) = (id, giver_id);
                cheque = Some(sign_cheque(page, giver));
            }
            Received {
                cheque: cheque.unwrap_or_else(|| Signed::by(giver, Vec::new())),
                action: Signed::by(receiver, vec![7; ACTION_BYTES]),
                giver: giver_id,
                draft,
            }
        })
        .collect()
}

/// Pages, and what is done with each.
type Kind<'a> = (&'a [Received], fn(&Received) -> bool);

/// Microseconds per page: the middle of all measurements. Each is of one page,
/// too short to be interrupted often, and kinds take turns, so that a busy machine
/// slows all alike.
fn measure<const N: usize>(kinds: [Kind<'_>; N]) -> [f64; N] {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(ROUNDS * PAGES));
    for at in 0..ROUNDS * PAGES {
        for (times, (pages, check)) in times.iter_mut().zip(&kinds) {
            let page = &pages[at % pages.len()];
            let start = Instant::now();
            let good = black_box(check(black_box(page)));
            times.push(start.elapsed().as_secs_f64() * 1e6);
            assert!(good, "every page is good");
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

fn aim(what: &str, ratio: f64, most: f64) -> bool {
    let met = ratio <= most;
    let verdict = if met { "pass" } else { "FAIL" };
    println!("{verdict}  {what}: {ratio:.3} (at most {most})");
    met
}

fn main() -> ExitCode {
    let (giver, receiver) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[2; 32]),
    );
    let gives = transfers(&giver);
    // The deposit is judged as Ben's of the test drafts; his action is signed by this key.
    let short = deposits(100, &giver, &receiver);
    let long = deposits(10_000, &giver, &receiver);
    let [bare, give, deposit, judge_short, judge_long, check_short] = measure([
        (&gives, Received::signatures),
        (&gives, Received::check),
        (&long, Received::check),
        (&short, Received::judge),
        (&long, Received::judge),
        (&short, Received::check),
    ]);
    println!(
        "microseconds a page, median of {} measurements",
        ROUNDS * PAGES
    );
    for (what, time) in [
        ("two bare strict verifications", bare),
        ("checking a transfer", give),
        ("checking a deposit, book of 100 pages", check_short),
        ("checking a deposit, book of 10,000 pages", deposit),
        ("judging a deposit, book of 100 pages", judge_short),
        ("judging a deposit, book of 10,000 pages", judge_long),
    ] {
        println!("{time:9.2}  {what}");
    }
    println!(
        "      {:.3}  judge alone, book of 10,000 to 100 pages (no aim: hashes of a longer path)",
        judge_long / judge_short
    );
    let met = [
        aim(
            "checking a transfer / two bare verifications",
            give / bare,
            1.5,
        ),
        aim(
            "checking a deposit in 10,000 pages / two bare verifications",
            deposit / bare,
            1.5,
        ),
        aim(
            "checking a deposit, book of 10,000 / of 100 pages",
            deposit / check_short,
            1.2,
        ),
    ];
    if met.contains(&false) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
