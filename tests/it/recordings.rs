//! What is told and given of recordings, and to whom.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use super::support::{Response, TempDir, Webterm, exchange, get, wait_until};

const CAST: &str =
    "{\"version\":2,\"width\":80,\"height\":24,\"command\":\"vim\"}\n[1,\"o\",\"hello\"]\n";

/// A directory with a foreign recording, closed to others.
fn place() -> TempDir {
    let dir = TempDir::new();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o700)).unwrap();
    std::fs::write(dir.file("demo.cast"), CAST).unwrap();
    dir
}

fn serve(dir: &TempDir, options: &[&str]) -> Webterm {
    let record = ["--record", dir.path().to_str().unwrap()];
    Webterm::start(&[&record, options, &["cat"]].concat())
}

fn list(address: &str) -> Vec<Value> {
    let answer = get(address, "/api/recordings", "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json: Value = serde_json::from_str(&answer.text()).unwrap();
    json["recordings"].as_array().unwrap().clone()
}

fn head(response: &Response, name: &str) -> String {
    response.header(name).unwrap_or_default().to_owned()
}

#[test]
fn writers_see_what_was_recorded_and_what_is_being_recorded() {
    let dir = place();
    let webterm = serve(&dir, &["-w"]);
    let address = webterm.address();
    let mut viewer = webterm.viewer();
    assert_eq!(viewer.setup["recordings"], "writers");
    viewer.type_in("typed\r");
    viewer.wait_for_output("typed");
    let all = wait_until("two recordings", || {
        let all = list(&address);
        (all.len() == 2).then_some(all)
    });
    let ours = all.iter().find(|one| one["id"] != "demo").unwrap();
    assert_eq!(ours["course"], "recording");
    assert_eq!(ours["command"], "cat");
    let foreign = all.iter().find(|one| one["id"] == "demo").unwrap();
    assert_eq!(
        (&foreign["course"], &foreign["command"]),
        (&"ended".into(), &"vim".into())
    );
    assert_eq!(foreign["length"], 1.0);
    let still = get(&address, "/api/recordings/demo/still", "");
    let still: Value = serde_json::from_str(&still.text()).unwrap();
    assert_eq!(still["lines"][0][0][0], "hello");
    // While it still grows.
    let id = ours["id"].as_str().unwrap();
    let growing = get(&address, &format!("/recordings/{id}.cast"), "");
    assert_eq!(growing.status, 200);
    let length: usize = head(&growing, "content-length").parse().unwrap();
    assert_eq!(growing.body.len(), length);
    assert!(growing.text().starts_with("{\"version\":2"));
}

#[test]
fn who_may_only_look_sees_none_unless_they_are_public() {
    let dir = place();
    let closed = serve(&dir, &[]);
    assert_eq!(closed.viewer().setup["recordings"], "writers");
    for path in [
        "/recordings/",
        "/recordings/demo.cast",
        "/api/recordings",
        "/api/recordings/demo/still",
    ] {
        let answer = get(&closed.address(), path, "");
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text().contains("hello"));
    }
    let public = serve(&dir, &["--recordings-public"]);
    assert_eq!(public.viewer().setup["recordings"], "everybody");
    for path in [
        "/recordings/",
        "/recordings/demo.cast",
        "/api/recordings",
        "/api/recordings/demo/still",
    ] {
        assert_eq!(get(&public.address(), path, "").status, 200, "{path}");
    }
}

#[test]
fn without_recording_there_is_nothing() {
    let webterm = Webterm::start(&["-w", "cat"]);
    assert_eq!(webterm.viewer().setup["recordings"], Value::Null);
    for path in [
        "/recordings/",
        "/recordings",
        "/recordings/demo.cast",
        "/api/recordings",
    ] {
        assert_eq!(get(&webterm.address(), path, "").status, 404, "{path}");
    }
}

