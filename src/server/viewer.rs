//! A viewer's connection: the session's pieces out as messages, messages in as input. It knows the
//! session, and leaves the words to `dialect` and the socket to `websocket`.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use tracing::Instrument;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::access::Grant;
use crate::backend::Exit;
use crate::protocol::{ServerMessage, Setup};
use crate::right::{Right, Sight};
use crate::session::{Role, Session, Written};

use super::App;
use super::attendance::{Attendance, Happening};
use super::dialect::{Dialect, Nonsense, Said};
use super::keyboard::{DROPPED, Fate, Keyboard, READ_ONLY};
use super::leave::Leave;
use super::outlet::{Next, Outlet};
use super::peer::Peer;
use super::recordings::Recordings;
use super::viewers::{Arrival, Carrier};
use super::websocket::{Interest, WebSocket};
use super::wish::Wish;

/// Serves a viewer of `session` until it leaves, the program ends, or the server stops.
pub(super) async fn serve(
    upgrade: OnUpgrade,
    app: App,
    session: Session,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
    wish: Wish,
    dialect: Dialect,
) {
    let socket = match WebSocket::accept(upgrade, &app.0.limits).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(peer = %peer.address, %error, "a viewer left before it was in");
            return;
        }
    };
    // In a box, for a future holds what moves through it at each place.
    let viewer = Box::new(Viewer::new(
        socket, app, session, peer, grant, wish, dialect,
    ));
    let span = viewer.attendance.presence().span().clone();
    viewer.run().instrument(span).await;
}

struct Viewer {
    session: Session,
    attendance: Attendance,
    dialect: Dialect,
    outlet: Outlet,
    keyboard: Keyboard,
    /// What the viewer is to be told besides output.
    aside: Option<ServerMessage<'static>>,
    /// Whether it is to be told that it may do more, or less, than before.
    owed_right: bool,
    /// Whether it was told that what it types is dropped since it lost the right to type.
    knows_refusal: bool,
    role: Role,
}

impl Viewer {
    fn new(
        mut socket: WebSocket,
        app: App,
        session: Session,
        peer: Arc<Peer>,
        grant: Arc<Grant>,
        wish: Wish,
        dialect: Dialect,
    ) -> Self {
        let who = grant.who(peer.address);
        let entry = wish.entry(&session, app.0.offer.scrollback, grant.right, who);
        let scrollback = entry.scrollback;
        let (mut view, _) = session.attach(entry);
        // The address may say how large its window is, and who speaks bytes can't say it otherwise.
        if let Some(window) = wish.size() {
            view.set_window(window);
        }
        let guest = Arc::clone(&grant);
        let guests = &app.0.guests;
        let at = (&session).into();
        let by = match dialect {
            Dialect::Raw => Carrier::Raw,
            Dialect::Jupyter => Carrier::WebSocket,
        };
        let presence = guests.enter(Arrival {
            id: view.id(),
            address: peer.address,
            grant: guest,
            attached: at,
            by,
            role: wish.role(),
            most: wish.most(),
        });
        // The host may have decided otherwise than the grant.
        let keyboard = Keyboard::of(&mut view);
        let name = session.name();
        // Who watches is told nothing by which it could come back as anything else.
        let (shown, watches) = (name.to_string(), wish.role() != Role::Viewer);
        // The page that watches has another address, from which no mark leads there.
        let told = app.0.offer.recordings.as_ref().filter(|_| !watches);
        let setup = ServerMessage::Setup(Setup {
            session: if watches { &shown } else { name.as_str() },
            command: &app.0.offer.command,
            writable: keyboard.right() == Right::Write,
            resizes: !watches && session.heeds_window_of(keyboard.right()),
            size: session.size(),
            title: &session.title(),
            scrollback,
            recordings: told.map(Recordings::audience_name),
            resume: if watches { "" } else { session.stream() },
            watches: grant.sight == Sight::All,
            resumed: view.is_resumed(),
            recorded: session.recorded().into(),
        });
        if let Some(setup) = dialect.frame(&setup) {
            socket.queue(setup);
        }
        let frames = app.0.frames.of(&session);
        Self {
            attendance: Attendance::new(socket, &app, peer, grant, presence),
            outlet: Outlet::new(view, session.clone(), frames, dialect),
            session,
            dialect,
            keyboard,
            aside: None,
            owed_right: false,
            knows_refusal: false,
            role: wish.role(),
        }
    }

    async fn run(mut self: Box<Self>) {
        let leave = self.attend().await;
        let refused = self.keyboard.refused();
        self.attendance.part(leave, refused).await;
    }

