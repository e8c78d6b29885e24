//! An engine: what lies between a Socket.IO client and its connections, which come and go. It holds
//! the client's seat, counts what waits for it, and knows whether it is alive. It knows nothing of
//! terminals.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use serde_json::json;
use tokio::sync::{Mutex as Lane, Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::super::stay::Dismissal;
use super::super::{App, Limits};
use super::call::Call;
use super::caller::Caller;
use super::library::{Gone, Library};
use super::packet::{self, CONNECT, Heard, Kind};

/// How many packets of output may wait for a client. A poll takes them all: with fewer, a client far
/// away would wait more than it reads.
const OUTPUTS: usize = 8;

/// How many other packets may wait for a client that takes nothing, before it is not heard either.
const WORDS: usize = 64;

/// How many of a client's events may wait for what was before them.
const CALLS: usize = 16;

/// How long a poll may take to follow another: longer than any way around the world.
const BETWEEN: Duration = Duration::from_secs(2);

/// How long a client may be unheard before its silence counts all the same: far longer than an event
/// of one that takes its answers.
const DEAF: Duration = Duration::from_secs(3 * 60);

/// How a client is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// By polling.
    Polling,
    /// By polling, while it tries a WebSocket.
    Upgrading,
    /// By a WebSocket.
    WebSocket,
}

/// What there is for a client to take.
#[derive(Debug)]
pub(super) enum Taken {
    /// Packets, as a body holds them.
    Packets(String),
    /// Nothing, and nothing comes.
    Over,
}

/// What a client sent can't be understood.
#[derive(Debug)]
pub(super) struct Bad;

