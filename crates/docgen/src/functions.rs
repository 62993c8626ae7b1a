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
                codes: &["E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_LEVIES_TOO_HIGH", "E_FLOOR_RANGE", "E_VOTING"],
                more: "Nothing is founded yet: the client clones with the answer ([Founding](#founding)). Blanks round the name are cut off.",
            },
            Note {
                name: "write_invitation",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_NOT_STEWARD", "E_HUB_URL"],
                more: "By a founding steward it is enough at once; by others on the roll see `vouch`. Each call makes another invitation; nobody keeps a list of them. An invitation works for whoever has it, as often as they like ([Invitations](#invitations)).",
            },
            Note {
                name: "vouch",
                place: Place::Village,
                writes: false,
                codes: &["E_INVITATION_UNREADABLE", "E_NOT_FOUND"],
                more: "The text goes from one member to the next until it is `enough`, then to whom they invite. Who calls it twice is counted once.",
            },
            Note {
                name: "read_invitation",
                place: Place::Lobby,
                writes: false,
                codes: &["E_INVITATION_UNREADABLE", "E_CHARTER_FORMAT", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_LEVIES_TOO_HIGH", "E_FLOOR_RANGE", "E_STEWARDS", "E_VOTING", "E_HUB_URL"],
                more: "Nothing is joined yet: the client clones with the answer ([Joining](#joining)). Blanks and line ends inside the text do not matter.",
            },
            Note {
                name: "open",
                place: Place::Village,
                writes: true,
                codes: &["E_NO_VILLAGE", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_ALREADY_OPENED", "E_NOT_FOUND"],
                more: "Once, right after founding or joining. Blanks round the name are cut off.",
            },
            Note {
                name: "standing",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_NOT_FOUND"],
                more: "`book` is null until `open` was called.",
            },
        ],
    },
    Chapter {
        title: "People",
        notes: &[
            Note {
                name: "members",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_LIST_LIMIT"],
                more: "A member is who has opened a book. Names are not unique: show a part of the key where two are the same.",
            },
            Note {
                name: "set_profile",
                place: Place::Village,
                writes: true,
                codes: &["E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_PICTURE_TOO_LARGE", "E_PICTURE_KIND", "E_SKILLS", "E_LANGUAGE", "E_LANGUAGES", "E_NOT_OPENED"],
                more: "All of it each time: what is left out is gone. Everybody in the village can read it, and old profiles stay on the chain. Blanks at the ends are cut off.",
            },
            Note {
                name: "profile",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_A_MEMBER"],
                more: "The only function that gives pictures; keep them by the profile's hash, which changes with them.",
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
                codes: &["E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_NOT_OPENED", "E_BALANCE_OUT_OF_RANGE", "E_NO_VILLAGE"],
                more: "What `pay` would do, without doing it.",
            },
            Note {
                name: "pay",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_MEMBER", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_WORDS_UNREADABLE", "E_NOT_OPENED", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER", "E_BALANCE_OUT_OF_RANGE", "E_FLOOR_CROSSED", "E_EXPOSURE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_BOOK_MOVED", "E_NOT_FOUND"],
                more: "The giver is debited at once; the receiver has it after `deposit`. Send `seen`, the number of the newest page that was shown: then a repeated call pays nothing.",
            },
            Note {
                name: "deposit",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_OPENED", "E_NOT_FOUND", "E_NOT_A_TRANSFER", "E_NOT_THE_RECEIVER", "E_BARRED", "E_NOT_PLEDGED", "E_RECEIPT", "E_BALANCE_OUT_OF_RANGE", "E_ALREADY_SETTLED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED"],
                more: "By the receiver. After `E_NOT_FOUND` ask again later: the giver's page is on its way.",
            },
            Note {
                name: "decline",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_OPENED", "E_NOT_FOUND", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_WORDS_UNREADABLE", "E_NOT_A_TRANSFER", "E_NOT_THE_RECEIVER", "E_ALREADY_SETTLED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED"],
                more: "By the receiver, instead of `deposit`. It moves nothing: the giver takes the transfer back with `reclaim`.",
            },
            Note {
                name: "reclaim",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_OPENED", "E_NOT_FOUND", "E_NOT_DECLINED", "E_NOT_A_TRANSFER", "E_NOT_THE_GIVER", "E_BALANCE_OUT_OF_RANGE", "E_ALREADY_SETTLED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED"],
                more: "By the giver, with the giver's own page. The whole amount comes back, levies included.",
            },
        ],
    },
    Chapter {
        title: "Cheques",
        notes: &[
            Note {
                name: "cheque",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND", "E_NOT_THE_GIVER", "E_NOT_A_TRANSFER"],
                more: "By the giver, after `pay`: for who is to receive it and has no network. It says nothing that the page does not, and depositing works without it.",
            },
            Note {
                name: "read_cheque",
                place: Place::Village,
                writes: false,
                codes: READ_CHEQUE_CODES,
                more: "All that stands under [Refusals](cheque-format.md#refusals) of a payment. A cheque that holds is shown with what speaks against it, in `advice`.",
            },
            Note {
                name: "take_cheque",
                place: Place::Village,
                writes: true,
                codes: TAKE_CHEQUE_CODES,
                more: "Credits nothing: it is *signed*, and kept where nobody else sees it. Advice refuses it unless `despite_advice`.",
            },
            Note {
                name: "cheques",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Show `balance_s` and `expected_s` apart: only the first can be given.",
            },
            Note {
                name: "settle_cheques",
                place: Place::Village,
                writes: true,
                codes: &["E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Call it while `signed` is not 0, whenever one looks at the inbox; and again at once while `deposited` is not null.",
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
                codes: &["E_NOT_OPENED", "E_NOT_A_MEMBER", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_WORDS_UNREADABLE", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER"],
                more: "A request is no page: it moves nothing and binds nobody.",
            },
            Note {
                name: "accept",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_FOUND", "E_NOT_ASKED", "E_REQUEST_ANSWERED", "E_NOT_OPENED", "E_BALANCE_OUT_OF_RANGE", "E_FLOOR_CROSSED", "E_EXPOSURE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED"],
                more: "The same as `pay` with the amount and the words of the request; the page names the request.",
            },
            Note {
                name: "refuse",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_FOUND", "E_NOT_ASKED", "E_REQUEST_ANSWERED", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_WORDS_UNREADABLE"],
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
                more: "By who asked, after reading that it was refused; or by a reader of a dispute, with the transfer in `request`.",
            },
        ],
    },
    Chapter {
        title: "Deciding",
        notes: &[
            Note {
                name: "propose",
                place: Place::Village,
                writes: true,
                codes: &["E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_NOT_ON_ROLL", "E_BALLOT_NUMBER", "E_CONTENT", "E_LINE_TERMS", "E_ROLL_TERMS", "E_ROLL_UNCHANGED", "E_ROLL_WITHOUT_STEWARD", "E_VOTING", "E_LEVIES_TOO_HIGH", "E_FLOOR_RANGE", "E_TERMS", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_CODE_HASH", "E_NOBODY_APPOINTED", "E_NOT_FOUND"],
                more: "By a member or steward on the roll. Two proposals on one subject share a number while the ballot is open, and at most one of them is adopted; `overtake` takes a higher one.",
            },
            Note {
                name: "ballots",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND"],
                more: "`voices` counts who wrote a vote, not what it says: `ballot` does.",
            },
            Note {
                name: "ballot",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND"],
                more: "Reads every vote. When `closable`, call `decide`.",
            },
            Note {
                name: "votes",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND"],
                more: "Who is on the roll asked, so also who has not voted yet.",
            },
            Note {
                name: "vote",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_ENTITLED", "E_OBJECTION_REASON", "E_ROLL_OLDER", "E_ALREADY_VOTED", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "A vote is a page of the voter's book and stands. Then look at `ballot`.",
            },
            Note {
                name: "decide",
                place: Place::Village,
                writes: true,
                codes: &["E_VOTES_MISSING", "E_VOTES", "E_NOT_FOUND"],
                more: "By anybody. It cites the votes; who comes later changes nothing. `adopted` is false when so many said no that it cannot be adopted any more.",
            },
            Note {
                name: "floors",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT"],
                more: "Of two decisions about one member the higher number counts.",
            },
            Note {
                name: "take_floor",
                place: Place::Village,
                writes: true,
                codes: &["E_FLOOR_NOT_DECIDED", "E_FLOOR_OLDER", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "A decided floor holds from the page that takes it over.",
            },
        ],
    },
    Chapter {
        title: "Funds",
        notes: &[
            Note {
                name: "treasury",
                place: Place::Village,
                writes: false,
                codes: &[],
                more: "By the newest page of each holder that this node knows. Who was appointed before is listed while something is left there.",
            },
            Note {
                name: "hold",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_THE_HOLDER", "E_FUND_HELD", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Once, after the policy that appoints was adopted.",
            },
            Note {
                name: "sweep",
                place: Place::Village,
                writes: true,
                codes: &["E_ACCOUNT_NOT_HELD", "E_SWEEP", "E_SWEEP_OF_NO_PAGE", "E_SWEEP_FOREIGN", "E_NOTHING_TO_SWEEP", "E_BALANCE_OUT_OF_RANGE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Call it again with `next` until there is none. Nothing is collected twice; what this node has not heard of yet waits for the next time.",
            },
            Note {
                name: "hand_over",
                place: Place::Village,
                writes: true,
                codes: &["E_ACCOUNT_NOT_HELD", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER", "E_PROJECT_UNKNOWN", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOBODY_APPOINTED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "The new holder calls `hold`, then `deposit`s the transfer.",
            },
            Note {
                name: "fund_lines",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT"],
                more: "A page of it can end before `limit`. Sum the lines by month for a chart.",
            },
        ],
    },
    Chapter {
        title: "Projects",
        notes: &[
            Note {
                name: "projects",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT"],
                more: "Proposed ones are among the `ballots`.",
            },
            Note {
                name: "project",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT"],
                more: "Who did not agree to be shown is left out here; who reads the chains can still tell.",
            },
            Note {
                name: "work",
                place: Place::Village,
                writes: true,
                codes: &["E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_PROJECT_UNKNOWN", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NOT_FOUND", "E_NOT_OPENED", "E_WORDS_UNREADABLE"],
                more: "It moves nothing. Blanks round the words are cut off.",
            },
            Note {
                name: "confirm",
                place: Place::Village,
                writes: true,
                codes: &["E_CONFIRMATION", "E_NOT_FOUND"],
                more: "Who calls it twice gets the same answer.",
            },
            Note {
                name: "pay_labour",
                place: Place::Village,
                writes: true,
                codes: &["E_ACCOUNT_NOT_HELD", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER", "E_NOT_THE_HOLDER", "E_TERM_OVER", "E_PROJECT_UNKNOWN", "E_PROJECT_FOREIGN", "E_LABOUR_FOREIGN", "E_LABOUR_UNCONFIRMED", "E_OVER_BUDGET", "E_LABOUR_PAID", "E_FLOOR_CROSSED", "E_PAYMENT_MISPLACED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "By the holder of the fund. Labour is paid once; the worker has it after `deposit`.",
            },
        ],
    },
    Chapter {
        title: "Given twice",
        notes: &[
            Note {
                name: "report_double_spend",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_TWICE", "E_BAR_UNFOUNDED", "E_ALREADY_BARRED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Looks through all pages of one book that this node holds. The proof is for everybody; nobody is accused who signed each page once.",
            },
            Note {
                name: "take_double_spend",
                place: Place::Village,
                writes: true,
                codes: &["E_PROOF_UNREADABLE", "E_DOUBLE_SPEND_UNPROVEN", "E_BAR_UNFOUNDED", "E_ALREADY_BARRED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "The sentence says what is wrong with the text. A proof that is known is not written again.",
            },
            Note {
                name: "note_ends",
                place: Place::Village,
                writes: true,
                codes: &["E_BAR_UNFOUNDED", "E_ALREADY_BARRED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "When `standing` has `ends_to_note`. Before a book is barred, what waits from it is deposited: who acted in good faith loses nothing. From then on its later transfers are refused with `E_BARRED`.",
            },
            Note {
                name: "double_spends",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "`excess_s` is what a proposal to make good should name.",
            },
            Note {
                name: "make_good",
                place: Place::Village,
                writes: true,
                codes: &["E_ACCOUNT_NOT_HELD", "E_NOT_THE_HOLDER", "E_NOT_MADE_GOOD", "E_MAKE_GOOD_HOLDER", "E_ALREADY_MADE_GOOD", "E_FLOOR_CROSSED", "E_BALANCE_OUT_OF_RANGE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "By the holder of the Community fund whom the decision names, once it is adopted. `double_spends` tells who has carried out what.",
            },
        ],
    },
    Chapter {
        title: "Lost keys",
        notes: &[
            Note {
                name: "name_guardians",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_MEMBER", "E_GUARDIANS", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Again to name others: the newest list counts.",
            },
            Note {
                name: "guardians",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Nobody, if none are named.",
            },
            Note {
                name: "ask_succession",
                place: Place::Village,
                writes: true,
                codes: &["E_ALREADY_OPENED", "E_NO_GUARDIANS", "E_APPEAL", "E_NOT_FOUND"],
                more: "With a new key, after joining and before `open`. Wait until the lost book has arrived. What comes to light later needs a new appeal.",
            },
            Note {
                name: "vouch_succession",
                place: Place::Village,
                writes: true,
                codes: &["E_BOOK_MOVED", "E_NOT_A_GUARDIAN", "E_ENTRUST", "E_ALREADY_ENTRUSTED", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "Only after speaking with the person: a guardian has one word about a lost key. `E_BOOK_MOVED`: this node knows later pages than the appeal; let it be asked again.",
            },
            Note {
                name: "succession",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND"],
                more: "Ask again until `ready`.",
            },
            Note {
                name: "succeed",
                place: Place::Village,
                writes: true,
                codes: &["E_NO_VILLAGE", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_ALREADY_OPENED", "E_NO_GUARDIANS", "E_GUARDIANS_MISSING", "E_SUCCESSION", "E_BOOK_CLOSED", "E_POLICY_OLDER", "E_NOT_FOUND"],
                more: "In place of `open`. Everything goes on; the old key is barred by whoever calls `note_ends`.",
            },
        ],
    },
    Chapter {
        title: "Disputes",
        notes: &[
            Note {
                name: "dispute",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_TRANSFER", "E_NOT_A_SIDE", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NOT_FOUND", "E_WORDS_UNREADABLE"],
                more: "The other side answers with a dispute of its own about the same transfer.",
            },
            Note {
                name: "nominate",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_DISPUTE", "E_NOT_A_TRANSFER", "E_NOT_A_SIDE", "E_MEDIATOR", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NOT_A_MEMBER", "E_NOT_FOUND", "E_WORDS_UNREADABLE"],
                more: "Both sides name somebody in the same dispute; who is named by both mediates.",
            },
            Note {
                name: "advise",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_DISPUTE", "E_NOT_A_TRANSFER", "E_MEDIATOR", "E_CONTENT", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NOT_FOUND", "E_WORDS_UNREADABLE"],
                more: "It binds nobody.",
            },
            Note {
                name: "give_back",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_A_TRANSFER", "E_CORRECTION", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER", "E_BALANCE_OUT_OF_RANGE", "E_FLOOR_CROSSED", "E_EXPOSURE", "E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_BOOK_MOVED", "E_NOT_FOUND", "E_NOT_OPENED", "E_WORDS_UNREADABLE"],
                more: "A transfer as any other, levied as any other; it names the one that it corrects.",
            },
            Note {
                name: "disputes",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_A_TRANSFER", "E_LIST_LIMIT", "E_NOT_FOUND"],
                more: "What was taken out of the inbox is still here.",
            },
            Note {
                name: "dispute_about",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_A_TRANSFER", "E_NOT_FOUND"],
                more: "Words are there for those who may read them.",
            },
        ],
    },
    Chapter {
        title: "Between villages",
        notes: &[
            Note {
                name: "lines",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND"],
                more: "What the gateway's book says, as far as this node holds it.",
            },
            Note {
                name: "agree_line",
                place: Place::Village,
                writes: false,
                codes: &["E_LINE_NOT_DECIDED", "E_NOT_FOUND"],
                more: "By the gateway whom the newest decision names. Writes nothing; the signature goes to the other gateway by any way.",
            },
            Note {
                name: "take_line",
                place: Place::Village,
                writes: true,
                codes: &["E_LINE_NOT_DECIDED", "E_LINE_OLDER", "E_LINE_UNSIGNED", "E_FUND_HELD", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_NOT_FOUND", "E_NOT_OPENED", "E_BOOK_ENDED"],
                more: "After both villages have adopted the same terms. Without `agreed` the caller's own cell in the other village is asked.",
            },
            Note {
                name: "quote_across",
                place: Place::Village,
                writes: false,
                codes: &["E_LINE_LIMIT", "E_LINE_KIND", "E_ACCOUNT_NOT_HELD", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_NOT_FOUND", "E_NOT_OPENED", "E_LINE_WAY"],
                more: "The neighbour's own levies are in its own policy: `quote` in the cell there, if the client has one.",
            },
            Note {
                name: "ways",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND", "E_LIST_LIMIT"],
                more: "Open lines only. Through a village in which the caller has no book no way is seen; `unseen` names those. Whether an amount passes is for `quote_across` to say, with the way from `items`.",
            },
            Note {
                name: "pay_across",
                place: Place::Village,
                writes: true,
                codes: &["E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_SELF_TRANSFER", "E_LINE_LEG", "E_BALANCE_OUT_OF_RANGE", "E_FLOOR_CROSSED", "E_EXPOSURE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_MOVED", "E_NOT_FOUND", "E_NOT_OPENED", "E_BOOK_ENDED", "E_LINE_WAY"],
                more: "After that it goes on by itself, or comes back: then it waits in the inbox as *declined* and is taken back by `reclaim`.",
            },
            Note {
                name: "line_work",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_PLEDGED", "E_RECEIPT", "E_IOU_REFUSAL", "E_IOU_NUMBER", "E_IOU_FOREIGN", "E_IOU_SIGNATURE", "E_LINE_MESSAGE", "E_NOT_FOUND", "E_NOT_OPENED", "E_WORDS_UNREADABLE", "E_BOOK_ENDED", "E_LINE_WAY"],
                more: "A gateway's node calls it after every knock and page; a client may call it as often as it likes.",
            },
            Note {
                name: "carry_messages",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND"],
                more: "For a member with books in several villages: takes the IOUs and answers of others along, from what lies on this disk. A node calls it now and then; `lines` counts the lines of others that end here.",
            },
            Note {
                name: "pass_on",
                place: Place::Village,
                writes: true,
                codes: &["E_LINE_MESSAGE", "E_ACCOUNT_NOT_HELD", "E_IOU_NUMBER", "E_IOU_FOREIGN", "E_IOU_SIGNATURE", "E_LINE_NOT_OPEN", "E_LINE_SHEET", "E_LINE_RATE", "E_RECEIPT", "E_IOU_REFUSAL", "E_NOT_PLEDGED", "E_NOT_FOUND", "E_NOT_OPENED", "E_NOT_A_MEMBER", "E_BOOK_ENDED", "E_LINE_WAY"],
                more: "As `take_message`, by whoever in this village is the gateway of the line: nothing comes back if they are not reached now.",
            },
            Note {
                name: "line_answers",
                place: Place::Village,
                writes: true,
                codes: &["E_NOT_FOUND", "E_NOT_OPENED", "E_BOOK_ENDED"],
                more: "Asked in the neighbour's cell, so that no IOU is sent twice. A gateway who is asked takes back what a receiver declined, which is a page.",
            },
            Note {
                name: "outbox",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND"],
                more: "For gateways who share no village. The same messages may be carried any number of times.",
            },
            Note {
                name: "take_message",
                place: Place::Village,
                writes: true,
                codes: &["E_LINE_MESSAGE", "E_ACCOUNT_NOT_HELD", "E_IOU_NUMBER", "E_IOU_FOREIGN", "E_IOU_SIGNATURE", "E_LINE_NOT_OPEN", "E_LINE_SHEET", "E_LINE_RATE", "E_RECEIPT", "E_IOU_REFUSAL", "E_NOT_PLEDGED", "E_NOT_FOUND", "E_NOT_OPENED", "E_NOT_A_MEMBER", "E_BOOK_ENDED", "E_LINE_WAY"],
                more: "What the line does not let pass is refused by a page and an answer, not by an error.",
            },
            Note {
                name: "line_statement",
                place: Place::Village,
                writes: false,
                codes: &["E_LINE_NOT_DECIDED", "E_LINE_UNSIGNED", "E_CLEARING_CROSSES", "E_ACCOUNT_NOT_HELD", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "By the gateway of the village that owes, for the neighbour that is owed; the caller's own cell there signs too. Without one the statement comes back with one signature and goes, by any way, to the other gateway, who calls the same with it. As JSON with byte strings in hexadecimal and both signatures it is what `commons-credit clear` reads.",
            },
            Note {
                name: "sign_clearing",
                place: Place::Village,
                writes: false,
                codes: &["E_CLEARING", "E_CLEARING_UNBALANCED", "E_CLEARING_FOREIGN", "E_CLEARING_CROSSES", "E_ALREADY_CLEARED", "E_LINE_NOT_DECIDED", "E_ACCOUNT_NOT_HELD", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED", "E_LIST_LIMIT"],
                more: "By the gateway that the round names for this village, if its book could book it now. Who signs keeps the lines quiet until it is booked.",
            },
            Note {
                name: "book_clearing",
                place: Place::Village,
                writes: true,
                codes: &["E_CLEARING", "E_CLEARING_UNBALANCED", "E_CLEARING_FOREIGN", "E_CLEARING_CROSSES", "E_CLEARING_UNSIGNED", "E_ALREADY_CLEARED", "E_LINE_NOT_DECIDED", "E_ACCOUNT_NOT_HELD", "E_AMOUNT_NOT_POSITIVE", "E_AMOUNT_TOO_LARGE", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED", "E_LIST_LIMIT"],
                more: "In every village of the round, in any order. `E_ALREADY_CLEARED` says that it is booked.",
            },
        ],
    },
    Chapter {
        title: "Leaving and going on",
        notes: &[
            Note {
                name: "close",
                place: Place::Village,
                writes: true,
                codes: &["E_CODE_NOT_ADOPTED", "E_LEAVES_OWING", "E_BOOK_FULL", "E_BOOK_CLOSED", "E_BOOK_ENDED", "E_NOT_FOUND", "E_NOT_OPENED"],
                more: "The last page: nothing more can be written in this book.",
            },
            Note {
                name: "witness",
                place: Place::Village,
                writes: false,
                codes: &["E_CARRY_FOREIGN", "E_NOT_FOUND", "E_NOT_STEWARD"],
                more: "In the new village, by a founding steward other than the author unless there is only one. Writes nothing; the text goes to the author by any way.",
            },
            Note {
                name: "carry",
                place: Place::Village,
                writes: true,
                codes: &["E_TEXT_TOO_LONG", "E_TEXT_CONTROL", "E_NAME", "E_CARRY_FOREIGN", "E_ALREADY_OPENED", "E_NOT_FOUND", "E_WITNESS_UNREADABLE"],
                more: "In the new village, instead of `open`.",
            },
            Note {
                name: "closed_book",
                place: Place::Village,
                writes: false,
                codes: &["E_CARRY_FOREIGN", "E_BOOK_ENDED", "E_NOT_FOUND"],
                more: "In the old village.",
            },
            Note {
                name: "book_leaves",
                place: Place::Village,
                writes: false,
                codes: &["E_NOT_FOUND", "E_NOT_OPENED"],
                more: "In the old village.",
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
                name: "hidden_inbox",
                place: Place::Village,
                writes: false,
                codes: &["E_NO_VILLAGE", "E_LIST_LIMIT"],
                more: "What strangers took out of the caller's inbox. Conductor 0.7.1 hides it although every node refused that. Costs one look-up for everything that ever was in the inbox: ask at the start and now and then.",
            },
            Note {
                name: "activity",
                place: Place::Village,
                writes: false,
                codes: &["E_LIST_LIMIT", "E_NOT_FOUND", "E_WORDS_UNREADABLE"],
                more: "The caller's own book, page by page.",
            },
        ],
    },
];

/// Why a cheque is not even shown.
const READ_CHEQUE_CODES: &[&str] = &[
    "E_NOT_OPENED",
    "E_BOOK_ENDED",
    "E_HANDOVER_UNREADABLE",
    "E_HANDOVER_TOO_LONG",
    "E_HANDOVER_INVITATION",
    "E_HANDOVER_DAMAGED",
    "E_HANDOVER_VERSION",
    "E_HANDOVER_NOT_CANONICAL",
    "E_AMOUNT_NOT_POSITIVE",
    "E_AMOUNT_TOO_LARGE",
    "E_HANDOVER_OTHER_KIND",
    "E_HANDOVER_WRONG_VILLAGE",
    "E_HANDOVER_WRONG_RECEIVER",
    "E_HANDOVER_OWN",
    "E_HANDOVER_WEAK_KEY",
    "E_HANDOVER_SIGNATURE",
    "E_HANDOVER_PAGE_OTHER",
    "E_HANDOVER_REPLAYED",
    "E_HANDOVER_DOUBLE_SPEND",
    "E_NOT_A_MEMBER",
    "E_CHEQUE_EXPOSURE",
    "E_NOT_FOUND",
];

/// Why it is not taken.
const TAKE_CHEQUE_CODES: &[&str] = &[
    "E_NOT_OPENED",
    "E_BOOK_ENDED",
    "E_HANDOVER_UNREADABLE",
    "E_HANDOVER_TOO_LONG",
    "E_HANDOVER_INVITATION",
    "E_HANDOVER_DAMAGED",
    "E_HANDOVER_VERSION",
    "E_HANDOVER_NOT_CANONICAL",
    "E_AMOUNT_NOT_POSITIVE",
    "E_AMOUNT_TOO_LARGE",
    "E_HANDOVER_OTHER_KIND",
    "E_HANDOVER_WRONG_VILLAGE",
    "E_HANDOVER_WRONG_RECEIVER",
    "E_HANDOVER_OWN",
    "E_HANDOVER_WEAK_KEY",
    "E_HANDOVER_SIGNATURE",
    "E_HANDOVER_PAGE_OTHER",
    "E_HANDOVER_POLICY_EXPIRED",
    "E_HANDOVER_REPLAYED",
    "E_HANDOVER_DOUBLE_SPEND",
    "E_NOT_A_MEMBER",
    "E_CHEQUE_EXPOSURE",
    "E_NOT_FOUND",
];

/// Answers of `create_clone_cell` to who may not join.
pub const JOINING_CODES: &[&str] = &[
    "E_NOT_INVITED",
    "E_INVITED_BY_NO_STEWARD",
    "E_INVITATION_FORGED",
    "E_VOUCHERS",
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
    "E_ADMISSION_FOREIGN",
    "E_SPLIT_WRONG",
    "E_CHEQUE_SIGNATURE",
    "E_PROOF_WRONG",
    "E_AFTER_WRONG",
    "E_BOOK_FOREIGN",
    "E_ROLL_WRONG",
    "E_ROLL_UNKNOWN",
    "E_FOLLOWS_WRONG",
    "E_NOT_A_PROPOSAL",
    "E_VOTE_FOREIGN",
    "E_VOTE_DOUBLED",
    "E_PROFILE_FOREIGN",
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
    // Which of these a call can meet only the crate knows; its own page lists them all.
    let handed: BTreeSet<&str> = sources
        .handover_codes
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
    if let Some(code) = used
        .iter()
        .find(|code| !known.contains(*code) && !handed.contains(*code))
    {
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
