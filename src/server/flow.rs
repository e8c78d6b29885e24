//! How much may be on its way to a viewer that says how far it is. It knows places and times, not
//! what is sent.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::offset::Offset;

/// The most output, in bytes, that is on its way: what the page swallows in about 10 ms.
const MOST: usize = 256 * 1024;

/// The least, in bytes, however slow the viewer is.
const LEAST: usize = 16 * 1024;

/// What is on its way, in bytes, before the viewer's speed is known.
const FIRST: usize = 64 * 1024;

/// What is on its way should be shown within this time.
const WITHIN: Duration = Duration::from_millis(100);

/// A speed is taken over this time, unless all was shown before: acknowledgements come in bursts.
const LONG_ENOUGH: Duration = Duration::from_millis(50);

/// The shortest time over which a speed is taken: shorter ones are the clock's and the network's.
const SHORTEST: Duration = Duration::from_millis(1);

/// A viewer that took longer was not slow, but held back by somebody who reads.
const PAUSE: Duration = Duration::from_secs(2);

/// How many pieces are told apart that were sent to a viewer which has not yet said how far it is.
const BEFORE_FIRST: usize = 32;

/// What is on its way to a viewer, and how much may be.
#[derive(Debug)]
pub(super) struct Flow {
    sent: VecDeque<Sent>,
    in_flight: usize,
    is_acknowledged: bool,
    /// While something is on its way.
    busy: Option<Busy>,
    /// Bytes a second that the viewer shows, smoothed.
    speed: Option<f64>,
}

/// Output that was sent up to a place.
#[derive(Debug)]
struct Sent {
    to: Offset,
    bytes: usize,
}

/// A time over which a speed may be taken.
#[derive(Debug)]
struct Busy {
    since: Instant,
    /// The bytes shown since.
    shown: usize,
    /// Whether nothing was on its way before. Else what is shown first was sent before `since`, and
    /// a short time says nothing.
    from_rest: bool,
}

impl Busy {
    fn now(from_rest: bool) -> Self {
        Self {
            since: Instant::now(),
            shown: 0,
            from_rest,
        }
    }
}

impl Flow {
    /// Nothing is on its way.
    pub(super) fn new() -> Self {
        Self {
            sent: VecDeque::new(),
            in_flight: 0,
            is_acknowledged: false,
            busy: None,
            speed: None,
        }
    }

    /// Whether the viewer says how far it is.
    pub(super) fn is_acknowledged(&self) -> bool {
        self.is_acknowledged
    }

    /// Whether more may be sent. To a viewer that does not say how far it is, always: its connection
    /// is the limit.
    pub(super) fn has_room(&self) -> bool {
        !self.is_acknowledged() || self.in_flight < self.window()
    }

    /// The most bytes that should be on their way.
    pub(super) fn window(&self) -> usize {
        let within = |speed: f64| (speed * WITHIN.as_secs_f64()) as usize;
        self.speed.map_or(FIRST, within).clamp(LEAST, MOST)
    }

    /// Notes that the whole screen was sent, in `bytes`, after which the viewer is at `to`: what was on
    /// its way before no longer matters, for the screen makes it superfluous.
    pub(super) fn on_screen_sent(&mut self, to: Offset, bytes: usize) {
        self.sent.clear();
        self.in_flight = 0;
        self.on_sent(to, bytes);
    }

    /// Notes that `bytes` were sent, after which the viewer is at `to`.
    pub(super) fn on_sent(&mut self, to: Offset, bytes: usize) {
        self.in_flight += bytes;
        self.busy.get_or_insert_with(|| Busy::now(true));
        // One that never says how far it is is not kept account of without end.
        let is_silent = !self.is_acknowledged && self.sent.len() >= BEFORE_FIRST;
        match self.sent.back_mut() {
            // What can't be told apart by what the viewer says is one.
            Some(last) if last.to == to || is_silent => {
                last.to = to;
                last.bytes += bytes;
            }
            _ => self.sent.push_back(Sent { to, bytes }),
        }
    }

