//! The recordings that there are, and what is told of each. All of it reads from a disk: none of it may
//! be called where nobody may wait.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::folder::{Folder, Stamp, is_held};
use super::reading::{self, Reading};
use super::stills::{self, Made, Stills};
use super::{End, RecordingId, Summary};

/// The largest summary that is read, in bytes.
const MOST_SUMMARY: u64 = 1024 * 1024;

/// Of a recording without summary so much is read, in bytes: a tenth of a second's work.
const MOST_READ: u64 = 32 * 1024 * 1024;

/// And so much for one list, in bytes: what is left is told with the next.
const MOST_AT_ONCE: u64 = 64 * 1024 * 1024;

/// The header of a recording that is still growing is read up to here, in bytes.
const MOST_HEADER: u64 = 1024 * 1024;

/// A file that was written to so lately is taken for one that is being recorded without looking for a
/// lock: who has just made it, and is about to lock it, should find nobody in the way.
const FRESH: Duration = Duration::from_secs(2);

/// The recordings of a directory. Clones are the same.
#[derive(Debug, Clone)]
pub struct Catalog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: Folder,
    known: Mutex<HashMap<RecordingId, Known>>,
    stills: Mutex<Stills>,
    /// Held by who makes a still.
    making: Mutex<()>,
}

/// What is known of a file, as long as it stays the same.
#[derive(Debug, Clone)]
struct Known {
    recording: Stamp,
    summary: Option<Stamp>,
    /// `None` where it is no recording.
    entry: Option<Entry>,
}

/// What is told of a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// What it is asked for by.
    pub id: String,
    /// The session's name; empty where that is not known.
    pub session: String,
    /// The command that ran.
    pub command: String,
    /// Its title.
    pub title: String,
    /// When it was begun, in seconds since 1970 (UTC).
    pub begun: u64,
    /// From the beginning to the last event, in seconds, where that is known.
    pub length: Option<f64>,
    /// The terminal's width.
    pub cols: u16,
    /// The terminal's height.
    pub rows: u16,
    /// The size of its file, in bytes.
    pub bytes: u64,
    /// Who typed.
    pub who: Vec<String>,
    /// Whether it holds what was typed.
    pub input: bool,
    /// How it ended, if it did.
    #[serde(flatten)]
    pub course: Course,
    /// The SHA-256 of its file in hexadecimal digits, where that was reckoned.
    pub sha256: Option<String>,
}

/// How a recording ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "course", rename_all = "lowercase")]
pub enum Course {
    /// It did not yet: it is being recorded now.
    Recording,
    /// With the command, whose status this is where that is known.
    Ended {
        /// Its own, or 128 and the signal's number.
        status: Option<i32>,
    },
    /// Before the command, for this reason.
    Incomplete {
        /// For people.
        reason: String,
    },
    /// It was cut off, as by a crash.
    Cut,
}

/// A recording's file, opened.
#[derive(Debug)]
pub struct Opened {
    /// The file, at its beginning.
    pub file: File,
    /// Its bytes when it was opened; it may be growing.
    pub bytes: u64,
    /// Tells it from what it was, or will be, at another time: for an entity tag.
    pub tag: String,
}

impl Catalog {
    /// The recordings of this directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            folder: Folder::open(path)?,
            known: Mutex::default(),
            stills: Mutex::default(),
            making: Mutex::default(),
        })))
    }

    /// All recordings, the newest first. What is not yet known of them is read, up to a bound.
    pub fn list(&self) -> io::Result<Vec<Entry>> {
        let names = self.0.folder.names()?;
        let ids: Vec<_> = names
            .iter()
            .filter_map(|name| RecordingId::of_file(name))
            .collect();
        let mut known = self.known();
        let mut before = std::mem::take(&mut *known);
        let mut allowance = MOST_AT_ONCE;
        for id in ids {
            if let Some(one) = self.0.look_at(&id, before.remove(&id), &mut allowance) {
                known.insert(id, one);
            }
        }
        let entries = known.values().filter_map(|known| known.entry.clone());
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by(|one, other| (other.begun, &other.id).cmp(&(one.begun, &one.id)));
        Ok(entries)
    }

    /// Opens a recording's file; `None` where there is none.
    pub fn file(&self, id: &RecordingId) -> Option<Opened> {
        let (file, stamp) = self.0.folder.file(&id.file())?;
        Some(Opened {
            file,
            bytes: stamp.bytes,
            tag: stamp.tag(),
        })
    }

    /// What is seen at the end of a recording, as the JSON of a picture; `None` where there is no such
    /// recording, or it would take too long to find out. One is made at a time, and that of a growing
    /// recording is some seconds old; what was made already waits for nobody.
    pub fn still(&self, id: &RecordingId) -> Option<Arc<str>> {
        self.still_at(id, Instant::now())
    }

    fn still_at(&self, id: &RecordingId, now: Instant) -> Option<Arc<str>> {
        let (file, stamp) = self.0.folder.file(&id.file())?;
        if let Some(kept) = self.stills().kept(id, stamp, now) {
            return kept.0;
        }
        let making = &self.0.making;
        let _turn = making.lock().unwrap_or_else(PoisonError::into_inner);
        // Another may have made it meanwhile.
        if let Some(kept) = self.stills().kept(id, stamp, now) {
            return kept.0;
        }
        let told = self.0.summary(id).filter(|told| told.end.is_some());
        let course = match told {
            Some(_) => stills::Course::Over,
            None => stills::Course::Open,
        };
        let is_short = stamp.bytes <= MOST_READ;
        let read = || is_short.then(|| reading::last_screen(&file)).flatten();
        let made = Made::of(told.and_then(|told| told.screen).or_else(read));
        self.stills().keep(id, stamp, course, &made, now);
        made.0
    }

    fn stills(&self) -> MutexGuard<'_, Stills> {
        let stills = &self.0.stills;
        stills.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<RecordingId, Known>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// What lies beside a recording.
    fn summary(&self, id: &RecordingId) -> Option<Summary> {
        let text = self.folder.text(&id.summary_file(), MOST_SUMMARY)?;
        Summary::parse(&text)
    }

    /// What there is to know of a file; `None` where there is no plain one, or reading it has to wait.
    fn look_at(
        &self,
        id: &RecordingId,
        before: Option<Known>,
        allowance: &mut u64,
    ) -> Option<Known> {
        let recording = self.folder.stamp(&id.file())?;
        let summary = self.folder.stamp(&id.summary_file());
        let is_same = |known: &Known| (known.recording, known.summary) == (recording, summary);
        // What goes on may end without another byte.
        let is_over = |known: &Known| !known.entry.as_ref().is_some_and(Entry::is_recording);
        if let Some(known) = before.filter(|known| is_same(known) && is_over(known)) {
            return Some(known);
        }
        let entry = match self.summary(id) {
            Some(told) if told.end.is_some() => Some(Entry::told(id, told, recording)),
            told => self.read(id, told, recording, allowance)?,
        };
        Some(Known {
            recording,
            summary,
            entry,
        })
    }

    /// Reads a recording of whose end nothing is told; `None` where that has to wait.
    #[expect(
        clippy::option_option,
        reason = "outside: wait; inside: it is no recording"
    )]
    fn read(
        &self,
        id: &RecordingId,
        told: Option<Summary>,
        stamp: Stamp,
        allowance: &mut u64,
    ) -> Option<Option<Entry>> {
        let (file, _) = self.folder.file(&id.file())?;
        let age = SystemTime::now()
            .duration_since(stamp.changed())
            .unwrap_or_default();
        let is_ours = told.is_some() || id.name().is_some();
        if is_ours && (age < FRESH || is_held(&file)) {
            let header = reading::header(&file, MOST_HEADER);
            return Some(Some(Entry::growing(id, told, header.as_ref(), stamp)));
        }
        let cost = stamp.bytes.min(MOST_READ);
        *allowance = allowance.checked_sub(cost)?;
        let reading = reading::read(&file, stamp.bytes, MOST_READ);
        Some(reading.map(|reading| Entry::read(id, told, reading, stamp)))
    }
}

