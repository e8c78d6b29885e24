//! One line of cells and what can be done to it: replace, insert, delete, with the care that halves
//! of wide characters need. It knows neither cursor nor screen.

use super::cell::Cell;

/// A line of cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// The cells from the left. Those that are missing at the end are empty and of the default
    /// style, which saves time on the screen and memory in the scrollback.
    cells: Vec<Cell>,
    /// How many cells it has, the missing ones included.
    len: usize,
    /// Whether it continues the line above, which was too long.
    pub(crate) wrapped: bool,
}

impl Line {
    /// An empty line of `len` cells.
    pub(crate) fn blank(len: usize, fill: Cell) -> Self {
        let mut line = Self::default();
        line.clear(len, fill);
        line
    }

    /// An empty line that continues the one above.
    pub(crate) fn continuing(len: usize) -> Self {
        Self {
            len,
            wrapped: true,
            ..Self::default()
        }
    }

    /// Makes it an empty line again, keeping its memory.
    #[inline]
    pub(crate) fn clear(&mut self, len: usize, fill: Cell) {
        self.len = len;
        self.wrapped = false;
        self.fill(fill);
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The cell at `at`; beyond the end all cells are empty.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Cell {
        self.cells.get(at).copied().unwrap_or(Cell::BLANK)
    }

    /// Puts a cell at `at`, if the line is that long.
    #[inline]
    pub(crate) fn put(&mut self, at: usize, cell: Cell) {
        if let Some(place) = self.cells.get_mut(at) {
            *place = cell;
        } else if at < self.len && cell != Cell::BLANK {
            self.complete(at);
            self.cells.push(cell);
        }
    }

    /// Puts a cell at `at`, making the line longer if need be.
    pub(crate) fn put_extending(&mut self, at: usize, cell: Cell) {
        self.len = self.len.max(at + 1);
        self.put(at, cell);
    }

    /// Puts a run of ASCII characters at `at`, where there must be room for it.
    #[inline]
    pub(crate) fn put_ascii(&mut self, at: usize, run: &[u8], style: u32) {
        self.complete(at);
        let over = self.cells.get_mut(at..).unwrap_or_default();
        let (over_run, new_run) = run.split_at_checked(over.len()).unwrap_or((run, &[]));
        for (place, &byte) in over.iter_mut().zip(over_run) {
            *place = Cell::ascii(byte, style);
        }
        self.cells
            .extend(new_run.iter().map(|&byte| Cell::ascii(byte, style)));
    }

    /// Prints a character at `at`, where there must be room for it. Wide characters that lose a
    /// half on either side go.
    #[inline]
    pub(crate) fn print(&mut self, at: usize, cell: Cell) {
        self.split_before(at, cell.style);
        self.put_over(at, cell);
    }

    /// As [`Line::print`], without a look at the column before.
    #[inline]
    pub(crate) fn put_over(&mut self, at: usize, cell: Cell) {
        let width = cell.width();
        self.put(at, cell);
        if width == 2 {
            self.put(at + 1, Cell::spacer(cell.style));
        }
        self.split_after(at + width, cell.style);
    }

    /// Prints a run of ASCII characters at `at`, where there must be room for it.
    #[inline]
    pub(crate) fn print_ascii(&mut self, at: usize, run: &[u8], style: u32) {
        if at == 0 && self.cells.is_empty() {
            // The line of a flood: nothing is there that could lose a half.
            self.cells
                .extend(run.iter().map(|&byte| Cell::ascii(byte, style)));
            return;
        }
        self.split_before(at, style);
        self.put_ascii(at, run, style);
        self.split_after(at + run.len(), style);
    }

    /// If the column `at` is the second half of a wide character, its first half goes.
    #[inline]
    pub(crate) fn split_before(&mut self, at: usize, style: u32) {
        let before = at
            .checked_sub(1)
            .and_then(|before| self.cells.get_mut(before));
        if let Some(cell) = before.filter(|cell| cell.width() == 2) {
            *cell = Cell::blank(style);
        }
    }

    /// If the column `at` is the second half of a wide character, it goes.
    #[inline]
    pub(crate) fn split_after(&mut self, at: usize, style: u32) {
        if let Some(cell) = self.cells.get_mut(at).filter(|cell| cell.is_spacer()) {
            *cell = Cell::blank(style);
        }
    }

    /// The cells up to the last one that isn't empty and of the default style, and perhaps some
    /// more.
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) fn cells_mut(&mut self) -> &mut [Cell] {
        &mut self.cells
    }

    /// The first column with half a wide character whose other half is missing, of `cols`.
    pub(crate) fn half(&self, cols: usize) -> Option<usize> {
        let mut before = Cell::BLANK;
        self.cells
            .iter()
            .take(cols)
            .enumerate()
            .position(|(x, &cell)| {
                let lacks_first = cell.is_spacer() && before.width() != 2;
                let lacks_second =
                    cell.width() == 2 && (x + 1 >= cols || !self.get(x + 1).is_spacer());
                before = cell;
                lacks_first || lacks_second
            })
    }

