//! The viewers that are there: who each is, what went over its connection, and how it is sent away.
//! It knows no socket.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Instant, SystemTime};

use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::access::{Grant, PassId};
use crate::audit::{Audit, Event, Visitor, foreign};
use crate::backend::Exit;
use crate::name::SessionName;
use crate::right::Right;
use crate::session::{Role, Session};
use crate::viewer_id::ViewerId;

use super::AUDIT;
use super::lines::Standing;

/// The viewers that are there; clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Viewers {
    all: Arc<Mutex<All>>,
    /// Where it is entered who comes and goes.
    audit: Audit,
}

#[derive(Debug, Default)]
struct All {
    there: BTreeMap<ViewerId, Arc<Record>>,
    /// What the host lets the bearers of these passes do, whatever they were granted: to load the
    /// page again makes no difference.
    rights: HashMap<PassId, Right>,
    /// The same for those who were let in without a pass: each for what he was granted once, under
    /// which he may come again and again (as clients of Socket.IO do).
    rights_of: Vec<(Weak<Grant>, Right)>,
}

/// What a viewer is there for.
#[derive(Debug, Clone)]
pub(super) enum Attached {
    /// A session.
    Session(Session),
    /// The lines of a program of its own.
    Lines(Standing),
    /// The page of all sessions.
    Overview,
}

impl From<&Session> for Attached {
    fn from(session: &Session) -> Self {
        Self::Session(session.clone())
    }
}

/// What carries to a viewer, and from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    WebSocket,
    /// A WebSocket over which nothing goes but bytes.
    Raw,
    /// A WebSocket for lines.
    Lines,
    SocketIo,
    Api,
}

impl Carrier {
    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Raw => "raw",
            Self::Lines => "lines",
            Self::SocketIo => "socket.io",
            Self::Api => "api",
        }
    }
}

/// Who comes.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) id: ViewerId,
    pub(super) address: SocketAddr,
    pub(super) grant: Arc<Grant>,
    pub(super) attached: Attached,
    pub(super) by: Carrier,
    /// Who is unseen is in no list.
    pub(super) role: Role,
    /// What it may do at most, whatever the host lets it.
    pub(super) most: Right,
}

/// What is known of a viewer that is there.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: ViewerId,
    pub(super) address: SocketAddr,
    pub(super) grant: Arc<Grant>,
    attached: Attached,
    pub(super) by: Carrier,
    pub(super) since: Instant,
    pub(super) came: SystemTime,
    pub(super) role: Role,
    most: Right,
    sent: AtomicU64,
    received: AtomicU64,
    out: CancellationToken,
}

impl Viewers {
    /// Nobody is there.
    pub(super) fn new(audit: Audit) -> Self {
        Self {
            all: Arc::default(),
            audit,
        }
    }

    /// Takes a viewer in; it is there until the guard is dropped, and both are told to the log. What the host lets the bearers of its
    /// pass do counts from now on, whatever they were granted.
    pub(super) fn enter(&self, arrival: Arrival) -> Presence {
        let id = arrival.id;
        let record = Arc::new(Record {
            id,
            address: arrival.address,
            grant: arrival.grant,
            attached: arrival.attached,
            by: arrival.by,
            since: Instant::now(),
            came: SystemTime::now(),
            role: arrival.role,
            most: arrival.most,
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            out: CancellationToken::new(),
        });
        let mut all = self.all();
        all.there.insert(id, Arc::clone(&record));
        if let Some(right) = all.decided(&record.grant) {
            record.set_right(right);
        }
        drop(all);
        let presence = Presence {
            viewers: self.clone(),
            span: record.span(),
            record,
            parting: None,
        };
        presence.joined();
        presence
    }

    /// All that are there, but for those that were sent away, and those who are not to be seen; the
    /// first to come first.
    pub(super) fn list(&self) -> Vec<Arc<Record>> {
        let all = self.all();
        let seen = all.staying().filter(|record| record.role != Role::Unseen);
        seen.cloned().collect()
    }

