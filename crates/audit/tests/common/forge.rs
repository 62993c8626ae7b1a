//! Falsifies books: what the law would never write, in good form.
#![allow(dead_code)] // Each test file uses its part.

use crate::village::{Village, Written};
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;

impl Village {
    /// The newest page of each book that `fits`; of transfers only those that nobody
    /// has settled.
    pub fn tips(&self, fits: impl Fn(&Page) -> bool) -> Vec<usize> {
        self.places(|written| {
            let is_newest = !self.written.iter().any(|other| {
                other.author == written.author && other.page.number > written.page.number
            });
            is_newest && !self.is_settled(written.id) && fits(&written.page)
        })
    }

    /// Lives on until a tip fits.
    pub fn tip(&mut self, fits: impl Fn(&Page) -> bool) -> usize {
        for _ in 0..10_000 {
            if let Some(at) = self.tips(&fits).pop() {
                return at;
            }
            self.step();
        }
        panic!("no such page came");
    }

    pub fn is_settled(&self, id: ActionId) -> bool {
        let settles = |written: &Written| settled_by(&written.page.event) == Some(id);
        self.written.iter().any(settles)
    }

    /// The page before.
    pub fn before(&self, at: usize) -> usize {
        self.find(self.written[at].page.previous.unwrap())
    }

    /// The newest page of somebody's book.
    pub fn newest(&self, author: AgentId) -> usize {
        let mut own = self.places(|written| written.author == author);
        own.sort_by_key(|at| self.written[*at].page.number);
        own.pop().unwrap()
    }

    /// What a book had settled before a page.
    pub fn tree_before(&self, at: usize) -> Tree {
        let (author, number) = (self.written[at].author, self.written[at].page.number);
        let mut tree = Tree::default();
        for written in &self.written {
            if written.author == author && written.page.number < number {
                if let Some(key) = self.key_of(&written.page.event) {
                    tree.insert(key, Mark::default());
                }
            }
        }
        tree
    }

    /// Where an event's leaf lies in the settled tree, if it has one.
    pub fn key_of(&self, event: &Event) -> Option<Key> {
        match event {
            Event::Vote(vote) => {
                let mut all = self.politics.proposals.iter();
                let put = all.find(|put| put.id == vote.proposal)?;
                Some(Key::of_vote(
                    &crate::village::VILLAGE,
                    &put.proposal.subject,
                    put.proposal.number,
                ))
            }
            other => settled_by(other).map(Key::of_transfer),
        }
    }

    /// A page after the newest of a book whose state is changed by hand, and its place.
    pub fn append_as(
        &mut self,
        author: AgentId,
        event: Event,
        change: impl FnOnce(&mut State),
    ) -> usize {
        let before = self.written[self.newest(author)].clone();
        let mut after = before.page.after.clone();
        change(&mut after);
        self.written.push(Written {
            id: ActionId(self.random.bytes()),
            author,
            sequence: before.sequence + 1,
            page: Page {
                number: before.page.number + 1,
                previous: Some(before.id),
                policy: before.page.policy,
                event,
                after,
            },
        });
        self.written.len() - 1
    }

    /// What a book has settled up to its newest page.
    pub fn tree_of(&self, author: AgentId) -> Tree {
        let newest = self.newest(author);
        let mut tree = self.tree_before(newest);
        if let Some(key) = self.key_of(&self.written[newest].page.event) {
            tree.insert(key, Mark::default());
        }
        tree
    }

    /// The transfer on a page.
    pub fn transfer_at(&mut self, at: usize) -> &mut Transfer {
        match &mut self.written[at].page.event {
            Event::Transfer(transfer) => transfer,
            other => panic!("not a transfer: {other:?}"),
        }
    }

    /// Another amount on a transfer at a tip, everything else in keeping with it.
    pub fn give_instead(&mut self, at: usize, amount_s: i64) {
        let policy = self.policies[self.written[at].page.policy.version as usize].1;
        let before_s = self.written[self.before(at)].page.after.holdings[0]
            .balance_s
            .0;
        let transfer = self.transfer_at(at);
        transfer.amount_s = Seconds(amount_s);
        if let Ok(amount) = Amount::new(Seconds(amount_s)) {
            transfer.split = policy.levies.split(amount);
        }
        self.written[at].page.after.holdings[0].balance_s = Seconds(before_s - amount_s);
    }

    /// A page after the newest of a book, in keeping with it, and its place.
    pub fn append(
        &mut self,
        author: AgentId,
        event: impl FnOnce(settled::Proof) -> Event,
    ) -> usize {
        let newest = self.newest(author);
        let before = self.written[newest].clone();
        let mut tree = self.tree_of(author);
        // The proof is built for what the event settles, so it is built twice.
        let blank = tree.prove(&Key::of_transfer(before.id));
        let mut event = event(blank);
        let mut after = before.page.after.clone();
        if let Some(id) = settled_by(&event) {
            let key = Key::of_transfer(id);
            let right = tree.prove(&key);
            tree.insert(key, Mark::default());
            after.settled = tree.root();
            match &mut event {
                Event::Deposit { proof, .. }
                | Event::Decline { proof, .. }
                | Event::Reclaim { proof, .. } => *proof = right,
                _ => {}
            }
            let transfer = self.written.iter().find(|written| written.id == id);
            let transfer = transfer.and_then(|written| written.page.event.transfer());
            match (&event, transfer) {
                (Event::Deposit { .. }, Some(transfer)) => {
                    after.holdings[0].balance_s.0 += transfer.split.receiver_s.0;
                    after.earned.state_s.0 += transfer.split.state_s.0;
                    after.earned.community_s.0 += transfer.split.community_s.0;
                    after.received.times += 1;
                    after.received.total_s.0 += transfer.split.receiver_s.0;
                }
                (Event::Reclaim { .. }, Some(transfer)) => {
                    after.holdings[0].balance_s.0 += transfer.amount_s.0;
                }
                _ => {}
            }
        }
        let written = Written {
            id: ActionId(self.random.bytes()),
            author,
            sequence: before.sequence + 1,
            page: Page {
                number: before.page.number + 1,
                previous: Some(before.id),
                policy: before.page.policy,
                event,
                after,
            },
        };
        self.written.push(written);
        self.written.len() - 1
    }
}

/// The transfer that an event settles.
pub fn settled_by(event: &Event) -> Option<ActionId> {
    match event {
        Event::Deposit { transfer, .. }
        | Event::Decline { transfer, .. }
        | Event::Reclaim { transfer, .. } => Some(*transfer),
        _ => None,
    }
}
