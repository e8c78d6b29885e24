//! The colours in force: what programs changed of the theme, and what stands for it where they did
//! not. It knows nothing of cells.

use std::collections::BTreeMap;

use super::rgb::Rgb;
use super::theme::{DARK, Theme};

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
            theme: DARK,
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

    /// The colour that a program has given it, if one has.
    pub(crate) fn own(&self, slot: Slot) -> Option<Rgb> {
        self.changed.get(&slot).copied()
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
