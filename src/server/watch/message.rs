//! The messages of the page of all sessions, as [`super`] says: values in, frames out, and what the page
//! asks for. It knows no session.

use std::collections::HashSet;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tungstenite::protocol::frame::coding::Data;

use crate::registry::Mode;
use crate::right::Sight;
use crate::screen::Picture;

use super::super::frame;
use super::Watchers;

/// The version of these messages.
const VERSION: u32 = 1;

/// The most sessions that a page may look at: no window shows more.
const MOST: usize = 1000;

pub(super) fn setup(command: &str, mode: Mode, sight: Sight, watchers: Watchers) -> Bytes {
    let mode = match mode {
        Mode::Shared => "shared",
        Mode::PerViewer => "per-viewer",
        Mode::Named => "named",
    };
    let sight = match sight {
        Sight::Told => "told",
        Sight::All => "all",
    };
    encode(&json!(["setup", {
        "version": VERSION,
        "command": command,
        "mode": mode,
        "sight": sight,
        "hidden": watchers == Watchers::Hidden,
    }]))
}

pub(super) fn session(card: &Value) -> Bytes {
    encode(&("session", card))
}

pub(super) fn picture(id: &str, picture: &Picture) -> Bytes {
    encode(&("picture", id, picture))
}

pub(super) fn ready() -> Bytes {
    encode(&["ready"])
}

pub(super) fn gone(id: &str) -> Bytes {
    encode(&["gone", id])
}

pub(super) fn heartbeat() -> Bytes {
    encode(&["heartbeat"])
}

fn encode<T: Serialize>(message: &T) -> Bytes {
    frame::whole(Data::Text, 256, |payload| {
        serde_json::to_writer(payload, message)
            .expect("a vector takes all bytes, and our values are JSON");
    })
}

/// The sessions that a page wants to see, if that is what it says. What else it may say in another
/// version is passed over.
pub(super) fn looks(text: &str) -> Option<HashSet<String>> {
    let (name, ids): (String, Vec<String>) = serde_json::from_str(text).ok()?;
    let is_meant = name == "look" && ids.len() <= MOST;
    is_meant.then(|| ids.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_looks_at() {
        let looked = looks(r#"["look",["a","b","a"]]"#).unwrap();
        assert_eq!(looked.len(), 2);
        assert!(looks(r#"["look",[]]"#).unwrap().is_empty());
    }

    #[test]
    fn what_it_says_else_means_nothing() {
        let many = format!(r#"["look",[{}]]"#, vec!["\"a\""; MOST + 1].join(","));
        for text in [
            "",
            "{}",
            "[]",
            r#"["look"]"#,
            r#"["look","a"]"#,
            r#"["look",[1]]"#,
            r#"["look",["a"],1]"#,
            r#"["stdin",["a"]]"#,
            &many,
            &"[".repeat(10_000),
        ] {
            assert_eq!(looks(text), None, "{}", text.get(..20).unwrap_or(text));
        }
    }

    #[test]
    fn frames_are_whole_messages() {
        let text = |frame: Bytes| String::from_utf8(frame[2..].to_vec()).unwrap();
        assert_eq!(text(gone("a")), r#"["gone","a"]"#);
        assert_eq!(text(heartbeat()), r#"["heartbeat"]"#);
        let picture = Picture {
            cols: 2,
            rows: 1,
            fg: None,
            bg: None,
            looks: Vec::new(),
            lines: Vec::new(),
            cursor: None,
        };
        assert_eq!(
            text(super::picture("a", &picture)),
            r#"["picture","a",{"cols":2,"rows":1,"lines":[]}]"#
        );
    }
}
