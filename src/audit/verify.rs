//! Looks whether a chained log is as it was written, and the recordings that it names. It changes
//! nothing.
//!
//! What a chain shows: that no line was changed, taken out of the middle or put in, unless all lines
//! from there on were made anew. That was not done, nor lines cut off at the end, where the chain
//! still holds a hash that was noted elsewhere.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};
use serde::Deserialize;

use super::chain::{self, Gap, Hash, Measure};

/// Why a log is not taken for what was written.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// It can't be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The log.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// No line has a hash.
    #[error(
        "{0}: no line of it carries a hash; only a log that --audit-chain wrote can be verified"
    )]
    Unchained(PathBuf),
    /// Something was done to it.
    #[error("{path}: line {line} {fault}")]
    Broken {
        /// The log.
        path: PathBuf,
        /// The first line that is not as it was written, counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The hash that was noted is not in it.
    #[error(
        "{0}: no line carries the hash that was expected: lines were cut off at the end, or all \
         from some line on were made anew"
    )]
    Unexpected(PathBuf),
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its hash is not that of its content and the line before.
    #[error("was changed (or the line before it was, and was given a new hash)")]
    Changed,
    /// Lines are missing in front of it.
    #[error(
        "does not follow the line before it: {0} missing between them (or its number was changed)"
    )]
    Missing(Lines),
    /// It is not in its place.
    #[error("was inserted, or is not where it was")]
    Inserted,
    /// The log does not begin where one begins.
    #[error("does not begin a log: the lines before it were cut off")]
    Beheaded,
    /// What it says stood before it does not.
    #[error("follows something else than what it says: what stood there was changed or taken out")]
    Gap,
    /// The log ends within it.
    #[error("was cut off")]
    CutOff,
}

/// So many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines(pub u64);

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            1 => f.write_str("a line is"),
            count => write!(f, "{count} lines are"),
        }
    }
}

/// What a log is found to be that is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many of its lines are chained.
    pub lines: u64,
    /// When the first of them was written.
    pub from: String,
    /// When the last was.
    pub to: String,
    /// The hash that the first goes on from: zeros where the chain begins here.
    pub begins: Hash,
    /// The hash of the last.
    pub ends: Hash,
    /// The line that carries the hash that was expected, if one was.
    pub expected: Option<u64>,
    /// What else should be known.
    pub notes: Vec<Note>,
    /// The recordings that it names.
    pub recordings: Vec<Found>,
}

/// Something that a person should know of a log that is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// So many bytes before this line are in no chain; their hash is, and they are as they were.
    Gap(u64, u64),
    /// At this line it says that so many events were not entered.
    Lost(u64, u64),
}

/// A recording that the log names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file as the log names it.
    pub file: String,
    /// How it is found.
    pub kept: Kept,
}

/// How a recording is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// As it was when it was ended.
    Intact,
    /// Not as it was.
    Changed,
    /// Neither where it was, nor beside the log.
    Missing,
    /// webterm itself removed it, as the log says.
    Removed,
    /// The log holds no hash of it.
    Unhashed,
}

/// What is read of a line.
#[derive(Debug, Deserialize)]
struct Known {
    seq: u64,
    #[serde(default)]
    time: String,
    #[serde(default)]
    event: String,
    previous: Option<Hash>,
    gap: Option<Gap>,
    file: Option<String>,
    sha256: Option<String>,
    count: Option<u64>,
}

impl Known {
    fn begins(&self) -> Option<Hash> {
        self.previous.filter(|_| self.event == "log_opened")
    }
}

/// Looks whether a log is as it was written; and whether a line of it carries this hash, if one is
/// `expected`.
pub fn verify(path: &Path, expected: Option<Hash>) -> Result<Report, Unverified> {
    let unreadable = |reason| Unverified::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut lines = BufReader::new(file);
    let mut reader = Reader::new(expected);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            break;
        }
        let read = reader.read(&line);
        read.map_err(|(line, fault)| broken(path, line, fault))?;
    }
    let (mut report, named) = reader.end(path)?;
    if expected.is_some() && report.expected.is_none() {
        return Err(Unverified::Unexpected(path.to_owned()));
    }
    let beside = path.parent().unwrap_or(Path::new(""));
    report.recordings = named.iter().map(|one| one.find(beside)).collect();
    Ok(report)
}

fn broken(path: &Path, line: u64, fault: Fault) -> Unverified {
    Unverified::Broken {
        path: path.to_owned(),
        line,
        fault,
    }
}

/// A recording as the log tells of it.
struct Named {
    file: String,
    sha256: Option<String>,
    is_removed: bool,
}

/// A line of a chain that was read.
struct Last {
    number: u64,
    hash: Hash,
}

/// What is between two lines of the chain.
struct Between {
    line: u64,
    measure: Measure,
    fault: Fault,
}

/// Reads a log line by line.
struct Reader {
    expected: Option<Hash>,
    /// The line that is read, counted from 1.
    line: u64,
    last: Option<Last>,
    between: Option<Between>,
    report: Report,
    named: Vec<Named>,
}

impl Reader {
    fn new(expected: Option<Hash>) -> Self {
        Self {
            expected,
            line: 0,
            last: None,
            between: None,
            report: Report {
                lines: 0,
                from: String::new(),
                to: String::new(),
                begins: Hash::ZERO,
                ends: Hash::ZERO,
                expected: None,
                notes: Vec::new(),
                recordings: Vec::new(),
            },
            named: Vec::new(),
        }
    }

