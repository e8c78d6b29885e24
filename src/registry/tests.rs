//! The sessions of a registry whose programs the test plays itself, under a clock that it moves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::audit::Audit;
use crate::backend::{self, Exit, Feed, Request};
use crate::name::SessionName;
use crate::right::Right;
use crate::screen::DARK;
use crate::session::{Entry, Role, Session, SessionOptions, SizePolicy, View};
use crate::size::TermSize;

use super::{
    Keep, Launch, LaunchError, Mode, OpenError, Opening, Owner, Plan, Registry, RenameError,
};

const IDLE: Duration = Duration::from_secs(300);
const GRACE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_secs(1);

/// The programs that were started, in this order.
type Programs = Arc<Mutex<Vec<Feed>>>;

fn registry(mode: Mode, most: usize) -> (Registry, Programs) {
    registry_with(mode, most, SizePolicy::Writers, GRACE)
}

fn registry_with(
    mode: Mode,
    most: usize,
    policy: SizePolicy,
    grace: Duration,
) -> (Registry, Programs) {
    let (launches, mut launched) = mpsc::channel::<Launch>(8);
    let programs = Programs::default();
    let started = Arc::clone(&programs);
    tokio::spawn(async move {
        while let Some(launch) = launched.recv().await {
            // As long as a program takes to start.
            sleep(Duration::from_millis(2)).await;
            let backend = match launch.cwd.as_deref() {
                Some(cwd) => Err(LaunchError::Directory(format!("no {cwd}"))),
                None => {
                    let (backend, feed) = backend::pair();
                    started.lock().unwrap().push(feed);
                    Ok(backend)
                }
            };
            let _ = launch.reply.send(backend);
        }
    });
    let plan = Plan {
        mode,
        most,
        idle: Some(IDLE),
        grace,
    };
    let options = SessionOptions {
        size: TermSize::DEFAULT,
        policy,
        buffer: 100_000,
        scrollback: 10,
        theme: DARK,
        resizes: SessionOptions::RESIZES,
        audit: Audit::none(),
    };
    (Registry::new(plan, options, launches, None), programs)
}

fn name(text: &str) -> SessionName {
    text.parse().unwrap()
}

fn opening(owner: Owner, keep: Keep) -> Opening {
    Opening {
        name: None,
        owner,
        keep,
        size: None,
        cwd: None,
    }
}

fn named(text: &str) -> Opening {
    Opening {
        name: Some(name(text)),
        ..opening(Owner::Everyone, Keep::WhileInUse)
    }
}

fn attach(session: &Session) -> View {
    let entry = Entry {
        role: Role::Viewer,
        who: crate::who::Who::default(),
        right: Right::Write,
        scrollback: 10,
        resume: None,
    };
    session.attach(entry).0
}

/// Lets a program end with `code`.
fn end(programs: &Programs, index: usize, code: i32) {
    let feed = programs.lock().unwrap().remove(index);
    feed.exit.send(Exit::Code(code)).unwrap();
}

/// Whether a session was asked to end.
fn was_asked_to_end(programs: &Programs, index: usize) -> bool {
    programs.lock().unwrap()[index].requests.try_recv() == Ok(Request::End)
}

