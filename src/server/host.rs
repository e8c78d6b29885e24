//! What the host may do with who is there: see them, give and take the right to type, throw out.
//! It knows nothing of how the host asks.

use std::net::SocketAddr;
use std::time::Duration;

use crate::audit::Event;
use crate::name::SessionName;
use crate::right::Right;
use crate::session::NoSuchViewer;
use crate::viewer_id::ViewerId;

use super::App;
use super::viewers::Record;

/// A viewer as the host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Its number.
    pub id: ViewerId,
    /// The name that it gave proof of, if it was asked for one.
    pub user: Option<String>,
    /// The session that it looks at; none where it has a program of its own.
    pub session: Option<SessionName>,
    /// Where it comes from.
    pub address: SocketAddr,
    /// For how long it has been there.
    pub age: Duration,
    /// What it may do.
    pub right: Right,
    /// How it is connected.
    pub transport: &'static str,
    /// The bytes that it was sent.
    pub sent: u64,
    /// The bytes that it sent.
    pub received: u64,
}

/// Why the host's wish was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody goes by this number.
    #[error(transparent)]
    NoSuchViewer(#[from] NoSuchViewer),
    /// webterm was told to let nobody type.
    #[error("this webterm is read-only: nobody can be let write; start it with -w for that")]
    ReadOnly,
}

impl App {
    /// Who is there, the first to come first.
    pub fn guests(&self) -> Vec<Guest> {
        let there = self.0.guests.list();
        there.iter().filter_map(|record| guest(record)).collect()
    }

    /// Lets a viewer, and all that show the same pass, now and later, do what `right` says; gives those
    /// that are there. A webterm that was started read-only stays so.
    pub fn set_right(&self, id: ViewerId, right: Right) -> Result<Vec<ViewerId>, Refusal> {
        if right > self.0.access.most() {
            return Err(Refusal::ReadOnly);
        }
        let meant = self.0.guests.set_right(id, right);
        for (record, got) in &meant {
            // Some may not have all that the host gives, and some have it already.
            let Some(right) = *got else { continue };
            tracing::info!(viewer = %record.id, ?right, "the host changed what a viewer may do");
            let visitor = record.visitor();
            self.audit().note(Event::RightChanged { visitor, right });
        }
        match meant.is_empty() {
            true => Err(NoSuchViewer(id).into()),
            false => Ok(meant.iter().map(|(record, _)| record.id).collect()),
        }
    }

    /// Throws a viewer out, and all that show the same pass: no byte of them arrives any more, their
    /// connections are closed, and the pass ends. Gives all that had to go.
    pub fn throw_out(&self, id: ViewerId) -> Result<Vec<ViewerId>, Refusal> {
        let gone = self.0.guests.throw_out(id);
        if let Some(pass) = gone.first().and_then(|record| record.grant.pass()) {
            // Who comes in at this moment finds out by this.
            self.0.access.revoke(pass);
        }
        for record in &gone {
            record.set_right(Right::View);
            tracing::info!(viewer = %record.id, "the host threw a viewer out");
            let visitor = record.visitor();
            self.audit().note(Event::ThrownOut { visitor });
        }
        match gone.is_empty() {
            true => Err(NoSuchViewer(id).into()),
            false => Ok(gone.iter().map(|record| record.id).collect()),
        }
    }
}

/// `None` where it is leaving at this moment.
fn guest(record: &Record) -> Option<Guest> {
    Some(Guest {
        id: record.id,
        user: record.grant.user.as_deref().map(str::to_owned),
        session: record.session(),
        address: record.address,
        age: record.since.elapsed(),
        right: record.right()?,
        transport: record.by.name(),
        sent: record.sent(),
        received: record.received(),
    })
}
