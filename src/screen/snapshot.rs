//! The snapshot: the sequences that bring a viewer's terminal to the model's state. It reads the
//! model and changes nothing.

mod lines;
mod repair;
mod saved;

pub(super) use repair::repair;

use std::fmt::Write;

use super::buffer::Buffer;
use super::cell::{Cell, Glyph};
use super::charset::Charset;
use super::modes::{Modes, Shape};
use super::spell;
use super::style::Style;
use super::terminal::Terminal;

/// Writes the snapshot with at most `scrollback` lines above the screen.
pub(super) fn snapshot(terminal: &Terminal, scrollback: usize) -> String {
    let mut writer = Writer {
        terminal,
        out: String::new(),
        pen: Style::default(),
        style: None,
    };
    writer.start();
    writer.normal_buffer(scrollback);
    if terminal.on_alternate {
        writer.alternate_buffer();
    }
    writer.modes();
    writer.cursor();
    writer.out
}

/// What has been written so far.
struct Writer<'a> {
    terminal: &'a Terminal,
    out: String,
    /// The pen that the viewer's terminal has now.
    pen: Style,
    /// The number of the style that this pen is, where it is known.
    style: Option<u32>,
}

impl Writer<'_> {
    /// Leaves whatever sequence the viewer's terminal is in, resets it, and sets what a reset
    /// leaves as it was.
    fn start(&mut self) {
        let Terminal {
            modes,
            title,
            icon,
            palette,
            ..
        } = self.terminal;
        self.out
            .push_str("\x18\x1bc\x1b]104\x07\x1b]110\x07\x1b]111\x07\x1b]112\x07");
        for (slot, color) in palette.changed() {
            let _ = write!(self.out, "\x1b]{};{}\x07", slot.osc(), color.spec());
        }
        let _ = write!(self.out, "\x1b]0;{title}\x07");
        if icon != title {
            let _ = write!(self.out, "\x1b]1;{icon}\x07");
        }
        self.mode("20", modes.newline);
        self.mode("?12", modes.cursor_blink);
        self.mode("?25", !modes.cursor_hidden);
    }

    fn mode(&mut self, mode: &str, on: bool) {
        let _ = write!(self.out, "\x1b[{mode}{}", if on { 'h' } else { 'l' });
    }

    fn normal_buffer(&mut self, scrollback: usize) {
        let Terminal {
            normal,
            alternate,
            on_alternate,
            ..
        } = self.terminal;
        if !on_alternate && !alternate.saved.is_default() {
            self.hidden_saved_cursor(alternate);
            self.out.push_str("\x1b[H");
        }
        let skipped = normal.scrollback().saturating_sub(scrollback);
        let below = normal.saved_below();
        if below > 0 {
            // It counts from the first line that will be above the screen.
            let line = below + normal.scrollback() - skipped;
            self.save_below(normal, line.min(scrollback));
        }
        self.lines(normal, skipped);
        self.buffer_state(normal);
    }

    fn alternate_buffer(&mut self) {
        let Terminal {
            normal, alternate, ..
        } = self.terminal;
        // The hidden buffer's cursor decides where rows are taken away when the size changes.
        spell::go_to(normal.x.min(normal.cols() - 1), normal.y, &mut self.out);
        self.set_pen(Style::default());
        self.out.push_str("\x1b[?47h\x1b[H");
        self.lines(alternate, 0);
        self.buffer_state(alternate);
    }

    /// What each buffer has of its own besides lines: tab stops, saved cursor, margins.
    fn buffer_state(&mut self, buffer: &Buffer) {
        if !buffer.tabs.are_default(buffer.cols()) {
            self.tabs(buffer);
        }
        let is_on_screen = buffer.saved_above().is_none() && buffer.saved_below() == 0;
        if is_on_screen && !buffer.saved.is_default() {
            self.saved_cursor(buffer, buffer.saved_row());
        }
        if (buffer.top, buffer.bottom) != (0, buffer.rows() - 1) {
            let _ = write!(self.out, "\x1b[{};{}r", buffer.top + 1, buffer.bottom + 1);
        }
    }

    fn tabs(&mut self, buffer: &Buffer) {
        self.out.push_str("\x1b[3g");
        for column in (0..buffer.cols()).filter(|&column| buffer.tabs.has(column)) {
            spell::go_to(column, 0, &mut self.out);
            self.out.push_str("\x1bH");
        }
    }

    /// The modes that don't stand in the way of placing the cursor.
    fn modes(&mut self) {
        let Terminal { modes, .. } = self.terminal;
        let switches = [
            ("?1", modes.app_cursor),
            ("?6", modes.origin),
            ("?45", modes.reverse_wrap),
            ("?66", modes.app_keypad),
            ("?1004", modes.focus_reports),
            ("?2004", modes.bracketed_paste),
            ("?2026", modes.synchronized),
        ];
        for (mode, _) in switches.into_iter().filter(|(_, on)| *on) {
            self.mode(mode, true);
        }
        for mode in [modes.mouse.mode(), modes.mouse_encoding.mode()]
            .into_iter()
            .filter(|mode| *mode > 0)
        {
            let _ = write!(self.out, "\x1b[?{mode}h");
        }
        if let Some(style) = cursor_style(modes) {
            let _ = write!(self.out, "\x1b[{style} q");
        }
    }

    /// The cursor's place, and what must come after it: charsets, insert and wrap mode, pen, and
    /// the last character once more if a mark could still join it.
    fn cursor(&mut self) {
        let terminal = self.terminal;
        let buffer = terminal.active();
        let (x, preceding) = (buffer.x, terminal.preceding());
        self.go_to(x.min(buffer.cols() - 1));
        if x >= buffer.cols() && preceding == 0 {
            let last = buffer.row(buffer.y).get(x - 1);
            self.retype(if last.width() == 0 {
                x.saturating_sub(2)
            } else {
                x - 1
            });
        }
        self.charsets();
        if !terminal.modes.wrap {
            self.mode("?7", false);
        }
        if terminal.modes.insert {
            self.mode("4", true);
        }
        let pen = terminal.pen();
        self.set_link(pen.link);
        spell::pen(&pen, &mut self.out);
        self.pen = pen;
        self.style = None;
        if preceding > 0 {
            self.retype_preceding(x.saturating_sub(preceding), preceding);
        }
    }

    fn go_to(&mut self, x: usize) {
        let row = self.terminal.row_for_program(self.terminal.active().y);
        spell::go_to(x, row, &mut self.out);
    }

    /// Types the character in column `x` again, so that the cursor comes to wait behind it.
    fn retype(&mut self, x: usize) {
        let buffer = self.terminal.active();
        let cell = buffer.row(buffer.y).get(x);
        self.go_to(x);
        if cell.has_content() {
            self.print(cell);
        }
    }

    /// Types the last character again, in the modes and with the charset and pen that are in force.
    fn retype_preceding(&mut self, x: usize, width: usize) {
        let terminal = self.terminal;
        let buffer = terminal.active();
        let text = terminal.text_of(buffer.row(buffer.y).get(x));
        let mut chars = text.chars();
        let Some(first) = chars.next() else { return };
        self.go_to(x);
        if terminal.modes.insert {
            let _ = write!(self.out, "\x1b[{width}P");
        }
        self.out.push(terminal.charsets.current().printed(first));
        self.out.push_str(chars.as_str());
    }

    fn charsets(&mut self) {
        let charsets = &self.terminal.charsets;
        for level in 0..4 {
            if charsets.get(level) != Charset::ASCII {
                spell::designate(level, charsets.get(level), &mut self.out);
            }
        }
        self.out.push_str(match charsets.level() {
            1 => "\x0e",
            2 => "\x1bn",
            3 => "\x1bo",
            _ => "",
        });
    }

    /// Prints a cell that has content.
    fn print(&mut self, cell: Cell) {
        if self.style != Some(cell.style) {
            self.set_pen(self.terminal.store.style(cell.style));
            self.style = Some(cell.style);
        }
        match cell.glyph() {
            Glyph::Empty => {}
            Glyph::Char(c) => self.out.push(c),
            Glyph::Joined(text) => self.out.push_str(self.terminal.store.text(text)),
        }
    }

    fn set_pen(&mut self, pen: Style) {
        self.set_link(pen.link);
        spell::change_pen(&self.pen, &pen, &mut self.out);
        self.pen = pen;
        self.style = None;
    }

    fn set_link(&mut self, link: u32) {
        if self.pen.link != link {
            spell::link(self.terminal.store.links.get(link), &mut self.out);
            self.pen.link = link;
            self.style = None;
        }
    }
}

/// The number with which DECSCUSR sets the cursor style, if it was set.
fn cursor_style(modes: &Modes) -> Option<u8> {
    let steady = match modes.shape {
        Some(Shape::Block) => 2,
        Some(Shape::Underline) => 4,
        Some(Shape::Bar) => 6,
        // A number that names no shape sets the blinking alone.
        None => 8,
    };
    modes.shape_blinks.map(|blinks| steady - u8::from(blinks))
}
