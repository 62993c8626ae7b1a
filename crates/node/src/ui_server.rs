//! The page and the few facts it needs, on 127.0.0.1, for its owner's browser only.
//!
//! Who may ask is judged before anything else, in this order:
//! 1. `Host` is this server's own address (a name that was pointed here is refused),
//! 2. the browser says that no other page asks (`Sec-Fetch-Site`, `Origin`),
//! 3. the secret of this start: once in the address that the program printed, from
//!    then on in a cookie that scripts cannot read and other pages cannot send.
//!
//! | path | answer |
//! |---|---|
//! | `GET /?k=SECRET` | cookie, then on to `/` |
//! | `GET /` and files | the page; `index.html` gets the launcher's environment |
//! | `GET /api/node` | [`Facts`] |
//! | `GET /api/audit?village=NAME` | `Audits`: what the auditor says of the villages, and of the lines between them |
//! | `POST /api/credentials {"cell_id": [dna, agent]}` | `CellCredentials` |
//! | `POST /api/hub {"url": …}` | [`HubAdded`] |
//!
//! Refusals are `{"error": {"code", "message"}}` under `/api/`, else `CODE: sentence`.

use crate::audit::{Audits, SharedLedgers};
use crate::conductor::App;
use crate::config::{Config, HUBS_MAX};
use crate::credentials::{cell_from_text, CellCredentials, Credentials};
use crate::data::DataFolder;
use crate::meeting::Meeting;
use crate::node::Hubs;
use crate::parcel::{self, FrameTaken, Parcel, Taken};
use crate::stamp::Stamping;
use crate::{NodeError, APP_ID, ROLE, VERSION};
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, MethodRouter};
use axum::{Json, Router};
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use rand::RngCore;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// Longest request body.
pub const BODY_MAX_BYTES: usize = 4_096;

const INDEX: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/ui"]
struct Embedded;

/// What the page may know about its node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The program's version.
    pub version: String,
    /// The app's name in the conductor.
    pub app_id: String,
    /// The role that villages are clones of.
    pub role: String,
    /// The hash of the app's DNA as packed: its villages' common law.
    pub dna_hash: String,
    /// The member's key.
    pub agent: String,
    /// Hubs for an invitation, the one in use first. The node's own is never among
    /// them: at that address another machine finds itself.
    pub hubs: Vec<String>,
    /// Whether the hub in use is this node's own, which others do not reach.
    pub own_hub: bool,
    /// Other nodes that this one knows an address of.
    pub peers: usize,
    /// Villages open on this node.
    pub villages: usize,
    /// The data folder's name, without the way there.
    pub data: String,
}

/// The answer to a new hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HubAdded {
    /// The address as it was stored.
    pub url: String,
    /// Whether it was not there before.
    pub added: bool,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, NodeError>> + Send + 'a>>;

/// What the server asks of its node.
pub trait Backend: Send + Sync + 'static {
    /// The node's facts.
    fn facts(&self) -> Answer<'_, Facts>;
    /// Credentials for a cell.
    fn credentials(&self, cell_id: [String; 2]) -> Answer<'_, CellCredentials>;
    /// Stores another hub.
    fn add_hub(&self, url: String) -> Answer<'_, HubAdded>;
    /// Audits the villages on this node, or the one that is named.
    fn audit(&self, village: Option<String>) -> Answer<'_, Audits>;
    /// Makes a parcel of what was written in a village in the last days.
    fn parcel(&self, village: String, days: u32) -> Answer<'_, Parcel>;
    /// Takes in a parcel in base64url.
    fn take_parcel(&self, file: String) -> Answer<'_, Taken>;
    /// Takes one frame of a running code.
    fn take_frame(&self, frame: String) -> Answer<'_, FrameTaken>;
}

