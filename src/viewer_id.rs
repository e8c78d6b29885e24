//! Which viewer of a session is meant. It knows nothing of the viewer.

use std::fmt;
use std::num::{NonZeroU64, ParseIntError};
use std::str::FromStr;

/// A viewer's number within its session, counted from 1 and never given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewerId(NonZeroU64);

impl ViewerId {
    /// The number that the first viewer gets.
    pub const FIRST: Self = Self(NonZeroU64::MIN);

    /// The one with this number; `None` for 0.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The number.
    pub fn number(self) -> u64 {
        self.0.get()
    }

    /// The number that the next viewer gets.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for ViewerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ViewerId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
