//! Changing a buffer's size, with the lines that were wrapped being wrapped anew: step by step what
//! xterm.js does, since each viewer's terminal does it for itself. Where xterm.js would lose its
//! footing, this stays in bounds.

mod larger;
mod smaller;

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
