//! Who gets in and who does not, over a real socket.

use super::*;
use crate::audit::VillageAudit;
use std::io::{Read, Write};
use std::net::TcpStream;

const PAGE: &str =
    "<!doctype html><html><head><script type=module src=/a.js></script></head></html>";

struct Fake;

impl Backend for Fake {
    fn facts(&self) -> Answer<'_, Facts> {
        Box::pin(async {
            Ok(Facts {
                version: VERSION.into(),
                app_id: APP_ID.into(),
                role: ROLE.into(),
                dna_hash: "u".into(),
                agent: "u".into(),
                hubs: Vec::new(),
                own_hub: true,
                peers: 0,
                villages: 0,
                data: "data".into(),
            })
        })
    }

    fn credentials(&self, cell_id: [String; 2]) -> Answer<'_, CellCredentials> {
        Box::pin(async move {
            let cell = cell_from_text(&cell_id)?;
            let cell = cell.to_string();
            Err(NodeError::CellUnknown { cell })
        })
    }

    fn add_hub(&self, url: String) -> Answer<'_, HubAdded> {
        Box::pin(async move {
            let url = crate::config::check_hub_url(&url)?;
            Ok(HubAdded { url, added: true })
        })
    }

    fn parcel(&self, village: String, days: u32) -> Answer<'_, Parcel> {
        Box::pin(async move {
            match days {
                0 => Err(parcel::ParcelError::Empty { days }.into()),
                days => Ok(Parcel {
                    village,
                    name: "Dale".into(),
                    operations: 1,
                    left_out: 0,
                    bytes: days as usize,
                    fragments: 1,
                    frames: vec!["UR:X".into()],
                    file: "eA".into(),
                }),
            }
        })
    }

    fn take_parcel(&self, file: String) -> Answer<'_, Taken> {
        Box::pin(async move {
            Ok(Taken {
                village: "u".into(),
                name: "Dale".into(),
                operations: file.len(),
            })
        })
    }

    fn take_frame(&self, frame: String) -> Answer<'_, FrameTaken> {
        Box::pin(async move {
            Ok(FrameTaken {
                known: frame.len(),
                fragments: 2,
                taken: None,
            })
        })
    }

    fn audit(&self, village: Option<String>) -> Answer<'_, Audits> {
        Box::pin(async move {
            Ok(Audits {
                villages: vec![VillageAudit {
                    village: "u".into(),
                    name: village.unwrap_or_default(),
                    verdict: "sound".into(),
                    report: serde_json::Value::Null,
                    lines: Vec::new(),
                }],
                lines: Vec::new(),
            })
        })
    }
}

