//! A WebSocket on a raw upgraded connection (RFC 6455): small buffers, ready-made frames out,
//! messages in. It knows nothing of terminals.
//!
//! tungstenite reads and judges what the client sends, and makes control frames. Data frames go
//! past it: a server's frames carry no mask, so one frame serves every connection unchanged.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tungstenite::error::{CapacityError, ProtocolError};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::frame::{CloseFrame, Utf8Bytes};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

use super::Limits;
use super::pace::{Excess, Pace};

/// The buffer for what a client sends, in bytes: enough for what is typed; a paste is read in turns.
const READ_BUFFER: usize = 4 * 1024;

/// How many bytes of control frames may wait while a client takes nothing; past that it is not heard,
/// for each ping that is heard makes a pong.
const MAX_CONTROL: usize = 1024;

/// What happened on a connection.
#[derive(Debug)]
pub(super) enum Event {
    /// The client sent a text.
    Text(Utf8Bytes),
    /// The client sent bytes.
    Binary(Bytes),
    /// The client pinged, or answered a ping.
    Alive,
    /// The frame that was queued is sent.
    Sent,
    /// The connection took a part of it.
    Moved,
    /// The connection has ended, in this way.
    Ended(Ending),
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Both sides said so.
    Closed,
    /// The client broke the protocol, and was told.
    Broken,
    /// It went away without a word.
    Lost,
}

/// What is wanted of a connection at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// Send, and hear the client.
    Both,
    /// Send; what the client says can wait.
    Send,
}

/// An open WebSocket.
#[derive(Debug)]
pub(super) struct WebSocket<S = TokioIo<Upgraded>> {
    io: S,
    context: WebSocketContext,
    /// Control frames that are made, but not yet sent.
    control: Vec<u8>,
    /// The data frame that is to be sent next.
    queued: Option<Bytes>,
    /// What is being sent: a data frame, or control frames.
    sending: Bytes,
    sending_data: bool,
    /// The bytes that the connection took so far.
    taken: u64,
    pace: Pace,
    max_message: usize,
    ending: Option<Ending>,
}

