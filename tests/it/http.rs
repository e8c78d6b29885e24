//! The page, its files, headers, time limits.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use webterm::access::{Access, Hosts, Links, Rules};
use webterm::backend;
use webterm::name::SessionName;
use webterm::right::Right;
use webterm::screen::DARK;
use webterm::server::{self, App, Limits, Offer};
use webterm::session::{Session, SessionOptions, SizePolicy};
use webterm::size::TermSize;
use webterm::tls::Tls;

use crate::support::{DEADLINE, Webterm, exchange, get, handshake};

/// The addresses of the page's own files, as they stand in it.
fn files_of(page: &str) -> Vec<String> {
    page.split('"')
        .filter(|word| word.starts_with("static/"))
        .map(str::to_owned)
        .collect()
}

/// The address of the page's main script.
fn script_of(address: &str) -> String {
    let files = files_of(&get(address, "/", "").text());
    let script = files.into_iter().find(|file| file.ends_with(".js"));
    script.expect("the page has a script")
}

#[test]
fn the_page_names_its_files_by_relative_versioned_addresses() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let page = get(&address, "/", "");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(!page.text().contains("@VERSION@"));
    assert!(
        !page.text().contains("<style") && !page.text().contains("style="),
        "nothing inline"
    );
    let files = files_of(&page.text());
    assert!(files.iter().any(|file| file.ends_with(".js")), "{files:?}");
    for file in files {
        let response = get(&address, &format!("/{file}"), "");
        assert_eq!(response.status, 200, "{file}");
        let cache = response.header("cache-control").unwrap();
        assert!(
            cache.contains("immutable") && cache.contains("max-age=31536000"),
            "{cache}"
        );
    }
}

#[test]
fn files_come_in_the_smallest_form_that_the_client_takes() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let script = script_of(&address);
    let form = |accept: &str| {
        let response = get(
            &address,
            &format!("/{script}"),
            &format!("Accept-Encoding: {accept}\r\n"),
        );
        assert_eq!(response.header("vary"), Some("accept-encoding"));
        let encoding = response.header("content-encoding").map(str::to_owned);
        (
            encoding,
            response.header("etag").unwrap().to_owned(),
            response.body.len(),
        )
    };
    let (brotli, brotli_tag, brotli_size) = form("gzip, deflate, br");
    let (gzip, gzip_tag, gzip_size) = form("gzip");
    let (plain, plain_tag, plain_size) = form("identity");
    assert_eq!(
        (brotli.as_deref(), gzip.as_deref(), plain.as_deref()),
        (Some("br"), Some("gzip"), None)
    );
    assert!(brotli_size <= gzip_size && gzip_size < plain_size);
    assert!(brotli_tag != gzip_tag && gzip_tag != plain_tag);
    assert_eq!(form("br;q=0, gzip;q=0").0, None);
    assert_eq!(form("br;q=0.5").0.as_deref(), Some("br"));
}

#[test]
fn what_the_client_has_already_is_not_sent_again() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let tag = get(&address, "/", "").header("etag").unwrap().to_owned();
    let again = get(
        &address,
        "/",
        &format!("If-None-Match: \"other\", {tag}\r\n"),
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = get(&address, "/", "If-None-Match: \"other\"\r\n");
    assert_eq!(other.status, 200);
}

#[test]
fn addresses_and_methods_that_are_not_offered_are_refused() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let script = script_of(&address);
    let (_, file) = script.split_once('/').unwrap();
    let (version, file) = file.split_once('/').unwrap();
    for path in [
        "/nothing".to_owned(),
        "/static".to_owned(),
        format!("/static/{version}"),
        format!("/static/{version}/"),
        format!("/static/{version}/../../etc/passwd"),
        format!("/static/{version}/%2e%2e/Cargo.toml"),
        format!("/static/000000000000/{file}"),
        format!("//static/{version}/{file}"),
    ] {
        let response = get(&address, &path, "");
        assert_eq!(response.status, 404, "{path}");
        assert!(!response.text().contains(&path), "errors reflect nothing");
    }
    for path in ["/".to_owned(), format!("/{script}")] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let response = exchange(&address, &request);
            assert_eq!(
                (response.status, response.header("allow")),
                (405, Some("GET, HEAD"))
            );
        }
        let request =
            format!("HEAD {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let response = exchange(&address, &request);
        assert_eq!((response.status, response.body.len()), (200, 0));
        assert_ne!(response.header("content-length"), Some("0"));
    }
}

