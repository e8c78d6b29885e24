//! One of the two screen buffers: its lines with the scrollback above them, cursor, margins, tab
//! stops and saved cursor. It knows neither sequences nor modes.

mod reflow;

use std::collections::VecDeque;

use super::cell::Cell;
use super::charset::Charset;
use super::line::Line;
use super::style::Style;
use super::tabs::Tabs;

/// What saving the cursor keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) x: usize,
    /// The row on the screen to which restoring goes back.
    pub(crate) row: usize,
    /// The line counted from the top of the scrollback, by which the viewers' terminal goes back.
    pub(crate) line: usize,
    /// [`Buffer::scrolled`] when it was saved.
    pub(crate) scrolled: u64,
    pub(crate) pen: Style,
    pub(crate) charset: Charset,
}

impl Saved {
    fn new() -> Self {
        Self {
            x: 0,
            row: 0,
            line: 0,
            scrolled: 0,
            pen: Style::default(),
            charset: Charset::ASCII,
        }
    }

    /// Whether it is as at the start.
    pub(crate) fn is_default(&self) -> bool {
        let pen = Style {
            link: 0,
            ..self.pen
        };
        (self.x, self.line) == (0, 0) && pen == Style::default() && self.charset == Charset::ASCII
    }
}

/// A screen buffer. The alternate one has no lines while it isn't shown.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    lines: VecDeque<Line>,
    /// Lines of scrollback: the number of the screen's first line.
    base: usize,
    /// Lines of scrollback that are kept, or `None` for the alternate buffer, which has no history.
    keep: Option<usize>,
    cols: usize,
    rows: usize,
    /// The cursor's column; the number of columns when the next character wraps.
    pub(crate) x: usize,
    /// The cursor's row.
    pub(crate) y: usize,
    /// The first row that scrolls.
    pub(crate) top: usize,
    /// The last row that scrolls.
    pub(crate) bottom: usize,
    pub(crate) tabs: Tabs,
    pub(crate) saved: Saved,
    /// Counts the lines that went into the scrollback, and the resizes.
    pub(crate) scrolled: u64,
    /// Stands in for a line that isn't there.
    spare: Line,
}

impl Buffer {
    /// The normal buffer of an empty terminal, keeping `scrollback` lines.
    pub(crate) fn normal(cols: usize, rows: usize, scrollback: usize) -> Self {
        let mut buffer = Self::empty(cols, rows, Some(scrollback));
        buffer.fill(Cell::BLANK);
        buffer
    }

    /// The alternate buffer, not shown.
    pub(crate) fn alternate(cols: usize, rows: usize) -> Self {
        Self::empty(cols, rows, None)
    }

    fn empty(cols: usize, rows: usize, keep: Option<usize>) -> Self {
        Self {
            lines: VecDeque::new(),
            base: 0,
            keep,
            cols,
            rows,
            x: 0,
            y: 0,
            top: 0,
            bottom: rows.saturating_sub(1),
            tabs: Tabs::new(cols),
            saved: Saved::new(),
            scrolled: 0,
            spare: Line::default(),
        }
    }

    /// Gives a buffer without lines its lines.
    pub(crate) fn fill(&mut self, fill: Cell) {
        if self.lines.is_empty() {
            self.lines = (0..self.rows)
                .map(|_| Line::blank(self.cols, fill))
                .collect();
        }
    }

    /// Drops all lines and the cursor's place; what was saved stays.
    pub(crate) fn clear(&mut self) {
        let (saved, scrolled) = (self.saved.clone(), self.scrolled);
        *self = Self {
            saved,
            scrolled,
            ..Self::empty(self.cols, self.rows, self.keep)
        };
    }

    pub(crate) fn cols(&self) -> usize {
        self.cols
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The most lines that it holds.
    fn capacity(&self) -> usize {
        self.rows + self.keep.unwrap_or(0)
    }

    /// The line of row `y`.
    #[inline]
    pub(crate) fn row(&self, y: usize) -> &Line {
        self.lines.get(self.base + y).unwrap_or(&self.spare)
    }

    /// The line of row `y`.
    #[inline]
    pub(crate) fn row_mut(&mut self, y: usize) -> &mut Line {
        self.lines.get_mut(self.base + y).unwrap_or(&mut self.spare)
    }

    /// The line that the cursor is in.
    #[inline]
    pub(crate) fn current_mut(&mut self) -> &mut Line {
        self.row_mut(self.y)
    }

    /// All lines from the oldest one.
    pub(crate) fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> + ExactSizeIterator {
        self.lines.iter()
    }

    /// All cells of all lines.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.lines.iter().flat_map(|line| line.cells())
    }