/// The node behind the page.
pub struct NodeBackend {
    /// The conductor.
    pub app: App,
    /// The signing key.
    pub credentials: Credentials,
    /// The folder.
    pub data: Arc<DataFolder>,
    /// Settings as stored, and what may change them.
    pub config: Mutex<Config>,
    /// Keeps the stamp outside of the folder, where one can be kept.
    pub stamping: Option<Stamping>,
    /// Sees to it that the node meets the others.
    pub meeting: Meeting,
    /// The hubs of this run beside those of the settings.
    pub hubs: Hubs,
    /// The app's DNA hash.
    pub dna_hash: String,
    /// What is audited.
    pub ledgers: Arc<SharedLedgers>,
    /// What was read so far of a running code.
    pub frames: Mutex<parcel::Reader>,
    /// One audit at a time: each has the whole village in memory.
    pub auditing: Mutex<()>,
}

impl Backend for NodeBackend {
    fn facts(&self) -> Answer<'_, Facts> {
        Box::pin(async {
            let info = self.app.info().await?;
            let settings = self.config.lock().await.hubs.clone();
            let now = self.meeting.now();
            let mut hubs = self.hubs.for_others(&settings);
            // Stable: the others keep their order.
            hubs.sort_by_key(|hub| Some(hub) != now.as_ref());
            hubs.dedup();
            hubs.truncate(HUBS_MAX);
            let folder = self.data.root().file_name();
            Ok(Facts {
                version: VERSION.into(),
                app_id: APP_ID.into(),
                role: ROLE.into(),
                dna_hash: self.dna_hash.clone(),
                agent: info.agent_pub_key.to_string(),
                hubs,
                own_hub: now.is_some_and(|now| self.hubs.is_own(&now)),
                peers: self.app.count_peers().await?,
                villages: self.app.cells().await?.len().saturating_sub(1),
                data: folder.unwrap_or_default().to_string_lossy().into_owned(),
            })
        })
    }

    fn credentials(&self, cell_id: [String; 2]) -> Answer<'_, CellCredentials> {
        Box::pin(async move {
            let cell = cell_from_text(&cell_id)?;
            let credentials = self.credentials.for_cell(&self.app, &cell).await;
            self.meeting.look();
            credentials
        })
    }

    fn add_hub(&self, url: String) -> Answer<'_, HubAdded> {
        Box::pin(async move {
            let mut config = self.config.lock().await;
            let mut changed = config.clone();
            let added = changed.add_hub(&url)?;
            if added {
                changed.store(&self.data)?;
                *config = changed;
                self.meeting.set_hubs(self.hubs.all(&config.hubs));
            }
            Ok(HubAdded {
                url: crate::config::check_hub_url(&url)?,
                added,
            })
        })
    }

    fn audit(&self, village: Option<String>) -> Answer<'_, Audits> {
        Box::pin(async move {
            let _alone = self.auditing.lock().await;
            let ledgers = self.ledgers.get().await?;
            ledgers.audit_all(village.as_deref()).await
        })
    }

    fn parcel(&self, village: String, days: u32) -> Answer<'_, Parcel> {
        Box::pin(async move { parcel::show(&self.app, &village, days).await })
    }

    fn take_parcel(&self, file: String) -> Answer<'_, Taken> {
        Box::pin(async move { parcel::take_text(&self.app, &file).await })
    }

    fn take_frame(&self, frame: String) -> Answer<'_, FrameTaken> {
        Box::pin(async move { parcel::take_frame(&self.app, &self.frames, &frame).await })
    }
}

/// The page's files: those that the program carries, or a folder's.
#[derive(Debug, Clone)]
pub enum Files {
    /// Built in.
    Embedded,
    /// Read from this folder at each request (`--ui DIR`).
    Folder(PathBuf),
}

impl Files {
    /// The built-in files, or those of a folder that has an `index.html`.
    pub fn find(folder: Option<PathBuf>) -> Result<Self, NodeError> {
        match folder {
            None => Ok(Self::Embedded),
            Some(path) if path.join(INDEX).is_file() => Ok(Self::Folder(path)),
            Some(path) => Err(NodeError::UiMissing { path }),
        }
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        // Only names below the root: no `..`, no hidden file, no second root.
        let plain = Path::new(name).components().all(|part| match part {
            Component::Normal(part) => !part.to_string_lossy().starts_with('.'),
            _ => false,
        });
        if !plain {
            return None;
        }
        match self {
            Self::Embedded => Embedded::get(name).map(|file| file.data),
            Self::Folder(folder) => std::fs::read(folder.join(name)).ok().map(Cow::Owned),
        }
    }
}