#[test]
fn r5_recordings_are_behind_the_same_locks_as_all_else() {
    let dir = place();
    let options = [
        "-w",
        "-r",
        "--credential",
        "alice:secret",
        "--view-credential",
        "bob:secret",
    ];
    let webterm = serve(&dir, &options);
    let address = webterm.address();
    for path in ["/recordings/", "/recordings/demo.cast", "/api/recordings"] {
        assert_eq!(get(&address, path, "").status, 404, "{path}");
    }
    let log = webterm.log();
    let (_, rest) = log.split_once("to type, open http://").unwrap();
    let base = format!("/{}", rest.split('/').nth(1).unwrap());
    let as_user = |user: &str| {
        use base64::Engine as _;
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{user}:secret"));
        let headers = format!("Authorization: Basic {login}\r\n");
        get(&address, &format!("{base}/recordings/demo.cast"), &headers).status
    };
    assert_eq!(
        get(&address, &format!("{base}/recordings/"), "").status,
        401
    );
    assert_eq!((as_user("alice"), as_user("bob")), (200, 403));
}

#[test]
fn r34_who_opens_the_page_first_is_given_a_pass_there() {
    let dir = place();
    let webterm = serve(&dir, &["-w", "--credential", "alice:secret"]);
    let login = "Authorization: Basic YWxpY2U6c2VjcmV0\r\n";
    let ask = |path: &str, headers: &str| get(&webterm.address(), path, headers);
    let page = ask("/recordings/", login);
    let cookie = head(&page, "set-cookie");
    let (cookie, _) = cookie.split_once(';').expect("a cookie");
    let shown = format!("Cookie: {cookie}\r\n");
    assert_eq!(ask("/recordings/demo.cast", &shown).status, 200);
    let file = ask("/recordings/demo.cast", login);
    assert_eq!(
        (file.status, head(&file, "set-cookie")),
        (200, String::new())
    );
    assert_eq!(ask("/recordings/demo.cast", "").status, 401);
}

#[test]
fn r9_nothing_but_recordings_of_the_directory_is_given_away() {
    let dir = place();
    let outside = TempDir::new();
    let secret = outside.file("secret.cast");
    std::fs::write(&secret, CAST).unwrap();
    symlink(&secret, dir.file("link.cast")).unwrap();
    std::fs::create_dir(dir.file("dir.cast")).unwrap();
    std::fs::write(dir.file("demo.json"), "{}").unwrap();
    std::fs::write(dir.file("notes.txt"), "secret").unwrap();
    let webterm = serve(&dir, &["-w"]);
    let address = webterm.address();
    let outside = outside.path().file_name().unwrap().to_str().unwrap();
    for name in [
        "link.cast",
        "dir.cast",
        "none.cast",
        "demo.json",
        "demo",
        "notes.txt",
        ".cast",
        "..cast",
        "demo.cast/",
        "demo.cast%00",
        "%64emo.cast",
        "..%2fdemo.cast",
        "../recordings/demo.cast",
        "./demo.cast",
        "demo.CAST",
        &format!("../{outside}/secret.cast"),
        &format!("..%2f{outside}%2fsecret.cast"),
        &format!("{}.cast", "x".repeat(300)),
    ] {
        let answer = get(&address, &format!("/recordings/{name}"), "");
        assert_eq!(answer.status, 404, "{name}");
        assert!(!answer.text().contains("hello"), "{name}");
        let answer = get(&address, &format!("/api/recordings/{name}/still"), "");
        assert_eq!(
            answer.status,
            if name == "demo" { 200 } else { 404 },
            "{name}"
        );
    }
    let ids: Vec<_> = list(&address).iter().map(|one| one["id"].clone()).collect();
    assert!(
        !ids.contains(&"link".into()) && ids.contains(&"demo".into()),
        "{ids:?}"
    );
}

