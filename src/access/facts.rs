//! What is known of a request, and what can come of it. It decides nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::right::{Right, Sight};
use crate::who::Who;

use super::pass::{Pass, PassId};
use super::source::BadSource;

/// What sent a request, as far as it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// A browser, which says from which page a request comes wherever it matters.
    Browser,
    /// Another program, which has no pages.
    Program,
}

/// What a request is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It fetches something.
    Fetch,
    /// It opens a WebSocket, or changes something.
    Change,
}

/// The facts of a request that are decided on. Headers are the values of all that have this name.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The address of the other end of the connection.
    pub peer: IpAddr,
    /// The scheme that is spoken: `http` or `https`.
    pub scheme: &'a str,
    /// The port of the server.
    pub port: u16,
    /// The name in the client's certificate, if it had to show one.
    pub certificate: Option<Arc<str>>,
    /// The path.
    pub path: &'a str,
    /// `Host`.
    pub hosts: Vec<&'a [u8]>,
    /// `Origin`.
    pub origins: Vec<&'a [u8]>,
    /// `Authorization`.
    pub authorizations: Vec<&'a [u8]>,
    /// `Cookie`.
    pub cookies: Vec<&'a [u8]>,
    /// What sent it.
    pub client: Client,
    /// What that calls itself, in `User-Agent`.
    pub agent: Option<Arc<str>>,
    /// What it is about to do.
    pub act: Act,
}

/// What somebody who was let in may do.
#[derive(Debug, Clone)]
pub struct Grant {
    /// What he may do.
    pub right: Right,
    /// Which sessions he sees.
    pub sight: Sight,
    /// His name, if he had to give one.
    pub user: Option<Arc<str>>,
    /// What the program calls itself that he came with. Nothing is decided by it.
    pub agent: Option<Arc<str>>,
    pub(super) pass: Option<Pass>,
}

impl Grant {
    /// His pass, where anything is asked for.
    pub fn pass(&self) -> Option<PassId> {
        self.pass.as_ref().map(|pass| pass.id)
    }

    /// Who he is, at this address.
    pub fn who(&self, address: SocketAddr) -> Who {
        Who {
            user: self.user.clone(),
            address: Some(address.ip()),
        }
    }
}

/// A request that may pass.
#[derive(Debug)]
pub struct Admission<'a> {
    /// What its sender may do.
    pub grant: Grant,
    /// What the path begins with that is not ours to route: empty, or `/word`.
    pub base: &'a str,
    /// A `Set-Cookie` to answer with.
    pub cookie: Option<String>,
}

/// Why a request is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// For where it is for or where it comes from.
    #[error(transparent)]
    Source(#[from] BadSource),
    /// There is nothing there, or the secret word is wrong: nobody can tell.
    #[error("there is nothing here")]
    Nothing,
    /// The secret word is right; the page is at this path.
    #[error("the page is one slash further")]
    NoSlash(String),
    /// A browser sent it without saying from which page.
    #[error("a browser's request without an Origin header is not let in here")]
    NoOrigin,
    /// A program sent it from another machine, and nothing proves that it may.
    #[error(
        "without an Origin header only programs on this machine and ones that log in are let in"
    )]
    Stranger,
    /// A user and a password are asked for.
    #[error("a user and a password are needed")]
    NoLogin,
    /// What was shown is no user's.
    #[error("the user or the password is wrong")]
    BadLogin,
    /// Too many logins failed; the next is looked at after so long.
    #[error("too many logins failed; try again later")]
    TooMany(Duration),
    /// Too many logins are looked at; nothing was wrong with this one.
    #[error("too many people are logging in; try again in a few seconds")]
    Busy,
    /// The host threw him out.
    #[error("the host of this terminal has thrown you out")]
    ThrownOut,
}
