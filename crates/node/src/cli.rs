//! The command line: reads it, runs one command, says how it ended.

use crate::audit;
use crate::cheque::{self, ChequeCommand};
use crate::clear::{self, ClearArgs};
use crate::config::PORT_DEFAULT;
use crate::data::DataFolder;
use crate::demo::{self, Demo, DemoOptions};
use crate::export;
use crate::hub::Hub;
use crate::keystore::PassphraseSource;
use crate::node::{use_one_crypto_provider, Node, Options};
use crate::report::{print_line, Report};
use crate::status::Status;
use crate::{NodeError, APP_ID, VERSION};
use clap::{Args, Parser, Subcommand};
use commons_credit_handover::qr::Matrix;
use serde_json::json;
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{signal, Signal, SignalKind};
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

const EXIT_CODES: &str = "\
Exit codes: 0 stopped as asked; 1 the conductor or a call failed; 2 wrong command line; \
3 data folder; 4 passphrase or keystore; 5 port or address; 6 settings; 7 app or UI files; \
8 an audit found something; 9 a cheque or a debt cannot be read or does not count.
Logs go to standard error; RUST_LOG=error shows the conductor's own, RUST_LOG=info more.";

/// What is logged unless RUST_LOG says otherwise. Holochain and its network log as
/// errors what is ordinary here (a peer that left, a database that is locked for a
/// moment) and go on; what stops a node comes with a code of its own.
const LOGS: &str = "commons_credit_node=warn";

/// How long a start that was asked to stop may take to end by itself.
const NEARLY_DONE: Duration = Duration::from_secs(1);

/// Hours of help as credit between the people of a village.
#[derive(Debug, Parser)]
#[command(name = "commons-credit", version, after_help = EXIT_CODES, args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run your node and print the address of its page (the default)
    Run,
    /// Run a hub and three nodes with a village to click through
    Demo,
    /// Run a hub: a place where the nodes of a village find each other
    Hub {
        /// Where to listen; on a LAN this machine's address, such as 192.168.1.5:8790
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
    },
    /// Say what is known about the node of a data folder
    Status,
    /// Re-derive every balance from all pages that this node holds, and say whether they add up
    Audit {
        /// Only this village, by its name or DNA hash
        #[arg(long, value_name = "VILLAGE")]
        village: Option<String>,
    },
    /// Write everything that you own here into one sealed file that other programs can read
    Export {
        /// The new file
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// A file that holds the export's own passphrase, instead of asking for one
        #[arg(long, value_name = "FILE")]
        export_passphrase_file: Option<PathBuf>,
    },
    /// Show, check or prove what was handed over: cheques, IOUs, receipts; no node is needed
    Cheque {
        #[command(subcommand)]
        command: ChequeCommand,
    },
    /// Clear circles of debts between villages: the most that can be cancelled, with its proof
    Clear(ClearArgs),
    /// Print the version
    Version,
}

#[derive(Debug, Args)]
struct Common {
    /// Where your keys and ledgers are kept (default: your user's data folder)
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A file that holds the passphrase
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "COMMONS_CREDIT_PASSPHRASE_FILE"
    )]
    passphrase_file: Option<PathBuf>,
    /// Never ask: at the first start make a passphrase and keep it in the data folder
    #[arg(long, global = true)]
    unattended: bool,
    /// The page's port on 127.0.0.1; 0 takes any free one
    #[arg(long, global = true)]
    port: Option<u16>,
    /// A hub where your village meets; may be given several times, the first that answers is used
    #[arg(long = "hub", global = true, value_name = "URL")]
    hubs: Vec<String>,
    /// Be a hub for others, too, such as on a laptop's hotspot: 0.0.0.0:8790
    #[arg(long, global = true, value_name = "ADDRESS")]
    hub_listen: Option<SocketAddr>,
    /// The data folder was moved here from another machine, is the newest state, and the old place never starts again
    #[arg(long, global = true)]
    moved: bool,
    /// A packed app to install instead of the one that is built in
    #[arg(long, global = true, value_name = "FILE")]
    happ: Option<PathBuf>,
    /// A folder with the page, instead of the one that is built in
    #[arg(long, global = true, value_name = "DIR")]
    ui: Option<PathBuf>,
    /// Print facts and errors as JSON, one object per line
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    fn passphrase(&self) -> PassphraseSource {
        match (&self.passphrase_file, self.unattended) {
            (Some(path), _) => PassphraseSource::File(path.clone()),
            (None, true) => PassphraseSource::Unattended,
            (None, false) => PassphraseSource::Terminal,
        }
    }
}

