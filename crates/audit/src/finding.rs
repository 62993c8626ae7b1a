//! What an audit finds fault with: a stable code, where, what was expected and
//! what stands there instead.

use crate::id::{Account, Id};
use serde::{Serialize, Serializer};
use std::fmt;

/// One contradiction between a page and the rules, or between two pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Who wrote the page.
    pub author: Id,
    /// The page's number, if the page could be read.
    pub number: Option<u64>,
    /// The page.
    pub page: Id,
    /// What is wrong.
    pub kind: Kind,
    /// The account that it is about, if it is about one.
    pub account: Option<Account>,
    /// What the rules ask for.
    pub expected: Value,
    /// What is there.
    pub found: Value,
}

/// What was expected or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing to compare.
    None,
    /// A count, a page number or a version.
    Number(u64),
    /// Seconds of labour.
    Seconds(i128),
    /// Receiver's, State's and Community's part, in seconds.
    Parts([i128; 3]),
    /// A page, an agent or a digest.
    Name(Id),
    /// A word about it.
    Word(&'static str),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $rule:literal, $text:literal;)*) => {
        /// Every kind of finding. Codes never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// All kinds, in the order of the rules.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule of docs/rules.md that is broken; 0 is *Form*.
            pub const fn rule(self) -> u8 {
                match self { $(Self::$name => $rule,)* }
            }

            /// What it means, in a sentence.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// Bytes that are no page.
    Unreadable = "A_UNREADABLE", 0, "the bytes are not a page in its one encoding";
    /// The number is not the next one.
    NumberSkipped = "A_NUMBER_SKIPPED", 1, "the number is not that of the page before plus one";
    /// The page before is not an earlier page of the same chain.
    PreviousForeign = "A_PREVIOUS_FOREIGN", 2, "the page before is not an earlier page by the same author";
    /// Two pages in the place of one.
    Forked = "A_FORKED", 3, "one author wrote two pages in the place of one";
    /// Page 1 that opens nothing, or an opening elsewhere.
    OpenedWrongly = "A_OPENED_WRONGLY", 4, "page 1 opens the book, and no other page does";
    /// Somebody else's admission.
    AdmissionForeign = "A_ADMISSION_FOREIGN", 4, "the admission cited is somebody else's";
    /// A policy that cannot be.
    PolicyUnknown = "A_POLICY_UNKNOWN", 5, "version 0 is the charter, any other version names its decision";
    /// Back to an older policy.
    PolicyOlder = "A_POLICY_OLDER", 5, "the book has used a newer policy before";
    /// Another's account.
    AccountNotHeld = "A_ACCOUNT_NOT_HELD", 6, "the book does not hold this account";
    /// Zero, negative or too much.
    AmountOutOfRange = "A_AMOUNT_RANGE", 7, "an amount is 1 to 3600000000 seconds";
    /// To oneself.
    SelfTransfer = "A_SELF_TRANSFER", 8, "giver and receiver are the same";
    /// Levies that the policy does not ask for.
    SplitWrong = "A_SPLIT_WRONG", 9, "the amount is not shared out as the policy says";
    /// Below the floor.
    FloorCrossed = "A_FLOOR_CROSSED", 10, "giving left the account below its floor";
    /// More than a balance holds.
    BalanceOutOfRange = "A_BALANCE_RANGE", 11, "a balance or a counter is out of range";
    /// A signature by nobody.
    ChequeWrong = "A_CHEQUE_WRONG", 12, "the cheque is not signed by the giver over this page";
    /// A path that does not lead to the place.
    ProofWrong = "A_PROOF_WRONG", 13, "the proof is not the path to the transfer's place";
    /// Deposited, declined or reclaimed a second time.
    SettledTwice = "A_SETTLED_TWICE", 13, "the book has settled this transfer before";
    /// A deposit, decline or reclaim of what is no transfer.
    NotATransfer = "A_NOT_A_TRANSFER", 14, "the page cited is not a transfer";
    /// A transfer to somebody else.
    NotTheReceiver = "A_NOT_THE_RECEIVER", 14, "the transfer is made to somebody else";
    /// A reclaim of somebody else's transfer.
    NotTheGiver = "A_NOT_THE_GIVER", 15, "the transfer was given by somebody else, or by a lost key after its book ended";
    /// A reclaim of what was not declined.
    NotDeclined = "A_NOT_DECLINED", 15, "the page cited is not by the receiver or does not decline this transfer";
    /// A balance that does not follow.
    BalanceWrong = "A_BALANCE_WRONG", 17, "the balance is not what the event makes of the balance before";
    /// A floor that nothing changed.
    FloorWrong = "A_FLOOR_WRONG", 17, "the floor is not the one that the book has";
    /// A levy counter that does not follow.
    EarnedWrong = "A_EARNED_WRONG", 17, "the levy counter is not what the event makes of it";
    /// Accounts that came or went.
    HoldingsWrong = "A_HOLDINGS_WRONG", 17, "the accounts are not those that the book has";
    /// The state names another policy than the page.
    PolicyWrong = "A_POLICY_WRONG", 17, "the state does not name the policy of its page";
    /// A root over something else.
    RootWrong = "A_ROOT_WRONG", 17, "the settled root is not that of what the book has settled";
    /// What the member has received does not follow.
    ReceivedWrong = "A_RECEIVED_WRONG", 17, "what the member has received is not what the event makes of it";
    /// The wrong collector of a levy.
    CollectorWrong = "A_COLLECTOR_WRONG", 33, "the levies are earned for another holder, or from another point on";
    /// Funds that came or went.
    OfficesWrong = "A_OFFICES_WRONG", 17, "the funds are not those that the book holds";
    /// A roll that no vote changed.
    RollWrong = "A_ROLL_WRONG", 17, "the roll that the book votes under is not what the event makes of it";
    /// A decided floor that nothing changed.
    DecidedFloorWrong = "A_DECIDED_FLOOR_WRONG", 17, "the decided floor is not the one that the book took over";
    /// A page number beyond the last.
    BookFull = "A_BOOK_FULL", 19, "a book has at most 268435455 pages";
    /// A second vote in one ballot.
    VotedTwice = "A_VOTED_TWICE", 28, "the book has voted in this ballot before";
    /// A vote under a roll that ended.
    RollOlder = "A_ROLL_OLDER", 29, "the book has voted under a newer roll before";
    /// Somebody else's floor.
    FloorNotDecided = "A_FLOOR_NOT_DECIDED", 32, "the floor was decided for somebody else";
    /// An older floor.
    FloorOlder = "A_FLOOR_OLDER", 32, "the book has taken over a newer floor before";
    /// A fund in the wrong hands.
    NotTheHolder = "A_NOT_THE_HOLDER", 34, "the policy appoints another holder of the fund";
    /// A fund opened twice.
    FundHeld = "A_FUND_HELD", 34, "the book holds the fund already";
    /// Nobody, or too many.
    SweepMalformed = "A_SWEEP", 35, "a sweep cites 1 to 100 pages";
    /// Another holder's levies.
    SweepForeign = "A_SWEEP_FOREIGN", 35, "the page swept earns for another holder";
    /// Swept before.
    NothingToSweep = "A_NOTHING_TO_SWEEP", 35, "the page swept has earned nothing that is still due";
    /// Not from a fund.
    PaymentMisplaced = "A_PAYMENT_MISPLACED", 36, "only a fund pays for labour on a project";
    /// Another fund's or holder's project.
    ProjectForeign = "A_PROJECT_FOREIGN", 36, "the project names another fund or holder";
    /// Somebody else's labour, another project's, or too short.
    LabourForeign = "A_LABOUR_FOREIGN", 36, "the labour is not the receiver's on this project, or is shorter";
    /// Too few confirmations.
    LabourUnconfirmed = "A_LABOUR_UNCONFIRMED", 36, "the labour is not confirmed as the project asks";
    /// More than was decided.
    OverBudget = "A_OVER_BUDGET", 36, "the project's budget is exceeded";
    /// The same labour twice.
    LabourPaid = "A_LABOUR_PAID", 36, "the labour was paid before";
    /// Out of a fund for nothing.
    FundGivenAway = "A_FUND_GIVEN_AWAY", 37, "a fund pays for a project or goes over to its next holder";
    /// After the last page.
    BookClosed = "A_BOOK_CLOSED", 41, "the page before has closed the book";
    /// Gone with debt, or with a fund.
    LeavesOwing = "A_LEAVES_OWING", 41, "the book was left with a debt or with what is not its author's own";
    /// A line's counters that do not follow.
    TallyWrong = "A_TALLY_WRONG", 17, "what the book says of a line is not what the event makes of it";
    /// A line used in another way.
    LegMisplaced = "A_LINE_LEG", 72, "only the legs of a payment across touch a line";
    /// A way that is too long or turns back.
    WayWrong = "A_LINE_WAY", 77, "the way is too long or comes to a village twice";
    /// Another worth than the sheet's.
    RateWrong = "A_LINE_RATE", 73, "the IOU is not what the rate sheet makes of the amount, or is of another sheet or line";
    /// Beyond the limit.
    LimitCrossed = "A_LINE_LIMIT", 73, "more is owed or pledged than the line takes";
    /// An IOU out of its turn.
    IouNumberWrong = "A_IOU_NUMBER", 74, "the IOU is not the next one of its line";
    /// Two villages that do not say the same of an IOU.
    IouDiffers = "A_IOU_DIFFERS", 74, "the neighbour's page says another number, amount or sheet of this IOU";
    /// Two IOUs in the place of one.
    IouIssuedTwice = "A_IOU_TWICE", 74, "the gateway has signed another IOU with this number";
    /// Paid or refused a second time.
    IouTakenTwice = "A_IOU_TAKEN_TWICE", 74, "two pages pay or refuse one IOU";
    /// Hours over a line that were not pledged.
    NotPledged = "A_NOT_PLEDGED", 75, "what arrived or was returned was not pledged before";
    /// Owed over a line for nothing.
    ArrivedUnpaid = "A_ARRIVED_UNPAID", 75, "what arrived here was refused or taken back in the neighbour village";
    /// The accounts of a line.
    LineUneven = "A_LINE_UNEVEN", 75, "the line's account is not what the IOUs of both villages make of it";
    /// Given back, and paid all the same.
    ReturnedPaid = "A_RETURNED_PAID", 76, "what was returned here is deposited in the neighbour village";
    /// A round that does not add up.
    RoundWrong = "A_CLEARING", 78, "the round of clearing is not in its one form, or a village is not freed of what it gives up";
    /// Somebody else's round.
    RoundForeign = "A_CLEARING_FOREIGN", 78, "the round names another gateway of this village, or other lines";
    /// Cleared more than there was.
    RoundCrosses = "A_CLEARING_CROSSES", 78, "clearing took more off a line than was on it";
    /// A round that not all have signed.
    RoundUnsigned = "A_CLEARING_UNSIGNED", 78, "not every gateway of the round has signed it";
    /// Booked a second time.
    ClearedTwice = "A_CLEARED_TWICE", 78, "the book has booked this round before";
    /// Carried from a book that was not closed for other rules.
    CarryForeign = "A_CARRY_FOREIGN", 43, "the page carried over does not close its book for other rules";
    /// The same end noted again.
    BarredTwice = "A_BARRED_TWICE", 61, "the book has noted this end, or an earlier one, before";
    /// Taken from a book that had ended.
    GiverBarred = "A_BARRED", 62, "the book had noted that the giver's ended at an earlier page";
    /// Filled by somebody else than the decision names.
    MadeGoodByAnother = "A_MAKE_GOOD_HOLDER", 63, "the decision names another holder to make this good";
    /// Filled twice.
    MadeGoodTwice = "A_MADE_GOOD_TWICE", 63, "the fund has made this good before";
    /// Guardians that nothing named.
    GuardiansWrong = "A_GUARDIANS_WRONG", 17, "the guardians are not those that the book has named";
    /// A second word about one lost key.
    EntrustedTwice = "A_ENTRUSTED_TWICE", 65, "this guardian has spoken about that lost key before";
    /// Not what the lost book held.
    SuccessionWrong = "A_SUCCESSION_WRONG", 66, "the book does not go on with what the lost one held";
    /// Two heirs of one book.
    SucceededTwice = "A_SUCCEEDED_TWICE", 66, "two keys go on with one book";
    /// A lost key that writes on.
    WrittenAfterEnd = "A_AFTER_END", 66, "the book goes on under another key from an earlier page";
    /// Lost keys that came or went.
    LostKeysWrong = "A_LOST_KEYS_WRONG", 17, "the lost keys are not those whose book goes on here";
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            code: &'static str,
            rule: u8,
            text: &'static str,
            author: &'a Id,
            number: Option<u64>,
            page: &'a Id,
            account: &'a Option<Account>,
            expected: Value,
            found: Value,
        }
        Shape {
            code: self.kind.code(),
            rule: self.kind.rule(),
            text: self.kind.text(),
            author: &self.author,
            number: self.number,
            page: &self.page,
            account: &self.account,
            expected: self.expected,
            found: self.found,
        }
        .serialize(serializer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Seconds(seconds) => serializer.serialize_i128(*seconds),
            Self::Parts(parts) => parts.serialize(serializer),
            Self::Name(name) => name.serialize(serializer),
            Self::Word(word) => serializer.serialize_str(word),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("-"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Parts([receiver, state, community]) => {
                write!(f, "{receiver} s + {state} s + {community} s")
            }
            Self::Name(name) => write!(f, "{name}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.kind.text())?;
        if let Some(account) = self.account {
            write!(f, "; account {account}")?;
        }
        if (self.expected, self.found) != (Value::None, Value::None) {
            write!(f, "; expected {}, found {}", self.expected, self.found)?;
        }
        write!(f, "; page {}", self.page)?;
        if let Some(number) = self.number {
            write!(f, ", number {number}")?;
        }
        write!(f, ", by {}", self.author)
    }
}
