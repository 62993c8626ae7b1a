//! `docs/zome-api.md`: the template, with what the sources say in its gaps.

use crate::examples::{examples, signals, Example};
use crate::functions::{self, Note, Place, CHAPTERS, JOINING_CODES, VALIDATOR_CODES};
use crate::source::{Body, Code, Field, Function, Shape, Sources, Variant, Wire};
use crate::DocgenError;
use commons_credit_ledger::{
    account, admission, amount, ballot, charter, decision, fund, levy, page, project, roll,
    settled, text,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const TEMPLATE: &str = include_str!("zome-api.template.md");

/// Constants of the zomes that the template names.
const ZOME_CONSTANTS: [&str; 5] = [
    "HUBS_MAX",
    "HUB_MAX_BYTES",
    "WITNESSES_WANTED",
    "OWN_REQUESTS_WITHIN",
    "PREFIX",
];

/// The whole document.
pub fn reference(sources: &Sources) -> Result<String, DocgenError> {
    functions::check(sources)?;
    let mut shown = Shown::default();
    let mut gaps: BTreeMap<String, String> = limits();
    for name in ZOME_CONSTANTS {
        let value = sources
            .constants
            .get(name)
            .ok_or_else(|| DocgenError::Drift {
                what: format!("the zomes have no constant {name} any more"),
            })?;
        gaps.insert(name.into(), value.clone());
    }
    gaps.insert("contents".into(), contents());
    gaps.insert("functions".into(), chapters(sources, &mut shown)?);
    gaps.insert("signals".into(), signal_examples()?);
    shown.ask("Signal");
    // Every shape has one place, so that a link to it leads there.
    let mut placed = BTreeSet::new();
    gaps.insert("shapes".into(), shown.shapes(sources, &mut placed)?);
    let mut inside = Shown::default();
    inside.ask("Admission");
    inside.ask("Vouched");
    gaps.insert("admission".into(), inside.shapes(sources, &mut placed)?);
    gaps.insert(
        "invitation".into(),
        format!(
            "{}\n#### type Founder\n\n{}",
            shape_body(&sources.invitation)?,
            shape_body(&sources.founder)?
        ),
    );
    gaps.insert("links".into(), variants_table(&sources.links, "link"));
    gaps.insert("member_tag".into(), sources.member_tag.doc.clone());
    gaps.insert("entries".into(), entry_list(&sources.entries));
    let mut written = Shown::default();
    for entry in entries(&sources.entries) {
        written.ask(entry);
    }
    gaps.insert("entry_shapes".into(), written.shapes(sources, &mut placed)?);
    gaps.insert("law_codes".into(), law_table(&sources.law_codes));
    gaps.insert(
        "refusal_codes".into(),
        refusal_table(&sources.refusal_codes),
    );
    gaps.insert("joining_codes".into(), code_list(JOINING_CODES));
    gaps.insert("validator_codes".into(), code_list(VALIDATOR_CODES));
    Ok(with_numbers(fill(TEMPLATE, &gaps)?))
}

/// Doc comments name limits; who reads the reference wants the numbers.
fn with_numbers(text: String) -> String {
    let others = [
        ("FIRST_BALLOT", u64::from(ballot::FIRST_BALLOT)),
        ("VOTES_MAX", decision::VOTES_MAX as u64),
        ("ROLL_CHANGES_MAX", roll::ROLL_CHANGES_MAX as u64),
        ("VOUCHERS_MAX", u64::from(roll::VOUCHERS_MAX)),
        ("VOUCHED_MAX", admission::VOUCHED_MAX as u64),
        ("SWEEP_MAX", fund::SWEEP_MAX as u64),
        ("CONFIRMATIONS_MAX", project::CONFIRMATIONS_MAX as u64),
    ]
    .map(|(name, number)| (name.to_owned(), grouped(number)));
    limits()
        .into_iter()
        .chain(others)
        .fold(text, |text, (name, number)| {
            text.replace(&format!("`{name}`"), &number)
        })
}

fn limits() -> BTreeMap<String, String> {
    [
        ("LIST_MAX", u64::from(commons_credit_api::LIST_MAX)),
        ("AMOUNT_MAX_S", amount::AMOUNT_MAX_S.unsigned_abs()),
        ("LEVIES_MAX_BP", u64::from(levy::LEVIES_MAX_BP)),
        ("STEWARDS_MAX", charter::STEWARDS_MAX as u64),
        ("CHARTER_FORMAT", u64::from(charter::CHARTER_FORMAT)),
        ("NAME_MAX_CHARS", text::NAME_MAX_CHARS as u64),
        ("WORDS_MAX_CHARS", text::WORDS_MAX_CHARS as u64),
        ("ENVELOPE_MAX_BYTES", text::ENVELOPE_MAX_BYTES as u64),
        ("SALT_BYTES", text::SALT_BYTES as u64),
        ("PAGE_NUMBER_MAX", page::PAGE_NUMBER_MAX),
        ("HOLDINGS_MAX", account::HOLDINGS_MAX as u64),
        ("PATH_MAX", settled::PATH_MAX as u64),
        (
            "INVITATION_MAX_BYTES",
            admission::INVITATION_MAX_BYTES as u64,
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), grouped(value)))
    .collect()
}

