//! Printing: where a character goes, what it overwrites, when the line wraps.

use std::sync::Arc;

use super::super::cell::{Cell, Glyph};
use super::super::charset::Charset;
use super::super::line::Line;
use super::super::width;
use super::Terminal;

/// What became of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is on the screen.
    Printed,
    /// It has no place, and viewers must not get it either.
    Dropped,
}

/// The most bytes of one cell's text: a base character and some dozens of marks.
const MOST_JOINED: usize = 64;

impl Terminal {
    /// Prints a run of printable ASCII characters.
    pub(crate) fn print_ascii(&mut self, run: &[u8]) {
        if self.modes.insert || self.charsets.current() != Charset::ASCII {
            for &byte in run {
                self.print(char::from(byte));
            }
            return;
        }
        self.preceding = 1;
        let style = self.printed_style();
        let cols = self.cols();
        let buffer = self.active_mut();
        let x = buffer.x;
        if x + run.len() <= cols {
            buffer.x += run.len();
            buffer.current_mut().print_ascii(x, run, style);
            return;
        }
        buffer.current_mut().split_before(x, style);
        self.print_long(run, style);
    }

    /// Prints a run that the line has no room for.
    fn print_long(&mut self, run: &[u8], style: u32) {
        let mut rest = run;
        loop {
            rest = self.put_ascii(rest, style);
            if rest.is_empty() {
                break;
            }
            if self.modes.wrap {
                self.wrap_line();
            } else {
                self.active_mut().x -= 1;
                rest = rest.last().map_or(&[], std::slice::from_ref);
            }
        }
        let buffer = self.active_mut();
        let x = buffer.x;
        buffer.current_mut().split_after(x, style);
    }

    /// Prints as much of the run as the line has room for; the result is the rest.
    #[inline]
    fn put_ascii<'a>(&mut self, run: &'a [u8], style: u32) -> &'a [u8] {
        let cols = self.cols();
        let buffer = self.active_mut();
        let x = buffer.x;
        let room = cols.saturating_sub(x).min(run.len());
        let (now, rest) = run.split_at_checked(room).unwrap_or((run, &[]));
        buffer.current_mut().put_ascii(x, now, style);
        buffer.x += room;
        rest
    }

    /// Whether printing needs no look at what viewers have to be given before.
    #[inline]
    pub(crate) fn prints_plainly(&self) -> bool {
        self.modes.wrap && !self.has_suspended_link()
    }

    /// Whether printing `c` would cut a wide character in two: where lines don't wrap, what is printed
    /// behind the last column goes into it, and xterm.js doesn't look at what was there.
    pub(crate) fn would_cut_wide(&self, c: char) -> bool {
        let buffer = self.active();
        !self.modes.wrap
            && buffer.x >= buffer.cols()
            && buffer.row(buffer.y).get(buffer.cols() - 1).is_spacer()
            && width::of(self.charsets.current().shown(c)) == 1
    }

    /// How often the last character can be repeated at most: where lines don't wrap, a wide one is cut
    /// in two at the margin.
    pub(crate) fn room_to_repeat(&self) -> usize {
        let cols = self.cols();
        if self.modes.wrap || self.preceding < 2 {
            cols
        } else {
            cols.saturating_sub(self.active().x) / self.preceding
        }
    }

    /// Prints one character, of whatever width.
    pub(crate) fn print(&mut self, c: char) -> Fate {
        let c = self.charsets.current().shown(c);
        match width::of(c) {
            0 => self.join(c),
            width => self.put(c, width),
        }
    }

    fn put(&mut self, c: char, width: usize) -> Fate {
        let style = self.printed_style();
        let (cols, insert) = (self.cols(), self.modes.insert);
        let cell = Cell::printed(c, width, style);
        let full = self.active().x + width > cols;
        if full {
            if !self.modes.wrap && width == 2 {
                return Fate::Dropped;
            }
            self.make_room(style);
        }
        self.preceding = width;
        let buffer = self.active_mut();
        let x = buffer.x;
        buffer.x += width;
        let line = buffer.current_mut();
        if insert {
            insert_cells(line, x, width, cols, style);
        }
        if full {
            // As in xterm.js, what was split is looked for only where the run began.
            line.put_over(x, cell);
        } else {
            line.print(x, cell);
        }
        Fate::Printed
    }

    /// Makes room for a character that the line has none for.
    fn make_room(&mut self, style: u32) {
        let buffer = self.active_mut();
        let x = buffer.x;
        buffer.current_mut().split_before(x, style);
        if self.modes.wrap {
            self.leave_empty_end(style);
            self.wrap_line();
        } else {
            self.active_mut().x = self.cols() - 1;
        }
    }

    /// Joins a mark to the character before it. Without one, xterm.js gives the mark a cell of no
    /// width, which shifts the rest of the line: better nobody gets it.
    fn join(&mut self, mark: char) -> Fate {
        let x = self.active().x;
        if self.preceding == 0 || x == 0 {
            return Fate::Dropped;
        }
        let line = self.active().row(self.active().y);
        let at = match line.get(x - 1).width() {
            0 => x.saturating_sub(2),
            1 => x - 1,
            // A resize put the cursor into a wide character, which xterm.js would break now.
            _ => return Fate::Dropped,
        };
        let base = line.get(at);
        if let Some(joined) = self.join_cache.get(base, mark) {
            self.active_mut().current_mut().put(at, joined);
            return Fate::Printed;
        }
        let mut text = self.text_of(base);
        if text.is_empty() || text.len() > MOST_JOINED {
            return Fate::Dropped;
        }
        text.push(mark);
        let number = self.store.texts.number(Arc::from(text));
        let joined = base.joined(number);
        self.join_cache.set(base, mark, joined);
        self.active_mut().current_mut().put(at, joined);
        Fate::Printed
    }

    /// The text of a cell.
    pub(crate) fn text_of(&self, cell: Cell) -> String {
        match cell.glyph() {
            Glyph::Empty => String::new(),
            Glyph::Char(c) => c.to_string(),
            Glyph::Joined(text) => self.store.text(text).to_owned(),
        }
    }

    /// REP: prints the last character again, `n` times.
    pub(crate) fn repeat(&mut self, n: usize) {
        let preceding = std::mem::take(&mut self.preceding);
        let buffer = self.active();
        let Some(at) = buffer.x.checked_sub(preceding).filter(|_| preceding > 0) else {
            return;
        };
        let text = self.text_of(buffer.row(buffer.y).get(at));
        for _ in 0..n {
            for c in text.chars() {
                self.print(c);
            }
        }
        self.preceding = 0;
    }

    /// Goes to the start of the next line, which thereby continues this one.
    fn wrap_line(&mut self) {
        let fill = self.erased_cell();
        let buffer = self.active_mut();
        buffer.x = 0;
        if buffer.y == buffer.bottom {
            buffer.scroll_up(fill, true);
            return;
        }
        buffer.y = (buffer.y + 1).min(buffer.rows() - 1);
        buffer.current_mut().wrapped = true;
    }

    /// Empties the last column that a wide character had no room in.
    fn leave_empty_end(&mut self, style: u32) {
        let cols = self.cols();
        let buffer = self.active_mut();
        for at in buffer.x..cols {
            buffer.current_mut().put(at, Cell::blank(style));
        }
    }
}

/// Makes room in a line in insert mode.
fn insert_cells(line: &mut Line, x: usize, width: usize, cols: usize, style: u32) {
    line.split_before(x, style);
    line.insert(x, width, Cell::blank(style));
    if line.get(cols - 1).width() == 2 {
        line.put(cols - 1, Cell::blank(style));
    }
}
