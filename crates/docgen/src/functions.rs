//! Where each function is called and which codes it answers with.
//!
//! The codes of the coordinator are held against what the sources can reach; the
//! codes of the law against the list in `violation.rs`: none unknown, none unused.

use crate::source::Sources;
use crate::DocgenError;
use std::collections::BTreeSet;

/// Which cells have a use for a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Every cell; a client calls it in the lobby, before there is a village.
    Lobby,
    /// A village: a clone.
    Village,
}

/// What the sources do not say about a function.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    /// Its name.
    pub name: &'static str,
    /// Where it is called.
    pub place: Place,
    /// Whether it writes to the caller's chain.
    pub writes: bool,
    /// The codes that a caller has to expect.
    pub codes: &'static [&'static str],
    /// What a client has to know beside the doc comment.
    pub more: &'static str,
}

/// A chapter of the reference.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// Its heading.
    pub title: &'static str,
    /// Its functions, in the order of their use.
    pub notes: &'static [Note],
}

/// All functions, chapter by chapter.
pub const CHAPTERS: &[Chapter] = &[
    Chapter {
        title: "Founding and joining",
        notes: &[
            Note {
                name: "draft_charter",
                place: Place::Lobby,
                writes: false,
                codes: &[
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_NAME",
                    "E_LEVIES_TOO_HIGH",
                    "E_FLOOR_RANGE",
                    "E_VOTING",
                ],
                more: "Nothing is founded yet: the client clones with the answer ([Founding](#founding)). Blanks round the name are cut off.",
            },
            Note {
                name: "write_invitation",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_NOT_STEWARD", "E_HUB_URL"],
                more: "Each call makes another invitation; nobody keeps a list of them. An invitation works for whoever has it, as often as they like ([Invitations](#invitations)).",
            },
            Note {
                name: "read_invitation",
                place: Place::Lobby,
                writes: false,
                codes: &[
                    "E_INVITATION_UNREADABLE",
                    "E_CHARTER_FORMAT",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_NAME",
                    "E_LEVIES_TOO_HIGH",
                    "E_FLOOR_RANGE",
                    "E_STEWARDS",
                    "E_VOTING",
                    "E_HUB_URL",
                ],
                more: "Nothing is joined yet: the client clones with the answer ([Joining](#joining)). Blanks and line ends inside the text do not matter.",
            },
            Note {
                name: "open",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NO_VILLAGE",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_NAME",
                    "E_ALREADY_OPENED",
                    "E_NOT_FOUND",
                ],
                more: "Once, right after founding or joining. Blanks round the name are cut off.",
            },
            Note {
                name: "standing",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE"],
                more: "`book` is null until `open` was called.",
            },
        ],
    },
    Chapter {
        title: "People and funds",
        notes: &[
            Note {
                name: "members",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_LIST_LIMIT"],
                more: "A member is who has opened a book. Names are not unique: show a part of the key where two are the same.",
            },
            Note {
                name: "funds",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_BALANCE_OUT_OF_RANGE"],
                more: "The sums are those of one page of the roll: follow `next` and add them up.",
            },
        ],
    },
    Chapter {
        title: "Giving",
        notes: &[
            Note {
                name: "quote",
                place: Place::Village,
                writes: false,
                codes: &[
                    "E_AMOUNT_NOT_POSITIVE",
                    "E_AMOUNT_TOO_LARGE",
                    "E_NOT_OPENED",
                    "E_BALANCE_OUT_OF_RANGE",
                    "E_NO_VILLAGE",
                ],
                more: "What `pay` would do, without doing it.",
            },
            Note {
                name: "pay",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_A_MEMBER",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_WORDS_UNREADABLE",
                    "E_NOT_OPENED",
                    "E_AMOUNT_NOT_POSITIVE",
                    "E_AMOUNT_TOO_LARGE",
                    "E_SELF_TRANSFER",
                    "E_BALANCE_OUT_OF_RANGE",
                    "E_FLOOR_CROSSED",
                    "E_BOOK_FULL",
                ],
                more: "The giver is debited at once; the receiver has it after `deposit`.",
            },
            Note {
                name: "deposit",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_OPENED",
                    "E_NOT_FOUND",
                    "E_NOT_A_TRANSFER",
                    "E_NOT_THE_RECEIVER",
                    "E_BALANCE_OUT_OF_RANGE",
                    "E_ALREADY_SETTLED",
                    "E_BOOK_FULL",
                ],
                more: "By the receiver. After `E_NOT_FOUND` ask again later: the giver's page is on its way.",
            },
            Note {
                name: "decline",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_OPENED",
                    "E_NOT_FOUND",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_WORDS_UNREADABLE",
                    "E_NOT_A_TRANSFER",
                    "E_NOT_THE_RECEIVER",
                    "E_ALREADY_SETTLED",
                    "E_BOOK_FULL",
                ],
                more: "By the receiver, instead of `deposit`. It moves nothing: the giver takes the transfer back with `reclaim`.",
            },
            Note {
                name: "reclaim",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_OPENED",
                    "E_NOT_FOUND",
                    "E_NOT_DECLINED",
                    "E_NOT_A_TRANSFER",
                    "E_NOT_THE_GIVER",
                    "E_BALANCE_OUT_OF_RANGE",
                    "E_ALREADY_SETTLED",
                    "E_BOOK_FULL",
                ],
                more: "By the giver, with the giver's own page. The whole amount comes back, levies included.",
            },
        ],
    },
    Chapter {
        title: "Asking",
        notes: &[
            Note {
                name: "request",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_OPENED",
                    "E_NOT_A_MEMBER",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_WORDS_UNREADABLE",
                    "E_AMOUNT_NOT_POSITIVE",
                    "E_AMOUNT_TOO_LARGE",
                    "E_SELF_TRANSFER",
                ],
                more: "A request is no page: it moves nothing and binds nobody.",
            },
            Note {
                name: "accept",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_FOUND",
                    "E_NOT_ASKED",
                    "E_REQUEST_ANSWERED",
                    "E_NOT_OPENED",
                    "E_BALANCE_OUT_OF_RANGE",
                    "E_FLOOR_CROSSED",
                    "E_BOOK_FULL",
                ],
                more: "The same as `pay` with the amount and the words of the request; the page names the request.",
            },
            Note {
                name: "refuse",
                place: Place::Village,
                writes: true,
                codes: &[
                    "E_NOT_FOUND",
                    "E_NOT_ASKED",
                    "E_REQUEST_ANSWERED",
                    "E_TEXT_TOO_LONG",
                    "E_TEXT_CONTROL",
                    "E_WORDS_UNREADABLE",
                ],
                more: "",
            },
            Note {
                name: "withdraw",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_FOUND", "E_NOT_ASKED", "E_REQUEST_ANSWERED"],
                more: "By who asked.",
            },
            Note {
                name: "dismiss",
                place: Place::Village,
                writes: true,
                codes: &[],
                more: "By who asked, after reading that it was refused.",
            },
        ],
    },
    Chapter {
        title: "Looking",
        notes: &[
            Note {
                name: "inbox",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_LIST_LIMIT"],
                more: "Everything that waits, found in what this node holds; signals only say that looking is worth while. A page of it can have fewer items than `limit` and still have a `next`.",
            },
            Note {
                name: "activity",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT"],
                more: "The caller's own book, page by page.",
            },
        ],
    },
];

