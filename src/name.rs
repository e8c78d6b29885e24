//! The name of a session, as it stands in addresses. It knows nothing of what goes by the name.

use std::fmt;
use std::str::FromStr;

/// A session's name: 1 to 64 letters, digits, `_` or `-` (requirement R9), so that it needs no
/// escaping in an address, a file name or a log line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionName(String);

impl SessionName {
    /// The name of the one session that everybody shares.
    pub fn shared() -> Self {
        Self("main".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no session's name.
#[derive(Debug, thiserror::Error)]
#[error("a session's name has 1 to 64 letters, digits, '_' or '-'")]
pub struct BadName;

impl FromStr for SessionName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let valid = (1..=64).contains(&text.len()) && text.chars().all(allowed);
        valid.then(|| Self(text.to_owned())).ok_or(BadName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_is_a_name() {
        for text in ["main", "A-1_b", &"x".repeat(64)] {
            assert_eq!(text.parse::<SessionName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn paths_and_control_characters_are_no_names() {
        for text in ["", "../x", "a/b", "a b", "a\0", "ä", &"x".repeat(65)] {
            assert!(text.parse::<SessionName>().is_err(), "{text:?}");
        }
    }
}
