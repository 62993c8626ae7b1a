//! Everything that a person owns on their node, as one sealed file that can be read
//! without this program (docs/export.md describes it to the byte).
//!
//! Line 1 is JSON in the clear: format, version, and how the rest is sealed. The rest is
//! one secretbox (XSalsa20-Poly1305) of a tar archive under a key that Argon2id makes
//! of a passphrase. Both are libsodium's, which every language has.
//!
//! The member's keys are not in it: a second place with the same key forks the chain.
//! It is a record to keep and to show, never something to start a node from.

use crate::audit::{Ledgers, DATABASES};
use crate::data::{write_whole, DataFolder};
use crate::keystore::{chosen, PassphraseSource};
use crate::node::{Node, Options};
use crate::report::Report;
use crate::{NodeError, VERSION};
use base64::prelude::{Engine, BASE64_STANDARD};
use commons_credit_api::{Activity, ListInput, Members, Standing, LIST_MAX};
use holochain::prelude::CellId;
use rand::RngCore;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use sodoken::argon2::{
    blocking_argon2id, ARGON2_ID_MEMLIMIT_INTERACTIVE, ARGON2_ID_OPSLIMIT_INTERACTIVE,
    ARGON2_ID_SALTBYTES,
};
use sodoken::secretbox::{
    xsalsa_easy, xsalsa_open_easy, XSALSA_KEYBYTES, XSALSA_MACBYTES, XSALSA_NONCEBYTES,
};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The version of the file's format.
pub const FORMAT: u32 = 1;
const NAME: &str = "commons-credit-export";
/// Longest first line.
const HEAD_MAX_BYTES: usize = 1_024;
/// List pages read of one list: 100,000 lines and more.
const LIST_PAGES_MAX: usize = 4_000;
const READ_ME: &str = "\
Everything that one member of Commons Credit owned on one node.

export.json               who, when, which villages
NAME/village.json         the village's charter: its rules and founders
NAME/standing.json        where the member stood
NAME/activity.jsonl       the book, line by line, newest first, with the words
NAME/members.jsonl        who was known in the village
NAME/chain.jsonl          the member's signed chain, as evidence: bytes in base64
settings.json             the node's settings

Amounts are whole seconds. docs/export.md of the project says more. No key is in here.
";

/// How a file is sealed: its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// `commons-credit-export`.
    pub format: String,
    /// [`FORMAT`].
    pub version: u32,
    /// `argon2id13`.
    pub kdf: String,
    /// 16 bytes in base64.
    pub salt: String,
    /// libsodium's `opslimit`.
    pub ops: u32,
    /// libsodium's `memlimit`, in bytes.
    pub mem: u32,
    /// `xsalsa20poly1305`.
    pub cipher: String,
    /// 24 bytes in base64.
    pub nonce: String,
}

/// What an export was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Where it lies.
    pub to: PathBuf,
    /// Its size in bytes.
    pub bytes: usize,
    /// The villages in it.
    pub villages: Vec<String>,
}

/// Exports a stopped node's folder into a new file under a passphrase of its own.
pub async fn export(
    data: &Path,
    passphrase: PassphraseSource,
    to: &Path,
    secret: Option<&Path>,
    report: Report,
) -> Result<Exported, NodeError> {
    if !data.join("keystore").is_dir() {
        return Err(NodeError::DataEmpty { path: data.into() });
    }
    if to.exists() {
        return Err(NodeError::DataFolder {
            path: to.into(),
            cause: "it is there already; name a new file".into(),
        });
    }
    let secret = chosen(secret)?;
    let node = Node::start(Options {
        passphrase: passphrase.clone(),
        report: report.clone(),
        ..Options::new(data)
    })
    .await?;
    let mut files = vec![("README.txt".to_owned(), READ_ME.as_bytes().to_vec())];
    let villages = node.villages().await?;
    let read = read_villages(&node, &villages, &mut files).await;
    let agent = node.ready().agent.clone();
    node.stop().await?;
    read?;

    let folder = DataFolder::open(data)?;
    let passphrase = passphrase.find(&folder, |_| {})?;
    let ledgers = Ledgers::open(&folder.path(DATABASES), &passphrase).await?;
    let charters = ledgers.villages().await?;
    let mut named = Vec::new();
    for (cell, name) in &villages {
        let place = place_of(cell);
        if let Some(charter) = charters.get(cell.dna_hash()) {
            files.push((format!("{place}/village.json"), pretty(charter)?));
        }
        let chain = ledgers.chain_of(cell).await?;
        files.push((format!("{place}/chain.jsonl"), lines(&chain)?));
        named.push(json!({
            "name": name,
            "folder": place,
            "village": cell.dna_hash().to_string(),
        }));
    }
    if let Some(settings) = folder.read("config.json")? {
        files.push(("settings.json".into(), settings));
    }
    let about = json!({
        "format": NAME,
        "version": FORMAT,
        "program": VERSION,
        "agent": agent,
        "made_at_s": seconds_now(),
        "villages": named,
    });
    files.push(("export.json".into(), pretty(&about)?));

    let archive = archive(&files).map_err(|error| NodeError::from_io(to, &error))?;
    let sealed = tokio::task::spawn_blocking(move || seal(&archive, &secret))
        .await
        .map_err(|error| failed(&error))??;
    write_whole(to, &sealed).map_err(|error| NodeError::from_io(to, &error))?;
    Ok(Exported {
        to: to.into(),
        bytes: sealed.len(),
        villages: villages.into_iter().map(|(_, name)| name).collect(),
    })
}

