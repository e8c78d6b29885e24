//! Read-only is read-only on every road (requirements R19 and R20): whatever a viewer sends, and
//! however it asks to be let in, no byte of it reaches the program, nor does its window count.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::support::{DEADLINE, TempDir, Webterm, exchange, handshake, require};

const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// Addresses and header lines by which somebody might try to be more than a viewer.
const DOORS: [(&str, &str); 20] = [
    ("/ws", ""),
    ("/ws?permit-write=1&writable=true&write=1&mode=rw", ""),
    ("/ws?stdin=whoami&input=whoami&arg=whoami", ""),
    ("/ws?WEBTERM_PERMIT_WRITE=1", ""),
    ("/ws?scrollback=9&resume=x&offset=0", ""),
    ("/terminals/websocket/main", ""),
    ("/terminals/websocket/main?token=main&session_id=1", ""),
    ("/raw", ""),
    ("/raw/main", ""),
    ("/raw?rows=24&cols=80&writable=true&permit-write=1", ""),
    ("/raw/main?rows=11&cols=33&stdin=whoami&arg=whoami", ""),
    ("/ws", "Sec-WebSocket-Protocol: tty\r\n"),
    ("/ws", "Sec-WebSocket-Protocol: webtty\r\n"),
    (
        "/ws",
        "Sec-WebSocket-Protocol: write, terminado, v1.terminado\r\n",
    ),
    (
        "/ws",
        "Cookie: writable=1; permit-write=true; webterm=write\r\n",
    ),
    ("/ws", "Authorization: Basic cm9vdDpyb290\r\n"),
    ("/ws", "Authorization: token write\r\n"),
    (
        "/ws",
        "X-Permit-Write: 1\r\nX-WebAuth-User: root\r\nX-Forwarded-User: root\r\n",
    ),
    (
        "/ws",
        "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n",
    ),
    (
        "/ws",
        "WEBTERM-PERMIT-WRITE: 1\r\nUpgrade-Insecure-Requests: 1\r\n",
    ),
];

/// The addresses at which each attempt is made: one for each way to speak.
const SOCKETS: [&str; 2] = ["/ws", "/raw"];

