//! A village's news as one parcel: what two phones pass on when there is no network at all,
//! as a running code from screen to camera, or as a file (docs/parcels.md, to the byte).
//!
//! A parcel holds operations as nodes exchange them, signed by their authors. Taking one in
//! is what hearing from a peer is: the conductor judges each operation as always, and what
//! it has already is dropped. So a parcel needs no seal, and whoever hands it over no trust.

use crate::conductor::App;
use crate::NodeError;
use axum::body::Bytes;
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use commons_credit_handover::stream::{FrameReader, FrameWriter, FRAGMENT_BYTES, PARCEL_MAX_BYTES};
use commons_credit_handover::Refusal;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::Compression;
use holochain::prelude::{CellId, DnaHash};
use kitsune2_api::{DhtArc, DynSpace, IncomingOp, OpId, Timestamp};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::time::Duration;

/// The version that is written, and the only one that is read.
const VERSION: u8 = 1;
/// Version and village.
const HEAD_BYTES: usize = 1 + DNA_BYTES;
/// A DNA hash without its prefix and its place.
const DNA_BYTES: usize = 32;
/// In front of each operation.
const LENGTH_BYTES: usize = 4;
/// The most bytes that a parcel holds when it is unpacked.
const UNPACKED_MAX_BYTES: usize = 2 * 1024 * 1024;
/// The most operations of one parcel.
const OPERATIONS_MAX: usize = 8_192;
/// Read from the ledger at once.
const READ_AT_ONCE: usize = 64;
/// A day.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// The furthest back that is looked, in days.
pub const DAYS_MAX: u32 = 36_500;
/// The longest text of a parcel: base64.
pub const TEXT_MAX_LETTERS: usize = PARCEL_MAX_BYTES.div_ceil(3) * 4;

/// Why a parcel is not made, or not taken in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ParcelError {
    /// Nothing was written.
    #[error("nothing was written in the last {days} days; look further back")]
    Empty {
        /// How far was looked back.
        days: u32,
    },
    /// Not a number of days that can be looked back.
    #[error("{days} days cannot be looked back; name 1 to {DAYS_MAX}")]
    Days {
        /// What was asked for.
        days: u32,
    },
    /// The member has no book there.
    #[error("the news are of the village {village}, which is not on this node; join it first")]
    Village {
        /// The DNA hash.
        village: String,
    },
    /// No parcel, or not a whole one.
    #[error(
        "the parcel does not read ({cause}); nothing was taken in, have it shown or saved again"
    )]
    Damaged {
        /// What is wrong.
        cause: String,
    },
    /// More than a node takes.
    #[error("the parcel is larger than {max} bytes or {OPERATIONS_MAX} entries; nothing was taken in, ask for news of fewer days")]
    TooLong {
        /// The limit that it crosses, in bytes.
        max: usize,
    },
    /// Written by a newer program.
    #[error("the parcel has version {found}, this program reads {VERSION}; nothing was taken in, install the newer program")]
    Version {
        /// Its version.
        found: u8,
    },
    /// A frame of the running code.
    #[error(transparent)]
    Frame(#[from] Refusal),
}

impl ParcelError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "E_PARCEL_EMPTY",
            Self::Days { .. } => "E_PARCEL_DAYS",
            Self::Village { .. } => "E_PARCEL_VILLAGE",
            Self::Damaged { .. } => "E_PARCEL_DAMAGED",
            Self::TooLong { .. } => "E_PARCEL_TOO_LONG",
            Self::Version { .. } => "E_PARCEL_VERSION",
            Self::Frame(refusal) => refusal.code(),
        }
    }

    fn damaged(cause: impl ToString) -> Self {
        Self::Damaged {
            cause: cause.to_string(),
        }
    }
}

/// A parcel to hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The village's DNA hash.
    pub village: String,
    /// Its name here.
    pub name: String,
    /// Operations in it.
    pub operations: usize,
    /// Older ones of the same days that found no room.
    pub left_out: usize,
    /// Its length.
    pub bytes: usize,
    /// Fragments that its frames are made of.
    pub fragments: usize,
    /// The running code: each fragment once, then as many sums.
    pub frames: Vec<String>,
    /// The parcel itself, in base64url.
    pub file: String,
}

