//! The sessions there are: they are opened, found by name, renamed, closed, and ended when nobody
//! cares for them any more. It knows nothing of how a program is started, nor of who asks over what.

mod entries;
mod rooms;
mod seen;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use crate::audit::Event;
use crate::backend::Backend;
use crate::name::SessionName;
use crate::recorder::{Recorder, Unrecorded};
use crate::session::{Neglect, Session, SessionOptions, SizePolicy};
use crate::size::TermSize;
use crate::viewer_id::ViewerIds;

use rooms::{Number, Renamed, Rooms};

pub use rooms::{Owner, Seen};

/// How many readable names are tried before one gets a number.
const TRIES: usize = 16;

/// What sessions there are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One, for everybody.
    Shared,
    /// One for each viewer.
    PerViewer,
    /// As many as are asked for, each by its name.
    Named,
}

/// The rules for sessions that are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What sessions there are to be.
    pub mode: Mode,
    /// The most at once.
    pub most: usize,
    /// How long a session is kept that nobody is attached to, and in which nothing is typed or
    /// printed; for ever where there is none.
    pub idle: Option<Duration>,
    /// How long a viewer's own session waits for him to come back.
    pub grace: Duration,
}

/// What ends a session besides its program and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Always,
    /// That nobody is attached and nothing happens, for [`Plan::idle`].
    WhileInUse,
    /// That nobody is attached, for [`Plan::grace`].
    WhileAttended,
}

/// What is wanted of a new session.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Its name; one is made where there is none.
    pub name: Option<SessionName>,
    /// Who may find it.
    pub owner: Owner,
    /// What ends it.
    pub keep: Keep,
    /// Its terminal's first size, if not the usual one; where sizes are fixed, it is that all the same.
    pub size: Option<TermSize>,
    /// The directory to start in, if not the usual one.
    pub cwd: Option<String>,
}

/// A program to be started.
#[derive(Debug)]
pub struct Launch {
    /// The size of its terminal.
    pub size: TermSize,
    /// The directory to start in, if not the usual one.
    pub cwd: Option<String>,
    /// Where what was started is handed to.
    pub reply: oneshot::Sender<Result<Backend, LaunchError>>,
}

/// Why a program was not started, for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LaunchError {
    /// The directory that was asked for can't be had.
    #[error("{0}")]
    Directory(String),
    /// The program, or a terminal for it, can't.
    #[error("{0}")]
    Program(String),
}

/// Why no session was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is to be only one.
    #[error("there is one terminal, which everybody shares; more need --mode named or per-viewer")]
    Shared,
    /// Another one has the name.
    #[error("the name {0} is taken; choose another")]
    Taken(SessionName),
    /// There are as many as may be.
    #[error("all {0} terminals that --max-sessions allows are open; close one first")]
    Full(usize),
    /// Its program was not started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// It can't be recorded.
    #[error(transparent)]
    Unrecorded(#[from] Unrecorded),
    /// The server is about to stop.
    #[error("the server stops")]
    Stopping,
}

/// Why a session was not renamed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// Another one has the name.
    #[error("the name {0} is taken; choose another")]
    Taken(SessionName),
    /// Who knows its name may have it, so nobody should guess that.
    #[error("this terminal is found by its name alone, so it keeps that")]
    Secret,
    /// It has ended.
    #[error("the terminal has ended")]
    Gone,
}

/// The sessions there are; clones are the same.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    plan: Plan,
    options: SessionOptions,
    ids: ViewerIds,
    /// Where programs are started. Full while others are: who wants one waits.
    launches: mpsc::Sender<Launch>,
    /// What records them, if anything does.
    recorder: Option<Recorder>,
    rooms: Mutex<Rooms>,
    /// The places that sessions take until their programs are gone.
    places: Arc<Semaphore>,
    /// Tells that a room was taken, filled or given up.
    changes: watch::Sender<()>,
    sessions: TaskTracker,
}

impl Registry {
    /// No session yet. Those to come have the terminal that `options` say, and programs that are
    /// started by whoever receives `launches`; `recorder` records them.
    pub fn new(
        plan: Plan,
        options: SessionOptions,
        launches: mpsc::Sender<Launch>,
        recorder: Option<Recorder>,
    ) -> Self {
        Self(Arc::new(Inner {
            options,
            ids: ViewerIds::default(),
            launches,
            recorder,
            rooms: Mutex::default(),
            places: Arc::new(Semaphore::new(plan.most)),
            changes: watch::Sender::new(()),
            sessions: TaskTracker::new(),
            plan,
        }))
    }

    /// What sessions there are to be.
    pub fn mode(&self) -> Mode {
        self.0.plan.mode
    }

    /// Makes the one session that everybody shares, on a program that was started already.
    pub async fn share(&self, backend: Backend) -> Result<Session, Unrecorded> {
        let name = SessionName::shared();
        let session = self.on(backend, name.clone(), &self.0.options).await?;
        let mut rooms = self.rooms();
        let number = rooms.reserve(name, Owner::Everyone);
        let number = number.expect("it is the first session, and the only one");
        self.note_created(&session);
        rooms.fill(number, session.clone());
        drop(rooms);
        self.watch_over(number, &session, Keep::Always, None);
        Ok(session)
    }

