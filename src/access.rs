//! Who may do what: decisions from plain facts about a request. It knows no web framework.

mod book;
mod credential;
mod credential_file;
mod facts;
mod header;
mod link;
mod pass;
mod secret;
mod source;
mod throttle;
mod turns;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use crate::right::{Right, Sight};
use crate::source::Source;

use book::{Book, Found, User};
use header::{Authorization, Shown};
use link::{Doors, NoWay, Way};
use pass::{Pass, Passes};
use throttle::{Throttle, Turn};

pub use credential::{BadLogin, Credential, Login, check_password};
pub use credential_file::BadFile;
pub use facts::{Act, Admission, Client, Denial, Facts, Grant};
pub use link::{Link, Links};
pub use pass::PassId;
pub use source::{BadSource, Hosts, OriginPattern};

/// Where a browser is given a pass: at the pages that people open.
const PAGES: [&str; 3] = ["/", "/sessions/", "/recordings/"];

/// What is asked of those who come.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What everyone may do at most.
    pub right: Right,
    /// The names that requests may be for.
    pub hosts: Hosts,
    /// Other sites whose pages may come.
    pub origins: Vec<OriginPattern>,
    /// What a page's address must begin with.
    pub links: Links,
    /// Users with passwords that were given plainly.
    pub credentials: Vec<Credential>,
    /// A file of users with hashes.
    pub credential_file: Option<PathBuf>,
    /// The users who may look at all sessions.
    pub watchers: Vec<String>,
}

impl Rules {
    /// Whether a password is asked for.
    pub fn ask_for_password(&self) -> bool {
        !self.credentials.is_empty() || self.credential_file.is_some()
    }

    /// Whether whoever reaches the server still has to know something.
    pub fn ask_for_secret(&self) -> bool {
        self.ask_for_password() || matches!(self.links, Links::Secret(_))
    }
}

/// Decides who is let in.
#[derive(Debug)]
pub struct Access {
    right: Right,
    hosts: Hosts,
    origins: Vec<OriginPattern>,
    doors: Doors,
    watchers: Vec<String>,
    book: Book,
    passes: Passes,
    throttle: Mutex<Throttle>,
    changed: watch::Sender<()>,
}

impl Access {
    /// Makes the rules effective; fails where the credential file can't be taken.
    pub fn new(rules: Rules) -> Result<Self, BadFile> {
        Ok(Self {
            right: rules.right,
            hosts: rules.hosts,
            origins: rules.origins,
            doors: Doors::new(&rules.links),
            watchers: rules.watchers,
            book: Book::new(&rules.credentials, rules.credential_file)?,
            passes: Passes::new(Instant::now()),
            throttle: Mutex::default(),
            changed: watch::Sender::new(()),
        })
    }

    /// What everyone may do at most.
    pub fn most(&self) -> Right {
        self.right
    }

