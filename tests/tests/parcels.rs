//! Promise: who never shares a network lives in one village all the same, by parcels that
//! go from screen to camera or as files.

use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::Machine;
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::wait_for;
use commons_credit_tests::PATIENCE;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The news of a week go from one to the other as a file; how many operations.
fn pass(from: &Member, to: &Member) -> u64 {
    let parcel = from.try_parcel(7).expect("news");
    assert_eq!(parcel["left_out"], 0);
    let taken = to.try_take_parcel(text(&parcel["file"])).expect("taken in");
    assert_eq!(taken["operations"], parcel["operations"]);
    assert_eq!(taken["village"], parcel["village"]);
    taken["operations"].as_u64().expect("a number")
}

/// The same as a running code, of which every third frame is not seen.
fn show(from: &Member, to: &Member) {
    let parcel = from.try_parcel(7).expect("news");
    let frames = parcel["frames"].as_array().expect("frames");
    let fragments = parcel["fragments"].as_u64().expect("a number") as usize;
    assert_eq!(frames.len(), 2 * fragments);
    let seen = frames.iter().enumerate().filter(|(at, _)| at % 3 != 1);
    let mut known = 0;
    for (_, frame) in seen {
        let answer = to.try_take_frame(text(frame)).expect("a frame");
        assert_eq!(answer["fragments"], parcel["fragments"]);
        let now = answer["known"].as_u64().expect("a number");
        assert!(now == known || now == known + 1);
        known = now;
        if !answer["taken"].is_null() {
            assert_eq!(answer["taken"]["operations"], parcel["operations"]);
            return;
        }
    }
    panic!("{known} of {fragments} frames were not enough");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// A node that meets nobody: its only hub is its own, on loopback.
fn alone(machine: &Arc<Machine>, place: &Path, name: &str) -> (Program, Member) {
    let state = place.join(name).join("state");
    let environment = [("XDG_STATE_HOME", state.to_str().expect("a path"))];
    let data = place.join(name).join("data");
    let (program, ready) = Program::node_with(machine, &data, &[], &environment);
    assert_eq!(ready["own_hub"], true, "{ready}");
    let member = Member::at(machine, &ready);
    (program, member)
}

#[test]
fn two_who_never_share_a_network_pay_each_other_by_parcels() {
    let place = tempfile::tempdir().expect("a folder");
    let machine = Arc::new(Machine::here());
    let (_anns, mut ann) = alone(&machine, place.path(), "ann");
    let (_bobs, mut bob) = alone(&machine, place.path(), "bob");
    ann.found("Ann");
    bob.enter(&ann);
    pass(&ann, &bob);
    bob.open("Bob");
    pass(&bob, &ann);
    wait_for(PATIENCE, "two on Ann's roll", || {
        (ann.known() == 2).then_some(())
    });

    // Two hours, shown on a screen; the book that took them comes back as a file.
    ann.pay(&bob.key, 120);
    show(&ann, &bob);
    let (transfer, _) = wait_for(PATIENCE, "the payment at Bob's", || bob.incoming().pop());
    let deposit = bob.try_deposit(&transfer).expect("a good transfer");
    assert_eq!(deposit.balance_s.0, 108 * 60);
    pass(&bob, &ann);
    let whole = || {
        let (here, there) = (ann.audit(), bob.audit());
        (here == there && here.2 == "sound").then_some(here)
    };
    let ((pages, sum_s, _), _) = wait_for(PATIENCE, "both to hold the same", whole);
    assert_eq!((pages, sum_s), (4, 0), "two openings, a payment, a deposit");
    // Once more, both ways: what was here already is dropped, and nothing counts twice.
    assert_eq!(pass(&bob, &ann), pass(&ann, &bob));
    assert_eq!(whole(), Some((pages, sum_s, "sound".into())));
    for member in [&ann, &bob] {
        assert_eq!(member.facts()["peers"], 0, "they never met");
    }

    refuses(&machine, place.path(), &ann);
}

/// What is no parcel for Ann's node is refused with its code, and changes nothing.
fn refuses(machine: &Arc<Machine>, place: &Path, ann: &Member) {
    let (_cleos, mut cleo) = alone(machine, place, "cleo");
    cleo.found("Cleo");
    let before = ann.audit();
    let foreign = cleo.try_parcel(7).expect("news");
    let own = ann.try_parcel(7).expect("news");
    let own = text(&own["file"]);
    let cut = &own[..own.len() / 2];
    for (file, code) in [
        (text(&foreign["file"]), "E_PARCEL_VILLAGE"),
        (cut, "E_PARCEL_DAMAGED"),
        ("", "E_PARCEL_DAMAGED"),
        ("what is this?", "E_PARCEL_DAMAGED"),
        // A parcel of version 2.
        (&format!("Ag{}", &own[2..]), "E_PARCEL_VERSION"),
    ] {
        let refusal = ann.try_take_parcel(file).expect_err("no parcel for her");
        assert!(refusal.contains(code), "{code}: {refusal}");
    }
    let frames = foreign["frames"].as_array().expect("frames").iter();
    let last = frames
        .map(|frame| ann.try_take_frame(text(frame)))
        .find(|answer| answer.is_err())
        .expect("not her village's");
    let refusal = last.expect_err("refused");
    assert!(refusal.contains("E_PARCEL_VILLAGE"), "{refusal}");
    let refusal = ann.try_take_frame("UR:CC-PARCEL/?").expect_err("no frame");
    assert!(refusal.contains("E_HANDOVER_DAMAGED"), "{refusal}");
    for days in [0, 36_501] {
        let refusal = ann.try_parcel(days).expect_err("no such days");
        assert!(refusal.contains("E_PARCEL_DAYS"), "{refusal}");
    }
    assert_eq!(ann.audit(), before);
}
