//! Fixed fields, one after the other. Lengths are checked once, before; so no
//! field can be missing and nothing can be left over.

use crate::refusal::Refusal;
use commons_credit_ledger::page::{FIRST_PAGE, PAGE_NUMBER_MAX};
use commons_credit_ledger::{Amount, Seconds};

/// Bits of a head that tell the form.
const FORM_SHIFT: u32 = 28;
/// The rest of a head.
pub(crate) const HEAD_NUMBER_MAX: u32 = (1 << FORM_SHIFT) - 1;

// A page number and a form share four bytes, and an amount has four of its own.
const _: () = assert!(PAGE_NUMBER_MAX == HEAD_NUMBER_MAX as u64);
const _: () = assert!(commons_credit_ledger::amount::AMOUNT_MAX_S <= u32::MAX as i64);

/// The form that the first byte tells.
pub(crate) const fn form_of(first: u8) -> u8 {
    first >> 4
}

/// Takes fields off the front. Past the end it gives zeros: callers have compared
/// the whole length before.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// `what` and its length are for the refusal.
    pub(crate) fn exactly(
        bytes: &'a [u8],
        length: usize,
        what: &'static str,
    ) -> Result<Self, Refusal> {
        if bytes.len() != length {
            return Err(Refusal::Damaged {
                what,
                length: bytes.len(),
            });
        }
        Ok(Self(bytes))
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> [u8; N] {
        let mut field = [0; N];
        let (head, rest) = self.0.split_at(N.min(self.0.len()));
        field[..head.len()].copy_from_slice(head);
        self.0 = rest;
        field
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.fixed())
    }

    /// The number beside the form.
    pub(crate) fn head(&mut self) -> u32 {
        self.u32() & HEAD_NUMBER_MAX
    }

    /// A page's or an IOU's number: 1 to 268,435,455.
    pub(crate) fn number(&mut self) -> Result<u64, Refusal> {
        number(u64::from(self.head()))
    }

    /// 1 to 3,600,000,000 seconds.
    pub(crate) fn amount(&mut self) -> Result<Amount, Refusal> {
        Ok(Amount::new(Seconds(i64::from(self.u32())))?)
    }
}

/// Judges a number; nothing is number 0.
pub(crate) fn number(number: u64) -> Result<u64, Refusal> {
    match number {
        FIRST_PAGE..=PAGE_NUMBER_MAX => Ok(number),
        _ => Err(Refusal::NotCanonical {
            field: "the number",
        }),
    }
}

/// Form and number in four bytes. The number is one that [`number`] has judged.
pub(crate) fn head(form: u8, number: u64) -> [u8; 4] {
    let number = u32::try_from(number).unwrap_or(u32::MAX) & HEAD_NUMBER_MAX;
    (u32::from(form) << FORM_SHIFT | number).to_be_bytes()
}

/// An amount in four bytes.
pub(crate) fn amount(amount: Amount) -> [u8; 4] {
    // At most 3,600,000,000 (asserted above).
    u32::try_from(amount.seconds())
        .unwrap_or(u32::MAX)
        .to_be_bytes()
}

/// Fields in a row.
pub(crate) fn joined(fields: &[&[u8]]) -> Vec<u8> {
    fields.concat()
}
