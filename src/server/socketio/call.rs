//! An event of a client, as the library hands it over. It knows none of them by name.

use std::convert::Infallible;
use std::sync::Arc;

use serde_json::Value;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::AckSender;
use socketioxide::handler::{self, FromMessageParts};
use socketioxide::socket::Socket;

/// An event, and the way to acknowledge it.
pub(super) struct Call {
    /// Its name.
    pub(super) event: String,
    /// What came along first; null where nothing did.
    pub(super) data: Value,
    /// Where the client wants it acknowledged: how.
    pub(super) ack: Option<AckSender>,
}

impl FromMessageParts<LocalAdapter> for Call {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket>,
        value: &mut handler::Value,
        ack: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let text = match value {
            handler::Value::Str(text, _) => text.as_str(),
            handler::Value::Bytes(_) => "",
        };
        // Of an event that can't be read no name is known, so nobody knows the event either.
        let mut parts = serde_json::from_str::<Vec<Value>>(text)
            .unwrap_or_default()
            .into_iter();
        let event = parts.next().and_then(|event| match event {
            Value::String(event) => Some(event),
            _ => None,
        });
        let Ok(sender) = AckSender::from_message_parts(socket, value, ack);
        Ok(Self {
            event: event.unwrap_or_default(),
            data: parts.next().unwrap_or_default(),
            ack: ack.is_some().then_some(sender),
        })
    }
}
