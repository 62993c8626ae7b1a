//! A tree behind a root that pages state, and the two that a fund has: what was swept
//! of each member, and what was spent on each project.

use crate::finding::{Finding, Kind, Value};
use crate::id::{Account, Id};
use crate::page::Office;
use crate::register::{Place, Register};
use crate::tree::Tree;

/// A tree, as long as everything that went into it is known.
pub(crate) struct Rooted {
    pub tree: Option<Tree>,
    was_wrong: bool,
}

impl Rooted {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        Self {
            tree: Some(Tree::new()),
            was_wrong: false,
        }
    }

    /// Behind a root that was carried over: known only where nothing was in it.
    pub(crate) fn behind(root: Id) -> Self {
        if root == Id([0; 32]) {
            Self::empty()
        } else {
            Self::lost()
        }
    }

    /// Something went in that is not known here: no root is compared any more.
    pub(crate) fn lost() -> Self {
        Self {
            tree: None,
            was_wrong: false,
        }
    }

    /// Compares the root with what a page states (rule 17). A wrong root that later
    /// pages merely carry on is one finding.
    pub(crate) fn compare(
        &mut self,
        place: Place,
        account: Option<Account>,
        before: Id,
        stated: Id,
        register: &mut Register,
    ) {
        let Some(tree) = &self.tree else { return };
        let expected = tree.root();
        let wrong = stated != expected;
        if wrong && !(self.was_wrong && stated == before) {
            let finding =
                place.finding(Kind::RootWrong, Value::Name(expected), Value::Name(stated));
            register.find(Finding { account, ..finding });
        }
        self.was_wrong = wrong;
    }
}

/// A fund's two trees.
pub(crate) struct Ledger {
    pub fund: Account,
    pub swept: Rooted,
    pub spent: Rooted,
}

impl Ledger {
    /// Of a fund that was just opened.
    pub(crate) fn opened(fund: Account) -> Self {
        Self {
            fund,
            swept: Rooted::empty(),
            spent: Rooted::empty(),
        }
    }

    /// Of a fund that was carried over.
    pub(crate) fn behind(office: &Office) -> Self {
        Self {
            fund: office.fund,
            swept: Rooted::behind(office.swept),
            spent: Rooted::behind(office.spent),
        }
    }

    /// Of a fund whose past is not here.
    pub(crate) fn lost(fund: Account) -> Self {
        Self {
            fund,
            swept: Rooted::lost(),
            spent: Rooted::lost(),
        }
    }

    /// Compares both roots.
    pub(crate) fn compare(
        &mut self,
        place: Place,
        before: Option<&Office>,
        stated: &Office,
        register: &mut Register,
    ) {
        let nothing = Id([0; 32]);
        let (swept, spent) = before.map_or((nothing, nothing), |was| (was.swept, was.spent));
        let fund = Some(self.fund);
        self.swept
            .compare(place, fund, swept, stated.swept, register);
        self.spent
            .compare(place, fund, spent, stated.spent, register);
    }
}

/// 0 for the State fund, 1 for the Community fund.
pub(crate) fn index(fund: Account) -> usize {
    usize::from(fund == Account::Community)
}