async fn read_villages(
    node: &Node,
    villages: &[(CellId, String)],
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), NodeError> {
    for (cell, _) in villages {
        let place = place_of(cell);
        let standing: Standing = node.call(cell, "standing", ()).await?;
        files.push((format!("{place}/standing.json"), pretty(&standing)?));
        let members = read_list(node, cell, "members", |page: Members| {
            (page.members, page.next)
        });
        files.push((format!("{place}/members.jsonl"), lines(&members.await?)?));
        if standing.book.is_some() {
            let activity = read_list(node, cell, "activity", |page: Activity| {
                (page.items, page.next)
            });
            files.push((format!("{place}/activity.jsonl"), lines(&activity.await?)?));
        }
    }
    Ok(())
}

async fn read_list<P, T>(
    node: &Node,
    cell: &CellId,
    function: &str,
    parts: impl Fn(P) -> (Vec<T>, Option<u64>),
) -> Result<Vec<T>, NodeError>
where
    P: DeserializeOwned + std::fmt::Debug,
{
    let (mut all, mut cursor) = (Vec::new(), None);
    for _ in 0..LIST_PAGES_MAX {
        let input = ListInput {
            cursor,
            limit: LIST_MAX,
        };
        let (items, next) = parts(node.call(cell, function, input).await?);
        all.extend(items);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}

/// A village's folder in the archive: its hash, which is a safe file name.
fn place_of(cell: &CellId) -> String {
    cell.dna_hash().to_string()
}

fn archive(files: &[(String, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(seconds_now());
        archive.append_data(&mut header, name, bytes.as_slice())?;
    }
    archive.into_inner()
}

/// Seals bytes under a passphrase.
pub fn seal(plain: &[u8], secret: &[u8]) -> Result<Vec<u8>, NodeError> {
    let (mut salt, mut nonce) = ([0; ARGON2_ID_SALTBYTES], [0; XSALSA_NONCEBYTES]);
    rand::rng().fill_bytes(&mut salt);
    rand::rng().fill_bytes(&mut nonce);
    let head = Head {
        format: NAME.into(),
        version: FORMAT,
        kdf: "argon2id13".into(),
        salt: BASE64_STANDARD.encode(salt),
        ops: ARGON2_ID_OPSLIMIT_INTERACTIVE,
        mem: ARGON2_ID_MEMLIMIT_INTERACTIVE,
        cipher: "xsalsa20poly1305".into(),
        nonce: BASE64_STANDARD.encode(nonce),
    };
    let key = key_of(&head, &salt, secret)?;
    let mut sealed = serde_json::to_vec(&head).map_err(|error| failed(&error))?;
    sealed.push(b'\n');
    let begin = sealed.len();
    sealed.resize(begin + plain.len() + XSALSA_MACBYTES, 0);
    xsalsa_easy(&mut sealed[begin..], &nonce, plain, &key).map_err(|error| failed(&error))?;
    Ok(sealed)
}

/// Opens what [`seal`] made; none when the passphrase is another or a byte was changed.
pub fn unseal(sealed: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let end = sealed
        .iter()
        .take(HEAD_MAX_BYTES)
        .position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&sealed[..end]).ok()?;
    let is_ours = head.format == NAME && head.version == FORMAT;
    // What a stranger's file may ask for is no more than what ours ask for.
    let is_modest =
        head.ops <= ARGON2_ID_OPSLIMIT_INTERACTIVE && head.mem <= ARGON2_ID_MEMLIMIT_INTERACTIVE;
    let cipher = &sealed[end + 1..];
    if !is_ours || !is_modest || cipher.len() < XSALSA_MACBYTES {
        return None;
    }
    let salt = BASE64_STANDARD.decode(&head.salt).ok()?.try_into().ok()?;
    let nonce = BASE64_STANDARD.decode(&head.nonce).ok()?.try_into().ok()?;
    let key = key_of(&head, &salt, secret).ok()?;
    let mut plain = vec![0; cipher.len() - XSALSA_MACBYTES];
    xsalsa_open_easy(&mut plain, cipher, &nonce, &key).ok()?;
    Some(plain)
}

fn key_of(
    head: &Head,
    salt: &[u8; ARGON2_ID_SALTBYTES],
    secret: &[u8],
) -> Result<[u8; XSALSA_KEYBYTES], NodeError> {
    let mut key = [0; XSALSA_KEYBYTES];
    blocking_argon2id(&mut key, secret, salt, head.ops, head.mem)
        .map_err(|error| failed(&error))?;
    Ok(key)
}

fn lines<T: Serialize>(items: &[T]) -> Result<Vec<u8>, NodeError> {
    let mut text = Vec::new();
    for item in items {
        serde_json::to_writer(&mut text, item).map_err(|error| failed(&error))?;
        text.push(b'\n');
    }
    Ok(text)
}

fn pretty(value: &impl Serialize) -> Result<Vec<u8>, NodeError> {
    serde_json::to_vec_pretty(value).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> NodeError {
    NodeError::Conductor {
        doing: "writing the export",
        cause: error.to_string(),
    }
}

fn seconds_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// One action of the member's chain as evidence.
pub fn chain_line(row: ChainRow) -> Value {
    let text = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    json!({
        "number": row.seq,
        "hash": text(&row.hash),
        "timestamp_us": row.timestamp,
        "action_type": row.action_type,
        "action": text(&row.action),
        "signature": text(&row.signature),
        "entry": row.entry.as_deref().map(text),
    })
}

/// The same as it stands in the ledgers.
#[derive(Debug, Clone)]
pub struct ChainRow {
    /// The action's number in the chain.
    pub seq: i64,
    /// The action's hash.
    pub hash: Vec<u8>,
    /// Microseconds by the node's clock.
    pub timestamp: i64,
    /// Holochain's number of the kind of action.
    pub action_type: i64,
    /// The action in MessagePack.
    pub action: Vec<u8>,
    /// The member's signature.
    pub signature: Vec<u8>,
    /// The entry in MessagePack, where there is one.
    pub entry: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_passphrase_only() {
        let plain = b"hours".repeat(1_000);
        let sealed = seal(&plain, b"a passphrase").expect("sealed");
        assert_eq!(unseal(&sealed, b"a passphrase"), Some(plain));
        assert_eq!(unseal(&sealed, b"another"), None);
        let head = sealed
            .iter()
            .position(|byte| *byte == b'\n')
            .expect("a line");
        for changed in [head + 1, sealed.len() - 1] {
            let mut other = sealed.clone();
            other[changed] ^= 1;
            assert_eq!(unseal(&other, b"a passphrase"), None, "byte {changed}");
        }
        assert_eq!(unseal(&sealed[..head + 5], b"a passphrase"), None);
        assert_eq!(unseal(b"", b"a passphrase"), None);
    }

    #[test]
    fn the_first_line_says_how_it_is_sealed() {
        let sealed = seal(b"", b"x").expect("sealed");
        let end = sealed
            .iter()
            .position(|byte| *byte == b'\n')
            .expect("a line");
        let head: Head = serde_json::from_slice(&sealed[..end]).expect("JSON");
        assert_eq!((head.format.as_str(), head.version), (NAME, 1));
        assert_eq!((head.ops, head.mem), (2, 67_108_864));
    }
}
