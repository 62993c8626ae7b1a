//! Bytes as digits of another base, exactly.
//!
//! The bytes are one large number, most significant byte first; it is written in
//! the base with as few digits as hold every number of that many bytes, most significant
//! digit first, zeros in front included. So each length in bytes has one length in
//! digits, and a text with a number too large for its length is refused.

/// The letters of a base: distinct ASCII characters, in the order of their value.
#[derive(Debug)]
pub struct Alphabet {
    letters: &'static [u8],
    values: [u8; 128],
}

/// No letter has this value.
const NOT_A_LETTER: u8 = 0xff;

/// Longest input that is encoded, in bytes.
pub const RADIX_MAX_BYTES: usize = 256;
/// Longest text that is looked at, in digits: base 38 for 256 bytes.
pub const RADIX_MAX_DIGITS: usize = 391;

/// For QR codes: letters of their alphanumeric mode that are safe in addresses.
pub const BASE38: Alphabet = Alphabet::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.");

/// For text messages: the ASCII characters that are one septet in the default
/// alphabet of GSM, without blank and quotation marks (phones bend those, and a
/// shell's single quotes hold all others).
pub const BASE83: Alphabet = Alphabet::new(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+,-./:;<=>?@_",
);

impl Alphabet {
    const fn new(letters: &'static [u8]) -> Self {
        let mut values = [NOT_A_LETTER; 128];
        let mut at = 0;
        while at < letters.len() {
            assert!(values[letters[at] as usize] == NOT_A_LETTER);
            values[letters[at] as usize] = at as u8;
            at += 1;
        }
        Self { letters, values }
    }

    /// The letters, by value.
    pub const fn letters(&self) -> &'static [u8] {
        self.letters
    }

    const fn base(&self) -> u32 {
        self.letters.len() as u32
    }

    fn value(&self, letter: u8) -> Option<u32> {
        match self.values.get(usize::from(letter)) {
            None | Some(&NOT_A_LETTER) => None,
            Some(value) => Some(u32::from(*value)),
        }
    }

    /// Is this one of the letters?
    pub fn has(&self, letter: u8) -> bool {
        self.value(letter).is_some()
    }

    /// Digits that hold every number of `length` bytes.
    pub fn digits(&self, length: usize) -> usize {
        let mut power = Number::one();
        let mut digits = 0;
        while power.bytes() <= length {
            power.times_plus(self.base(), 0);
            digits += 1;
        }
        digits
    }

    /// Writes at most [`RADIX_MAX_BYTES`]; nothing for more.
    pub fn encode(&self, bytes: &[u8]) -> Option<String> {
        if bytes.len() > RADIX_MAX_BYTES {
            return None;
        }
        let mut number = Number::from_bytes(bytes);
        let mut letters: Vec<u8> = (0..self.digits(bytes.len()))
            .map(|_| self.letters[number.divide(self.base()) as usize])
            .collect();
        letters.reverse();
        String::from_utf8(letters).ok()
    }

    /// Reads what [`Self::encode`] wrote; nothing for any other text.
    pub fn decode(&self, text: &str) -> Option<Vec<u8>> {
        if text.len() > RADIX_MAX_DIGITS {
            return None;
        }
        let (mut number, mut power) = (Number::zero(), Number::one());
        for letter in text.bytes() {
            number.times_plus(self.base(), self.value(letter)?);
            power.times_plus(self.base(), 0);
        }
        // The power has one byte more than what so many digits always hold.
        let length = power.bytes() - 1;
        if length > RADIX_MAX_BYTES || self.digits(length) != text.len() {
            return None;
        }
        number.to_bytes(length)
    }
}

/// A natural number in 32-bit parts, least significant first, no zero at the end.
struct Number(Vec<u32>);

impl Number {
    fn zero() -> Self {
        Self(Vec::new())
    }

    fn one() -> Self {
        Self(vec![1])
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut number = Self(
            bytes
                .rchunks(4)
                .map(|part| part.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
                .collect(),
        );
        number.trim();
        number
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// How many bytes the number has.
    fn bytes(&self) -> usize {
        let zeros = self.0.last().map_or(0, |top| top.leading_zeros() / 8);
        self.0.len() * 4 - zeros as usize
    }

    fn times_plus(&mut self, factor: u32, plus: u32) {
        let mut carry = u64::from(plus);
        for part in &mut self.0 {
            let product = u64::from(*part) * u64::from(factor) + carry;
            *part = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Divides, and gives what is left over.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut rest = 0u64;
        for part in self.0.iter_mut().rev() {
            let dividend = rest << 32 | u64::from(*part);
            *part = (dividend / u64::from(divisor)) as u32;
            rest = dividend % u64::from(divisor);
        }
        self.trim();
        rest as u32
    }

    /// Exactly `length` bytes; nothing if the number needs more.
    fn to_bytes(&self, length: usize) -> Option<Vec<u8>> {
        if self.bytes() > length {
            return None;
        }
        let mut bytes = vec![0; length];
        for (at, part) in self.0.iter().enumerate() {
            for (offset, byte) in part.to_le_bytes().into_iter().enumerate() {
                // Bytes past the front are zeros of the top part.
                if let Some(place) = length.checked_sub(at * 4 + offset + 1) {
                    bytes[place] = byte;
                }
            }
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_payment_and_its_prefix_are_one_text_message_and_one_small_code() {
        assert_eq!(BASE83.letters().len(), 83);
        assert_eq!(BASE38.letters().len(), 38);
        assert_eq!(4 + BASE83.digits(124), 160);
        // Version 6 of QR at level L holds 195 letters.
        assert_eq!(4 + BASE38.digits(124), 194);
        assert_eq!(BASE38.digits(RADIX_MAX_BYTES), RADIX_MAX_DIGITS);
    }

    #[test]
    fn the_largest_number_of_a_length_fits_and_the_next_is_refused() {
        for alphabet in [&BASE38, &BASE83] {
            for length in 0..=RADIX_MAX_BYTES {
                for fill in [0, 0xff] {
                    let bytes = vec![fill; length];
                    let text = alphabet.encode(&bytes).expect("not too long");
                    assert_eq!(alphabet.decode(&text), Some(bytes));
                }
                let top = char::from(alphabet.letters()[alphabet.letters().len() - 1]);
                let most = top.to_string().repeat(alphabet.digits(length));
                let right = (length == 0).then(Vec::new);
                assert_eq!(alphabet.decode(&most), right);
            }
            assert_eq!(alphabet.encode(&[0; RADIX_MAX_BYTES + 1]), None);
        }
    }
}
