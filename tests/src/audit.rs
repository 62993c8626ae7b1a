//! The end of every test: an auditor who knows nothing of the law looks at all
//! pages that each node holds.

use crate::compiled::PASSPHRASE;
use crate::{until, Person, Village};
use commons_credit_audit::{LineReport, Report, Verdict};
use commons_credit_node::audit::Ledgers;
use commons_credit_node::keystore::judged;
use holochain::prelude::CellId;

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
        self.report_on(ledgers, cell).await
    }

    async fn report_on(&self, ledgers: &Ledgers, cell: &CellId) -> Report {
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

impl Person {
    /// What this node holds now of these villages of theirs, and of the lines between them.
    pub async fn audit_lines(&self, cells: &[CellId]) -> (Vec<Report>, Vec<LineReport>) {
        let ledgers = self.ledgers().await;
        let mut reports = Vec::new();
        for cell in cells {
            reports.push(self.report_on(&ledgers, cell).await);
        }
        let lines = LineReport::all(&reports);
        assert!(!lines.is_empty(), "an audit of no line proves nothing");
        (reports, lines)
    }

    /// Waits until all that is cited in them is here: each village adds up to 0, and both
    /// ends of each line agree. A contradiction ends the test at once.
    pub async fn lines_are_sound(&self, cells: &[CellId]) -> Vec<LineReport> {
        until("both ends of every line", || async {
            let (reports, lines) = self.audit_lines(cells).await;
            let broken = |verdict| verdict == Verdict::Broken;
            if let Some(report) = reports.iter().find(|report| broken(report.verdict())) {
                panic!("{}", report.lines().join("\n"));
            }
            if let Some(line) = lines.iter().find(|line| broken(line.verdict())) {
                panic!("{}", line.lines(["one", "the other"]).join("\n"));
            }
            let all = lines.iter().all(|line| line.verdict() == Verdict::Sound);
            all.then_some(lines)
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
