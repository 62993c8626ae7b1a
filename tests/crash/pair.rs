//! Ann's node pays and takes while its plug is pulled; Bob's stays up.

use crate::control::{How, Plug};
use crate::walk::{dead_or_calm, Ended, Step};
use crate::PATIENCE;
use commons_credit_api::Written;
use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::Machine;
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::wait_for;
use holo_hash::ActionHash;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Bob pays so much ahead, so that Ann does not wait for each.
const AHEAD: usize = 8;

/// Ann and Bob, who know each other.
pub struct Pair {
    machine: Arc<Machine>,
    _hub: Program,
    url: String,
    plug: Plug,
    program: Program,
    ann: Member,
    _bobs: Program,
    bob: Member,
    /// What Ann's node has said to be written: page by number.
    acknowledged: BTreeMap<u64, ActionHash>,
    /// How often the plug was pulled.
    pub kills: u32,
}

impl Pair {
    /// Ann founds, Bob joins.
    pub fn meet(place: &Path) -> Self {
        let machine = Arc::new(Machine::here());
        let (hub, url) = Program::hub(&machine);
        let plug = Plug::of(&place.join("ann"));
        let program = start(&machine, &plug, &url);
        let state = place.join("bob/state");
        let environment = [("XDG_STATE_HOME", state.to_str().expect("a path"))];
        let bobs = Program::starting(&machine, &place.join("bob/data"), &[&url], &environment);
        let mut ann = Member::at(&machine, &program.wait_for("ready"));
        let mut bob = Member::at(&machine, &bobs.wait_for("ready"));
        ann.found("Ann");
        bob.join("Bob", &ann);
        for member in [&ann, &bob] {
            wait_for(PATIENCE, "two on the roll", || {
                (member.known() == 2).then_some(())
            });
        }
        Self {
            machine,
            _hub: hub,
            url,
            plug,
            program,
            ann,
            _bobs: bobs,
            bob,
            acknowledged: BTreeMap::new(),
            kills: 0,
        }
    }

    /// Lets Ann's node do one thing that writes a page which changes her balance by
    /// `change_s`, with the plug armed, and looks afterwards.
    fn once(
        &mut self,
        at: u64,
        how: How,
        change_s: i64,
        act: impl FnOnce(&Member) -> Result<Written, String>,
    ) -> Ended {
        let (number, balance_s, _) = self.ann.book();
        self.plug.arm(at, how);
        let written = act(&self.ann);
        let program = &mut self.program;
        let is_dead = dead_or_calm(&self.plug, || program.has_ended());
        self.plug.disarm();
        if let Err(refusal) = &written {
            assert!(is_dead, "a living node refused: {refusal}");
        }
        let is_acknowledged = written.is_ok();
        if let Ok(written) = written {
            assert_eq!(written.number, number + 1);
            assert_eq!(written.balance_s.0, balance_s + change_s);
            let twice = self.acknowledged.insert(written.number, written.page);
            assert_eq!(twice, None, "a page was written twice");
        }
        if !is_dead {
            return Ended::Alive;
        }
        self.kills += 1;
        self.program = start(&self.machine, &self.plug, &self.url);
        self.ann = Member::at(&self.machine, &self.program.wait_for("ready"));
        let (number_now, balance_now_s, _) = self.ann.book();
        let is_after = (number_now, balance_now_s) == (number + 1, balance_s + change_s);
        let is_before = (number_now, balance_now_s) == (number, balance_s);
        assert!(
            is_after || (is_before && !is_acknowledged),
            "page {number}, {balance_s} s before, acknowledged: {is_acknowledged}; \
             page {number_now}, {balance_now_s} s after"
        );
        self.look();
        Ended::Dead {
            acknowledged: is_acknowledged,
        }
    }

    /// Every acknowledged page is in Ann's book, once and under its own hash; no number is
    /// missing; her node's auditor finds nothing wrong. Bob's newest pages may be on their
    /// way: then the auditor says so, and what it has need not add up yet.
    fn look(&self) {
        let lines = self.ann.lines();
        let pages: BTreeMap<u64, ActionHash> = lines
            .iter()
            .map(|(number, page, _)| (*number, page.clone()))
            .collect();
        assert_eq!(pages.len(), lines.len(), "a number twice");
        assert!(pages.keys().copied().eq(1..=pages.len() as u64));
        for (number, page) in &self.acknowledged {
            assert_eq!(pages.get(number), Some(page), "acknowledged page {number}");
        }
        let (_, sum_s, verdict) = self.ann.audit();
        assert!(
            verdict == "incomplete" || (verdict == "sound" && sum_s == 0),
            "{verdict}, and all of it comes to {sum_s} s"
        );
    }

    /// Everything that is on its way arrives; both nodes hold the same, and all of it adds
    /// up.
    pub fn agree(&self) {
        let ((), took) = wait_for(PATIENCE, "both to agree", || {
            let taken = self.ann.deposit_all() + self.bob.deposit_all();
            let (here, there) = (self.ann.audit(), self.bob.audit());
            (taken == 0 && here == there && here.2 == "sound").then_some(())
        });
        let (pages, sum_s, _) = self.ann.audit();
        assert_eq!(sum_s, 0);
        let [(_, ann_s, ann_levies_s), (_, bob_s, bob_levies_s)] =
            [&self.ann, &self.bob].map(Member::book);
        assert_eq!(ann_s + ann_levies_s + bob_s + bob_levies_s, 0);
        println!("both nodes agree on {pages} pages {took:?} after the last kill");
    }
}

fn start(machine: &Machine, plug: &Plug, url: &str) -> Program {
    let environment = plug.environment();
    let environment: Vec<_> = environment
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    Program::starting(machine, &plug.data(), &[url], &environment)
}

/// Ann pays Bob a minute.
pub struct Payment<'a>(pub &'a mut Pair);

impl Step for Payment<'_> {
    fn name(&self) -> &'static str {
        "a payment"
    }

    fn plug(&self) -> &Plug {
        &self.0.plug
    }

    fn once(&mut self, at: u64, how: How) -> Ended {
        let bob = self.0.bob.key.clone();
        self.0.once(at, how, -60, |ann| ann.try_pay(&bob, 1))
    }
}

/// Ann takes what Bob has paid: 55 of 60 seconds; levies of 4.5 and 1.5 are floored.
pub struct Deposit<'a>(pub &'a mut Pair);

impl Step for Deposit<'_> {
    fn name(&self) -> &'static str {
        "a deposit"
    }

    fn plug(&self) -> &Plug {
        &self.0.plug
    }

    fn once(&mut self, at: u64, how: How) -> Ended {
        let Pair { ann, bob, .. } = &*self.0;
        if ann.incoming().is_empty() {
            for _ in 0..AHEAD {
                bob.pay(&ann.key, 1);
            }
        }
        let (transfer, _) = wait_for(PATIENCE, "a transfer to take", || ann.incoming().pop());
        let (number, _, _) = self.0.ann.book();
        let ended = self.0.once(at, how, 55, |ann| ann.try_deposit(&transfer));
        if matches!(ended, Ended::Dead { .. }) {
            // As a person would: taken again, or found taken.
            let before = self.0.ann.book();
            match self.0.ann.try_deposit(&transfer) {
                Ok(written) => {
                    assert_eq!(before.0, number, "one transfer was taken twice");
                    self.0.acknowledged.insert(written.number, written.page);
                }
                Err(refusal) => {
                    assert_eq!(before.0, number + 1, "{refusal}");
                    assert_eq!(self.0.ann.book(), before);
                }
            }
        }
        ended
    }
}
