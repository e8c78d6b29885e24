//! Who is let in, to what, and what is told of it: the real binary, with curl, htpasswd and argon2.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::support::{
    Response, TempDir, Viewer, Webterm, exchange, get, output_of, require, wait_until,
};

/// `alice:pässwörd`, in base64.
const ALICE: &str = "YWxpY2U6cMOkc3N3w7ZyZA==";

/// The same, as a header line.
fn login() -> String {
    format!("Authorization: Basic {ALICE}\r\n")
}

/// A webterm that asks for `alice:pässwörd`, given where nobody can see it.
fn locked(args: &[&str]) -> Webterm {
    let mut command = Webterm::command();
    command
        .env("WEBTERM_CREDENTIAL", "alice:pässwörd")
        .args(args);
    let webterm = Webterm::spawn(&mut command);
    webterm.address();
    webterm
}

/// What webterm says, and its status, when it does not start.
fn refused(command: &mut Command) -> (i32, String) {
    let mut webterm = Webterm::spawn(command);
    let status = webterm.wait().code().unwrap();
    // Its last line may come after its end.
    let said = wait_until("the reason", || {
        let log = webterm.log();
        log.contains("webterm: ").then_some(log)
    });
    assert_eq!(said.lines().count(), 1, "one line: {said}");
    (status, said)
}

/// A status by curl.
fn curl(args: &[&str]) -> String {
    let silent = ["-s", "-o", "/dev/null", "-w", "%{http_code}"];
    output_of("curl", &[&silent, args].concat())
}

/// The cookie that a response gives, as it is sent back.
fn cookie_of(response: &Response) -> String {
    let given = response.header("set-cookie").expect("a cookie");
    given.split(';').next().unwrap().to_owned()
}

/// The path of the link that is printed behind these words.
pub(crate) fn link(webterm: &Webterm, words: &str) -> String {
    let log = webterm.log();
    let (_, rest) = log.split_once(words).expect(words);
    let url = rest.lines().next().unwrap().trim();
    let (_, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    format!("/{path}")
}

#[test]
fn r1_by_default_nothing_but_loopback_is_listened_on() {
    let webterm = Webterm::start(&["cat"]);
    let port: u16 = webterm
        .address()
        .rsplit_once(':')
        .unwrap()
        .1
        .parse()
        .unwrap();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let path = format!("/proc/{}/net/{table}", webterm.pid());
        let table = std::fs::read_to_string(path).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (local, state) = (fields[1], fields[3]);
            if state == "0A" && local.ends_with(&format!(":{port:04X}")) {
                found.push(local.to_owned());
            }
        }
    }
    assert_eq!(found, [format!("0100007F:{port:04X}")]);
}

#[test]
fn r2_typing_from_beyond_this_machine_needs_a_lock_or_a_word() {
    for address in ["0.0.0.0", "::"] {
        let (status, said) = refused(Webterm::command().args(["-w", "--address", address, "cat"]));
        assert_eq!(status, 2, "{said}");
        for remedy in ["--credential", "--random-url", "--insecure"] {
            assert!(said.contains(remedy), "{said}");
        }
    }
    let lock = ["-c", "alice:pässwörd"];
    for args in [
        &["-w", "-r"][..],
        &["-w", "--insecure"],
        &[],
        &["-w", lock[0], lock[1]],
    ] {
        let started = Webterm::start(&[args, &["--address", "0.0.0.0", "cat"]].concat());
        assert!(started.log().contains("sharing cat"));
    }
}

#[test]
fn secrets_that_cross_the_network_in_the_clear_are_warned_of() {
    let warning = "unencrypted";
    for args in [&["-r"][..], &["-c", "alice:pässwörd"]] {
        let exposed = Webterm::start(&[args, &["--address", "0.0.0.0", "cat"]].concat());
        wait_until("the warning", || {
            exposed.log().contains(warning).then_some(())
        });
        let local = Webterm::start(&[args, &["cat"]].concat());
        assert!(!local.log().contains(warning), "{}", local.log());
    }
}

