//! Fixed-length names: agents, actions, villages, digests, signatures.
//!
//! On the wire they are byte strings (hexadecimal in text formats); a wrong
//! length is refused while decoding.

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes, or nothing when the length is not [`Self::LEN`].
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Lower-case hexadecimal.
            pub fn to_hex(&self) -> String {
                use fmt::Write;
                self.0.iter().fold(String::with_capacity($len * 2), |mut text, byte| {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{byte:02x}");
                    text
                })
            }

            /// Reads exactly `2 * LEN` lower-case hexadecimal digits.
            pub fn from_hex(text: &str) -> Option<Self> {
                if text.len() != $len * 2 {
                    return None;
                }
                let mut bytes = [0u8; $len];
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
                    *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
                }
                Some(Self(bytes))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.to_hex())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(&self.to_hex())
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fixed;
                impl<'de> Visitor<'de> for Fixed {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "{} bytes", $len)
                    }
                    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<$name, E> {
                        $name::from_slice(bytes)
                            .ok_or_else(|| E::invalid_length(bytes.len(), &self))
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::from_hex(text)
                            .ok_or_else(|| E::invalid_length(text.len() / 2, &self))
                    }
                    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<$name, A::Error> {
                        let mut bytes = [0u8; $len];
                        for (at, byte) in bytes.iter_mut().enumerate() {
                            *byte = seq
                                .next_element()?
                                .ok_or_else(|| de::Error::invalid_length(at, &self))?;
                        }
                        match seq.next_element::<u8>()? {
                            None => Ok($name(bytes)),
                            Some(_) => Err(de::Error::invalid_length($len + 1, &self)),
                        }
                    }
                }
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(Fixed)
                } else {
                    deserializer.deserialize_any(Fixed)
                }
            }
        }

        #[cfg(feature = "typescript")]
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;
            fn name(_: &ts_rs::Config) -> String {
                "Uint8Array".into()
            }
            fn inline(_: &ts_rs::Config) -> String {
                "Uint8Array".into()
            }
        }
    };
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fixed_bytes! {
    /// A member: an ed25519 public key.
    AgentId, 32
}
fixed_bytes! {
    /// One action on one chain: the 32-byte core of its hash. Names a page, a
    /// request or an admission.
    ActionId, 32
}
fixed_bytes! {
    /// A village: the 32-byte core of its DNA hash.
    VillageId, 32
}
fixed_bytes! {
    /// Names a receiver and the account to be credited on a cheque.
    ReceiverTag, 12
}
fixed_bytes! {
    /// Names a page on a cheque: the first bytes of its digest.
    PageTag, 16
}
fixed_bytes! {
    /// A SHA-256 digest.
    Digest, 32
}
fixed_bytes! {
    /// The page with which a payment began, as in its cheque.
    PaymentTag, 16
}
fixed_bytes! {
    /// An ed25519 signature.
    SignatureBytes, 64
}
fixed_bytes! {
    /// A cheque as it travels: a payment slip, `docs/cheque-format.md`.
    ChequeBytes, 120
}

impl AgentId {
    /// A place of this agent's own that is not their key: SHA-256 of the domain and the key.
    pub fn place(&self, domain: &str) -> Digest {
        crate::digest::Hasher::new(domain).fixed(&self.0).finish()
    }
}
