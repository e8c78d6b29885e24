//! How a cell looks: colours, attributes, underline and link as one value. It knows neither the
//! sequences that set them nor where cells are kept.

use std::hash::{Hash, Hasher};

/// A colour as a program chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Color {
    /// The default foreground, background or underline colour.
    #[default]
    Default,
    /// One of the 16 basic colours.
    Basic(u8),
    /// One of the 256 colours of the palette.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

impl Color {
    /// A number of 26 bits that differs where the colour differs.
    fn key(self) -> u64 {
        match self {
            Self::Default => 0,
            Self::Basic(n) => 1 << 24 | u64::from(n),
            Self::Indexed(n) => 2 << 24 | u64::from(n),
            Self::Rgb(red, green, blue) => u64::from(u32::from_be_bytes([3, red, green, blue])),
        }
    }
}

/// A set of on-or-off attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags(u16);

impl Flags {
    pub(crate) const BOLD: Self = Self(1);
    pub(crate) const DIM: Self = Self(1 << 1);
    pub(crate) const ITALIC: Self = Self(1 << 2);
    pub(crate) const BLINK: Self = Self(1 << 3);
    pub(crate) const INVERSE: Self = Self(1 << 4);
    pub(crate) const INVISIBLE: Self = Self(1 << 5);
    pub(crate) const STRIKE: Self = Self(1 << 6);
    pub(crate) const OVERLINE: Self = Self(1 << 7);
    /// Selective erase leaves the cell alone (DECSCA).
    pub(crate) const PROTECTED: Self = Self(1 << 8);

    /// The SGR number that switches each of them on; protection has a sequence of its own.
    pub(crate) const SGR: [(Self, u8); 8] = [
        (Self::BOLD, 1),
        (Self::DIM, 2),
        (Self::ITALIC, 3),
        (Self::BLINK, 5),
        (Self::INVERSE, 7),
        (Self::INVISIBLE, 8),
        (Self::STRIKE, 9),
        (Self::OVERLINE, 53),
    ];

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }
}

/// How a cell looks, or how the next one will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    pub(crate) fg: Color,
    pub(crate) bg: Color,
    /// The underline's colour; in a pen it is remembered while nothing is underlined.
    pub(crate) underline_color: Color,
    pub(crate) flags: Flags,
    /// 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed.
    pub(crate) underline: u8,
    /// The number of the hyperlink in the link table, 0 for none.
    pub(crate) link: u32,
}

impl Hash for Style {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fg.key() << 32 | self.bg.key());
        let lines = self.underline_color.key() << 8 | u64::from(self.underline);
        state.write_u64(lines << 16 | u64::from(self.flags.0));
        if self.link != 0 {
            state.write_u64(u64::from(self.link));
        }
    }
}

impl Style {
    /// The style of a cell that is erased with this pen: nothing but the background.
    pub(crate) fn erased(&self) -> Self {
        Self {
            bg: self.bg,
            ..Self::default()
        }
    }

    /// The style of a cell that is printed with this pen: an underline colour counts only where a
    /// line is drawn.
    pub(crate) fn printed(&self) -> Self {
        let lined = self.underline != 0 || self.link != 0;
        let underline_color = if lined {
            self.underline_color
        } else {
            Color::Default
        };
        Self {
            underline_color,
            ..*self
        }
    }

    /// SGR 0: everything but the link goes back to the default.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            link: self.link,
            ..Self::default()
        };
    }
}
