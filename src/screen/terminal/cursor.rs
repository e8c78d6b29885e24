//! Moving the cursor, and the controls that do.

use super::super::buffer::Buffer;
use super::Terminal;

impl Terminal {
    /// Brings the cursor into the screen, in origin mode between the margins. `last` is the last
    /// column allowed.
    pub(crate) fn restrict(&mut self, last: usize) {
        let origin = self.modes.origin;
        let buffer = self.active_mut();
        buffer.x = buffer.x.min(last);
        let (first, last) = if origin {
            (buffer.top, buffer.bottom)
        } else {
            (0, buffer.rows() - 1)
        };
        buffer.y = buffer.y.max(first).min(last);
    }

    /// Brings the cursor into the screen, out of the wait behind the last column.
    pub(crate) fn restrict_to_cells(&mut self) {
        self.restrict(self.cols() - 1);
    }

    /// Goes to a column and a row; in origin mode the row counts from the top margin.
    pub(crate) fn go_to(&mut self, x: usize, y: usize) {
        let first = if self.modes.origin {
            self.active().top
        } else {
            0
        };
        let buffer = self.active_mut();
        buffer.x = x;
        buffer.y = y.saturating_add(first);
        self.restrict_to_cells();
    }

    /// The row as a program counts it, from the top margin in origin mode.
    pub(crate) fn row_for_program(&self, y: usize) -> usize {
        y.saturating_sub(if self.modes.origin {
            self.active().top
        } else {
            0
        })
    }

    /// Moves by columns and rows. As in xterm.js the new row counts from the top margin in origin
    /// mode, so that there each movement goes down by the margin as well.
    fn move_by(&mut self, columns: isize, rows: isize) {
        self.restrict_to_cells();
        let Buffer { x, y, top, .. } = *self.active();
        let first = if self.modes.origin { top } else { 0 };
        let y = y.saturating_add(first).saturating_add_signed(rows);
        let buffer = self.active_mut();
        buffer.x = x.saturating_add_signed(columns);
        buffer.y = y;
        self.restrict_to_cells();
    }

    /// CUU
    pub(crate) fn up(&mut self, n: usize) {
        let Buffer { y, top, .. } = *self.active();
        let n = y.checked_sub(top).map_or(n, |most| n.min(most));
        self.move_by(0, -(n as isize));
    }

    /// CUD
    pub(crate) fn down(&mut self, n: usize) {
        let Buffer { y, bottom, .. } = *self.active();
        let n = bottom.checked_sub(y).map_or(n, |most| n.min(most));
        self.move_by(0, n as isize);
    }

    /// VPR: as CUD, but over the margin.
    pub(crate) fn down_anywhere(&mut self, n: usize) {
        self.move_by(0, n as isize);
    }

    /// CUF, HPR
    pub(crate) fn right(&mut self, n: usize) {
        self.move_by(n as isize, 0);
    }

    /// CUB
    pub(crate) fn left(&mut self, n: usize) {
        self.move_by(-(n as isize), 0);
    }

    /// CHA, HPA
    pub(crate) fn go_to_column(&mut self, x: usize) {
        let y = self.active().y;
        self.go_to(x, y);
    }

    /// VPA
    pub(crate) fn go_to_row(&mut self, y: usize) {
        let x = self.active().x;
        self.go_to(x, y);
    }

    pub(crate) fn carriage_return(&mut self) {
        self.active_mut().x = 0;
    }

    /// Whether moving down a line has nothing to do with links.
    #[inline]
    pub(crate) fn feeds_plainly(&self) -> bool {
        self.store.links.is_empty() || (self.pen.link == 0 && self.active().top == 0)
    }

    pub(crate) fn line_feed(&mut self) {
        let fill = self.erased_cell();
        let newline = self.modes.newline;
        let buffer = self.active_mut();
        if newline {
            buffer.x = 0;
        }
        if buffer.y == buffer.bottom {
            buffer.scroll_up(fill, false);
        } else if buffer.y + 1 < buffer.rows() {
            buffer.y += 1;
            buffer.current_mut().wrapped = false;
        }
        if buffer.x >= buffer.cols() {
            buffer.x -= 1;
        }
    }

    /// IND: down by one line, scrolling at the bottom margin.
    pub(crate) fn index(&mut self) {
        self.restrict_to_cells();
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        if buffer.y == buffer.bottom {
            buffer.scroll_up(fill, false);
        } else if buffer.y + 1 < buffer.rows() {
            buffer.y += 1;
        }
        self.restrict_to_cells();
    }

    /// NEL: to the start of the next line, scrolling at the bottom margin.
    pub(crate) fn next_line(&mut self) {
        self.carriage_return();
        self.index();
    }

    /// RI: up by one line, scrolling at the top margin.
    pub(crate) fn reverse_index(&mut self) {
        self.restrict_to_cells();
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        if buffer.y == buffer.top {
            let top = buffer.top;
            buffer.shift_down(top, 1, fill);
        } else {
            buffer.y = buffer.y.saturating_sub(1);
            self.restrict_to_cells();
        }
    }

    pub(crate) fn backspace(&mut self) {
        let cols = self.cols();
        self.restrict(if self.modes.reverse_wrap {
            cols
        } else {
            cols - 1
        });
        if self.active().x > 0 {
            self.active_mut().x -= 1;
        } else if self.modes.reverse_wrap {
            self.wrap_back();
        }
        self.restrict_to_cells();
    }

    /// Goes to the end of the line above, if this one continues it.
    fn wrap_back(&mut self) {
        let last = self.cols() - 1;
        let buffer = self.active_mut();
        let movable = buffer.y > buffer.top && buffer.y <= buffer.bottom;
        if !movable || !buffer.row(buffer.y).wrapped {
            return;
        }
        buffer.current_mut().wrapped = false;
        buffer.y -= 1;
        let end = buffer.row(buffer.y).get(last);
        // A wide character that wrapped early left the last column empty.
        let left_empty = end.width() != 0 && !end.has_content();
        buffer.x = if left_empty {
            last.saturating_sub(1)
        } else {
            last
        };
    }

    /// HT, CHT: to the `n`th tab stop from here.
    pub(crate) fn tab(&mut self, n: usize) {
        let cols = self.cols();
        let buffer = self.active_mut();
        for _ in 0..n.min(cols) {
            if buffer.x < cols {
                buffer.x = buffer.tabs.after(buffer.x, cols);
            }
        }
    }

    /// CBT: to the `n`th tab stop before here.
    pub(crate) fn tab_back(&mut self, n: usize) {
        let cols = self.cols();
        let buffer = self.active_mut();
        for _ in 0..n.min(cols) {
            if buffer.x < cols {
                buffer.x = buffer.tabs.before(buffer.x, cols);
            }
        }
    }

    /// DECSTBM: sets the margins, if there are at least two rows between them, and goes home.
    /// `bottom` is the row behind the last one.
    pub(crate) fn set_margins(&mut self, top: usize, bottom: usize) {
        if bottom > top + 1 {
            let buffer = self.active_mut();
            buffer.top = top;
            buffer.bottom = bottom - 1;
            self.go_to(0, 0);
        }
    }
}
