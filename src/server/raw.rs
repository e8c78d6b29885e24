//! Viewers that speak bytes and nothing else, at `/raw` and `/raw/<name>`: what xterm.js' AttachAddon,
//! websocat and pages made for other servers expect. What can't be served is told as the reason with
//! which an open connection is closed: a page is told no more of a refused one than that it failed.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use tokio::time::timeout;
use tungstenite::protocol::frame::coding::CloseCode;
use warp::reply::Response;

use crate::access::Grant;
use crate::name::SessionName;
use crate::registry::{Mode, OpenError, Opening};
use crate::right::Right;
use crate::session::Session;
use crate::size::TermSize;

use super::App;
use super::admission::Handshake;
use super::dialect::Dialect;
use super::opening::Unopened;
use super::peer::Peer;
use super::viewer;
use super::websocket::WebSocket;
use super::wish::Wish;

/// The longest reason that a close may give, in bytes (RFC 6455, 5.5 and 5.5.1).
const MAX_REASON: usize = 123;

/// Why there is nothing to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Unserved {
    /// The address gives no size that a terminal may have.
    #[error(transparent)]
    Size(#[from] BadSize),
    /// There is no such session, or none that may be found.
    #[error("there is no terminal of this name")]
    NoSession,
    /// No session was opened.
    #[error(transparent)]
    Unopened(#[from] Unopened),
}

/// A query that gives no size of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum BadSize {
    /// The rows are none.
    #[error("rows must be a whole number from 1 to {}", TermSize::MAX_ROWS)]
    Rows,
    /// The columns are none.
    #[error(
        "cols must be a whole number from {} to {}",
        TermSize::MIN_COLS,
        TermSize::MAX_COLS
    )]
    Cols,
    /// There are only columns.
    #[error("the address gives cols, but no rows: give both, or neither")]
    NoRows,
    /// There are only rows.
    #[error("the address gives rows, but no cols: give both, or neither")]
    NoCols,
}

impl Unserved {
    fn code(&self) -> CloseCode {
        match self {
            Self::Size(_) | Self::NoSession => CloseCode::Policy,
            Self::Unopened(Unopened::ReadOnly) => CloseCode::Policy,
            Self::Unopened(Unopened::TooMany(_)) => CloseCode::Again,
            Self::Unopened(Unopened::Registry(error)) => match error {
                OpenError::Full(_) => CloseCode::Again,
                OpenError::Stopping => CloseCode::Away,
                OpenError::Shared
                | OpenError::Taken(_)
                | OpenError::Launch(_)
                | OpenError::Unrecorded(_) => CloseCode::Error,
            },
        }
    }
}

/// Answers a request for the session of this name, or, without one, for the shared or a new one.
pub(super) fn socket(
    name: Option<String>,
    app: App,
    request: Handshake,
    query: String,
) -> Response {
    let may_open = app.right_of(&request.grant) == Right::Write;
    if name.is_none() && app.0.registry.mode() == Mode::Named && !may_open {
        // Who may do what is answered as everywhere.
        let address = request.peer.address;
        let unopened = app.unopened(Unopened::ReadOnly, address, &request.grant);
        return unopened.into_response(&request.peer);
    }
    let admission = match request.admit(&app) {
        Ok(admission) => admission,
        Err(declined) => return declined.into_response(),
    };
    admission.serve(|upgrade, peer, grant| async move {
        let wish = Wish::parse(&query);
        match session(&app, name.as_deref(), &query, &wish, (&peer, &grant)).await {
            Ok(session) => {
                viewer::serve(upgrade, app, session, peer, grant, wish, Dialect::Raw).await;
            }
            Err(unserved) => turn_away(upgrade, &app, &peer, &unserved).await,
        }
    })
}

/// The session that is asked for.
async fn session(
    app: &App,
    name: Option<&str>,
    query: &str,
    wish: &Wish,
    (peer, grant): (&Peer, &Arc<Grant>),
) -> Result<Session, Unserved> {
    check_size(query)?;
    let registry = &app.0.registry;
    if let Some(name) = name {
        let name: Option<SessionName> = name.parse().ok();
        let found = name.and_then(|name| registry.find_even_ended(&name, grant.user.as_deref()));
        return found.ok_or(Unserved::NoSession);
    }
    match registry.mode() {
        Mode::Shared => registry.shared().ok_or(Unserved::NoSession),
        Mode::PerViewer => Ok(app.own_session(wish, peer, grant).await?),
        Mode::Named => {
            let opening = Opening {
                size: wish.size(),
                ..app.opening(grant)
            };
            Ok(app.open(opening, peer.address, grant).await?)
        }
    }
}

