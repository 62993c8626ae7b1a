//! A QR code as modules, for who has no drawing of their own (a terminal, the
//! hub's page).

use crate::refusal::Refusal;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

/// Light modules around a code that readers need.
pub const QUIET_MODULES: usize = 4;

/// A square of modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    size: usize,
    dark: Vec<bool>,
    version: u8,
}

impl Matrix {
    /// The code of a text at the lowest level of correction that is free: a screen
    /// is a clean channel, and small codes are read from further off. Upper-case
    /// texts of this crate use the alphanumeric mode.
    pub fn of(text: &str) -> Result<Self, Refusal> {
        let segments = QrSegment::make_segments(text);
        let code =
            QrCode::encode_segments(&segments, QrCodeEcc::Low).map_err(|_| Refusal::TooLong {
                length: text.len(),
                // Version 40, level L, alphanumeric mode.
                length_max: 4_296,
            })?;
        let size = code.size();
        let modules = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        Ok(Self {
            dark: modules.map(|(x, y)| code.get_module(x, y)).collect(),
            size: usize::try_from(size).unwrap_or_default(),
            version: code.version().value(),
        })
    }

    /// Modules on a side, without the border: 21 to 177.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// QR's version, 1 to 40.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Is this module dark? Those outside are not.
    pub fn dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark[y * self.size + x]
    }

    /// The code with its border in half blocks, two modules to a letter: for a
    /// terminal with dark letters on light ground turned round (light modules are
    /// drawn, so it reads on a dark screen).
    pub fn to_terminal(&self) -> String {
        let side = self.size + 2 * QUIET_MODULES;
        let light = |x: usize, y: usize| {
            let inside = x
                .checked_sub(QUIET_MODULES)
                .zip(y.checked_sub(QUIET_MODULES));
            y < side && !inside.is_some_and(|(x, y)| self.dark(x, y))
        };
        let mut lines = String::new();
        for y in (0..side).step_by(2) {
            for x in 0..side {
                lines.push(match (light(x, y), light(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            lines.push('\n');
        }
        lines
    }
}
