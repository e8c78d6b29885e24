//! The terminal as a program sees it: both buffers, pen, modes, charsets, colours and title. It
//! knows nothing of sequences: `gate` reads them and calls the methods here and in the child
//! modules.

mod cursor;
pub(crate) mod edit;
pub(crate) mod erase;
mod print;
mod resize;
mod sgr;
mod switch;

pub(crate) use print::Fate;
pub(crate) use resize::Aftermath;

use super::buffer::Buffer;
use super::cell::{Cell, Glyph};
use super::charset::Charsets;
use super::line::Line;
use super::modes::Modes;
use super::palette::Palette;
use super::store::{JoinCache, Store};
use super::style::Style;
use crate::size::TermSize;

/// The state of a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    pub(crate) size: TermSize,
    pub(crate) normal: Buffer,
    pub(crate) alternate: Buffer,
    /// Whether the alternate buffer is shown.
    pub(crate) on_alternate: bool,
    pub(crate) modes: Modes,
    pub(crate) charsets: Charsets,
    pub(crate) palette: Palette,
    pub(crate) title: String,
    pub(crate) icon: String,
    pub(crate) store: Store,
    /// How the next character will look.
    pen: Style,
    /// The link that is opened again when something is printed, 0 for none.
    suspended_link: u32,
    /// The number of the style that the pen prints with, once it is known.
    printed: Option<u32>,
    /// The number of the style that the pen erases with, once it is known.
    erased: Option<u32>,
    /// The width of the character that was printed last, if a mark could join it now; else 0.
    preceding: usize,
    /// What joining a mark to a text led to lately.
    join_cache: JoinCache,
}

impl Terminal {
    pub(crate) fn new(size: TermSize, scrollback: usize) -> Self {
        let (cols, rows) = (usize::from(size.cols()), usize::from(size.rows()));
        Self {
            size,
            normal: Buffer::normal(cols, rows, scrollback),
            alternate: Buffer::alternate(cols, rows),
            on_alternate: false,
            modes: Modes::new(),
            charsets: Charsets::new(),
            palette: Palette::new(),
            title: String::new(),
            icon: String::new(),
            store: Store::new(),
            pen: Style::default(),
            suspended_link: 0,
            printed: None,
            erased: None,
            preceding: 0,
            join_cache: JoinCache::new(),
        }
    }

    pub(crate) fn cols(&self) -> usize {
        usize::from(self.size.cols())
    }

    pub(crate) fn rows(&self) -> usize {
        usize::from(self.size.rows())
    }

    /// The buffer that is shown.
    #[inline]
    pub(crate) fn active(&self) -> &Buffer {
        if self.on_alternate {
            &self.alternate
        } else {
            &self.normal
        }
    }

    /// The buffer that is shown.
    #[inline]
    pub(crate) fn active_mut(&mut self) -> &mut Buffer {
        if self.on_alternate {
            &mut self.alternate
        } else {
            &mut self.normal
        }
    }

    pub(crate) fn pen(&self) -> Style {
        self.pen
    }

    /// Changes the pen.
    pub(crate) fn set_pen(&mut self, pen: Style) {
        if pen != self.pen {
            self.printed = None;
            self.erased = self.erased.filter(|_| pen.bg == self.pen.bg);
            self.pen = pen;
        }
    }

    /// The width of the character that was printed last, if a mark could join it now; else 0.
    pub(crate) fn preceding(&self) -> usize {
        self.preceding
    }

    /// From now on nothing can join what was printed last, nor repeat it: a control or a sequence
    /// came.
    pub(crate) fn break_join(&mut self) {
        self.preceding = 0;
    }

    /// The number of the style that the pen prints with.
    #[inline]
    fn printed_style(&mut self) -> u32 {
        *self
            .printed
            .get_or_insert_with(|| self.store.styles.number(self.pen.printed()))
    }

    /// What erasing leaves: an empty cell with the pen's background.
    #[inline]
    fn erased_cell(&mut self) -> Cell {
        Cell::blank(
            *self
                .erased
                .get_or_insert_with(|| self.store.styles.number(self.pen.erased())),
        )
    }

    /// RIS: everything but the title, the palette and what [`Modes::full_reset`] spares is as at
    /// the start.
    pub(crate) fn full_reset(&mut self) {
        let (cols, rows) = (self.cols(), self.rows());
        self.normal = Buffer::normal(cols, rows, self.normal.history());
        self.alternate = Buffer::alternate(cols, rows);
        self.on_alternate = false;
        self.modes.full_reset();
        self.charsets = Charsets::new();
        self.set_pen(Style::default());
        self.suspended_link = 0;
        self.preceding = 0;
    }

    /// DECSTR: margins, pen, modes and saved cursor are as at the start; the screen stays.
    pub(crate) fn soft_reset(&mut self) {
        self.modes.soft_reset();
        self.charsets = Charsets::new();
        self.set_pen(Style::default());
        self.suspended_link = 0;
        let buffer = self.active_mut();
        buffer.top = 0;
        buffer.bottom = buffer.rows() - 1;
        buffer.reset_saved();
    }

    /// Drops the styles and texts that no cell uses any more, if there are so many that it is worth
    /// it.
    pub(crate) fn drop_unused(&mut self) {
        if !self.store.is_large() {
            return;
        }
        let mut styles = self.store.styles.marks();
        let mut texts = self.store.texts.marks();
        let buffers = [&self.normal, &self.alternate];
        for cell in buffers.into_iter().flat_map(Buffer::cells) {
            styles.set(cell.style);
            if let Glyph::Joined(text) = cell.glyph() {
                texts.set(text);
            }
        }
        let styles = self.store.styles.retain(&styles);
        let texts = self.store.texts.retain(&texts);
        let buffers = [&mut self.normal, &mut self.alternate];
        for cell in buffers.into_iter().flat_map(Buffer::cells_mut) {
            cell.style = styles.of(cell.style);
            if let Glyph::Joined(text) = cell.glyph() {
                *cell = cell.joined(texts.of(text));
            }
        }
        self.printed = None;
        self.erased = None;
        self.join_cache.clear();
    }
}
