//! Which viewer is meant. It knows nothing of the viewer.

use std::fmt;
use std::num::{NonZeroU64, ParseIntError};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A viewer's number, counted from 1 over all sessions and never given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewerId(NonZeroU64);

impl ViewerId {
    /// The one with this number; `None` for 0.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The number.
    pub fn number(self) -> u64 {
        self.0.get()
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

/// The numbers that are still to be given. Clones give of the same ones.
#[derive(Debug, Clone, Default)]
pub struct ViewerIds(Arc<AtomicU64>);

impl ViewerIds {
    /// The next number.
    pub fn next(&self) -> ViewerId {
        let given = self.0.fetch_add(1, Ordering::Relaxed);
        ViewerId(NonZeroU64::MIN.saturating_add(given))
    }
}
