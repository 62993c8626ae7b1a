//! What a data folder says about its node, running or not. Takes no lock.

use crate::config::CONFIG_FILE;
use crate::data::{read_if_there, DataFolder};
use crate::node::{Ready, RUNNING_FILE};
use crate::ui_server::{cookie_for, Facts};
use crate::NodeError;
use serde::Serialize;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_MAX_BYTES: u64 = 64 * 1024;

/// A node's state as seen from outside.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The folder.
    pub data: PathBuf,
    /// Whether a node has it now.
    pub running: bool,
    /// Whether a member's keys are in it.
    pub begun: bool,
    /// Whether it has settings of its own.
    pub configured: bool,
    /// The running node's facts, once its page can be opened.
    pub ready: Option<Ready>,
    /// What it answers right now.
    pub node: Option<Facts>,
}

impl Status {
    /// Looks at a folder.
    pub fn of(data: &Path) -> Result<Self, NodeError> {
        let running = DataFolder::is_in_use(data);
        // A file left over by a crash says nothing about now.
        let ready: Option<Ready> = match read_if_there(&data.join(RUNNING_FILE))? {
            Some(bytes) if running => serde_json::from_slice(&bytes).ok(),
            _ => None,
        };
        Ok(Self {
            data: data.into(),
            running,
            begun: data.join("keystore").is_dir(),
            configured: data.join(CONFIG_FILE).is_file(),
            node: ready.as_ref().and_then(ask),
            ready,
        })
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("data     {}", self.data.display())];
        match (&self.ready, self.running) {
            (Some(ready), _) => {
                lines.push(format!("running  process {}, {}", ready.pid, ready.version));
                lines.push(format!("open     {}", ready.url));
                lines.push(format!("law      {}", ready.dna_hash));
                let own = if ready.own_hub { " (its own)" } else { "" };
                lines.push(format!("hub      {}{own}", ready.hub));
            }
            (None, true) => lines.push("running  it is just starting".into()),
            (None, false) if self.begun => lines.push("stopped".into()),
            (None, false) => lines.push("empty    no node has run here yet".into()),
        }
        if let Some(node) = &self.node {
            lines.push(format!("peers    {}", node.peers));
            lines.push(format!("villages {}", node.villages));
        }
        lines
    }
}

/// Asks the node over its own page's road; none when it does not answer.
fn ask(ready: &Ready) -> Option<Facts> {
    let body = get(ready, "/api/node", ANSWER_TIMEOUT, ANSWER_MAX_BYTES)?;
    serde_json::from_str(&body).ok()
}

/// The body of what a running node answers, a refusal's too; none when it does not
/// answer. `path` is what stands in the request line, already encoded.
pub(crate) fn get(ready: &Ready, path: &str, timeout: Duration, bytes_max: u64) -> Option<String> {
    let (_, secret) = ready.url.split_once("?k=")?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ready.port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_TIMEOUT).ok()?;
    stream.set_read_timeout(Some(timeout)).ok()?;
    stream.set_write_timeout(Some(ANSWER_TIMEOUT)).ok()?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
        port = ready.port,
        cookie = cookie_for(ready.port, secret),
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.take(bytes_max).read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_a_starting_and_a_crashed_folder_are_told_apart() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let empty = Status::of(place.path()).expect("a status");
        assert!(!empty.running && !empty.begun && empty.ready.is_none());

        let data = DataFolder::open(place.path()).expect("a folder");
        data.folder("keystore").expect("a folder");
        data.write(RUNNING_FILE, b"{}").expect("a file");
        let starting = Status::of(place.path()).expect("a status");
        assert!(starting.running && starting.begun && starting.ready.is_none());

        drop(data);
        let crashed = Status::of(place.path()).expect("a status");
        assert!(!crashed.running && crashed.begun && crashed.ready.is_none());
        assert_eq!(crashed.lines().last().map(String::as_str), Some("stopped"));
    }
}
