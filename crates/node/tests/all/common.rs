//! What several tests need: folders, plain requests, and the program as a process.

use commons_credit_api::DraftInput;
use commons_credit_node::report::Report;
use serde_json::{json, Value};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest that anything here may take; a first start compiles the zomes.
pub const DEADLINE: Duration = Duration::from_secs(240);

/// The program.
pub const BINARY: &str = env!("CARGO_BIN_EXE_commons-credit");

/// A request to a node's page with the cookie that `url` stands for.
pub fn request(url: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let (origin, secret) = url.split_once("/?k=").expect("an address with a secret");
    let host = origin.trim_start_matches("http://");
    let (_, port) = host.split_once(':').expect("a port");
    let port: u16 = port.parse().expect("a port");
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a page");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
         Cookie: commons_credit_{port}={secret}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).expect("a status");
    let status = status.parse().expect("a number");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    (status, body.to_owned())
}

/// What a node says while it works, and what was said by now.
pub fn heard() -> (Report, impl Fn() -> Vec<String>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let ear = said.clone();
    let report = Report::to(move |event, _| {
        let step = event["step"].as_str().unwrap_or_default().to_owned();
        ear.lock().expect("a lock").push(step);
    });
    let steps = move || said.lock().expect("a lock").clone();
    (report, steps)
}

/// A village to found.
pub fn draft() -> DraftInput {
    serde_json::from_value(json!({
        "name": "Test Valley",
        "levies": { "state_bp": 750, "community_bp": 250 },
        "floor_s": -144_000,
        "voting": { "template": "council", "needed": 1 },
    }))
    .expect("a draft")
}

/// The program as a process, its JSON lines read as they come.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
}

impl Program {
    /// Starts it with `--json`, on a folder and any free port.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_by(Command::new(BINARY), data, more)
    }

    /// The same by a command that ends in the program's name.
    pub fn start_by(mut command: Command, data: &Path, more: &[&str]) -> Self {
        let mut child = command
            .args(["--json", "--port", "0", "--data"])
            .arg(data)
            .args(more)
            .env_remove("COMMONS_CREDIT_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let stdout = child.stdout.take().expect("its output");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line as JSON, or none when the output has ended.
    pub fn next(&self) -> Option<Value> {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => Some(serde_json::from_str(&line).expect("JSON on every line")),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line within {DEADLINE:?}"),
        }
    }

    /// Reads on until an event, panicking on an error.
    pub fn wait_for(&self, event: &str) -> Value {
        loop {
            let line = self.next().expect("the event before the end");
            assert!(line.get("error").is_none(), "{line}");
            if line["event"] == event {
                return line;
            }
        }
    }

    /// Reads on until the error that ends it.
    pub fn wait_for_error(self) -> (String, i32) {
        let (code, exit, _) = self.wait_for_refusal();
        (code, exit)
    }

    /// The same, with the sentence.
    pub fn wait_for_refusal(mut self) -> (String, i32, String) {
        let mut last = Value::Null;
        while let Some(line) = self.next() {
            last = line;
        }
        let text = |key: &str| last["error"][key].as_str().unwrap_or_default().to_owned();
        let exit = self.ended().code().expect("an exit code");
        (text("code"), exit, text("message"))
    }

    /// Pulls the plug.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self, signal: i32) -> ExitStatus {
        let pid = i32::try_from(self.child.id()).expect("a process number");
        // SAFETY: `kill` only takes two numbers; the process is this test's own child,
        // not yet waited for, so its number cannot belong to another.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
        self.ended()
    }

    fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status;
            }
            assert!(Instant::now() < deadline, "it did not end");
            std::thread::yield_now();
        }
    }
}