/// The secret of one start.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// 32 random bytes in base64url.
    pub fn random() -> Self {
        Self(random_text(32))
    }

    /// As it stands in the address.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not tell where the difference is.
    fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

/// What the page needs to reach the conductor, as `@holochain/client` reads it.
#[derive(Debug, Clone)]
pub struct Launcher {
    /// The app's websocket port.
    pub app_port: u16,
    /// The token for it.
    pub token: Vec<u8>,
}

/// Everything the server answers from.
pub struct Server {
    /// The port that it listens on.
    pub port: u16,
    /// The secret of this start.
    pub secret: Secret,
    /// For the page.
    pub launcher: Launcher,
    /// The page's files.
    pub files: Files,
    /// The node.
    pub backend: Arc<dyn Backend>,
}

/// Takes the UI's port before anything slow begins.
pub async fn bind(port: u16) -> Result<(TcpListener, u16), NodeError> {
    let refuse = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AddrInUse => NodeError::PortBusy { port },
        _ => NodeError::PortRefused {
            port,
            cause: error.to_string(),
        },
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(refuse)?;
    let bound = listener.local_addr().map_err(refuse)?.port();
    Ok((listener, bound))
}

/// The origins of a page on this port.
pub fn origins(port: u16) -> [String; 2] {
    own_hosts(port).map(|host| format!("http://{host}"))
}

fn own_hosts(port: u16) -> [String; 2] {
    [format!("127.0.0.1:{port}"), format!("localhost:{port}")]
}

impl Server {
    /// The address that opens the page.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?k={}", self.port, self.secret.text())
    }

    /// Answers on `listener` until the task is aborted.
    pub fn serve(self, listener: TcpListener) -> JoinHandle<()> {
        let router = self.router();
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the UI server ended");
            }
        })
    }

    /// The server without a socket.
    pub fn router(self) -> Router {
        let server = Arc::new(self);
        Router::new()
            .route("/api/node", get(node_facts))
            .route("/api/audit", get(audit))
            .route("/api/credentials", post(cell_credentials))
            .route("/api/hub", post(add_hub))
            .route("/api/parcel", get(show_parcel).merge(taking_parcels()))
            .route("/api/parcel/frame", post(take_frame))
            .fallback(page)
            .method_not_allowed_fallback(wrong_method)
            .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
            .layer(middleware::from_fn_with_state(server.clone(), guard))
            .with_state(server)
    }

    /// Ports share cookies on one host, so the name says whose it is.
    fn cookie_name(&self) -> String {
        format!("commons_credit_{}", self.port)
    }

    fn judge_asker(&self, headers: &HeaderMap) -> Result<(), NodeError> {
        let foreign = |asker: &str| NodeError::ForeignPage {
            asker: asker.chars().take(120).collect(),
        };
        let host = only(headers, &header::HOST).map_err(|()| foreign("several hosts"))?;
        if !own_hosts(self.port)
            .iter()
            .any(|own| Some(own.as_str()) == host)
        {
            return Err(foreign(host.unwrap_or("no host")));
        }
        let site = HeaderName::from_static("sec-fetch-site");
        match only(headers, &site).map_err(|()| foreign("several sites"))? {
            None | Some("same-origin" | "none") => {}
            Some(site) => return Err(foreign(site)),
        }
        // The origin is that of the host that was asked, not just one of the two.
        let origin = only(headers, &header::ORIGIN).map_err(|()| foreign("several origins"))?;
        match (origin, host) {
            (None, _) => Ok(()),
            (Some(origin), Some(host)) if origin == format!("http://{host}") => Ok(()),
            (Some(origin), _) => Err(foreign(origin)),
        }
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && self.secret.is(value))
    }

    /// Lets the holder of the printed address in.
    fn let_in(&self, method: &Method, uri: &Uri) -> Option<Result<Response, NodeError>> {
        if uri.path() != "/" || *method != Method::GET {
            return None;
        }
        let mut pairs = uri
            .query()?
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let (_, given) = pairs.find(|(key, _)| *key == "k")?;
        if !self.secret.is(given) {
            return Some(Err(NodeError::NotYou));
        }
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie_name(),
            self.secret.text()
        );
        let headers = [
            (header::SET_COOKIE, cookie),
            (header::LOCATION, "/".to_owned()),
        ];
        Some(Ok((StatusCode::SEE_OTHER, headers).into_response()))
    }

    fn content_policy(&self, nonce: &str) -> String {
        let app_port = self.launcher.app_port;
        // `wasm-unsafe-eval`: the client's signing library is WebAssembly.
        format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
             font-src 'self'; worker-src 'self' blob:; manifest-src 'self'; \
             connect-src 'self' ws://127.0.0.1:{app_port} ws://localhost:{app_port}; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'none'; \
             frame-ancestors 'none'"
        )
    }

    fn launcher_script(&self) -> String {
        let environment = serde_json::json!({
            "APP_INTERFACE_PORT": self.launcher.app_port,
            "INSTALLED_APP_ID": APP_ID,
            "APP_INTERFACE_TOKEN": self.launcher.token,
        });
        // `<` would end the script early inside a string.
        let text = environment.to_string().replace('<', "\\u003c");
        format!("window.__HC_LAUNCHER_ENV__={text};")
    }
}

