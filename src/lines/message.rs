//! The messages that carry a program's lines to clients that ask for the subprotocol [`PROTOCOL`], as
//! our page does. Other clients get each line as it is. Its mirror in the page is
//! `assets/js/lines/protocol.js`.
//!
//! A message is a text frame that holds a JSON array, the first element of which names it, as in
//! `protocol`, whose message `stdin` is the one that clients send.

use serde_json::json;

/// The subprotocol's name (RFC 6455, 1.9).
pub const PROTOCOL: &str = "webterm.lines";

/// A message to a client of [`PROTOCOL`].
#[derive(Debug, Clone, Copy)]
pub enum LinesMessage<'a> {
    /// The first one.
    Setup {
        /// The command, for people.
        command: &'a str,
        /// Whether what the client sends is accepted.
        writable: bool,
    },
    /// A line that the program printed.
    Stdout(&'a str),
    /// A line that it printed on standard error.
    Stderr(&'a str),
    /// From here on what the client sends is accepted, or not.
    Writable(bool),
    /// A line from webterm.
    Notice(&'a str),
    /// The connection lives.
    Heartbeat,
    /// The program ended with this status.
    Disconnect(u8),
}

impl LinesMessage<'_> {
    /// The message as JSON text, appended to `text`.
    pub fn encode_into(&self, text: &mut Vec<u8>) {
        match self {
            Self::Setup { command, writable } => {
                let setup = json!({ "version": 1, "command": command, "writable": writable });
                write_json(&("setup", setup), text);
            }
            Self::Stdout(line) => write_json(&("stdout", line), text),
            Self::Stderr(line) => write_json(&("stderr", line), text),
            Self::Writable(writable) => write_json(&("writable", writable), text),
            Self::Notice(notice) => write_json(&("notice", notice), text),
            Self::Heartbeat => write_json(&["heartbeat"], text),
            Self::Disconnect(status) => write_json(&("disconnect", status), text),
        }
    }
}

fn write_json<T: serde::Serialize>(value: &T, text: &mut Vec<u8>) {
    serde_json::to_writer(text, value).expect("a vector takes all bytes, and our values are JSON");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn encode(message: LinesMessage<'_>) -> Value {
        let mut text = Vec::new();
        message.encode_into(&mut text);
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn each_message_is_an_array_with_its_name() {
        let (command, writable) = ("cat", true);
        let setup = json!({ "version": 1, "command": "cat", "writable": true });
        for (message, expected) in [
            (
                LinesMessage::Setup { command, writable },
                json!(["setup", setup]),
            ),
            (LinesMessage::Stderr("oh"), json!(["stderr", "oh"])),
            (LinesMessage::Writable(false), json!(["writable", false])),
            (LinesMessage::Notice("n"), json!(["notice", "n"])),
            (LinesMessage::Heartbeat, json!(["heartbeat"])),
            (LinesMessage::Disconnect(3), json!(["disconnect", 3])),
        ] {
            assert_eq!(encode(message), expected);
        }
    }

    proptest! {
        #[test]
        fn any_line_arrives_as_it_was(line in any::<String>()) {
            prop_assert_eq!(encode(LinesMessage::Stdout(&line)), json!(["stdout", line]));
        }
    }
}
