//! SGR: the sequence that changes how characters look.

use super::super::params::Params;
use super::super::style::{Color, Flags, Style};
use super::Terminal;

impl Terminal {
    /// SGR
    pub(crate) fn select_graphics(&mut self, params: &Params) {
        let mut pen = self.pen;
        let mut at = 0;
        while at < params.len() {
            at += 1 + apply(&mut pen, params, at);
        }
        self.set_pen(pen);
    }

    /// DECSCA: whether selective erase spares what is printed from now on.
    pub(crate) fn select_protection(&mut self, param: i32) {
        let mut pen = self.pen;
        match param {
            1 => pen.flags.add(Flags::PROTECTED),
            0 | 2 => pen.flags.remove(Flags::PROTECTED),
            _ => {}
        }
        self.set_pen(pen);
    }
}

/// Applies the parameter at `at`; the result is the number of further parameters that belonged to
/// it.
fn apply(pen: &mut Style, params: &Params, at: usize) -> usize {
    let param = params.get(at);
    match param {
        0 => pen.reset(),
        4 => underline(pen, params.subs(at).first().copied().unwrap_or(1)),
        21 => underline(pen, 2),
        24 => underline(pen, 0),
        30..=37 => pen.fg = Color::Basic((param - 30) as u8),
        40..=47 => pen.bg = Color::Basic((param - 40) as u8),
        90..=97 => pen.fg = Color::Basic((param - 82) as u8),
        100..=107 => pen.bg = Color::Basic((param - 92) as u8),
        38 | 48 | 58 => return color(pen, params, at),
        39 => pen.fg = Color::Default,
        49 => pen.bg = Color::Default,
        // Not the default: in xterm.js this is white.
        59 => pen.underline_color = Color::Rgb(0xFF, 0xFF, 0xFF),
        _ => flag(&mut pen.flags, param),
    }
    0
}

fn flag(flags: &mut Flags, param: i32) {
    match param {
        1 => flags.add(Flags::BOLD),
        2 => flags.add(Flags::DIM),
        3 => flags.add(Flags::ITALIC),
        5 => flags.add(Flags::BLINK),
        7 => flags.add(Flags::INVERSE),
        8 => flags.add(Flags::INVISIBLE),
        9 => flags.add(Flags::STRIKE),
        22 => {
            flags.remove(Flags::BOLD);
            flags.remove(Flags::DIM);
        }
        23 => flags.remove(Flags::ITALIC),
        25 => flags.remove(Flags::BLINK),
        27 => flags.remove(Flags::INVERSE),
        28 => flags.remove(Flags::INVISIBLE),
        29 => flags.remove(Flags::STRIKE),
        53 => flags.add(Flags::OVERLINE),
        55 => flags.remove(Flags::OVERLINE),
        _ => {}
    }
}

fn underline(pen: &mut Style, style: i32) {
    pen.underline = u8::try_from(style)
        .ok()
        .filter(|&style| style <= 5)
        .unwrap_or(1);
}

/// Reads a colour in any of its spellings (`38;5;n`, `38:5:n`, `38;2;r;g;b`, `38:2::r:g:b`…) as
/// xterm.js does; the result is the number of further parameters that belonged to it.
fn color(pen: &mut Style, params: &Params, at: usize) -> usize {
    // What it means: the target, the kind, the colour space, and up to three values.
    let mut slots = [0, 0, -1, 0, 0, 0, 0, 0];
    const MEANT: usize = 6;
    let set = |slot: usize, value: i32, slots: &mut [i32; 8]| {
        if let Some(place) = slots.get_mut(slot) {
            *place = value;
        }
    };
    let (mut skip, mut advance) = (0, 0);
    loop {
        set(advance + skip, params.get(at + advance), &mut slots);
        let subs = params.subs(at + advance);
        if !subs.is_empty() {
            for (offset, &sub) in subs.iter().enumerate() {
                if slots[1] == 5 {
                    skip = 1;
                }
                set(advance + offset + 1 + skip, sub, &mut slots);
                if offset + advance + 2 + skip >= MEANT {
                    break;
                }
            }
            break;
        }
        let kind = slots[1];
        if kind == 5 && advance + skip >= 2 || kind == 2 && advance + skip >= 5 {
            break;
        }
        if kind != 0 {
            skip = 1;
        }
        advance += 1;
        if at + advance >= params.len() || advance + skip >= MEANT {
            break;
        }
    }
    let [target, kind, _, first, second, third, ..] = slots;
    let byte = |value: i32| if value == -1 { 0 } else { value as u8 };
    let color = match kind {
        2 => Color::Rgb(byte(first), byte(second), byte(third)),
        5 => Color::Indexed(byte(first)),
        _ => return advance,
    };
    match target {
        38 => pen.fg = color,
        48 => pen.bg = color,
        _ => pen.underline_color = color,
    }
    advance
}