    /// The columns up to the last one with something printed in it.
    pub(crate) fn printed_len(&self) -> usize {
        let last = self.cells.iter().rposition(|cell| cell.has_content());
        last.map_or(0, |at| at + self.get(at).width())
    }

    /// The columns up to the last one that isn't an empty cell of the default style.
    pub(crate) fn used_len(&self) -> usize {
        let last = self.cells.iter().rposition(|&cell| cell != Cell::BLANK);
        last.map_or(0, |at| at + 1)
    }

    /// Shortens or lengthens it to `len` cells.
    pub(crate) fn resize(&mut self, len: usize) {
        self.len = len;
        self.cells.truncate(len);
    }

    /// Gives it the form that it has in the scrollback, with as little memory as is sensible: the
    /// memory of `spare`, which gets that of this line.
    #[inline]
    pub(crate) fn pack_with(&mut self, spare: &mut Self) {
        std::mem::swap(&mut self.cells, &mut spare.cells);
        let used = spare.cells.get(..spare.used_len()).unwrap_or_default();
        if self.cells.capacity() < used.len() || self.cells.capacity() > used.len() * 2 + 16 {
            self.cells = Vec::with_capacity(used.len());
        }
        self.cells.clear();
        self.cells.extend_from_slice(used);
    }

    /// Gives back the memory that it doesn't need.
    pub(crate) fn trim(&mut self) {
        self.cells.truncate(self.used_len());
        self.cells.shrink_to_fit();
    }

    /// Overwrites the columns `start..end`. A wide character that loses a half loses the other one
    /// too.
    pub(crate) fn replace(&mut self, start: usize, end: usize, fill: Cell) {
        if start > 0 && self.get(start - 1).width() == 2 {
            self.put(start - 1, fill);
        }
        let end = end.min(self.len);
        if end > 0 && end < self.len && self.get(end - 1).width() == 2 {
            self.put(end, fill);
        }
        if fill == Cell::BLANK && end >= self.cells.len() {
            self.cells.truncate(start);
            return;
        }
        self.complete(end);
        for place in self.cells.iter_mut().take(end).skip(start) {
            *place = fill;
        }
    }

    /// As [`Line::replace`], sparing the cells for which `spares` holds.
    pub(crate) fn replace_but(
        &mut self,
        start: usize,
        end: usize,
        fill: Cell,
        spares: impl Fn(Cell) -> bool,
    ) {
        if start > 0 && self.get(start - 1).width() == 2 && !spares(self.get(start - 1)) {
            self.put(start - 1, fill);
        }
        let end = end.min(self.len);
        if end > 0 && end < self.len && self.get(end - 1).width() == 2 && !spares(self.get(end)) {
            self.put(end, fill);
        }
        self.complete(end);
        for place in self.cells.iter_mut().take(end).skip(start) {
            if !spares(*place) {
                *place = fill;
            }
        }
    }

    /// Overwrites the whole line, sparing the cells for which `spares` holds.
    pub(crate) fn fill_but(&mut self, fill: Cell, spares: impl Fn(Cell) -> bool) {
        self.complete(self.len);
        for place in self.cells.iter_mut().filter(|cell| !spares(**cell)) {
            *place = fill;
        }
    }

    /// Overwrites the whole line.
    #[inline]
    pub(crate) fn fill(&mut self, fill: Cell) {
        self.cells.clear();
        if fill != Cell::BLANK {
            self.cells.resize(self.len, fill);
        }
    }

    /// Inserts `n` cells at `at`; what is pushed beyond the end is lost.
    pub(crate) fn insert(&mut self, at: usize, n: usize, fill: Cell) {
        let len = self.len;
        if len == 0 {
            return;
        }
        self.complete(len);
        // A column beyond the end counts from the start again, as in xterm.js.
        let at = at % len;
        if at > 0 && self.get(at - 1).width() == 2 {
            self.put(at - 1, fill);
        }
        let n = n.min(len - at);
        self.cells.copy_within(at..len - n, at + n);
        for place in self.cells.iter_mut().skip(at).take(n) {
            *place = fill;
        }
        if self.get(len - 1).width() == 2 {
            self.put(len - 1, fill);
        }
    }

    /// Deletes `n` cells at `at`; the rest moves left, and the line is filled up.
    pub(crate) fn delete(&mut self, at: usize, n: usize, fill: Cell) {
        let len = self.len;
        if len == 0 {
            return;
        }
        self.complete(len);
        let at = at % len;
        let n = n.min(len - at);
        self.cells.copy_within(at + n..len, at);
        for place in self.cells.iter_mut().skip(len - n) {
            *place = fill;
        }
        if at > 0 && self.get(at - 1).width() == 2 {
            self.put(at - 1, fill);
        }
        if self.get(at).is_spacer() {
            self.put(at, fill);
        }
    }

    /// Adds the missing cells up to the column `end`.
    #[inline]
    fn complete(&mut self, end: usize) {
        if self.cells.len() < end {
            self.cells.resize(end, Cell::BLANK);
        }
    }
}
