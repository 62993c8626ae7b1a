//! Where this node meets the others: the first of its hubs that answers, now and later.
//!
//! Holochain 0.7.1 takes one bootstrap and one relay at the start of a conductor. A hub
//! in a village is somebody's laptop: it comes, goes and comes back. So the conductor
//! is given none (`conductor.rs`), and this loop does what it would have done, for
//! whichever hub answers:
//!
//! | seen | done |
//! |---|---|
//! | no hub yet, one answers | meet there |
//! | the hub is silent [`LOOKS_LOST`] times, another answers | meet at the first that does |
//! | no hub answers any more | do without (`stand_in.rs`): call the peers where they were reached before, past the hub |
//! | an earlier hub answers [`LOOKS_BACK`] times | back to it: who starts now goes there, too |
//! | the hub answers again | try the peers again that did not answer meanwhile; after a longer silence sign and send the own address anew |
//! | nobody known in a village | ask who is there every few seconds; somebody went away lately: every 15 s; else every minute |
//! | somebody shows up, or is there | tell them of this member's newest pages, sign for theirs (`unsigned.rs`) |
//! | own address is not on the hub's list (it was restarted) | put it there |
//!
//! All nodes of a village should have the same hubs in the same order, as an invitation
//! gives them: two nodes reach each other only at the same hub, or over a line that is
//! open already. What is done about the peers themselves is in `peers.rs`.

use crate::conductor::App;
use crate::hub::answering;
use crate::hub_list::{HubList, REQUEST_TIMEOUT};
use crate::peers::{Look, Peers, Tries, CLOCKS_APART};
use crate::stand_in::StandIn;
use crate::unsigned::Unsigned;
use crate::NodeError;
use holochain::prelude::{AgentPubKey, CellId, DnaHash};
use kitsune2_api::{
    AgentInfoSigned, Config, DynSpace, DynTransport, DynVerifier, LocalAgent, SpaceId, Timestamp,
};
use kitsune2_core::Ed25519Verifier;
use kitsune2_transport_iroh::{IrohTransportConfig, IrohTransportModConfig};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use url::Url;

/// How often the hubs are looked at.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Looks without an answer after which a hub is lost.
pub const LOOKS_LOST: u32 = 2;
/// Looks with an answer after which an earlier hub is met at again.
pub const LOOKS_BACK: u32 = 3;
/// How often a village is asked for at the hub when others are known. They tell this
/// node themselves when somebody comes; the list is for the rare case that nobody does.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// The same when somebody went away lately, who may be back and not reach this node.
const ASK_AFTER_LOSS: Duration = Duration::from_secs(15);
/// How long everybody is tried without a rest after the hub was dark: the line to its
/// relay is made again up to half a minute after it answers.
const ALL_AGAIN: Duration = Duration::from_secs(60);
/// How soon to look again while the own address at a new hub is not known yet.
const SETTLING: Duration = Duration::from_millis(500);

/// Where the node meets, and the loop that sees to it.
pub struct Meeting {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    hubs: Mutex<Vec<String>>,
    now: Mutex<Option<String>>,
    changed: Notify,
}

impl Shared {
    fn now(&self) -> Option<String> {
        self.now.lock().ok().and_then(|now| now.clone())
    }

    fn hubs(&self) -> Vec<String> {
        self.hubs
            .lock()
            .map(|hubs| hubs.clone())
            .unwrap_or_default()
    }
}

impl Meeting {
    /// Meets at the first of `hubs` that answers, from now on.
    pub fn start(app: App, hubs: Vec<String>, unsigned: Unsigned) -> Self {
        let shared = Arc::new(Shared {
            hubs: Mutex::new(hubs),
            ..Shared::default()
        });
        let looking = Looking {
            app,
            shared: shared.clone(),
            choice: Choice::default(),
            relay: None,
            stand_in: None,
            villages: HashMap::new(),
            all_until: None,
            unsigned,
        };
        Self {
            shared,
            task: tokio::spawn(looking.go_on()),
        }
    }

