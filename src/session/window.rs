//! Whose window decides the size of a session's terminal. It knows sizes and viewers' rights, not
//! how either is told.

use crate::right::Right;
use crate::size::TermSize;

/// Whose window decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizePolicy {
    /// The smallest window of those who may write, as Jupyter's terminals do.
    Writers,
    /// The largest window of all viewers.
    Viewers,
    /// Nobody's: it stays as it is.
    Fixed,
}

impl SizePolicy {
    /// Whether the window of a viewer with this right counts.
    pub fn counts(self, right: Right) -> bool {
        match self {
            Self::Writers => right == Right::Write,
            Self::Viewers => true,
            Self::Fixed => false,
        }
    }

    /// The size that the viewers' windows ask for, or `None` where none of them counts.
    pub(super) fn decide(
        self,
        windows: impl Iterator<Item = (Right, Option<TermSize>)>,
    ) -> Option<TermSize> {
        let counting = windows.filter_map(|(right, window)| window.filter(|_| self.counts(right)));
        match self {
            Self::Writers => counting.reduce(TermSize::min),
            Self::Viewers => counting.max_by_key(|size| (size.area(), size.cols())),
            Self::Fixed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(policy: SizePolicy, windows: &[(Right, Option<(u16, u16)>)]) -> Option<String> {
        let windows = windows
            .iter()
            .map(|(right, size)| (*right, size.map(|(c, r)| TermSize::new(c, r).unwrap())));
        policy.decide(windows).map(|size| size.to_string())
    }

    const WINDOWS: [(Right, Option<(u16, u16)>); 4] = [
        (Right::Write, Some((100, 50))),
        (Right::Write, Some((120, 40))),
        (Right::Write, None),
        (Right::View, Some((200, 60))),
    ];

    #[test]
    fn the_smallest_writer_decides_by_default() {
        assert_eq!(decide(SizePolicy::Writers, &WINDOWS).unwrap(), "100x40");
        assert_eq!(decide(SizePolicy::Writers, &WINDOWS[2..]), None);
    }

    #[test]
    fn the_largest_viewer_decides_where_viewers_do() {
        assert_eq!(decide(SizePolicy::Viewers, &WINDOWS).unwrap(), "200x60");
    }

    #[test]
    fn nobody_decides_on_a_fixed_size() {
        assert_eq!(decide(SizePolicy::Fixed, &WINDOWS), None);
    }
}
