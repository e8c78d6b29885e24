//! The answer to who speaks plain HTTP where TLS is spoken: the way to the encrypted address. It
//! serves nothing.

use std::io;

use hyper::header::{self, HeaderValue};
use hyper::{StatusCode, Uri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use warp::reply::Response;

use crate::access::Hosts;

use super::head::MAX_TARGET;
use super::headers;
use super::peer::Transport;
use super::refusal::refusal;

/// The most headers of a request, as hyper has it (requirement R10).
const MAX_HEADERS: usize = 100;

/// The most bytes of a head that is answered: any that fits may be sent on.
const MAX_HEAD: usize = 16 * 1024;

/// How much of what a client sends besides is read so that it reads the answer: a connection that is
/// closed with bytes unread is reset, and the answer lost.
const MAX_REST: u64 = 64 * 1024;

const REASON: &str = "this port speaks TLS only; use https:// (or wss://) in front of the address";

/// Reads a request's head, answers, and closes. The caller limits the time.
pub(super) async fn answer(mut stream: TcpStream, hosts: &Hosts) -> io::Result<()> {
    let head = head(&mut stream).await?;
    let (response, body) = respond(&head, hosts);
    stream.write_all(&written(&response, body)).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(MAX_REST), &mut tokio::io::sink()).await?;
    Ok(())
}

/// What the client sends up to the end of a head, or until it can't be one.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < MAX_HEAD && may_go_on(&head) {
        let mut room = (&mut *stream).take((MAX_HEAD - head.len()) as u64);
        if room.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(head)
}

fn may_go_on(head: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    matches!(
        httparse::Request::new(&mut headers).parse(head),
        Ok(httparse::Status::Partial)
    )
}

/// What to do with the body of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Sent,
    /// A HEAD request asked for none.
    Left,
}

fn respond(head: &[u8], hosts: &Hosts) -> (Response, Body) {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let is_whole = matches!(request.parse(head), Ok(httparse::Status::Complete(_)));
    let body = match request.method {
        Some("HEAD") => Body::Left,
        _ => Body::Sent,
    };
    let place = is_whole.then(|| place(&request, hosts)).flatten();
    let mut response = match place {
        None => refusal(StatusCode::BAD_REQUEST, REASON),
        Some(place) => {
            let mut response = refusal(StatusCode::PERMANENT_REDIRECT, REASON);
            response.headers_mut().insert(header::LOCATION, place);
            response
        }
    };
    headers::secure(&mut response, Transport::Plain);
    (response, body)
}

/// Where a request should go instead, if it is one that may be sent elsewhere.
fn place(request: &httparse::Request<'_, '_>, hosts: &Hosts) -> Option<HeaderValue> {
    let method = request.method?;
    let target = request.path?;
    if !matches!(method, "GET" | "HEAD") || !target.starts_with('/') || target.len() > MAX_TARGET {
        return None;
    }
    let mut named = request
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("host"));
    let (Some(host), None) = (named.next(), named.next()) else {
        return None;
    };
    if !hosts.allow(host.value) {
        return None;
    }
    let host = std::str::from_utf8(host.value).ok()?;
    // A name and a port: what else an authority can hold is no business of a Host header.
    if host.contains('@') {
        return None;
    }
    let place = Uri::builder()
        .scheme("https")
        .authority(host)
        .path_and_query(target)
        .build();
    HeaderValue::from_str(&place.ok()?.to_string()).ok()
}

/// A response as it goes over the wire.
fn written(response: &Response, body: Body) -> Vec<u8> {
    let text = format!("{REASON}\n");
    let status = response.status();
    let mut head = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let length = text.len();
    head.extend_from_slice(
        format!("content-length: {length}\r\nconnection: close\r\n\r\n").as_bytes(),
    );
    if body == Body::Sent {
        head.extend_from_slice(text.as_bytes());
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(head: &str) -> String {
        let names = Hosts::new(["box.example".to_owned()]);
        let (response, body) = respond(head.as_bytes(), &names);
        String::from_utf8(written(&response, body)).unwrap()
    }

    #[test]
    fn r31_who_asks_for_a_page_is_sent_to_the_encrypted_address() {
        for host in ["box.example:8443", "127.0.0.1:1", "[::1]:8080", "localhost"] {
            let text = answered(&format!("GET /a?b=c HTTP/1.1\r\nhOST: {host}\r\n\r\n"));
            assert!(text.starts_with("HTTP/1.1 308 "), "{text}");
            let location = format!("location: https://{host}/a?b=c\r\n");
            assert!(text.contains(&location), "{text}");
            assert!(text.contains("connection: close\r\n"), "{text}");
            assert!(!text.contains("strict-transport"), "RFC 6797, 7.2: {text}");
            assert!(text.ends_with("address\n"), "{text}");
        }
        let text = answered("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(
            text.starts_with("HTTP/1.1 308 ") && text.ends_with("\r\n\r\n"),
            "{text}"
        );
    }

    #[test]
    fn r31_everything_else_is_told_to_use_tls() {
        let long = format!(
            "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "x".repeat(5000)
        );
        for head in [
            "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost/evil\r\n\r\n",
            "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost",
            "SSH-2.0-OpenSSH_9.2\r\n",
            "\0\u{1}\u{2}",
            "",
            long.as_str(),
        ] {
            let text = answered(head);
            assert!(text.starts_with("HTTP/1.1 400 "), "{head:?}: {text}");
            assert!(!text.contains("location:"), "{head:?}: {text}");
            assert!(text.contains("https://"), "{text}");
        }
    }

    #[test]
    fn a_head_is_read_to_its_end_and_no_further() {
        assert!(may_go_on(b""));
        assert!(may_go_on(b"GET / HTTP/1.1\r\nHost:"));
        assert!(!may_go_on(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert!(!may_go_on(b"PRI * HTTP/2.0\r\n"));
        assert!(!may_go_on(b"\x80\x2e\x01"));
    }
}
