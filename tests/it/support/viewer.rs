//! A viewer as a plain WebSocket client: it expects every byte and acknowledges nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Error, HandshakeError, Message, WebSocket};

use super::DEADLINE;

pub(crate) struct Viewer<S = TcpStream> {
    pub(crate) socket: WebSocket<S>,
    /// What `setup` told.
    pub(crate) setup: Value,
    /// All output so far.
    pub(crate) output: String,
    /// Each size that it was told, as (columns, rows).
    pub(crate) sizes: Vec<(u64, u64)>,
    /// How many lines above the screen each snapshot could hold.
    pub(crate) snapshots: Vec<u64>,
    pub(crate) notices: Vec<String>,
    /// What it was told of being recorded since `setup`.
    pub(crate) recorded: Option<String>,
    /// Each change of what it may do, as (writable, resizes).
    pub(crate) rights: Vec<(bool, bool)>,
    /// The place in the stream after the last output that told one.
    pub(crate) offset: u64,
    pub(crate) heartbeats: usize,
    /// The bytes of input that it was told were taken.
    pub(crate) taken: u64,
    pub(crate) disconnect: Option<Value>,
    pub(crate) closed: Option<CloseFrame>,
}

impl Viewer {
    pub(crate) fn connect(address: &str) -> Self {
        Self::connect_to(address, "/ws")
    }

    pub(crate) fn connect_to(address: &str, path: &str) -> Self {
        Self::try_connect(address, path, &[]).unwrap()
    }

    /// Connects with extra headers; gives the status where it is refused.
    pub(crate) fn try_connect(
        address: &str,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        Self::over(open(address), &format!("ws://{address}{path}"), headers)
    }
}

/// A connection on which nothing is waited for too long.
pub(crate) fn open(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

impl<S: Read + Write> Viewer<S> {
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
        let config = WebSocketConfig::default();
        let handshake = tungstenite::client::client_with_config(request, stream, Some(config));
        let (socket, _) = match handshake {
            Ok(accepted) => accepted,
            Err(HandshakeError::Failure(Error::Http(response))) => {
                return Err(response.status().as_u16());
            }
            Err(error) => panic!("{error}"),
        };
        let mut viewer = Self {
            socket,
            setup: Value::Null,
            output: String::new(),
            sizes: Vec::new(),
            snapshots: Vec::new(),
            notices: Vec::new(),
            recorded: None,
            rights: Vec::new(),
            offset: 0,
            heartbeats: 0,
            taken: 0,
            disconnect: None,
            closed: None,
        };
        viewer.hear();
        assert!(viewer.setup.is_object(), "the first message is setup");
        Ok(viewer)
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_raw(Message::text(message.to_string()));
    }

    pub(crate) fn send_raw(&mut self, message: Message) {
        self.socket.send(message).unwrap();
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        self.send(&json!(["stdin", text]));
    }

    /// Says that all output so far was shown.
    pub(crate) fn acknowledge(&mut self) {
        self.send(&json!(["ack", self.offset]));
    }

    pub(crate) fn set_size(&mut self, cols: u16, rows: u16) {
        self.send(&json!(["set_size", rows, cols, 0, 0]));
    }

    /// Takes one message; false once the connection is closed.
    pub(crate) fn hear(&mut self) -> bool {
        match self.socket.read() {
            Ok(Message::Text(text)) => self.take(&text),
            Ok(Message::Close(frame)) => self.closed = frame,
            Ok(_) => {}
            Err(tungstenite::Error::ConnectionClosed) => return false,
            // By the end of a child, where it came while a thread was being started.
            Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}; so far: {:?}", self.tail()),
        }
        true
    }

    fn take(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).unwrap();
        match message[0].as_str().unwrap() {
            "setup" => self.setup = message[1].clone(),
            "stdout" => {
                self.output.push_str(message[1].as_str().unwrap());
                self.offset = message[2].as_u64().unwrap_or(self.offset);
            }
            "heartbeat" => self.heartbeats += 1,
            "taken" => self.taken = message[1].as_u64().unwrap(),
            "size" => {
                let size = (message[2].as_u64().unwrap(), message[1].as_u64().unwrap());
                self.sizes.push(size);
            }
            "snapshot" => self.snapshots.push(message[1].as_u64().unwrap()),
            "writable" => {
                let right = (message[1].as_bool().unwrap(), message[2].as_bool().unwrap());
                self.rights.push(right);
            }
            "recorded" => self.recorded = message[1].as_str().map(str::to_owned),
            "notice" => self.notices.push(message[1].as_str().unwrap().to_owned()),
            "disconnect" => self.disconnect = Some(message[1].clone()),
            other => panic!("unexpected message {other}"),
        }
    }

    /// Hears on until `found`; fails with `what` after the deadline.
    pub(crate) fn wait_for(&mut self, what: &str, mut found: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !found(self) {
            assert!(
                Instant::now() < deadline,
                "{what}: waited in vain; so far: {:?}",
                self.tail()
            );
            assert!(
                self.hear(),
                "{what}: closed before; so far: {:?}",
                self.tail()
            );
        }
    }

    /// Hears on until the output holds `text`.
    pub(crate) fn wait_for_output(&mut self, text: &str) {
        // Looking only at what is new keeps long outputs cheap.
        let mut seen = 0;
        self.wait_for(text, |viewer| {
            let from = viewer.output.floor_char_boundary(seen);
            seen = viewer.output.len().saturating_sub(text.len());
            viewer.output[from..].contains(text)
        });
    }

    pub(crate) fn wait_for_size(&mut self, cols: u64, rows: u64) {
        self.wait_for("a size", |viewer| {
            viewer.sizes.last() == Some(&(cols, rows))
        });
    }

    /// Hears all until the end; gives the close code and reason.
    pub(crate) fn wait_for_close(&mut self) -> (u16, String) {
        while self.hear() {}
        let frame = self.closed.clone().expect("closed with a code");
        (frame.code.into(), frame.reason.to_string())
    }

    fn tail(&self) -> String {
        let from = self
            .output
            .floor_char_boundary(self.output.len().saturating_sub(600));
        self.output[from..].to_owned()
    }
}
