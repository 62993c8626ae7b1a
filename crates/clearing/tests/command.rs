//! `commons-credit clear`, without the files and the screen.

mod common;

use common::{statement, village, Random};
use commons_credit_clearing::command::*;
use commons_credit_clearing::plan::Plan;
use commons_credit_clearing::statement::LineStatement;
use commons_credit_clearing::table::{self, Row};
use commons_credit_ledger::Seconds;

fn file(name: &str, bytes: impl AsRef<[u8]>) -> InputFile {
    InputFile {
        name: name.to_owned(),
        bytes: bytes.as_ref().to_vec(),
    }
}

fn json(statements: &[LineStatement]) -> Vec<u8> {
    serde_json::to_vec(statements).expect("JSON")
}

fn code(files: &[InputFile]) -> Option<&'static str> {
    run(files).map_err(|no| no.code()).err()
}

const FOUR: &str = "debtor,creditor,amount\n10,20,100\n20,30,100\n30,10,200\n40,30,100\n";

#[test]
fn the_four_line_check_as_a_table() {
    let outcome = run(&[file("four.csv", FOUR)]).expect("cleared");
    assert_eq!((outcome.villages, outcome.debts), (4, 4));
    assert_eq!(
        (outcome.owed_s, outcome.cleared_s, outcome.remains_s),
        (500, 300, 200)
    );
    let cancelled: Vec<_> = outcome.lines.iter().map(|line| line.cancel_s).collect();
    assert_eq!(cancelled, [100, 100, 100, 0]);
    assert!(outcome.signing.is_none());
    let remaining = outcome.remaining_csv();
    assert_eq!(remaining, "debtor,creditor,amount\n30,10,100\n40,30,100\n");
    // What remains holds no ring any more.
    let again = run(&[file("again.csv", &remaining)]).expect("cleared");
    assert_eq!((again.owed_s, again.cleared_s), (200, 0));
}

#[test]
fn statements_one_a_file_or_in_a_list_make_one_plan() {
    let statements = [
        statement(1, 2, 1, 100),
        statement(2, 3, 1, 100),
        statement(3, 1, 4, 200),
        statement(4, 3, 1, 100),
    ];
    let single: Vec<_> = statements
        .iter()
        .enumerate()
        .map(|(at, one)| {
            file(
                &format!("{at}.json"),
                serde_json::to_vec_pretty(one).unwrap(),
            )
        })
        .collect();
    let outcome = run(&single).expect("cleared");
    assert_eq!(outcome.cleared_s, 300);
    let signing = outcome.signing.as_ref().expect("a plan to sign");
    assert_eq!(signing.parts.len(), 3);
    assert_eq!(
        outcome,
        run(&[file("ALL.JSON", json(&statements))]).expect("cleared")
    );

    // What is printed is what the next program reads.
    let printed = serde_json::to_string(&outcome).expect("JSON");
    let read: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let plan: Plan = serde_json::from_value(read["signing"]["plan"].clone()).expect("a plan");
    assert_eq!(plan.digest(), signing.digest);
    assert_eq!(plan.check().expect("proved").cleared_s, 300);
    assert_eq!(read["potentials"].as_object().map(|all| all.len()), Some(4));
}

#[test]
fn bad_statements_are_refused_with_their_file() {
    let good = statement(1, 2, 1, 100);
    let mut forged = good.clone();
    forged.amount_s = Seconds(1);
    let files = [
        file("good.json", json(std::slice::from_ref(&good))),
        file("bad.json", json(&[forged])),
    ];
    let refusal = run(&files).unwrap_err();
    assert_eq!(refusal.code(), "E_STATEMENT_SIGNATURE_WRONG");
    assert!(refusal.to_string().starts_with("bad.json: "));

    let twice = [
        file("a.json", json(std::slice::from_ref(&good))),
        file("b.json", json(std::slice::from_ref(&good))),
    ];
    assert_eq!(code(&twice), Some("E_PLAN_LINE_TWICE"));
    assert_eq!(code(&[file("none.json", "[]")]), None);

    let text = String::from_utf8(json(&[good])).expect("UTF-8");
    for broken in [
        String::new(),
        "null".to_owned(),
        "[[]]".to_owned(),
        text.replace("\"number\"", "\"numbers\""),
        text.replace("\"number\":1", "\"number\":-1"),
        text.replace("\"number\":1", "\"number\":1.0"),
        text.replace("\"number\":1", "\"number\":1,\"number\":1"),
        text.replace("\"number\":1", "\"number\":1,\"more\":1"),
        text.replace(&village(1).to_hex(), "01"),
        text.replace(&village(1).to_hex(), &"Z".repeat(64)),
        text[..text.len() - 1].to_owned(),
        format!("{text}x"),
        "[".repeat(100_000),
    ] {
        let shown = &broken[..broken.len().min(60)];
        assert_eq!(
            code(&[file("x.json", &broken)]),
            Some("E_CLEAR_JSON_MALFORMED"),
            "{shown}"
        );
    }
}

