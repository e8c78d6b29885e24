//! Erasing parts of the screen.

use super::super::cell::Cell;
use super::super::style::Flags;
use super::Terminal;

/// Which part of a line or of the screen is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// From the cursor to the end.
    After,
    /// From the start to the cursor.
    Before,
    /// All of it.
    All,
}

/// Whether erasing spares the cells that were printed under character protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sparing {
    /// Every cell goes.
    Nothing,
    /// Only the others go (DECSEL, DECSED).
    Protected,
}

impl Terminal {
    /// EL, DECSEL
    pub(crate) fn erase_line(&mut self, part: Part, sparing: Sparing) {
        let cols = self.cols();
        self.restrict(cols);
        let x = self.active().x;
        match part {
            Part::After => self.erase_cells(x, cols, x == 0, sparing),
            Part::Before => self.erase_cells(0, x + 1, false, sparing),
            Part::All => self.erase_cells(0, cols, true, sparing),
        }
    }

    /// ED, DECSED. Erasing before the cursor must not be asked for in the last column: see `gate`.
    pub(crate) fn erase_screen(&mut self, part: Part, sparing: Sparing) {
        let cols = self.cols();
        self.restrict(cols);
        let (x, y, rows) = (self.active().x, self.active().y, self.rows());
        match part {
            Part::After => {
                self.erase_cells(x, cols, x == 0, sparing);
                self.erase_rows(y + 1, rows, sparing);
            }
            Part::Before => {
                self.erase_cells(0, x + 1, true, sparing);
                self.erase_rows(0, y, sparing);
            }
            Part::All => self.erase_rows(0, rows, sparing),
        }
    }

    /// Erases columns of the cursor's line.
    fn erase_cells(&mut self, start: usize, end: usize, ends_wrap: bool, sparing: Sparing) {
        let fill = self.erased_cell();
        let (line, styles) = self.line_and_styles(None);
        match sparing {
            Sparing::Nothing => line.replace(start, end, fill),
            Sparing::Protected => {
                line.replace_but(start, end, fill, |cell| is_protected(cell, styles))
            }
        }
        if ends_wrap {
            line.wrapped = false;
        }
    }

    /// Erases whole rows.
    fn erase_rows(&mut self, start: usize, end: usize, sparing: Sparing) {
        let fill = self.erased_cell();
        for y in start..end {
            let (line, styles) = self.line_and_styles(Some(y));
            match sparing {
                Sparing::Nothing => line.fill(fill),
                Sparing::Protected => line.fill_but(fill, |cell| is_protected(cell, styles)),
            }
            line.wrapped = false;
        }
    }

    /// The line of row `y`, or the cursor's, and the styles that its cells refer to.
    fn line_and_styles(&mut self, y: Option<usize>) -> (&mut super::Line, &super::Store) {
        let buffer = if self.on_alternate {
            &mut self.alternate
        } else {
            &mut self.normal
        };
        let y = y.unwrap_or(buffer.y);
        (buffer.row_mut(y), &self.store)
    }

    /// DECALN: fills the screen with E. It must not be asked for in origin mode: see `gate`.
    pub(crate) fn fill_screen(&mut self) {
        self.go_to(0, 0);
        let style = self.printed_style();
        for y in 0..self.rows() {
            let line = self.active_mut().row_mut(y);
            line.fill(Cell::printed('E', 1, style));
            line.wrapped = false;
        }
        self.go_to(0, 0);
    }
}

fn is_protected(cell: Cell, store: &super::Store) -> bool {
    store.style(cell.style).flags.has(Flags::PROTECTED)
}
