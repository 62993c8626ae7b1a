//! Speaks to a node as its page does: the printed address for a cookie, the launcher's
//! environment for a token, the node's credentials to sign with, the app websocket for
//! everything else.

use super::machine::Machine;
use super::{wait_for, Duration};
use crate::{example_draft, list, ROLE, ZOME};
use base64::prelude::{Engine, BASE64_STANDARD};
use commons_credit_api as api;
use commons_credit_ledger::Seconds;
use ed25519_dalek::{Signer, SigningKey};
use holochain::prelude::*;
use holochain_conductor_api::{
    AppAuthenticationRequest, AppRequest, AppResponse, CellInfo, ZomeCallParamsSigned,
};
use holochain_websocket::{connect, ConnectRequest, WebsocketConfig, WebsocketSender};
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};
use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;

/// Longest that one call may take: the first one compiles the zomes.
const CALL_MAX: Duration = Duration::from_secs(240);
/// Longest that a village may take to open after its node's start.
const OPEN_MAX: Duration = Duration::from_secs(90);
/// How long a signed call counts.
const CALL_COUNTS_S: i64 = 240;
/// Longest that is waited for what others have to bring.
const OTHERS_MAX: Duration = Duration::from_secs(300);

/// One member at their node.
pub struct Member {
    machine: Arc<Machine>,
    url: String,
    socket: WebsocketSender,
    /// The member's key.
    pub key: AgentPubKey,
    village: Option<CellId>,
    /// How far the node's clock is from this test's.
    clock_off_s: i64,
}

struct Credentials {
    secret: CapSecret,
    key: SigningKey,
}

impl Member {
    /// Opens a node's page; `ready` are the facts that the node printed.
    pub fn at(machine: &Arc<Machine>, ready: &Value) -> Self {
        Self::at_with_clock(machine, ready, 0)
    }

    /// The same at a node whose clock is off.
    pub fn at_with_clock(machine: &Arc<Machine>, ready: &Value, clock_off_s: i64) -> Self {
        let text = |key: &str| ready[key].as_str().expect("text").to_owned();
        let url = text("url");
        let origin = url.split_once("/?k=").expect("a secret").0.to_owned();
        let app_port = ready["app_port"].as_u64().expect("a port");
        let app_port = u16::try_from(app_port).expect("a port");
        let (_, page) = request(machine, &url, "GET", "/", "");
        let launcher = page
            .split_once("__HC_LAUNCHER_ENV__=")
            .and_then(|(_, after)| after.split_once(";</script>"))
            .map(|(launcher, _)| launcher)
            .expect("the launcher's environment");
        let launcher: Value = serde_json::from_str(launcher).expect("JSON");
        let token: Vec<u8> =
            serde_json::from_value(launcher["APP_INTERFACE_TOKEN"].clone()).expect("a token");
        let socket = machine.run(move |runtime| {
            runtime.block_on(async move {
                let to = SocketAddr::from((Ipv4Addr::LOCALHOST, app_port));
                let asking = ConnectRequest::new(to)
                    .try_set_header("Origin", &origin)
                    .expect("a header");
                let config = Arc::new(WebsocketConfig::CLIENT_DEFAULT);
                let (socket, mut heard) = connect(config, asking).await.expect("a socket");
                // What comes has to be read, signals too, or no answer arrives.
                tokio::spawn(async move { while heard.recv::<AppResponse>().await.is_ok() {} });
                let token = AppAuthenticationRequest { token };
                socket.authenticate(token).await.expect("let in");
                socket
            })
        });
        let mut member = Self {
            machine: machine.clone(),
            url,
            socket,
            key: AgentPubKey::try_from(text("agent")).expect("a key"),
            village: None,
            clock_off_s,
        };
        member.village = member.cells().into_iter().nth(1);
        member
    }

    /// Founds the example village and opens a book in it.
    pub fn found(&mut self, name: &str) {
        let draft = self.draft();
        self.clone_village(draft.network_seed, &draft.charter, None);
        self.open(name);
    }

    /// The same at a node that may die over it: all of it, or why it ended. What was begun
    /// before is gone on with.
    pub fn try_found(&mut self, name: &str) -> Result<api::Standing, String> {
        if self.village.is_none() {
            let draft: api::Draft = self.try_call_lobby("draft_charter", example_draft())?;
            self.try_clone_village(draft.network_seed, &draft.charter, None)?;
        }
        let standing: api::Standing = self.try_call("standing", ())?;
        if standing.book.is_some() {
            return Ok(standing);
        }
        self.try_call("open", api::OpenInput { name: name.into() })
    }

