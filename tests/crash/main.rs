//! Promise: a plug that is pulled at any write loses nothing that was acknowledged.
//!
//! The real program runs with a library (`plug.rs`) that counts everything it changes in
//! its data folder and its stamps, over all threads, and ends it by SIGKILL at the N-th.
//! A step is recorded once, then done again with N = 1, 2, 3 …, until it gets through.
//! After each kill the node is started on what is there:
//!
//! | step | what has to be there |
//! |---|---|
//! | payment, deposit | the book as it was or as it was to be; if it was acknowledged, the latter; every page that was ever acknowledged, once, under its hash; sum 0 |
//! | first start | it comes to an open page, and the lobby answers; under the same key if the page was open before |
//! | founding | the village if the clone was acknowledged, the book if that was; else it is done again |
//! | settings | those before or those after, whole |
//!
//! The same for kills in the middle of a write, and for power cuts that take back what was
//! not made durable ([`control::How`]).
//!
//! `COMMONS_CREDIT_CRASH_MINUTES` bounds all of it but a few
//! rounds of each step, 4 when unset; where the time is too
//! short for every write it takes every k-th, another set each time, and says which. 0 is
//! no bound: every write (`scripts/crash-points --all`).

mod control;
mod home;
mod itself;
mod pair;
mod walk;

use control::How;
use std::time::{Duration, Instant};
use walk::walk;

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(240);
const MINUTES_DEFAULT: u64 = 4;
/// How the plug is pulled, and for how many hundredths of a step's time.
const WAYS: [(How, u32); 4] = [
    (How::Killed, 50),
    (How::Torn, 10),
    (How::Lost, 25),
    (How::Shuffled, 15),
];

/// The time for one of two tests.
fn time() -> Duration {
    let minutes = std::env::var("COMMONS_CREDIT_CRASH_MINUTES").map_or(MINUTES_DEFAULT, |text| {
        text.parse()
            .expect("E_CRASH_MINUTES: COMMONS_CREDIT_CRASH_MINUTES is a whole number")
    });
    match minutes {
        0 => Duration::from_secs(86_400),
        minutes => Duration::from_secs(minutes * 30),
    }
}

#[test]
fn a_plug_pulled_at_any_write_of_a_payment_or_deposit_loses_nothing() {
    let begun = Instant::now();
    let place = tempfile::tempdir().expect("a folder");
    let mut pair = pair::Pair::meet(place.path());
    let time = time().saturating_sub(begun.elapsed()) / 2;
    walk(&mut pair::Payment(&mut pair), WAYS, time);
    walk(&mut pair::Deposit(&mut pair), WAYS, time);
    assert!(pair.kills > 0);
    pair.agree();
    println!("{} kills in all", pair.kills);
}

#[test]
fn a_plug_pulled_at_any_write_of_a_first_day_leaves_what_can_be_gone_on_with() {
    let begun = Instant::now();
    let place = tempfile::tempdir().expect("a folder");
    let mut home = home::Home::of(place.path());
    let time = time().saturating_sub(begun.elapsed());
    walk(&mut home::Settings(&mut home), WAYS, time / 10);
    walk(&mut home::Founding(&mut home), WAYS, time * 4 / 10);
    walk(&mut home::FirstStart(&mut home), WAYS, time / 2);
    assert!(home.kills > 0);
    println!("{} kills in all", home.kills);
}
