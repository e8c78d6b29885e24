//! The file of a recording while it is written, valid at each moment: no line crosses from one page of
//! the file into the next, and what is written at once lies within a page, which the kernel takes
//! whole or not at all even where webterm is killed meanwhile. It knows no session.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use ring::digest::{Context, SHA256};

use crate::asciicast::{self, Event, Format, Header, TextKind, What};

/// What is written at once lies within so many bytes of the file that begin at a multiple of it: the
/// smallest page there is.
const PAGE: usize = 4096;

/// Where less than this is left of a page, in bytes, the last line is made longer: the next could be
/// one that can't be divided further, or has to fill the page.
const LEAST: usize = 96;

/// Whether the hash of a file is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hashing {
    /// It is.
    Sha256,
    /// It is not.
    Off,
}

/// A recording's file.
pub(super) struct CastFile {
    file: File,
    codec: asciicast::Writer,
    /// The lines of the last page.
    page: Vec<u8>,
    /// How much of them was written.
    written: usize,
    /// What lies before that page, in bytes.
    before: u64,
    hash: Option<Context>,
    /// Where the header ends, without which it is no recording.
    header: u64,
    /// The time of the last event.
    at: Duration,
    /// Who typed last, and is said to have typed what comes.
    typist: Option<Arc<str>>,
}

impl CastFile {
    /// Begins a recording in an empty file.
    pub(super) fn begin(
        file: File,
        format: Format,
        header: &Header,
        hashing: Hashing,
    ) -> io::Result<Self> {
        let mut line = Vec::new();
        let codec = asciicast::Writer::begin(format, header, &mut line);
        let mut begun = Self {
            file,
            codec,
            page: Vec::with_capacity(PAGE),
            written: 0,
            before: 0,
            hash: (hashing == Hashing::Sha256).then(|| Context::new(&SHA256)),
            header: line.len() as u64,
            at: Duration::ZERO,
            typist: None,
        };
        begun.add(line)?;
        begun.flush()?;
        Ok(begun)
    }

    /// The bytes of it so far.
    pub(super) fn len(&self) -> u64 {
        self.before + self.page.len() as u64
    }

    /// The time of its last event.
    pub(super) fn length(&self) -> Duration {
        self.at
    }

    /// Adds an event; what of it is not yet in the file is after [`CastFile::flush`].
    pub(super) fn event(&mut self, at: Duration, what: What<'_>) -> io::Result<()> {
        self.at = at;
        match what {
            What::Output(text) => self.text(TextKind::Output, &text),
            What::Input(text) => self.text(TextKind::Input, &text),
            What::Resize(_) | What::Marker(_) | What::Exit(_) => {
                let mut line = Vec::new();
                self.codec.event(&Event { at, what }, &mut line);
                self.add(line)
            }
        }
    }

    /// Adds what somebody typed; a marker before it says who, where that was another than the last.
    pub(super) fn input(&mut self, at: Duration, who: &Arc<str>, input: &[u8]) -> io::Result<()> {
        if self.typist.as_ref() != Some(who) {
            let label = asciicast::Label::Typing((&**who).into()).to_string();
            self.event(at, What::Marker(label.into()))?;
            self.typist = Some(Arc::clone(who));
        }
        self.event(at, What::Input(String::from_utf8_lossy(input)))
    }

    fn text(&mut self, kind: TextKind, mut text: &str) -> io::Result<()> {
        while !text.is_empty() {
            let room = PAGE - self.page.len();
            text = self
                .codec
                .text_within(self.at, kind, text, room, &mut self.page);
            self.close_line()?;
        }
        Ok(())
    }

