//! Bounds on what others can have entered in the log: strangers are refused as often as they like,
//! and a window's corner is dragged at will. It knows no file.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use crate::name::SessionName;

use super::desk::Entry;
use super::event::Event;

/// The time for which denials are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// The most denials for one reason that have lines of their own in that time, and for all.
const MOST_ALIKE: u32 = 20;
const MOST: u32 = 60;

/// The least time between two sizes of a session that are entered; of those between, the last is.
const SETTLED: Duration = Duration::from_secs(1);

/// The denials of late.
#[derive(Debug, Default)]
pub(super) struct Denials {
    since: Option<Instant>,
    passed: u32,
    /// Of each reason, of which there are only so many in the source: those that have lines of their
    /// own, and those that do not.
    by: HashMap<&'static str, (u32, u64)>,
}

impl Denials {
    /// Whether one more has a line of its own; else it is counted.
    pub(super) fn pass(&mut self, reason: &'static str, now: Instant) -> bool {
        let since = *self.since.get_or_insert(now);
        // What was counted has its line before a new minute begins.
        if self.due().is_none() && now.duration_since(since) >= WINDOW {
            *self = Self::default();
            self.since = Some(now);
        }
        let (alike, more) = self.by.entry(reason).or_default();
        let passes = self.passed < MOST && *alike < MOST_ALIKE;
        match passes {
            true => {
                self.passed += 1;
                *alike += 1;
            }
            false => *more += 1,
        }
        passes
    }

    /// When there is something to be summed up.
    pub(super) fn due(&self) -> Option<Instant> {
        let is_pending = self.by.values().any(|(_, more)| *more > 0);
        self.since
            .filter(|_| is_pending)
            .map(|since| since + WINDOW)
    }

    /// What was counted, once that is due; the next minute begins.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Event> {
        match self.due() {
            Some(due) if due <= now => self.take_all(now),
            Some(_) | None => Vec::new(),
        }
    }

    /// What was counted.
    pub(super) fn take_all(&mut self, now: Instant) -> Vec<Event> {
        let ended = std::mem::take(self);
        let seconds = ended.since.map_or(0, |since| (now - since).as_secs());
        let mut more: Vec<_> = ended.by.into_iter().collect();
        more.sort_unstable();
        let more = more.into_iter().filter(|(_, (_, count))| *count > 0);
        more.map(|(reason, (_, count))| Event::DeniedMore {
            reason,
            count,
            seconds,
        })
        .collect()
    }
}

/// The sizes of late.
#[derive(Debug, Default)]
pub(super) struct Sizes(HashMap<SessionName, Held>);

#[derive(Debug)]
struct Held {
    until: Instant,
    last: Option<Entry>,
}

impl Sizes {
    /// Gives a size back that is to be entered now; else holds it until that is due.
    pub(super) fn pass(
        &mut self,
        session: &SessionName,
        entry: Entry,
        now: Instant,
    ) -> Option<Entry> {
        let settled = Held {
            until: now + SETTLED,
            last: None,
        };
        match self.0.get_mut(session) {
            Some(held) if now < held.until => {
                held.last = Some(entry);
                None
            }
            Some(held) => {
                *held = settled;
                Some(entry)
            }
            None => {
                self.0.insert(session.clone(), settled);
                Some(entry)
            }
        }
    }

    /// When one that is held is to be entered.
    pub(super) fn due(&self) -> Option<Instant> {
        let pending = self.0.values().filter(|held| held.last.is_some());
        pending.map(|held| held.until).min()
    }

