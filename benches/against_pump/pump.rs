//! The pump: what is left of a terminal server when all of its features are taken away. One viewer,
//! no screen, no log, no fan-out. It runs in a process of its own, and knows nothing of webterm.

use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use anyhow::{Context, Result};
use pty_process::{OwnedReadPty, OwnedWritePty};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::process::Child;
use tungstenite::protocol::Role;
use tungstenite::{Error, Message, WebSocket};

use crate::server::{COLS, ROWS};

/// The most output that is read at once, in bytes: as much as webterm reads.
const CHUNK: usize = 64 * 1024;

/// Serves the first viewer who comes, until the command ends or the viewer goes.
pub(crate) fn serve(command: &[String]) -> Result<()> {
    let (stream, _) = listen()?.accept()?;
    stream.set_nodelay(true)?;
    let stream = tungstenite::accept(stream)?.into_inner();
    stream.set_nonblocking(true)?;
    runtime()?.block_on(async {
        let socket = Socket::new(TcpStream::from_std(stream)?);
        Pump::start(command)?.run(socket).await
    })
}

/// Reads all that the command prints, and does nothing with it. Who connects is not served.
pub(crate) fn drain(command: &[String]) -> Result<()> {
    let _listener = listen()?;
    runtime()?.block_on(async {
        let mut pump = Pump::start(command)?;
        while pump.fill().await.is_ok() {
            pump.output.clear();
        }
        Ok(())
    })
}

fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    eprintln!("pump: open http://{}/", listener.local_addr()?);
    Ok(listener)
}

/// One thread: a single viewer's pump gains nothing from more, and loses time between them.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

struct Pump {
    reader: OwnedReadPty,
    writer: OwnedWritePty,
    buffer: Vec<u8>,
    /// What was read, and not yet sent.
    output: Vec<u8>,
    _child: Child,
}

impl Pump {
    fn start(command: &[String]) -> Result<Self> {
        let (name, args) = command.split_first().context("the pump needs a command")?;
        let (pty, pts) = pty_process::open()?;
        pty.resize(pty_process::Size::new(ROWS, COLS))?;
        let child = pty_process::Command::new(name).args(args).spawn(pts)?;
        let (reader, writer) = pty.into_split();
        Ok(Self {
            reader,
            writer,
            buffer: vec![0; CHUNK],
            output: Vec::with_capacity(CHUNK + 4),
            _child: child,
        })
    }

    async fn run(mut self, mut socket: Socket) -> Result<()> {
        loop {
            tokio::select! {
                // The terminal answers EIO when its last program has gone.
                read = self.fill() => match read {
                    Ok(()) => socket.send(self.message()?).await?,
                    Err(_) => return Ok(()),
                },
                typed = socket.receive() => match typed? {
                    Some(typed) => self.writer.write_all(typed.as_bytes()).await?,
                    None => return Ok(()),
                },
            }
        }
    }

    /// The whole characters of the output as a message; one that is cut waits for its rest.
    fn message(&mut self) -> Result<Message> {
        let whole = match std::str::from_utf8(&self.output) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.output.len(),
        };
        let rest = self.output.split_off(whole);
        let text = serde_json::to_string(&("stdout", String::from_utf8_lossy(&self.output)))?;
        self.output = rest;
        Ok(Message::text(text))
    }

    async fn fill(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_fill(cx)).await
    }

    /// Reads on while there is something to read: the kernel hands out at most 4 KiB at a time.
    fn poll_fill(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        let mut chunk = ReadBuf::new(&mut self.buffer);
        while chunk.remaining() > 0 {
            let before = chunk.filled().len();
            match Pin::new(&mut self.reader).poll_read(cx, &mut chunk) {
                Poll::Ready(Ok(())) if chunk.filled().len() > before => {}
                _ if before > 0 => break,
                other => {
                    ready!(other)?;
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
            }
        }
        self.output.extend_from_slice(chunk.filled());
        Poll::Ready(Ok(()))
    }
}

/// tungstenite on a socket of tokio's.
struct Socket(WebSocket<Stream>);

impl Socket {
    fn new(stream: TcpStream) -> Self {
        Self(WebSocket::from_raw_socket(
            Stream(stream),
            Role::Server,
            None,
        ))
    }

    async fn send(&mut self, message: Message) -> Result<()> {
        let mut sent = self.0.send(message);
        while is_blocked(&sent) {
            self.0.get_ref().0.writable().await?;
            sent = self.0.flush();
        }
        Ok(sent?)
    }

    /// What the viewer types next; `None` when it has gone. Safe to be cancelled.
    async fn receive(&mut self) -> Result<Option<String>> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => {
                    let (_stdin, typed): (String, String) = serde_json::from_str(&text)?;
                    return Ok(Some(typed));
                }
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.0.get_ref().0.readable().await?;
                }
                Err(_) => return Ok(None),
            }
        }
    }
}

fn is_blocked(sent: &tungstenite::Result<()>) -> bool {
    matches!(sent, Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock)
}

/// What tungstenite reads and writes: it answers `WouldBlock` rather than wait.
struct Stream(TcpStream);

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
