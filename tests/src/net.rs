//! Villages on a network of their own: namespaces as machines, a switch of ours as the
//! cables, the real program on each, and a client that speaks to it as its page does.

pub mod client;
pub mod machine;
pub mod program;
pub mod switch;

use std::time::{Duration, Instant};

/// Asks again until there is an answer, and says how long it took.
pub fn wait_for<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Option<T>,
) -> (T, Duration) {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return (answer, begun.elapsed());
        }
        assert!(begun.elapsed() < patience, "waited in vain for {what}");
        // Not a guess at how long it takes: only a breath between two questions.
        std::thread::sleep(Duration::from_millis(200));
    }
}
