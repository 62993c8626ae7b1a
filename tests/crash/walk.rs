//! Which writes the plug is pulled at, and for how long.

use crate::control::{How, Plug, Point};
use rand::Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Of more equal writes in a row than this (a program's code is 27,000 pages) the first
/// two, one in the middle and the last are points.
const ALIKE_MAX: usize = 6;
/// Nothing is written for so long: what was begun is done. Longer than a stamp takes.
const CALM: Duration = Duration::from_millis(2_500);
/// Longest that it is waited for that.
const CALM_MAX: Duration = Duration::from_secs(20);

/// Something that is done on a node while its plug may be pulled.
pub trait Step {
    /// Its name in what is printed.
    fn name(&self) -> &'static str;
    fn plug(&self) -> &Plug;
    /// Gets ready, arms the plug, does it, and waits until the node is dead or calm. When
    /// it is dead, starts it again and looks whether all is well.
    fn once(&mut self, at: u64, how: How) -> Ended;
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Alive,
    /// The plug was pulled, after the step was acknowledged or before.
    Dead {
        acknowledged: bool,
    },
}

/// Waits until the node is dead, which gives true, or writes nothing any more.
pub fn dead_or_calm(plug: &Plug, mut is_dead: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    let (mut seen, mut since) = (plug.seen(), Instant::now());
    while since.elapsed() < CALM && begun.elapsed() < CALM_MAX {
        if is_dead() {
            return true;
        }
        if plug.seen() != seen {
            (seen, since) = (plug.seen(), Instant::now());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    is_dead()
}

/// Pulls the plug at one write after another, each way for its part of the time in
/// hundredths, and prints where.
pub fn walk(step: &mut dyn Step, ways: [(How, u32); 4], time: Duration) {
    let begun = Instant::now();
    let name = step.name();
    // Recorded after a kill, as each round is: a node that has been up for a while writes
    // other things.
    step.once(1, How::Killed);
    assert_eq!(
        step.once(u64::MAX, How::Killed),
        Ended::Alive,
        "{name} by itself"
    );
    let all = step.plug().points();
    let points = picked(&all);
    let last = all.len() as u64;
    println!(
        "{name}: {last} writes, {} of them points (of more than {ALIKE_MAX} alike in a row, four)",
        points.len()
    );
    let mut round = begun.elapsed() / 2;
    for (how, part) in ways {
        let begun = Instant::now();
        let time = time * part / 100;
        let rounds = time.as_millis() / round.as_millis().max(1);
        let rounds = usize::try_from(rounds).unwrap_or(usize::MAX).max(1);
        let every = points.len().div_ceil(rounds);
        let from = rand::rng().random_range(0..every);
        println!(
            "{name}, {how:?}: every {every} of them, from write {} on",
            points[from]
        );
        let chosen = points.iter().skip(from).step_by(every);
        // Its writes do not come in the very same order each time: what is beyond the
        // last one of the recording is tried as well, until the step gets through.
        let beyond = (last + 1..).take(if every == 1 { usize::MAX } else { 0 });
        let mut pulled = Pulled::default();
        for at in chosen.copied().chain(beyond) {
            if pulled.rounds > 0 && begun.elapsed() > time {
                println!("{name}, {how:?}: the time is up before write {at}");
                break;
            }
            if pulled.round(step, at, how) == Ended::Alive && at >= last {
                break;
            }
        }
        pulled.print(name, how);
        round = begun.elapsed() / pulled.rounds.max(1);
    }
}

/// Where the plug was pulled.
#[derive(Default)]
struct Pulled {
    at: BTreeMap<(String, String), Vec<u64>>,
    acknowledged: u32,
    rounds: u32,
}

impl Pulled {
    fn round(&mut self, step: &mut dyn Step, at: u64, how: How) -> Ended {
        let ended = step.once(at, how);
        self.rounds += 1;
        if let Ended::Dead { acknowledged } = ended {
            self.acknowledged += u32::from(acknowledged);
            let points = step.plug().points();
            let Point { call, file, .. } = points.into_iter().last().expect("the last write");
            self.at.entry((file, call)).or_default().push(at);
        }
        ended
    }

    fn print(&self, name: &str, how: How) {
        for ((file, call), numbers) in &self.at {
            println!("  {call} {file}: {}", in_words(numbers));
        }
        let kills: usize = self.at.values().map(Vec::len).sum();
        println!(
            "{name}, {how:?}: the plug was pulled {kills} times, {} of them after it was \
             acknowledged; in {} of {} rounds it got through before",
            self.acknowledged,
            self.rounds as usize - kills,
            self.rounds
        );
    }
}

/// The numbers of the points, without those inside of long stretches of equal calls.
fn picked(all: &[Point]) -> Vec<u64> {
    let alike = |a: &Point, b: &Point| a.call == b.call && a.file == b.file;
    let stretches = all.chunk_by(alike);
    let numbers = stretches.flat_map(|stretch| match stretch.len() {
        0..=ALIKE_MAX => stretch.iter().collect::<Vec<_>>(),
        many => [0, 1, many / 2, many - 1].map(|at| &stretch[at]).into(),
    });
    numbers.map(|point| point.number).collect()
}

/// `1, 3-5`.
fn in_words(numbers: &[u64]) -> String {
    let stretches = numbers.chunk_by(|a, b| a + 1 == *b);
    let words = stretches.map(|stretch| match stretch {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    words.collect::<Vec<_>>().join(", ")
}