    /// Leaves meeting to Holochain, which knows one hub.
    pub fn at(hub: &str) -> Self {
        let shared = Shared {
            now: Mutex::new(Some(hub.to_owned())),
            ..Shared::default()
        };
        Self {
            shared: Arc::new(shared),
            task: tokio::spawn(async {}),
        }
    }

    /// The hub that is met at.
    pub fn now(&self) -> Option<String> {
        self.shared.now()
    }

    /// Takes other hubs, from now on.
    pub fn set_hubs(&self, hubs: Vec<String>) {
        if let Ok(mut known) = self.shared.hubs.lock() {
            *known = hubs;
        }
        self.shared.changed.notify_one();
    }

    /// Looks at once: a village was opened.
    pub fn look(&self) {
        self.shared.changed.notify_one();
    }

    /// Ends the loop.
    pub fn stop(&self) {
        self.task.abort();
    }
}

/// Which hub, by what is seen of all of them.
#[derive(Debug, Default)]
struct Choice {
    now: Option<String>,
    silent: u32,
    earlier: u32,
}

/// What a look changes.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    Nothing,
    /// The hub was silent and answers again.
    Back,
    /// Another hub than before.
    Moved,
}

impl Choice {
    fn look(&mut self, hubs: &[String], answers: &[bool]) -> Change {
        let answers_now = |hub: &String| {
            let at = hubs.iter().position(|known| known == hub);
            at.is_some_and(|at| answers.get(at) == Some(&true))
        };
        let first = hubs.iter().find(|hub| answers_now(hub)).cloned();
        let is_known = self.now.as_ref().is_some_and(|now| hubs.contains(now));
        let is_silent = !self.now.as_ref().is_some_and(answers_now);
        let was_silent = self.silent > 0;
        self.silent = if is_silent { self.silent + 1 } else { 0 };
        let is_other = first.is_some() && first != self.now;
        self.earlier = if is_other && !is_silent {
            self.earlier + 1
        } else {
            0
        };
        let moves =
            is_other && (!is_known || self.silent >= LOOKS_LOST || self.earlier >= LOOKS_BACK);
        if moves {
            *self = Self {
                now: first,
                ..Self::default()
            };
            Change::Moved
        } else if was_silent && !is_silent {
            Change::Back
        } else {
            Change::Nothing
        }
    }
}

/// When a village was last asked for, what of it stands at the hub, and its peers.
#[derive(Default)]
struct Village {
    asked: Option<Instant>,
    put: Option<Timestamp>,
    peers: Peers,
}

struct Looking {
    app: App,
    shared: Arc<Shared>,
    choice: Choice,
    relay: Option<SpaceId>,
    /// While no hub answers.
    stand_in: Option<StandIn>,
    villages: HashMap<SpaceId, Village>,
    /// Until when every peer is tried without a rest.
    all_until: Option<Instant>,
    unsigned: Unsigned,
}

