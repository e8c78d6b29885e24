//! The model of the viewers' terminal, and the gate that the program's output passes on its way to
//! them: one pass decodes, obeys and decides what viewers are given. It knows bytes in and text
//! out, and nothing of sessions, viewers or files.
//!
//! What a sequence does here is what it does in xterm.js 6.0.0 (MIT licence), from whose source the
//! behaviour was learned.

mod buffer;
mod cell;
mod charset;
mod gate;
mod line;
mod modes;
mod palette;
mod params;
mod parser;
mod picture;
mod reader;
mod rgb;
mod snapshot;
mod spell;
mod store;
mod style;
mod tabs;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod width;

pub use picture::{Columns, Look, Picture, Run, Tint};
pub use rgb::Rgb;
pub use theme::{DARK, LIGHT, Theme};

use crate::size::TermSize;
use gate::Out;
use parser::Parser;
use terminal::Terminal;

/// How much is taken at once, so that the tables are looked through now and then within a long
/// output.
const PIECE: usize = 1 << 16;
/// What stands for bytes that are no character.
const REPLACEMENT: &str = "\u{fffd}";
/// xterm.js drops it wherever it stands, so nobody gets it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a change of size has made of the viewers' terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resized {
    /// They are as the model is, once they were given what was passed.
    Settled,
    /// They may be in a state that no output brings about, and need a snapshot.
    Unsettled,
}

/// A terminal's screen as its viewers have it, kept up to date by the program's output.
#[derive(Debug, Clone)]
pub struct Screen {
    terminal: Terminal,
    parser: Parser,
    /// The first bytes of a character whose end is still to come.
    unfinished: Vec<u8>,
    out: Out,
}

impl Screen {
    /// An empty screen, keeping `scrollback` lines of what scrolls out.
    pub fn new(size: TermSize, scrollback: usize) -> Self {
        Self {
            terminal: Terminal::new(size, scrollback),
            parser: Parser::new(),
            unfinished: Vec::new(),
            out: Out::default(),
        }
    }

    /// Changes the colours that programs are told when they ask; at first they are the dark theme.
    pub fn set_theme(&mut self, theme: Theme) {
        self.terminal.palette.set_theme(theme);
    }

    /// Takes program output, any bytes, cut anywhere, and appends to `passed` what viewers are to
    /// be given: whole characters and whole sequences.
    pub fn feed(&mut self, output: &[u8], passed: &mut String) {
        for piece in output.chunks(PIECE) {
            self.decode(piece, passed);
            self.terminal.drop_unused();
        }
    }

    /// The program ended: an unfinished character is replaced, an unfinished sequence dropped.
    pub fn finish(&mut self, passed: &mut String) {
        if !std::mem::take(&mut self.unfinished).is_empty() {
            self.read(REPLACEMENT, passed);
        }
        self.parser.abort();
    }

    /// Changes the size as xterm.js does, wrapping long lines anew, and appends to `passed` what
    /// viewers are to be given after they have done the same: it undoes what no output could have
    /// brought about.
    #[must_use = "viewers may need a snapshot"]
    pub fn resize(&mut self, size: TermSize, passed: &mut String) -> Resized {
        let aftermath = self.terminal.resize(size);
        if aftermath.renews {
            return Resized::Unsettled;
        }
        snapshot::repair(&self.terminal, &aftermath, passed);
        Resized::Settled
    }

    /// The size in force.
    pub fn size(&self) -> TermSize {
        self.terminal.size
    }

    /// The title that the program set, "" if none.
    pub fn title(&self) -> &str {
        &self.terminal.title
    }

    /// The answers to the program's questions since the last call, in their order, to be typed into
    /// it.
    pub fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out.answers)
    }

    /// A string that brings a terminal of the same size to this state, a fresh one or one that
    /// shows anything else, even in the middle of a sequence. At most `scrollback` lines above the
    /// screen come with it.
    pub fn snapshot(&self, scrollback: usize) -> String {
        snapshot::snapshot(&self.terminal, scrollback)
    }

    /// What a person sees of it now.
    pub fn picture(&self) -> Picture {
        picture::picture(&self.terminal)
    }

    /// Decodes UTF-8. Each maximal part of a character that can't become one is replaced.
    fn decode(&mut self, mut bytes: &[u8], passed: &mut String) {
        while let (false, Some((&first, rest))) = (self.unfinished.is_empty(), bytes.split_first())
        {
            self.unfinished.push(first);
            match std::str::from_utf8(&self.unfinished) {
                Ok(_) => {
                    let whole = String::from_utf8(std::mem::take(&mut self.unfinished));
                    self.read(&whole.unwrap_or_default(), passed);
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => {
                    // The new byte doesn't belong to the character: it is looked at anew.
                    self.unfinished.clear();
                    self.read(REPLACEMENT, passed);
                    continue;
                }
            }
            bytes = rest;
        }
        let (whole, tail) = bytes
            .split_at_checked(whole_len(bytes))
            .unwrap_or((bytes, &[]));
        self.decode_all(whole, passed);
        if !tail.is_empty() {
            if !std::mem::take(&mut self.unfinished).is_empty() {
                self.read(REPLACEMENT, passed);
            }
            self.decode_all(tail, passed);
        }
    }

    fn decode_all(&mut self, mut bytes: &[u8], passed: &mut String) {
        while !bytes.is_empty() {
            bytes = self.decode_valid(bytes, passed);
        }
    }

    /// Reads up to the next invalid bytes; the result is what is behind them.
    fn decode_valid<'a>(&mut self, bytes: &'a [u8], passed: &mut String) -> &'a [u8] {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.read(text, passed);
                return &[];
            }
            Err(error) => error,
        };
        let (valid, rest) = bytes
            .split_at_checked(error.valid_up_to())
            .unwrap_or((bytes, &[]));
        self.read(std::str::from_utf8(valid).unwrap_or_default(), passed);
        match error.error_len() {
            None => {
                self.unfinished.extend_from_slice(rest);
                &[]
            }
            Some(invalid) => {
                self.read(REPLACEMENT, passed);
                rest.get(invalid..).unwrap_or_default()
            }
        }
    }
}

/// The length without a character at the end that is still unfinished: looking at it apart saves
/// looking at all the rest twice.
fn whole_len(bytes: &[u8]) -> usize {
    let last_start = bytes.iter().rev().take(3).position(|&byte| byte >= 0xC0);
    bytes.len() - last_start.map_or(0, |back| back + 1)
}
