//! How state is written as control sequences: a pen, a position, a charset, a link. It decides
//! nothing.

use std::fmt::Write;

use super::charset::Charset;
use super::store::Link;
use super::style::{Color, Flags, Style};

/// Goes to a column and a row, both from 0; in origin mode the row counts from the top margin.
pub(crate) fn go_to(x: usize, row: usize, out: &mut String) {
    let _ = write!(out, "\x1b[{};{}H", row + 1, x + 1);
}

/// Designates a character set.
pub(crate) fn designate(level: usize, set: Charset, out: &mut String) {
    let introducer = b"()*+".get(level).copied().unwrap_or(b'(');
    out.extend(['\x1b', char::from(introducer), set.designator()]);
}

/// Opens a link, or closes it where there is none.
pub(crate) fn link(link: Option<&Link>, out: &mut String) {
    match link {
        Some(Link { id, uri }) if !id.is_empty() => {
            let _ = write!(out, "\x1b]8;id={id};{uri}\x07");
        }
        Some(Link { uri, .. }) => {
            let _ = write!(out, "\x1b]8;;{uri}\x07");
        }
        None => out.push_str("\x1b]8;;\x07"),
    }
}

/// Sets the pen but for its link, whatever it was before.
pub(crate) fn pen(style: &Style, out: &mut String) {
    out.push_str("\x1b[0");
    attributes(style, out);
    colors(&Style::default(), style, out);
    out.push('m');
    protection(style, out);
}

/// Changes the pen, but for its link, with as few bytes as are easily found.
pub(crate) fn change_pen(from: &Style, to: &Style, out: &mut String) {
    let attributes_of = |style: &Style| (style.flags, style.underline);
    // The default underline colour and an end of protection come only with a full reset.
    let resets = to.underline_color == Color::Default && from.underline_color != Color::Default;
    if attributes_of(from) == attributes_of(to) && !resets {
        let start = out.len();
        colors(from, to, out);
        if out.len() > start {
            out.replace_range(start..=start, "\x1b[");
            out.push('m');
        }
    } else if *to
        == (Style {
            link: to.link,
            ..Style::default()
        })
    {
        out.push_str("\x1b[m");
    } else if *from
        == (Style {
            link: from.link,
            ..Style::default()
        })
        && !to.flags.has(Flags::PROTECTED)
    {
        let start = out.len();
        attributes(to, out);
        colors(from, to, out);
        out.replace_range(start..=start, "\x1b[");
        out.push('m');
    } else {
        pen(to, out);
    }
}

/// Writes the attributes that are on, each after a semicolon.
fn attributes(style: &Style, out: &mut String) {
    for (_, code) in Flags::SGR.iter().filter(|(flag, _)| style.flags.has(*flag)) {
        let _ = write!(out, ";{code}");
    }
    match style.underline {
        0 => {}
        1 => out.push_str(";4"),
        kind => {
            let _ = write!(out, ";4:{kind}");
        }
    }
}

fn protection(style: &Style, out: &mut String) {
    if style.flags.has(Flags::PROTECTED) {
        out.push_str("\x1b[1\"q");
    }
}

/// Writes the colours that differ, each after a semicolon.
fn colors(from: &Style, to: &Style, out: &mut String) {
    if from.fg != to.fg {
        color(to.fg, [30, 90, 38, 39], out);
    }
    if from.bg != to.bg {
        color(to.bg, [40, 100, 48, 49], out);
    }
    if from.underline_color != to.underline_color {
        color(to.underline_color, [0, 0, 58, 59], out);
    }
}

/// Writes a colour with the codes for basic, bright, other and default colours.
fn color(color: Color, [basic, bright, other, default]: [u8; 4], out: &mut String) {
    let _ = match color {
        Color::Default => write!(out, ";{default}"),
        Color::Basic(n @ 0..=7) if basic != 0 => write!(out, ";{}", basic + n),
        Color::Basic(n) if basic != 0 => write!(out, ";{}", bright + n - 8),
        Color::Basic(n) | Color::Indexed(n) => write!(out, ";{other};5;{n}"),
        Color::Rgb(red, green, blue) => write!(out, ";{other};2;{red};{green};{blue}"),
    };
}