/// What was taken in, to be judged by the conductor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The village's DNA hash.
    pub village: String,
    /// Its name here.
    pub name: String,
    /// Operations, those that were here already as well.
    pub operations: usize,
}

/// How far a running code was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameTaken {
    /// Frames that told something new.
    pub known: usize,
    /// How many of those make the parcel.
    pub fragments: usize,
    /// Set with the last one.
    pub taken: Option<Taken>,
}

/// Reads running codes, one at a time.
#[derive(Debug, Default)]
pub struct Reader(FrameReader);

impl Reader {
    /// Takes a frame; gives the parcel with the last one. A frame of another parcel begins
    /// anew: the camera has turned to another phone.
    fn receive(&mut self, frame: &str) -> Result<(FrameTaken, Option<Vec<u8>>), ParcelError> {
        let received = match self.0.receive(frame) {
            Err(Refusal::FrameOther) => {
                let mut other = FrameReader::default();
                let received = other.receive(frame)?;
                self.0 = other;
                received
            }
            received => received?,
        };
        let spoilt = |_| ParcelError::damaged("a frame was false");
        let parcel = self.0.parcel().map_err(spoilt);
        if !matches!(parcel, Ok(None)) {
            // Read or spoilt: what comes next is another one.
            self.0 = FrameReader::default();
        }
        let progress = FrameTaken {
            known: received.known,
            fragments: received.fragments,
            taken: None,
        };
        Ok((progress, parcel?))
    }
}

/// Packs a village's operations.
fn pack(village: &[u8; DNA_BYTES], operations: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut head = vec![VERSION];
    head.extend_from_slice(village);
    let mut packed = DeflateEncoder::new(head, Compression::best());
    for operation in operations {
        let length = u32::try_from(operation.len()).map_err(io::Error::other)?;
        packed.write_all(&length.to_be_bytes())?;
        packed.write_all(operation)?;
    }
    packed.finish()
}

/// The village, and the operations.
type Unpacked = ([u8; DNA_BYTES], Vec<Vec<u8>>);

/// Unpacks a parcel whole, or refuses it.
fn unpack(parcel: &[u8]) -> Result<Unpacked, ParcelError> {
    if parcel.len() > PARCEL_MAX_BYTES {
        return Err(ParcelError::TooLong {
            max: PARCEL_MAX_BYTES,
        });
    }
    let (head, packed) = parcel
        .split_at_checked(HEAD_BYTES)
        .ok_or_else(|| ParcelError::damaged("it is too short"))?;
    let (version, village) = (head[0], &head[1..]);
    if version != VERSION {
        return Err(ParcelError::Version { found: version });
    }
    let mut village_bytes = [0; DNA_BYTES];
    village_bytes.copy_from_slice(village);
    let mut decoder = DeflateDecoder::new(packed);
    let mut unpacked = Vec::new();
    // One byte more than may be, so that more is noticed.
    let limit = UNPACKED_MAX_BYTES as u64 + 1;
    (&mut decoder)
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(ParcelError::damaged)?;
    let too_long = ParcelError::TooLong {
        max: UNPACKED_MAX_BYTES,
    };
    if unpacked.len() > UNPACKED_MAX_BYTES {
        return Err(too_long);
    }
    if decoder.total_in() != packed.len() as u64 {
        return Err(ParcelError::damaged("something follows its end"));
    }
    let mut operations = Vec::new();
    let mut rest = unpacked.as_slice();
    while !rest.is_empty() {
        let (operation, after) =
            first(rest).ok_or_else(|| ParcelError::damaged("an entry is cut off"))?;
        if operations.len() == OPERATIONS_MAX {
            return Err(too_long);
        }
        operations.push(operation.to_vec());
        rest = after;
    }
    if operations.is_empty() {
        return Err(ParcelError::damaged("nothing is in it"));
    }
    Ok((village_bytes, operations))
}

/// The first operation, and what follows it.
fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (length > 0).then(|| rest.split_at_checked(length))?
}

