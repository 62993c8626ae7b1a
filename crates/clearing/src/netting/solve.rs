//! The solver: a primal-dual min-cost flow that knows that every cost is 1.
//!
//! Cancel everything. That is too much: a node that owes more than it is owed has
//! been freed of the difference. So some debt must be put back, a flow of `1` a
//! second from the nodes freed too much to the nodes robbed, and the least of it
//! is wanted. Potentials are distances from the former; while they allow it, debt is put
//! back along shortest paths only, all of one length in one phase (Dinic's
//! blocking flows), so there are as many phases as different lengths: a handful in
//! nets of debt, at most twice the number of nodes ever. Everything is integers.
//!
//! Debts that lie on no ring are put back first (`strong.rs`).

use super::clearing::Clearing;
use super::flow::{Flow, Half, NONE};
use super::problem::Problem;
use super::strong::components;

/// A best clearing. The same problem gives the same clearing everywhere.
pub fn clear(problem: &Problem) -> Clearing {
    let (component, count) = components(problem);
    let mut net = Net::of(problem, &component);
    net.put_back();
    let cancel_s = net.cancelled(problem.debts().len());
    let potentials = spread(&net.potential, &component, count);
    Clearing {
        cancel_s,
        potentials,
    }
}

/// Lifts the components apart so that a debt from one to another is worth nothing.
fn spread(potential: &[i32], component: &[u32], count: usize) -> Vec<i32> {
    let mut lowest = vec![i32::MAX; count];
    let mut highest = vec![i32::MIN; count];
    for (node, &component) in component.iter().enumerate() {
        let component = component as usize;
        lowest[component] = lowest[component].min(potential[node]);
        highest[component] = highest[component].max(potential[node]);
    }
    // Debts lead from higher component numbers to lower ones.
    let mut lift = vec![0i32; count];
    let mut level = 0i32;
    for component in (0..count).rev() {
        lift[component] = level - lowest[component];
        level += highest[component] - lowest[component] + 1;
    }
    component
        .iter()
        .enumerate()
        .map(|(node, &component)| potential[node] + lift[component as usize])
        .collect()
}

/// A debt on a ring, as the solver sees it.
#[derive(Clone, Copy)]
struct Arc {
    debtor: u32,
    creditor: u32,
    /// Its position in the problem.
    debt: u32,
    amount_s: i64,
    /// What is put back; the rest is cancelled.
    back_s: i64,
}

struct Net {
    /// Ordered by debtor.
    arcs: Vec<Arc>,
    /// Where the arcs of each debtor begin; one more at the end.
    owed_by: Vec<u32>,
    /// Positions in `arcs`, ordered by creditor.
    claims: Vec<u32>,
    /// Where the claims of each creditor begin; one more at the end.
    owed_to: Vec<u32>,
    /// Above zero: so much must still leave; below zero: must still arrive.
    excess_s: Vec<i64>,
    potential: Vec<i32>,
}

/// Turns counts, kept one place to the right, into beginnings.
fn accumulate(counts: &mut [u32]) {
    for at in 1..counts.len() {
        counts[at] += counts[at - 1];
    }
}

impl Net {
    fn of(problem: &Problem, component: &[u32]) -> Self {
        let nodes = problem.nodes();
        let mut owed_by = vec![0; nodes + 1];
        let mut owed_to = vec![0; nodes + 1];
        let mut excess_s = vec![0; nodes];
        let mut arcs: Vec<Arc> = Vec::with_capacity(problem.debts().len());
        for (at, debt) in problem.debts().iter().enumerate() {
            let (debtor, creditor) = (debt.debtor as usize, debt.creditor as usize);
            if component[debtor] == component[creditor] {
                owed_by[debtor + 1] += 1;
                owed_to[creditor + 1] += 1;
                excess_s[debtor] += debt.amount_s;
                excess_s[creditor] -= debt.amount_s;
                arcs.push(Arc {
                    debtor: debt.debtor,
                    creditor: debt.creditor,
                    debt: at as u32,
                    amount_s: debt.amount_s,
                    back_s: 0,
                });
            }
        }
        arcs.sort_unstable_by_key(|arc| (arc.debtor, arc.debt));
        accumulate(&mut owed_by);
        accumulate(&mut owed_to);
        let mut claims = vec![0; arcs.len()];
        let mut free = owed_to.clone();
        for (at, arc) in arcs.iter().enumerate() {
            let place = &mut free[arc.creditor as usize];
            claims[*place as usize] = at as u32;
            *place += 1;
        }
        Self {
            arcs,
            owed_by,
            claims,
            owed_to,
            excess_s,
            potential: vec![0; nodes],
        }
    }

    /// Puts back the least debt that leaves every node as it was.
    fn put_back(&mut self) {
        let mut flow = Flow::default();
        while self.lengthen() {
            let level = self.lay_out(&mut flow);
            flow.fill(&mut self.excess_s);
            self.take_over(&flow, &level);
        }
    }