impl Entry {
    fn is_recording(&self) -> bool {
        self.course == Course::Recording
    }

    /// As its summary tells it.
    fn told(id: &RecordingId, told: Summary, stamp: Stamp) -> Self {
        Self {
            id: id.to_string(),
            course: match told.end {
                Some(End::Exit(status)) => Course::Ended {
                    status: Some(status.into()),
                },
                Some(End::Incomplete(reason)) => Course::Incomplete { reason },
                None => Course::Cut,
            },
            session: told.session,
            command: told.command,
            title: told.title,
            begun: told.begun,
            length: Some(told.length),
            cols: told.cols,
            rows: told.rows,
            bytes: stamp.bytes,
            who: told.who,
            input: told.input,
            sha256: told.sha256,
        }
    }

    /// As far as that is known while it is being recorded.
    fn growing(
        id: &RecordingId,
        told: Option<Summary>,
        header: Option<&crate::asciicast::Header>,
        stamp: Stamp,
    ) -> Self {
        let begun = header.and_then(|header| header.begun);
        let mut told = told.unwrap_or_default();
        if let Some(header) = header {
            told.fill_in(id, header);
        }
        let since = UNIX_EPOCH + Duration::from_secs(begun.unwrap_or(u64::MAX >> 32));
        let length = stamp.changed().duration_since(since).ok();
        Self {
            length: length.map(|length| length.as_secs_f64()),
            course: Course::Recording,
            ..Self::told(id, told, stamp)
        }
    }

    /// As reading it has shown.
    fn read(id: &RecordingId, told: Option<Summary>, reading: Reading, stamp: Stamp) -> Self {
        let is_ours = told.is_some() || id.name().is_some();
        let mut told = told.unwrap_or_default();
        told.fill_in(id, &reading.header);
        told.input |= reading.input;
        if told.begun == 0 {
            let changed = stamp.changed().duration_since(UNIX_EPOCH);
            told.begun = changed.unwrap_or_default().as_secs();
        }
        if told.who.is_empty() {
            told.who = reading.who;
        }
        let course = match (reading.exit, reading.broken) {
            (Some(status), None) => Course::Ended {
                status: Some(status),
            },
            (_, Some(reason)) => Course::Incomplete { reason },
            (None, None) if is_ours => Course::Cut,
            (None, None) => Course::Ended { status: None },
        };
        Self {
            length: reading.length.map(|length| length.as_secs_f64()),
            cols: reading.size.cols(),
            rows: reading.size.rows(),
            course,
            ..Self::told(id, told, stamp)
        }
    }
}

impl Summary {
    /// Fills in what the recording's header tells, where nothing else does.
    fn fill_in(&mut self, id: &RecordingId, header: &crate::asciicast::Header) {
        let fill = |text: &mut String, other: Option<&str>| {
            if text.is_empty() {
                text.push_str(other.unwrap_or_default());
            }
        };
        fill(
            &mut self.session,
            id.name().as_ref().map(super::RecordingName::session),
        );
        fill(&mut self.command, header.command.as_deref());
        fill(&mut self.title, header.title.as_deref());
        if self.begun == 0 {
            self.begun = header.begun.unwrap_or(0);
        }
        if (self.cols, self.rows) == (0, 0) {
            (self.cols, self.rows) = (header.size.cols(), header.size.rows());
        }
    }
}

#[cfg(test)]
mod tests;