/// Answers of `create_clone_cell` to who may not join.
pub const JOINING_CODES: &[&str] = &[
    "E_NOT_INVITED",
    "E_INVITED_BY_NO_STEWARD",
    "E_INVITATION_FORGED",
    "E_MALFORMED",
];

/// What only validators say, of pages, links and requests that this coordinator
/// does not write.
pub const VALIDATOR_CODES: &[&str] = &[
    "E_PAGE_IMMUTABLE",
    "E_OPENED_WRONGLY",
    "E_PAGE_NUMBER",
    "E_PREVIOUS_FOREIGN",
    "E_PAGE_SKIPPED",
    "E_POLICY_UNKNOWN",
    "E_POLICY_OLDER",
    "E_ADMISSION_FOREIGN",
    "E_ACCOUNT_NOT_HELD",
    "E_SPLIT_WRONG",
    "E_CHEQUE_SIGNATURE",
    "E_PROOF_WRONG",
    "E_AFTER_WRONG",
    "E_BOOK_FOREIGN",
    "E_LINK_MISPLACED",
];

/// All notes in order.
pub fn notes() -> impl Iterator<Item = &'static Note> {
    CHAPTERS.iter().flat_map(|chapter| chapter.notes)
}

/// Holds the table against the sources.
pub fn check(sources: &Sources) -> Result<(), DocgenError> {
    let drift = |what: String| Err(DocgenError::Drift { what });
    let law: BTreeSet<&str> = sources
        .law_codes
        .iter()
        .map(|code| code.code.as_str())
        .collect();
    let own: BTreeSet<&str> = sources
        .refusal_codes
        .iter()
        .map(|code| code.code.as_str())
        .collect();
    let listed: BTreeSet<&str> = notes().map(|note| note.name).collect();
    if let Some(name) = sources
        .functions
        .keys()
        .find(|name| !listed.contains(name.as_str()))
    {
        return drift(format!(
            "the extern {name} is not in the table in functions.rs"
        ));
    }
    for note in notes() {
        let name = note.name;
        let Some(function) = sources.functions.get(name) else {
            return drift(format!("functions.rs has {name}, which is no extern"));
        };
        let reached: BTreeSet<&str> = function.reaches.iter().map(String::as_str).collect();
        let noted: BTreeSet<&str> = note
            .codes
            .iter()
            .copied()
            .filter(|code| own.contains(code))
            .collect();
        if let Some(code) = reached.difference(&noted).next() {
            return drift(format!(
                "{name} can answer {code}, which functions.rs does not say"
            ));
        }
        if let Some(code) = noted.difference(&reached).next() {
            return drift(format!(
                "{name} never answers {code}, but functions.rs says so"
            ));
        }
    }
    let mut used: BTreeSet<&str> = notes().flat_map(|note| note.codes).copied().collect();
    used.extend(JOINING_CODES);
    used.extend(VALIDATOR_CODES);
    let known: BTreeSet<&str> = law.union(&own).copied().collect();
    if let Some(code) = used.difference(&known).next() {
        return drift(format!("functions.rs has {code}, which no source knows"));
    }
    if let Some(code) = known.difference(&used).next() {
        return drift(format!("no function in functions.rs has the code {code}"));
    }
    let said: BTreeSet<&str> = notes().flat_map(|note| note.codes).copied().collect();
    if let Some(code) = VALIDATOR_CODES.iter().find(|code| said.contains(*code)) {
        return drift(format!("{code} is both a function's and only validators'"));
    }
    Ok(())
}
