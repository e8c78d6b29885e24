//! What is told of a recording without playing it, as it lies in a file of its own beside it: JSON.
//! It knows no directory.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::screen::Picture;

/// The most of those who typed that are told: where nobody logs in, whoever comes back is another one.
pub(super) const MOST_WHO: usize = 50;

/// The largest picture that is kept, in bytes of JSON: ten times what a busy screen takes.
pub(super) const LARGEST_STILL: usize = 128 * 1024;

/// What is told of a recording. Whatever a file lacks is as by default, and what it has besides is
/// passed over, so that versions of webterm understand each other's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The session's name, as it may be shown.
    pub session: String,
    /// The command that ran, as a person would type it.
    pub command: String,
    /// The title that its program gave last; empty where it gave none.
    pub title: String,
    /// When it was begun, in seconds since 1970 (UTC).
    pub begun: u64,
    /// From the beginning to the last event, in seconds.
    pub length: f64,
    /// The terminal's width in the end, in columns.
    pub cols: u16,
    /// The terminal's height in the end, in rows.
    pub rows: u16,
    /// The size of the recording's file, in bytes.
    pub bytes: u64,
    /// Who typed, in the order in which they did so first.
    pub who: Vec<String>,
    /// Whether it holds what was typed.
    pub input: bool,
    /// How it ended; none as long as it goes on, or where a crash cut it off.
    pub end: Option<End>,
    /// What was seen in the end, where that is not too much to be kept.
    pub screen: Option<Picture>,
    /// The SHA-256 of the recording's file in hexadecimal digits, where that was reckoned.
    pub sha256: Option<String>,
}

/// How a recording ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// With the command, whose status this is: its own, or 128 and the signal's number.
    Exit(u8),
    /// Before the command, for this reason.
    Incomplete(String),
}

impl Summary {
    /// What a summary's file tells; `None` where it is none.
    pub fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// What is written into a summary's file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }

    /// Adds somebody who typed, if he did not before, and there are not very many already.
    pub fn add_who(&mut self, name: &str) {
        if self.who.len() < MOST_WHO && !self.who.iter().any(|known| known == name) {
            self.who.push(name.to_owned());
        }
    }

    /// Keeps what is seen in the end, unless it is too much.
    pub fn set_screen(&mut self, picture: Picture) {
        let bytes = serde_json::to_string(&picture).map_or(usize::MAX, |json| json.len());
        self.screen = (bytes <= LARGEST_STILL).then_some(picture);
    }

    /// From the beginning to the last event.
    pub fn set_length(&mut self, length: Duration) {
        self.length = length.as_secs_f64();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let summary = Summary {
            session: "main".to_owned(),
            length: 1.5,
            who: vec!["alice".to_owned()],
            end: Some(End::Incomplete("no space left on device".to_owned())),
            ..Summary::default()
        };
        let text = summary.to_json();
        assert_eq!(Summary::parse(text.as_bytes()), Some(summary));
        let ended = r#"{"end":{"exit":3},"what else":[]}"#;
        let ended = Summary::parse(ended.as_bytes()).unwrap();
        assert_eq!(ended.end, Some(End::Exit(3)));
    }

    #[test]
    fn what_is_no_summary_is_none() {
        for text in ["", "7", "{", r#"{"end":"x"}"#, "\u{0}"] {
            assert_eq!(Summary::parse(text.as_bytes()), None, "{text:?}");
        }
    }
}
