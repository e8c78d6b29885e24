//! The limits: connections, viewers, times, sizes, rates; and that each is named where it is met.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tungstenite::Message;
use webterm::server::Limits;

use crate::access::link;
use crate::support::{
    DEADLINE, Local, TempDir, Viewer, Webterm, exchange, get, handshake, wait_until,
};

/// Reads until the server closes; gives what came, and how long it took.
pub(crate) fn read_to_close(stream: &mut TcpStream) -> (Vec<u8>, Duration) {
    let start = Instant::now();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    (heard, start.elapsed())
}

#[test]
fn r12_a_connection_that_sends_no_whole_head_is_closed_in_time() {
    let server = Local::start(Limits {
        header: Duration::from_millis(300),
        ..Limits::default()
    });
    for start in ["", "GET / HT", "PRI * HTTP/2.0\r\n", "\x16\x03\x01\x02"] {
        let mut stream = server.connect();
        stream.write_all(start.as_bytes()).unwrap();
        assert!(read_to_close(&mut stream).1 < DEADLINE / 2, "{start:?}");
    }
    // Between two requests as well.
    let mut stream = server.connect();
    write!(stream, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(read_to_close(&mut stream).1 < DEADLINE / 2);
}

#[test]
fn r12_a_head_that_trickles_in_gains_no_time() {
    let server = Local::start(Limits {
        header: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut stream = server.connect();
    let start = Instant::now();
    let line = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let mut bytes = line.iter().chain(std::iter::repeat(&b'x'));
    // One byte every now and then, until the server has enough.
    while stream.write_all(&[*bytes.next().unwrap()]).is_ok() {
        assert!(start.elapsed() < DEADLINE / 2);
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn r12_a_hundred_slow_connections_delay_nobody() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let address = webterm.address();
    let slow: Vec<TcpStream> = (0..100)
        .map(|number| {
            let mut stream = TcpStream::connect(&address).unwrap();
            let start = ["", "G", "GET / HTTP/1.1\r\nHost", "PRI * HTTP/2.0\r\n"][number % 4];
            stream.write_all(start.as_bytes()).unwrap();
            stream
        })
        .collect();
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(get(&address, "/", "").status, 200);
    }
    let mut viewer = webterm.viewer();
    viewer.type_in("quick\r");
    viewer.wait_for_output("quick");
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    drop(slow);
}

#[test]
fn a_connection_on_which_nothing_is_let_in_is_closed_also_while_it_keeps_asking() {
    let server = Local::start(Limits {
        login: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut stream = server.connect();
    let start = Instant::now();
    let mut buffer = [0; 4096];
    // Each answer is waited for, so that the connection is never idle for long.
    while write!(
        stream,
        "GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://b\r\n\r\n"
    )
    .is_ok()
    {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => assert!(buffer[..count].starts_with(b"HTTP/1.1 403")),
        }
        assert!(start.elapsed() < DEADLINE / 2);
    }
    assert!(start.elapsed() >= Duration::from_millis(250));
    // One that was let in stays.
    let mut stream = server.connect();
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(700) {
        write!(stream, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let count = stream.read(&mut buffer).unwrap();
        assert!(buffer[..count].starts_with(b"HTTP/1.1 200"));
    }
    let mut viewer = server.viewer();
    viewer.send(&json!(["stdin", "x"]));
    viewer.wait_for("the notice", |viewer| !viewer.notices.is_empty());
}

/// Asks until the answer is `status`.
fn wait_for_status(address: &str, status: u16) {
    wait_until("the status", || {
        (get(address, "/", "").status == status).then_some(())
    });
}

/// A connection that was let in and stays open.
fn let_in(server: &Local) -> TcpStream {
    let mut stream = server.connect();
    write!(stream, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    stream
}

#[test]
fn r12_connections_on_which_nothing_was_let_in_keep_nobody_out() {
    let server = Local::start(Limits {
        connections: 3,
        ..Limits::default()
    });
    let mut settled = let_in(&server);
    let mut silent: Vec<TcpStream> = (0..2).map(|_| server.connect()).collect();
    wait_for_status(&server.host(), 200);
    assert!(
        read_to_close(&mut silent[0]).1 < DEADLINE / 2,
        "it gave way"
    );
    write!(settled, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(settled.read(&mut [0; 4096]).unwrap() > 0, "it did not");
}

#[test]
fn r15_connections_beyond_the_limit_are_told_which_and_hold_nothing() {
    for (limits, option) in [
        (
            Limits {
                connections: 3,
                ..Limits::default()
            },
            "--max-connections",
        ),
        (
            Limits {
                per_address: 3,
                ..Limits::default()
            },
            "--max-per-address",
        ),
    ] {
        let server = Local::start(limits);
        let address = server.host();
        let held: Vec<TcpStream> = (0..3).map(|_| let_in(&server)).collect();
        let response = get(&address, "/", "");
        assert_eq!(response.status, 503);
        assert!(response.text().contains(option), "{}", response.text());
        assert_eq!(response.header("retry-after"), Some("10"));
        assert!(response.header("content-security-policy").is_some());
        // Who is turned away and says nothing is gone soon.
        let mut silent = server.connect();
        assert!(read_to_close(&mut silent).1 < DEADLINE / 2);
        drop(held);
        wait_for_status(&address, 200);
    }
}

/// The status that a request to upgrade is answered with.
fn upgrade(address: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "{}", handshake(address, "/ws", "")).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
}

#[test]
fn r15_viewers_beyond_the_limit_are_refused_before_the_upgrade() {
    let webterm = Webterm::start(&["-w", "--max-viewers", "2", "cat"]);
    let address = webterm.address();
    let one = webterm.viewer();
    let mut other = webterm.viewer();
    let request = handshake(&address, "/ws", "").replace("Upgrade\r", "Upgrade, close\r");
    let response = exchange(&address, &request);
    assert_eq!(response.status, 503);
    assert!(
        response.text().contains("--max-viewers"),
        "{}",
        response.text()
    );
    assert_eq!(response.header("retry-after"), Some("10"));
    assert_eq!(
        get(&address, "/", "").status,
        200,
        "the page is still there"
    );
    drop(one);
    wait_until("a free place", || (upgrade(&address) == 101).then_some(()));
    other.type_in("still here\r");
    other.wait_for_output("still here");
}

#[test]
fn r15_who_only_looks_leaves_a_tenth_of_the_places_to_who_may_type() {
    let webterm = Webterm::start(&["-w", "-r", "--max-viewers", "10", "cat"]);
    let address = webterm.address();
    let [view, write] =
        ["only to look, open ", "to type, open "].map(|words| link(&webterm, words));
    let come = |link: &str| Viewer::try_connect(&address, &format!("{link}ws"), &[]);
    let lookers: Vec<_> = (0..9).map(|_| come(&view).unwrap()).collect();
    assert_eq!(come(&view).map(drop), Err(503));
    let writer = come(&write).unwrap();
    assert_eq!(writer.setup["writable"], true);
    assert_eq!(come(&write).map(drop), Err(503));
    drop((lookers, writer));
    // Where nobody may type, all places are for who looks.
    let webterm = Webterm::start(&["--max-viewers", "10", "cat"]);
    let _lookers: Vec<_> = (0..10).map(|_| webterm.viewer()).collect();
}

#[test]
fn r15_the_size_of_messages_can_be_set_and_is_named() {
    let webterm = Webterm::start(&["-w", "--max-message", "32K", "cat"]);
    let mut viewer = webterm.viewer();
    let message = |size: usize| {
        let frame = json!(["x-large", ""]).to_string().len();
        Message::text(json!(["x-large", "x".repeat(size - frame)]).to_string())
    };
    viewer.send_raw(message(32 * 1024));
    viewer.type_in("taken\r");
    viewer.wait_for_output("taken");
    viewer.send_raw(message(32 * 1024 + 1));
    let (code, reason) = viewer.wait_for_close();
    assert_eq!(code, 1009);
    assert!(
        reason.contains("32768") && reason.contains("--max-message"),
        "{reason}"
    );
}

#[test]
fn r15_a_message_a_little_too_large_is_told_so_before_the_connection_ends() {
    let webterm = Webterm::start(&["-w", "cat"]);
    for size in [1 << 20, 3 << 20, 10 << 20] {
        let mut viewer = webterm.viewer();
        // All of it is under way when the server closes.
        viewer.type_in(&"x".repeat(size));
        assert_eq!(viewer.wait_for_close().0, 1009, "{size}");
    }
}

#[test]
fn r24_a_paste_of_a_stock_client_in_one_message_arrives_whole() {
    let dir = TempDir::new();
    let file = dir.file("pasted");
    let script =
        format!("stty raw -echo; echo ready; head -c 100000 > {file}; stty sane; echo DONE; cat");
    let webterm = Webterm::start(&["-w", "sh", "-c", &script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    let text: String = ('a'..='z').cycle().take(100_000).collect();
    viewer.type_in(&text);
    viewer.wait_for_output("DONE");
    assert!(std::fs::read_to_string(&file).unwrap() == text);
    assert!(viewer.notices.is_empty(), "{:?}", viewer.notices);
}

/// Types 400 kB under a limit, and gives how long it took to arrive.
fn time_of_a_paste(options: &[&str], pieces: usize) -> (Duration, Vec<String>) {
    let script = "stty raw -echo; printf ready; head -c 400000 | cksum; cat";
    let webterm = Webterm::start(&[options, &["-w", "sh", "-c", script]].concat());
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    let text = "x".repeat(400_000);
    let start = Instant::now();
    let mut writer = Writing::of(&viewer);
    for piece in text.as_bytes().chunks(400_000 / pieces) {
        writer.type_in(std::str::from_utf8(piece).unwrap());
    }
    viewer.wait_for_output("3617801613 400000");
    (start.elapsed(), viewer.notices)
}

/// The sending half of a viewer's connection, with frames made by hand.
struct Writing(TcpStream);

impl Writing {
    fn of(viewer: &Viewer) -> Self {
        Self(viewer.socket.get_ref().try_clone().unwrap())
    }

    fn type_in(&mut self, text: &str) {
        let payload = json!(["stdin", text]).to_string();
        let mut frame = vec![0x81, 0x80 | 127];
        frame.extend((payload.len() as u64).to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(payload.as_bytes());
        self.0.write_all(&frame).unwrap();
    }
}

#[test]
fn r15_input_faster_than_the_limit_arrives_whole_but_later_and_its_sender_is_told() {
    let (took, notices) = time_of_a_paste(&[], 10);
    assert!(notices.is_empty(), "{notices:?} after {took:?}");
    // A second's worth at once, the rest at 256 KiB a second.
    let (took, notices) = time_of_a_paste(&["--max-input", "256K"], 10);
    assert!(took > Duration::from_millis(400), "{took:?}");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("--max-input"), "{notices:?}");
}

#[test]
fn r15_frames_faster_than_the_limit_arrive_whole_but_later_and_their_sender_is_told() {
    let (took, notices) = time_of_a_paste(&["--max-frames", "100"], 200);
    assert!(took > Duration::from_millis(800), "{took:?}");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("--max-frames"), "{notices:?}");
}

#[test]
fn r22_typing_much_in_small_pieces_into_a_program_that_does_not_read_costs_little() {
    let script = "stty raw -echo; printf ready; sleep 1000";
    // So that what is kept is not bounded by how fast it may come.
    let webterm = Webterm::start(&["-w", "--max-frames", "1000000", "sh", "-c", script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    let before = webterm.memory();
    let frame = [&[0x81, 0x80 | 13, 0, 0, 0, 0][..], br#"["stdin","x"]"#].concat();
    let mut writing = Writing::of(&viewer);
    writing
        .0
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    // As much as the server takes, but not more than ten times what it should keep.
    let batch = frame.repeat(10_000);
    for _ in 0..50 {
        if writing.0.write_all(&batch).is_err() {
            break;
        }
    }
    let grown = webterm.memory().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB");
}

#[test]
fn a_viewer_that_acknowledges_is_told_how_much_of_its_input_was_taken() {
    let script = "stty raw -echo; printf ready; exec cat >/dev/null";
    let webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let mut page = webterm.viewer();
    page.wait_for_output("ready");
    page.acknowledge();
    for _ in 0..10 {
        page.type_in(&"\u{20ac}".repeat(10_000));
    }
    page.wait_for("the rest", |page| page.taken > 300_000 - 32 * 1024);
    assert!(page.taken <= 300_000, "{}", page.taken);
    let webterm = Webterm::start(&["cat"]);
    let mut page = webterm.viewer();
    page.acknowledge();
    page.type_in(&"x".repeat(40_000));
    page.wait_for("what went nowhere", |page| page.taken == 40_000);
}

#[test]
fn r20_of_a_flood_of_sizes_few_reach_the_program_and_the_last_counts() {
    let webterm = Webterm::start(&["-w", "--max-resizes", "10", "cat"]);
    let mut viewer = webterm.viewer();
    let mut other = webterm.viewer();
    let start = Instant::now();
    for number in 0..4000 {
        viewer.set_size(20 + number % 100, 10 + number % 7);
    }
    for nonsense in [
        json!([0, 0]),
        json!([-1, 5]),
        json!([65560, 80]),
        json!([1001, 2001]),
    ] {
        viewer.send(&json!(["set_size", nonsense[0], nonsense[1]]));
    }
    viewer.set_size(77, 33);
    viewer.wait_for_size(77, 33);
    let most = 2 + start.elapsed().as_millis() / 100;
    assert!(
        (viewer.sizes.len() as u128) <= most + 1,
        "{:?}",
        viewer.sizes
    );
    other.wait_for_size(77, 33);
    other.type_in("quick\r");
    other.wait_for_output("quick");
}

#[test]
fn r23_a_thousand_viewers_that_come_and_go_leave_nothing_behind() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    webterm.viewer();
    let (descriptors, threads) = (webterm.descriptors(), webterm.status("Threads:"));
    let before = webterm.memory();
    for _ in 0..1000 {
        // Closed with a reset: what it was sent is not read.
        drop(webterm.viewer());
        let mut aborted = TcpStream::connect(&address).unwrap();
        let half = handshake(&address, "/ws", "");
        aborted
            .write_all(&half.as_bytes()[..half.len() / 2])
            .unwrap();
    }
    wait_until("descriptors given back", || {
        (webterm.descriptors() <= descriptors + 1).then_some(())
    });
    let grown = webterm.memory().saturating_sub(before);
    assert!(grown < 24 * 1024, "{grown} KiB");
    assert_eq!(webterm.status("Threads:"), threads);
}

/// So many that a viewer answers some of them in time, however busy the machine is.
const MANY_PINGS: u32 = 40;

#[test]
fn r17_a_viewer_that_is_silent_is_pinged_and_then_dropped() {
    let server = Local::start(Limits {
        ping: Duration::from_millis(50),
        ..Limits::default()
    });
    let mut stream = server.connect();
    stream
        .write_all(handshake("localhost", "/ws", "").as_bytes())
        .unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut heard = Vec::new();
    let start = Instant::now();
    let _ = stream.read_to_end(&mut heard);
    assert!(start.elapsed() < DEADLINE / 2);
    let pings = heard.windows(2).filter(|two| two == &[0x89, 0]).count();
    assert_eq!(pings, 2, "at the third tick it is gone");
}

#[test]
fn r17_a_viewer_that_answers_pings_stays() {
    let server = Local::start(Limits {
        ping: Duration::from_millis(20),
        missed_pings: MANY_PINGS,
        ..Limits::default()
    });
    let mut viewer = server.viewer();
    let mut pings = 0;
    // One that was silent would be gone by then.
    while pings < 2 * MANY_PINGS {
        // Reading answers them.
        match viewer.socket.read().unwrap() {
            tungstenite::Message::Ping(_) => pings += 1,
            message => assert!(!message.to_string().contains("heartbeat")),
        }
    }
}

#[test]
fn a_viewer_that_acknowledges_is_told_that_the_connection_lives() {
    let server = Local::start(Limits {
        ping: Duration::from_millis(20),
        missed_pings: MANY_PINGS,
        ..Limits::default()
    });
    let mut page = server.viewer();
    page.acknowledge();
    page.wait_for("heartbeats", |page| page.heartbeats >= 3);
}

#[test]
fn r17_a_silent_viewer_makes_place_for_another_and_disturbs_none() {
    let server = Local::start(Limits {
        ping: Duration::from_millis(50),
        missed_pings: MANY_PINGS,
        viewers: 2,
        ..Limits::default()
    });
    let mut lively = server.viewer();
    // Upgraded, and from then on nothing: no pong, no close, but the connection stays open.
    let mut silent = server.connect();
    silent
        .write_all(handshake("localhost", "/ws", "").as_bytes())
        .unwrap();
    let mut heard = [0; 12];
    silent.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"HTTP/1.1 101");
    assert_eq!(upgrade(&server.host()), 503);
    // Reading answers pings: the lively one is heard all the time.
    let start = Instant::now();
    loop {
        lively.socket.read().unwrap();
        if upgrade(&server.host()) == 101 {
            break;
        }
        assert!(start.elapsed() < DEADLINE);
    }
    lively.send(&json!(["stdin", "x"]));
    lively.wait_for("the notice", |viewer| !viewer.notices.is_empty());
}

#[test]
fn r17_a_close_is_answered_and_the_connection_ended_though_the_client_holds_it_open() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "{}", handshake(&address, "/ws", "")).unwrap();
    stream
        .write_all(&[0x88, 0x82, 0, 0, 0, 0, 3, 0xe8])
        .unwrap();
    let (heard, took) = read_to_close(&mut stream);
    assert!(heard.ends_with(&[0x88, 2, 3, 0xe8]), "the same code");
    assert!(took < Duration::from_secs(5), "{took:?}");
}
