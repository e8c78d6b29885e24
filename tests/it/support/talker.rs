//! A client that talks with a program in lines, as websocketd's do: each message is a line.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Error, HandshakeError, Message, WebSocket};

use super::{Webterm, open};

/// A client of a program of its own.
pub(crate) struct Talker<S = TcpStream> {
    pub(crate) socket: WebSocket<S>,
    /// The subprotocol that was agreed on.
    pub(crate) protocol: Option<String>,
}

impl Talker {
    pub(crate) fn connect(webterm: &Webterm) -> Self {
        Self::connect_to(webterm, "/ws")
    }

    pub(crate) fn connect_to(webterm: &Webterm, path: &str) -> Self {
        Self::try_connect(webterm, path, &[]).unwrap()
    }

    /// Connects with extra headers; gives the status where it is refused.
    pub(crate) fn try_connect(
        webterm: &Webterm,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let address = webterm.address();
        Self::over(open(&address), &format!("ws://{address}{path}"), headers)
    }
}

impl<S: Read + Write> Talker<S> {
    /// Connects over a stream of any kind.
    pub(crate) fn over(
        stream: S,
        url: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, stream) {
            Ok((socket, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol.map(|name| name.to_str().unwrap().to_owned());
                Ok(Self { socket, protocol })
            }
            Err(HandshakeError::Failure(Error::Http(response))) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn send(&mut self, line: &str) {
        self.socket.send(Message::text(line)).unwrap();
    }

    /// The next message that is no control frame.
    pub(crate) fn hear(&mut self) -> Message {
        loop {
            match self.socket.read() {
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(other) => return other,
                Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The next line.
    pub(crate) fn line(&mut self) -> String {
        match self.hear() {
            Message::Text(text) => text.to_string(),
            other => panic!("{other:?} in the place of a line"),
        }
    }

    /// The lines that are still to come, and the code and reason of the end.
    pub(crate) fn rest(&mut self) -> (Vec<String>, u16, String) {
        let mut lines = Vec::new();
        loop {
            match self.hear() {
                Message::Text(text) => lines.push(text.to_string()),
                Message::Close(frame) => {
                    let CloseFrame { code, reason } = frame.expect("closed with a code");
                    // Answers the close.
                    let _ = self.socket.flush();
                    return (lines, code.into(), reason.to_string());
                }
                other => panic!("{other:?} in the place of a line"),
            }
        }
    }
}
