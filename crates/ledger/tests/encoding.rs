//! Bytes: what Holochain stores (msgpack with named fields), what is hashed, what
//! is signed. Everything decodes strictly and is frozen in `vectors/`.

mod common;
#[path = "common/frozen.rs"]
mod frozen;
#[path = "common/pair.rs"]
mod pair;
#[path = "common/rounds.rs"]
mod rounds;

use common::*;
use commons_credit_ledger::admission::{Admission, Vouched, Voucher};
use commons_credit_ledger::amount::AMOUNT_MAX_S;
use commons_credit_ledger::cheque::{receiver_tag, statement, STATEMENT_BYTES};
use commons_credit_ledger::page::PAGE_NUMBER_MAX;
use commons_credit_ledger::roll::founding_tree;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Tree};
use commons_credit_ledger::text::Memo;
use commons_credit_ledger::*;
use frozen::{compare, hex};
use rmpv::Value;
use serde::{de::DeserializeOwned, Serialize};
use serde_json::json;
use std::fmt::Debug;

/// As `holochain_serialized_bytes::encode` writes.
fn encode(value: &impl Serialize) -> Vec<u8> {
    let mut serializer = rmp_serde::encode::Serializer::new(Vec::new()).with_struct_map();
    value.serialize(&mut serializer).unwrap();
    serializer.into_inner()
}

/// As `holochain_serialized_bytes::decode` reads.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    rmp_serde::from_slice(bytes).ok()
}

fn value_of(bytes: &[u8]) -> Value {
    rmpv::decode::read_value(&mut &bytes[..]).unwrap()
}

fn bytes_of(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, value).unwrap();
    bytes
}

/// One good page of every kind, and some with everything at its widest.
fn pages() -> Vec<(&'static str, Page)> {
    let mut wide = giving(&holding(AMOUNT_MAX_S), AMOUNT_MAX_S).page;
    wide.number = PAGE_NUMBER_MAX;
    wide.policy = PolicyRef {
        version: u32::MAX,
        decision: Some(action(77)),
    };
    wide.after.policy = u32::MAX;
    wide.after.roll = u32::MAX;
    wide.after.received = Received {
        times: u64::MAX,
        total_s: Seconds(i64::MAX),
    };
    wide.after.collectors.community = Collector {
        holder: Some(agent(CARL)),
        since_s: Seconds(i64::MAX),
    };
    wide.after.offices = [Fund::State, Fund::Community]
        .map(|fund| Office {
            fund,
            swept: only_settled(1),
            spent: only_settled(2),
        })
        .to_vec();
    wide.after.floor = Some(DecidedFloor {
        number: u32::MAX,
        floor_s: Seconds(i64::MIN),
    });
    if let Event::Transfer(transfer) = &mut wide.event {
        transfer.from = Account::Fund(Fund::Community);
        transfer.to_account = Account::Line(VillageId([0xfe; 32]));
        transfer.memo = Some(Digest([0x11; 32]));
        transfer.request = Some(action(78));
    }
    wide.after.holdings.extend((0..15).map(|at| Holding {
        account: Account::Line(VillageId([at; 32])),
        balance_s: Seconds(i64::MIN),
        floor_s: Seconds(i64::MAX),
    }));
    let mut deposit = depositing(&opened()).page;
    if let Event::Deposit { proof, .. } = &mut deposit.event {
        proof.siblings = vec![Digest([0x22; 32]), Digest([0x33; 32])];
        proof.end = PathEnd::Other(Key::of_transfer(action(1)), Mark(u64::MAX));
    }
    let mut decline = declining(&opened()).page;
    if let Event::Decline { reason, proof, .. } = &mut decline.event {
        *reason = Some(Digest([0x44; 32]));
        proof.end = PathEnd::Present(Mark::default());
    }
    let swept = [(BEN, earning(540, 0)), (CARL, earning(60, 0))];
    let mut confirmed = paying(3_600).page;
    if let Event::Transfer(transfer) = &mut confirmed.event {
        let payment = transfer.payment.as_mut().unwrap();
        payment.confirmations = vec![action(140), action(141)];
    }
    let mut corrects = giving(&opened(), 7_200).page;
    if let Event::Transfer(transfer) = &mut corrects.event {
        transfer.corrects = Some(action(99));
    }
    let mut later_bar = barring(&opened(), &bars(&[(ANNA, 7)])).page;
    if let Event::Bar(bar) = &mut later_bar.event {
        bar.cause = Cause::Succession(action(SUCCESSION));
    }
    let leave = Draft::following(ANNA, &opened(), Event::Close { decision: None }).page;
    let mut pages = vec![
        ("open", opened()),
        ("transfer", giving(&opened(), 7_200).page),
        ("transfer, everything wide", wide),
        ("deposit", depositing(&opened()).page),
        ("deposit with a path", deposit),
        ("decline", declining(&opened()).page),
        ("decline with a reason", decline),
        ("reclaim", reclaiming(&opened()).page),
        ("yes", voting(&opened(), floor_for_anna(), Choice::Yes).page),
        ("no", voting(&opened(), floor_for_anna(), no()).page),
        ("floor", taking_floor(&opened()).page),
        ("hold", opening_fund().page),
        ("sweep", sweeping(&Tree::default(), &swept).page),
        ("payment", paying(3_600).page),
        ("payment, confirmed", confirmed),
        ("correction", corrects),
        ("close", closing(&opened()).page),
        ("leave", leave),
        ("carry", carrying(&closing(&opened()).page).page),
        ("bar", barring(&opened(), &bars(&[])).page),
        ("bar again, for an heir", later_bar),
        (
            "deposit, not barred",
            depositing_barred(&bars(&[(CARL, 9)]), 2).page,
        ),
        ("make good", making_good(3_600).page),
        ("guardians", naming(&opened()).page),
        ("entrust", entrusting(BEN).page),
        ("succeed", succeeding(&lost_book(3_600), &[BEN, CARL]).page),
        (
            "succeed, by decision",
            succeeding_by_decision(&lost_book(3_600)).page,
        ),
    ];
    pages.extend(line_pages());
    pages.extend(way_pages());
    pages
}