#[test]
fn r4_r5_with_a_password_nothing_is_served_without_it() {
    let webterm = locked(&["-w", "cat"]);
    let address = webterm.address();
    let page = get(&address, "/", &login());
    assert_eq!(page.status, 200);
    let text = page.text();
    let (_, asset) = text.split_once("src=\"").unwrap();
    let asset = format!("/{}", asset.split('"').next().unwrap());
    for (path, with) in [
        ("/", 200),
        (asset.as_str(), 200),
        ("/nothing", 404),
        ("/api/terminals", 200),
    ] {
        assert_eq!(get(&address, path, &login()).status, with, "{path}");
        let without = get(&address, path, "");
        assert_eq!(without.status, 401, "{path}");
        let told = without.text();
        assert!(told.contains("a user and a password are needed"), "{told}");
        assert!(told.len() < 70, "and nothing else: {told}");
        let challenge = without.header("www-authenticate").unwrap();
        assert_eq!(challenge, "Basic realm=\"webterm\", charset=\"UTF-8\"");
    }
    for path in ["/ws", "/terminals/websocket/main"] {
        let origin = format!("http://{address}");
        let refused = Viewer::try_connect(&address, path, &[("origin", &origin)]);
        assert_eq!(refused.err(), Some(401), "{path}");
        let basic = format!("Basic {ALICE}");
        let viewer = Viewer::try_connect(&address, path, &[("authorization", &basic)]);
        assert_eq!(viewer.unwrap().setup["writable"], true, "{path}");
    }
}

#[test]
fn r5_after_the_page_the_socket_needs_a_cookie_and_no_header() {
    let webterm = locked(&["-w", "cat"]);
    let address = webterm.address();
    let cookie = cookie_of(&get(&address, "/", &login()));
    let origin = format!("http://{address}");
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    let mut viewer = Viewer::try_connect(&address, "/ws", &headers).unwrap();
    viewer.type_in("by cookie\r");
    viewer.wait_for_output("by cookie");
    let page = get(&address, "/", &format!("Cookie: {cookie}\r\n"));
    assert_eq!(page.status, 200);
    assert_eq!(page.header("set-cookie"), None);
    for (headers, status) in [
        (&headers[..1], 401),
        (&[headers[0], ("origin", "http://evil.example")], 403),
        (&[headers[0], ("user-agent", "Mozilla/5.0")], 403),
        (&[("cookie", "webterm-1=x"), headers[1]], 401),
    ] {
        let refused = Viewer::try_connect(&address, "/ws", headers);
        assert_eq!(refused.err(), Some(status), "{headers:?}");
    }
}

#[test]
fn curl_logs_in_with_a_password_that_is_not_ascii() {
    let webterm = locked(&["cat"]);
    let page = format!("http://{}/", webterm.address());
    assert_eq!(curl(&["-u", "alice:pässwörd", &page]), "200");
    assert_eq!(curl(&["-u", "alice:passwort", &page]), "401");
    assert_eq!(curl(&["-u", "älice:pässwörd", &page]), "401");
}

#[test]
fn r7_guessing_ends_in_429_for_that_address_alone() {
    let webterm = locked(&["cat"]);
    let address = webterm.address();
    let page = format!("http://{address}/");
    let cookie = cookie_of(&get(&address, "/", &login()));
    let guesses: Vec<_> = (0..12)
        .map(|number| {
            let page = page.clone();
            let guess = format!("alice:{number}");
            std::thread::spawn(move || curl(&["-u", &guess, &page]))
        })
        .collect();
    let mut statuses: Vec<_> = guesses.into_iter().map(|g| g.join().unwrap()).collect();
    statuses.sort();
    assert_eq!(statuses[..10], ["401"; 10]);
    assert_eq!(statuses[10..], ["429"; 2]);
    let refused = get(&address, "/", &login());
    assert_eq!(refused.status, 429, "even the right one is not looked at");
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let inside = get(&address, "/", &format!("Cookie: {cookie}\r\n"));
    assert_eq!(inside.status, 200, "who is in stays in");
    let elsewhere = ["--interface", "127.0.0.2", "-u", "alice:pässwörd", &page];
    assert_eq!(curl(&elsewhere), "200");
    let log = webterm.log();
    assert!(log.contains("the user or the password is wrong"), "{log}");
    assert!(log.contains("127.0.0.1:"), "{log}");
    assert!(!log.contains("alice") && !log.contains("sswö"), "{log}");
}

