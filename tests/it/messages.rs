//! What viewers may send, and what is refused.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;
use tungstenite::Message;

use crate::support::{DEADLINE, Response, Viewer, Webterm, exchange, handshake};

/// The close code and reason that a message is answered with; the program must not have seen it.
fn refusal_of(webterm: &Webterm, message: Message) -> (u16, String) {
    let mut viewer = webterm.viewer();
    viewer.send_raw(message);
    viewer.wait_for_close()
}

#[test]
fn frames_that_are_none_of_the_protocol_are_refused_with_a_reason() {
    let webterm = Webterm::start(&["-w", "cat"]);
    for (text, part) in [
        ("", "JSON"),
        ("rm -rf", "JSON"),
        ("{}", "array"),
        ("[]", "name"),
        (r#"["exec","rm"]"#, "unknown"),
        (r#"["stdin",["rm"]]"#, "string"),
        (r#"["set_size","a","b"]"#, "numbers"),
        (r#"["ack","x"]"#, "offset"),
        (&"[".repeat(100_000), "JSON"),
        (r#"["stdin","\ud800"]"#, "JSON"),
    ] {
        let (code, reason) = refusal_of(&webterm, Message::text(text));
        assert_eq!(code, 1008, "{text:.40}");
        assert!(reason.contains(part), "{text:.40}: {reason}");
    }
    assert_eq!(refusal_of(&webterm, Message::binary(vec![1, 2])).0, 1003);
    let mut witness = webterm.viewer();
    witness.type_in("still here\r");
    witness.wait_for_output("still here");
    assert!(!witness.output.contains("rm"), "{:?}", witness.output);
}

#[test]
fn what_may_come_later_is_ignored() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = webterm.viewer();
    viewer.send(&json!(["x-later", {"a": 1}]));
    viewer.send(&json!(["stdin", ""]));
    viewer.type_in("hello\r");
    viewer.wait_for_output("hello");
}

#[test]
fn r15_a_message_of_more_than_a_mebibyte_is_refused() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = webterm.viewer();
    let large = json!(["stdin", "x".repeat(1024 * 1024)]).to_string();
    // The server may close before all of it is sent.
    let _ = viewer.socket.send(Message::text(large));
    let mut code = None;
    while let Ok(message) = viewer.socket.read() {
        if let Message::Close(Some(frame)) = message {
            code = Some(u16::from(frame.code));
        }
    }
    assert!(code.is_none_or(|code| code == 1009), "{code:?}");
    webterm
        .viewer()
        .wait_for("the screen", |viewer| !viewer.output.is_empty());
}

/// An upgraded connection, to send raw frames on.
fn raw_socket(webterm: &Webterm) -> TcpStream {
    let address = webterm.address();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "{}", handshake(&address, "/ws", "")).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    stream
}

/// The code of the close frame that a raw frame is answered with.
fn close_code_of(webterm: &Webterm, frame: &[u8]) -> u16 {
    let mut stream = raw_socket(webterm);
    stream.write_all(frame).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let mut rest = answer.as_slice();
    loop {
        let (header, length) = match rest[1] {
            126 => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
            length => (2, usize::from(length)),
        };
        if rest[0] == 0x88 {
            return u16::from_be_bytes([rest[2], rest[3]]);
        }
        rest = &rest[header + length..];
    }
}

#[test]
fn r16_frames_that_break_the_rules_are_answered_with_their_code() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let unmasked = [0x81, 2, b'[', b']'];
    let reserved_bit = [0xc1, 0x80, 0, 0, 0, 0];
    let unknown_opcode = [0x83, 0x80, 0, 0, 0, 0];
    let mut long_ping = vec![0x89, 0xfe, 0, 126];
    long_ping.resize(4 + 4 + 126, 0);
    let not_utf8 = [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28];
    assert_eq!(close_code_of(&webterm, &unmasked), 1002);
    assert_eq!(close_code_of(&webterm, &reserved_bit), 1002);
    assert_eq!(close_code_of(&webterm, &unknown_opcode), 1002);
    assert_eq!(close_code_of(&webterm, &long_ping), 1002);
    assert_eq!(close_code_of(&webterm, &not_utf8), 1007);
    let huge = [0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(close_code_of(&webterm, &huge), 1009);
}

#[test]
fn pings_are_answered_also_in_the_middle_of_a_flood() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 300000; echo END; cat"]);
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.send_raw(Message::Ping(b"are you there".to_vec().into()));
    let mut answered = false;
    while !answered {
        answered = matches!(viewer.socket.read().unwrap(), Message::Pong(data) if &data[..] == b"are you there");
    }
}

#[test]
fn a_close_is_answered_with_a_close() {
    let webterm = Webterm::start(&["cat"]);
    let mut viewer = webterm.viewer();
    viewer.socket.close(None).unwrap();
    while viewer.hear() {}
}

fn shake_hands(webterm: &Webterm, path: &str, change: impl Fn(&str) -> String) -> Response {
    let address = webterm.address();
    let request = handshake(&address, path, "").replace("Upgrade\r", "Upgrade, close\r");
    exchange(&address, &change(&request))
}

#[test]
fn r8_handshakes_that_are_none_are_refused_before_anything_is_made() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let status = |change: &dyn Fn(&str) -> String| shake_hands(&webterm, "/ws", change).status;
    let without = |name: &str, text: &str| -> String {
        text.split_inclusive("\r\n")
            .filter(|line| !line.starts_with(name))
            .collect()
    };
    assert_eq!(
        status(&|text| text.replace("Version: 13", "Version: 8")),
        426
    );
    assert_eq!(status(&|text| without("Upgrade:", text)), 426);
    assert_eq!(status(&|text| without("Sec-WebSocket-Key", text)), 400);
    assert_eq!(status(&|text| text.replace("dGhl", "****")), 400);
    assert_eq!(status(&|text| text.replace("GET", "POST")), 405);
    let response = shake_hands(&webterm, "/ws", |text| text.replace("HTTP/1.1", "HTTP/1.0"));
    assert_ne!(response.status, 101);
    for path in [
        "/w",
        "/ws/",
        "/wsx",
        "/terminals/websocket/other",
        "/terminals/websocket/",
    ] {
        let response = shake_hands(&webterm, path, str::to_owned);
        assert_eq!(response.status, 404, "{path}");
    }
    let hint = shake_hands(&webterm, "/ws", |text| {
        text.replace("Version: 13", "Version: 8")
    });
    assert_eq!(hint.header("sec-websocket-version"), Some("13"));
    Viewer::connect(&webterm.address());
}

#[test]
fn r3_pages_of_other_sites_get_no_socket() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let address = webterm.address();
    for origin in [
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        "http://127.0.0.1:1",
    ] {
        let request = handshake(
            &address,
            "/ws",
            &format!("Origin: {origin}\r\nX: close\r\n"),
        );
        let request = request.replace("Connection: Upgrade", "Connection: Upgrade, close");
        assert_eq!(exchange(&address, &request).status, 403, "{origin}");
    }
    let own = format!("Origin: http://{address}\r\n");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "{}", handshake(&address, "/ws", &own)).unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 101");
}