#[tokio::test(start_paused = true)]
async fn sessions_are_made_found_listed_and_closed() {
    let (registry, programs) = registry(Mode::Named, 9);
    let first = registry.open(named("one")).await.unwrap();
    let second = registry
        .open(opening(Owner::Everyone, Keep::WhileInUse))
        .await
        .unwrap();
    let names = || {
        registry
            .list(None)
            .iter()
            .map(Session::name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(), [name("one"), second.name()], "the oldest first");
    assert!(registry.find(&name("one"), None).is_some());
    registry.close(&first);
    assert!(was_asked_to_end(&programs, 0));
    assert_eq!(names(), [second.name()]);
    assert!(registry.find(&name("one"), None).is_none());
    end(&programs, 1, 3);
    assert_eq!(second.ended().await, Exit::Code(3));
    sleep(MOMENT).await;
    assert!(registry.list(None).is_empty(), "an ended one is gone");
}

#[tokio::test(start_paused = true)]
async fn a_first_size_is_heeded_unless_sizes_are_fixed() {
    let wanted = TermSize::new(90, 20);
    for (policy, size) in [
        (SizePolicy::Writers, wanted.unwrap()),
        (SizePolicy::Fixed, TermSize::DEFAULT),
    ] {
        let (registry, _programs) = registry_with(Mode::Named, 9, policy, GRACE);
        let opening = Opening {
            size: wanted,
            ..named("one")
        };
        assert_eq!(registry.open(opening).await.unwrap().size(), size);
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_who_race_for_a_name_one_gets_it() {
    let (registry, programs) = registry(Mode::Named, 9);
    let (one, other) = tokio::join!(registry.open(named("x")), registry.open(named("x")));
    assert!(one.is_ok());
    assert_eq!(other.unwrap_err(), OpenError::Taken(name("x")));
    assert_eq!(programs.lock().unwrap().len(), 1, "no second program ran");
}

#[tokio::test(start_paused = true)]
async fn who_would_rather_share_a_name_gets_the_same_session() {
    let (registry, programs) = registry(Mode::Named, 9);
    let wish = || registry.find_or_open(name("x"), None, named("x"));
    let (one, other, third) = tokio::join!(wish(), wish(), wish());
    let stream = |session: Result<Session, OpenError>| session.unwrap().stream().to_owned();
    let (one, other, third) = (stream(one), stream(other), stream(third));
    assert_eq!((&one, &one), (&other, &third));
    assert_eq!(programs.lock().unwrap().len(), 1);
    let private = Opening {
        name: Some(name("mine")),
        ..opening(Owner::User("ann".into()), Keep::WhileInUse)
    };
    registry.open(private).await.unwrap();
    let refused = registry.find_or_open(name("mine"), Some("bob"), named("mine"));
    assert_eq!(refused.await.unwrap_err(), OpenError::Taken(name("mine")));
}

#[tokio::test(start_paused = true)]
async fn a_name_whose_program_did_not_start_is_free_again() {
    let (registry, _programs) = registry(Mode::Named, 1);
    let astray = Opening {
        cwd: Some("such".to_owned()),
        ..named("x")
    };
    let error = registry.open(astray).await.unwrap_err();
    assert_eq!(error.to_string(), "no such");
    assert!(registry.open(named("x")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_while_it_starts_counts_until_its_program_is_gone() {
    let (registry, programs) = registry(Mode::Named, 1);
    let hasty = tokio::time::timeout(Duration::from_millis(1), registry.open(named("x")));
    assert!(hasty.await.is_err());
    sleep(MOMENT).await;
    assert!(registry.find(&name("x"), None).is_none());
    assert!(was_asked_to_end(&programs, 0));
    assert_eq!(
        registry.open(named("x")).await.unwrap_err(),
        OpenError::Full(1)
    );
    end(&programs, 0, 0);
    sleep(MOMENT).await;
    assert!(registry.open(named("x")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_ended_at_once_waits_for_who_opened_it() {
    let (registry, programs) = registry(Mode::Named, 1);
    let session = registry.open(named("x")).await.unwrap();
    end(&programs, 0, 3);
    sleep(MOMENT).await;
    assert!(registry.list(None).is_empty());
    assert!(registry.find(&name("x"), None).is_none());
    let found = registry.find_even_ended(&name("x"), None).unwrap();
    assert_eq!(found.stream(), session.stream());
    drop(attach(&found));
    sleep(MOMENT).await;
    assert!(registry.find_even_ended(&name("x"), None).is_none(), "once");

    registry.open(named("y")).await.unwrap();
    end(&programs, 0, 3);
    sleep(MOMENT).await;
    assert!(registry.open(named("y")).await.is_ok(), "the name is free");
    end(&programs, 0, 3);
    sleep(11 * MOMENT).await;
    assert!(
        registry.find_even_ended(&name("y"), None).is_none(),
        "nobody came"
    );
}

#[tokio::test(start_paused = true)]
async fn there_are_no_more_than_may_be_until_a_program_is_gone() {
    let (registry, programs) = registry(Mode::Named, 2);
    let first = registry.open(named("a")).await.unwrap();
    registry.open(named("b")).await.unwrap();
    let error = registry.open(named("c")).await.unwrap_err();
    assert!(error.to_string().contains("--max-sessions"), "{error}");
    registry.close(&first);
    let error = registry.open(named("c")).await.unwrap_err();
    assert_eq!(error, OpenError::Full(2), "its program still runs");
    end(&programs, 0, 0);
    sleep(MOMENT).await;
    assert!(registry.open(named("c")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_somebodys_own_others_do_not_find() {
    let (registry, _programs) = registry(Mode::Named, 9);
    let own = opening(Owner::private(Some(&"ann".into())), Keep::WhileInUse);
    let own = registry.open(own).await.unwrap();
    let find = |user| registry.find(&own.name(), user).is_some();
    assert_eq!(
        [find(Some("ann")), find(Some("bob")), find(None)],
        [true, false, false]
    );
    let listed = |user| registry.list(user).len();
    assert_eq!([listed(Some("ann")), listed(Some("bob"))], [1, 0]);
    let by_stream = |user| registry.find_stream(own.stream(), user).is_some();
    assert_eq!(
        [by_stream(Some("ann")), by_stream(Some("bob"))],
        [true, false]
    );
}

#[tokio::test(start_paused = true)]
async fn what_nobody_was_asked_for_is_found_by_its_name_alone() {
    let (registry, _programs) = registry(Mode::PerViewer, 9);
    let own = opening(Owner::private(None), Keep::WhileAttended);
    let own = registry.open(own).await.unwrap();
    assert_eq!(own.name().as_str().len(), 32);
    assert!(registry.find(&own.name(), None).is_some());
    assert!(registry.list(None).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_closed() {
    let (registry, programs) = registry(Mode::Named, 9);
    registry.open(named("x")).await.unwrap();
    sleep(IDLE - MOMENT).await;
    assert!(registry.find(&name("x"), None).is_some());
    sleep(2 * MOMENT).await;
    assert!(registry.find(&name("x"), None).is_none());
    assert!(was_asked_to_end(&programs, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_prints_or_is_attended_is_not_idle() {
    let (registry, programs) = registry(Mode::Named, 9);
    let session = registry.open(named("x")).await.unwrap();
    for _ in 0..3 {
        sleep(IDLE - MOMENT).await;
        let output = programs.lock().unwrap()[0].output.clone();
        output.send("x".into()).await.unwrap();
        sleep(MOMENT / 2).await;
    }
    let age = session.last_activity().duration_since(session.created_at());
    assert!(age.unwrap() > 2 * IDLE);
    let view = attach(&session);
    assert_eq!(session.viewers(), 1);
    sleep(3 * IDLE).await;
    drop(view);
    sleep(IDLE - MOMENT).await;
    assert!(
        registry.find(&name("x"), None).is_some(),
        "he has just left"
    );
    sleep(2 * MOMENT).await;
    assert!(registry.find(&name("x"), None).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_viewers_own_session_waits_for_him_for_the_grace_whatever_it_prints() {
    let (registry, programs) = registry(Mode::PerViewer, 9);
    let own = opening(Owner::Holder, Keep::WhileAttended);
    let session = registry.open(own).await.unwrap();
    drop(attach(&session));
    sleep(GRACE - MOMENT).await;
    let view = attach(&session);
    sleep(2 * GRACE).await;
    assert!(registry.find(&session.name(), None).is_some());
    drop(view);
    let output = programs.lock().unwrap()[0].output.clone();
    sleep(GRACE - MOMENT).await;
    output.send("x".into()).await.unwrap();
    sleep(2 * MOMENT).await;
    assert!(registry.find(&session.name(), None).is_none());
}

#[tokio::test(start_paused = true)]
async fn without_any_grace_a_viewer_still_finds_what_was_opened_for_him() {
    let (registry, programs) =
        registry_with(Mode::PerViewer, 9, SizePolicy::Writers, Duration::ZERO);
    let own = opening(Owner::Holder, Keep::WhileAttended);
    let session = registry.open(own.clone()).await.unwrap();
    sleep(9 * MOMENT).await;
    let view = attach(&session);
    sleep(GRACE).await;
    assert!(registry.find(&session.name(), None).is_some());
    drop(view);
    sleep(MOMENT).await;
    assert!(was_asked_to_end(&programs, 0), "he has left");
    registry.open(own).await.unwrap();
    sleep(11 * MOMENT).await;
    assert!(was_asked_to_end(&programs, 1), "he never came");
}

#[tokio::test(start_paused = true)]
async fn the_shared_session_is_never_idle_and_the_only_one() {
    let (registry, _programs) = registry(Mode::Shared, 9);
    let (backend, _feed) = backend::pair();
    registry.share(backend).await.unwrap();
    sleep(10 * IDLE).await;
    assert_eq!(registry.shared().unwrap().name(), SessionName::shared());
    assert_eq!(registry.list(None).len(), 1);
    let error = registry.open(named("x")).await.unwrap_err();
    assert!(error.to_string().contains("--mode named"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_renamed_session_is_found_by_all_its_names() {
    let (registry, programs) = registry(Mode::Named, 9);
    let session = registry.open(named("a")).await.unwrap();
    registry.open(named("other")).await.unwrap();
    registry.rename(&session, name("b")).unwrap();
    registry.rename(&session, name("c")).unwrap();
    assert_eq!(session.name(), name("c"));
    assert_eq!(registry.aliases(&session), [name("a"), name("b")]);
    for known in ["a", "b", "c"] {
        assert!(registry.find(&name(known), None).is_some(), "{known}");
    }
    let error = registry.rename(&session, name("other")).unwrap_err();
    assert_eq!(error, RenameError::Taken(name("other")));
    registry.rename(&session, name("a")).unwrap();
    assert_eq!(registry.aliases(&session), [name("b"), name("c")]);
    end(&programs, 0, 0);
    sleep(MOMENT).await;
    assert!(
        registry.open(named("b")).await.is_ok(),
        "all are free again"
    );
    assert_eq!(registry.rename(&session, name("z")), Err(RenameError::Gone));
}

#[tokio::test(start_paused = true)]
async fn what_is_found_by_its_name_alone_keeps_it() {
    let (registry, _programs) = registry(Mode::Named, 9);
    let own = opening(Owner::Holder, Keep::WhileInUse);
    let session = registry.open(own).await.unwrap();
    let refused = registry.rename(&session, name("easy-to-guess"));
    assert_eq!(refused, Err(RenameError::Secret));
    assert!(registry.find(&name("easy-to-guess"), None).is_none());
}

#[tokio::test(start_paused = true)]
async fn old_names_are_forgotten_in_the_end() {
    let (registry, _programs) = registry(Mode::Named, 9);
    let session = registry.open(named("n0")).await.unwrap();
    for number in 1..=9 {
        registry
            .rename(&session, name(&format!("n{number}")))
            .unwrap();
    }
    assert!(registry.find(&name("n0"), None).is_none());
    assert!(registry.find(&name("n1"), None).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_still_starts_when_all_stops_is_ended_and_waited_for() {
    let (registry, programs) = registry(Mode::Named, 9);
    let opening = tokio::spawn({
        let registry = registry.clone();
        async move { registry.open(named("x")).await }
    });
    tokio::task::yield_now().await;
    registry.stop();
    assert_eq!(opening.await.unwrap().unwrap_err(), OpenError::Stopping);
    assert!(was_asked_to_end(&programs, 0));
    let stopped = registry.stopped();
    tokio::pin!(stopped);
    let early = tokio::time::timeout(MOMENT, &mut stopped);
    assert!(early.await.is_err(), "its program still runs");
    end(&programs, 0, 0);
    stopped.await;
}

#[tokio::test(start_paused = true)]
async fn when_all_stops_every_program_is_asked_to_end_and_waited_for() {
    let (registry, programs) = registry(Mode::Named, 9);
    let first = registry.open(named("a")).await.unwrap();
    registry.open(named("b")).await.unwrap();
    registry.close(&first);
    registry.stop();
    assert!(was_asked_to_end(&programs, 1));
    assert_eq!(
        registry.open(named("c")).await.unwrap_err(),
        OpenError::Stopping
    );
    registry.kill();
    let feeds = std::mem::take(&mut *programs.lock().unwrap());
    for mut feed in feeds {
        while feed.requests.try_recv().unwrap() != Request::Kill {}
        feed.exit.send(Exit::Signal(9)).unwrap();
    }
    registry.stopped().await;
}

mod watch;