/// One client's engine.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) app: App,
    pub(super) caller: Caller,
    /// Unguessable, and known to the client alone (requirement R43).
    id: String,
    library: Library,
    /// What the library calls it.
    sid: OnceLock<String>,
    /// Held by who takes packets for the client: one at a time.
    pub(super) taker: Lane<()>,
    /// Held by who brings packets of the client: one at a time.
    pub(super) bringer: Lane<()>,
    outputs: Semaphore,
    words: Semaphore,
    calls: mpsc::Sender<Call>,
    receiver: Mutex<Option<mpsc::Receiver<Call>>>,
    stage: watch::Sender<Stage>,
    /// Cancelled when the client has come to the namespace, and is heard there.
    connected: CancellationToken,
    /// A ping is due.
    pings: Notify,
    /// The pings since the client was last heard.
    unanswered: AtomicU32,
    /// Since when the client waits until it is heard.
    deaf: Mutex<Option<Instant>>,
    /// Tells that the client's connection takes something.
    moved: watch::Sender<()>,
    /// Whether something that was taken is not yet sent.
    is_sending: watch::Sender<bool>,
    /// When a poll was answered last.
    polled: Mutex<Option<Instant>>,
    out: CancellationToken,
    dismissal: watch::Sender<Option<Dismissal>>,
    /// Nothing more is said than what waits.
    closing: CancellationToken,
    /// All of that was taken, or nobody takes it any more.
    over: CancellationToken,
    /// The client's place among the viewers.
    seat: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Engine {
    /// Opens an engine for a caller who has a seat.
    pub(super) async fn open(
        library: &Library,
        app: &App,
        caller: Caller,
        seat: OwnedSemaphorePermit,
        stage: Stage,
    ) -> Result<Arc<Self>, Gone> {
        let (calls, receiver) = mpsc::channel(CALLS);
        let engine = Arc::new(Self {
            app: app.clone(),
            caller,
            id: format!("{:032x}", rand::random::<u128>()),
            library: library.clone(),
            sid: OnceLock::new(),
            taker: Lane::default(),
            bringer: Lane::default(),
            outputs: Semaphore::new(OUTPUTS),
            words: Semaphore::new(WORDS + 1),
            calls,
            receiver: Mutex::new(Some(receiver)),
            stage: watch::Sender::new(stage),
            connected: CancellationToken::new(),
            pings: Notify::new(),
            unanswered: AtomicU32::new(0),
            deaf: Mutex::new(None),
            moved: watch::Sender::new(()),
            is_sending: watch::Sender::new(false),
            polled: Mutex::new(None),
            out: CancellationToken::new(),
            dismissal: watch::Sender::new(None),
            closing: CancellationToken::new(),
            over: CancellationToken::new(),
            seat: Mutex::new(Some(seat)),
        });
        let sid = library.open(Arc::clone(&engine)).await?;
        // Nobody else has it yet.
        let _ = engine.sid.set(sid);
        Ok(engine)
    }

    /// Its id, as the client knows it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The first packet that a client gets.
    pub(super) fn greeting(&self) -> String {
        let limits = self.limits();
        let upgrades = match *self.stage.borrow() {
            Stage::Polling | Stage::Upgrading => json!(["websocket"]),
            Stage::WebSocket => json!([]),
        };
        let silence = limits.ping * limits.missed_pings;
        let fields = json!({
            "sid": self.id,
            "upgrades": upgrades,
            "pingInterval": limits.ping.as_millis() as u64,
            "pingTimeout": silence.as_millis() as u64,
            "maxPayload": limits.message,
        });
        format!("0{fields}")
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.app.0.limits
    }

    /// How the client is connected, and how that changes.
    pub(super) fn stage(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    /// Goes from one stage to another; whether it was at that.
    pub(super) fn shift(&self, from: Stage, to: Stage) -> bool {
        self.stage.send_if_modified(|stage| {
            let is_there = *stage == from;
            if is_there {
                *stage = to;
            }
            is_there
        })
    }

    /// What there is for the client to take, once there is something. Safe to be cancelled.
    pub(super) async fn take(&self) -> Taken {
        tokio::select! {
            biased;
            () = self.closing.cancelled() => self.take_rest(),
            () = self.pings.notified() => Taken::Packets(packet::PING.to_owned()),
            taken = self.library.take(self.sid()) => self.note(taken),
        }
    }

    fn take_rest(&self) -> Taken {
        let rest = self.library.take(self.sid()).now_or_never();
        let taken = self.note(rest.unwrap_or(Err(Gone)));
        if matches!(taken, Taken::Over) {
            self.over.cancel();
        }
        taken
    }

    /// Notes what was taken from the library: there is room for as much again.
    fn note(&self, taken: Result<String, Gone>) -> Taken {
        let Ok(packets) = taken else {
            self.closing.cancel();
            return Taken::Over;
        };
        self.is_sending.send_replace(true);
        for one in packets.split(packet::SEPARATOR) {
            match packet::kind(one) {
                Kind::Output => self.outputs.add_permits(1),
                Kind::Word => self.words.add_permits(1),
                Kind::Free => {}
            }
        }
        Taken::Packets(packets)
    }

    /// Hears a packet of the client, once what it sent before leaves room.
    pub(super) async fn hear(&self, packet: &str) -> Result<(), Bad> {
        self.is_alive();
        match packet::hear(packet) {
            Heard::Message(message) => {
                self.room_for(&message).await;
                if self.library.bring(self.sid(), message).await.is_err() {
                    self.closing.cancel();
                }
            }
            Heard::Pong | Heard::Nothing => {}
            Heard::Close => self.hang_up(),
            Heard::Bad => return Err(Bad),
        }
        Ok(())
    }

    /// Waits until a message can be taken in.
    async fn room_for(&self, message: &str) {
        let is_connect = message.starts_with(CONNECT);
        if is_connect || (self.connected.is_cancelled() && self.calls.capacity() > 0) {
            return;
        }
        let _hears_again = Deaf::since_now(&self.deaf);
        let closing = &self.closing;
        // The library tells the client that it is connected before it tells us; an event that came in
        // between would be lost.
        let connected = self.connected.cancelled();
        if closing.run_until_cancelled(connected).await.is_some() {
            // Where nobody takes them any more, there is no need to wait.
            let _ = self.calls.reserve().await;
        }
    }

    /// Takes in an event; there is room, for it was waited for.
    pub(super) fn call(&self, call: Call) {
        if self.calls.try_send(call).is_err() {
            tracing::debug!("an event came after its client had gone");
        }
    }

    /// The client's events, for the first who asks.
    pub(super) fn receiver(&self) -> Option<mpsc::Receiver<Call>> {
        let mut receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.take()
    }

    /// Notes that the client has come to the namespace, and is heard there.
    pub(super) fn has_connected(&self) {
        self.connected.cancel();
    }

    /// Whether the client has come to the namespace.
    pub(super) fn is_connected(&self) -> bool {
        self.connected.is_cancelled()
    }

    /// Waits for room for a packet of output; it is taken when the client takes the packet.
    pub(super) async fn room_for_output(&self) {
        take_room(&self.outputs).await;
    }

    /// Waits for room for another packet.
    pub(super) async fn room_for_word(&self) {
        take_room(&self.words).await;
    }

    /// Gives room for output back that was not needed.
    pub(super) fn give_back_output(&self) {
        self.outputs.add_permits(1);
    }

    /// Notes that the client's connection took all that was taken for it.
    pub(super) fn has_sent(&self) {
        self.is_sending.send_replace(false);
    }

    /// Waits until the client's connection has taken all that is waiting for it.
    pub(super) async fn drained(&self) {
        // Whoever holds all the room knows that nothing waits; one place is kept for an answer.
        let _outputs = self.outputs.acquire_many(OUTPUTS as u32).await;
        let _words = self.words.acquire_many(WORDS as u32).await;
        let mut is_sending = self.is_sending.subscribe();
        // The sender is ours, so it can't be gone.
        let _ = is_sending.wait_for(|is_sending| !is_sending).await;
    }

    /// Notes a sign of life.
    pub(super) fn is_alive(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Notes that the client's connection takes something.
    pub(super) fn has_moved(&self) {
        self.is_alive();
        self.moved.send_replace(());
    }

    /// Notes that the connection took the answer to a poll.
    pub(super) fn has_answered(&self) {
        self.has_sent();
        *self.polled.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether the client's next poll may be on its way. Until it is here the client takes nothing,
    /// however fast it is.
    pub(super) fn is_between_polls(&self) -> bool {
        let polled = *self.polled.lock().unwrap_or_else(PoisonError::into_inner);
        polled.is_some_and(|polled| polled.elapsed() < BETWEEN)
    }

    /// Tells when the client's connection takes something.
    pub(super) fn moves(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// Pings the client; gives how many pings before this it has left unanswered. A client that is
    /// not heard at the moment can't answer.
    pub(super) fn ping(&self) -> u32 {
        let deaf = *self.deaf.lock().unwrap_or_else(PoisonError::into_inner);
        let unanswered = match deaf.is_some_and(|since| since.elapsed() < DEAF) {
            true => 0,
            false => self.unanswered.fetch_add(1, Ordering::Relaxed),
        };
        self.pings.notify_one();
        unanswered
    }

    /// Cancelling it throws the client out.
    pub(super) fn out(&self) -> &CancellationToken {
        &self.out
    }

    /// Sends the client away.
    pub(super) fn dismiss(&self, dismissal: Option<Dismissal>) {
        self.dismissal.send_replace(dismissal);
    }

    /// Tells when the client is sent away.
    pub(super) fn dismissal(&self) -> watch::Receiver<Option<Dismissal>> {
        self.dismissal.subscribe()
    }

    /// Says nothing more than what waits.
    pub(super) fn close(&self) {
        self.closing.cancel();
    }

    /// The client is gone: nobody takes what waits.
    pub(super) fn hang_up(&self) {
        self.closing.cancel();
        self.over.cancel();
    }

    /// Cancelled when nothing more is said than what waits.
    pub(super) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// Cancelled when that was taken, too.
    pub(super) fn over(&self) -> &CancellationToken {
        &self.over
    }

    /// Has the library forget it, which tells the client's handlers.
    pub(super) async fn end(&self) {
        self.hang_up();
        self.library.close(self.sid()).await;
        // The library may hold the engine for a little longer.
        drop(
            self.seat
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    fn sid(&self) -> &str {
        self.sid.get().map(String::as_str).unwrap_or_default()
    }
}

async fn take_room(room: &Semaphore) {
    if let Ok(place) = room.acquire().await {
        place.forget();
    }
}

/// While it is there, the client is not heard.
struct Deaf<'a>(&'a Mutex<Option<Instant>>);

impl<'a> Deaf<'a> {
    fn since_now(since: &'a Mutex<Option<Instant>>) -> Self {
        *since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Self(since)
    }
}

impl Drop for Deaf<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
