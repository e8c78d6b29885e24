//! The WebSocket protocol: Jupyter's terminal messages (terminado's), and our extensions to them.
//! Pure functions between bytes and values; it knows neither sockets nor sessions. Its mirror in
//! the page is `assets/js/protocol.js`.
//!
//! A message is a text frame that holds a JSON array, the first element of which names it.
//!
//! | from | message | meaning |
//! | --- | --- | --- |
//! | server | `["setup", {…}]` | the first message: see [`Setup`] |
//! | server | `["stdout", text]`, `["stdout", text, offset]` | output; the extension `offset` is the place in the stream after it, in bytes of UTF-8; the pieces of a snapshot have none but the last |
//! | server | `["size", rows, cols]` | extension: the terminal's size from here on |
//! | server | `["snapshot", scrollback]` | extension: the output that comes next, up to that with an offset, is a snapshot with at most so many lines above the screen. Where those are fewer than `setup` said the others come with another snapshot, once output settles |
//! | server | `["writable", writable, resizes]` | extension: from here on what the viewer types is, or is not, accepted, and its window counts, or does not; both true or false |
//! | server | `["recorded", what]` | extension: from here on the terminal is recorded, or is not: `"output"`, `"input"` (what is typed as well), `"no"`, or `"failed"` where it was to be |
//! | server | `["notice", text]` | extension: a line for the viewer |
//! | server | `["heartbeat"]` | extension: the connection lives; every 20 s to viewers that acknowledge, whose scripts see no pings |
//! | server | `["taken", bytes]` | extension: so many bytes of UTF-8 of this connection's input went to the program, or nowhere; now and then, to viewers that acknowledge |
//! | server | `["disconnect", status]` | the program ended with this status; then close 1000 |
//! | client | `["stdin", text]` | input; only from viewers that may write |
//! | client | `["set_size", rows, cols, height_px, width_px]` | the viewer's window; the last two may be missing |
//! | client | `["ack", offset]` | extension: all output up to here was shown; who sends it is sent at most 256 KiB, or what it shows in 100 ms, ahead, and the present screen where it is further behind |
//!
//! The socket's address takes a query: `scrollback`, the lines above the screen that the viewer's
//! terminal keeps (1000 where it does not say), and, for who comes back, `resume` and `offset`: what
//! `setup` gave, and the offset of the last `stdout`, which is left out by who still lacks lines above
//! the screen. Where each viewer has a terminal of his own, one that is made for him begins with the
//! size `cols` and `rows`. Anything else in the query is ignored.
//!
//! Clients ignore names that they do not know. The server ignores a client's message whose name
//! begins with `x-`, and closes with 1008 on any other that it does not know.

mod parts;

use serde_json::{Value, json};

use crate::offset::Offset;
use crate::size::TermSize;

use parts::{Argument, Parts};

/// The version of our extensions, as `setup` tells it.
pub const VERSION: u32 = 1;

/// What `setup` tells a viewer. Stock clients ignore it.
#[derive(Debug, Clone)]
pub struct Setup<'a> {
    /// The session's name.
    pub session: &'a str,
    /// The command, for people.
    pub command: &'a str,
    /// Whether the viewer may type.
    pub writable: bool,
    /// Whether the viewer's window has a say in the terminal's size.
    pub resizes: bool,
    /// The terminal's size.
    pub size: TermSize,
    /// The program's title for its window; empty where it gave none.
    pub title: &'a str,
    /// Lines of scrollback that a snapshot may hold.
    pub scrollback: usize,
    /// Names this very stream; who comes back with it and an offset goes on there.
    pub resume: &'a str,
    /// Whether the viewer may watch all sessions, so that there is more to see at `sessions/`.
    pub watches: bool,
    /// Who may see recordings, `writers` or `everybody`, where there may be some.
    pub recordings: Option<&'a str>,
    /// Whether output goes on after the offset that the viewer came with, and no snapshot comes.
    pub resumed: bool,
    /// What of the session is recorded.
    pub recorded: Recorded,
}

/// What of a session is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing.
    No,
    /// What is printed.
    Output,
    /// What is printed and what is typed.
    Input,
    /// Nothing any more, though it was to be.
    Failed,
}

impl Recorded {
    fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Output => "output",
            Self::Input => "input",
            Self::Failed => "failed",
        }
    }
}