impl Looking {
    async fn go_on(mut self) {
        loop {
            let wait = match self.look().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(error = error.line(), "the hubs could not be looked at");
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.shared.changed.notified() => {}
            }
        }
    }

    /// One look; gives the time until the next.
    async fn look(&mut self) -> Result<Duration, NodeError> {
        let hubs = self.shared.hubs();
        let answers = answering(&hubs).await;
        let silent_before = self.choice.silent;
        let change = self.choice.look(&hubs, &answers);
        if change == Change::Moved {
            if let Err(error) = self.go_to_relay().await {
                // Nowhere, so that the next look tries again.
                self.choice = Choice::default();
                return Err(error);
            }
            self.villages.clear();
        }
        let was_dark = change == Change::Back && silent_before >= LOOKS_LOST;
        let is_dark = self.choice.silent >= LOOKS_LOST;
        if is_dark && self.stand_in.is_none() {
            self.begin_stand_in().await?;
        } else if was_dark {
            self.end_stand_in().await?;
        }
        if was_dark || change == Change::Moved {
            self.all_until = Some(Instant::now() + ALL_AGAIN);
        }
        let all =
            change != Change::Nothing || self.all_until.is_some_and(|until| Instant::now() < until);
        let tries = match (all, is_dark) {
            (true, _) => Tries::All,
            (false, true) => Tries::Often,
            (false, false) => Tries::Seldom,
        };
        let silent = self.choice.silent;
        let hub = self.choice.now.clone().filter(|_| silent == 0);
        let soon = if hub.is_some() { SETTLING } else { LOOK_EVERY };
        if self.app.find().await?.is_none() {
            // The first start, which installs the app just now.
            return Ok(soon);
        }
        let kitsune = self.app.handle().holochain_p2p().test_kitsune().clone();
        let Ok(transport) = kitsune.transport().await else {
            return Ok(soon);
        };
        let mut settling = false;
        // Without the lobby, which meets nobody.
        for (cell, _) in self.app.cells().await?.into_iter().skip(1) {
            let Some((space, own)) = self.space(&cell).await else {
                settling = true;
                continue;
            };
            let village = self.villages.entry(own.space.clone()).or_default();
            let look = village.peers.look(&space, &transport, &own, tries).await;
            let lost = look.lost;
            if let Err(error) = pass_on(&mut self.unsigned, &self.app, &cell, &space, look).await {
                tracing::warn!(error = error.line(), "pages that lack receipts wait");
            }
            let Some(hub) = &hub else {
                if is_dark {
                    Peers::rest_without_hub(&space, &transport, &own).await;
                }
                continue;
            };
            if was_dark {
                announce(&space).await;
                // What was signed is put on the hub's list at the next look.
                settling = true;
            }
            let rest = match change {
                Change::Back => Duration::ZERO,
                _ if lost => ASK_AFTER_LOSS,
                _ => ASK_EVERY,
            };
            settling |= !meet(village, hub, &own, &space, rest).await;
        }
        Ok(if settling { soon } else { LOOK_EVERY })
    }

    /// A village's network, and this node's own word of itself there.
    async fn space(&self, cell: &CellId) -> Option<(DynSpace, Arc<AgentInfoSigned>)> {
        let space = cell.dna_hash().to_k2_space();
        let kitsune = self.app.handle().holochain_p2p().test_kitsune();
        let space = kitsune.space_if_exists(space).await?;
        let me = cell.agent_pubkey().to_k2_agent();
        let own = space.peer_store().get(me).await.ok()??;
        Some((space, own))
    }

    /// Lets the transport's one relay be the hub. Holochain's way to a relay of a
    /// space's own is used with a space that does not exist: the transport then knows
    /// this relay and no other, makes it its home and tells every village the address.
    async fn go_to_relay(&mut self) -> Result<(), NodeError> {
        let Some(hub) = self.choice.now.clone() else {
            return Ok(());
        };
        self.end_stand_in().await?;
        let transport = self.transport().await?;
        if let Some(before) = self.relay.take() {
            transport
                .unconfigure_for_space(before)
                .await
                .map_err(no_hub)?;
        }
        let place = random_place();
        transport
            .configure_for_space(place.clone(), &at_relay(&hub)?)
            .await
            .map_err(no_hub)?;
        self.relay = Some(place);
        if let Ok(mut now) = self.shared.now.lock() {
            *now = Some(hub);
        }
        Ok(())
    }

    async fn begin_stand_in(&mut self) -> Result<(), NodeError> {
        if let Some(hub) = &self.choice.now {
            let transport = self.transport().await?;
            self.stand_in = Some(StandIn::begin(&self.app, &transport, hub).await?);
        }
        Ok(())
    }

    async fn end_stand_in(&mut self) -> Result<(), NodeError> {
        match self.stand_in.take() {
            None => Ok(()),
            Some(stand_in) => stand_in.end(&self.transport().await?).await,
        }
    }

    async fn transport(&self) -> Result<DynTransport, NodeError> {
        let kitsune = self.app.handle().holochain_p2p().test_kitsune();
        kitsune.transport().await.map_err(no_hub)
    }
}

