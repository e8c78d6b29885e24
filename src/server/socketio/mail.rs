//! What a client has for a session that it is attached to, on its way there: no more than a bounded
//! number of bytes, and it need not wait for long. It knows neither session nor client.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

/// What may wait, in bytes: more than is pasted at once.
const ROOM: usize = 8 * 1024 * 1024;

/// What an input takes besides its bytes.
const COVER: usize = 128;

/// How long a client waits for room, and is not heard meanwhile, with none of its terminals: long
/// enough for each program that reads at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a client has for a session.
#[derive(Debug)]
pub(super) enum Mail {
    /// It typed this.
    Input(String),
    /// It typed, but may only look, and was told so.
    Refused,
}

/// Why something does not come to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unposted {
    /// There is no room for it.
    Full,
    /// Nobody takes it.
    Gone,
}

/// The client's end.
#[derive(Debug)]
pub(super) struct Post {
    // Bounded by `room`.
    sender: mpsc::UnboundedSender<(Mail, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
    /// Whether it was waited for room in vain; it is not waited again before there is some.
    is_stuck: bool,
}

/// The session's end.
#[derive(Debug)]
pub(super) struct Letters(mpsc::UnboundedReceiver<(Mail, OwnedSemaphorePermit)>);

/// A way from a client to a session.
pub(super) fn way() -> (Post, Letters) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let post = Post {
        sender,
        room: Arc::new(Semaphore::new(ROOM)),
        is_stuck: false,
    };
    (post, Letters(receiver))
}

impl Post {
    /// Posts what the client typed. Where the program reads, but slowly, it waits for room.
    pub(super) async fn type_in(&mut self, input: String) -> Result<(), Unposted> {
        // What is larger than the room has all of it; it is no larger than a message.
        let cost = (input.len() + COVER).min(ROOM) as u32;
        let place = match Arc::clone(&self.room).try_acquire_many_owned(cost) {
            Ok(place) => place,
            Err(_) if self.is_stuck => return Err(Unposted::Full),
            Err(_) => self.wait_for(cost).await?,
        };
        self.is_stuck = false;
        let sent = self.sender.send((Mail::Input(input), place));
        sent.map_err(|_| Unposted::Gone)
    }

    async fn wait_for(&mut self, cost: u32) -> Result<OwnedSemaphorePermit, Unposted> {
        let room = Arc::clone(&self.room).acquire_many_owned(cost);
        tokio::select! {
            () = self.sender.closed() => Err(Unposted::Gone),
            place = timeout(PATIENCE, room) => match place {
                Ok(place) => place.map_err(|_| Unposted::Gone),
                Err(_) => {
                    self.is_stuck = true;
                    Err(Unposted::Full)
                }
            },
        }
    }

    /// Has it counted that the client typed, if there is room for that.
    pub(super) fn refuse(&self) {
        if let Ok(place) = Arc::clone(&self.room).try_acquire_many_owned(COVER as u32) {
            // Where nobody counts any more, there is nothing to count.
            let _ = self.sender.send((Mail::Refused, place));
        }
    }
}

impl Letters {
    /// What was posted first; nothing where nothing more comes. Safe to be cancelled.
    pub(super) async fn next(&mut self) -> Option<Mail> {
        self.0.recv().await.map(|(mail, _place)| mail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_finds_no_room_for_long_is_refused_and_then_at_once_until_there_is_some() {
        let (mut post, mut letters) = way();
        let large = || "x".repeat(ROOM / 4);
        for _ in 0..3 {
            post.type_in(large()).await.unwrap();
        }
        let began = tokio::time::Instant::now();
        assert_eq!(post.type_in(large()).await, Err(Unposted::Full));
        assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs());
        assert_eq!(post.type_in(large()).await, Err(Unposted::Full));
        assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs());
        assert!(letters.next().await.is_some());
        assert_eq!(post.type_in(large()).await, Ok(()));
    }

    #[tokio::test]
    async fn all_is_posted_in_order_where_it_is_taken() {
        let (mut post, mut letters) = way();
        let poster = tokio::spawn(async move {
            for number in 0..100 {
                let input = format!("{number}{}", " ".repeat(ROOM / 8));
                post.type_in(input).await.unwrap();
            }
        });
        for number in 0..100 {
            let Some(Mail::Input(input)) = letters.next().await else {
                panic!("no input")
            };
            assert_eq!(input.trim(), number.to_string());
        }
        poster.await.unwrap();
        assert!(letters.next().await.is_none());
    }

    #[tokio::test]
    async fn who_waits_for_room_is_told_that_nobody_takes_it() {
        let (mut post, letters) = way();
        post.type_in("x".repeat(ROOM)).await.unwrap();
        let poster = tokio::spawn(async move { post.type_in("y".to_owned()).await });
        tokio::task::yield_now().await;
        drop(letters);
        assert_eq!(poster.await.unwrap(), Err(Unposted::Gone));
    }
}
