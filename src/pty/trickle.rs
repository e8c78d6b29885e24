//! When to let output gather before it is read on: each chunk costs a turn of every task behind, and a
//! program that prints small lines without end would make a thousand a second. It knows sizes and times,
//! and no terminal.

use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

/// Chunks of this size, in bytes, trickle. Keys' echoes are smaller.
const TRICKLE: Range<usize> = 1024..20 * 1024;

/// How many such chunks, each soon after the other, make a stream; a screen that is drawn anew is no
/// stream.
const STREAM: u32 = 4;

/// What is soon.
const SOON: Duration = Duration::from_millis(5);

/// How long a stream is let gather before it is read on: the kernel has room for 64 KiB.
const GATHER: Duration = Duration::from_millis(2);

/// After so many chunks that gathered it is looked again how fast they come by themselves.
const LOOK_AGAIN: u32 = 32;

/// The chunks that came of late.
#[derive(Debug)]
pub(super) struct Trickle {
    /// How many came one soon after the other, and trickled.
    streak: u32,
    /// What was in them, in bytes.
    bytes: usize,
    /// The end of the chunk before them.
    since: Instant,
    /// The end of the last one.
    last: Instant,
}

impl Trickle {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            streak: 0,
            bytes: 0,
            since: now,
            last: now,
        }
    }

    /// How long to wait after a chunk of so many bytes that has come just now.
    pub(super) fn pause_after(&mut self, chunk: usize, now: Instant) -> Duration {
        let trickles = TRICKLE.contains(&chunk) && now - self.last < SOON;
        self.last = now;
        self.streak += 1;
        self.bytes += chunk;
        let is_slow = self.streak != STREAM || self.is_slow(now);
        if !trickles || !is_slow || self.streak >= STREAM + LOOK_AGAIN {
            *self = Self::new(now);
        }
        match self.streak >= STREAM {
            true => GATHER,
            false => Duration::ZERO,
        }
    }

    /// Whether the chunks of this stream, which nothing delayed, would be small even if they gathered.
    /// Where more comes, to wait would only hold the program up.
    fn is_slow(&self, now: Instant) -> bool {
        let gathered = self.bytes as f64 * GATHER.div_duration_f64(now - self.since);
        gathered < TRICKLE.end as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses after chunks of a size that come with so much time between them, beside the pauses.
    fn pauses(chunk: usize, between: Duration, count: usize) -> Vec<Duration> {
        let mut now = Instant::now();
        let mut trickle = Trickle::new(now);
        let mut pauses = Vec::new();
        for _ in 0..count {
            now += between + pauses.last().copied().unwrap_or_default();
            pauses.push(trickle.pause_after(chunk, now));
        }
        pauses
    }

    fn paused(chunk: usize, between: Duration) -> usize {
        let pauses = pauses(chunk, between, 1000);
        pauses.iter().filter(|pause| !pause.is_zero()).count()
    }

    #[test]
    fn a_slow_stream_of_small_chunks_gathers_but_not_its_first() {
        let pauses = pauses(4095, Duration::from_millis(1), 1000);
        assert!(pauses[..3].iter().all(Duration::is_zero), "{pauses:?}");
        let paused = pauses.iter().filter(|pause| **pause == GATHER).count();
        assert!(paused > 800, "{paused} of 1000");
    }

    #[test]
    fn a_flood_is_not_held_up_however_small_its_chunks_are() {
        assert_eq!(paused(4095, Duration::from_micros(100)), 0);
        assert_eq!(paused(12_000, Duration::from_micros(500)), 0);
        assert_eq!(paused(4095, Duration::ZERO), 0);
    }

    #[test]
    fn keys_large_chunks_and_what_comes_now_and_then_do_not_wait() {
        assert_eq!(paused(20, Duration::from_millis(1)), 0);
        assert_eq!(paused(64 * 1024, Duration::from_millis(1)), 0);
        assert_eq!(paused(4095, Duration::from_millis(20)), 0);
    }

    #[test]
    fn a_stream_that_becomes_a_flood_is_noticed() {
        let mut now = Instant::now();
        let mut trickle = Trickle::new(now);
        let mut pauses = 0;
        for number in 0..1000 {
            let between = match number {
                0..100 => Duration::from_millis(1),
                _ => Duration::from_micros(50),
            };
            now += between;
            let pause = trickle.pause_after(4095, now);
            now += pause;
            pauses += u32::from(number >= 100 && !pause.is_zero());
        }
        assert!(pauses <= LOOK_AGAIN, "{pauses}");
    }
}