/// A message to a viewer.
#[derive(Debug, Clone)]
pub enum ServerMessage<'a> {
    /// The first one.
    Setup(Setup<'a>),
    /// Output, and the place in the stream after it.
    Stdout(&'a str, Option<Offset>),
    /// The terminal's size from here on.
    Size(TermSize),
    /// What comes next is a snapshot with at most so many lines above the screen.
    Snapshot(usize),
    /// The viewer may do more, or less, than before.
    Writable {
        /// Whether it may type.
        writable: bool,
        /// Whether its window has a say in the terminal's size.
        resizes: bool,
    },
    /// What of the session is recorded from here on.
    Recorded(Recorded),
    /// A line for the viewer.
    Notice(&'a str),
    /// The connection lives.
    Heartbeat,
    /// So many bytes of the viewer's input, in all, need no longer be waited for.
    Taken(u64),
    /// The program ended with this status.
    Disconnect(u8),
}

impl ServerMessage<'_> {
    /// The message as JSON text, appended to `text`.
    pub fn encode_into(&self, text: &mut Vec<u8>) {
        match self {
            Self::Stdout(output, offset) => encode_stdout(output, *offset, text),
            Self::Setup(setup) => write_json(&setup.to_json(), text),
            Self::Size(size) => write_json(&json!(["size", size.rows(), size.cols()]), text),
            Self::Snapshot(scrollback) => write_json(&json!(["snapshot", scrollback]), text),
            Self::Writable { writable, resizes } => {
                write_json(&json!(["writable", writable, resizes]), text);
            }
            Self::Recorded(what) => write_json(&json!(["recorded", what.word()]), text),
            Self::Notice(notice) => write_json(&json!(["notice", notice]), text),
            Self::Heartbeat => write_json(&json!(["heartbeat"]), text),
            Self::Taken(bytes) => write_json(&json!(["taken", bytes]), text),
            Self::Disconnect(status) => write_json(&json!(["disconnect", status]), text),
        }
    }
}

impl Setup<'_> {
    fn to_json(&self) -> Value {
        let size = json!({ "cols": self.size.cols(), "rows": self.size.rows() });
        json!(["setup", {
            "version": VERSION,
            "session": self.session,
            "command": self.command,
            "writable": self.writable,
            "resizes": self.resizes,
            "size": size,
            "title": self.title,
            "scrollback": self.scrollback,
            "resume": self.resume,
            "watches": self.watches,
            "recordings": self.recordings,
            "resumed": self.resumed,
            "recorded": self.recorded.word(),
        }])
    }
}

/// Written by hand, for the text of a flood should not be copied into a `Value` first.
fn encode_stdout(output: &str, offset: Option<Offset>, text: &mut Vec<u8>) {
    text.extend_from_slice(b"[\"stdout\",");
    write_json(output, text);
    if let Some(offset) = offset {
        text.push(b',');
        write_json(&offset.bytes(), text);
    }
    text.push(b']');
}

fn write_json<T: serde::Serialize + ?Sized>(value: &T, text: &mut Vec<u8>) {
    serde_json::to_writer(text, value).expect("a vector takes all bytes, and our values are JSON");
}

/// A message from a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage {
    /// Input.
    Stdin(String),
    /// The viewer's window; `None` where it is no size that a terminal may have.
    SetSize(Option<TermSize>),
    /// All output up to here was shown.
    Ack(Offset),
    /// An extension that this server does not know, and may ignore.
    Extension,
}

/// Why a viewer's message is none. The text is short enough for a close frame (RFC 6455, 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// Not JSON.
    #[error("the message is not JSON")]
    NotJson,
    /// Not an array that begins with a name.
    #[error("the message is not a JSON array that begins with a name")]
    NotAnArray,
    /// A name that this protocol does not have.
    #[error("unknown message; expected stdin, set_size or ack")]
    UnknownName,
    /// `stdin` without a text.
    #[error("stdin takes one string")]
    Stdin,
    /// `set_size` without numbers.
    #[error("set_size takes rows and columns as numbers")]
    SetSize,
    /// `ack` without an offset.
    #[error("ack takes an offset as a whole number")]
    Ack,
}

impl ClientMessage {
    /// Reads a message.
    pub fn decode(text: &str) -> Result<Self, BadMessage> {
        match serde_json::from_str(text).map_err(|_| BadMessage::NotJson)? {
            Parts::Named { name, kept, more } => Self::from_parts(&name, kept, more),
            Parts::Other => Err(BadMessage::NotAnArray),
        }
    }

