//! What the page of all sessions tells of one. It decides who may know what of it, and nothing else.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::access::Grant;
use crate::name::SessionName;
use crate::registry::Seen;
use crate::right::{Right, Sight};
use crate::session::{Role, Session};
use crate::utc::iso8601;
use crate::viewer_id::ViewerId;

use super::super::App;
use super::super::viewers::Record;

/// A session in which nothing is typed or printed for so long is called idle.
const IDLE: Duration = Duration::from_secs(10);

/// Who is told of sessions, and by which connection.
pub(super) struct Reader<'a> {
    pub(super) app: &'a App,
    pub(super) grant: &'a Grant,
    pub(super) id: ViewerId,
}

impl Reader<'_> {
    /// What the reader is told of a session, where `there` are all viewers:
    ///
    /// - `id`; `name`, or null where that is a secret; `private`, whether it is somebody's own that the
    ///   reader is only shown because he watches;
    /// - `command`, `title`, `size` (`cols`, `rows`), `created_at`;
    /// - `idle`, and since when as `last_activity`, else null;
    /// - `writable`, whether the reader may send lines to it; `viewers`, how many are on it;
    /// - `people`, for those who may type or watch: `id`, `user` (or null), `address`, `since`, `may`
    ///   ("write" or "view"), `role` ("viewer", "watcher", or "overview" for others' pages of all
    ///   sessions). Others are given null.
    pub(super) fn card(&self, seen: &Seen, there: &[Arc<Record>]) -> Value {
        let session = &seen.session;
        let size = session.size();
        let last = session.last_activity();
        let is_idle = SystemTime::now()
            .duration_since(last)
            .is_ok_and(|quiet| quiet >= IDLE);
        let writable = seen.is_told && self.app.right_of(self.grant) == Right::Write;
        let people = self.app.knows_people(self.grant);
        json!({
            "id": session.handle(),
            "name": seen.name.as_ref().map(SessionName::as_str),
            "private": !seen.is_told,
            "command": self.app.0.offer.command,
            "title": session.title(),
            "size": { "cols": size.cols(), "rows": size.rows() },
            "created_at": iso8601(session.created_at()),
            "idle": is_idle,
            "last_activity": is_idle.then(|| iso8601(last)),
            "writable": writable,
            "viewers": session.viewers(),
            "people": people.then(|| self.people(session, there)),
        })
    }

    fn people(&self, session: &Session, there: &[Arc<Record>]) -> Vec<Value> {
        let is_there = |record: &&Arc<Record>| {
            let is_other = record.id != self.id;
            record.is_at(session)
                || is_other && record.is_overview() && self.is_seen_by(session, record)
        };
        let at = there.iter().filter(is_there);
        at.filter_map(|record| self.person(record)).collect()
    }

    /// Whether a page of all sessions shows this one.
    fn is_seen_by(&self, session: &Session, record: &Record) -> bool {
        let grant = &record.grant;
        let is_told = || {
            let registry = &self.app.0.registry;
            registry.is_told(session, grant.user.as_deref())
        };
        grant.sight == Sight::All || is_told()
    }

    /// `None` where it is leaving at this moment.
    fn person(&self, record: &Record) -> Option<Value> {
        let role = match record.role {
            _ if record.is_overview() => "overview",
            Role::Viewer => "viewer",
            Role::Watcher | Role::Unseen => "watcher",
        };
        let may = match record.right()? {
            Right::Write => "write",
            Right::View => "view",
        };
        Some(json!({
            "id": record.id.number(),
            "user": record.grant.user.as_deref(),
            "address": record.address.ip().to_canonical().to_string(),
            "since": iso8601(record.came),
            "may": may,
            "role": role,
        }))
    }
}
