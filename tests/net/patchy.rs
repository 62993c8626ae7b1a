//! Promise: on a patchy 3G link everything arrives: 400 ms from end to end, a tenth of
//! all packets lost, 64 kbit/s, and the link gone for a while again and again.

use crate::Two;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::{Cable, Carried, Switch};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PAYMENTS: u64 = 5;
const LINK_THERE: Duration = Duration::from_secs(20);
const LINK_GONE: Duration = Duration::from_secs(8);

#[test]
fn everything_arrives_over_a_patchy_link() {
    if !may_make_machines() {
        return;
    }
    let seed = 3;
    println!("seed {seed} of the lost packets");
    let switch = Switch::new(seed);
    let place = Machine::on(&switch);
    let (_hub, url) = Program::hub(&place);
    let two = Two::meet(&switch, &[&url]);
    let [ann, bob] = &two.members;
    ann.pay_when_known(&bob.key, 60);
    two.agree(4);

    let spent = |before: [Carried; 2]| -> u64 {
        let after = [0, 1].map(|at: usize| two.machines[at].carried());
        (0..2).map(|at| after[at].up - before[at].up).sum()
    };
    let now = || [0, 1].map(|at: usize| two.machines[at].carried());
    let set = |cable: Cable| two.machines.iter().for_each(|machine| machine.cable(cable));

    // What the link costs with nobody paying, to take off below.
    set(Cable::PATCHY);
    let (before, begun) = (now(), Instant::now());
    std::thread::sleep(LINK_THERE);
    let idle_per_s = spent(before) as f64 / begun.elapsed().as_secs_f64();
    println!("idle: {:.0} bytes a second from both together", idle_per_s);

    let (before, begun) = (now(), Instant::now());
    let done = AtomicBool::new(false);
    let took = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut is_there = true;
            while !done.load(Ordering::Relaxed) {
                let until = Instant::now() + if is_there { LINK_THERE } else { LINK_GONE };
                while Instant::now() < until && !done.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(100));
                }
                is_there = !is_there;
                set(if is_there {
                    Cable::PATCHY
                } else {
                    Cable::PATCHY.cut()
                });
            }
        });
        for _ in 0..PAYMENTS {
            ann.pay(&bob.key, 1);
            bob.pay(&ann.key, 1);
        }
        // A transfer and a deposit for each payment.
        let took = two.agree(4 + 4 * PAYMENTS);
        done.store(true, Ordering::Relaxed);
        took
    });
    let all = spent(before) as f64;
    let idle = idle_per_s * begun.elapsed().as_secs_f64();
    let payments = (2 * PAYMENTS) as f64;
    println!("{payments} payments were deposited and agreed on in {took:?}");
    println!(
        "{:.0} bytes on the wire per payment, {:.0} without what the idle link costs",
        all / payments,
        (all - idle).max(0.0) / payments
    );
}
