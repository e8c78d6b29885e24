//! A session: a log of output with a model of the screen beside it, and viewers that are cursors
//! into the log. It knows backends and the screen; it knows no wire format, no HTTP, no file.

mod log;
mod state;
mod tape;
mod task;
mod view;
mod window;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::audit::Audit;
use crate::backend::{Backend, Exit, Locate, Place, Request};
use crate::name::SessionName;
use crate::right::Right;
use crate::screen::{Picture, Theme};
use crate::size::TermSize;
use crate::viewer_id::{ViewerId, ViewerIds};

use state::{Cursor, State};
use task::SessionTask;

pub use tape::{Taking, Takings, Tape, Taped};
pub use view::{Entry, Piece, Role, View};
pub use window::SizePolicy;
pub use writer::{Writer, Written};

/// What a session is made with.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// The size its terminal begins with.
    pub size: TermSize,
    /// Whose window decides the size from then on.
    pub policy: SizePolicy,
    /// Bytes of output kept for viewers that are behind.
    pub buffer: usize,
    /// Lines kept that have left the screen at its top.
    pub scrollback: usize,
    /// The colours that programs are told.
    pub theme: Theme,
    /// The most sizes a second that its program is given. A dragged window's corner makes hundreds,
    /// and each has the program draw everything anew; of those between, the last counts.
    pub resizes: u32,
    /// Where it is entered what happens to it.
    pub audit: Audit,
}

impl SessionOptions {
    /// Sizes a second where nothing else is said: so many look smooth.
    pub const RESIZES: u32 = 20;
}

/// A viewer that is not, or no longer, there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no viewer {0}")]
pub struct NoSuchViewer(pub ViewerId);

/// A moment of a session's screen: another one where anything was printed, or sized, since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(Cursor);

/// In what way a session may be neglected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neglect {
    /// Nobody is attached.
    Unattended,
    /// Nobody is attached, and nothing is typed or printed.
    Idle,
}

/// How long a session waits at least for the first who attaches: he is still on the way when it is
/// made.
const ARRIVAL: Duration = Duration::from_secs(10);

/// A handle to a running session; clones are handles to the same one.
#[derive(Debug, Clone)]
pub struct Session {
    stream: Arc<str>,
    handle: Arc<str>,
    created_at: SystemTime,
    shared: Arc<Shared>,
    requests: mpsc::Sender<Request>,
}

/// What the session's task and its viewers share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    policy: SizePolicy,
    /// Tells where the program is at work.
    locator: Arc<dyn Locate>,
    /// Where input goes. Full while the program does not read: who types waits.
    input: mpsc::Sender<Bytes>,
    /// The least time between two sizes.
    resize_interval: Duration,
    /// Wakes the viewers: there is something new for them.
    progress: watch::Sender<()>,
    /// Cancelled when the program has ended.
    over: CancellationToken,
    /// Wakes the task: a viewer came, went, moved on, or has another window.
    stirred: Notify,
    /// How many viewers are attached, but for those that are not to be seen.
    attendance: watch::Sender<usize>,
    /// Wakes who types: there may be room on the tape.
    fetched: Notify,
    audit: Audit,
}

impl Shared {
    /// The state, for a moment. Whoever panicked with the lock held left a whole state behind: each
    /// change to it is complete when the lock is dropped.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is room on the tape: who waits for that goes on.
    fn tape_fetched(&self) {
        self.fetched.notify_waiters();
        self.stirred.notify_one();
    }

    /// Waits until there is room on the tape, if there is one.
    async fn room_on_tape(&self) {
        loop {
            let fetched = self.fetched.notified();
            if !self.state().is_tape_full() {
                return;
            }
            fetched.await;
        }
    }
}

/// Whether what happens in a session is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is not.
    No,
    /// What is printed is, and what is typed where it is so.
    Yes(Taped),
    /// It was; from now on nothing is.
    Failed,
}

impl Session {
    /// Starts a session on `backend`, whose viewers get the numbers `ids`. Its task ends with the
    /// backend.
    pub fn start(
        name: SessionName,
        backend: Backend,
        options: &SessionOptions,
        ids: ViewerIds,
    ) -> Self {
        Self::begin(State::new(name, options, ids), backend, options)
    }

    /// The same, with a tape of all that happens in it.
    pub fn start_taped(
        name: SessionName,
        backend: Backend,
        options: &SessionOptions,
        ids: ViewerIds,
        taped: Taped,
    ) -> (Self, Tape) {
        let mut state = State::new(name, options, ids);
        let filled = state.put_tape(taped);
        let session = Self::begin(state, backend, options);
        let tape = Tape::new(Arc::clone(&session.shared), filled);
        (session, tape)
    }

