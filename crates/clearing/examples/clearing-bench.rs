//! What clearing and routes cost, beside other solvers, and the gap to the optimum.
//!
//! `crates/clearing/bench/run` (also part of `make bench`) sets the other solvers up and runs this. Alone it
//! prints its own numbers. Ends with 1 if an aim is missed: gap 0, the four-line check, and at most 1.5 times the
//! fastest other solver on each problem.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{problem, Random, Shape};
use commons_credit_clearing::command::{run, InputFile};
use commons_credit_clearing::netting::{certify, clear, Problem};
use commons_credit_clearing::rate::{LineUse, Rate};
use commons_credit_clearing::route::{Line, Network, Village};
use commons_credit_ledger::levy::BasisPoints;
use commons_credit_ledger::{Levies, Seconds, VillageId};
use petgraph::algo::{dinics, ford_fulkerson};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// The fastest of so many is taken, for every solver.
const ROUNDS: usize = 9;
/// Aim: at most so many hundredths of the fastest other solver's time.
const RATIO_MAX_PERCENT: u128 = 150;
const SEEDS: [u64; 2] = [1, 2];
const SIZES: [(u32, usize); 2] = [(600, 6_000), (3_200, 138_000)];
const SHAPES: [Shape; 3] = [Shape::Even, Shape::Skewed, Shape::Ring];
/// Questions for a route.
const QUESTIONS: u64 = 50;

fn main() -> ExitCode {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let mut missed = Vec::new();
    four_lines(&mut missed);
    clearing(&folder, &mut missed);
    routes();
    for what in &missed {
        println!("MISSED: {what}");
    }
    ExitCode::from(u8::from(!missed.is_empty()))
}

fn four_lines(missed: &mut Vec<String>) {
    let table = "debtor,creditor,amount\n10,20,100\n20,30,100\n30,10,200\n40,30,100\n";
    let file = InputFile {
        name: "four.csv".to_owned(),
        bytes: table.into(),
    };
    match run(&[file]) {
        Ok(outcome) => {
            println!(
                "four lines: {} of {} cleared",
                outcome.cleared_s, outcome.owed_s
            );
            if (outcome.cleared_s, outcome.owed_s) != (300, 500) {
                missed.push("the four-line check".to_owned());
            }
        }
        Err(refusal) => missed.push(format!("the four-line check: {refusal}")),
    }
}

/// The fastest of some rounds, in microseconds, and the last result.
fn fastest<T>(rounds: usize, mut work: impl FnMut() -> T) -> (u128, T) {
    let mut best = u128::MAX;
    let mut result = None;
    for _ in 0..rounds {
        let start = Instant::now();
        let value = black_box(work());
        best = best.min(start.elapsed().as_micros());
        result = Some(value);
    }
    (best, result.expect("at least one round"))
}

fn clearing(folder: &Path, missed: &mut Vec<String>) {
    let others = ["COMMONS_CREDIT_BENCH_LEMON", "COMMONS_CREDIT_BENCH_ORTOOLS"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .collect::<Vec<_>>();
    if others.is_empty() {
        println!("no other solver is here to compare with; crates/clearing/bench/run installs two");
    }
    println!("\nclearing, fastest of {ROUNDS}; time of ours with set-up, of others without");
    println!(
        "nodes   debts shape  seed        ours   proof  other's best  ratio  cleared/owed  gap"
    );
    for (nodes, debts) in SIZES {
        for shape in SHAPES {
            for seed in SEEDS {
                let problem = problem(shape, nodes, debts, seed);
                let name = format!("{nodes} {debts} {shape:?} {seed}");
                one(&name, &problem, &others, folder, missed);
            }
        }
    }
    println!("memory at its highest, everything in: {}", memory());
}

fn one(name: &str, problem: &Problem, others: &[String], folder: &Path, missed: &mut Vec<String>) {
    let (ours, clearing) = fastest(ROUNDS, || clear(problem));
    let (proof, certified) = fastest(ROUNDS, || certify(problem, &clearing));
    let certified = match certified {
        Ok(certified) => certified,
        Err(why) => return missed.push(format!("{name}: {why}")),
    };
    let file = folder.join("problem.txt");
    let mut text = format!("{} {}\n", problem.nodes(), problem.debts().len());
    for debt in problem.debts() {
        let _ = writeln!(text, "{} {} {}", debt.debtor, debt.creditor, debt.amount_s);
    }
    std::fs::write(&file, text).expect("the folder can be written");
    let mut times = BTreeMap::new();
    let mut memories = Vec::new();
    for other in others {
        for (solver, number, cleared) in race(other, &file) {
            if solver.ends_with("memory-kib") {
                memories.push(format!(
                    "{} {} MiB",
                    solver.trim_end_matches("-memory-kib"),
                    number / 1024
                ));
            } else if cleared != certified.cleared_s {
                missed.push(format!(
                    "{name}: {solver} clears {cleared}, we clear {}",
                    certified.cleared_s
                ));
            } else {
                times.insert(number, solver);
            }
        }
    }
    std::fs::remove_file(&file).expect("the file can be removed");
    let fields: Vec<&str> = name.split(' ').collect();
    print!(
        "{:>5} {:>7} {:<7}{:>4} {:>8} us {proof:>4} us ",
        fields[0], fields[1], fields[2], fields[3], ours
    );
    let share = certified.cleared_s * 1_000 / certified.owed_s;
    let share = format!("{}.{} %", share / 10, share % 10);
    match times.first_key_value() {
        Some((&best, solver)) => {
            let percent = ours * 100 / best.max(1);
            println!(
                "{best:>10} us  {:>2}.{:02}  {share:>12}    0  ({solver}; {})",
                percent / 100,
                percent % 100,
                memories.join(", ")
            );
            if percent > RATIO_MAX_PERCENT {
                missed.push(format!("{name}: {percent} % of the time of {solver}"));
            }
        }
        None => println!("{:>13}  {:>5}  {share:>12}    0", "-", "-"),
    }
}

/// Lines of another solver: its name, a number, what it clears.
fn race(program: &str, file: &Path) -> Vec<(String, u128, i128)> {
    let mut words = program.split(' ');
    let output = Command::new(words.next().unwrap_or_default())
        .args(words)
        .arg(ROUNDS.to_string())
        .arg(file)
        .output();
    let output = match output {
        Ok(output) if output.status.success() => output.stdout,
        other => {
            println!("   {program} failed: {other:?}");
            return Vec::new();
        }
    };
    String::from_utf8_lossy(&output)
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t').skip(1);
            let solver = fields.next()?.to_owned();
            Some((
                solver,
                fields.next()?.parse().ok()?,
                fields.next()?.parse().ok()?,
            ))
        })
        .collect()
}

