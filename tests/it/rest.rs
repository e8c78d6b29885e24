//! Jupyter's REST API: what it answers.

mod many;
mod rights;

use std::fs;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{
    DEADLINE, Response, TempDir, Viewer, Webterm, exchange, handshake, wait_until,
};

const NAMED: [&str; 3] = ["-w", "--mode", "named"];

/// A program that says what it read, and nothing before.
const ECHO: [&str; 3] = [
    "sh",
    "-c",
    "stty -echo; while read line; do echo heard $line.; done",
];

fn named(options: &[&str]) -> Webterm {
    Webterm::start(&[&NAMED, options, &ECHO[..]].concat())
}

fn request(address: &str, method: &str, path: &str, body: &str, headers: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Somebody who asks, with header lines of his own.
struct Client {
    address: String,
    headers: String,
}

impl Client {
    fn of(webterm: &Webterm) -> Self {
        Self {
            address: webterm.address(),
            headers: String::new(),
        }
    }

    fn login(webterm: &Webterm, login: &str) -> Self {
        let headers = format!("Authorization: Basic {}\r\n", STANDARD.encode(login));
        Self {
            headers,
            ..Self::of(webterm)
        }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Response {
        exchange(
            &self.address,
            &request(&self.address, method, path, body, &self.headers),
        )
    }

    /// Asks, and expects this status; gives the body.
    fn expect(&self, status: u16, method: &str, path: &str, body: &str) -> Value {
        let response = self.ask(method, path, body);
        let text = response.text();
        assert_eq!(response.status, status, "{method} {path} {body}: {text}");
        if status == 204 {
            assert_eq!(text, "");
            return Value::Null;
        }
        assert_eq!(response.header("content-type"), Some("application/json"));
        let value: Value = serde_json::from_str(&text).unwrap();
        if status != 200 {
            assert!(
                value["message"].is_string() && value["reason"].is_null(),
                "{text}"
            );
        }
        value
    }

    /// What a refusal with this status says.
    fn refused(&self, status: u16, method: &str, path: &str, body: &str) -> String {
        let value = self.expect(status, method, path, body);
        value["message"].as_str().unwrap().to_owned()
    }

    /// Makes a terminal; gives its name.
    fn make(&self, body: &str) -> String {
        let model = self.expect(200, "POST", "/api/terminals", body);
        model["name"].as_str().unwrap().to_owned()
    }

    fn list(&self) -> Vec<String> {
        let list = self.expect(200, "GET", "/api/terminals", "");
        let names = list.as_array().unwrap().iter();
        names
            .map(|model| model["name"].as_str().unwrap().to_owned())
            .collect()
    }

    fn attach(&self, name: &str) -> Viewer {
        let login = self.headers.strip_prefix("Authorization: ").map(str::trim);
        let headers = login.map(|login| ("Authorization", login));
        let path = format!("/terminals/websocket/{name}");
        Viewer::try_connect(&self.address, &path, headers.as_slice()).unwrap()
    }
}

fn path(name: &str) -> String {
    format!("/api/terminals/{name}")
}

/// Whether a text is a moment as Jupyter writes it.
fn is_moment(value: &Value) -> bool {
    let pattern = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    let text = value.as_str().unwrap();
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, p)| match p {
            'd' => c.is_ascii_digit(),
            _ => c == p,
        })
}

#[test]
fn terminals_are_made_listed_found_and_closed() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    assert!(client.list().is_empty());
    let first = client.make("{}");
    let second = client.make(r#"{"name":"B-2_b"}"#);
    assert_eq!(second, "B-2_b");
    assert_eq!(client.list(), [first.clone(), second.clone()]);
    assert_eq!(webterm.children().len(), 2);
    let mut viewer = client.attach(&second);
    viewer.type_in("you\r");
    viewer.wait_for_output("heard you.");
    client.expect(204, "DELETE", &path(&second), "");
    viewer.wait_for("its end", |viewer| viewer.disconnect.is_some());
    assert_eq!(viewer.wait_for_close().0, 1000);
    assert_eq!(client.list(), [first]);
    let message = client.refused(404, "GET", &path(&second), "");
    assert_eq!(message, "Terminal not found: B-2_b");
    let message = client.refused(404, "DELETE", &path(&second), "");
    assert_eq!(message, "Terminal not found: B-2_b");
    wait_until("its end", || (webterm.children().len() == 1).then_some(()));
}

