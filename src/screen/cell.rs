//! One cell of the screen, in eight bytes. It knows numbers only: what a style or a joined text is,
//! the tables in `store` say.

/// One cell: what stands in it, how many columns it spans, and the number of its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Cell {
    /// The code point or the number of a joined text (bits 0 to 20), whether it is the latter (bit
    /// 21), and the width (bits 22 and 23).
    content: u32,
    /// The number of its style in the style table; 0 is the default style.
    pub(crate) style: u32,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// Nothing was printed here, or it was erased.
    Empty,
    /// One character.
    Char(char),
    /// A character with others joined to it: the number of the text.
    Joined(u32),
}

const CODE: u32 = 0x1F_FFFF;
const JOINED: u32 = 1 << 21;
const WIDTH_SHIFT: u32 = 22;

impl Cell {
    /// An empty cell of the default style.
    pub(crate) const BLANK: Self = Self::blank(0);

    /// An empty cell.
    pub(crate) const fn blank(style: u32) -> Self {
        Self {
            content: 1 << WIDTH_SHIFT,
            style,
        }
    }

    /// The second half of a wide character.
    pub(crate) const fn spacer(style: u32) -> Self {
        Self { content: 0, style }
    }

    /// A printed character of `width` columns.
    pub(crate) fn printed(c: char, width: usize, style: u32) -> Self {
        Self {
            content: u32::from(c) | (width as u32) << WIDTH_SHIFT,
            style,
        }
    }

    /// A printed ASCII character.
    #[inline]
    pub(crate) fn ascii(byte: u8, style: u32) -> Self {
        Self {
            content: byte as u32 | 1 << WIDTH_SHIFT,
            style,
        }
    }

    /// This cell with the joined text of number `text` in it.
    pub(crate) fn joined(self, text: u32) -> Self {
        let width = self.content >> WIDTH_SHIFT << WIDTH_SHIFT;
        Self {
            content: width | JOINED | text & CODE,
            style: self.style,
        }
    }

    /// Columns: 2 for the first half of a wide character, 0 for its second half, else 1.
    #[inline]
    pub(crate) fn width(self) -> usize {
        (self.content >> WIDTH_SHIFT) as usize
    }

    /// Whether anything was printed into it.
    #[inline]
    pub(crate) fn has_content(self) -> bool {
        self.content & (CODE | JOINED) != 0
    }

    /// Whether it is the second half of a wide character.
    #[inline]
    pub(crate) fn is_spacer(self) -> bool {
        self.content == 0
    }

    /// A number that differs where the content differs.
    pub(crate) fn key(self) -> u32 {
        self.content
    }

    /// What stands in it.
    pub(crate) fn glyph(self) -> Glyph {
        let code = self.content & CODE;
        if self.content & JOINED != 0 {
            Glyph::Joined(code)
        } else if code == 0 {
            Glyph::Empty
        } else {
            char::from_u32(code).map_or(Glyph::Empty, Glyph::Char)
        }
    }
}
