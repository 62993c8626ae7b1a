//! A node that pays without end, to be killed while it does.
//!
//! `crash-victim DATA HUB INVITATION RECEIVER`: starts the real node on DATA, joins
//! by INVITATION if it has not yet, and pays RECEIVER one minute after another.
//! Prints `book NUMBER BALANCE_S` once at the start and `paid NUMBER PAGE` for each
//! payment once it is acknowledged. With `-` for RECEIVER it prints its book, page
//! by page, says `end` and stays until it is killed, so that peers can catch up.

use commons_credit_api as api;
use commons_credit_node::{Node, Options};
use commons_credit_tests::MINUTE_S;
use holochain::prelude::*;
use std::io::Write;
use std::sync::Arc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, hub, invitation, receiver] = &arguments[..] else {
        return Err("E_VICTIM_ARGUMENTS: DATA HUB INVITATION RECEIVER".into());
    };
    let node = Node::start(Options {
        hubs: vec![hub.clone()],
        ..Options::new(data)
    })
    .await?;
    let village = match node.villages().await?.into_iter().next() {
        Some((village, _)) => village,
        None => join(&node, invitation).await?,
    };
    let standing: api::Standing = node.call(&village, "standing", ()).await?;
    if standing.book.is_none() {
        let name = "Victim".to_owned();
        let _: api::Standing = node.call(&village, "open", api::OpenInput { name }).await?;
    }
    if receiver == "-" {
        print_book(&node, &village).await?;
        say("end".into())?;
        return std::future::pending().await;
    }
    let to = AgentPubKey::try_from(receiver.as_str())?;
    let standing: api::Standing = node.call(&village, "standing", ()).await?;
    let book = standing
        .book
        .ok_or("E_VICTIM_BOOK: the book did not open")?;
    say(format!("book {} {}", book.number, book.balance_s.0))?;
    loop {
        let input = api::PayInput {
            to: to.clone(),
            amount_s: commons_credit_ledger::Seconds(MINUTE_S),
            words: String::new(),
            seen: None,
        };
        let paid: Result<api::Written, _> = node.call(&village, "pay", input).await;
        match paid {
            Ok(paid) => say(format!("paid {} {}", paid.number, paid.page))?,
            // The receiver is not known here until the roll has arrived.
            Err(error) if error.to_string().contains("E_NOT_A_MEMBER") => {
                tokio::task::yield_now().await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn join(node: &Node, invitation: &str) -> Result<CellId, Failure> {
    let text = invitation.to_owned();
    let joining: api::Joining = node
        .call(
            &node.lobby().await?,
            "read_invitation",
            api::Invitation { text },
        )
        .await?;
    let proof = SerializedBytes::from(UnsafeBytes::from(joining.membrane_proof));
    Ok(node
        .create_clone(
            &joining.charter.name,
            joining.network_seed,
            &joining.charter,
            Some(Arc::new(proof)),
        )
        .await?)
}

async fn print_book(node: &Node, village: &CellId) -> Result<(), Failure> {
    let mut cursor = None;
    loop {
        let input = api::ListInput {
            cursor,
            limit: api::LIST_MAX,
        };
        let page: api::Activity = node.call(village, "activity", input).await?;
        for line in page.items {
            say(format!(
                "line {} {} {}",
                line.number, line.page, line.balance_s.0
            ))?;
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

/// One whole line at a time: what the parent has read is acknowledged.
fn say(line: String) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