/// Messages that another server of terminals, or a careless one, would take for input, or for a size.
const MESSAGES: [(u8, &[u8]); 43] = [
    (TEXT, br#"["stdin","whoami\r"]"#),
    (TEXT, br#"["stdin","whoami\r",true]"#),
    (TEXT, br#"["stdin","whoami\r",{"writable":true}]"#),
    (TEXT, br#"["stdin",["whoami\r"]]"#),
    (TEXT, br#"["stdin",65]"#),
    (TEXT, br#"["stdin",null]"#),
    (TEXT, br#"["stdin"]"#),
    (TEXT, br#"[["stdin","whoami\r"]]"#),
    (TEXT, br#"["STDIN","whoami\r"]"#),
    (TEXT, br#"["stdin ","whoami\r"]"#),
    (TEXT, br#"["stdin\u0000","whoami\r"]"#),
    (TEXT, br#"["x-stdin","whoami\r"]"#),
    (TEXT, br#"["stdout","whoami\r"]"#),
    (TEXT, br#"["input","whoami\r"]"#),
    (TEXT, br#"["terminal:input","whoami\r"]"#),
    (TEXT, br#"["writable",true,true]"#),
    (TEXT, br#"["setup",{"writable":true}]"#),
    (
        TEXT,
        br#"["control",{"do":"set-right","viewer":1,"right":"write"}]"#,
    ),
    (TEXT, br#"{"do":"set-right","viewer":1,"right":"write"}"#),
    (TEXT, br#"{"stdin":"whoami\r"}"#),
    (TEXT, br#"{"type":"input","data":"whoami\r"}"#),
    (TEXT, br#"{"columns":80,"rows":24}"#),
    (TEXT, b"whoami\r"),
    (TEXT, b"0whoami\r"),
    (TEXT, b"1whoami\r"),
    (TEXT, b"42[\"input\",\"whoami\\r\"]"),
    (TEXT, b""),
    (BINARY, b""),
    (BINARY, b"whoami\r"),
    (BINARY, b"0whoami\r"),
    (BINARY, br#"["stdin","whoami\r"]"#),
    // Reports of the mouse and of the focus, and answers of a terminal.
    (TEXT, br#"["stdin","\u001b[<0;1;1M\u001b[<0;1;1m"]"#),
    (TEXT, br#"["stdin","\u001b[M !!"]"#),
    (BINARY, b"\x1b[M\xa0\xff\xff"),
    (TEXT, br#"["stdin","\u001b[I\u001b[O"]"#),
    (
        TEXT,
        br#"["stdin","\u001b[1;1R\u001b[?1;2c\u001b[>0;276;0c"]"#,
    ),
    (
        TEXT,
        br#"["stdin","\u001b]10;rgb:ffff/ffff/ffff\u0007\u001bP1$r0m\u001b\\"]"#,
    ),
    // Windows.
    (TEXT, br#"["set_size",11,33,0,0]"#),
    (TEXT, br#"["set_size",11,33]"#),
    (TEXT, br#"["set_size",1,2,1e9,1e9]"#),
    (TEXT, br#"["set_size","11","33"]"#),
    (TEXT, br#"["ack",0]"#),
    (TEXT, br#"["ack",18446744073709551615]"#),
];

/// A frame of a client, whose mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    assert!(length < 126);
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

/// An upgraded connection; `None` where it is refused.
fn connect(webterm: &Webterm, path: &str, headers: &str) -> Option<TcpStream> {
    let address = webterm.address();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "{}", handshake(&address, path, headers)).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    head.starts_with(b"HTTP/1.1 101").then_some(stream)
}

/// Sends frames, and waits until all are dealt with: a ping is answered, or the connection closed.
fn deliver(stream: &mut TcpStream, frames: &[u8]) {
    // It may be closed in the middle of this.
    let _ = stream.write_all(&[frames, &frame(0x89, b"done")].concat());
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    // All text that the server sends here is ASCII, so that this byte begins a close frame.
    let is_over = |heard: &[u8]| heard.contains(&0x88);
    while !heard.windows(6).any(|window| window == b"\x8a\x04done") && !is_over(&heard) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
        }
    }
}

/// All that can be sent over an open connection, each as the frames of one attempt.
fn attempts() -> Vec<Vec<u8>> {
    let whole = MESSAGES.map(|(opcode, payload)| frame(0x80 | opcode, payload));
    let mut attempts = whole.to_vec();
    let (begin, end) = (br#"["stdin","#, br#""whoami\r"]"#);
    attempts.push([frame(TEXT, begin), frame(0x80, end)].concat());
    attempts.push(
        [
            frame(TEXT, begin),
            frame(0x89, b"whoami\r"),
            frame(0x80, end),
        ]
        .concat(),
    );
    attempts.push([frame(BINARY, begin), frame(0x80, end)].concat());
    attempts.push(frame(0x80, br#"["stdin","whoami\r"]"#));
    attempts.push(frame(0x89, b"whoami\r"));
    attempts.push(frame(0x8a, b"whoami\r"));
    attempts.push(frame(0x88, b"\x03\xe8whoami\r"));
    for opcode in (3..8).chain(11..16) {
        attempts.push(frame(0x80 | opcode, br#"["stdin","whoami\r"]"#));
    }
    for reserved in [0x10, 0x20, 0x40] {
        attempts.push(frame(0x81 | reserved, br#"["stdin","whoami\r"]"#));
    }
    attempts
}

/// Says how many bytes it was given and what its size is, once it is asked to by a file; asks its
/// terminal nothing.
const COUNTER: &str = "\
import os, select, sys, tty
tty.setraw(0)
print('ready', flush=True)
count = 0
while True:
    if select.select([0], [], [], 0.05)[0]: count += len(os.read(0, 65536))
    elif os.path.exists(sys.argv[1]): break
size = os.get_terminal_size()
print('given', count, 'at', size.columns, size.lines, 'end', flush=True)
import signal
signal.pause()
";

fn assert_given_nothing(webterm: &Webterm, go: &str) {
    fs::write(go, "").unwrap();
    let mut witness = webterm.viewer();
    witness.wait_for_output(" end");
    let given = "given 0 at 120 36 end";
    assert!(witness.output.contains(given), "{:?}", witness.output);
}

#[test]
fn r19_no_road_leads_into_a_read_only_session() {
    require("python3");
    let dir = TempDir::new();
    let go = dir.file("go");
    let webterm = Webterm::start(&["python3", "-c", COUNTER, &go]);
    webterm.viewer().wait_for_output("ready");
    for (path, headers) in DOORS {
        for (opcode, payload) in [MESSAGES[0], MESSAGES[37], MESSAGES[28]] {
            if let Some(mut stream) = connect(&webterm, path, headers) {
                deliver(&mut stream, &frame(0x80 | opcode, payload));
            }
        }
    }
    for attempt in attempts() {
        for path in SOCKETS {
            let mut stream = connect(&webterm, path, "").unwrap();
            deliver(&mut stream, &attempt);
        }
    }
    let address = webterm.address();
    for method in [
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT",
    ] {
        for path in [
            "/",
            "/ws",
            "/raw",
            "/api/terminals",
            "/api/terminals/main",
            "/socket.io/?EIO=4",
        ] {
            exchange(
                &address,
                &format!(
                    "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
                     Content-Type: application/json\r\nContent-Length: 20\r\n\r\n\
                     [\"stdin\",\"whoami\\r\"]"
                ),
            );
        }
    }
    assert_given_nothing(&webterm, &go);
}

#[test]
fn r19_no_road_leads_back_for_who_was_moved_to_view() {
    require("python3");
    let dir = TempDir::new();
    let go = dir.file("go");
    let args = ["-w", "--size", "auto", "python3", "-c", COUNTER, &go];
    let mut command = Webterm::command();
    let webterm = Webterm::spawn(command.env("XDG_RUNTIME_DIR", dir.path()).args(args));
    webterm.viewer().wait_for_output("ready");
    let attempts = attempts();
    let roads = attempts
        .iter()
        .flat_map(|attempt| SOCKETS.map(|path| (path, attempt)));
    for (number, (path, attempt)) in roads.enumerate() {
        let mut stream = connect(&webterm, path, "").unwrap();
        // The first viewer was the one above. Once this is answered he is counted.
        deliver(&mut stream, b"");
        let id = (number + 2).to_string();
        let host = Command::new(env!("CARGO_BIN_EXE_webterm"))
            .args(["-q", "--let-view", &id])
            .env("XDG_RUNTIME_DIR", dir.path())
            .env("XDG_STATE_HOME", dir.path())
            .status();
        assert!(host.unwrap().success());
        deliver(&mut stream, attempt);
    }
    assert_given_nothing(&webterm, &go);
}
