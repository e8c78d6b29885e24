//! A bound on how many lines of a kind are logged in a minute (requirement R29): strangers can cause
//! as many refusals as they like, and must not fill a disk. It knows no line's meaning; a kind is the
//! place in the source that logs.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use crate::server::{AUDIT, PROGRAM};

/// The time for which lines are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// The most lines of a kind in that time.
const MOST: u32 = 30;

/// The most of a kind that only who asked for details gets, and of what programs say.
const MOST_DETAILS: u32 = 600;

/// Where the lines come from that say how many were left out.
const SUMMARY: &str = "webterm::trace::summary";

/// Lets lines pass, but not too many of a kind.
#[derive(Debug, Default)]
pub(super) struct Bound(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    kinds: Mutex<Kinds>,
    /// Wakes who sums up: the first line was left out, or the log ends.
    stirred: Condvar,
}

impl Shared {
    fn kinds(&self) -> MutexGuard<'_, Kinds> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bound {
    /// Starts to say how many lines were left out, at the end of each minute in which some were.
    pub(super) fn summaries(&self) -> Summaries {
        let shared = Arc::clone(&self.0);
        let thread = std::thread::Builder::new().name("log".to_owned());
        Summaries {
            shared: Arc::clone(&self.0),
            // Without it lines are left out all the same, and nobody says so.
            thread: thread.spawn(move || sum_up(&shared)).ok(),
        }
    }
}

impl<S: Subscriber> Layer<S> for Bound {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if [AUDIT, SUMMARY].contains(&metadata.target()) {
            return true;
        }
        let is_brief = *metadata.level() <= Level::INFO && metadata.target() != PROGRAM;
        let most = match is_brief {
            true => MOST,
            false => MOST_DETAILS,
        };
        let passage = self
            .0
            .kinds()
            .pass(metadata.callsite(), most, Instant::now(), || {
                words_of(event)
            });
        if passage == Passage::FirstLeftOut {
            self.0.stirred.notify_one();
        }
        passage == Passage::Passes
    }
}

/// Whether a line is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passage {
    Passes,
    /// It is not, and is the first of its kind and minute.
    FirstLeftOut,
    LeftOut,
}

/// The kinds of lines that were logged so far. There are only so many in the source.
#[derive(Debug, Default)]
struct Kinds {
    by: HashMap<Identifier, Kind>,
    is_over: bool,
}

#[derive(Debug)]
struct Kind {
    since: Instant,
    passed: u32,
    left_out: u64,
    /// What its lines have in common.
    words: String,
}

impl Kinds {
    fn pass(
        &mut self,
        id: Identifier,
        most: u32,
        now: Instant,
        words: impl FnOnce() -> String,
    ) -> Passage {
        let kind = self.by.entry(id).or_insert_with(|| Kind {
            since: now,
            passed: 0,
            left_out: 0,
            words: String::new(),
        });
        // What was left out is summed up before a new minute begins.
        if kind.left_out == 0 && now.duration_since(kind.since) >= WINDOW {
            kind.since = now;
            kind.passed = 0;
        }
        if kind.left_out == 0 && kind.passed < most {
            kind.passed += 1;
            return Passage::Passes;
        }
        kind.left_out += 1;
        if kind.left_out > 1 {
            return Passage::LeftOut;
        }
        kind.words = words();
        Passage::FirstLeftOut
    }

    /// When there is something to sum up next.
    fn due(&self) -> Option<Instant> {
        let pending = self.by.values().filter(|kind| kind.left_out > 0);
        pending.map(|kind| kind.since + WINDOW).min()
    }

    /// What was left out in minutes that have ended, or in any where it is over; these begin anew.
    fn take_summaries(&mut self, now: Instant) -> Vec<(String, u64)> {
        let is_over = self.is_over;
        let ended = self
            .by
            .values_mut()
            .filter(|kind| kind.left_out > 0 && (is_over || kind.since + WINDOW <= now));
        ended
            .map(|kind| {
                kind.since = now;
                kind.passed = 0;
                (kind.words.clone(), std::mem::take(&mut kind.left_out))
            })
            .collect()
    }
}

/// Says how many lines were left out. Dropping it says so for the last time.
#[derive(Debug)]
pub(super) struct Summaries {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Summaries {
    fn drop(&mut self) {
        self.shared.kinds().is_over = true;
        self.shared.stirred.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn sum_up(shared: &Shared) {
    let mut kinds = shared.kinds();
    loop {
        let now = Instant::now();
        let (summaries, is_over) = (kinds.take_summaries(now), kinds.is_over);
        if !summaries.is_empty() {
            // Logging asks for the lock.
            drop(kinds);
            for (like, left_out) in summaries {
                tracing::warn!(target: SUMMARY, left_out, like, "more lines like one above were left out");
            }
            kinds = shared.kinds();
            continue;
        }
        if is_over {
            return;
        }
        kinds = match kinds.due() {
            None => shared
                .stirred
                .wait(kinds)
                .unwrap_or_else(PoisonError::into_inner),
            Some(due) => {
                let waited = shared
                    .stirred
                    .wait_timeout(kinds, due.saturating_duration_since(now));
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
}

/// The words of a line, without what differs from one of its kind to the next.
fn words_of(event: &Event<'_>) -> String {
    let mut words = Words(String::new());
    event.record(&mut words);
    words.0
}

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Metadata;
    use tracing::subscriber::Interest;

    use super::*;

    struct Site;

    impl tracing::Callsite for Site {
        fn set_interest(&self, _: Interest) {}
        fn metadata(&self) -> &Metadata<'_> {
            unreachable!("only the place counts")
        }
    }

    static ONE: Site = Site;
    // Two values of no size may share their place.
    static OTHER: (Site, u8) = (Site, 0);

    fn pass(kinds: &mut Kinds, site: &'static Site, now: Instant) -> Passage {
        kinds.pass(Identifier(site), 3, now, || "a line".to_owned())
    }

    #[test]
    fn r29_a_kind_of_line_is_logged_so_often_in_a_minute_and_then_summed_up() {
        let mut kinds = Kinds::default();
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(pass(&mut kinds, &ONE, start), Passage::Passes);
        }
        assert_eq!(kinds.due(), None);
        assert_eq!(pass(&mut kinds, &ONE, start), Passage::FirstLeftOut);
        assert_eq!(pass(&mut kinds, &ONE, start), Passage::LeftOut);
        assert_eq!(kinds.due(), Some(start + WINDOW));
        assert!(kinds.take_summaries(start).is_empty(), "not yet");
        let later = start + WINDOW;
        assert_eq!(kinds.take_summaries(later), [("a line".to_owned(), 2)]);
        assert_eq!(pass(&mut kinds, &ONE, later), Passage::Passes);
        assert_eq!(kinds.due(), None);
    }

    #[test]
    fn what_is_seldom_is_never_left_out() {
        let mut kinds = Kinds::default();
        let start = Instant::now();
        for minute in 0..10 {
            let now = start + WINDOW * minute;
            for _ in 0..3 {
                assert_eq!(pass(&mut kinds, &ONE, now), Passage::Passes);
            }
        }
    }

    #[test]
    fn at_the_end_everything_is_summed_up() {
        let mut kinds = Kinds::default();
        let start = Instant::now();
        for _ in 0..5 {
            pass(&mut kinds, &OTHER.0, start);
        }
        kinds.is_over = true;
        assert_eq!(kinds.take_summaries(start).len(), 1);
    }
}
