//! Those who only watch: their windows count for nothing, and no program waits for them.

use tokio::time::Instant;

use super::*;

/// How long a program is held up by somebody who takes nothing, until it has printed two megabytes.
async fn held_up_by(role: Role) -> Duration {
    let (session, feed) = start(SizePolicy::Fixed);
    let (mut view, _) = session.attach(Entry {
        role,
        ..entry(Right::Write)
    });
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    let began = Instant::now();
    let line = "x".repeat(32 * 1024);
    for _ in 0..64 {
        print(&feed, &line).await;
    }
    let last = async {
        while !session
            .picture()
            .1
            .lines
            .concat()
            .iter()
            .any(|run| run.text.contains("end"))
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    print(&feed, "end").await;
    last.await;
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_program_waits_for_a_viewer_that_may_write_and_for_no_watcher() {
    for role in [Role::Watcher, Role::Unseen] {
        assert!(
            held_up_by(role).await < Duration::from_millis(50),
            "{role:?}"
        );
    }
    assert!(held_up_by(Role::Viewer).await >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_watchers_window_counts_for_nothing() {
    let (session, _feed) = start(SizePolicy::Viewers);
    let (watcher, _) = session.attach(Entry {
        role: Role::Watcher,
        ..entry(Right::View)
    });
    watcher.set_window(TermSize::new(200, 60).unwrap());
    let (mut viewer, _) = session.attach(entry(Right::View));
    viewer.set_window(TermSize::new(90, 30).unwrap());
    while session.size() != TermSize::new(90, 30).unwrap() {
        next(&mut viewer).await;
    }
}

#[tokio::test]
async fn the_mark_is_another_one_once_something_is_printed() {
    let (session, feed) = start(SizePolicy::Fixed);
    let before = session.mark();
    assert_eq!(session.picture().0, before);
    let (mut view, _) = session.attach(entry(Right::View));
    assert!(matches!(next(&mut view).await, Piece::Screen { .. }));
    print(&feed, "hello").await;
    output_up_to(&mut view, "hello").await;
    let (mark, picture) = session.picture();
    assert_ne!(mark, before);
    assert_eq!(picture.lines[0][0].text, "hello");
}
