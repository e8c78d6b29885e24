//! What somebody sees who watches, and that watching keeps nothing alive.

use crate::right::Sight;

use super::*;

/// The names of what `user` sees, and whether he is told of each.
fn seen(registry: &Registry, user: Option<&str>, sight: Sight) -> Vec<(Option<String>, bool)> {
    let seen = registry.seen(user, sight).into_iter();
    let name = |name: SessionName| name.as_str().to_owned();
    seen.map(|one| (one.name.map(name), one.is_told)).collect()
}

#[tokio::test(start_paused = true)]
async fn who_watches_sees_all_but_the_names_that_are_secrets() {
    let (registry, _programs) = registry(Mode::Named, 9);
    registry.open(named("all")).await.unwrap();
    let hers = opening(Owner::private(Some(&"ann".into())), Keep::WhileInUse);
    let hers = registry.open(hers).await.unwrap();
    let holders = opening(Owner::Holder, Keep::WhileInUse);
    let holders = registry.open(holders).await.unwrap();
    let all = (Some("all".to_owned()), true);
    let own = |is_told| (Some(hers.name().as_str().to_owned()), is_told);
    let of = |user, sight| seen(&registry, user, sight);
    assert_eq!(of(Some("bob"), Sight::Told), vec![all.clone()]);
    assert_eq!(of(Some("ann"), Sight::Told), [all.clone(), own(true)]);
    let secret = (None, false);
    assert_eq!(of(None, Sight::All), [all, own(false), secret]);
    let finds = |user, sight| registry.find_seen(hers.handle(), user, sight).is_some();
    assert!(finds(Some("ann"), Sight::Told) && finds(Some("bob"), Sight::All));
    assert!(!finds(Some("bob"), Sight::Told) && !finds(None, Sight::Told));
    let by_stream = |user| {
        registry
            .find_seen(holders.stream(), user, Sight::All)
            .is_some()
    };
    assert!(!by_stream(None), "a stream is no handle");
    assert!(
        registry.find_stream(holders.handle(), None).is_none(),
        "nor the other way"
    );
    assert!(registry.is_told(&hers, Some("ann")) && !registry.is_told(&hers, Some("bob")));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_only_watched_is_idle_and_left_as_without() {
    let (registry, _programs) = registry(Mode::Named, 9);
    let session = registry.open(named("x")).await.unwrap();
    let _watchers = [Role::Watcher, Role::Unseen].map(|role| {
        let entry = Entry {
            role,
            who: crate::who::Who::default(),
            right: Right::View,
            scrollback: 10,
            resume: None,
        };
        session.attach(entry).0
    });
    assert_eq!(session.viewers(), 1, "who is unseen is not counted");
    sleep(IDLE - MOMENT).await;
    assert!(registry.find(&name("x"), None).is_some());
    sleep(2 * MOMENT).await;
    assert!(registry.find(&name("x"), None).is_none());
}
