//! Character sets: which character an ASCII code stands for after a designation. They know nothing
//! of the screen.

/// A character set that a program can designate, by the final byte that designates it; `B` is
/// ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset(u8);

/// The replaced codes of each set, and their replacements in the same order.
#[rustfmt::skip]
const SETS: &[(&[u8], &str, &str)] = &[
    (b"0", "`abcdefghijklmnopqrstuvwxyz{|}~", "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"),
    (b"A", "#", "£"),
    // The Dutch set's ij and its last letters are what xterm.js has for them.
    (b"4", "#@[\\]{|}~", "£¾i½|¨f¼´"),
    (b"C5", "[\\]^`{|}~", "ÄÖÅÜéäöåü"),
    (b"R", "#@[\\]{|}~", "£à°ç§éùè¨"),
    (b"Q", "@[\\]^`{|}~", "àâçêîôéùèû"),
    (b"K", "@[\\]{|}~", "§ÄÖÜäöüß"),
    (b"Y", "#@[\\]`{|}~", "£§°çéùàòèì"),
    (b"E6", "@[\\]^`{|}~", "ÄÆØÅÜäæøåü"),
    (b"Z", "#@[\\]{|}", "£§¡Ñ¿°ñç"),
    (b"H7", "@[\\]^`{|}~", "ÉÄÖÅÜéäöåü"),
    (b"=", "#@[\\]^_`{|}~", "ùàéçêîèôäöüû"),
];

impl Charset {
    /// Plain ASCII.
    pub(crate) const ASCII: Self = Self(b'B');

    /// The set that the final byte `designator` selects; the second designators of a set count as
    /// the first.
    pub(crate) fn designated(designator: u8) -> Option<Self> {
        if designator == b'B' {
            return Some(Self::ASCII);
        }
        let (names, ..) = SETS
            .iter()
            .find(|(names, ..)| names.contains(&designator))?;
        names.first().copied().map(Self)
    }

    /// The final byte that designates it.
    pub(crate) fn designator(self) -> char {
        char::from(self.0)
    }

    fn pairs(self) -> impl Iterator<Item = (char, char)> {
        let set = SETS
            .iter()
            .find(|(names, ..)| names.first() == Some(&self.0));
        set.into_iter()
            .flat_map(|(_, codes, chars)| codes.chars().zip(chars.chars()))
    }

    /// What is shown for `c`.
    pub(crate) fn shown(self, c: char) -> char {
        if self == Self::ASCII || !c.is_ascii() {
            return c;
        }
        self.pairs()
            .find(|&(code, _)| code == c)
            .map_or(c, |(_, shown)| shown)
    }

    /// What must be printed for `shown` to appear.
    pub(crate) fn printed(self, shown: char) -> char {
        self.pairs()
            .find(|&(_, c)| c == shown)
            .map_or(shown, |(code, _)| code)
    }
}

/// The four designated sets, and which of them is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charsets {
    sets: [Charset; 4],
    level: usize,
}

impl Charsets {
    pub(crate) fn new() -> Self {
        Self {
            sets: [Charset::ASCII; 4],
            level: 0,
        }
    }

    /// The set in use.
    pub(crate) fn current(&self) -> Charset {
        self.get(self.level)
    }

    pub(crate) fn get(&self, level: usize) -> Charset {
        self.sets.get(level).copied().unwrap_or(Charset::ASCII)
    }

    /// Which of the four is in use.
    pub(crate) fn level(&self) -> usize {
        self.level
    }

    pub(crate) fn use_level(&mut self, level: usize) {
        self.level = level;
    }

    pub(crate) fn designate(&mut self, level: usize, set: Charset) {
        if let Some(place) = self.sets.get_mut(level) {
            *place = set;
        }
    }
}
