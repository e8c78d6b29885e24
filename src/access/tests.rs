//! The rules as a table: what is asked, what a request shows, how it is answered. Requests come in
//! pairs, one that may pass and one that may not.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const OWN: &str = "http://127.0.0.1:8080";

fn open() -> Rules {
    Rules {
        right: Right::Write,
        hosts: Hosts::new(["box.example".to_owned()]),
        origins: vec![r"https://friend\.example".parse().unwrap()],
        links: Links::Open,
        credentials: Vec::new(),
        credential_file: None,
        watchers: Vec::new(),
    }
}

fn locked() -> Rules {
    let credential = |user: &str, right| Credential {
        user: user.to_owned(),
        password: format!("{user}-päss").into(),
        right,
    };
    Rules {
        credentials: vec![
            credential("alice", Right::Write),
            credential("bob", Right::View),
        ],
        ..open()
    }
}

fn secret() -> (Rules, String, String) {
    let links = [Right::Write, Right::View].map(|right| Link::random(22, right));
    let [write, view] = links.clone().map(|link| link.path());
    let links = Links::Secret(links.to_vec());
    (Rules { links, ..open() }, write, view)
}

/// A request, from a program on this machine that fetches the page.
#[derive(Clone)]
struct Asked {
    peer: &'static str,
    path: String,
    host: &'static str,
    origin: Option<&'static str>,
    authorization: Option<String>,
    cookie: Option<String>,
    client: Client,
    act: Act,
}

impl Asked {
    fn page(path: &str) -> Self {
        Self {
            peer: "127.0.0.1",
            path: path.to_owned(),
            host: "127.0.0.1:8080",
            origin: None,
            authorization: None,
            cookie: None,
            client: Client::Program,
            act: Act::Fetch,
        }
    }

    fn socket(path: &str) -> Self {
        Self {
            act: Act::Change,
            ..Self::page(path)
        }
    }

    fn by_browser(self) -> Self {
        let client = Client::Browser;
        Self { client, ..self }
    }

    fn from(self, origin: &'static str) -> Self {
        let origin = Some(origin);
        Self { origin, ..self }
    }

    fn afar(self) -> Self {
        let peer = "10.9.8.7";
        Self { peer, ..self }
    }

    fn host(self, host: &'static str) -> Self {
        Self { host, ..self }
    }

    fn login(self, user: &str, password: &str) -> Self {
        let text = STANDARD.encode(format!("{user}:{password}"));
        let authorization = Some(format!("Basic {text}"));
        Self {
            authorization,
            ..self
        }
    }

    fn cookie(self, cookie: &str) -> Self {
        let cookie = Some(cookie.to_owned());
        Self { cookie, ..self }
    }
}

/// What is decided: the right, the user, the cookie.
type Decided = Result<(Right, Option<String>, Option<String>), Denial>;

async fn decide(access: &Access, asked: &Asked) -> Decided {
    let bytes = |value: &Option<String>| value.clone().map(String::into_bytes);
    let (authorization, cookie) = (bytes(&asked.authorization), bytes(&asked.cookie));
    let facts = Facts {
        peer: asked.peer.parse().unwrap(),
        scheme: "http",
        port: 8080,
        certificate: None,
        path: &asked.path,
        hosts: vec![asked.host.as_bytes()],
        origins: asked.origin.iter().map(|o| o.as_bytes()).collect(),
        authorizations: authorization.iter().map(Vec::as_slice).collect(),
        cookies: cookie.iter().map(Vec::as_slice).collect(),
        client: asked.client,
        agent: None,
        act: asked.act,
    };
    let admission = access.admit(&facts).await?;
    let user = admission.grant.user.as_deref().map(str::to_owned);
    Ok((admission.grant.right, user, admission.cookie))
}

async fn right(access: &Access, asked: Asked) -> Result<Right, Denial> {
    decide(access, &asked).await.map(|(right, ..)| right)
}

async fn cookie(access: &Access, asked: Asked) -> Option<String> {
    decide(access, &asked).await.unwrap().2
}

async fn denial(access: &Access, asked: Asked) -> Denial {
    decide(access, &asked).await.unwrap_err()
}

