//! Where nodes meet: bootstrap (who is there) and relay (a way to reach them), both
//! on one plain http address, which a browser may look at as well (`hub_door.rs`). A
//! hub sees addresses and sealed bytes, never pages.

use crate::hub_list::LISTED_MAX;
use crate::hub_page::{addresses, HubPage};
use crate::{hub_door, NodeError};
use kitsune2_bootstrap_srv::{BootstrapSrv, Config};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

/// Nodes that one village may have at one hub; more push the oldest out.
pub const NODES_PER_VILLAGE_MAX: usize = 2_048;
// All that one of these lists can be taken from it.
const _: () = assert!(NODES_PER_VILLAGE_MAX <= LISTED_MAX);
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
    door: JoinHandle<()>,
    address: SocketAddr,
}

impl Hub {
    /// Opens a hub on `listen`.
    pub async fn start(listen: SocketAddr) -> Result<Self, NodeError> {
        let refuse = move |cause: String| NodeError::HubListen {
            address: listen.to_string(),
            cause,
        };
        let door = TcpListener::bind(listen)
            .await
            .map_err(|error| refuse(error.to_string()))?;
        let address = door
            .local_addr()
            .map_err(|error| refuse(error.to_string()))?;
        let server = tokio::task::spawn_blocking(|| BootstrapSrv::new(hub_config()))
            .await
            .map_err(|error| refuse(error.to_string()))?
            .map_err(|error| refuse(error.to_string()))?;
        let Some(inner) = server.listen_addrs().first().copied() else {
            return Err(refuse("it has no address".into()));
        };
        Ok(Self {
            server,
            door: hub_door::open(door, inner, HubPage::at(address)),
            address,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as others on this machine write it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its addresses as others on the LAN write them, the likeliest first; none when it
    /// listens for this machine only.
    pub fn lan_urls(&self) -> Vec<String> {
        addresses(self.address)
    }

    /// Closes it.
    pub async fn stop(mut self) {
        self.door.abort();
        let stopped = tokio::task::spawn_blocking(move || self.server.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "a hub worker had failed");
        }
    }
}

fn hub_config() -> Config {
    Config {
        listen_address_list: vec![own_address()],
        max_entries_per_space: NODES_PER_VILLAGE_MAX,
        request_listen_duration: STOP_NOTICED,
        // Finding one's public address over QUIC needs TLS, which a LAN has not.
        quic_bind_addr: None,
        ..Config::testing()
    }
}

/// Which hubs take a connection just now. All are tried at once, so that several dead
/// ones take no longer than one.
pub async fn answering(hubs: &[String]) -> Vec<bool> {
    let tries: Vec<_> = hubs
        .iter()
        .cloned()
        .map(|url| tokio::spawn(async move { is_reachable(&url).await }))
        .collect();
    let mut answers = Vec::with_capacity(tries.len());
    for tried in tries {
        answers.push(tried.await.unwrap_or(false));
    }
    answers
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn crypto() {
        // The second test of a process finds it installed; that is fine.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_is_known_which_hubs_answer() {
        crypto();
        let closed = Hub::start(own_address()).await.expect("a hub");
        let closed_url = closed.url();
        closed.stop().await;
        let open = Hub::start(own_address()).await.expect("a hub");
        let both = [closed_url, open.url()];
        assert_eq!(answering(&both).await, [false, true]);
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

    #[tokio::test(flavor = "multi_thread")]
    async fn one_address_serves_a_browser_and_the_nodes() {
        crypto();
        let hub = Hub::start(own_address()).await.expect("a hub");
        let ask = |path: &'static str| {
            let address = hub.address();
            async move {
                let mut stream = TcpStream::connect(address).await.expect("the door");
                let request =
                    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
                stream.write_all(request.as_bytes()).await.expect("asked");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await.expect("read");
                answer
            }
        };
        let page = ask("/").await;
        assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("A hub of your village"));
        let health = ask("/health").await;
        assert!(
            health.starts_with("HTTP/1.1 200 OK") && health.ends_with("{}"),
            "{health}"
        );
        hub.stop().await;
    }

    #[test]
    fn a_hub_has_room_for_a_village() {
        let config = hub_config();
        assert!(config.max_entries_per_space >= 2_000);
        assert!(!config.no_relay_server);
        assert!(config.listen_address_list[0].ip().is_loopback());
    }
}
