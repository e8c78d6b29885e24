//! A Socket.IO client: it creates terminals, attaches to them, leaves and closes them. What of them
//! it may have is decided by who it is (requirement R43).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use socketioxide::extract::SocketRef;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::name::SessionName;
use crate::registry::{Keep, Mode, Opening, Owner};
use crate::right::Right;
use crate::session::Session;
use crate::size::TermSize;
use crate::utc::iso8601;
use crate::viewer_id::ViewerId;

use super::super::admission;
use super::super::keyboard::READ_ONLY;
use super::super::stay::Dismissal;
use super::attached::{self, Attached, End, Needs, Pump};
use super::call::Call;
use super::engine::Engine;
use super::event::{Request, Wrong};
use super::holders::Holders;
use super::mail::Unposted;
use super::word::ERROR;

/// Who is not attached to a session has no say in it, whether it exists or not.
const UNAUTHORIZED: &str = "Unauthorized";

const ENDED: &str = "the shell has ended";

const UNKNOWN: &str = "there is no such terminal, or it is not yours";

const UNREAD: &str = "the program does not read its input: this was not typed; try again when it reads, or close the terminal";

const SHARED: &str = "this terminal is shared by all; it can't be closed from here";

/// How many ended sessions a client is told of as such.
const REMEMBERED: usize = 256;

/// Takes a client in that has come to the root namespace.
pub(super) fn connect(socket: SocketRef, holders: &Holders) {
    let engine = socket.req_parts().extensions.get::<Arc<Engine>>().cloned();
    let Some(engine) = engine else {
        // Every engine is opened by us; this can't be one.
        let _ = socket.disconnect();
        return;
    };
    let Some(calls) = engine.receiver() else {
        tracing::info!("a Socket.IO client connected twice over one engine");
        return engine.close();
    };
    let heard = Arc::clone(&engine);
    socket.on_fallback(move |call: Call| {
        // At once, and not in the future that is asked for: futures run in any order.
        heard.call(call);
        std::future::ready(())
    });
    let left = Arc::clone(&engine);
    socket.on_disconnect(move || {
        left.close();
        std::future::ready(())
    });
    engine.has_connected();
    let client = Client {
        socket,
        engine,
        holders: holders.clone(),
        attached: BTreeMap::new(),
        pumps: JoinSet::new(),
        fresh: None,
        has_room: false,
        lost: BTreeSet::new(),
        ended: BTreeSet::new(),
    };
    tokio::spawn(client.run(calls));
}

struct Client {
    socket: SocketRef,
    engine: Arc<Engine>,
    holders: Holders,
    attached: BTreeMap<String, Attached>,
    pumps: JoinSet<(String, ViewerId, End)>,
    /// That of the session it has just attached to, until it is told so.
    fresh: Option<Pump>,
    /// Whether there is room for an answer.
    has_room: bool,
    /// Those that somebody else took over from it.
    lost: BTreeSet<String>,
    /// Those whose shell has ended.
    ended: BTreeSet<String>,
}

/// What is there for a client that is to be attached.
enum Room {
    /// All that it needs for one session more; a place only if it needs one of its own.
    New(TaskTrackerToken, Option<OwnedSemaphorePermit>),
    /// All but the place, which it has at this session.
    As(TaskTrackerToken),
}

/// What an event comes to, for its acknowledgement.
type Outcome = Result<Value, Wrong>;

impl Client {
    async fn run(mut self, mut calls: mpsc::Receiver<Call>) {
        let engine = Arc::clone(&self.engine);
        let mut dismissal = engine.dismissal();
        loop {
            tokio::select! {
                biased;
                () = engine.closing().cancelled() => break,
                why = dismissed(&mut dismissal) => {
                    self.say_goodbye(why);
                    break;
                }
                Some(Ok(ended)) = self.pumps.join_next() => self.on_end(ended),
                () = engine.room_for_word(), if !self.has_room => self.has_room = true,
                Some(call) = calls.recv(), if self.has_room => self.on_call(call).await,
            }
        }
        engine.close();
        // They see that, too, and each says for the log that it leaves.
        while self.pumps.join_next().await.is_some() {}
    }

