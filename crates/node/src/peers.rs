//! Peers that went away and come back, and pages that were lost on the way.
//!
//! kitsune2 0.5.3 leaves five holes that a cut cable falls into (all read in its
//! sources, docs/decisions/0018-gossip.md):
//!
//! | hole | mended here |
//! |---|---|
//! | a peer that did not answer is left alone for up to twenty minutes | it is tried beside gossip, soon and then ever less often, and at once when it shows |
//! | gossip that turns to a peer waits for it and for nobody else; without a relay it turns to it again without a pause | a peer without a line stays marked until a try has reached it |
//! | what a peer has new is asked for once; a question or answer that is lost is not repeated | every minute what came in the last two is asked for again |
//! | what a peer took in while its clock was ahead stands for its newest news, long after it is right again | a bookmark of a time to come goes back to now |
//! | who shows up is told of one's own pages after up to five minutes | at once (`unsigned.rs`) |
//!
//! Nothing here trusts a peer: what is tried is a line, what is asked for is judged as
//! always.

use kitsune2_api::{
    serialize_publish_agent_message, AgentId, AgentInfoSigned, DynPeerMetaStore, DynSpace,
    DynTransport, Timestamp, Url, KEY_PREFIX_ROOT, META_KEY_UNRESPONSIVE,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How soon a peer that did not answer is tried again; each time in vain doubles it.
const REST_MIN: Duration = Duration::from_secs(10);
/// The longest rest. A peer that comes back says so itself: this is for the case that
/// its word is lost.
const REST_MAX: Duration = Duration::from_secs(320);
/// The longest rest for who went away lately, and for all while no hub answers: iroh
/// forgets after a minute without a try where somebody was reached past the hub, and then
/// only a hub brings the two together again.
const REST_LATELY: Duration = Duration::from_secs(20);
/// Tries under way at once in one village.
const TRIES_MAX: usize = 8;
/// How often what came lately is asked for again.
const AGAIN_EVERY: Duration = Duration::from_secs(60);
/// How far back is asked for when a peer is met for the first time in a run.
const FIRST_BACK: Duration = Duration::from_secs(600);
/// How far apart the clocks of two nodes may be.
pub const CLOCKS_APART: Duration = Duration::from_secs(3_600);
/// How long Holochain remembers where it stands with a peer.
const STANDS_FOR: Duration = Duration::from_secs(24 * 3_600);
/// Who went away this lately is looked for at the hub as well.
const LATELY: Duration = Duration::from_secs(300);
/// Where kitsune2 keeps up to when it has what a peer has.
const BOOKMARK: &str = "gossip:new_ops_bookmark";
/// The part of kitsune2 that takes a peer's word of itself.
const PUBLISH: &str = "Publish";

/// What is known of one village's peers beside what Holochain knows.
#[derive(Default)]
pub struct Peers {
    tries: HashMap<Url, Try>,
    bookmarks: HashMap<Url, Bookmark>,
    /// Who was told of this member's newest pages since they were last gone.
    told: HashSet<Url>,
}

/// How hard those are tried who did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// A peer that comes back says so itself, at the hub.
    Seldom,
    /// There is no hub to say it at, or the other went away lately.
    Often,
    /// Everybody at once: the hub is another, or back.
    All,
}

/// What a look found.
pub struct Look {
    /// Somebody went away lately.
    pub lost: bool,
    /// Who was not there at the last look.
    pub shown: Vec<Url>,
    /// Whoever answers, with their place.
    pub here: Vec<(Url, AgentId)>,
}

/// A peer that did not answer.
struct Try {
    /// Tries in vain, in a row.
    vain: u32,
    last: Instant,
    task: Option<JoinHandle<()>>,
}

impl Drop for Try {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Up to when a peer's news were here: one and two turns ago, by the peer's clock.
struct Bookmark {
    before: Timestamp,
    last: Timestamp,
    turned: Instant,
}

impl Bookmark {
    fn at(before: Timestamp, last: Timestamp) -> Self {
        Self {
            before,
            last,
            turned: Instant::now(),
        }
    }

    /// The next turn; gives where to go back to, if there was news since.
    fn turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        let back = (self.before < now).then_some(self.before);
        self.before = self.last;
        self.last = now;
        self.turned = Instant::now();
        back
    }
}