    /// Reads the next line, with its end if it has one.
    fn read(&mut self, line: &[u8]) -> Result<(), (u64, Fault)> {
        self.line += 1;
        let body = line.strip_suffix(b"\n");
        let known = body.and_then(chain::split).and_then(|(content, hash)| {
            let object = [content, b"}"].concat();
            let known = serde_json::from_slice::<Known>(&object).ok()?;
            Some((content, hash, known))
        });
        match known {
            Some((content, hash, known)) => self.take(content, hash, known),
            None => {
                self.skip(line);
                Ok(())
            }
        }
    }

    /// A line of no chain: a later one may say that it was there.
    fn skip(&mut self, line: &[u8]) {
        let expected = match &self.last {
            Some(last) => format!("{{\"seq\":{},", last.number + 1),
            None => "{\"seq\":".to_owned(),
        };
        let looks_changed = line.starts_with(expected.as_bytes());
        let fault = match (line.ends_with(b"\n"), looks_changed) {
            (false, _) => Fault::CutOff,
            (true, true) => Fault::Changed,
            (true, false) => Fault::Inserted,
        };
        let between = self.between.get_or_insert_with(|| Between {
            line: self.line,
            measure: Measure::new(),
            fault,
        });
        between.measure.add(line);
    }

    fn take(&mut self, content: &[u8], hash: Hash, known: Known) -> Result<(), (u64, Fault)> {
        let here = self.line;
        let fault = |fault| Err((here, fault));
        let between = self.between.take();
        let has_gap = between.is_some();
        let first = between.as_ref().map_or(here, |between| between.line);
        let kind = between.as_ref().map_or(Fault::Gap, |between| between.fault);
        let gap = between.and_then(|between| between.measure.gap());
        let (previous, next) = match (&self.last, known.begins()) {
            (Some(last), _) => (last.hash, last.number + 1),
            (None, Some(previous)) => (previous, known.seq),
            // What is in front of it was not in the chain, or no longer is.
            (None, None) if has_gap => return Err((first, kind)),
            (None, None) => return fault(Fault::Beheaded),
        };
        let is_linked = Hash::link(&previous, content) == hash;
        if gap != known.gap {
            return match (is_linked, has_gap) {
                (false, false) => fault(Fault::Changed),
                (true, false) => fault(Fault::Gap),
                (_, true) => Err((first, kind)),
            };
        }
        if known.seq > next && !has_gap {
            return fault(Fault::Missing(Lines(known.seq - next)));
        }
        if known.seq < next {
            return fault(Fault::Inserted);
        }
        let names_other = known.event == "log_opened" && known.previous != Some(previous);
        if !is_linked || names_other {
            return fault(Fault::Changed);
        }
        self.accept(hash, previous, known);
        Ok(())
    }

    /// Takes a line that is as it was written.
    fn accept(&mut self, hash: Hash, previous: Hash, known: Known) {
        let report = &mut self.report;
        if self.last.is_none() {
            report.begins = previous;
            report.from = known.time.clone();
        }
        report.lines += 1;
        report.to = known.time;
        report.ends = hash;
        if self.expected == Some(hash) {
            report.expected = Some(self.line);
        }
        if let Some(gap) = known.gap {
            report.notes.push(Note::Gap(self.line, gap.bytes));
        }
        match (known.event.as_str(), known.file, known.count) {
            ("events_lost", _, Some(count)) => report.notes.push(Note::Lost(self.line, count)),
            ("recording_ended", Some(file), _) => self.named.push(Named {
                file,
                sha256: known.sha256,
                is_removed: false,
            }),
            ("recording_removed", Some(file), _) => {
                let mut named = self.named.iter_mut();
                if let Some(named) = named.find(|named| named.file == file) {
                    named.is_removed = true;
                }
            }
            _ => {}
        }
        let number = known.seq;
        self.last = Some(Last { number, hash });
    }

    fn end(self, path: &Path) -> Result<(Report, Vec<Named>), Unverified> {
        if self.last.is_none() {
            return Err(Unverified::Unchained(path.to_owned()));
        }
        match self.between {
            Some(between) => Err(broken(path, between.line, between.fault)),
            None => Ok((self.report, self.named)),
        }
    }
}

impl Named {
    /// Looks for it where it was, and beside the log.
    fn find(&self, beside: &Path) -> Found {
        let file = Path::new(&self.file);
        let other = file.file_name().map(|name| beside.join(name));
        let places = [Some(file.to_owned()), other];
        let found = places.into_iter().flatten().find(|path| path.is_file());
        let kept = match (found, &self.sha256) {
            (None, _) if self.is_removed => Kept::Removed,
            (None, _) => Kept::Missing,
            (Some(_), None) => Kept::Unhashed,
            (Some(path), Some(sha256)) => match hash_of(&path) {
                Ok(hash) if hash.to_string() == *sha256 => Kept::Intact,
                // What can't be read can't be taken for what it was.
                Ok(_) | Err(_) => Kept::Changed,
            },
        };
        Found {
            file: self.file.clone(),
            kept,
        }
    }
}

/// A file's SHA-256.
fn hash_of(path: &Path) -> io::Result<Hash> {
    let mut reader = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let mut context = Context::new(&SHA256);
    loop {
        let read = reader.fill_buf()?;
        if read.is_empty() {
            return Ok(context.into());
        }
        context.update(read);
        let count = read.len();
        reader.consume(count);
    }
}

#[cfg(test)]
mod tests;
