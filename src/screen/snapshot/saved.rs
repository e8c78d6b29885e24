//! The saved cursors of a snapshot. xterm.js counts the normal buffer's from the first line above the
//! screen, wherever that line has gone since, so it is saved while that line is there.

use super::super::buffer::Buffer;
use super::super::charset::Charset;
use super::super::line::Line;
use super::super::spell;
use super::super::style::Style;
use super::Writer;

impl Writer<'_> {
    /// Saves the cursor in the alternate buffer, which isn't shown.
    pub(super) fn hidden_saved_cursor(&mut self, alternate: &Buffer) {
        self.out.push_str("\x1b[?47h");
        self.saved_cursor(alternate, alternate.saved_row());
        self.out.push_str("\x1b[?47l");
    }

    /// Saves the cursor in a row of the viewer's screen.
    pub(super) fn saved_cursor(&mut self, buffer: &Buffer, row: usize) {
        let row = row.min(buffer.rows() - 1);
        self.save_in(buffer, row, buffer.row(row));
    }

    /// Saves the cursor so many rows below the screen, which is empty: in a line that is dropped then
    /// with those above it.
    pub(super) fn save_below(&mut self, buffer: &Buffer, below: usize) {
        let last = buffer.rows() - 1;
        spell::go_to(0, last, &mut self.out);
        self.out.extend(std::iter::repeat_n('\n', below));
        self.save_in(buffer, last, &Line::default());
        self.set_pen(Style::default());
        self.out.push_str("\x1b[3J\x1b[H");
    }

    /// Saves the cursor in a row of the viewer's screen that shows `line`.
    fn save_in(&mut self, buffer: &Buffer, row: usize, line: &Line) {
        let (saved, cols) = (&buffer.saved, buffer.cols());
        spell::go_to(saved.x.min(cols - 1), row, &mut self.out);
        let waits = saved.x >= cols;
        let leaves_blank = waits && self.wait_behind(line, row, cols);
        self.set_pen(Style {
            link: 0,
            ..saved.pen
        });
        let designated = saved.charset != Charset::ASCII;
        if designated {
            spell::designate(0, saved.charset, &mut self.out);
        }
        self.out.push_str("\x1b7");
        if designated {
            spell::designate(0, Charset::ASCII, &mut self.out);
        }
        if leaves_blank {
            spell::go_to(cols - 1, row, &mut self.out);
            let style = self.terminal.store.style(line.get(cols - 1).style);
            self.set_background(style);
            self.out.push_str("\x1b[X");
        }
    }

    /// Saves the cursor while the line that it was saved in is still on the screen, as it counts from
    /// the first line above the screen in the viewer's terminal.
    pub(super) fn save_above(&mut self, buffer: &Buffer, line: &Line, row: usize) {
        self.save_in(buffer, row, line);
        self.go_behind(line, row, buffer.cols());
    }
}
