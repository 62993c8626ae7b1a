//! What the documents name is there: files, headings, codes. And every code that the
//! program, the zomes or the page can give stands in a document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Not in the repository: built, fetched, or Git's own.
const LEFT_OUT: [&str; 5] = [".git", "node_modules", "target", "dist", "corpus"];
/// Named in documents, and made by a build.
const BUILT: [&str; 1] = ["ui/dist"];
/// Stands in documents for any code.
const ANY_CODE: &str = "E_CODE";
const ROOMS: [&str; 6] = ["crates/", "dnas/", "docs/", "scripts/", "tests/", "ui/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file and folder of the checkout, from its top.
fn everything() -> BTreeSet<String> {
    fn look(top: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            if LEFT_OUT.contains(&&*name) {
                continue;
            }
            let short = path.strip_prefix(top).expect("below the top");
            found.insert(short.to_string_lossy().into_owned());
            if path.is_dir() {
                look(top, &path, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    look(&root(), &root(), &mut found);
    found
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn documents(all: &BTreeSet<String>) -> Vec<String> {
    let is_document = |file: &&String| {
        let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].contains(&file.as_str());
        top || (file.starts_with("docs/") && file.ends_with(".md"))
    };
    let found: Vec<String> = all.iter().filter(is_document).cloned().collect();
    assert!(found.len() > 30, "{found:?}");
    found
}

/// Without what stands between lines of three backquotes.
fn prose(document: &str) -> String {
    let parts = document.split("```").step_by(2);
    parts.collect::<Vec<_>>().join("\n")
}

/// A heading as links name it.
fn anchor(heading: &str) -> String {
    let kept = |letter: char| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter),
        _ => None,
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

fn anchors(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// `docs/x.md` and `../y.md` are `y.md`.
fn beside(document: &str, link: &str) -> String {
    let mut place = PathBuf::new();
    let folder = Path::new(document).parent().expect("a folder");
    for part in folder.join(link).components() {
        match part {
            Component::ParentDir => assert!(place.pop(), "{document}: {link}"),
            part => place.push(part),
        }
    }
    place.to_string_lossy().into_owned()
}

#[test]
fn every_link_leads_somewhere() {
    let all = everything();
    let mut links = 0;
    for document in documents(&all) {
        for link in prose(&text(&document)).split("](").skip(1) {
            let link = link.split([')', ' ']).next().expect("a link");
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() {
                document.clone()
            } else {
                beside(&document, file.trim_end_matches('/'))
            };
            assert!(all.contains(&file), "{document} links to {link}");
            if !heading.is_empty() {
                let there = anchors(&text(&file));
                assert!(there.contains(heading), "{document} links to {link}");
            }
            links += 1;
        }
    }
    assert!(links > 200, "{links}");
}

#[test]
fn every_file_that_is_named_is_there() {
    let all = everything();
    let is_there = |path: &str| {
        let end = format!("/{path}");
        all.contains(path) || all.iter().any(|file| file.ends_with(&end))
    };
    let mut names = 0;
    for document in documents(&all) {
        let prose = prose(&text(&document));
        for word in prose
            .split('`')
            .skip(1)
            .step_by(2)
            .flat_map(str::split_whitespace)
        {
            let path = word.trim_end_matches(['/', '.', ',', ';', ':']);
            let in_a_room = ROOMS.iter().any(|room| path.starts_with(room));
            let is_source = [".rs", ".svelte"].iter().any(|end| path.ends_with(end));
            let whole = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
            if !(in_a_room || is_source) || !path.chars().all(whole) || BUILT.contains(&path) {
                continue;
            }
            assert!(is_there(path), "{document} names {path}");
            names += 1;
        }
    }
    assert!(names > 200, "{names}");
}

/// Codes in a text; what ends with a low line is the beginning of several.
fn codes(text: &str) -> BTreeSet<String> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = text.split(|other| !letter(other));
    let is_code = |word: &&str| {
        let rest = word.strip_prefix("E_").unwrap_or_default();
        let capital = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        !rest.is_empty() && !rest.ends_with('_') && rest.chars().all(capital)
    };
    words.filter(is_code).map(str::to_owned).collect()
}

/// Codes that stand in quotation marks: the ones that a source gives.
fn given(source: &str) -> BTreeSet<String> {
    let quoted = source
        .split('"')
        .skip(1)
        .filter(|text| text.starts_with("E_"));
    let alone = quoted.filter(|text| codes(text).iter().any(|code| code == text));
    alone.map(str::to_owned).collect()
}

#[test]
fn every_code_is_in_a_document_and_every_document_names_codes_that_are() {
    let all = everything();
    let is_source = |file: &&String| {
        let rust = file.ends_with(".rs") && (file.contains("/src/") && !file.starts_with("tests/"));
        let page = file.starts_with("ui/src/")
            && [".ts", ".svelte"].iter().any(|end| file.ends_with(end))
            && !file.ends_with(".test.ts");
        rust || page
    };
    let sources = all.iter().filter(is_source);
    let mut known: BTreeSet<String> = sources.flat_map(|file| given(&text(file))).collect();
    assert!(known.len() > 250, "{}", known.len());
    let mut told = BTreeSet::from([ANY_CODE.to_owned()]);
    for document in documents(&all) {
        told.extend(codes(&text(&document)));
    }
    let untold: Vec<&String> = known.difference(&told).collect();
    assert!(untold.is_empty(), "in no document: {untold:?}");
    let scripts = all.iter().filter(|file| file.starts_with("scripts/"));
    known.extend(scripts.flat_map(|file| codes(&text(file))));
    known.insert(ANY_CODE.into());
    let unknown: Vec<&String> = told.difference(&known).collect();
    assert!(unknown.is_empty(), "in no source: {unknown:?}");
}
