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

/// What is on its way should be shown within this time.
const WITHIN: Duration = Duration::from_millis(100);

/// The shortest time over which a speed is taken: shorter ones are the clock's and the network's.
const SHORTEST: Duration = Duration::from_millis(1);

/// What is on its way to a viewer, and how much may be.
#[derive(Debug)]
pub(super) struct Flow {
    sent: VecDeque<Sent>,
    in_flight: usize,
    /// When the viewer last said how far it is.
    heard: Option<Instant>,
    /// Bytes a second that the viewer shows, smoothed.
    speed: Option<f64>,
}

/// Output that was sent up to a place.
#[derive(Debug)]
struct Sent {
    to: Offset,
    bytes: usize,
    when: Instant,
}

impl Flow {
    /// Nothing is on its way.
    pub(super) fn new() -> Self {
        Self {
            sent: VecDeque::new(),
            in_flight: 0,
            heard: None,
            speed: None,
        }
    }

    /// Whether the viewer says how far it is.
    pub(super) fn is_acknowledged(&self) -> bool {
        self.heard.is_some()
    }

    /// Whether more may be sent. To a viewer that does not say how far it is, always: its connection
    /// is the limit.
    pub(super) fn has_room(&self) -> bool {
        !self.is_acknowledged() || self.in_flight < self.window()
    }

    /// The most bytes that should be on their way.
    pub(super) fn window(&self) -> usize {
        let within = |speed: f64| (speed * WITHIN.as_secs_f64()) as usize;
        self.speed.map_or(MOST, within).clamp(LEAST, MOST)
    }

    /// Notes that `bytes` were sent, after which the viewer is at `to`.
    pub(super) fn on_sent(&mut self, to: Offset, bytes: usize) {
        self.in_flight += bytes;
        let when = Instant::now();
        match self.sent.back_mut() {
            // What can't be told apart by what the viewer says is one.
            Some(last) if last.to == to => last.bytes += bytes,
            _ => self.sent.push_back(Sent { to, bytes, when }),
        }
    }

    /// Notes that the viewer has shown everything up to `at`.
    pub(super) fn on_shown(&mut self, at: Offset) {
        let now = Instant::now();
        let (mut shown, mut since) = (0, None);
        while let Some(sent) = self.sent.front().filter(|sent| sent.to <= at) {
            shown += sent.bytes;
            since.get_or_insert(sent.when);
            self.sent.pop_front();
        }
        self.in_flight -= shown;
        if let Some(since) = since {
            let busy_since = self.heard.map_or(since, |heard| heard.max(since));
            self.measure(shown, now - busy_since);
        }
        self.heard = Some(now);
    }

    fn measure(&mut self, bytes: usize, took: Duration) {
        // A few bytes say how long the way is, not how wide.
        if bytes < LEAST / 4 {
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

    #[tokio::test(start_paused = true)]
    async fn no_more_is_on_its_way_than_the_window() {
        let mut flow = Flow::new();
        flow.on_shown(at(0));
        flow.on_sent(at(200_000), 200_000);
        assert!(flow.has_room());
        flow.on_sent(at(300_000), 100_000);
        assert!(!flow.has_room());
        flow.on_shown(at(200_000));
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

    #[test]
    fn places_that_were_never_sent_change_nothing() {
        let mut flow = Flow::new();
        flow.on_shown(at(u64::MAX));
        flow.on_sent(at(10), 300_000);
        flow.on_shown(at(9));
        assert!(!flow.has_room());
    }
}