/// Whether a query gives both numbers of a size, or none.
fn check_size(query: &str) -> Result<(), BadSize> {
    let pairs = query.split('&');
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (mut rows, mut cols) = (None, None);
    for (name, value) in pairs {
        match name {
            "rows" => rows = Some(number(value).ok_or(BadSize::Rows)?),
            "cols" => cols = Some(number(value).ok_or(BadSize::Cols)?),
            _ => {}
        }
    }
    match (cols, rows) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(BadSize::NoRows),
        (None, Some(_)) => Err(BadSize::NoCols),
        // Of one that fits nowhere it is told which number is wrong.
        (Some(cols), Some(rows)) => match TermSize::new(cols, rows) {
            Some(_) => Ok(()),
            None if TermSize::new(cols, 1).is_none() => Err(BadSize::Cols),
            None => Err(BadSize::Rows),
        },
    }
}

/// A number as it is written in digits; a sign would be none in a query.
fn number(value: &str) -> Option<u16> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_plain)
}

/// Takes the connection, and closes it with the reason.
async fn turn_away(upgrade: OnUpgrade, app: &App, peer: &Peer, unserved: &Unserved) {
    tracing::warn!(peer = %peer.address, reason = %unserved, "a raw viewer was turned away");
    // Whoever left before need not be told.
    if let Ok(mut socket) = WebSocket::accept(upgrade, &app.0.limits).await {
        socket.close(unserved.code(), &short(&unserved.to_string()));
        let patience = app.0.limits.close;
        let _ = timeout(patience, socket.await_close(None)).await;
        let _ = timeout(patience, socket.finish()).await;
    }
}

/// A reason of at most [`MAX_REASON`] bytes.
fn short(reason: &str) -> String {
    if reason.len() <= MAX_REASON {
        return reason.to_owned();
    }
    let end = reason.floor_char_boundary(MAX_REASON - "…".len());
    format!("{}…", reason.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_of_a_size_are_given_or_none() {
        for query in [
            "",
            "rows=24&cols=80",
            "cols=2000&rows=1000",
            "cols=2&rows=1",
            "a&b=c",
        ] {
            assert_eq!(check_size(query), Ok(()), "{query}");
            let wished = Wish::parse(query).size().is_some();
            assert_eq!(wished, query.contains("rows"), "{query}");
        }
        for (query, error) in [
            ("rows=24", BadSize::NoCols),
            ("cols=80", BadSize::NoRows),
            ("rows=&cols=80", BadSize::Rows),
            ("rows&cols=80", BadSize::Rows),
            ("rows=0&cols=80", BadSize::Rows),
            ("rows=1001&cols=80", BadSize::Rows),
            ("rows=65560&cols=80", BadSize::Rows),
            ("rows=24.5&cols=80", BadSize::Rows),
            ("rows=+24&cols=80", BadSize::Rows),
            ("rows=-1&cols=80", BadSize::Rows),
            ("rows=NaN&cols=80", BadSize::Rows),
            ("rows=24&cols=1", BadSize::Cols),
            ("rows=24&cols=2001", BadSize::Cols),
            ("rows=24&cols=undefined", BadSize::Cols),
            ("rows=24&cols=80&rows=x", BadSize::Rows),
            ("rows=٢٤&cols=80", BadSize::Rows),
        ] {
            assert_eq!(check_size(query), Err(error), "{query}");
        }
    }

    #[test]
    fn reasons_fit_into_a_close() {
        for reason in [
            BadSize::Rows,
            BadSize::Cols,
            BadSize::NoRows,
            BadSize::NoCols,
        ] {
            assert!(reason.to_string().len() <= MAX_REASON, "{reason}");
        }
        let long = short(&"€".repeat(100));
        assert!(long.len() <= MAX_REASON && long.ends_with("€…"), "{long}");
        assert_eq!(short("all of it"), "all of it");
    }
}