    /// Joins by another's invitation and opens a book, as soon as the roll is here.
    pub fn join(&mut self, name: &str, host: &Self) {
        self.enter(host);
        self.open(name);
    }

    /// Makes the clone that another's invitation is for, without a book so far.
    pub fn enter(&mut self, host: &Self) {
        let invitation: api::Invitation =
            host.call("write_invitation", api::InviteInput { hubs: vec![] });
        let joining: api::Joining = self.call_lobby("read_invitation", invitation);
        self.clone_village(
            joining.network_seed,
            &joining.charter,
            Some(joining.membrane_proof),
        );
    }

    /// Opens a book, as soon as the roll is here.
    pub fn open(&self, name: &str) {
        wait_for(OTHERS_MAX, "an open book", || {
            let input = api::OpenInput { name: name.into() };
            self.try_call::<_, api::Standing>("open", input).ok()
        });
    }

    fn clone_village(
        &mut self,
        network_seed: String,
        charter: &(impl Serialize + ?Sized),
        proof: Option<Vec<u8>>,
    ) {
        self.try_clone_village(network_seed, charter, proof)
            .unwrap_or_else(|refusal| panic!("no clone: {refusal}"));
    }

    fn try_clone_village(
        &mut self,
        network_seed: String,
        charter: &(impl Serialize + ?Sized),
        proof: Option<Vec<u8>>,
    ) -> Result<(), String> {
        let properties = yaml_serde::to_value(charter).expect("properties");
        let proof = proof.map(|proof| Arc::new(SerializedBytes::from(UnsafeBytes::from(proof))));
        let payload = CreateCloneCellPayload {
            role_name: ROLE.into(),
            modifiers: DnaModifiersOpt {
                network_seed: Some(network_seed),
                properties: Some(YamlProperties::new(properties)),
            },
            membrane_proof: proof,
            name: Some("village".into()),
        };
        match self.may_ask(AppRequest::CreateCloneCell(Box::new(payload)))? {
            AppResponse::CloneCellCreated(clone) => {
                self.village = Some(clone.cell_id);
                Ok(())
            }
            other => Err(format!("{other:?}")),
        }
    }