    /// Attends to the viewer until one side leaves.
    async fn attend(&mut self) -> Leave {
        loop {
            self.refill();
            if let Some(leave) = self.attendance.leave() {
                return leave;
            }
            let is_idle = self.attendance.socket.is_idle();
            let interest = self.interest();
            let right_changed = self.outlet.view.right_changed();
            tokio::select! {
                happening = self.attendance.next(interest) => self.on_happening(happening),
                () = self.outlet.news(), if is_idle => {}
                written = self.keyboard.hand_over() => self.on_written(written),
                () = right_changed => self.on_right(),
            }
        }
    }

    /// A viewer that has typed far more than the program reads is not heard until it is through.
    fn interest(&self) -> Interest {
        match self.keyboard.is_stuffed() {
            false => Interest::Both,
            true => Interest::Send,
        }
    }

    /// Queues what comes next, if the socket takes it.
    fn refill(&mut self) {
        while self.attendance.socket.is_idle() && self.attendance.leave().is_none() {
            let next = match self.next_word() {
                Some(word) => self.dialect.frame(&word).into(),
                None => self.outlet.next(),
            };
            match next {
                Next::Frame(frame) => self.attendance.socket.queue(frame),
                Next::Passed => {}
                Next::Ended(exit) => {
                    let word = ServerMessage::Disconnect(exit.status());
                    let reason = match self.dialect.frame(&word) {
                        Some(frame) => {
                            self.attendance.socket.queue(frame);
                            "the program ended".to_owned()
                        }
                        None => farewell(exit),
                    };
                    self.attendance
                        .finish(Leave::ProgramEnded, CloseCode::Normal, reason);
                }
                Next::Nothing => return,
            }
        }
    }

    /// What the viewer is to be told besides output.
    fn next_word(&mut self) -> Option<ServerMessage<'static>> {
        if std::mem::take(&mut self.owed_right) {
            return Some(self.right_now());
        }
        let aside = self.aside.take().or_else(|| self.excess());
        aside.or_else(|| self.taken())
    }

    fn on_happening(&mut self, happening: Happening) {
        match happening {
            Happening::Text(text) => self.on_said(self.dialect.text(text)),
            Happening::Binary(bytes) => self.on_said(self.dialect.bytes(bytes)),
            Happening::Moved => self.outlet.view.moved(),
            Happening::Pinged => {
                if self.outlet.is_acknowledged() {
                    self.aside.get_or_insert(ServerMessage::Heartbeat);
                }
            }
            Happening::Other => {}
        }
    }

    fn on_said(&mut self, said: Result<Said, Nonsense>) {
        match said {
            Ok(Said::Typed(input)) => match self.keyboard.press(input) {
                Fate::Kept => {}
                Fate::Dropped => self.on_refused(),
            },
            Ok(Said::Window(size)) => self.outlet.view.set_window(size),
            Ok(Said::Shown(offset)) => self.outlet.on_shown(offset),
            Ok(Said::Nothing) => {}
            Err(nonsense) => self.attendance.refuse(nonsense.code, &nonsense.reason),
        }
    }

    /// Told once, for it goes on as long as the viewer does.
    fn excess(&mut self) -> Option<ServerMessage<'static>> {
        let notice = self.attendance.socket.excess()?.notice();
        tracing::info!(notice, "a viewer met a limit");
        Some(ServerMessage::Notice(notice))
    }

    /// Who acknowledges output wants to know how far its own input is.
    fn taken(&mut self) -> Option<ServerMessage<'static>> {
        let is_heeded = self.outlet.is_acknowledged();
        let taken = is_heeded.then(|| self.keyboard.taken()).flatten()?;
        Some(ServerMessage::Taken(taken))
    }

    /// Told once: a page that sends each key would be told at each.
    fn on_refused(&mut self) {
        if !self.knows_refusal {
            self.knows_refusal = true;
            self.aside = Some(ServerMessage::Notice(READ_ONLY));
            tracing::info!("input refused: the viewer may only look");
        }
    }

    fn on_written(&mut self, written: Written) {
        match written {
            Written::Done => {}
            Written::Refused => self.on_right(),
        }
    }

    /// The host gave or took the right to type.
    fn on_right(&mut self) {
        self.owed_right = true;
        self.knows_refusal = false;
        match self.keyboard.renew(&mut self.outlet.view) {
            Fate::Kept => {}
            Fate::Dropped => self.aside = Some(ServerMessage::Notice(DROPPED)),
        }
        let writes = self.keyboard.right() == Right::Write;
        tracing::info!(writes, "the viewer's right changed");
    }

    /// What the viewer may do, for it to know.
    fn right_now(&self) -> ServerMessage<'static> {
        let right = self.keyboard.right();
        ServerMessage::Writable {
            writable: right == Right::Write,
            resizes: self.role == Role::Viewer && self.session.heeds_window_of(right),
        }
    }
}

/// What the close tells those that have no other word for the end.
fn farewell(exit: Exit) -> String {
    match exit {
        Exit::Code(status) => format!("the program ended with status {status}"),
        Exit::Signal(signal) => format!("the program was ended by signal {signal}"),
    }
}