/// 3600000 as 3,600,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Every `{{name}}` has to be filled, and everything that fills has to be asked for.
fn fill(template: &str, gaps: &BTreeMap<String, String>) -> Result<String, DocgenError> {
    let drift = |what: String| DocgenError::Drift { what };
    let mut text = String::new();
    let mut unused: BTreeSet<&str> = gaps.keys().map(String::as_str).collect();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after
            .split_once("}}")
            .ok_or_else(|| drift("the template has a gap without an end".into()))?;
        let value = gaps
            .get(name)
            .ok_or_else(|| drift(format!("nothing fills {name} in the template")))?;
        unused.remove(name);
        text.push_str(before);
        text.push_str(value.trim_end());
        rest = after;
    }
    text.push_str(rest);
    match unused.first() {
        None => Ok(text),
        Some(name) => Err(drift(format!("the template never asks for {name}"))),
    }
}

// ------------------------------------------------------------- functions

fn contents() -> String {
    CHAPTERS.iter().fold(String::new(), |mut text, chapter| {
        let names: Vec<String> = chapter
            .notes
            .iter()
            .map(|note| format!("[`{0}`](#{0})", note.name))
            .collect();
        let _ = writeln!(text, "- {}: {}", chapter.title, names.join(", "));
        text
    })
}

fn chapters(sources: &Sources, shown: &mut Shown) -> Result<String, DocgenError> {
    let examples = examples(sources)?;
    let mut text = String::new();
    for chapter in CHAPTERS {
        let _ = writeln!(text, "## {}\n", chapter.title);
        for note in chapter.notes {
            // Both are there: functions::check and examples have looked.
            if let (Some(function), Some(example)) =
                (sources.functions.get(note.name), examples.get(note.name))
            {
                text.push_str(&function_text(sources, function, note, example, shown)?);
            }
        }
    }
    Ok(text)
}

fn function_text(
    sources: &Sources,
    function: &Function,
    note: &Note,
    example: &Example,
    shown: &mut Shown,
) -> Result<String, DocgenError> {
    let mut text = format!("### {}\n\n{}", function.name, function.doc);
    if !note.more.is_empty() {
        let _ = write!(text, " {}", note.more);
    }
    let place = match note.place {
        Place::Lobby => "any cell, so also in the lobby",
        Place::Village => "a village",
    };
    let effect = if note.writes { "writes" } else { "only reads" };
    let _ = writeln!(text, "\n\nCalled in {place}; {effect}.\n");
    match function.input.as_str() {
        "()" => text.push_str("**Payload**: null.\n\n"),
        name => {
            let shape = sources.shape(name)?;
            let _ = writeln!(text, "**Payload** `{name}`:\n\n{}", shape_body(shape)?);
            shown.ask_inside(shape);
        }
    }
    match function.output.as_str() {
        "()" => text.push_str("**Result**: null.\n\n"),
        name => {
            let _ = writeln!(text, "**Result**: [`{name}`](#{}).\n", anchor(name));
            shown.ask(name);
        }
    }
    let codes = match note.codes {
        [] => "none of its own".into(),
        codes => code_list(codes),
    };
    let _ = writeln!(text, "**Codes**: {codes}.\n");
    let _ = writeln!(text, "```json\n{}\n```\n", example.input);
    let _ = writeln!(text, "answers\n\n```json\n{}\n```\n", example.output);
    Ok(text)
}

