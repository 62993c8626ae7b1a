//! A hub's list of who is there: asking for it, and putting this node on it.
//!
//! The two requests are those of kitsune2's own client (`kitsune2_bootstrap_client` 0.5.3),
//! which waits for their answers without an end. A hub that takes a connection and then
//! says nothing, as one whose power was cut or one that means harm, would keep a thread for
//! every question: in some hours there is none left, nothing on the node goes on, and it does
//! not even stop. So here every request has an end, and every answer a size.

use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use kitsune2_api::{AgentInfoSigned, DynVerifier, SpaceId};
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;

/// Longest that one request may take, from the look-up of the name to the last byte.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Nodes that are taken from one list: what a hub of ours keeps of one village.
pub const LISTED_MAX: usize = 2_048;
/// The longest list that is read: about three times what so many nodes say of themselves.
const LIST_MAX_BYTES: u64 = LISTED_MAX as u64 * 2_048;

/// What one hub is asked.
pub struct HubList {
    hub: String,
    asks: Agent,
}

impl HubList {
    /// The list at `hub`, an address as `check_hub_url` leaves it; a request that takes
    /// longer than `within` has failed.
    pub fn at(hub: &str, within: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(within))
            // A hub answers by itself: it sends nobody anywhere else.
            .max_redirects(0)
            .build();
        Self {
            hub: hub.trim_end_matches('/').to_owned(),
            asks: config.into(),
        }
    }

    /// Who is there in a village, at most [`LISTED_MAX`]. What is not signed by whom it is
    /// about, or cannot be read, is left out.
    pub fn ask(
        &self,
        village: &SpaceId,
        verifier: &DynVerifier,
    ) -> Result<Vec<Arc<AgentInfoSigned>>, String> {
        let url = format!("{}/bootstrap/{}", self.hub, named(village));
        let mut answer = self.asks.get(url).call().map_err(said)?;
        let list = answer.body_mut().with_config().limit(LIST_MAX_BYTES);
        let list = list.read_to_vec().map_err(said)?;
        let listed = AgentInfoSigned::decode_list(verifier, &list).map_err(said)?;
        Ok(listed.into_iter().flatten().take(LISTED_MAX).collect())
    }

    /// Puts an agent's own word of where it is on the list.
    pub fn put(&self, own: &AgentInfoSigned) -> Result<(), String> {
        let (village, agent) = (named(&own.space), named(&own.agent));
        let url = format!("{}/bootstrap/{village}/{agent}", self.hub);
        let word = own.encode().map_err(said)?;
        self.asks.put(url).send(word).map(|_| ()).map_err(said)
    }
}

/// A name as it stands in the address of a request.
fn named(id: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id)
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kitsune2_api::AgentInfo;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Instant;

    const SOON: Duration = Duration::from_millis(300);

    /// Takes every signature for good: what is tried here is the way, not the keys.
    #[derive(Debug)]
    struct Anybody;

    impl kitsune2_api::Verifier for Anybody {
        fn verify(&self, _: &AgentInfo, _: &[u8], _: &[u8]) -> bool {
            true
        }
    }

    fn village() -> SpaceId {
        SpaceId::from(kitsune2_api::Id(vec![7; 32].into()))
    }

    /// A hub that answers each connection with these bytes, piece after piece, and gives
    /// back what it was asked first.
    fn hub(pieces: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let asked = std::thread::spawn(move || {
            let (mut guest, _) = listener.accept().expect("a guest");
            let mut head = [0; 4_096];
            let read = guest.read(&mut head).expect("a request");
            for piece in pieces {
                // A guest that has gone is what some of these are about.
                if guest.write_all(&piece).is_err() {
                    break;
                }
            }
            // Open until the guest leaves.
            let _ = guest.read(&mut [0; 64]);
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        (url, asked)
    }

    fn ask(url: &str, within: Duration) -> Result<Vec<Arc<AgentInfoSigned>>, String> {
        let verifier: DynVerifier = Arc::new(Anybody);
        HubList::at(url, within).ask(&village(), &verifier)
    }

    fn with_head(body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    /// So many agents, as a list.
    fn list(agents: usize) -> Vec<u8> {
        let one = |nth: usize| {
            let name = named(&[u8::try_from(nth % 256).expect("a byte"); 32]);
            let info = serde_json::json!({
                "agent": name, "space": named(&[7; 32]), "createdAt": "1", "expiresAt": "2",
                "isTombstone": false, "url": "ws://a:1/b",
            });
            serde_json::json!({"agentInfo": info.to_string(), "signature": named(&[0; 64])})
        };
        let all: Vec<serde_json::Value> = (0..agents).map(one).collect();
        serde_json::to_vec(&all).expect("JSON")
    }

    #[test]
    fn a_list_is_read_and_one_without_an_end_is_cut() {
        let (url, asked) = hub(vec![with_head(&list(3))]);
        assert_eq!(ask(&url, REQUEST_TIMEOUT).expect("a list").len(), 3);
        let request = asked.join().expect("a request");
        let line = format!("GET /bootstrap/{} HTTP/1.1\r\n", named(&[7; 32]));
        assert!(request.starts_with(&line), "{request}");

        let (url, _) = hub(vec![with_head(&list(LISTED_MAX + 1))]);
        let cut = ask(&url, REQUEST_TIMEOUT).expect("a long list");
        assert_eq!(cut.len(), LISTED_MAX);

        let endless = vec![b' '; usize::try_from(LIST_MAX_BYTES).expect("fits") + 1];
        let (url, _) = hub(vec![with_head(&endless)]);
        ask(&url, REQUEST_TIMEOUT).expect_err("more than anybody needs");
    }

    #[test]
    fn a_hub_that_says_nothing_is_given_up() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[".to_vec();
        for pieces in [vec![], vec![b"HTTP/1.1 200".to_vec()], vec![head]] {
            let (url, _) = hub(pieces);
            let began = Instant::now();
            ask(&url, SOON).expect_err("no answer");
            assert!(began.elapsed() < SOON * 10, "{:?}", began.elapsed());
        }
    }

    #[test]
    fn a_hub_sends_nobody_elsewhere() {
        let (other, asked) = hub(vec![with_head(b"[]")]);
        let away = format!("HTTP/1.1 302 Found\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n");
        let (url, _) = hub(vec![away.into_bytes()]);
        ask(&url, REQUEST_TIMEOUT).expect_err("no list");
        assert!(!asked.is_finished(), "nobody came to the other");
    }
}
