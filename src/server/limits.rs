//! The bounds on what clients may keep busy, and for how long; and within what these bounds may be
//! set. It knows no connection.

use std::ops::RangeInclusive;
use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Bounds on what a client may keep busy, and for how long. The ranges beside it say within what
/// each may be set.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest message, and frame, that a viewer may send, in bytes.
    pub message: usize,
    /// The most frames a second that are read of one viewer, whatever they hold.
    pub frames: u32,
    /// The most bytes a second that are read of one viewer, as they come over the wire.
    pub input: usize,
    /// The most viewers of a session at once.
    pub viewers: usize,
    /// The most connections at once, upgraded ones included.
    pub connections: usize,
    /// The most connections at once from one address.
    pub per_address: usize,
    /// The largest head of a request, in bytes.
    pub head: usize,
    /// How long a connection may take to agree on keys (requirement R12).
    pub handshake: Duration,
    /// How long a connection may take to send a request's head, counted anew after each response.
    pub header: Duration,
    /// How long a connection is kept on which no request was let in.
    pub login: Duration,
    /// How long a client may take none of what is written to it.
    pub write: Duration,
    /// How often a viewer is pinged.
    pub ping: Duration,
    /// How many pings in a row a viewer may leave unanswered.
    pub missed_pings: u32,
    /// How often it is looked whether a viewer may still be there.
    pub recheck: Duration,
    /// How long a viewer may take to close after it was asked to.
    pub close: Duration,
}

impl Limits {
    /// What [`Limits::message`] may be. The page's own messages are never larger than the least.
    pub const MESSAGE: RangeInclusive<usize> = 32 * KIB..=64 * MIB;
    /// What [`Limits::frames`] may be: fewer than the least would slow a hand on the mouse.
    pub const FRAMES: RangeInclusive<u64> = 100..=1_000_000;
    /// What [`Limits::input`] may be.
    pub const INPUT: RangeInclusive<usize> = 64 * KIB..=1024 * MIB;
    /// What [`Limits::viewers`], [`Limits::connections`] and [`Limits::per_address`] may be.
    pub const COUNT: RangeInclusive<u64> = 1..=100_000;
    /// What [`Limits::head`] may be: with less, browsers' own headers may not fit.
    pub const HEAD: RangeInclusive<usize> = 8 * KIB..=256 * KIB;
    /// What [`Limits::header`], [`Limits::handshake`] and [`Limits::login`] may be, in seconds.
    pub const SECONDS: RangeInclusive<u64> = 1..=3600;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: MIB,
            // The page acknowledges each 16 KiB that it shows, and shows up to 74 MB a second: 4,600.
            frames: 10_000,
            // More than a paste of 10 MB at once.
            input: 16 * MIB,
            viewers: 200,
            connections: 1000,
            // A room of viewers behind one address finds a place, and no address takes all.
            per_address: 500,
            head: 16 * KIB,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            login: Duration::from_secs(30),
            write: Duration::from_secs(60),
            ping: Duration::from_secs(20),
            missed_pings: 2,
            recheck: Duration::from_secs(30 * 60),
            close: Duration::from_secs(2),
        }
    }
}
