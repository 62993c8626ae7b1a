//! Promise: a page that breaks the law is refused, with the code of the rule, by
//! its author's own node and by everybody else's; it changes nothing.

use commons_credit_api as api;
use commons_credit_ledger::amount::AMOUNT_MAX_S;
use commons_credit_ledger::settled::{PathEnd, Proof, Root};
use commons_credit_ledger::*;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;

/// What has happened before the attacks, seen by the attacker.
struct Past {
    rogue: Rogue,
    /// A rogue whose book is not open.
    fresh: Rogue,
    ann: AgentPubKey,
    bob: AgentPubKey,
    /// Ann's transfer to the rogue, deposited.
    deposited: ActionHash,
    /// Ann's transfer to the rogue, not settled.
    waiting: ActionHash,
    /// The rogue's transfer that Ann declined, and her page; reclaimed.
    reclaimed: (ActionHash, ActionHash),
    /// The same, not reclaimed.
    declined: (ActionHash, ActionHash),
    /// The rogue's transfer to Bob, not settled.
    given: ActionHash,
    /// Ann's transfer to Bob.
    between_others: ActionHash,
    /// The rogue's request to Bob.
    request: ActionHash,
    /// Ann's first page.
    anns_first: OwnPage,
}

const DEPOSITED_S: i64 = 2 * HOUR_S;
const WAITING_S: i64 = 3 * HOUR_S;
const GIVEN_S: i64 = HOUR_S;

impl Past {
    async fn of(village: &Village) -> Self {
        let [ann, bob, cleo] = &village.people[..] else {
            panic!("three people")
        };
        let rogue = Rogue::of(cleo).await;
        let fresh = Rogue::enter(&cleo.conductor, ann, "Dan").await;
        let deposited = ann.pay(cleo, DEPOSITED_S, "").await.page;
        cleo.deposit(&deposited).await;
        let reclaimed = declined(cleo, ann).await;
        cleo.awaits(api::InboxKind::Declined, &reclaimed.0).await;
        let reclaim = api::TransferRef {
            transfer: reclaimed.0.clone(),
        };
        let _: api::Written = cleo.call("reclaim", reclaim).await;
        let declined = declined(cleo, ann).await;
        let given = cleo.pay(bob, GIVEN_S, "").await.page;
        let waiting = ann.pay(cleo, WAITING_S, "").await.page;
        let between_others = ann.pay(bob, HOUR_S, "").await.page;
        let asked: api::Requested = cleo
            .call(
                "request",
                api::RequestInput {
                    giver: bob.key.clone(),
                    amount_s: Seconds(HOUR_S),
                    words: String::new(),
                },
            )
            .await;
        village.agree().await;
        let anns_book: api::Activity = ann.call("activity", list()).await;
        let first = anns_book.items.last().expect("an opening").page.clone();
        let record: Option<Record> = rogue
            .rude("read_record", first.clone())
            .await
            .expect("a call");
        let entry = record.and_then(|record| record.entry().to_app_option::<PageBytes>().ok()?);
        let anns_first = OwnPage {
            hash: first,
            page: entry.expect("Ann's first page").0,
        };
        Self {
            rogue,
            fresh,
            ann: ann.key.clone(),
            bob: bob.key.clone(),
            deposited,
            waiting,
            reclaimed,
            declined,
            given,
            between_others,
            request: asked.request,
            anns_first,
        }
    }
}

/// `giver` gives an hour and `receiver` sends it back: transfer and decline.
async fn declined(giver: &Person, receiver: &Person) -> (ActionHash, ActionHash) {
    let transfer = giver.pay(receiver, HOUR_S, "").await.page;
    receiver
        .awaits(api::InboxKind::TransferUnasked, &transfer)
        .await;
    let input = api::DeclineInput {
        transfer: transfer.clone(),
        reason: String::new(),
    };
    let decline: api::Written = receiver.call("decline", input).await;
    (transfer, decline.page)
}

/// A page as an entry.
#[derive(Debug, serde::Serialize, serde::Deserialize, SerializedBytes)]
struct PageBytes(Page);

fn empty_proof() -> Proof {
    Proof {
        siblings: vec![],
        end: PathEnd::Empty,
    }
}

/// What is tried, and the code that refuses it.
type Attack = (&'static str, &'static str, Deed);