/// Runs the program and ends the process.
pub fn main() -> ! {
    let cli = Cli::parse();
    let json = cli.common.json;
    log_to_stderr();
    let ended = match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let ended = runtime.block_on(run(cli));
            // Dropped, it would wait for every thread without an end, also for one that
            // waits for another machine.
            runtime.shutdown_timeout(NEARLY_DONE);
            ended
        }
        Err(error) => Err(NodeError::Conductor {
            doing: "starting threads",
            cause: error.to_string(),
        }),
    };
    let code = match ended {
        Ok(()) => 0,
        Err(error) => {
            if json {
                print_line(&error.json().to_string());
            } else {
                eprintln!("{}", error.line());
            }
            i32::from(error.exit_code())
        }
    };
    // Threads of the conductor that wait for nothing any more must not hold this up.
    std::process::exit(code)
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGS));
    let set = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if let Err(error) = set {
        eprintln!("no logs: {error}");
    }
}

async fn run(cli: Cli) -> Result<(), NodeError> {
    let Cli { command, common } = cli;
    match command.unwrap_or(Command::Run) {
        Command::Run => run_node(common).await,
        Command::Demo => run_demo(common).await,
        Command::Hub { listen } => run_hub(listen, common.json).await,
        Command::Status => print_status(common),
        Command::Audit { village } => print_audit(common, village).await,
        Command::Export {
            to,
            export_passphrase_file,
        } => run_export(common, &to, export_passphrase_file.as_deref()).await,
        Command::Cheque { command } => {
            print_fact(&cheque::run(command)?, common.json);
            Ok(())
        }
        Command::Clear(arguments) => {
            print_fact(&clear::run(&arguments)?, common.json);
            Ok(())
        }
        Command::Version => {
            print_version(common.json);
            Ok(())
        }
    }
}

async fn run_node(common: Common) -> Result<(), NodeError> {
    let options = Options {
        passphrase: common.passphrase(),
        data: data_or_default(common.data)?,
        port: common.port,
        hubs: common.hubs,
        hub_listen: common.hub_listen,
        moved: common.moved,
        happ: common.happ,
        ui: common.ui,
        report: Report::console(common.json),
    };
    let mut stop = Stop::listen()?;
    match stop.unless_asked(Node::start(options)).await? {
        Started::Up(node) => {
            stop.asked().await;
            node.stop().await
        }
        Started::UpButAskedToStop(node) => node.stop().await,
        Started::GivenUp => Ok(()),
    }
}

async fn run_demo(common: Common) -> Result<(), NodeError> {
    let report = Report::console(common.json);
    let options = DemoOptions {
        data: match common.data {
            Some(data) => data.join("demo"),
            None => demo::default_path()?,
        },
        port: common.port.unwrap_or(demo::PORT_DEFAULT),
        happ: common.happ,
        ui: common.ui,
        report: report.clone(),
    };
    let mut stop = Stop::listen()?;
    let demo = match stop.unless_asked(Demo::start(options)).await? {
        Started::Up(demo) => demo,
        Started::UpButAskedToStop(demo) => {
            demo.stop().await;
            return Ok(());
        }
        Started::GivenUp => return Ok(()),
    };
    let mut fact = json!(demo.ready());
    let text: Vec<String> = demo
        .ready()
        .nodes
        .iter()
        .zip(demo::MEMBERS)
        .map(|(node, (_, name))| format!("{name}: open {}", node.url))
        .collect();
    fact["event"] = "demo_ready".into();
    fact["ms"] = report.elapsed_ms().into();
    fact["text"] = format!("{} is open\n{}", demo::VILLAGE, text.join("\n")).into();
    report.fact(fact);
    stop.asked().await;
    demo.stop().await;
    Ok(())
}

async fn run_hub(listen: SocketAddr, json: bool) -> Result<(), NodeError> {
    use_one_crypto_provider();
    let report = Report::console(json);
    let mut stop = Stop::listen()?;
    let hub = Hub::start(listen).await?;
    let lan_urls = hub.lan_urls();
    let mut text = format!("Hub on {}", hub.url());
    match lan_urls.first() {
        Some(url) => {
            text.push_str(&format!("; others join at {}\n", lan_urls.join(" or ")));
            if let Ok(code) = Matrix::of(url) {
                text.push_str(&code.to_terminal());
            }
        }
        None => text.push_str("; for this machine only, others need --listen 0.0.0.0:8790"),
    }
    report.fact(json!({
        "event": "hub_ready",
        "url": hub.url(),
        "lan_urls": lan_urls,
        "text": text,
    }));
    stop.asked().await;
    hub.stop().await;
    Ok(())
}

async fn run_export(common: Common, to: &Path, secret: Option<&Path>) -> Result<(), NodeError> {
    use_one_crypto_provider();
    let passphrase = common.passphrase();
    let data = data_or_default(common.data)?;
    let report = Report::console(common.json);
    let exported = export::export(&data, passphrase, to, secret, report.clone()).await?;
    let mut fact = json!(exported);
    fact["event"] = "exported".into();
    fact["text"] = format!(
        "{} bytes in {}: {}. No key is in it; docs/export.md says how to read it without this program.",
        exported.bytes,
        exported.to.display(),
        exported.villages.join(", ")
    )
    .into();
    report.fact(fact);
    Ok(())
}