/// As many of the newest operations as a parcel has room for, the oldest of them first, and
/// how many were left out. `operations` are all, the oldest first.
fn newest_that_fit(
    village: &[u8; DNA_BYTES],
    operations: &[Vec<u8>],
) -> Result<(Vec<u8>, usize), ParcelError> {
    let parts: Vec<&[u8]> = operations.iter().map(Vec::as_slice).collect();
    let fits = |left_out: usize| -> Result<Option<Vec<u8>>, ParcelError> {
        let parcel = pack(village, &parts[left_out..]).map_err(ParcelError::damaged)?;
        Ok((parcel.len() <= PARCEL_MAX_BYTES).then_some(parcel))
    };
    // The fewest that must be left out, by halves: less never takes more room.
    let (mut low, mut high) = (0, parts.len());
    while low < high {
        let middle = (low + high) / 2;
        if fits(middle)?.is_some() {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let parcel = fits(low)?.ok_or(ParcelError::TooLong {
        max: PARCEL_MAX_BYTES,
    })?;
    Ok((parcel, low))
}

/// The news of a village here: what was written in the last `days`.
pub async fn show(app: &App, village: &str, days: u32) -> Result<Parcel, NodeError> {
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(ParcelError::Days { days }.into());
    }
    let (cell, name) = find(app, |dna| dna.to_string() == village)
        .await?
        .ok_or_else(|| ParcelError::Village {
            village: village.chars().take(80).collect(),
        })?;
    let space = space_of(app, &cell).await?;
    let back = DAY.saturating_mul(days);
    let since = (Timestamp::now() - back).unwrap_or(Timestamp::from_micros(0));
    let (operations, passed_over) = newest(&space, since)
        .await
        .map_err(|error| app.failed("reading the news of a village", error))?;
    if operations.is_empty() {
        return Err(ParcelError::Empty { days }.into());
    }
    let id = dna_bytes(cell.dna_hash());
    let found = operations.len();
    let packed = tokio::task::spawn_blocking(move || newest_that_fit(&id, &operations)).await;
    let (parcel, left_out) = packed.map_err(|error| app.failed("packing a parcel", error))??;
    let mut writer = FrameWriter::new(&parcel, FRAGMENT_BYTES).map_err(ParcelError::from)?;
    let fragments = writer.fragments();
    Ok(Parcel {
        village: village.into(),
        name,
        operations: found - left_out,
        left_out: left_out + passed_over,
        bytes: parcel.len(),
        fragments,
        frames: (0..2 * fragments).map(|_| writer.next_frame()).collect(),
        file: BASE64_URL_SAFE_NO_PAD.encode(&parcel),
    })
}

/// Takes one frame of a running code, and the parcel in with the last.
pub async fn take_frame(
    app: &App,
    reader: &tokio::sync::Mutex<Reader>,
    frame: &str,
) -> Result<FrameTaken, NodeError> {
    let (mut progress, parcel) = reader.lock().await.receive(frame)?;
    if let Some(parcel) = parcel {
        progress.taken = Some(take(app, &parcel).await?);
    }
    Ok(progress)
}

/// Takes in a parcel in base64url.
pub async fn take_text(app: &App, text: &str) -> Result<Taken, NodeError> {
    if text.len() > TEXT_MAX_LETTERS {
        let max = PARCEL_MAX_BYTES;
        return Err(ParcelError::TooLong { max }.into());
    }
    let parcel = BASE64_URL_SAFE_NO_PAD
        .decode(text.trim())
        .map_err(ParcelError::damaged)?;
    take(app, &parcel).await
}

async fn take(app: &App, parcel: &[u8]) -> Result<Taken, NodeError> {
    let (id, operations) = unpack(parcel)?;
    let (cell, name) = find(app, |dna| dna_bytes(dna) == id)
        .await?
        .ok_or_else(|| ParcelError::Village {
            village: DnaHash::from_raw_32(id.to_vec()).to_string(),
        })?;
    let space = space_of(app, &cell).await?;
    let count = operations.len();
    let operations = operations.into_iter().map(|operation| IncomingOp {
        // The conductor names them itself, by what is in them.
        op_id: OpId::from(Bytes::new()),
        op_data: operation.into(),
        metadata: None,
    });
    // It decodes all before it takes any.
    let taken = space
        .op_store()
        .process_incoming_ops(operations.collect())
        .await;
    taken.map_err(ParcelError::damaged)?;
    Ok(Taken {
        village: cell.dna_hash().to_string(),
        name,
        operations: count,
    })
}

/// The cell of one village here; the lobby is none.
async fn find(
    app: &App,
    is_it: impl Fn(&DnaHash) -> bool,
) -> Result<Option<(CellId, String)>, NodeError> {
    let cells = app.cells().await?;
    Ok(cells
        .into_iter()
        .skip(1)
        .find(|(cell, _)| is_it(cell.dna_hash())))
}

async fn space_of(app: &App, cell: &CellId) -> Result<DynSpace, NodeError> {
    let kitsune = app.handle().holochain_p2p().test_kitsune();
    let space = kitsune.space_if_exists(cell.dna_hash().to_k2_space()).await;
    space.ok_or_else(|| NodeError::CellUnknown {
        cell: cell.to_string(),
    })
}

/// What was written since then, the oldest first, as far as it can be unpacked again; and
/// how many older ones were passed over.
async fn newest(
    space: &DynSpace,
    since: Timestamp,
) -> Result<(Vec<Vec<u8>>, usize), kitsune2_api::K2Error> {
    let store = space.op_store();
    // To the end of time: a clock that is ahead writes pages as well.
    let until = Timestamp::from_micros(i64::MAX);
    let (names, _) = store
        .retrieve_op_hashes_in_time_slice(DhtArc::FULL, since, until)
        .await?;
    let mut taken: Vec<Vec<u8>> = Vec::new();
    let mut room = UNPACKED_MAX_BYTES;
    let mut rest = names.as_slice();
    'all: while !rest.is_empty() {
        let (before, part) = rest.split_at(rest.len().saturating_sub(READ_AT_ONCE));
        rest = before;
        let mut read: std::collections::HashMap<OpId, Vec<u8>> = store
            .retrieve_ops(part.to_vec())
            .await?
            .into_iter()
            .map(|operation| (operation.op_id, operation.op_data.to_vec()))
            .collect();
        for operation in part.iter().rev().filter_map(|name| read.remove(name)) {
            let needed = LENGTH_BYTES + operation.len();
            if needed > room || taken.len() == OPERATIONS_MAX {
                break 'all;
            }
            room -= needed;
            taken.push(operation);
        }
    }
    let passed_over = names.len() - taken.len();
    taken.reverse();
    Ok((taken, passed_over))
}