/// Every page about a trust-line, with real signatures.
fn line_pages() -> Vec<(&'static str, Page)> {
    use pair::{Pair, A, ALICE, B, BOB, GATEWAY};
    let mut pair = Pair::joined(&pair::terms_of_a());
    let line = pair.sides[A].books[&GATEWAY].page.clone();
    let given = pair.give(A, ALICE, BOB, 7_200, 1, 1).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let paid = pair.pay(B, BOB, pair.iou(pledge)).unwrap();
    let deposit = pair.deposit(B, BOB, paid).unwrap();
    let arrival = pair.arrive(A, given, pair.receipt(deposit)).unwrap();
    let second = pair.give(A, ALICE, BOB, 7_200, 1, 1).unwrap();
    let second = pair.pledge(A, second).unwrap();
    let iou = pair.iou(second);
    let refusal = pair.refuse(B, iou).unwrap();
    let event = pair.returning(A, second, pair.refusal(B, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    let page = |id: ActionId| pair.pages[&id].2.clone();
    vec![
        ("line", line),
        ("across", page(given)),
        ("pledge", page(pledge)),
        ("payment on an IOU", page(paid)),
        ("deposit with a receipt", page(deposit)),
        ("arrival", page(arrival)),
        ("refusal of an IOU", page(refusal)),
        ("return", page(returned)),
        ("clear", clearing()),
    ]
}

/// What is new on a payment over more than one line.
fn way_pages() -> Vec<(&'static str, Page)> {
    use pair::{Pair, A, ALICE, B, BOB, C, GATEWAY, SECOND};
    let mut pair = Pair::chained(&pair::terms_of_a(), SECOND);
    let hop = |village, least_s| Hop {
        village,
        sheet: 1,
        kind: 0,
        least_s: Seconds(least_s),
    };
    let across = Across {
        receiver: pair::id(BOB),
        sheet: 1,
        kind: 0,
        least_s: Seconds(7_776),
        onward: vec![
            hop(pair.village(C), 8_400),
            hop(VillageId([0xd0; 32]), i64::MAX),
        ],
    };
    let given = pair.give_over(A, ALICE, B, 7_200, across.clone()).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let through = pair.handing_on(B, A, &across, pair.iou(pledge));
    let event = Event::Transfer(Box::new(through));
    let through = pair.write(B, GATEWAY, event).unwrap();
    let onward = pair.pledge(B, through).unwrap();
    let page = |id: ActionId| pair.pages[&id].2.clone();
    vec![
        ("across by a way", page(given)),
        ("pledge for a way", page(pledge)),
        ("through", page(through)),
        ("pledge of what goes through", page(onward)),
    ]
}

/// A round of three villages, as the first books it.
fn clearing() -> Page {
    let debts = [(0, 1, 7_200, 8_640), (1, 2, 8_640, 60), (2, 0, 60, 7_200)];
    let net = rounds::Net::of(3, &debts);
    let round = net.round(&debts);
    net.booking(0, &round, &net.signatures(&round)).page
}

fn no() -> Choice {
    Choice::No {
        reason: "not before winter".into(),
    }
}

/// One proposal of every kind.
fn proposals() -> Vec<(&'static str, Proposal)> {
    let appointment = Some(Appointment {
        holder: agent(BEN),
        until_us: 1_900_000_000_000_000,
    });
    let terms = Terms {
        probation: Some(Probation {
            start_s: Seconds(-3_600),
            per_deposit_s: Seconds(60),
            received_bp: BasisPoints(5_000),
        }),
        state: appointment,
        community: appointment,
        ..common::charter().terms()
    };
    let mut roll = founding_tree(&common::charter());
    let changes = [
        (agent(4), Standing::Member),
        (agent(BEN), Standing::Suspended),
        (agent(CARL), Standing::Left),
        (agent(5), Standing::Steward),
    ];
    let founding = Roll::founding(&common::charter());
    let roll = RollTerms::draft(&founding, &mut roll, &changes, Voting::Majority {}, 2).unwrap();
    let mut later = floor_for_anna();
    later.number = u32::MAX;
    later.follows = Some(action(DECISION));
    later.roll = RollRef {
        number: u32::MAX,
        decision: Some(action(DECISION)),
    };
    let policy = Content::Policy(common::charter().terms());
    vec![
        (
            "roll",
            proposal(Subject::Roll, Content::Roll(Box::new(roll))),
        ),
        ("policy", proposal(Subject::Policy, policy)),
        (
            "policy, all of it",
            proposal(Subject::Policy, Content::Policy(terms)),
        ),
        ("floor", floor_for_anna()),
        ("floor, a later one", later),
        ("project", cellar_proposal()),
        ("code", code_proposal()),
        (
            "dispute",
            proposal(
                Subject::Dispute(action(TRANSFER)),
                Content::Dispute {
                    give_back_s: Seconds(3_600),
                },
            ),
        ),
        (
            "line",
            proposal(
                Subject::Line(VillageId([5; 32])),
                Content::Line(Box::new(common::line_terms())),
            ),
        ),
        (
            "succession",
            proposal(
                Subject::Succession(agent(BEN)),
                Content::Succession {
                    heir: agent(CARL),
                    last: action(LAST),
                },
            ),
        ),
        ("make good", make_good_proposal()),
    ]
}

fn dispute() -> Dispute {
    Dispute {
        transfer: action(TRANSFER),
        reason: Some(Digest([6; 32])),
    }
}

fn nomination() -> Nomination {
    Nomination {
        dispute: action(160),
        mediator: agent(CARL),
    }
}

fn opinion() -> Opinion {
    Opinion {
        dispute: action(160),
        nominations: [action(161), action(162)],
        give_back_s: Seconds(3_600),
        words: None,
    }
}

fn profile() -> Profile {
    Profile {
        book: action(170),
        picture: Some(Picture(b"\x89PNG\r\n\x1a\n".to_vec())),
        skills: vec!["Carpentry".into(), "Brot backen".into()],
        languages: vec!["de".into(), "pt-BR".into()],
        about: "Behind the mill, mornings.".into(),
    }
}

fn vouched() -> Vouched {
    Vouched {
        invitation: agent(50),
        roll: action(DECISION),
        vouchers: vec![Voucher {
            agent: agent(ANNA),
            on_roll: nothing_settled(),
            signature: SignatureBytes([1; 64]),
        }],
        invitation_signature: SignatureBytes([2; 64]),
    }
}

fn appeal() -> Appeal {
    Appeal {
        lost: agent(ANNA),
        last: action(LAST),
        named: action(173),
    }
}

fn confirmation() -> Confirmation {
    Confirmation {
        labour: action(LABOUR),
        worked: action(121),
    }
}

fn decision() -> Decision {
    Decision {
        proposal: action(PROPOSAL),
        adopted: true,
        votes: vec![action(1), action(2)],
    }
}

fn admission() -> Admission {
    Admission {
        invitation: agent(50),
        steward: agent(ANNA),
        steward_signature: SignatureBytes([1; 64]),
        invitation_signature: SignatureBytes([2; 64]),
    }
}

fn taken() -> TakenCheque {
    TakenCheque {
        cheque: ChequeBytes([3; 120]),
    }
}

fn request() -> Request {
    Request {
        book: action(1),
        giver: agent(BEN),
        amount_s: Seconds(7_200),
        memo: Some(Digest([5; 32])),
    }
}

fn charter_with(voting: Voting) -> Charter {
    Charter {
        format: 1,
        name: "Orchard".into(),
        levies: policy().levies,
        floor_s: Seconds(-36_000),
        voting,
        stewards: vec![agent(ANNA), agent(BEN)],
        predecessor: None,
    }
}

fn votings() -> [Voting; 4] {
    [
        Voting::Council { needed: 2 },
        Voting::Majority {},
        Voting::Supermajority {},
        Voting::Consent { objections: 1 },
    ]
}

fn round_trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    assert_eq!(decode::<T>(&encode(value)).as_ref(), Some(value));
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "as JSON");
}

