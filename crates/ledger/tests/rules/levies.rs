//! No second of a levy is swept twice, through changes of holder and of rules.

use crate::common::*;
use commons_credit_ledger::apply::{apply, Cited, Facts};
use commons_credit_ledger::fund::Swept;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What happens next to the one book that earns.
#[derive(Debug, Clone)]
enum Step {
    /// It earns so many seconds.
    Earn(i64),
    /// Its next page cites a policy that names this holder.
    Name(Option<u8>),
    /// It goes on in another village, under a policy that names this holder; these
    /// holders come over with what they have swept, the others open afresh.
    Carry(Option<u8>, [bool; 2]),
    /// Whom the newest page of this village names sweeps it.
    Sweep(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let holder = || prop_oneof![Just(None), Just(Some(ANNA)), Just(Some(CARL))];
    prop_oneof![
        (1..50_i64).prop_map(Step::Earn),
        holder().prop_map(Step::Name),
        (holder(), any::<[bool; 2]>()).prop_map(|(holder, come)| Step::Carry(holder, come)),
        (0..4_usize).prop_map(Step::Sweep),
    ]
}

fn naming(holder: Option<u8>) -> Policy {
    Policy {
        state: holder.map(|holder| Appointment {
            holder: agent(holder),
            until_us: TERM_END_US,
        }),
        ..policy()
    }
}

/// Who may sweep a second, and where; whether it was swept.
#[derive(Clone, Copy)]
struct Second {
    of: Option<(u8, u32)>,
    swept: bool,
}

/// The slow twin: every second of the counter by itself.
#[derive(Default)]
struct Counted {
    all: Vec<Second>,
    /// Counts terms of office, so that two of one holder are two.
    term: u32,
    named: Option<u8>,
}

impl Counted {
    /// Seconds that wait for a holder get this one.
    fn give_out(&mut self) {
        let of = self.named.map(|holder| (holder, self.term));
        let mut waiting = self.all.iter_mut();
        waiting
            .by_ref()
            .filter(|second| second.of.is_none())
            .for_each(|second| second.of = of);
    }

    fn earn(&mut self, seconds: i64) {
        let none = Second {
            of: None,
            swept: false,
        };
        self.all.extend((0..seconds).map(|_| none));
        self.give_out();
    }

    fn name(&mut self, holder: Option<u8>, new_village: bool) {
        self.term += u32::from(self.named != holder || new_village);
        self.named = holder;
        self.give_out();
    }
}

/// A village: the member's newest page there with the term it is in, and what each of the
/// holders has swept.
struct Place {
    page: Page,
    of: Option<(u8, u32)>,
    roots: BTreeMap<u8, Tree>,
}

fn next(place: &Page, holder: Option<u8>) -> State {
    let guardians = Guardians {
        agents: vec![agent(CARL)],
        needed: 1,
    };
    let policy = naming(holder);
    let facts = Facts::of(agent(BEN), Some(policy));
    apply(
        Some(&place.after),
        &Event::Guard(guardians),
        &policy,
        &facts,
    )
    .unwrap()
}

/// What the holder is credited with for that page.
fn swept(place: &mut Place, holder: u8) -> Result<i64, &'static str> {
    let tree = place.roots.entry(holder).or_default();
    let key = Key::of_sweep(agent(BEN));
    let mut fund = with_fund(0);
    fund.after.offices[0].swept = tree.root();
    let id = action(130);
    let items = vec![Swept {
        page: id,
        proof: tree.prove(&key),
    }];
    let cited = [Cited {
        id,
        author: agent(BEN),
        page: &place.page,
    }];
    let policy = naming(Some(holder));
    let facts = Facts {
        swept: &cited,
        ..Facts::of(agent(holder), Some(policy))
    };
    let event = Event::Sweep {
        fund: Fund::State,
        items,
    };
    let after =
        apply(Some(&fund.after), &event, &policy, &facts).map_err(|refusal| refusal.code())?;
    tree.insert(key, Mark(place.page.after.earned.state_s.0 as u64));
    assert_eq!(after.offices[0].swept, tree.root());
    Ok(after
        .holding(Account::Fund(Fund::State))
        .unwrap()
        .balance_s
        .0)
}

proptest! {
    #[test]
    fn r43_accepts_each_second_of_a_levy_once_and_refuses_it_again(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut twin = Counted::default();
        let first = Place { page: opened(), of: None, roots: BTreeMap::new() };
        let mut places = vec![first];
        for step in steps {
            let now = places.last_mut().unwrap();
            match step {
                Step::Earn(seconds) => {
                    now.page.after.earned.state_s.0 += seconds;
                    twin.earn(seconds);
                }
                Step::Name(holder) => {
                    now.page.after = next(&now.page, holder);
                    twin.name(holder, false);
                }
                Step::Carry(holder, come) => {
                    let closing = closing(&now.page).page;
                    let draft = carrying(&closing);
                    let policy = naming(holder);
                    let facts = Facts {
                        admission_is_own: true,
                        carry_is_witnessed: true,
                        ..Facts::of(agent(BEN), Some(policy))
                    };
                    let mut page = draft.page;
                    page.after = apply(None, &page.event, &policy, &facts).unwrap();
                    let comes = |who: &u8| come[usize::from(*who == CARL)];
                    let roots = now.roots.clone();
                    let roots = roots.into_iter().filter(|(who, _)| comes(who)).collect();
                    twin.name(holder, true);
                    places.push(Place { page, of: None, roots });
                }
                Step::Sweep(back) => {
                    let Some(at) = places.len().checked_sub(1 + back) else { continue };
                    let place = &mut places[at];
                    let Some((holder, term)) = place.of else { continue };
                    let mut due_s = 0;
                    let end = place.page.after.earned.state_s.0 as usize;
                    for second in &mut twin.all[..end] {
                        if second.of == Some((holder, term)) && !second.swept {
                            second.swept = true;
                            due_s += 1;
                        }
                    }
                    let expected = if due_s > 0 { Ok(due_s) } else { Err("E_NOTHING_TO_SWEEP") };
                    prop_assert_eq!(swept(place, holder), expected);
                }
            }
            places.last_mut().unwrap().of = twin.named.map(|holder| (holder, twin.term));
        }
    }
}
