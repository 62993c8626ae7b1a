//! Reads MessagePack as the ledger's pages are stored, and nothing else.
//!
//! Rule 0 allows one encoding of each page: fields in their one order, each number
//! in its shortest form, nothing after the end. So this reader expects and never
//! searches: what stands elsewhere or is written longer is an error.

use crate::id::Id;

/// Bytes that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

pub(crate) type Read<T> = Result<T, Unreadable>;

/// A place in bytes that moves on as they are read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

/// Deepest nesting that [`Reader::skip`] follows.
const DEPTH_MAX: usize = 32;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Nothing may follow.
    pub(crate) fn end(&self) -> Read<()> {
        self.0.is_empty().then_some(()).ok_or(Unreadable)
    }

    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Unreadable)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn big_endian(&mut self, width: usize) -> Read<u64> {
        let number = |so_far: u64, byte: &u8| so_far << 8 | u64::from(*byte);
        Ok(self.take(width)?.iter().fold(0, number))
    }

    /// A map of exactly `fields` entries.
    pub(crate) fn map(&mut self, fields: u8) -> Read<()> {
        (self.byte()? == 0x80 | fields)
            .then_some(())
            .ok_or(Unreadable)
    }

    /// The same with `least` to `most` fields: some are left out where they say nothing.
    pub(crate) fn map_of(&mut self, least: u8, most: u8) -> Read<u8> {
        let fields = self.byte()?.wrapping_sub(0x80);
        (least..=most)
            .contains(&fields)
            .then_some(fields)
            .ok_or(Unreadable)
    }

    /// Whether this name comes next; it is read if so.
    pub(crate) fn next_is(&mut self, name: &str) -> bool {
        let mut ahead = *self;
        let is = ahead.word() == Ok(name);
        if is {
            *self = ahead;
        }
        is
    }

    /// The number of elements in the array that begins here.
    pub(crate) fn array(&mut self) -> Read<usize> {
        match self.byte()? {
            short @ 0x90..=0x9f => Ok(usize::from(short & 0x0f)),
            0xdc => match self.big_endian(2)? {
                count @ 16.. => Ok(count as usize),
                _ => Err(Unreadable),
            },
            _ => Err(Unreadable),
        }
    }

    /// A text of at most 31 bytes: all names of fields and variants are.
    pub(crate) fn word(&mut self) -> Read<&'a str> {
        match self.byte()? {
            short @ 0xa0..=0xbf => {
                let bytes = self.take(usize::from(short & 0x1f))?;
                std::str::from_utf8(bytes).map_err(|_| Unreadable)
            }
            _ => Err(Unreadable),
        }
    }

    /// A text of any length that a page has, in its shortest form.
    pub(crate) fn text(&mut self) -> Read<&'a str> {
        let length = match self.0.first() {
            Some(0xa0..=0xbf) => return self.word(),
            Some(0xd9) => (1, 32),
            Some(0xda) => (2, 256),
            _ => return Err(Unreadable),
        };
        self.byte()?;
        let (width, least) = length;
        let length = self.big_endian(width)?;
        if length < least {
            return Err(Unreadable);
        }
        let bytes = self.take(length as usize)?;
        std::str::from_utf8(bytes).map_err(|_| Unreadable)
    }

    /// The name of the next field.
    pub(crate) fn field(&mut self, name: &str) -> Read<()> {
        (self.word()? == name).then_some(()).ok_or(Unreadable)
    }

    /// An enum's variant: a bare word, or a map of one entry whose value follows.
    pub(crate) fn variant(&mut self) -> Read<(&'a str, bool)> {
        let has_value = self.0.first() == Some(&0x81);
        if has_value {
            self.byte()?;
        }
        Ok((self.word()?, has_value))
    }

    fn fixed<const N: usize>(&mut self) -> Read<&'a [u8; N]> {
        let head = self.take(2)?;
        if head != [0xc4, N as u8] {
            return Err(Unreadable);
        }
        self.take(N)?.try_into().map_err(|_| Unreadable)
    }

    /// 32 bytes.
    pub(crate) fn id(&mut self) -> Read<Id> {
        self.fixed::<32>().copied().map(Id)
    }

    /// A tag of this length.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.fixed::<N>().copied()
    }

    /// 64 bytes.
    pub(crate) fn signature(&mut self) -> Read<[u8; 64]> {
        self.fixed::<64>().copied()
    }

    /// Nothing, or what `read` reads.
    pub(crate) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<Option<T>> {
        if self.0.first() == Some(&0xc0) {
            self.byte()?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// A number of zero or more, in its shortest form.
    pub(crate) fn unsigned(&mut self) -> Read<u64> {
        let (number, least) = match self.byte()? {
            small @ 0..=0x7f => (u64::from(small), 0),
            0xcc => (self.big_endian(1)?, 1 << 7),
            0xcd => (self.big_endian(2)?, 1 << 8),
            0xce => (self.big_endian(4)?, 1 << 16),
            0xcf => (self.big_endian(8)?, 1 << 32),
            _ => return Err(Unreadable),
        };
        (number >= least).then_some(number).ok_or(Unreadable)
    }

    /// The same, of at most 32 bits.
    pub(crate) fn unsigned_32(&mut self) -> Read<u32> {
        u32::try_from(self.unsigned()?).map_err(|_| Unreadable)
    }

    /// Any whole number of 64 bits, in its shortest form.
    pub(crate) fn signed(&mut self) -> Read<i64> {
        let (width, most) = match self.0.first() {
            Some(0xe0..=0xff) => return Ok(i64::from(self.byte()? as i8)),
            Some(0xd0) => (1, -33),
            Some(0xd1) => (2, i64::from(i8::MIN) - 1),
            Some(0xd2) => (4, i64::from(i16::MIN) - 1),
            Some(0xd3) => (8, i64::from(i32::MIN) - 1),
            _ => return i64::try_from(self.unsigned()?).map_err(|_| Unreadable),
        };
        self.byte()?;
        let unused_bits = 64 - 8 * width as u32;
        let number = ((self.big_endian(width)? << unused_bits) as i64) >> unused_bits;
        (number <= most).then_some(number).ok_or(Unreadable)
    }

    /// Steps over one value of any kind: an event of a later law.
    pub(crate) fn skip(&mut self) -> Read<()> {
        self.skip_within(DEPTH_MAX)
    }

    fn skip_within(&mut self, depth: usize) -> Read<()> {
        let within = depth.checked_sub(1).ok_or(Unreadable)?;
        let head = self.byte()?;
        let (bytes, values) = match head {
            0x00..=0x7f | 0xc0 | 0xc2 | 0xc3 | 0xe0..=0xff => (0, 0),
            0x80..=0x8f => (0, 2 * u64::from(head & 0x0f)),
            0x90..=0x9f => (0, u64::from(head & 0x0f)),
            0xa0..=0xbf => (u64::from(head & 0x1f), 0),
            0xc4 | 0xd9 => (self.big_endian(1)?, 0),
            0xc5 | 0xda => (self.big_endian(2)?, 0),
            0xcc | 0xd0 => (1, 0),
            0xcd | 0xd1 => (2, 0),
            0xce | 0xd2 => (4, 0),
            0xcf | 0xd3 => (8, 0),
            0xdc => (0, self.big_endian(2)?),
            0xde => (0, 2 * self.big_endian(2)?),
            // Larger things, floats and extensions stand on no page.
            _ => return Err(Unreadable),
        };
        self.take(usize::try_from(bytes).map_err(|_| Unreadable)?)?;
        (0..values).try_for_each(|_| self.skip_within(within))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every edge between two widths, and both ends.
    fn edges() -> Vec<i64> {
        let mut numbers = vec![0, i64::MIN, i64::MAX];
        for bits in [5, 7, 8, 15, 16, 31, 32] {
            let edge = 1_i64 << bits;
            for number in [edge - 1, edge, edge + 1] {
                numbers.extend([number, -number]);
            }
        }
        numbers
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for number in edges() {
            let bytes = rmp_serde::to_vec(&number).expect("bytes");
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.signed(), Ok(number), "{number}");
            assert_eq!(reader.end(), Ok(()));
            let unsigned = u64::try_from(number).map_err(|_| Unreadable);
            assert_eq!(Reader::new(&bytes).unsigned(), unsigned, "{number}");
        }
        let largest = rmp_serde::to_vec(&u64::MAX).expect("bytes");
        assert_eq!(Reader::new(&largest).unsigned(), Ok(u64::MAX));
        assert_eq!(Reader::new(&largest).signed(), Err(Unreadable));
    }

    #[test]
    fn longer_forms_of_numbers_are_refused() {
        for long in [
            &[0xcc, 0x7f][..],
            &[0xcd, 0, 0xff],
            &[0xce, 0, 0, 0xff, 0xff],
            &[0xcf, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
            &[0xd0, 0xe0],
            &[0xd0, 1],
            &[0xd1, 0xff, 0x80],
            &[0xd2, 0xff, 0xff, 0x80, 0],
            &[0xd3, 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0],
        ] {
            assert_eq!(Reader::new(long).signed(), Err(Unreadable), "{long:x?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_refused() {
        let bytes = rmp_serde::to_vec(&300).expect("bytes");
        assert_eq!(Reader::new(&bytes[..2]).signed(), Err(Unreadable));
        assert_eq!(Reader::new(&bytes).end(), Err(Unreadable));
        assert_eq!(Reader::new(&[0xc4, 32, 1]).id(), Err(Unreadable));
        assert_eq!(Reader::new(&[0xc4, 31]).id(), Err(Unreadable));
        assert_eq!(Reader::new(&[0xdc, 0, 15]).array(), Err(Unreadable));
        assert_eq!(Reader::new(&[0xdc, 0, 16]).array(), Ok(16));
    }

    #[test]
    fn stepping_over_ends_where_the_value_does_and_never_digs_too_deep() {
        let value = ("word", vec![1_u64, 1 << 40], Some(-70_000), [true; 20]);
        let bytes = rmp_serde::to_vec(&value).expect("bytes");
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.skip(), Ok(()));
        assert_eq!(reader.end(), Ok(()));
        assert_eq!(Reader::new(&[0x91; 31]).skip(), Err(Unreadable));
        assert_eq!(
            Reader::new(&[&[0x91; 31][..], &[0]].concat()).skip(),
            Ok(())
        );
        assert_eq!(
            Reader::new(&[&[0x91; 32][..], &[0]].concat()).skip(),
            Err(Unreadable)
        );
    }
}
