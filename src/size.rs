//! The size of a terminal in character cells. It knows neither who asked for it nor what it is applied to.

use std::fmt;
use std::str::FromStr;

/// A terminal's size in character cells, always within what a program and a page can bear:
/// 2 to 2000 columns, 1 to 1000 rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TermSize {
    cols: u16,
    rows: u16,
}

impl TermSize {
    /// The most columns a terminal may have.
    pub const MAX_COLS: u16 = 2000;
    /// The fewest columns a terminal may have: a wide character needs two.
    pub const MIN_COLS: u16 = 2;
    /// The most rows a terminal may have.
    pub const MAX_ROWS: u16 = 1000;
    /// The size where nothing else says one: 120 columns, 36 rows.
    pub const DEFAULT: Self = Self {
        cols: 120,
        rows: 36,
    };

    /// The size of `cols` by `rows` cells, or `None` where one of them is out of bounds.
    pub fn new(cols: u16, rows: u16) -> Option<Self> {
        let valid = (Self::MIN_COLS..=Self::MAX_COLS).contains(&cols)
            && (1..=Self::MAX_ROWS).contains(&rows);
        valid.then_some(Self { cols, rows })
    }

    /// Columns, 2 to 2000.
    pub fn cols(self) -> u16 {
        self.cols
    }

    /// Rows, 1 to 1000.
    pub fn rows(self) -> u16 {
        self.rows
    }

    /// What fits into both: the smaller columns and the smaller rows.
    pub fn min(self, other: Self) -> Self {
        Self {
            cols: self.cols.min(other.cols),
            rows: self.rows.min(other.rows),
        }
    }

    /// Cells in all: the measure by which one size is larger than another.
    pub fn area(self) -> u32 {
        u32::from(self.cols) * u32::from(self.rows)
    }
}

impl fmt::Display for TermSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.cols, self.rows)
    }
}

/// A text that is no terminal's size.
#[derive(Debug, thiserror::Error)]
#[error(
    "'{0}' is no size; write COLSxROWS, such as 100x30, \
     with 2 to 2000 columns and 1 to 1000 rows"
)]
pub struct BadSize(String);

impl FromStr for TermSize {
    type Err = BadSize;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once(['x', 'X'])
            .and_then(|(cols, rows)| Self::new(cols.parse().ok()?, rows.parse().ok()?))
            .ok_or_else(|| BadSize(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_as_it_is_read() {
        let size: TermSize = "100x30".parse().unwrap();
        assert_eq!((size.cols(), size.rows()), (100, 30));
        assert_eq!(size.to_string(), "100x30");
    }

    #[test]
    fn sizes_out_of_bounds_and_other_words_are_refused() {
        for text in [
            "1x30", "2001x30", "80x0", "80x1001", "80", "x", "80x", "80x24x3", "-80x24", "80 x 24",
            "",
        ] {
            let error = text.parse::<TermSize>().unwrap_err().to_string();
            assert!(error.contains("COLSxROWS"), "{text}: {error}");
        }
    }
}
