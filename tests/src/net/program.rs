//! The real program on a machine, its JSON lines read as they come.

use super::machine::Machine;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError};
use std::time::Duration;

/// Longest that a start may take; the first one compiles the zomes.
pub const START_MAX: Duration = Duration::from_secs(240);

/// A running program. Dropping it is like pulling the plug.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
}

/// `commons-credit`, beside the programs of these tests.
pub fn binary() -> PathBuf {
    let mut folder = std::env::current_exe().expect("this program's path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let path = folder.join("commons-credit");
    assert!(
        path.is_file(),
        "{} is not built; cargo build --workspace --bins",
        path.display()
    );
    path
}

impl Program {
    /// A hub on a machine; gives it with its address.
    pub fn hub(machine: &Machine) -> (Self, String) {
        // A fixed port where it is the only hub, any free one on the test's own machine.
        let port = if machine.ip.is_loopback() { 0 } else { 8790 };
        let listen = format!("{}:{port}", machine.ip);
        let hub = Self::start(machine, &["--json", "hub", "--listen", &listen], &[]);
        let ready = hub.wait_for("hub_ready");
        let url = ready["url"].as_str().expect("an address").to_owned();
        (hub, url)
    }

    /// A node on a machine; gives it with its facts.
    pub fn node(machine: &Machine, data: &Path, hubs: &[&str]) -> (Self, Value) {
        Self::node_with(machine, data, hubs, &[])
    }

    /// The same in another environment.
    pub fn node_with(
        machine: &Machine,
        data: &Path,
        hubs: &[&str],
        environment: &[(&str, &str)],
    ) -> (Self, Value) {
        let node = Self::starting(machine, data, hubs, environment);
        let ready = node.wait_for("ready");
        (node, ready)
    }

    /// A node that is not yet open, and may never be.
    pub fn starting(
        machine: &Machine,
        data: &Path,
        hubs: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let data = data.to_str().expect("a path in letters");
        let mut arguments = vec!["--json", "--unattended", "--port", "0", "--data", data];
        for hub in hubs {
            arguments.extend(["--hub", hub]);
        }
        Self::start(machine, &arguments, environment)
    }

    /// A node that does not start; gives code and sentence.
    pub fn refused(
        machine: &Machine,
        data: &Path,
        environment: &[(&str, &str)],
    ) -> (String, String) {
        let data = data.to_str().expect("a path in letters");
        let arguments = ["--json", "--unattended", "--port", "0", "--data", data];
        Self::start(machine, &arguments, environment).wait_for_refusal()
    }

    fn start(machine: &Machine, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let binary = binary();
        let binary = binary.to_str().expect("a path in letters");
        Self::of(
            machine
                .command(binary)
                .args(arguments)
                .envs(environment.iter().copied()),
        )
    }

    /// Any command that prints JSON lines.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command
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

    /// Reads on until an event; panics on an error.
    pub fn wait_for(&self, event: &str) -> Value {
        self.may_come_to(event).expect("the event")
    }

    /// The same, or none when it ends before; panics on an error that it names itself.
    pub fn may_come_to(&self, event: &str) -> Option<Value> {
        let waited = self.answer_or_refusal(event);
        waited.map(|said| said.unwrap_or_else(|(code, words)| panic!("{code}: {words}")))
    }

    /// Reads on until an event, or until it refuses; none when it ends without a word.
    pub fn answer_or_refusal(&self, event: &str) -> Option<Result<Value, (String, String)>> {
        loop {
            let line = match self.lines.recv_timeout(START_MAX) {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("waited in vain for {event}"),
            };
            let line: Value = serde_json::from_str(&line).expect("JSON on every line");
            if let Some(error) = line.get("error") {
                let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
                return Some(Err((text("code"), text("message"))));
            }
            if line["event"] == event {
                return Some(Ok(line));
            }
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_some()
    }

    /// Reads on until it refuses; gives code and sentence.
    fn wait_for_refusal(self) -> (String, String) {
        let mut last = Value::Null;
        while let Ok(line) = self.lines.recv_timeout(START_MAX) {
            last = serde_json::from_str(&line).expect("JSON on every line");
        }
        let text = |key: &str| last["error"][key].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    }

    /// Pulls the plug.
    pub fn kill(self) {
        drop(self);
    }

    /// Asks it to stop, as Ctrl-C does, and waits until it has.
    pub fn stop(mut self) {
        let pid = i32::try_from(self.child.id()).expect("a process number");
        // SAFETY: `kill` takes two numbers; the process is this test's own child, not
        // yet waited for, so its number cannot belong to another.
        unsafe { libc::kill(pid, libc::SIGINT) };
        assert!(self.child.wait().expect("its end").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
