//! Promises kept on a network that fails: real programs in network namespaces.
//!
//! Each test makes its own machines and cables (`commons_credit_tests::net`). Where a
//! process may not make namespaces, it says so and is skipped; `scripts/net-test` asks
//! for the right to make them and takes no skipping.

mod clock;
mod hubs;
mod lan;
mod patchy;

use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::Machine;
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::switch::Switch;
use commons_credit_tests::net::wait_for;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(240);

/// Two members at their nodes, on machines of their own, in one village.
struct Two {
    machines: [Arc<Machine>; 2],
    folders: [TempDir; 2],
    programs: [Option<Program>; 2],
    members: [Member; 2],
}

impl Two {
    /// Ann founds, Bob joins, each knows the other.
    fn meet(switch: &Switch, hubs: &[&str]) -> Self {
        let machines = [0, 1].map(|_| Arc::new(Machine::on(switch)));
        let folders = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
        let [(first, ann), (second, bob)] =
            [0, 1].map(|at: usize| Program::node(&machines[at], folders[at].path(), hubs));
        let mut ann = Member::at(&machines[0], &ann);
        let mut bob = Member::at(&machines[1], &bob);
        ann.found("Ann");
        bob.join("Bob", &ann);
        for member in [&ann, &bob] {
            wait_for(PATIENCE, "two on the roll", || {
                (member.known() == 2).then_some(())
            });
        }
        Self {
            machines,
            folders,
            programs: [Some(first), Some(second)],
            members: [ann, bob],
        }
    }

    /// Deposits on both sides until both nodes hold `pages` and all of it adds up; gives
    /// how long that took.
    fn agree(&self, pages: u64) -> Duration {
        let [ann, bob] = &self.members;
        let ((), took) = wait_for(PATIENCE, "both to agree", || {
            ann.deposit_all();
            bob.deposit_all();
            let (here, there) = (ann.audit(), bob.audit());
            (here == there && here.0 == pages).then_some(())
        });
        let (_, sum_s, verdict) = ann.audit();
        assert_eq!((sum_s, verdict.as_str()), (0, "sound"));
        let (books, levies): (Vec<i64>, Vec<i64>) = self
            .members
            .iter()
            .map(|member| member.book())
            .map(|(_, balance, levies)| (balance, levies))
            .unzip();
        assert_eq!(books.iter().sum::<i64>() + levies.iter().sum::<i64>(), 0);
        took
    }
}
