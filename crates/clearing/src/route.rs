//! The way by which most arrives, or an honest "no route, because".
//!
//! A node knows some lines. [`Network::route`] looks at all ways of at most
//! [`HOPS_MAX`] lines, length by length, and keeps at each village and length the
//! [`KEPT`] amounts that may still matter: the largest, and the smallest, because a line
//! with little room may take that one only. So it is quick; where many ways differ by seconds the one it takes may
//! be a few seconds short of the best. It never says "no route" while there is one: before it does, it
//! computes backwards from the receiver how much would pass at all.

use crate::quote::{pass, quote, Hop, Quote, QuoteRefusal};
use crate::rate::{check_rate, check_slope, check_use, LineUse, Rate, RateRefusal};
use commons_credit_ledger::amount::{Amount, AMOUNT_MAX_S};
use commons_credit_ledger::{Levies, Seconds, VillageId, Violation};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use thiserror::Error;

/// The most lines of one route.
pub const HOPS_MAX: usize = 6;
/// The most villages of a network.
pub const VILLAGES_MAX: usize = 20_000;
/// The most lines of a network.
pub const LINES_MAX: usize = 200_000;
/// Amounts kept for each village and length.
pub const KEPT: usize = 4;

/// A village and its levies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Village {
    /// The village.
    pub village: VillageId,
    /// Its policy's levies.
    pub levies: Levies,
}

/// A line as a node knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// One village.
    pub a: VillageId,
    /// The other.
    pub b: VillageId,
    /// `b` seconds for `a` seconds, by the rate sheet.
    pub rate: Rate,
    /// The slope of the sheet, in basis points.
    pub slope_bp: u16,
    /// How far `a` uses the line, in its seconds.
    pub a_use: LineUse,
    /// How far `b` uses the line, in its seconds.
    pub b_use: LineUse,
}

/// Why lines are not a network, or a question is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteRefusal {
    /// More than [`VILLAGES_MAX`] villages or [`LINES_MAX`] lines.
    #[error("{villages} villages and {lines} lines are too many; use at most {VILLAGES_MAX} and {LINES_MAX}")]
    TooLarge {
        /// How many villages.
        villages: usize,
        /// How many lines.
        lines: usize,
    },
    /// A village that is listed twice.
    #[error("village {village} is listed twice; list it once")]
    VillageTwice {
        /// The village.
        village: VillageId,
    },
    /// A village that is not listed.
    #[error("village {village} is not known here; ask a neighbour of it for its lines and policy")]
    VillageUnknown {
        /// The village.
        village: VillageId,
    },
    /// A line from a village to itself, or a question about one village.
    #[error("{village} is on both ends; name two villages")]
    SameVillage {
        /// The village.
        village: VillageId,
    },
    /// An amount or levies out of range.
    #[error(transparent)]
    Law(#[from] Violation),
    /// A line with a rate, slope, limit or balance out of range.
    #[error("the line between {a} and {b}: {refusal}")]
    Line {
        /// One village.
        a: VillageId,
        /// The other.
        b: VillageId,
        /// Why.
        refusal: RateRefusal,
    },
}

impl RouteRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "E_ROUTE_TOO_LARGE",
            Self::VillageTwice { .. } => "E_ROUTE_VILLAGE_TWICE",
            Self::VillageUnknown { .. } => "E_ROUTE_VILLAGE_UNKNOWN",
            Self::SameVillage { .. } => "E_ROUTE_SAME_VILLAGE",
            Self::Law(violation) => violation.code(),
            Self::Line { refusal, .. } => refusal.code(),
        }
    }
}