#[test]
fn r0_accepts_what_the_law_itself_writes() {
    pages().iter().for_each(|(_, page)| round_trips(page));
    round_trips(&admission());
    round_trips(&request());
    round_trips(&decision());
    round_trips(&labour());
    round_trips(&confirmation());
    round_trips(&dispute());
    round_trips(&nomination());
    round_trips(&opinion());
    round_trips(&profile());
    round_trips(&vouched());
    round_trips(&taken());
    round_trips(&double_spend());
    round_trips(&appeal());
    round_trips(&Charter {
        predecessor: Some(OLD_VILLAGE),
        ..common::charter()
    });
    // Who reads one kind of admission never takes it for the other.
    assert_eq!(decode::<Vouched>(&encode(&admission())), None);
    assert_eq!(decode::<Admission>(&encode(&vouched())), None);
    // A charter without a predecessor has the bytes that it always had.
    let bytes = encode(&common::charter());
    assert!(!bytes.windows(11).any(|part| part == b"predecessor"));
    proposals()
        .iter()
        .for_each(|(_, proposal)| round_trips(proposal));
    votings()
        .into_iter()
        .for_each(|voting| round_trips(&charter_with(voting)));
    round_trips(&Memo {
        salt: [1; 16],
        words: "two hours, thank you".into(),
    });
}

