//! What the options name, opened: whether it can be meant, and what it takes besides. It knows
//! places and what is in files, not how the kernel is told.

use std::path::{Path, PathBuf};

use landlock::{AccessFs, BitFlags};

use super::Allowed;
use super::error::SandboxError;
use super::file::{self, Kind};
use super::place::{self, Place, Purpose};
use super::rule::{DEVICE, READ, Rule, WRITE};
use super::system;

/// What the options name.
#[derive(Debug)]
pub(super) struct Named {
    exec: Vec<Place>,
    read: Vec<Place>,
    write: Vec<Place>,
}

impl Named {
    pub(super) fn open(allowed: &Allowed) -> Result<Self, SandboxError> {
        Ok(Self {
            exec: Place::all(Purpose::Execute, &allowed.exec)?,
            read: Place::all(Purpose::Read, &allowed.read)?,
            write: Place::all(Purpose::Write, &allowed.write)?,
        })
    }

    /// Refuses a command that is not allowed, and programs that can't be run with what is.
    pub(super) fn check(&self, command: Option<&Path>) -> Result<(), SandboxError> {
        if self.exec.is_empty() {
            return Ok(());
        }
        // Where there is no such command, its start says so.
        let command = command.and_then(|path| path.canonicalize().ok());
        if let Some(path) = command.as_ref().filter(|path| !holds(&self.exec, path)) {
            return Err(SandboxError::Command(path.clone()));
        }
        let files = self.exec.iter().map(|place| &place.path);
        files
            .chain(&command)
            .try_for_each(|file| self.check_script(file))
    }

    fn check_script(&self, file: &Path) -> Result<(), SandboxError> {
        let Kind::Script(interpreter) = file::kind(file) else {
            return Ok(());
        };
        match interpreter.canonicalize() {
            Ok(interpreter) if !holds(&self.exec, &interpreter) => {
                let script = file.to_owned();
                Err(SandboxError::Interpreter {
                    script,
                    interpreter,
                })
            }
            // One that is not there makes the script fail by itself.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Says of what may be executed and can be written to as well that it is a way round.
    pub(super) fn writable(&self) -> Option<String> {
        let may_write = |place: &&Place| {
            let allowed = self.write.is_empty() || holds(&self.write, &place.path);
            allowed && place.is_writable()
        };
        let found: Vec<&Place> = self.exec.iter().filter(may_write).collect();
        let first = found.first()?;
        let more = match found.len() {
            1 => String::new(),
            number => format!(" (and {} more that --allow-exec names)", number - 1),
        };
        Some(format!(
            "what the command writes to {:?}{more} it may execute; say by --allow-write where else it may write",
            first.path
        ))
    }

    /// What programs need besides to start and to be of use.
    pub(super) fn needed(&self, command: Option<&Path>) -> Vec<Rule> {
        let files: Vec<&Path> = match self.exec.is_empty() {
            true => command.into_iter().collect(),
            false => self.exec.iter().map(|place| place.path.as_path()).collect(),
        };
        let loaders = system::loaders(&files);
        let mut rules = Vec::new();
        let mut allow = |path: &Path, rights: BitFlags<AccessFs>| {
            rules.extend(Rule::new(path, rights));
        };
        if !self.exec.is_empty() {
            let execute = |loader: &PathBuf| allow(loader, AccessFs::Execute.into());
            loaders.iter().for_each(execute);
        }
        if !self.read.is_empty() {
            let system = match self.exec.is_empty() {
                true => system::everything(),
                false => system::data(&loaders),
            };
            let devices = system::DEVICES.map(PathBuf::from);
            let needed = system.iter().chain(&loaders).chain(&devices);
            let needed = needed.map(PathBuf::as_path).chain(files);
            needed.for_each(|path| allow(path, READ));
        }
        if !self.write.is_empty() {
            let devices = system::WRITABLE_DEVICES.map(Path::new);
            devices.iter().for_each(|path| allow(path, DEVICE));
        }
        rules
    }

    /// What is allowed by its name.
    pub(super) fn into_rules(self) -> impl Iterator<Item = Rule> {
        let named = [
            (self.exec, AccessFs::Execute.into()),
            (self.read, READ),
            (self.write, WRITE),
        ];
        named.into_iter().flat_map(|(places, rights)| {
            let rule = move |place| Rule { place, rights };
            places.into_iter().map(rule)
        })
    }
}

/// Whether it is one of `places`, or in one.
fn holds(places: &[Place], path: &Path) -> bool {
    let above: Vec<_> = path.ancestors().filter_map(place::identity).collect();
    places.iter().any(|place| above.contains(&place.identity))
}
