//! Promise: nothing acknowledged is lost by kill -9 at any moment.
//!
//! A real node pays without end in a process of its own and is killed twenty
//! times, each time after another number of payments. It starts again, and at
//! the end every payment that it ever acknowledged stands in its book, once; the
//! receiver deposits them all, and the village adds up to zero.

use commons_credit_api as api;
use commons_credit_node::audit::{audit, VillageAudit};
use commons_credit_node::hub::{own_address, Hub};
use commons_credit_node::keystore::PassphraseSource;
use commons_credit_node::{Node, Options};
use commons_credit_tests::{example_draft, list, until, MINUTE_S};
use holochain::prelude::*;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const KILLS: usize = 20;

struct Victim {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Victim {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_crash-victim"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the victim starts");
        let stdout = child.stdout.take().expect("its output");
        Self {
            child,
            lines: BufReader::new(stdout).lines(),
        }
    }

    fn line(&mut self) -> Option<Vec<String>> {
        let line = self.lines.next()?.expect("readable lines");
        Some(line.split(' ').map(str::to_owned).collect())
    }

    /// SIGKILL, then what it still had said.
    fn kill(mut self) -> Vec<Vec<String>> {
        self.child.kill().expect("kill -9");
        self.child.wait().expect("it is gone");
        std::iter::from_fn(|| self.line()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_in_the_middle_of_payments_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::start(own_address()).await.expect("a hub");
    let bob = Node::start(Options {
        hubs: vec![hub.url()],
        ..Options::new(folder.path().join("bob"))
    })
    .await
    .expect("Bob's node");
    let village = found(&bob).await;
    let invitation: api::Invitation = bob
        .call(
            &village,
            "write_invitation",
            api::InviteInput { hubs: vec![] },
        )
        .await
        .expect("an invitation");
    let victims_data = folder.path().join("victim");
    let victims_data = victims_data.to_str().expect("a plain path");
    let bobs_key = village.agent_pubkey().to_string();
    let url = hub.url();
    let arguments = [victims_data, &url, &invitation.text, &bobs_key];

    let mut acknowledged: BTreeMap<u64, String> = BTreeMap::new();
    for round in 0..KILLS {
        let mut victim = Victim::start(&arguments);
        let book = victim.line().expect("the node starts again");
        let number: u64 = book[1].parse().expect("a page number");
        let last = acknowledged.keys().next_back().copied().unwrap_or(0);
        assert!(
            number >= last,
            "round {round}: page {last} was acknowledged, book is at {number}"
        );
        // After 1 to 7 payments, in no regular order, while the next one runs.
        let mut lines: Vec<_> = (0..1 + round * 5 % 7)
            .map(|_| victim.line().expect("a payment"))
            .collect();
        lines.extend(victim.kill());
        for line in lines.into_iter().filter(|line| line.len() == 3) {
            let number = line[1].parse().expect("a page number");
            let before = acknowledged.insert(number, line[2].clone());
            assert_eq!(before, None, "page {number} was written twice");
        }
    }

    let mut victim = Victim::start(&[arguments[0], arguments[1], arguments[2], "-"]);
    let mut book: BTreeMap<u64, (String, i64)> = BTreeMap::new();
    while let Some(line) = victim.line().filter(|line| line[0] == "line") {
        let number = line[1].parse().expect("a page number");
        book.insert(
            number,
            (line[2].clone(), line[3].parse().expect("a balance")),
        );
    }

    // Every acknowledged page is there, under its own hash, and no number is missing.
    for (number, page) in &acknowledged {
        assert_eq!(&book[number].0, page, "page {number}");
    }
    assert!(book.keys().copied().eq(1..=book.len() as u64));
    let given = book.len() as i64 - 1;
    assert!(given >= acknowledged.len() as i64);
    for (number, (_, balance_s)) in &book {
        assert_eq!(*balance_s, -MINUTE_S * (*number as i64 - 1));
    }

    // What is signed there and not yet here comes as soon as the victim meets Bob's node, which
    // it tells of its newest pages, whatever became ready in the moment of a kill.
    let taken = until("all payments at Bob's", || async {
        let inbox: api::Inbox = bob.call(&village, "inbox", list()).await.expect("inbox");
        for item in inbox.items {
            let transfer = item.action;
            let _: api::Written = bob
                .call(&village, "deposit", api::TransferRef { transfer })
                .await
                .expect("a deposit");
        }
        let standing: api::Standing = bob.call(&village, "standing", ()).await.expect("standing");
        let book = standing.book.expect("an open book");
        (book.number as i64 > given).then_some(book)
    })
    .await;
    victim.kill();
    let count = taken.number as i64 - 1;
    let earned_s = taken.earned_state_s.0 + taken.earned_community_s.0;
    assert_eq!(
        taken.balance_s.0 + earned_s,
        count * MINUTE_S,
        "the sum is 0"
    );

    // The auditor agrees at Bob's, asked while his node runs and after it has stopped.
    // The killed node's folder has as much of Bob's book as had reached it.
    let killed = audited(&folder.path().join("victim")).await;
    assert_ne!(killed.verdict, "broken", "{}", killed.lines.join("\n"));
    let pages = killed.report["pages"].as_u64().expect("a number");
    assert!(pages >= book.len() as u64, "{pages} pages");
    let running = audited(&folder.path().join("bob")).await;
    bob.stop().await.expect("a clean stop");
    let stopped = audited(&folder.path().join("bob")).await;
    for audited in [running, stopped] {
        assert_eq!(audited.verdict, "sound", "{}", audited.lines.join("\n"));
        assert_eq!(audited.report["sums"]["total_s"], 0);
        assert_eq!(audited.village, killed.village);
    }
    hub.stop().await;
}

/// What the auditor says about the one village in a data folder.
async fn audited(folder: &Path) -> VillageAudit {
    let reports = audit(folder, PassphraseSource::Unattended, None).await;
    let mut reports = reports.expect("an audit").villages;
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

async fn found(node: &Node) -> CellId {
    let lobby = node.lobby().await.expect("a lobby");
    let draft: api::Draft = node
        .call(&lobby, "draft_charter", example_draft())
        .await
        .expect("a charter");
    let name = draft.charter.name.clone();
    let village = node
        .create_clone(&name, draft.network_seed, &draft.charter, None)
        .await
        .expect("a village");
    let name = "Bob".to_owned();
    let _: api::Standing = node
        .call(&village, "open", api::OpenInput { name })
        .await
        .expect("an open book");
    village
}
