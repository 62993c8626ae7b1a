//! `docs/rules.md`, the codes and the tests agree: every code stands under its
//! rule, every rule has a test on both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The numbers in use; those between are kept free.
const RULES: [RangeInclusive<u32>; 4] = [0..=46, 50..=50, 60..=67, 70..=78];

fn numbers() -> impl Iterator<Item = u32> {
    RULES.into_iter().flatten()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Each rule's paragraph in the document: it begins with `**7. Name.**`.
fn rules() -> BTreeMap<u32, String> {
    let document = text(root().join("docs/rules.md"));
    let mut rules = BTreeMap::new();
    for paragraph in document.split("\n\n") {
        let number = paragraph
            .strip_prefix("**")
            .and_then(|rest| rest.split_once('.'));
        if let Some(number) = number.and_then(|(number, _)| number.parse::<u32>().ok()) {
            assert!(
                rules.insert(number, paragraph.to_owned()).is_none(),
                "rule {number} twice"
            );
        }
    }
    rules
}

/// Everything like `E_NAME` in a text, in order.
fn codes_in(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .filter(|word| word.starts_with("E_") && word.len() > 2)
        .map(str::to_owned)
        .collect()
}

/// Rule number by code, read from the comments and `code()` in violation.rs.
fn codes() -> BTreeMap<String, u32> {
    let source = text(root().join("crates/ledger/src/violation.rs"));
    let (variants, rest) = source.split_once("impl Violation").expect("an impl");
    let mut rule = None;
    let mut rule_of = BTreeMap::new();
    for line in variants.lines() {
        if let Some(comment) = line.strip_prefix("    /// Rule ") {
            let digits: String = comment.chars().take_while(char::is_ascii_digit).collect();
            rule = Some(digits.parse().expect("a rule number"));
        }
        let name = line.strip_prefix("    ").unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            let name: String = name
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let number = rule
                .take()
                .unwrap_or_else(|| panic!("{name} names no rule"));
            rule_of.insert(name, number);
        }
    }
    let mut codes = BTreeMap::new();
    for line in rest.lines().filter(|line| line.contains("=> \"E_")) {
        let name = line.trim().strip_prefix("Self::").expect("a variant");
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let code = codes_in(line).pop().expect("a code");
        assert!(
            codes.insert(code, rule_of[&name]).is_none(),
            "one code, one meaning: {line}"
        );
    }
    assert_eq!(
        codes.len(),
        rule_of.len(),
        "every violation has its own code"
    );
    codes
}

/// The names of all tests here and in the tests on real conductors.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    let mut folders = vec![
        root().join("crates/ledger/tests"),
        root().join("tests/tests"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("a folder that can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                files.push(path);
            }
        }
    }
    let mut names = BTreeSet::new();
    for file in files {
        let source = text(file);
        let mut is_test = false;
        for line in source.lines().map(str::trim) {
            // `#[test]` and `#[tokio::test(…)]`; other attributes may stand between.
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
            assert!(!line.starts_with("#[ignore"), "nothing is ignored");
            let name = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            if let Some((name, _)) = name.and_then(|rest| rest.split_once('(')) {
                if std::mem::take(&mut is_test) {
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

#[test]
fn rules_have_the_numbers_that_they_are_said_to_have() {
    assert_eq!(
        rules().into_keys().collect::<Vec<_>>(),
        numbers().collect::<Vec<_>>()
    );
}

#[test]
fn every_code_stands_under_its_rule_and_nowhere_else() {
    let (codes, rules) = (codes(), rules());
    assert!(codes.len() >= 39);
    let mut written = Vec::new();
    for (number, paragraph) in &rules {
        for code in codes_in(paragraph) {
            assert_eq!(codes.get(&code), Some(number), "{code} under rule {number}");
            written.push(code);
        }
    }
    written.sort();
    assert_eq!(
        written,
        codes.into_keys().collect::<Vec<_>>(),
        "each code once"
    );
}

#[test]
fn every_rule_has_a_test_on_both_sides() {
    let tests = tests();
    let mut missing = Vec::new();
    for number in numbers() {
        for side in ["accepts", "refuses"] {
            let start = format!("r{number}_{side}_");
            if !tests
                .iter()
                .any(|name| name.starts_with(&start) && name.len() > start.len())
            {
                missing.push(start + "…");
            }
        }
    }
    assert!(missing.is_empty(), "no test is named {missing:?}");
}

/// Rule numbers in the comments of the code exist in the document.
#[test]
fn comments_cite_rules_that_exist() {
    let mut cited = BTreeSet::new();
    for folder in ["crates/ledger/src", "dnas/village/zomes/integrity/src"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("a folder of sources") {
            let source = text(entry.expect("a source").path()).to_lowercase();
            for part in source.split("rule ").chain(source.split("rules ")).skip(1) {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                cited.extend(digits.parse::<u32>());
            }
        }
    }
    assert!(cited.len() > 15, "{cited:?}");
    assert!(
        cited
            .iter()
            .all(|number| numbers().any(|rule| rule == *number)),
        "{cited:?}"
    );
}

/// Every type of the law has its word, no word is explained twice.
#[test]
fn the_glossary_has_every_type_once() {
    let glossary = text(root().join("docs/glossary.md"));
    let rows: Vec<Vec<&str>> = glossary
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let words: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert!(
        words.len() > 60 && words.len() == rows.len(),
        "a word stands twice"
    );
    let mut types = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates/ledger/src")).expect("a folder of sources") {
        for line in text(entry.expect("a source").path()).lines() {
            let name = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "));
            if let Some(name) = name {
                types.insert(
                    name.chars()
                        .take_while(char::is_ascii_alphanumeric)
                        .collect::<String>(),
                );
            }
        }
    }
    assert!(types.len() > 25, "{types:?}");
    let missing: Vec<_> = types
        .iter()
        .filter(|name| !glossary.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "the glossary has no word for {missing:?}"
    );
}
