//! The thread that writes the log: whole lines, many at a time, each time followed by a sync. What
//! fails is tried again until it works. It knows nothing of what is written.

use std::sync::Arc;
use std::time::Duration;

use super::desk::{Desk, Entry, Pause, Work};
use super::event::Event;
use super::file::{OpenError, Past, Sink};
use super::scribe::Scribe;
use super::{AuditOptions, Binding, Hash};

/// The most events that are written at once.
const BATCH: usize = 512;

/// How long after a failure it is tried again (requirement R25).
const RETRY: Duration = Duration::from_secs(1);

/// What is written, and to where.
#[derive(Debug)]
pub(super) struct Writer {
    desk: Arc<Desk>,
    options: AuditOptions,
    sink: Sink,
    scribe: Scribe,
    /// What ends a line that was torn, until it is written.
    begin: &'static [u8],
    is_failing: bool,
}

impl Writer {
    /// Opens the log.
    pub(super) fn open(options: &AuditOptions, desk: Arc<Desk>) -> Result<Self, OpenError> {
        let (sink, past) = Sink::open(&options.target, options.binding)?;
        let mut writer = Self {
            desk,
            options: options.clone(),
            sink,
            scribe: Scribe {
                number: 0,
                hash: match options.binding {
                    Binding::Loose => None,
                    Binding::Chained => Some(Hash::ZERO),
                },
            },
            begin: b"",
            is_failing: false,
        };
        let opened = writer.go_on(past);
        writer.desk.first(opened);
        Ok(writer)
    }

    /// Writes until the log is closed.
    pub(super) fn run(mut self) {
        loop {
            let goes_on = match self.desk.take(BATCH) {
                Work::Entries(entries) => self.enter(entries),
                Work::Reopen => match self.reopen() {
                    Some(opened) => self.enter(vec![opened]),
                    None => Goes::On,
                },
                Work::None => Goes::Over,
            };
            let goes_on = match goes_on {
                Goes::On => self.replace(),
                Goes::Over => Goes::Over,
            };
            if goes_on == Goes::Over {
                return self.desk.done();
            }
        }
    }

    /// Goes on in a new file where somebody has removed the present one.
    fn replace(&mut self) -> Goes {
        if !self.sink.is_removed() {
            return Goes::On;
        }
        tracing::error!("somebody has removed the audit log, with all that was in it");
        match self.reopen() {
            Some(opened) => self.enter(vec![opened]),
            None => Goes::On,
        }
    }

    /// Writes events, however long it takes.
    fn enter(&mut self, mut entries: Vec<Entry>) -> Goes {
        let mut done = 0;
        let mut is_last = false;
        loop {
            // The same as at the try before, unless the file is another.
            let mut scribe = self.scribe.clone();
            let mut bytes = self.begin.to_vec();
            for entry in &entries {
                scribe.write(entry, &mut bytes);
            }
            let Err(error) = self.sink.write(&bytes, &mut done) else {
                self.scribe = scribe;
                self.begin = b"";
                self.has_written();
                return Goes::On;
            };
            self.has_failed(&error);
            self.settle(&mut entries, &bytes, &mut done);
            if is_last {
                return Goes::Over;
            }
            match self.desk.pause(RETRY) {
                Pause::Over => {}
                Pause::Closing => is_last = true,
                Pause::Reopen => {
                    if let Some(opened) = self.reopen() {
                        done = 0;
                        // A file that could not be opened to the end is not heard of again.
                        entries.retain(|entry| !matches!(entry.event, Event::LogOpened { .. }));
                        entries.insert(0, opened);
                    }
                }
            }
        }
    }

    /// Forgets the events whose lines were written where others were not, if these are whole.
    fn settle(&mut self, entries: &mut Vec<Entry>, bytes: &[u8], done: &mut usize) {
        let written = bytes.get(..*done).unwrap_or_default();
        let lines = written.get(self.begin.len()..).unwrap_or_default();
        if !written.ends_with(b"\n") {
            return;
        }
        let count = lines.iter().filter(|byte| **byte == b'\n').count();
        let mut same = Vec::new();
        for entry in entries.drain(..count.min(entries.len())) {
            self.scribe.write(&entry, &mut same);
        }
        self.begin = b"";
        *done = 0;
    }

    fn has_written(&mut self) {
        if let Err(error) = self.sink.sync() {
            return self.has_failed(&error);
        }
        if self.is_failing {
            self.is_failing = false;
            tracing::warn!("the audit log is written again");
        }
    }

    /// Said once, for it goes on for as long as it does.
    fn has_failed(&mut self, error: &std::io::Error) {
        if !self.is_failing {
            self.is_failing = true;
            tracing::error!(%error, "the audit log is not written; it is tried again each second");
        }
    }

    /// Goes on in the file that has the log's name by now, if it is another; gives its first line.
    fn reopen(&mut self) -> Option<Entry> {
        match self.sink.reopen(&self.options.target, self.options.binding) {
            Ok(Some((sink, past))) => {
                self.sink = sink;
                tracing::info!("the audit log goes on in a new file");
                Some(self.go_on(past))
            }
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "the audit log stays in the file that was renamed");
                None
            }
        }
    }

    /// Takes up a file that ended so; gives the first line to write.
    fn go_on(&mut self, past: Past) -> Entry {
        self.scribe.number = self.scribe.number.max(past.number);
        if let (Some(hash), Some(before)) = (&mut self.scribe.hash, past.hash) {
            *hash = before;
        }
        self.begin = match past.is_torn {
            true => b"\n",
            false => b"",
        };
        Entry::now(Event::LogOpened {
            previous: self.scribe.hash,
            gap: past.gap,
        })
    }
}

/// Whether there will be more to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Over,
}
