//! What a viewer's connection speaks: what it is told as frames, and what it says. It knows the
//! protocol, and no connection.

use bytes::Bytes;
use tungstenite::protocol::frame::Utf8Bytes;
use tungstenite::protocol::frame::coding::{CloseCode, Data};

use crate::offset::Offset;
use crate::protocol::{ClientMessage, ServerMessage};
use crate::size::TermSize;

use super::frame;

/// What a viewer's connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Jupyter's terminal messages, and ours.
    Jupyter,
    /// Bytes: output in binary frames of whole characters, what is typed in frames of either kind.
    /// There is no word for anything else.
    Raw,
}

/// What a viewer said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It typed this.
    Typed(Bytes),
    /// Its window has this size.
    Window(TermSize),
    /// It has shown all output up to here.
    Shown(Offset),
    /// Something that nothing follows from.
    Nothing,
}

/// Why a viewer that said something is not listened to any longer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nonsense {
    pub(super) code: CloseCode,
    /// For people.
    pub(super) reason: String,
}

impl Dialect {
    /// A frame of a message; `None` where there is no word for it.
    pub(super) fn frame(self, message: &ServerMessage<'_>) -> Option<Bytes> {
        match (self, message) {
            (Self::Jupyter, _) => Some(frame::whole(Data::Text, expected(message), |payload| {
                message.encode_into(payload);
            })),
            (Self::Raw, ServerMessage::Stdout(text, _)) => {
                Some(frame::whole(Data::Binary, text.len(), |payload| {
                    payload.extend_from_slice(text.as_bytes());
                }))
            }
            (
                Self::Raw,
                ServerMessage::Setup(_)
                | ServerMessage::Size(_)
                | ServerMessage::Snapshot(_)
                | ServerMessage::Writable { .. }
                | ServerMessage::Recorded(_)
                | ServerMessage::Notice(_)
                | ServerMessage::Heartbeat
                | ServerMessage::Taken(_)
                | ServerMessage::Disconnect(_),
            ) => None,
        }
    }

    /// What a text means.
    pub(super) fn text(self, text: Utf8Bytes) -> Result<Said, Nonsense> {
        match self {
            Self::Jupyter => match ClientMessage::decode(&text) {
                Ok(message) => Ok(message.into()),
                Err(bad) => Err(Nonsense {
                    code: CloseCode::Policy,
                    reason: bad.to_string(),
                }),
            },
            Self::Raw => Ok(Said::Typed(text.into())),
        }
    }

    /// What bytes mean.
    pub(super) fn bytes(self, bytes: Bytes) -> Result<Said, Nonsense> {
        match self {
            Self::Jupyter => Err(Nonsense {
                code: CloseCode::Unsupported,
                reason: "binary messages are not part of this protocol".to_owned(),
            }),
            Self::Raw => Ok(Said::Typed(bytes)),
        }
    }
}

/// About how long a message of Jupyter's is, in bytes.
fn expected(message: &ServerMessage<'_>) -> usize {
    match message {
        // Line ends become two bytes, escapes six.
        ServerMessage::Stdout(text, _) => text.len() + text.len() / 8 + 64,
        _ => 256,
    }
}

impl From<ClientMessage> for Said {
    fn from(message: ClientMessage) -> Self {
        match message {
            ClientMessage::Stdin(input) => Self::Typed(input.into()),
            ClientMessage::SetSize(Some(size)) => Self::Window(size),
            ClientMessage::SetSize(None) => {
                tracing::debug!("a window of no valid size");
                Self::Nothing
            }
            ClientMessage::Ack(offset) => Self::Shown(offset),
            ClientMessage::Extension => {
                tracing::debug!("an unknown extension");
                Self::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_bytes_is_told_output_and_nothing_else() {
        let text = "é€🦀".repeat(10_000);
        let frame = Dialect::Raw.frame(&ServerMessage::Stdout(&text, Some(Offset::new(7))));
        let frame = frame.unwrap();
        // A whole binary message, whose length is in eight bytes.
        assert_eq!(frame[..2], [0x82, 127]);
        assert_eq!(&frame[10..], text.as_bytes());
        for message in [
            ServerMessage::Size(TermSize::DEFAULT),
            ServerMessage::Snapshot(1000),
            ServerMessage::Writable {
                writable: true,
                resizes: true,
            },
            ServerMessage::Notice("read-only"),
            ServerMessage::Heartbeat,
            ServerMessage::Taken(7),
            ServerMessage::Disconnect(0),
        ] {
            assert_eq!(Dialect::Raw.frame(&message), None, "{message:?}");
            assert!(Dialect::Jupyter.frame(&message).is_some(), "{message:?}");
        }
    }

    #[test]
    fn all_that_one_who_speaks_bytes_says_is_typed() {
        for text in ["", "x", r#"["set_size",24,80]"#, r#"["ack",0]"#] {
            let typed = Ok(Said::Typed(Bytes::from(text)));
            assert_eq!(Dialect::Raw.text(text.into()), typed);
            assert_eq!(Dialect::Raw.bytes(text.into()), typed);
        }
        let report = Bytes::from_static(b"\x1b[M \xff\x80");
        assert_eq!(Dialect::Raw.bytes(report.clone()), Ok(Said::Typed(report)));
    }

    #[test]
    fn of_jupyters_messages_each_says_what_it_says() {
        let size = TermSize::new(80, 24).unwrap();
        for (text, said) in [
            (r#"["stdin","x"]"#, Said::Typed("x".into())),
            (r#"["set_size",24,80]"#, Said::Window(size)),
            (r#"["set_size",0,80]"#, Said::Nothing),
            (r#"["ack",7]"#, Said::Shown(Offset::new(7))),
            (r#"["x-other"]"#, Said::Nothing),
        ] {
            assert_eq!(Dialect::Jupyter.text(text.into()), Ok(said), "{text}");
        }
        let nonsense = Dialect::Jupyter.text("x".into()).unwrap_err();
        assert_eq!(nonsense.code, CloseCode::Policy);
        let nonsense = Dialect::Jupyter.bytes("x".into()).unwrap_err();
        assert_eq!(nonsense.code, CloseCode::Unsupported);
    }
}
