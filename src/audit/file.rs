//! Where the log is written to: a file of our own, or standard output; and how it goes on where it
//! ended. It knows no event.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags};
use serde::Deserialize;

use super::chain::{self, Gap, Hash, Measure};
use super::{Binding, Target};

/// How much of a file's end is read at first to find its last line.
const TAIL: u64 = 256 * 1024;

/// How long to wait for a reader of standard output that does not take more.
const BACK_OFF: Duration = Duration::from_millis(20);

/// The lowest number of a descriptor that is ours.
const FIRST: i32 = 3;

/// Why a log can't be written.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is a link.
    #[error("--audit-log {0}: it is a symbolic link; name the file that it leads to")]
    Link(PathBuf),
    /// It is a directory, a pipe, a device.
    #[error("--audit-log {0}: it is no regular file; name one, or - for standard output")]
    NotAFile(PathBuf),
    /// It is somebody else's.
    #[error("--audit-log {0}: it belongs to another user; name a file of your own")]
    Foreign(PathBuf),
    /// Others may write to it.
    #[error("--audit-log {0}: others may write to it; take that away with: chmod go-w {0}")]
    Shared(PathBuf),
    /// Another process writes to it.
    #[error("--audit-log {0}: another webterm writes to it; give each a file of its own")]
    Busy(PathBuf),
    /// Standard output leads nowhere.
    #[error("--audit-log -: standard output is closed, or /dev/null; lead it to where it is kept")]
    Nowhere,
    /// Something else.
    #[error("--audit-log {path}: {reason}; name a file in a directory that you may write to")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Standard output can't be had.
    #[error("--audit-log -: {0}")]
    Output(#[source] io::Error),
    /// There is no thread to write it.
    #[error("the audit log can't be written: {0}")]
    Thread(#[source] io::Error),
}

/// Where lines are written to.
#[derive(Debug)]
pub(super) struct Sink {
    file: File,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A file that only we write to.
    Own,
    /// Whatever standard output is.
    Stream,
}

/// How a file ended that is gone on with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Past {
    /// The number of its last line; 0 where it has none.
    pub(super) number: u64,
    /// The hash of its last line that has one.
    pub(super) hash: Option<Hash>,
    /// What stands behind that line, in a chain; else what stands behind the last whole line.
    pub(super) gap: Option<Gap>,
    /// Whether its last line has no end.
    pub(super) is_torn: bool,
}

impl Sink {
    /// Opens the log, and finds how it ended.
    pub(super) fn open(target: &Target, binding: Binding) -> Result<(Self, Past), OpenError> {
        match target {
            Target::Output => Ok((Self::output()?, Past::default())),
            Target::File(path) => {
                let file = open(path)?;
                let kind = Kind::Own;
                own(&file, path)?;
                let past = past(&file, binding);
                let past = past.map_err(|reason| failed(path, reason))?;
                Ok((Self { file, kind }, past))
            }
        }
    }

    /// Opens the log again, if its name is another file's by now.
    pub(super) fn reopen(
        &self,
        target: &Target,
        binding: Binding,
    ) -> Result<Option<(Self, Past)>, OpenError> {
        let Target::File(path) = target else {
            return Ok(None);
        };
        let place = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let (old, new) = (self.file.metadata(), std::fs::symlink_metadata(path));
        match (old.map(place), new.map(place)) {
            (Ok(old), Ok(new)) if old == new => Ok(None),
            _ => Self::open(target, binding).map(Some),
        }
    }

    /// Standard output, under a number of its own.
    fn output() -> Result<Self, OpenError> {
        let output = rustix::io::fcntl_dupfd_cloexec(io::stdout(), FIRST);
        let file = File::from(output.map_err(|error| OpenError::Output(error.into()))?);
        let metadata = file.metadata().map_err(OpenError::Output)?;
        // Where it is closed, a process of Rust's finds this in its place (std's start).
        let null = std::fs::metadata("/dev/null").ok();
        let is_device = metadata.file_type().is_char_device();
        if is_device && null.is_some_and(|null| null.rdev() == metadata.rdev()) {
            return Err(OpenError::Nowhere);
        }
        let kind = Kind::Stream;
        Ok(Self { file, kind })
    }

