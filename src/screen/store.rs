//! The tables behind the cells' numbers: styles, joined texts, links. Each value is kept once, and
//! what no cell refers to any more is dropped when a table has grown large. It knows nothing of
//! lines.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::Arc;

use super::cell::Cell;
use super::style::Style;

/// A hyperlink that cells belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Link {
    /// The name by which separate cells form one link, "" for none.
    pub(crate) id: String,
    /// Where it leads.
    pub(crate) uri: String,
}

/// Values with numbers: equal values have the same number, and number 0 is the default value.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    items: Vec<T>,
    numbers: HashMap<T, u32, Mixer>,
    /// The number of values at which it is worth looking for unused ones.
    limit: usize,
}

/// A table is looked through when it holds twice what was in use the last time, and not below this
/// many values.
const LEAST_LIMIT: usize = 1 << 15;

impl<T: Clone + Eq + Hash + Default> Table<T> {
    pub(crate) fn new() -> Self {
        let mut numbers = HashMap::with_hasher(Mixer::new());
        numbers.insert(T::default(), 0);
        Self {
            items: vec![T::default()],
            numbers,
            limit: LEAST_LIMIT,
        }
    }

    /// The number of `item`, which is new if need be.
    pub(crate) fn number(&mut self, item: T) -> u32 {
        if let Some(&number) = self.numbers.get(&item) {
            return number;
        }
        let number = self.items.len() as u32;
        self.items.push(item.clone());
        self.numbers.insert(item, number);
        number
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.items.get(number as usize)
    }

    /// Whether it is worth looking for unused values.
    pub(crate) fn is_large(&self) -> bool {
        self.items.len() >= self.limit
    }

    /// A mark for each value, all unset but the default's.
    pub(crate) fn marks(&self) -> Marks {
        let mut marks = Marks(vec![false; self.items.len()]);
        marks.set(0);
        marks
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Drops the values without a mark.
    pub(crate) fn retain(&mut self, marks: &Marks) -> Renumbering {
        let mut next = 0;
        let new_numbers = marks.0.iter().map(|&used| {
            let number = next;
            next += u32::from(used);
            if used { number } else { 0 }
        });
        let renumbering = Renumbering(new_numbers.collect());
        let mut used = marks.0.iter();
        self.items.retain(|_| used.next().copied().unwrap_or(false));
        self.numbers.clear();
        self.numbers.extend(self.items.iter().cloned().zip(0..));
        self.limit = LEAST_LIMIT.max(self.items.len() * 2);
        renumbering
    }
}

/// Hashes few numbers quickly: a multiplication each, of twice the width, folded. It starts from a
/// secret of this process, so that no output can be made to collide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mixer(u64);

impl Mixer {
    fn new() -> Self {
        Self(RandomState::new().hash_one(0))
    }

    fn mix(&mut self, value: u64) {
        let product =
            u128::from(self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl BuildHasher for Mixer {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let value = chunk
                .iter()
                .fold(0, |value, &byte| value << 8 | u64::from(byte));
            self.mix(value);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }
}

/// Which mark made which cell of which one lately. Text with marks has few different ones.
#[derive(Debug, Clone)]
pub(crate) struct JoinCache {
    entries: Vec<Option<(Cell, char, Cell)>>,
}

impl JoinCache {
    const ENTRIES: usize = 256;

    pub(crate) fn new() -> Self {
        Self {
            entries: vec![None; Self::ENTRIES],
        }
    }

    /// Forgets all, as the numbers of texts and styles have changed.
    pub(crate) fn clear(&mut self) {
        self.entries.fill(None);
    }

    fn slot(base: Cell, mark: char) -> usize {
        (base.key() as usize)
            .wrapping_mul(31)
            .wrapping_add(mark as usize)
            % Self::ENTRIES
    }

    /// What `mark` makes of `base`, if that is known.
    pub(crate) fn get(&self, base: Cell, mark: char) -> Option<Cell> {
        let entry = self.entries.get(Self::slot(base, mark)).copied().flatten();
        entry
            .filter(|&(cell, joined, _)| (cell, joined) == (base, mark))
            .map(|(.., made)| made)
    }

    pub(crate) fn set(&mut self, base: Cell, mark: char, made: Cell) {
        if let Some(entry) = self.entries.get_mut(Self::slot(base, mark)) {
            *entry = Some((base, mark, made));
        }
    }
}

/// Which values of a table are in use.
pub(crate) struct Marks(Vec<bool>);

impl Marks {
    pub(crate) fn set(&mut self, number: u32) {
        if let Some(mark) = self.0.get_mut(number as usize) {
            *mark = true;
        }
    }
}

/// The new numbers of a table's values, by their old ones.
pub(crate) struct Renumbering(Vec<u32>);

impl Renumbering {
    pub(crate) fn of(&self, old: u32) -> u32 {
        self.0.get(old as usize).copied().unwrap_or(0)
    }
}

/// The latest links, with numbers that count up from 1. An older one is forgotten, and its cells are
/// without it from then on: no output can make the links take up ever more memory.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    latest: VecDeque<Arc<Link>>,
    numbers: HashMap<Arc<Link>, u32>,
    /// The number of the first of the latest links.
    first: u32,
}

impl Links {
    /// How many are remembered.
    const MOST: usize = 8192;

    fn new() -> Self {
        Self {
            latest: VecDeque::new(),
            numbers: HashMap::new(),
            first: 1,
        }
    }

    /// The number of `link`, which is new if need be.
    pub(crate) fn number(&mut self, link: Link) -> u32 {
        if let Some(&number) = self.numbers.get(&link) {
            return number;
        }
        if self.latest.len() >= Self::MOST {
            if let Some(oldest) = self.latest.pop_front() {
                self.numbers.remove(&oldest);
            }
            self.first += 1;
        }
        let number = self.first + self.latest.len() as u32;
        let link = Arc::new(link);
        self.latest.push_back(Arc::clone(&link));
        self.numbers.insert(link, number);
        number
    }

    /// Whether there never was one.
    pub(crate) fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }

    /// The link of a number, unless it is forgotten or 0, which stands for none.
    pub(crate) fn get(&self, number: u32) -> Option<&Link> {
        let at = number.checked_sub(self.first)?;
        self.latest.get(at as usize).map(AsRef::as_ref)
    }
}

/// All tables of a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) styles: Table<Style>,
    pub(crate) texts: Table<Arc<str>>,
    pub(crate) links: Links,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self {
            styles: Table::new(),
            texts: Table::new(),
            links: Links::new(),
        }
    }

    /// Whether one of the tables is worth looking through.
    pub(crate) fn is_large(&self) -> bool {
        self.styles.is_large() || self.texts.is_large()
    }

    /// The style of number `number`.
    pub(crate) fn style(&self, number: u32) -> Style {
        self.styles.get(number).copied().unwrap_or_default()
    }

    /// The joined text of number `number`.
    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts.get(number).map_or("", |text| text)
    }
}