/// No route, because.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum NoRoute {
    /// No lines lead there.
    #[error("no route: no lines lead from {from} to {to}; a line must be opened first")]
    NotConnected {
        /// The giver's village.
        from: VillageId,
        /// The receiver's village.
        to: VillageId,
    },
    /// The nearest way has too many lines.
    #[error("no route: the shortest way from {from} to {to} has {hops} lines, at most {HOPS_MAX} are used; open a line in between")]
    TooFar {
        /// The giver's village.
        from: VillageId,
        /// The receiver's village.
        to: VillageId,
        /// How many lines it takes.
        hops: usize,
    },
    /// Lines lead there, but not for so much.
    #[error("no route: the line from {line_from} to {line_to} has room for {room_s} seconds; {would_pass_s} seconds would pass")]
    TooTight {
        /// The tightest line on the best way: the village that gives.
        line_from: VillageId,
        /// The village that receives.
        line_to: VillageId,
        /// Its room, in seconds of the village that gives.
        room_s: i64,
        /// How much could be given by one route, in seconds of the giver's village.
        would_pass_s: i64,
    },
    /// So little that nothing arrives.
    #[error("no route: {given_s} seconds are less than a second after the line from {line_from} to {line_to}; give more")]
    TooLittle {
        /// Where it vanishes: the village that gives.
        line_from: VillageId,
        /// The village that receives.
        line_to: VillageId,
        /// What was to be given, in seconds.
        given_s: i64,
    },
}

impl NoRoute {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotConnected { .. } => "E_ROUTE_NOT_CONNECTED",
            Self::TooFar { .. } => "E_ROUTE_TOO_FAR",
            Self::TooTight { .. } => "E_ROUTE_TOO_TIGHT",
            Self::TooLittle { .. } => "E_ROUTE_TOO_LITTLE",
        }
    }
}

/// One direction of a line, between numbered villages.
struct Way {
    to: u32,
    hop: Hop,
}

/// Villages and lines that were checked.
pub struct Network {
    villages: Vec<Village>,
    /// Where the ways out of each village begin; one more at the end.
    first: Vec<u32>,
    ways: Vec<Way>,
}

/// An amount that stands at a village after some lines.
#[derive(Clone, Copy)]
struct Label {
    village: u32,
    amount_s: i64,
    /// The label it came from and the way it came by.
    before: Option<(u32, u32)>,
}

impl Network {
    /// Checks villages and lines. Their order decides nothing: of two equal routes
    /// the one with fewer lines is taken, then the one whose villages come first.
    pub fn new(mut villages: Vec<Village>, lines: &[Line]) -> Result<Self, RouteRefusal> {
        if villages.len() > VILLAGES_MAX || lines.len() > LINES_MAX {
            return Err(RouteRefusal::TooLarge {
                villages: villages.len(),
                lines: lines.len(),
            });
        }
        villages.sort_unstable_by_key(|village| village.village);
        for two in villages.windows(2) {
            if two[0].village == two[1].village {
                return Err(RouteRefusal::VillageTwice {
                    village: two[0].village,
                });
            }
        }
        for village in &villages {
            village.levies.check()?;
        }
        let mut network = Self {
            first: vec![0; villages.len() + 1],
            villages,
            ways: Vec::with_capacity(2 * lines.len()),
        };
        let mut ways = Vec::with_capacity(2 * lines.len());
        for line in lines {
            let (a, b) = (network.number(&line.a)?, network.number(&line.b)?);
            if a == b {
                return Err(RouteRefusal::SameVillage { village: line.a });
            }
            check_rate(line.rate)
                .and_then(|()| check_slope(line.slope_bp))
                .and_then(|()| check_use(&line.a_use))
                .and_then(|()| check_use(&line.b_use))
                .map_err(|refusal| RouteRefusal::Line {
                    a: line.a,
                    b: line.b,
                    refusal,
                })?;
            let hop = |from, to, rate, line_use| Hop {
                from,
                to,
                rate,
                slope_bp: line.slope_bp,
                line: line_use,
            };
            ways.push((a, b, hop(line.a, line.b, line.rate, line.a_use)));
            ways.push((b, a, hop(line.b, line.a, line.rate.back(), line.b_use)));
        }
        // Everything that tells two lines apart, so that their order tells nothing.
        ways.sort_unstable_by_key(|(from, to, hop)| {
            let Hop {
                rate,
                slope_bp,
                line,
                ..
            } = hop;
            (
                *from,
                *to,
                line.limit_s,
                line.owes_s,
                *slope_bp,
                rate.num,
                rate.den,
            )
        });
        for (from, to, hop) in ways {
            network.first[from as usize + 1] += 1;
            network.ways.push(Way { to, hop });
        }
        for village in 1..network.first.len() {
            network.first[village] += network.first[village - 1];
        }
        Ok(network)
    }