    /// The names that requests may be for.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Decides on a request. That a login failed is told with a delay.
    pub async fn admit<'a>(&self, facts: &Facts<'a>) -> Result<Admission<'a>, Denial> {
        let host = source::check_host(&self.hosts, &facts.hosts)?;
        let way = self
            .doors
            .enter(facts.path)
            .map_err(|no_way| match no_way {
                NoWay::Nothing => Denial::Nothing,
                NoWay::NoSlash => Denial::NoSlash(format!("{}/", facts.path)),
            })?;
        source::check_origin(facts.scheme, host, &self.origins, &facts.origins)?;
        self.check_sender(facts)?;
        let shown = self.shown_pass(facts);
        if shown
            .as_ref()
            .is_some_and(|pass| self.passes.is_ended(pass.id))
        {
            return Err(Denial::ThrownOut);
        }
        let (pass, cookie) = match shown {
            Some(pass) if self.suffices(&pass, facts) => (Some(pass), None),
            _ => {
                let user = self.log_in(facts).await?;
                self.new_pass(user, facts, way)
            }
        };
        Ok(Admission {
            grant: self.grant(pass, way, facts),
            base: way.base,
            cookie,
        })
    }

    /// Whether what was granted is still so (requirement R34).
    pub fn holds(&self, grant: &Grant) -> bool {
        grant.pass.as_ref().is_none_or(|pass| {
            Instant::now() < pass.until
                && !self.passes.is_ended(pass.id)
                && pass.user.as_ref().is_none_or(|user| self.book.knows(user))
        })
    }

    /// Ends a pass: whoever shows it is not let in any more.
    pub fn revoke(&self, pass: PassId) {
        self.passes.end(pass, Instant::now());
        self.changed.send_replace(());
    }

    /// Whether there is a file that [`Access::reload`] reads anew.
    pub fn has_file(&self) -> bool {
        self.book.has_file()
    }

    /// Reads the credential file anew; where it can't be taken, the users stay as they were.
    pub fn reload(&self) -> Result<(), BadFile> {
        self.book.reload()?;
        self.changed.send_replace(());
        Ok(())
    }

    /// Tells that something which was granted may not hold any more.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// A browser names the page that a WebSocket or a change comes from; without it nothing speaks
    /// for the request but what proves who sent it (requirement R3). A cookie is no such proof:
    /// browsers send it by themselves.
    fn check_sender(&self, facts: &Facts<'_>) -> Result<(), Denial> {
        if facts.act == Act::Fetch || !facts.origins.is_empty() {
            return Ok(());
        }
        if facts.client == Client::Browser {
            return Err(Denial::NoOrigin);
        }
        let proves = match self.book.is_empty() {
            false => !facts.authorizations.is_empty(),
            true => self.doors.are_secret() || facts.peer.to_canonical().is_loopback(),
        };
        match proves || facts.certificate.is_some() {
            true => Ok(()),
            false if self.book.is_empty() => Err(Denial::Stranger),
            false => Err(Denial::NoLogin),
        }
    }

    /// The pass that a request shows.
    fn shown_pass(&self, facts: &Facts<'_>) -> Option<Pass> {
        let name = cookie_name(facts);
        let now = Instant::now();
        header::cookies(&facts.cookies, &name).find_map(|text| self.passes.read(text, now))
    }

    /// Whether a pass lets its bearer in. Without an origin it does not, see
    /// [`Self::check_sender`].
    fn suffices(&self, pass: &Pass, facts: &Facts<'_>) -> bool {
        match &pass.user {
            Some(_) if facts.act == Act::Change && facts.origins.is_empty() => false,
            Some(user) => self.book.knows(user),
            None => self.book.is_empty(),
        }
    }

    /// The user that a request proves to come from; nobody where nothing is asked for.
    async fn log_in(&self, facts: &Facts<'_>) -> Result<Option<User>, Denial> {
        if self.book.is_empty() {
            return Ok(None);
        }
        let shown = match Authorization::read(&facts.authorizations) {
            Authorization::None => return Err(Denial::NoLogin),
            Authorization::Basic(shown) => Some(shown),
            Authorization::Broken => None,
        };
        let source = Source::of(facts.peer);
        let (wait, delay) = match self.throttle().begin(source, Instant::now()) {
            Turn::Granted { wait, delay } => (wait, delay),
            Turn::Refused(time) => return Err(Denial::TooMany(time)),
        };
        tokio::time::sleep(wait).await;
        match self.check(shown, source).await {
            Found::User(user) => {
                self.throttle().succeeded(source, Instant::now());
                Ok(Some(user))
            }
            Found::Nobody => {
                tokio::time::sleep(delay).await;
                Err(Denial::BadLogin)
            }
            Found::Busy => {
                self.throttle().succeeded(source, Instant::now());
                Err(Denial::Busy)
            }
        }
    }

    async fn check(&self, shown: Option<Shown>, source: Source) -> Found {
        match shown {
            Some(shown) => self.book.check(&shown.user, &shown.password, source).await,
            None => Found::Nobody,
        }
    }

    /// A pass for who comes to the page without one, where anything is asked for at all.
    fn new_pass(
        &self,
        user: Option<User>,
        facts: &Facts<'_>,
        way: Way<'_>,
    ) -> (Option<Pass>, Option<String>) {
        let asked = !self.book.is_empty() || self.doors.are_secret();
        if !asked {
            return (None, None);
        }
        let pass = self.passes.issue(user, Instant::now());
        let path = facts.path.get(way.base.len()..).unwrap_or_default();
        let is_page = facts.act == Act::Fetch && PAGES.contains(&path);
        let cookie = is_page.then(|| set_cookie(facts, way, &self.passes.write(&pass)));
        (Some(pass), cookie)
    }

    fn grant(&self, pass: Option<Pass>, way: Way<'_>, facts: &Facts<'_>) -> Grant {
        let user = pass.as_ref().and_then(|pass| pass.user.as_ref());
        let by_user = user.map_or(Right::Write, |user| user.right);
        let name = user.map(|user| Arc::clone(&user.name));
        let user = name.or_else(|| facts.certificate.clone());
        Grant {
            right: self.right.min(way.right).min(by_user),
            sight: way.sight.max(self.sight_of(user.as_deref())),
            user,
            agent: facts.agent.clone(),
            pass,
        }
    }

    /// Which sessions a user sees, whatever way he comes by.
    fn sight_of(&self, user: Option<&str>) -> Sight {
        let watches = |user| self.watchers.iter().any(|watcher| watcher == user);
        match user.is_some_and(watches) {
            true => Sight::All,
            false => Sight::Told,
        }
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cookie's name. Cookies do not know ports: each server on a machine needs a name of its own.
/// The prefix has browsers take it over TLS and from this very host alone (RFC 6265bis, 4.1.3).
fn cookie_name(facts: &Facts<'_>) -> String {
    match facts.scheme {
        "https" => format!("__Host-webterm-{}", facts.port),
        _ => format!("webterm-{}", facts.port),
    }
}

/// The header that gives a browser its pass.
fn set_cookie(facts: &Facts<'_>, way: Way<'_>, pass: &str) -> String {
    let name = cookie_name(facts);
    let seconds = pass::LIFETIME.as_secs();
    let (path, secure) = match facts.scheme {
        "https" => ("", "; Secure"),
        _ => (way.base, ""),
    };
    format!("{name}={pass}; Path={path}/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests;
