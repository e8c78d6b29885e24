//! Reading characters: runs of text go straight to the terminal, everything else through parser and
//! gate; what passes is handed on in as long pieces as possible.

use super::gate::{self, Csi, Verdict};
use super::parser::Event;
use super::terminal::Fate;
use super::{BYTE_ORDER_MARK, Screen};

/// Longer control sequences take the way through the parser, which doesn't keep them verbatim.
const LONGEST_PLAIN: usize = 256;

impl Screen {
    /// Reads decoded output.
    pub(super) fn read(&mut self, text: &str, passed: &mut String) {
        let mut rest = text;
        while !rest.is_empty() {
            rest = if self.parser.is_ground() {
                self.read_ground(rest, passed)
            } else {
                self.read_sequence(rest, passed)
            };
        }
    }

    /// Reads up to the start of a sequence that isn't plain; the result is what follows.
    fn read_ground<'a>(&mut self, text: &'a str, passed: &mut String) -> &'a str {
        let bytes = text.as_bytes();
        // Up to here everything has been handed on, or dropped.
        let mut done = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let len = match byte {
                b' '..=b'~' if self.terminal.prints_plainly() => {
                    let run = ascii_run(bytes.get(at..).unwrap_or_default());
                    self.terminal.print_ascii(run);
                    at += run.len();
                    continue;
                }
                b'\n' | b'\r' if self.terminal.feeds_plainly() => {
                    self.terminal.break_join();
                    if byte == b'\n' {
                        self.terminal.line_feed();
                    } else {
                        self.terminal.carriage_return();
                    }
                    at += 1;
                    continue;
                }
                b'\x1b' => match self.read_plain_csi(text.get(at..).unwrap_or_default()) {
                    Some((len, Verdict::Pass)) => {
                        at += len;
                        continue;
                    }
                    Some((len, Verdict::Replace)) => len,
                    None => {
                        passed.push_str(text.get(done..at).unwrap_or_default());
                        self.parser.start_escape();
                        return text.get(at + 1..).unwrap_or_default();
                    }
                },
                0x7f => 1,
                b' '..=b'~' | 0xc2..
                    if !self.terminal.prints_plainly()
                        && self.prepare(text.get(at..).unwrap_or_default()) =>
                {
                    0
                }
                b' '..=b'~' => {
                    let run = ascii_run(bytes.get(at..).unwrap_or_default());
                    self.terminal.print_ascii(run);
                    at += run.len();
                    continue;
                }
                _ => {
                    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                        break;
                    };
                    if self.read_char(c) {
                        at += c.len_utf8();
                        continue;
                    }
                    if !self.parser.is_ground() {
                        passed.push_str(text.get(done..at).unwrap_or_default());
                        return text.get(at + c.len_utf8()..).unwrap_or_default();
                    }
                    c.len_utf8()
                }
            };
            passed.push_str(text.get(done..at).unwrap_or_default());
            self.pass_replacement(passed);
            at += len;
            done = at;
        }
        passed.push_str(text.get(done..).unwrap_or_default());
        ""
    }

    /// Reads a character beyond ASCII or a control; whether viewers get it as it is.
    fn read_char(&mut self, c: char) -> bool {
        if c >= '\u{a0}' {
            return c != BYTE_ORDER_MARK && self.terminal.print(c) == Fate::Printed;
        }
        match self.parser.advance(c) {
            Event::Control(c) => {
                gate::control(&mut self.terminal, c, &mut self.out) == Verdict::Pass
            }
            _ => false,
        }
    }

    /// Whether viewers have to be given something before the first character.
    fn prepare(&mut self, text: &str) -> bool {
        let first = text.chars().next().filter(|&c| c <= '~' || c >= '\u{a0}');
        first.is_some_and(|c| gate::before_printing(&mut self.terminal, c, &mut self.out))
    }

    fn pass_replacement(&mut self, passed: &mut String) {
        passed.push_str(&self.out.text);
        self.out.text.clear();
    }

    /// Reads a control sequence at the start of `text` that is complete and has nothing but
    /// parameters in it. This is the short way for nearly all of them: the parser comes to the same
    /// result.
    fn read_plain_csi(&mut self, text: &str) -> Option<(usize, Verdict)> {
        let body = text.as_bytes().strip_prefix(b"\x1b[")?;
        let prefix = body
            .first()
            .copied()
            .filter(|byte| matches!(byte, b'<'..=b'?'));
        let mut len = 2 + usize::from(prefix.is_some());
        self.parser.start_csi(prefix.unwrap_or(0));
        for &byte in body.iter().skip(len - 2).take(LONGEST_PLAIN) {
            len += 1;
            match byte {
                b'0'..=b';' => self.parser.params.push(byte),
                b'@'..=b'~' if len <= LONGEST_PLAIN => {
                    let raw = text.get(..len);
                    return Some((len, self.obey_csi(byte, raw)));
                }
                _ => return None,
            }
        }
        None
    }

    fn obey_csi(&mut self, last: u8, raw: Option<&str>) -> Verdict {
        let parser = &mut self.parser;
        let (prefix, intermediate) = (parser.prefix, parser.intermediate);
        let csi = Csi {
            prefix,
            params: &mut parser.params,
            intermediate,
            last,
            raw,
        };
        csi.obey(&mut self.terminal, &mut self.out)
    }

    /// Reads up to the end of the sequence that is under way; the result is what follows.
    fn read_sequence<'a>(&mut self, text: &'a str, passed: &mut String) -> &'a str {
        let mut chars = text.chars();
        for c in chars.by_ref() {
            if c == BYTE_ORDER_MARK {
                continue;
            }
            let event = self.parser.advance(c);
            self.act(event, passed);
            if self.parser.is_ground() {
                break;
            }
        }
        chars.as_str()
    }

    /// Does what the parser found, and hands on what viewers are to get.
    fn act(&mut self, event: Event, passed: &mut String) {
        let verdict = match event {
            Event::Nothing => return,
            Event::Control(c) => {
                let verdict = gate::control(&mut self.terminal, c, &mut self.out);
                passed.extend((verdict == Verdict::Pass).then_some(c));
                Verdict::Replace
            }
            Event::Escape(last) => {
                let intermediate = self.parser.intermediate;
                gate::escape(&mut self.terminal, intermediate, last, &mut self.out)
            }
            Event::Csi(last) => {
                let raw = self.parser.raw().map(str::to_owned);
                self.obey_csi(last, raw.as_deref())
            }
            Event::Osc => {
                let parser = &self.parser;
                gate::osc(
                    &mut self.terminal,
                    &parser.string,
                    parser.string_cut,
                    &mut self.out,
                );
                self.parser.string_done();
                Verdict::Replace
            }
            Event::Dcs(last) => {
                self.answer_dcs(last);
                self.parser.string_done();
                Verdict::Replace
            }
        };
        if verdict == Verdict::Pass {
            passed.push_str(self.parser.raw().unwrap_or_default());
        }
        self.pass_replacement(passed);
    }

    /// Of all device control strings only DECRQSS means anything, and it is a question.
    fn answer_dcs(&mut self, last: u8) {
        let parser = &self.parser;
        if (parser.prefix, parser.intermediate, last) == (0, b'$', b'q') && !parser.string_cut {
            gate::status_string(&self.terminal, &parser.string, &mut self.out);
        }
    }
}

/// The printable ASCII characters at the start.
#[inline]
fn ascii_run(bytes: &[u8]) -> &[u8] {
    let len = bytes
        .iter()
        .position(|byte| !matches!(byte, b' '..=b'~'))
        .unwrap_or(bytes.len());
    bytes.get(..len).unwrap_or(bytes)
}
