//! A viewer that speaks bytes.

use std::net::TcpStream;
use std::time::Instant;

use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Error, HandshakeError, Message, WebSocket};

use super::{DEADLINE, open};

pub(crate) struct RawViewer {
    pub(crate) socket: WebSocket<TcpStream>,
    /// All output so far.
    pub(crate) output: String,
    /// The largest message so far, in bytes.
    pub(crate) largest: usize,
    pub(crate) closed: Option<CloseFrame>,
}

impl RawViewer {
    /// Connects to `/raw…`.
    pub(crate) fn connect(address: &str, path: &str) -> Self {
        Self::try_connect(address, path).unwrap()
    }

    /// Connects; gives the status where it is refused.
    pub(crate) fn try_connect(address: &str, path: &str) -> Result<Self, u16> {
        Self::try_connect_with(address, path, &[])
    }

    /// Connects with extra headers.
    pub(crate) fn try_connect_with(
        address: &str,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let config = Some(WebSocketConfig::default());
        let accepted = tungstenite::client::client_with_config(request, open(address), config);
        match accepted {
            Ok((socket, _)) => Ok(Self {
                socket,
                output: String::new(),
                largest: 0,
                closed: None,
            }),
            Err(HandshakeError::Failure(Error::Http(response))) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Types as text.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    /// Types as bytes.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.socket.send(Message::binary(bytes.to_vec())).unwrap();
    }

    /// Takes one message; false once the connection is closed.
    pub(crate) fn hear(&mut self) -> bool {
        match self.socket.read() {
            Ok(Message::Binary(bytes)) => {
                let text = std::str::from_utf8(&bytes).expect("whole characters in each message");
                self.output.push_str(text);
                self.largest = self.largest.max(bytes.len());
            }
            Ok(Message::Text(text)) => panic!("bytes, and nothing else: {text:?}"),
            Ok(Message::Close(frame)) => self.closed = frame,
            Ok(_) => {}
            Err(Error::ConnectionClosed) => return false,
            Err(error) => panic!("{error}; so far: {:?}", self.tail()),
        }
        true
    }

    /// Hears on until the output holds `text`.
    pub(crate) fn wait_for_output(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        // Looking only at what is new keeps long outputs cheap.
        let mut seen = 0;
        loop {
            let from = self.output.floor_char_boundary(seen);
            if self.output[from..].contains(text) {
                return;
            }
            seen = self.output.len().saturating_sub(text.len());
            assert!(
                Instant::now() < deadline,
                "{text:?}: not in {:?}",
                self.tail()
            );
            assert!(self.hear(), "{text:?}: closed after {:?}", self.tail());
        }
    }

    /// Hears all until the end; gives the close code and reason.
    pub(crate) fn wait_for_close(&mut self) -> (u16, String) {
        while self.hear() {}
        let frame = self.closed.clone().expect("closed with a code");
        (frame.code.into(), frame.reason.to_string())
    }

    fn tail(&self) -> &str {
        let from = self.output.len().saturating_sub(600);
        &self.output[self.output.floor_char_boundary(from)..]
    }
}
