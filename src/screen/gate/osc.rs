//! Operating system commands: titles, colours, links. All others are dropped, the clipboard's among
//! them.

use super::super::palette::Slot;
use super::super::rgb::Rgb;
use super::super::spell;
use super::super::store::Link;
use super::super::terminal::Terminal;
use super::{Out, report};

/// The links that viewers may be offered.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "file"];

/// The most bytes of a link's address: what browsers are known to bear.
const LONGEST_LINK: usize = 2083;

/// Obeys the command in `string`; `cut` says that it was longer than that. Viewers get what is in
/// `out`.
pub(crate) fn osc(terminal: &mut Terminal, string: &str, cut: bool, out: &mut Out) {
    let (number, data) = string.split_once(';').unwrap_or((string, ""));
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    match number.parse::<u32>() {
        Ok(number @ 0..=2) => title(terminal, number, data, out),
        Ok(8) => link(terminal, data, cut, out),
        Ok(_) if cut => {}
        Ok(4) => indexed_colors(terminal, data, out),
        Ok(number @ 10..=12) => special_colors(terminal, number as usize - 10, data, out),
        Ok(104) => restore_indexed(terminal, data, out),
        Ok(number @ 110..=112) => restore_special(terminal, number as usize - 110, out),
        _ => {}
    }
    if !out.text.is_empty() {
        terminal.break_join();
    }
}

/// OSC 0, 1, 2: title and icon name.
fn title(terminal: &mut Terminal, number: u32, data: &str, out: &mut Out) {
    let clean: String = data.chars().filter(|&c| !is_deceptive(c)).collect();
    out.text.push_str(&format!("\x1b]{number};{clean}\x07"));
    if number != 1 {
        terminal.title.clone_from(&clean);
    }
    if number != 2 {
        terminal.icon = clean;
    }
}

/// Controls, and the characters that turn the direction of what follows.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// OSC 8
fn link(terminal: &mut Terminal, data: &str, cut: bool, out: &mut Out) {
    let Some((params, uri)) = data.split_once(';') else {
        return;
    };
    let params = params.trim();
    let ends = uri.is_empty();
    if ends && !params.is_empty() {
        return;
    }
    let id = params
        .split(':')
        .find_map(|param| param.strip_prefix("id="))
        .unwrap_or("");
    let link = Link {
        id: id.to_owned(),
        uri: uri.to_owned(),
    };
    let offered = !ends && !cut && is_offered(uri);
    if offered || terminal.pen().link != 0 {
        spell::link(offered.then_some(&link), &mut out.text);
    }
    terminal.set_link(offered.then_some(link));
}

fn is_offered(uri: &str) -> bool {
    let scheme = uri
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    uri.len() <= LONGEST_LINK
        && scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str()))
        && !uri.contains('\x7f')
}

/// OSC 4: pairs of an index and a colour or a question mark.
fn indexed_colors(terminal: &mut Terminal, data: &str, out: &mut Out) {
    let mut set = String::new();
    let mut fields = data.split(';');
    while let (Some(index), Some(spec)) = (fields.next(), fields.next()) {
        let Some(index) = index_of(index) else {
            continue;
        };
        let slot = Slot::Indexed(index);
        if spec == "?" {
            report::color(terminal, slot, out);
        } else if let Some(color) = Rgb::parse(spec) {
            terminal.palette.set(slot, color);
            set.push_str(&format!(";{index};{}", color.spec()));
        }
    }
    if !set.is_empty() {
        out.text.push_str(&format!("\x1b]4{set}\x07"));
    }
}

fn index_of(digits: &str) -> Option<u8> {
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// OSC 10, 11, 12: further values mean the following colours.
fn special_colors(terminal: &mut Terminal, first: usize, data: &str, out: &mut Out) {
    for (&slot, spec) in Slot::SPECIAL.iter().skip(first).zip(data.split(';')) {
        if spec == "?" {
            report::color(terminal, slot, out);
        } else if let Some(color) = Rgb::parse(spec) {
            terminal.palette.set(slot, color);
            out.text
                .push_str(&format!("\x1b]{};{}\x07", slot.osc(), color.spec()));
        }
    }
}

/// OSC 104: without indices all of the palette.
fn restore_indexed(terminal: &mut Terminal, data: &str, out: &mut Out) {
    if data.is_empty() {
        terminal.palette.restore_indexed();
        out.text.push_str("\x1b]104\x07");
        return;
    }
    let mut restored = String::new();
    for index in data.split(';').filter_map(index_of) {
        terminal.palette.restore(Slot::Indexed(index));
        restored.push_str(&format!(";{index}"));
    }
    if !restored.is_empty() {
        out.text.push_str(&format!("\x1b]104{restored}\x07"));
    }
}

/// OSC 110, 111, 112
fn restore_special(terminal: &mut Terminal, at: usize, out: &mut Out) {
    if let Some(&slot) = Slot::SPECIAL.get(at) {
        terminal.palette.restore(slot);
        out.text.push_str(&format!("\x1b]{}\x07", 110 + at));
    }
}