    fn from_parts(name: &str, mut kept: Vec<Argument>, more: usize) -> Result<Self, BadMessage> {
        match (name, kept.as_mut_slice(), more) {
            ("stdin", [Argument::Text(input)], 0) => Ok(Self::Stdin(std::mem::take(input))),
            ("stdin", ..) => Err(BadMessage::Stdin),
            ("set_size", [Argument::Number(rows), Argument::Number(cols)], _) => {
                let whole = |number: Option<u64>| u16::try_from(number?).ok();
                let size = whole(*cols).zip(whole(*rows));
                Ok(Self::SetSize(
                    size.and_then(|(cols, rows)| TermSize::new(cols, rows)),
                ))
            }
            ("set_size", ..) => Err(BadMessage::SetSize),
            ("ack", [Argument::Number(Some(offset))], 0) => Ok(Self::Ack(Offset::new(*offset))),
            ("ack", ..) => Err(BadMessage::Ack),
            (name, ..) if name.starts_with("x-") => Ok(Self::Extension),
            _ => Err(BadMessage::UnknownName),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(message: &ServerMessage<'_>) -> Value {
        let mut text = Vec::new();
        message.encode_into(&mut text);
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn messages_of_stock_clients_are_read() {
        let decode = |text| ClientMessage::decode(text).unwrap();
        assert_eq!(
            decode(r#"["stdin","ls\r"]"#),
            ClientMessage::Stdin("ls\r".into())
        );
        let size = ClientMessage::SetSize(TermSize::new(80, 24));
        assert_eq!(decode(r#"["set_size",24,80,412.5,700]"#), size);
        assert_eq!(decode(r#"["set_size",24,80]"#), size);
        assert_eq!(decode(r#"["set_size",24,80,null,null]"#), size);
        assert_eq!(decode(r#"["ack",17]"#), ClientMessage::Ack(Offset::new(17)));
        assert_eq!(decode(r#"["x-later",{}]"#), ClientMessage::Extension);
    }

    #[test]
    fn sizes_that_no_terminal_may_have_are_read_as_none() {
        for size in [
            "0,80", "24,1", "-1,80", "65560,80", "24.5,80", "1001,80", "24,2001", "1e9,80",
        ] {
            let text = format!(r#"["set_size",{size}]"#);
            assert_eq!(
                ClientMessage::decode(&text),
                Ok(ClientMessage::SetSize(None)),
                "{size}"
            );
        }
    }

    #[test]
    fn other_frames_are_refused_with_a_reason() {
        for (text, reason) in [
            ("", BadMessage::NotJson),
            ("stdin", BadMessage::NotJson),
            (r#"["stdin","\ud800"]"#, BadMessage::NotJson),
            (r#"{"stdin":"x"}"#, BadMessage::NotAnArray),
            ("[]", BadMessage::NotAnArray),
            ("[1]", BadMessage::NotAnArray),
            (r#"["exec","x"]"#, BadMessage::UnknownName),
            (r#"["stdin"]"#, BadMessage::Stdin),
            (r#"["stdin",1]"#, BadMessage::Stdin),
            (r#"["stdin","a","b"]"#, BadMessage::Stdin),
            (r#"["set_size",24]"#, BadMessage::SetSize),
            (r#"["set_size","24","80"]"#, BadMessage::SetSize),
            (r#"["ack",-1]"#, BadMessage::Ack),
            (r#"["ack","1"]"#, BadMessage::Ack),
        ] {
            assert_eq!(ClientMessage::decode(text), Err(reason), "{text}");
            assert!(
                reason.to_string().len() <= 123,
                "a close frame takes no more"
            );
        }
        let deep = "[".repeat(100_000);
        assert_eq!(ClientMessage::decode(&deep), Err(BadMessage::NotJson));
    }

    #[test]
    fn setup_tells_what_the_page_needs() {
        let setup = encode(&ServerMessage::Setup(Setup {
            session: "main",
            command: "bash -l",
            writable: true,
            resizes: false,
            size: TermSize::DEFAULT,
            title: "",
            scrollback: 1000,
            resume: "abc",
            watches: false,
            recordings: None,
            resumed: false,
            recorded: Recorded::Input,
        }));
        assert_eq!(setup[0], "setup");
        assert_eq!(setup[1]["size"], json!({"cols": 120, "rows": 36}));
        assert_eq!(setup[1]["writable"], true);
        assert_eq!(setup[1]["recorded"], "input");
    }

    #[test]
    fn a_viewer_is_told_what_it_may_do_from_here_on() {
        let message = ServerMessage::Writable {
            writable: true,
            resizes: false,
        };
        assert_eq!(encode(&message), json!(["writable", true, false]));
        let message = ServerMessage::Recorded(Recorded::Failed);
        assert_eq!(encode(&message), json!(["recorded", "failed"]));
    }

    proptest! {
        #[test]
        fn any_output_arrives_as_it_was(output in ".*", offset in any::<u64>()) {
            let message = ServerMessage::Stdout(&output, Some(Offset::new(offset)));
            prop_assert_eq!(encode(&message), json!(["stdout", output, offset]));
        }

        #[test]
        fn any_input_arrives_as_it_was(input in ".*") {
            let text = json!(["stdin", input]).to_string();
            prop_assert_eq!(ClientMessage::decode(&text), Ok(ClientMessage::Stdin(input)));
        }

        #[test]
        fn r41_no_text_panics_the_decoder(text in ".*") {
            let _ = ClientMessage::decode(&text);
        }
    }
}