#[test]
fn r0_refuses_bytes_that_are_not_what_they_claim() {
    for (_, page) in pages() {
        refuses_all_bent::<Page>(&page);
    }
    refuses_all_bent::<Admission>(&admission());
    refuses_all_bent::<Request>(&request());
    refuses_all_bent::<Decision>(&decision());
    refuses_all_bent::<Labour>(&labour());
    refuses_all_bent::<Confirmation>(&confirmation());
    refuses_all_bent::<Dispute>(&dispute());
    refuses_all_bent::<Nomination>(&nomination());
    refuses_all_bent::<Opinion>(&opinion());
    // Texts of one's own choice and a picture of any length may be anything; the law looks at them.
    refuses_all_bent::<Profile>(&Profile {
        picture: None,
        skills: Vec::new(),
        languages: Vec::new(),
        ..profile()
    });
    refuses_all_bent::<Vouched>(&vouched());
    refuses_all_bent::<TakenCheque>(&taken());
    for (_, proposal) in proposals() {
        refuses_all_bent::<Proposal>(&proposal);
    }
    for voting in votings() {
        refuses_all_bent::<Charter>(&charter_with(voting));
    }
    // Garbage, and a good thing of another kind.
    for bytes in [
        &b""[..],
        b"\xc0",
        b"\x80",
        b"\x90",
        b"page",
        &[0xff; 400],
        &[0x91; 3_000],
    ] {
        assert_eq!(decode::<Page>(bytes), None, "{bytes:02x?}");
    }
    assert_eq!(decode::<Page>(&encode(&request())), None);
    assert_eq!(decode::<Request>(&encode(&opened())), None);
}

