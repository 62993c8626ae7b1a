//! Strongly connected components: a debt that lies on no ring clears nothing.

use super::problem::Problem;

/// The debts of every node, as positions in the list of debts.
struct Owing {
    first: Vec<u32>,
    creditor: Vec<u32>,
}

impl Owing {
    fn of(problem: &Problem) -> Self {
        let mut first = vec![0u32; problem.nodes() + 1];
        for debt in problem.debts() {
            first[debt.debtor as usize + 1] += 1;
        }
        for node in 0..problem.nodes() {
            first[node + 1] += first[node];
        }
        let mut free = first.clone();
        let mut creditor = vec![0u32; problem.debts().len()];
        for debt in problem.debts() {
            let at = &mut free[debt.debtor as usize];
            creditor[*at as usize] = debt.creditor;
            *at += 1;
        }
        Self { first, creditor }
    }
}

const UNSEEN: u32 = u32::MAX;

/// The component of each node. A debt between two components leads from a higher
/// number to a lower one (Tarjan's order). Returns the numbers and how many.
pub(super) fn components(problem: &Problem) -> (Vec<u32>, usize) {
    let nodes = problem.nodes();
    let owing = Owing::of(problem);
    let mut component = vec![UNSEEN; nodes];
    let mut seen_at = vec![UNSEEN; nodes];
    let mut low = vec![0u32; nodes];
    let mut next = owing.first.clone();
    let mut open = Vec::new();
    let mut path: Vec<u32> = Vec::new();
    let (mut time, mut count) = (0u32, 0usize);

    for root in 0..nodes {
        if seen_at[root] != UNSEEN {
            continue;
        }
        path.push(root as u32);
        while let Some(&node) = path.last() {
            let at = node as usize;
            if seen_at[at] == UNSEEN {
                seen_at[at] = time;
                low[at] = time;
                time += 1;
                open.push(node);
            }
            if next[at] < owing.first[at + 1] {
                let to = owing.creditor[next[at] as usize] as usize;
                next[at] += 1;
                if seen_at[to] == UNSEEN {
                    path.push(to as u32);
                } else if component[to] == UNSEEN {
                    low[at] = low[at].min(seen_at[to]);
                }
                continue;
            }
            path.pop();
            if let Some(&parent) = path.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
            if low[at] == seen_at[at] {
                while let Some(member) = open.pop() {
                    component[member as usize] = count as u32;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
        }
    }
    (component, count)
}
