//! Promise: a clock that is wrong by ten years, either way, loses nothing. No balance
//! rests on a clock; what a node wrote under a wrong one counts like the rest.

use crate::Two;
use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::Switch;
use std::path::Path;

/// As libfaketime counts them.
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
    if let Some(program) = two.programs[1].take() {
        program.kill();
    }
    let environment = |clock| {
        [
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME", clock),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ]
    };
    let (machine, data) = (&two.machines[1], two.folders[1].path());
    let (ahead, ready) = Program::node_with(machine, data, &[&url], &environment("+10y"));
    let bob = Member::at_with_clock(machine, &ready, YEARS_10_S);
    assert_eq!(bob.pay(&ann_key, 5).number, 3);
    ahead.kill();
    // Holochain opens no village before the time of its first page: said, not tried.
    let (code, words) = Program::refused(machine, data, &environment("-10y"));
    assert_eq!(code, "E_CLOCK_BEHIND");
    assert!(words.contains("nothing was written"), "{words}");
    let (program, ready) = Program::node(&two.machines[1], two.folders[1].path(), &[&url]);
    two.programs[1] = Some(program);
    two.members[1] = Member::at(&two.machines[1], &ready);
    let (pages, _, _) = two.members[1].book();
    // An opening page, a deposit and the payment of the years to come.
    assert_eq!(pages, 3);
    two.members[1].pay(&ann_key, 5);
    // Two opening pages, three transfers, their deposits.
    println!(
        "with the right clock again both agreed in {:?}",
        two.agree(8)
    );
    // Pages of the time to come lie on Ann's disk as well.
    if let Some(program) = two.programs[0].take() {
        program.kill();
    }
    let (program, ready) = Program::node(&two.machines[0], two.folders[0].path(), &[&url]);
    two.programs[0] = Some(program);
    two.members[0] = Member::at(&two.machines[0], &ready);
    let bob_key = two.members[1].key.clone();
    two.members[0].pay_when_known(&bob_key, 5);
    println!("who was sent such pages goes on in {:?}", two.agree(10));
}
