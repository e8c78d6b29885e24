//! Control sequences with parameters.

mod erase;
mod private;

use super::super::params::Params;
use super::super::spell;
use super::super::terminal::Terminal;
use super::super::terminal::edit::At;
use super::super::terminal::erase::Sparing;
use super::{Out, Verdict, end_wait, report, restore_cursor, suspend_link};

/// A complete control sequence.
pub(crate) struct Csi<'a> {
    /// `<`, `=`, `>` or `?` at the start of the parameters, else 0.
    pub(crate) prefix: u8,
    pub(crate) params: &'a mut Params,
    /// The byte between parameters and final byte, else 0.
    pub(crate) intermediate: u8,
    pub(crate) last: u8,
    /// The sequence as it came, if it isn't overlong.
    pub(crate) raw: Option<&'a str>,
}

impl Csi<'_> {
    /// Obeys it.
    pub(crate) fn obey(mut self, terminal: &mut Terminal, out: &mut Out) -> Verdict {
        if terminal.has_open_link() && self.removes_lines() {
            suspend_link(terminal, out);
        }
        let waits = terminal.active().x >= terminal.cols();
        if waits && self.would_disturb_wait() {
            end_wait(terminal, out);
        }
        if matches!(
            (self.prefix, self.intermediate, self.last),
            (0, 0, b'@') | (0, b'\'', b'}')
        ) {
            self.spare_halves(terminal, &mut out.text);
        }
        let limit = self.limit(terminal);
        if limit.is_some_and(|most| self.params.limit_first(most)) {
            self.raw = None;
        }
        let verdict = match (self.prefix, self.intermediate) {
            (0, 0) => self.plain(terminal, out),
            (b'?', 0) => self.private(terminal, out),
            _ => self.other(terminal, out),
        };
        match verdict {
            None => return Verdict::Replace,
            Some(Verdict::Replace) => {}
            Some(Verdict::Pass) if self.raw.is_some() && out.text.is_empty() => {
                terminal.break_join();
                return Verdict::Pass;
            }
            Some(Verdict::Pass) => match self.raw {
                Some(raw) => out.text.push_str(raw),
                None => self.write(&mut out.text),
            },
        }
        terminal.break_join();
        Verdict::Replace
    }

    /// Whether lines may go for it, and with them the last one of an open link.
    fn removes_lines(&self) -> bool {
        match (self.prefix, self.intermediate, self.last) {
            (0 | b'?', 0, b'J') | (0, 0, b'L' | b'M' | b'S' | b'T') => true,
            (b'?', 0, b'h' | b'l') => self.switches_buffers(),
            _ => false,
        }
    }

    fn switches_buffers(&self) -> bool {
        self.params
            .iter()
            .any(|mode| matches!(mode, 47 | 1047 | 1049))
    }

    /// Inserting cells in the middle of a wide character makes xterm.js keep its second half
    /// without the first one. Viewers get the character erased before.
    fn spare_halves(&self, terminal: &mut Terminal, out: &mut String) {
        let (x, y) = (
            terminal.active().x.min(terminal.cols() - 1),
            terminal.active().y,
        );
        let rows = if self.last == b'@' {
            y..=y
        } else {
            terminal.rows_between_margins()
        };
        let Some(before) = x.checked_sub(1) else {
            return;
        };
        let row_for_program = terminal.row_for_program(y);
        for row in rows {
            if terminal.active().row(row).get(before).width() == 2 {
                let row = terminal.row_for_program(row);
                spell::go_to(x, row, out);
                terminal.go_to(x, row);
                out.push_str("\x1b[X");
                terminal.erase_chars(1);
            }
        }
        if !out.is_empty() {
            spell::go_to(x, row_for_program, out);
            terminal.go_to(x, row_for_program);
        }
    }

    /// Writes it again, from its parameters.
    fn write(&self, out: &mut String) {
        out.push_str("\x1b[");
        out.extend((self.prefix != 0).then_some(char::from(self.prefix)));
        self.params.write(out);
        out.extend((self.intermediate != 0).then_some(char::from(self.intermediate)));
        out.push(char::from(self.last));
    }

    /// Whether it changes the last column, or the buffer, under a cursor that waits behind that
    /// column. No snapshot could bring such a state: the wait comes only from printing the
    /// character that stands there.
    fn would_disturb_wait(&self) -> bool {
        let first = self.params.get(0);
        match (self.prefix, self.intermediate, self.last) {
            (0 | b'?', 0, b'J' | b'K') => matches!(first, 1 | 2),
            (0, 0, b'S' | b'T') | (0, b' ', b'@' | b'A') | (0, b'\'', b'}' | b'~') => true,
            (b'?', 0, b'h' | b'l') => self.switches_buffers(),
            _ => false,
        }
    }

    /// The most that a count of this sequence can need.
    fn limit(&self, terminal: &Terminal) -> Option<usize> {
        let (cols, rows) = (terminal.cols(), terminal.rows());
        match (self.prefix, self.intermediate, self.last) {
            (0, 0, b'@' | b'P' | b'X' | b'C' | b'D' | b'a' | b'I' | b'Z') => Some(cols),
            (0, 0, b'b') => Some(terminal.room_to_repeat().max(1)),
            (0, b' ', b'@' | b'A') | (0, b'\'', b'}' | b'~') => Some(cols),
            (0, 0, b'A' | b'B' | b'E' | b'F' | b'e' | b'L' | b'M' | b'S' | b'T') => Some(rows),
            _ => None,
        }
    }

    /// Those without prefix and intermediate byte. `None` for what isn't known or was a question.
    fn plain(&self, terminal: &mut Terminal, out: &mut Out) -> Option<Verdict> {
        let n = self.params.count();
        match self.last {
            b'@' => terminal.insert_chars(n),
            b'A' => terminal.up(n),
            b'B' => terminal.down(n),
            b'C' | b'a' => terminal.right(n),
            b'D' => terminal.left(n),
            b'E' => {
                terminal.down(n);
                terminal.carriage_return();
            }
            b'F' => {
                terminal.up(n);
                terminal.carriage_return();
            }
            b'G' | b'`' => terminal.go_to_column(n - 1),
            b'H' | b'f' => terminal.go_to(self.params.number(1).max(1) - 1, n - 1),
            b'I' => terminal.tab(n),
            b'J' => return Some(self.erase_screen(terminal, Sparing::Nothing, out)),
            b'K' => self.erase_line(terminal, Sparing::Nothing),
            b'L' => terminal.insert_lines(n),
            b'M' => terminal.delete_lines(n),
            b'P' => terminal.delete_chars(n),
            b'S' => terminal.scroll_up(n),
            b'T' => terminal.scroll_down(n),
            b'X' => terminal.erase_chars(n),
            b'Z' => terminal.tab_back(n),
            b'b' if terminal.room_to_repeat() == 0 => return None,
            b'b' => terminal.repeat(n),
            b'd' => terminal.go_to_row(n - 1),
            b'e' => terminal.down_anywhere(n),
            b'g' => terminal.clear_tabs(self.params.get(0)),
            b'h' | b'l' => self
                .params
                .iter()
                .for_each(|mode| terminal.set_mode(mode, self.last == b'h')),
            b'm' => terminal.select_graphics(self.params),
            b'r' => self.set_margins(terminal),
            b's' => terminal.save_cursor(),
            b'u' => return Some(restore_cursor(terminal, out)),
            _ => {
                self.answer(terminal, out);
                return None;
            }
        }
        Some(Verdict::Pass)
    }

    /// Questions without prefix.
    fn answer(&self, terminal: &Terminal, out: &mut Out) {
        match self.last {
            b'c' if self.params.get(0) == 0 => out.answer(report::PRIMARY_ATTRIBUTES),
            b'n' => report::device_status(terminal, self.params.get(0), "", out),
            b't' => report::window(terminal, self.params.get(0), out),
            _ => {}
        }
    }

    /// Those with `?`.
    fn private(&self, terminal: &mut Terminal, out: &mut Out) -> Option<Verdict> {
        match self.last {
            b'J' => return Some(self.erase_screen(terminal, Sparing::Protected, out)),
            b'K' => self.erase_line(terminal, Sparing::Protected),
            b'h' | b'l' => return Some(self.set_private_modes(terminal, out)),
            b'n' => {
                report::device_status(terminal, self.params.get(0), "?", out);
                return None;
            }
            _ => return None,
        }
        Some(Verdict::Pass)
    }

    /// Those with an intermediate byte or another prefix.
    fn other(&self, terminal: &mut Terminal, out: &mut Out) -> Option<Verdict> {
        let first = self.params.get(0);
        match (self.prefix, self.intermediate, self.last) {
            (0, b' ', b'@') => terminal.delete_columns(At::LeftEdge, self.params.count()),
            (0, b' ', b'A') => terminal.insert_columns(At::LeftEdge, self.params.count()),
            (0, b'\'', b'}') => terminal.insert_columns(At::Cursor, self.params.count()),
            (0, b'\'', b'~') => terminal.delete_columns(At::Cursor, self.params.count()),
            (0, b' ', b'q') => terminal.set_cursor_style(first),
            (0, b'!', b'p') => terminal.soft_reset(),
            (0, b'"', b'q') => terminal.select_protection(first),
            _ => {
                self.answer_other(terminal, out);
                return None;
            }
        }
        Some(Verdict::Pass)
    }

    /// Questions with a prefix or an intermediate byte.
    fn answer_other(&self, terminal: &Terminal, out: &mut Out) {
        let first = self.params.get(0);
        match (self.prefix, self.intermediate, self.last) {
            (b'>', 0, b'c') if first == 0 => out.answer(report::SECONDARY_ATTRIBUTES),
            (0, b'$', b'p') => report::mode(terminal, first, "", out),
            (b'?', b'$', b'p') => report::mode(terminal, first, "?", out),
            _ => {}
        }
    }

    fn set_margins(&self, terminal: &mut Terminal) {
        let rows = terminal.rows();
        let bottom = self.params.number(1);
        let bottom = if bottom == 0 || bottom > rows {
            rows
        } else {
            bottom
        };
        terminal.set_margins(self.params.count() - 1, bottom);
    }
}
