//! The task that plays a recording. It knows no file format and no viewer.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};

use crate::asciicast::{BadCast, Event, What};
use crate::backend::{Exit, MAX_CHUNK, Output, Request};
use crate::screen::Screen;
use crate::size::TermSize;

use super::clock::{Clock, Pace};
use super::reel::{Piece, Reel, Rest};
use super::{Replay, Rounds};

/// How long the last screen stands before a new round begins: long enough to be looked at, and an
/// empty recording is not begun anew without end.
const INTERVAL: Duration = Duration::from_secs(2);

/// What is too late for any clock is waited for in steps of this length.
const FAR: Duration = Duration::from_secs(86_400);

/// Plays a recording to a session.
pub(super) struct Player {
    /// The recording, as long as there is more of it.
    reel: Option<Reel>,
    first: Option<Piece>,
    size: TermSize,
    pace: Pace,
    rounds: Rounds,
    output: mpsc::Sender<Output>,
    /// What was printed and not yet handed over: what is late comes in one piece.
    pending: Vec<u8>,
    exit: Exit,
}

/// Why playing ended before the recording did.
enum Stop {
    /// The recording can be read no further.
    Broken(BadCast),
    /// Nobody takes what is printed.
    Alone,
}

impl Player {
    pub(super) fn new(replay: Replay, output: mpsc::Sender<Output>) -> Self {
        Self {
            size: replay.size(),
            reel: Some(replay.reel),
            first: Some(replay.first),
            pace: replay.pace,
            rounds: replay.rounds,
            output,
            pending: Vec::new(),
            exit: Exit::Code(0),
        }
    }

    /// Plays until the end, or until it is requested to end.
    pub(super) async fn run(
        mut self,
        mut requests: mpsc::Receiver<Request>,
        exit: oneshot::Sender<Exit>,
        broken: oneshot::Sender<BadCast>,
    ) {
        let stop = tokio::select! {
            stop = self.play() => stop,
            () = asked_to_end(&mut requests) => None,
        };
        let end = match stop {
            None | Some(Stop::Alone) => self.exit,
            Some(Stop::Broken(bad)) => {
                self.tell(&bad).await;
                // Where nobody wants to know, the viewers know.
                let _ = broken.send(bad);
                Exit::Code(1)
            }
        };
        // The output closes before the end is told.
        drop(self.output);
        let _ = exit.send(end);
    }

    /// Plays all rounds; gives why not to their end.
    async fn play(&mut self) -> Option<Stop> {
        loop {
            if let Err(stop) = self.round().await {
                return Some(stop);
            }
            if self.rounds == Rounds::One {
                return None;
            }
            sleep(INTERVAL).await;
            if let Err(stop) = self.begin_anew().await {
                return Some(stop);
            }
        }
    }

    async fn round(&mut self) -> Result<(), Stop> {
        let (began, mut clock) = (Instant::now(), Clock::new(self.pace));
        loop {
            let piece = self.next_piece().await;
            for event in piece.events {
                self.wait(began, clock.due(event.at)).await?;
                self.show(event).await?;
            }
            match piece.rest {
                Rest::More => {}
                Rest::Nothing => return self.hand_over().await,
                Rest::Broken(bad) => {
                    self.hand_over().await?;
                    return Err(Stop::Broken(bad));
                }
            }
        }
    }

    async fn next_piece(&mut self) -> Piece {
        if let Some(first) = self.first.take() {
            return first;
        }
        match self.reel.take() {
            Some(reel) => {
                let (reel, piece) = reel.next().await;
                self.reel = reel;
                piece
            }
            None => Piece::NOTHING,
        }
    }

    /// Waits until so much time has passed. What is to be seen until then is handed over first.
    async fn wait(&mut self, began: Instant, due: Duration) -> Result<(), Stop> {
        let is_late = |now: Instant| now.duration_since(began) >= due;
        if is_late(Instant::now()) {
            return Ok(());
        }
        self.hand_over().await?;
        match began.checked_add(due) {
            Some(at) => sleep_until(at).await,
            None => {
                while !is_late(Instant::now()) {
                    sleep(FAR).await;
                }
            }
        }
        Ok(())
    }

    async fn show(&mut self, event: Event<'static>) -> Result<(), Stop> {
        self.exit = event.what.status().map_or(self.exit, Exit::Code);
        match event.what {
            What::Output(text) => {
                self.pending.extend_from_slice(text.as_bytes());
                match self.pending.len() >= MAX_CHUNK {
                    true => self.hand_over().await,
                    false => Ok(()),
                }
            }
            What::Resize(size) => {
                self.hand_over().await?;
                self.send(Output::Size(size)).await
            }
            // What was typed is to be seen in what it brought about.
            What::Input(_) | What::Marker(_) | What::Exit(_) => Ok(()),
        }
    }

    /// Hands over all that is pending.
    async fn hand_over(&mut self) -> Result<(), Stop> {
        let mut pending = Bytes::from(std::mem::take(&mut self.pending));
        while !pending.is_empty() {
            let chunk = pending.split_to(pending.len().min(MAX_CHUNK));
            self.send(Output::Printed(chunk)).await?;
        }
        Ok(())
    }

    async fn send(&self, output: Output) -> Result<(), Stop> {
        let sent = self.output.send(output).await;
        sent.map_err(|_| Stop::Alone)
    }

    /// Makes the terminal as it was before the first round, and begins with the recording anew.
    async fn begin_anew(&mut self) -> Result<(), Stop> {
        self.send(Output::Size(self.size)).await?;
        let blank = Screen::new(self.size, 0).snapshot(0);
        self.pending.extend_from_slice(blank.as_bytes());
        self.hand_over().await?;
        if let Some(reel) = self.reel.take() {
            self.reel = Some(reel.rewound().await.map_err(Stop::Broken)?);
        }
        Ok(())
    }

    /// Tells the viewers that there is more, which can't be shown.
    async fn tell(&mut self, bad: &BadCast) {
        // Whatever sequence and colours the recording is in the middle of.
        let text = format!("\x18\x1b[m\r\nwebterm: the recording breaks off here: {bad}\r\n");
        self.pending.extend_from_slice(text.as_bytes());
        let _ = self.hand_over().await;
    }
}

/// Waits until it is asked to end, or nobody is left who could ask.
async fn asked_to_end(requests: &mut mpsc::Receiver<Request>) {
    loop {
        match requests.recv().await {
            // A recording has the sizes that it has.
            Some(Request::Resize(_)) => {}
            Some(Request::End | Request::Kill) | None => return,
        }
    }
}
