//! The output of a session as a ring: the newest bytes at absolute offsets, with the places where
//! the terminal's size changed. It knows no viewers.

use std::collections::VecDeque;

use crate::offset::{Offset, Span};
use crate::screen::Resized;
use crate::size::TermSize;

/// The most sizes that are kept beside the output. Sizes change at most 20 times a second, so this
/// is a minute of somebody dragging his window's corner; who is further behind gets a snapshot.
const MAX_SIZES: usize = 1200;

/// How many changes of size a reader has passed.
pub(super) type SizeCount = u64;

/// The newest output of a session.
#[derive(Debug)]
pub(super) struct Log {
    text: VecDeque<u8>,
    start: Offset,
    capacity: usize,
    sizes: VecDeque<Change>,
    sizes_dropped: SizeCount,
    /// The size before the oldest change that is kept.
    oldest_size: TermSize,
}

/// A change of size.
#[derive(Debug)]
struct Change {
    /// It came after all output before this.
    at: Offset,
    size: TermSize,
    resized: Resized,
}

/// What comes next for a reader.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing: it has all.
    Nothing,
    /// This stretch of output.
    Output(Span),
    /// The terminal took this size.
    Size(TermSize),
    /// What comes next is no longer kept, or the terminal took a size after which only a snapshot
    /// brings its viewers together.
    Lost,
}

impl Log {
    /// An empty log of at most `capacity` bytes, of a terminal that begins with `size`.
    pub(super) fn new(capacity: usize, size: TermSize) -> Self {
        Self {
            text: VecDeque::new(),
            start: Offset::START,
            capacity,
            sizes: VecDeque::new(),
            sizes_dropped: 0,
            oldest_size: size,
        }
    }

    /// The place after the newest byte.
    pub(super) fn end(&self) -> Offset {
        self.start.plus(self.text.len())
    }

    /// How many sizes were taken since the session began.
    pub(super) fn size_count(&self) -> SizeCount {
        self.sizes_dropped + self.sizes.len() as u64
    }

    /// Adds output; the oldest gives way.
    pub(super) fn append(&mut self, text: &str) {
        let surplus = (self.text.len() + text.len()).saturating_sub(self.capacity);
        let dropped = surplus.min(self.text.len());
        self.text.drain(..dropped);
        self.start = self.start.plus(dropped);
        self.make_room(text.len());
        self.text.extend(text.as_bytes());
    }

    /// Grows by doubling, but never past the capacity: a ring uses all the memory it was given.
    fn make_room(&mut self, added: usize) {
        let needed = self.text.len() + added;
        if needed > self.text.capacity() {
            let wanted = needed.max((self.text.capacity() * 2).min(self.capacity));
            self.text.reserve_exact(wanted - self.text.len());
        }
    }

    /// Notes that the terminal took this size after all output so far.
    pub(super) fn note_size(&mut self, size: TermSize, resized: Resized) {
        let at = self.end();
        self.sizes.push_back(Change { at, size, resized });
        if self.sizes.len() > MAX_SIZES
            && let Some(dropped) = self.sizes.pop_front()
        {
            self.oldest_size = dropped.size;
            self.sizes_dropped += 1;
        }
    }

    /// What comes next for a reader that has everything up to `from` and has passed `sizes` changes
    /// of size; at most `max` bytes of output.
    pub(super) fn next(&self, from: Offset, sizes: SizeCount, max: usize) -> Next {
        if from < self.start || sizes < self.sizes_dropped {
            return Next::Lost;
        }
        let unseen = usize::try_from(sizes - self.sizes_dropped).unwrap_or(usize::MAX);
        let limit = match self.sizes.get(unseen) {
            Some(change) if change.at <= from => {
                return match change.resized {
                    Resized::Settled => Next::Size(change.size),
                    Resized::Unsettled => Next::Lost,
                };
            }
            Some(change) => change.at,
            None => self.end(),
        };
        if limit <= from {
            return Next::Nothing;
        }
        let to = self.floor_char(limit.min(from.plus(max)));
        Next::Output(Span { from, to })
    }

    /// How a reader that has everything up to `at` goes on: the changes of size up to there, and the
    /// last of them. `None` where `at` is no longer kept, is no place between two characters, or may
    /// be before a snapshot that everybody needed.
    pub(super) fn resume(&self, at: Offset) -> Option<(SizeCount, TermSize)> {
        if at < self.start || at > self.end() || self.floor_char(at) != at {
            return None;
        }
        let passed = self.sizes.partition_point(|change| change.at <= at);
        let here = self.sizes.range(..passed).rev();
        let mut here = here.take_while(|change| change.at == at);
        if here.any(|change| change.resized == Resized::Unsettled) {
            return None;
        }
        let last = passed.checked_sub(1).and_then(|last| self.sizes.get(last));
        let size = last.map_or(self.oldest_size, |change| change.size);
        Some((self.sizes_dropped + passed as u64, size))
    }

    /// The output of a stretch, or `None` where it is no longer kept.
    pub(super) fn read(&self, span: Span) -> Option<String> {
        if span.from < self.start || span.to > self.end() || span.to < span.from {
            return None;
        }
        let skip = span.from.since(self.start);
        let (old, new) = self.text.as_slices();
        let mut bytes = Vec::with_capacity(span.len());
        let from_old = old.get(skip..).unwrap_or_default();
        bytes.extend_from_slice(from_old.get(..span.len()).unwrap_or(from_old));
        let rest = span.len() - bytes.len();
        let skip = skip.saturating_sub(old.len());
        bytes.extend_from_slice(new.get(skip..skip + rest)?);
        String::from_utf8(bytes).ok()
    }

