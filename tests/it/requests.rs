//! Requests that are too much, ambiguous or none: one refusal, and the connection ends.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{DEADLINE, Webterm, exchange, get};

/// Sends `request`, which does not ask for a close, followed by another one; gives all answers'
/// statuses. Fails where the server does not close.
fn statuses(address: &str, request: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    // The server may be through with it before it is all sent.
    let _ = stream.write_all(request);
    let second = format!("GET /nothing HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(second.as_bytes());
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let heads = answer.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

#[test]
fn r10_what_is_too_long_is_refused_with_the_limit_named_and_the_connection_ends() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let host = format!("Host: {address}\r\n");
    let cookie = |size: usize| {
        format!(
            "GET / HTTP/1.1\r\n{host}Cookie: {}\r\n\r\n",
            "x".repeat(size)
        )
    };
    for (request, status, part) in [
        (
            format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(5000)),
            414,
            "4096",
        ),
        (cookie(17_000), 431, "--max-header"),
        (
            format!("GET / HTTP/1.1\r\n{host}Content-Length: 65537\r\n\r\n"),
            413,
            "65536",
        ),
    ] {
        let response = exchange(&address, &request);
        assert_eq!(response.status, status, "{request:.60}");
        assert!(response.text().contains(part), "{}", response.text());
        assert_eq!(response.header("connection"), Some("close"));
        assert_eq!(statuses(&address, request.as_bytes()), [status]);
    }
    // hyper itself says so where it is far too much.
    for request in [
        cookie(40_000),
        format!("GET / HTTP/1.1\r\n{host}{}\r\n", "A: b\r\n".repeat(101)),
    ] {
        assert_eq!(statuses(&address, request.as_bytes()), [431]);
    }
    // A connection that is closed with bytes unread is reset, and the answer may be lost.
    let answers = statuses(&address, cookie(4_000_000).as_bytes());
    assert!(matches!(answers.as_slice(), [] | [431]), "{answers:?}");
    // What is within the limits passes.
    let close = "Connection: close\r\n";
    assert_eq!(
        get(
            &address,
            "/",
            &format!("Cookie: {}\r\n", "x".repeat(15_000))
        )
        .status,
        200
    );
    assert_eq!(get(&address, "/", &"A: b\r\n".repeat(90)).status, 200);
    let small = format!("GET / HTTP/1.1\r\n{host}{close}Content-Length: 3\r\n\r\nabc");
    assert_eq!(exchange(&address, &small).status, 200);
}

#[test]
fn r10_what_is_too_long_is_not_kept() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let host = format!("Host: {address}\r\n");
    assert_eq!(get(&address, "/", "").status, 200);
    let before = webterm.memory();
    let megabytes = "x".repeat(4_000_000);
    for request in [
        format!("GET / HTTP/1.1\r\n{host}Cookie: {megabytes}\r\n\r\n"),
        format!("GET /{megabytes} HTTP/1.1\r\n{host}\r\n"),
        format!("GET / HTTP/1.1\r\n{host}Content-Length: 4000000\r\n\r\n{megabytes}"),
        format!("GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n3d0900\r\n{megabytes}"),
    ] {
        for _ in 0..10 {
            // The server may close before it was given all of it.
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
    let grown = webterm.memory().saturating_sub(before);
    assert!(grown < 4 * 1024, "{grown} KiB");
}

#[test]
fn r10_the_head_may_be_larger_where_that_is_asked_for() {
    let webterm = Webterm::start(&["--max-header", "64K", "cat"]);
    let address = webterm.address();
    let status =
        |size: usize| get(&address, "/", &format!("Cookie: {}\r\n", "x".repeat(size))).status;
    assert_eq!((status(60_000), status(70_000)), (200, 431));
}

#[test]
fn r11_requests_that_can_be_read_in_two_ways_are_refused_once_and_the_connection_ends() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let with =
        |lines: &str| format!("GET / HTTP/1.1\r\nHost: {address}\r\n{lines}\r\n").into_bytes();
    let chunked = "Transfer-Encoding: chunked\r\n";
    for request in [
        with("Content-Length: 1\r\nContent-Length: 2\r\n"),
        with("Content-Length: +1\r\n"),
        with("Content-Length: -1\r\n"),
        with("Content-Length: 1, 2\r\n"),
        with("Content-Length: 0x1\r\n"),
        with("Content-Length: \r\n"),
        with("Content-Length: 99999999999999999999\r\n"),
        with("Transfer-Encoding: identity\r\n"),
        with("Transfer-Encoding: chunked, identity\r\n"),
        with("A : b\r\n"),
        with(" A: b\r\n"),
        with("A: b\rc\r\n"),
        with("A: b\0c\r\n"),
        with("A\r\n"),
        with("A: b\r\n c\r\n"),
        with(chunked),
        with(&format!("{chunked}Content-Length: 5\r\n")),
        with(&format!("Content-Length: 5\r\n{chunked}")),
        b"GET / HTTP/1.1\rHost: a\r\r\r\n\r\n".to_vec(),
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1 x\r\nHost: a\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n".to_vec(),
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
    ] {
        let heard = statuses(&address, &request);
        assert_eq!(heard, [400], "{:?}", String::from_utf8_lossy(&request));
    }
}

#[test]
fn r46_http_2_is_not_spoken_in_any_way() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    assert!(
        statuses(&address, preface).is_empty(),
        "closed without a word"
    );
    let upgrade = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    let response = get(&address, "/", upgrade);
    assert_eq!((response.status, response.header("upgrade")), (200, None));
}

#[test]
fn r9_methods_that_are_not_offered_are_405_and_none_is_tunnelled() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let address = webterm.address();
    let status = |method: &str, target: &str| {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        exchange(&address, &request).status
    };
    for method in [
        "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND",
    ] {
        assert_eq!(status(method, "/"), 405, "{method}");
        assert_eq!(status(method, "/ws"), 405, "{method}");
        assert_eq!(status(method, "/nothing"), 404, "{method}");
    }
    let tunnel =
        format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    assert!(exchange(&address, &tunnel).status >= 400);
    assert!(status("OPTIONS", "*") >= 400);
}

#[test]
fn r47_what_would_make_a_panic_reach_further_than_its_connection_is_off() {
    let manifest = include_str!("../../Cargo.toml");
    assert!(
        !manifest.contains("panic ="),
        "panics unwind, so that only a task ends"
    );
    for lint in [
        "unwrap_used = \"deny\"",
        "indexing_slicing = \"deny\"",
        "unsafe_code = \"deny\"",
    ] {
        assert!(manifest.contains(lint), "{lint}");
    }
}