/// How long to leave a peer alone after so many tries in vain.
fn rest(vain: u32, tries: Tries) -> Duration {
    let longest = match tries {
        Tries::Seldom => REST_MAX,
        Tries::Often => REST_LATELY,
        Tries::All => Duration::ZERO,
    };
    REST_MIN.saturating_mul(1 << vain.min(5)).min(longest)
}

impl Peers {
    /// One look at a village.
    pub async fn look(
        &mut self,
        space: &DynSpace,
        transport: &DynTransport,
        own: &Arc<AgentInfoSigned>,
        tries: Tries,
    ) -> Look {
        let meta = space.peer_meta_store();
        let Ok(infos) = space.peer_store().get_all().await else {
            return Look {
                lost: false,
                shown: Vec::new(),
                here: Vec::new(),
            };
        };
        let others: HashMap<Url, Timestamp> = infos
            .iter()
            .filter(|info| info.agent != own.agent && !info.is_tombstone)
            .filter_map(|info| Some((info.url.clone()?, info.created_at)))
            .collect();
        let connected = transport.get_connected_peers().await.unwrap_or_default();
        let marks = marks(meta).await;
        self.tries.retain(|peer, _| marks.contains_key(peer));
        self.bookmarks.retain(|peer, _| others.contains_key(peer));
        let now = Timestamp::now();
        let mut lately = false;
        for (peer, since) in &marks {
            let back = self.bookmarks.get(peer).map(|bookmark| bookmark.before);
            if connected.contains(peer) {
                self.tries.remove(peer);
                lift(meta, peer, back).await;
                continue;
            }
            // A mark from the future is a clock that was set back.
            let is_late = since.is_none_or(|since| (now - since).is_ok_and(|slept| slept < LATELY));
            lately |= is_late;
            let shows = match (others.get(peer), since) {
                (Some(created), Some(since)) => created > since,
                (Some(_), None) => true,
                // Nobody is there any more.
                (None, _) => continue,
            };
            let tries = match (shows, tries) {
                (true, _) => Tries::All,
                (false, Tries::Seldom) if is_late => Tries::Often,
                (false, tries) => tries,
            };
            self.try_again(space, transport, own, peer, back, tries);
        }
        let is_here = |peer: &Url| others.contains_key(peer) && !marks.contains_key(peer);
        self.told.retain(is_here);
        let mut shown = Vec::new();
        for peer in others.keys().filter(|peer| is_here(peer)) {
            self.ask_again(meta, peer).await;
            if self.told.insert(peer.clone()) {
                shown.push(peer.clone());
            }
        }
        let here = infos
            .iter()
            .filter(|info| info.agent != own.agent && !info.is_tombstone)
            .filter_map(|info| Some((info.url.clone()?, info.agent.clone())))
            .filter(|(peer, _)| is_here(peer))
            .collect();
        Look {
            lost: lately,
            shown,
            here,
        }
    }

    /// Marks everybody without a line, while the hub is silent: gossip would turn to
    /// them without a pause. Each is tried when the hub is back.
    pub async fn rest_without_hub(
        space: &DynSpace,
        transport: &DynTransport,
        own: &Arc<AgentInfoSigned>,
    ) {
        let meta = space.peer_meta_store();
        let connected = transport.get_connected_peers().await.unwrap_or_default();
        let marked = marks(meta).await;
        for info in space.peer_store().get_all().await.unwrap_or_default() {
            let Some(peer) = info.url.clone() else {
                continue;
            };
            if info.agent != own.agent && !connected.contains(&peer) && !marked.contains_key(&peer)
            {
                let _ = meta
                    .set_unresponsive(peer, info.expires_at, Timestamp::now())
                    .await;
            }
        }
    }

    /// Tries to reach a marked peer, beside everything else, and lifts the mark when
    /// there is a line.
    fn try_again(
        &mut self,
        space: &DynSpace,
        transport: &DynTransport,
        own: &Arc<AgentInfoSigned>,
        peer: &Url,
        back: Option<Timestamp>,
        tries: Tries,
    ) {
        let under_way = |tried: &Try| tried.task.as_ref().is_some_and(|task| !task.is_finished());
        let busy = self.tries.values().filter(|tried| under_way(tried)).count();
        let tried = self.tries.entry(peer.clone()).or_insert_with(|| Try {
            vain: 0,
            last: Instant::now(),
            task: None,
        });
        let is_due = tried.last.elapsed() >= rest(tried.vain, tries);
        if under_way(tried) || !is_due || busy >= TRIES_MAX {
            return;
        }
        tried.vain = match tries {
            Tries::All => 0,
            Tries::Seldom | Tries::Often => tried.vain + 1,
        };
        tried.last = Instant::now();
        let (space, transport) = (space.clone(), transport.clone());
        let (own, peer) = (own.clone(), peer.clone());
        tried.task = Some(tokio::spawn(async move {
            let Ok(word) = serialize_publish_agent_message(&own) else {
                return;
            };
            // What is sent is this node's own word of itself, which is news to a peer
            // that was away.
            let sent = transport
                .send_module(peer.clone(), own.space.clone(), PUBLISH.into(), word)
                .await;
            let connected = transport.get_connected_peers().await.unwrap_or_default();
            // A line that was refused counts as sent.
            if sent.is_ok() && connected.contains(&peer) {
                lift(space.peer_meta_store(), &peer, back).await;
            }
        }));
    }

