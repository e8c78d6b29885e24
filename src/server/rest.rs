//! Jupyter's REST API for terminals, as jupyter_server answers it, under the gate like everything
//! else. Only a session's name, size and directory can be asked for, never what is run (requirement R39).
//! It knows no WebSocket.

mod address;
mod body;
mod model;
mod problem;

use std::sync::Arc;
use std::time::SystemTime;

use futures::Stream;
use hyper::Method;
use hyper::header::{self, HeaderValue};
use serde_json::{Value, json};
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Buf, Filter, Rejection, Reply};

use crate::access::Grant;
use crate::name::SessionName;
use crate::registry::{Mode, Opening, Owner};
use crate::right::Right;
use crate::session::Session;
use crate::utc::iso8601;

use super::App;
use super::peer::Peer;
use super::watch::{self, Outcome};

use address::Address;
use body::Wishes;
use model::model;
use problem::Problem;

/// All routes below `/api`. They answer every request there, if with 404.
pub(super) fn routes(
    app: App,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
    warp::path("api")
        .and(warp::path::full())
        .and(warp::method())
        .and(warp::ext::get::<Arc<Peer>>())
        .and(warp::ext::get::<Arc<Grant>>())
        .and(warp::body::stream())
        .then(move |path: FullPath, method, peer, grant, body| {
            let asker = Asker {
                app: app.clone(),
                peer,
                grant,
            };
            async move {
                let answered = asker.answer(path.as_str(), &method, body).await;
                answered.unwrap_or_else(|problem| asker.refuse(problem))
            }
        })
}

/// Whether a request for this path, which may still have a secret word in front, is meant for the
/// API: what the gate has against it is then told as the API would.
pub(super) fn is_meant(path: &str) -> bool {
    path.split('/').skip(1).take(2).any(|part| part == "api")
}

/// The answer to who wants to attach to a session that there is not, or not for him.
pub(super) fn no_session(name: &SessionName) -> Response {
    Problem::no_session(name).into_response()
}

/// Who asks, of whom.
struct Asker {
    app: App,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
}

impl Asker {
    async fn answer(
        &self,
        path: &str,
        method: &Method,
        body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send,
    ) -> Result<Response, Problem> {
        let address = Address::parse(path)?;
        let wishes = || body::read(body, self.app.0.limits.header);
        match (address, method) {
            (Address::Server, &Method::GET | &Method::HEAD) => {
                Ok(answer(json!({ "version": env!("CARGO_PKG_VERSION") })))
            }
            (Address::Status, &Method::GET | &Method::HEAD) => Ok(answer(self.status())),
            (Address::Terminals, &Method::GET | &Method::HEAD) => Ok(answer(self.list().await?)),
            (Address::Terminals, &Method::POST) => {
                let session = self.open(wishes().await?).await?;
                Ok(answer(self.model(&session)))
            }
            (Address::Terminal(name), &Method::GET | &Method::HEAD) => {
                Ok(answer(self.model(&self.find(&name)?)))
            }
            (Address::Terminal(name), &Method::DELETE) => self.close(&name),
            (Address::Terminal(name), &Method::PATCH) => {
                let session = self.rename(&name, &wishes().await?)?;
                Ok(answer(self.model(&session)))
            }
            (Address::Input, &Method::POST) => {
                // Before its words are looked at: who may not is told nothing of them.
                self.require_write()?;
                Ok(answer(self.send(&wishes().await?).await?))
            }
            (address, _) => Err(Problem::method(address.methods())),
        }
    }

    /// What Jupyter tells of a server. Kernels we have none; connections are those to sessions.
    fn status(&self) -> Value {
        let sessions = self.app.0.registry.list(self.user());
        let activities = sessions.iter().map(Session::last_activity);
        let started = self.app.0.started;
        json!({
            "started": iso8601(started),
            "last_activity": iso8601(activities.fold(started, SystemTime::max)),
            "kernels": 0,
            "writable": self.right() == Right::Write,
            "connections": sessions.iter().map(Session::viewers).sum::<usize>(),
        })
    }

