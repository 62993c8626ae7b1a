//! Villages in a net of lines, with real signatures. Each has one gateway; its book holds
//! what the net says, against the member account, so its sum is 0.
#![allow(dead_code)] // Each test file uses its part.

use crate::common::{action, admission_of, line_terms, policy, proposal, Closed, Draft};
use crate::pair::{holds, id, sign};
use commons_credit_ledger::apply::first_page;
use commons_credit_ledger::line::checks;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use std::collections::BTreeMap;

/// A village by its place in the net.
pub fn village(at: usize) -> VillageId {
    VillageId([0xa0 + at as u8; 32])
}

/// The key of its gateway.
pub const fn gateway(at: usize) -> u8 {
    60 + at as u8
}

/// What one village counts of a line: above zero it owes.
#[derive(Clone)]
pub struct Town {
    pub page: Page,
    pub tree: Tree,
    pub decided: BTreeMap<VillageId, Closed>,
}

#[derive(Clone)]
pub struct Net {
    pub towns: Vec<Town>,
}

/// A debt in the net: who owes, who is owed, in the seconds of each.
pub type Debt = (usize, usize, i64, i64);

impl Net {
    pub fn of(towns: usize, debts: &[Debt]) -> Self {
        let mut net = Self {
            towns: (0..towns)
                .map(|at| Town {
                    page: first_page(admission_of(gateway(at)), &policy(), PolicyRef::FOUNDING),
                    tree: Tree::default(),
                    decided: BTreeMap::new(),
                })
                .collect(),
        };
        for (debtor, creditor, owes_s, owed_s) in debts {
            net.open(*debtor, *creditor, *owes_s, -owed_s);
            net.open(*creditor, *debtor, -owed_s, *owes_s);
        }
        net
    }

    /// The line to `to` in the book of `at`, as if it had been paid over.
    fn open(&mut self, at: usize, to: usize, balance_s: i64, theirs_s: i64) {
        let town = &mut self.towns[at];
        let terms = LineTerms {
            gateway: id(gateway(at)),
            neighbour_gateway: id(gateway(to)),
            ..line_terms()
        };
        let after = &mut town.page.after;
        after.holdings[0].balance_s.0 -= balance_s;
        after.holdings.push(account::Holding {
            account: Account::Line(village(to)),
            balance_s: Seconds(balance_s),
            floor_s: Seconds(-terms.limit_s.0),
        });
        after.holdings.sort_by_key(|holding| holding.account);
        after.lines.push(Tally {
            village: village(to),
            terms: 1,
            state: LineState::Open,
            sheet: 1,
            window: 1,
            issued: 0,
            taken: 0,
            pledged_s: Seconds(0),
            theirs_s: Seconds(theirs_s),
        });
        after.lines.sort_by_key(|tally| tally.village);
        let number = 128 + 16 * at as u8 + to as u8;
        let subject = Subject::Line(village(to));
        let decided = Closed {
            id: action(number),
            adopted: true,
            proposal_id: action(number ^ 1),
            proposal: proposal(subject, Content::Line(Box::new(terms))),
        };
        town.decided.insert(village(to), decided);
    }

    /// What a village counts of its line to another, in its seconds.
    pub fn balance_s(&self, at: usize, to: usize) -> i64 {
        let after = &self.towns[at].page.after;
        let held = after.holding(Account::Line(village(to)));
        held.map_or(0, |held| held.balance_s.0)
    }

    /// Everything in a gateway's book.
    pub fn sum_s(&self, at: usize) -> i64 {
        let holdings = &self.towns[at].page.after.holdings;
        holdings.iter().map(|holding| holding.balance_s.0).sum()
    }

    /// A round that takes these seconds off these lines.
    pub fn round(&self, debts: &[Debt]) -> Round {
        let mut lines: Vec<RoundLine> = debts
            .iter()
            .map(|(debtor, creditor, freed_s, given_up_s)| RoundLine {
                debtor: village(*debtor),
                creditor: village(*creditor),
                debtor_gateway: id(gateway(*debtor)),
                creditor_gateway: id(gateway(*creditor)),
                freed_s: Seconds(*freed_s),
                given_up_s: Seconds(*given_up_s),
            })
            .collect();
        lines.sort_by_key(|line| (line.debtor, line.creditor));
        Round { lines }
    }

    /// Every gateway's signature, in the order of the villages.
    pub fn signatures(&self, round: &Round) -> Vec<SignatureBytes> {
        (0..self.towns.len())
            .filter(|at| !round.own(village(*at)).is_empty())
            .map(|at| sign(gateway(at), &round.statement(&village(at))))
            .collect()
    }

    /// The page by which a gateway books a round, with what it should leave.
    pub fn booking(&self, at: usize, round: &Round, signatures: &[SignatureBytes]) -> Draft {
        let town = &self.towns[at];
        let key = Key::of_round(round.digest());
        let ends = round.lines.iter().filter_map(|line| {
            let neighbours = [(line.debtor, line.creditor), (line.creditor, line.debtor)];
            let seen = neighbours.into_iter().find(|two| two.0 == village(at))?;
            town.decided.get(&seen.1).cloned()
        });
        let decided: Vec<Closed> = ends.collect();
        let event = Event::Clear(Box::new(Cleared {
            round: round.clone(),
            signatures: signatures.to_vec(),
            decisions: decided.iter().map(|closed| closed.id).collect(),
            once: town.tree.prove(&key),
        }));
        let mut draft = Draft::following(gateway(at), &town.page, event);
        draft.author = id(gateway(at));
        draft.previous = Some((id(gateway(at)), town.page.clone()));
        let mut tree = town.tree.clone();
        tree.insert(key, Mark::default());
        let after = &mut draft.page.after;
        after.settled = tree.root();
        for line in &round.lines {
            let ends = [
                (
                    line.debtor,
                    line.creditor,
                    -line.freed_s.0,
                    line.given_up_s.0,
                ),
                (
                    line.creditor,
                    line.debtor,
                    line.given_up_s.0,
                    -line.freed_s.0,
                ),
            ];
            for (here, there, change_s, theirs_s) in ends {
                let account = Account::Line(there);
                let held = after.holdings.iter_mut().find(|is| is.account == account);
                let tally = after.lines.iter_mut().find(|is| is.village == there);
                if let (true, Some(held), Some(tally)) = (here == village(at), held, tally) {
                    held.balance_s.0 += change_s;
                    tally.theirs_s.0 += theirs_s;
                }
            }
        }
        draft.round = Some((village(at), decided));
        draft.with(|draft| draft.line_is_signed = signed(draft))
    }

    /// Books a round as the law judges it.
    pub fn book(
        &mut self,
        at: usize,
        round: &Round,
        signatures: &[SignatureBytes],
    ) -> &'static str {
        let draft = self.booking(at, round, signatures);
        let verdict = draft.verdict();
        if verdict == "valid" {
            let town = &mut self.towns[at];
            town.page = draft.page;
            town.tree
                .insert(Key::of_round(round.digest()), Mark::default());
        }
        verdict
    }
}

/// Whether every signature that the law names is there and holds.
pub fn signed(draft: &Draft) -> bool {
    let Some((here, _)) = draft.round else {
        return false;
    };
    let checks = draft.with_facts(|facts| checks(&draft.page, &here, facts));
    !checks.is_empty() && checks.iter().all(holds)
}
