//! Recordings of a day and of nothing, whole and broken ones, on a clock that is stopped.

use std::io::Write as _;
use std::path::PathBuf;

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::*;
use crate::asciicast::{Event, Format, Header, What, Writer};
use crate::backend::{Exit, Output, Request};
use crate::screen::Screen;

const ONCE: Manner = Manner {
    speed: 1.0,
    idle: Idle::AsRecorded,
    rounds: Rounds::One,
};

/// A file that goes with the test.
struct Cast(PathBuf);

impl Cast {
    fn of(bytes: &[u8]) -> Self {
        let name = format!("webterm-{:032x}.cast", rand::random::<u128>());
        let path = std::env::temp_dir().join(name);
        let mut file = std::fs::File::create_new(&path).unwrap();
        file.write_all(bytes).unwrap();
        Self(path)
    }

    fn recorded(format: Format, idle_limit: Option<Duration>, events: &[Event<'_>]) -> Self {
        let header = Header {
            size: size(80, 24),
            begun: None,
            title: None,
            command: None,
            term: None,
            shell: None,
            idle_limit,
        };
        let mut bytes = Vec::new();
        let mut writer = Writer::begin(format, &header, &mut bytes);
        events
            .iter()
            .for_each(|event| writer.event(event, &mut bytes));
        Self::of(&bytes)
    }

    fn start(&self, manner: Manner) -> Running {
        Replay::open(&self.0, manner).unwrap().start()
    }

    fn refusal(&self, manner: Manner) -> String {
        Replay::open(&self.0, manner).unwrap_err().to_string()
    }
}

impl Drop for Cast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn size(cols: u16, rows: u16) -> TermSize {
    TermSize::new(cols, rows).unwrap()
}

fn event(millis: u64, what: What<'_>) -> Event<'_> {
    Event {
        at: Duration::from_millis(millis),
        what,
    }
}

fn printed(millis: u64, text: &str) -> Event<'_> {
    event(millis, What::Output(text.into()))
}

/// All that comes, and when, in milliseconds.
async fn all(running: &mut Running) -> Vec<(u128, Output)> {
    let (began, mut outputs) = (Instant::now(), Vec::new());
    while let Some(output) = running.backend.output.recv().await {
        outputs.push((began.elapsed().as_millis(), output));
    }
    outputs
}

fn text(outputs: Vec<(u128, Output)>) -> String {
    let bytes = outputs
        .into_iter()
        .map(|(_, output)| output.into_printed())
        .collect::<Vec<Bytes>>()
        .concat();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(start_paused = true)]
async fn all_is_shown_at_its_time_and_at_its_place() {
    let events = [
        printed(500, "one"),
        event(700, What::Input("typed".into())),
        event(900, What::Marker("typing: alice".into())),
        event(1000, What::Resize(size(50, 10))),
        printed(1000, "two"),
        event(2500, What::Exit(7)),
    ];
    let expected = [
        (500, Output::from("one")),
        (1000, Output::Size(size(50, 10))),
        (1000, Output::from("two")),
    ];
    for (format, status) in [(Format::V2, 0), (Format::V3, 7)] {
        let mut running = Cast::recorded(format, None, &events).start(ONCE);
        assert_eq!(all(&mut running).await, expected);
        assert_eq!(running.backend.exit.await.unwrap(), Exit::Code(status));
        assert!(running.broken.await.is_err(), "nothing is broken");
    }
}

#[tokio::test(start_paused = true)]
async fn version_1_is_played_as_well() {
    let cast =
        Cast::of(br#"{"version":1,"width":80,"height":24,"stdout":[[1.5,"a"],[2.5,"\u00e4"]]}"#);
    let mut running = cast.start(ONCE);
    let expected = [(1500, Output::from("a")), (4000, Output::from("ä"))];
    assert_eq!(all(&mut running).await, expected);
    assert_eq!(running.backend.exit.await.unwrap(), Exit::Code(0));
}

#[tokio::test(start_paused = true)]
async fn a_day_is_played_to_the_millisecond() {
    let events: Vec<_> = (1..=86_400)
        .map(|second| printed(second * 1000, "."))
        .collect();
    let cast = Cast::recorded(Format::V3, None, &events);
    for (speed, idle, length) in [
        (1.0, Idle::AsRecorded, 86_400_000),
        (100.0, Idle::AsRecorded, 864_000),
        (3.0, Idle::Cut(Duration::from_millis(10)), 288_000),
    ] {
        let mut running = cast.start(Manner {
            speed,
            idle,
            ..ONCE
        });
        let outputs = all(&mut running).await;
        let (end, _) = outputs.last().unwrap();
        assert!((length..length + 2).contains(end), "{end}");
        assert_eq!(text(outputs).len(), 86_400);
    }
}

#[tokio::test(start_paused = true)]
async fn a_recordings_own_limit_holds_unless_another_is_given() {
    let events = [printed(10_000, "a"), printed(10_100, "b")];
    let cast = Cast::recorded(Format::V2, Some(Duration::from_secs(2)), &events);
    for (idle, speed, expected) in [
        (Idle::AsRecorded, 1.0, [2000, 2100]),
        (Idle::AsRecorded, 2.0, [1000, 1050]),
        (Idle::Cut(Duration::from_secs(5)), 1.0, [5000, 5100]),
        (Idle::Kept, 1.0, [10_000, 10_100]),
    ] {
        let mut running = cast.start(Manner {
            speed,
            idle,
            ..ONCE
        });
        let times: Vec<_> = all(&mut running).await.iter().map(|(at, _)| *at).collect();
        assert_eq!(times, expected, "{idle:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_due_at_once_comes_in_few_pieces() {
    let long = "€".repeat(100_000);
    let mut events = vec![printed(0, "x"); 10_000];
    events.push(printed(0, &long));
    let mut running = Cast::recorded(Format::V2, None, &events).start(ONCE);
    let outputs = all(&mut running).await;
    assert!(outputs.len() < 20, "{}", outputs.len());
    let most = crate::backend::MAX_CHUNK;
    let is_short = |(_, output): &(_, Output)| output.clone().into_printed().len() <= most;
    assert!(outputs.iter().all(is_short));
    assert_eq!(text(outputs), "x".repeat(10_000) + &long);
}

#[tokio::test(start_paused = true)]
async fn each_round_looks_like_the_first() {
    // What a full reset leaves as it was, and more.
    let dirty = "\x1b]0;title\x07\x1b]4;1;#123456\x07\x1b]10;#ff0000\x07\x1b[?25l\x1b[?12h\x1b[20h\x1b[3;9r\x1b(0\
                 \x1b[1;31mlines\r\nand\r\nmore\x1b[?1049h\x1b[4h\x1b[?7l\x1b[?2004h\x1b[?1000h\x1b[5;5Hq";
    let events = [
        printed(100, "begun"),
        printed(1000, dirty),
        event(1500, What::Resize(size(50, 10))),
        // In the middle of a sequence.
        printed(2000, "over\x1b[3"),
    ];
    let rounds = Rounds::Endless;
    let mut running = Cast::recorded(Format::V2, None, &events).start(Manner { rounds, ..ONCE });
    let mut screen = Screen::new(size(80, 24), 100);
    let (mut passed, mut shown) = (String::new(), Vec::new());
    while shown.len() < 9 {
        match running.backend.output.recv().await.unwrap() {
            Output::Printed(bytes) => screen.feed(&bytes, &mut passed),
            Output::Size(size) => drop(screen.resize(size, &mut passed)),
        }
        // At the beginning of the next round, in its middle, at its end.
        if passed.ends_with("begun") || passed.ends_with("over") {
            shown.push(screen.snapshot(100));
            passed.clear();
        }
        if passed.contains("lines") {
            shown.push(screen.snapshot(100));
            passed.clear();
        }
    }
    assert_eq!(shown[3..6], shown[..3]);
    assert_eq!(shown[6..], shown[..3]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_recording_is_not_begun_anew_without_end() {
    let rounds = Rounds::Endless;
    let mut running = Cast::recorded(Format::V2, None, &[]).start(Manner { rounds, ..ONCE });
    let began = Instant::now();
    for _ in 0..10 {
        running.backend.output.recv().await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_a_break_is_played_and_the_break_is_told() {
    let mut lines = "{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"whole\"]\n".to_owned();
    lines.push_str(&"[2,\"o\",\"x\"]\n".repeat(5000));
    lines.push_str("broken\n[3,\"o\",\"never\"]\n");
    for rounds in [Rounds::One, Rounds::Endless] {
        let mut running = Cast::of(lines.as_bytes()).start(Manner { rounds, ..ONCE });
        let text = text(all(&mut running).await);
        assert!(text.starts_with(&format!("whole{}", "x".repeat(5000))));
        assert!(
            text.contains("breaks off here: line 5003: it is no [time"),
            "{text}"
        );
        assert!(!text.contains("never"));
        let broken = running.broken.await.unwrap();
        assert!(broken.to_string().starts_with("line 5003: "), "{broken}");
        assert_eq!(running.backend.exit.await.unwrap(), Exit::Code(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_last_line_that_was_cut_off_is_the_end() {
    let cast =
        Cast::of(b"{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"a\"]\n[2,\"o\",\"b");
    let mut running = cast.start(ONCE);
    assert_eq!(text(all(&mut running).await), "a");
    assert_eq!(running.backend.exit.await.unwrap(), Exit::Code(0));
}

#[test]
fn what_is_no_recording_is_refused_before_it_is_played() {
    let head = "{\"version\":2,\"width\":80,\"height\":24}\n";
    assert!(Cast::of(b"hello\n").refusal(ONCE).contains("no asciicast"));
    assert!(Cast::of(b"").refusal(ONCE).contains("no asciicast"));
    let bad = Cast::of(format!("{head}bad\n").as_bytes()).refusal(ONCE);
    assert!(bad.starts_with("line 2: "), "{bad}");
    let mut gone = Cast::of(b"");
    std::fs::remove_file(&gone.0).unwrap();
    assert!(gone.refusal(ONCE).contains("No such file"));
    gone.0 = std::env::temp_dir();
    assert!(gone.refusal(ONCE).contains("directory"));
}

#[tokio::test]
async fn what_can_be_read_once_only_is_not_played_again_and_again() {
    let cast = Cast::recorded(Format::V2, None, &[printed(0, "once")]);
    let name = format!("webterm-{:032x}.pipe", rand::random::<u128>());
    let pipe = Cast(std::env::temp_dir().join(name));
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe.0,
        rustix::fs::FileType::Fifo,
        mode,
        0,
    )
    .unwrap();
    let write = || {
        let (from, to) = (cast.0.clone(), pipe.0.clone());
        std::thread::spawn(move || std::fs::write(to, std::fs::read(from).unwrap()))
    };
    let writing = write();
    assert_eq!(text(all(&mut pipe.start(ONCE)).await), "once");
    writing.join().unwrap().unwrap();
    let writing = write();
    let rounds = Rounds::Endless;
    let error = pipe.refusal(Manner { rounds, ..ONCE });
    assert!(error.contains("read again"), "{error}");
    // What was written may have gone nowhere.
    let _ = writing.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_it_is_asked_to_or_nobody_is_left() {
    let cast = Cast::recorded(Format::V2, None, &[printed(1_000_000, "late")]);
    let mut running = cast.start(ONCE);
    let size = Request::Resize(size(50, 10));
    running.backend.requests.send(size).await.unwrap();
    running.backend.requests.send(Request::End).await.unwrap();
    assert_eq!(all(&mut running).await, []);
    let Running { backend, broken } = cast.start(ONCE);
    drop(backend);
    let gone = timeout(Duration::from_secs(1), broken).await;
    assert!(gone.unwrap().is_err());
}