    fn number(&self, village: &VillageId) -> Result<u32, RouteRefusal> {
        self.villages
            .binary_search_by_key(village, |known| known.village)
            .map(|at| at as u32)
            .map_err(|_| RouteRefusal::VillageUnknown { village: *village })
    }

    fn out_of(&self, village: u32) -> std::ops::Range<usize> {
        self.first[village as usize] as usize..self.first[village as usize + 1] as usize
    }

    fn levies(&self, village: u32) -> Levies {
        self.villages[village as usize].levies
    }

    /// What leaves a village over a way and arrives at its end, if it passes.
    fn arrives(&self, village: u32, way: &Way, amount_s: i64) -> Option<Amount> {
        let amount = Amount::new(Seconds(amount_s)).ok()?;
        pass(self.levies(village), &way.hop, amount)
            .ok()
            .map(|(_, arrived)| arrived)
    }

    /// The route for `given_s` by which most arrives, or why there is none.
    pub fn route(
        &self,
        from: &VillageId,
        to: &VillageId,
        given_s: Seconds,
    ) -> Result<Result<Quote, NoRoute>, RouteRefusal> {
        let (source, target) = (self.number(from)?, self.number(to)?);
        if source == target {
            return Err(RouteRefusal::SameVillage { village: *from });
        }
        let amount = Amount::new(given_s)?;
        let steps = self.steps_to(target);
        match steps[source as usize] {
            NO_STEPS => {
                return Ok(Err(NoRoute::NotConnected {
                    from: *from,
                    to: *to,
                }))
            }
            hops if hops as usize > HOPS_MAX => {
                return Ok(Err(NoRoute::TooFar {
                    from: *from,
                    to: *to,
                    hops: hops as usize,
                }))
            }
            _ => {}
        }
        if let Some(found) = self.search(source, target, amount, &steps) {
            return Ok(Ok(found));
        }
        let widest = self.widest(source, target, &steps);
        Ok(match self.along(&widest, given_s) {
            Ok(found) => Ok(found),
            Err(QuoteRefusal::Line {
                from,
                to,
                refusal: RateRefusal::TooSmall { .. },
            }) => Err(NoRoute::TooLittle {
                line_from: from,
                line_to: to,
                given_s: given_s.0,
            }),
            Err(_) => Err(self.too_tight(from, to, &widest)),
        })
    }

    /// For each village the least number of lines to the target, whatever their room.
    fn steps_to(&self, target: u32) -> Vec<u32> {
        // Every line has both directions, so outward from the target is inward too.
        let mut steps = vec![NO_STEPS; self.villages.len()];
        steps[target as usize] = 0;
        let mut queue = VecDeque::from([target]);
        while let Some(village) = queue.pop_front() {
            for way in &self.ways[self.out_of(village)] {
                if steps[way.to as usize] == NO_STEPS {
                    steps[way.to as usize] = steps[village as usize] + 1;
                    queue.push_back(way.to);
                }
            }
        }
        steps
    }

