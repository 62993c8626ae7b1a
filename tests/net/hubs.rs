//! Promise: several hubs are tried in order, at the start and later; a node can be one.

use crate::{Two, PATIENCE};
use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::Switch;
use commons_credit_tests::net::wait_for;

#[test]
fn a_hub_that_is_down_is_passed_over_and_one_that_dies_is_left() {
    if !may_make_machines() {
        return;
    }
    let switch = Switch::new(2);
    let places = [0, 1].map(|_| Machine::on(&switch));
    let [(second, second_url), (third, third_url)] =
        [0, 1].map(|at: usize| Program::hub(&places[at]));
    let first_url = "http://10.77.0.99:8790";
    let hubs = [first_url, &second_url, &third_url];
    let mut two = Two::meet(&switch, &hubs);
    for member in &two.members {
        assert_eq!(member.facts()["hubs"][0], second_url.as_str());
    }
    second.kill();
    for member in &two.members {
        let (_, took) = wait_for(PATIENCE, "the third hub", || {
            (member.facts()["hubs"][0] == third_url.as_str()).then_some(())
        });
        println!("at the third hub {took:?} after the second died");
    }
    // Bob comes back with nothing but the third hub to meet Ann at.
    if let Some(bob) = two.programs[1].take() {
        bob.kill();
    }
    let (again, ready) = Program::node(&two.machines[1], two.folders[1].path(), &hubs);
    two.programs[1] = Some(again);
    two.members[1] = Member::at(&two.machines[1], &ready);
    let [ann, bob] = &two.members;
    let ((), took) = wait_for(PATIENCE, "a peer", || {
        (bob.facts()["peers"] == 1).then_some(())
    });
    println!("Bob knew Ann {took:?} after his node was up");
    bob.pay_when_known(&ann.key, 5);
    println!("a payment was agreed on in {:?}", two.agree(4));
    // The second is back: who starts now goes there, and so do all others.
    let (_second, _) = Program::hub(&places[0]);
    for member in &two.members {
        wait_for(PATIENCE, "the second hub", || {
            (member.facts()["hubs"][0] == second_url.as_str()).then_some(())
        });
    }
    let [ann, bob] = &two.members;
    ann.pay(&bob.key, 5);
    println!("back at the second hub, agreed in {:?}", two.agree(6));
    drop(third);
}