    fn begin(state: State, backend: Backend, options: &SessionOptions) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            policy: options.policy,
            locator: Arc::clone(&backend.locator),
            input: backend.input.clone(),
            resize_interval: Duration::from_secs(1) / options.resizes.max(1),
            progress: watch::Sender::new(()),
            over: CancellationToken::new(),
            stirred: Notify::new(),
            attendance: watch::Sender::new(0),
            fetched: Notify::new(),
            audit: options.audit.clone(),
        });
        let session = Self {
            created_at: SystemTime::now(),
            stream: secret(),
            handle: secret(),
            shared: Arc::clone(&shared),
            requests: backend.requests.clone(),
        };
        tokio::spawn(SessionTask::new(shared, backend).run());
        session
    }

    /// Its name.
    pub fn name(&self) -> SessionName {
        self.shared.state().name.clone()
    }

    /// Gives it another name.
    pub fn rename(&self, name: SessionName) {
        self.shared.state().name = name;
    }

    /// When it began.
    pub fn created_at(&self) -> SystemTime {
        self.created_at
    }

    /// The same, by a clock that nobody sets.
    pub fn began(&self) -> Instant {
        self.shared.state().began()
    }

    /// When something was typed or printed last: its beginning, where nothing was. It is counted from
    /// the beginning by a clock that nobody sets, so it never goes back.
    pub fn last_activity(&self) -> SystemTime {
        self.created_at + self.shared.state().active_for()
    }

    /// How many viewers are attached, but for those that are not to be seen.
    pub fn viewers(&self) -> usize {
        *self.shared.attendance.borrow()
    }

    /// Waits until somebody has attached at some time, but not for longer than who is on the way may
    /// take.
    pub async fn attended(&self) {
        let mut attendance = self.shared.attendance.subscribe();
        let attended = attendance.wait_for(|_| self.shared.state().was_attended());
        let _ = tokio::time::timeout(ARRIVAL, attended).await;
    }

    /// Waits until it was neglected in this way for so long without a break; the first who attaches
    /// has 10 s at least.
    pub async fn neglected(&self, neglect: Neglect, patience: Duration) {
        let mut attendance = self.shared.attendance.subscribe();
        loop {
            attendance.mark_unchanged();
            let end = self
                .shared
                .state()
                .neglected_for(neglect, patience, ARRIVAL);
            match end {
                Some(end) if end <= Instant::now() => return,
                Some(end) => sleep_until(end).await,
                // The sender is in `shared`, so it can't be gone.
                None => drop(attendance.changed().await),
            }
        }
    }

    /// The size that its terminal has now.
    pub fn size(&self) -> TermSize {
        self.shared.state().size()
    }

    /// The title that its program gave; empty where it gave none.
    pub fn title(&self) -> String {
        self.shared.state().title().to_owned()
    }

    /// Whether it is recorded.
    pub fn recorded(&self) -> Recorded {
        self.shared.state().recorded
    }

    /// Tells its viewers, from now on, that it is no longer recorded, though it was to be.
    pub fn recording_failed(&self) {
        self.shared.state().recorded = Recorded::Failed;
        self.shared.progress.send_replace(());
    }

    /// Where its program is at work, as far as that can be told.
    pub fn place(&self) -> Place {
        self.shared.locator.place()
    }

    /// Whether the window of a viewer with this right has a say in the terminal's size.
    pub fn heeds_window_of(&self, right: Right) -> bool {
        self.shared.policy.counts(right)
    }

    /// What names this very stream of output, so that a place in it means the same later: unguessable,
    /// and another for each session.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// What names it to who watches it: unguessable as well, and good for nothing else, so that who has
    /// it can't come back by it as one that the session is there for.
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// The present moment of its screen.
    pub fn mark(&self) -> Mark {
        Mark(self.shared.state().mark())
    }

    /// What is seen of its screen, and the moment that it is of.
    pub fn picture(&self) -> (Mark, Picture) {
        let state = self.shared.state();
        (Mark(state.mark()), state.picture())
    }

    /// Attaches a viewer; with the right to write it is given a [`Writer`] as well. The viewer is
    /// gone when the view is dropped. Its right may change meanwhile: [`View::right_changed`].
    pub fn attach(&self, entry: Entry) -> (View, Option<Writer>) {
        let mut view = View::new(Arc::clone(&self.shared), entry);
        let writer = view.writer();
        (view, writer)
    }

    /// What a viewer may do; `None` where it is not there.
    pub fn right_of(&self, id: ViewerId) -> Option<Right> {
        self.shared.state().right_of(id)
    }

    /// Gives a viewer another right. What it typed before, and did not yet reach the program, no longer
    /// does: once this has returned, nothing of it is handed over any more.
    pub fn set_right(&self, id: ViewerId, right: Right) -> Result<(), NoSuchViewer> {
        self.shared.state().set_right(id, right)?;
        self.shared.stirred.notify_one();
        Ok(())
    }

    /// Whether the program has ended.
    pub fn has_ended(&self) -> bool {
        self.shared.state().ended().is_some()
    }

    /// Waits for the program's end.
    pub async fn ended(&self) -> Exit {
        self.shared.over.cancelled().await;
        let exit = self.shared.state().ended();
        exit.expect("the end is noted before it is told")
    }

    /// Asks the program to end: politely at first, by force within 5 s.
    pub fn end(&self) {
        self.request(Request::End);
    }

    /// Kills the program.
    pub fn kill(&self) {
        self.request(Request::Kill);
    }

    fn request(&self, request: Request) {
        // Where the channel is closed, the program has ended already.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.requests.try_send(request) {
            tracing::warn!(?request, "the program takes no more requests");
        }
    }
}

/// 128 random bits as text.
fn secret() -> Arc<str> {
    format!("{:032x}", rand::random::<u128>()).into()
}

#[cfg(test)]
mod tests;
