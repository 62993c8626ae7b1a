//! The end of every test: an auditor who knows nothing of the law looks at all
//! pages that each node holds.

use crate::compiled::PASSPHRASE;
use crate::{until, Person, Village};
use commons_credit_audit::{Report, Verdict};
use commons_credit_node::audit::Ledgers;
use commons_credit_node::keystore::judged;

impl Person {
    /// The databases of this person's node, opened beside it.
    async fn ledgers(&self) -> Ledgers {
        let passphrase = judged(PASSPHRASE.to_vec()).expect("a passphrase");
        let folder = self.conductor.db_path().join("databases");
        Ledgers::open(&folder, &passphrase)
            .await
            .expect("the node's own databases")
    }

    async fn report(&self, ledgers: &Ledgers) -> Report {
        let cell = self.village.as_ref().expect("has joined a village");
        let villages = ledgers.villages().await.expect("readable databases");
        let charter = &villages[cell.dna_hash()];
        let report = ledgers.audit(cell.dna_hash(), charter).await;
        report.expect("readable pages")
    }

    /// The audit of what this person's node holds now.
    pub async fn audit(&self) -> Report {
        self.report(&self.ledgers().await).await
    }

    /// Waits until this node holds everything that is cited; a contradiction ends the
    /// test at once.
    pub async fn audit_is_sound(&self) -> Report {
        let ledgers = self.ledgers().await;
        until("everything that is cited", || async {
            let report = self.report(&ledgers).await;
            match report.verdict() {
                Verdict::Sound => Some(report),
                Verdict::Incomplete => None,
                Verdict::Broken => panic!("{}", report.lines().join("\n")),
            }
        })
        .await
    }
}

impl Village {
    /// Everybody's node has the whole village, nothing in it contradicts, and all
    /// hours add up to 0.
    pub async fn audit(&self) {
        for person in &self.people {
            let report = person.audit_is_sound().await;
            assert!(report.pages > 0, "an audit of nothing proves nothing");
            assert_eq!(report.sums.total_s, 0);
        }
    }
}
