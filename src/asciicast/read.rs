//! Recordings from bytes, line by line, whatever somebody wrote into them.

use std::io::{self, BufRead, Read};
use std::time::Duration;

use serde_json::Value;

use crate::size::TermSize;

use super::{Event, Header, What};

/// The longest line that is read, in bytes: four times what any terminal prints at once.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// The largest recording of version 1, which is one value, in bytes.
const MAX_WHOLE: u64 = 256 * 1024 * 1024;

/// Why a recording can't be read. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum BadCast {
    /// It is none.
    #[error("this is no asciicast: {0}")]
    Header(String),
    /// A line is no event.
    #[error("line {line}: {reason}")]
    Line {
        /// Which one.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// It can't be read at all.
    #[error("line {line}: cannot be read")]
    Unreadable {
        /// Where.
        line: u64,
        /// What the system said.
        #[source]
        reason: io::Error,
    },
}

/// The versions that can be read, and how each gives times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    /// Since the beginning.
    Absolute,
    /// Since the event before.
    Relative,
}

/// Reads one recording.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    times: Times,
    /// The time of the last event.
    at: Duration,
    line: u64,
    /// The events of version 1, which were all read at once; the last first.
    whole: Vec<Event<'static>>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    pub fn begin(mut input: R) -> Result<Self, BadCast> {
        let first = read_line(&mut input, 1)?.unwrap_or_default();
        if first.trim().is_empty() {
            return Err(BadCast::Header("its first line is empty".to_owned()));
        }
        let value = match serde_json::from_str::<Value>(&first) {
            Ok(value) => value,
            // Version 1 is one value, on as many lines as somebody liked.
            Err(_) => rest_of(first, &mut input)?,
        };
        let wrong = |reason: &str| BadCast::Header(reason.to_owned());
        let version = value.get("version").and_then(Value::as_u64);
        let (size, times) = match version {
            Some(1 | 2) => (size(&value, "width", "height"), Times::Absolute),
            Some(3) => {
                let term = value.get("term").unwrap_or(&Value::Null);
                (size(term, "cols", "rows"), Times::Relative)
            }
            Some(other) => return Err(wrong(&format!("version {other} is none of 1, 2 and 3"))),
            None => return Err(wrong("its first line has no version")),
        };
        let size = size.map_err(|reason| wrong(&reason))?;
        let whole = match version {
            Some(1) => frames(&value)?,
            _ => Vec::new(),
        };
        Ok(Self {
            header: header(&value, size),
            input,
            times,
            at: Duration::ZERO,
            line: 1,
            whole,
        })
    }

    /// What was said of it.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next event; `None` after the last. A last line that was cut off, as a crash leaves it, is
    /// as if it were not there; events of kinds that are not known are left out.
    pub fn next_event(&mut self) -> Result<Option<Event<'static>>, BadCast> {
        if let Some(event) = self.whole.pop() {
            return Ok(Some(event));
        }
        loop {
            self.line += 1;
            let Some(line) = read_line(&mut self.input, self.line)? else {
                return Ok(None);
            };
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match self.event(&line) {
                Ok(Some(event)) => return Ok(Some(event)),
                Ok(None) => {}
                Err(_) if !line.ends_with('\n') => return Ok(None),
                Err(reason) => {
                    let line = self.line;
                    return Err(BadCast::Line { line, reason });
                }
            }
        }
    }

    fn event(&mut self, line: &str) -> Result<Option<Event<'static>>, String> {
        let (time, code, data): (Value, String, Value) =
            serde_json::from_str(line).map_err(|_| "it is no [time, code, data]".to_owned())?;
        let time = seconds(&time).ok_or("its time is no number of seconds")?;
        self.at = match self.times {
            Times::Absolute => time.max(self.at),
            Times::Relative => self.at.saturating_add(time),
        };
        let text = data.as_str().map(str::to_owned);
        let text = text.ok_or("its data is no text");
        let what = match code.as_str() {
            "o" => What::Output(text?.into()),
            "i" => What::Input(text?.into()),
            "m" => What::Marker(text?.into()),
            "r" => What::Resize(text?.parse().map_err(|_| "its data is no COLSxROWS")?),
            "x" => What::Exit(text?.trim().parse().map_err(|_| "its data is no status")?),
            _ => return Ok(None),
        };
        Ok(Some(Event { at: self.at, what }))
    }
}

