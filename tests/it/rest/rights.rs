//! Who may do what by the REST API, and what nobody may.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::support::{TempDir, Viewer, Webterm, exchange, handshake};

use super::{Client, ECHO, NAMED, named, path};

#[test]
fn r39_nothing_of_what_is_run_can_be_chosen() {
    let dir = TempDir::new();
    let file = dir.file("made");
    let webterm = Webterm::start(&[&NAMED[..], &["sh"]].concat());
    let client = Client::of(&webterm);
    let body = json!({
        "name": "fox",
        "shell_command": ["touch", file],
        "command": format!("touch {file}"),
        "argv": ["touch", file],
        "args": ["-c", format!("touch {file}")],
        "env": { "FOXES": "many", "ENV": file, "PATH": "/nonesuch" },
        "extra_env": { "FOXES": "many" },
        "term_settings": { "type": "fox" },
        "shell": "/bin/false",
        "user": "nobody",
        "uid": 1,
    });
    client.make(&body.to_string());
    let mut viewer = client.attach("fox");
    viewer.type_in("echo foxes-${FOXES-none}-$TERM; ls / >/dev/null && echo works-$((40 + 2))\r");
    viewer.wait_for_output("foxes-none-xterm-256color");
    viewer.wait_for_output("works-42");
    assert!(!fs::exists(file).unwrap());
}

#[test]
fn r39_a_directory_is_taken_only_below_the_one_that_webterm_was_started_for() {
    let dir = TempDir::new();
    fs::create_dir_all(dir.path().join("home/a")).unwrap();
    std::os::unix::fs::symlink("/etc", dir.path().join("home/out")).unwrap();
    let home = dir.file("home");
    let webterm = named(&["--cwd", &home]);
    let client = Client::of(&webterm);
    let whole = format!("{home}/a");
    for cwd in ["a", "./a", "a/../a", &whole] {
        let body = json!({ "cwd": cwd }).to_string();
        let model = client.expect(200, "POST", "/api/terminals", &body);
        assert_eq!(
            model["cwd"],
            json!(fs::canonicalize(&whole).unwrap()),
            "{cwd}"
        );
    }
    for cwd in [
        "..",
        "/",
        "/etc",
        "out",
        "a/../..",
        "../home-not",
        "/nonesuch",
        "nonesuch",
    ] {
        let body = json!({ "cwd": cwd }).to_string();
        let message = client.refused(400, "POST", "/api/terminals", &body);
        assert!(message.contains(cwd), "{message}");
    }
    assert_eq!(client.list().len(), 4);
}

