//! Recordings there and back, those of the format's own documents, and bad ones.

use proptest::prelude::*;

use super::*;

fn header() -> Header {
    Header {
        size: TermSize::new(80, 24).unwrap(),
        begun: Some(1_504_467_315),
        title: Some("Demo".to_owned()),
        command: Some("vim 'a b'".to_owned()),
        term: Some("xterm-256color".to_owned()),
        shell: Some("/bin/zsh".to_owned()),
        idle_limit: None,
    }
}

fn bare() -> Header {
    Header {
        size: TermSize::new(80, 24).unwrap(),
        begun: None,
        title: None,
        command: None,
        term: None,
        shell: None,
        idle_limit: None,
    }
}

fn event(micros: u64, what: What<'_>) -> Event<'_> {
    Event {
        at: Duration::from_micros(micros),
        what,
    }
}

fn written(format: Format, header: &Header, events: &[Event<'_>]) -> String {
    let mut bytes = Vec::new();
    let mut writer = Writer::begin(format, header, &mut bytes);
    events
        .iter()
        .for_each(|event| writer.event(event, &mut bytes));
    String::from_utf8(bytes).unwrap()
}

fn read(text: &str) -> Result<(Header, Vec<Event<'static>>), BadCast> {
    let mut reader = Reader::begin(text.as_bytes())?;
    let mut events = Vec::new();
    while let Some(event) = reader.next_event()? {
        events.push(event);
    }
    Ok((reader.header().clone(), events))
}

fn error(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn some_events() -> Vec<Event<'static>> {
    vec![
        event(248_848, What::Output("\x1b[1mHello\r\n".into())),
        event(248_848, What::Input("ä\u{7f}".into())),
        event(1_000_000, What::Resize(TermSize::new(90, 30).unwrap())),
        event(86_400_000_001, What::Marker(String::new().into())),
        event(86_400_000_002, What::Exit(130)),
    ]
}

#[test]
fn version_2_counts_from_the_beginning_and_has_no_exit() {
    assert_eq!(
        written(Format::V2, &header(), &some_events()),
        r#"{"version":2,"width":80,"height":24,"timestamp":1504467315,"command":"vim 'a b'","title":"Demo","env":{"TERM":"xterm-256color","SHELL":"/bin/zsh"}}
[0.248848,"o","\u001b[1mHello\r\n"]
[0.248848,"i","äX"]
[1.000000,"r","90x30"]
[86400.000001,"m",""]
"#
        .replace('X', "\u{7f}")
    );
}

#[test]
fn version_3_counts_from_the_event_before() {
    assert_eq!(
        written(Format::V3, &header(), &some_events()),
        r#"{"version":3,"term":{"cols":80,"rows":24,"type":"xterm-256color"},"timestamp":1504467315,"command":"vim 'a b'","title":"Demo","env":{"SHELL":"/bin/zsh"}}
[0.248848,"o","\u001b[1mHello\r\n"]
[0.000000,"i","äX"]
[0.751152,"r","90x30"]
[86399.000001,"m",""]
[0.000001,"x","130"]
"#
        .replace('X', "\u{7f}")
    );
}

#[test]
fn what_is_not_known_is_left_out() {
    let text = written(Format::V2, &bare(), &[]);
    assert_eq!(text, "{\"version\":2,\"width\":80,\"height\":24}\n");
    let text = written(Format::V3, &bare(), &[]);
    assert_eq!(text, "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n");
}

#[test]
fn times_never_go_back() {
    let events = [
        event(5, What::Exit(0)),
        event(3, What::Exit(0)),
        event(9, What::Exit(0)),
    ];
    let (_, events) = read(&written(Format::V3, &bare(), &events)).unwrap();
    let times: Vec<_> = events.iter().map(|event| event.at.as_micros()).collect();
    assert_eq!(times, [5, 5, 9]);
}

#[test]
fn version_1_is_read_on_one_line_or_many() {
    let text = r#"{
      "version": 1, "width": 80, "height": 24, "duration": 1.5, "command": "/bin/zsh", "title": "",
      "env": { "TERM": "xterm-256color", "SHELL": "/bin/zsh" },
      "stdout": [ [ 0.248848, "\u001b[1mHello" ], [ 1.001376, "I am" ] ]
    }"#;
    for text in [text.to_owned(), text.replace('\n', " ")] {
        let (header, events) = read(&text).unwrap();
        assert_eq!(header.term.as_deref(), Some("xterm-256color"));
        assert_eq!(
            events,
            [
                event(248_848, What::Output("\x1b[1mHello".into())),
                event(1_250_224, What::Output("I am".into())),
            ]
        );
    }
}

#[test]
fn the_example_of_version_3_is_read() {
    let text = r##"{"version": 3, "term": {"cols": 80, "rows": 24, "type": "xterm-256color"}, "timestamp": 1504467315, "title": "Demo", "env": {"SHELL": "/bin/zsh"}}
# event stream follows the header
[0.248, "o", "Hello"]

[3.500, "m", ""]
[0.1, "?", {"of": "another version"}]
[2.050, "r", "90x30"]
[0.887, "x", "0"]
"##;
    let (header, events) = read(text).unwrap();
    assert_eq!(header.title.as_deref(), Some("Demo"));
    let times: Vec<_> = events.iter().map(|event| event.at.as_millis()).collect();
    assert_eq!(times, [248, 3748, 5898, 6785]);
    assert_eq!(events[3].what, What::Exit(0));
}

#[test]
fn a_last_line_that_was_cut_off_is_left_out() {
    let text = written(Format::V2, &bare(), &some_events());
    let whole = read(&text).unwrap().1;
    let cut = text.trim_end().rfind('\n').unwrap() + 1;
    for end in cut..text.len() - 1 {
        let (_, events) = read(&text[..end]).unwrap();
        let expected = match text[..end].ends_with(']') {
            true => &whole[..],
            false => &whole[..3],
        };
        assert_eq!(events, expected, "{:?}", &text[cut..end]);
    }
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let head = "{\"version\":2,\"width\":80,\"height\":24}\n[0,\"o\",\"\"]\n";
    for (line, reason) in [
        ("x", "[time, code, data]"),
        ("[1,\"o\"]", "[time, code, data]"),
        ("[\"1\",\"o\",\"\"]", "number of seconds"),
        ("[-1,\"o\",\"\"]", "number of seconds"),
        ("[1e300,\"o\",\"\"]", "number of seconds"),
        ("[1,\"o\",7]", "no text"),
        ("[1,\"r\",\"0x0\"]", "COLSxROWS"),
        ("[1,\"x\",\"?\"]", "no status"),
    ] {
        let error = error(&format!("{head}{line}\n"));
        assert!(
            error.starts_with("line 3: ") && error.contains(reason),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_recording_is_refused_with_the_reason() {
    for (text, reason) in [
        ("", "empty"),
        ("\n", "empty"),
        ("hello\n", "no JSON"),
        ("{}", "no version"),
        ("[1]", "no version"),
        ("{\"version\":4}", "version 4"),
        ("{\"version\":2}", "width and height"),
        (
            "{\"version\":2,\"width\":0,\"height\":70000}",
            "width and height",
        ),
        (
            "{\"version\":3,\"width\":80,\"height\":24}",
            "cols and rows",
        ),
        ("{\"version\":1,\"width\":80,\"height\":24}", "stdout"),
        (
            "{\"version\":1,\"width\":80,\"height\":24,\"stdout\":[[1]]}",
            "frame 1",
        ),
    ] {
        let error = error(text);
        assert!(error.contains(reason), "{text:?}: {error}");
    }
}

#[test]
fn where_nothing_has_room_nothing_is_written() {
    let mut bytes = Vec::new();
    let mut writer = Writer::begin(Format::V3, &bare(), &mut bytes);
    let before = bytes.clone();
    let mut memory = Vec::new();
    let text = Escaped::of("\0", &mut memory);
    let at = Duration::from_secs(9);
    let rest = writer.text_within(at, TextKind::Output, text, 23, &mut bytes);
    assert_eq!((rest, &bytes), (text, &before));
    writer.filler(40, &mut bytes);
    assert_eq!(bytes.len(), before.len() + 40);
    let filler = format!("[0.000000,\"o\",\"\"]{}\n", " ".repeat(22));
    assert!(bytes.ends_with(filler.as_bytes()));
    stretch(2, &mut bytes);
    assert_eq!(bytes.len(), before.len() + 42);
}

#[test]
fn a_line_without_end_is_not_read_for_ever() {
    let endless = std::io::BufReader::new(std::io::repeat(b'x'));
    let error = Reader::begin(endless).unwrap_err().to_string();
    assert!(error.contains("longer than"), "{error}");
}

fn what() -> impl Strategy<Value = What<'static>> {
    let size = (2..=2000_u16, 1..=1000_u16);
    prop_oneof![
        any::<String>().prop_map(|text| What::Output(text.into())),
        any::<String>().prop_map(|text| What::Input(text.into())),
        any::<String>().prop_map(|text| What::Marker(text.into())),
        size.prop_map(|(cols, rows)| What::Resize(TermSize::new(cols, rows).unwrap())),
        any::<i32>().prop_map(What::Exit),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        steps in prop::collection::vec((0..1_000_000_000_u64, what()), 0..20),
        format in prop_oneof![Just(Format::V2), Just(Format::V3)],
    ) {
        let mut at = 0;
        let events: Vec<_> = steps
            .into_iter()
            .map(|(step, what)| {
                at += step;
                event(at, what)
            })
            .collect();
        let (read_header, read) = read(&written(format, &header(), &events)).unwrap();
        prop_assert_eq!(read_header, header());
        let has_exit = |event: &&Event<'_>| format == Format::V3 || !matches!(event.what, What::Exit(_));
        let expected: Vec<_> = events.iter().filter(has_exit).cloned().collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn text_is_divided_so_that_each_line_has_room(
        text in "[ -~]{0,60}|(\\PC|[\\x00-\\x1f]){0,60}",
        rooms in prop::collection::vec(60..120_usize, 1..5),
        format in prop_oneof![Just(Format::V2), Just(Format::V3)],
    ) {
        let mut bytes = Vec::new();
        let mut writer = Writer::begin(format, &header(), &mut bytes);
        let mut memory = Vec::new();
        let (mut rest, mut rooms) = (Escaped::of(&text, &mut memory), rooms.iter().cycle());
        while !rest.is_empty() {
            let (room, before) = (*rooms.next().unwrap(), bytes.len());
            let at = Duration::from_secs(100_000);
            let left = writer.text_within(at, TextKind::Output, rest, room, &mut bytes);
            prop_assert!(bytes.len() - before <= room);
            prop_assert!(left.bytes().len() < rest.bytes().len());
            rest = left;
            writer.filler(room, &mut bytes);
            prop_assert_eq!(&bytes[bytes.len() - 1..], b"\n");
        }
        let (_, read) = read(std::str::from_utf8(&bytes).unwrap()).unwrap();
        let shown: String = read
            .into_iter()
            .map(|event| match event.what {
                What::Output(text) => text.into_owned(),
                other => panic!("{other:?}"),
            })
            .collect();
        prop_assert_eq!(shown, text);
    }

    #[test]
    fn r41_no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(mut reader) = Reader::begin(&bytes[..]) {
            while let Ok(Some(_)) = reader.next_event() {}
        }
        let text = [b"{\"version\":3,\"term\":{\"cols\":9,\"rows\":9}}\n", &bytes[..]].concat();
        let mut reader = Reader::begin(&text[..]).unwrap();
        while let Ok(Some(_)) = reader.next_event() {}
    }
}