impl WebSocket {
    /// Waits for the upgrade that follows a 101.
    pub(super) async fn accept(upgrade: OnUpgrade, limits: &Limits) -> Result<Self, hyper::Error> {
        Ok(Self::new(TokioIo::new(upgrade.await?), limits))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    pub(super) fn new(io: S, limits: &Limits) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(limits.message))
            .max_frame_size(Some(limits.message));
        Self {
            io,
            context: WebSocketContext::new(Role::Server, Some(config)),
            control: Vec::new(),
            queued: None,
            sending: Bytes::new(),
            sending_data: false,
            taken: 0,
            pace: Pace::new(limits),
            max_message: limits.message,
            ending: None,
        }
    }

    /// Whether a frame may be queued: the one before is sent, and no close is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.queued.is_none() && !self.sending_data && self.context.can_write()
    }

    /// The bytes that the connection took so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Queues a frame to be sent as it is; [`Event::Sent`] tells when it was.
    pub(super) fn queue(&mut self, frame: Bytes) {
        debug_assert!(self.is_idle(), "one frame at a time");
        self.queued = Some(frame);
    }

    /// Pings the client.
    pub(super) fn ping(&mut self) {
        self.control(|context, out| context.write(out, Message::Ping(Bytes::new())));
    }

    /// Begins to close; what is queued, but not begun, is dropped.
    pub(super) fn close(&mut self, code: CloseCode, reason: &str) {
        self.queued = None;
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        self.control(|context, out| context.close(out, Some(frame)));
    }

    /// The bytes that were read, and those that the connection took.
    pub(super) fn traffic(&self) -> (u64, u64) {
        (self.pace.read(), self.taken)
    }

    /// The limit that the client met, once.
    pub(super) fn excess(&mut self) -> Option<Excess> {
        self.pace.excess()
    }

    /// Says that nothing more comes, and drops what the client still sends until it is through: a
    /// connection that is closed with bytes unread is reset, and our last words may be lost.
    pub(super) async fn linger(&mut self) {
        // Not in the future itself, which lives as long as the viewer.
        let mut some = vec![0; READ_BUFFER];
        let _ = self.io.shutdown().await;
        loop {
            std::future::poll_fn(|cx| self.pace.poll_ready(cx)).await;
            match self.io.read(&mut some).await {
                Ok(0) | Err(_) => return,
                Ok(count) => self.pace.note(some.get(..count).unwrap_or_default()),
            }
        }
    }

    /// Ends the connection below: who is told so knows that nothing was cut off (RFC 8446, 6.1).
    pub(super) async fn finish(&mut self) {
        // Whoever is gone already need not be told.
        let _ = std::future::poll_fn(|cx| Pin::new(&mut self.io).poll_shutdown(cx)).await;
    }

    /// Sends what is under way, then closes with the last words where the close was not begun before,
    /// and waits for it.
    pub(super) async fn await_close(&mut self, mut last_words: Option<(CloseCode, String)>) {
        loop {
            if self.is_idle()
                && let Some((code, reason)) = last_words.take()
            {
                self.close(code, &reason);
            }
            match self.event(Interest::Both).await {
                Event::Ended(Ending::Broken) => return self.linger().await,
                Event::Ended(_) => return,
                _ => {}
            }
        }
    }

    /// What happens next. Safe to be cancelled: nothing that happened is forgotten.
    pub(super) async fn event(&mut self, interest: Interest) -> Event {
        std::future::poll_fn(|cx| self.poll_event(cx, interest)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>, interest: Interest) -> Poll<Event> {
        loop {
            let before = self.taken;
            let sent = self.poll_send(cx);
            let moved = self.sending_data && self.taken > before;
            match (sent, self.ending) {
                (Poll::Ready(Err(_)), _) | (_, Some(Ending::Lost)) => {
                    return Poll::Ready(Event::Ended(Ending::Lost));
                }
                (Poll::Ready(Ok(true)), _) => return Poll::Ready(Event::Sent),
                // The last words are through.
                (Poll::Ready(Ok(false)), Some(ending)) => return Poll::Ready(Event::Ended(ending)),
                (Poll::Pending, Some(_)) => return Poll::Pending,
                (Poll::Pending, None) if moved => return Poll::Ready(Event::Moved),
                (Poll::Ready(Ok(false)) | Poll::Pending, None) => {}
            }
            // What blocks wakes us when it no longer does.
            let stuffed = self.is_blocked() && self.control.len() > MAX_CONTROL;
            if interest == Interest::Send || stuffed {
                return Poll::Pending;
            }
            if let Some(event) = ready!(self.poll_hear(cx)) {
                return Poll::Ready(event);
            }
        }
    }

    /// Whether the client takes nothing more at the moment.
    fn is_blocked(&self) -> bool {
        !self.sending.is_empty()
    }

    /// Sends what there is to send: true when a data frame is through, false when nothing is left.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            while !self.sending.is_empty() {
                let sent = ready!(Pin::new(&mut self.io).poll_write(cx, &self.sending))?;
                if sent == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.sending.advance(sent);
                self.taken += sent as u64;
            }
            if std::mem::take(&mut self.sending_data) {
                self.sending = Bytes::new();
                return Poll::Ready(Ok(true));
            }
            if !self.control.is_empty() {
                self.sending = std::mem::take(&mut self.control).into();
            } else if let Some(frame) = self.queued.take() {
                self.sending = frame;
                self.sending_data = true;
            } else {
                ready!(Pin::new(&mut self.io).poll_flush(cx))?;
                return Poll::Ready(Ok(false));
            }
        }
    }

    /// Hears the client; `None` where there is something to send first, and it can be sent.
    fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let is_blocked = self.is_blocked();
        let mut turn = Turn {
            io: &mut self.io,
            cx,
            control: &mut self.control,
            pace: &mut self.pace,
        };
        let event = match self.context.read(&mut turn) {
            Ok(Message::Text(text)) => Event::Text(text),
            Ok(Message::Binary(bytes)) => Event::Binary(bytes),
            Ok(_) => Event::Alive,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                // A pong that was made must go out before we wait for more, if it can.
                return match self.control.is_empty() || is_blocked {
                    true => Poll::Pending,
                    false => Poll::Ready(None),
                };
            }
            Err(error) => {
                self.end(&error);
                return Poll::Ready(None);
            }
        };
        Poll::Ready(Some(event))
    }

    /// Notes that the connection ends with `error`, and tells the client where it is at fault.
    fn end(&mut self, error: &Error) {
        let (ending, code) = match error {
            Error::ConnectionClosed | Error::AlreadyClosed => (Ending::Closed, None),
            Error::Utf8(_) => (Ending::Broken, Some(CloseCode::Invalid)),
            Error::Capacity(CapacityError::MessageTooLong { .. }) => {
                (Ending::Broken, Some(CloseCode::Size))
            }
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) | Error::Io(_) => {
                (Ending::Lost, None)
            }
            _ => (Ending::Broken, Some(CloseCode::Protocol)),
        };
        match code {
            Some(CloseCode::Size) => self.close(CloseCode::Size, &self.too_large()),
            Some(code) => self.close(code, &error.to_string()),
            None => {}
        }
        self.ending = Some(ending);
    }

    fn too_large(&self) -> String {
        format!(
            "the message is larger than {} bytes, the limit of --max-message",
            self.max_message
        )
    }

    fn control(
        &mut self,
        make: impl FnOnce(&mut WebSocketContext, &mut Outbox<'_>) -> tungstenite::Result<()>,
    ) {
        let mut outbox = Outbox(&mut self.control);
        // Writing to memory can't fail; after a close there is nothing more to say.
        let _ = make(&mut self.context, &mut outbox);
    }
}