#[test]
fn bad_tables_are_refused_with_their_line() {
    let refusal = |text: &str| run(&[file("t.csv", text)]).unwrap_err();
    let one = |line: &str| refusal(&format!("debtor,creditor,amount\na,b,1\n{line}\n"));
    for (line, code) in [
        ("a,b", "E_TABLE_LINE_MALFORMED"),
        ("a,b,1,2", "E_TABLE_LINE_MALFORMED"),
        (",b,1", "E_TABLE_LABEL_MALFORMED"),
        ("\"a\nb\",b,1", "E_TABLE_LABEL_MALFORMED"),
        ("a,b,", "E_TABLE_AMOUNT_MALFORMED"),
        ("a,b,1.5", "E_TABLE_AMOUNT_MALFORMED"),
        ("a,b,-1", "E_TABLE_AMOUNT_MALFORMED"),
        ("a,b,+1", "E_TABLE_AMOUNT_MALFORMED"),
        ("a,b,1e3", "E_TABLE_AMOUNT_MALFORMED"),
        ("a,b,99999999999999999999", "E_TABLE_AMOUNT_MALFORMED"),
    ] {
        let no = one(line);
        assert_eq!(no.code(), code, "{line}");
        assert!(no.to_string().contains("line 3"), "{line}: {no}");
    }
    assert_eq!(one("a,b,0").code(), "E_CLEAR_AMOUNT_OUT_OF_RANGE");
    assert_eq!(
        one("a,b,9223372036854775807").code(),
        "E_CLEAR_AMOUNT_OUT_OF_RANGE"
    );
    assert_eq!(one("a,a,1").code(), "E_CLEAR_OWES_ITSELF");
    let long = "x".repeat(table::LABEL_BYTES_MAX);
    assert_eq!(
        code(&[file("t.csv", format!("debtor,creditor,amount\n{long},b,1"))]),
        None
    );
    let longer = one(&format!("{long}x,b,1"));
    assert_eq!(longer.code(), "E_TABLE_LABEL_MALFORMED");
    assert!(longer.to_string().len() < 300);
    for header in [
        "",
        "a,b,1\n",
        "creditor,debtor,amount\n",
        "Debtor,creditor,amount\n",
    ] {
        assert_eq!(refusal(header).code(), "E_TABLE_HEADER_WRONG", "{header}");
    }
    let bytes = [b"debtor,creditor,amount\n".as_slice(), &[0xff], b",b,1\n"].concat();
    assert_eq!(
        code(&[file("t.csv", bytes)]),
        Some("E_TABLE_LINE_MALFORMED")
    );
}

#[test]
fn the_limits_on_files() {
    assert_eq!(code(&[]), Some("E_CLEAR_NO_FILES"));
    assert_eq!(code(&[file("a.txt", "")]), Some("E_CLEAR_KIND_UNKNOWN"));
    let mixed = [file("a.csv", FOUR), file("b.json", "[]")];
    assert_eq!(code(&mixed), Some("E_CLEAR_MIXED"));
    let many = vec![file("a.json", "[]"); FILES_MAX];
    assert_eq!(code(&many), None);
    let more = vec![file("a.json", "[]"); FILES_MAX + 1];
    assert_eq!(code(&more), Some("E_CLEAR_TOO_MANY_FILES"));
    // Blanks are JSON: so large a file is still read, a byte more is not.
    let mut wide = vec![b' '; FILE_MAX_BYTES - 2];
    wide.extend(b"[]");
    assert_eq!(code(&[file("a.json", &wide)]), None);
    wide.push(b' ');
    assert_eq!(code(&[file("a.json", &wide)]), Some("E_CLEAR_TOO_LARGE"));
    wide.pop();
    let most = TOTAL_MAX_BYTES / FILE_MAX_BYTES;
    let mut files = vec![file("a.json", &wide); most];
    assert_eq!(code(&files), None);
    files.push(file("b.json", "[]"));
    let refusal = run(&files).unwrap_err();
    assert_eq!(refusal.code(), "E_CLEAR_TOO_LARGE");
    assert!(refusal.to_string().contains("b.json"));
}

#[test]
fn a_table_comes_back_as_it_was_written() {
    let mut random = Random(3);
    let strange = ["a", "b,c", "\"q\"", "größe", "=1+1", "x;y", "a b", "'"];
    let rows: Vec<Row> = (0..200)
        .map(|_| Row {
            debtor: strange[random.below(8) as usize].to_owned(),
            creditor: strange[random.below(8) as usize].to_owned(),
            amount_s: random.below(1 << 42) as i64,
        })
        .collect();
    assert_eq!(table::read(table::write(&rows).as_bytes()), Ok(rows));
}

#[test]
fn several_tables_are_cleared_together() {
    let files = [
        file("1.csv", "debtor,creditor,amount\r\na,b,7\r\n"),
        file("2.csv", "debtor,creditor,amount\nb , a , 5\n"),
    ];
    assert_eq!(run(&files).expect("cleared").cleared_s, 10);
}
