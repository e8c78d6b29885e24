//! A session on a backend that the test plays itself.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::audit::Audit;
use crate::backend::{self, Exit, Feed, Output, Request};
use crate::name::SessionName;
use crate::right::Right;
use crate::screen::DARK;
use crate::size::TermSize;
use crate::viewer_id::ViewerIds;
use crate::who::Who;

use super::{Entry, Piece, Role, Session, SessionOptions, SizePolicy, View};

mod rights;
mod roles;
mod tape;

fn options(policy: SizePolicy) -> SessionOptions {
    SessionOptions {
        size: TermSize::new(80, 24).unwrap(),
        policy,
        buffer: 1024 * 1024,
        scrollback: 100,
        theme: DARK,
        resizes: SessionOptions::RESIZES,
        audit: Audit::none(),
    }
}

fn start(policy: SizePolicy) -> (Session, Feed) {
    let (backend, feed) = backend::pair();
    let (name, ids) = (SessionName::shared(), ViewerIds::default());
    (Session::start(name, backend, &options(policy), ids), feed)
}

fn entry(right: Right) -> Entry {
    Entry {
        role: Role::Viewer,
        who: Who::default(),
        right,
        scrollback: 100,
        resume: None,
    }
}

/// The next piece, once there is one.
async fn next(view: &mut View) -> Piece {
    loop {
        if let Some(piece) = view.next(64 * 1024) {
            return piece;
        }
        view.progress().await;
    }
}

/// The output from here on until it ends with `text`; a snapshot begins it anew.
async fn output_up_to(view: &mut View, text: &str) -> String {
    let mut output = String::new();
    while !output.ends_with(text) {
        match next(view).await {
            Piece::Output(span) => output.push_str(&view.read(span).unwrap()),
            Piece::Screen { text, .. } => output = text.to_string(),
            Piece::Size(_) | Piece::Recorded(_) => {}
            Piece::Ended(exit) => panic!("ended with {exit:?} after {output:?}"),
        }
    }
    output
}

async fn print(feed: &Feed, text: &str) {
    feed.output
        .send(Bytes::copy_from_slice(text.as_bytes()).into())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_first_piece_is_the_screen_and_then_comes_what_is_printed() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, writer) = session.attach(entry(Right::View));
    assert!(writer.is_none());
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    assert!(view.next(100).is_none());
    print(&feed, "hello").await;
    assert_eq!(output_up_to(&mut view, "hello").await, "hello");
}

#[tokio::test]
async fn a_size_that_the_backend_takes_comes_at_its_place() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _) = session.attach(entry(Right::View));
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    let size = TermSize::new(50, 10).unwrap();
    print(&feed, "before").await;
    feed.output.send(Output::Size(size)).await.unwrap();
    print(&feed, "after").await;
    assert_eq!(output_up_to(&mut view, "before").await, "before");
    assert!(matches!(next(&mut view).await, Piece::Size(taken) if taken == size));
    output_up_to(&mut view, "after").await;
    assert_eq!(session.size(), size);
}

#[tokio::test]
async fn only_a_writer_types() {
    let (session, mut feed) = start(SizePolicy::Fixed);
    let (_view, writer) = session.attach(entry(Right::Write));
    let mut pending = VecDeque::from([Bytes::from_static(b"ls\r")]);
    writer.unwrap().write(&mut pending).await;
    assert_eq!(feed.input.recv().await.unwrap(), "ls\r");
}

#[tokio::test]
async fn the_end_is_told_after_the_last_output() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _) = session.attach(entry(Right::View));
    print(&feed, "last").await;
    drop(feed.output);
    feed.exit.send(Exit::Code(3)).unwrap();
    assert_eq!(session.ended().await, Exit::Code(3));
    let mut pieces = Vec::new();
    loop {
        match next(&mut view).await {
            Piece::Ended(exit) => break pieces.push(format!("{exit:?}")),
            Piece::Screen { text, .. } => pieces.push(text.to_string()),
            other => pieces.push(format!("{other:?}")),
        }
    }
    assert!(pieces[0].contains("last"));
    assert_eq!(pieces[1..], ["Code(3)"]);
}

