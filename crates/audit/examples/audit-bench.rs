//! How fast an audit is and how much memory it takes: 600 members, 100,000
//! transfers, written by the law itself from a seed.
//!
//! The pages go to a file, and the audit runs in a process of its own which reads
//! them one by one, so that its peak is its own. `CC_SEED=<number>` takes another
//! village.
#![allow(clippy::print_stdout)]

#[path = "../tests/common/village.rs"]
mod village;

use commons_credit_audit::{Audit, Id, Rates, Record, Verdict, Village as Known};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use village::{encode, Habits, Village};

const MEMBERS: usize = 600;
const TRANSFERS: usize = 100_000;
/// Most memory that the audit may have at any time.
const PEAK_MAX_MB: u64 = 128;
/// Fewest pages that it must judge in a second.
const PAGES_PER_SECOND_MIN: u64 = 50_000;
const HABITS: Habits = Habits {
    transfer: 48,
    deposit: 48,
    decline: 2,
    politics: 0,
};

fn main() {
    match std::env::args().nth(1) {
        Some(path) => measure(Path::new(&path), std::env::args().nth(2).is_some()),
        None => begin(),
    }
}

/// Writes both orders of the village and measures each.
fn begin() {
    let seed = std::env::var("CC_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let begun = Instant::now();
    let mut village = Village::founded(seed, MEMBERS, HABITS);
    while village.transfers < TRANSFERS {
        village.step();
    }
    println!(
        "village of seed {seed}: {MEMBERS} members, {} pages with {TRANSFERS} transfers, written by the law in {:.1} s",
        village.written.len(),
        begun.elapsed().as_secs_f64(),
    );
    let folder = std::env::temp_dir().join(format!("commons-credit-audit-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a temporary folder");
    let mut ok = true;
    for (order, cheques) in [
        ("as written", None),
        ("book by book", None),
        ("book by book, cheques verified", Some("cheques")),
    ] {
        if order == "book by book" {
            village
                .written
                .sort_by_key(|written| (written.author, written.sequence));
        }
        let path = folder.join(order);
        write(&village, &path);
        print!("{order}: ");
        std::io::stdout().flush().expect("standard output");
        let status = std::process::Command::new(std::env::current_exe().expect("this program"))
            .arg(&path)
            .args(cheques)
            .status()
            .expect("this program runs");
        ok &= status.success();
    }
    std::fs::remove_dir_all(&folder).expect("the temporary folder");
    if !ok {
        std::process::exit(1);
    }
}

fn write(village: &Village, path: &PathBuf) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut put = |bytes: &[u8]| file.write_all(bytes).expect("room on the disk");
    put(&(village.policies.len() as u32).to_be_bytes());
    for (policy_ref, policy) in &village.policies {
        put(&policy_ref.decision.map_or([0; 32], |id| id.0));
        put(&policy.levies.state_bp.0.to_be_bytes());
        put(&policy.levies.community_bp.0.to_be_bytes());
        put(&policy.floor.seconds().to_be_bytes());
    }
    put(&(MEMBERS as u32).to_be_bytes());
    for (admission, agent) in village.admissions() {
        put(&admission.0);
        put(&agent.0);
    }
    put(&(village.written.len() as u32).to_be_bytes());
    for written in &village.written {
        let bytes = encode(&written.page);
        put(&written.id.0);
        put(&written.author.0);
        put(&written.sequence.to_be_bytes());
        put(&(bytes.len() as u32).to_be_bytes());
        put(&bytes);
    }
}

struct Source(BufReader<File>);

impl Source {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).expect("a whole file");
        bytes
    }

    fn number(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }

    fn rates(&mut self) -> (Id, Rates) {
        let decision = Id(self.bytes());
        let rates = Rates {
            state_bp: u16::from_be_bytes(self.bytes()),
            community_bp: u16::from_be_bytes(self.bytes()),
            floor_s: i64::from_be_bytes(self.bytes()),
        };
        (decision, rates)
    }
}

/// Audits the pages of a file and prints the numbers.
fn measure(path: &Path, cheques: bool) {
    let mut source = Source(BufReader::new(File::open(path).expect("the file")));
    let policies = source.number();
    let mut known = Known::founded(Id(village::VILLAGE.0), source.rates().1);
    for version in 1..policies {
        let (decision, rates) = source.rates();
        known.adopt(version, decision, rates);
    }
    for _ in 0..source.number() {
        let (admission, agent) = (Id(source.bytes()), Id(source.bytes()));
        known.admit(admission, agent);
    }
    if cheques {
        known.verify_cheques(Id(village::VILLAGE.0));
    }
    let begun = Instant::now();
    let mut audit = Audit::of(known);
    let mut bytes = Vec::new();
    let mut total_bytes = 0;
    for _ in 0..source.number() {
        let (page, author) = (Id(source.bytes()), Id(source.bytes()));
        let sequence = source.number();
        bytes.resize(source.number() as usize, 0);
        source.0.read_exact(&mut bytes).expect("a whole file");
        total_bytes += bytes.len();
        audit.read(Record {
            page,
            author,
            sequence,
            bytes: &bytes,
        });
    }
    let report = audit.finish();
    let seconds = begun.elapsed().as_secs_f64();
    let per_second = (report.pages as f64 / seconds) as u64;
    let rules_per_second = (report.rules as f64 / seconds) as u64;
    let peak_mb = peak_kb() / 1_024;
    println!(
        "{} pages ({} MB) in {seconds:.2} s, {per_second} pages a second (at least {PAGES_PER_SECOND_MIN}), {rules_per_second} rules a second, peak memory {peak_mb} MB (at most {PEAK_MAX_MB})",
        report.pages,
        total_bytes >> 20,
    );
    println!(
        "  balances {} s, in flight {} s ({}), levies {} s and {} s, sum {} s, findings {}",
        report.sums.balances_s,
        report.sums.in_flight_s,
        report.transfers_in_flight,
        report.sums.unswept_state_s,
        report.sums.unswept_community_s,
        report.sums.total_s,
        report.findings_total,
    );
    // Signatures have their own pace, which is not the audit's.
    let met = (cheques || per_second >= PAGES_PER_SECOND_MIN) && peak_mb <= PEAK_MAX_MB;
    if report.verdict() != Verdict::Sound || !met {
        std::process::exit(1);
    }
}

/// The most memory that this process has had, as Linux counts it.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("a number of kB")
}