/// The connection as tungstenite sees it for one turn: it reads from the socket, and writes control
/// frames to memory, from where they are sent between two data frames.
struct Turn<'a, 'b, S> {
    io: &'a mut S,
    cx: &'a mut Context<'b>,
    control: &'a mut Vec<u8>,
    pace: &'a mut Pace,
}

impl<S: AsyncRead + Unpin> Read for Turn<'_, '_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pace.poll_ready(self.cx).is_pending() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut buffer = ReadBuf::new(buffer);
        match Pin::new(&mut *self.io).poll_read(self.cx, &mut buffer) {
            Poll::Ready(read) => read.map(|()| {
                self.pace.note(buffer.filled());
                buffer.filled().len()
            }),
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<S> Write for Turn<'_, '_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.control.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where control frames go that we make ourselves.
struct Outbox<'a>(&'a mut Vec<u8>);

impl Read for Outbox<'_> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

impl Write for Outbox<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::duplex;
    use tungstenite::protocol::frame::coding::Data;

    use super::super::frame;
    use super::*;

    /// One look at what happens; nobody is woken.
    fn look(socket: &mut WebSocket<tokio::io::DuplexStream>) -> Poll<Event> {
        socket.poll_event(&mut Context::from_waker(Waker::noop()), Interest::Both)
    }

    /// A frame as a client sends it, with a mask of zeros.
    fn from_client(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x80 | opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0];
        frame.extend_from_slice(payload);
        frame
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_waited_for_whatever_there_is_to_say() {
        let (mut client, server) = duplex(64);
        let mut socket = WebSocket::new(server, &Limits::default());
        socket.queue(frame::whole(Data::Text, 200, |payload| {
            payload.extend([b'x'; 200])
        }));
        assert!(matches!(look(&mut socket), Poll::Ready(Event::Moved)));
        socket.ping();
        assert!(look(&mut socket).is_pending(), "our own ping");
        client.write_all(&from_client(9, b"?")).await.unwrap();
        assert!(
            matches!(look(&mut socket), Poll::Ready(Event::Alive)),
            "a client's ping"
        );
        assert!(look(&mut socket).is_pending());
        socket.close(CloseCode::Away, "bye");
        assert!(look(&mut socket).is_pending(), "our close");
        let mut taken = Vec::new();
        while !taken.ends_with(b"bye") {
            let mut some = [0; 64];
            let count = client.read(&mut some).await.unwrap();
            taken.extend_from_slice(&some[..count]);
            let _ = look(&mut socket);
        }
        let control = taken.split_off(4 + 200);
        assert_eq!(taken[..2], [0x81, 126], "first the frame that was begun");
        assert!(
            control.starts_with(&[0x89, 0, 0x8a, 1, b'?', 0x88, 5]),
            "{control:?}"
        );
    }

    #[tokio::test]
    async fn pings_of_a_client_that_takes_nothing_are_not_heard_without_end() {
        let (mut client, server) = duplex(64);
        let mut socket = WebSocket::new(server, &Limits::default());
        socket.queue(frame::whole(Data::Text, 200, |payload| {
            payload.extend([b'x'; 200])
        }));
        let ping = from_client(9, &[b'?'; 50]);
        let mut sent = 0;
        // A write that stays without room for long is one that nobody will make room for.
        let patience = std::time::Duration::from_millis(50);
        while let Ok(written) = tokio::time::timeout(patience, client.write(&ping)).await {
            sent += written.unwrap();
            while look(&mut socket).is_ready() {}
        }
        assert!(sent > MAX_CONTROL, "the first ones were heard");
        assert!(
            socket.control.len() < 2 * MAX_CONTROL,
            "{} bytes wait",
            socket.control.len()
        );
    }
}
