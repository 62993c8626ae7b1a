//! Both sides of every rule that the pure law holds, at its edge. What only a
//! zome can hold (rules 20, 24, 25 and the halves of others) is in `/tests`.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/pair.rs"]
mod pair;
#[path = "../common/rounds.rs"]
mod rounds;

mod clearing;
mod deciding;
mod following;
mod funds;
mod giving;
mod guarding;
mod levies;
mod lines;
mod parting;
mod people;
mod profiles;
mod settling;
mod ways;

use common::Draft;
use commons_credit_ledger::Violation;

/// Checks each draft against the code in its row.
fn expect<const N: usize>(rows: [(&str, Draft, &str); N]) {
    for (name, draft, code) in rows {
        assert_eq!(draft.verdict(), code, "{name}");
    }
}

fn code(result: Result<impl Sized, Violation>) -> &'static str {
    result.map_or_else(|violation| violation.code(), |_| "valid")
}
