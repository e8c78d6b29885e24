//! A picture of the screen: what a person sees of it at a moment, as rows of styled text, to be drawn
//! small, or kept. It is not the terminal's state: that is the snapshot's matter. It knows neither who
//! looks nor how it is drawn; `assets/js/picture.js` draws it.
//!
//! As JSON, which is also how it is kept beside a recording:
//!
//! ```json
//! {
//!   "cols": 80, "rows": 24,
//!   "looks": [{"fg": 2, "bold": true}, {"fg": "#ff8800", "inverse": true}],
//!   "lines": [[["user@host", 1], [": ls"]], [], [["文字", 0, 4], ["e\u0301", 0, 1]]],
//!   "cursor": [9, 0]
//! }
//! ```
//!
//! `lines` are the rows from the top, without empty ones at the bottom; each is its runs from the left,
//! without blanks at the end. A run is `[text]`, `[text, look]` or `[text, look, columns]`. `look` is a
//! place in `looks`, counted from 1; 0 is plain text. Where `columns` is missing each character takes
//! one; where it is twice the number of characters, each takes two; else the text is one character with
//! what is joined to it. Colours are 0 to 255, of which the first 16 are those of the theme, or
//! `#rrggbb`. `fg` and `bg` of the whole say what a program made of the theme's own; `cursor` is a column
//! and a row, and is missing where none shows.
//!
//! A picture is bounded, however large the screen is and whatever a program prints: where its JSON would
//! be larger than 256 KiB, it ends there, and what is right of it and below looks empty.

mod json;
mod weight;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cell::{Cell, Glyph};
use super::line::Line;
use super::palette::{Palette, Slot};
use super::rgb::Rgb;
use super::style::{Color, Flags, Style};
use super::terminal::Terminal;

/// What is seen of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// How many columns it has.
    pub cols: u16,
    /// How many rows it has.
    pub rows: u16,
    /// The default foreground where a program changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fg: Option<Tint>,
    /// The default background where a program changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bg: Option<Tint>,
    /// How text looks, where it is not plain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Look>,
    /// The rows, without empty ones at the bottom.
    pub lines: Vec<Vec<Run>>,
    /// The column and row of the cursor, where it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<(u16, u16)>,
}

/// Characters of a row that look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// How they look: a place in [`Picture::looks`], counted from 1, or 0 for plain text.
    pub look: usize,
    /// The columns that they take.
    pub columns: Columns,
}

/// The columns that the characters of a run take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// One each.
    One,
    /// So many in all: two each, or those of one character and what is joined to it.
    InAll(u16),
}

/// A colour: one of the 256, of which the theme has the first 16, or a very one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tint {
    /// One of the 256.
    Indexed(u8),
    /// This one.
    Rgb(Rgb),
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// The foreground, if not the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fg: Option<Tint>,
    /// The background, if not the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bg: Option<Tint>,
    /// Bold.
    #[serde(skip_serializing_if = "is_off")]
    pub bold: bool,
    /// Faint.
    #[serde(skip_serializing_if = "is_off")]
    pub dim: bool,
    /// Slanted.
    #[serde(skip_serializing_if = "is_off")]
    pub italic: bool,
    /// Underlined, in whatever way.
    #[serde(skip_serializing_if = "is_off")]
    pub underline: bool,
    /// Struck through.
    #[serde(skip_serializing_if = "is_off")]
    pub strike: bool,
    /// Foreground and background are exchanged.
    #[serde(skip_serializing_if = "is_off")]
    pub inverse: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_off(flag: &bool) -> bool {
    !flag
}

impl Look {
    fn of(style: &Style, palette: &Palette) -> Self {
        Self {
            fg: tint(style.fg, palette),
            bg: tint(style.bg, palette),
            bold: style.flags.has(Flags::BOLD),
            dim: style.flags.has(Flags::DIM),
            italic: style.flags.has(Flags::ITALIC),
            underline: style.underline != 0,
            strike: style.flags.has(Flags::STRIKE),
            inverse: style.flags.has(Flags::INVERSE),
        }
    }

    /// Whether a blank of this look is just a blank.
    fn leaves_blanks(&self) -> bool {
        self.bg.is_none() && !self.underline && !self.strike && !self.inverse
    }
}

/// A colour as the theme's viewers see it; `None` for the default one.
fn tint(color: Color, palette: &Palette) -> Option<Tint> {
    match color {
        Color::Default => None,
        Color::Basic(index) | Color::Indexed(index) => Some(
            palette
                .own(Slot::Indexed(index))
                .map_or(Tint::Indexed(index), Tint::Rgb),
        ),
        Color::Rgb(red, green, blue) => Some(Tint::Rgb(Rgb(red, green, blue))),
    }
}

/// What is seen of the terminal.
pub(super) fn picture(terminal: &Terminal) -> Picture {
    let mut painter = Painter {
        terminal,
        looks: Vec::new(),
        numbers: HashMap::new(),
        known: None,
        weight: 0,
    };
    let buffer = terminal.active();
    let mut lines = Vec::new();
    for y in 0..buffer.rows() {
        if painter.weight >= weight::MOST {
            break;
        }
        lines.push(painter.line(buffer.row(y)));
    }
    let last = lines.iter().rposition(|line| !line.is_empty());
    lines.truncate(last.map_or(0, |last| last + 1));
    let palette = &terminal.palette;
    Picture {
        cols: terminal.size.cols(),
        rows: terminal.size.rows(),
        fg: palette.own(Slot::Foreground).map(Tint::Rgb),
        bg: palette.own(Slot::Background).map(Tint::Rgb),
        looks: painter.looks,
        lines,
        cursor: cursor(terminal),
    }
}

