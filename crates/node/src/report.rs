//! What a command says while it works: steps on standard error and facts on standard
//! output for people, or one JSON object per line on standard output for programs.

use crate::node::Ready;
use serde_json::{json, Value};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// One thing to say.
#[derive(Debug)]
pub enum Event<'a> {
    /// Work has come to this step.
    Starting {
        /// A stable name.
        step: &'static str,
        /// What is being done.
        text: String,
    },
    /// The page can be opened.
    Ready(&'a Ready),
    /// The node is being stopped.
    Stopping,
}

type Sink = Arc<dyn Fn(Value, Option<&str>) + Send + Sync>;

/// Where events go. Clones share it.
#[derive(Clone)]
pub struct Report {
    sink: Sink,
    node: Option<String>,
    begun: Instant,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report").field("node", &self.node).finish()
    }
}

impl Report {
    /// Says nothing.
    pub fn silent() -> Self {
        Self::to(|_, _| {})
    }

    /// For people, or for programs when `json` is set.
    pub fn console(json: bool) -> Self {
        if json {
            Self::to(|value, _| print_line(&value.to_string()))
        } else {
            Self::to(for_people)
        }
    }

    /// To a function: the event as JSON and, for people, the node's name.
    pub fn to(sink: impl Fn(Value, Option<&str>) + Send + Sync + 'static) -> Self {
        Self {
            sink: Arc::new(sink),
            node: None,
            begun: Instant::now(),
        }
    }

    /// The same, for one of several nodes.
    pub fn named(&self, node: &str) -> Self {
        Self {
            node: Some(node.to_owned()),
            ..self.clone()
        }
    }

    /// Milliseconds since the start.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Says that work has come to a step.
    pub fn step(&self, step: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.say(&Event::Starting { step, text });
    }

    /// Says one thing.
    pub fn say(&self, event: &Event<'_>) {
        let mut value = match event {
            Event::Starting { step, text } => json!({
                "event": "starting", "step": step, "text": text,
            }),
            Event::Ready(ready) => {
                let mut value = json!(ready);
                value["event"] = "ready".into();
                value
            }
            Event::Stopping => json!({ "event": "stopping" }),
        };
        value["ms"] = self.elapsed_ms().into();
        if let Some(node) = &self.node {
            value["node"] = node.as_str().into();
        }
        self.fact(value);
    }

    /// Says an event that is not a node's own.
    pub fn fact(&self, value: Value) {
        (self.sink)(value, self.node.as_deref());
    }
}

fn for_people(value: Value, node: Option<&str>) {
    let who = node.map(|name| format!("{name}: ")).unwrap_or_default();
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    match value["event"].as_str() {
        Some("ready") => {
            eprintln!("{who}ready after {} ms", value["ms"]);
            // Whoever runs several nodes prints the addresses when all are there.
            if node.is_none() {
                print_line(&format!("Open {}", text("url")));
            }
        }
        Some("stopping") => eprintln!("{who}stopping"),
        Some("starting") => eprintln!("{who}{}", text("text")),
        _ => print_line(&text("text")),
    }
}

/// Prints a line at once, also into a pipe. A reader that has gone away is no reason
/// to stop a node.
pub fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