#[test]
fn r45_pages_of_other_sites_make_rename_and_close_nothing() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    client.make(r#"{"name":"fox"}"#);
    let other = "Origin: http://evil.example\r\n".to_owned();
    let hidden = "Origin: null\r\n".to_owned();
    let browser = "User-Agent: Mozilla/5.0\r\n".to_owned();
    let modest = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n".to_owned();
    for headers in [other, hidden, browser, modest] {
        let stranger = Client {
            headers,
            ..Client::of(&webterm)
        };
        for (method, path, body) in [
            ("POST", "/api/terminals", "{}"),
            ("PATCH", "/api/terminals/fox", r#"{"name":"box"}"#),
            ("DELETE", "/api/terminals/fox", ""),
        ] {
            stranger.refused(403, method, path, body);
            let response = stranger.ask(method, path, body);
            assert!(response.header("access-control-allow-origin").is_none());
        }
    }
    assert_eq!(client.list(), ["fox"]);
    let own = Client {
        headers: format!(
            "Origin: http://{}\r\nUser-Agent: Mozilla/5.0\r\n",
            webterm.address()
        ),
        ..Client::of(&webterm)
    };
    own.make(r#"{"name":"box"}"#);
    // As Node's fetch does, which no page can send.
    let program = Client {
        headers: "User-Agent: node\r\nSec-Fetch-Mode: cors\r\n".to_owned(),
        ..Client::of(&webterm)
    };
    program.make(r#"{"name":"box"}"#);
    own.expect(204, "DELETE", "/api/terminals/fox", "");
    assert_eq!(client.list(), ["box"]);
}

#[test]
fn r45_to_fetch_changes_nothing() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    for path in [
        "/api/terminals?name=fox",
        "/api/terminals/fox",
        "/api/status",
        "/api",
    ] {
        for method in ["GET", "HEAD"] {
            client.ask(method, path, r#"{"name":"fox"}"#);
        }
    }
    assert!(client.list().is_empty() && webterm.children().is_empty());
}

#[test]
fn r45_who_opens_too_many_too_fast_has_to_wait() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    client.make(r#"{"name":"fox"}"#);
    // No program is started for it, and it counts all the same.
    let refused = (0..2000)
        .map(|_| client.ask("POST", "/api/terminals", r#"{"cwd":"/nonesuch"}"#))
        .find(|response| response.status != 400)
        .unwrap();
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait));
    assert!(
        refused.text().contains("too many terminals"),
        "{}",
        refused.text()
    );
    client.expect(200, "POST", "/api/terminals", r#"{"name":"fox"}"#);
}

#[test]
fn r19_who_may_only_look_makes_renames_and_closes_nothing() {
    let logins = ["--write-credential", "ann:a", "--view-credential", "bob:b"];
    let webterm = named(&logins);
    let (ann, bob) = (
        Client::login(&webterm, "ann:a"),
        Client::login(&webterm, "bob:b"),
    );
    let made = ann.expect(200, "POST", "/api/terminals", r#"{"name":"fox"}"#);
    assert_eq!(made["writable"], json!(true));
    assert_eq!(bob.list(), ["fox"]);
    let seen = bob.expect(200, "GET", "/api/terminals/fox", "");
    assert_eq!(seen["writable"], json!(false));
    // Who asks for one that is there gets it, as JupyterLab does when it is loaded again.
    bob.expect(200, "POST", "/api/terminals", r#"{"name":"fox"}"#);
    for (method, path, body) in [
        ("POST", "/api/terminals", "{}"),
        ("POST", "/api/terminals", r#"{"name":"box"}"#),
        ("PATCH", "/api/terminals/fox", r#"{"name":"box"}"#),
        ("DELETE", "/api/terminals/fox", ""),
    ] {
        let message = bob.refused(403, method, path, body);
        assert!(message.contains("read-only"), "{message}");
    }
    assert_eq!(ann.list(), ["fox"]);
    assert_eq!(webterm.children().len(), 1);
    let message = Client::of(&webterm).refused(401, "GET", "/api/terminals", "");
    assert_eq!(message, "a user and a password are needed");
}

#[test]
fn r19_who_was_moved_to_view_by_the_host_makes_renames_and_closes_nothing() {
    let dir = TempDir::new();
    let words = [&NAMED[..], &["--credential", "ann:a"], &ECHO].concat();
    let mut command = Webterm::command();
    let webterm = Webterm::launch(command.env("XDG_RUNTIME_DIR", dir.path()).args(words));
    let ann = Client::login(&webterm, "ann:a");
    let page = ann.ask("GET", "/", "");
    let cookie = page
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let origin = format!("http://{}", webterm.address());
    let browser = Client {
        headers: format!("Cookie: {cookie}\r\nOrigin: {origin}\r\n"),
        ..Client::of(&webterm)
    };
    browser.make(r#"{"name":"fox"}"#);
    let headers = [("cookie", cookie), ("origin", origin.as_str())];
    let path = "/terminals/websocket/fox";
    let viewer = Viewer::try_connect(&webterm.address(), path, &headers).unwrap();
    let host = |wish: &str| {
        let mut host = Command::new(env!("CARGO_BIN_EXE_webterm"));
        let host = host
            .env("XDG_RUNTIME_DIR", dir.path())
            .env("XDG_STATE_HOME", dir.path())
            .args(["-q", wish, "1"]);
        assert!(host.status().unwrap().success());
    };
    host("--let-view");
    browser.refused(403, "POST", "/api/terminals", "{}");
    browser.refused(403, "PATCH", "/api/terminals/fox", r#"{"name":"box"}"#);
    browser.refused(403, "DELETE", "/api/terminals/fox", "");
    let model = browser.expect(200, "GET", "/api/terminals/fox", "");
    assert_eq!(model["writable"], json!(false));
    host("--let-write");
    browser.expect(204, "DELETE", "/api/terminals/fox", "");
    drop(viewer);
}

#[test]
fn the_terminal_that_everybody_shares_is_listed_given_and_kept() {
    for options in [&["-w"][..], &[]] {
        let webterm = Webterm::start(&[options, &ECHO[..]].concat());
        let client = Client::of(&webterm);
        assert_eq!(client.list(), ["main"]);
        for body in ["{}", r#"{"name":"fox"}"#, r#"{"name":"main","cwd":"/etc"}"#] {
            assert_eq!(client.make(body), "main");
        }
        let message = client.refused(403, "DELETE", "/api/terminals/main", "");
        assert!(message.contains("everybody shares"), "{message}");
        client.refused(403, "PATCH", "/api/terminals/main", r#"{"name":"fox"}"#);
        client.refused(404, "DELETE", "/api/terminals/fox", "");
        let model = client.expect(200, "GET", "/api/terminals/main", "");
        assert_eq!(model["writable"], json!(!options.is_empty()));
        assert_eq!(webterm.children().len(), 1);
    }
}

#[test]
fn what_nobody_had_to_prove_who_he_is_for_is_found_by_its_name_alone() {
    let webterm = Webterm::start(&[&["-w", "--mode", "per-viewer"], &ECHO[..]].concat());
    let client = Client::of(&webterm);
    let name = client.make(r#"{"name":"fox"}"#);
    assert_eq!(name.len(), 32, "a name that others may guess is not taken");
    assert!(client.list().is_empty());
    client.refused(404, "GET", "/api/terminals/fox", "");
    client.expect(200, "GET", &path(&name), "");
    client.refused(403, "PATCH", &path(&name), r#"{"name":"fox"}"#);
    let mut viewer = client.attach(&name);
    viewer.type_in("you\r");
    viewer.wait_for_output("heard you.");
    client.expect(204, "DELETE", &path(&name), "");
    viewer.wait_for("its end", |viewer| viewer.disconnect.is_some());
}

#[test]
fn who_may_only_look_learns_nothing_of_directories() {
    let webterm = Webterm::start(&[&["--mode", "per-viewer"], &ECHO[..]].concat());
    let client = Client::of(&webterm);
    for cwd in ["src", "no-such-directory", ".."] {
        let body = json!({ "cwd": cwd }).to_string();
        let message = client.refused(403, "POST", "/api/terminals", &body);
        assert!(message.contains("read-only"), "{message}");
    }
    client.make("{}");
}

#[test]
fn what_is_one_users_is_nobody_elses() {
    let logins = ["--write-credential", "ann:a", "--write-credential", "bob:b"];
    let options = [&["-w", "--mode", "per-viewer"][..], &logins, &ECHO].concat();
    let webterm = Webterm::start(&options);
    let (ann, bob) = (
        Client::login(&webterm, "ann:a"),
        Client::login(&webterm, "bob:b"),
    );
    ann.make(r#"{"name":"fox"}"#);
    assert_eq!(ann.list(), ["fox"]);
    assert!(bob.list().is_empty());
    for method in ["GET", "DELETE"] {
        bob.refused(404, method, "/api/terminals/fox", "");
    }
    bob.refused(409, "POST", "/api/terminals", r#"{"name":"fox"}"#);
    let handshake = handshake(&bob.address, "/terminals/websocket/fox", &bob.headers);
    assert_eq!(exchange(&bob.address, &handshake).status, 404);
    ann.attach("fox");
    ann.expect(204, "DELETE", "/api/terminals/fox", "");
    bob.make(r#"{"name":"fox"}"#);
}