    /// Forward, length by length: the route by which most arrives.
    fn search(&self, source: u32, target: u32, amount: Amount, steps: &[u32]) -> Option<Quote> {
        let mut labels = vec![Label {
            village: source,
            amount_s: amount.seconds(),
            before: None,
        }];
        let mut best: Option<(i64, u32)> = None;
        let mut layer = 0..1;
        for hops in 1..=HOPS_MAX {
            let left = (HOPS_MAX - hops) as u32;
            let mut kept: Vec<[Option<Label>; KEPT]> = vec![[None; KEPT]; self.villages.len()];
            for at in layer.clone() {
                let label = labels[at];
                if label.village == target {
                    continue;
                }
                for position in self.out_of(label.village) {
                    let way = &self.ways[position];
                    if steps[way.to as usize] > left || visited(&labels, at, way.to) {
                        continue;
                    }
                    if let Some(arrived) = self.arrives(label.village, way, label.amount_s) {
                        keep(
                            &mut kept[way.to as usize],
                            Label {
                                village: way.to,
                                amount_s: arrived.seconds(),
                                before: Some((at as u32, position as u32)),
                            },
                        );
                    }
                }
            }
            let begin = labels.len();
            labels.extend(kept.into_iter().flatten().flatten());
            layer = begin..labels.len();
            for at in layer.clone().filter(|&at| labels[at].village == target) {
                let Ok(arrived) = Amount::new(Seconds(labels[at].amount_s)) else {
                    continue;
                };
                let received = self.levies(target).split(arrived).receiver_s.0;
                if best.is_none_or(|(most, _)| received > most) {
                    best = Some((received, at as u32));
                }
            }
        }
        let (_, at) = best?;
        let mut ways = ways_of(&labels, at);
        ways.reverse();
        self.along(&ways, amount.into()).ok()
    }

    /// The quote along numbered ways.
    fn along(&self, ways: &[u32], given_s: Seconds) -> Result<Quote, QuoteRefusal> {
        let hops: Vec<Hop> = ways
            .iter()
            .map(|&way| self.ways[way as usize].hop)
            .collect();
        let levies: Vec<Levies> = hops
            .first()
            .map(|hop| hop.from)
            .into_iter()
            .chain(hops.iter().map(|hop| hop.to))
            .filter_map(|village| self.number(&village).ok())
            .map(|village| self.levies(village))
            .collect();
        quote(given_s, &hops, &levies)
    }

    /// Backward, length by length: the ways by which most can be given, as far as
    /// room goes. Where nothing passes at all, a shortest way. At each village and length the
    /// [`KEPT`] widest ways are kept, because the widest may lead through where one comes from.
    fn widest(&self, source: u32, target: u32, steps: &[u32]) -> Vec<u32> {
        // A label's amount is the most that may stand there; `before` is the next way on.
        let mut labels = vec![Label {
            village: target,
            amount_s: AMOUNT_MAX_S,
            before: None,
        }];
        let nobody = || vec![[None; KEPT]; self.villages.len()];
        let mut ahead: Vec<[Option<u32>; KEPT]> = nobody();
        ahead[target as usize][0] = Some(0);
        let mut best: Option<u32> = None;
        for _ in 1..=HOPS_MAX {
            let mut now = nobody();
            for village in (0..self.villages.len() as u32).filter(|&village| village != target) {
                let mut kept: Vec<Label> = Vec::new();
                for position in self.out_of(village) {
                    let way = &self.ways[position];
                    for at in ahead[way.to as usize].iter().flatten().copied() {
                        if visited(&labels, at as usize, village) {
                            continue;
                        }
                        let floor_s = kept.get(KEPT - 1).map_or(0, |least| least.amount_s);
                        let limit_s = labels[at as usize].amount_s;
                        let amount_s = self.most_into(village, way, limit_s, floor_s);
                        if amount_s > floor_s {
                            kept.push(Label {
                                village,
                                amount_s,
                                before: Some((at, position as u32)),
                            });
                            kept.sort_by_key(|label| std::cmp::Reverse(label.amount_s));
                            kept.truncate(KEPT);
                        }
                    }
                }
                for (place, label) in now[village as usize].iter_mut().zip(kept) {
                    *place = Some(labels.len() as u32);
                    labels.push(label);
                }
            }
            if let Some(at) = now[source as usize][0] {
                let wider =
                    |best: u32| labels[at as usize].amount_s > labels[best as usize].amount_s;
                if best.is_none_or(wider) {
                    best = Some(at);
                }
            }
            ahead = now;
        }
        match best {
            Some(at) => ways_of(&labels, at),
            None => self.shortest(source, steps),
        }
    }

