//! What is kept on tape.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, advance, timeout};

use crate::backend::{self, Exit, Feed};
use crate::name::SessionName;
use crate::right::Right;
use crate::size::TermSize;
use crate::viewer_id::ViewerIds;
use crate::who::Who;

use super::super::{Recorded, Session, SizePolicy, Taking, Takings, Tape, Taped};
use super::{entry, next, options, print};

fn start(taped: Taped) -> (Session, Tape, Feed) {
    let (backend, feed) = backend::pair();
    let (name, ids) = (SessionName::shared(), ViewerIds::default());
    let options = options(SizePolicy::Viewers);
    let (session, tape) = Session::start_taped(name, backend, &options, ids, taped);
    (session, tape, feed)
}

/// What comes next from the tape, as text.
async fn fetched(tape: &mut Tape) -> Vec<String> {
    let mut takings = Takings::default();
    tape.fetch(&mut takings).await;
    let told = takings.iter().map(|(at, what)| {
        let what = match what {
            Taking::Output(text) => format!("o {text}"),
            Taking::Size(size) => format!("r {size}"),
            Taking::Input(who, input) => format!("i {who}: {}", String::from_utf8_lossy(input)),
            Taking::Ended(exit) => format!("x {}", exit.status()),
        };
        format!("{} {what}", at.as_millis())
    });
    told.collect()
}

/// Waits until the session took all that was printed.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn type_in(session: &Session, user: Option<&str>, text: &'static str) {
    let mut entry = entry(Right::Write);
    entry.who = Who {
        user: user.map(Into::into),
        address: "10.0.0.5".parse().ok(),
    };
    let (_view, writer) = session.attach(entry);
    let mut pending = VecDeque::from([Bytes::from(text)]);
    writer.unwrap().write(&mut pending).await;
}

#[tokio::test(start_paused = true)]
async fn all_that_happens_is_on_tape_with_its_time() {
    let (session, mut tape, feed) = start(Taped::Output);
    assert_eq!(session.recorded(), Recorded::Yes(Taped::Output));
    print(&feed, "hello ").await;
    settle().await;
    advance(Duration::from_millis(50)).await;
    print(&feed, "w\u{f6}rld").await;
    assert_eq!(fetched(&mut tape).await, ["0 o hello ", "50 o wörld"]);
    advance(Duration::from_secs(24 * 3600)).await;
    let begun = Instant::now();
    drop(feed.output);
    feed.exit.send(Exit::Code(3)).unwrap();
    assert_eq!(fetched(&mut tape).await, ["86400250 x 3"]);
    assert!(
        begun.elapsed() < Duration::from_millis(1),
        "nothing follows"
    );
}

#[tokio::test]
async fn half_a_character_waits_for_its_other_half() {
    let (_session, mut tape, feed) = start(Taped::Output);
    let parts = [&b"a\xe2\x82"[..], &b"\xacb"[..]];
    for part in parts {
        feed.output.send(Bytes::from(part).into()).await.unwrap();
    }
    let mut text = String::new();
    while !text.ends_with('b') {
        let mut takings = Takings::default();
        tape.fetch(&mut takings).await;
        for (_, what) in takings.iter() {
            if let Taking::Output(output) = what {
                text.push_str(output);
            }
        }
    }
    assert_eq!(text, "a€b");
}

#[tokio::test(start_paused = true)]
async fn a_size_has_its_place_among_the_output() {
    let (session, mut tape, feed) = start(Taped::Output);
    let (view, _) = session.attach(entry(Right::View));
    print(&feed, "before").await;
    settle().await;
    view.set_window(TermSize::new(100, 30).unwrap());
    settle().await;
    print(&feed, "after").await;
    let told = fetched(&mut tape).await;
    // In between is what undoes in viewers' terminals what no output could have brought about.
    let (first, last) = (&told[..2], told.last().unwrap());
    assert_eq!(first, ["0 o before", "0 r 100x30"]);
    assert_eq!(last, "0 o after");
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_is_there_with_who_typed_it_only_where_it_is_kept() {
    let (session, mut tape, mut feed) = start(Taped::InputToo);
    type_in(&session, Some("alice"), "ls").await;
    type_in(&session, None, "rm").await;
    let told = fetched(&mut tape).await;
    assert_eq!(told, ["0 i alice: ls", "0 i viewer 2 at 10.0.0.5: rm"]);
    assert_eq!(feed.input.recv().await.unwrap(), "ls");

    let (session, mut tape, mut feed) = start(Taped::Output);
    type_in(&session, Some("alice"), "secret").await;
    assert_eq!(fetched(&mut tape).await, ["0 i alice: "]);
    assert_eq!(feed.input.recv().await.unwrap(), "secret");
}

#[tokio::test]
async fn a_program_waits_for_the_tape_and_loses_nothing() {
    const CHUNKS: usize = 64;
    let (_session, mut tape, feed) = start(Taped::Output);
    let chunk = "x".repeat(backend::MAX_CHUNK);
    let printed = tokio::spawn(async move {
        for _ in 0..CHUNKS {
            print(&feed, &chunk).await;
        }
        feed
    });
    let held = timeout(Duration::from_millis(300), async {
        while !printed.is_finished() {
            tokio::task::yield_now().await;
        }
    });
    assert!(
        held.await.is_err(),
        "the program is held while nobody fetches"
    );
    let (mut bytes, mut takings) = (0, Takings::default());
    while bytes < CHUNKS * backend::MAX_CHUNK {
        tape.fetch(&mut takings).await;
        let printed = takings.iter().map(|(_, what)| match what {
            Taking::Output(text) => text.len(),
            other => panic!("{other:?}"),
        });
        let printed: usize = printed.sum();
        assert!(printed < 1024 * 1024, "what waits is bounded");
        bytes += printed;
    }
    printed.await.unwrap();
}

#[tokio::test]
async fn a_tape_that_is_given_up_holds_nobody() {
    let (session, tape, feed) = start(Taped::InputToo);
    drop(tape);
    let (mut view, _) = session.attach(entry(Right::View));
    for _ in 0..32 {
        print(&feed, &"x".repeat(backend::MAX_CHUNK)).await;
    }
    session.recording_failed();
    loop {
        if let super::Piece::Recorded(recorded) = next(&mut view).await {
            assert_eq!(recorded, Recorded::Failed);
            break;
        }
    }
}
