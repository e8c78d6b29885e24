//! Comparing secrets without telling by the time it takes how much of them was right. It knows
//! nothing of what they are for.

use rand::Rng;
use ring::hmac::{self, HMAC_SHA256, Key, Tag};

/// A key of this process alone: it dies with it, and so does what was made with it.
#[derive(Debug, Clone)]
pub(super) struct Sealer(Key);

impl Sealer {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        Self(Key::new(HMAC_SHA256, &key))
    }

    /// What stands for `text`: of one length, and of no use to whoever reads it.
    pub(super) fn seal(&self, text: &[u8]) -> Seal {
        Seal(hmac::sign(&self.0, text))
    }

    /// Whether `text` is what was sealed; takes the same time for any text of its length
    /// (requirement R6).
    pub(super) fn matches(&self, text: &[u8], seal: &[u8]) -> bool {
        hmac::verify(&self.0, text, seal).is_ok()
    }
}

/// What stands for a secret.
#[derive(Debug, Clone)]
pub(super) struct Seal(Tag);

impl AsRef<[u8]> for Seal {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_a_text_is_compared_by_a_seal_of_one_length_that_only_its_sealer_makes() {
        let (one, other) = (Sealer::new(), Sealer::new());
        let (short, long) = (one.seal(b"a"), one.seal(&[b'a'; 1000]));
        assert_eq!(short.as_ref().len(), long.as_ref().len());
        assert!(one.matches(b"a", short.as_ref()));
        for (text, seal) in [
            (&b"b"[..], short.as_ref()),
            (b"", short.as_ref()),
            (b"a", long.as_ref()),
            (b"a", &short.as_ref()[..31]),
            (b"a", b""),
        ] {
            assert!(!one.matches(text, seal), "{text:?}");
        }
        assert!(!other.matches(b"a", short.as_ref()));
    }
}
