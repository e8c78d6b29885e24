//! The queue in which events wait to be written. It knows no file.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::bound::{Denials, Lost, Sizes};
use super::event::Event;

/// The most events that wait: with the longest foreign strings about 10 MB. Past that they are lost,
/// and counted.
const MOST: usize = 10_000;

/// An event, and when it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time: SystemTime,
    pub(super) event: Event,
}

impl Entry {
    /// An event of this moment.
    pub(super) fn now(event: Event) -> Self {
        Self {
            time: SystemTime::now(),
            event,
        }
    }
}

#[derive(Debug)]
enum Item {
    Entry(Entry),
    /// Events that were not kept.
    Lost(Lost),
    /// What comes next goes to a file of the same name.
    Reopen,
}

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Work {
    /// These are to be written.
    Entries(Vec<Entry>),
    /// The file is to be opened anew.
    Reopen,
    /// Nothing, ever.
    None,
}

/// What ended a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// It is over.
    Over,
    /// The file is to be opened anew, before all that waits.
    Reopen,
    /// The log is being closed.
    Closing,
}

/// Where events wait.
#[derive(Debug, Default)]
pub(super) struct Desk {
    waiting: Mutex<Waiting>,
    /// Wakes the writer.
    stirred: Condvar,
    /// Wakes who closes the log.
    settled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    items: VecDeque<Item>,
    denials: Denials,
    sizes: Sizes,
    /// How many are with the writer.
    in_hand: u64,
    is_losing: bool,
    is_closing: bool,
    is_done: bool,
}

impl Desk {
    /// Takes an event in.
    pub(super) fn note(&self, event: Event) {
        let now = Instant::now();
        let mut waiting = self.waiting();
        if waiting.is_closing {
            return;
        }
        let was_losing = waiting.is_losing;
        waiting.note(Entry::now(event), now);
        let begins_to_lose = waiting.is_losing && !was_losing;
        drop(waiting);
        self.stirred.notify_one();
        if begins_to_lose {
            tracing::error!(
                "the audit log is not written fast enough: events are lost, and counted"
            );
        }
    }

    /// Takes the log's first line in.
    pub(super) fn first(&self, opened: Entry) {
        self.waiting().items.push_front(Item::Entry(opened));
    }

    /// Has the file opened anew, behind what waits.
    pub(super) fn reopen(&self) {
        let mut waiting = self.waiting();
        // Once is enough for all that waits.
        if !matches!(waiting.items.back(), Some(Item::Reopen)) {
            waiting.items.push_back(Item::Reopen);
        }
        drop(waiting);
        self.stirred.notify_one();
    }

    /// Waits until all is written, or `patience` has run out; gives how many events are not.
    pub(super) fn close(&self, patience: Duration) -> u64 {
        let mut waiting = self.waiting();
        waiting.settle_all(Instant::now());
        waiting.is_closing = true;
        self.stirred.notify_one();
        let settled = &self.settled;
        let waited = settled.wait_timeout_while(waiting, patience, |waiting| !waiting.is_done);
        let (waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.left()
    }

    /// Waits for work; of events gives at most so many.
    pub(super) fn take(&self, most: usize) -> Work {
        let mut waiting = self.waiting();
        waiting.in_hand = 0;
        loop {
            let now = Instant::now();
            waiting.settle(now);
            match waiting.take(most) {
                Some(work) => return work,
                None if waiting.is_closing => return Work::None,
                None => {}
            }
            let due = waiting.due();
            waiting = self.wait(waiting, due.map(|due| due.saturating_duration_since(now)));
        }
    }

    /// Waits for this time, or until it makes a difference to try again.
    pub(super) fn pause(&self, time: Duration) -> Pause {
        let until = Instant::now() + time;
        let mut waiting = self.waiting();
        loop {
            let place = waiting.items.iter();
            let reopen = place
                .into_iter()
                .position(|item| matches!(item, Item::Reopen));
            if let Some(reopen) = reopen {
                waiting.items.remove(reopen);
                return Pause::Reopen;
            }
            let left = until.saturating_duration_since(Instant::now());
            if waiting.is_closing {
                return Pause::Closing;
            }
            if left.is_zero() {
                return Pause::Over;
            }
            waiting = self.wait(waiting, Some(left));
        }
    }

    /// Nothing is written any more.
    pub(super) fn done(&self) {
        self.waiting().is_done = true;
        self.settled.notify_all();
    }

    fn wait<'a>(
        &self,
        waiting: MutexGuard<'a, Waiting>,
        time: Option<Duration>,
    ) -> MutexGuard<'a, Waiting> {
        match time {
            None => self
                .stirred
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = self.stirred.wait_timeout(waiting, time);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Each change is complete when the lock is dropped.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn note(&mut self, entry: Entry, now: Instant) {
        match &entry.event {
            Event::Denied { reason, .. } if !self.denials.pass(reason, now) => return,
            Event::SizeChanged { session, .. } => {
                let session = session.clone();
                if let Some(entry) = self.sizes.pass(&session, entry, now) {
                    self.push(entry, now);
                }
                return;
            }
            Event::SessionEnded { session, .. } | Event::SessionRenamed { session, .. } => {
                if let Some(last) = self.sizes.take_of(session) {
                    self.push(last, now);
                }
            }
            _ => {}
        }
        self.push(entry, now);
    }

    fn push(&mut self, entry: Entry, now: Instant) {
        if self.items.len() < MOST {
            self.is_losing = false;
            self.items.push_back(Item::Entry(entry));
            return;
        }
        self.is_losing = true;
        if let Some(Item::Lost(lost)) = self.items.back_mut() {
            lost.count += 1;
            lost.last = now;
            lost.time = entry.time;
            return;
        }
        self.items.push_back(Item::Lost(Lost {
            count: 1,
            since: now,
            last: now,
            time: entry.time,
        }));
    }

    /// Enters what is due.
    fn settle(&mut self, now: Instant) {
        let denied = self.denials.take(now).into_iter().map(Entry::now);
        let entries: Vec<_> = self.sizes.take(now).into_iter().chain(denied).collect();
        entries.into_iter().for_each(|entry| self.push(entry, now));
    }

    /// Enters what is held back, due or not.
    fn settle_all(&mut self, now: Instant) {
        let denied = self.denials.take_all(now).into_iter().map(Entry::now);
        let entries: Vec<_> = self.sizes.take_all().into_iter().chain(denied).collect();
        entries.into_iter().for_each(|entry| self.push(entry, now));
    }

    /// When something is due that is held back.
    fn due(&self) -> Option<Instant> {
        [self.denials.due(), self.sizes.due()]
            .into_iter()
            .flatten()
            .min()
    }

    fn take(&mut self, most: usize) -> Option<Work> {
        if let Some(Item::Reopen) = self.items.front() {
            self.items.pop_front();
            return Some(Work::Reopen);
        }
        let is_entry = |item: &Item| !matches!(item, Item::Reopen);
        let count = self
            .items
            .iter()
            .take(most)
            .take_while(|item| is_entry(item));
        let count = count.count();
        let entries: Vec<Entry> = self.items.drain(..count).filter_map(Item::entry).collect();
        self.in_hand = entries.iter().map(Entry::events).sum();
        (!entries.is_empty()).then_some(Work::Entries(entries))
    }

    /// How many events are not written.
    fn left(&self) -> u64 {
        let waiting = self.items.iter().map(|item| match item {
            Item::Entry(_) => 1,
            Item::Lost(lost) => lost.count,
            Item::Reopen => 0,
        });
        self.in_hand + waiting.sum::<u64>()
    }
}

impl Item {
    fn entry(self) -> Option<Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Lost(lost) => Some(lost.into()),
            Self::Reopen => None,
        }
    }
}

