//! A change in the sources never passes unseen.

use commons_credit_docgen::{check, write, DocgenError};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SOURCES: [&str; 5] = [
    "crates/api/src",
    "crates/handover/src",
    "crates/ledger/src",
    "dnas/village/zomes/coordinator/src",
    "dnas/village/zomes/integrity/src",
];

/// The sources of this checkout in a folder of their own, with fresh files.
fn copy() -> TempDir {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let place = tempfile::tempdir().expect("a temporary folder");
    for folder in SOURCES {
        let target = place.path().join(folder);
        fs::create_dir_all(&target).expect("a folder");
        for entry in fs::read_dir(checkout.join(folder)).expect("sources") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path.file_name().expect("a name");
                fs::copy(&path, target.join(name)).expect("a copy");
            }
        }
    }
    let written = write(place.path()).expect("the sources are in line");
    assert_eq!(written, ["ui/src/generated/api.ts", "docs/zome-api.md"]);
    place
}

fn change(place: &TempDir, file: &str, from: &str, to: &str) -> PathBuf {
    let path = place.path().join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(&path, text.replacen(from, to, 1)).expect("written");
    path
}

fn refused(place: &TempDir) -> DocgenError {
    check(place.path()).expect_err("the change passed unseen")
}

#[test]
fn fresh_files_pass_and_are_not_written_again() {
    let place = copy();
    check(place.path()).expect("fresh");
    let written = write(place.path()).expect("the same again");
    assert_eq!(written, [""; 0]);
}

#[test]
fn a_file_changed_by_hand_or_missing_is_stale() {
    let place = copy();
    let path = change(&place, "docs/zome-api.md", "### pay", "### Pay");
    assert_eq!(refused(&place).code(), "E_DOC_STALE");
    fs::remove_file(path).expect("removed");
    assert_eq!(refused(&place).code(), "E_DOC_STALE");
    assert_eq!(
        write(place.path()).expect("written"),
        ["docs/zome-api.md"],
        "only what differs is written"
    );
}

#[test]
fn another_meaning_in_a_doc_comment_makes_the_reference_stale() {
    let place = copy();
    change(
        &place,
        "dnas/village/zomes/coordinator/src/transfer.rs",
        "/// Gives credit to a member.",
        "/// Gives credit to anybody.",
    );
    assert_eq!(refused(&place).code(), "E_DOC_STALE");
}

#[test]
fn an_extern_that_the_table_does_not_have_is_refused() {
    let place = copy();
    change(
        &place,
        "dnas/village/zomes/coordinator/src/transfer.rs",
        "#[hdk_extern]\npub fn pay(",
        "#[hdk_extern]\npub fn overpay(input: PayInput) -> ExternResult<()> { pay(input) }\n#[hdk_extern]\npub fn pay(",
    );
    let error = refused(&place);
    assert_eq!(error.code(), "E_DOC_DRIFT");
    assert!(error.to_string().contains("overpay"), "{error}");
}

#[test]
fn a_code_that_a_function_can_newly_reach_is_refused() {
    let place = copy();
    change(
        &place,
        "dnas/village/zomes/coordinator/src/member.rs",
        "    let limit = check_limit(input.limit)?;\n",
        "    let limit = check_limit(input.limit)?;\n    check_member(&me()?)?;\n",
    );
    let error = refused(&place);
    assert_eq!(error.code(), "E_DOC_DRIFT");
    assert!(error.to_string().contains("E_NOT_A_MEMBER"), "{error}");
}

#[test]
fn a_code_that_no_function_has_is_refused() {
    let place = copy();
    change(
        &place,
        "crates/ledger/src/violation.rs",
        "\"E_FLOOR_CROSSED\"",
        "\"E_BELOW_FLOOR\"",
    );
    let error = refused(&place);
    assert_eq!(error.code(), "E_DOC_DRIFT");
    assert!(error.to_string().contains("E_FLOOR_CROSSED"), "{error}");
}

#[test]
fn another_payload_than_the_examples_is_refused() {
    let place = copy();
    change(
        &place,
        "dnas/village/zomes/coordinator/src/transfer.rs",
        "pub fn pay(input: PayInput)",
        "pub fn pay(input: DeclineInput)",
    );
    let error = refused(&place);
    assert_eq!(error.code(), "E_DOC_DRIFT");
    assert!(
        error.to_string().contains("pay takes DeclineInput"),
        "{error}"
    );
}

#[test]
fn a_type_that_is_not_exported_to_the_ui_is_refused() {
    let place = copy();
    change(
        &place,
        "crates/api/src/lib.rs",
        "/// Gives credit.\n",
        "/// More.\npub struct More {\n    /// How much.\n    pub much: u32,\n}\n\n/// Gives credit.\n",
    );
    let error = refused(&place);
    assert_eq!(error.code(), "E_DOC_DRIFT");
    assert!(error.to_string().contains("More"), "{error}");
}

#[test]
fn what_is_no_checkout_is_named() {
    let place = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(refused(&place).code(), "E_DOC_FILE");
}
