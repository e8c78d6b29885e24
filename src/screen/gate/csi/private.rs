//! Setting and resetting private modes.

use super::super::super::terminal::Terminal;
use super::super::{Out, Verdict, restore_cursor};
use super::Csi;

impl Csi<'_> {
    /// DECSET and DECRST. Those that switch buffers or restore the cursor are obeyed one by one.
    pub(super) fn set_private_modes(&self, terminal: &mut Terminal, out: &mut Out) -> Verdict {
        let on = self.last == b'h';
        let special = |mode| matches!(mode, 47 | 1047..=1049);
        if !self.params.iter().any(special) {
            self.params
                .iter()
                .for_each(|mode| terminal.set_private_mode(mode, on));
            return Verdict::Pass;
        }
        let mut passes = true;
        for mode in self.params.iter() {
            let verdict = switch_buffer(terminal, mode, on, out);
            passes = verdict == Verdict::Pass && self.params.len() == 1;
            if verdict == Verdict::Pass && !passes {
                out.text
                    .push_str(&format!("\x1b[?{mode}{}", char::from(self.last)));
            }
        }
        if passes {
            Verdict::Pass
        } else {
            Verdict::Replace
        }
    }
}

/// Sets one private mode, of those that switch buffers, save or restore the cursor, or any other.
fn switch_buffer(terminal: &mut Terminal, mode: i32, on: bool, out: &mut Out) -> Verdict {
    match (mode, on) {
        (1048, true) => terminal.save_cursor(),
        (1049, true) => {
            terminal.save_cursor();
            terminal.show_alternate();
        }
        (47 | 1047, true) => terminal.show_alternate(),
        (47 | 1047, false) => terminal.show_normal(),
        (1048, false) => return restore_cursor(terminal, out),
        (1049, false) => {
            let switch = if terminal.on_alternate {
                "\x1b[?47l"
            } else {
                ""
            };
            terminal.show_normal();
            let start = out.text.len();
            let verdict = restore_cursor(terminal, out);
            if verdict == Verdict::Replace {
                out.text.insert_str(start, switch);
            }
            return verdict;
        }
        _ => terminal.set_private_mode(mode, on),
    }
    Verdict::Pass
}