/// A line with its end, if it has one; `None` where there is none.
fn read_line(input: &mut impl BufRead, line: u64) -> Result<Option<String>, BadCast> {
    let mut bytes = Vec::new();
    let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes);
    let read = read.map_err(|reason| BadCast::Unreadable { line, reason })?;
    if read == 0 {
        return Ok(None);
    }
    if bytes.len() as u64 == MAX_LINE && !bytes.ends_with(b"\n") {
        let reason = format!("it is longer than {MAX_LINE} bytes");
        return Err(BadCast::Line { line, reason });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) if line == 1 => Err(BadCast::Header(format!(
            "its first line is no text: {error}"
        ))),
        Err(error) => Ok(Some(String::from_utf8_lossy(error.as_bytes()).into_owned())),
    }
}

/// The whole of a recording that is one value.
fn rest_of(first: String, input: &mut impl BufRead) -> Result<Value, BadCast> {
    let mut text = first;
    let read = input.by_ref().take(MAX_WHOLE).read_to_string(&mut text);
    read.map_err(|reason| BadCast::Unreadable { line: 2, reason })?;
    serde_json::from_str(&text)
        .map_err(|error| BadCast::Header(format!("its header is no JSON: {error}")))
}

fn size(value: &Value, cols: &str, rows: &str) -> Result<TermSize, String> {
    let side = |name: &str| {
        let side = value.get(name).and_then(Value::as_u64);
        side.and_then(|side| u16::try_from(side).ok())
    };
    let size = side(cols).zip(side(rows));
    let size = size.and_then(|(cols, rows)| TermSize::new(cols, rows));
    size.ok_or_else(|| format!("its {cols} and {rows} are no size of a terminal"))
}

fn header(value: &Value, size: TermSize) -> Header {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.map(str::to_owned)
    };
    let env = value.get("env").unwrap_or(&Value::Null);
    let term = value.get("term").unwrap_or(&Value::Null);
    Header {
        size,
        begun: value.get("timestamp").and_then(Value::as_u64),
        title: text(value, "title"),
        command: text(value, "command"),
        term: text(term, "type").or_else(|| text(env, "TERM")),
        shell: text(env, "SHELL"),
        idle_limit: value.get("idle_time_limit").and_then(seconds),
    }
}

/// The frames of version 1: the time since the one before, and what was printed. The last first.
fn frames(value: &Value) -> Result<Vec<Event<'static>>, BadCast> {
    let wrong = |reason: String| BadCast::Header(reason);
    let frames = value.get("stdout").and_then(Value::as_array);
    let frames = frames.ok_or_else(|| wrong("version 1 needs a list named stdout".to_owned()))?;
    let mut at = Duration::ZERO;
    let mut events = Vec::with_capacity(frames.len());
    for (index, frame) in frames.iter().enumerate() {
        let delay = frame.get(0).and_then(seconds);
        let text = frame.get(1).and_then(Value::as_str);
        let (delay, text) = delay
            .zip(text)
            .ok_or_else(|| wrong(format!("frame {} of stdout is no [delay, text]", index + 1)))?;
        at = at.saturating_add(delay);
        let what = What::Output(text.to_owned().into());
        events.push(Event { at, what });
    }
    events.reverse();
    Ok(events)
}

/// A time of a recording; none is before the beginning.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64()?;
    // Rounded to the microseconds that are written.
    let micros = (seconds * 1e6).round();
    (0.0..1e18)
        .contains(&micros)
        .then(|| Duration::from_micros(micros as u64))
}