    /// Asks a peer again for what it had new of late.
    async fn ask_again(&mut self, meta: &DynPeerMetaStore, peer: &Url) {
        let Ok(Some(stands)) = meta.get(peer.clone(), BOOKMARK.into()).await else {
            return;
        };
        let Ok(stands) = serde_json::from_slice::<Timestamp>(&stands) else {
            return;
        };
        let now = Timestamp::now();
        let back = match self.bookmarks.get_mut(peer) {
            _ if stands > now + CLOCKS_APART => {
                let first = (now - FIRST_BACK).unwrap_or(now);
                self.bookmarks
                    .insert(peer.clone(), Bookmark::at(first, now));
                Some(first)
            }
            Some(bookmark) if bookmark.turned.elapsed() < AGAIN_EVERY => None,
            Some(bookmark) => bookmark.turn(stands),
            None => {
                let first = (stands - FIRST_BACK).unwrap_or(stands);
                self.bookmarks
                    .insert(peer.clone(), Bookmark::at(first, stands));
                Some(first)
            }
        };
        if let Some(back) = back {
            go_back(meta, peer, back).await;
        }
    }
}

/// Since when which peers are marked as not answering.
async fn marks(meta: &DynPeerMetaStore) -> HashMap<Url, Option<Timestamp>> {
    let marks = meta.get_all_by_key(mark()).await.unwrap_or_default();
    marks
        .into_iter()
        .map(|(peer, since)| (peer, serde_json::from_slice(&since).ok()))
        .collect()
}

fn mark() -> String {
    format!("{KEY_PREFIX_ROOT}:{META_KEY_UNRESPONSIVE}")
}

/// Lets gossip and publishing turn to a peer again, and first to what may have been
/// lost when it went.
async fn lift(meta: &DynPeerMetaStore, peer: &Url, back: Option<Timestamp>) {
    if let Some(back) = back {
        go_back(meta, peer, back).await;
    }
    let _ = meta.delete(peer.clone(), mark()).await;
}

async fn go_back(meta: &DynPeerMetaStore, peer: &Url, back: Timestamp) {
    if let Ok(value) = serde_json::to_vec(&back) {
        let until = Some(Timestamp::now() + STANDS_FOR);
        let _ = meta
            .put(peer.clone(), BOOKMARK.into(), value.into(), until)
            .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_a_bound() {
        let rests =
            |tries| -> Vec<u64> { (0..8).map(|vain| rest(vain, tries).as_secs()).collect() };
        assert_eq!(rests(Tries::Seldom), [10, 20, 40, 80, 160, 320, 320, 320]);
        assert_eq!(rests(Tries::Often), [10, 20, 20, 20, 20, 20, 20, 20]);
        assert_eq!(rests(Tries::All), [0; 8]);
        assert_eq!(rest(u32::MAX, Tries::Seldom), REST_MAX);
    }

    #[test]
    fn each_piece_of_news_is_asked_for_at_two_turns() {
        let at = Timestamp::from_micros;
        let mut bookmark = Bookmark {
            before: at(0),
            last: at(10),
            turned: Instant::now(),
        };
        // News at 15 is between the turns at 10 and 20.
        assert_eq!(bookmark.turn(at(20)), Some(at(0)));
        assert_eq!(bookmark.turn(at(20)), Some(at(10)));
        // Nothing new in two turns: nothing is asked for again.
        assert_eq!(bookmark.turn(at(20)), None);
        assert_eq!(bookmark.turn(at(30)), Some(at(20)));
        assert_eq!(bookmark.turn(at(30)), Some(at(20)));
        assert_eq!(bookmark.turn(at(30)), None);
    }
}