    /// A session on a program that was started.
    async fn on(
        &self,
        backend: Backend,
        name: SessionName,
        options: &SessionOptions,
    ) -> Result<Session, Unrecorded> {
        let ids = self.0.ids.clone();
        match &self.0.recorder {
            Some(recorder) => recorder.start(name, backend, options, ids).await,
            None => Ok(Session::start(name, backend, options, ids)),
        }
    }

    /// Opens a session. Its name is taken before its program is started: of two who want the same
    /// name at the same time, one gets it. Where nobody waits for it any more when it has started, it is
    /// closed; until its program is gone it counts.
    pub async fn open(&self, opening: Opening) -> Result<Session, OpenError> {
        if self.mode() == Mode::Shared {
            return Err(OpenError::Shared);
        }
        let full = || OpenError::Full(self.0.plan.most);
        let place = Arc::clone(&self.0.places).try_acquire_owned();
        let place = place.map_err(|_| full())?;
        let (reservation, name) = self.reserve(&opening)?;
        let (reply, opened) = oneshot::channel();
        let registry = self.clone();
        self.0.sessions.spawn(async move {
            let started = registry.start(name, opening, reservation, place).await;
            if let Err(Ok(session)) = reply.send(started) {
                registry.close(&session);
            }
        });
        opened.await.map_err(|_| OpenError::Stopping)?
    }

    async fn start(
        &self,
        name: SessionName,
        opening: Opening,
        reservation: Reservation,
        place: OwnedSemaphorePermit,
    ) -> Result<Session, OpenError> {
        let options = &self.0.options;
        let wanted = opening.size.filter(|_| options.policy != SizePolicy::Fixed);
        let size = wanted.unwrap_or(options.size);
        let backend = self.launch(size, opening.cwd).await?;
        let options = SessionOptions {
            size,
            ..options.clone()
        };
        let session = self.on(backend, name, &options).await?;
        tracing::info!(session = %session.name(), "a session began");
        self.note_created(&session);
        let number = reservation.fill(&session)?;
        self.watch_over(number, &session, opening.keep, Some(place));
        // What was still starting when all was asked to end was not asked.
        if self.rooms().is_closed {
            self.close(&session);
            return Err(OpenError::Stopping);
        }
        Ok(session)
    }