    /// The most that may be given in a village so that at most `limit_s` arrives and all of
    /// it passes; `floor_s` if no more than that.
    fn most_into(&self, village: u32, way: &Way, limit_s: i64, floor_s: i64) -> i64 {
        let passes = |amount_s: i64| {
            Amount::new(Seconds(amount_s)).is_ok_and(|amount| {
                match pass(self.levies(village), &way.hop, amount) {
                    Ok((_, arrived)) => arrived.seconds() <= limit_s,
                    // Too little to arrive as a second, but nothing is in its way.
                    Err(RateRefusal::TooSmall { .. }) => true,
                    Err(_) => false,
                }
            })
        };
        if !passes(floor_s + 1) {
            return floor_s;
        }
        let (mut low, mut high) = (floor_s + 1, AMOUNT_MAX_S + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if passes(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn shortest(&self, source: u32, steps: &[u32]) -> Vec<u32> {
        let mut ways = Vec::new();
        let mut village = source;
        while steps[village as usize] > 0 {
            let nearer = self
                .out_of(village)
                .filter(|&way| steps[self.ways[way].to as usize] < steps[village as usize])
                // Of several lines to nearer villages the one with most room.
                .max_by_key(|&way| self.ways[way].hop.line.room_s());
            let Some(way) = nearer else { break };
            ways.push(way as u32);
            village = self.ways[way].to;
        }
        ways
    }

    /// Names the line that stops more than what would pass.
    fn too_tight(&self, from: &VillageId, to: &VillageId, ways: &[u32]) -> NoRoute {
        let passes = |amount_s: i64| self.along(ways, Seconds(amount_s)).is_ok();
        // What passes at most on these ways: found again by halving, now with every
        // rounding of the whole way in it.
        let (mut low, mut high) = (0, AMOUNT_MAX_S + 1);
        // Little amounts vanish in rounding; begin with one that passes, if any.
        let mut probe = AMOUNT_MAX_S;
        while probe > 0 {
            if passes(probe) {
                low = probe;
                break;
            }
            high = probe;
            probe /= 2;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if passes(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let stopped = match self.along(ways, Seconds(high)) {
            Err(QuoteRefusal::Line { from, to, .. }) => ways
                .iter()
                .map(|&way| &self.ways[way as usize].hop)
                .find(|hop| hop.from == from && hop.to == to),
            _ => None,
        };
        let least = ways
            .iter()
            .map(|&way| &self.ways[way as usize].hop)
            .min_by_key(|hop| hop.line.room_s());
        // With nothing passing, the line with the least room is the one to name.
        let hop = if low == 0 { least } else { stopped.or(least) };
        match hop {
            Some(hop) => NoRoute::TooTight {
                line_from: hop.from,
                line_to: hop.to,
                room_s: hop.line.room_s(),
                would_pass_s: low,
            },
            None => NoRoute::NotConnected {
                from: *from,
                to: *to,
            },
        }
    }
}

const NO_STEPS: u32 = u32::MAX;

/// Whether a label's way has been at a village.
fn visited(labels: &[Label], mut at: usize, village: u32) -> bool {
    loop {
        if labels[at].village == village {
            return true;
        }
        match labels[at].before {
            Some((before, _)) => at = before as usize,
            None => return false,
        }
    }
}

/// The ways of a label, the last taken first.
fn ways_of(labels: &[Label], mut at: u32) -> Vec<u32> {
    let mut ways = Vec::new();
    while let Some((before, way)) = labels[at as usize].before {
        ways.push(way);
        at = before;
    }
    ways
}

/// Keeps the largest amounts, in descending order, and in the last place the
/// smallest. Of equal amounts the first that came stays.
fn keep(kept: &mut [Option<Label>; KEPT], label: Label) {
    if kept
        .iter()
        .flatten()
        .any(|other| other.amount_s == label.amount_s)
    {
        return;
    }
    match kept.iter().position(Option::is_none) {
        Some(free) => kept[free] = Some(label),
        None => {
            let last = kept[KEPT - 1].map(|last| last.amount_s);
            if last > Some(label.amount_s) {
                kept[KEPT - 1] = Some(label);
            } else if kept[KEPT - 2].is_some_and(|other| label.amount_s > other.amount_s) {
                kept[KEPT - 2] = Some(label);
            }
        }
    }
    kept.sort_by_key(|label| std::cmp::Reverse(label.map(|label| label.amount_s)));
}
