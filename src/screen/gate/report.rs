//! Questions of programs, which the model answers and viewers don't get. The answers are those of
//! xterm.js; title and clipboard are never told.

use super::super::modes::Shape;
use super::super::palette::Slot;
use super::super::style::Flags;
use super::super::terminal::Terminal;
use super::Out;

/// DA1: a VT100 with advanced video option.
pub(super) const PRIMARY_ATTRIBUTES: &str = "\x1b[?1;2c";
/// DA2: what xterm says of itself.
pub(super) const SECONDARY_ATTRIBUTES: &str = "\x1b[>0;276;0c";

/// DSR. `mark` is what the answer to a private question begins with.
pub(super) fn device_status(terminal: &Terminal, question: i32, mark: &str, out: &mut Out) {
    let buffer = terminal.active();
    match question {
        5 if mark.is_empty() => out.answer("\x1b[0n"),
        6 => out.answer(&format!("\x1b[{mark}{};{}R", buffer.y + 1, buffer.x + 1)),
        _ => {}
    }
}

/// DECRQM
pub(super) fn mode(terminal: &Terminal, mode: i32, mark: &str, out: &mut Out) {
    let value = if mark.is_empty() {
        terminal.mode_report(mode)
    } else {
        terminal.private_mode_report(mode)
    };
    out.answer(&format!("\x1b[{mark}{mode};{value}$y"));
}

/// The window reports: only the size in cells is told.
pub(super) fn window(terminal: &Terminal, question: i32, out: &mut Out) {
    if question == 18 {
        out.answer(&format!("\x1b[8;{};{}t", terminal.rows(), terminal.cols()));
    }
}

/// OSC 4, 10, 11 and 12 with a question mark.
pub(super) fn color(terminal: &Terminal, slot: Slot, out: &mut Out) {
    let spec = terminal.palette.get(slot).spec();
    out.answer(&format!("\x1b]{};{spec}\x1b\\", slot.osc()));
}

/// DECRQSS
pub(crate) fn status_string(terminal: &Terminal, setting: &str, out: &mut Out) {
    let answer = match setting {
        "\"q" => format!(
            "1$r{}\"q",
            u8::from(terminal.pen().flags.has(Flags::PROTECTED))
        ),
        "\"p" => "1$r61;1\"p".to_owned(),
        "r" => format!(
            "1$r{};{}r",
            terminal.active().top + 1,
            terminal.active().bottom + 1
        ),
        "m" => "1$r0m".to_owned(),
        " q" => format!("1$r{} q", cursor_style(terminal)),
        _ => "0$r".to_owned(),
    };
    out.answer(&format!("\x1bP{answer}\x1b\\"));
}

/// The DECSCUSR number of the cursor.
fn cursor_style(terminal: &Terminal) -> u8 {
    let modes = &terminal.modes;
    let steady = match modes.shape {
        None | Some(Shape::Block) => 2,
        Some(Shape::Underline) => 4,
        Some(Shape::Bar) => 6,
    };
    steady - u8::from(modes.shape_blinks.unwrap_or(modes.cursor_blink))
}
