//! Files that are valid at each moment, and after each failure.

use std::io::{BufReader, Read, Seek};

use proptest::prelude::*;

use crate::asciicast::Reader;
use crate::size::TermSize;

use super::*;

fn header(command: &str) -> Header {
    Header {
        size: TermSize::new(80, 24).unwrap(),
        begun: Some(1_795_195_611),
        title: None,
        command: Some(command.to_owned()),
        term: None,
        shell: None,
        idle_limit: None,
    }
}

fn begin(format: Format) -> (CastFile, File) {
    let file = tempfile::tempfile().unwrap();
    let other = file.try_clone().unwrap();
    let begun = CastFile::begin(file, format, &header("cat"), Hashing::Sha256);
    (begun.unwrap(), other)
}

fn bytes(mut file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// All events of a recording, which has to be valid to its end; output that follows output is joined.
fn events(bytes: &[u8]) -> Vec<(Duration, What<'static>)> {
    let mut reader = Reader::begin(BufReader::new(bytes)).unwrap();
    let mut events: Vec<(Duration, What<'static>)> = Vec::new();
    while let Some(event) = reader.next_event().unwrap() {
        match (event.what, events.last_mut()) {
            (What::Output(text), _) if text.is_empty() => {}
            (What::Output(text), Some((_, What::Output(before)))) => {
                before.to_mut().push_str(&text)
            }
            (What::Input(text), Some((_, What::Input(before)))) => before.to_mut().push_str(&text),
            (what, _) => events.push((event.at, what)),
        }
    }
    events
}

fn sha256(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&SHA256, bytes).as_ref())
}

#[test]
fn a_flood_lies_in_pages_of_whole_lines() {
    for format in [Format::V2, Format::V3] {
        let (mut cast, file) = begin(format);
        let text = "\u{1b}[31m漢字 \"quoted\" \\ and more\r\n".repeat(5000);
        cast.event(Duration::from_secs(1), What::Output(text.clone().into()))
            .unwrap();
        let hash = cast.finish().unwrap().unwrap();
        let bytes = bytes(&file);
        assert_eq!(hash, sha256(&bytes));
        for page in bytes.chunks(PAGE) {
            assert_eq!(page.last(), Some(&b'\n'));
            assert_eq!(
                page.first(),
                Some(if std::ptr::eq(page, &bytes[..page.len()]) {
                    &b'{'
                } else {
                    &b'['
                })
            );
        }
        assert_eq!(
            events(&bytes),
            [(Duration::from_secs(1), What::Output(text.into()))]
        );
    }
}

#[test]
fn a_long_command_has_room_in_the_header() {
    let file = tempfile::tempfile().unwrap();
    let other = file.try_clone().unwrap();
    let command = "x".repeat(3 * PAGE);
    let mut cast = CastFile::begin(file, Format::V2, &header(&command), Hashing::Off).unwrap();
    let within = cast.put_last(b"x", 2 * PAGE as u64);
    assert!(within.is_err(), "what is put last spares the header");
    assert_eq!(cast.finish().unwrap(), None);
    let bytes = bytes(&other);
    let reader = Reader::begin(BufReader::new(&bytes[..])).unwrap();
    assert_eq!(reader.header().command.as_ref(), Some(&command));
}

#[test]
fn who_types_is_said_before_what_he_types() {
    let (mut cast, file) = begin(Format::V2);
    let (alice, bob): (Arc<str>, Arc<str>) = ("alice".into(), "viewer 2 at 10.0.0.5".into());
    let at = Duration::from_millis(1500);
    for (who, input) in [
        (&alice, "l"),
        (&alice, "s\r"),
        (&bob, "\u{3}"),
        (&alice, "\t"),
    ] {
        cast.input(at, who, input.as_bytes()).unwrap();
    }
    cast.finish().unwrap();
    let marker = |who: &str| (at, What::Marker(format!("typing: {who}").into()));
    let input = |text: &'static str| (at, What::Input(text.into()));
    assert_eq!(
        events(&bytes(&file)),
        [
            marker("alice"),
            input("ls\r"),
            marker("viewer 2 at 10.0.0.5"),
            input("\u{3}"),
            marker("alice"),
            input("\t"),
        ]
    );
}

#[test]
fn what_can_not_go_on_says_so_in_its_end() {
    for lines in [0, 1, 40, 80, 5000] {
        let (mut cast, file) = begin(Format::V2);
        for line in 0..lines {
            let text = format!("line {line}\r\n");
            cast.event(Duration::from_secs(line), What::Output(text.into()))
                .unwrap();
        }
        cast.flush().unwrap();
        // A write that came to nothing, in part.
        let end = cast.len();
        file.write_all_at(b"[1.0,\"o\",\"bro", end).unwrap();
        let (size, hash) = cast.give_up("no space").unwrap();
        let bytes = bytes(&file);
        assert_eq!((bytes.len() as u64, sha256(&bytes)), (size, hash.unwrap()));
        let events = events(&bytes);
        let Some((_, What::Marker(label))) = events.last() else {
            panic!("{events:?}");
        };
        assert_eq!(label, "recording incomplete: no space");
        assert_eq!(events.len(), usize::from(lines > 0) + 1);
    }
}

#[test]
fn what_somebody_else_did_to_the_file_is_noticed() {
    let (mut cast, file) = begin(Format::V2);
    cast.event(Duration::ZERO, What::Output("text".into()))
        .unwrap();
    assert!(
        cast.check().is_err(),
        "an unnamed file is one that was removed"
    );
    let named = tempfile::NamedTempFile::new().unwrap();
    let other = named.reopen().unwrap();
    let mut cast = CastFile::begin(other, Format::V2, &header("cat"), Hashing::Off).unwrap();
    cast.check().unwrap();
    cast.event(Duration::ZERO, What::Output("text".into()))
        .unwrap();
    cast.flush().unwrap();
    cast.check().unwrap();
    named.as_file().set_len(0).unwrap();
    assert!(cast.check().unwrap_err().to_string().contains("changed"));
    named.close().unwrap();
    assert!(cast.check().unwrap_err().to_string().contains("removed"));
    drop(file);
}

proptest! {
    #[test]
    fn each_beginning_of_it_that_was_written_is_valid(
        texts in prop::collection::vec(("\\PC{0,40}|[\\x00-\\x7f]{0,40}", 1..300_usize, 0..4_u8), 1..12),
        format in prop_oneof![Just(Format::V2), Just(Format::V3)],
    ) {
        let (mut cast, file) = begin(format);
        let mut expected = String::new();
        for (text, times, kind) in texts {
            let text = text.repeat(times);
            match kind {
                0 => {
                    let label = text.chars().take(200).collect::<String>();
                    cast.event(Duration::ZERO, What::Marker(label.into())).unwrap();
                }
                1 => {
                    let size = TermSize::new(90, 30).unwrap();
                    cast.event(Duration::ZERO, What::Resize(size)).unwrap();
                }
                _ => {
                    cast.event(Duration::ZERO, What::Output(text.as_str().into())).unwrap();
                    expected.push_str(&text);
                }
            }
            // What is there without a flush is a valid file as well.
            events(&bytes(&file));
        }
        cast.flush().unwrap();
        let output = events(&bytes(&file)).into_iter().filter_map(|(_, what)| match what {
            What::Output(text) => Some(text.into_owned()),
            _ => None,
        });
        prop_assert_eq!(output.collect::<String>(), expected);
    }
}
