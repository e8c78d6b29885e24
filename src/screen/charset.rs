//! Character sets: which character an ASCII code stands for after a designation. They know nothing
//! of the screen.

/// A character set that a program can designate, by the final byte that designates it; `B` is
/// ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset(u8);

/// The replaced codes of each set, and their replacements in the same order.
#[rustfmt::skip]
const SETS: &[(&[u8], &[u8], &[char])] = &[
    (b"0", b"`abcdefghijklmnopqrstuvwxyz{|}~", &['◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─', '⎼', '⎽', '├', '┤', '┴', '┬', '│', '≤', '≥', 'π', '≠', '£', '·']),
    (b"A", b"#", &['£']),
    // The Dutch set's ij and its last letters are what xterm.js has for them.
    (b"4", b"#@[\\]{|}~", &['£', '¾', 'i', '½', '|', '¨', 'f', '¼', '´']),
    (b"C5", b"[\\]^`{|}~", &['Ä', 'Ö', 'Å', 'Ü', 'é', 'ä', 'ö', 'å', 'ü']),
    (b"R", b"#@[\\]{|}~", &['£', 'à', '°', 'ç', '§', 'é', 'ù', 'è', '¨']),
    (b"Q", b"@[\\]^`{|}~", &['à', 'â', 'ç', 'ê', 'î', 'ô', 'é', 'ù', 'è', 'û']),
    (b"K", b"@[\\]{|}~", &['§', 'Ä', 'Ö', 'Ü', 'ä', 'ö', 'ü', 'ß']),
    (b"Y", b"#@[\\]`{|}~", &['£', '§', '°', 'ç', 'é', 'ù', 'à', 'ò', 'è', 'ì']),
    (b"E6", b"@[\\]^`{|}~", &['Ä', 'Æ', 'Ø', 'Å', 'Ü', 'ä', 'æ', 'ø', 'å', 'ü']),
    (b"Z", b"#@[\\]{|}", &['£', '§', '¡', 'Ñ', '¿', '°', 'ñ', 'ç']),
    (b"H7", b"@[\\]^`{|}~", &['É', 'Ä', 'Ö', 'Å', 'Ü', 'é', 'ä', 'ö', 'å', 'ü']),
    (b"=", b"#@[\\]^_`{|}~", &['ù', 'à', 'é', 'ç', 'ê', 'î', 'è', 'ô', 'ä', 'ö', 'ü', 'û']),
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

    /// The codes that it replaces, and by what.
    fn replacements(self) -> (&'static [u8], &'static [char]) {
        let set = SETS
            .iter()
            .find(|(names, ..)| names.first() == Some(&self.0));
        set.map_or((&[], &[]), |&(_, codes, chars)| (codes, chars))
    }

    /// What is shown for `c`.
    pub(crate) fn shown(self, c: char) -> char {
        let Ok(byte) = u8::try_from(c) else {
            return c;
        };
        if self == Self::ASCII {
            return c;
        }
        let (codes, chars) = self.replacements();
        // In the line drawing set no code is left out, so this is where it is.
        let first = codes.first().copied().unwrap_or(0);
        let guess = usize::from(byte.wrapping_sub(first));
        let at = if codes.get(guess) == Some(&byte) {
            Some(guess)
        } else {
            codes.iter().position(|&code| code == byte)
        };
        at.and_then(|at| chars.get(at)).copied().unwrap_or(c)
    }

    /// What must be printed for `shown` to appear.
    pub(crate) fn printed(self, shown: char) -> char {
        let (codes, chars) = self.replacements();
        let at = chars.iter().position(|&c| c == shown);
        at.and_then(|at| codes.get(at))
            .map_or(shown, |&code| char::from(code))
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
