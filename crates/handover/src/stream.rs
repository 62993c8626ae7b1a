//! Parcels too large for one QR code: an endless row of frames, of which any
//! sufficient handful gives the parcel back. Lost frames are not asked for again.
//!
//! Frames are Uniform Resources (`ur:cc-parcel/…`, crate `ur`), so that other
//! programs can read them: first every fragment once, then sums of several. The crate's
//! own reader takes a sum only when all but one of its fragments are known. Ours
//! solves the sums as linear equations and uses each one in full: see
//! `docs/decisions/` for what that saves.

use crate::refusal::Refusal;
use minicbor::Decoder;
use ur::fountain::Part;
use ur::ur::Kind;

/// UR's name for a parcel.
pub const PARCEL_TYPE: &str = "cc-parcel";
/// The largest parcel, in bytes.
pub const PARCEL_MAX_BYTES: usize = 256 * 1024;
/// The most fragments of one parcel.
pub const FRAGMENTS_MAX: usize = 1_024;
/// The smallest fragment that may be asked for, in bytes.
pub const FRAGMENT_MIN_BYTES: usize = 16;
/// The largest, in bytes: a code of version 27, about what a phone reads off a phone.
pub const FRAGMENT_MAX_BYTES: usize = 1_000;
/// A good size, in bytes: a code of version 14.
pub const FRAGMENT_BYTES: usize = 280;
/// The longest frame that is looked at, in letters.
pub const FRAME_MAX_LETTERS: usize = 2 * (FRAGMENT_MAX_BYTES + 28) + 40;

const _: () = assert!(FRAGMENT_BYTES * FRAGMENTS_MAX >= PARCEL_MAX_BYTES);

/// Cuts a parcel into frames.
pub struct FrameWriter {
    encoder: ur::Encoder<'static>,
}

impl std::fmt::Debug for FrameWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameWriter")
            .field("fragments", &self.fragments())
            .field("shown", &self.encoder.current_index())
            .finish()
    }
}

impl FrameWriter {
    /// Takes 1 to [`PARCEL_MAX_BYTES`] bytes, in fragments of at most
    /// `fragment_bytes` ([`FRAGMENT_MIN_BYTES`] to [`FRAGMENT_MAX_BYTES`]).
    pub fn new(parcel: &[u8], fragment_bytes: usize) -> Result<Self, Refusal> {
        if !(FRAGMENT_MIN_BYTES..=FRAGMENT_MAX_BYTES).contains(&fragment_bytes) {
            return Err(Refusal::FragmentLength {
                length: fragment_bytes,
                length_min: FRAGMENT_MIN_BYTES,
                length_max: FRAGMENT_MAX_BYTES,
            });
        }
        let length_max = PARCEL_MAX_BYTES.min(FRAGMENTS_MAX * fragment_bytes);
        let refused = Refusal::ParcelLength {
            length: parcel.len(),
            length_max,
        };
        if parcel.is_empty() || parcel.len() > length_max {
            return Err(refused);
        }
        let encoder = ur::Encoder::new(parcel, fragment_bytes, PARCEL_TYPE).map_err(|_| refused)?;
        Ok(Self { encoder })
    }

    /// How many fragments the parcel has.
    pub fn fragments(&self) -> usize {
        self.encoder.fragment_count()
    }

    /// The next frame, upper-case: QR's alphanumeric mode.
    pub fn next_frame(&mut self) -> String {
        // Encoding five numbers and bytes into memory cannot fail.
        let frame = self.encoder.next_part().unwrap_or_default();
        frame.to_ascii_uppercase()
    }
}

/// How far a parcel has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Frames that told something new.
    pub known: usize,
    /// How many of those make the parcel.
    pub fragments: usize,
}

/// What all frames of one parcel have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    fragments: usize,
    parcel_bytes: usize,
    fragment_bytes: usize,
    checksum: u32,
}

/// Puts a parcel together again.
#[derive(Debug, Default)]
pub struct FrameReader {
    shape: Option<Shape>,
    equations: Vec<Option<Equation>>,
    known: usize,
}

/// The sum (exclusive or) of some fragments.
#[derive(Debug)]
struct Equation {
    /// Bit `i` of the row: fragment `i` is in the sum.
    fragments: Vec<u64>,
    sum: Vec<u8>,
}

impl FrameReader {
    /// Takes one frame, in any order and any number of times. After the last
    /// needed one, [`Self::parcel`] gives the parcel. A refused frame changes nothing.
    pub fn receive(&mut self, frame: &str) -> Result<Progress, Refusal> {
        let (shape, fragments, sum) = read_frame(frame)?;
        match self.shape {
            None => {
                self.equations.resize_with(shape.fragments, || None);
                self.shape = Some(shape);
            }
            Some(known) if known != shape => return Err(Refusal::FrameOther),
            Some(_) => {}
        }
        self.add(Equation { fragments, sum });
        Ok(Progress {
            known: self.known,
            fragments: shape.fragments,
        })
    }

