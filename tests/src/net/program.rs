//! The real program on a machine, its JSON lines read as they come.

use super::machine::Machine;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
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
        let listen = format!("{}:8790", machine.ip);
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
        let data = data.to_str().expect("a path in letters");
        let mut arguments = vec!["--json", "--unattended", "--port", "0", "--data", data];
        for hub in hubs {
            arguments.extend(["--hub", hub]);
        }
        let node = Self::start(machine, &arguments, environment);
        let ready = node.wait_for("ready");
        (node, ready)
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
        loop {
            let line = self.lines.recv_timeout(START_MAX).expect("the event");
            let line: Value = serde_json::from_str(&line).expect("JSON on every line");
            assert!(line.get("error").is_none(), "{line}");
            if line["event"] == event {
                return line;
            }
        }
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
