//! Stretches of time that Holochain 0.7.1 lays out at a start, when pages of a time to come
//! are on the disk.
//!
//! Gossip compares what nodes hold by sector of the hash space and by stretch of time, of
//! some five days each. At a start it takes, sector by sector, the newest stretch on the
//! disk, or else the oldest page, for the past. One page dated ahead, alone in its sector,
//! or a run with a clock ahead, and it takes the right clock for a wrong one and joins no
//! network: a phone whose clock ran ahead would be locked out for that time, and whoever
//! was sent one of its pages as well. So before every start
//!
//! | what | is done |
//! |---|---|
//! | stretches on the disk | deleted: they are made anew from the pages |
//! | a sector whose oldest page is of a stretch to come | marked with an empty stretch of now, which the layout begins at |
//! | the marks, once the network is joined | deleted: peers have none |
//!
//! | when this node got and last published a page, if that is to come | set to now: peers are told what is new by these times |
//!
//! The pages themselves stay as they are, and count.

use crate::data::DataFolder;
use crate::databases::{dht, Databases};
use crate::keystore::Passphrase;
use crate::NodeError;
use holochain::prelude::{CellId, Timestamp};
use holochain_state::data::{DbWrite, Dht};
use kitsune2_dht::{SECTOR_SIZE, UNIT_TIME};

/// A stretch holds so many units, as a power of two (`Dht::try_from_store`).
const STRETCH_POWER: u32 = 9;
/// The sectors that the hash space falls into.
const SECTORS: u32 = u32::MAX / SECTOR_SIZE + 1;
/// Bytes of an operation's name, which are what marks are combined with.
const NAME_BYTES: usize = 36;
/// This node's own notes of when, none of them signed or sent.
const NOTES: [&str; 4] = [
    "UPDATE ChainOp SET when_integrated = ?1 WHERE when_integrated > ?1",
    "UPDATE WarrantOp SET when_integrated = ?1 WHERE when_integrated > ?1",
    "UPDATE ChainOpPublish SET last_publish_time = NULL WHERE last_publish_time > ?1",
    "UPDATE WarrantPublish SET last_publish_time = NULL WHERE last_publish_time > ?1",
];
const LATER: &str = "SELECT EXISTS (SELECT 1 FROM Action WHERE timestamp > ?) \
     OR EXISTS (SELECT 1 FROM Warrant WHERE timestamp > ?)";

/// Before the conductor starts: see the table above. Names the cells that got marks.
pub async fn lay_out_anew(databases: &Databases) -> Result<Vec<CellId>, NodeError> {
    let now = Timestamp::now();
    let mut ahead = Vec::new();
    for cell in databases.cells().await?.all() {
        let marked = databases.ask(dht(cell.dna_hash()), |database| async move {
            forget(&database, now)
                .await
                .map_err(|error| error.to_string())?;
            mark(database, now).await
        });
        if marked.await?.unwrap_or(0) > 0 {
            ahead.push(cell.clone());
        }
    }
    Ok(ahead)
}

/// Once the network of these cells is joined: deletes the marks.
pub async fn unmark(
    data: &DataFolder,
    passphrase: &Passphrase,
    cells: &[CellId],
) -> Result<(), NodeError> {
    let Some(databases) = Databases::open(data, passphrase).await? else {
        return Ok(());
    };
    for cell in cells {
        let unmarked = databases.ask(dht(cell.dna_hash()), |database| async move {
            let marks = sqlx::query("DELETE FROM SliceHash WHERE hash = ?");
            marks
                .bind([0; NAME_BYTES].as_slice())
                .execute(database.pool())
                .await
        });
        unmarked.await?;
    }
    databases.close().await;
    Ok(())
}

async fn forget(database: &DbWrite<Dht>, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM SliceHash")
        .execute(database.pool())
        .await?;
    for note in NOTES {
        sqlx::query(note)
            .bind(now.as_micros())
            .execute(database.pool())
            .await?;
    }
    Ok(())
}

/// Marks the sectors that hold nothing but what is to come; how many.
async fn mark(database: DbWrite<Dht>, now: Timestamp) -> Result<u32, String> {
    let later: bool = sqlx::query_scalar(LATER)
        .bind(now.as_micros())
        .bind(now.as_micros())
        .fetch_one(database.pool())
        .await
        .map_err(|error| error.to_string())?;
    if !later {
        return Ok(0);
    }
    let store = holochain_state::DhtStore::new(database);
    let mut marked = 0;
    for sector in 0..SECTORS {
        let (from, to) = bounds(sector);
        let oldest = store
            .as_read()
            .earliest_authored_timestamp_in_arc(from, to)
            .await
            .map_err(|error| error.to_string())?;
        if let Some(slice) = oldest.and_then(|oldest| begins_at(oldest, now)) {
            let stored = store.store_slice_hash(from, to, slice, &[0; NAME_BYTES]);
            stored.await.map_err(|error| error.to_string())?;
            marked += 1;
        }
    }
    Ok(marked)
}

/// First and last place of a sector.
fn bounds(sector: u32) -> (u32, u32) {
    let from = sector * SECTOR_SIZE;
    (from, from.saturating_add(SECTOR_SIZE - 1))
}

/// The stretch before that before now, if the oldest page is of one to come.
fn begins_at(oldest: Timestamp, now: Timestamp) -> Option<u64> {
    let (oldest, now) = (stretch(oldest), stretch(now));
    (oldest > now).then(|| now.saturating_sub(2))
}

fn stretch(time: Timestamp) -> u64 {
    let length = UNIT_TIME.as_micros() << STRETCH_POWER;
    let micros = u128::try_from(time.as_micros()).unwrap_or(0);
    u64::try_from(micros / length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_US: i64 = 86_400_000_000;
    const NOW: Timestamp = Timestamp(1_795_754_792_000_000);

    fn after_days(days: i64) -> Timestamp {
        Timestamp(NOW.as_micros() + days * DAY_US)
    }

    #[test]
    fn sectors_cover_the_space_without_a_gap() {
        assert_eq!(bounds(0).0, 0);
        for sector in 1..SECTORS {
            assert_eq!(bounds(sector - 1).1 + 1, bounds(sector).0);
        }
        assert_eq!(bounds(SECTORS - 1).1, u32::MAX);
    }

    #[test]
    fn a_page_of_the_past_or_of_today_needs_no_mark() {
        assert_eq!(begins_at(after_days(-400), NOW), None);
        assert_eq!(begins_at(NOW, NOW), None);
    }

    #[test]
    fn a_page_of_years_to_come_begins_the_layout_before_now() {
        let begins = begins_at(after_days(3_650), NOW).expect("a mark");
        assert_eq!(begins, stretch(NOW) - 2);
        // Stretches up to the mark leave one whole one before now, as at any start.
        let left = stretch(NOW) - (begins + 1);
        assert_eq!(left, 1);
    }

    #[test]
    fn a_page_of_the_next_stretch_needs_one_too() {
        let next = (1..7).find(|days| stretch(after_days(*days)) > stretch(NOW));
        assert!(begins_at(after_days(next.expect("within a week")), NOW).is_some());
    }

    #[test]
    fn a_time_before_the_beginning_is_the_first_stretch() {
        assert_eq!(stretch(Timestamp(-1)), 0);
    }
}
