//! The chain of hashes that binds each line of the audit log to the one before. It knows lines, not
//! what they say, and no file.
//!
//! A line ends with `,"hash":"H"}`, where H is 64 hexadecimal digits in lower case: the SHA-256 over
//! the digits of the hash of the line before, and all bytes of this line in front of `,"hash":"`.

use std::fmt;
use std::str::FromStr;

use ring::digest::{self, Context, SHA256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// What stands between a line's content and its hash.
const MARK: &[u8] = b",\"hash\":\"";

/// What stands behind it.
const END: &[u8] = b"\"}";

/// The digits of a hash.
const DIGITS: usize = 64;

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// That which stands for the line before the first.
    pub const ZERO: Self = Self([0; 32]);

    /// That of a line with this content, behind a line with this hash.
    pub(super) fn link(previous: &Self, content: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(previous.to_string().as_bytes());
        context.update(content);
        Self::from(context)
    }
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

/// A gap that is being read.
pub(super) struct Measure {
    bytes: u64,
    context: Context,
}

impl Measure {
    /// Nothing was read yet.
    pub(super) fn new() -> Self {
        Self {
            bytes: 0,
            context: Context::new(&SHA256),
        }
    }

    /// More was read.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.context.update(bytes);
    }

    /// What was read, if anything was.
    pub(super) fn gap(self) -> Option<Gap> {
        (self.bytes > 0).then(|| Gap {
            bytes: self.bytes,
            sha256: self.context.into(),
        })
    }
}

/// Ends a line, a JSON object without its closing brace, with its hash, and gives that.
pub(super) fn close(previous: &Hash, line: &mut Vec<u8>, content: usize) -> Hash {
    let hash = Hash::link(previous, line.get(content..).unwrap_or_default());
    line.extend_from_slice(MARK);
    line.extend_from_slice(hash.to_string().as_bytes());
    line.extend_from_slice(END);
    hash
}

/// A line, without its end, as its content and its hash; `None` where it has none.
pub(super) fn split(line: &[u8]) -> Option<(&[u8], Hash)> {
    let rest = line.strip_suffix(END)?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let content = rest.strip_suffix(MARK)?;
    let hash = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((content, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_carries_the_hash_over_the_one_before_and_its_content() {
        let mut line = br#"{"seq":1"#.to_vec();
        let hash = close(&Hash::ZERO, &mut line, 0);
        // printf '%064d{"seq":1' 0 | sha256sum
        let expected = "edd7bbf300ddb9d140940b17b11365df850931012f4a356f7a5c3015e0f0d0f2";
        assert_eq!(hash.to_string(), expected);
        let written = format!(r#"{{"seq":1,"hash":"{expected}"}}"#);
        assert_eq!(String::from_utf8(line.clone()).unwrap(), written);
        assert_eq!(split(&line), Some((br#"{"seq":1"#.as_slice(), hash)));
    }

    #[test]
    fn what_is_not_quite_a_chained_line_is_none() {
        let mut line = br#"{"seq":1"#.to_vec();
        close(&Hash::ZERO, &mut line, 0);
        let text = String::from_utf8(line).unwrap();
        assert!(split(text.as_bytes()).is_some());
        let upper = text.replace(|c: char| c.is_ascii_lowercase(), "A");
        for other in [&text[1..], &text[..text.len() - 1], &upper, "", "{}"] {
            let is_content_alone = other == &text[1..];
            assert_eq!(
                split(other.as_bytes()).is_some(),
                is_content_alone,
                "{other}"
            );
        }
    }

    #[test]
    fn a_hash_is_written_as_it_is_read() {
        let text = "0123456789abcdef".repeat(4);
        assert_eq!(text.parse::<Hash>().unwrap().to_string(), text);
        for bad in [
            "",
            "0",
            &text.to_uppercase(),
            &text[1..],
            &format!("{text}0"),
        ] {
            assert_eq!(bad.parse::<Hash>(), Err(BadHash), "{bad}");
        }
    }
}