#[test]
fn a_file_is_a_download_whole_or_in_parts() {
    let dir = place();
    let webterm = serve(&dir, &["-w"]);
    let address = webterm.address();
    let fetch = |headers: &str| get(&address, "/recordings/demo.cast", headers);
    let whole = fetch("");
    assert_eq!((whole.status, whole.text().as_str()), (200, CAST));
    for (name, value) in [
        ("content-type", "application/x-asciicast"),
        ("content-disposition", "attachment; filename=\"demo.cast\""),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-length", &CAST.len().to_string()),
    ] {
        assert_eq!(head(&whole, name), value, "{name}");
    }
    let etag = head(&whole, "etag");
    assert!(etag.starts_with('"'), "{etag}");
    let length = CAST.len();
    let part = fetch("Range: bytes=2-8\r\n");
    assert_eq!((part.status, part.text().as_str()), (206, &CAST[2..9]));
    assert_eq!(head(&part, "content-range"), format!("bytes 2-8/{length}"));
    let end = fetch("Range: bytes=-5\r\n");
    assert_eq!(
        (end.status, end.text().as_str()),
        (206, &CAST[length - 5..])
    );
    let beyond = fetch(&format!("Range: bytes={length}-\r\n"));
    assert_eq!(beyond.status, 416);
    assert_eq!(head(&beyond, "content-range"), format!("bytes */{length}"));
    assert_eq!(fetch("Range: bytes=0-1,3-4\r\n").status, 200);
    assert_eq!(
        fetch(&format!("Range: bytes=0-1\r\nIf-Range: {etag}\r\n")).status,
        206
    );
    assert_eq!(
        fetch("Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").status,
        200
    );
    assert_eq!(fetch(&format!("If-None-Match: {etag}\r\n")).status, 304);
    let only_head = exchange(
        &address,
        &format!(
            "HEAD /recordings/demo.cast HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        ),
    );
    assert_eq!((only_head.status, only_head.body.len()), (200, 0));
    assert_eq!(head(&only_head, "content-length"), length.to_string());
    let post = exchange(
        &address,
        &format!(
            "POST /recordings/demo.cast HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
    );
    assert_eq!(post.status, 405);
}

#[test]
fn a_large_file_is_not_held_in_memory() {
    let dir = place();
    let line = format!("[1,\"o\",\"{}\"]\n", "x".repeat(100_000));
    std::fs::write(
        dir.file("large.cast"),
        format!("{CAST}{}", line.repeat(2000)),
    )
    .unwrap();
    let webterm = serve(&dir, &["-w"]);
    let before = webterm.memory();
    let large = get(&webterm.address(), "/recordings/large.cast", "");
    assert_eq!(large.body.len(), CAST.len() + 2000 * line.len());
    let grown = webterm.memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB");
}

#[test]
fn only_the_page_that_plays_may_compile_webassembly() {
    let dir = place();
    let webterm = serve(&dir, &["-w"]);
    let address = webterm.address();
    let policy = |path| head(&get(&address, path, ""), "content-security-policy");
    assert!(policy("/recordings/").contains("script-src 'self' 'wasm-unsafe-eval';"));
    for path in ["/", "/api/recordings", "/recordings/demo.cast", "/none"] {
        assert!(policy(path).contains("script-src 'self';"), "{path}");
    }
    for path in ["/recordings/", "/"] {
        assert!(!policy(path).contains("unsafe-inline") && !policy(path).contains("'unsafe-eval'"));
    }
    let moved = get(&address, "/recordings", "");
    assert_eq!(
        (moved.status, head(&moved, "location").as_str()),
        (308, "recordings/")
    );
}

#[test]
fn who_was_given_a_recording_and_who_was_not_is_in_the_audit_log() {
    let dir = place();
    let log = TempDir::new();
    let file = log.file("audit.log");
    let options = ["--audit-log", &file];
    let given = serve(&dir, &[&options[..], &["-w"]].concat());
    let head = "User-Agent: curl/8\r\n";
    for _ in 0..3 {
        get(&given.address(), "/recordings/demo.cast", head);
        get(&given.address(), "/api/recordings/demo/still", head);
    }
    let entry = |event: &str| {
        wait_until(event, || {
            let text = std::fs::read_to_string(&file).ok()?;
            let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
            lines.find(|line: &Value| line["event"] == event)
        })
    };
    let read = entry("recording_read");
    assert_eq!(read["file"], "demo.cast");
    assert_eq!(read["user_agent"], "curl/8");
    drop(given);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.matches("recording_read").count(), 1, "{text}");
    let kept = serve(&dir, &options);
    get(&kept.address(), "/recordings/demo.cast", "");
    assert_eq!(entry("denied")["reason"], "read_only");
}