fn print_status(common: Common) -> Result<(), NodeError> {
    let status = Status::of(&data_or_default(common.data)?)?;
    if common.json {
        print_line(&json!(status).to_string());
    } else {
        status.lines().iter().for_each(|line| print_line(line));
    }
    Ok(())
}

async fn print_audit(common: Common, village: Option<String>) -> Result<(), NodeError> {
    let passphrase = common.passphrase();
    let data = data_or_default(common.data)?;
    let reports = audit::audit(&data, passphrase, village.as_deref()).await?;
    for report in &reports.villages {
        if common.json {
            let fact = json!({
                "event": "audit",
                "village": report.village,
                "name": report.name,
                "verdict": report.verdict,
                "report": report.report,
            });
            print_line(&fact.to_string());
        } else {
            print_line(&format!("{} ({})", report.name, report.village));
            report.lines.iter().for_each(|line| print_line(line));
        }
    }
    for report in &reports.lines {
        if common.json {
            let fact = json!({
                "event": "line_audit",
                "villages": report.villages,
                "names": report.names,
                "verdict": report.verdict,
                "report": report.report,
            });
            print_line(&fact.to_string());
        } else {
            print_line(&format!(
                "the line {} - {}",
                report.names[0], report.names[1]
            ));
            report.lines.iter().for_each(|line| print_line(line));
        }
    }
    if reports.villages.is_empty() && !common.json {
        print_line("no village on this node yet");
    }
    audit::judge(&reports)
}

fn print_version(as_json: bool) {
    if as_json {
        let facts = json!({
            "name": APP_ID,
            "version": VERSION,
            "data_format": crate::data::FORMAT,
            "port_default": PORT_DEFAULT,
        });
        print_line(&facts.to_string());
    } else {
        print_line(&format!("{APP_ID} {VERSION}"));
    }
}

/// A fact for programs, or its `text` for people.
fn print_fact(fact: &serde_json::Value, as_json: bool) {
    if as_json {
        print_line(&fact.to_string());
    } else {
        fact["text"].as_str().into_iter().for_each(print_line);
    }
}

fn data_or_default(data: Option<PathBuf>) -> Result<PathBuf, NodeError> {
    data.map_or_else(DataFolder::default_path, Ok)
}

/// The ways in which a process is asked to stop. Made once, so that no request falls
/// between two waits.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Stop {
    fn listen() -> Result<Self, NodeError> {
        let on = |kind| {
            signal(kind).map_err(|error| NodeError::Conductor {
                doing: "listening for a stop",
                cause: error.to_string(),
            })
        };
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hangup: on(SignalKind::hangup())?,
        })
    }

    /// Waits until the process is asked to stop.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }

    /// Does `work`, or gives it up when asked to stop: what it has written by then is
    /// safe, the next start goes on from there. Work that is nearly done may end, so
    /// that it is stopped in order. It runs beside this, because compiling the zomes
    /// holds up whatever shares a task with it.
    async fn unless_asked<T: Send + 'static>(
        &mut self,
        work: impl Future<Output = Result<T, NodeError>> + Send + 'static,
    ) -> Result<Started<T>, NodeError> {
        let mut work = tokio::spawn(work);
        let (done, stop) = tokio::select! {
            done = &mut work => (Some(done), false),
            () = self.asked() => (timeout(NEARLY_DONE, work).await.ok(), true),
        };
        match (done, stop) {
            (Some(Ok(Ok(work))), false) => Ok(Started::Up(work)),
            (Some(Ok(Ok(work))), true) => Ok(Started::UpButAskedToStop(work)),
            (Some(Ok(Err(error))), _) => Err(error),
            (Some(Err(error)), _) => Err(NodeError::Conductor {
                doing: "starting",
                cause: error.to_string(),
            }),
            (None, _) => Ok(Started::GivenUp),
        }
    }
}

/// How a start went.
enum Started<T> {
    Up(T),
    UpButAskedToStop(T),
    GivenUp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_count_before_and_after_a_command() {
        for line in [
            &["commons-credit", "--data", "d", "--port", "0", "run"][..],
            &["commons-credit", "run", "--data", "d", "--port", "0"],
            &["commons-credit", "--data", "d", "--port", "0"],
        ] {
            let cli = Cli::try_parse_from(line).expect("a command line");
            assert!(matches!(cli.command, None | Some(Command::Run)));
            assert_eq!(cli.common.data, Some("d".into()));
            assert_eq!(cli.common.port, Some(0));
        }
    }

    #[test]
    fn wrong_command_lines_are_refused() {
        for line in [
            &["commons-credit", "--port", "65536"][..],
            &["commons-credit", "--prot", "1"],
            &["commons-credit", "walk"],
            &["commons-credit", "hub", "--listen", "here"],
        ] {
            Cli::try_parse_from(line).expect_err("a command line");
        }
    }
}
