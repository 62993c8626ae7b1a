//! Settings: `config.json` in the data folder. All fields may be left out; a field
//! that is not known is refused, so that a typing error never passes unseen.

use crate::data::DataFolder;
use crate::NodeError;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use url::Url;

/// The file's name.
pub const CONFIG_FILE: &str = "config.json";
/// The UI's port when none is set.
pub const PORT_DEFAULT: u16 = 8787;
/// Most hubs that a node keeps.
pub const HUBS_MAX: usize = 4;
/// Longest hub address.
pub const HUB_URL_MAX: usize = 200;
/// How often two nodes compare what they hold, when nothing else is set.
pub const GOSSIP_INTERVAL_MS_DEFAULT: u32 = 5_000;
/// Bounds of the same: below it floods a radio link, above it a village lags.
pub const GOSSIP_INTERVAL_MS_MIN: u32 = 500;
/// See [`GOSSIP_INTERVAL_MS_MIN`].
pub const GOSSIP_INTERVAL_MS_MAX: u32 = 600_000;

const _: () = assert!(GOSSIP_INTERVAL_MS_MIN <= GOSSIP_INTERVAL_MS_DEFAULT);
const _: () = assert!(GOSSIP_INTERVAL_MS_DEFAULT <= GOSSIP_INTERVAL_MS_MAX);

/// What a member may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The UI's port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// Hubs in the order in which they are tried; none means an own one.
    pub hubs: Vec<String>,
    /// Where this node is a hub for others as well, such as `0.0.0.0:8790`.
    pub hub_listen: Option<SocketAddr>,
    /// How often two nodes compare what they hold, in milliseconds; 0 leaves meeting,
    /// gossip and waiting as Holochain has them, at one hub, for measuring.
    pub gossip_interval_ms: u32,
    /// Whether this node takes messages along between villages of which its member has a
    /// book, for payments of others.
    pub carry: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: PORT_DEFAULT,
            hubs: Vec::new(),
            hub_listen: None,
            gossip_interval_ms: GOSSIP_INTERVAL_MS_DEFAULT,
            carry: true,
        }
    }
}

impl Config {
    /// Reads the folder's settings; a missing file means the defaults.
    pub fn load(data: &DataFolder) -> Result<Self, NodeError> {
        let path = data.path(CONFIG_FILE);
        let Some(bytes) = data.read(CONFIG_FILE)? else {
            return Ok(Self::default());
        };
        let refuse = |cause: String| NodeError::Config {
            path: path.clone(),
            cause,
        };
        // serde would also take a list for the fields in their order.
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes)
            .map_err(|error| refuse(error.to_string()))?;
        let config: Self =
            serde_json::from_slice(&bytes).map_err(|error| refuse(error.to_string()))?;
        config.check().map_err(|error| refuse(error.to_string()))
    }

    /// Writes the settings, whole or not at all.
    pub fn store(&self, data: &DataFolder) -> Result<(), NodeError> {
        data.write_json(CONFIG_FILE, self)
    }

    /// Adds a hub; one that is there already changes nothing. Tells whether it is new.
    pub fn add_hub(&mut self, url: &str) -> Result<bool, NodeError> {
        let url = check_hub_url(url)?;
        if self.hubs.contains(&url) {
            return Ok(false);
        }
        let count = self.hubs.len() + 1;
        if count > HUBS_MAX {
            let max = HUBS_MAX;
            return Err(NodeError::HubsTooMany { count, max });
        }
        self.hubs.push(url);
        Ok(true)
    }

    fn check(mut self) -> Result<Self, NodeError> {
        let hubs = std::mem::take(&mut self.hubs);
        for hub in &hubs {
            self.add_hub(hub)?;
        }
        let bounds = GOSSIP_INTERVAL_MS_MIN..=GOSSIP_INTERVAL_MS_MAX;
        if self.gossip_interval_ms != 0 && !bounds.contains(&self.gossip_interval_ms) {
            return Err(NodeError::BadRequest {
                cause: format!(
                    "gossip_interval_ms is {}, it may be {GOSSIP_INTERVAL_MS_MIN} to {GOSSIP_INTERVAL_MS_MAX}",
                    self.gossip_interval_ms
                ),
            });
        }
        Ok(self)
    }
}

