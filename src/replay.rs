//! A recording as a backend: what was printed is printed again, and the terminal takes the sizes that
//! it had, each at its time. It knows neither who watches nor what they are told besides.

mod clock;
mod player;
mod reel;

use std::path::Path;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::asciicast::BadCast;
use crate::backend::{self, Backend};
use crate::size::TermSize;

use clock::Pace;
use player::Player;
use reel::{Piece, Reel, Rest};

pub use reel::Unplayable;

/// How a recording is to be played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// So many seconds of the recording pass in one; more than 0.
    pub speed: f64,
    /// What becomes of times in which nothing happened.
    pub idle: Idle,
    /// How often.
    pub rounds: Rounds,
}

/// What becomes of times in which nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// What the recording itself says.
    AsRecorded,
    /// They are cut to this length, as it was recorded.
    Cut(Duration),
    /// They last as long as they did.
    Kept,
}

/// How often a recording is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounds {
    /// Once; that ends it.
    One,
    /// Again and again.
    Endless,
}

/// A recording that is about to be played.
#[derive(Debug)]
pub struct Replay {
    reel: Reel,
    /// What was read of it already.
    first: Piece,
    pace: Pace,
    rounds: Rounds,
}

/// A recording that is being played.
#[derive(Debug)]
pub struct Running {
    /// What a session runs on. It ends with the status that the command ended with, if that is
    /// recorded, else with 0; or with 1 where the recording broke off.
    pub backend: Backend,
    /// Comes, before the backend's end, where the recording could be read no further.
    pub broken: oneshot::Receiver<BadCast>,
}

impl Replay {
    /// Opens a recording that is to be played like this. It reads the first events already, and
    /// waits for the file.
    pub fn open(path: &Path, manner: Manner) -> Result<Self, Unplayable> {
        let mut reel = Reel::open(path)?;
        if manner.rounds == Rounds::Endless && !reel.can_rewind() {
            return Err(Unplayable::Once);
        }
        let first = reel.read();
        match first.rest {
            Rest::Broken(bad) if first.events.is_empty() => return Err(bad.into()),
            Rest::More | Rest::Nothing | Rest::Broken(_) => {}
        }
        let pace = Pace {
            speed: manner.speed,
            idle: match manner.idle {
                Idle::AsRecorded => reel.header().idle_limit,
                Idle::Cut(most) => Some(most),
                Idle::Kept => None,
            },
        };
        Ok(Self {
            reel,
            first,
            pace,
            rounds: manner.rounds,
        })
    }

    /// The size that the terminal has in the beginning.
    pub fn size(&self) -> TermSize {
        self.reel.header().size
    }

    /// Begins to play. It goes on until its end, or until it is asked to end, or nobody holds the
    /// backend any more.
    pub fn start(self) -> Running {
        let (backend, feed) = backend::pair();
        let (tell, broken) = oneshot::channel();
        tokio::spawn(Player::new(self, feed.output).run(feed.requests, feed.exit, tell));
        Running { backend, broken }
    }
}

#[cfg(test)]
mod tests;
