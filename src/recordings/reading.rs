//! What is told of a recording that nobody wrote a summary of: it is read for that, up to a bound. It
//! knows no directory.

use std::fs::File;
use std::io::{BufReader, Read};
use std::time::Duration;

use crate::asciicast::{BadCast, Event, Header, Label, Reader, What};
use crate::screen::{Picture, Screen};
use crate::size::TermSize;

/// The most who type that are told of.
const MOST_WHO: usize = 50;

/// What was read of a recording.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) header: Header,
    /// From the beginning to the last event; `None` where not all was read.
    pub(super) length: Option<Duration>,
    /// The last size.
    pub(super) size: TermSize,
    /// The status that the command ended with.
    pub(super) exit: Option<i32>,
    /// Whether it holds what was typed.
    pub(super) input: bool,
    /// Who typed.
    pub(super) who: Vec<String>,
    /// Why it was not recorded, or can't be read, to its end.
    pub(super) broken: Option<String>,
}

/// Reads what is said of a recording before its first event.
pub(super) fn header(file: &File, most: u64) -> Option<Header> {
    let reader = Reader::begin(BufReader::new(file.take(most))).ok()?;
    Some(reader.header().clone())
}

/// Reads a recording of `bytes` bytes, but at most `most` of them; `None` where it is none.
pub(super) fn read(file: &File, bytes: u64, most: u64) -> Option<Reading> {
    let mut reader = Reader::begin(BufReader::new(file.take(most))).ok()?;
    let header = reader.header().clone();
    let mut reading = Reading {
        size: header.size,
        header,
        length: None,
        exit: None,
        input: false,
        who: Vec::new(),
        broken: None,
    };
    let mut last = Duration::ZERO;
    let end = each(&mut reader, |event| {
        last = event.at;
        reading.note(event.what);
    });
    if bytes <= most {
        reading.length = Some(last);
        reading.broken = end.err().map(|bad| bad.to_string()).or(reading.broken);
    }
    Some(reading)
}

impl Reading {
    fn note(&mut self, what: What<'_>) {
        self.exit = what.status().or(self.exit);
        match what {
            What::Output(_) | What::Exit(_) => {}
            What::Input(_) => self.input = true,
            What::Resize(size) => self.size = size,
            What::Marker(label) => match Label::parse(&label) {
                Some(Label::Typing(who)) => {
                    let is_known = self.who.iter().any(|known| *known == who);
                    if !is_known && self.who.len() < MOST_WHO {
                        self.who.push(who.into_owned());
                    }
                }
                Some(Label::Incomplete(reason)) => self.broken = Some(reason.into_owned()),
                Some(Label::Exit(_)) | None => {}
            },
        }
    }
}

/// What is seen at the end of a recording, or where it can't be read any further.
pub(super) fn last_screen(file: &File) -> Option<Picture> {
    let mut reader = Reader::begin(BufReader::new(file)).ok()?;
    let mut screen = Screen::new(reader.header().size, 0);
    let mut passed = String::new();
    let _ = each(&mut reader, |event| {
        passed.clear();
        match event.what {
            What::Output(text) => screen.feed(text.as_bytes(), &mut passed),
            What::Resize(size) => drop(screen.resize(size, &mut passed)),
            What::Input(_) | What::Marker(_) | What::Exit(_) => {}
        }
        // Nobody is asked for answers here.
        drop(screen.take_answers());
    });
    Some(screen.picture())
}

fn each<R: std::io::BufRead>(
    reader: &mut Reader<R>,
    mut note: impl FnMut(Event<'static>),
) -> Result<(), BadCast> {
    while let Some(event) = reader.next_event()? {
        note(event);
    }
    Ok(())
}
