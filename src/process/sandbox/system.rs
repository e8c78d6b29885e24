//! What a program needs of a Linux system to start and to be of use, whatever else it is kept from.
//! It knows file names, not what is allowed.

use std::path::{Path, PathBuf};

use super::file::{self, Kind};

/// Devices that tell nothing of others: `/dev/tty` is always a program's own terminal.
pub(super) const DEVICES: [&str; 6] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
];

/// Devices that anything may be written to.
pub(super) const WRITABLE_DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];

/// Where a system keeps its programs, with their libraries and data.
const SYSTEM: [&str; 7] = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
];

/// Data below them, which is no program: also terminfo and locales, where they are kept apart.
const DATA: [&str; 4] = [
    "/usr/share",
    "/usr/lib/locale",
    "/usr/lib/terminfo",
    "/lib/terminfo",
];

/// Settings that programs read at their start, and look names up in. None of them is a secret.
const SETTINGS: [&str; 24] = [
    "/etc/alternatives",
    "/etc/bash.bashrc",
    "/etc/bashrc",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/inputrc",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/shells",
    "/etc/ssl/certs",
    "/etc/terminfo",
    "/etc/vim",
    "/etc/zsh",
];

/// What may be read where any program may be executed: the whole system, but nothing of its users.
pub(super) fn everything() -> Vec<PathBuf> {
    SYSTEM.iter().chain(&SETTINGS).map(PathBuf::from).collect()
}

/// What may be read where only some programs may be executed: no directory of programs, for a loader
/// can be told to load any program that it can read. The libraries are those beside the `loaders`.
pub(super) fn data(loaders: &[PathBuf]) -> Vec<PathBuf> {
    let fixed = DATA.iter().chain(&SETTINGS).map(PathBuf::from);
    let libraries = loaders.iter().filter_map(|loader| loader.parent());
    let libraries = libraries.flat_map(|dir| {
        let below = dir.strip_prefix("/").unwrap_or(dir);
        [dir.to_owned(), Path::new("/usr").join(below)]
    });
    fixed.chain(libraries).collect()
}

/// The loaders that these program files name, links followed. A directory may hold programs of any
/// kind, so for one it is the loaders that the system has.
pub(super) fn loaders(files: &[&Path]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = files
        .iter()
        .flat_map(|file| match file::kind(file) {
            Kind::Dynamic(loader) => vec![loader],
            Kind::Static => Vec::new(),
            Kind::Script(interpreter) => match file::kind(&interpreter) {
                Kind::Dynamic(loader) => vec![loader],
                Kind::Static | Kind::Script(_) | Kind::Unknown => Vec::new(),
            },
            Kind::Unknown => installed(),
        })
        .filter_map(|loader| loader.canonicalize().ok())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The loaders that the system has: `ld-linux-x86-64.so.2`, `ld-musl-aarch64.so.1` and the like, where
/// the ABIs of all machines put them.
fn installed() -> Vec<PathBuf> {
    let in_directory = |dir| std::fs::read_dir(dir).into_iter().flatten().flatten();
    let is_loader = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("ld") && name.contains(".so")
    };
    ["/lib", "/lib32", "/lib64", "/libx32"]
        .into_iter()
        .flat_map(in_directory)
        .map(|entry| entry.path())
        .filter(is_loader)
        .collect()
}