    /// Lets a viewer, and all that show the same pass, now and later, do what `right` says. Gives
    /// these, each with the right that it got, if it had another one; none where the viewer is not
    /// there.
    pub(super) fn set_right(
        &self,
        id: ViewerId,
        right: Right,
    ) -> Vec<(Arc<Record>, Option<Right>)> {
        let mut all = self.all();
        let meant = all.like(id);
        if let Some(record) = meant.first() {
            all.decide(&record.grant, right);
        }
        let changed = |record: Arc<Record>| {
            let got = record.set_right(right);
            (record, got)
        };
        meant.into_iter().map(changed).collect()
    }

    /// What the bearer of a grant may do: what he was granted, unless the host has decided otherwise.
    pub(super) fn right_of(&self, grant: &Grant) -> Right {
        self.all().decided(grant).unwrap_or(grant.right)
    }

    /// Sends a viewer away, and all that show the same pass. Gives these.
    pub(super) fn throw_out(&self, id: ViewerId) -> Vec<Arc<Record>> {
        let meant = self.all().like(id);
        for record in &meant {
            record.out.cancel();
        }
        meant
    }

    fn all(&self) -> MutexGuard<'_, All> {
        // Each change is complete when the lock is dropped.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    fn staying(&self) -> impl Iterator<Item = &Arc<Record>> {
        let there = self.there.values();
        there.filter(|record| !record.out.is_cancelled())
    }

    /// What the host has decided for the bearer of a grant.
    fn decided(&self, grant: &Grant) -> Option<Right> {
        if let Some(pass) = grant.pass() {
            return self.rights.get(&pass).copied();
        }
        let mut decided = self.rights_of.iter();
        let is_his = |of: &Weak<Grant>| std::ptr::eq(of.as_ptr(), grant);
        decided.find(|(of, _)| is_his(of)).map(|(_, right)| *right)
    }

    fn decide(&mut self, grant: &Arc<Grant>, right: Right) {
        if let Some(pass) = grant.pass() {
            self.rights.insert(pass, right);
            return;
        }
        let his = Arc::downgrade(grant);
        self.rights_of
            .retain(|(of, _)| of.strong_count() > 0 && !of.ptr_eq(&his));
        self.rights_of.push((his, right));
    }

    /// A viewer, and all that show the same pass, or came by the same grant.
    fn like(&self, id: ViewerId) -> Vec<Arc<Record>> {
        let Some(meant) = self.staying().find(|record| record.id == id) else {
            return Vec::new();
        };
        let pass = meant.grant.pass();
        let is_like = |record: &&Arc<Record>| {
            let same_pass = pass.is_some() && record.grant.pass() == pass;
            same_pass || Arc::ptr_eq(&record.grant, &meant.grant)
        };
        self.staying().filter(is_like).cloned().collect()
    }
}

impl Record {
    /// Gives it another right, as far as it may have that. Gives what it has then, if it had another
    /// one before.
    pub(super) fn set_right(&self, right: Right) -> Option<Right> {
        let before = self.right();
        self.put_right(right.min(self.most));
        self.right().filter(|right| before != Some(*right))
    }

    fn put_right(&self, right: Right) {
        match &self.attached {
            Attached::Session(session) => {
                // It may be leaving at this moment.
                let _ = session.set_right(self.id, right);
            }
            Attached::Lines(standing) => standing.set(right),
            Attached::Overview => {}
        }
    }

    /// What it may do; `None` where it is leaving at this moment.
    pub(super) fn right(&self) -> Option<Right> {
        match &self.attached {
            Attached::Session(session) => session.right_of(self.id),
            Attached::Lines(standing) => Some(standing.right()),
            Attached::Overview => Some(Right::View),
        }
    }

    /// What the audit log calls it.
    pub(super) fn visitor(&self) -> Visitor {
        let user = self.grant.user.as_deref();
        Visitor {
            viewer: self.id,
            user: user.map(|user| foreign(user.as_bytes())),
            address: self.address,
            user_agent: self.grant.agent.clone(),
            session: self.session(),
            transport: self.by.name(),
        }
    }

