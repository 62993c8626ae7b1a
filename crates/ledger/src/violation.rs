//! Every way to break the law, with stable codes, in order of precedence: of two
//! broken rules the one that stands first here speaks.

use crate::account::Account;
use crate::id::{AgentId, VillageId};
use thiserror::Error;

/// A broken rule. The text says what to do; [`Violation::code`] never changes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Violation {
    /// Rule 25.
    #[error("this is the lobby, not a village; found a village or join one first")]
    NoVillage,
    /// Rule 21.
    #[error("charter format {format} is not known; this program reads format 1")]
    CharterFormatUnknown {
        /// The format.
        format: u32,
    },
    /// Rule 18.
    #[error("a text of {length} characters is too long; use at most {length_max}")]
    TextTooLong {
        /// Its length.
        length: u64,
        /// The limit.
        length_max: u64,
    },
    /// Rule 18.
    #[error("a text has control or invisible characters in it; type it again without them")]
    TextControlCharacter,
    /// Rule 18.
    #[error("\"{name}\" cannot be a name; use 1 to 40 characters without blanks at the ends")]
    NameMalformed {
        /// The name.
        name: String,
    },
    /// Rule 21.
    #[error("levies of {sum_bp} basis points are more than half; together they may take 5000")]
    LeviesTooHigh {
        /// Both rates together.
        sum_bp: u32,
    },
    /// Rule 21.
    #[error(
        "a floor of {floor_s} seconds is out of range; use zero down to minus a million hours"
    )]
    FloorOutOfRange {
        /// The floor, in seconds.
        floor_s: i64,
    },
    /// Rule 21.
    #[error("{stewards} stewards, or one named twice; a village has 1 to 32 different ones")]
    StewardsMalformed {
        /// How many were named.
        stewards: u64,
    },
    /// Rule 21.
    #[error("a voting rule that asks for {needed} cannot work; use 1 to 32")]
    VotingMalformed {
        /// The number asked for.
        needed: u32,
    },
    /// Rule 26.
    #[error("{changes} changes of the roll or {vouchers} vouchers are too many; propose at most 100 changes and 8 vouchers")]
    RollTermsMalformed {
        /// How many changes.
        changes: u64,
        /// How many vouchers.
        vouchers: u32,
    },
    /// Rule 26.
    #[error("{agent} has this standing already; leave the change out")]
    RollUnchanged {
        /// Whose standing.
        agent: AgentId,
    },
    /// Rule 26.
    #[error("a roll without a steward could not invite anybody; keep at least one")]
    RollWithoutSteward,
    /// Rule 26.
    #[error("the roll proposed is not what its changes make; draft the proposal again")]
    RollWrong,
    /// Rule 70.
    #[error("the {what} of this line is out of range; propose another")]
    LineTermsMalformed {
        /// What is out of range.
        what: &'static str,
    },
    /// Rule 31.
    #[error("the {what} of this policy is out of range; propose another")]
    TermsMalformed {
        /// What is out of range.
        what: &'static str,
    },
    /// Rule 0: bytes that are not what they claim.
    #[error("these bytes are not a {what}; write it with a commons-credit node of this village")]
    Malformed {
        /// What they should have been.
        what: &'static str,
    },
    /// Rule 20.
    #[error("a page is never changed or taken back; write a new transfer that corrects it")]
    PageImmutable,
    /// Rule 4.
    #[error("a book is opened once, on page 1, and nowhere else")]
    OpenedWrongly,
    /// Rule 1.
    #[error("page {number} does not follow page {previous}; number it {expected}")]
    PageNumberWrong {
        /// The number on the page.
        number: u64,
        /// The number of the page it cites, 0 if none.
        previous: u64,
        /// The only right number.
        expected: u64,
    },
    /// Rule 19.
    #[error("a book of {number} pages is full; go on with a new key and a new book")]
    BookFull {
        /// The page number.
        number: u64,
    },
    /// Rule 2.
    #[error("the page before this one is not a page of the same book; cite your own last page")]
    PreviousForeign,
    /// Rule 41.
    #[error("this book is closed; go on in the village that takes over, or with a new key")]
    BookClosed,
    /// Rule 3.
    #[error(
        "a page of this book lies between this page and the one it cites; cite your newest page"
    )]
    PageSkipped,
    /// Rule 5.
    #[error("policy {version} is not known here; wait until its decision has arrived")]
    PolicyUnknown {
        /// The version cited.
        version: u32,
    },
    /// Rule 5.
    #[error("policy {version} is older than policy {used}, which this book has used; use {used} or newer")]
    PolicyOlder {
        /// The version cited.
        version: u32,
        /// The version used before.
        used: u32,
    },
    /// Rule 4.
    #[error("the admission cited is not this author's own; open the book right after joining")]
    AdmissionForeign,
    /// Rule 43.
    #[error(
        "the closing page cited does not open a book here; ask a founding steward to witness it"
    )]
    CarryForeign,
    /// Rule 66.
    #[error("neither guardians nor a decision let this key go on from that page; ask them for it")]
    SuccessionForeign,
    /// Rule 66.
    #[error("{entrusted} guardians have said so and {needed} are needed; ask the others")]
    GuardiansMissing {
        /// How many count.
        entrusted: u64,
        /// How many are needed.
        needed: u32,
    },
    /// Rule 14.
    #[error("the page cited is not a transfer")]
    NotATransfer,
    /// Rule 14.
    #[error("this transfer is made to somebody else; only its receiver settles it")]
    NotTheReceiver,
    /// Rule 15.
    #[error("this transfer was given by somebody else, or by a lost key after its book ended; only who gave it takes it back")]
    NotTheGiver,
    /// Rule 15.
    #[error("the page cited does not decline this transfer; wait until the receiver declines")]
    NotDeclined,
    /// Rule 62.
    #[error("the book of {giver} ended at page {number} and nothing later is taken from it; ask whoever goes on with it")]
    GiverBarred {
        /// Whose book.
        giver: AgentId,
        /// Its last page that counts.
        number: u64,
    },
    /// Rule 6.
    #[error("this book does not hold the account {account:?}; use an account of your own")]
    AccountNotHeld {
        /// The account.
        account: Account,
    },
    /// Rule 7.
    #[error("an amount is more than zero; {amount_s} seconds is not")]
    AmountNotPositive {
        /// The amount, in seconds.
        amount_s: i64,
    },
    /// Rule 7.
    #[error("{amount_s} seconds is more than one transfer may carry (a million hours); give less")]
    AmountTooLarge {
        /// The amount, in seconds.
        amount_s: i64,
    },
    /// Rule 8.
    #[error("giver and receiver are the same; choose somebody else")]
    SelfTransfer,
    /// Rule 40.
    #[error("a correction is between the two whom the old transfer concerned; leave it out")]
    CorrectionForeign,
    /// Rule 34.
    #[error("the policy cited does not appoint this author to the fund; cite one that does")]
    NotTheHolder,
    /// Rule 34.
    #[error("this book holds that fund already, or too many accounts")]
    FundHeld,
    /// Rule 35.
    #[error("{items} members in one sweep; take 1 to 100")]
    SweepMalformed {
        /// How many.
        items: u64,
    },
    /// Rule 35.
    #[error("what a sweep cites is not a page; cite a page of each member's book")]
    SweepOfNoPage,
    /// Rule 35.
    #[error(
        "the page cited of {member} earns its levies for another holder; wait for a newer one"
    )]
    SweepForeign {
        /// Whose page.
        member: AgentId,
    },
    /// Rule 35.
    #[error("nothing more is due from the page cited of {member}; leave it out")]
    NothingToSweep {
        /// Whose page.
        member: AgentId,
    },
    /// Rule 36.
    #[error("only a fund pays for a project; give from your own account without one")]
    PaymentMisplaced,
    /// Rule 36.
    #[error("the holder's term ended at {until_us} microseconds; ask the village to appoint anew")]
    TermOver {
        /// The end, in microseconds since 1970.
        until_us: i64,
    },
    /// Rule 36.
    #[error("a fund pays for an adopted project only; cite the decision that adopts it")]
    ProjectUnknown,
    /// Rule 36.
    #[error("this project is paid from another fund or by another holder")]
    ProjectForeign,
    /// Rule 36.
    #[error(
        "the labour cited is not the receiver's on this project, or is shorter than the payment"
    )]
    LabourForeign,
    /// Rule 36.
    #[error("this project asks for {needed} confirmations by others who worked on it; cite them, each once")]
    LabourUnconfirmed {
        /// How many.
        needed: u32,
    },
    /// Rule 36.
    #[error("only {left_s} seconds of this project's budget are left; pay less or ask for more")]
    OverBudget {
        /// What is left, in seconds.
        left_s: i64,
    },
    /// Rule 36.
    #[error("this labour was paid before; nothing more is due")]
    LabourPaid,
    /// Rule 72.
    #[error("a line is used only by the legs of a payment across; pay a member, or across")]
    LegMisplaced,
    /// Rule 77.
    #[error(
        "the {what} of the way is not right; go over six lines at most and through no village twice"
    )]
    WayMalformed {
        /// What is wrong: `length` or `villages`.
        what: &'static str,
    },
    /// Rule 71.
    #[error(
        "the decision cited does not make this author a gateway of this line; cite one that does"
    )]
    LineNotDecided,
    /// Rule 71.
    #[error("line decision {number} does not follow {used}, which this book has taken over, or the line is closed")]
    LineOlder {
        /// The number cited.
        number: u32,
        /// The number taken over before.
        used: u32,
    },
    /// Rule 71.
    #[error(
        "the neighbour's gateway has not signed these terms; ask both villages to adopt the same"
    )]
    LineUnsigned,
    /// Rule 73.
    #[error("this line is paused or closed; what is under way ends, nothing new begins")]
    LineNotOpen,
    /// Rule 73.
    #[error("rate sheet {sheet} is not in force; the newest is {newest}, ask for a new quote")]
    SheetStale {
        /// The sheet cited.
        sheet: u32,
        /// The newest taken over.
        newest: u32,
    },
    /// Rule 73.
    #[error("kind {kind} is not on the rate sheet; choose one that is")]
    KindUnknown {
        /// Its place.
        kind: u32,
    },
    /// Rule 74.
    #[error("IOU {number} is not the next one; take {expected}, or it was taken before")]
    IouNumberWrong {
        /// Its number.
        number: u64,
        /// The next.
        expected: u64,
    },
    /// Rule 74.
    #[error("the IOU is for another receiver or amount; pay what it says")]
    IouForeign,
    /// Rule 73.
    #[error("{gives_s} seconds do not follow from the rate, which gives {right_s}, or are less than was asked for; decline, or ask for a new quote")]
    LineRate {
        /// What the page says.
        gives_s: i64,
        /// What the sheet gives.
        right_s: i64,
    },
    /// Rule 73.
    #[error("{amount_s} seconds do not pass, the line has room for {room_s}; give less, or settle the line first")]
    LineLimit {
        /// What should pass, in seconds.
        amount_s: i64,
        /// What would, in seconds.
        room_s: i64,
    },
    /// Rule 74.
    #[error("the IOU's signatures do not hold; refuse it, or ask its gateway again")]
    IouSignatureWrong,
    /// Rule 9.
    #[error("the levies are not those of policy {version}; share the amount out again")]
    SplitWrong {
        /// The policy cited.
        version: u32,
    },
    /// Rule 11.
    #[error("{balance_s} seconds is more than a balance can hold")]
    BalanceOutOfRange {
        /// The balance, in seconds.
        balance_s: i64,
    },
    /// Rule 10.
    #[error("this would leave {balance_s} seconds, below the limit of {floor_s}; give less or help somebody first")]
    FloorCrossed {
        /// What the balance would be, in seconds.
        balance_s: i64,
        /// The floor, in seconds.
        floor_s: i64,
    },
    /// Rule 12.
    #[error("the cheque's signature is not the giver's over this page; sign the page again")]
    ChequeSignatureWrong,
    /// Rule 13.
    #[error(
        "the proof does not lead to this book's settled root; prove it again from your newest page"
    )]
    ProofWrong,
    /// Rule 75.
    #[error("this transfer is not pledged; a line takes hours only after the receiver signed")]
    NotPledged,
    /// Rule 75.
    #[error("there is no receipt by the receiver, or one where none belongs; ask for it again")]
    ReceiptWrong,
    /// Rule 76.
    #[error("the neighbour's gateway has not refused this IOU; wait for its receipt or refusal")]
    IouRefusalWrong,
    /// Rule 78.
    #[error("the {what} in this round of clearing is not right; draw the plan again")]
    RoundMalformed {
        /// What is wrong: `number of lines`, `order of lines`, `line between two villages`
        /// or `gateway of a village`.
        what: &'static str,
    },
    /// Rule 78.
    #[error(
        "village {village} is freed of {sum_s} seconds more than it gives up; draw the plan again"
    )]
    RoundUnbalanced {
        /// The first village that does not balance.
        village: VillageId,
        /// What it is freed of, less what it gives up, in seconds.
        sum_s: i64,
    },
    /// Rule 78.
    #[error("this author has no part in this round here; let the gateway that it names book it")]
    RoundForeign,
    /// Rule 78.
    #[error("{amount_s} seconds would be cleared with {village} where {left_s} are left on this side; book it when the line is back, or draw another plan")]
    RoundCrossesZero {
        /// The village at the other end.
        village: VillageId,
        /// What the round clears on this side, in seconds.
        amount_s: i64,
        /// What may be cleared, in seconds.
        left_s: i64,
    },
    /// Rule 78.
    #[error("this round was booked before; nothing more is due")]
    AlreadyCleared,
    /// Rule 78.
    #[error("not every gateway of this round has signed it; nothing is cleared before all have")]
    RoundUnsigned,
    /// Rule 13.
    #[error("this transfer was settled before; nothing more is due")]
    AlreadySettled,
    /// Rule 27.
    #[error("roll {number} is not known here, or is another; cite the newest roll you have")]
    RollUnknown {
        /// The number cited.
        number: u32,
    },
    /// Rule 27.
    #[error("only members and stewards on the roll propose; ask one of them")]
    NotOnRoll,
    /// Rule 27.
    #[error("the decision that this proposal follows is not one on its subject; cite the newest")]
    FollowsWrong,
    /// Rule 27.
    #[error("a ballot number {number} does not follow; use {lowest}")]
    BallotNumberWrong {
        /// The number.
        number: u32,
        /// The lowest that follows.
        lowest: u32,
    },
    /// Rule 27.
    #[error("what is proposed does not fit its subject or is out of range; draft it again")]
    ContentMalformed,
    /// Rule 28.
    #[error("the action cited is not a proposal")]
    NotAProposal,
    /// Rule 28.
    #[error("this author has no vote under the roll that the proposal asks")]
    NotEntitled,
    /// Rule 28.
    #[error("an objection needs a reason; say why in up to 140 characters")]
    ObjectionWithoutReason,
    /// Rule 29.
    #[error("roll {number} is older than roll {used}, which this book votes under; propose it again under the newest roll")]
    RollOlder {
        /// The number cited.
        number: u32,
        /// The oldest that the book votes under.
        used: u32,
    },
    /// Rule 28.
    #[error("this book has voted in this ballot before; a vote stands")]
    AlreadyVoted,
    /// Rule 30.
    #[error("{votes} votes, or one cited twice or out of order; cite 1 to 600 in ascending order")]
    VotesMalformed {
        /// How many are cited.
        votes: u64,
    },
    /// Rule 30.
    #[error("a page cited is not a vote that counts here; cite votes of this ballot")]
    VoteForeign,
    /// Rule 30.
    #[error("{voter} is counted twice; cite one vote of each voter")]
    VoteDoubled {
        /// Who.
        voter: AgentId,
    },
    /// Rule 30.
    #[error("{counted} votes do not close this ballot, which needs {needed}; wait for more")]
    VotesMissing {
        /// How many count.
        counted: u32,
        /// How many are needed.
        needed: u32,
    },
    /// Rule 32.
    #[error("the decision cited does not set this author's floor")]
    FloorNotDecided,
    /// Rule 32.
    #[error("floor decision {number} is not newer than {used}, which this book has taken over")]
    FloorOlder {
        /// The number cited.
        number: u32,
        /// The number taken over before.
        used: u32,
    },
    /// Rule 60.
    #[error("these two cheques do not show that one page was given twice; bring two different ones of one giver and page")]
    DoubleSpendUnproven,
    /// Rule 61.
    #[error("what is cited does not end that book at that page; cite a proof or the first page of an heir")]
    BarUnfounded,
    /// Rule 61.
    #[error("the end of the book of {agent} is noted already; nothing is to be done")]
    AlreadyBarred {
        /// Whose book.
        agent: AgentId,
    },
    /// Rule 63.
    #[error("the decision cited does not make anything good; cite the one that does")]
    NotMadeGood,
    /// Rule 63.
    #[error("the decision names {holder} to make this good; if somebody else holds the fund now, let the village decide anew")]
    MadeGoodByAnother {
        /// Whom it names.
        holder: AgentId,
    },
    /// Rule 63.
    #[error("this was made good before; nothing more is due")]
    AlreadyMadeGood,
    /// Rule 64.
    #[error("{guardians} guardians of whom {needed} are needed cannot guard a book; name 1 to 8 others, each once, and need more than half")]
    GuardiansMalformed {
        /// How many are named.
        guardians: u64,
        /// How many are needed.
        needed: u32,
    },
    /// Rule 65.
    #[error("a guardian speaks about the lost book and the new key of others; cite the last page of that book")]
    EntrustForeign,
    /// Rule 65.
    #[error("this guardian has spoken about that lost key before; the village can decide instead")]
    AlreadyEntrusted,
    /// Rule 67.
    #[error("the pages cited do not name the guardians of that book; cite its newest page and the one that names them")]
    AppealForeign,
    /// Rule 17.
    #[error("what the page says the book holds is not what follows from the page before")]
    AfterWrong,
    /// Rule 45.
    #[error("a picture of {bytes} bytes is too large; make it smaller, at most 8192 bytes")]
    PictureTooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Rule 45.
    #[error("this is not a WebP, JPEG or PNG picture; choose another")]
    PictureKind,
    /// Rule 45.
    #[error("{skills} skills, or one named twice; name at most 12, each once")]
    SkillsMalformed {
        /// How many.
        skills: u64,
    },
    /// Rule 45.
    #[error("\"{language}\" is no language tag; write one such as en, de or pt-BR")]
    LanguageMalformed {
        /// The tag.
        language: String,
    },
    /// Rule 45.
    #[error("{languages} languages, or one named twice; name at most 8, each once")]
    LanguagesMalformed {
        /// How many.
        languages: u64,
    },
    /// Rule 23.
    #[error("the book cited is not the author's own first page; open your book first")]
    BookForeign,
    /// Rule 46.
    #[error("the profile cited is not the author's own; show your own")]
    ProfileForeign,
    /// Rule 41.
    #[error("no decision cited adopts other rules; cite it, or leave the village without one")]
    CodeNotAdopted,
    /// Rule 41.
    #[error(
        "{account:?} stands at {balance_s} seconds; help somebody or hand over first, then leave"
    )]
    LeavesOwing {
        /// Which account.
        account: Account,
        /// Its balance, in seconds.
        balance_s: i64,
    },
    /// Rule 39.
    #[error("only giver and receiver speak in a dispute about a transfer")]
    NotASide,
    /// Rule 39.
    #[error("the action cited is not a dispute")]
    NotADispute,
    /// Rule 39.
    #[error("a mediator is somebody else, named by both sides; name one, or ask both")]
    MediatorNotNamed,
    /// Rule 38.
    #[error(
        "one confirms somebody else's labour on a project that one worked on; cite both labours"
    )]
    ConfirmationForeign,
    /// Rule 22.
    #[error("nobody joins this village uninvited; ask a steward for an invitation")]
    NotInvited,
    /// Rule 22.
    #[error("{steward} is no steward of this village; ask a steward for an invitation")]
    InvitedByNoSteward {
        /// Who signed the invitation.
        steward: AgentId,
    },
    /// Rule 22.
    #[error("the invitation's signatures do not hold; ask for a new invitation")]
    InvitationForged,
    /// Rule 44.
    #[error(
        "{vouchers} vouchers are not enough, too many, or one twice; ask a steward or more members"
    )]
    VouchersMissing {
        /// How many vouch.
        vouchers: u64,
    },
    /// Rule 24.
    #[error("a link of this kind may not stand here; leave linking to the node")]
    LinkMisplaced,
}