    /// Raises the potentials to the next length at which something can still be
    /// put back. False when nothing remains to be put back.
    fn lengthen(&mut self) -> bool {
        let mut search = Search::new(self.excess_s.len());
        for (node, &excess_s) in self.excess_s.iter().enumerate() {
            if excess_s > 0 {
                search.reach(node as u32, 0);
            }
        }
        let mut reached = None;
        while let Some((node, distance)) = search.next() {
            let at = node as usize;
            if self.excess_s[at] < 0 {
                reached = Some(distance);
                break;
            }
            // What a step costs is never below zero where there is room.
            let here = self.potential[at];
            for arc in &self.arcs[self.owed_by[at] as usize..self.owed_by[at + 1] as usize] {
                if arc.back_s < arc.amount_s {
                    let cost = here + 1 - self.potential[arc.creditor as usize];
                    search.reach(arc.creditor, distance + cost as u32);
                }
            }
            for &claim in &self.claims[self.owed_to[at] as usize..self.owed_to[at + 1] as usize] {
                let arc = &self.arcs[claim as usize];
                if arc.back_s > 0 {
                    let cost = here - 1 - self.potential[arc.debtor as usize];
                    search.reach(arc.debtor, distance + cost as u32);
                }
            }
        }
        let Some(reached) = reached else {
            return false;
        };
        for (potential, distance) in self.potential.iter_mut().zip(search.distance) {
            *potential += distance.min(reached) as i32;
        }
        true
    }

    /// Copies the arcs that cost nothing now, both ways, close together. Returns
    /// their positions in `arcs`.
    fn lay_out(&self, flow: &mut Flow) -> Vec<u32> {
        let nodes = self.excess_s.len();
        let level: Vec<u32> = (0u32..)
            .zip(&self.arcs)
            .filter(|(_, arc)| {
                self.potential[arc.creditor as usize] == self.potential[arc.debtor as usize] + 1
            })
            .map(|(at, _)| at)
            .collect();
        flow.first.clear();
        flow.first.resize(nodes + 1, 0);
        for &at in &level {
            let arc = &self.arcs[at as usize];
            flow.first[arc.debtor as usize + 1] += 1;
            flow.first[arc.creditor as usize + 1] += 1;
        }
        accumulate(&mut flow.first);
        flow.halves.clear();
        flow.halves.resize(2 * level.len(), Half::default());
        let mut free = flow.first.clone();
        for &at in &level {
            let arc = &self.arcs[at as usize];
            let mut take = |node: u32| {
                let place = &mut free[node as usize];
                *place += 1;
                *place - 1
            };
            let (there, back) = (take(arc.debtor), take(arc.creditor));
            flow.halves[there as usize] = Half {
                to: arc.creditor,
                twin: back,
                room_s: arc.amount_s - arc.back_s,
                both_s: arc.amount_s,
            };
            flow.halves[back as usize] = Half {
                to: arc.debtor,
                twin: there,
                room_s: arc.back_s,
                both_s: arc.amount_s,
            };
        }
        level
    }

    /// Takes over what the flow has put back.
    fn take_over(&mut self, flow: &Flow, level: &[u32]) {
        let mut free = flow.first.clone();
        for &at in level {
            let arc = &mut self.arcs[at as usize];
            let there = free[arc.debtor as usize];
            free[arc.debtor as usize] += 1;
            free[arc.creditor as usize] += 1;
            arc.back_s = arc.amount_s - flow.halves[there as usize].room_s;
        }
    }

    fn cancelled(&self, debts: usize) -> Vec<i64> {
        let mut cancel_s = vec![0; debts];
        for arc in &self.arcs {
            cancel_s[arc.debt as usize] = arc.amount_s - arc.back_s;
        }
        cancel_s
    }
}

/// Nodes in the order of their distance; distances are small whole numbers.
struct Search {
    distance: Vec<u32>,
    buckets: Vec<Vec<u32>>,
    at: usize,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self {
            distance: vec![NONE; nodes],
            buckets: Vec::new(),
            at: 0,
        }
    }

    fn reach(&mut self, node: u32, distance: u32) {
        if distance < self.distance[node as usize] {
            self.distance[node as usize] = distance;
            let bucket = distance as usize;
            if self.buckets.len() <= bucket {
                self.buckets.resize_with(bucket + 1, Vec::new);
            }
            self.buckets[bucket].push(node);
        }
    }

    /// The next nearest node with its distance.
    fn next(&mut self) -> Option<(u32, u32)> {
        while let Some(bucket) = self.buckets.get_mut(self.at) {
            while let Some(node) = bucket.pop() {
                if self.distance[node as usize] as usize == self.at {
                    return Some((node, self.at as u32));
                }
            }
            self.at += 1;
        }
        None
    }
}
