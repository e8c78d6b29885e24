//! The name of a recording, as its file and its address have it. It knows no directory.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use crate::name::SessionName;
use crate::utc;

/// The most characters of a name.
const MOST: usize = 128;

/// The characters of a time, as in `20261120T172651Z`.
const TIME: usize = 16;

/// What a recording goes by: when it was begun (in UTC, so that names sort by it), and the session,
/// such as `20261120T172651Z-main`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingName(String);

impl RecordingName {
    /// What a recording of this session goes by that is begun at this moment. Of a secret name it has
    /// no more than may be shown.
    pub fn new(begun: SystemTime, session: &SessionName) -> Self {
        let shown = session.to_string();
        let session: String = shown.chars().filter(is_allowed).collect();
        Self(format!("{}-{session}", utc::basic(begun)))
    }

    /// The same name with a number, for another recording that was begun in the same second.
    pub fn numbered(&self, number: usize) -> Self {
        Self(format!("{self}-{number}"))
    }

    /// The name without what tells the time: the session's.
    pub fn session(&self) -> &str {
        self.0.get(TIME + 1..).unwrap_or_default()
    }

    /// The name of the recording's file.
    pub fn file(&self) -> String {
        format!("{self}.cast")
    }

    /// The name of the file that holds its summary.
    pub fn summary_file(&self) -> String {
        format!("{self}.json")
    }

    /// The recording whose file has this name, if it is one's.
    pub fn of_file(name: &str) -> Option<Self> {
        name.strip_suffix(".cast")?.parse().ok()
    }
}

impl fmt::Display for RecordingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that is no recording's name.
#[derive(Debug, thiserror::Error)]
#[error("a recording's name is a time and a session's name, such as 20261120T172651Z-main")]
pub struct BadName;

impl FromStr for RecordingName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (time, session) = text.split_at_checked(TIME).ok_or(BadName)?;
        let is_time = time.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
        let session = session.strip_prefix('-').ok_or(BadName)?;
        let is_session = !session.is_empty() && session.chars().all(|c| is_allowed(&c));
        let is_one = is_time && is_session && text.len() <= MOST;
        is_one.then(|| Self(text.to_owned())).ok_or(BadName)
    }
}

/// What may stand in a session's name.
fn is_allowed(c: &char) -> bool {
    c.is_ascii_alphanumeric() || *c == '_' || *c == '-'
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_name_tells_when_and_what() {
        let begun = UNIX_EPOCH + Duration::from_secs(1_795_195_611);
        let name = RecordingName::new(begun, &SessionName::shared());
        assert_eq!(name.to_string(), "20261120T172651Z-main");
        assert_eq!(name.file(), "20261120T172651Z-main.cast");
        assert_eq!(name.session(), "main");
        assert_eq!(RecordingName::of_file(&name.file()), Some(name.clone()));
        let second = name.numbered(2);
        assert_eq!(second.to_string().parse::<RecordingName>().unwrap(), second);
    }

    #[test]
    fn r14_of_a_secret_name_no_more_than_its_beginning_is_in_it() {
        let secret = SessionName::secret();
        let name = RecordingName::new(UNIX_EPOCH, &secret);
        assert_eq!(name.session(), &secret.as_str()[..6]);
        assert!(name.to_string().parse::<RecordingName>().is_ok());
    }

    #[test]
    fn r9_paths_and_foreign_names_are_none() {
        let long = format!("20261120T172651Z-{}", "x".repeat(112));
        for text in [
            "",
            "20261120T172651Z-",
            "20261120T172651Z",
            "20261120T172651Z-../x",
            "../20261120T172651Z-main",
            "20261120T172651Z-a\0",
            "20261120T172651Zämain",
            "2026112ä172651Z-main",
            "demo",
            &long,
        ] {
            assert!(text.parse::<RecordingName>().is_err(), "{text:?}");
        }
    }
}