    /// Calls a function of the village's zome.
    pub fn call<I, O>(&self, function: &str, input: I) -> O
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        self.try_call(function, input)
            .unwrap_or_else(|refusal| panic!("{function}: {refusal}"))
    }

    /// The same; a refusal comes back as its text.
    pub fn try_call<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        let village = self.village.clone().expect("a village");
        self.call_cell(&village, function, input)
    }

    fn call_lobby<I, O>(&self, function: &str, input: I) -> O
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        self.try_call_lobby(function, input)
            .unwrap_or_else(|refusal| panic!("{function}: {refusal}"))
    }

    fn try_call_lobby<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        let lobby = self.may_list_cells()?.into_iter().next();
        self.call_cell(&lobby.expect("the lobby"), function, input)
    }

    fn call_cell<I, O>(&self, cell: &CellId, function: &str, input: I) -> Result<O, String>
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        let credentials = self.credentials(cell)?;
        let mut nonce = [0; 32];
        std::fs::File::open("/dev/urandom")
            .and_then(|mut dice| dice.read_exact(&mut nonce))
            .expect("random bytes");
        let now = Timestamp::now().as_micros();
        let until = now + (self.clock_off_s + CALL_COUNTS_S) * 1_000_000;
        let call = ZomeCallParams {
            provenance: AgentPubKey::from_raw_32(
                credentials.key.verifying_key().to_bytes().to_vec(),
            ),
            cell_id: cell.clone(),
            zome_name: ZOME.into(),
            fn_name: function.into(),
            cap_secret: Some(credentials.secret),
            payload: ExternIO::encode(input).expect("an input"),
            nonce: Nonce256Bits::from(nonce),
            expires_at: Timestamp::from_micros(until),
        };
        let (bytes, digest) = call.serialize_and_hash().expect("a call in bytes");
        let signature = Signature(credentials.key.sign(&digest).to_bytes());
        let signed = ZomeCallParamsSigned::new(bytes, signature);
        match self.may_ask(AppRequest::CallZome(Box::new(signed)))? {
            AppResponse::ZomeCalled(answer) => answer.decode().map_err(|error| error.to_string()),
            AppResponse::Error(error) => Err(format!("{error:?}")),
            other => Err(format!("{other:?}")),
        }
    }

    fn credentials(&self, cell: &CellId) -> Result<Credentials, String> {
        let cell = [cell.dna_hash().to_string(), cell.agent_pubkey().to_string()];
        let body = json!({ "cell_id": cell }).to_string();
        let answer = self.may_request("POST", "/api/credentials", &body)?;
        let given: Value = serde_json::from_str(&answer).expect("JSON");
        let bytes = |value: &Value| {
            let text = value.as_str().expect("text");
            BASE64_STANDARD.decode(text).expect("base64")
        };
        let pair: [u8; 64] = bytes(&given["key_pair"]["private_key"])
            .try_into()
            .expect("a pair");
        let secret: [u8; 64] = bytes(&given["cap_secret"]).try_into().expect("a secret");
        Ok(Credentials {
            secret: CapSecret::from(secret),
            key: SigningKey::from_keypair_bytes(&pair).expect("a key"),
        })
    }

    /// What the node's page answers, or why it does not: the node may have died.
    fn may_request(&self, method: &str, path: &str, body: &str) -> Result<String, String> {
        let asked = may_request(&self.machine, &self.url, method, path, body);
        match asked.map_err(|error| format!("no answer: {error}"))? {
            (200, answer) => Ok(answer),
            (status, answer) => Err(format!("{status}: {answer}")),
        }
    }

    fn cells(&self) -> Vec<CellId> {
        self.may_list_cells().expect("the app")
    }

    fn may_list_cells(&self) -> Result<Vec<CellId>, String> {
        let info = match self.may_ask(AppRequest::AppInfo)? {
            AppResponse::AppInfo(Some(info)) => info,
            other => return Err(format!("{other:?}")),
        };
        let cells = info.cell_info.get(ROLE).into_iter().flatten();
        Ok(cells
            .filter_map(|cell| match cell {
                CellInfo::Provisioned(cell) => Some(cell.cell_id.clone()),
                CellInfo::Cloned(cell) => Some(cell.cell_id.clone()),
                CellInfo::Stem(_) => None,
            })
            .collect())
    }

    /// The answer, or why there is none: the node may have died.
    fn may_ask(&self, request: AppRequest) -> Result<AppResponse, String> {
        let socket = self.socket.clone();
        self.machine.run(move |runtime| {
            let asking = socket.request_timeout(request, CALL_MAX);
            let answer = runtime.block_on(asking);
            answer.map_err(|error| format!("no answer: {error}"))
        })
    }

    /// Gives minutes to another.
    pub fn pay(&self, to: &AgentPubKey, minutes: i64) -> api::Written {
        self.call("pay", Self::payment(to, minutes))
    }

    /// Gives minutes to another, or says why not.
    pub fn try_pay(&self, to: &AgentPubKey, minutes: i64) -> Result<api::Written, String> {
        self.try_call("pay", Self::payment(to, minutes))
    }

    /// The transfers that wait for this member.
    pub fn incoming(&self) -> Vec<ActionHash> {
        use api::InboxKind::{TransferAsked, TransferUnasked};
        let inbox: Result<api::Inbox, _> = self.try_call("inbox", list());
        let items = inbox.map(|inbox| inbox.items).unwrap_or_default();
        let transfers = items
            .into_iter()
            .filter(|item| matches!(item.kind, TransferAsked | TransferUnasked));
        transfers.map(|item| item.action).collect()
    }

    /// Deposits one transfer, or says why not.
    pub fn try_deposit(&self, transfer: &ActionHash) -> Result<api::Written, String> {
        let transfer = transfer.clone();
        self.try_call("deposit", api::TransferRef { transfer })
    }

    /// What was written in the village in the last days, as a parcel, or why there is none.
    pub fn try_parcel(&self, days: u32) -> Result<Value, String> {
        let village = self.village().expect("a village");
        let path = format!("/api/parcel?village={village}&days={days}");
        let answer = self.may_request("GET", &path, "")?;
        Ok(serde_json::from_str(&answer).expect("JSON"))
    }

    /// Takes in a parcel in base64url, or says why not.
    pub fn try_take_parcel(&self, file: &str) -> Result<Value, String> {
        let body = json!({ "file": file }).to_string();
        let answer = self.may_request("POST", "/api/parcel", &body)?;
        Ok(serde_json::from_str(&answer).expect("JSON"))
    }

    /// Takes a frame of a running code, or says why not.
    pub fn try_take_frame(&self, frame: &str) -> Result<Value, String> {
        let body = json!({ "frame": frame }).to_string();
        let answer = self.may_request("POST", "/api/parcel/frame", &body)?;
        Ok(serde_json::from_str(&answer).expect("JSON"))
    }

    /// Adds a hub to the node's settings, or says why not.
    pub fn try_add_hub(&self, url: &str) -> Result<String, String> {
        self.may_request("POST", "/api/hub", &json!({ "url": url }).to_string())
    }

    /// Gives minutes to another as soon as that one is known here.
    pub fn pay_when_known(&self, to: &AgentPubKey, minutes: i64) -> (api::Written, Duration) {
        wait_for(OTHERS_MAX, "a payment to a known member", || {
            self.try_call("pay", Self::payment(to, minutes)).ok()
        })
    }

    fn payment(to: &AgentPubKey, minutes: i64) -> api::PayInput {
        api::PayInput {
            to: to.clone(),
            amount_s: Seconds(minutes * 60),
            words: String::new(),
            seen: None,
        }
    }

    /// Deposits what has come in; gives how many.
    pub fn deposit_all(&self) -> usize {
        let transfers = self.incoming();
        let taken = transfers
            .iter()
            .filter(|transfer| self.try_deposit(transfer).is_ok());
        taken.count()
    }

    /// Pages, balance and levies of the open book, in seconds.
    pub fn book(&self) -> (u64, i64, i64) {
        // A node that has just started joins its village's network a moment later.
        let standing = wait_for(OPEN_MAX, "an open village", || {
            self.try_call::<_, api::Standing>("standing", ()).ok()
        })
        .0;
        let book = standing.book.expect("an open book");
        let levies = book.earned_state_s.0 + book.earned_community_s.0;
        (book.number, book.balance_s.0, levies)
    }

    /// Every line of the open book: number, page and balance in seconds, newest first.
    pub fn lines(&self) -> Vec<(u64, ActionHash, i64)> {
        let mut lines = Vec::new();
        let mut cursor = None;
        loop {
            let limit = api::LIST_MAX;
            let input = api::ListInput { cursor, limit };
            let activity: api::Activity = self.call("activity", input);
            let items = activity.items.into_iter();
            lines.extend(items.map(|line| (line.number, line.page, line.balance_s.0)));
            match activity.next {
                Some(next) => cursor = Some(next),
                None => return lines,
            }
        }
    }

    /// The village that this member is in.
    pub fn village(&self) -> Option<DnaHash> {
        let village = self.village.as_ref();
        village.map(|cell| cell.dna_hash().clone())
    }

    /// Drafts the example village in the lobby, which takes all of an installed app.
    pub fn draft(&self) -> api::Draft {
        self.call_lobby("draft_charter", example_draft())
    }

    /// Everybody on the roll here.
    pub fn known(&self) -> usize {
        let members: Result<api::Members, _> = self.try_call("members", list());
        members.map_or(0, |members| members.members.len())
    }

    /// What the node's own auditor says: pages that it holds, sum, verdict.
    pub fn audit(&self) -> (u64, i64, String) {
        let (status, answer) = request(&self.machine, &self.url, "GET", "/api/audit", "");
        assert_eq!(status, 200, "{answer}");
        let reports: Value = serde_json::from_str(&answer).expect("JSON");
        // A village that never began has its database, empty, beside the member's own.
        let own = self.village().map(|village| village.to_string());
        let villages = reports["villages"].as_array().expect("villages");
        let is_own =
            |report: &&Value| own.is_none() || report["village"].as_str() == own.as_deref();
        let report = villages.iter().find(is_own).expect("the member's village");
        (
            report["report"]["pages"].as_u64().expect("pages"),
            report["report"]["sums"]["total_s"].as_i64().expect("a sum"),
            report["verdict"].as_str().expect("a verdict").to_owned(),
        )
    }

    /// The node's facts.
    pub fn facts(&self) -> Value {
        let (status, answer) = request(&self.machine, &self.url, "GET", "/api/node", "");
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str(&answer).expect("JSON")
    }
}

/// A request to a node's page with the cookie that its address stands for.
pub fn request(
    machine: &Machine,
    url: &str,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, String) {
    may_request(machine, url, method, path, body).expect("an answer")
}

/// The same at a node that may have died.
fn may_request(
    machine: &Machine,
    url: &str,
    method: &str,
    path: &str,
    body: &str,
) -> io::Result<(u16, String)> {
    let (origin, secret) = url.split_once("/?k=").expect("an address with a secret");
    let host = origin.trim_start_matches("http://").to_owned();
    let port: u16 = host
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
        .expect("a port");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
         Cookie: commons_credit_{port}={secret}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    let answer = machine.run(move |_| {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, io::Error>(answer)
    })?;
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n");
    match (status, body) {
        (Some(status), Some((_, body))) => Ok((status, body.to_owned())),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