/// How the transport is told of its one relay.
pub fn at_relay(url: &str) -> Result<Config, NodeError> {
    let config = Config::default();
    config
        .set_module_config(&IrohTransportModConfig {
            iroh_transport: IrohTransportConfig {
                relay_url: Some(url.to_owned()),
                relay_allow_plain_text: true,
                ..IrohTransportConfig::default()
            },
        })
        .map_err(no_hub)?;
    Ok(config)
}

/// A space that does not exist.
pub fn random_place() -> SpaceId {
    DnaHash::from_raw_32(rand::random::<[u8; 32]>().to_vec()).to_k2_space()
}

/// Names what the transport did not do.
pub fn no_hub(error: kitsune2_api::K2Error) -> NodeError {
    NodeError::Conductor {
        doing: "going to a hub",
        cause: error.to_string(),
    }
}

/// Signs this node's address anew, and with that tells everybody that it is there.
async fn announce(space: &DynSpace) {
    for agent in space
        .local_agent_store()
        .get_all()
        .await
        .unwrap_or_default()
    {
        agent.invoke_cb();
    }
}

/// Tells those who show up of this member's newest pages, and signs for theirs.
async fn pass_on(
    unsigned: &mut Unsigned,
    app: &App,
    cell: &CellId,
    space: &DynSpace,
    look: Look,
) -> Result<(), NodeError> {
    if !look.shown.is_empty() {
        let ops = unsigned.newest(cell).await?;
        for peer in look.shown.iter().filter(|_| !ops.is_empty()) {
            let told = space.publish().publish_ops(ops.clone(), peer.clone()).await;
            if let Err(error) = told {
                tracing::debug!(%error, "a peer was not told of newest pages");
            }
        }
    }
    for (place, agent) in &look.here {
        let peer = AgentPubKey::from_raw_32(agent.to_vec());
        if look.shown.contains(place) {
            unsigned.shows_up(cell.dna_hash(), &peer);
        }
        unsigned.sign_for(app, cell, &peer).await?;
    }
    Ok(())
}

/// Says at the hub that this node is there, and hears who else is when the last time is
/// `rest` ago. False while this node does not know its own address there.
async fn meet(
    village: &mut Village,
    hub: &str,
    own: &Arc<AgentInfoSigned>,
    space: &DynSpace,
    rest: Duration,
) -> bool {
    let is_there = own.url.as_ref().is_some_and(|url| is_at(url.as_str(), hub));
    if !is_there {
        return false;
    }
    let store = space.peer_store();
    let others = store.get_all().await.unwrap_or_default();
    let now = Timestamp::now();
    // A node whose clock was ahead: what it says with the right one looks old.
    for info in &others {
        if info.created_at > now + CLOCKS_APART && info.agent != own.agent {
            let _ = store.remove(info.agent.clone()).await;
        }
    }
    let is_alone = !others
        .iter()
        .any(|info| info.agent != own.agent && !info.is_tombstone && info.expires_at > now);
    let is_time = village
        .asked
        .is_none_or(|asked| is_alone || asked.elapsed() >= rest);
    if village.put == Some(own.created_at) && !is_time {
        return true;
    }
    match exchange(hub, own, is_time).await {
        Ok(Some(found)) => {
            village.asked = Some(Instant::now());
            village.put = Some(own.created_at);
            if let Err(error) = store.insert(found).await {
                tracing::debug!(%error, "a hub's list was not taken");
            }
        }
        Ok(None) => village.put = Some(own.created_at),
        Err(cause) => tracing::debug!(cause, hub, "a hub did not answer"),
    }
    true
}

/// Puts the own address on the hub's list unless it stands there, and gives the list.
async fn exchange(
    hub: &str,
    own: &Arc<AgentInfoSigned>,
    ask: bool,
) -> Result<Option<Vec<Arc<AgentInfoSigned>>>, String> {
    let (list, own) = (HubList::at(hub, REQUEST_TIMEOUT), own.clone());
    let asking = tokio::task::spawn_blocking(move || -> Result<_, String> {
        let mut found = None;
        if ask {
            let verifier: DynVerifier = Arc::new(Ed25519Verifier);
            found = Some(list.ask(&own.space, &verifier)?);
        }
        let stands = found
            .iter()
            .flatten()
            .any(|info| info.agent == own.agent && info.created_at >= own.created_at);
        if !stands {
            list.put(&own)?;
        }
        if let Some(found) = &mut found {
            found.retain(|info| info.agent != own.agent);
        }
        Ok(found)
    });
    asking.await.map_err(|error| error.to_string())?
}