#[test]
fn r13_every_response_carries_the_protecting_headers() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let foreign = get(&address, "/", "Origin: http://evil.example\r\n");
    assert_eq!(foreign.status, 403);
    for response in [
        get(&address, "/", ""),
        get(&address, "/nothing", ""),
        foreign,
    ] {
        let policy = response.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            response.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
        assert!(response.header("cache-control").is_some());
        assert_eq!(response.header("x-frame-options"), Some("DENY"));
        let permissions = response.header("permissions-policy").unwrap();
        assert!(permissions.contains("camera=()"), "{permissions}");
        assert_eq!(response.header("access-control-allow-origin"), None);
        assert_eq!(response.header("server"), None);
    }
}

#[test]
fn r10_r11_requests_that_are_too_long_or_ambiguous_are_refused() {
    let webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    let status = |request: String| exchange(&address, &request).status;
    let rest = format!("Host: {address}\r\nConnection: close\r\n");
    assert_eq!(
        status(format!("GET /{} HTTP/1.1\r\n{rest}\r\n", "x".repeat(5000))),
        414
    );
    assert_eq!(
        status(format!(
            "GET / HTTP/1.1\r\n{rest}A: {}\r\n\r\n",
            "x".repeat(20_000)
        )),
        431
    );
    assert_eq!(
        status(format!(
            "GET / HTTP/1.1\r\n{rest}{}\r\n",
            "A: b\r\n".repeat(120)
        )),
        431
    );
    assert_eq!(
        status("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned()),
        400
    );
    assert_eq!(
        status(format!("GET / HTTP/1.1\r\n{rest}Host: other\r\n\r\n")),
        400
    );
    assert_eq!(
        status(format!("GET / HTTP/1.1\r\n{rest}A : b\r\n\r\n")),
        400
    );
    assert_eq!(
        status(format!(
            "GET / HTTP/1.1\r\n{rest}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"
        )),
        400
    );
}

#[test]
fn r4_requests_for_names_of_other_sites_are_refused_on_every_address() {
    let webterm = Webterm::start(&["-w", "--allow-host", "box.example", "cat"]);
    let address = webterm.address();
    let (_, port) = address.split_once(':').unwrap();
    let status = |path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        exchange(&address, &request).status
    };
    for host in [
        &address,
        &format!("localhost:{port}"),
        &"box.example".to_owned(),
    ] {
        assert_eq!(status("/", host), 200, "{host}");
    }
    for path in ["/", "/ws", "/nothing", &format!("/{}", script_of(&address))] {
        assert_eq!(status(path, &format!("evil.example:{port}")), 421, "{path}");
    }
    let origin = format!("Origin: http://evil.example:{port}\r\n");
    let rebound = handshake(&format!("evil.example:{port}"), "/ws", &origin);
    let rebound = rebound.replace("Connection: Upgrade", "Connection: Upgrade, close");
    assert_eq!(exchange(&address, &rebound).status, 421);
}

/// A server in this process with short time limits, on a session whose program never ends.
pub(crate) struct Short {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    _runtime: tokio::runtime::Runtime,
    _feed: backend::Feed,
}

