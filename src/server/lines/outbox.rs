//! What a program prints, as frames for its client: a line each. It knows no connection.

use bytes::Bytes;
use tungstenite::protocol::frame::coding::Data;

use crate::lines::{LinesMessage, LinesOf, Overlong, Splitter, Stream, TooLong};
use crate::server::frame;

/// How lines are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wording {
    /// As they are, each a text; those of standard error as bytes, so that they can be told apart.
    Bare,
    /// As messages that name what they are.
    Messages,
}

impl Wording {
    /// A frame of what is no line of the program; `None` where there is no word for it.
    pub(super) fn frame(self, message: LinesMessage<'_>) -> Option<Bytes> {
        match self {
            Self::Bare => None,
            Self::Messages => Some(frame::whole(Data::Text, 256, |payload| {
                message.encode_into(payload);
            })),
        }
    }
}

/// One of a program's outputs on its way to the client.
#[derive(Debug)]
pub(super) struct Outbox {
    splitter: Splitter,
    wording: Wording,
    stream: Stream,
}

impl Outbox {
    /// Lines may have at most `max` bytes.
    pub(super) fn new(max: usize, wording: Wording, stream: Stream) -> Self {
        Self {
            splitter: Splitter::new(max, Overlong::Refused),
            wording,
            stream,
        }
    }

    /// The frames of the lines that end in `chunk`, all in one piece; and whether a line was too long
    /// after them.
    pub(super) fn push(&mut self, chunk: &[u8]) -> (Bytes, Result<(), TooLong>) {
        let mut frames = Frames::new(self.wording, self.stream);
        let pushed = self.splitter.push(chunk, |line| frames.add(line));
        (frames.finish(), pushed)
    }

    /// The frame of the last line, where no line end follows it.
    pub(super) fn finish(self) -> (Bytes, Result<(), TooLong>) {
        let mut frames = Frames::new(self.wording, self.stream);
        let finished = self.splitter.finish(|line| frames.add(line));
        (frames.finish(), finished)
    }
}

/// Frames that are sent in one piece.
struct Frames {
    wording: Wording,
    stream: Stream,
    all: Vec<u8>,
    /// The message that takes the next line.
    message: LinesOf,
}

impl Frames {
    fn new(wording: Wording, stream: Stream) -> Self {
        Self {
            wording,
            stream,
            all: Vec::new(),
            message: LinesOf::new(stream),
        }
    }

    fn add(&mut self, line: &str) {
        let data = match (self.wording, self.stream) {
            (Wording::Bare, Stream::Output) => Data::Text,
            (Wording::Bare, Stream::Errors) => Data::Binary,
            (Wording::Messages, _) => {
                self.message.push(line);
                if self.message.is_full() {
                    self.end_message();
                }
                return;
            }
        };
        frame::append(&mut self.all, data, line.as_bytes());
    }

    fn end_message(&mut self) {
        let message = std::mem::replace(&mut self.message, LinesOf::new(self.stream));
        if let Some(message) = message.finish() {
            frame::append(&mut self.all, Data::Text, &message);
        }
    }

    fn finish(mut self) -> Bytes {
        self.end_message();
        self.all.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(wording: Wording, stream: Stream) -> Vec<u8> {
        let mut outbox = Outbox::new(100, wording, stream);
        let (frames, pushed) = outbox.push(b"one\n\ntwo");
        assert_eq!(pushed, Ok(()));
        let (last, finished) = outbox.finish();
        assert_eq!(finished, Ok(()));
        [frames, last].concat()
    }

    #[test]
    fn each_line_is_a_frame() {
        let text = frames(Wording::Bare, Stream::Output);
        assert_eq!(text, b"\x81\x03one\x81\x00\x81\x03two");
        let bytes = frames(Wording::Bare, Stream::Errors);
        assert_eq!(bytes, b"\x82\x03one\x82\x00\x82\x03two");
        let named = frames(Wording::Messages, Stream::Errors);
        assert_eq!(
            named,
            b"\x81\x13[\"stderr\",\"one\",\"\"]\x81\x10[\"stderr\",\"two\"]"
        );
    }

    #[test]
    fn lines_before_one_that_is_too_long_are_kept() {
        let mut outbox = Outbox::new(4, Wording::Bare, Stream::Output);
        let (frames, pushed) = outbox.push(b"one\nlonger\n");
        assert_eq!(&frames[..], b"\x81\x03one");
        assert_eq!(pushed, Err(TooLong(4)));
    }
}
