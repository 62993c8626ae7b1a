//! Where nodes meet: bootstrap (who is there) and relay (a way to reach them), both
//! on one plain http address. A hub sees addresses and sealed bytes, never pages.

use crate::config::check_hub_url;
use crate::NodeError;
use kitsune2_bootstrap_srv::{BootstrapSrv, Config};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

/// Nodes that one village may have at one hub; more push the oldest out.
pub const NODES_PER_VILLAGE_MAX: usize = 2_048;
/// How long a hub may take to answer before the next one is tried.
pub const REACH_TIMEOUT: Duration = Duration::from_secs(3);

/// How soon a stop is noticed; also how often an idle hub wakes.
const STOP_NOTICED: Duration = Duration::from_millis(200);

/// Any free port on this machine only.
pub fn own_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A running hub.
pub struct Hub {
    server: BootstrapSrv,
    address: SocketAddr,
}

impl Hub {
    /// Opens a hub on `listen`.
    pub async fn start(listen: SocketAddr) -> Result<Self, NodeError> {
        let refuse = move |cause: String| NodeError::HubListen {
            address: listen.to_string(),
            cause,
        };
        let server = tokio::task::spawn_blocking(move || BootstrapSrv::new(hub_config(listen)))
            .await
            .map_err(|error| refuse(error.to_string()))?
            .map_err(|error| refuse(error.to_string()))?;
        let address = server.listen_addrs().first().copied();
        match address {
            Some(address) => Ok(Self { server, address }),
            None => Err(refuse("it has no address".into())),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as others on this machine write it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes it.
    pub async fn stop(mut self) {
        let stopped = tokio::task::spawn_blocking(move || self.server.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "a hub worker had failed");
        }
    }
}

fn hub_config(listen: SocketAddr) -> Config {
    Config {
        listen_address_list: vec![listen],
        max_entries_per_space: NODES_PER_VILLAGE_MAX,
        request_listen_duration: STOP_NOTICED,
        // Finding one's public address over QUIC needs TLS, which a LAN has not.
        quic_bind_addr: None,
        ..Config::testing()
    }
}

/// The hub that this start uses, and whether it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its address.
    pub url: String,
    /// Whether it took a connection just now.
    pub reachable: bool,
}

/// The first hub that takes a connection, or the first one when none does: the
/// node then works alone and meets the others as soon as that hub is back. All are
/// tried at once, so that several dead ones take no longer than one.
pub async fn choose(hubs: &[String]) -> Result<Option<Chosen>, NodeError> {
    let urls: Vec<String> = hubs
        .iter()
        .map(|hub| check_hub_url(hub))
        .collect::<Result<_, _>>()?;
    let tries: Vec<_> = urls
        .iter()
        .cloned()
        .map(|url| tokio::spawn(async move { is_reachable(&url).await }))
        .collect();
    let mut answered = None;
    for (tried, url) in tries.into_iter().zip(&urls) {
        if answered.is_some() {
            tried.abort();
        } else if tried.await.unwrap_or(false) {
            answered = Some(url);
        }
    }
    Ok(answered.or(urls.first()).map(|url| Chosen {
        url: url.clone(),
        reachable: answered.is_some(),
    }))
}

async fn is_reachable(hub: &str) -> bool {
    let Ok(url) = Url::parse(hub) else {
        return false;
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let connecting = TcpStream::connect((host.to_owned(), port));
    matches!(timeout(REACH_TIMEOUT, connecting).await, Ok(Ok(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crypto() {
        // The second test of a process finds it installed; that is fine.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_hub_that_answers_is_chosen() {
        crypto();
        let closed = Hub::start(own_address()).await.expect("a hub");
        let closed_url = closed.url();
        closed.stop().await;
        let open = Hub::start(own_address()).await.expect("a hub");
        let both = [closed_url.clone(), open.url()];
        let chosen = choose(&both).await.expect("chosen").expect("one");
        assert_eq!(chosen.url, open.url());
        assert!(chosen.reachable);
        let alone = choose(&both[..1]).await.expect("chosen").expect("one");
        assert_eq!(alone.url, closed_url);
        assert!(!alone.reachable);
        assert_eq!(choose(&[]).await.expect("chosen"), None);
        open.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_taken_address_is_refused() {
        crypto();
        let first = Hub::start(own_address()).await.expect("a hub");
        let Err(error) = Hub::start(first.address()).await else {
            panic!("two hubs on one address");
        };
        assert_eq!(error.code(), "E_HUB_LISTEN");
        first.stop().await;
    }

    #[test]
    fn a_hub_has_room_for_a_village() {
        let config = hub_config(own_address());
        assert!(config.max_entries_per_space >= 2_000);
        assert!(!config.no_relay_server);
        assert!(config.listen_address_list[0].ip().is_loopback());
    }
}
