//! Tab stops. They know columns only.

use crate::size::TermSize;

/// Columns between the stops that a terminal starts with.
const STEP: usize = 8;
/// One more column than the widest terminal has: a stop may be set while the cursor waits behind
/// the last one.
const COLUMNS: usize = TermSize::MAX_COLS as usize + 1;

/// The columns at which a tab stops. Those beyond the right edge are remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tabs {
    stops: Vec<bool>,
}

impl Tabs {
    /// A stop in every eighth column.
    pub(crate) fn new(cols: usize) -> Self {
        let mut tabs = Self {
            stops: vec![false; COLUMNS],
        };
        tabs.set_from(0, cols);
        tabs
    }

    /// Continues the row of stops into the columns that a wider terminal has.
    pub(crate) fn widen(&mut self, cols: usize) {
        let first = if self.has(cols) {
            cols
        } else {
            self.before(cols, cols)
        };
        self.set_from(first, cols);
    }

    fn set_from(&mut self, first: usize, cols: usize) {
        for at in (first..cols).step_by(STEP) {
            self.set(at);
        }
    }

    pub(crate) fn has(&self, at: usize) -> bool {
        self.stops.get(at).copied().unwrap_or(false)
    }

    pub(crate) fn set(&mut self, at: usize) {
        if let Some(stop) = self.stops.get_mut(at) {
            *stop = true;
        }
    }

    pub(crate) fn clear(&mut self, at: usize) {
        if let Some(stop) = self.stops.get_mut(at) {
            *stop = false;
        }
    }

    /// Forgets the stops from the column `cols` on.
    pub(crate) fn end_at(&mut self, cols: usize) {
        self.stops
            .iter_mut()
            .skip(cols)
            .for_each(|stop| *stop = false);
    }

    pub(crate) fn clear_all(&mut self) {
        self.stops.fill(false);
    }

    /// The next stop to the right of `at`, or the last column.
    pub(crate) fn after(&self, at: usize, cols: usize) -> usize {
        (at + 1..cols)
            .find(|&column| self.has(column))
            .unwrap_or(cols - 1)
    }

    /// The next stop to the left of `at`, or the first column.
    pub(crate) fn before(&self, at: usize, cols: usize) -> usize {
        let stop = (0..at).rev().find(|&column| self.has(column)).unwrap_or(0);
        stop.min(cols - 1)
    }

    /// Whether the columns up to `cols` have the stops that a new terminal has.
    pub(crate) fn are_default(&self, cols: usize) -> bool {
        (0..cols).all(|at| self.has(at) == (at % STEP == 0))
    }
}
