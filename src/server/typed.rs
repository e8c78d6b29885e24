//! What a viewer has typed, but the program has not yet read. It knows nothing of what is typed, nor
//! of how it came.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::session::{Writer, Written};

/// The largest piece that is handed over at once, in bytes: so many wait on the way to the program
/// that larger ones would be much in all.
const PIECE: usize = 64 * 1024;

/// So much must be taken before it is told, in bytes: the page has eight times as much on its way.
const STEP: u64 = 32 * 1024;

/// Input on its way. What comes in many small pieces is joined, so that it costs what its bytes do.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pieces: VecDeque<Bytes>,
    /// What is joined, after all pieces.
    tail: Vec<u8>,
    /// What came so far, in bytes.
    received: u64,
    /// How much of it was told to have been taken.
    told: u64,
}

impl Typed {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.tail.is_empty()
    }

    /// How much waits, in bytes.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum::<usize>() + self.tail.len()
    }

    /// What need no longer be waited for, in bytes, where that is worth to be told.
    pub(super) fn taken(&mut self) -> Option<u64> {
        let taken = self.received - self.len() as u64;
        let is_worth_it = taken - self.told >= STEP;
        is_worth_it.then(|| {
            self.told = taken;
            taken
        })
    }

    /// Notes what was typed in vain.
    pub(super) fn waste(&mut self, input: &[u8]) {
        self.received += input.len() as u64;
    }

    /// Adds what was typed last.
    pub(super) fn push(&mut self, mut input: Bytes) {
        self.received += input.len() as u64;
        let joins = !self.is_empty() && input.len() < PIECE;
        if !joins || self.tail.len() + input.len() > PIECE {
            self.close_tail();
        }
        if joins {
            self.tail.extend_from_slice(&input);
            return;
        }
        while input.len() > PIECE {
            self.pieces.push_back(input.split_to(PIECE));
        }
        if !input.is_empty() {
            self.pieces.push_back(input);
        }
    }

    /// Hands the first of it to `writer`, once the program has room. Safe to be cancelled.
    pub(super) async fn hand_to(&mut self, writer: &Writer) -> Written {
        if self.pieces.is_empty() {
            self.close_tail();
        }
        writer.write(&mut self.pieces).await
    }

    /// Drops what waits.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.tail.clear();
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push_back(std::mem::take(&mut self.tail).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drain(typed: &mut Typed) -> Vec<Bytes> {
        typed.close_tail();
        typed.pieces.drain(..).collect()
    }

    #[test]
    fn many_keys_are_few_pieces() {
        let mut typed = Typed::default();
        for _ in 0..200_000 {
            typed.push("k".into());
        }
        assert_eq!(typed.len(), 200_000);
        assert!(drain(&mut typed).len() <= 5);
    }

    #[test]
    fn what_was_taken_is_told_in_steps() {
        let mut typed = Typed::default();
        typed.push("x".repeat(50_000).into());
        assert_eq!(typed.taken(), None);
        typed.pieces.clear();
        assert_eq!(typed.taken(), Some(50_000));
        assert_eq!(typed.taken(), None);
        typed.waste(&[b'x'; 40_000]);
        assert_eq!(typed.taken(), Some(90_000));
    }

    proptest! {
        #[test]
        fn all_is_kept_in_order_and_in_bounded_pieces(inputs in prop::collection::vec(".{0,9}", 0..40), factor in 1usize..30_000) {
            let mut typed = Typed::default();
            let inputs: Vec<String> = inputs.iter().map(|input| input.repeat(factor % 3000 + 1)).collect();
            for input in &inputs {
                typed.push(input.clone().into());
            }
            prop_assert_eq!(typed.len(), inputs.concat().len());
            prop_assert_eq!(typed.is_empty(), inputs.concat().is_empty());
            let pieces = drain(&mut typed);
            prop_assert!(pieces.iter().all(|piece| piece.len() <= PIECE && !piece.is_empty()));
            prop_assert_eq!(pieces.concat(), inputs.concat().into_bytes());
        }
    }
}