/// Cuts, unknown fields, missing fields, wrong lengths and wrong kinds.
fn refuses_all_bent<T: DeserializeOwned + Debug + PartialEq>(good: &impl Serialize) {
    let bytes = encode(good);
    for end in 0..bytes.len() {
        assert_eq!(decode::<T>(&bytes[..end]), None, "cut at {end}");
    }
    let mut count = 0;
    for bent in bent(&value_of(&bytes)) {
        count += 1;
        assert_eq!(decode::<T>(&bytes_of(&bent)), None, "{bent}");
    }
    assert!(count > 9, "bending found nothing to bend");
}

/// The value with one thing broken, in every place where something can be.
fn bent(value: &Value) -> Vec<Value> {
    let mut all = vec![Value::F64(0.5)];
    // A map of nothing but options may be empty.
    let optional = |fields: &Vec<(Value, Value)>| fields.iter().all(|(name, _)| is_optional(name));
    if !value.as_map().is_some_and(optional) {
        all.push(Value::Map(vec![]));
    }
    match value {
        Value::Map(fields) => {
            all.push(Value::Map(
                [&fields[..], &[("unknown".into(), 1.into())]].concat(),
            ));
            for (at, (name, inner)) in fields.iter().enumerate() {
                // Left out where there is nothing to say: never nil.
                if LEFT_OUT.contains(&name.as_str().unwrap_or_default()) {
                    let mut with = fields.clone();
                    with[at].1 = Value::F64(0.5);
                    all.push(Value::Map(with));
                    continue;
                }
                let mut without = fields.clone();
                without.remove(at);
                // What may be absent is an option; none of ours may be left out,
                // but serde lets a nil one be.
                if !(inner.is_nil() || is_optional(name)) {
                    all.push(Value::Map(without));
                }
                let mut twice = fields.clone();
                twice.push(fields[at].clone());
                all.push(Value::Map(twice));
                let free_text = matches!(
                    name.as_str(),
                    Some("name" | "reason" | "purpose" | "note" | "about" | "kind")
                );
                for changed in bent(inner) {
                    if free_text && changed.is_str() {
                        continue;
                    }
                    let mut with = fields.clone();
                    with[at].1 = changed;
                    all.push(Value::Map(with));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for changed in bent(item) {
                    let mut with = items.clone();
                    with[at] = changed;
                    all.push(Value::Array(with));
                }
            }
        }
        Value::Binary(bytes) => {
            all.push(Value::Binary(bytes[1..].to_vec()));
            all.push(Value::Binary([&bytes[..], &[0]].concat()));
            all.push(Value::Binary(vec![]));
        }
        Value::String(_) => all.push("nothing of this name".into()),
        _ => {}
    }
    all
}

/// Fields that a page has only where they say something.
const LEFT_OUT: [&str; 5] = ["barred", "guardians", "lost", "unbarred", "onward"];

fn is_optional(name: &Value) -> bool {
    const OPTIONS: [&str; 17] = [
        "receipt",
        "line",
        "lines",
        "corrects",
        "holder",
        "payment",
        "words",
        "previous",
        "decision",
        "memo",
        "request",
        "reason",
        "floor",
        "follows",
        "probation",
        "state",
        "community",
    ];
    OPTIONS.iter().any(|option| name.as_str() == Some(option))
}

/// The reader is lenient where msgpack is: bytes after the end, fields by place,
/// numbers in wider forms, keys as hexadecimal. Whoever must know that bytes are
/// *the* encoding writes the page again and compares.
#[test]
fn another_encoding_of_the_same_page_is_told_by_writing_it_again() {
    for (name, page) in pages() {
        let bytes = encode(&page);
        assert_eq!(encode(&decode::<Page>(&bytes).unwrap()), bytes, "{name}");
        let trailing = [&bytes[..], &[0xc0]].concat();
        let by_place = rmp_serde::to_vec(&page).unwrap();
        // The page number is the first value: 1..=127 takes a byte, `cc` one more.
        let at = bytes.windows(6).position(|part| part == b"number").unwrap() + 6;
        let mut wider = bytes.clone();
        if bytes[at] < 0x80 {
            wider.insert(at, 0xcc);
        }
        // By place something else may be read where a field is left out.
        let told = decode::<Page>(&by_place).is_none_or(|read| encode(&read) != by_place);
        assert!(told, "{name}");
        for other in [trailing, wider] {
            assert_eq!(decode::<Page>(&other).as_ref(), Some(&page), "{name}");
            assert!(other == bytes || encode(&page) != other, "{name}");
        }
    }
}

#[test]
fn hexadecimal_is_read_in_one_way_only() {
    let digits = "0123456789abcdef".repeat(4);
    let id = ActionId::from_hex(&digits).unwrap();
    assert_eq!(
        (id.0[0], id.0[7], id.to_hex()),
        (0x01, 0xef, digits.clone())
    );
    for other in [
        "",
        &digits[1..],
        &digits[2..],
        &digits.to_uppercase(),
        &digits.replace('f', "g"),
        &digits.replace("01", "é"),
        &(digits.clone() + "00"),
    ] {
        assert_eq!(ActionId::from_hex(other), None, "{other}");
    }
    assert_eq!(ActionId::from_slice(&[1; 32]), Some(ActionId([1; 32])));
    assert_eq!(ActionId::from_slice(&[1; 31]), None);
    assert_eq!(ActionId::from_slice(&[1; 33]), None);
}

/// Where a value stands: names from the outside in.
fn visit(value: &Value, path: &mut Vec<String>, found: &mut Vec<(String, Value)>) {
    let step =
        |name: String, inner: &Value, path: &mut Vec<String>, found: &mut Vec<(String, Value)>| {
            path.push(name);
            visit(inner, path, found);
            path.pop();
        };
    match value {
        Value::Map(fields) => fields
            .iter()
            .for_each(|(name, inner)| step(name.as_str().unwrap().into(), inner, path, found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, inner)| step(at.to_string(), inner, path, found)),
        leaf => found.push((path.join("."), leaf.clone())),
    }
}

fn set(value: &mut Value, path: &[&str], new: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    match value {
        Value::Map(fields) => {
            let (_, inner) = fields
                .iter_mut()
                .find(|(name, _)| name.as_str() == Some(first))
                .unwrap();
            set(inner, rest, new);
        }
        Value::Array(items) => set(&mut items[first.parse::<usize>().unwrap()], rest, new),
        _ => unreachable!("a path leads through maps and lists"),
    }
}

#[test]
fn every_field_but_signature_and_proof_is_in_the_page_digest() {
    for (name, page) in pages() {
        let whole = value_of(&encode(&page));
        let mut leaves = Vec::new();
        visit(&whole, &mut Vec::new(), &mut leaves);
        assert!(leaves.len() >= 10, "{name}");
        for (path, leaf) in leaves {
            let changed = match &leaf {
                Value::Binary(bytes) => {
                    let mut bytes = bytes.clone();
                    *bytes.last_mut().unwrap() ^= 1;
                    Value::Binary(bytes)
                }
                Value::Integer(number) if number.as_u64() == Some(u64::MAX) => 0.into(),
                Value::Integer(number) => number.as_i64().map_or(0, |number| number ^ 1).into(),
                Value::Nil if path.ends_with(".payment") => {
                    let page = paying(3_600).page;
                    let transfer = page.event.transfer().unwrap();
                    value_of(&encode(&transfer.payment))
                }
                Value::Nil if path == "after.floor" => Value::Map(vec![
                    ("number".into(), 0.into()),
                    ("floor_s".into(), 0.into()),
                ]),
                Value::Nil => Value::Binary(vec![0; 32]),
                Value::String(text) if text.as_str() == Some("member") => {
                    Value::Map(vec![("fund".into(), "state".into())])
                }
                Value::String(text) if text.as_str() == Some("community") => "state".into(),
                Value::String(text) if text.as_str() == Some("state") => "community".into(),
                Value::String(text) if text.as_str() == Some("open") => "paused".into(),
                Value::String(text) if text.as_str() == Some("yes") => Value::Map(vec![(
                    "no".into(),
                    Value::Map(vec![("reason".into(), "".into())]),
                )]),
                Value::String(text) if path.ends_with("reason") => {
                    format!("{} ", text.as_str().unwrap()).into()
                }
                Value::String(text) if text.as_str() == Some("empty") => {
                    Value::Map(vec![("present".into(), 1.into())])
                }
                other => panic!("{path}: {other} is new, say how it changes"),
            };
            let mut other = whole.clone();
            set(&mut other, &path.split('.').collect::<Vec<_>>(), changed);
            let other: Page = decode(&bytes_of(&other)).unwrap_or_else(|| panic!("{name}: {path}"));
            assert_ne!(other, page, "{name}: {path}");
            let proven = [".proof.", ".unbarred.", ".on_roll.", ".budget.", ".once."]
                .iter()
                .any(|part| path.contains(part));
            let witnessed = path.contains(".carried.") && path.ends_with(".signature");
            let signed = path.ends_with(".cheque") || witnessed;
            let outside = proven || signed;
            assert_eq!(other.digest() == page.digest(), outside, "{name}: {path}");
        }
    }
}

const VILLAGE: VillageId = VillageId([0xc5; 32]);

fn statement_of(page: &Page) -> [u8; STATEMENT_BYTES] {
    statement(&VILLAGE, &agent(ANNA), page, page.event.transfer().unwrap())
}

#[test]
fn a_statement_has_its_fields_where_the_document_says() {
    let page = giving(&opened(), 7_200).page;
    let bytes = statement_of(&page);
    assert_eq!(&bytes[..10], b"cc-cheque/");
    assert_eq!(bytes[10], 1);
    assert_eq!(bytes[11..19], [0xc5; 8]);
    assert_eq!(bytes[19..51], [ANNA; 32]);
    assert_eq!(bytes[51..63], receiver_tag(&agent(BEN), Account::Member));
    assert_eq!(bytes[63..71], 2u64.to_be_bytes());
    assert_eq!(bytes[71..79], 7_200i64.to_be_bytes());
    assert_eq!(bytes[79..], page.digest().0[..16]);
}

#[test]
fn statements_differ_when_anything_they_say_differs() {
    let page = giving(&opened(), 7_200).page;
    let transfer = page.event.transfer().unwrap();
    let first = statement_of(&page);
    assert_ne!(
        statement(&VillageId([1; 32]), &agent(ANNA), &page, transfer),
        first
    );
    assert_ne!(statement(&VILLAGE, &agent(CARL), &page, transfer), first);
    assert_ne!(statement_of(&giving(&opened(), 7_201).page), first);
    let later = giving(&giving(&opened(), 1).page, 7_200).page;
    assert_ne!(statement_of(&later), first);
    let tags = [
        receiver_tag(&agent(BEN), Account::Member),
        receiver_tag(&agent(CARL), Account::Member),
        receiver_tag(&agent(BEN), Account::Fund(Fund::State)),
        receiver_tag(&agent(BEN), Account::Fund(Fund::Community)),
        receiver_tag(&agent(BEN), Account::Line(VILLAGE)),
        receiver_tag(&agent(BEN), Account::Line(VillageId([1; 32]))),
    ];
    for (at, tag) in tags.iter().enumerate() {
        assert!(!tags[..at].contains(tag), "receiver {at}");
    }
}

#[test]
fn pages_are_frozen() {
    let cases: Vec<_> = pages()
        .iter()
        .map(|(name, page)| json!({ "name": name, "page": page, "msgpack": hex(&encode(page)), "digest": page.digest().to_hex() }))
        .collect();
    compare(
        "pages.json",
        &json!({ "about": "pages as JSON, as stored, and their digests", "cases": cases }),
    );
}

#[test]
fn proposals_are_frozen() {
    let cases: Vec<_> = proposals()
        .iter()
        .map(|(name, proposal)| json!({ "name": name, "proposal": proposal, "msgpack": hex(&encode(proposal)) }))
        .chain([
            json!({ "name": "decision", "decision": decision(), "msgpack": hex(&encode(&decision())) }),
            json!({ "name": "labour", "labour": labour(), "msgpack": hex(&encode(&labour())) }),
            json!({ "name": "confirmation", "confirmation": confirmation(), "msgpack": hex(&encode(&confirmation())) }),
            json!({ "name": "dispute", "dispute": dispute(), "msgpack": hex(&encode(&dispute())) }),
            json!({ "name": "nomination", "nomination": nomination(), "msgpack": hex(&encode(&nomination())) }),
            json!({ "name": "opinion", "opinion": opinion(), "msgpack": hex(&encode(&opinion())) }),
            json!({ "name": "profile", "profile": profile(), "msgpack": hex(&encode(&profile())) }),
            json!({ "name": "double spend", "double_spend": double_spend(), "msgpack": hex(&encode(&double_spend())) }),
            json!({ "name": "appeal", "appeal": appeal(), "msgpack": hex(&encode(&appeal())) }),
            json!({ "name": "vouched admission", "vouched": vouched(), "msgpack": hex(&encode(&vouched())) }),
        ])
        .collect();
    compare(
        "proposals.json",
        &json!({ "about": "proposals of every kind and what else a village writes beside pages, as JSON and as stored", "cases": cases }),
    );
}

#[test]
fn cheques_are_frozen() {
    let cases: Vec<_> = pages()
        .iter()
        .filter(|(_, page)| page.event.transfer().is_some())
        .map(|(name, page)| json!({ "page": name, "village": VILLAGE, "giver": agent(ANNA), "statement": hex(&statement_of(page)) }))
        .collect();
    compare(
        "cheques.json",
        &json!({ "about": "what a giver signs for the pages of pages.json", "cases": cases }),
    );
}

#[test]
fn memos_are_frozen() {
    let longest = "🌻".repeat(140);
    let cases: Vec<_> = ["", "two hours of carpentry", "Grüße, 王小明", &longest]
        .iter()
        .zip(0u8..)
        .map(|(words, salt)| {
            let memo = Memo {
                salt: [salt; 16],
                words: (*words).into(),
            };
            json!({ "salt": hex(&memo.salt), "words": words, "digest": memo.digest().to_hex() })
        })
        .collect();
    compare(
        "memos.json",
        &json!({ "about": "digests of salted words", "cases": cases }),
    );
    let of = |salt, words: &str| {
        Memo {
            salt: [salt; 16],
            words: words.into(),
        }
        .digest()
    };
    assert_ne!(of(0, "two hours"), of(1, "two hours"), "the salt counts");
}

#[test]
fn roots_are_frozen() {
    let cases: Vec<_> = (0..6u8)
        .chain([100])
        .map(|count| {
            let transfers: Vec<u8> = (0..count).collect();
            let tree = settled(&transfers);
            let key = Key::of_transfer(action(200));
            let proof: Proof = tree.prove(&key);
            let next = proof.root_with(&key, Mark::default()).unwrap();
            json!({
                "transfers": transfers.iter().map(|at| action(*at)).collect::<Vec<_>>(),
                "root": tree.root(), "next": action(200), "key": key, "proof": proof, "next_root": next,
            })
        })
        .collect();
    compare(
        "roots.json",
        &json!({ "about": "settled trees: the root, and the proof and root for one transfer more", "cases": cases }),
    );
}

#[test]
fn splits_are_frozen() {
    let rates = [
        (750, 250),
        (0, 0),
        (1, 1),
        (333, 667),
        (5_000, 0),
        (2_500, 2_500),
    ];
    let amounts = [
        1,
        13,
        14,
        39,
        40,
        59,
        3_599,
        3_600,
        7_200,
        9_999,
        10_000,
        86_400,
        AMOUNT_MAX_S - 1,
        AMOUNT_MAX_S,
    ];
    let mut cases = Vec::new();
    for (state_bp, community_bp) in rates {
        let levies = Levies {
            state_bp: BasisPoints(state_bp),
            community_bp: BasisPoints(community_bp),
        };
        for amount_s in amounts {
            let split = levies.split(Amount::new(Seconds(amount_s)).unwrap());
            assert_eq!(
                split.receiver_s.0 + split.state_s.0 + split.community_s.0,
                amount_s
            );
            cases.push(json!({ "levies": levies, "amount_s": amount_s, "split": split }));
        }
    }
    compare(
        "splits.json",
        &json!({ "about": "how amounts are shared out", "cases": cases }),
    );
}
