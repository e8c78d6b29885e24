//! The right to type, given and taken while a viewer is there.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use proptest::prelude::*;
use tokio::time::Instant;

use crate::backend::{Feed, Request};
use crate::right::Right;
use crate::session::{NoSuchViewer, Session, SizePolicy, View, Writer, Written};
use crate::size::TermSize;
use crate::viewer_id::ViewerId;

use super::{entry, next, print, start};

fn pending(text: &str) -> VecDeque<Bytes> {
    VecDeque::from([Bytes::copy_from_slice(text.as_bytes())])
}

/// What has reached the backend and was not yet read there.
fn arrived(feed: &mut Feed) -> Vec<u8> {
    let mut all = Vec::new();
    while let Ok(input) = feed.input.try_recv() {
        all.extend_from_slice(&input);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn r19_once_the_right_is_taken_nothing_more_arrives() {
    let (session, mut feed) = start(SizePolicy::Fixed);
    let (mut view, _) = session.attach(entry(Right::View));
    let mut most = 0;
    for _ in 0..300 {
        session.set_right(view.id(), Right::Write).unwrap();
        let writer = view.writer().unwrap();
        let typing = tokio::spawn(async move {
            let mut typed = 0;
            while writer.write(&mut pending("x")).await == Written::Done {
                typed += 1;
            }
            typed
        });
        feed.input.recv().await.unwrap();
        session.set_right(view.id(), Right::View).unwrap();
        arrived(&mut feed);
        // What waits for room has some now, and what comes again is refused again.
        let typed = tokio::time::timeout(Duration::from_secs(20), typing).await;
        most = most.max(typed.expect("it is refused").unwrap());
        assert_eq!(arrived(&mut feed), b"", "typed after the right was taken");
    }
    assert!(most > 0);
}

#[tokio::test]
async fn r19_of_a_paste_that_waits_for_the_program_nothing_arrives_after_the_right_is_taken() {
    let (session, mut feed) = start(SizePolicy::Fixed);
    let (view, writer) = session.attach(entry(Right::Write));
    let (mut paste, writer) = (pending(&"x".repeat(1_000_000)), writer.unwrap());
    while writer.write(&mut paste).now_or_never().is_some() {}
    session.set_right(view.id(), Right::View).unwrap();
    let before = arrived(&mut feed).len();
    assert!(before <= 16 * 1024, "{before} bytes can't be taken back");
    assert_eq!(writer.write(&mut paste).await, Written::Refused);
    assert_eq!(paste[0].len(), 1_000_000 - before, "the rest is left");
    assert_eq!(arrived(&mut feed), b"");
}

#[tokio::test]
async fn a_right_that_is_given_again_is_another_one() {
    let (session, mut feed) = start(SizePolicy::Fixed);
    let (mut view, writer) = session.attach(entry(Right::Write));
    let old = writer.unwrap();
    session.set_right(view.id(), Right::View).unwrap();
    session.set_right(view.id(), Right::Write).unwrap();
    assert_eq!(old.write(&mut pending("old")).await, Written::Refused);
    view.right_changed().await;
    let new = view.writer().unwrap();
    assert_eq!(new.write(&mut pending("new")).await, Written::Done);
    assert_eq!(arrived(&mut feed), b"new");
}

#[tokio::test]
async fn a_viewer_is_told_of_a_new_right_and_of_the_same_it_is_not() {
    let (session, _feed) = start(SizePolicy::Fixed);
    let (mut view, writer) = session.attach(entry(Right::Write));
    session.set_right(view.id(), Right::Write).unwrap();
    assert!(view.right_changed().now_or_never().is_none());
    assert_eq!(
        writer.unwrap().write(&mut pending("x")).await,
        Written::Done
    );
    session.set_right(view.id(), Right::View).unwrap();
    view.right_changed().await;
    assert!(view.writer().is_none());
    assert!(view.right_changed().now_or_never().is_none());
    assert_eq!(session.right_of(view.id()), Some(Right::View));
}

#[tokio::test]
async fn who_is_gone_has_no_right() {
    let (session, _feed) = start(SizePolicy::Fixed);
    let (view, writer) = session.attach(entry(Right::Write));
    let id = view.id();
    drop(view);
    assert_eq!(session.set_right(id, Right::Write), Err(NoSuchViewer(id)));
    assert_eq!(session.right_of(id), None);
    let typed = writer.unwrap().write(&mut pending("x")).await;
    assert_eq!(typed, Written::Refused, "a writer goes with its view");
    let nobody = ViewerId::new(99).unwrap();
    assert!(session.set_right(nobody, Right::View).is_err());
}

/// The size that the session asks its backend for next.
async fn next_size(feed: &mut Feed) -> String {
    match feed.requests.recv().await.unwrap() {
        Request::Resize(size) => size.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn r20_the_size_follows_the_rights_at_once() {
    let (session, mut feed) = start(SizePolicy::Writers);
    let (large, _large) = session.attach(entry(Right::Write));
    let (small, _small) = session.attach(entry(Right::View));
    small.set_window(TermSize::new(50, 20).unwrap());
    large.set_window(TermSize::new(100, 40).unwrap());
    assert_eq!(next_size(&mut feed).await, "100x40");
    session.set_right(small.id(), Right::Write).unwrap();
    assert_eq!(next_size(&mut feed).await, "50x20");
    session.set_right(small.id(), Right::View).unwrap();
    assert_eq!(next_size(&mut feed).await, "100x40");
}

#[tokio::test(start_paused = true)]
async fn the_program_no_longer_waits_for_who_may_only_look() {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _writer) = session.attach(entry(Right::Write));
    next(&mut view).await;
    let begin = Instant::now();
    let flood = async {
        for _ in 0..40 {
            print(&feed, &"x".repeat(50_000)).await;
        }
    };
    let demotion = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        session.set_right(view.id(), Right::View).unwrap();
    };
    tokio::join!(flood, demotion);
    let took = begin.elapsed();
    let expected = Duration::from_millis(20)..Duration::from_millis(60);
    assert!(expected.contains(&took), "{took:?}");
    // And waits for him again once he may type, as long as he moves.
    session.set_right(view.id(), Right::Write).unwrap();
    let flood = async {
        for _ in 0..40 {
            print(&feed, &"y".repeat(50_000)).await;
        }
    };
    let begin = Instant::now();
    flood.await;
    assert!(
        begin.elapsed() >= Duration::from_millis(100),
        "{:?}",
        begin.elapsed()
    );
}

/// What may happen to a viewer that types.
#[derive(Debug, Clone, Copy)]
enum Step {
    Give,
    Take,
    Type,
    /// The viewer's task comes to see what it may do.
    Look,
    /// The program reads.
    Read,
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        1 => Just(Step::Give),
        1 => Just(Step::Take),
        4 => Just(Step::Type),
        1 => Just(Step::Look),
        2 => Just(Step::Read),
    ];
    proptest::collection::vec((0..2_usize, step), 1..120)
}

struct Typist {
    view: View,
    writer: Option<Writer>,
    /// Whether its writer is the one of the right that it has now.
    is_current: bool,
    name: &'static str,
}

impl Typist {
    fn new(session: &Session, name: &'static str) -> Self {
        let (view, writer) = session.attach(entry(Right::View));
        Self {
            view,
            writer,
            is_current: false,
            name,
        }
    }
}

fn walk(steps: &[(usize, Step)]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (session, mut feed) = start(SizePolicy::Fixed);
        let mut typists = [Typist::new(&session, "a"), Typist::new(&session, "b")];
        let (mut meant, mut read) = (String::new(), Vec::new());
        for (who, step) in steps {
            let typist = &mut typists[*who];
            let before = session.right_of(typist.view.id());
            match step {
                Step::Give => session.set_right(typist.view.id(), Right::Write).unwrap(),
                Step::Take => session.set_right(typist.view.id(), Right::View).unwrap(),
                Step::Look => {
                    typist.writer = typist.view.writer();
                    typist.is_current = typist.writer.is_some();
                }
                Step::Read => read.extend(arrived(&mut feed)),
                Step::Type => {
                    let Some(writer) = &typist.writer else {
                        continue;
                    };
                    // `None`: the program reads nothing at the moment.
                    match writer.write(&mut pending(typist.name)).now_or_never() {
                        Some(Written::Done) => {
                            assert!(typist.is_current, "typed without the right");
                            meant.push_str(typist.name);
                        }
                        Some(Written::Refused) => assert!(!typist.is_current),
                        None => {}
                    }
                }
            }
            typist.is_current &= before == session.right_of(typist.view.id());
        }
        read.extend(arrived(&mut feed));
        assert_eq!(String::from_utf8(read).unwrap(), meant);
    });
}

proptest! {
    #[test]
    fn r19_only_who_has_the_right_at_that_moment_types(steps in steps()) {
        walk(&steps);
    }
}