#[tokio::test]
async fn a_viewer_far_behind_gets_the_screen_instead() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _) = session.attach(entry(Right::View));
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    let (mut witness, _) = session.attach(entry(Right::View));
    for _ in 0..40 {
        print(&feed, &"x".repeat(50_000)).await;
    }
    print(&feed, "end").await;
    output_up_to(&mut witness, "end").await;
    let piece = next(&mut view).await;
    assert!(
        matches!(piece, Piece::Screen { at, .. } if at.bytes() == 2_000_003),
        "{piece:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_program_waits_for_a_writer_that_moves_and_not_for_one_that_stalls() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _writer) = session.attach(entry(Right::Write));
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    let flood = async {
        for _ in 0..100 {
            print(&feed, &"x".repeat(50_000)).await;
        }
    };
    // While the viewer takes a piece every 90 ms it loses none of them.
    let taking = async {
        let mut taken = 0;
        while taken < 1_000_000 {
            match next(&mut view).await {
                Piece::Output(span) => taken += span.len(),
                other => panic!("{other:?} after {taken}"),
            }
            tokio::time::sleep(Duration::from_millis(90)).await;
        }
    };
    tokio::select! {
        () = flood => panic!("the program did not wait"),
        () = taking => {}
    }
    // From now on it takes nothing; the program goes on, and the viewer gets the screen.
    for _ in 0..60 {
        print(&feed, &"y".repeat(50_000)).await;
    }
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
}

#[tokio::test(start_paused = true)]
async fn who_may_only_look_or_says_how_far_it_is_is_not_waited_for() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut looker, _) = session.attach(entry(Right::View));
    let (mut page, _writer) = session.attach(entry(Right::Write));
    page.pursue(1_000_000);
    let begin = tokio::time::Instant::now();
    for _ in 0..60 {
        print(&feed, &"x".repeat(50_000)).await;
    }
    assert!(
        begin.elapsed() < Duration::from_millis(50),
        "{:?}",
        begin.elapsed()
    );
    for view in [&mut looker, &mut page] {
        assert!(matches!(next(view).await, Piece::Screen { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn sizes_are_taken_at_most_twenty_times_a_second_and_the_last_one_is() {
    let (session, mut feed) = start(SizePolicy::Writers);
    let (view, _writer) = session.attach(entry(Right::Write));
    let begin = tokio::time::Instant::now();
    let dragging = async {
        for cols in 100..200 {
            view.set_window(TermSize::new(cols, 30).unwrap());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let mut taken = Vec::new();
    let taking = async {
        while taken.last() != TermSize::new(199, 30).as_ref() {
            match feed.requests.recv().await.unwrap() {
                Request::Resize(size) => taken.push(size),
                other => panic!("{other:?}"),
            }
        }
    };
    tokio::join!(dragging, taking);
    let most = begin.elapsed().as_millis() / 50 + 1;
    assert!(
        (3..=most).contains(&(taken.len() as u128)),
        "{} of {most}",
        taken.len()
    );
}

#[tokio::test]
async fn a_size_that_unsettles_the_viewers_terminals_brings_the_screen_anew_and_no_other_does() {
    for (mark, unsettles) in [("e\u{301}", true), ("e", false)] {
        let (session, mut feed) = start(SizePolicy::Writers);
        let (mut view, _writer) = session.attach(entry(Right::Write));
        assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
        let text = format!("{}{mark}\r\n", "long ".repeat(20));
        print(&feed, &text).await;
        output_up_to(&mut view, &text).await;
        let size = TermSize::new(60, 24).unwrap();
        view.set_window(size);
        assert_eq!(feed.requests.recv().await.unwrap(), Request::Resize(size));
        match next(&mut view).await {
            Piece::Screen { size: shown, .. } if unsettles => assert_eq!(shown, size),
            Piece::Size(shown) if !unsettles => assert_eq!(shown, size),
            other => panic!("{mark:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_the_program_asks_the_terminal_is_answered_without_viewers() {
    let (_session, mut feed) = start(SizePolicy::Fixed);
    print(&feed, "ab\u{1b}[6n").await;
    assert_eq!(feed.input.recv().await.unwrap(), "\u{1b}[1;3R");
}
