//! What the kernel's Landlock is asked to hold back, and whether it can. It knows rights, not what
//! they are given for.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, make_bitflags,
};

use super::error::SandboxError;
use super::place::Purpose;
use super::rule::READ;
use super::{Allowed, Network};

/// What is held back wherever no rule allows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handled {
    /// This, or it is not begun.
    files: BitFlags<AccessFs>,
    /// This, too.
    tcp: BitFlags<AccessNet>,
    /// This where the kernel knows it.
    more: BitFlags<AccessFs>,
}

impl Handled {
    /// What is held back of a program that may do only what is `allowed`, if the kernel can.
    pub(super) fn of(allowed: &Allowed) -> Result<Self, SandboxError> {
        let write = AccessFs::from_write(ABI::V3);
        let asked = [
            (Purpose::Execute, &allowed.exec, AccessFs::Execute.into()),
            (Purpose::Read, &allowed.read, READ),
            (Purpose::Write, &allowed.write, write),
        ];
        let mut files = BitFlags::EMPTY;
        for (purpose, paths, rights) in asked {
            if paths.is_empty() {
                continue;
            }
            let (version, linux) = match purpose {
                Purpose::Execute | Purpose::Read => (1, "5.13"),
                // Before it, a file that can't be written to can be emptied.
                Purpose::Write => (3, "6.2"),
            };
            if !knows(rights) {
                return Err(lacking(purpose.option(), version, linux));
            }
            files |= rights;
        }
        let tcp = match allowed.network {
            Network::Open => BitFlags::EMPTY,
            Network::Closed => AccessNet::from_all(ABI::V4),
        };
        if !tcp.is_empty() && hard().handle_access(tcp).is_err() {
            return Err(lacking("--no-net", 4, "6.7"));
        }
        let more = match (files.is_empty(), files.contains(AccessFs::WriteFile)) {
            (true, _) => BitFlags::EMPTY,
            (false, true) => AccessFs::IoctlDev.into(),
            // Landlock lets nothing be linked or moved to another directory unless that is allowed.
            (false, false) => AccessFs::Refer.into(),
        };
        Ok(Self { files, tcp, more })
    }

    /// Whether moving files from anywhere to anywhere is to be as it was.
    pub(super) fn links_anywhere(self) -> bool {
        self.more.contains(AccessFs::Refer)
    }

    /// Says so where the kernel can't hold back commands to devices.
    pub(super) fn without_ioctl(self) -> Option<String> {
        let asked = self.more.contains(AccessFs::IoctlDev);
        (asked && !knows(AccessFs::IoctlDev)).then(|| {
            "this kernel (before Linux 6.10) lets the command control devices (ioctl) that --allow-write does not name"
                .to_owned()
        })
    }

    /// The kernel's own list of what is held back, and of what is allowed.
    pub(super) fn ruleset<'a>(
        self,
        rules: impl Iterator<Item = (BorrowedFd<'a>, BitFlags<AccessFs>)>,
    ) -> io::Result<OwnedFd> {
        let made = self.create(rules).map_err(io::Error::other)?;
        made.ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn create<'a>(
        self,
        rules: impl Iterator<Item = (BorrowedFd<'a>, BitFlags<AccessFs>)>,
    ) -> Result<Option<OwnedFd>, RulesetError> {
        let mut ruleset = hard();
        if !self.files.is_empty() {
            ruleset = ruleset.handle_access(self.files)?;
        }
        if !self.tcp.is_empty() {
            ruleset = ruleset.handle_access(self.tcp)?;
        }
        ruleset = ruleset.set_compatibility(CompatLevel::BestEffort);
        if !self.more.is_empty() {
            ruleset = ruleset.handle_access(self.more)?;
        }
        // What is held must not have others do it, nor end them: webterm, for one.
        let scopes = make_bitflags!(Scope::{AbstractUnixSocket | Signal});
        let mut ruleset = ruleset.scope(scopes)?.create()?;
        for (place, rights) in rules {
            let rights = rights & (self.files | self.more);
            if !rights.is_empty() {
                ruleset = ruleset.add_rule(PathBeneath::new(place, rights))?;
            }
        }
        Ok(ruleset.into())
    }
}

/// What an option takes that the kernel does not have.
fn lacking(option: &'static str, version: u8, linux: &'static str) -> SandboxError {
    let present = match knows(AccessFs::Execute) {
        true => "an older one",
        false => "none, or has it turned off (boot option lsm=)",
    };
    SandboxError::Unsupported {
        option,
        version,
        linux,
        present,
    }
}

/// A list of which all is held back, or it is not begun.
fn hard() -> Ruleset {
    Ruleset::default().set_compatibility(CompatLevel::HardRequirement)
}

/// Whether the kernel can hold all of these back.
fn knows(rights: impl Into<BitFlags<AccessFs>>) -> bool {
    hard().handle_access(rights.into()).is_ok()
}
