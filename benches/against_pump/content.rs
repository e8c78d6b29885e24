//! What the floods are made of: four kinds of output, the same in every run. It knows no server.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::server::{COLS, ROWS};

/// How much is made before it repeats, in bytes: more than any buffer on the way holds at once, so
/// that a piece that is lost or doubled shows.
const BLOCK: usize = 1_000_000;

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A server's log.
    Plain,
    /// The same with colours, as compilers and `ls` print.
    Coloured,
    /// What full-screen programs print: jumps, erases, scrolled regions.
    Redraw,
    /// Chinese, Japanese and Korean, two cells a character.
    Cjk,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Coloured, Self::Redraw, Self::Cjk];

    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Coloured => "coloured",
            Self::Redraw => "redraw",
            Self::Cjk => "CJK",
        }
    }
}

/// A stretch of output that can be repeated.
#[derive(Debug)]
pub(crate) struct Block {
    /// As a program prints it.
    pub(crate) printed: String,
    /// As it stands in a JSON string, once the terminal has made CR LF of each line end.
    pub(crate) on_wire: Vec<u8>,
}

impl Block {
    /// The block of a kind.
    pub(crate) fn of(kind: Kind) -> Result<Self> {
        let mut dice = Dice(0x5eed);
        let mut printed = String::with_capacity(BLOCK + 8192);
        while printed.len() < BLOCK {
            match kind {
                Kind::Plain => plain_line(&mut printed, &mut dice)?,
                Kind::Coloured => coloured_line(&mut printed, &mut dice)?,
                Kind::Redraw => screenful(&mut printed, &mut dice)?,
                Kind::Cjk => cjk_line(&mut printed, &mut dice)?,
            }
        }
        let json = serde_json::to_string(&printed.replace('\n', "\r\n"))?;
        let inner = json
            .strip_prefix('"')
            .and_then(|json| json.strip_suffix('"'));
        let on_wire = inner
            .context("a JSON string has quotes")?
            .as_bytes()
            .to_vec();
        Ok(Self { printed, on_wire })
    }
}

/// Dice that fall the same in every run (a linear congruential generator, Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u16) -> u16 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((self.0 >> 33) % u64::from(end)).unwrap_or_default()
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = self.below(u16::try_from(words.len()).unwrap_or(1));
        words.get(usize::from(index)).copied().unwrap_or_default()
    }
}

const LEVELS: [&str; 4] = ["INFO ", "DEBUG", "WARN ", "ERROR"];
const PARTS: [&str; 5] = ["http", "worker", "scheduler", "storage::page", "auth"];
const DEEDS: [&str; 6] = [
    "request served",
    "retrying after a timeout",
    "cache miss, asking the next level",
    "checkpoint written and synced to disk",
    "session renewed",
    "connection closed by its peer before all of the answer was sent",
];

fn plain_line(out: &mut String, dice: &mut Dice) -> Result<()> {
    let (minute, second, milli) = (dice.below(60), dice.below(60), dice.below(1000));
    let (level, part, deed) = (dice.pick(&LEVELS), dice.pick(&PARTS), dice.pick(&DEEDS));
    let (id, ms) = (dice.below(60_000), dice.below(2_000));
    writeln!(
        out,
        "2026-03-14T15:{minute:02}:{second:02}.{milli:03}Z {level} {part}: {deed} id={id} ms={ms}"
    )?;
    Ok(())
}

fn coloured_line(out: &mut String, dice: &mut Dice) -> Result<()> {
    let (level, part, deed) = (dice.pick(&LEVELS), dice.pick(&PARTS), dice.pick(&DEEDS));
    let (basic, indexed) = (31 + dice.below(6), dice.below(256));
    let (r, g, b) = (dice.below(256), dice.below(256), dice.below(256));
    let id = dice.below(60_000);
    writeln!(
        out,
        "\x1b[1;{basic}m{level}\x1b[0m \x1b[38;5;{indexed}m{part}\x1b[39m: {deed} \
         \x1b[3;4mid\x1b[23;24m=\x1b[38;2;{r};{g};{b}m{id}\x1b[0m \x1b[7m ok \x1b[27m"
    )?;
    Ok(())
}

/// A screen drawn row by row, then changed here and there, then scrolled, as an editor does.
fn screenful(out: &mut String, dice: &mut Dice) -> Result<()> {
    out.push_str("\x1b[?25l\x1b[H\x1b[2J");
    for row in 1..=ROWS {
        let (colour, deed, load) = (31 + dice.below(6), dice.pick(&DEEDS), dice.below(1000));
        write!(
            out,
            "\x1b[{row};1H\x1b[{colour}m{load:>5}\x1b[m  {deed}\x1b[K"
        )?;
    }
    for _ in 0..2 * ROWS {
        let (row, col) = (1 + dice.below(ROWS), 1 + dice.below(COLS - 20));
        let (steps, erased, value) = (1 + dice.below(9), 1 + dice.below(9), dice.below(10_000));
        write!(
            out,
            "\x1b[{row};{col}H\x1b[{steps}C\x1b[7m{value}\x1b[27m\x1b[{erased}X\x1b[A\x1b[1K"
        )?;
    }
    for _ in 0..8 {
        let deed = dice.pick(&DEEDS);
        write!(
            out,
            "\x1b[3;{}r\x1b[3;1H\x1b[L{deed}\x1b[4P\x1b[2@\x1b[{ROWS};1H\n\x1b[r",
            ROWS - 2
        )?;
    }
    out.push_str("\x1b[?25h");
    Ok(())
}

const SYLLABLES: [&str; 12] = [
    "東京",
    "北京市",
    "終端機",
    "サーバー",
    "表示します",
    "漢字",
    "한국어",
    "터미널",
    "出力",
    "かな",
    "世界",
    "语言",
];

fn cjk_line(out: &mut String, dice: &mut Dice) -> Result<()> {
    for _ in 0..4 + dice.below(16) {
        out.push_str(dice.pick(&SYLLABLES));
        // Any ideograph of the common block, so that not only a few are ever looked up.
        let ideograph = char::from_u32(0x4e00 + u32::from(dice.below(0x5000)));
        out.extend(ideograph);
    }
    writeln!(out, "。 {}", dice.below(1000))?;
    Ok(())
}