    /// The place at or before `at` where a character begins or the log ends.
    fn floor_char(&self, at: Offset) -> Offset {
        let mut index = at.since(self.start);
        while self.text.get(index).is_some_and(|byte| byte & 0xc0 == 0x80) {
            index -= 1;
        }
        self.start.plus(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u64, to: u64) -> Span {
        Span {
            from: Offset::new(from),
            to: Offset::new(to),
        }
    }

    #[test]
    fn a_reader_gets_all_that_it_has_not() {
        let mut log = Log::new(100, TermSize::DEFAULT);
        log.append("hello ");
        log.append("world");
        assert_eq!(log.next(Offset::START, 0, 100), Next::Output(span(0, 11)));
        assert_eq!(log.read(span(0, 11)).unwrap(), "hello world");
        assert_eq!(log.next(Offset::new(6), 0, 3), Next::Output(span(6, 9)));
        assert_eq!(log.next(Offset::new(11), 0, 3), Next::Nothing);
    }

    #[test]
    fn the_oldest_gives_way_and_who_needs_it_is_told() {
        let mut log = Log::new(10, TermSize::DEFAULT);
        for _ in 0..7 {
            log.append("abcd");
        }
        assert_eq!(log.end(), Offset::new(28));
        assert_eq!(log.next(Offset::new(17), 0, 9), Next::Lost);
        assert_eq!(log.read(span(17, 20)), None);
        assert_eq!(log.read(span(18, 28)).unwrap(), "cdabcdabcd");
    }

    #[test]
    fn characters_are_never_cut() {
        let mut log = Log::new(100, TermSize::DEFAULT);
        log.append("a€€");
        for (max, to) in [(1, 1), (2, 1), (3, 1), (4, 4), (6, 4), (7, 7)] {
            assert_eq!(log.next(Offset::START, 0, max), Next::Output(span(0, to)));
        }
    }

    #[test]
    fn a_change_of_size_keeps_its_place_in_the_output() {
        let size = TermSize::DEFAULT;
        let mut log = Log::new(100, TermSize::DEFAULT);
        log.append("before");
        log.note_size(size, Resized::Settled);
        log.append("after");
        assert_eq!(log.next(Offset::START, 0, 100), Next::Output(span(0, 6)));
        assert_eq!(log.next(Offset::new(6), 0, 100), Next::Size(size));
        assert_eq!(log.next(Offset::new(6), 1, 100), Next::Output(span(6, 11)));
    }

    #[test]
    fn who_comes_back_goes_on_where_he_was() {
        let (small, large) = (
            TermSize::new(10, 5).unwrap(),
            TermSize::new(99, 50).unwrap(),
        );
        let mut log = Log::new(20, TermSize::DEFAULT);
        log.append("a€");
        log.note_size(small, Resized::Settled);
        log.append("b");
        log.note_size(large, Resized::Settled);
        let resume = |at| log.resume(Offset::new(at));
        assert_eq!(resume(0), Some((0, TermSize::DEFAULT)));
        assert_eq!(resume(4), Some((1, small)));
        assert_eq!(resume(5), Some((2, large)));
        assert_eq!(resume(2), None, "in the middle of a character");
        assert_eq!(resume(6), None, "in the future");
        log.append(&"x".repeat(20));
        assert_eq!(log.resume(Offset::new(4)), None, "no longer kept");
        assert_eq!(log.resume(Offset::new(25)), Some((2, large)));
    }

    #[test]
    fn who_missed_too_many_sizes_is_told() {
        let mut log = Log::new(100, TermSize::DEFAULT);
        for _ in 0..=MAX_SIZES {
            log.note_size(TermSize::DEFAULT, Resized::Settled);
        }
        assert_eq!(log.next(Offset::START, 0, 1), Next::Lost);
        assert_eq!(log.next(Offset::START, 1, 1), Next::Size(TermSize::DEFAULT));
        assert_eq!(log.next(Offset::START, log.size_count(), 1), Next::Nothing);
    }

    #[test]
    fn where_only_a_snapshot_brings_viewers_together_everybody_needs_one() {
        let size = TermSize::DEFAULT;
        let mut log = Log::new(100, size);
        log.append("before");
        log.note_size(size, Resized::Settled);
        log.note_size(size, Resized::Unsettled);
        log.append("after");
        assert_eq!(log.next(Offset::START, 0, 100), Next::Output(span(0, 6)));
        assert_eq!(log.next(Offset::new(6), 0, 100), Next::Size(size));
        assert_eq!(log.next(Offset::new(6), 1, 100), Next::Lost);
        assert_eq!(log.next(Offset::new(6), 2, 100), Next::Output(span(6, 11)));
        assert_eq!(log.resume(Offset::new(5)), Some((0, size)), "before");
        assert_eq!(log.resume(Offset::new(6)), None, "perhaps before");
        assert_eq!(log.resume(Offset::new(7)), Some((2, size)), "after");
    }
}
