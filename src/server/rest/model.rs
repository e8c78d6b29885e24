//! A session as the REST API tells of it: Jupyter's members, and some of ours. It decides nothing.

use serde_json::{Value, json};

use crate::name::SessionName;
use crate::right::Right;
use crate::session::Session;
use crate::utc::iso8601;

use super::super::App;

/// A session as it is told of to somebody with this right.
pub(super) fn model(session: &Session, app: &App, right: Right) -> Value {
    let place = session.place();
    let size = session.size();
    let aliases = app.0.registry.aliases(session);
    json!({
        "name": session.name().as_str(),
        "last_activity": iso8601(session.last_activity()),
        "created_at": iso8601(session.created_at()),
        "command": app.0.offer.command,
        "cwd": place.shown_cwd(),
        "program": place.shown_program(),
        "title": session.title(),
        "size": { "cols": size.cols(), "rows": size.rows() },
        "viewers": session.viewers(),
        "writable": right == Right::Write,
        "aliases": aliases.iter().map(SessionName::as_str).collect::<Vec<_>>(),
    })
}
