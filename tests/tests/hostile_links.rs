//! Promise: a link leads where it belongs, and nobody clears what is not theirs.

use commons_credit_api as api;
use commons_credit_ledger::text::{ENVELOPE_MAX_BYTES, NAME_MAX_CHARS};
use commons_credit_ledger::*;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;

fn member_link(of: &AgentPubKey, book: &ActionHash, name: &[u8]) -> Deed {
    Deed::Link(Linked {
        base: members_base().into(),
        target: of.clone().into(),
        link_type: MEMBER,
        tag: [book.get_raw_32(), name].concat(),
    })
}

fn inbox_link(reader: &AgentPubKey, target: &ActionHash, tag: &[u8]) -> Deed {
    Deed::Link(Linked {
        base: reader.clone().into(),
        target: target.clone().into(),
        link_type: INBOX,
        tag: tag.to_vec(),
    })
}

fn outcome_link(of: &ActionHash, target: impl Into<AnyLinkableHash>, tag: &[u8]) -> Deed {
    Deed::Link(Linked {
        base: of.clone().into(),
        target: target.into(),
        link_type: OUTCOME,
        tag: tag.to_vec(),
    })
}

/// The actions of the newest links on a chain, newest first.
async fn links_of(rogue: &Rogue) -> Vec<(ActionHash, CreateLinkData)> {
    let mut links: Vec<_> = rogue
        .chain()
        .await
        .into_iter()
        .filter_map(|record| match &record.action().data {
            ActionData::CreateLink(link) => Some((record.action_address().clone(), link.clone())),
            _ => None,
        })
        .collect();
    links.reverse();
    links
}

async fn link_to(rogue: &Rogue, link_type: u8, target: &ActionHash) -> ActionHash {
    links_of(rogue)
        .await
        .into_iter()
        .find(|(_, link)| {
            link.link_type.0 == link_type && link.target_address == target.clone().into()
        })
        .expect("a link of this kind")
        .0
}

