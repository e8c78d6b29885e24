//! What can go wrong, as Jupyter's clients are told of it: a status, and a JSON body with a `message`
//! for people. Of a request it repeats no more than a session's name.

use std::fmt;

use hyper::StatusCode;
use hyper::header::{self, HeaderName, HeaderValue};
use warp::reply::Response;

use crate::name::SessionName;
use crate::registry::{OpenError, RenameError};

use super::super::head::MAX_BODY;
use super::super::opening::Unopened;
use super::super::refusal::{in_json, refusal};
use super::super::watch::TooMany;

/// Why a request was not done.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    message: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            header: None,
        }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// The rest of the body is not waited for, so nothing else can come on the connection.
    fn last(self) -> Self {
        self.with(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// An address at which there is nothing.
    pub(super) fn nothing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing here")
    }

    /// A session that there is not, or not for who asks.
    pub(super) fn no_session(name: &SessionName) -> Self {
        let message = format!("Terminal not found: {name}");
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A method that is not offered, where these are.
    pub(super) fn method(offered: &'static str) -> Self {
        let message = format!("only {offered} are offered here");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
            .with(header::ALLOW, HeaderValue::from_static(offered))
    }

    /// A body that asks for what can't be.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A body without the name that it is about.
    pub(super) fn no_name() -> Self {
        Self::bad("\"name\" is missing: the new name of the terminal")
    }

    /// A body that is too large.
    pub(super) fn large() -> Self {
        let message = format!("the request's body is larger than {MAX_BODY} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message).last()
    }

    /// A body that did not come in time.
    pub(super) fn late() -> Self {
        let message = "the request's body did not come within --header-timeout";
        Self::new(StatusCode::REQUEST_TIMEOUT, message).last()
    }

    /// A body that ended too early.
    pub(super) fn cut_off() -> Self {
        Self::bad("the request's body is not whole").last()
    }

    /// Who asks may only look.
    pub(super) fn read_only() -> Self {
        let message = "this is read-only: only those who may type may ask for that";
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// The session that everybody shares can't be closed.
    pub(super) fn shared_stays() -> Self {
        let message = "everybody shares this terminal: it stays until its program ends";
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// Nor has it, or a viewer's own, another name.
    pub(super) fn name_stays() -> Self {
        let message = "terminals have names to be chosen only in --mode named";
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// What should not happen.
    pub(super) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "this went wrong")
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = in_json(refusal(self.status, &self.message));
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<Unopened> for Problem {
    fn from(unopened: Unopened) -> Self {
        let problem = Self::new(unopened.status(), unopened.to_string());
        match unopened.retry_after() {
            Some(wait) => problem.with(header::RETRY_AFTER, wait),
            None => problem,
        }
    }
}

impl From<TooMany> for Problem {
    fn from(many: TooMany) -> Self {
        let wait = many.0.as_secs().max(1);
        Self::new(StatusCode::TOO_MANY_REQUESTS, many.to_string())
            .with(header::RETRY_AFTER, wait.into())
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        Unopened::from(error).into()
    }
}

impl From<RenameError> for Problem {
    fn from(error: RenameError) -> Self {
        let status = match error {
            RenameError::Taken(_) => StatusCode::CONFLICT,
            RenameError::Secret => StatusCode::FORBIDDEN,
            RenameError::Gone => StatusCode::NOT_FOUND,
        };
        Self::new(status, error.to_string())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