/// The most memory that this process ever had, as Linux counts it.
fn memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
            let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
            Some(format!("{} MiB", kib / 1024))
        })
        .unwrap_or_else(|| "not known on this system".to_owned())
}

fn routes() {
    const VILLAGES: u64 = 1_000;
    const LINES: usize = 10_000;
    const SEED: u64 = 5;
    let mut random = Random(SEED);
    let id = |number: u64| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        VillageId(bytes)
    };
    let villages: Vec<Village> = (0..VILLAGES)
        .map(|number| Village {
            village: id(number),
            levies: Levies {
                state_bp: BasisPoints(random.below(800) as u16),
                community_bp: BasisPoints(random.below(300) as u16),
            },
        })
        .collect();
    let mut ends = Vec::with_capacity(LINES);
    let lines: Vec<Line> = (0..LINES)
        .map(|_| {
            let a = random.below(VILLAGES);
            let b = (a + 1 + random.below(VILLAGES - 1)) % VILLAGES;
            let mut side = || LineUse {
                owes_s: Seconds(random.below(1_000_000) as i64),
                limit_s: Seconds(1_000_000 + random.below(800_000) as i64),
            };
            let (a_use, b_use) = (side(), side());
            ends.push((a, b, a_use.room_s(), b_use.room_s()));
            Line {
                a: id(a),
                b: id(b),
                rate: Rate {
                    num: 80 + random.below(41) as u32,
                    den: 100,
                },
                slope_bp: random.below(4) as u16 * 500,
                a_use,
                b_use,
            }
        })
        .collect();
    let questions: Vec<(u64, u64)> = (0..QUESTIONS)
        .map(|_| {
            let from = random.below(VILLAGES);
            (from, (from + 1 + random.below(VILLAGES - 1)) % VILLAGES)
        })
        .collect();

    let network = Network::new(villages, &lines).expect("a network");
    let mut graph = DiGraph::<(), u64>::new();
    let nodes: Vec<NodeIndex> = (0..VILLAGES).map(|_| graph.add_node(())).collect();
    for (a, b, there, back) in ends {
        graph.add_edge(nodes[a as usize], nodes[b as usize], there as u64);
        graph.add_edge(nodes[b as usize], nodes[a as usize], back as u64);
    }

    let ask = |given_s: i64| {
        let (mut found, mut lines) = (0, 0);
        for (from, to) in &questions {
            if let Ok(Ok(quote)) = network.route(&id(*from), &id(*to), Seconds(given_s)) {
                found += 1;
                lines += quote.legs.len() - 1;
            }
        }
        (found, lines)
    };
    let per = |total: u128| total / u128::from(QUESTIONS);
    println!("\nroutes over {VILLAGES} villages and {LINES} lines, seed {SEED}, {QUESTIONS} questions, fastest of 3, each");
    let (hour, (found, used)) = fastest(3, || ask(3_600));
    println!(
        "an hour: {} us, {found} found, {used} lines in all",
        per(hour)
    );
    let (too_much, (found, _)) = fastest(3, || ask(400_000_000));
    println!(
        "far too much: {} us, {found} found, the others with the tightest line",
        per(too_much)
    );
    let (dinic, _) = fastest(3, || {
        questions
            .iter()
            .map(|(from, to)| dinics(&graph, nodes[*from as usize], nodes[*to as usize]).0)
            .sum::<u64>()
    });
    let (ford, _) = fastest(1, || {
        questions
            .iter()
            .take(5)
            .map(|(from, to)| ford_fulkerson(&graph, nodes[*from as usize], nodes[*to as usize]).0)
            .sum::<u64>()
    });
    let ratio = |ours: u128, theirs: u128| {
        let percent = ours * 100 / theirs.max(1);
        format!("{}.{:02}", percent / 100, percent % 100)
    };
    println!(
        "petgraph's maximum flow: dinics {} us, ford_fulkerson {} us",
        per(dinic),
        ford / 5
    );
    println!(
        "ratio to dinics: a route {}, no route {}",
        ratio(hour, dinic),
        ratio(too_much, dinic)
    );
}
