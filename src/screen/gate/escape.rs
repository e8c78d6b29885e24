//! Escape sequences without parameters.

use super::super::charset::Charset;
use super::super::spell;
use super::super::style::Style;
use super::super::terminal::Terminal;
use super::{Out, Verdict, line_feed, restore_cursor, reverse_index};

/// Obeys the escape sequence of an intermediate byte, or 0, and a final byte.
pub(crate) fn escape(
    terminal: &mut Terminal,
    intermediate: u8,
    last: u8,
    out: &mut Out,
) -> Verdict {
    let verdict = match intermediate {
        0 => plain(terminal, last, out),
        b'%' if matches!(last, b'@' | b'G') => {
            terminal.charsets.use_level(0);
            terminal.charsets.designate(0, Charset::ASCII);
            Some(Verdict::Pass)
        }
        b'#' if last == b'8' => Some(fill_screen(terminal, out)),
        _ => designate(terminal, intermediate, last),
    };
    if verdict.is_some() {
        terminal.break_join();
    }
    verdict.unwrap_or(Verdict::Replace)
}

/// `None` for a sequence that isn't known.
fn plain(terminal: &mut Terminal, last: u8, out: &mut Out) -> Option<Verdict> {
    match last {
        b'7' => terminal.save_cursor(),
        b'8' => return Some(restore_cursor(terminal, out)),
        b'D' => return Some(line_feed(terminal, out, &['\x1b', 'D'], Terminal::index)),
        b'E' => {
            return Some(line_feed(
                terminal,
                out,
                &['\x1b', 'E'],
                Terminal::next_line,
            ));
        }
        // No column has that number: it would come to light on a wider screen only.
        b'H' if terminal.active().x >= terminal.cols() => return None,
        b'H' => terminal.set_tab(),
        b'M' => return Some(reverse_index(terminal, out)),
        b'=' => terminal.modes.app_keypad = true,
        b'>' => terminal.modes.app_keypad = false,
        b'c' => terminal.full_reset(),
        b'~' => terminal.charsets.use_level(1),
        b'n' | b'}' => terminal.charsets.use_level(2),
        b'o' | b'|' => terminal.charsets.use_level(3),
        _ => return None,
    }
    Some(Verdict::Pass)
}

fn designate(terminal: &mut Terminal, intermediate: u8, last: u8) -> Option<Verdict> {
    let level = match intermediate {
        b'(' => 0,
        b')' | b'-' => 1,
        b'*' | b'.' => 2,
        b'+' => 3,
        _ => return None,
    };
    terminal
        .charsets
        .designate(level, Charset::designated(last)?);
    Some(Verdict::Pass)
}

/// DECALN. In xterm.js the cells half remember an underline or a link, which no other sequence can
/// bring about, so viewers get it without.
///
/// In origin mode it would go on with lines far above the screen where the screen ends, so viewers
/// leave that mode for it.
fn fill_screen(terminal: &mut Terminal, out: &mut Out) -> Verdict {
    if terminal.modes.origin {
        terminal.modes.origin = false;
        out.text.push_str("\x1b[?6l");
        if fill_screen(terminal, out) == Verdict::Pass {
            out.text.push_str("\x1b#8");
        }
        out.text.push_str("\x1b[?6h");
        terminal.set_private_mode(6, true);
        return Verdict::Replace;
    }
    let pen = terminal.pen();
    if pen.underline == 0 && pen.link == 0 {
        terminal.fill_screen();
        return Verdict::Pass;
    }
    let plain = Style {
        underline: 0,
        link: 0,
        ..pen
    };
    terminal.set_pen(plain);
    terminal.fill_screen();
    terminal.set_pen(pen);
    if pen.link != 0 {
        spell::link(None, &mut out.text);
    }
    spell::pen(&plain, &mut out.text);
    out.text.push_str("\x1b#8");
    spell::pen(&pen, &mut out.text);
    if pen.link != 0 {
        spell::link(terminal.store.links.get(pen.link), &mut out.text);
    }
    Verdict::Replace
}
