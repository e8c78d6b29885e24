//! What somebody types, on its way to the program for as long as he may. It knows no connection.

use bytes::Bytes;

use crate::right::Right;
use crate::session::{View, Writer, Written};

use super::typed::Typed;

/// How many bytes of a viewer's input may wait for a program that does not read.
const MAX_TYPED: usize = 1024 * 1024;

/// What somebody is told who types, but may only look.
pub(super) const READ_ONLY: &str = "this terminal is read-only: what you type does not reach it";

/// What somebody is told whose right to type was taken away while something waited.
pub(super) const DROPPED: &str = "what you typed last was dropped: the host lets you look only";

/// What became of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is kept for the program.
    Kept,
    /// It was dropped: he may only look.
    Dropped,
}

/// What somebody types, and what he types with.
#[derive(Debug)]
pub(super) struct Keyboard {
    writer: Option<Writer>,
    /// What was typed, but did not yet reach the program.
    typed: Typed,
    /// The inputs that were dropped because he may only look.
    refused: u64,
}

impl Keyboard {
    /// That of a viewer, which may do what the session and its host let it.
    pub(super) fn of(view: &mut View) -> Self {
        Self {
            writer: view.writer(),
            typed: Typed::default(),
            refused: 0,
        }
    }

    /// What he may do.
    pub(super) fn right(&self) -> Right {
        match self.writer {
            Some(_) => Right::Write,
            None => Right::View,
        }
    }

    /// Whether he has typed far more than the program reads.
    pub(super) fn is_stuffed(&self) -> bool {
        self.typed.len() > MAX_TYPED
    }

    /// The inputs that were dropped.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// What need no longer be waited for, in bytes, where that is worth to be told.
    pub(super) fn taken(&mut self) -> Option<u64> {
        self.typed.taken()
    }

    /// Takes what was typed last.
    pub(super) fn press(&mut self, input: Bytes) -> Fate {
        match self.right() {
            Right::Write => {
                self.typed.push(input);
                Fate::Kept
            }
            Right::View => {
                self.typed.waste(&input);
                self.refused += 1;
                Fate::Dropped
            }
        }
    }

    /// Hands the first of what waits to the program, once there is some and the program has room.
    /// Safe to be cancelled.
    pub(super) async fn hand_over(&mut self) -> Written {
        match &self.writer {
            Some(writer) if !self.typed.is_empty() => self.typed.hand_to(writer).await,
            _ => std::future::pending().await,
        }
    }

    /// Takes what the viewer may do now; tells what became of what still waits. What was typed before
    /// is not typed later: who gave the right anew did not mean it.
    pub(super) fn renew(&mut self, view: &mut View) -> Fate {
        self.writer = view.writer();
        if self.typed.is_empty() {
            return Fate::Kept;
        }
        self.refused += 1;
        self.typed.clear();
        Fate::Dropped
    }
}
