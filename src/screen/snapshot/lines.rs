//! The lines of a snapshot. They are typed, as only typing past the right margin makes a line
//! continue the one above; what can't be typed is put right afterwards.

use std::fmt::Write;

use super::super::buffer::Buffer;
use super::super::cell::Cell;
use super::super::line::Line;
use super::super::spell;
use super::super::style::Style;
use super::Writer;

/// A wide space: overwriting one half of it leaves an empty cell that has attributes.
const WIDE_SPACE: char = '\u{3000}';

impl Writer<'_> {
    /// Writes the lines of `buffer` but for the first `skipped`, from the top of an empty screen.
    pub(super) fn lines(&mut self, buffer: &Buffer, skipped: usize) {
        let (cols, rows) = (buffer.cols(), buffer.rows());
        let mut row = 0;
        let mut above: Option<&Line> = None;
        let saved_at = buffer
            .saved_above()
            .map(|line| line.saturating_sub(skipped));
        for (at, line) in buffer.lines().skip(skipped).enumerate() {
            match above {
                None if line.wrapped && rows > 1 => self.first_wrapped(line, cols),
                None => self.cells(line, 0, 0, cols),
                Some(above) if line.wrapped => {
                    let scrolls = row + 1 >= rows;
                    row = (row + 1).min(rows - 1);
                    self.wrap(above, line, Place { row, scrolls, cols });
                }
                Some(_) => {
                    self.set_background(Style::default());
                    self.set_link(0);
                    self.out.push_str("\r\n");
                    row = (row + 1).min(rows - 1);
                    self.cells(line, 0, row, cols);
                }
            }
            above = Some(line);
            if saved_at == Some(at) {
                self.save_above(buffer, line, row);
            }
        }
    }

    /// Makes the cursor wait behind the last column of a line; whether a blank was typed there for
    /// it, which has to be erased again.
    pub(super) fn wait_behind(&mut self, line: &Line, row: usize, cols: usize) -> bool {
        if is_typed_to_end(line, cols) {
            self.go_behind(line, row, cols);
            return false;
        }
        let last = line.get(cols - 1);
        let is_empty = last.width() == 1 && !self.is_odd(last);
        if is_empty {
            self.set_pen(Style::default());
            self.out.push(' ');
        }
        is_empty
    }

    /// Writes a first line that continues one which isn't there: a line is put above it and deleted
    /// again.
    fn first_wrapped(&mut self, line: &Line, cols: usize) {
        self.wrap(
            &Line::default(),
            line,
            Place {
                row: 1,
                scrolls: false,
                cols,
            },
        );
        self.set_background(Style::default());
        self.set_link(0);
        self.out.push_str("\x1b[H\x1b[M");
        self.go_behind(line, 0, cols);
    }

    /// Brings the cursor behind the last column of a line that has been written.
    pub(super) fn go_behind(&mut self, line: &Line, row: usize, cols: usize) {
        let start = if line.get(cols - 1).width() == 0 {
            cols.saturating_sub(2)
        } else {
            cols - 1
        };
        spell::go_to(start, row, &mut self.out);
        if is_typed_to_end(line, cols) {
            self.print(line.get(start));
        }
    }

    /// Writes `line` so that it continues `above`, behind whose end the cursor is.
    fn wrap(&mut self, above: &Line, line: &Line, place: Place) {
        let Place { row, scrolls, cols } = place;
        let above_row = if scrolls { row } else { row - 1 };
        let (end, first) = (above.get(cols - 1), line.get(0));
        let leaves_end_empty = !is_typed_to_end(above, cols);
        if leaves_end_empty {
            // A wide character wraps from the last column, any other only from behind it.
            spell::go_to(cols - 1, above_row, &mut self.out);
            if first.width() != 2 {
                self.set_pen(Style::default());
                self.out.push(' ');
            }
        }
        let typed = if first.has_content() {
            first
        } else {
            Cell::printed(' ', 1, 0)
        };
        self.print(typed);
        if self.pen.link != 0 {
            // So far it belongs to a link of the line above, and xterm.js forgets it with that.
            self.out.push('\r');
            self.set_link(0);
            self.print(typed);
        }
        let width = typed.width();
        if scrolls && self.pen.bg != Style::default().bg {
            self.set_pen(Style::default());
            if width < cols {
                self.out.push_str("\x1b[K");
            }
        }
        if !first.has_content() {
            self.set_background(Style::default());
            self.out.push_str("\r\x1b[X");
        }
        let as_typed = first.width() == 2 && end.style == first.style;
        if leaves_end_empty && !as_typed && row > 0 {
            spell::go_to(cols - 1, row - 1, &mut self.out);
            self.empty_end(above, row - 1, cols);
            let next = if first.has_content() { width } else { 0 };
            spell::go_to(next.min(cols - 1), row, &mut self.out);
        }
        self.cells(line, if first.has_content() { width } else { 0 }, row, cols);
    }

    /// Empties the last cell of a line, in which the cursor is.
    fn empty_end(&mut self, line: &Line, row: usize, cols: usize) {
        let style = self.terminal.store.style(line.get(cols - 1).style);
        self.set_pen(style.erased());
        self.out.push_str("\x1b[X");
        if style != style.erased() {
            let odd = (0..cols).rev().take_while(|&x| self.is_odd(line.get(x)));
            let start = cols - odd.count();
            // Half a wide character that a resize left there can't be typed.
            if start < cols {
                self.odd_cells(line, start, cols, row);
            }
        }
    }

    /// Writes the cells from column `x` on; the cursor is there, and the line is empty from there
    /// on.
    fn cells(&mut self, line: &Line, mut x: usize, row: usize, cols: usize) {
        let used = line.used_len().min(cols);
        let cells = line.cells().get(..used).unwrap_or_default();
        // Whether the cell under the cursor has something in it after all.
        let mut dirty = false;
        while let Some(&cell) = cells.get(x) {
            if cell.has_content() && x + cell.width() <= cols {
                self.print(cell);
                x += cell.width().max(1);
                dirty = false;
                continue;
            }
            let style = self.terminal.store.style(cell.style);
            if style != style.erased() {
                let mut run = cells
                    .iter()
                    .skip(x)
                    .take_while(|cell| self.is_odd(**cell))
                    .count()
                    .max(1);
                if x == 0 {
                    // A whole line of them can't be written.
                    run = run.min(cols - 1).max(1);
                    self.odd_first_cells(line, run, row);
                    dirty = true;
                } else {
                    self.odd_cells(line, x, x + run, row);
                    spell::go_to((x + run).min(cols - 1), row, &mut self.out);
                }
                x += run;
                continue;
            }
            let same = |other: &&Cell| !other.has_content() && other.style == cell.style;
            // At least one: the first half of a wide character may have no room.
            let run = cells.iter().skip(x).take_while(same).count().max(1);
            if style != Style::default() || dirty {
                self.erase(style, run, x + run >= cols && x > 0);
            }
            x += run;
            dirty = false;
            if x < used {
                let _ = write!(self.out, "\x1b[{run}C");
            }
        }
        if dirty {
            self.erase(Style::default(), 1, false);
        }
    }

    fn erase(&mut self, style: Style, n: usize, to_end: bool) {
        self.set_background(style);
        if to_end {
            self.out.push_str("\x1b[K");
        } else {
            let _ = write!(self.out, "\x1b[{n}X");
        }
    }

    /// Makes sure that erasing, or scrolling, leaves cells of this style.
    pub(super) fn set_background(&mut self, style: Style) {
        if self.pen.bg != style.bg {
            self.set_pen(style);
        }
    }

    /// Whether it is an empty cell with attributes that erasing doesn't leave.
    fn is_odd(&self, cell: Cell) -> bool {
        let style = self.terminal.store.style(cell.style);
        !cell.has_content() && style != style.erased()
    }

    /// Writes such cells in the columns `start..end`: each remains of a wide character whose first
    /// half, in the column before, is overwritten. What belongs into the column before the first
    /// one is written again.
    fn odd_cells(&mut self, line: &Line, start: usize, end: usize, row: usize) {
        let Some(before) = start.checked_sub(1) else {
            return;
        };
        for x in (start..end).rev() {
            self.set_pen(self.terminal.store.style(line.get(x).style));
            spell::go_to(x - 1, row, &mut self.out);
            self.out.push(WIDE_SPACE);
            spell::go_to(x - 1, row, &mut self.out);
            self.out.push(' ');
        }
        let x = if line.get(before).is_spacer() {
            before.saturating_sub(1)
        } else {
            before
        };
        let restored = line.get(x);
        spell::go_to(x, row, &mut self.out);
        if restored.has_content() {
            self.print(restored);
        } else {
            self.erase(self.terminal.store.style(restored.style).erased(), 1, false);
        }
    }

    /// Writes such cells in the first `count` columns: each remains of a wide character whose second
    /// half, in the column behind, is overwritten. Afterwards the cursor is in the next column, which
    /// isn't empty.
    fn odd_first_cells(&mut self, line: &Line, count: usize, row: usize) {
        for x in 0..count {
            self.set_pen(self.terminal.store.style(line.get(x).style));
            self.out.push(WIDE_SPACE);
            spell::go_to(x + 1, row, &mut self.out);
            self.out.push(' ');
            spell::go_to(x + 1, row, &mut self.out);
        }
    }
}

/// Whether typing the line brings the cursor behind its last column: the last cell is printed, and
/// is no half of a wide character whose other half is missing.
fn is_typed_to_end(line: &Line, cols: usize) -> bool {
    match line.get(cols - 1).width() {
        0 => line.get(cols.saturating_sub(2)).width() == 2,
        1 => line.get(cols - 1).has_content(),
        _ => false,
    }
}

/// Where a line that continues another one goes.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its row, after the screen has scrolled.
    row: usize,
    /// Whether the screen scrolls for it.
    scrolls: bool,
    cols: usize,
}
