//! The gate in front of model and viewers: obeys each control and each sequence, and decides
//! whether viewers get it as it came, written otherwise, or not at all. What the model doesn't
//! know, viewers don't get, so that both always agree.

mod csi;
mod escape;
mod osc;
mod report;

pub(crate) use csi::Csi;
pub(crate) use escape::escape;
pub(crate) use osc::osc;
pub(crate) use report::status_string;

use super::spell;
use super::terminal::Terminal;

/// What viewers get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// What came.
    Pass,
    /// The text in [`Out`] instead, which may be none.
    Replace,
}

/// What a control or a sequence leads to besides the change of the terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Out {
    /// What viewers get instead of what came.
    pub(crate) text: String,
    /// Answers to the program.
    pub(crate) answers: Vec<u8>,
}

impl Out {
    fn answer(&mut self, text: &str) {
        self.answers.extend_from_slice(text.as_bytes());
    }
}

/// Obeys a control character.
pub(crate) fn control(terminal: &mut Terminal, c: char, out: &mut Out) -> Verdict {
    terminal.break_join();
    match c {
        '\n' | '\x0b' | '\x0c' => terminal.line_feed(),
        '\r' => terminal.carriage_return(),
        '\x08' => terminal.backspace(),
        '\t' => terminal.tab(1),
        '\x0e' => terminal.charsets.use_level(1),
        '\x0f' => terminal.charsets.use_level(0),
        '\u{84}' => return in_seven_bits(terminal, b'D', out),
        '\u{85}' => return in_seven_bits(terminal, b'E', out),
        '\u{88}' => return in_seven_bits(terminal, b'H', out),
        _ => {}
    }
    Verdict::Pass
}

/// Obeys a control of the upper range as the escape sequence that means the same: not every player
/// of recordings knows the former.
fn in_seven_bits(terminal: &mut Terminal, byte: u8, out: &mut Out) -> Verdict {
    escape(terminal, 0, byte, out);
    out.text.extend(['\x1b', char::from(byte)]);
    Verdict::Replace
}

/// DECRC. Where the viewers' terminal would restore something else, they get the position, the pen
/// and the charset.
fn restore_cursor(terminal: &mut Terminal, out: &mut Out) -> Verdict {
    let help = terminal.restore_needs_help();
    let charset = terminal.charsets.current();
    terminal.restore_cursor();
    if !help {
        return Verdict::Pass;
    }
    let buffer = terminal.active();
    spell::go_to(buffer.x, terminal.row_for_program(buffer.y), &mut out.text);
    spell::pen(&terminal.pen(), &mut out.text);
    let (level, restored) = (terminal.charsets.level(), terminal.charsets.current());
    if restored != charset {
        spell::designate(level, restored, &mut out.text);
    }
    Verdict::Replace
}

/// Ends the cursor's wait behind the last column, for viewers as well.
fn end_wait(terminal: &mut Terminal, out: &mut Out) {
    let buffer = terminal.active();
    let row = terminal.row_for_program(buffer.y);
    let last = buffer.cols() - 1;
    terminal.go_to(last, row);
    spell::go_to(last, row, &mut out.text);
}
