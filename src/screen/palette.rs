//! Colours: the theme that programs are told about, what they changed of it, and how colours are
//! spelled in sequences. It knows nothing of cells.

use std::collections::BTreeMap;

/// A colour: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

/// The colours that programs are told when they ask, as long as they haven't changed them. They
/// should be those of the viewers' page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// The default foreground.
    pub foreground: Rgb,
    /// The default background.
    pub background: Rgb,
    /// The cursor.
    pub cursor: Rgb,
    /// The 16 basic colours.
    pub basic: [Rgb; 16],
}

impl Default for Theme {
    /// The page's theme, as `assets/css/theme.css` has it.
    fn default() -> Self {
        Self {
            foreground: Rgb(0xd5, 0xdb, 0xe5),
            background: Rgb(0x0f, 0x13, 0x19),
            cursor: Rgb(0xf2, 0xf5, 0xf9),
            basic: BASIC,
        }
    }
}

/// A colour that a program can ask for and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// One of the 256 of the palette.
    Indexed(u8),
    /// The default foreground.
    Foreground,
    /// The default background.
    Background,
    /// The cursor.
    Cursor,
}

impl Slot {
    /// The slots that OSC 10 and its followers mean, in their order.
    pub(crate) const SPECIAL: [Self; 3] = [Self::Foreground, Self::Background, Self::Cursor];

    /// The number and, for the palette, the index with which OSC sets it.
    pub(crate) fn osc(self) -> String {
        match self {
            Self::Indexed(index) => format!("4;{index}"),
            Self::Foreground => "10".to_owned(),
            Self::Background => "11".to_owned(),
            Self::Cursor => "12".to_owned(),
        }
    }
}

/// The 16 basic colours of the page's theme.
const BASIC: [Rgb; 16] = [
    Rgb(0x1c, 0x22, 0x2c),
    Rgb(0xe8, 0x60, 0x5f),
    Rgb(0x5f, 0xb5, 0x6f),
    Rgb(0xcf, 0xa1, 0x3f),
    Rgb(0x52, 0x96, 0xec),
    Rgb(0xb9, 0x7b, 0xe0),
    Rgb(0x3f, 0xb0, 0xbd),
    Rgb(0xc3, 0xca, 0xd6),
    Rgb(0x7c, 0x87, 0x98),
    Rgb(0xff, 0x8b, 0x86),
    Rgb(0x8e, 0xdb, 0x98),
    Rgb(0xf0, 0xcc, 0x74),
    Rgb(0x86, 0xb9, 0xff),
    Rgb(0xd8, 0xa8, 0xf6),
    Rgb(0x7b, 0xd9, 0xe2),
    Rgb(0xf6, 0xf8, 0xfb),
];

/// What programs changed of the theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    changed: BTreeMap<Slot, Rgb>,
    theme: Theme,
}

impl Palette {
    pub(crate) fn new() -> Self {
        Self {
            changed: BTreeMap::new(),
            theme: Theme::default(),
        }
    }

    /// Changes what is told where nothing was changed.
    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
    }

    pub(crate) fn set(&mut self, slot: Slot, color: Rgb) {
        self.changed.insert(slot, color);
    }

    pub(crate) fn restore(&mut self, slot: Slot) {
        self.changed.remove(&slot);
    }

    /// Restores the 256 colours, not the special ones.
    pub(crate) fn restore_indexed(&mut self) {
        self.changed
            .retain(|slot, _| !matches!(slot, Slot::Indexed(_)));
    }

    /// What was changed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (Slot, Rgb)> + '_ {
        self.changed.iter().map(|(&slot, &color)| (slot, color))
    }

    /// The colour that is in force.
    pub(crate) fn get(&self, slot: Slot) -> Rgb {
        self.changed
            .get(&slot)
            .copied()
            .unwrap_or_else(|| self.theme.get(slot))
    }
}

impl Theme {
    fn get(&self, slot: Slot) -> Rgb {
        match slot {
            Slot::Foreground => self.foreground,
            Slot::Background => self.background,
            Slot::Cursor => self.cursor,
            Slot::Indexed(index) => {
                let basic = self.basic.get(usize::from(index)).copied();
                basic.unwrap_or_else(|| computed(index))
            }
        }
    }
}

/// The colours from 16 on: a cube of six steps, then greys.
fn computed(index: u8) -> Rgb {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return Rgb(grey, grey, grey);
    }
    let at = index.saturating_sub(16);
    let step = |digit: u8| if digit == 0 { 0 } else { 55 + 40 * digit };
    Rgb(step(at / 36), step(at / 6 % 6), step(at % 6))
}

impl Rgb {
    /// Reads `rgb:r/g/b` with one to four hexadecimal digits each, or `#` with one to four for
    /// each.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if let Some(parts) = text.strip_prefix("rgb:") {
            let mut parts = parts.split('/');
            let (red, green, blue) = (parts.next()?, parts.next()?, parts.next()?);
            let same = red.len() == green.len() && green.len() == blue.len();
            let exact = same && parts.next().is_none();
            return exact.then(|| Some(Self(scaled(red)?, scaled(green)?, scaled(blue)?)))?;
        }
        let digits = text.strip_prefix('#')?;
        let each = digits.len() / 3;
        if digits.len() % 3 != 0 || !(1..=4).contains(&each) {
            return None;
        }
        let part = |at: usize| cut(digits.get(at * each..(at + 1) * each)?);
        Some(Self(part(0)?, part(1)?, part(2)?))
    }

    /// How it is written in sequences and answers.
    pub(crate) fn spec(self) -> String {
        let Self(red, green, blue) = self;
        format!("rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}")
    }
}

fn hex(digits: &str) -> Option<u32> {
    let valid = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    valid.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Hexadecimal digits as a part of the largest number that as many digits can write.
fn scaled(digits: &str) -> Option<u8> {
    let most = (1u32 << (4 * digits.len().min(4))) - 1;
    let value = hex(digits)?;
    u8::try_from((value * 510 + most) / (2 * most).max(1)).ok()
}

/// The first two of the hexadecimal digits, or one of them as the upper half.
fn cut(digits: &str) -> Option<u8> {
    let value = hex(digits)?;
    let value = match digits.len() {
        1 => value << 4,
        len => value >> (4 * (len - 2)),
    };
    u8::try_from(value).ok()
}