async fn ask(asker: &Person, giver: &Person) -> ActionHash {
    let asked: api::Requested = asker
        .call(
            "request",
            api::RequestInput {
                giver: giver.key.clone(),
                amount_s: Seconds(HOUR_S),
                words: String::new(),
            },
        )
        .await;
    asked.request
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_accepts_links_that_lead_where_they_belong() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let rogue = Rogue::of(bob).await;
    let pen = rogue.pen().await;
    let book = pen.pages[0].hash.clone();

    // A new name, and the old one taken away.
    let old = links_of(&rogue)
        .await
        .into_iter()
        .find(|(_, link)| link.link_type.0 == MEMBER)
        .expect("on the roll")
        .0;
    let longest = "ß".repeat(NAME_MAX_CHARS);
    let renamed = member_link(&rogue.key, &book, longest.as_bytes());
    rogue.attempt(renamed).await.expect("one's own name");
    rogue.attempt(Deed::Unlink(old)).await.expect("an old name");
    // A transfer, with as many sealed words as there may be, and again.
    let given = bob.pay(ann, HOUR_S, "").await.page;
    let full = inbox_link(&ann.key, &given, &[7; ENVELOPE_MAX_BYTES]);
    rogue.attempt(full).await.expect("one's own transfer");
    // A request, taken away again.
    let request = ask(bob, ann).await;
    let link = link_to(&rogue, INBOX, &request).await;
    rogue
        .attempt(Deed::Unlink(link))
        .await
        .expect("one's own request");
    // What became of another's transfer.
    let taken = ann.pay(bob, HOUR_S, "").await.page;
    let deposit = bob.deposit(&taken).await.page;
    rogue
        .attempt(outcome_link(&taken, deposit, b""))
        .await
        .expect("one's own deposit");

    village.agree().await;
    until("the new name", || async {
        let members: api::Members = ann.call("members", list()).await;
        members
            .members
            .iter()
            .any(|member| member.name == longest)
            .then_some(())
    })
    .await;
    assert_eq!(ann.charges(&bob.key).await, []);
    assert_eq!(ann.unjudged().await, []);
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r24_refuses_links_that_lead_elsewhere() {
    let village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let rogue = Rogue::of(cleo).await;
    let pen = rogue.pen().await;
    let book = pen.pages[0].hash.clone();
    let given = cleo.pay(bob, HOUR_S, "").await.page;
    let taken = ann.pay(cleo, HOUR_S, "").await.page;
    let deposit = cleo.deposit(&taken).await.page;
    let between_others = ann.pay(bob, HOUR_S, "").await.page;
    let others_deposit = bob.deposit(&between_others).await.page;
    let anns_request = ask(ann, bob).await;
    let own_request = ask(cleo, bob).await;
    village.agree().await;
    let anns = Rogue::of(ann).await;
    let bobs = Rogue::of(bob).await;
    let anns_book = anns.pen().await.pages[0].hash.clone();
    let outcome = link_to(&rogue, OUTCOME, &deposit).await;
    let anns_link_to_bob = link_to(&anns, INBOX, &between_others).await;
    let bobs_outcome = link_to(&bobs, OUTCOME, &others_deposit).await;
    let own_link_to_bob = link_to(&rogue, INBOX, &given).await;
    let anns_request_to_bob = link_to(&anns, INBOX, &anns_request).await;
    let anns_name = links_of(&anns)
        .await
        .into_iter()
        .find(|(_, link)| link.link_type.0 == MEMBER)
        .expect("on the roll")
        .0;

    let long_name = "a".repeat(NAME_MAX_CHARS + 1);
    let misplaced = "E_LINK_MISPLACED";
    let attacks: Vec<(&str, &str, Deed)> = vec![
        (
            "names another",
            misplaced,
            member_link(&ann.key, &book, b"Ann the thief"),
        ),
        (
            "stands on the roll of another place",
            misplaced,
            Deed::Link(Linked {
                base: ann.key.clone().into(),
                target: rogue.key.clone().into(),
                link_type: MEMBER,
                tag: [book.get_raw_32(), b"Cleo"].concat(),
            }),
        ),
        (
            "stands on the roll by another's book",
            "E_BOOK_FOREIGN",
            member_link(&rogue.key, &anns_book, b"Cleo"),
        ),
        (
            "stands on the roll by a page that is not the first",
            "E_BOOK_FOREIGN",
            member_link(&rogue.key, &deposit, b"Cleo"),
        ),
        (
            "stands on the roll by a request",
            "E_BOOK_FOREIGN",
            member_link(&rogue.key, &own_request, b"Cleo"),
        ),
        (
            "has a name that is too long",
            "E_TEXT_TOO_LONG",
            member_link(&rogue.key, &book, long_name.as_bytes()),
        ),
        (
            "has a name with a line in it",
            "E_TEXT_CONTROL",
            member_link(&rogue.key, &book, b"Cleo\nAnn"),
        ),
        (
            "has a name that runs backwards",
            "E_TEXT_CONTROL",
            member_link(&rogue.key, &book, "\u{202e}nnA".as_bytes()),
        ),
        ("has no name", "E_NAME", member_link(&rogue.key, &book, b"")),
        (
            "has a blank for a name",
            "E_NAME",
            member_link(&rogue.key, &book, b" "),
        ),
        (
            "has a name that is no text",
            "E_MALFORMED",
            member_link(&rogue.key, &book, b"\xff\xfe"),
        ),
        (
            "has half a book for a tag",
            "E_MALFORMED",
            Deed::Link(Linked {
                base: members_base().into(),
                target: rogue.key.clone().into(),
                link_type: MEMBER,
                tag: vec![1; 31],
            }),
        ),
        (
            "puts its transfer into a stranger's inbox",
            misplaced,
            inbox_link(&ann.key, &given, b""),
        ),
        (
            "puts another's transfer into the receiver's inbox",
            misplaced,
            inbox_link(&bob.key, &between_others, b""),
        ),
        (
            "puts another's request into the giver's inbox",
            misplaced,
            inbox_link(&bob.key, &anns_request, b""),
        ),
        (
            "puts its request into a stranger's inbox",
            misplaced,
            inbox_link(&ann.key, &own_request, b""),
        ),
        (
            "puts its deposit into an inbox",
            misplaced,
            inbox_link(&ann.key, &deposit, b""),
        ),
        (
            "puts its opening into an inbox",
            misplaced,
            inbox_link(&ann.key, &book, b""),
        ),
        (
            "puts an action that is no entry into an inbox",
            misplaced,
            inbox_link(&ann.key, &outcome, b""),
        ),
        (
            "puts a key into an inbox",
            misplaced,
            Deed::Link(Linked {
                base: ann.key.clone().into(),
                target: bob.key.clone().into(),
                link_type: INBOX,
                tag: vec![],
            }),
        ),
        (
            "hangs an inbox on a page",
            misplaced,
            Deed::Link(Linked {
                base: given.clone().into(),
                target: given.clone().into(),
                link_type: INBOX,
                tag: vec![],
            }),
        ),
        (
            "seals more words than there may be",
            "E_TEXT_TOO_LONG",
            inbox_link(&bob.key, &given, &[7; ENVELOPE_MAX_BYTES + 1]),
        ),
        (
            "answers for another's transfer with its own deposit",
            misplaced,
            outcome_link(&between_others, deposit.clone(), b""),
        ),
        (
            "answers with another's deposit",
            misplaced,
            outcome_link(&between_others, others_deposit.clone(), b""),
        ),
        (
            "answers with a page that settles nothing",
            misplaced,
            outcome_link(&taken, given.clone(), b""),
        ),
        (
            "answers with words",
            misplaced,
            outcome_link(&taken, deposit.clone(), &[7; ENVELOPE_MAX_BYTES + 1]),
        ),
        (
            "answers another's request",
            misplaced,
            outcome_link(&anns_request, rogue.key.clone(), b""),
        ),
        (
            "answers its own request",
            misplaced,
            outcome_link(&own_request, rogue.key.clone(), b""),
        ),
        (
            "hangs an outcome on a person",
            misplaced,
            Deed::Link(Linked {
                base: ann.key.clone().into(),
                target: deposit.clone().into(),
                link_type: OUTCOME,
                tag: vec![],
            }),
        ),
        (
            "links in a way that is none",
            misplaced,
            Deed::Link(Linked {
                base: ann.key.clone().into(),
                target: given.clone().into(),
                link_type: 3,
                tag: vec![],
            }),
        ),
        (
            "clears another's inbox",
            misplaced,
            Deed::Unlink(anns_link_to_bob),
        ),
        (
            "withdraws another's request",
            misplaced,
            Deed::Unlink(anns_request_to_bob),
        ),
        (
            "takes its transfer out of the receiver's inbox",
            misplaced,
            Deed::Unlink(own_link_to_bob),
        ),
        (
            "hides what became of a transfer",
            misplaced,
            Deed::Unlink(outcome),
        ),
        (
            "hides what another did",
            misplaced,
            Deed::Unlink(bobs_outcome),
        ),
        (
            "takes another's name away",
            misplaced,
            Deed::Unlink(anns_name),
        ),
    ];
    let before = rogue.chain().await.len();
    let mut wrong = Vec::new();
    for (name, code, deed) in attacks {
        match rogue.attempt(deed).await {
            Ok(_) => wrong.push(format!("{name}: accepted")),
            Err(refusal) if refusal.contains(&format!("{code}: ")) => {}
            Err(refusal) => wrong.push(format!("{name}: not {code} but {refusal}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rogue.chain().await.len(), before, "nothing was written");
    village.audit().await;
}
