//! A place and what may be done there. It knows the kernel's rights, not what gives them.

use std::os::fd::BorrowedFd;
use std::path::Path;

use landlock::{AccessFs, BitFlags, make_bitflags};

use super::place::Place;

/// What a terminal takes, or one of the devices that every program writes to.
pub(super) const DEVICE: BitFlags<AccessFs> =
    make_bitflags!(AccessFs::{ReadFile | WriteFile | Truncate | IoctlDev});

/// What writing is in a directory. Nodes of devices can't be made: who may (root) could reach a
/// disk by one.
pub(super) const WRITE: BitFlags<AccessFs> = make_bitflags!(AccessFs::{
    WriteFile | Truncate | RemoveDir | RemoveFile | MakeDir | MakeReg | MakeSock | MakeFifo | MakeSym
        | Refer | IoctlDev
});

pub(super) const READ: BitFlags<AccessFs> = make_bitflags!(AccessFs::{ReadFile | ReadDir});

/// A place, and what may be done there.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) place: Place,
    pub(super) rights: BitFlags<AccessFs>,
}

impl Rule {
    /// One for what is there; what is not, needs none.
    pub(super) fn new(path: &Path, rights: BitFlags<AccessFs>) -> Option<Self> {
        let place = Place::open(path).ok()?;
        Some(Self { place, rights })
    }

    /// Whether something may be written there.
    pub(super) fn lets_write(&self) -> bool {
        self.rights.contains(AccessFs::WriteFile)
    }

    /// As the kernel takes it.
    pub(super) fn parts(&self) -> (BorrowedFd<'_>, BitFlags<AccessFs>) {
        (self.place.fd(), self.rights & self.place.possible())
    }
}
