//! Socket.IO without a library: what depends on time. The rest is in `tests/clients`, with the real
//! library.

use std::time::Duration;

use webterm::server::Limits;

use crate::support::{DEADLINE, Local, Response, exchange, get, wait_until};

const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

/// An engine of a client that polls.
struct Engine {
    host: String,
    path: String,
}

impl Engine {
    fn open(local: &Local) -> Option<Self> {
        let host = local.host();
        let response = get(&host, OPEN, "");
        let greeting = response.text();
        let (_, sid) = greeting.split_once("\"sid\":\"")?;
        let (sid, _) = sid.split_once('"')?;
        (response.status == 200).then(|| Self {
            path: format!("{OPEN}&sid={sid}"),
            host,
        })
    }

    fn poll(&self) -> Response {
        get(&self.host, &self.path, "")
    }

    fn post(&self, body: &str) -> Response {
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.path,
            self.host,
            body.len()
        );
        exchange(&self.host, &request)
    }
}

fn short_of_patience() -> Limits {
    Limits {
        ping: Duration::from_millis(100),
        // Who answers has so much time, also on a busy machine.
        missed_pings: 20,
        viewers: 2,
        ..Limits::default()
    }
}

#[test]
fn r17_a_client_that_polls_no_more_is_given_up_and_one_that_answers_pings_stays() {
    let local = Local::start(short_of_patience());
    let lively = Engine::open(&local).unwrap();
    lively.post("40");
    let silent = Engine::open(&local).unwrap();
    silent.post("40");
    assert!(Engine::open(&local).is_none(), "all places are taken");
    let mut pings = 0;
    let other = wait_until("the silent one gives its place up", || {
        for packet in lively.poll().text().split('\u{1e}') {
            if packet == "2" {
                pings += 1;
                lively.post("3");
            }
        }
        Engine::open(&local)
    });
    assert!(pings >= 3, "it was pinged {pings} times");
    assert_eq!(lively.post("3").status, 200);
    assert_eq!(silent.poll().status, 400);
    assert_eq!(other.post("40").status, 200);
}

#[test]
fn a_poll_waits_until_there_is_something() {
    let local = Local::start(Limits {
        ping: DEADLINE,
        ..Limits::default()
    });
    let engine = Engine::open(&local).unwrap();
    engine.post("40");
    assert!(engine.poll().text().starts_with("40{"));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| engine.poll().text());
        engine.post("421[\"terminal:list\"]");
        let answer = waiting.join().unwrap();
        assert!(answer.contains(r#"431[{"sessions":"#), "{answer}");
    });
}

#[test]
fn a_client_that_says_goodbye_is_gone_at_once() {
    let local = Local::start(Limits::default());
    let engine = Engine::open(&local).unwrap();
    assert_eq!(engine.post("40").status, 200);
    assert_eq!(engine.post("1").status, 200);
    wait_until("its engine is unknown", || {
        let response = engine.poll();
        let is_unknown = response.status == 400 && response.text().contains("Session ID unknown");
        is_unknown.then_some(())
    });
}