    /// Does what an event asks for; there is room for the answer.
    async fn on_call(&mut self, call: Call) {
        let outcome = match Request::parse(&call.event, call.data) {
            Ok(request) => self.serve(request).await,
            Err(wrong) => Err(wrong),
        };
        // Where the client is gone, nobody is left to be told.
        self.has_room = match (outcome, call.ack) {
            (Ok(answer), Some(ack)) => ack.send(&answer).is_err(),
            (Ok(_), None) => true,
            (Err(Wrong { error, .. }), Some(ack)) => ack
                .send(&json!({"success": false, "error": error}))
                .is_err(),
            (Err(Wrong { session, error }), None) => {
                let word = json!({"session_id": session, "error": error});
                self.socket.emit(ERROR, &word).is_err()
            }
        };
        // Now that it knows the session's id, it may get its output.
        if let Some(pump) = self.fresh.take() {
            self.pumps.spawn(pump.run());
        }
    }

    async fn serve(&mut self, request: Request) -> Outcome {
        match request {
            Request::Create(size) => self.create(size).await.map_err(|error| Wrong {
                session: None,
                error,
            }),
            Request::Input(name, input) => {
                let done = self.type_in(&name, input).await;
                done.map_err(|error| about(name, error))
            }
            Request::Resize(name, size) => {
                let done = self.resize(&name, size);
                done.map_err(|error| about(name, error))
            }
            Request::Close(name) => self.close(&name).map_err(|error| about(name, error)),
            Request::List => self.tell(self.list()).await,
            Request::Reconnect(name) => {
                let done = self.reconnect(&name).await;
                done.map_err(|error| about(name, error))
            }
        }
    }

    /// A terminal of the client's own, or the one that all share.
    async fn create(&mut self, size: TermSize) -> Result<Value, String> {
        let (session, room) = match self.engine.app.0.registry.mode() {
            Mode::Shared => {
                let shared = self.shared()?;
                let room = self.room(shared.name().as_str())?;
                (shared, room)
            }
            Mode::PerViewer | Mode::Named => self.open(size).await?,
        };
        let name = session.name().as_str().to_owned();
        self.attach(&session, &name, room, Some(size)).await;
        Ok(json!({"success": true, "session_id": name}))
    }

    /// Opens a session once there is room for the client: of one that it can't be attached to it would
    /// never hear, nor may anybody else.
    async fn open(&self, size: TermSize) -> Result<(Session, Room), String> {
        let (app, caller) = (self.engine.app.clone(), self.engine.caller.clone());
        let room = self.room_for_one()?;
        let opening = Opening {
            name: None,
            owner: Owner::private(caller.grant.user.as_ref()),
            keep: Keep::WhileInUse,
            size: Some(size),
            cwd: None,
        };
        let opened = app.open(opening, caller.address, &caller.grant).await;
        let session = opened.map_err(|unopened| {
            tracing::warn!(peer = %caller.address, reason = %unopened, "no session was opened");
            unopened.to_string()
        })?;
        // Who went in the meantime will never hear of it.
        if self.engine.closing().is_cancelled() {
            app.0.registry.close(&session);
            return Err(ENDED.to_owned());
        }
        Ok((session, room))
    }

    fn shared(&self) -> Result<Session, String> {
        let shared = self.engine.app.0.registry.shared();
        let running = shared.filter(|session| !session.has_ended());
        running.ok_or_else(|| ENDED.to_owned())
    }

    async fn reconnect(&mut self, name: &str) -> Result<Value, String> {
        let found = self.find(name).ok_or(UNKNOWN)?;
        if found.has_ended() {
            return Err(ENDED.to_owned());
        }
        let room = self.room(name)?;
        self.attach(&found, name, room, None).await;
        let created_at = iso8601(found.created_at());
        Ok(json!({"success": true, "session_id": name, "created_at": created_at}))
    }

    /// What the client may have by this name.
    fn find(&self, name: &str) -> Option<Session> {
        let user = self.engine.caller.grant.user.as_deref();
        let name: SessionName = name.parse().ok()?;
        self.engine.app.0.registry.find(&name, user)
    }

