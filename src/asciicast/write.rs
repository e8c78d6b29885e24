//! Recordings as bytes: a line for the header, then one for each event.

use std::io::Write as _;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::{Escaped, Event, Format, Header, What};

/// Makes the lines of one recording.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    /// The time of the event before as it was written, in microseconds: what is lost by rounding is
    /// not lost again with each event.
    before: u64,
}

impl Writer {
    /// Begins a recording: appends its header, a line, to `bytes`.
    pub fn begin(format: Format, header: &Header, bytes: &mut Vec<u8>) -> Self {
        let header = match format {
            Format::V2 => v2(header),
            Format::V3 => v3(header),
        };
        write_json(&header, bytes);
        bytes.push(b'\n');
        Self { format, before: 0 }
    }

    /// Appends an event to `bytes`, a line; nothing where the format has none for it. Events come in
    /// the order of their times; one that is said to be earlier than the one before is as late.
    pub fn event(&mut self, event: &Event<'_>, bytes: &mut Vec<u8>) {
        if matches!(event.what, What::Exit(_)) && self.format == Format::V2 {
            return;
        }
        self.time(event.at, bytes);
        match &event.what {
            What::Output(text) => line(bytes, "o", text),
            What::Input(text) => line(bytes, "i", text),
            What::Resize(size) => line(bytes, "r", &format!("{}x{}", size.cols(), size.rows())),
            What::Marker(label) => line(bytes, "m", label),
            What::Exit(status) => line(bytes, "x", &status.to_string()),
        }
    }

    /// Appends an event with as much of its text as has room in `room` bytes, a line; gives what is
    /// left of the text. Where not even one character has room, nothing is appended.
    pub fn text_within<'a>(
        &mut self,
        at: Duration,
        kind: TextKind,
        text: Escaped<'a>,
        room: usize,
        bytes: &mut Vec<u8>,
    ) -> Escaped<'a> {
        let (start, before) = (bytes.len(), self.before);
        self.time(at, bytes);
        bytes.extend_from_slice(match kind {
            TextKind::Output => b"\"o\",\"",
            TextKind::Input => b"\"i\",\"",
        });
        let end = b"\"]\n";
        let frame = bytes.len() - start + end.len();
        let (fits, rest) = text.split_within(room.saturating_sub(frame));
        if fits.is_empty() {
            bytes.truncate(start);
            self.before = before;
            return text;
        }
        bytes.extend_from_slice(fits.bytes());
        bytes.extend_from_slice(end);
        rest
    }

    /// Appends an event of output that prints nothing, a line of `length` bytes. It is longer where that
    /// is less than an event takes: at most 44 bytes.
    pub fn filler(&mut self, length: usize, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        let at = Duration::from_micros(self.before);
        self.event(
            &Event {
                at,
                what: What::Output("".into()),
            },
            bytes,
        );
        let missing = length.saturating_sub(bytes.len() - start);
        stretch(missing, bytes);
    }

    fn time(&mut self, at: Duration, bytes: &mut Vec<u8>) {
        let at = micros(at).max(self.before);
        let time = match self.format {
            Format::V2 => at,
            Format::V3 => at - self.before,
        };
        self.before = at;
        // By hand, for the text of a flood should not be copied into a `Value` first.
        let _ = write!(bytes, "[{}.{:06},", time / 1_000_000, time % 1_000_000);
    }
}

/// What the text of an event is that can be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// The program printed it.
    Output,
    /// Somebody typed it.
    Input,
}

/// Makes the last line, which `bytes` end with, longer by so many bytes that mean nothing.
pub fn stretch(by: usize, bytes: &mut Vec<u8>) {
    if bytes.pop_if(|byte| *byte == b'\n').is_some() {
        bytes.resize(bytes.len() + by, b' ');
        bytes.push(b'\n');
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn line(bytes: &mut Vec<u8>, code: &str, data: &str) {
    let _ = write!(bytes, "\"{code}\",");
    write_json(data, bytes);
    bytes.extend_from_slice(b"]\n");
}

fn v2(header: &Header) -> Members<'_> {
    let start = [
        ("version", Some(Member::Number(2.into()))),
        ("width", Some(Member::Number(header.size.cols().into()))),
        ("height", Some(Member::Number(header.size.rows().into()))),
    ];
    let env = env([("TERM", &header.term), ("SHELL", &header.shell)]);
    Members::of(start.into_iter().chain(common(header)).chain(env))
}

fn v3(header: &Header) -> Members<'_> {
    let term = Members::of([
        ("cols", Some(Member::Number(header.size.cols().into()))),
        ("rows", Some(Member::Number(header.size.rows().into()))),
        ("type", header.term.as_deref().map(Member::Text)),
    ]);
    let start = [
        ("version", Some(Member::Number(3.into()))),
        ("term", Some(Member::Members(term))),
    ];
    let env = env([("SHELL", &header.shell)]);
    Members::of(start.into_iter().chain(common(header)).chain(env))
}

/// What both versions have alike.
fn common(header: &Header) -> [(&'static str, Option<Member<'_>>); 4] {
    let number = |limit: Duration| Number::from_f64(limit.as_secs_f64());
    [
        (
            "timestamp",
            header.begun.map(|begun| Member::Number(begun.into())),
        ),
        ("command", header.command.as_deref().map(Member::Text)),
        ("title", header.title.as_deref().map(Member::Text)),
        (
            "idle_time_limit",
            header.idle_limit.and_then(number).map(Member::Number),
        ),
    ]
}

fn env<'a, const N: usize>(
    variables: [(&'static str, &'a Option<String>); N],
) -> [(&'static str, Option<Member<'a>>); 1] {
    let set = variables.map(|(name, value)| (name, value.as_deref().map(Member::Text)));
    let set = Members::of(set);
    [("env", (!set.0.is_empty()).then_some(Member::Members(set)))]
}

/// The members of an object, in this order: the version comes first for whoever looks at a file.
struct Members<'a>(Vec<(&'static str, Member<'a>)>);

/// The value of a member.
enum Member<'a> {
    Number(Number),
    Text(&'a str),
    Members(Members<'a>),
}

impl<'a> Members<'a> {
    /// Those that have a value.
    fn of(members: impl IntoIterator<Item = (&'static str, Option<Member<'a>>)>) -> Self {
        let there = members.into_iter();
        Self(
            there
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
        )
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Members(members) => members.serialize(serializer),
        }
    }
}

pub(super) fn write_json<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) {
    serde_json::to_writer(bytes, value).expect("a vector takes all bytes, and our values are JSON");
}