fn cursor(terminal: &Terminal) -> Option<(u16, u16)> {
    let buffer = terminal.active();
    let place = |at: usize, len: usize| u16::try_from(at.min(len.saturating_sub(1))).ok();
    let at = place(buffer.x, buffer.cols()).zip(place(buffer.y, buffer.rows()));
    at.filter(|_| !terminal.modes.cursor_hidden)
}

/// Makes runs of cells.
struct Painter<'a> {
    terminal: &'a Terminal,
    looks: Vec<Look>,
    /// The places of the looks, counted from 1.
    numbers: HashMap<Look, usize>,
    /// The style that was looked up last, and what came of it: most cells look like the one before.
    known: Option<(u32, Shown)>,
    /// What the looks, and the lines that are done, take as JSON.
    weight: usize,
}

/// How a cell of a style is shown.
#[derive(Debug, Clone, Copy)]
struct Shown {
    look: usize,
    leaves_blanks: bool,
    is_hidden: bool,
}

impl Painter<'_> {
    fn line(&mut self, line: &Line) -> Vec<Run> {
        let cols = self.terminal.cols();
        let mut runs = Runs::default();
        let mut x = 0;
        while x < cols.min(line.used_len()) && self.weight + runs.weight < weight::MOST {
            let cell = line.get(x);
            let is_wide = cell.width() == 2 && x + 1 < cols && line.get(x + 1).is_spacer();
            // Half a wide character shows nothing.
            let is_whole = cell.width() == 1 || is_wide;
            let shown = self.shown(cell);
            match cell.glyph() {
                Glyph::Char(c) if is_whole && !shown.is_hidden && c != ' ' => {
                    runs.print(c, shown, is_wide);
                }
                Glyph::Joined(text) if is_whole && !shown.is_hidden => {
                    let text = self.terminal.store.text(text).to_owned();
                    runs.close(Run {
                        text,
                        look: shown.look,
                        columns: Columns::InAll(1 + u16::from(is_wide)),
                    });
                }
                Glyph::Char(_) | Glyph::Joined(_) | Glyph::Empty => {
                    (0..1 + usize::from(is_wide)).for_each(|_| runs.blank(shown));
                }
            }
            x += 1 + usize::from(is_wide);
        }
        self.weight += runs.weight;
        runs.done
    }

    fn shown(&mut self, cell: Cell) -> Shown {
        if let Some((style, shown)) = self.known
            && style == cell.style
        {
            return shown;
        }
        let style = self.terminal.store.style(cell.style);
        let look = Look::of(&style, &self.terminal.palette);
        let shown = Shown {
            look: self.number(look),
            leaves_blanks: look.leaves_blanks(),
            is_hidden: style.flags.has(Flags::INVISIBLE),
        };
        self.known = Some((cell.style, shown));
        shown
    }

    fn number(&mut self, look: Look) -> usize {
        if look == Look::default() {
            return 0;
        }
        *self.numbers.entry(look).or_insert_with(|| {
            self.weight += weight::of_look(&look);
            self.looks.push(look);
            self.looks.len()
        })
    }
}

/// The runs of a line so far.
#[derive(Default)]
struct Runs {
    done: Vec<Run>,
    /// Whether the last of them may go on, and in characters of so many columns.
    open: Option<Open>,
    /// Blanks that just are blanks: they count only where something follows.
    blanks: usize,
    /// What they take as JSON.
    weight: usize,
}

/// A run that may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    look: usize,
    is_wide: bool,
    leaves_blanks: bool,
}

impl Runs {
    fn print(&mut self, c: char, shown: Shown, is_wide: bool) {
        let open = Open {
            look: shown.look,
            is_wide,
            leaves_blanks: shown.leaves_blanks,
        };
        self.settle_blanks(open);
        if self.open != Some(open) {
            self.push(Run {
                text: String::new(),
                look: shown.look,
                columns: match is_wide {
                    true => Columns::InAll(0),
                    false => Columns::One,
                },
            });
            self.open = Some(open);
        }
        if let Some(run) = self.done.last_mut() {
            run.text.push(c);
            self.weight += weight::of_char(c);
            if let Columns::InAll(columns) = &mut run.columns {
                *columns += 2;
            }
        }
    }

    fn blank(&mut self, shown: Shown) {
        match shown.leaves_blanks {
            true => self.blanks += 1,
            false => self.print(' ', shown, false),
        }
    }

    /// Writes the blanks before what has this look: as a part of it where that makes no difference, as
    /// one of the run before else.
    fn settle_blanks(&mut self, next: Open) {
        let count = std::mem::take(&mut self.blanks);
        if count == 0 {
            return;
        }
        let goes_on = |open: &Open| open.leaves_blanks && !open.is_wide;
        let plain = Open {
            look: 0,
            is_wide: false,
            leaves_blanks: true,
        };
        let open = self.open.filter(goes_on);
        let open = open.or_else(|| Some(next).filter(goes_on)).unwrap_or(plain);
        if self.open != Some(open) {
            self.push(Run {
                text: String::new(),
                look: open.look,
                columns: Columns::One,
            });
            self.open = Some(open);
        }
        if let Some(run) = self.done.last_mut() {
            run.text.extend(std::iter::repeat_n(' ', count));
            self.weight += count;
        }
    }

    /// Adds a run that is whole.
    fn close(&mut self, run: Run) {
        self.settle_blanks(Open {
            look: run.look,
            is_wide: true,
            leaves_blanks: false,
        });
        self.push(run);
        self.open = None;
    }

    fn push(&mut self, run: Run) {
        self.weight += weight::of_run(&run) + run.text.chars().map(weight::of_char).sum::<usize>();
        self.done.push(run);
    }
}

#[cfg(test)]
mod tests;
