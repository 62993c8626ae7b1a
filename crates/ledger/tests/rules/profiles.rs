//! What people say about themselves: rule 45. Rule 46 only a zome can hold.

use crate::code;
use crate::common::action;
use commons_credit_ledger::profile::{
    is_language, LANGUAGES_MAX, LANGUAGE_MAX_CHARS, PICTURE_MAX_BYTES, SKILLS_MAX,
};
use commons_credit_ledger::*;
use proptest::prelude::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
const WEBP: &[u8] = b"RIFF\x24\x00\x00\x00WEBP";

fn plain() -> Profile {
    Profile {
        book: action(1),
        picture: None,
        skills: Vec::new(),
        languages: Vec::new(),
        about: String::new(),
    }
}

fn changed(change: impl FnOnce(&mut Profile)) -> &'static str {
    let mut profile = plain();
    change(&mut profile);
    code(profile.check())
}

fn picture(head: &[u8], bytes: usize) -> Option<Picture> {
    let mut picture = head.to_vec();
    picture.resize(bytes, 7);
    Some(Picture(picture))
}

fn skills(number: usize) -> Vec<String> {
    (0..number).map(|at| format!("skill {at}")).collect()
}

fn languages(number: usize) -> Vec<String> {
    let letters = 'a'..='z';
    letters.take(number).map(|c| format!("a{c}")).collect()
}

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

#[test]
fn r45_accepts_a_profile_up_to_every_limit() {
    assert_eq!(changed(|_| ()), "valid", "nobody has to say anything");
    for head in [PNG, JPEG, WEBP] {
        let at_most = picture(head, PICTURE_MAX_BYTES);
        assert_eq!(changed(|it| it.picture = at_most), "valid");
        let shortest = Some(Picture(head.to_vec()));
        assert_eq!(changed(|it| it.picture = shortest), "valid");
    }
    let longest = vec!["🌻".repeat(40)];
    for said in [skills(SKILLS_MAX), longest, tags(&["Bread", "bread"])] {
        assert_eq!(changed(|it| it.skills = said), "valid");
    }
    let longest = "de-Latn-DE-1996-1994-abcdefgh-abcde";
    assert_eq!(longest.len(), LANGUAGE_MAX_CHARS);
    for said in [
        languages(LANGUAGES_MAX),
        tags(&["de", "nds", "pt-BR", "es-419", "zh-Hant", "zh-Hant-TW"]),
        tags(&["de-CH-1996", "sl-rozaj-biske-1994"]),
        tags(&[longest]),
    ] {
        assert_eq!(
            changed(|it| it.languages = said.clone()),
            "valid",
            "{said:?}"
        );
    }
    assert_eq!(changed(|it| it.about = "ü".repeat(280)), "valid");
}

#[test]
fn r45_refuses_a_profile_beyond_any_limit() {
    for head in [PNG, JPEG, WEBP] {
        let too_large = picture(head, PICTURE_MAX_BYTES + 1);
        assert_eq!(changed(|it| it.picture = too_large), "E_PICTURE_TOO_LARGE");
        let cut = Some(Picture(head[..head.len() - 1].to_vec()));
        assert_eq!(changed(|it| it.picture = cut), "E_PICTURE_KIND");
    }
    for other in [&b""[..], b"GIF89a", b"<svg xmlns=", b"RIFF\x24\0\0\0WAVE"] {
        let other = Some(Picture(other.to_vec()));
        assert_eq!(changed(|it| it.picture = other), "E_PICTURE_KIND");
    }
    for said in [skills(SKILLS_MAX + 1), tags(&["bread", "bread"])] {
        assert_eq!(changed(|it| it.skills = said), "E_SKILLS");
    }
    for (skill, expected) in [
        ("", "E_NAME"),
        (" bread", "E_NAME"),
        ("bread\u{202e}", "E_TEXT_CONTROL"),
        (&"é".repeat(41), "E_TEXT_TOO_LONG"),
    ] {
        assert_eq!(changed(|it| it.skills = tags(&[skill])), expected);
    }
    for said in [languages(LANGUAGES_MAX + 1), tags(&["de", "de"])] {
        assert_eq!(changed(|it| it.languages = said), "E_LANGUAGES");
    }
    for tag in [
        "",
        "d",
        "DE",
        "german",
        "de-",
        "-de",
        "de_DE",
        "de-de",
        "de-latn",
        "de-DE-Latn",
        "de-1",
        "de-abcd",
        "de-DE-x-mine",
        "de-abcdefghi",
        "dé",
        "de-Látn",
        "de DE",
        "de-abcdefgh-abcdefgh-abcdefgh-abcdefgh",
    ] {
        assert!(!is_language(tag), "{tag:?}");
        assert_eq!(changed(|it| it.languages = tags(&[tag])), "E_LANGUAGE");
    }
    assert_eq!(changed(|it| it.about = "ü".repeat(281)), "E_TEXT_TOO_LONG");
    assert_eq!(changed(|it| it.about = "a\nb".into()), "E_TEXT_CONTROL");
}

/// RFC 5646 in another way: a list of parts, each allowed once and in order.
fn language_by_the_book(tag: &str) -> bool {
    let mut stage = 0;
    for part in tag.split('-') {
        let chars: Vec<char> = part.chars().collect();
        let first = chars.first().copied().unwrap_or(' ');
        let small = chars.iter().all(char::is_ascii_lowercase);
        let capital = chars.iter().all(char::is_ascii_uppercase);
        let digits = chars.iter().all(char::is_ascii_digit);
        let plain = chars
            .iter()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let rest_small = chars.iter().skip(1).all(char::is_ascii_lowercase);
        stage = match (stage, chars.len()) {
            (0, 2 | 3) if small => 1,
            (1, 4) if first.is_ascii_uppercase() && rest_small => 2,
            (1 | 2, 2) if capital => 3,
            (1 | 2, 3) if digits => 3,
            (1.., 5..=8) if plain => 4,
            (1.., 4) if plain && first.is_ascii_digit() => 4,
            _ => return false,
        };
    }
    stage > 0 && tag.chars().count() <= LANGUAGE_MAX_CHARS
}

proptest! {
    #[test]
    fn r45_accepts_tags_as_a_second_reader_does(
        tag in "([a-zA-Z]{1,4})(-([a-zA-Z]{2,8}|[0-9]{3}|[0-9a-zé]{4,6}|)){0,6}"
    ) {
        prop_assert_eq!(is_language(&tag), language_by_the_book(&tag), "{}", tag);
    }

    #[test]
    fn r45_refuses_no_profile_without_a_word(
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
        skill in ".{0,50}", tag in ".{0,50}", about in ".{0,300}",
    ) {
        let profile = Profile {
            picture: Some(Picture(bytes)),
            skills: vec![skill],
            languages: vec![tag],
            about,
            ..plain()
        };
        if let Err(violation) = profile.check() {
            prop_assert!(violation.refusal().starts_with("E_"));
        }
    }
}
