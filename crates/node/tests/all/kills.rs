//! Plugs pulled at any moment: nothing that was said to be there is lost, and the next
//! start goes on.

use crate::common::Program;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often.
const KILLS: usize = 12;
/// The demo says about this many things until it is open.
const LINES_MAX: usize = 24;
/// Longest that it then goes on.
const LATER_MS_MAX: u64 = 1_500;

/// The demo sets three nodes up, founds a village and joins it twice: each step of a
/// member's first day, in one process, with one plug.
#[test]
fn a_first_day_that_is_cut_off_again_and_again_gets_done() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}: each kill comes after a number of lines and milliseconds");
    let mut random = StdRng::seed_from_u64(seed);
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut agents: BTreeMap<String, String> = BTreeMap::new();
    let mut remember = |ready: &Value| {
        let text = |key: &str| ready[key].as_str().expect("text").to_owned();
        let agent = text("agent");
        let known = agents.entry(text("node")).or_insert_with(|| agent.clone());
        assert_eq!(*known, agent, "a node has lost its key");
    };
    let mut village = None;
    let mut same_village = |said: &Value| {
        let hash = said["village"].as_str().expect("a hash").to_owned();
        let known = village.get_or_insert_with(|| hash.clone());
        assert_eq!(*known, hash, "the village was founded twice");
    };
    for kill in 0..KILLS {
        let lines = random.random_range(1..LINES_MAX);
        let later = Duration::from_millis(random.random_range(0..LATER_MS_MAX));
        println!("kill {kill}: after {lines} lines and {later:?}");
        let demo = Program::start(place.path(), &["demo"]);
        for _ in 0..lines {
            let line = demo.next().expect("a line");
            assert!(line.get("error").is_none(), "{line}");
            match line["event"].as_str() {
                Some("ready") => remember(&line),
                Some("demo_ready") => {
                    same_village(&line);
                    break;
                }
                _ => {}
            }
        }
        std::thread::sleep(later);
        demo.kill();
    }
    let demo = Program::start(place.path(), &["demo"]);
    let open = demo.wait_for("demo_ready");
    same_village(&open);
    let nodes = open["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 3);
    for (node, name) in nodes.iter().zip(["ann", "bob", "cleo"]) {
        let mut ready = node.clone();
        ready["node"] = name.into();
        remember(&ready);
    }
    assert!(demo.stop(libc::SIGTERM).success());
}