    /// That of all that is logged of it.
    fn span(&self) -> Span {
        let (id, peer, user) = (self.id, self.address, self.grant.user.as_deref());
        let session = self.session();
        let session = session.as_ref().map(tracing::field::display);
        tracing::warn_span!("viewer", %id, session, %peer, user)
    }

    /// The name of the session that it looks at, if it looks at one.
    pub(super) fn session(&self) -> Option<SessionName> {
        match &self.attached {
            Attached::Session(session) => Some(session.name()),
            Attached::Lines(_) | Attached::Overview => None,
        }
    }

    /// Whether it looks at this session.
    pub(super) fn is_at(&self, session: &Session) -> bool {
        match &self.attached {
            Attached::Session(own) => own.handle() == session.handle(),
            Attached::Lines(_) | Attached::Overview => false,
        }
    }

    /// Whether it looks at all that it sees.
    pub(super) fn is_overview(&self) -> bool {
        matches!(self.attached, Attached::Overview)
    }

    /// The bytes that its connection took.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The bytes of its messages.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// A viewer's being there. Dropping it is leaving.
#[derive(Debug)]
pub(super) struct Presence {
    viewers: Viewers,
    record: Arc<Record>,
    span: Span,
    /// How it leaves, once that is known.
    parting: Option<Parting>,
}

/// How a viewer leaves.
#[derive(Debug)]
pub(super) struct Parting {
    /// Why.
    pub(super) reason: String,
    /// The bytes that came from it, in all.
    pub(super) bytes_in: u64,
    /// The bytes that went to it, in all.
    pub(super) bytes_out: u64,
    /// Its inputs that were refused.
    pub(super) refused: u64,
}

impl Presence {
    /// That of all that is logged of it.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    fn joined(&self) {
        // It can't have left before it is in.
        let right = self.record.right().unwrap_or(Right::View);
        let mode = word(right);
        self.span
            .in_scope(|| tracing::info!(target: AUDIT, mode, "viewer joined"));
        let visitor = self.record.visitor();
        let audit = &self.viewers.audit;
        audit.note(Event::ViewerAttached { visitor, right });
    }

    /// Says how it leaves, before it does.
    pub(super) fn leaves(&mut self, parting: Parting) {
        self.parting = Some(parting);
    }

    /// Notes that the program which it had for itself ended.
    pub(super) fn program_ended(&self, exit: Exit) {
        let (visitor, status) = (self.record.visitor(), exit.status());
        let audit = &self.viewers.audit;
        audit.note(Event::ProgramEnded { visitor, status });
    }

    /// Notes that its connection took so many bytes in all.
    pub(super) fn has_taken(&self, bytes: u64) {
        self.record.sent.store(bytes, Ordering::Relaxed);
    }

    /// Notes a message of so many bytes.
    pub(super) fn has_said(&self, bytes: usize) {
        let received = &self.record.received;
        received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Cancelled when it is sent away.
    pub(super) fn out(&self) -> &CancellationToken {
        &self.record.out
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let record = &self.record;
        self.viewers.all().there.remove(&record.id);
        let Parting {
            reason,
            bytes_in,
            bytes_out,
            refused,
        } = self.parting.take().unwrap_or_else(|| Parting {
            reason: "cut short".to_owned(),
            bytes_in: record.received(),
            bytes_out: record.sent(),
            refused: 0,
        });
        let seconds = record.since.elapsed().as_secs();
        self.span.in_scope(|| {
            tracing::info!(target: AUDIT, %reason, seconds, bytes_in, bytes_out, refused, "viewer left");
        });
        self.viewers.audit.note(Event::ViewerLeft {
            visitor: record.visitor(),
            right: record.right(),
            seconds,
            bytes_in,
            bytes_out,
            refused,
            reason,
        });
    }
}

/// What a right is called in the log.
fn word(right: Right) -> &'static str {
    match right {
        Right::Write => "write",
        Right::View => "view",
    }
}