    /// Notes that the viewer has shown everything up to `at`.
    pub(super) fn on_shown(&mut self, at: Offset) {
        self.is_acknowledged = true;
        let mut shown = 0;
        while let Some(sent) = self.sent.front().filter(|sent| sent.to <= at) {
            shown += sent.bytes;
            self.sent.pop_front();
        }
        self.in_flight -= shown;
        let Some(busy) = &mut self.busy else {
            return;
        };
        busy.shown += shown;
        let (bytes, took, is_at_rest) = (busy.shown, busy.since.elapsed(), self.in_flight == 0);
        if took >= LONG_ENOUGH || (is_at_rest && busy.from_rest) {
            self.measure(bytes, took);
            self.busy = Some(Busy::now(false));
        }
        if is_at_rest {
            self.busy = None;
        }
    }

    fn measure(&mut self, bytes: usize, took: Duration) {
        // A few bytes say how long the way is, not how wide.
        if bytes < LEAST / 4 || took > PAUSE {
            return;
        }
        let speed = bytes as f64 / took.max(SHORTEST).as_secs_f64();
        self.speed = Some(self.speed.map_or(speed, |old| (old * 3.0 + speed) / 4.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(bytes: u64) -> Offset {
        Offset::new(bytes)
    }

    #[test]
    fn who_does_not_acknowledge_is_limited_by_his_connection_alone() {
        let mut flow = Flow::new();
        flow.on_sent(at(10_000_000), 10_000_000);
        assert!(flow.has_room());
    }

    #[test]
    fn of_one_that_never_acknowledges_little_is_kept_and_of_one_that_does_late_all_counts() {
        let mut flow = Flow::new();
        for step in 1..=100_000 {
            flow.on_sent(at(step * 10), 10);
        }
        assert!(flow.sent.len() <= BEFORE_FIRST);
        assert_eq!(flow.in_flight, 1_000_000);
        flow.on_shown(at(1_000_000));
        assert_eq!((flow.sent.len(), flow.in_flight), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_on_its_way_than_the_window() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        flow.on_sent(at(50_000), 50_000);
        assert!(flow.has_room());
        flow.on_sent(at(70_000), 20_000);
        assert!(!flow.has_room());
        flow.on_shown(at(50_000));
        assert!(flow.has_room());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_viewer_has_a_small_window_and_a_fast_one_a_large() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        for step in 1..=20 {
            flow.on_sent(at(step * 10_000), 10_000);
            tokio::time::advance(Duration::from_millis(100)).await;
            flow.on_shown(at(step * 10_000));
        }
        assert_eq!(flow.window(), LEAST, "100 kB/s");
        for step in 1..=40 {
            flow.on_sent(at(200_000 + step * 100_000), 100_000);
            tokio::time::advance(Duration::from_millis(5)).await;
            flow.on_shown(at(200_000 + step * 100_000));
        }
        assert_eq!(flow.window(), MOST, "20 MB/s");
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nothing_was_on_its_way_does_not_count() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        tokio::time::advance(Duration::from_secs(100)).await;
        flow.on_sent(at(100_000), 100_000);
        tokio::time::advance(Duration::from_millis(5)).await;
        flow.on_shown(at(100_000));
        assert_eq!(flow.window(), MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn acknowledgements_that_come_in_bursts_are_no_speed() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        let mut sent = 0;
        for _ in 0..20 {
            for _ in 0..2 {
                sent += 10_000;
                flow.on_sent(at(sent), 10_000);
            }
            tokio::time::advance(Duration::from_millis(200)).await;
            flow.on_shown(at(sent - 10_000));
            tokio::time::advance(Duration::from_millis(1)).await;
            flow.on_shown(at(sent));
        }
        assert!(flow.window() < FIRST, "{} at 100 kB/s", flow.window());
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_for_a_while_is_not_slow() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        flow.on_sent(at(50_000), 50_000);
        tokio::time::advance(Duration::from_secs(30)).await;
        flow.on_shown(at(50_000));
        assert_eq!(flow.window(), FIRST);
    }

    #[test]
    fn a_screen_makes_what_was_before_superfluous() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        flow.on_sent(at(300_000), 300_000);
        assert!(!flow.has_room());
        flow.on_screen_sent(at(300_000), 5_000);
        assert!(flow.has_room());
    }

    #[test]
    fn places_that_were_never_sent_change_nothing() {
        let mut flow = Flow::new();
        flow.on_shown(at(u64::MAX));
        flow.on_sent(at(10), 300_000);
        flow.on_shown(at(9));
        assert!(!flow.has_room());
    }
}
