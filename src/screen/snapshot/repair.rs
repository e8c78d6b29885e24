//! What viewers are given after a change of size, to bring their terminals into a state that output
//! can bring about.

use super::super::charset::Charset;
use super::super::spell;
use super::super::style::Style;
use super::super::terminal::{Aftermath, Terminal};
use super::Writer;

/// Shows the alternate buffer and leaves it, which moves nothing.
const LEAVE_ALTERNATE: &str = "\x1b[?47h\x1b[?47l";

/// Writes what viewers need after the change of size that `terminal` has just seen, where less than a
/// snapshot will do.
pub(in super::super) fn repair(terminal: &Terminal, aftermath: &Aftermath, out: &mut String) {
    let mut writer = Writer {
        terminal,
        out: std::mem::take(out),
        pen: terminal.pen(),
        style: None,
    };
    let amends = aftermath.tabs || aftermath.saves || aftermath.saves_alternate;
    if aftermath.repaints || amends || !aftermath.halves.is_empty() {
        writer.rework(aftermath);
    } else if aftermath.leaves_alternate {
        writer.out.push_str(LEAVE_ALTERNATE);
    } else if aftermath.ends_join {
        // Any sequence does; this one sets what is set, and doesn't move the cursor.
        writer.mode("?7", terminal.modes.wrap);
    }
    *out = writer.out;
}

impl Writer<'_> {
    fn rework(&mut self, aftermath: &Aftermath) {
        let Terminal {
            modes, alternate, ..
        } = self.terminal;
        self.type_plainly();
        if aftermath.repaints {
            self.out.push_str("\x1b[?47l");
        }
        self.amend(aftermath);
        if aftermath.repaints {
            self.alternate_buffer();
            if alternate.saved.is_default() {
                self.saved_cursor(alternate, alternate.saved_row());
            }
        }
        if modes.origin {
            self.mode("?6", true);
        }
        self.cursor();
    }

    /// Sets the modes and the charset in which what is typed is what is shown.
    fn type_plainly(&mut self) {
        let Terminal {
            modes, charsets, ..
        } = self.terminal;
        if modes.origin {
            self.mode("?6", false);
        }
        if modes.insert {
            self.mode("4", false);
        }
        if !modes.wrap {
            self.mode("?7", true);
        }
        if charsets.level() != 0 {
            self.out.push('\x0f');
        }
        if charsets.get(0) != Charset::ASCII {
            spell::designate(0, Charset::ASCII, &mut self.out);
        }
    }

    /// Amends the normal buffer, which is shown, and the alternate one, if it isn't.
    fn amend(&mut self, aftermath: &Aftermath) {
        let Terminal {
            normal, alternate, ..
        } = self.terminal;
        for &(x, row) in &aftermath.halves {
            spell::go_to(x, row, &mut self.out);
            self.set_background(Style::default());
            self.out.push_str("\x1b[X");
        }
        if aftermath.tabs {
            self.tabs(normal);
        }
        if aftermath.saves {
            self.saved_cursor(normal, normal.saved_row());
        }
        if aftermath.saves_alternate {
            self.hidden_saved_cursor(alternate);
        } else if aftermath.leaves_alternate {
            self.out.push_str(LEAVE_ALTERNATE);
        }
    }
}