    /// Adds a line that can't be divided. One that is longer than a page (a header with a long command
    /// can be) begins a page, and is the only thing that a crash may cut.
    fn add(&mut self, line: Vec<u8>) -> io::Result<()> {
        let room = PAGE - self.page.len();
        if line.len() > room && room < PAGE {
            self.codec.filler(room, &mut self.page);
            self.close_page()?;
        }
        let mut rest = line.as_slice();
        while rest.len() > PAGE {
            let (first, others) = rest.split_at(PAGE);
            self.page.extend_from_slice(first);
            self.close_page()?;
            rest = others;
        }
        self.page.extend_from_slice(rest);
        self.close_line()
    }

    /// Leaves no rest of a page that is too small to be of use.
    fn close_line(&mut self) -> io::Result<()> {
        let room = PAGE - self.page.len();
        if room < LEAST {
            asciicast::stretch(room, &mut self.page);
            self.close_page()?;
        }
        Ok(())
    }

    fn close_page(&mut self) -> io::Result<()> {
        self.flush()?;
        self.before += self.page.len() as u64;
        self.page.clear();
        self.written = 0;
        Ok(())
    }

    /// Looks whether the file is still what was written: whoever types may be able to remove it, or to
    /// cut it off.
    pub(super) fn check(&self) -> io::Result<()> {
        let stat = rustix::fs::fstat(&self.file)?;
        let written = self.before + self.written as u64;
        if stat.st_nlink == 0 {
            return Err(io::Error::other("somebody has removed the file"));
        }
        if u64::try_from(stat.st_size).unwrap_or(0) != written {
            return Err(io::Error::other("somebody has changed the file"));
        }
        Ok(())
    }

    /// Writes what is not yet in the file.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let new = self.page.get(self.written..).unwrap_or_default();
        if !new.is_empty() {
            let at = self.before + self.written as u64;
            self.file.write_all_at(new, at)?;
            if let Some(hash) = &mut self.hash {
                hash.update(new);
            }
            self.written = self.page.len();
        }
        Ok(())
    }

    /// Writes the rest, also to the disk; gives the hash in hexadecimal digits. Nothing comes after.
    pub(super) fn finish(&mut self) -> io::Result<Option<String>> {
        self.flush()?;
        self.file.sync_data()?;
        let hash = self.hash.clone();
        Ok(hash.map(|hash| hex(hash.finish().as_ref())))
    }

    /// Ends a recording that can't go on, and says in it why. Lines that were written whole stay as long
    /// as there is room behind them; else the last page makes room. Gives the file's size, and its hash
    /// in hexadecimal digits.
    pub(super) fn give_up(mut self, why: &str) -> io::Result<(u64, Option<String>)> {
        // What was not written wholly may be in the file in part.
        let written = self.before + self.written as u64;
        let mut line = Vec::new();
        let label = asciicast::Label::Incomplete(why.into()).to_string();
        let what = What::Marker(label.into());
        self.codec.event(&Event { at: self.at, what }, &mut line);
        let last_page = written.saturating_sub(1) / PAGE as u64 * PAGE as u64;
        let places = [written, last_page];
        let end = places
            .into_iter()
            .find_map(|at| self.put_last(&line, at).ok());
        let end = end.unwrap_or(written);
        self.file.set_len(end)?;
        let hash = match self.hash {
            Some(_) => Some(self.hash_of_all(end)?),
            None => None,
        };
        Ok((end, hash))
    }

    /// Puts the last line at a place between two lines; gives where it ends.
    fn put_last(&self, line: &[u8], at: u64) -> io::Result<u64> {
        if at < self.header {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.file.write_all_at(line, at)?;
        Ok(at + line.len() as u64)
    }

    fn hash_of_all(&self, end: u64) -> io::Result<String> {
        let (mut hash, mut at) = (Context::new(&SHA256), 0);
        let mut bytes = vec![0; 1 << 16];
        while at < end {
            let read = self.file.read_at(&mut bytes, at)?;
            if read == 0 {
                break;
            }
            hash.update(bytes.get(..read).unwrap_or_default());
            at += read as u64;
        }
        Ok(hex(hash.finish().as_ref()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
