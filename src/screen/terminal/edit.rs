//! Inserting, deleting and scrolling characters, columns and lines.

use std::ops::RangeInclusive;

use super::super::cell::Cell;
use super::super::line::Line;
use super::Terminal;

/// A column in which characters are inserted or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// The first one.
    LeftEdge,
    /// The cursor's.
    Cursor,
}

impl Terminal {
    /// ICH
    pub(crate) fn insert_chars(&mut self, n: usize) {
        self.edit_line(|line, x, fill| line.insert(x, n, fill));
    }

    /// DCH
    pub(crate) fn delete_chars(&mut self, n: usize) {
        self.edit_line(|line, x, fill| line.delete(x, n, fill));
    }

    /// ECH
    pub(crate) fn erase_chars(&mut self, n: usize) {
        self.edit_line(|line, x, fill| line.replace(x, x.saturating_add(n), fill));
    }

    /// Changes the cursor's line from the cursor on; new cells are as erasing leaves them.
    fn edit_line(&mut self, edit: impl FnOnce(&mut Line, usize, Cell)) {
        self.restrict_to_cells();
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        let x = buffer.x;
        edit(buffer.current_mut(), x, fill);
    }

    /// IL
    pub(crate) fn insert_lines(&mut self, n: usize) {
        self.restrict_to_cells();
        if !self.is_between_margins() {
            return;
        }
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        let y = buffer.y;
        buffer.shift_down(y, n, fill);
        buffer.x = 0;
    }

    /// DL
    pub(crate) fn delete_lines(&mut self, n: usize) {
        self.restrict_to_cells();
        if !self.is_between_margins() {
            return;
        }
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        let y = buffer.y;
        buffer.shift_up(y, n, fill);
        buffer.x = 0;
    }

    /// SU: the lines that go don't come into the scrollback.
    pub(crate) fn scroll_up(&mut self, n: usize) {
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        let top = buffer.top;
        buffer.shift_up(top, n, fill);
    }

    /// SD: the new lines have the default background.
    pub(crate) fn scroll_down(&mut self, n: usize) {
        let buffer = self.active_mut();
        let top = buffer.top;
        buffer.shift_down(top, n, super::Cell::BLANK);
    }

    /// SR, DECIC: inserts `n` empty columns between the margins.
    pub(crate) fn insert_columns(&mut self, at: At, n: usize) {
        let fill = self.erased_cell();
        let x = self.column(at);
        self.edit_rows(|line| line.insert(x, n, fill));
    }

    /// SL, DECDC: deletes `n` columns between the margins.
    pub(crate) fn delete_columns(&mut self, at: At, n: usize) {
        let fill = self.erased_cell();
        let x = self.column(at);
        self.edit_rows(|line| line.delete(x, n, fill));
    }

    fn column(&self, at: At) -> usize {
        match at {
            At::LeftEdge => 0,
            At::Cursor => self.active().x,
        }
    }

    fn edit_rows(&mut self, edit: impl Fn(&mut Line)) {
        if !self.is_between_margins() {
            return;
        }
        let buffer = self.active_mut();
        for y in buffer.top..=buffer.bottom {
            let line = buffer.row_mut(y);
            edit(line);
            line.wrapped = false;
        }
    }

    /// The rows that inserting and deleting columns changes.
    pub(crate) fn rows_between_margins(&self) -> RangeInclusive<usize> {
        self.active().top..=self.active().bottom
    }

    /// Whether a line between the margins has a cell that belongs to a link.
    pub(crate) fn has_links_between_margins(&self) -> bool {
        let buffer = self.active();
        let mut rows = self.rows_between_margins();
        !self.store.links.is_empty()
            && rows.any(|y| {
                let cells = buffer.row(y).cells();
                cells
                    .iter()
                    .any(|cell| self.store.style(cell.style).link != 0)
            })
    }

    fn is_between_margins(&self) -> bool {
        let buffer = self.active();
        (buffer.top..=buffer.bottom).contains(&buffer.y)
    }
}