#[test]
fn r14_r28_a_password_is_nowhere_to_be_seen() {
    let mut command = Webterm::command();
    command
        .args([
            "-vvv",
            "-w",
            "-c",
            "alice:pässwörd",
            "--view-credential=bob:hunter2",
        ])
        .env("WEBTERM_VIEW_CREDENTIAL", "carol:geheim")
        .args(["sh", "-c", "env; cat"]);
    let webterm = Webterm::spawn(&mut command);
    let address = webterm.address();
    let cmdline = std::fs::read(format!("/proc/{}/cmdline", webterm.pid())).unwrap();
    let cmdline = String::from_utf8_lossy(&cmdline).into_owned();
    assert!(cmdline.contains("alice:*") && cmdline.contains("bob:*"));
    // A program of the same user, such as the one that is shared, can read it.
    let environment = std::fs::read(format!("/proc/{}/environ", webterm.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment).into_owned();
    assert!(environment.contains("WEBTERM_VIEW_CREDENTIAL=*"));
    wait_until("the warning", || {
        let log = webterm.log();
        log.contains("in the list of processes until now")
            .then_some(())
    });
    let page = get(&address, "/", &login());
    let basic = format!("Basic {ALICE}");
    let headers = [("authorization", basic.as_str())];
    let mut viewer = Viewer::try_connect(&address, "/ws", &headers).unwrap();
    viewer.wait_for_output("TERM=");
    viewer.type_in("done\r");
    viewer.wait_for_output("done");
    let denied = get(&address, "/", "Authorization: Basic Ym9iOmh1bnRlcg==\r\n");
    let told = [
        cmdline,
        page.head,
        String::from_utf8_lossy(&page.body).into_owned(),
        denied.head,
        String::from_utf8_lossy(&denied.body).into_owned(),
        viewer.output.clone(),
        viewer.setup.to_string(),
        webterm.log(),
        environment,
    ]
    .join("\n");
    for secret in ["sswö", "hunter", "geheim", ALICE] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert!(!viewer.output.contains("WEBTERM_"), "{}", viewer.output);
}

#[test]
fn from_the_environment_a_password_is_taken_without_a_warning() {
    let webterm = locked(&["cat"]);
    assert!(!webterm.log().contains("list of processes"));
}

#[test]
fn a_password_that_is_not_given_is_asked_for_on_the_terminal() {
    let inner = env!("CARGO_BIN_EXE_webterm");
    let webterm = Webterm::start(&["-w", inner, "-p", "0", "-c", "alice", "cat"]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("password for alice: ");
    let terminal = format!("/proc/{}/fd/0", webterm.children()[0]);
    wait_until("a terminal without echo", || {
        let modes = output_of("stty", &["-F", &terminal, "-a"]);
        modes.contains("-echo ").then_some(())
    });
    viewer.type_in("pässwörd\r");
    viewer.wait_for_output("open http://");
    viewer.wait_for("the inner address", |viewer| {
        let rest = viewer.output.split_once("open http://").unwrap().1;
        rest.contains('\n')
    });
    let rest = viewer.output.split_once("open http://").unwrap().1;
    let address = rest.split('/').next().unwrap();
    assert!(!viewer.output.contains("pässwörd"), "it is not echoed");
    assert_eq!(get(address, "/", &login()).status, 200);
    assert_eq!(get(address, "/", "").status, 401);
}

#[test]
fn without_a_terminal_a_password_that_is_not_given_is_an_error() {
    require("setsid");
    let mut command = Command::new("setsid");
    command
        .args(["--wait", env!("CARGO_BIN_EXE_webterm")])
        .args(["-p", "0", "-c", "alice", "cat"]);
    let (status, said) = refused(&mut command);
    assert_eq!(status, 2);
    assert!(said.contains("WEBTERM_CREDENTIAL"), "{said}");
}

#[test]
fn r14_credentials_that_can_not_be_taken_are_refused_and_not_shown() {
    for (args, reason) in [
        (
            &["-c", ":hunter2"][..],
            "--credential: the user name is missing",
        ),
        (&["-c", "alice:"], "--credential: the password is empty"),
        (
            &["-c", "alice:hunter2", "--view-credential", ""],
            "--view-credential: the user name is missing",
        ),
        (
            &["--view-credential", "a\tb:hunter2"],
            "--view-credential: control characters",
        ),
        (
            &["-c", "alice:hunter2", "--view-credential", "alice:hunter3"],
            "has a password already",
        ),
        (
            &["--write-credential", "alice:hunter2"],
            "without --permit-write",
        ),
    ] {
        let (status, said) = refused(Webterm::command().args(args).arg("cat"));
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(!said.contains("hunter"), "{said}");
    }
}

#[test]
fn of_two_users_one_types_and_one_looks() {
    let mut command = Webterm::command();
    command
        .env("WEBTERM_WRITE_CREDENTIAL", "alice:pässwörd")
        .env("WEBTERM_VIEW_CREDENTIAL", "bob:other")
        .args(["-w", "cat"]);
    let webterm = Webterm::spawn(&mut command);
    let address = webterm.address();
    let connect = |basic: &str| {
        let basic = format!("Basic {basic}");
        Viewer::try_connect(&address, "/ws", &[("authorization", &basic)]).unwrap()
    };
    let mut alice = connect(ALICE);
    let mut bob = connect("Ym9iOm90aGVy");
    assert_eq!(bob.setup["writable"], false);
    bob.type_in("from bob\r");
    bob.wait_for("a notice", |bob| !bob.notices.is_empty());
    alice.type_in("from alice\r");
    bob.wait_for_output("from alice");
    assert!(!bob.output.contains("from bob"));
    assert!(webterm.log().contains("but for bob"), "{}", webterm.log());
}

/// A file with these lines that nobody else may read.
fn credential_file(dir: &TempDir, lines: &str) -> String {
    let path = dir.file("users");
    std::fs::write(&path, lines).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    path
}

fn bcrypt_line() -> String {
    let line = output_of("htpasswd", &["-nbB", "-C", "4", "alice", "pässwörd"]);
    line.trim().to_owned()
}

fn argon2_line(user: &str) -> String {
    require("argon2");
    let args = ["somesalt", "-e", "-id", "-t", "1", "-k", "256", "-p", "1"];
    let mut argon2 = Command::new("argon2")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = argon2.stdin.take().unwrap();
    stdin.write_all("pässwörd".as_bytes()).unwrap();
    drop(stdin);
    let output = argon2.wait_with_output().unwrap();
    let hash = String::from_utf8(output.stdout).unwrap();
    format!("{user}:{}", hash.trim())
}

#[test]
fn r33_hashes_that_htpasswd_and_argon2_write_let_in() {
    let dir = TempDir::new();
    let lines = format!("{}\n{}\n", bcrypt_line(), argon2_line("bob"));
    let webterm = Webterm::start(&["--credential-file", &credential_file(&dir, &lines), "cat"]);
    let page = format!("http://{}/", webterm.address());
    for user in ["alice", "bob"] {
        assert_eq!(curl(&["-u", &format!("{user}:pässwörd"), &page]), "200");
        assert_eq!(curl(&["-u", &format!("{user}:passwort"), &page]), "401");
    }
    assert_eq!(curl(&["-u", "carol:pässwörd", &page]), "401");
    let long = format!("alice:{}", "x".repeat(2000));
    assert_eq!(curl(&["-u", &long, &page]), "401");
}

#[test]
fn r30_credential_files_that_others_may_read_or_that_are_broken_are_refused() {
    let dir = TempDir::new();
    let path = credential_file(&dir, &bcrypt_line());
    let refuse = |path: &str| refused(Webterm::command().args(["--credential-file", path, "cat"]));
    for mode in [0o644, 0o640, 0o604, 0o620] {
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let (status, said) = refuse(&path);
        assert_eq!(status, 1);
        assert!(said.contains(&path) && said.contains("chmod 600"), "{said}");
    }
    for (lines, reason) in [
        ("alice:hunter2\n", "line 1: no bcrypt or argon2 hash"),
        ("hunter2\n", "line 1: no colon"),
        ("", "holds no user"),
    ] {
        let (status, said) = refuse(&credential_file(&dir, lines));
        assert_eq!(status, 1);
        assert!(said.contains(reason), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let (_, said) = refuse(&dir.file("nothing"));
    assert!(said.contains("cannot be read"), "{said}");
    let (_, said) = refuse(dir.path().to_str().unwrap());
    assert!(said.contains("is no plain file"), "{said}");
}

#[test]
fn r34_who_is_taken_out_of_the_file_is_out_at_the_next_hangup() {
    let dir = TempDir::new();
    let both = format!("{}\n{}\n", argon2_line("alice"), argon2_line("bob"));
    let path = credential_file(&dir, &both);
    let webterm = Webterm::start(&["-v", "--credential-file", &path, "cat"]);
    let address = webterm.address();
    let basic = format!("Basic {ALICE}");
    let bob = "Basic Ym9iOnDDpHNzd8O2cmQ=";
    let mut alice = Viewer::try_connect(&address, "/ws", &[("authorization", &basic)]).unwrap();
    let stays = Viewer::try_connect(&address, "/ws", &[("authorization", bob)]);
    let cookie = cookie_of(&get(&address, "/", &login()));

    std::fs::write(&path, "broken\n").unwrap();
    webterm.signal(1);
    wait_until("a word about the broken file", || {
        webterm
            .log()
            .contains("the users stay as they were")
            .then_some(())
    });
    assert_eq!(get(&address, "/", &login()).status, 200);

    std::fs::write(&path, argon2_line("bob")).unwrap();
    webterm.signal(1);
    let (code, reason) = alice.wait_for_close();
    assert_eq!(code, 1008, "{reason}");
    assert_eq!(get(&address, "/", &login()).status, 401);
    let by_cookie = get(&address, "/", &format!("Cookie: {cookie}\r\n"));
    assert_eq!(by_cookie.status, 401);
    assert_eq!(
        curl(&["-u", "bob:pässwörd", &format!("http://{address}/")]),
        "200"
    );
    drop(stays.unwrap());
}

#[test]
fn r32_everything_but_the_secret_addresses_is_the_same_404() {
    let webterm = Webterm::start(&["-w", "-r", "-vvv", "cat"]);
    let address = webterm.address();
    let (write, view) = (
        link(&webterm, "to type, open "),
        link(&webterm, "only to look, open "),
    );
    assert_eq!((write.len(), view.len()), (24, 24));
    assert_ne!(write, view);
    let without_date = |response: &Response| {
        let lines = response.head.lines();
        let head: Vec<_> = lines.filter(|line| !line.starts_with("date")).collect();
        format!("{}\n{}", head.join("\n"), response.text())
    };
    let nothing = get(&address, "/", "");
    assert_eq!(nothing.status, 404);
    for path in [
        "/ws",
        "/static/",
        "/terminals/websocket/main",
        &format!("{}x/", write.trim_end_matches('/')),
        &write[..write.len() - 2],
        &format!("/{}", write.to_uppercase()),
        "/favicon.ico",
    ] {
        let response = get(&address, path, "");
        assert_eq!(without_date(&response), without_date(&nothing), "{path}");
    }
    let post = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
    assert_eq!(
        without_date(&exchange(&address, &post)),
        without_date(&nothing)
    );
    let socket = Viewer::try_connect(&address, "/ws", &[]);
    assert_eq!(socket.err(), Some(404));

    let page = get(&address, &view, "");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let bare = get(&address, view.trim_end_matches('/'), "");
    assert_eq!(
        (bare.status, bare.header("location")),
        (308, Some(view.as_str()))
    );

    let mut writer = Viewer::connect_to(&address, &format!("{write}ws"));
    let mut looker = Viewer::connect_to(&address, &format!("{view}ws"));
    assert_eq!(looker.setup["writable"], false);
    looker.type_in("from the view link\r");
    looker.set_size(20, 10);
    looker.wait_for("a notice", |looker| !looker.notices.is_empty());
    writer.type_in("from the write link\r");
    looker.wait_for_output("from the write link");
    assert!(!looker.output.contains("from the view link"));

    let log = webterm.log();
    let later = log.split_once("only to look").unwrap().1;
    let later = later.split_once('\n').unwrap().1;
    for word in [&write, &view] {
        let word = word.trim_matches('/');
        assert!(!later.contains(word), "the secret is logged: {later}");
    }
}

#[test]
fn r32_each_start_has_other_addresses_as_long_as_asked_for() {
    let words = |args: &[&str]| {
        let webterm = Webterm::start(&[&["-r"], args, &["cat"]].concat());
        link(&webterm, "only to look, open ")
    };
    assert_ne!(words(&[]), words(&[]));
    assert_eq!(words(&["--random-url-length", "64"]).len(), 66);
    assert_eq!(words(&["--quiet"]).len(), 24, "they are told even then");
    let (status, said) = {
        let mut webterm =
            Webterm::spawn(Webterm::command().args(["-r", "--random-url-length", "10", "cat"]));
        let status = webterm.wait().code().unwrap();
        (
            status,
            wait_until("why", || Some(webterm.log()).filter(|l| !l.is_empty())),
        )
    };
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("11..=128"), "{said}");
}

#[test]
fn a_link_and_a_password_are_both_needed() {
    let webterm = locked(&["-w", "--view-url", "cat"]);
    let address = webterm.address();
    let view = link(&webterm, "only to look, open ");
    assert_eq!(get(&address, &view, "").status, 401);
    assert_eq!(get(&address, "/", &login()).status, 404);
    let page = get(&address, &view, &login());
    assert_eq!(page.status, 200);
    let given = page.header("set-cookie").unwrap();
    assert!(given.contains(&format!("Path={view};")), "{given}");
    let basic = format!("Basic {ALICE}");
    let socket = format!("{view}ws");
    let viewer = Viewer::try_connect(&address, &socket, &[("authorization", &basic)]);
    assert_eq!(viewer.unwrap().setup["writable"], false);
}

#[test]
fn r3_other_origins_are_let_in_where_an_expression_says_so() {
    let webterm = Webterm::start(&["--ws-origin", r"https://terms\.example", "cat"]);
    let address = webterm.address();
    let connect = |origin: &str| {
        let viewer = Viewer::try_connect(&address, "/ws", &[("origin", origin)]);
        viewer.map(drop)
    };
    assert_eq!(connect("https://terms.example"), Ok(()));
    assert_eq!(connect("https://terms.example.evil"), Err(403));
    assert_eq!(connect("https://termsxexample"), Err(403));
    let mut command = Webterm::command();
    let mut broken = Webterm::spawn(command.args(["--ws-origin", "(", "cat"]));
    assert_eq!(broken.wait().code(), Some(2));
}

#[test]
fn r39_a_viewer_chooses_nothing_of_the_process() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let address = webterm.address();
    let path = "/ws?arg=-l&command=id&cwd=/&env=A=1&argv=id&scrollback=5";
    let viewer = Viewer::connect_to(&address, path);
    assert_eq!(viewer.setup["command"], "cat");
    assert_eq!(webterm.children().len(), 1);
    let page = get(&address, "/?arg=-l&command=id", "");
    assert_eq!(page.status, 200);
    assert_eq!(webterm.children().len(), 1);
}

#[test]
fn r50_nobody_else_may_open_the_terminal() {
    let webterm = Webterm::start(&["sh", "-c", "stat -c 'mode %a' \"$(tty)\"; cat"]);
    let mut viewer = webterm.viewer();
    viewer.wait_for("the mode", |viewer| viewer.output.contains("mode 6"));
    let rest = viewer.output.split_once("mode ").unwrap().1;
    let mode = u32::from_str_radix(rest.split_whitespace().next().unwrap(), 8).unwrap();
    assert_eq!(mode & !0o620, 0, "{mode:o}");
}
