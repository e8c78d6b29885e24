//! Frames of a WebSocket as bytes, ready to be sent on any connection (RFC 6455, 5.2): a server's carry
//! no mask. It knows no connection.

use bytes::Bytes;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// The longest header of a frame without a mask, in bytes.
const MAX_HEADER: usize = 10;

/// A frame of a whole message; `write` appends the payload, of about `expected` bytes.
pub(super) fn whole(kind: Data, expected: usize, write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut frame = Vec::with_capacity(MAX_HEADER + expected);
    frame.resize(MAX_HEADER, 0);
    write(&mut frame);
    let header = header(kind);
    let payload = (frame.len() - MAX_HEADER) as u64;
    let start = MAX_HEADER - header.len(payload);
    let mut place = frame.get_mut(start..MAX_HEADER).unwrap_or_default();
    header
        .format(payload, &mut place)
        .expect("the place is as long as the header");
    Bytes::from(frame).slice(start..)
}

/// Appends a frame to others that are sent in one piece.
pub(super) fn append(frames: &mut Vec<u8>, kind: Data, payload: &[u8]) {
    header(kind)
        .format(payload.len() as u64, frames)
        .expect("a vector takes all bytes");
    frames.extend_from_slice(payload);
}

fn header(kind: Data) -> FrameHeader {
    FrameHeader {
        opcode: OpCode::Data(kind),
        ..FrameHeader::default()
    }
}
