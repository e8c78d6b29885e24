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
        '\n' | '\x0b' | '\x0c' => {
            return line_feed(terminal, out, &[c], Terminal::line_feed);
        }
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

/// Moves down a line by `feed`, which viewers do by `sequence`.
fn line_feed(
    terminal: &mut Terminal,
    out: &mut Out,
    sequence: &[char],
    feed: impl FnOnce(&mut Terminal),
) -> Verdict {
    let top = terminal.active().top;
    let shifts = top > 0 && terminal.active().y == terminal.active().bottom;
    let shifts_links = shifts && terminal.has_links_between_margins();
    let first = terminal.row_for_program(top);
    suspend_link(terminal, out);
    feed(terminal);
    if shifts_links {
        // As in `reverse_index`.
        spell::go_to(0, first, &mut out.text);
        out.text.push_str("\x1b[M");
        let buffer = terminal.active();
        spell::go_to(buffer.x, terminal.row_for_program(buffer.y), &mut out.text);
    } else if out.text.is_empty() {
        return Verdict::Pass;
    } else {
        out.text.extend(sequence);
    }
    Verdict::Replace
}

/// RI. xterm.js leaves the places of links where they are when it moves these lines, and forgets
/// the links when these places go. It moves them along when a line is inserted.
fn reverse_index(terminal: &mut Terminal, out: &mut Out) -> Verdict {
    let buffer = terminal.active();
    if buffer.y != buffer.top || !terminal.has_links_between_margins() {
        terminal.reverse_index();
        return Verdict::Pass;
    }
    suspend_link(terminal, out);
    terminal.reverse_index();
    out.text.push_str("\x1b[L");
    let buffer = terminal.active();
    spell::go_to(buffer.x, terminal.row_for_program(buffer.y), &mut out.text);
    Verdict::Replace
}

/// Closes the link that is open until something is printed in it: lines go, and xterm.js forgets a
/// link with the last line that it was opened or printed in.
fn suspend_link(terminal: &mut Terminal, out: &mut Out) {
    if terminal.suspend_link() {
        spell::link(None, &mut out.text);
    }
}

/// Obeys a control of the upper range as the escape sequence that means the same: not every player
/// of recordings knows the former.
fn in_seven_bits(terminal: &mut Terminal, byte: u8, out: &mut Out) -> Verdict {
    if escape(terminal, 0, byte, out) == Verdict::Pass {
        out.text.extend(['\x1b', char::from(byte)]);
    }
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

/// Does what viewers need before the character `c` is printed; whether there was anything.
pub(crate) fn before_printing(terminal: &mut Terminal, c: char, out: &mut Out) -> bool {
    if terminal.has_suspended_link() {
        terminal.resume_link();
        let link = terminal.store.links.get(terminal.pen().link);
        spell::link(link, &mut out.text);
    } else if terminal.would_cut_wide(c) {
        end_wait(terminal, out);
    } else {
        return false;
    }
    terminal.break_join();
    true
}

/// Ends the cursor's wait behind the last column, for viewers as well.
fn end_wait(terminal: &mut Terminal, out: &mut Out) {
    let buffer = terminal.active();
    let row = terminal.row_for_program(buffer.y);
    let last = buffer.cols() - 1;
    terminal.go_to(last, row);
    spell::go_to(last, row, &mut out.text);
}