/// A served page; the folder lives as long as this.
struct Served {
    port: u16,
    secret: String,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write(INDEX, PAGE);
        write("a.js", "1");
        write(".hidden", "secret");
        let (listener, port) = bind(0).await.expect("a port");
        let server = Server {
            port,
            secret: Secret::random(),
            launcher: Launcher {
                app_port: 4711,
                token: vec![1, 2, 255],
            },
            files: Files::find(Some(folder.path().into())).expect("a page"),
            backend: Arc::new(Fake),
        };
        let secret = server.secret.text().to_owned();
        assert_eq!(server.url(), format!("http://127.0.0.1:{port}/?k={secret}"));
        server.serve(listener);
        Self {
            port,
            secret,
            _folder: folder,
        }
    }

    /// Sends exactly these bytes and reads until the server closes.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("a server");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// A request of the page's own, changed by `headers`, each ending in CRLF.
    fn ask(&self, line: &str, headers: &str, body: &str) -> String {
        let port = self.port;
        let host = if headers.to_lowercase().contains("host:") {
            String::new()
        } else {
            format!("Host: 127.0.0.1:{port}\r\n")
        };
        let length = body.len();
        self.raw(&format!(
            "{line} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    fn cookie(&self) -> String {
        format!("Cookie: {}\r\n", cookie_for(self.port, &self.secret))
    }
}

fn status(answer: &str) -> u16 {
    let number = answer.split(' ').nth(1).unwrap_or_default();
    number.parse().unwrap_or_default()
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let found = answer.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    });
    found.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_address_lets_in_and_leaves_a_strict_cookie() {
    let served = Served::start().await;
    let answer = served.ask(&format!("GET /?k={}", served.secret), "", "");
    assert_eq!(status(&answer), 303);
    assert_eq!(header(&answer, "location"), "/");
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.starts_with(&cookie_for(served.port, &served.secret)));
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"));
    let page = served.ask("GET /", &served.cookie(), "");
    assert_eq!(status(&page), 200);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_gets_in() {
    let served = Served::start().await;
    let port = served.port;
    let short = &served.secret[1..];
    for (line, headers) in [
        ("GET /".to_owned(), String::new()),
        ("GET /a.js".into(), String::new()),
        ("GET /api/node".into(), String::new()),
        ("GET /api/audit".into(), String::new()),
        (format!("GET /?k={short}"), String::new()),
        ("GET /?k=".into(), String::new()),
        // A wrong secret is refused even to who is in.
        ("GET /?k=x".into(), served.cookie()),
        // The secret counts at the front door only.
        (format!("GET /api/node?k={}", served.secret), String::new()),
        (format!("POST /?k={}", served.secret), String::new()),
        (
            "GET /".into(),
            format!("Cookie: commons_credit_{port}=\r\n"),
        ),
        (
            "GET /".into(),
            format!("Cookie: {}\r\n", cookie_for(port, short)),
        ),
        (
            "GET /".into(),
            format!("Cookie: commons_credit={}\r\n", served.secret),
        ),
    ] {
        let answer = served.ask(&line, &headers, "");
        assert_eq!(status(&answer), 403, "{line} {headers}");
        assert!(answer.contains("E_NOT_YOU"), "{line} {headers}");
        assert!(!answer.contains(&served.secret), "{line} {headers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_pages_are_refused_even_with_the_cookie() {
    let served = Served::start().await;
    let (port, cookie) = (served.port, served.cookie());
    for headers in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        "Host: 127.0.0.1\r\n".into(),
        format!("Host: 127.0.0.1:{}\r\n", port ^ 1),
        format!("Host: 127.0.0.2:{port}\r\n"),
        format!("Host: [::1]:{port}\r\n"),
        "Origin: http://evil.example\r\n".into(),
        "Origin: null\r\n".into(),
        format!("Origin: https://127.0.0.1:{port}\r\n"),
        format!("Origin: http://localhost:{port}\r\n"),
        format!("Origin: http://127.0.0.1:{port}\r\nOrigin: http://evil.example\r\n"),
        "Sec-Fetch-Site: cross-site\r\n".into(),
        "Sec-Fetch-Site: same-site\r\n".into(),
    ] {
        let answer = served.ask("GET /api/node", &format!("{cookie}{headers}"), "");
        assert_eq!(status(&answer), 403, "{headers}");
        assert!(answer.contains("E_FOREIGN_PAGE"), "{headers}");
        let door = served.ask(&format!("GET /?k={}", served.secret), &headers, "");
        assert_eq!(status(&door), 403, "{headers}");
        assert!(!door.to_lowercase().contains("set-cookie"), "{headers}");
    }
    for headers in [
        format!("Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"),
        format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"),
        "Sec-Fetch-Site: none\r\n".into(),
    ] {
        let answer = served.ask("GET /api/node", &format!("{cookie}{headers}"), "");
        assert_eq!(status(&answer), 200, "{headers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_same_strict_headers() {
    let served = Served::start().await;
    for (line, headers) in [
        ("GET /", served.cookie()),
        ("GET /", String::new()),
        ("GET /nothing", served.cookie()),
        ("GET /api/node", served.cookie()),
    ] {
        let answer = served.ask(line, &headers, "");
        let policy = header(&answer, "content-security-policy");
        for part in [
            "default-src 'self';",
            "connect-src 'self' ws://127.0.0.1:4711 ws://localhost:4711;",
            "frame-ancestors 'none'",
            "object-src 'none';",
            "base-uri 'none';",
        ] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains('*'));
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
        assert!(header(&answer, "permissions-policy").contains("camera=(self)"));
        assert_eq!(header(&answer, "cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_the_launchers_environment_before_any_script() {
    let served = Served::start().await;
    let (first, second) = (
        served.ask("GET /", &served.cookie(), ""),
        served.ask("GET /index.html", &served.cookie(), ""),
    );
    let nonce = |answer: &str| {
        let policy = header(answer, "content-security-policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let (nonce, _) = rest.split_once('\'').expect("its end");
        assert!(answer.contains(&format!("<head><script nonce=\"{nonce}\">")));
        nonce.to_owned()
    };
    assert_ne!(nonce(&first), nonce(&second));
    let (_, body) = first.split_once("\r\n\r\n").expect("a body");
    let begin = body
        .find("window.__HC_LAUNCHER_ENV__=")
        .expect("the script");
    assert!(Some(begin) < body.find("src=/a.js"));
    let (_, rest) = body[begin..].split_once('=').expect("a value");
    let (environment, _) = rest.split_once(";</script>").expect("its end");
    let environment: serde_json::Value = serde_json::from_str(environment).expect("JSON");
    let expected = serde_json::json!({
        "APP_INTERFACE_PORT": 4711,
        "APP_INTERFACE_TOKEN": [1, 2, 255],
        "INSTALLED_APP_ID": "commons-credit",
    });
    assert_eq!(environment, expected);
    assert!(!body.contains(&served.secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_with_their_type_and_none_from_elsewhere() {
    let served = Served::start().await;
    let script = served.ask("GET /a.js", &served.cookie(), "");
    assert_eq!(status(&script), 200);
    assert_eq!(
        header(&script, "content-type"),
        "text/javascript; charset=utf-8"
    );
    for path in [
        "/nothing",
        "/.hidden",
        "/../a.js",
        "/x/../../a.js",
        "//etc/passwd",
        "/%2e%2e/a.js",
        "/./a.js",
        "/.",
    ] {
        let answer = served.ask(&format!("GET {path}"), &served.cookie(), "");
        assert_eq!(status(&answer), 404, "{path}");
        assert!(answer.contains("E_NOT_FOUND"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_and_bodies_are_refused_with_a_code() {
    // The longest parcel, and what is over it.
    let longest = |over: usize| {
        let letters = parcel::TEXT_MAX_LETTERS + over * BODY_MAX_BYTES;
        format!("{{\"file\": \"{}\"}}", "A".repeat(letters))
    };
    let served = Served::start().await;
    let big = format!("{{\"url\": \"{}\"}}", "x".repeat(BODY_MAX_BYTES));
    for (line, body, code, expected) in [
        ("POST /", "", "E_METHOD", 405),
        ("DELETE /a.js", "", "E_METHOD", 405),
        ("POST /api/node", "", "E_METHOD", 405),
        ("GET /api/credentials", "", "E_METHOD", 405),
        ("POST /api/credentials", "", "E_BAD_REQUEST", 400),
        ("POST /api/credentials", "{}", "E_BAD_REQUEST", 400),
        (
            "POST /api/credentials",
            r#"{"cell_id": ["a", "b"], "more": 1}"#,
            "E_BAD_REQUEST",
            400,
        ),
        (
            "POST /api/credentials",
            r#"{"cell_id": ["a"]}"#,
            "E_BAD_REQUEST",
            400,
        ),
        (
            "POST /api/credentials",
            r#"{"cell_id": ["a", "b"]}"#,
            "E_CELL_UNKNOWN",
            404,
        ),
        ("POST /api/hub", &big, "E_BAD_REQUEST", 400),
        ("POST /api/hub", r#"{"url": "ftp://x"}"#, "E_HUB_URL", 400),
        ("POST /api/audit", "", "E_METHOD", 405),
        ("GET /api/audit?town=Dale", "", "E_BAD_REQUEST", 400),
        ("GET /api/parcel?village=u", "", "E_BAD_REQUEST", 400),
        (
            "GET /api/parcel?village=u&days=-1",
            "",
            "E_BAD_REQUEST",
            400,
        ),
        (
            "GET /api/parcel?village=u&days=0",
            "",
            "E_PARCEL_EMPTY",
            400,
        ),
        ("POST /api/parcel", r#"{"text": "x"}"#, "E_BAD_REQUEST", 400),
        ("POST /api/parcel", &longest(1), "E_BAD_REQUEST", 400),
        ("POST /api/parcel/frame", &big, "E_BAD_REQUEST", 400),
        ("GET /api/nothing", "", "E_NOT_FOUND", 404),
    ] {
        let answer = served.ask(line, &served.cookie(), body);
        assert_eq!(status(&answer), expected, "{line} {body:.60}");
        assert!(answer.contains(code), "{line} {body:.60}: {answer}");
    }
    // A parcel may be as long as a parcel is, and nothing else may.
    let taken = served.ask("POST /api/parcel", &served.cookie(), &longest(0));
    assert_eq!(status(&taken), 200, "{taken:.300}");
    let frame = r#"{"frame": "UR:X"}"#;
    let frame = served.ask("POST /api/parcel/frame", &served.cookie(), frame);
    assert!(frame.contains(r#""known":4"#), "{frame}");
    let shown = "GET /api/parcel?village=u&days=7";
    let shown = served.ask(shown, &served.cookie(), "");
    assert!(shown.contains(r#""frames":["UR:X"]"#), "{shown}");
    let added = served.ask(
        "POST /api/hub",
        &served.cookie(),
        r#"{"url": "http://x:1"}"#,
    );
    assert_eq!(status(&added), 200);
    assert!(added.contains(r#""added":true"#));
    for (query, name) in [("", ""), ("?village=Old+Dale+%26+Hill", "Old Dale & Hill")] {
        let line = format!("GET /api/audit{query}");
        let answer = served.ask(&line, &served.cookie(), "");
        assert_eq!(status(&answer), 200);
        assert!(answer.contains(&format!(r#""name":"{name}""#)), "{answer}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let (_kept, port) = bind(0).await.expect("a port");
    let error = bind(port).await.expect_err("the same port");
    assert_eq!(error.code(), "E_PORT_BUSY");
    assert!(error.to_string().contains(&port.to_string()));
}

#[test]
fn a_folder_without_a_page_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let error = Files::find(Some(place.path().into())).expect_err("no page");
    assert_eq!(error.code(), "E_UI_MISSING");
}

#[test]
fn the_script_goes_first_into_any_page() {
    for (html, expected) in [
        ("<head><meta>", "<head>§<meta>"),
        ("<HEAD lang=x>\n<meta>", "<HEAD lang=x>§\n<meta>"),
        ("<html><header>x</header>", "<html>§<header>x</header>"),
        ("<!doctype html><p>x", "<!doctype html>§<p>x"),
        ("x", "§x"),
        ("", "§"),
    ] {
        let script = "<script nonce=\"n\">s</script>";
        let injected = inject(html, "n", "s");
        assert_eq!(injected, expected.replace('§', script), "{html}");
    }
}
