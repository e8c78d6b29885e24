//! The file of `--credential-file`: one `user:hash` a line. It knows no requests.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

use super::credential::{self, BadHash, BadLogin, Hash};

/// The most bytes that a file may have.
const MAX_FILE: u64 = 1024 * 1024;

/// A user whose password is known by its hash.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) user: String,
    pub(super) hash: Hash,
}

/// Why a credential file can't be taken. What its lines hold is never told.
#[derive(Debug, thiserror::Error)]
#[error("credential file {}: {fault}", path.display())]
pub struct BadFile {
    path: PathBuf,
    fault: Fault,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("cannot be read: {0}; make it with: (umask 077; htpasswd -nB USER > FILE)")]
    Unreadable(#[from] io::Error),
    #[error("is no plain file")]
    NoFile,
    #[error("others may read or write it; take that from them with chmod 600")]
    Open,
    #[error("belongs to another user; it must be yours, or root's")]
    Foreign,
    #[error("is larger than 1 MiB")]
    TooLarge,
    #[error("is not UTF-8")]
    NotUtf8,
    #[error("holds no user; write one user:hash a line, as htpasswd -nB USER prints it")]
    Empty,
    #[error("line {0}: no colon; write user:hash, as htpasswd -nB USER prints it")]
    NoColon(usize),
    #[error("line {0}: {1}")]
    User(usize, BadLogin),
    #[error("line {0}: {1}")]
    Hash(usize, BadHash),
    #[error("line {0}: the user has a password already")]
    Twice(usize),
}

/// Reads the file; every line must be sound, and none be of one of the `others`.
pub(super) fn read(path: &Path, others: &[Arc<str>]) -> Result<Vec<Entry>, BadFile> {
    let entries = text_of(path).and_then(|text| parse(&text, others));
    entries.map_err(|fault| BadFile {
        path: path.to_owned(),
        fault,
    })
}

/// The file's text, if nobody else may read it.
fn text_of(path: &Path) -> Result<String, Fault> {
    // Nothing to wait for, should it be a pipe: whoever waits here hears no signal to stop.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from)?;
    let file = File::from(file);
    let metadata = file.metadata()?;
    let own = rustix::process::geteuid().as_raw();
    match metadata {
        _ if !metadata.is_file() => return Err(Fault::NoFile),
        _ if metadata.mode() & 0o077 != 0 => return Err(Fault::Open),
        _ if ![own, 0].contains(&metadata.uid()) => return Err(Fault::Foreign),
        _ => {}
    }
    let mut text = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(Fault::TooLarge);
    }
    String::from_utf8(text).map_err(|_| Fault::NotUtf8)
}

/// Reads the lines; empty ones and those that begin with `#` say nothing.
fn parse(text: &str, others: &[Arc<str>]) -> Result<Vec<Entry>, Fault> {
    let mut users: HashSet<&str> = others.iter().map(|other| &**other).collect();
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        let (user, hash) = line.split_once(':').ok_or(Fault::NoColon(number))?;
        credential::check_user(user).map_err(|bad| Fault::User(number, bad))?;
        let hash = hash.parse().map_err(|bad| Fault::Hash(number, bad))?;
        if !users.insert(user) {
            return Err(Fault::Twice(number));
        }
        let user = user.to_owned();
        entries.push(Entry { user, hash });
    }
    match entries.is_empty() {
        true => Err(Fault::Empty),
        false => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HASH: &str = "$2y$04$eM9pQ2FI6QB0A.pSFF70/.XAcAZEdT5i9JR37lzzcGfObx3jxbv7.";

    fn fault(text: &str) -> String {
        parse(text, &["carol".into()]).unwrap_err().to_string()
    }

    #[test]
    fn a_line_is_a_user_and_a_hash() {
        let text = format!("# who may come\n\nalice:{HASH}\r\nbob ü:{HASH}\n");
        let users: Vec<_> = parse(&text, &[])
            .unwrap()
            .into_iter()
            .map(|e| e.user)
            .collect();
        assert_eq!(users, ["alice", "bob ü"]);
    }

    #[test]
    fn r14_what_is_wrong_is_told_by_line_and_never_shown() {
        let good = format!("alice:{HASH}\n");
        for (text, expected) in [
            ("", "holds no user"),
            ("# nobody\n", "holds no user"),
            ("\nhunter2\n", "line 2: no colon"),
            (":hunter2", "line 1: the user name is missing"),
            ("bob:hunter2", "line 1: no bcrypt or argon2 hash"),
            ("bob:{SHA}hunter2", "line 1: no bcrypt or argon2 hash"),
            (
                &format!("{good}{good}"),
                "line 2: the user has a password already",
            ),
            (
                &format!("carol:{HASH}"),
                "line 1: the user has a password already",
            ),
        ] {
            let fault = fault(text);
            assert!(fault.starts_with(expected), "{text}: {fault}");
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let path = std::env::temp_dir().join(format!("webterm-pipe-{}", std::process::id()));
        let mode = Mode::RUSR | Mode::WUSR;
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
        let read = read(&path, &[]);
        std::fs::remove_file(&path).unwrap();
        let fault = read.unwrap_err().to_string();
        assert!(fault.ends_with("is no plain file"), "{fault}");
    }

    proptest! {
        #[test]
        fn r41_no_text_panics_the_reader(text in "([a-z]{0,3}:?(\\$2y\\$04\\$)?.{0,20}\n?){0,5}") {
            let _ = parse(&text, &[]);
        }
    }
}
