//! Changing the size, and what that leaves behind in the viewers' terminals. The latter can't be
//! brought about by any output, so that nobody who comes later could be given the same: it is undone
//! here, and [`Aftermath`] says what viewers have to be told for it.

use super::super::cell::Glyph;
use super::Terminal;
use crate::size::TermSize;

/// What viewers have to be told after a change of size.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Aftermath {
    /// Nothing less than a snapshot helps.
    pub(crate) renews: bool,
    /// The alternate buffer is shown and has to be shown anew: xterm.js keeps what is beyond the
    /// margin of a narrower one, and counts the rows of a lower one from a line that is gone.
    pub(crate) repaints: bool,
    /// The alternate buffer isn't shown, and the screen got lower: xterm.js would give it lines above
    /// the screen, until it has been left once more.
    pub(crate) leaves_alternate: bool,
    /// Column and row of the halves of wide characters in the normal buffer that have to be erased.
    pub(crate) halves: Vec<(usize, usize)>,
    /// The normal buffer's tab stops have to be set anew: those beyond the right edge decide where
    /// there are some when the screen becomes wider.
    pub(crate) tabs: bool,
    /// The cursor has to be saved anew in the normal buffer, as its place is not on the screen.
    pub(crate) saves: bool,
    /// The same in the alternate buffer, which isn't shown.
    pub(crate) saves_alternate: bool,
    /// Nothing can join the last character any more, as it may not be before the cursor.
    pub(crate) ends_join: bool,
}

impl Terminal {
    /// Changes the size, wrapping long lines anew.
    pub(crate) fn resize(&mut self, size: TermSize) -> Aftermath {
        if size == self.size {
            return Aftermath::default();
        }
        let is_lower = size.rows() < self.size.rows();
        let is_smaller = is_lower || size.cols() < self.size.cols();
        let moves_fragile = self.moves_fragile(usize::from(size.cols()));
        let [tabs, alternate_tabs] = self.resize_buffers(size);
        let is_cut = self.normal.erase_halves_above();
        let halves = self.normal.erase_halves();
        let saves = self.normal.clamp_saved();
        let needed = is_smaller || tabs || alternate_tabs || saves || !halves.is_empty();
        let repaints = self.on_alternate && needed;
        let saves_alternate = !self.on_alternate && self.alternate.clamp_saved();
        if repaints {
            self.alternate.settle_alternate();
        }
        Aftermath {
            renews: moves_fragile || is_cut,
            repaints,
            leaves_alternate: is_lower && !self.on_alternate,
            halves,
            tabs,
            saves,
            saves_alternate,
            ends_join: std::mem::take(&mut self.preceding) > 0,
        }
    }

    /// Resizes both buffers; for each, whether its tab stops are or were others than a terminal
    /// starts with.
    fn resize_buffers(&mut self, size: TermSize) -> [bool; 2] {
        self.size = size;
        let (cols, rows) = (self.cols(), self.rows());
        [&mut self.normal, &mut self.alternate].map(|buffer| {
            let had_own = !buffer.tabs.are_default(buffer.cols());
            buffer.resize(cols, rows);
            buffer.tabs.widen(cols);
            let has_own = had_own || !buffer.tabs.are_default(cols);
            if has_own {
                buffer.tabs.end_at(cols);
            }
            has_own
        })
    }

    /// Whether lines will be wrapped anew that hold what xterm.js doesn't move as it should: it mixes
    /// up the texts of joined characters, also with those that were overwritten long ago, and forgets
    /// links that come to another line.
    fn moves_fragile(&self, cols: usize) -> bool {
        let is_fragile =
            |style, glyph| matches!(glyph, Glyph::Joined(_)) || self.store.style(style).link != 0;
        self.normal
            .moves_any(cols, |cell| is_fragile(cell.style, cell.glyph()))
    }
}