impl Violation {
    /// The stable code: it never changes its meaning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoVillage => "E_NO_VILLAGE",
            Self::CharterFormatUnknown { .. } => "E_CHARTER_FORMAT",
            Self::TextTooLong { .. } => "E_TEXT_TOO_LONG",
            Self::TextControlCharacter => "E_TEXT_CONTROL",
            Self::NameMalformed { .. } => "E_NAME",
            Self::LeviesTooHigh { .. } => "E_LEVIES_TOO_HIGH",
            Self::FloorOutOfRange { .. } => "E_FLOOR_RANGE",
            Self::StewardsMalformed { .. } => "E_STEWARDS",
            Self::VotingMalformed { .. } => "E_VOTING",
            Self::RollTermsMalformed { .. } => "E_ROLL_TERMS",
            Self::RollUnchanged { .. } => "E_ROLL_UNCHANGED",
            Self::RollWithoutSteward => "E_ROLL_WITHOUT_STEWARD",
            Self::RollWrong => "E_ROLL_WRONG",
            Self::TermsMalformed { .. } => "E_TERMS",
            Self::Malformed { .. } => "E_MALFORMED",
            Self::PageImmutable => "E_PAGE_IMMUTABLE",
            Self::OpenedWrongly => "E_OPENED_WRONGLY",
            Self::PageNumberWrong { .. } => "E_PAGE_NUMBER",
            Self::BookFull { .. } => "E_BOOK_FULL",
            Self::PreviousForeign => "E_PREVIOUS_FOREIGN",
            Self::BookClosed => "E_BOOK_CLOSED",
            Self::PageSkipped => "E_PAGE_SKIPPED",
            Self::PolicyUnknown { .. } => "E_POLICY_UNKNOWN",
            Self::PolicyOlder { .. } => "E_POLICY_OLDER",
            Self::AdmissionForeign => "E_ADMISSION_FOREIGN",
            Self::CarryForeign => "E_CARRY_FOREIGN",
            Self::SuccessionForeign => "E_SUCCESSION",
            Self::GuardiansMissing { .. } => "E_GUARDIANS_MISSING",
            Self::NotATransfer => "E_NOT_A_TRANSFER",
            Self::NotTheReceiver => "E_NOT_THE_RECEIVER",
            Self::NotTheGiver => "E_NOT_THE_GIVER",
            Self::NotDeclined => "E_NOT_DECLINED",
            Self::GiverBarred { .. } => "E_BARRED",
            Self::AccountNotHeld { .. } => "E_ACCOUNT_NOT_HELD",
            Self::AmountNotPositive { .. } => "E_AMOUNT_NOT_POSITIVE",
            Self::AmountTooLarge { .. } => "E_AMOUNT_TOO_LARGE",
            Self::SelfTransfer => "E_SELF_TRANSFER",
            Self::CorrectionForeign => "E_CORRECTION",
            Self::NotTheHolder => "E_NOT_THE_HOLDER",
            Self::FundHeld => "E_FUND_HELD",
            Self::SweepMalformed { .. } => "E_SWEEP",
            Self::SweepOfNoPage => "E_SWEEP_OF_NO_PAGE",
            Self::SweepForeign { .. } => "E_SWEEP_FOREIGN",
            Self::NothingToSweep { .. } => "E_NOTHING_TO_SWEEP",
            Self::PaymentMisplaced => "E_PAYMENT_MISPLACED",
            Self::TermOver { .. } => "E_TERM_OVER",
            Self::ProjectUnknown => "E_PROJECT_UNKNOWN",
            Self::ProjectForeign => "E_PROJECT_FOREIGN",
            Self::LabourForeign => "E_LABOUR_FOREIGN",
            Self::LabourUnconfirmed { .. } => "E_LABOUR_UNCONFIRMED",
            Self::OverBudget { .. } => "E_OVER_BUDGET",
            Self::LabourPaid => "E_LABOUR_PAID",
            Self::LineTermsMalformed { .. } => "E_LINE_TERMS",
            Self::LegMisplaced => "E_LINE_LEG",
            Self::WayMalformed { .. } => "E_LINE_WAY",
            Self::LineNotDecided => "E_LINE_NOT_DECIDED",
            Self::LineOlder { .. } => "E_LINE_OLDER",
            Self::LineUnsigned => "E_LINE_UNSIGNED",
            Self::LineNotOpen => "E_LINE_NOT_OPEN",
            Self::SheetStale { .. } => "E_LINE_SHEET",
            Self::KindUnknown { .. } => "E_LINE_KIND",
            Self::IouNumberWrong { .. } => "E_IOU_NUMBER",
            Self::IouForeign => "E_IOU_FOREIGN",
            Self::LineRate { .. } => "E_LINE_RATE",
            Self::LineLimit { .. } => "E_LINE_LIMIT",
            Self::IouSignatureWrong => "E_IOU_SIGNATURE",
            Self::NotPledged => "E_NOT_PLEDGED",
            Self::ReceiptWrong => "E_RECEIPT",
            Self::IouRefusalWrong => "E_IOU_REFUSAL",
            Self::RoundMalformed { .. } => "E_CLEARING",
            Self::RoundUnbalanced { .. } => "E_CLEARING_UNBALANCED",
            Self::RoundForeign => "E_CLEARING_FOREIGN",
            Self::RoundCrossesZero { .. } => "E_CLEARING_CROSSES",
            Self::AlreadyCleared => "E_ALREADY_CLEARED",
            Self::RoundUnsigned => "E_CLEARING_UNSIGNED",
            Self::SplitWrong { .. } => "E_SPLIT_WRONG",
            Self::BalanceOutOfRange { .. } => "E_BALANCE_OUT_OF_RANGE",
            Self::FloorCrossed { .. } => "E_FLOOR_CROSSED",
            Self::ChequeSignatureWrong => "E_CHEQUE_SIGNATURE",
            Self::ProofWrong => "E_PROOF_WRONG",
            Self::AlreadySettled => "E_ALREADY_SETTLED",
            Self::RollUnknown { .. } => "E_ROLL_UNKNOWN",
            Self::NotOnRoll => "E_NOT_ON_ROLL",
            Self::FollowsWrong => "E_FOLLOWS_WRONG",
            Self::BallotNumberWrong { .. } => "E_BALLOT_NUMBER",
            Self::ContentMalformed => "E_CONTENT",
            Self::NotAProposal => "E_NOT_A_PROPOSAL",
            Self::NotEntitled => "E_NOT_ENTITLED",
            Self::ObjectionWithoutReason => "E_OBJECTION_REASON",
            Self::RollOlder { .. } => "E_ROLL_OLDER",
            Self::AlreadyVoted => "E_ALREADY_VOTED",
            Self::VotesMalformed { .. } => "E_VOTES",
            Self::VoteForeign => "E_VOTE_FOREIGN",
            Self::VoteDoubled { .. } => "E_VOTE_DOUBLED",
            Self::VotesMissing { .. } => "E_VOTES_MISSING",
            Self::FloorNotDecided => "E_FLOOR_NOT_DECIDED",
            Self::FloorOlder { .. } => "E_FLOOR_OLDER",
            Self::DoubleSpendUnproven => "E_DOUBLE_SPEND_UNPROVEN",
            Self::BarUnfounded => "E_BAR_UNFOUNDED",
            Self::AlreadyBarred { .. } => "E_ALREADY_BARRED",
            Self::NotMadeGood => "E_NOT_MADE_GOOD",
            Self::MadeGoodByAnother { .. } => "E_MAKE_GOOD_HOLDER",
            Self::AlreadyMadeGood => "E_ALREADY_MADE_GOOD",
            Self::GuardiansMalformed { .. } => "E_GUARDIANS",
            Self::EntrustForeign => "E_ENTRUST",
            Self::AlreadyEntrusted => "E_ALREADY_ENTRUSTED",
            Self::AppealForeign => "E_APPEAL",
            Self::AfterWrong => "E_AFTER_WRONG",
            Self::BookForeign => "E_BOOK_FOREIGN",
            Self::PictureTooLarge { .. } => "E_PICTURE_TOO_LARGE",
            Self::PictureKind => "E_PICTURE_KIND",
            Self::SkillsMalformed { .. } => "E_SKILLS",
            Self::LanguageMalformed { .. } => "E_LANGUAGE",
            Self::LanguagesMalformed { .. } => "E_LANGUAGES",
            Self::ProfileForeign => "E_PROFILE_FOREIGN",
            Self::CodeNotAdopted => "E_CODE_NOT_ADOPTED",
            Self::LeavesOwing { .. } => "E_LEAVES_OWING",
            Self::NotASide => "E_NOT_A_SIDE",
            Self::NotADispute => "E_NOT_A_DISPUTE",
            Self::MediatorNotNamed => "E_MEDIATOR",
            Self::ConfirmationForeign => "E_CONFIRMATION",
            Self::NotInvited => "E_NOT_INVITED",
            Self::InvitedByNoSteward { .. } => "E_INVITED_BY_NO_STEWARD",
            Self::InvitationForged => "E_INVITATION_FORGED",
            Self::VouchersMissing { .. } => "E_VOUCHERS",
            Self::LinkMisplaced => "E_LINK_MISPLACED",
        }
    }

    /// `CODE: sentence`, the form in which refusals travel.
    pub fn refusal(&self) -> String {
        format!("{}: {self}", self.code())
    }
}
