//! Promise: two nodes and a hub need no other network. They find each other, pay, lose
//! the cable in the middle of a payment, pay on alone, meet again and agree; and when the
//! hub has died, they meet again without it.

use crate::Two;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::{Cable, Switch};
use std::time::{Duration, Instant};

/// How long the cable is out: longer than Holochain keeps a silent line open (60 s), so
/// that it has to be made again, and shorter, so that it is not.
const DARK: [Duration; 2] = [Duration::from_secs(75), Duration::from_secs(25)];
const PAID_IN_THE_DARK: u64 = 5;
/// Longest that two on good cables may take to agree.
const AGREE_MAX: Duration = Duration::from_secs(120);

#[test]
fn two_hosts_and_a_hub_pay_through_a_cut_and_agree() {
    if !may_make_machines() {
        return;
    }
    let switch = Switch::new(1);
    let place = Machine::on(&switch);
    let (hub, url) = Program::hub(&place);
    let begun = Instant::now();
    let two = Two::meet(&switch, &[&url]);
    println!(
        "two nodes met and joined in {:?}, first starts included",
        begun.elapsed()
    );
    let [ann, bob] = &two.members;

    ann.pay_when_known(&bob.key, 60);
    // Two opening pages, a transfer, its deposit.
    println!(
        "a payment was deposited and agreed on in {:?}",
        two.agree(4)
    );

    let [cable, _] = &two.machines;
    let mut pages = 4;
    for dark in DARK {
        // The cable goes while the payment is being made.
        let payment = std::thread::scope(|scope| {
            let paying = scope.spawn(|| ann.pay(&bob.key, 7));
            cable.cable(Cable::GOOD.cut());
            paying.join().expect("the payment stands without the cable")
        });
        assert_eq!(payment.number, ann.book().0);
        let begun = Instant::now();
        for _ in 0..PAID_IN_THE_DARK {
            ann.pay(&bob.key, 1);
            bob.pay(&ann.key, 2);
        }
        println!("paid on both sides in the dark in {:?}", begun.elapsed());
        let (seen, _, _) = bob.audit();
        assert!(
            seen <= pages + 1 + PAID_IN_THE_DARK,
            "Bob saw what was cut off"
        );
        std::thread::sleep(dark.saturating_sub(begun.elapsed()));
        cable.cable(Cable::GOOD);
        // A transfer and its deposit for each payment.
        pages += 2 * (1 + 2 * PAID_IN_THE_DARK);
        let took = two.agree(pages);
        println!("after {dark:?} in the dark they agreed {took:?} after the cable was back");
        assert!(took < AGREE_MAX, "the two took {took:?}");
    }

    // Without the hub the two go on over the line that is open.
    hub.kill();
    ann.pay(&bob.key, 3);
    let took = two.agree(pages + 2);
    println!("without the hub a payment was agreed on in {took:?}");
}

#[test]
fn a_lost_line_does_not_keep_two_apart_when_the_hub_has_died() {
    if !may_make_machines() {
        return;
    }
    let switch = Switch::new(6);
    let place = Machine::on(&switch);
    let (hub, url) = Program::hub(&place);
    let two = Two::meet(&switch, &[&url]);
    let [ann, bob] = &two.members;
    ann.pay_when_known(&bob.key, 60);
    two.agree(4);
    hub.kill();
    let [cable, _] = &two.machines;
    cable.cable(Cable::GOOD.cut());
    let [dark, _] = DARK;
    std::thread::sleep(dark);
    ann.pay(&bob.key, 2);
    bob.pay(&ann.key, 2);
    cable.cable(Cable::GOOD);
    let took = two.agree(8);
    println!("without the hub and after {dark:?} in the dark they agreed {took:?} after the cable was back");
    assert!(took < AGREE_MAX, "the two took {took:?}");
}