    /// All cells of all lines.
    pub(crate) fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.lines.iter_mut().flat_map(|line| line.cells_mut())
    }

    /// The most lines of scrollback that are kept.
    pub(crate) fn history(&self) -> usize {
        self.keep.unwrap_or(0)
    }

    /// Lines of scrollback.
    pub(crate) fn scrollback(&self) -> usize {
        self.base
    }

    /// Drops the scrollback. The saved cursor stays in its row, though not for the viewers' terminal,
    /// which counts its line from the top and forgets that there are fewer now.
    pub(crate) fn drop_scrollback(&mut self) {
        self.scrolled += self.base as u64;
        self.lines.drain(..self.base.min(self.lines.len()));
        self.base = 0;
    }

    /// The row to which the saved cursor belongs in the viewers' terminal.
    pub(crate) fn saved_row(&self) -> usize {
        self.saved.line.saturating_sub(self.base)
    }

    /// The line of the saved cursor in the viewers' terminal, if it is above the screen.
    pub(crate) fn saved_above(&self) -> Option<usize> {
        (!self.saved.is_default() && self.saved.line < self.base).then_some(self.saved.line)
    }

    /// How many rows the saved cursor is below the screen in the viewers' terminal.
    pub(crate) fn saved_below(&self) -> usize {
        (self.saved_row() + 1).saturating_sub(self.rows)
    }

    /// The saved cursor is at the top left, as at the start.
    pub(crate) fn reset_saved(&mut self) {
        self.saved = Saved {
            line: self.base,
            scrolled: self.scrolled,
            ..Saved::new()
        };
    }

    /// Saves the cursor.
    pub(crate) fn save(&mut self, pen: Style, charset: Charset) {
        let (x, row, line, scrolled) = (self.x, self.y, self.base + self.y, self.scrolled);
        self.saved = Saved {
            x,
            row,
            line,
            scrolled,
            pen,
            charset,
        };
    }

    /// Scrolls the region between the margins up by one line, which comes into the scrollback if
    /// the region starts at the top.
    pub(crate) fn scroll_up(&mut self, fill: Cell, wrapped: bool) {
        if self.top > 0 || self.keep.is_none() {
            self.shift_up(self.top, 1, fill);
        } else if self.lines.len() >= self.capacity()
            && self.bottom + 1 == self.rows
            && self.base > 0
        {
            self.scroll_full(fill);
        } else {
            let new = self.push_scrollback(fill);
            self.insert_row(self.bottom, new);
        }
        let bottom = self.bottom;
        self.row_mut(bottom).wrapped = wrapped;
    }

    /// Scrolls the whole screen when the scrollback is full: the oldest line becomes the new one.
    /// This is what happens all the time in a long output, so no line is moved but that one.
    fn scroll_full(&mut self, fill: Cell) {
        self.scrolled += 1;
        let cols = self.cols;
        let mut new = self.lines.pop_front().unwrap_or_default();
        if let Some(out) = self.lines.get_mut(self.base - 1) {
            out.pack_with(&mut new);
        }
        new.clear(cols, fill);
        self.lines.push_back(new);
    }

    /// Moves the screen's first line into the scrollback; the result is an empty line made of its
    /// memory.
    fn push_scrollback(&mut self, fill: Cell) -> Line {
        self.scrolled += 1;
        let cols = self.cols;
        let mut packed = Line::default();
        if self.lines.len() >= self.capacity() {
            packed = self.lines.pop_front().unwrap_or_default();
        } else {
            self.base += 1;
        }
        if self.keep == Some(0) {
            packed.clear(cols, fill);
            return packed;
        }
        let Some(place) = self
            .base
            .checked_sub(1)
            .and_then(|at| self.lines.get_mut(at))
        else {
            return Line::blank(cols, fill);
        };
        place.pack_with(&mut packed);
        packed.clear(cols, fill);
        packed
    }

    /// Moves the rows from `top` up by `n` within the margins; the first `n` are lost.
    pub(crate) fn shift_up(&mut self, top: usize, n: usize, fill: Cell) {
        let height = (self.bottom + 1).saturating_sub(top);
        let n = n.min(height);
        for y in top..top + height - n {
            self.swap_rows(y, y + n);
        }
        self.clear_rows(top + height - n, top + height, fill);
    }

    /// Moves the rows from `top` down by `n` within the margins; the last `n` are lost.
    pub(crate) fn shift_down(&mut self, top: usize, n: usize, fill: Cell) {
        let height = (self.bottom + 1).saturating_sub(top);
        let n = n.min(height);
        for y in (top + n..top + height).rev() {
            self.swap_rows(y, y - n);
        }
        self.clear_rows(top, top + n, fill);
    }

    fn swap_rows(&mut self, one: usize, other: usize) {
        let (one, other) = (self.base + one, self.base + other);
        if one.max(other) < self.lines.len() {
            self.lines.swap(one, other);
        }
    }

    fn clear_rows(&mut self, start: usize, end: usize, fill: Cell) {
        let cols = self.cols;
        for y in start..end {
            self.row_mut(y).clear(cols, fill);
        }
    }

    fn insert_row(&mut self, y: usize, line: Line) {
        let at = self.base + y;
        if at >= self.lines.len() {
            self.lines.push_back(line);
        } else {
            self.lines.insert(at, line);
        }
    }
}