    /// All that who asks may see. /proc is asked about each of them: two hundred keep a thread for
    /// 10 ms, so it is not one that serves others.
    async fn list(&self) -> Result<Value, Problem> {
        let turn = Arc::clone(&self.app.0.lists).acquire_owned().await;
        let (app, right) = (self.app.clone(), self.right());
        let sessions = self.app.0.registry.list(self.user());
        let tell = move || {
            // Held by the work: whoever asked may have left meanwhile.
            let _turn = turn;
            sessions.iter().map(|one| model(one, &app, right)).collect()
        };
        let told = tokio::task::spawn_blocking(tell).await;
        told.map_err(|_| Problem::broken())
    }

    /// The session that is wished for. Stock clients ask for a new one where any would do: where there
    /// is only one, they get that.
    async fn open(&self, wishes: Wishes) -> Result<Session, Problem> {
        let registry = &self.app.0.registry;
        if let Some(shared) = registry.shared() {
            return Ok(shared);
        }
        let name = wishes.name()?;
        let there = name
            .as_ref()
            .and_then(|name| registry.find(name, self.user()));
        if let Some(there) = there {
            return Ok(there);
        }
        let cwd = wishes.cwd()?;
        if cwd.is_some() {
            // It would tell which directories there are.
            self.require_write()?;
        }
        self.app.may_open(self.peer.address, &self.grant)?;
        let opening = Opening {
            cwd,
            size: wishes.size()?,
            ..self.app.opening(&self.grant)
        };
        // What is found by its name alone needs one that nobody guesses.
        let opened = match name.filter(|_| opening.owner != Owner::Holder) {
            Some(name) => registry.find_or_open(name, self.user(), opening).await,
            None => registry.open(opening).await,
        };
        opened.map_err(|error| {
            let unopened = self.app.unopened(error, self.peer.address, &self.grant);
            unopened.into()
        })
    }

    /// One line for several sessions.
    async fn send(&self, wishes: &Wishes) -> Result<Value, Problem> {
        let (line, ids) = (wishes.line()?, wishes.sessions()?);
        self.app.may_send(&self.peer, &self.grant)?;
        let sent = watch::send(&self.app, &self.peer, &self.grant, &line, &ids).await;
        let told =
            |(id, outcome): (String, Outcome)| json!({ "id": id, "outcome": outcome.word() });
        let results: Vec<Value> = sent.into_iter().map(told).collect();
        Ok(json!({ "results": results }))
    }

    fn close(&self, name: &SessionName) -> Result<Response, Problem> {
        let session = self.find(name)?;
        if self.app.0.registry.mode() == Mode::Shared {
            return Err(Problem::shared_stays());
        }
        self.require_write()?;
        tracing::info!(peer = %self.peer.address, session = %session.name(), "a session is closed on request");
        self.app.0.registry.close(&session);
        Ok(hyper::StatusCode::NO_CONTENT.into_response())
    }

    fn rename(&self, name: &SessionName, wishes: &Wishes) -> Result<Session, Problem> {
        let session = self.find(name)?;
        if self.app.0.registry.mode() != Mode::Named {
            return Err(Problem::name_stays());
        }
        self.require_write()?;
        let new = wishes.name()?.ok_or_else(Problem::no_name)?;
        self.app.0.registry.rename(&session, new)?;
        Ok(session)
    }

    fn find(&self, name: &SessionName) -> Result<Session, Problem> {
        let found = self.app.0.registry.find(name, self.user());
        found.ok_or_else(|| Problem::no_session(name))
    }

    fn model(&self, session: &Session) -> Value {
        model(session, &self.app, self.right())
    }

    fn require_write(&self) -> Result<(), Problem> {
        match self.right() {
            Right::Write => Ok(()),
            Right::View => {
                let (app, address) = (&self.app, self.peer.address);
                app.note_denied_to("read_only", address, &self.grant);
                Err(Problem::read_only())
            }
        }
    }

    fn right(&self) -> Right {
        self.app.right_of(&self.grant)
    }

    fn user(&self) -> Option<&str> {
        self.grant.user.as_deref()
    }

    fn refuse(&self, problem: Problem) -> Response {
        tracing::info!(peer = %self.peer.address, %problem, "an API request was refused");
        problem.into_response()
    }
}

/// A value as the body of an answer.
fn answer(value: Value) -> Response {
    let mut response = value.to_string().into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
