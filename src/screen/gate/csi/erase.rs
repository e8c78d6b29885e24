//! Erasing, which xterm.js 6.0.0 doesn't survive everywhere.

use super::super::super::spell;
use super::super::super::terminal::Terminal;
use super::super::super::terminal::erase::{Part, Sparing};
use super::super::{Out, Verdict};
use super::Csi;

impl Csi<'_> {
    fn part(&self) -> Option<Part> {
        match self.params.get(0) {
            0 => Some(Part::After),
            1 => Some(Part::Before),
            2 => Some(Part::All),
            _ => None,
        }
    }

    /// EL, DECSEL
    pub(super) fn erase_line(&self, terminal: &mut Terminal, sparing: Sparing) {
        if let Some(part) = self.part() {
            terminal.erase_line(part, sparing);
        }
    }

    /// ED, DECSED
    pub(super) fn erase_screen(
        &self,
        terminal: &mut Terminal,
        sparing: Sparing,
        out: &mut Out,
    ) -> Verdict {
        let at_end = terminal.active().x + 1 >= terminal.cols();
        match self.part() {
            Some(Part::Before) if at_end => {
                self.erase_to_last_column(terminal, sparing, &mut out.text);
                return Verdict::Replace;
            }
            Some(part) => terminal.erase_screen(part, sparing),
            None if self.params.get(0) == 3 => terminal.active_mut().drop_scrollback(),
            None => {}
        }
        Verdict::Pass
    }

    /// Erasing up to the last column makes xterm.js 6.0.0 change a line far above, or throw where
    /// there is none. Viewers get sequences that do the same without it.
    fn erase_to_last_column(&self, terminal: &mut Terminal, sparing: Sparing, out: &mut String) {
        let mark = if sparing == Sparing::Protected {
            "?"
        } else {
            ""
        };
        let (y, last) = (terminal.active().y, terminal.cols() - 1);
        let row = terminal.row_for_program(y);
        if y + 1 >= terminal.rows() {
            out.push_str(&format!("\x1b[{mark}2J"));
            terminal.erase_screen(Part::All, sparing);
            return;
        }
        out.push_str(&format!("\x1b[{mark}2K"));
        terminal.erase_line(Part::All, sparing);
        spell::go_to(0, row, out);
        terminal.go_to(0, row);
        out.push_str(&format!("\x1b[{mark}1J"));
        terminal.erase_screen(Part::Before, sparing);
        spell::go_to(last, row, out);
        terminal.go_to(last, row);
    }
}
