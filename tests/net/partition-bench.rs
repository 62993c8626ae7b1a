//! How long five nodes take to agree after a partition, and what a payment costs on the
//! wire: as nodes of villages meet and gossip, and as Holochain comes, beside it.
//!
//! Ann and Bob are on one side, Cleo, Dan and Eve on the other. On each side 200
//! payments are made, and after two minutes apart the sides meet: by then every line
//! between them is lost, as it is when the grid or a phone is out for longer. `partition-bench PAYMENTS
//! PATIENCE_S` takes other numbers, and a third word, `ours` or `theirs`, measures one
//! of the two only, without a ratio. `make bench` runs this.

use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::{may_make_machines, Machine};
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::{Cable, Switch};
use commons_credit_tests::net::wait_for;
use commons_credit_tests::NAMES;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PAYMENTS: u64 = 200;
const PATIENCE_S: u64 = 240;
const RATIO_AIM: f64 = 0.25;
/// How long the sides are apart at least.
const APART: Duration = Duration::from_secs(120);
/// How long the joining may take.
const MEET: Duration = Duration::from_secs(240);
/// Holochain's own meeting, gossip and waiting, by the node's settings file.
const HOLOCHAINS: &str = r#"{"gossip_interval_ms": 0}"#;

struct Measured {
    healed: Option<Duration>,
    bytes_per_payment: f64,
    idle_bytes_per_s: f64,
}

fn main() {
    let mut words = std::env::args().skip(1);
    let mut number = |default: u64| match words.next().map(|word| word.parse()) {
        None => default,
        Some(Ok(number)) => number,
        Some(Err(error)) => wrong(&format!("{error}")),
    };
    let payments = number(PAYMENTS);
    let patience = Duration::from_secs(number(PATIENCE_S));
    let only = words.next();
    if !may_make_machines() {
        eprintln!("E_BENCH_NOT_MEASURED: five nodes and a partition need network namespaces");
        std::process::exit(1);
    }
    println!("five nodes, {payments} payments on each side of a partition");
    let ours = || measure("for villages", None, payments, patience);
    let theirs = || measure("as Holochain comes", Some(HOLOCHAINS), payments, patience);
    let (ours, theirs) = match only.as_deref() {
        None => (ours(), theirs()),
        Some("ours") if ours().healed.is_some() => return,
        Some("ours") => limit(&format!("the five did not agree within {patience:?}")),
        Some("theirs") => {
            theirs();
            return;
        }
        Some(other) => wrong(&format!("{other} is neither ours nor theirs")),
    };
    let Some(healed) = ours.healed else {
        limit(&format!("the five did not agree within {patience:?}"));
    };
    let (beside, bound) = match theirs.healed {
        Some(healed) => (healed, ""),
        None => (patience, "at most "),
    };
    let ratio = healed.as_secs_f64() / beside.as_secs_f64();
    println!("time to agree, ours to Holochain's own: {bound}{ratio:.2} (aim {RATIO_AIM})");
    if ratio > RATIO_AIM {
        limit(&format!("the ratio is over {RATIO_AIM}"));
    }
}

fn limit(why: &str) -> ! {
    eprintln!("E_BENCH_LIMIT: {why}");
    std::process::exit(1);
}

fn wrong(why: &str) -> ! {
    eprintln!(
        "E_BENCH_ARGUMENT: {why}; give payments a side, seconds of patience, and ours or theirs"
    );
    std::process::exit(2);
}

fn measure(name: &str, settings: Option<&str>, payments: u64, patience: Duration) -> Measured {
    let switch = Switch::new(5);
    let place = Machine::on(&switch);
    let (_hub, url) = Program::hub(&place);
    let folders = tempfile::tempdir().expect("a folder");
    let mut machines = Vec::new();
    let mut programs = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    for who in NAMES {
        let machine = Arc::new(Machine::on(&switch));
        let data = folders.path().join(who);
        prepare(&data, settings);
        let (program, ready) = Program::node(&machine, &data, &[&url]);
        let mut member = Member::at(&machine, &ready);
        match members.first() {
            None => member.found(who),
            Some(ann) => member.join(who, ann),
        }
        machines.push(machine);
        programs.push(program);
        members.push(member);
    }
    for member in &members {
        wait_for(patience.max(MEET), "five on the roll", || {
            (member.known() == NAMES.len()).then_some(())
        });
    }
    let bytes = || -> u64 { machines.iter().map(|machine| machine.carried().up).sum() };
    let (before, begun) = (bytes(), Instant::now());
    std::thread::sleep(Duration::from_secs(20));
    let idle = (bytes() - before) as f64 / begun.elapsed().as_secs_f64();

    // The hub is on Ann's side; the others have none while they are apart.
    let (before, begun) = (bytes(), Instant::now());
    for machine in &machines[2..] {
        machine.cable(Cable::GOOD.beyond());
    }
    std::thread::scope(|scope| {
        let members = &members;
        for (from, to) in [(0, 1), (2, 3)] {
            scope.spawn(move || {
                for _ in 0..payments {
                    members[from].pay(&members[to].key, 1);
                }
            });
        }
    });
    println!("{name}: paid in {:?}", begun.elapsed());
    std::thread::sleep(APART.saturating_sub(begun.elapsed()));
    for machine in &machines[2..] {
        machine.cable(Cable::GOOD);
    }
    let healing = Instant::now();
    let pages = NAMES.len() as u64 + 2 * payments;
    let agreed = (pages, 0, "sound".to_owned());
    // An audit is work for both cores: who has all is not asked again.
    let mut waiting: Vec<&Member> = members.iter().collect();
    while !waiting.is_empty() && healing.elapsed() < patience {
        waiting.retain(|member| member.audit() != agreed);
        std::thread::sleep(Duration::from_millis(500));
    }
    let healed = waiting.is_empty().then(|| healing.elapsed());
    let all = (bytes() - before) as f64;
    let payments = (2 * payments) as f64;
    let measured = Measured {
        healed,
        bytes_per_payment: (all - idle * begun.elapsed().as_secs_f64()).max(0.0) / payments,
        idle_bytes_per_s: idle / NAMES.len() as f64,
    };
    match measured.healed {
        Some(healed) => println!("{name}: all five agree {healed:?} after the cables were back"),
        None => println!("{name}: the five did not agree within {patience:?}"),
    }
    println!(
        "{name}: {:.0} bytes on all wires per payment, and {:.0} bytes a second from an idle node",
        measured.bytes_per_payment, measured.idle_bytes_per_s
    );
    measured
}

fn prepare(data: &Path, settings: Option<&str>) {
    std::fs::create_dir_all(data).expect("a folder");
    if let Some(settings) = settings {
        std::fs::write(data.join("config.json"), settings).expect("settings");
    }
}