impl Entry {
    /// How many events it stands for.
    fn events(&self) -> u64 {
        match self.event {
            Event::EventsLost { count, .. } => count,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: u64) -> Event {
        Event::RecordingRemoved {
            file: number.to_string(),
            reason: String::new(),
        }
    }

    fn taken(desk: &Desk, most: usize) -> Vec<Event> {
        match desk.take(most) {
            Work::Entries(entries) => entries.into_iter().map(|entry| entry.event).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_fit_is_counted_at_its_place() {
        let desk = Desk::default();
        for number in 0..MOST as u64 + 7 {
            desk.note(event(number));
        }
        assert_eq!(taken(&desk, 1), [event(0)]);
        assert_eq!(taken(&desk, MOST).len(), MOST);
        desk.note(event(8));
        assert_eq!(taken(&desk, MOST), [event(8)]);
    }

    #[test]
    fn the_count_stands_between_what_was_before_and_after() {
        let desk = Desk::default();
        for number in 0..MOST as u64 + 7 {
            desk.note(event(number));
        }
        taken(&desk, 2);
        desk.note(event(100));
        let rest = taken(&desk, 2 * MOST);
        let (last, seconds) = (rest.len() - 1, 0);
        assert_eq!(rest[last], event(100));
        assert_eq!(rest[last - 1], Event::EventsLost { count: 7, seconds });
        assert_eq!(rest[last - 2], event(MOST as u64 - 1));
    }

    #[test]
    fn what_comes_before_a_rotation_is_taken_before_it() {
        let desk = Desk::default();
        desk.note(event(1));
        desk.reopen();
        desk.reopen();
        desk.note(event(2));
        assert_eq!(taken(&desk, 10), [event(1)]);
        assert!(matches!(desk.take(10), Work::Reopen));
        assert_eq!(taken(&desk, 10), [event(2)]);
    }

    #[test]
    fn a_rotation_ends_the_pause_of_a_log_that_fails() {
        let desk = Desk::default();
        desk.note(event(1));
        assert_eq!(desk.pause(Duration::ZERO), Pause::Over);
        desk.reopen();
        assert_eq!(desk.pause(Duration::from_secs(60)), Pause::Reopen);
        assert_eq!(taken(&desk, 10), [event(1)]);
    }

    #[test]
    fn who_closes_is_told_how_much_is_not_written() {
        let desk = Desk::default();
        desk.note(event(1));
        desk.note(event(2));
        taken(&desk, 1);
        assert_eq!(desk.close(Duration::ZERO), 2);
        desk.note(event(3));
        assert_eq!(taken(&desk, 10), [event(2)]);
        assert!(matches!(desk.take(10), Work::None));
        desk.done();
        assert_eq!(desk.close(Duration::from_secs(60)), 0);
    }
}