/// Judges a hub's address and writes it in its one usual form, without a path.
pub fn check_hub_url(text: &str) -> Result<String, NodeError> {
    let refuse = |cause| NodeError::HubUrl {
        url: text.chars().take(HUB_URL_MAX).collect(),
        cause,
    };
    if text.len() > HUB_URL_MAX {
        return Err(refuse("it is too long"));
    }
    let url = Url::parse(text).map_err(|_| refuse("it is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it does not begin with http:// or https://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("it names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it carries a user name or password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it has something after the host and port"));
    }
    if url.port() == Some(0) {
        return Err(refuse("its port is 0"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn load(text: &str) -> Result<Config, NodeError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(folder.path())?;
        fs::write(data.path(CONFIG_FILE), text).expect("a file");
        Config::load(&data)
    }

    fn code(result: Result<Config, NodeError>) -> &'static str {
        result.expect_err("it was accepted").code()
    }

    #[test]
    fn a_missing_file_means_the_defaults() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(folder.path()).expect("a folder");
        assert_eq!(Config::load(&data).expect("defaults"), Config::default());
    }

    #[test]
    fn good_settings_are_read() {
        let config =
            load(r#"{"port": 0, "hubs": ["http://192.168.1.5:8790/"], "gossip_interval_ms": 500}"#)
                .expect("settings");
        assert_eq!(config.port, 0);
        assert_eq!(config.hubs, ["http://192.168.1.5:8790"]);
        assert_eq!(config.gossip_interval_ms, 500);
    }

    #[test]
    fn bad_settings_are_refused() {
        for text in [
            "",
            "{",
            "[]",
            r#"{"prot": 8787}"#,
            r#"{"port": 65536}"#,
            r#"{"port": -1}"#,
            r#"{"hubs": ["ftp://host"]}"#,
            r#"{"hub_listen": "here"}"#,
            r#"{"gossip_interval_ms": 499}"#,
            r#"{"gossip_interval_ms": 600001}"#,
            r#"{"hubs": ["http://a:1","http://b:1","http://c:1","http://d:1","http://e:1"]}"#,
        ] {
            assert_eq!(code(load(text)), "E_CONFIG", "{text}");
        }
    }

    #[test]
    fn a_refused_file_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(folder.path()).expect("a folder");
        fs::write(data.path(CONFIG_FILE), "{\"port\":").expect("a file");
        assert_eq!(code(Config::load(&data)), "E_CONFIG");
        let left = fs::read_to_string(data.path(CONFIG_FILE)).expect("the file");
        assert_eq!(left, "{\"port\":");
    }

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(folder.path()).expect("a folder");
        let mut config = Config::default();
        assert!(config.add_hub("https://hub.example:443").expect("a hub"));
        assert!(!config.add_hub("https://hub.example").expect("the same"));
        config.store(&data).expect("stored");
        assert_eq!(Config::load(&data).expect("loaded"), config);
    }

    #[test]
    fn hub_addresses_are_judged() {
        for good in [
            "http://127.0.0.1:9",
            "https://hub.example",
            "http://[::1]:80",
        ] {
            check_hub_url(good).expect(good);
        }
        let long = format!("http://{}", "a".repeat(HUB_URL_MAX));
        for bad in [
            "",
            "hub",
            "ws://host",
            "http://",
            "http://user@host",
            "http://host/path",
            "http://host?x=1",
            "http://host#x",
            "http://host:0",
            "http://host:99999",
            "javascript:alert(1)",
            &long,
        ] {
            let error = check_hub_url(bad).expect_err(bad);
            assert_eq!(error.code(), "E_HUB_URL", "{bad}");
        }
    }
}
