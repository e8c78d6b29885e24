//! The file of a recording while it is written, valid at each moment: no line crosses from one page of
//! the file into the next, and the kernel takes what lies in a page whole or not at all even where
//! webterm is killed meanwhile. It knows no session.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use ring::digest::{Context, SHA256};

use crate::asciicast::{self, Escaped, Event, Format, Header, TextKind, What};

/// The smallest page there is, in bytes.
const PAGE: usize = 4096;

/// So much is written before more is made, in bytes.
const PLENTY: usize = 16 * PAGE;

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
    /// The lines that are not yet in it.
    lines: Vec<u8>,
    /// What is in it, in bytes.
    written: u64,
    /// Where texts are escaped.
    memory: Vec<u8>,
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
            lines: Vec::new(),
            written: 0,
            memory: Vec::new(),
            hash: (hashing == Hashing::Sha256).then(|| Context::new(&SHA256)),
            header: line.len() as u64,
            at: Duration::ZERO,
            typist: None,
        };
        begun.add(&line)?;
        begun.flush()?;
        Ok(begun)
    }

    /// The bytes of it so far.
    pub(super) fn len(&self) -> u64 {
        self.written + self.lines.len() as u64
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
                self.add(&line)
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

    fn text(&mut self, kind: TextKind, text: &str) -> io::Result<()> {
        let mut memory = std::mem::take(&mut self.memory);
        let mut rest = Escaped::of(text, &mut memory);
        while !rest.is_empty() {
            let room = self.room();
            rest = self
                .codec
                .text_within(self.at, kind, rest, room, &mut self.lines);
            self.close_line()?;
        }
        self.memory = memory;
        Ok(())
    }

    /// Adds a line that can't be divided. One that is longer than a page (a header with a long command
    /// can be) begins a page, and is the only thing that a crash may cut.
    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let room = self.room();
        if line.len() > room && room < PAGE {
            self.codec.filler(room, &mut self.lines);
        }
        self.lines.extend_from_slice(line);
        self.close_line()
    }

    /// What has room in the last page, in bytes.
    fn room(&self) -> usize {
        PAGE - (self.len() % PAGE as u64) as usize
    }

    /// Leaves no rest of a page that is too small to be of use.
    fn close_line(&mut self) -> io::Result<()> {
        let room = self.room();
        if room < LEAST {
            asciicast::stretch(room, &mut self.lines);
            if self.lines.len() >= PLENTY {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Looks whether the file is still what was written: whoever types may be able to remove it, or to
    /// cut it off.
    pub(super) fn check(&self) -> io::Result<()> {
        let stat = rustix::fs::fstat(&self.file)?;
        if stat.st_nlink == 0 {
            return Err(io::Error::other("somebody has removed the file"));
        }
        if u64::try_from(stat.st_size).unwrap_or(0) != self.written {
            return Err(io::Error::other("somebody has changed the file"));
        }
        Ok(())
    }

    /// Writes what is not yet in the file. Where that fails, what was written up to a line's end stays.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let (done, outcome) = write_at(&self.file, &self.lines, self.written);
        let done = self.lines.get(..done).unwrap_or_default();
        let whole = match outcome {
            Ok(()) => done,
            Err(_) => up_to_last_line_end(done),
        };
        if let Some(hash) = &mut self.hash {
            hash.update(whole);
        }
        self.written += whole.len() as u64;
        self.lines.clear();
        outcome
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
        let written = self.written;
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

/// Writes what can be written at that place; gives how much it is, in bytes.
fn write_at(file: &File, bytes: &[u8], at: u64) -> (usize, io::Result<()>) {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match file.write_at(rest, at + done as u64) {
            Ok(0) => return (done, Err(io::ErrorKind::WriteZero.into())),
            Ok(more) => done += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (done, Err(error)),
        }
    }
    (done, Ok(()))
}

fn up_to_last_line_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    bytes
        .get(..end.map_or(0, |end| end + 1))
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
