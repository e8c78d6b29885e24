//! A viewer that costs next to nothing: it looks at frames where they arrive, decodes nothing, and
//! copies nothing. The same for both sides. It knows no more of the protocol than is needed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a server may be silent while something is expected of it.
const SILENCE: Duration = Duration::from_secs(20);

/// What is read at once, in bytes: a few of the largest frames.
const BUFFER: usize = 256 * 1024;

/// How a frame of output begins.
const OUTPUT: &[u8] = b"[\"stdout\",\"";

/// A viewer. It is gone before the third ping, so it answers none.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer was received, but not yet looked at.
    unread: Range<usize>,
}

impl Client {
    /// Opens a viewer's connection.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        let mut client = Self {
            stream,
            buffer: vec![0; BUFFER],
            unread: 0..0,
        };
        client
            .shake_hands(address)
            .context("the server did not take the viewer")?;
        Ok(client)
    }

    fn shake_hands(&mut self, address: SocketAddr) -> Result<()> {
        // The key is the one of RFC 6455; the answer to it need not be checked here.
        write!(
            self.stream,
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let end = loop {
            if let Some(at) = find(self.received(), b"\r\n\r\n") {
                break at + 4;
            }
            self.receive()?;
        };
        let answer = self.received().get(..end).unwrap_or_default();
        if !answer.starts_with(b"HTTP/1.1 101 ") {
            bail!("it answered: {}", String::from_utf8_lossy(answer));
        }
        self.unread.start += end;
        Ok(())
    }

    /// Types something that needs no escapes in JSON but its own.
    pub(crate) fn type_text(&mut self, text: &str) -> Result<()> {
        self.stream.write_all(&typing(text)?)?;
        Ok(())
    }

    /// Sends a frame that [`typing`] made.
    pub(crate) fn send(&mut self, frame: &[u8]) -> Result<()> {
        self.stream.write_all(frame)?;
        Ok(())
    }

    /// Says that all output up to `offset` was shown.
    pub(crate) fn acknowledge(&mut self, offset: u64) -> Result<()> {
        self.stream.write_all(&message(&("ack", offset))?)?;
        Ok(())
    }

    /// Waits for the next output, and gives it as it is on the wire: escaped as in JSON.
    pub(crate) fn output(&mut self) -> Result<&[u8]> {
        Ok(self.piece()?.text)
    }

    /// The same with the place in the stream after it.
    pub(crate) fn piece(&mut self) -> Result<Piece<'_>> {
        let (payload, text) = loop {
            let payload = self.frame()?;
            if let Some(text) = output_in(self.buffer.get(payload.clone()).unwrap_or_default()) {
                break (payload, text);
            }
        };
        let payload = self.buffer.get(payload).unwrap_or_default();
        let rest = payload.get(text.end..).unwrap_or_default();
        let digits = rest.iter().filter(|byte| byte.is_ascii_digit());
        let offset = digits.fold(None, |number: Option<u64>, digit| {
            Some(number.unwrap_or(0) * 10 + u64::from(digit - b'0'))
        });
        let text = payload.get(text).unwrap_or_default();
        Ok(Piece { text, offset })
    }

    /// Waits until `text` is in one piece of the output.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<()> {
        while find(self.output()?, text.as_bytes()).is_none() {}
        Ok(())
    }

    /// Waits for a whole frame; gives where its payload is in the buffer until the next call.
    fn frame(&mut self) -> Result<Range<usize>> {
        loop {
            if let Some(header) = Header::of(self.received())?
                && self.unread.len() >= header.len + header.payload
            {
                let start = self.unread.start + header.len;
                self.unread.start = start + header.payload;
                return Ok(start..self.unread.start);
            }
            self.receive()?;
        }
    }

    fn received(&self) -> &[u8] {
        self.buffer.get(self.unread.clone()).unwrap_or_default()
    }

    /// Waits for more. What is left moves to the front first where there is no room behind it.
    fn receive(&mut self) -> Result<()> {
        if self.unread.is_empty() {
            self.unread = 0..0;
        }
        if self.unread.end == self.buffer.len() {
            self.make_room();
        }
        let room = self.buffer.get_mut(self.unread.end..).unwrap_or_default();
        match self.stream.read(room) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(count) => self.unread.end += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                bail!("the server was silent for {} s", SILENCE.as_secs())
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn make_room(&mut self) {
        let left = self.unread.len();
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..left;
        if left > self.buffer.len() / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
    }
}

/// Some output.
#[derive(Debug)]
pub(crate) struct Piece<'a> {
    /// What was printed, escaped as in JSON.
    pub(crate) text: &'a [u8],
    /// The place in the stream after it, where it is told.
    pub(crate) offset: Option<u64>,
}

/// A frame that types `text`.
pub(crate) fn typing(text: &str) -> Result<Vec<u8>> {
    message(&("stdin", text))
}

/// A frame of a short message. Its mask is of zeros, which leaves the payload as it is.
fn message(message: &impl serde::Serialize) -> Result<Vec<u8>> {
    let payload = serde_json::to_string(message)?;
    let len = u8::try_from(payload.len()).ok().filter(|len| *len < 126);
    let len = len.context("that is too long for one message")?;
    let mut frame = vec![0x81, 0x80 | len, 0, 0, 0, 0];
    frame.extend_from_slice(payload.as_bytes());
    Ok(frame)
}

/// The header of a server's frame (RFC 6455, 5.2), in bytes.
struct Header {
    len: usize,
    payload: usize,
}

impl Header {
    /// The header at the start of `bytes`; `None` while it is not whole.
    fn of(bytes: &[u8]) -> Result<Option<Self>> {
        let (len, payload) = match *bytes {
            [_, 127, a, b, c, d, e, f, g, h, ..] => {
                (10, u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
            [_, 126, a, b, ..] => (4, u64::from(u16::from_be_bytes([a, b]))),
            [_, 126 | 127, ..] | [_] | [] => return Ok(None),
            [_, len, ..] if len < 126 => (2, u64::from(len)),
            _ => bail!("the server masked a frame"),
        };
        let payload = usize::try_from(payload)?;
        Ok(Some(Self { len, payload }))
    }
}

/// Where the text is in a message of output. Behind its last quote there is at most an offset.
fn output_in(message: &[u8]) -> Option<Range<usize>> {
    message.starts_with(OUTPUT).then_some(())?;
    let end = message.iter().rposition(|byte| *byte == b'"')?;
    Some(OUTPUT.len()..end)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
