//! The name of a session, as it stands in addresses. It knows nothing of what goes by the name.

mod words;

use std::fmt;
use std::str::FromStr;

use rand::seq::IndexedRandom;

use words::{QUALITIES, THINGS};

/// The most characters of a name.
const MOST: usize = 64;

/// The digits of a secret name: 128 bits.
const SECRET: usize = 32;

/// How many of them are shown.
const SHOWN: usize = 6;

/// A session's name: 1 to 64 letters, digits, `_` or `-` (requirement R9), so that it needs no
/// escaping in an address, a file name or a log line.
///
/// What looks like a secret one is shown by its beginning alone, unless it is asked for as text: who
/// reads a log should not find the key to a terminal in it (requirement R14).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionName(String);

impl SessionName {
    /// The name of the one session that everybody shares.
    pub fn shared() -> Self {
        Self("main".to_owned())
    }

    /// A name by chance that is short and easy to say, such as `amber-fox`: one of 4096.
    pub fn readable() -> Self {
        let mut chance = rand::rng();
        let mut word = |words: &[&'static str; 64]| words.choose(&mut chance).copied();
        let (quality, thing) = (word(&QUALITIES), word(&THINGS));
        Self([quality, thing].map(Option::unwrap_or_default).join("-"))
    }

    /// A name that nobody guesses, of 128 random bits: to know it is to have a right to what goes by
    /// it.
    pub fn secret() -> Self {
        Self(format!("{:0SECRET$x}", rand::random::<u128>()))
    }

    /// This name and a number behind it, for where it is taken; the longest names are cut for it.
    pub fn numbered(&self, number: usize) -> Self {
        let number = format!("-{number}");
        let kept = self.0.get(..MOST - number.len()).unwrap_or(&self.0);
        Self(format!("{kept}{number}"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        let is_secret = self.0.len() == SECRET && self.0.chars().all(is_digit);
        match self.0.get(..SHOWN).filter(|_| is_secret) {
            Some(shown) => write!(f, "{shown}…"),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
        let valid = (1..=MOST).contains(&text.len()) && text.chars().all(allowed);
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
    fn made_names_are_names() {
        for name in [SessionName::readable(), SessionName::secret()] {
            assert_eq!(name.as_str().parse::<SessionName>().unwrap(), name);
        }
        assert!(SessionName::readable().as_str().len() <= 14);
        assert_ne!(SessionName::secret(), SessionName::secret());
        let all = QUALITIES.iter().chain(&THINGS);
        assert!(
            all.clone()
                .all(|word| word.chars().all(|c| c.is_ascii_lowercase()))
        );
        let different: std::collections::HashSet<_> = all.collect();
        assert_eq!(different.len(), 128, "no word is there twice");
    }

    #[test]
    fn r14_of_a_secret_name_no_more_than_its_beginning_is_shown() {
        let name = SessionName::secret();
        let known = name.as_str().parse::<SessionName>().unwrap();
        for shown in [name.to_string(), format!("{name:?}"), known.to_string()] {
            assert_eq!(shown, format!("{}…", &name.as_str()[..6]));
        }
        assert_eq!(SessionName::shared().to_string(), "main");
    }

    #[test]
    fn a_numbered_name_is_a_name() {
        let name = |text: &str| text.parse::<SessionName>().unwrap();
        assert_eq!(name("fox").numbered(2), name("fox-2"));
        assert_eq!(name(&"x".repeat(64)).numbered(10).as_str().len(), 64);
    }

    #[test]
    fn paths_and_control_characters_are_no_names() {
        for text in ["", "../x", "a/b", "a b", "a\0", "ä", &"x".repeat(65)] {
            assert!(text.parse::<SessionName>().is_err(), "{text:?}");
        }
    }
}
