//! The messages that carry a program's lines to clients that ask for the subprotocol [`PROTOCOL`], as
//! our page does. Other clients get each line as it is. Its mirror in the page is
//! `assets/js/lines/protocol.js`.
//!
//! A message is a text frame that holds a JSON array, the first element of which names it, as in
//! `protocol`, whose message `stdin` is the one that clients send.
//!
//! | from | message | meaning |
//! | --- | --- | --- |
//! | server | `["setup", {"version", "command", "writable"}]` | the first message |
//! | server | `["stdout", line, …]`, `["stderr", line, …]` | lines that the program printed, one or more |
//! | server | `["writable", writable]` | from here on what the client sends is accepted, or not |
//! | server | `["notice", text]` | a line from webterm |
//! | server | `["heartbeat"]` | the connection lives; every 20 s |
//! | server | `["disconnect", status]` | the program ended with this status; then close 1000 |
//! | client | `["stdin", line]` | a line of input; only from clients that may write |

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
            Self::Writable(writable) => write_json(&("writable", writable), text),
            Self::Notice(notice) => write_json(&("notice", notice), text),
            Self::Heartbeat => write_json(&["heartbeat"], text),
            Self::Disconnect(status) => write_json(&("disconnect", status), text),
        }
    }
}

/// Which of a program's outputs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Errors,
}

/// A message of lines that the program printed, while they come.
#[derive(Debug)]
pub struct LinesOf {
    text: Vec<u8>,
}

impl LinesOf {
    /// About so many bytes are enough for a message: a client has a turn for each.
    const ENOUGH: usize = 64 * 1024;

    /// A message without lines, which is none yet.
    pub fn new(stream: Stream) -> Self {
        let name = match stream {
            Stream::Output => "[\"stdout\"",
            Stream::Errors => "[\"stderr\"",
        };
        Self {
            text: name.as_bytes().to_vec(),
        }
    }

    /// Adds a line.
    pub fn push(&mut self, line: &str) {
        self.text.push(b',');
        write_json(&line, &mut self.text);
    }

    /// Whether there are lines enough for a message.
    pub fn is_full(&self) -> bool {
        self.text.len() >= Self::ENOUGH
    }

    /// The message as JSON text, if it has lines.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let has_lines = self.text.contains(&b',');
        self.text.push(b']');
        has_lines.then_some(self.text)
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
            (LinesMessage::Writable(false), json!(["writable", false])),
            (LinesMessage::Notice("n"), json!(["notice", "n"])),
            (LinesMessage::Heartbeat, json!(["heartbeat"])),
            (LinesMessage::Disconnect(3), json!(["disconnect", 3])),
        ] {
            assert_eq!(encode(message), expected);
        }
    }

    #[test]
    fn no_lines_are_no_message() {
        assert_eq!(LinesOf::new(Stream::Output).finish(), None);
    }

    proptest! {
        #[test]
        fn any_lines_arrive_as_they_were(lines in prop::collection::vec(any::<String>(), 1..9)) {
            let mut message = LinesOf::new(Stream::Errors);
            lines.iter().for_each(|line| message.push(line));
            let mut expected = vec![json!("stderr")];
            expected.extend(lines.into_iter().map(Value::from));
            let message: Value = serde_json::from_slice(&message.finish().unwrap()).unwrap();
            prop_assert_eq!(message, Value::from(expected));
        }
    }
}
