//! What a recording is asked for by: the name of its file without `.cast`, whoever gave it. It knows no
//! directory.

use std::fmt;
use std::str::FromStr;

use super::RecordingName;

/// The most characters of an id.
const MOST: usize = 128;

/// What a recording is asked for by. A [`RecordingName`] is one, and so is what somebody called a file of
/// another tool's that he laid beside ours: letters, digits, `_` and `-` (requirement R9).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingId(String);

impl RecordingId {
    /// The id of the recording whose file has this name, if it is one's.
    pub fn of_file(name: &str) -> Option<Self> {
        name.strip_suffix(".cast")?.parse().ok()
    }

    /// The name of the recording's file.
    pub fn file(&self) -> String {
        format!("{self}.cast")
    }

    /// The name of the file that holds its summary.
    pub fn summary_file(&self) -> String {
        format!("{self}.json")
    }

    /// The name that webterm itself gave it, if it did.
    pub fn name(&self) -> Option<RecordingName> {
        self.0.parse().ok()
    }
}

impl fmt::Display for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that is no recording's id.
#[derive(Debug, thiserror::Error)]
#[error("a recording's id has up to 128 letters, digits, _ and -")]
pub struct BadId;

impl FromStr for RecordingId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let is_one = (1..=MOST).contains(&text.len()) && text.chars().all(is_allowed);
        is_one.then(|| Self(text.to_owned())).ok_or(BadId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_of_ours_and_of_others_have_one() {
        let ours = RecordingId::of_file("20261120T172651Z-main.cast").unwrap();
        assert!(ours.name().is_some());
        assert_eq!(ours.summary_file(), "20261120T172651Z-main.json");
        let foreign = RecordingId::of_file("demo.cast").unwrap();
        assert_eq!(
            (foreign.file().as_str(), foreign.name()),
            ("demo.cast", None)
        );
    }

    #[test]
    fn r9_paths_and_strange_names_have_none() {
        let long = format!("{}.cast", "x".repeat(129));
        for name in [
            "",
            ".cast",
            "a",
            "a.json",
            "a.cast.cast",
            ".a.cast",
            "..cast",
            "../a.cast",
            "a/b.cast",
            "a\0.cast",
            "ä.cast",
            "a b.cast",
            "a.CAST",
            "%2e.cast",
            &long,
        ] {
            assert!(RecordingId::of_file(name).is_none(), "{name:?}");
        }
    }
}