    /// The session of this name that `user` may find, or a new one as `opening` says. Where somebody
    /// else is just opening it, it is waited for.
    pub async fn find_or_open(
        &self,
        name: SessionName,
        user: Option<&str>,
        opening: Opening,
    ) -> Result<Session, OpenError> {
        let mut changes = self.0.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(session) = self.find(&name, user) {
                return Ok(session);
            }
            let opened = self.open(Opening {
                name: Some(name.clone()),
                ..opening.clone()
            });
            match opened.await {
                Err(OpenError::Taken(_)) if self.rooms().is_starting(&name) => {
                    // The sender is ours, so it can't be gone.
                    let _ = changes.changed().await;
                }
                Err(OpenError::Taken(_)) if self.find(&name, user).is_some() => {}
                opened => return opened,
            }
        }
    }

    /// What `user` finds by this name, or by one that it had before.
    pub fn find(&self, name: &SessionName, user: Option<&str>) -> Option<Session> {
        self.rooms().find(name, user)
    }

    /// The same, or what has ended before anybody was attached to it, for some seconds.
    pub fn find_even_ended(&self, name: &SessionName, user: Option<&str>) -> Option<Session> {
        self.rooms().find_even_ended(name, user)
    }

    /// What `user` finds by what names its stream ([`Session::stream`]).
    pub fn find_stream(&self, stream: &str, user: Option<&str>) -> Option<Session> {
        self.rooms().find_stream(stream, user)
    }

    /// The session that everybody shares, if that is what there is.
    pub fn shared(&self) -> Option<Session> {
        match self.mode() {
            Mode::Shared => self.find_even_ended(&SessionName::shared(), None),
            Mode::PerViewer | Mode::Named => None,
        }
    }

    /// All that `user` is told of, the oldest first.
    pub fn list(&self, user: Option<&str>) -> Vec<Session> {
        self.rooms().list(user)
    }

    /// Gives a session another name. It is still found by those that it had before, as long as
    /// nobody takes so many that the oldest are forgotten.
    pub fn rename(&self, session: &Session, name: SessionName) -> Result<(), RenameError> {
        let before = session.name();
        match self.rooms().rename(session, name.clone()) {
            Renamed::Done => {
                let session = before;
                self.audit().note(Event::SessionRenamed { session, name });
                Ok(())
            }
            Renamed::Taken => Err(RenameError::Taken(name)),
            Renamed::Secret => Err(RenameError::Secret),
            Renamed::Gone => Err(RenameError::Gone),
        }
    }

    /// The names that a session had before and is still found by, the oldest first.
    pub fn aliases(&self, session: &Session) -> Vec<SessionName> {
        self.rooms().aliases(session)
    }

    /// Closes a session: nobody finds it any more, and its program is asked to end.
    pub fn close(&self, session: &Session) {
        if self.rooms().turn_out(session) {
            self.0.changes.send_replace(());
        }
        session.end();
    }

    /// Asks all programs to end, and starts none any more.
    pub fn stop(&self) {
        let mut rooms = self.rooms();
        rooms.is_closed = true;
        rooms.running().for_each(Session::end);
        drop(rooms);
        self.0.sessions.close();
    }

    /// Kills all programs that [`Registry::stop`] has asked to end.
    pub fn kill(&self) {
        self.rooms().running().for_each(Session::kill);
    }

    /// Waits, after [`Registry::stop`], until all programs are gone.
    pub async fn stopped(&self) {
        self.0.sessions.wait().await;
    }

    fn reserve(&self, opening: &Opening) -> Result<(Reservation, SessionName), OpenError> {
        let mut rooms = self.rooms();
        if rooms.is_closed {
            return Err(OpenError::Stopping);
        }
        let mut reserve = |name: SessionName| {
            let number = rooms.reserve(name.clone(), opening.owner.clone())?;
            let reservation = Reservation {
                registry: self.clone(),
                number: Some(number),
            };
            Some((reservation, name))
        };
        match (&opening.name, &opening.owner) {
            (Some(name), _) => reserve(name.clone()).ok_or(OpenError::Taken(name.clone())),
            (None, owner) => names(owner).find_map(reserve).ok_or(OpenError::Stopping),
        }
    }

    async fn launch(&self, size: TermSize, cwd: Option<String>) -> Result<Backend, OpenError> {
        let (reply, launched) = oneshot::channel();
        let launch = Launch { size, cwd, reply };
        let sent = self.0.launches.send(launch).await;
        sent.map_err(|_| OpenError::Stopping)?;
        Ok(launched.await.map_err(|_| OpenError::Stopping)??)
    }

    /// Ends the session when nobody cares for it any more, and frees what it holds once its program
    /// is gone.
    fn watch_over(
        &self,
        number: Number,
        session: &Session,
        keep: Keep,
        place: Option<OwnedSemaphorePermit>,
    ) {
        let (registry, session) = (self.clone(), session.clone());
        self.0.sessions.spawn(async move {
            tokio::select! {
                _ = session.ended() => {}
                why = registry.neglected(&session, keep) => {
                    tracing::info!(session = %session.name(), why, "a session is closed");
                    registry.close(&session);
                }
            }
            let exit = session.ended().await;
            registry.note_ended(&session, exit);
            drop(place);
            // The one that everybody shares stays known: nothing else will go by its name.
            if keep != Keep::Always {
                tracing::info!(?exit, session = %session.name(), "the program ended");
                registry.rooms().ended(number);
                registry.0.changes.send_replace(());
                tokio::spawn(registry.see_out(number, session));
            }
        });
    }

    /// Keeps a session that has ended until whoever opened it was there: what a program said that ended
    /// at once is what he needs most.
    async fn see_out(self, number: Number, session: Session) {
        session.attended().await;
        self.rooms().leave(number);
    }

    /// Waits until nobody cares for the session; says in what way.
    async fn neglected(&self, session: &Session, keep: Keep) -> &'static str {
        let plan = &self.0.plan;
        let (neglect, patience, why) = match (keep, plan.idle) {
            (Keep::WhileAttended, _) => (Neglect::Unattended, plan.grace, "its viewer is gone"),
            (Keep::WhileInUse, Some(idle)) => (Neglect::Idle, idle, "it was idle"),
            (Keep::WhileInUse, None) | (Keep::Always, _) => return std::future::pending().await,
        };
        session.neglected(neglect, patience).await;
        why
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        // Each change is complete when the lock is dropped.
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names to try for a session of this owner's, without end.
fn names(owner: &Owner) -> Box<dyn Iterator<Item = SessionName>> {
    match owner {
        Owner::Holder => Box::new(std::iter::repeat_with(SessionName::secret)),
        Owner::Everyone | Owner::User(_) => {
            let plain = std::iter::repeat_with(SessionName::readable).take(TRIES);
            let name = SessionName::readable();
            Box::new(plain.chain((2..).map(move |number| name.numbered(number))))
        }
    }
}

/// A room that was taken for a session whose program is being started. Dropping it gives it up.
#[derive(Debug)]
struct Reservation {
    registry: Registry,
    number: Option<Number>,
}

impl Reservation {
    /// Lets the session in.
    fn fill(mut self, session: &Session) -> Result<Number, OpenError> {
        let number = self.number.take().ok_or(OpenError::Stopping)?;
        self.registry.rooms().fill(number, session.clone());
        self.registry.0.changes.send_replace(());
        Ok(number)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.registry.rooms().leave(number);
            self.registry.0.changes.send_replace(());
        }
    }
}

#[cfg(test)]
mod tests;
