//! Promise: a clock that is wrong by ten years, either way, loses nothing. No balance
//! rests on a clock; what a node wrote under a wrong one counts like the rest.

use crate::Two;
use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::Switch;
use std::path::Path;

const YEARS_10_S: i64 = 10 * 365 * 86_400;

/// Debian's libfaketime, wherever the machine keeps it.
fn faketime() -> Option<String> {
    let places = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
    ];
    let found = places.into_iter().find(|place| Path::new(place).is_file());
    if found.is_none() {
        eprintln!("E_CLOCK_TOOLS: SKIPPED, libfaketime is missing; install faketime");
    }
    found.map(str::to_owned)
}

#[test]
fn ten_years_off_either_way_lose_nothing() {
    if !may_make_machines() {
        return;
    }
    let Some(library) = faketime() else {
        return;
    };
    let switch = Switch::new(4);
    let place = Machine::on(&switch);
    let (_hub, url) = Program::hub(&place);
    let mut two = Two::meet(&switch, &[&url]);
    let [ann, bob] = &two.members;
    let ann_key = ann.key.clone();
    ann.pay_when_known(&bob.key, 60);
    two.agree(4);
    for (clock, off_s) in [("+10y", YEARS_10_S), ("-10y", -YEARS_10_S)] {
        if let Some(program) = two.programs[1].take() {
            program.kill();
        }
        let environment = [
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME", clock),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        let (program, ready) = Program::node_with(
            &two.machines[1],
            two.folders[1].path(),
            &[&url],
            &environment,
        );
        let bob = Member::at_with_clock(&two.machines[1], &ready, off_s);
        let (before, balance_s, _) = bob.book();
        let paid = bob.pay(&ann_key, 5);
        assert_eq!(paid.number, before + 1, "at {clock}");
        let (after, left_s, _) = bob.book();
        assert_eq!((after, left_s), (before + 1, balance_s - 300), "at {clock}");
        println!("{clock}: a payment stands as page {after}");
        two.programs[1] = Some(program);
        two.members[1] = bob;
    }
    if let Some(program) = two.programs[1].take() {
        program.kill();
    }
    let (program, ready) = Program::node(&two.machines[1], two.folders[1].path(), &[&url]);
    two.programs[1] = Some(program);
    two.members[1] = Member::at(&two.machines[1], &ready);
    let (pages, _, _) = two.members[1].book();
    // An opening page, a deposit and the two payments.
    assert_eq!(pages, 4);
    two.members[1].pay(&ann_key, 5);
    // And on Ann's side an opening page, a transfer and three deposits.
    println!(
        "with the right clock again both agreed in {:?}",
        two.agree(10)
    );
}
