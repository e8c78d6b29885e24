//! Whose hash is computed next. It knows addresses, nothing of hashes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::source::Source;

/// How many hashes are computed at once (requirement R33).
const MOST_HASHES: usize = 2;

/// How long a login waits for its turn: less than a connection on which nothing was let in is kept.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// The turns there are.
#[derive(Debug)]
pub(super) struct Turns {
    all: Arc<Semaphore>,
    /// Of each source one login waits at a time, so that many of one keep nobody else waiting.
    own: Mutex<HashMap<Source, Arc<Semaphore>>>,
}

/// A turn, for as long as it is held.
#[derive(Debug)]
pub(super) struct MyTurn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST_HASHES)),
            own: Mutex::default(),
        }
    }

    /// Waits for a turn; `None` where too many are before.
    pub(super) async fn take(&self, source: Source) -> Option<MyTurn> {
        let queue = self.queue_of(source);
        let turn = async {
            Some(MyTurn {
                _own: queue.acquire_owned().await.ok()?,
                _all: Arc::clone(&self.all).acquire_owned().await.ok()?,
            })
        };
        timeout(PATIENCE, turn).await.ok().flatten()
    }

    fn queue_of(&self, source: Source) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        // In a queue that is used, somebody else has a part as well.
        own.retain(|_, queue| Arc::strong_count(queue) > 1);
        let queue = own.entry(source);
        Arc::clone(queue.or_insert_with(|| Arc::new(Semaphore::new(1))))
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn source(last: u8) -> Source {
        Source::of([10, 0, 0, last].into())
    }

    #[tokio::test]
    async fn r7_who_waits_often_waits_in_the_place_of_one() {
        let turns = Turns::new();
        let first = turns.take(source(1)).await.unwrap();
        let mut second = Box::pin(turns.take(source(1)));
        assert!((&mut second).now_or_never().is_none(), "one at a time");
        let other = turns.take(source(2)).now_or_never();
        assert!(other.flatten().is_some(), "another need not wait for it");
        drop(first);
        assert!(second.now_or_never().flatten().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_does_not_come_is_given_up_and_nothing_is_kept() {
        let turns = Turns::new();
        let held = [
            turns.take(source(1)).await.unwrap(),
            turns.take(source(2)).await.unwrap(),
        ];
        assert!(turns.take(source(3)).await.is_none());
        drop(held);
        assert!(turns.take(source(3)).await.is_some());
        assert_eq!(turns.own.lock().unwrap().len(), 1);
    }
}