fn dna_bytes(dna: &DnaHash) -> [u8; DNA_BYTES] {
    let mut bytes = [0; DNA_BYTES];
    bytes.copy_from_slice(dna.get_raw_32());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, RngCore, SeedableRng};

    const VILLAGE: [u8; DNA_BYTES] = [7; DNA_BYTES];

    fn noise(length: usize, seed: u64) -> Vec<u8> {
        let mut bytes = vec![0; length];
        StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
        bytes
    }

    fn packed(operations: &[Vec<u8>]) -> Vec<u8> {
        let parts: Vec<&[u8]> = operations.iter().map(Vec::as_slice).collect();
        pack(&VILLAGE, &parts).expect("memory is there")
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for operations in [
            vec![vec![0]],
            vec![noise(700, 1), noise(1, 2), noise(70_000, 3)],
            vec![vec![9; 500]; OPERATIONS_MAX / 4],
        ] {
            let parcel = packed(&operations);
            assert_eq!(unpack(&parcel), Ok((VILLAGE, operations)));
        }
    }

    #[test]
    fn a_parcel_begins_with_its_version_and_the_village() {
        let parcel = packed(&[b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(parcel[0], 1);
        assert_eq!(parcel[1..33], VILLAGE);
        let mut plain = Vec::new();
        DeflateDecoder::new(&parcel[33..])
            .read_to_end(&mut plain)
            .expect("raw deflate");
        assert_eq!(plain, b"\0\0\0\x03one\0\0\0\x03two");
    }

    #[test]
    fn what_is_no_parcel_is_refused_with_its_code() {
        let whole = packed(&[noise(300, 1)]);
        let mut newer = whole.clone();
        newer[0] = 2;
        let mut longer = whole.clone();
        longer.push(0);
        let mut cut_entry = DeflateEncoder::new(whole[..33].to_vec(), Compression::best());
        cut_entry.write_all(&[0, 0, 0, 5, 1]).expect("memory");
        let mut empty_entry = DeflateEncoder::new(whole[..33].to_vec(), Compression::best());
        empty_entry.write_all(&[0, 0, 0, 0]).expect("memory");
        let mut bomb = DeflateEncoder::new(whole[..33].to_vec(), Compression::best());
        bomb.write_all(&vec![0; 40 * 1024 * 1024]).expect("memory");
        let bomb = bomb.finish().expect("memory");
        assert!(bomb.len() < PARCEL_MAX_BYTES, "{}", bomb.len());
        for (parcel, code) in [
            (Vec::new(), "E_PARCEL_DAMAGED"),
            (whole[..32].to_vec(), "E_PARCEL_DAMAGED"),
            (whole[..33].to_vec(), "E_PARCEL_DAMAGED"),
            (whole[..200].to_vec(), "E_PARCEL_DAMAGED"),
            (longer, "E_PARCEL_DAMAGED"),
            (packed(&[]), "E_PARCEL_DAMAGED"),
            (cut_entry.finish().expect("memory"), "E_PARCEL_DAMAGED"),
            (empty_entry.finish().expect("memory"), "E_PARCEL_DAMAGED"),
            (newer, "E_PARCEL_VERSION"),
            (bomb, "E_PARCEL_TOO_LONG"),
            (vec![1; PARCEL_MAX_BYTES + 1], "E_PARCEL_TOO_LONG"),
            (
                packed(&vec![vec![1]; OPERATIONS_MAX + 1]),
                "E_PARCEL_TOO_LONG",
            ),
        ] {
            let refusal = unpack(&parcel).expect_err("no parcel");
            assert_eq!(refusal.code(), code, "{} bytes: {refusal}", parcel.len());
        }
        assert!(unpack(&packed(&vec![vec![1]; OPERATIONS_MAX])).is_ok());
    }

    #[test]
    fn noise_is_never_a_panic() {
        let mut random = StdRng::seed_from_u64(5);
        let whole = packed(&[noise(300, 1), vec![4; 200]]);
        for _ in 0..20_000 {
            let mut parcel = whole.clone();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..parcel.len());
                parcel[at] ^= 1 << random.random_range(0..8);
            }
            let _ = unpack(&parcel);
        }
    }

    #[test]
    fn the_newest_go_first_into_a_parcel_and_the_oldest_stay_out() {
        let operations: Vec<Vec<u8>> = (0..400).map(|seed| noise(1_000, seed)).collect();
        let (parcel, left_out) = newest_that_fit(&VILLAGE, &operations).expect("some fit");
        assert!(left_out > 100);
        let kept = operations[left_out..].to_vec();
        assert_eq!(unpack(&parcel), Ok((VILLAGE, kept)));
        let one_more = packed(&operations[left_out - 1..]);
        assert!(one_more.len() > PARCEL_MAX_BYTES);
        let (_, left_out) = newest_that_fit(&VILLAGE, &operations[..10]).expect("all fit");
        assert_eq!(left_out, 0);
    }

    #[test]
    fn a_running_code_gives_the_parcel_and_another_one_begins_anew() {
        let parcels = [packed(&[noise(2_000, 1)]), packed(&[noise(3_000, 2)])];
        let mut writers = parcels
            .each_ref()
            .map(|parcel| FrameWriter::new(parcel, FRAGMENT_BYTES).expect("a size"));
        let mut reader = Reader::default();
        let begun = reader.receive(&writers[0].next_frame()).expect("a frame");
        assert_eq!((begun.0.known, begun.1), (1, None));
        assert_eq!(
            reader
                .receive("UR:CC-PARCEL/1-2/XX")
                .expect_err("none")
                .code(),
            "E_HANDOVER_DAMAGED"
        );
        let mut last = 0;
        let parcel = loop {
            let (progress, parcel) = reader.receive(&writers[1].next_frame()).expect("a frame");
            assert_eq!(progress.known, last + 1);
            last = progress.known;
            if let Some(parcel) = parcel {
                break parcel;
            }
        };
        assert_eq!(parcel, parcels[1]);
        assert_eq!(last, writers[1].fragments());
        // The same once more, from where its sums are.
        let again = reader.receive(&writers[1].next_frame()).expect("a frame");
        assert_eq!((again.0.known, again.1), (1, None));
    }
}