fn signal_examples() -> Result<String, DocgenError> {
    Ok(format!("```json\n{}\n```", signals()?.join("\n")))
}

/// The heading of a shape is `type Name`: functions have the bare names.
fn anchor(name: &str) -> String {
    format!("type-{}", name.to_lowercase())
}

fn code_list(codes: &[&str]) -> String {
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    codes.join(", ")
}

// ---------------------------------------------------------------- shapes

/// Which shapes a part of the document has to show.
#[derive(Default)]
struct Shown(BTreeSet<String>);

impl Shown {
    fn ask(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// The shapes that a shape names, which is shown elsewhere itself.
    fn ask_inside(&mut self, shape: &Shape) {
        for wire in wires(shape) {
            if let Some(name) = named(wire) {
                self.ask(name);
            }
        }
    }

    /// All shapes asked for, with those that they name, by name; without those
    /// that were placed before.
    fn shapes(
        self,
        sources: &Sources,
        placed: &mut BTreeSet<String>,
    ) -> Result<String, DocgenError> {
        let mut next: Vec<String> = self.0.iter().cloned().collect();
        let mut found = BTreeMap::new();
        while let Some(name) = next.pop() {
            if !placed.insert(name.clone()) {
                continue;
            }
            let shape = sources.shape(&name)?;
            next.extend(wires(shape).filter_map(named).map(str::to_owned));
            found.insert(name, shape);
        }
        let mut text = String::new();
        for (name, shape) in found {
            let _ = writeln!(
                text,
                "#### type {name}\n\n{}\n\n{}",
                shape.doc,
                shape_body(shape)?
            );
        }
        Ok(text)
    }
}

fn wires(shape: &Shape) -> Box<dyn Iterator<Item = &Wire> + '_> {
    match &shape.body {
        Body::Record(fields) => Box::new(fields.iter().map(|field| &field.wire)),
        Body::Alias(wire) => Box::new(std::iter::once(wire)),
        Body::Choice { variants, .. } => Box::new(
            variants
                .iter()
                .flat_map(|variant| variant.fields.iter().map(|field| &field.wire)),
        ),
    }
}

fn named(wire: &Wire) -> Option<&str> {
    match wire {
        Wire::Shape(name) => Some(name),
        Wire::Optional(inner) | Wire::List(inner) => named(inner),
        _ => None,
    }
}

fn shape_body(shape: &Shape) -> Result<String, DocgenError> {
    Ok(match &shape.body {
        Body::Record(fields) => fields_table(fields),
        Body::Alias(wire) => format!("Travels as {}.\n", wire_text(wire)),
        Body::Choice {
            tag: Some(tag),
            variants,
        } => tagged_table(tag, variants),
        Body::Choice {
            tag: None,
            variants,
        } => {
            if variants.iter().all(|variant| variant.fields.is_empty()) {
                variants_table(shape, "text")
            } else {
                outside_table(variants)
            }
        }
    })
}

fn fields_table(fields: &[Field]) -> String {
    let mut text = String::from("| field | type | meaning |\n|---|---|---|\n");
    for field in fields {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            field.name,
            wire_text(&field.wire),
            cell(&field.doc)
        );
    }
    text
}

/// `{"tag": "variant", …}`.
fn tagged_table(tag: &str, variants: &[Variant]) -> String {
    let mut text = format!("| `{tag}` | other fields | meaning |\n|---|---|---|\n");
    for variant in variants {
        let fields = match variant.fields.as_slice() {
            [] => "none".into(),
            fields => fields_line(fields),
        };
        let _ = writeln!(
            text,
            "| `{}` | {fields} | {} |",
            variant.name,
            cell(&variant.doc)
        );
    }
    text
}

