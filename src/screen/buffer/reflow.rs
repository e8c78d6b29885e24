//! Changing a buffer's size, with the lines that were wrapped being wrapped anew: step by step what
//! xterm.js does, since each viewer's terminal does it for itself. Where xterm.js would lose its
//! footing, this stays in bounds.

mod larger;
mod smaller;

use std::cmp::Ordering;

use super::{Buffer, Cell, Line};

impl Buffer {
    /// Changes the size; the normal buffer's wrapped lines are wrapped anew.
    pub(crate) fn resize(&mut self, cols: usize, rows: usize) {
        self.scrolled += 1;
        let old_cols = self.cols;
        if !self.lines.is_empty() {
            self.change_rows(cols, rows);
        }
        self.bottom = rows.saturating_sub(1);
        self.rows = rows;
        if self.keep.is_some() && cols != old_cols {
            if cols > old_cols {
                self.wrap_wider(old_cols, cols);
            } else {
                self.wrap_narrower(old_cols, cols);
            }
        }
        self.cols = cols;
        self.settle(cols > old_cols);
        self.saved.row = self.saved_row().min(rows.saturating_sub(1));
    }

    /// Brings the alternate buffer into a form that output can bring about: no line is longer than the
    /// screen is wide, none is above it, and no wide character is cut in two.
    pub(crate) fn settle_alternate(&mut self) {
        let cols = self.cols;
        self.lines.drain(..self.base.min(self.lines.len()));
        let row = self.saved_row().min(self.rows.saturating_sub(1));
        self.base = 0;
        for line in &mut self.lines {
            line.resize(cols);
        }
        self.erase_halves();
        (self.saved.row, self.saved.line, self.saved.scrolled) = (row, row, self.scrolled);
    }

    /// Erases the halves of wide characters on the screen that have lost the other one; the result is
    /// the column and the row of each.
    pub(crate) fn erase_halves(&mut self) -> Vec<(usize, usize)> {
        let (base, cols) = (self.base, self.cols);
        let mut erased = Vec::new();
        for (row, line) in self.lines.iter_mut().skip(base).enumerate() {
            while let Some(x) = line.half(cols) {
                line.replace(x, x + 1, Cell::BLANK);
                erased.push((x, row));
            }
        }
        erased
    }

    /// As [`Buffer::erase_halves`], above the screen; whether there were any.
    pub(crate) fn erase_halves_above(&mut self) -> bool {
        let (base, cols) = (self.base, self.cols);
        let mut any = false;
        for line in self.lines.iter_mut().take(base) {
            while let Some(x) = line.half(cols) {
                line.replace(x, x + 1, Cell::BLANK);
                any = true;
            }
        }
        any
    }

    /// Brings the place of the saved cursor back to the screen, if it is below it or beyond its right
    /// edge; whether it was.
    pub(crate) fn clamp_saved(&mut self) -> bool {
        let (last_row, last_x) = (self.rows.saturating_sub(1), self.cols.saturating_sub(1));
        let is_outside = self.saved_row() > last_row || self.saved.x > last_x;
        if is_outside {
            let row = self.saved_row().min(last_row);
            self.saved.x = self.saved.x.min(last_x);
            (self.saved.row, self.saved.line) = (row, self.base + row);
            self.saved.scrolled = self.scrolled;
        }
        is_outside
    }

    /// Whether a group of lines that a width of `cols` wraps anew holds a cell for which `is_meant`.
    pub(crate) fn moves_any(&self, cols: usize, is_meant: impl Fn(&Cell) -> bool) -> bool {
        let lines: Vec<&Line> = self.lines.iter().collect();
        let cursor = self.base + self.y;
        let mut start = 0;
        for group in lines.chunk_by(|_, next| next.wrapped) {
            let places = start..start + group.len();
            start = places.end;
            let is_wrapped = group.len() > 1 || group.iter().any(|line| line.wrapped);
            let is_moved = match cols.cmp(&self.cols) {
                Ordering::Less => is_wrapped || group.iter().any(|line| line.printed_len() > cols),
                Ordering::Equal => false,
                Ordering::Greater => is_wrapped,
            };
            if is_moved
                && !places.contains(&cursor)
                && group.iter().flat_map(|line| line.cells()).any(&is_meant)
            {
                return true;
            }
        }
        false
    }

    /// Adds rows at the bottom, or fetches them from the scrollback; removes empty ones at the
    /// bottom, or pushes the uppermost into the scrollback. The cursor's line stays.
    fn change_rows(&mut self, cols: usize, rows: usize) {
        let mut fetched = 0;
        for _ in self.rows..rows {
            fetched += usize::from(self.add_row(cols, rows, fetched));
        }
        for _ in rows..self.rows {
            self.remove_row(rows);
        }
        self.trim_to(rows + self.keep.unwrap_or(0));
        self.x = self.x.min(cols - 1);
        self.y = self.y.min(rows - 1) + fetched;
        self.saved.x = self.saved.x.min(cols - 1);
        self.top = 0;
    }

    /// Whether the row came from the scrollback.
    fn add_row(&mut self, cols: usize, rows: usize, fetched: usize) -> bool {
        if self.lines.len() >= rows + self.base {
            return false;
        }
        let ends_at_cursor = self.lines.len() <= self.base + self.y + fetched + 1;
        if self.base > 0 && ends_at_cursor {
            self.base -= 1;
            return true;
        }
        self.lines.push_back(Line::blank(cols, Cell::BLANK));
        false
    }

    fn remove_row(&mut self, rows: usize) {
        if self.lines.len() <= rows + self.base {
            return;
        }
        if self.lines.len() > self.base + self.y + 1 {
            self.lines.pop_back();
        } else {
            self.base += 1;
        }
    }

    /// Drops the oldest lines beyond `most`.
    fn trim_to(&mut self, most: usize) {
        let excess = self.lines.len().saturating_sub(most);
        self.lines.drain(..excess);
        self.base = self.base.saturating_sub(excess);
        self.saved.line = self.saved.line.saturating_sub(excess);
    }

    /// Brings the lines into the form that the rest counts on: whole rows on the screen, packed
    /// lines above it.
    fn settle(&mut self, widened: bool) {
        if self.lines.is_empty() {
            return;
        }
        let cols = self.cols;
        // In xterm.js the alternate buffer's lines keep what a narrower screen hides, until it
        // becomes wider.
        let shortened = self.keep.is_some() || widened;
        while self.lines.len() < self.base + self.rows {
            self.lines.push_back(Line::blank(cols, Cell::BLANK));
        }
        self.lines.truncate(self.base + self.rows);
        self.trim_to(self.capacity());
        let base = self.base;
        for (at, line) in self.lines.iter_mut().enumerate() {
            if line.len() < cols || shortened {
                line.resize(cols);
            }
            if at < base {
                line.trim();
            }
        }
        self.y = self.y.min(self.rows - 1);
    }
}

/// The cells of line `at` of a group of wrapped lines that count: all of them, but for the last
/// line, and but for the empty cell that a wide character at the start of the next line had no room
/// in.
fn wrapped_len(group: &[Line], at: usize, cols: usize) -> usize {
    let (Some(line), next) = (group.get(at), group.get(at + 1)) else {
        return 0;
    };
    let Some(next) = next else {
        return line.printed_len();
    };
    let last = line.get(cols - 1);
    let ends_empty = !last.has_content() && last.width() == 1;
    if ends_empty && next.get(0).width() == 2 {
        cols - 1
    } else {
        cols
    }
}