    /// Writes what is left of these lines, of which `done` bytes are written already. Where that
    /// fails, a file holds whole lines all the same: what was written of the last is taken back, if it
    /// can be.
    pub(super) fn write(&mut self, bytes: &[u8], done: &mut usize) -> io::Result<()> {
        let before = match self.kind {
            Kind::Own if *done == 0 => Some(self.file.metadata()?.len()),
            Kind::Own | Kind::Stream => None,
        };
        while let Some(rest) = bytes.get(*done..).filter(|rest| !rest.is_empty()) {
            match self.file.write(rest) {
                Ok(0) => {
                    return Err(self.failed(bytes, before, done, io::ErrorKind::WriteZero.into()));
                }
                Ok(count) => *done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(BACK_OFF);
                }
                Err(error) => return Err(self.failed(bytes, before, done, error)),
            }
        }
        Ok(())
    }

    fn failed(
        &mut self,
        bytes: &[u8],
        before: Option<u64>,
        done: &mut usize,
        error: io::Error,
    ) -> io::Error {
        let Some(before) = before.filter(|_| *done > 0) else {
            return error;
        };
        let written = bytes.get(..*done).unwrap_or_default();
        let last = written.iter().rposition(|byte| *byte == b'\n');
        let whole = last.map_or(0, |last| last + 1);
        let end = before + whole as u64;
        // Who has cut it meanwhile has taken it back for us.
        let length = self.file.metadata().map(|metadata| metadata.len());
        let is_taken_back = match length {
            Ok(length) if length > end => self.file.set_len(end).is_ok(),
            Ok(_) => true,
            Err(_) => false,
        };
        if is_taken_back {
            *done = whole;
        }
        error
    }

    /// Whether nothing leads to it any more, so that nobody will ever read it.
    pub(super) fn is_removed(&self) -> bool {
        let metadata = self.file.metadata();
        self.kind == Kind::Own && metadata.is_ok_and(|metadata| metadata.nlink() == 0)
    }

    /// Waits until the disk has it.
    pub(super) fn sync(&self) -> io::Result<()> {
        match self.kind {
            Kind::Own => self.file.sync_data(),
            Kind::Stream => Ok(()),
        }
    }
}

/// Opens a file to write to its end; makes it where there is none.
fn open(path: &Path) -> Result<File, OpenError> {
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600);
    options.custom_flags(flags.bits().cast_signed());
    options.open(path).map_err(|reason| {
        let path_is_link = std::fs::symlink_metadata(path).is_ok_and(|at| at.is_symlink());
        match reason.kind() {
            _ if path_is_link => OpenError::Link(path.to_owned()),
            io::ErrorKind::IsADirectory => OpenError::NotAFile(path.to_owned()),
            _ => failed(path, reason),
        }
    })
}

/// Whether a file is one that nobody else writes to (requirement R30).
fn own(file: &File, path: &Path) -> Result<(), OpenError> {
    let metadata = file.metadata().map_err(|reason| failed(path, reason))?;
    let path = path.to_owned();
    if !metadata.is_file() {
        return Err(OpenError::NotAFile(path));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(OpenError::Foreign(path));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(OpenError::Shared(path));
    }
    // It ends with the last descriptor: a file that was renamed is free when it is closed.
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => Err(OpenError::Busy(path)),
        // Some file systems have no locks.
        Ok(()) | Err(_) => Ok(()),
    }
}

fn failed(path: &Path, reason: io::Error) -> OpenError {
    OpenError::File {
        path: path.to_owned(),
        reason,
    }
}

/// How a file ended.
fn past(file: &File, binding: Binding) -> io::Result<Past> {
    let length = file.metadata()?.len();
    let begin = length.saturating_sub(TAIL);
    let (past, is_found) = scan(file, begin, binding)?;
    match is_found || begin == 0 {
        true => Ok(past),
        false => scan(file, 0, binding).map(|(past, _)| past),
    }
}

/// What is read of a line whatever it says.
#[derive(Deserialize)]
struct Numbered {
    seq: u64,
}

/// How a file ended, as its lines from this place on tell it; and whether they do.
fn scan(file: &File, begin: u64, binding: Binding) -> io::Result<(Past, bool)> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(begin))?;
    let mut line = Vec::new();
    let mut at = begin;
    if begin > 0 {
        // It is the rest of a line, mostly.
        at += reader.read_until(b'\n', &mut line)? as u64;
    }
    let mut past = Past::default();
    let (mut behind, mut is_found) = (at, false);
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line)?;
        if count == 0 {
            break;
        }
        at += count as u64;
        let Some(body) = line.strip_suffix(b"\n") else {
            past.is_torn = true;
            break;
        };
        if let Ok(Numbered { seq }) = serde_json::from_slice(body) {
            past.number = past.number.max(seq);
        }
        let hash = chain::split(body).map(|(_, hash)| hash);
        if hash.is_some() || binding == Binding::Loose {
            past.hash = hash.or(past.hash);
            behind = at;
            is_found = true;
        }
    }
    let mut measure = Measure::new();
    reader.seek(SeekFrom::Start(behind))?;
    let mut block = vec![0; 64 * 1024];
    loop {
        let count = reader.read(&mut block)?;
        match block.get(..count) {
            Some(read) if count > 0 => measure.add(read),
            _ => break,
        }
    }
    if past.is_torn {
        // That the next line begins on its own is the first thing to be written.
        measure.add(b"\n");
    }
    past.gap = measure.gap();
    Ok((past, is_found))
}