/// A header that may stand once at most.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(());
    }
    first
        .map(|value| value.to_str().map_err(|_| ()))
        .transpose()
}

async fn guard(State(server): State<Arc<Server>>, mut request: Request, next: Next) -> Response {
    let nonce = random_text(16);
    let path = request.uri().path().to_owned();
    let judged = server.judge_asker(request.headers()).and_then(|()| {
        match server.let_in(request.method(), request.uri()) {
            Some(answer) => answer.map(Some),
            None if server.has_cookie(request.headers()) => Ok(None),
            None => Err(NodeError::NotYou),
        }
    });
    let mut response = match judged {
        Err(error) => refusal(&path, &error),
        Ok(Some(response)) => response,
        Ok(None) => {
            request.extensions_mut().insert(Nonce(nonce.clone()));
            next.run(request).await
        }
    };
    let policy = server.content_policy(&nonce);
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", policy.as_str()),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        ),
        ("cache-control", "no-store"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

#[derive(Clone)]
struct Nonce(String);

fn refusal(path: &str, error: &NodeError) -> Response {
    let status = match error {
        NodeError::NotYou | NodeError::ForeignPage { .. } => StatusCode::FORBIDDEN,
        NodeError::NotFound { .. } | NodeError::CellUnknown { .. } => StatusCode::NOT_FOUND,
        NodeError::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        NodeError::BadRequest { .. }
        | NodeError::HubUrl { .. }
        | NodeError::HubsTooMany { .. }
        | NodeError::Parcel(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if path.starts_with("/api/") {
        (status, Json(error.json())).into_response()
    } else {
        let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
        (status, [kind], error.line()).into_response()
    }
}

fn answer<T: Serialize>(result: Result<T, NodeError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => refusal("/api/", &error),
    }
}

fn read<T: for<'de> Deserialize<'de>>(body: Result<Bytes, BytesRejection>) -> Result<T, NodeError> {
    let refuse = |cause: String| NodeError::BadRequest { cause };
    let bytes = body.map_err(|error| refuse(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| refuse(error.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CellBody {
    cell_id: [String; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HubBody {
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParcelQuery {
    village: String,
    days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParcelBody {
    file: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameBody {
    frame: String,
}

async fn node_facts(State(server): State<Arc<Server>>) -> Response {
    answer(server.backend.facts().await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    village: Option<String>,
}

async fn audit(
    State(server): State<Arc<Server>>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Response {
    match query {
        Ok(Query(query)) => answer(server.backend.audit(query.village).await),
        Err(error) => {
            let cause = error.to_string();
            refusal("/api/", &NodeError::BadRequest { cause })
        }
    }
}

async fn cell_credentials(
    State(server): State<Arc<Server>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read::<CellBody>(body) {
        Ok(body) => answer(server.backend.credentials(body.cell_id).await),
        Err(error) => refusal("/api/", &error),
    }
}

async fn add_hub(
    State(server): State<Arc<Server>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read::<HubBody>(body) {
        Ok(body) => answer(server.backend.add_hub(body.url).await),
        Err(error) => refusal("/api/", &error),
    }
}

async fn show_parcel(
    State(server): State<Arc<Server>>,
    query: Result<Query<ParcelQuery>, QueryRejection>,
) -> Response {
    match query {
        Ok(Query(query)) => answer(server.backend.parcel(query.village, query.days).await),
        Err(error) => {
            let cause = error.to_string();
            refusal("/api/", &NodeError::BadRequest { cause })
        }
    }
}

/// Parcels are longer than all else that is posted here.
fn taking_parcels() -> MethodRouter<Arc<Server>> {
    post(take_parcel).layer(DefaultBodyLimit::max(
        parcel::TEXT_MAX_LETTERS + BODY_MAX_BYTES,
    ))
}

async fn take_parcel(
    State(server): State<Arc<Server>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read::<ParcelBody>(body) {
        Ok(body) => answer(server.backend.take_parcel(body.file).await),
        Err(error) => refusal("/api/", &error),
    }
}

async fn take_frame(
    State(server): State<Arc<Server>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match read::<FrameBody>(body) {
        Ok(body) => answer(server.backend.take_frame(body.frame).await),
        Err(error) => refusal("/api/", &error),
    }
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let method = method.to_string();
    refusal(uri.path(), &NodeError::MethodNotAllowed { method })
}

async fn page(State(server): State<Arc<Server>>, request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let method = request.method().to_string();
        return refusal(path, &NodeError::MethodNotAllowed { method });
    }
    let name = match path.trim_start_matches('/') {
        "" => INDEX,
        name => name,
    };
    let Some(bytes) = server.files.read(name) else {
        let path: String = path.chars().take(120).collect();
        return refusal(&path.clone(), &NodeError::NotFound { path });
    };
    let bytes = match (name, request.extensions().get::<Nonce>()) {
        (INDEX, Some(Nonce(nonce))) => {
            let html = String::from_utf8_lossy(&bytes);
            Bytes::from(inject(&html, nonce, &server.launcher_script()))
        }
        _ => Bytes::from(bytes.into_owned()),
    };
    let kind = HeaderValue::from_static(content_type(name));
    ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response()
}

/// Puts a script before every other one: right after `<head …>`, or where a browser
/// would begin the head itself.
fn inject(html: &str, nonce: &str, script: &str) -> String {
    let at = after_tag(html, "head")
        .or_else(|| after_tag(html, "html"))
        .or_else(|| after_tag(html, "!doctype"))
        .unwrap_or(0);
    let (before, after) = html.split_at(at);
    format!("{before}<script nonce=\"{nonce}\">{script}</script>{after}")
}

/// The place after the first such opening tag; `<header>` is no `<head>`.
fn after_tag(html: &str, name: &str) -> Option<usize> {
    let lower = html.to_ascii_lowercase();
    let begin = lower
        .match_indices(&format!("<{name}"))
        .find_map(|(at, found)| {
            let end = at + found.len();
            let next = lower[end..].chars().next()?;
            (next == '>' || next.is_ascii_whitespace()).then_some(end)
        })?;
    lower[begin..].find('>').map(|length| begin + length + 1)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn random_text(bytes: usize) -> String {
    let mut random = vec![0_u8; bytes];
    rand::rng().fill_bytes(&mut random);
    BASE64_URL_SAFE_NO_PAD.encode(random)
}

/// A cookie for `url`, for this program's own requests (`status`).
pub fn cookie_for(port: u16, secret: &str) -> String {
    format!("commons_credit_{port}={secret}")
}

#[cfg(test)]
#[path = "ui_server_tests.rs"]
mod tests;
