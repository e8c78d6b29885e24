//! A screen on its way to a viewer, in pieces, so that a large one delays nobody.

use std::sync::Arc;

use crate::backend::MAX_CHUNK;
use crate::offset::Offset;

/// A screen of which some was sent.
#[derive(Debug)]
pub(super) struct Snapshot {
    text: Arc<str>,
    sent: usize,
    at: Offset,
}

impl Snapshot {
    /// What to feed to a terminal, and the place in the stream where it then is.
    pub(super) fn new(text: Arc<str>, at: Offset) -> Self {
        Self { text, sent: 0, at }
    }

    /// The next piece, with the place in the stream if it is the last.
    pub(super) fn next(&mut self) -> (&str, Option<Offset>) {
        let end = self.text.floor_char_boundary(self.sent + MAX_CHUNK);
        let piece = self.text.get(self.sent..end).unwrap_or_default();
        self.sent = end;
        (piece, (end == self.text.len()).then_some(self.at))
    }

    /// Its place in the stream, and its length in bytes, once all of it was sent.
    pub(super) fn through(&self) -> Option<(Offset, usize)> {
        (self.sent == self.text.len()).then_some((self.at, self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_whole_and_only_the_last_has_a_place() {
        let text: Arc<str> = "€".repeat(60_000).into();
        let mut snapshot = Snapshot::new(Arc::clone(&text), Offset::new(7));
        let (mut whole, mut places) = (String::new(), Vec::new());
        while snapshot.through().is_none() {
            let (piece, place) = snapshot.next();
            assert!(piece.len() <= MAX_CHUNK);
            whole.push_str(piece);
            places.push(place);
        }
        assert_eq!(*whole, *text);
        assert_eq!(places, [None, None, Some(Offset::new(7))]);
    }
}