    /// Those that are due; sessions whose size has settled are forgotten.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Entry> {
        let due = self.0.values_mut().filter(|held| held.until <= now);
        let mut entries: Vec<_> = due
            .filter_map(|held| {
                let entry = held.last.take()?;
                held.until = now + SETTLED;
                Some(entry)
            })
            .collect();
        self.0.retain(|_, held| held.until > now);
        entries.sort_by_key(|entry| entry.time);
        entries
    }

    /// The one that is held for a session, of which something else is to be entered.
    pub(super) fn take_of(&mut self, session: &SessionName) -> Option<Entry> {
        self.0.remove(session)?.last
    }

    /// All that are held.
    pub(super) fn take_all(&mut self) -> Vec<Entry> {
        let mut entries: Vec<_> = self.0.drain().filter_map(|(_, held)| held.last).collect();
        entries.sort_by_key(|entry| entry.time);
        entries
    }
}

/// Events that were not kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    pub(super) count: u64,
    pub(super) since: Instant,
    pub(super) last: Instant,
    pub(super) time: SystemTime,
}

impl From<Lost> for Entry {
    fn from(lost: Lost) -> Self {
        Self {
            time: lost.time,
            event: Event::EventsLost {
                count: lost.count,
                seconds: (lost.last - lost.since).as_secs(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::size::TermSize;

    use super::*;

    fn more(reason: &'static str, count: u64, seconds: u64) -> Event {
        Event::DeniedMore {
            reason,
            count,
            seconds,
        }
    }

    #[test]
    fn r29_denials_are_entered_so_often_in_a_minute_and_then_counted() {
        let (mut denials, start) = (Denials::default(), Instant::now());
        let passed = (0..100).filter(|_| denials.pass("a", start)).count();
        assert_eq!(passed, MOST_ALIKE as usize);
        assert!(denials.pass("b", start), "others have lines of their own");
        assert_eq!(denials.take(start), []);
        let later = start + WINDOW;
        assert_eq!(denials.take(later), [more("a", 80, 60)]);
        assert!(denials.pass("a", later));
        assert_eq!(denials.due(), None);
    }

    #[test]
    fn r29_all_denials_together_are_entered_so_often() {
        let (mut denials, start) = (Denials::default(), Instant::now());
        let mut passed = 0;
        for reason in ["a", "b", "c", "d", "e"] {
            passed += (0..50).filter(|_| denials.pass(reason, start)).count();
        }
        assert_eq!(passed, MOST as usize);
        let counted = denials
            .take_all(start)
            .into_iter()
            .map(|event| match event {
                Event::DeniedMore { count, .. } => count,
                other => panic!("{other:?}"),
            });
        assert_eq!(counted.sum::<u64>(), 250 - u64::from(MOST));
    }

    #[test]
    fn what_is_seldom_is_never_counted() {
        let (mut denials, start) = (Denials::default(), Instant::now());
        for minute in 0..10 {
            let now = start + WINDOW * minute;
            assert!((0..MOST_ALIKE).all(|_| denials.pass("a", now)));
        }
    }

    #[test]
    fn of_sizes_in_quick_succession_the_first_and_the_last_are_entered() {
        let name: SessionName = "main".parse().unwrap();
        let entry = |cols| Entry {
            time: SystemTime::UNIX_EPOCH,
            event: Event::size_changed(name.clone(), TermSize::new(cols, 24).unwrap()),
        };
        let (mut sizes, now) = (Sizes::default(), Instant::now());
        assert_eq!(sizes.pass(&name, entry(80), now), Some(entry(80)));
        assert_eq!(sizes.due(), None);
        for cols in 81..100 {
            assert_eq!(sizes.pass(&name, entry(cols), now), None);
        }
        assert_eq!(sizes.take(now), []);
        let due = sizes.due().unwrap();
        assert_eq!(sizes.take(due), [entry(99)]);
        assert_eq!(sizes.pass(&name, entry(100), due), None);
        assert_eq!(sizes.take_of(&name), Some(entry(100)));
        assert_eq!(sizes.pass(&name, entry(101), due), Some(entry(101)));
        assert_eq!(sizes.take(due + SETTLED), []);
        assert!(sizes.0.is_empty(), "what has settled is forgotten");
    }
}
