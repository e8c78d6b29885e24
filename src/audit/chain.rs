//! The chain of hashes that binds each line of the audit log to the one before. It knows lines, not
//! what they say, and no file.
//!
//! A line ends with `,"hash":"H"}`, where H is 64 hexadecimal digits in lower case: the SHA-256 over
//! the digits of the hash of the line before, and all bytes of this line in front of `,"hash":"`.

use std::fmt;
use std::str::FromStr;

use ring::digest::{self, Context};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The digits of a hash.
const DIGITS: usize = 64;

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// That which stands for the line before the first.
    pub const ZERO: Self = Self([0; 32]);
}

impl From<Context> for Hash {
    fn from(context: Context) -> Self {
        let mut bytes = [0; 32];
        let digest: digest::Digest = context.finish();
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 hexadecimal digits, in lower case")]
pub struct BadHash;

impl FromStr for Hash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        if text.len() != DIGITS || !text.chars().all(is_digit) {
            return Err(BadHash);
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or(BadHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| BadHash)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// What stands in a file between two lines of a chain: lines without a hash, or a part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// How much it is, line ends included.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Hash,
}
