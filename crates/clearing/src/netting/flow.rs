//! As much flow as fits through the debts that a phase of the solver looks at:
//! Dinic's algorithm with many sources and many sinks.

/// No level, no position.
pub(super) const NONE: u32 = u32::MAX;

/// One direction of a debt: from its owner to `to`, `room_s` more can flow.
#[derive(Clone, Copy, Default)]
pub(super) struct Half {
    pub(super) to: u32,
    /// The other direction, as a position in `halves`.
    pub(super) twin: u32,
    pub(super) room_s: i64,
    /// The room of both directions together, which never changes.
    pub(super) both_s: i64,
}

/// A part of the net, copied close together.
#[derive(Default)]
pub(super) struct Flow {
    /// Where the halves of each node begin; one more at the end.
    pub(super) first: Vec<u32>,
    pub(super) halves: Vec<Half>,
    level: Vec<u32>,
    current: Vec<u32>,
    queue: Vec<u32>,
    path: Vec<u32>,
}

impl Flow {
    /// Moves all that can be moved from where `excess_s` is above zero to where it
    /// is below; changes it and the room of the halves.
    pub(super) fn fill(&mut self, excess_s: &mut [i64]) {
        let nodes = excess_s.len();
        self.level.resize(nodes, NONE);
        while self.layer(excess_s) {
            self.current.clear();
            self.current.extend_from_slice(&self.first[..nodes]);
            for node in 0..nodes {
                if excess_s[node] > 0 && self.level[node] != NONE {
                    self.drain(node as u32, excess_s);
                }
            }
        }
    }

    fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Numbers the nodes by steps to the nearest sink, sinks by 1, until every source has
    /// its number. False when none has. Backwards, so that who follows the numbers down
    /// from a source hardly meets a dead end.
    fn layer(&mut self, excess_s: &[i64]) -> bool {
        self.level.fill(NONE);
        self.queue.clear();
        let mut sources = 0usize;
        for (node, &excess_s) in excess_s.iter().enumerate() {
            if excess_s < 0 {
                self.level[node] = 1;
                self.queue.push(node as u32);
            }
            sources += usize::from(excess_s > 0);
        }
        let all = sources;
        let mut at = 0;
        while at < self.queue.len() && sources > 0 {
            let node = self.queue[at];
            at += 1;
            let level = self.level[node as usize] + 1;
            for half in &self.halves[self.range(node)] {
                let room_here_s = half.both_s - half.room_s;
                if self.level[half.to as usize] == NONE && room_here_s > 0 {
                    self.level[half.to as usize] = level;
                    self.queue.push(half.to);
                    sources -= usize::from(excess_s[half.to as usize] > 0);
                }
            }
        }
        sources < all
    }

    /// Sends from one source along the layers until it is empty or cut off.
    fn drain(&mut self, source: u32, excess_s: &mut [i64]) {
        self.path.clear();
        let mut node = source;
        while excess_s[source as usize] > 0 {
            if excess_s[node as usize] < 0 {
                node = self.push(source, node, excess_s);
            } else if let Some(position) = self.step(node) {
                self.path.push(position);
                node = self.halves[position as usize].to;
            } else {
                // A dead end, for everybody in this round.
                self.level[node as usize] = NONE;
                let Some(position) = self.path.pop() else {
                    break;
                };
                node = self.owner(position);
                self.current[node as usize] += 1;
            }
        }
    }

    /// Who a half belongs to: where its twin leads.
    fn owner(&self, position: u32) -> u32 {
        self.halves[self.halves[position as usize].twin as usize].to
    }

    /// The next half to go along from a node, if any.
    fn step(&mut self, node: u32) -> Option<u32> {
        let next = self.level[node as usize] - 1;
        let end = self.first[node as usize + 1];
        let mut position = self.current[node as usize];
        while position < end {
            let half = self.halves[position as usize];
            if self.level[half.to as usize] == next && half.room_s > 0 {
                break;
            }
            position += 1;
        }
        self.current[node as usize] = position;
        (position < end).then_some(position)
    }

    /// Sends along the path what it can take; returns the node to go on from: the
    /// owner of the first half that is full, or else the sink.
    fn push(&mut self, source: u32, sink: u32, excess_s: &mut [i64]) -> u32 {
        let mut amount_s = excess_s[source as usize].min(-excess_s[sink as usize]);
        for &position in &self.path {
            amount_s = amount_s.min(self.halves[position as usize].room_s);
        }
        excess_s[source as usize] -= amount_s;
        excess_s[sink as usize] += amount_s;
        let mut keep = self.path.len();
        for at in (0..self.path.len()).rev() {
            let half = &mut self.halves[self.path[at] as usize];
            half.room_s -= amount_s;
            let (twin, full) = (half.twin, half.room_s == 0);
            self.halves[twin as usize].room_s += amount_s;
            if full {
                keep = at;
            }
        }
        let node = self
            .path
            .get(keep)
            .map_or(sink, |&position| self.owner(position));
        self.path.truncate(keep);
        node
    }
}
