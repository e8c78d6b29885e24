//! What a program, and everything below it, may execute, read, write and connect to: held by the
//! kernel (Landlock, and for the network a namespace of its own). It knows nothing of what the
//! program is connected to, and holds back nothing of webterm itself.

mod error;
mod file;
mod kernel;
mod named;
mod place;
mod rule;
mod system;

use std::io;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};

use landlock::AccessFs;

use super::child::{Fence, rehearse};
use super::program::Program;

use kernel::Handled;
use named::Named;
use rule::{DEVICE, Rule};

pub use error::SandboxError;

/// What a program may do, by the names that were given. Where a list is empty, nothing of its kind
/// is held back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The program files that it may execute, alone or by their directories.
    pub exec: Vec<PathBuf>,
    /// What it may read, besides what every program needs to start.
    pub read: Vec<PathBuf>,
    /// What it may write, besides its terminal and `/dev/null`.
    pub write: Vec<PathBuf>,
    /// Whether it may use the network.
    pub network: Network,
}

/// Whether a program may use the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Network {
    /// It may.
    #[default]
    Open,
    /// It has none.
    Closed,
}

impl Allowed {
    /// Whether nothing is held back.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// The confines of a program. What it names was opened once and for all: whoever is in there can't
/// move it elsewhere by a link, and what takes its name later is not allowed.
#[derive(Debug)]
pub struct Sandbox {
    handled: Handled,
    rules: Vec<Rule>,
    network: Network,
    warnings: Vec<String>,
}

impl Sandbox {
    /// Confines `program` to what is `allowed`, or says why that can't be done here, or can't be
    /// meant. Nothing is started, but the child's part is rehearsed.
    pub fn build(allowed: &Allowed, program: &Program) -> Result<Self, SandboxError> {
        let handled = Handled::of(allowed)?;
        let named = Named::open(allowed)?;
        let command = program.find().ok();
        named.check(command.as_deref())?;
        let warnings = named.writable().into_iter().chain(handled.without_ioctl());
        let warnings = warnings.collect();
        let mut rules = named.needed(command.as_deref());
        if handled.links_anywhere() {
            rules.extend(Rule::new(Path::new("/"), AccessFs::Refer.into()));
        }
        rules.extend(named.into_rules());
        let sandbox = Self {
            handled,
            rules,
            network: allowed.network,
            warnings,
        };
        sandbox.rehearse()?;
        Ok(sandbox)
    }

    /// What has to be said of it, though it holds.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether the program may write to what lies at this path, or below it, by an option that names it
    /// or what it lies in.
    pub fn lets_write(&self, path: &Path) -> bool {
        let path = reached(path);
        let mut writable = self.rules.iter().filter(|rule| rule.lets_write());
        writable.any(|rule| path.starts_with(&rule.place.path))
    }

    /// What holds the next program, which is to have this terminal, and no other.
    pub(crate) fn fence(&self, terminal: Option<BorrowedFd<'_>>) -> io::Result<Fence> {
        let places = self.rules.iter().map(Rule::parts);
        let terminal = terminal.map(|fd| (fd, DEVICE));
        let ruleset = self.handled.ruleset(places.chain(terminal))?;
        Ok(Fence::new(ruleset, self.network))
    }

    /// A kernel may know what is asked for, and yet refuse it to a process of this user.
    fn rehearse(&self) -> Result<(), SandboxError> {
        let fence = self.fence(None).map_err(SandboxError::System)?;
        match (rehearse(fence), self.network) {
            (Ok(()), _) => Ok(()),
            (Err(reason), Network::Closed) => Err(SandboxError::Network(reason)),
            (Err(reason), Network::Open) => Err(SandboxError::System(reason)),
        }
    }
}

/// Where a path leads, links followed; what is not there yet lies in a directory that may be.
fn reached(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut there = whole.ancestors().filter_map(|part| {
        let rest = whole.strip_prefix(part).ok()?;
        Some(part.canonicalize().ok()?.join(rest))
    });
    there.next().unwrap_or(whole.clone())
}

#[cfg(test)]
mod tests;