/// `"variant"`, or `{"variant": …}`.
fn outside_table(variants: &[Variant]) -> String {
    let mut text = String::from(
        "Travels as text, or as a map with the variant as its one key:\n\n| variant | value | meaning |\n|---|---|---|\n",
    );
    for variant in variants {
        let value = match variant.fields.as_slice() {
            [] => "just the text".into(),
            [only] if only.name.is_empty() => wire_text(&only.wire),
            fields if fields.iter().all(|field| field.name.is_empty()) => {
                let parts: Vec<String> =
                    fields.iter().map(|field| wire_text(&field.wire)).collect();
                format!("list: {}", parts.join(", "))
            }
            fields => format!("map: {}", fields_line(fields)),
        };
        let _ = writeln!(
            text,
            "| `{}` | {value} | {} |",
            variant.name,
            cell(&variant.doc)
        );
    }
    text
}

fn variants_table(shape: &Shape, head: &str) -> String {
    let mut text = format!("| {head} | meaning |\n|---|---|\n");
    if let Body::Choice { variants, .. } = &shape.body {
        for variant in variants {
            let _ = writeln!(text, "| `{}` | {} |", variant.name, cell(&variant.doc));
        }
    }
    text
}

/// The names of the types of entry.
fn entries(shape: &Shape) -> Vec<&str> {
    match &shape.body {
        Body::Choice { variants, .. } => variants.iter().map(|one| one.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The types of entry, which are named by their number on the chain.
fn entry_list(shape: &Shape) -> String {
    let names: Vec<String> = entries(shape)
        .into_iter()
        .enumerate()
        .map(|(index, name)| format!("{index} [`{name}`](#{})", anchor(name)))
        .collect();
    names.join(", ")
}

fn fields_line(fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| {
            let doc = cell(&field.doc);
            format!(
                "`{}`: {} ({})",
                field.name,
                wire_text(&field.wire),
                doc.trim_end_matches('.')
            )
        })
        .collect();
    fields.join("; ")
}

fn wire_text(wire: &Wire) -> String {
    match wire {
        Wire::Null => "null".into(),
        Wire::Bool => "boolean".into(),
        Wire::Integer => "integer".into(),
        Wire::Text => "text".into(),
        Wire::HexList => "list of text".into(),
        Wire::Bytes(what) => format!("bytes ({what})"),
        Wire::Optional(inner) => format!("{} or null", wire_text(inner)),
        Wire::List(inner) => format!("list of {}", wire_text(inner)),
        Wire::Shape(name) => format!("[`{name}`](#{})", anchor(name)),
    }
}

/// Text that may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

// ----------------------------------------------------------------- codes

fn law_table(codes: &[Code]) -> String {
    let mut text = String::from("| code | rule | sentence |\n|---|---|---|\n");
    for code in codes {
        let rule = code.rule.map_or_else(String::new, |rule| rule.to_string());
        let _ = writeln!(
            text,
            "| `{}` | {rule} | {} |",
            code.code,
            cell(&code.sentence)
        );
    }
    text
}

fn refusal_table(codes: &[Code]) -> String {
    let mut text = String::from("| code | sentence |\n|---|---|\n");
    for code in codes {
        // Values without a name in the source.
        let sentence = cell(&code.sentence).replace("{}", "{…}");
        let _ = writeln!(text, "| `{}` | {sentence} |", code.code);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |text: &str| text.to_owned();
        pairs
            .iter()
            .map(|(name, value)| (owned(name), owned(value)))
            .collect()
    }

    #[test]
    fn every_gap_is_filled() {
        let filled = fill("a {{x}} b {{y}}.", &gaps(&[("x", "1\n"), ("y", "2")]));
        assert_eq!(filled.expect("filled"), "a 1 b 2.");
    }

    #[test]
    fn a_gap_that_nothing_fills_and_a_value_that_nothing_wants_are_refused() {
        for (template, pairs) in [
            ("{{x}}", &[][..]),
            ("{{x", &[("x", "1")]),
            ("no gap", &[("x", "1")]),
        ] {
            let error = fill(template, &gaps(pairs)).expect_err(template);
            assert_eq!(error.code(), "E_DOC_DRIFT");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(3_600_000_000), "3,600,000,000");
    }
}