/// The cookie that a browser would send after this `Set-Cookie`.
fn as_sent(set_cookie: &str) -> String {
    set_cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn r3_without_any_lock_our_page_and_programs_on_this_machine_are_let_in() {
    let access = Access::new(open()).unwrap();
    for asked in [
        Asked::page("/"),
        Asked::page("/").afar(),
        Asked::page("/").by_browser(),
        Asked::socket("/ws"),
        Asked::socket("/ws").from(OWN).by_browser(),
        Asked::socket("/ws").from(OWN).afar(),
        Asked::socket("/ws")
            .from("https://friend.example")
            .by_browser(),
        Asked::socket("/ws")
            .host("box.example")
            .from("http://box.example"),
    ] {
        assert_eq!(right(&access, asked).await, Ok(Right::Write));
    }
    for (asked, reason) in [
        (
            Asked::socket("/ws").from("http://evil.example"),
            BadSource::Origin.into(),
        ),
        (
            Asked::page("/").from("http://evil.example"),
            BadSource::Origin.into(),
        ),
        (
            Asked::page("/").host("evil.example"),
            BadSource::Name.into(),
        ),
        (Asked::socket("/ws").by_browser(), Denial::NoOrigin),
        (Asked::socket("/ws").afar(), Denial::Stranger),
    ] {
        assert_eq!(denial(&access, asked).await, reason);
    }
}

#[tokio::test]
async fn r19_whoever_comes_may_do_no_more_than_everyone() {
    let view = Rules {
        right: Right::View,
        ..locked()
    };
    let access = Access::new(view).unwrap();
    let alice = Asked::page("/").login("alice", "alice-päss");
    assert_eq!(right(&access, alice).await, Ok(Right::View));
}

#[tokio::test(start_paused = true)]
async fn r5_with_a_lock_nothing_is_let_in_without_the_right_password() {
    let access = Access::new(locked()).unwrap();
    for (user, may) in [("alice", Right::Write), ("bob", Right::View)] {
        let password = format!("{user}-päss");
        for asked in [
            Asked::page("/"),
            Asked::page("/static/x"),
            Asked::socket("/ws"),
        ] {
            let asked = asked.afar();
            let shown = asked.clone().login(user, &password);
            assert_eq!(right(&access, shown).await, Ok(may), "{user}");
            assert_eq!(denial(&access, asked.clone()).await, Denial::NoLogin);
            let wrong = asked.login(user, "alice-pass");
            assert_eq!(denial(&access, wrong).await, Denial::BadLogin);
        }
    }
}

#[tokio::test]
async fn r5_a_browser_that_was_let_in_needs_no_header_for_its_socket() {
    let access = Access::new(locked()).unwrap();
    let page = Asked::page("/").by_browser().login("bob", "bob-päss");
    let (_, _, cookie) = decide(&access, &page).await.unwrap();
    let cookie = cookie.unwrap();
    assert!(
        cookie.contains("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    assert!(!cookie.contains("päss"), "{cookie}");
    let sent = as_sent(&cookie);
    let socket = Asked::socket("/ws").by_browser().cookie(&sent);
    let (right, user, again) = decide(&access, &socket.clone().from(OWN)).await.unwrap();
    assert_eq!((right, user.as_deref()), (Right::View, Some("bob")));
    assert_eq!(again, None, "a pass is not renewed by itself");
    // A browser sends cookies by itself: they do not speak for the page that it comes from.
    assert_eq!(denial(&access, socket.clone()).await, Denial::NoOrigin);
    let program = Asked::socket("/ws").cookie(&sent);
    assert_eq!(denial(&access, program).await, Denial::NoLogin);
    let other = Access::new(locked()).unwrap();
    assert_eq!(
        denial(&other, socket.from(OWN)).await,
        Denial::NoLogin,
        "a pass is of no use after another start"
    );
}

#[tokio::test]
async fn only_the_page_gives_a_cookie_and_only_where_something_is_asked_for() {
    let access = Access::new(locked()).unwrap();
    let login = |asked: Asked| asked.login("alice", "alice-päss");
    assert!(cookie(&access, login(Asked::page("/"))).await.is_some());
    for path in ["/static/1/x.js", "/ws", "//"] {
        let asked = login(Asked::page(path));
        assert_eq!(cookie(&access, asked).await, None, "{path}");
    }
    assert_eq!(cookie(&access, login(Asked::socket("/"))).await, None);
    let open = Access::new(open()).unwrap();
    assert_eq!(cookie(&open, Asked::page("/")).await, None);
}

#[tokio::test(start_paused = true)]
async fn r7_who_guesses_is_refused_and_who_is_in_or_comes_from_elsewhere_is_not() {
    let access = Access::new(locked()).unwrap();
    let right_one = Asked::page("/").login("alice", "alice-päss");
    let cookie = cookie(&access, right_one.clone()).await.unwrap();
    let guess = Asked::page("/").login("alice", "x");
    for _ in 0..10 {
        assert_eq!(denial(&access, guess.clone()).await, Denial::BadLogin);
    }
    for asked in [guess.clone(), right_one.clone(), guess.login("nobody", "x")] {
        let denial = denial(&access, asked).await;
        assert!(matches!(denial, Denial::TooMany(_)), "{denial}");
    }
    let inside = Asked::page("/").cookie(&as_sent(&cookie));
    assert_eq!(right(&access, inside).await, Ok(Right::Write));
    assert_eq!(right(&access, right_one.afar()).await, Ok(Right::Write));
}

#[tokio::test(start_paused = true)]
async fn r7_a_failure_is_told_later_each_time_whoever_the_user_is() {
    let access = Access::new(locked()).unwrap();
    let mut last = Duration::ZERO;
    for user in ["alice", "nobody", "", "bob"] {
        let start = tokio::time::Instant::now();
        let wrong = Asked::page("/").login(user, "x");
        assert_eq!(denial(&access, wrong).await, Denial::BadLogin);
        let took = start.elapsed();
        assert!(took > last, "{user}: {took:?}");
        last = took;
    }
}

#[tokio::test]
async fn r32_only_the_secret_words_lead_in_each_with_its_right() {
    let (rules, write, view) = secret();
    let access = Access::new(rules).unwrap();
    let at = |base: &str, rest: &str| format!("{base}{rest}");
    for rest in ["", "static/x", "ws"] {
        let page = |base: &str| Asked::page(&at(base, rest)).afar();
        assert_eq!(right(&access, page(&write)).await, Ok(Right::Write));
        assert_eq!(right(&access, page(&view)).await, Ok(Right::View));
        assert_eq!(denial(&access, page("/")).await, Denial::Nothing);
        assert_eq!(denial(&access, page("/x/")).await, Denial::Nothing);
    }
    // The link is proof enough for a program without an origin.
    let program = Asked::socket(&at(&view, "ws")).afar();
    assert_eq!(right(&access, program).await, Ok(Right::View));
    let bare = write.trim_end_matches('/');
    assert_eq!(
        denial(&access, Asked::page(bare)).await,
        Denial::NoSlash(write.clone())
    );
}

#[tokio::test]
async fn r32_a_wrong_path_is_told_before_anything_that_depends_on_it() {
    let (rules, ..) = secret();
    let rules = Rules {
        credentials: locked().credentials,
        ..rules
    };
    let access = Access::new(rules).unwrap();
    for asked in [
        Asked::page("/"),
        Asked::page("/").from("http://evil.example"),
        Asked::page("/").login("alice", "x"),
        Asked::socket("/ws").by_browser(),
    ] {
        assert_eq!(denial(&access, asked).await, Denial::Nothing);
    }
}

#[tokio::test]
async fn with_a_link_and_a_lock_the_lesser_right_counts() {
    let (rules, write, view) = secret();
    let rules = Rules {
        credentials: locked().credentials,
        ..rules
    };
    let access = Access::new(rules).unwrap();
    for (base, user, may) in [
        (&write, "alice", Right::Write),
        (&write, "bob", Right::View),
        (&view, "alice", Right::View),
    ] {
        let asked = Asked::page(base).login(user, &format!("{user}-päss"));
        assert_eq!(right(&access, asked).await, Ok(may), "{user}");
    }
    assert_eq!(
        denial(&access, Asked::page(&write)).await,
        Denial::NoLogin,
        "the link alone is not enough"
    );
}

#[tokio::test]
async fn r34_whoever_is_thrown_out_is_not_let_in_again_with_what_he_has() {
    let (rules, write, _) = secret();
    for (rules, page) in [(locked(), "/".to_owned()), (rules, write)] {
        let access = Access::new(rules).unwrap();
        let login = Asked::page(&page).login("alice", "alice-päss");
        let cookie = cookie(&access, login.clone()).await.unwrap();
        let inside = login.cookie(&as_sent(&cookie));
        let pass = access
            .passes
            .read(
                as_sent(&cookie).split_once('=').unwrap().1.as_bytes(),
                Instant::now(),
            )
            .unwrap();
        let grant = Grant {
            right: Right::Write,
            sight: Sight::Told,
            user: None,
            agent: None,
            pass: Some(pass.clone()),
        };
        assert!(access.holds(&grant));
        assert_eq!(right(&access, inside.clone()).await, Ok(Right::Write));
        let mut changes = access.changes();
        access.revoke(pass.id);
        assert!(changes.has_changed().unwrap());
        assert!(!access.holds(&grant));
        assert_eq!(denial(&access, inside).await, Denial::ThrownOut);
        changes.mark_unchanged();
    }
}
