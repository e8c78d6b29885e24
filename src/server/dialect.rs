//! What a viewer's connection speaks: what it is told as frames, and what it says. It knows the
//! protocol, and no connection.

use bytes::Bytes;
use tungstenite::protocol::frame::Utf8Bytes;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::offset::Offset;
use crate::protocol::{ClientMessage, ServerMessage};
use crate::size::TermSize;

use super::websocket;

/// What a viewer's connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Jupyter's terminal messages, and ours.
    Jupyter,
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
        let expected = match message {
            // Line ends become two bytes, escapes six.
            ServerMessage::Stdout(text, _) => text.len() + text.len() / 8 + 64,
            _ => 256,
        };
        match self {
            Self::Jupyter => Some(websocket::text_frame(expected, |payload| {
                message.encode_into(payload);
            })),
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
        }
    }

    /// What bytes mean.
    pub(super) fn bytes(self, _bytes: Bytes) -> Result<Said, Nonsense> {
        match self {
            Self::Jupyter => Err(Nonsense {
                code: CloseCode::Unsupported,
                reason: "binary messages are not part of this protocol".to_owned(),
            }),
        }
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
