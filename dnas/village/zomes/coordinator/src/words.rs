//! Words for one pair of eyes: sealed with both agents' keys, so that the writer
//! can read them again as well. On the ledger stands only a salted hash.

use crate::refusal::{law, Refusal};
use commons_credit_ledger::text::{check_words, Memo, SALT_BYTES};
use commons_credit_ledger::Digest;
use hdk::prelude::*;

const NONCE_BYTES: usize = 24;

/// Words ready to be written: the hash for the ledger, the envelope for a tag.
pub(crate) struct Sealed {
    pub(crate) digest: Option<Digest>,
    pub(crate) envelope: LinkTag,
}

impl Sealed {
    /// No words.
    pub(crate) fn nothing() -> Self {
        Self {
            digest: None,
            envelope: LinkTag::new(Vec::new()),
        }
    }
}

/// Seals words from `me` for `them`; no words make an empty envelope.
pub(crate) fn seal(me: &AgentPubKey, them: &AgentPubKey, words: &str) -> ExternResult<Sealed> {
    let memo = memo(words)?;
    Ok(Sealed {
        digest: memo.as_ref().map(Memo::digest),
        envelope: envelope(me, them, memo.as_ref())?,
    })
}

/// Words with a fresh salt; none if there are none.
pub(crate) fn memo(words: &str) -> ExternResult<Option<Memo>> {
    let words = words.trim();
    check_words(words).map_err(law)?;
    if words.is_empty() {
        return Ok(None);
    }
    let mut salt = [0; SALT_BYTES];
    salt.copy_from_slice(&random_bytes(SALT_BYTES as u32)?);
    Ok(Some(Memo {
        salt,
        words: words.to_owned(),
    }))
}

/// A memo under seal: the same one may go to several readers.
pub(crate) fn envelope(
    me: &AgentPubKey,
    them: &AgentPubKey,
    memo: Option<&Memo>,
) -> ExternResult<LinkTag> {
    let Some(memo) = memo else {
        return Ok(LinkTag::new(Vec::new()));
    };
    let plain = [&memo.salt, memo.words.as_bytes()].concat();
    let sealed = ed_25519_x_salsa20_poly1305_encrypt(me.clone(), them.clone(), plain.into())
        .map_err(|_| Refusal::WordsUnreadable)?;
    Ok(LinkTag::new(
        [
            sealed.as_nonce_ref().as_ref(),
            sealed.as_encrypted_data_ref(),
        ]
        .concat(),
    ))
}

/// Opens an envelope between `me` and `them`, of which the ledger says `digest`;
/// words that do not match it are not shown.
pub(crate) fn unseal(
    me: &AgentPubKey,
    them: &AgentPubKey,
    envelope: &LinkTag,
    digest: Option<Digest>,
) -> Option<String> {
    let digest = digest?;
    let memo = opened(me, them, envelope)?;
    (memo.digest() == digest).then_some(memo.words)
}

/// Opens an envelope of which the ledger says nothing: the reason of a refusal,
/// which moves nothing. Its seal shows that `them` wrote it.
pub(crate) fn unseal_reason(
    me: &AgentPubKey,
    them: &AgentPubKey,
    envelope: &LinkTag,
) -> Option<String> {
    opened(me, them, envelope).map(|memo| memo.words)
}

fn opened(me: &AgentPubKey, them: &AgentPubKey, envelope: &LinkTag) -> Option<Memo> {
    let (nonce, sealed) = envelope.0.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    // Another's bytes: whatever they are, the worst is that no words are shown.
    let plain = ed_25519_x_salsa20_poly1305_decrypt(
        me.clone(),
        them.clone(),
        XSalsa20Poly1305EncryptedData::new(nonce.into(), sealed.to_vec()),
    )
    .ok()?;
    let (salt, words) = plain.as_ref().split_at_checked(SALT_BYTES)?;
    let memo = Memo {
        salt: salt.try_into().ok()?,
        words: std::str::from_utf8(words).ok()?.to_owned(),
    };
    check_words(&memo.words).is_ok().then_some(memo)
}
