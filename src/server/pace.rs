//! How fast a viewer is read: so many bytes and frames a second, and the rest later. It sees the
//! headers of frames go by, and knows nothing of what they hold.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use super::Limits;

/// The shortest pause: to wake for each frame that becomes affordable would cost more than the frames.
const SHORTEST: Duration = Duration::from_millis(10);

/// A limit that a viewer met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// Of bytes a second.
    Input,
    /// Of frames a second.
    Frames,
}

impl Excess {
    /// What the viewer is told.
    pub(super) fn notice(self) -> &'static str {
        match self {
            Self::Input => {
                "you send more than --max-input allows in a second; nothing is lost, but it arrives later"
            }
            Self::Frames => {
                "you send more frames than --max-frames allows in a second; nothing is lost, but it \
                 arrives later"
            }
        }
    }
}

/// Says when a viewer may be read, and counts what was read.
#[derive(Debug)]
pub(super) struct Pace {
    bytes: Budget,
    frames: Budget,
    walk: Walk,
    pause: Option<Pin<Box<Sleep>>>,
    /// The limit that was met first.
    met: Option<Excess>,
    is_told: bool,
    read: u64,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            bytes: Budget::new(limits.input as f64),
            frames: Budget::new(f64::from(limits.frames)),
            walk: Walk::default(),
            pause: None,
            met: None,
            is_told: false,
            read: 0,
        }
    }

    /// Waits until the viewer may be read.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let now = Instant::now();
            let (bytes, frames) = (self.bytes.debt(now), self.frames.debt(now));
            if bytes.is_zero() && frames.is_zero() {
                return Poll::Ready(());
            }
            self.met.get_or_insert(match bytes > frames {
                true => Excess::Input,
                false => Excess::Frames,
            });
            let pause = bytes.max(frames).max(SHORTEST);
            self.pause = Some(Box::pin(sleep(pause)));
        }
    }

    /// Notes what was read.
    pub(super) fn note(&mut self, bytes: &[u8]) {
        self.read += bytes.len() as u64;
        self.bytes.spend(bytes.len() as f64);
        self.frames.spend(f64::from(self.walk.count(bytes)));
    }

    /// What was read so far, in bytes.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// The limit that the viewer met, once.
    pub(super) fn excess(&mut self) -> Option<Excess> {
        let met = self.met.filter(|_| !self.is_told);
        self.is_told |= met.is_some();
        met
    }
}

/// What may be spent: a second's worth at once, and what comes in with time. The last purchase may
/// go into debt, which has to be waited off.
#[derive(Debug)]
struct Budget {
    rate: f64,
    left: f64,
    at: Instant,
}

impl Budget {
    fn new(rate: f64) -> Self {
        Self {
            rate,
            left: rate,
            at: Instant::now(),
        }
    }

    fn spend(&mut self, amount: f64) {
        self.left -= amount;
    }

    /// For how long there is nothing to spend.
    fn debt(&mut self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * self.rate).min(self.rate);
        Duration::from_secs_f64((-self.left / self.rate).max(0.0))
    }
}

/// Where in the frames that go by the reader is (RFC 6455, 5.2).
#[derive(Debug, Default)]
struct Walk {
    /// The bytes of payload that are still to come.
    payload: u64,
    /// A header that has begun.
    header: Vec<u8>,
}

impl Walk {
    /// The frames whose headers end within these bytes.
    fn count(&mut self, mut bytes: &[u8]) -> u32 {
        let mut frames = 0;
        loop {
            let skipped = usize::try_from(self.payload).map_or(bytes.len(), |p| p.min(bytes.len()));
            self.payload -= skipped as u64;
            let Some((next, rest)) = bytes.get(skipped..).and_then(<[u8]>::split_first) else {
                return frames;
            };
            bytes = rest;
            self.header.push(*next);
            if let Some(payload) = payload_of(&self.header) {
                self.header.clear();
                self.payload = payload;
                frames += 1;
            }
        }
    }
}

/// The length of the payload, once the header is whole.
fn payload_of(header: &[u8]) -> Option<u64> {
    let (_, rest) = header.split_first()?;
    let (second, rest) = rest.split_first()?;
    let mask = match second & 0x80 {
        0 => 0,
        _ => 4,
    };
    let extended = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if rest.len() < extended + mask {
        return None;
    }
    let short = u64::from(second & 0x7f);
    let long = rest.iter().take(extended);
    Some(match extended {
        0 => short,
        _ => long.fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::time::advance;

    use super::*;

    fn frame(payload: usize) -> Vec<u8> {
        let mut frame = vec![0x81];
        match payload {
            0..126 => frame.push(0x80 | payload as u8),
            126..65536 => {
                frame.push(0x80 | 126);
                frame.extend((payload as u16).to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend((payload as u64).to_be_bytes());
            }
        }
        frame.extend([0x81; 4]);
        frame.resize(frame.len() + payload, 0x81);
        frame
    }

    proptest! {
        #[test]
        fn frames_are_counted_however_they_are_cut(
            payloads in prop::collection::vec(prop_oneof![0usize..300, Just(70_000)], 0..8),
            cut in 1usize..5000,
        ) {
            let bytes: Vec<u8> = payloads.iter().flat_map(|payload| frame(*payload)).collect();
            let mut walk = Walk::default();
            let counted: u32 = bytes.chunks(cut).map(|chunk| walk.count(chunk)).sum();
            prop_assert_eq!(counted as usize, payloads.len());
            prop_assert_eq!((walk.payload, walk.header.len()), (0, 0));
        }

        #[test]
        fn r41_no_bytes_panic_the_walk(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            Walk::default().count(&bytes);
        }
    }

    fn is_ready(pace: &mut Pace) -> bool {
        let waker = std::task::Waker::noop();
        pace.poll_ready(&mut Context::from_waker(waker)).is_ready()
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_too_much_is_read_later_and_told_once() {
        let mut pace = Pace::new(&Limits {
            input: 1000,
            frames: 100,
            ..Limits::default()
        });
        let text = frame(494);
        assert_eq!(text.len(), 502);
        pace.note(&text);
        assert!(is_ready(&mut pace) && pace.excess().is_none());
        pace.note(&text);
        pace.note(&text);
        assert!(!is_ready(&mut pace));
        assert_eq!(pace.excess(), Some(Excess::Input));
        assert_eq!(pace.excess(), None);
        advance(Duration::from_millis(500)).await;
        assert!(!is_ready(&mut pace));
        advance(Duration::from_millis(10)).await;
        assert!(is_ready(&mut pace));
        assert_eq!(pace.read(), 3 * 502);
    }

    #[tokio::test(start_paused = true)]
    async fn empty_frames_cost_as_well() {
        let mut pace = Pace::new(&Limits {
            frames: 100,
            ..Limits::default()
        });
        for _ in 0..150 {
            pace.note(&frame(0));
        }
        assert!(!is_ready(&mut pace));
        assert_eq!(pace.excess(), Some(Excess::Frames));
        advance(Duration::from_millis(510)).await;
        assert!(is_ready(&mut pace));
    }
}