    /// Room to be attached to the session of this name: that which the client has there already, if
    /// it is attached.
    fn room(&self, name: &str) -> Result<Room, &'static str> {
        match self.attached.contains_key(name) {
            true => self.held().map(Room::As),
            false => self.room_for_one(),
        }
    }

    /// Room to be attached to one session more.
    fn room_for_one(&self) -> Result<Room, &'static str> {
        let (app, caller) = (&self.engine.app, &self.engine.caller);
        // One comes with the engine.
        let is_the_engines_free = self.attached.values().all(|other| other.seat.is_some());
        let seat = match is_the_engines_free {
            true => None,
            false => Some(admission::seat(app, caller.address, caller.grant.right)),
        };
        let seat = seat.transpose().map_err(|_| admission::FULL)?;
        Ok(Room::New(self.held()?, seat))
    }

    /// That whoever waits for the last viewer waits for this one too.
    fn held(&self) -> Result<TaskTrackerToken, &'static str> {
        let viewers = &self.engine.app.0.viewers;
        let held = viewers.token();
        match viewers.is_closed() {
            true => Err(ENDED),
            false => Ok(held),
        }
    }

    /// Attaches the client, for which there is room; its output follows when it knows that it is
    /// attached.
    async fn attach(&mut self, session: &Session, name: &str, room: Room, size: Option<TermSize>) {
        let before = self.detach(name).await;
        let (held, seat) = match room {
            Room::New(held, seat) => (held, seat),
            Room::As(held) => (held, before),
        };
        let app = &self.engine.app;
        // Who may only look takes nothing away from who types.
        let hold = match (
            app.0.registry.mode(),
            app.right_of(&self.engine.caller.grant),
        ) {
            (Mode::Shared, _) | (_, Right::View) => None,
            (Mode::PerViewer | Mode::Named, Right::Write) => {
                Some(self.holders.take(session.stream()))
            }
        };
        let needs = Needs { _held: held, hold };
        let (engine, socket) = (&self.engine, &self.socket);
        let (attached, pump) = attached::attach(engine, socket, session, name, needs, seat);
        if let Some(size) = size {
            pump.set_window(size);
        }
        self.lost.remove(name);
        self.attached.insert(name.to_owned(), attached);
        self.fresh = Some(pump);
    }

    /// Leaves a session, and waits until nothing more comes from it; gives the place that it had of
    /// its own.
    async fn detach(&mut self, name: &str) -> Option<OwnedSemaphorePermit> {
        let Attached {
            id,
            seat,
            post,
            left,
            ..
        } = self.attached.remove(name)?;
        drop(post);
        left.cancel();
        while let Some(ended) = self.pumps.join_next().await {
            let Ok(ended) = ended else { continue };
            let is_it = ended.1 == id;
            self.on_end(ended);
            if is_it {
                break;
            }
        }
        seat
    }

    fn on_end(&mut self, (name, id, end): (String, ViewerId, End)) {
        if self.attached.get(&name).is_some_and(|now| now.id == id) {
            self.attached.remove(&name);
        }
        match end {
            End::Exit => remember(&mut self.ended, name),
            End::TakenOver => remember(&mut self.lost, name),
            End::Detached => {}
        }
    }

    async fn type_in(&mut self, name: &str, input: String) -> Result<Value, String> {
        let engine = Arc::clone(&self.engine);
        let posted = self.writing(name)?.post.type_in(input);
        match engine.closing().run_until_cancelled(posted).await {
            Some(Ok(())) | None => Ok(json!({"success": true})),
            Some(Err(Unposted::Gone)) => Err(ENDED.to_owned()),
            Some(Err(Unposted::Full)) => Err(UNREAD.to_owned()),
        }
    }

    fn resize(&mut self, name: &str, size: TermSize) -> Result<Value, String> {
        self.writing(name)?.window.send_replace(Some(size));
        Ok(json!({"success": true}))
    }

    /// That it is attached to a session in which it may type.
    fn writing(&mut self, name: &str) -> Result<&mut Attached, String> {
        let stranger = self.stranger(name);
        let attached = self.attached.get_mut(name).ok_or(stranger)?;
        if attached.session.has_ended() {
            return Err(ENDED.to_owned());
        }
        if !attached.writes() {
            attached.post.refuse();
            return Err(READ_ONLY.to_owned());
        }
        Ok(attached)
    }

    fn close(&mut self, name: &str) -> Result<Value, String> {
        let Some(attached) = self.attached.get(name) else {
            return Err(self.stranger(name));
        };
        let registry = &self.engine.app.0.registry;
        if attached.session.has_ended() {
            return Err(ENDED.to_owned());
        }
        if !attached.writes() {
            return Err(READ_ONLY.to_owned());
        }
        if registry.mode() == Mode::Shared {
            return Err(SHARED.to_owned());
        }
        registry.close(&attached.session);
        Ok(json!({"success": true}))
    }

    /// Why the client has no say in a session that it is not attached to.
    fn stranger(&self, name: &str) -> String {
        match self.ended.contains(name) {
            true => ENDED.to_owned(),
            false => UNAUTHORIZED.to_owned(),
        }
    }

    /// The sessions that the client may attach to, and nobody is: its user's; and, whoever it is,
    /// those that were taken over from it.
    fn list(&self) -> Vec<Session> {
        let registry = &self.engine.app.0.registry;
        let user = self.engine.caller.grant.user.as_deref();
        let is_shared = registry.mode() == Mode::Shared;
        let mut sessions = registry.list(user);
        for session in self.lost.iter().filter_map(|name| self.find(name)) {
            if sessions
                .iter()
                .all(|listed| listed.stream() != session.stream())
            {
                sessions.push(session);
            }
        }
        let is_attached = |session: &Session| {
            let mut attached = self.attached.values();
            attached.any(|attached| attached.session.stream() == session.stream())
        };
        sessions.retain(|session| {
            !session.has_ended() && !is_attached(session) && (is_shared || session.viewers() == 0)
        });
        sessions
    }

    /// The sessions as they are listed. /proc is asked about each of them, on a thread that serves
    /// nobody else.
    async fn tell(&self, sessions: Vec<Session>) -> Outcome {
        // It is never closed.
        let turn = Arc::clone(&self.engine.app.0.lists).acquire_owned().await;
        let tell = move || {
            // As long as the thread is busy, also where nobody waits for it any more.
            let _turn = turn;
            json!({"sessions": sessions.iter().map(model).collect::<Vec<_>>()})
        };
        let told = tokio::task::spawn_blocking(tell).await;
        told.map_err(|_| Wrong {
            session: None,
            error: "this went wrong".to_owned(),
        })
    }

    /// Tells a client that is sent away why, but not one that may come back at once.
    fn say_goodbye(&mut self, why: Dismissal) {
        let error = match why {
            Dismissal::ServerStops => return,
            Dismissal::Expired | Dismissal::ThrownOut => why.words().1,
        };
        for name in self.attached.keys() {
            let word = json!({"session_id": name, "error": error});
            let _ = self.socket.emit(ERROR, &word);
        }
        let _ = self.socket.clone().disconnect();
    }
}

fn about(session: String, error: String) -> Wrong {
    Wrong {
        session: Some(session),
        error,
    }
}

/// A session as it is listed.
fn model(session: &Session) -> Value {
    json!({
        "session_id": session.name().as_str(),
        "created_at": iso8601(session.created_at()),
        "last_activity": iso8601(session.last_activity()),
        "cwd": session.place().shown_cwd(),
    })
}

fn remember(names: &mut BTreeSet<String>, name: String) {
    if names.len() >= REMEMBERED {
        names.pop_first();
    }
    names.insert(name);
}

/// Waits until the client is sent away; says why.
async fn dismissed(dismissal: &mut watch::Receiver<Option<Dismissal>>) -> Dismissal {
    match dismissal.wait_for(Option::is_some).await.map(|why| *why) {
        Ok(Some(why)) => why,
        // The sender is the engine's, which we hold.
        Ok(None) | Err(_) => std::future::pending().await,
    }
}
