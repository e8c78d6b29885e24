//! What a program prints, on its way to its client or, of standard error, to the log. It knows no
//! connection.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::backend::Output;
use crate::lines::{Overlong, Splitter, Stream, TooLong};
use crate::server::PROGRAM;
use crate::visible::visible;

use super::outbox::{Outbox, Wording};
use super::{Errors, LinesPlan};

/// A line of standard error is logged up to so many bytes.
const MAX_LOGGED: usize = 1024;

/// Both outputs of a program.
pub(super) struct Printed {
    output: Option<Sent>,
    errors: ErrorOutput,
}

/// An output that goes to the client.
struct Sent {
    chunks: mpsc::Receiver<Output>,
    outbox: Outbox,
}

/// What becomes of standard error; nothing any more once it has ended.
enum ErrorOutput {
    Logged(Option<Logged>),
    Sent(Option<Sent>),
}

/// Standard error on its way to the log.
pub(super) struct Logged {
    chunks: mpsc::Receiver<Output>,
    splitter: Splitter,
}

/// What came out of one of them; its end where there is nothing.
pub(super) struct Chunk {
    stream: Stream,
    bytes: Option<Bytes>,
}

impl Printed {
    /// What comes over `output` and `errors`, for a client that wants lines in this wording.
    pub(super) fn new(
        output: mpsc::Receiver<Output>,
        errors: mpsc::Receiver<Output>,
        plan: LinesPlan,
        wording: Wording,
    ) -> Self {
        let sent = |chunks, stream| Sent {
            chunks,
            outbox: Outbox::new(plan.max_line, wording, stream),
        };
        Self {
            output: Some(sent(output, Stream::Output)),
            errors: match plan.errors {
                Errors::Logged => ErrorOutput::Logged(Some(Logged {
                    chunks: errors,
                    splitter: Splitter::new(MAX_LOGGED, Overlong::Shortened),
                })),
                Errors::Sent => ErrorOutput::Sent(Some(sent(errors, Stream::Errors))),
            },
        }
    }

    /// Whether all is told.
    pub(super) fn is_over(&self) -> bool {
        let errors = match &self.errors {
            ErrorOutput::Logged(logged) => logged.is_none(),
            ErrorOutput::Sent(sent) => sent.is_none(),
        };
        self.output.is_none() && errors
    }

    /// What comes next. What is for the client comes only where it has room; the log always has. Safe
    /// to be cancelled.
    pub(super) async fn next(&mut self, room: Room) -> Chunk {
        let (output, errors) = (&mut self.output, &mut self.errors);
        tokio::select! {
            bytes = next_of(output), if room == Room::Some => Chunk { stream: Stream::Output, bytes },
            bytes = next_error(errors, room) => Chunk { stream: Stream::Errors, bytes },
        }
    }

    /// The frames of what came; and whether a line was too long after them.
    pub(super) fn pass_on(&mut self, chunk: Chunk) -> (Bytes, Result<(), TooLong>) {
        match (chunk.stream, &mut self.errors) {
            (Stream::Output, _) => frames_of(&mut self.output, chunk.bytes),
            (Stream::Errors, ErrorOutput::Sent(sent)) => frames_of(sent, chunk.bytes),
            (Stream::Errors, ErrorOutput::Logged(logged)) => {
                log(logged, chunk.bytes);
                (Bytes::new(), Ok(()))
            }
        }
    }

    /// What is still to be logged when nobody is there any more to be told anything.
    pub(super) fn leave(self) -> Option<Logged> {
        match self.errors {
            ErrorOutput::Logged(logged) => logged,
            ErrorOutput::Sent(_) => None,
        }
    }
}

/// Whether there is room for what is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Some,
    None,
}

/// Logs to the end.
pub(super) async fn log_rest(mut rest: Option<Logged>) {
    while let Some(logged) = &mut rest {
        let bytes = next_chunk(&mut logged.chunks).await;
        log(&mut rest, bytes);
    }
}

/// Lines have no size.
async fn next_chunk(chunks: &mut mpsc::Receiver<Output>) -> Option<Bytes> {
    chunks.recv().await.map(Output::into_printed)
}

async fn next_of(output: &mut Option<Sent>) -> Option<Bytes> {
    match output {
        Some(sent) => next_chunk(&mut sent.chunks).await,
        None => std::future::pending().await,
    }
}

async fn next_error(errors: &mut ErrorOutput, room: Room) -> Option<Bytes> {
    match errors {
        ErrorOutput::Logged(Some(logged)) => next_chunk(&mut logged.chunks).await,
        ErrorOutput::Sent(sent) if room == Room::Some => next_of(sent).await,
        _ => std::future::pending().await,
    }
}

fn frames_of(output: &mut Option<Sent>, bytes: Option<Bytes>) -> (Bytes, Result<(), TooLong>) {
    let Some(bytes) = bytes else {
        let ended = output.take();
        return ended.map_or((Bytes::new(), Ok(())), |sent| sent.outbox.finish());
    };
    match output {
        Some(sent) => sent.outbox.push(&bytes),
        None => (Bytes::new(), Ok(())),
    }
}

fn log(logged: &mut Option<Logged>, bytes: Option<Bytes>) {
    let line = |line: &str| tracing::warn!(target: PROGRAM, line = %visible(line), "stderr");
    // What is shortened is never too long.
    let _ = match (bytes, logged.as_mut()) {
        (Some(bytes), Some(logged)) => logged.splitter.push(&bytes, line),
        (None, _) => logged
            .take()
            .map_or(Ok(()), |ended| ended.splitter.finish(line)),
        (Some(_), None) => Ok(()),
    };
}