/// Wrong pages of every kind, each with one thing wrong.
async fn wrong_pages(past: &Past) -> Vec<Attack> {
    let (rogue, pen) = (&past.rogue, past.rogue.pen().await);
    let mut attacks: Vec<Attack> = Vec::new();
    // What must be signed to be wrong in one thing only is signed at the end.
    let mut unsigned: Vec<(&'static str, &'static str, Page)> = Vec::new();

    let give = |amount_s| pen.give(&past.ann, amount_s);
    let given = |change: &dyn Fn(&mut Transfer)| {
        let mut page = give(HOUR_S);
        if let Event::Transfer(transfer) = &mut page.event {
            change(transfer);
        }
        page
    };
    let with = |mut page: Page, change: &dyn Fn(&mut Page)| {
        change(&mut page);
        page
    };
    let newest = pen.newest();
    let number = newest.page.number;

    for (name, amount_s) in [
        ("gives nothing", 0),
        ("gives minus an hour", -HOUR_S),
        ("gives the least number there is", i64::MIN),
    ] {
        unsigned.push((name, "E_AMOUNT_NOT_POSITIVE", give(amount_s)));
    }
    for (name, amount_s) in [
        ("gives more than one transfer carries", AMOUNT_MAX_S + 1),
        ("gives the largest number there is", i64::MAX),
    ] {
        unsigned.push((name, "E_AMOUNT_TOO_LARGE", give(amount_s)));
    }
    unsigned.push((
        "lets the receiver have the levies",
        "E_SPLIT_WRONG",
        given(&|transfer| {
            transfer.split = Split {
                receiver_s: transfer.amount_s,
                state_s: Seconds(0),
                community_s: Seconds(0),
            };
        }),
    ));
    unsigned.push((
        "moves a second from one fund to the other",
        "E_SPLIT_WRONG",
        given(&|transfer| {
            transfer.split.state_s.0 -= 1;
            transfer.split.community_s.0 += 1;
        }),
    ));
    unsigned.push((
        "makes hours in the split",
        "E_SPLIT_WRONG",
        given(&|transfer| transfer.split.receiver_s.0 += HOUR_S),
    ));
    unsigned.push((
        "gives to itself",
        "E_SELF_TRANSFER",
        given(&|transfer| transfer.to = pen.author),
    ));
    unsigned.push((
        "crosses the floor by a second",
        "E_FLOOR_CROSSED",
        give(newest.page.after.holdings[0].balance_s.0 + 40 * HOUR_S + 1),
    ));
    for (name, account) in [
        ("spends the State fund", Account::Fund(Fund::State)),
        ("spends the Community fund", Account::Fund(Fund::Community)),
        ("spends a line", Account::Line(VillageId([7; 32]))),
    ] {
        unsigned.push((
            name,
            "E_ACCOUNT_NOT_HELD",
            given(&|transfer| transfer.from = account),
        ));
    }
    unsigned.push((
        "uses a policy that nobody adopted",
        "E_POLICY_UNKNOWN",
        with(give(HOUR_S), &|page| {
            page.policy.version = 1;
            page.after.policy = 1;
        }),
    ));
    unsigned.push((
        "says that a decision made the charter",
        "E_POLICY_UNKNOWN",
        with(give(HOUR_S), &|page| {
            page.policy.decision = Some(action_id(&past.declined.1));
        }),
    ));
    for (name, wrong) in [
        ("uses a page number again", number),
        ("leaves a page number out", number + 2),
        ("numbers a page 0", 0),
        ("numbers a page with the largest number", u64::MAX),
    ] {
        unsigned.push((
            name,
            "E_PAGE_NUMBER",
            with(give(HOUR_S), &|page| page.number = wrong),
        ));
    }
    let older = &pen.pages[pen.pages.len() - 2];
    unsigned.push((
        "skips its newest page",
        "E_PAGE_SKIPPED",
        pen.after(older, give(HOUR_S).event, |state| {
            state.holdings[0].balance_s.0 -= HOUR_S;
        }),
    ));
    unsigned.push((
        "goes on in another's book",
        "E_PREVIOUS_FOREIGN",
        pen.after(&past.anns_first, give(HOUR_S).event, |state| {
            state.holdings[0].balance_s.0 -= HOUR_S;
        }),
    ));
    unsigned.push((
        "goes on behind its own request",
        "E_PREVIOUS_FOREIGN",
        with(give(HOUR_S), &|page| {
            page.previous = Some(action_id(&past.request));
        }),
    ));
    unsigned.push((
        "gives on a first page",
        "E_OPENED_WRONGLY",
        with(give(HOUR_S), &|page| {
            page.number = 1;
            page.previous = None;
        }),
    ));
    let first = &pen.pages[0].page;
    attacks.push((
        "opens the book a second time",
        "E_PAGE_SKIPPED",
        Deed::Page(first.clone()),
    ));
    attacks.push((
        "opens the book anew in the middle",
        "E_OPENED_WRONGLY",
        Deed::Page(pen.next(first.event.clone(), |_| {})),
    ));
    attacks.push((
        "opens the book on page 2",
        "E_OPENED_WRONGLY",
        Deed::Page(with(first.clone(), &|page| page.number = 2)),
    ));
    let page = give(HOUR_S);
    attacks.push((
        "signs no cheque",
        "E_CHEQUE_SIGNATURE",
        Deed::Page(page.clone()),
    ));
    let signed = rogue.sign(&pen, page).await;
    attacks.push((
        "signs another amount",
        "E_CHEQUE_SIGNATURE",
        Deed::Page(with(signed.clone(), &|page| {
            let Event::Transfer(transfer) = &mut page.event else {
                return;
            };
            let mut more = pen.give(&past.ann, HOUR_S + 1);
            if let Event::Transfer(other) = &mut more.event {
                other.cheque = transfer.cheque;
            }
            *page = more;
        })),
    ));
    attacks.push((
        "turns a bit of the signature",
        "E_CHEQUE_SIGNATURE",
        Deed::Page(with(signed, &|page| {
            if let Event::Transfer(transfer) = &mut page.event {
                transfer.cheque.0[40] ^= 1;
            }
        })),
    ));

    let deposit = |transfer: &ActionHash| pen.deposit(transfer, DEPOSITED_S);
    let with_proof = |page: Page, of: Proof| {
        with(page, &|page| match &mut page.event {
            Event::Deposit { proof, .. }
            | Event::Decline { proof, .. }
            | Event::Reclaim { proof, .. } => *proof = of.clone(),
            _ => {}
        })
    };
    let decline = |transfer: &ActionHash| {
        let event = Event::Decline {
            transfer: action_id(transfer),
            reason: None,
            proof: pen.proof(transfer),
        };
        pen.next(event, |state| {
            state.settled = pen.settled_with(transfer).root();
        })
    };
    let reclaim = |transfer: &ActionHash, decline: &ActionHash, amount_s: i64| {
        let event = Event::Reclaim {
            transfer: action_id(transfer),
            decline: action_id(decline),
            proof: pen.proof(transfer),
        };
        pen.next(event, |state| {
            state.holdings[0].balance_s.0 += amount_s;
            state.settled = pen.settled_with(transfer).root();
        })
    };
    let good_deposit = pen.deposit(&past.waiting, WAITING_S);
    let mut pages = vec![
        (
            "deposits twice",
            "E_ALREADY_SETTLED",
            deposit(&past.deposited),
        ),
        (
            "deposits twice behind an empty proof",
            "E_PROOF_WRONG",
            with_proof(deposit(&past.deposited), empty_proof()),
        ),
        (
            "deposits twice behind the proof of another transfer",
            "E_PROOF_WRONG",
            with_proof(deposit(&past.deposited), pen.proof(&past.waiting)),
        ),
        (
            "proves with a path that is too long",
            "E_PROOF_WRONG",
            with_proof(
                good_deposit.clone(),
                Proof {
                    siblings: vec![Digest([1; 32]); 257],
                    end: PathEnd::Empty,
                },
            ),
        ),
        (
            "deposits what was given to another",
            "E_NOT_THE_RECEIVER",
            deposit(&past.between_others),
        ),
        (
            "deposits its own transfer",
            "E_NOT_THE_RECEIVER",
            deposit(&past.given),
        ),
        (
            "deposits a page that gives nothing",
            "E_NOT_A_TRANSFER",
            deposit(&past.declined.1),
        ),
        (
            "deposits a request",
            "E_NOT_A_TRANSFER",
            deposit(&past.request),
        ),
        (
            "declines what was given to another",
            "E_NOT_THE_RECEIVER",
            decline(&past.between_others),
        ),
        (
            "declines what it has deposited",
            "E_ALREADY_SETTLED",
            decline(&past.deposited),
        ),
        (
            "takes back what nobody declined",
            "E_NOT_DECLINED",
            reclaim(&past.given, &past.declined.1, GIVEN_S),
        ),
        (
            "takes back with a page that declines nothing",
            "E_NOT_DECLINED",
            reclaim(&past.given, &past.waiting, GIVEN_S),
        ),
        (
            "takes back with a request for a decline",
            "E_NOT_DECLINED",
            reclaim(&past.given, &past.request, GIVEN_S),
        ),
        (
            "takes back what another gave",
            "E_NOT_THE_GIVER",
            reclaim(&past.waiting, &past.declined.1, WAITING_S),
        ),
        (
            "takes back twice",
            "E_ALREADY_SETTLED",
            reclaim(&past.reclaimed.0, &past.reclaimed.1, HOUR_S),
        ),
        (
            "takes back a second more than it gave",
            "E_AFTER_WRONG",
            reclaim(&past.declined.0, &past.declined.1, HOUR_S + 1),
        ),
    ];
    type Spoiler = (&'static str, fn(&mut State));
    let wrong_states: [Spoiler; 8] = [
        ("holds a second more", |state| {
            state.holdings[0].balance_s.0 += 1;
        }),
        ("lowers its floor", |state| {
            state.holdings[0].floor_s.0 -= 1;
        }),
        ("keeps the levies from the State fund", |state| {
            state.earned.state_s.0 -= 1;
        }),
        ("earns too much for the Community fund", |state| {
            state.earned.community_s.0 += 1;
        }),
        ("claims a newer policy", |state| state.policy = 1),
        ("forgets what it has settled", |state| {
            state.settled = Root::EMPTY;
        }),
        ("opens a fund in its book", |state| {
            let mut fund = state.holdings[0];
            fund.account = Account::Fund(Fund::State);
            state.holdings.push(fund);
        }),
        ("holds no account at all", |state| state.holdings.clear()),
    ];
    for (name, change) in wrong_states {
        pages.push((
            name,
            "E_AFTER_WRONG",
            with(good_deposit.clone(), &|page| change(&mut page.after)),
        ));
    }
    attacks.extend(
        pages
            .into_iter()
            .map(|(name, code, page)| (name, code, Deed::Page(page))),
    );
    for (name, code, page) in unsigned {
        attacks.push((name, code, Deed::Page(rogue.sign(&pen, page).await)));
    }
    attacks
}

/// Bytes that are not what they claim.
async fn wrong_bytes(past: &Past) -> Vec<Attack> {
    let pen = past.rogue.pen().await;
    let good = page_bytes(&pen.deposit(&past.waiting, WAITING_S));
    assert_eq!(good[0], 0x85, "a map of five fields");
    let six = |field: &[u8]| {
        let mut bytes = [&good[..], field].concat();
        bytes[0] = 0x86;
        bytes
    };
    let mut attacks: Vec<Attack> = Vec::new();
    for (name, wrong) in [
        ("nothing", vec![]),
        ("text", b"a page".to_vec()),
        ("a byte that is never used", vec![0xc1]),
        (
            "a map of four thousand million",
            vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        ),
        ("a tower of lists", vec![0x91; 200_000]),
        ("half a page", good[..good.len() / 2].to_vec()),
        ("an unknown field", six(b"\xa4more\xc0")),
        ("a field twice", six(b"\xa6number\x01")),
        ("a byte behind a page", [&good[..], &[0xc0]].concat()),
        (
            "a megabyte behind a page",
            [&good[..], &vec![0; 1_000_000]].concat(),
        ),
    ] {
        attacks.push((name, "E_MALFORMED", bytes(PAGE, wrong)));
    }
    attacks.push((
        "a page as a request",
        "E_MALFORMED",
        bytes(REQUEST, good.clone()),
    ));
    attacks
}

/// Tries everything, and expects that everything is refused with its code.
async fn all_refused(rogue: &Rogue, attacks: Vec<Attack>) {
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
}

#[tokio::test(flavor = "multi_thread")]
async fn no_node_commits_a_wrong_page() {
    let village = Village::of(3).await;
    let past = Past::of(&village).await;
    let attacks = wrong_pages(&past).await;
    assert!(attacks.len() > 50, "{}", attacks.len());
    all_refused(&past.rogue, attacks).await;
    all_refused(&past.rogue, wrong_bytes(&past).await).await;

    // A book that is not open yet.
    let (fresh, pen) = (&past.fresh, past.rogue.pen().await);
    let opening = pen.pages[0].page.clone();
    let gives = Pen {
        author: agent_id(&fresh.key),
        ..pen.clone()
    };
    all_refused(
        fresh,
        vec![
            (
                "opens with another's admission",
                "E_ADMISSION_FOREIGN",
                Deed::Page(opening),
            ),
            (
                "begins a book by going on in another's",
                "E_PREVIOUS_FOREIGN",
                Deed::Page(fresh.sign(&gives, gives.give(&past.bob, HOUR_S)).await),
            ),
        ],
    )
    .await;

    // The types of the conductor come before the law: no code of ours, but no entry.
    for (name, entry_type, zome, private) in [
        ("a type that is none", 2, 0, false),
        ("a zome that is none", 0, 1, false),
        ("a hidden page", PAGE, 0, true),
    ] {
        let page = page_bytes(&pen.deposit(&past.waiting, WAITING_S));
        let deed = Deed::Raw(RawEntry {
            zome,
            entry_type,
            private,
            bytes: page,
        });
        past.rogue
            .attempt(deed)
            .await
            .expect_err("the conductor knows its types");
        println!("{name}: refused by the conductor");
    }

    // So that no refusal above came from a pen that cannot write: the same pages
    // without the wrong thing are good.
    let rogue = &past.rogue;
    let deposit = rogue.pen().await.deposit(&past.waiting, WAITING_S);
    rogue
        .attempt(bytes(PAGE, page_bytes(&deposit)))
        .await
        .expect("a good deposit");
    let pen = rogue.pen().await;
    let all = pen.newest().page.after.holdings[0].balance_s.0 + 40 * HOUR_S;
    let give = rogue.sign(&pen, pen.give(&past.ann, all)).await;
    rogue
        .attempt(Deed::Page(give))
        .await
        .expect("down to the floor");
    village.agree().await;
    for person in &village.people[..2] {
        assert_eq!(person.charges(&rogue.key).await, []);
        assert_eq!(person.unjudged().await, []);
    }
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_refuses_what_changes_or_takes_back_a_page() {
    let village = Village::of(1).await;
    let rogue = Rogue::of(&village.people[0]).await;
    let pen = rogue.pen().await;
    let opening = pen.newest();
    let request = Request {
        book: action_id(&opening.hash),
        giver: AgentId([1; 32]),
        amount_s: Seconds(HOUR_S),
        memo: None,
    };
    let request = holochain_serialized_bytes::encode(&request).expect("plain data");
    let request = rogue
        .attempt(bytes(REQUEST, request))
        .await
        .expect("a good request");
    let mut attacks = Vec::new();
    for (changes, deletes, original) in [
        ("changes a page", "deletes a page", &opening.hash),
        ("changes a request", "deletes a request", &request),
    ] {
        let update = Deed::Update(Replaced {
            original: original.clone(),
            page: opening.page.clone(),
        });
        attacks.push((changes, "E_PAGE_IMMUTABLE", update));
        let delete = Deed::Delete(original.clone());
        attacks.push((deletes, "E_PAGE_IMMUTABLE", delete));
    }
    all_refused(&rogue, attacks).await;
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_accepts_a_correction_as_a_new_transfer() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let too_little = ann.pay(bob, HOUR_S, "an hour").await;
    let rest = ann.pay(bob, HOUR_S, "it was two").await;
    assert_eq!(rest.number, too_little.number + 1);
    for page in [&too_little.page, &rest.page] {
        bob.deposit(page).await;
    }
    village.agree().await;
    assert_eq!(ann.balance_s().await, -2 * HOUR_S);
    assert_eq!(bob.balance_s().await, 2 * 54 * 60);
    village.audit().await;
}
