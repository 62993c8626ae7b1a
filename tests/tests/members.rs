//! Promise: what a member says about themselves reaches everybody as they said it, and
//! nobody says it for another.

use commons_credit_api as api;
use commons_credit_ledger::profile::{PICTURE_MAX_BYTES, SKILLS_MAX};
use commons_credit_ledger::{ActionId, Picture, Profile};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;

/// Index of the entry type of profiles.
const PROFILE: u8 = 9;

fn picture(bytes: usize) -> Picture {
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.resize(bytes, 7);
    Picture(picture)
}

fn said(name: &str) -> api::ProfileInput {
    api::ProfileInput {
        name: name.into(),
        picture: Some(picture(PICTURE_MAX_BYTES)),
        skills: vec!["Carpentry".into(), "Brot backen".into()],
        languages: vec!["de".into(), "pt-BR".into()],
        about: "Behind the mill, mornings.".into(),
    }
}

async fn shown(reader: &Person, of: &Person) -> api::ProfileShown {
    let input = api::ProfileRef {
        agent: of.key.clone(),
    };
    reader.call("profile", input).await
}

async fn member(reader: &Person, of: &Person) -> api::Member {
    let members: api::Members = reader.call("members", list()).await;
    let found = members.members.into_iter().find(|it| it.agent == of.key);
    found.expect("everybody knows everybody")
}

#[tokio::test(flavor = "multi_thread")]
async fn r46_accepts_a_profile_of_ones_own_and_all_see_it() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let nothing = shown(bob, ann).await;
    assert_eq!((nothing.profile, nothing.picture), (None, None));
    assert_eq!(nothing.name, "Ann");

    let _: api::ProfileSet = ann.call("set_profile", said("  Anna B. ")).await;
    until("the profile at the other node", || async {
        let seen = shown(bob, ann).await;
        seen.profile.is_some().then_some(())
    })
    .await;
    let seen = shown(bob, ann).await;
    assert_eq!(seen.name, "Anna B.");
    assert_eq!(seen.picture, Some(picture(PICTURE_MAX_BYTES)));
    assert_eq!(seen.skills, said("").skills);
    assert_eq!(seen.languages, said("").languages);
    assert_eq!(seen.about, said("").about);
    let listed = member(bob, ann).await;
    assert_eq!(listed.skills, said("").skills);
    assert_eq!((listed.name.as_str(), listed.pictured), ("Anna B.", true));

    // Said anew, four times: the newest counts, and old links do not pile up.
    for round in 0..4 {
        let input = api::ProfileInput {
            picture: None,
            about: format!("round {round}"),
            ..said("Anna")
        };
        let _: api::ProfileSet = ann.call("set_profile", input).await;
    }
    until("the newest profile", || async {
        (shown(bob, ann).await.about == "round 3").then_some(())
    })
    .await;
    assert_eq!(shown(bob, ann).await.picture, None);
    village.agree().await;
    let query = Rogue::of(bob).await;
    let members: api::Members = query.polite("members", list()).await.expect("a list");
    assert_eq!(members.total, 2, "one person is listed once");

    // A book goes on after it as before.
    let given = ann.pay(bob, HOUR_S, "").await;
    bob.deposit(&given.page).await;
    village.agree().await;
    assert_eq!(bob.charges(&ann.key).await, []);
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r46_refuses_a_profile_that_is_anothers_or_too_large() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let anns: api::ProfileSet = ann.call("set_profile", said("Ann")).await;
    until("the profile at the other node", || async {
        shown(bob, ann).await.profile.map(|_| ())
    })
    .await;

    // The function refuses before anything is written.
    let too_many = api::ProfileInput {
        skills: (0..=SKILLS_MAX).map(|at| format!("skill {at}")).collect(),
        ..said("Bob")
    };
    let too_large = api::ProfileInput {
        picture: Some(picture(PICTURE_MAX_BYTES + 1)),
        ..said("Bob")
    };
    let no_picture = api::ProfileInput {
        picture: Some(Picture(b"<svg/>".to_vec())),
        ..said("Bob")
    };
    let no_language = api::ProfileInput {
        languages: vec!["German".into()],
        ..said("Bob")
    };
    for (input, code) in [
        (too_many, "E_SKILLS"),
        (too_large, "E_PICTURE_TOO_LARGE"),
        (no_picture, "E_PICTURE_KIND"),
        (no_language, "E_LANGUAGE"),
        (said(" "), "E_NAME"),
    ] {
        let refusal = bob
            .try_call::<_, api::ProfileSet>("set_profile", input)
            .await
            .expect_err("beyond a limit");
        assert!(refusal.contains(&format!("{code}: ")), "{refusal}");
    }

    // And so does the law, whatever the coordinator.
    let rogue = Rogue::of(bob).await;
    let book = rogue.pen().await.pages[0].hash.clone();
    let own = Profile {
        book: action_id(&book),
        picture: None,
        skills: Vec::new(),
        languages: Vec::new(),
        about: String::new(),
    };
    let entry = |profile: &Profile| {
        let encoded = holochain_serialized_bytes::encode(profile).expect("plain data");
        bytes(PROFILE, encoded)
    };
    let anns_book = Rogue::of(ann).await.pen().await.pages[0].hash.clone();
    let foreign = Profile {
        book: action_id(&anns_book),
        ..own.clone()
    };
    let large = Profile {
        picture: Some(picture(PICTURE_MAX_BYTES + 1)),
        ..own.clone()
    };
    let link = |profile: &[u8]| {
        Deed::Link(Linked {
            base: members_base().into(),
            target: rogue.key.clone().into(),
            link_type: MEMBER,
            tag: [book.get_raw_32(), b"Bob\0", profile].concat(),
        })
    };
    let id: ActionId = action_id(&anns.profile);
    for (what, code, deed) in [
        ("cites another's book", "E_BOOK_FOREIGN", entry(&foreign)),
        ("has a large picture", "E_PICTURE_TOO_LARGE", entry(&large)),
        ("is no profile", "E_MALFORMED", bytes(PROFILE, vec![0x80])),
        ("shows Ann's as its own", "E_PROFILE_FOREIGN", link(&id.0)),
        (
            "shows a page as one",
            "E_PROFILE_FOREIGN",
            link(book.get_raw_32()),
        ),
        ("shows half of one", "E_MALFORMED", link(&id.0[..16])),
    ] {
        let refusal = rogue.attempt(deed).await.expect_err(what);
        assert!(refusal.contains(&format!("{code}: ")), "{what}: {refusal}");
    }
    rogue.attempt(entry(&own)).await.expect("an empty profile");
    village.agree().await;
    assert_eq!(ann.charges(&bob.key).await, []);
    village.audit().await;
}
