//! Watching over sessions: what the page of all sessions tells whom, looking at one read-only, those who
//! watch and whether others know, and one line for several sessions.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Response, Talker, TempDir, Viewer, Webterm, exchange, get, wait_until};

/// Says what it hears.
const ECHO: [&str; 3] = [
    "sh",
    "-c",
    "stty -echo; echo ready; while read -r line; do echo \"heard $line.\"; done",
];

/// A page of all sessions.
struct Page {
    talker: Talker,
    setup: Value,
    /// What it was told last of each session that is there, the first to come first.
    cards: Vec<Value>,
    /// The pictures, as text, by the session's id.
    pictures: Vec<(String, String)>,
    is_ready: bool,
}

impl Page {
    fn open(webterm: &Webterm, base: &str, login: &str) -> Self {
        Self::try_open(webterm, base, login).unwrap()
    }

    fn try_open(webterm: &Webterm, base: &str, login: &str) -> Result<Self, u16> {
        let authorization = basic(login);
        let headers: &[(&'static str, &str)] = match login {
            "" => &[],
            _ => &[("authorization", &authorization)],
        };
        let talker = Talker::try_connect(webterm, &format!("{base}sessions/ws"), headers)?;
        let mut page = Self {
            talker,
            setup: Value::Null,
            cards: Vec::new(),
            pictures: Vec::new(),
            is_ready: false,
        };
        page.wait_for("all that is there", |page| page.is_ready);
        assert_eq!(page.setup["version"], 1, "the first message is setup");
        Ok(page)
    }

    fn hear(&mut self) {
        let message: Value = serde_json::from_str(&self.talker.line()).unwrap();
        let id = message[1].as_str().unwrap_or_default().to_owned();
        match message[0].as_str().unwrap() {
            "setup" => self.setup = message[1].clone(),
            "session" => {
                let card = message[1].clone();
                match self
                    .cards
                    .iter_mut()
                    .find(|known| known["id"] == card["id"])
                {
                    Some(known) => *known = card,
                    None => self.cards.push(card),
                }
            }
            "gone" => self.cards.retain(|card| card["id"] != id.as_str()),
            "picture" => self.pictures.push((id, text_of(&message[2]))),
            "ready" => self.is_ready = true,
            "heartbeat" => {}
            other => panic!("{other}"),
        }
    }

    fn wait_for(&mut self, what: &str, mut found: impl FnMut(&Self) -> bool) {
        let deadline = std::time::Instant::now() + crate::support::DEADLINE;
        while !found(self) {
            assert!(
                std::time::Instant::now() < deadline,
                "waited in vain: {what}: {:#?}",
                self.cards
            );
            self.hear();
        }
    }

    fn ids(&self) -> Vec<String> {
        let ids = self.cards.iter().map(|card| card["id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    }

    fn look(&mut self, ids: &[String]) {
        self.talker.send(&json!(["look", ids]).to_string());
    }

    /// Waits until a picture of this session shows `text`.
    fn wait_for_picture(&mut self, id: &str, text: &str) {
        self.wait_for(text, |page| {
            let mut shown = page.pictures.iter().rev().filter(|(of, _)| of == id);
            shown.next().is_some_and(|(_, shown)| shown.contains(text))
        });
    }
}

/// The text of a picture.
fn text_of(picture: &Value) -> String {
    let row = |runs: &Value| -> String {
        let runs = runs.as_array().unwrap();
        runs.iter().map(|run| run[0].as_str().unwrap()).collect()
    };
    let rows: Vec<String> = picture["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect();
    rows.join("\n")
}

fn basic(login: &str) -> String {
    format!("Basic {}", STANDARD.encode(login))
}

fn post(webterm: &Webterm, path: &str, headers: &str, body: &str) -> Response {
    let address = webterm.address();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(&address, &request)
}

/// Sends a line; gives what became of it, in the order of the sessions.
fn send(webterm: &Webterm, login: &str, line: &str, ids: &[&str]) -> Vec<String> {
    let body = json!({ "line": line, "sessions": ids }).to_string();
    let headers = match login {
        "" => String::new(),
        _ => format!("Authorization: {}\r\n", basic(login)),
    };
    let answer = post(webterm, "/api/sessions/input", &headers, &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let results = answer["results"].as_array().unwrap();
    let word = |one: &Value| one["outcome"].as_str().unwrap().to_owned();
    results.iter().map(word).collect()
}

/// Several sessions, with these names.
fn named(options: &[&str], names: &[&str]) -> Webterm {
    let words = [&["-w", "--mode", "named"], options, &ECHO[..]].concat();
    let webterm = Webterm::start(&words);
    for name in names {
        let body = json!({ "name": name }).to_string();
        let headers = format!("Authorization: {}\r\n", basic("ann:ann-password"));
        assert_eq!(
            post(&webterm, "/api/terminals", &headers, &body).status,
            200
        );
    }
    webterm
}

const LOGINS: [&str; 4] = [
    "--write-credential",
    "ann:ann-password",
    "--view-credential",
    "bob:bob-password",
];

const ANN: &str = "ann:ann-password";
const BOB: &str = "bob:bob-password";
const EVE: &str = "eve:eve-password";

/// A terminal of his own for each viewer, of whom eve may watch.
fn own(options: &[&str]) -> Webterm {
    let logins = ["-c", ANN, "-c", BOB, "-c", EVE, "--watcher", "eve"];
    let mode = ["-w", "--mode", "per-viewer"];
    Webterm::start(&[&mode[..], &logins, options, &ECHO].concat())
}

fn viewer(webterm: &Webterm, path: &str, login: &str) -> Result<Viewer, u16> {
    Viewer::try_connect(
        &webterm.address(),
        path,
        &[("authorization", &basic(login))],
    )
}

#[test]
fn each_session_is_told_of_and_its_screen_is_shown_as_it_is() {
    let webterm = named(&[], &["one", "two"]);
    let mut page = Page::open(&webterm, "/", "");
    assert_eq!(page.setup["sight"], "told");
    assert_eq!(page.cards.len(), 2);
    assert_eq!(page.cards[0]["name"], "one");
    assert_eq!(page.cards[0]["private"], false);
    assert!(page.cards[0]["command"].as_str().unwrap().contains("stty"));
    let ids = page.ids();
    assert!(page.pictures.is_empty(), "none before they are asked for");
    page.look(&ids[1..]);
    page.wait_for_picture(&ids[1], "ready");
    let mut two = Viewer::connect_to(&webterm.address(), "/terminals/websocket/two");
    two.type_in("日本\r");
    page.wait_for_picture(&ids[1], "heard 日本.");
    assert!(
        page.pictures.iter().all(|(id, _)| *id == ids[1]),
        "the other was not asked for"
    );
    page.wait_for("who is on it", |page| page.cards[1]["viewers"] == 1);
    assert_eq!(
        page.cards[1]["people"].as_array().unwrap().len(),
        1,
        "not oneself"
    );
    let person = &page.cards[1]["people"][0];
    assert_eq!(
        (&person["may"], &person["address"]),
        (&json!("write"), &json!("127.0.0.1"))
    );
    two.type_in("\x04");
    page.wait_for("its end", |page| page.cards.len() == 1);
}

#[test]
fn who_may_only_look_is_not_told_who_else_does() {
    let webterm = named(&LOGINS, &["one"]);
    let _bob = viewer(&webterm, "/terminals/websocket/one", BOB).unwrap();
    let mut told = Page::open(&webterm, "/", ANN);
    told.wait_for("bob", |page| page.cards[0]["people"][0]["user"] == "bob");
    assert_eq!(told.cards[0]["people"][0]["may"], "view");
    assert_eq!(told.cards[0]["writable"], true);
    let mut page = Page::open(&webterm, "/", BOB);
    page.wait_for("how many", |page| page.cards[0]["viewers"] == 1);
    assert_eq!(page.cards[0]["people"], Value::Null);
    assert_eq!(page.cards[0]["writable"], false);
    assert!(!page.cards[0].to_string().contains("127.0.0.1"));
}

#[test]
fn an_outsider_gets_nothing() {
    let webterm = named(&LOGINS, &["one"]);
    for path in ["/sessions/", "/sessions"] {
        assert_eq!(get(&webterm.address(), path, "").status, 401, "{path}");
    }
    assert_eq!(Page::try_open(&webterm, "/", "ann:wrong").err(), Some(401));
    let foreign = [
        ("origin", "http://evil.example"),
        ("authorization", &basic(ANN)),
    ];
    let refused = Talker::try_connect(&webterm, "/sessions/ws", &foreign);
    assert_eq!(refused.err(), Some(403));
    let login = format!("Authorization: {}\r\n", basic(ANN));
    assert_eq!(get(&webterm.address(), "/sessions/", &login).status, 200);
    let moved = get(&webterm.address(), "/sessions", &login);
    assert_eq!(
        (moved.status, moved.header("location")),
        (308, Some("sessions/"))
    );
    let unknown = format!("/sessions/{}", "0".repeat(32));
    assert_eq!(get(&webterm.address(), &unknown, &login).status, 404);
    assert_eq!(get(&webterm.address(), "/sessions/one", &login).status, 404);
}

#[test]
fn what_others_have_for_themselves_is_shown_to_watchers_alone() {
    let webterm = own(&[]);
    let mut ann = viewer(&webterm, "/ws", ANN).unwrap();
    ann.wait_for_output("ready");
    let page = Page::open(&webterm, "/", BOB);
    assert!(page.cards.is_empty(), "{:?}", page.cards);
    let mine = Page::open(&webterm, "/", ANN);
    assert_eq!(
        (mine.cards.len(), &mine.cards[0]["private"]),
        (1, &json!(false))
    );
    let mut eve = Page::open(&webterm, "/", EVE);
    assert_eq!(eve.setup["sight"], "all");
    assert_eq!(eve.cards[0]["private"], true);
    assert_eq!(eve.cards[0]["writable"], false, "to watch is to look");
    let id = &eve.ids()[0];
    eve.look(&eve.ids());
    eve.wait_for_picture(id, "ready");
    let path = format!("/sessions/{id}");
    for (login, status) in [(BOB, 404), (ANN, 200), (EVE, 200)] {
        let login = format!("Authorization: {}\r\n", basic(login));
        assert_eq!(
            get(&webterm.address(), &path, &login).status,
            status,
            "{login}"
        );
    }
    let socket = format!("{path}/ws");
    assert_eq!(viewer(&webterm, &socket, BOB).err(), Some(404));
    let stolen = format!("/ws?resume={id}");
    let not_hers = viewer(&webterm, &stolen, BOB).unwrap();
    assert_ne!(not_hers.setup["session"], ann.setup["session"]);
}

#[test]
fn r19_who_watches_can_by_no_means_type() {
    let webterm = own(&[]);
    let mut ann = viewer(&webterm, "/ws", ANN).unwrap();
    ann.wait_for_output("ready");
    let eve = Page::open(&webterm, "/", EVE);
    let id = &eve.ids()[0];
    let mut watcher = viewer(&webterm, &format!("/sessions/{id}/ws"), EVE).unwrap();
    assert_eq!(watcher.setup["writable"], false);
    assert_eq!(watcher.setup["resizes"], false);
    assert_eq!(watcher.setup["resume"], "");
    watcher.wait_for_output("ready");
    watcher.type_in("eve\r");
    watcher.wait_for("the refusal", |viewer| !viewer.notices.is_empty());
    assert_eq!(send(&webterm, EVE, "eve", &[id]), ["refused"]);
    assert_eq!(send(&webterm, BOB, "bob", &[id]), ["gone"]);
    ann.type_in("ann\r");
    watcher.wait_for_output("heard ann.");
    assert!(!ann.output.contains("eve") && !ann.output.contains("bob"));
    // She too, where she only watches.
    let mut herself = viewer(&webterm, &format!("/sessions/{id}/ws"), ANN).unwrap();
    assert_eq!(herself.setup["writable"], false);
    herself.wait_for_output("heard ann.");
}

#[test]
fn r32_the_address_to_watch_shows_all_and_the_others_do_not() {
    let mode = ["-w", "--mode", "per-viewer", "--watch-url"];
    let webterm = Webterm::start(&[&mode[..], &ECHO].concat());
    let base = |purpose: &str| {
        let found = || {
            let log = webterm.log();
            let line = log.lines().find(|line| line.contains(purpose))?;
            let (_, path) = line.split_once("://")?.1.split_once('/')?;
            Some(format!("/{}", path.replace("sessions/", "")))
        };
        wait_until(purpose, found)
    };
    let (write, look) = (base("to type, open"), base("only to look, open"));
    let watch = base("to watch all terminals, open");
    let mut ann = Viewer::connect_to(&webterm.address(), &format!("{write}ws"));
    ann.wait_for_output("ready");
    for base in [&write, &look] {
        assert!(Page::open(&webterm, base, "").cards.is_empty(), "{base}");
    }
    let mut page = Page::open(&webterm, &watch, "");
    let id = &page.ids()[0];
    assert_eq!(
        page.cards[0]["name"],
        Value::Null,
        "to know it is to have it"
    );
    let secret = ann.setup["session"].as_str().unwrap();
    let stream = ann.setup["resume"].as_str().unwrap();
    page.wait_for("who is on it", |page| page.cards[0]["viewers"] == 1);
    for known in [secret, stream] {
        assert!(!page.cards[0].to_string().contains(known));
    }
    let address = webterm.address();
    let watcher = Viewer::connect_to(&address, &format!("{watch}sessions/{id}/ws"));
    assert_eq!(watcher.setup["writable"], false);
    assert!(!watcher.setup.to_string().contains(secret));
    for base in [&write, &look] {
        let refused = Viewer::try_connect(&address, &format!("{base}sessions/{id}/ws"), &[]);
        assert_eq!(refused.err(), Some(404), "{base}");
    }
    let body = json!({ "line": "x", "sessions": [id] }).to_string();
    let sent = |base: &str| post(&webterm, &format!("{base}api/sessions/input"), "", &body);
    assert_eq!(sent(&watch).status, 403);
    assert!(sent(&write).text().contains("\"gone\""));
}

/// What `webterm --viewers` prints.
fn listed(dir: &TempDir) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
    let command = command
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("XDG_STATE_HOME", dir.path().join("state"))
        .arg("--viewers");
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// What ann and the host know of eve, who watches her.
fn known_of_eve(options: &[&str]) -> (Value, String, String) {
    let dir = TempDir::new();
    let logins = ["-c", ANN, "-c", EVE, "--watcher", "eve"];
    let mode = ["-v", "-w", "--mode", "per-viewer"];
    let words = [&mode[..], &logins, options, &ECHO].concat();
    let mut command = Webterm::command();
    let webterm = Webterm::launch(command.env("XDG_RUNTIME_DIR", dir.path()).args(&words));
    let mut ann = viewer(&webterm, "/ws", ANN).unwrap();
    ann.wait_for_output("ready");
    let eve = Page::open(&webterm, "/", EVE);
    let path = format!("/sessions/{}/ws", eve.ids()[0]);
    let _watcher = viewer(&webterm, &path, EVE).unwrap();
    let page = Page::open(&webterm, "/", ANN);
    (page.cards[0].clone(), listed(&dir), webterm.log())
}

#[test]
fn a_watcher_is_seen_by_whom_he_watches() {
    let (card, listed, log) = known_of_eve(&[]);
    assert!(
        log.contains("eve can watch all terminals, and is shown"),
        "{log}"
    );
    assert_eq!(card["viewers"], 2);
    let people = card["people"].as_array().unwrap();
    let mut eves: Vec<_> = people.iter().filter(|one| one["user"] == "eve").collect();
    eves.sort_by_key(|one| one["role"].to_string());
    let roles: Vec<_> = eves.iter().map(|one| &one["role"]).collect();
    assert_eq!(roles, ["overview", "watcher"]);
    assert_eq!(listed.matches(" eve ").count(), 2, "{listed}");
}

#[test]
fn a_hidden_watcher_is_not_but_for_the_log() {
    let (card, listed, log) = known_of_eve(&["--hidden-watchers"]);
    assert!(log.contains("without being shown to others"), "{log}");
    assert_eq!(card["viewers"], 1);
    assert!(!card.to_string().contains("eve"), "{card}");
    assert!(
        !listed.contains("eve") && listed.contains("ann"),
        "{listed}"
    );
    assert!(
        log.contains("user=\"eve\"") && log.contains("viewer joined"),
        "{log}"
    );
}

#[test]
fn a_watcher_keeps_nothing_alive_and_has_no_say_in_the_size() {
    let webterm = own(&["--grace", "0", "--size", "viewers"]);
    let mut ann = viewer(&webterm, "/ws", ANN).unwrap();
    ann.set_size(90, 30);
    ann.wait_for_size(90, 30);
    let eve = Page::open(&webterm, "/", EVE);
    let path = format!("/sessions/{}/ws", eve.ids()[0]);
    let mut watcher = viewer(&webterm, &path, EVE).unwrap();
    watcher.set_size(200, 60);
    watcher.wait_for_output("ready");
    ann.set_size(91, 31);
    watcher.wait_for_size(91, 31);
    assert!(!watcher.sizes.contains(&(200, 60)), "{:?}", watcher.sizes);
    drop(ann);
    assert_eq!(watcher.wait_for_close().0, 1000);
    assert!(watcher.disconnect.is_some());
}

#[test]
fn a_line_goes_to_those_it_is_for() {
    let webterm = named(&[], &["one", "two", "three"]);
    let page = Page::open(&webterm, "/", "");
    let ids = page.ids();
    let gone = "0".repeat(32);
    let mut all = ["one", "two", "three"].map(|name| {
        Viewer::connect_to(&webterm.address(), &format!("/terminals/websocket/{name}"))
    });
    let outcomes = send(
        &webterm,
        "",
        "echo 'hi' ü",
        &[&ids[0], &ids[2], &ids[0], &gone],
    );
    assert_eq!(outcomes, ["sent", "sent", "gone"], "each once");
    all[0].wait_for_output("heard echo 'hi' ü.");
    all[2].wait_for_output("heard echo 'hi' ü.");
    assert_eq!(
        send(&webterm, "", "second", &[&ids[0], &ids[1]]),
        ["sent", "sent"]
    );
    all[0].wait_for_output("heard second.");
    all[1].wait_for_output("heard second.");
    assert!(!all[1].output.contains("hi"), "{:?}", all[1].output);
    assert_eq!(all[0].output.matches("heard echo").count(), 1);
}

#[test]
fn r45_a_line_of_who_may_only_look_or_is_elsewhere_goes_nowhere() {
    let webterm = named(&LOGINS, &["one"]);
    let id = &Page::open(&webterm, "/", ANN).ids()[0];
    let body = json!({ "line": "bad", "sessions": [id] }).to_string();
    let sent = |headers: &str| post(&webterm, "/api/sessions/input", headers, &body).status;
    let login = |login: &str| format!("Authorization: {}\r\n", basic(login));
    assert_eq!(sent(&login(BOB)), 403);
    assert_eq!(sent(""), 401);
    let foreign = format!("{}Origin: http://evil.example\r\n", login(ANN));
    assert_eq!(sent(&foreign), 403);
    let asked = get(&webterm.address(), "/api/sessions/input", &login(ANN));
    assert_eq!((asked.status, asked.header("allow")), (405, Some("POST")));
    let mut one = viewer(&webterm, "/terminals/websocket/one", ANN).unwrap();
    assert_eq!(send(&webterm, ANN, "good", &[id]), ["sent"]);
    one.wait_for_output("heard good.");
    assert!(!one.output.contains("bad"));
}

#[test]
fn what_is_no_line_is_refused() {
    let webterm = named(&[], &["one"]);
    let id = &Page::open(&webterm, "/", "").ids()[0];
    let long = "x".repeat(4001);
    for (line, part) in [
        (json!("a\rb"), "control characters"),
        (json!("\u{3}"), "control characters"),
        (json!("\u{1b}[A"), "control characters"),
        (json!("a\u{202e}b"), "\\u{202e}"),
        (json!("a\u{200b}b"), "zero-width"),
        (json!(long), "longer than 4000"),
        (json!(1), "must be a string"),
        (Value::Null, "is missing"),
    ] {
        let body = json!({ "line": line, "sessions": [id] }).to_string();
        let answer = post(&webterm, "/api/sessions/input", "", &body);
        assert_eq!(answer.status, 400, "{line}");
        assert!(answer.text().contains(part), "{}", answer.text());
    }
    for sessions in [json!([]), json!("x"), json!([1]), Value::Null] {
        let body = json!({ "line": "x", "sessions": sessions }).to_string();
        assert_eq!(post(&webterm, "/api/sessions/input", "", &body).status, 400);
    }
}

#[test]
fn r45_lines_from_one_address_have_a_bounded_pace() {
    let webterm = named(&[], &["one"]);
    let body = json!({ "line": "x", "sessions": ["nothing"] }).to_string();
    let sent = || post(&webterm, "/api/sessions/input", "", &body);
    let answers: Vec<Response> = (0..60).map(|_| sent()).collect();
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 200);
    assert!(taken.len() >= 20, "{}", taken.len());
    let refused = refused.first().unwrap();
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(refused.text().contains("try again in a few seconds"));
    // It is only that: one may be sent as soon as time has passed.
    wait_until("a line may be sent", || {
        (sent().status == 200).then_some(())
    });
}

#[test]
fn r22_a_program_that_does_not_read_holds_no_other_up() {
    let script = "stty raw -echo; echo ready; read -r kind; \
                  if [ \"$kind\" = deaf ]; then echo deaf; exec sleep 1000; fi; exec cat";
    let webterm = Webterm::start(&["-w", "--mode", "named", "sh", "-c", script]);
    let mut viewers = ["deaf", "good"].map(|name| {
        let body = json!({ "name": name }).to_string();
        assert_eq!(post(&webterm, "/api/terminals", "", &body).status, 200);
        let path = format!("/terminals/websocket/{name}");
        let mut viewer = Viewer::connect_to(&webterm.address(), &path);
        viewer.wait_for_output("ready");
        viewer.type_in(&format!("{name}\n"));
        viewer
    });
    viewers[0].wait_for_output("deaf");
    let ids = Page::open(&webterm, "/", "").ids();
    let line = "x".repeat(4000);
    // What was typed before may wait on its way; then there is no room.
    wait_until("no room", || {
        let outcomes = send(&webterm, "", &line, &[&ids[0]]);
        (outcomes == ["busy"]).then_some(())
    });
    assert_eq!(
        send(&webterm, "", "through", &[&ids[0], &ids[1]]),
        ["busy", "sent"]
    );
    viewers[1].wait_for_output("through");
}
