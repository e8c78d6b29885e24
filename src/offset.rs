//! A place in a session's output. It knows neither where the output is kept nor who reads it.

use std::fmt;

/// A place in a session's output: bytes of UTF-8 text since the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(u64);

impl Offset {
    /// Where a session's output begins.
    pub const START: Self = Self(0);

    /// The place `bytes` after the session's beginning.
    pub fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// Bytes since the session began.
    pub fn bytes(self) -> u64 {
        self.0
    }

    /// The place `bytes` further on.
    pub fn plus(self, bytes: usize) -> Self {
        Self(self.0.saturating_add(bytes as u64))
    }

    /// The bytes between an `earlier` place and this one; 0 where it is not earlier.
    pub fn since(self, earlier: Self) -> usize {
        usize::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(usize::MAX)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A stretch of a session's output, from one place up to, but not including, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from: Offset,
    /// Where it ends.
    pub to: Offset,
}

impl Span {
    /// Its length in bytes.
    pub fn len(self) -> usize {
        self.to.since(self.from)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}