    /// The parcel, when enough has come. Refused as damaged when its checksum does not
    /// hold: then begin anew, for one of the frames was false.
    pub fn parcel(&self) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(shape) = self.shape.filter(|shape| shape.fragments == self.known) else {
            return Ok(None);
        };
        let damaged = Refusal::Damaged {
            what: "parcel",
            length: shape.parcel_bytes,
        };
        let mut parcel = self.solve(shape).concat();
        if parcel.len() < shape.parcel_bytes {
            return Err(damaged);
        }
        let padding = parcel.split_off(shape.parcel_bytes);
        if padding.iter().any(|byte| *byte != 0) || CRC.checksum(&parcel) != shape.checksum {
            return Err(damaged);
        }
        Ok(Some(parcel))
    }

    /// Takes away what is known already; what is left is new, or nothing.
    fn add(&mut self, mut equation: Equation) {
        while let Some(first) = equation.first() {
            match self.equations.get_mut(first) {
                Some(Some(known)) => equation.subtract(known),
                Some(place) => {
                    *place = Some(equation);
                    self.known += 1;
                    return;
                }
                None => return,
            }
        }
    }

    /// Every fragment, from the last to the first: an equation has its own fragment
    /// and later ones.
    fn solve(&self, shape: Shape) -> Vec<Vec<u8>> {
        let mut solved: Vec<Vec<u8>> = vec![Vec::new(); shape.fragments];
        for (at, equation) in self.equations.iter().enumerate().rev() {
            let Some(equation) = equation else { continue };
            let mut fragment = equation.sum.clone();
            for (later, data) in solved.iter().enumerate().skip(at + 1) {
                if equation.has(later) {
                    add_bytes(&mut fragment, data);
                }
            }
            solved[at] = fragment;
        }
        solved
    }
}

impl Equation {
    fn first(&self) -> Option<usize> {
        let word = self.fragments.iter().position(|word| *word != 0)?;
        Some(word * 64 + self.fragments[word].trailing_zeros() as usize)
    }

    fn has(&self, fragment: usize) -> bool {
        self.fragments[fragment / 64] >> (fragment % 64) & 1 == 1
    }

    fn subtract(&mut self, other: &Self) {
        for (word, other) in self.fragments.iter_mut().zip(&other.fragments) {
            *word ^= other;
        }
        add_bytes(&mut self.sum, &other.sum);
    }
}

fn add_bytes(sum: &mut [u8], other: &[u8]) {
    for (byte, other) in sum.iter_mut().zip(other) {
        *byte ^= other;
    }
}

const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// Reads one frame within limits: the crate's own reader would make lists as long as
/// a frame claims.
fn read_frame(frame: &str) -> Result<(Shape, Vec<u64>, Vec<u8>), Refusal> {
    let damaged = || Refusal::Damaged {
        what: "frame",
        length: frame.len(),
    };
    if frame.len() > FRAME_MAX_LETTERS {
        return Err(Refusal::TooLong {
            length: frame.len(),
            length_max: FRAME_MAX_LETTERS,
        });
    }
    let lower = frame.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix("ur:").ok_or_else(damaged)?;
    let (name, rest) = rest.split_once('/').ok_or_else(damaged)?;
    if name != PARCEL_TYPE {
        return Err(Refusal::FrameOther);
    }
    let (place, _) = rest.split_once('/').ok_or_else(damaged)?;
    let (Kind::MultiPart, cbor) = ur::decode(&lower).map_err(|_| damaged())? else {
        return Err(damaged());
    };
    let (sequence, shape) = read_numbers(&cbor).ok_or_else(damaged)?;
    if place != format!("{sequence}-{}", shape.fragments) {
        return Err(damaged());
    }
    let part: Part = minicbor::decode(&cbor).map_err(|_| damaged())?;
    let mut fragments = vec![0; shape.fragments.div_ceil(64)];
    for fragment in part.indexes() {
        fragments[fragment / 64] |= 1 << (fragment % 64);
    }
    Ok((shape, fragments, part.data().to_vec()))
}

/// Sequence number and shape; nothing when they are out of range or do not fit
/// each other.
fn read_numbers(cbor: &[u8]) -> Option<(u32, Shape)> {
    let mut decoder = Decoder::new(cbor);
    if decoder.array().ok()? != Some(5) {
        return None;
    }
    let sequence = decoder.u32().ok()?;
    let mut number = || usize::try_from(decoder.u32().ok()?).ok();
    let (fragments, parcel_bytes) = (number()?, number()?);
    let checksum = decoder.u32().ok()?;
    let fragment_bytes = decoder.bytes().ok()?.len();
    let fits = sequence > 0
        && decoder.position() == cbor.len()
        && (1..=FRAGMENTS_MAX).contains(&fragments)
        && (1..=PARCEL_MAX_BYTES).contains(&parcel_bytes)
        && (1..=FRAGMENT_MAX_BYTES).contains(&fragment_bytes)
        && parcel_bytes.div_ceil(fragment_bytes) == fragments;
    fits.then_some((
        sequence,
        Shape {
            fragments,
            parcel_bytes,
            fragment_bytes,
            checksum,
        },
    ))
}
