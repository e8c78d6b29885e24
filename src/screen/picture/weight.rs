//! How much of a picture's JSON its parts take, reckoned without writing it, so that what is too much
//! is noticed while a picture is made. It knows no screen.

use super::{Columns, Look, Run, Tint};

/// The largest JSON that the looks and runs of a picture may come to, in bytes: what a terminal of 300
/// by 100 takes where each second cell is of another of 256 colours. Without a bound, one of 2000 by
/// 1000 with a colour for each cell would be tens of megabytes, several times a second.
pub(super) const MOST: usize = 256 * 1024;

/// What a character takes.
pub(super) fn of_char(c: char) -> usize {
    c.len_utf8() + usize::from(matches!(c, '"' | '\\'))
}

/// What a run takes, without its text.
pub(super) fn of_run(run: &Run) -> usize {
    let brackets_and_comma = r#"[""],"#.len();
    let look = match run.columns {
        Columns::One if run.look == 0 => 0,
        Columns::One => 1 + digits(run.look),
        // Columns are added as the run goes on: they are at most these.
        Columns::InAll(_) => 1 + digits(run.look) + ",2000".len(),
    };
    brackets_and_comma + look
}

/// What a look takes.
pub(super) fn of_look(look: &Look) -> usize {
    let tints = [look.fg, look.bg].into_iter().flatten().map(of_tint);
    let flags = [
        (look.bold, "bold"),
        (look.dim, "dim"),
        (look.italic, "italic"),
        (look.underline, "underline"),
        (look.strike, "strike"),
        (look.inverse, "inverse"),
    ];
    let set = flags.into_iter().filter(|(is_set, _)| *is_set);
    let flags = set.map(|(_, name)| name.len() + r#""":true,"#.len());
    "{},".len() + tints.sum::<usize>() + flags.sum::<usize>()
}

fn of_tint(tint: Tint) -> usize {
    match tint {
        Tint::Indexed(index) => r#""fg":,"#.len() + digits(index.into()),
        Tint::Rgb(_) => r##""fg":"#ff8800","##.len(),
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |tens| tens as usize + 1)
}