impl Drop for Short {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn short(limits: Limits) -> Short {
    short_with(limits, None)
}

pub(crate) fn short_with(limits: Limits, tls: Option<Tls>) -> Short {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stop = CancellationToken::new();
    let (backend, feed) = backend::pair();
    let options = SessionOptions {
        size: TermSize::DEFAULT,
        policy: SizePolicy::Fixed,
        buffer: 100_000,
        scrollback: 10,
        theme: DARK,
    };
    let _inside = runtime.enter();
    let session = Session::start(SessionName::shared(), backend, &options);
    let offer = Offer {
        command: "cat".to_owned(),
        scrollback: 10,
        theme: DARK.name,
        tls,
    };
    let access = Access::new(Rules {
        right: Right::View,
        hosts: Hosts::default(),
        origins: Vec::new(),
        links: Links::Open,
        credentials: Vec::new(),
        credential_file: None,
    })
    .unwrap();
    let app = App::new(session, access, offer, limits, stop.clone());
    let listener = runtime.block_on(server::bind("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(server::serve(listener, app));
    drop(_inside);
    Short {
        address,
        stop,
        _runtime: runtime,
        _feed: feed,
    }
}

/// Waits until the server closes the connection; gives how long it took.
pub(crate) fn time_to_close(stream: &mut TcpStream) -> Duration {
    let start = Instant::now();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    start.elapsed()
}

#[test]
fn r12_a_connection_that_sends_no_whole_head_is_closed_in_time() {
    let server = short(Limits {
        header: Duration::from_millis(300),
        ..Limits::default()
    });
    for start in ["", "GET / HT", "PRI * HTTP/2.0\r\n"] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(start.as_bytes()).unwrap();
        assert!(time_to_close(&mut stream) < DEADLINE / 2, "{start:?}");
    }
    // Between two requests as well.
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert!(time_to_close(&mut stream) < DEADLINE / 2);
}

#[test]
fn more_connections_than_the_bound_wait_for_their_turn() {
    let server = short(Limits {
        connections: 2,
        ..Limits::default()
    });
    let address = server.address.to_string();
    let held: Vec<TcpStream> = (0..2)
        .map(|_| TcpStream::connect(server.address).unwrap())
        .collect();
    let waiting = std::thread::spawn(move || get(&address, "/nothing", "").status);
    std::thread::yield_now();
    assert!(!waiting.is_finished());
    drop(held);
    assert_eq!(waiting.join().unwrap(), 404);
}

#[test]
fn r17_a_viewer_that_is_silent_is_pinged_and_then_dropped() {
    let server = short(Limits {
        ping: Duration::from_millis(50),
        ..Limits::default()
    });
    let mut stream = TcpStream::connect(server.address).unwrap();
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
    let server = short(Limits {
        ping: Duration::from_millis(20),
        ..Limits::default()
    });
    let mut viewer = crate::support::Viewer::connect(&server.address.to_string());
    let mut pings = 0;
    while pings < 20 {
        // Reading answers them.
        match viewer.socket.read().unwrap() {
            tungstenite::Message::Ping(_) => pings += 1,
            message => assert!(!message.to_string().contains("heartbeat")),
        }
    }
}

#[test]
fn a_viewer_that_acknowledges_is_told_that_the_connection_lives() {
    let server = short(Limits {
        ping: Duration::from_millis(20),
        ..Limits::default()
    });
    let mut page = crate::support::Viewer::connect(&server.address.to_string());
    page.acknowledge();
    page.wait_for("heartbeats", |page| page.heartbeats >= 3);
}

#[test]
fn the_page_and_what_programs_are_told_are_of_one_theme() {
    let script = r"stty raw -echo; printf '\033]11;?\033\\'; head -c 24 | tr '\033' 'e'; sleep 99";
    for (theme, background, told) in [
        ("dark", "#0f1319", "]11;rgb:0f0f/1313/1919"),
        ("light", "#fbfcfd", "]11;rgb:fbfb/fcfc/fdfd"),
    ] {
        let webterm = Webterm::start(&["--theme", theme, "sh", "-c", script]);
        let page = get(&webterm.address(), "/", "").text();
        assert!(page.contains(&format!("data-theme=\"{theme}\"")), "{page}");
        assert!(page.contains(background) && !page.contains('@'), "{page}");
        webterm.viewer().wait_for_output(told);
    }
}