#[test]
fn the_model_tells_what_jupyters_does_and_more() {
    let dir = TempDir::new();
    fs::create_dir(dir.path().join("below")).unwrap();
    let mut command = Webterm::command();
    command.current_dir(dir.path()).args(NAMED).args(ECHO);
    let webterm = Webterm::launch(&mut command);
    let client = Client::of(&webterm);
    let made = client.expect(
        200,
        "POST",
        "/api/terminals",
        r#"{"cwd":"below","size":{"cols":90,"rows":20}}"#,
    );
    let name = made["name"].as_str().unwrap();
    let mut viewer = client.attach(name);
    viewer.type_in("you\r");
    viewer.wait_for_output("heard you.");
    let model = client.expect(200, "GET", &path(name), "");
    let moments = ["created_at", "last_activity"].map(|member| &model[member]);
    assert!(moments.iter().all(|moment| is_moment(moment)), "{model}");
    assert!(moments[0].as_str() < moments[1].as_str(), "{model}");
    let below = dir.path().canonicalize().unwrap().join("below");
    assert_eq!(
        model,
        json!({
            "name": name,
            "last_activity": moments[1],
            "created_at": moments[0],
            "command": "sh -c 'stty -echo; while read line; do echo heard $line.; done'",
            "cwd": below,
            "program": "sh",
            "title": "",
            "size": { "cols": 90, "rows": 20 },
            "viewers": 1,
            "writable": true,
            "aliases": [],
        })
    );
    assert_eq!(
        client.expect(200, "GET", "/api/terminals", ""),
        json!([model])
    );
    let status = client.expect(200, "GET", "/api/status", "");
    assert_eq!(
        (&status["connections"], &status["kernels"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(status["writable"], true);
    assert!(is_moment(&status["started"]));
    assert_eq!(&status["last_activity"], moments[1]);
    let version = client.expect(200, "GET", "/api", "");
    assert_eq!(version, json!({ "version": env!("CARGO_PKG_VERSION") }));
}

#[test]
fn what_stock_clients_put_around_a_request_makes_no_difference() {
    let webterm = named(&[]);
    let token = "Authorization: token sesame\r\nX-XSRFToken: 2|x\r\n";
    let client = Client {
        headers: token.to_owned(),
        ..Client::of(&webterm)
    };
    for body in [
        "",
        "{}",
        "null",
        r#"{"name":null}"#,
        r#" {"cwd":null} "#,
        r#"{"cwd":""}"#,
    ] {
        client.expect(200, "POST", "/api/terminals?1795195781959", body);
    }
    let list = client.expect(200, "GET", "/api/terminals?token=sesame&1795195781959", "");
    assert_eq!(list.as_array().unwrap().len(), 6);
    let name = list[0]["name"].as_str().unwrap();
    client.expect(204, "DELETE", &format!("{}?1795195781959", path(name)), "");
}

#[test]
fn methods_that_are_not_offered_are_405_and_change_nothing() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    client.make(r#"{"name":"fox"}"#);
    for (path, allowed) in [
        ("/api", "GET, HEAD"),
        ("/api/status", "GET, HEAD"),
        ("/api/terminals", "GET, HEAD, POST"),
        ("/api/terminals/fox", "GET, HEAD, DELETE, PATCH"),
    ] {
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            if allowed.contains(method) {
                continue;
            }
            let response = client.ask(method, path, r#"{"name":"box"}"#);
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.header("allow"), Some(allowed), "{method} {path}");
            assert!(response.text().contains("\"message\""), "{method} {path}");
        }
        let response = client.ask("HEAD", path, "");
        assert_eq!(
            (response.status, response.body.len()),
            (200, 0),
            "HEAD {path}"
        );
    }
    assert_eq!(client.list(), ["fox"]);
}

#[test]
fn r9_what_is_no_name_is_not_found_and_not_repeated() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    let long = "x".repeat(65);
    for name in [
        "..", "a/b", "a%2fb", "%00", "fox%20", "fox/", "fox;x", "", &long,
    ] {
        let response = client.ask("GET", &path(name), "");
        assert_eq!(response.status, 404, "{name}");
        assert_eq!(
            response.text(),
            r#"{"message":"there is nothing here","reason":null}"#
        );
    }
    for name in ["../x", "a/b", "a b", "a\\u0000", "ä", "", &long] {
        let body = format!(r#"{{"name":"{name}"}}"#);
        let message = client.refused(400, "POST", "/api/terminals", &body);
        assert!(message.starts_with("\"name\" can't be taken"), "{message}");
    }
    assert!(client.list().is_empty());
}

#[test]
fn an_unknown_terminal_is_not_found_before_anything_is_upgraded() {
    let webterm = named(&[]);
    let address = webterm.address();
    let response = exchange(
        &address,
        &handshake(&address, "/terminals/websocket/fox", ""),
    );
    assert_eq!(response.status, 404);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert!(response.text().contains("Terminal not found: fox"));
}

#[test]
fn a_body_that_is_none_is_refused_with_what_is_wrong_about_it() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let nested = format!("{}1{}", r#"{"a":"#.repeat(9_000), "}".repeat(9_000));
    for (body, part) in [
        ("{", "Invalid JSON"),
        ("nonsense", "Invalid JSON"),
        (&deep, "Invalid JSON"),
        (&nested, "Invalid JSON"),
        ("[]", "JSON object"),
        ("\"fox\"", "JSON object"),
        (r#"{"name":5}"#, "\"name\""),
        (r#"{"name":["fox"]}"#, "\"name\""),
        (r#"{"cwd":5}"#, "\"cwd\""),
        (r#"{"cwd":{"a":[]}}"#, "\"cwd\""),
        (r#"{"cwd":"nonesuch"}"#, "nonesuch"),
        (r#"{"cwd":"a\u0000b"}"#, "NUL"),
    ] {
        let message = client.refused(400, "POST", "/api/terminals", body);
        assert!(message.contains(part), "{body:.40}: {message}");
    }
    assert!(client.list().is_empty() && webterm.children().is_empty());
}

#[test]
fn r10_a_body_is_bounded_and_waited_for_no_longer_than_a_head() {
    let webterm = named(&["--header-timeout", "1"]);
    let client = Client::of(&webterm);
    let fits = format!(r#"{{"x":"{}"}}"#, "x".repeat(65_000));
    client.expect(200, "POST", "/api/terminals", &fits);
    let message = client.refused(413, "POST", "/api/terminals", &"x".repeat(65_537));
    assert!(message.contains("65536 bytes"), "{message}");
    let whole = request(
        &webterm.address(),
        "POST",
        "/api/terminals",
        r#"{"name":"fox"}"#,
        "",
    );
    let begun = Instant::now();
    let response = exchange(&webterm.address(), &whole[..whole.len() - 3]);
    assert_eq!(response.status, 408);
    assert!(response.text().contains("--header-timeout"));
    assert_eq!(response.header("connection"), Some("close"));
    assert!(begun.elapsed() < DEADLINE / 2);
    assert_eq!(client.list().len(), 1);
}

#[test]
fn there_are_no_more_than_max_sessions() {
    let webterm = named(&["--max-sessions", "1"]);
    let client = Client::of(&webterm);
    client.make(r#"{"name":"fox"}"#);
    let response = client.ask("POST", "/api/terminals", "{}");
    assert_eq!(response.status, 503);
    assert_eq!(response.header("retry-after"), Some("10"));
    assert!(response.text().contains("--max-sessions"));
    client.expect(200, "POST", "/api/terminals", r#"{"name":"fox"}"#);
    client.expect(204, "DELETE", "/api/terminals/fox", "");
    wait_until("its place", || {
        (client.ask("POST", "/api/terminals", "{}").status == 200).then_some(())
    });
}

#[test]
fn a_terminal_has_another_name_and_is_found_by_both() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    client.make(r#"{"name":"fox"}"#);
    client.make(r#"{"name":"taken"}"#);
    let mut viewer = client.attach("fox");
    let model = client.expect(200, "PATCH", "/api/terminals/fox", r#"{"name":"box"}"#);
    assert_eq!(
        (&model["name"], &model["aliases"]),
        (&json!("box"), &json!(["fox"]))
    );
    assert_eq!(client.list(), ["box", "taken"]);
    assert_eq!(client.make(r#"{"name":"fox"}"#), "box");
    viewer.type_in("you\r");
    client.attach("fox").wait_for_output("heard you.");
    let message = client.refused(409, "PATCH", "/api/terminals/box", r#"{"name":"taken"}"#);
    assert!(message.contains("taken"), "{message}");
    for body in [
        "{}",
        r#"{"name":null}"#,
        r#"{"name":""}"#,
        r#"{"name":"a/b"}"#,
        "[]",
    ] {
        client.refused(400, "PATCH", "/api/terminals/box", body);
    }
    client.refused(
        404,
        "PATCH",
        "/api/terminals/nonesuch",
        r#"{"name":"other"}"#,
    );
    client.expect(204, "DELETE", "/api/terminals/fox", "");
    assert_eq!(client.list(), ["taken"]);
}
