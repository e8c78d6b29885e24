//! What a program prints, from a pipe to whoever wants it. It moves bytes, and knows nothing of what
//! they mean or where they go.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use crate::backend::{MAX_CHUNK, Output};

/// How long the last output is waited for once the program has ended. It is in the pipe already, but
/// another process that has the pipe open would delay the end for ever.
const DRAIN: Duration = Duration::from_millis(200);

/// How much may still come after the program's end, in bytes: more than the kernel keeps for a pipe.
const MAX_DRAINED: usize = 256 * 1024;

/// The size of a buffer to begin with, in bytes. One that is filled grows up to [`MAX_CHUNK`]: most
/// programs never print so much at once, and there may be many.
const FIRST_CHUNK: usize = 4 * 1024;

/// A pipe that is read.
pub(super) struct Reader<P> {
    pipe: P,
    buffer: Vec<u8>,
    output: mpsc::Sender<Output>,
}

impl<P: AsyncRead + Unpin> Reader<P> {
    pub(super) fn new(pipe: P, output: mpsc::Sender<Output>) -> Self {
        Self {
            pipe,
            buffer: vec![0; FIRST_CHUNK],
            output,
        }
    }

    /// Hands over what is printed until the program has `ended`, and then what it printed last. While
    /// nobody takes it, the program waits.
    pub(super) async fn run(mut self, mut ended: watch::Receiver<()>) {
        let is_over = tokio::select! {
            () = self.forward() => true,
            // Told, or not even that.
            _ = ended.changed() => false,
        };
        if !is_over {
            self.drain().await;
        }
    }

    /// Moves output to its end. Safe to be cancelled: nothing is read before there is room for it, and
    /// what was read is sent in the same turn.
    async fn forward(&mut self) {
        while let Ok(room) = self.output.reserve().await {
            match self.pipe.read(&mut self.buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    room.send(chunk(&self.buffer, count));
                    grow(&mut self.buffer, count);
                }
            }
        }
        self.waste().await;
    }

    /// Nobody wants it any more: a program that is about to end is not held up by what it still has
    /// to say.
    async fn waste(&mut self) {
        while let Ok(1..) = self.pipe.read(&mut self.buffer).await {}
    }

    /// Hands over what the program printed last. Only waiting for the pipe is limited, not waiting for
    /// who has still to take what came before.
    async fn drain(&mut self) {
        let deadline = Instant::now() + DRAIN;
        let mut drained = 0;
        while drained < MAX_DRAINED
            && let Ok(room) = self.output.reserve().await
            && let Ok(Ok(count @ 1..)) =
                timeout_at(deadline, self.pipe.read(&mut self.buffer)).await
        {
            drained += count;
            room.send(chunk(&self.buffer, count));
        }
    }
}

fn grow(buffer: &mut Vec<u8>, filled: usize) {
    if filled == buffer.len() && filled < MAX_CHUNK {
        buffer.resize(MAX_CHUNK, 0);
    }
}

fn chunk(buffer: &[u8], count: usize) -> Output {
    Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default()).into()
}