/// Whether a peer's address is one at this hub.
fn is_at(peer: &str, hub: &str) -> bool {
    let place = |text: &str| {
        let url = Url::parse(text).ok()?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    };
    place(peer).is_some() && place(peer) == place(hub)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hubs() -> Vec<String> {
        vec![
            "http://a:1".into(),
            "http://b:1".into(),
            "http://c:1".into(),
        ]
    }

    fn at(choice: &Choice) -> &str {
        choice.now.as_deref().unwrap_or("nowhere")
    }

    #[test]
    fn the_first_hub_that_answers_is_met_at() {
        let mut choice = Choice::default();
        assert_eq!(choice.look(&hubs(), &[false; 3]), Change::Nothing);
        assert_eq!(at(&choice), "nowhere");
        assert_eq!(choice.look(&hubs(), &[false, true, true]), Change::Moved);
        assert_eq!(at(&choice), "http://b:1");
    }

    #[test]
    fn a_hub_that_is_silent_once_is_not_lost_and_twice_is() {
        let mut choice = Choice::default();
        choice.look(&hubs(), &[true, true, true]);
        assert_eq!(choice.look(&hubs(), &[false, true, true]), Change::Nothing);
        assert_eq!(choice.look(&hubs(), &[true, true, true]), Change::Back);
        assert_eq!(choice.look(&hubs(), &[false, false, true]), Change::Nothing);
        assert_eq!(choice.look(&hubs(), &[false, false, true]), Change::Moved);
        assert_eq!(at(&choice), "http://c:1");
    }

    #[test]
    fn a_hub_that_is_silent_alone_stays_and_is_told_when_it_is_back() {
        let mut choice = Choice::default();
        choice.look(&hubs(), &[true, false, false]);
        for _ in 0..5 {
            assert_eq!(choice.look(&hubs(), &[false; 3]), Change::Nothing);
        }
        assert_eq!(at(&choice), "http://a:1");
        assert_eq!(choice.look(&hubs(), &[true, false, false]), Change::Back);
    }

    #[test]
    fn an_earlier_hub_is_gone_back_to_when_it_stays() {
        let mut choice = Choice::default();
        choice.look(&hubs(), &[false, true, false]);
        for _ in 1..LOOKS_BACK {
            assert_eq!(choice.look(&hubs(), &[true, true, false]), Change::Nothing);
        }
        assert_eq!(choice.look(&hubs(), &[false, true, false]), Change::Nothing);
        for _ in 1..LOOKS_BACK {
            assert_eq!(choice.look(&hubs(), &[true, true, false]), Change::Nothing);
        }
        assert_eq!(choice.look(&hubs(), &[true, true, false]), Change::Moved);
        assert_eq!(at(&choice), "http://a:1");
    }

    #[test]
    fn a_hub_that_was_taken_off_the_list_is_left_at_once() {
        let mut choice = Choice::default();
        choice.look(&hubs(), &[true, true, true]);
        let rest = &hubs()[1..];
        assert_eq!(choice.look(rest, &[true, true]), Change::Moved);
        assert_eq!(at(&choice), "http://b:1");
    }

    #[test]
    fn an_address_is_at_its_hub_only() {
        assert!(is_at(
            "http://192.168.1.5:8790/abc",
            "http://192.168.1.5:8790"
        ));
        assert!(is_at("http://hub.example:80/abc", "http://hub.example"));
        assert!(!is_at(
            "http://192.168.1.5:8791/abc",
            "http://192.168.1.5:8790"
        ));
        assert!(!is_at("", ""));
    }
}
