//! Keeps an engine as long as its client is there and may be. It knows no connection and no event.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tracing::Instrument;

use super::super::stay::ticks_of;
use super::engine::Engine;

/// How long a client may take to come to a namespace: it does so at once.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps an engine to its end.
pub(super) async fn keep(engine: Arc<Engine>) {
    let caller = &engine.caller;
    let user = caller.grant.user.as_deref();
    let span = tracing::warn_span!("socket.io", peer = %caller.address, user);
    keep_up(&engine).instrument(span).await;
}

async fn keep_up(engine: &Engine) {
    watch(engine).await;
    // What waits is taken by a client that is there.
    let _ = timeout(engine.limits().close, engine.over().cancelled()).await;
    engine.end().await;
}

/// Watches until the engine closes.
async fn watch(engine: &Engine) {
    let limits = engine.limits();
    let mut late = pin!(sleep(PATIENCE));
    let mut is_early = true;
    let mut ticks = ticks_of(limits.ping);
    let mut stay = engine.caller.stay(&engine.app, engine.out().clone());
    let mut dismissal = stay.dismissal();
    while dismissal.is_none() {
        tokio::select! {
            () = engine.closing().cancelled() => return,
            _ = ticks.tick() => check_alive(engine),
            () = &mut late, if is_early => {
                is_early = false;
                check_connected(engine);
            }
            why = stay.over() => dismissal = Some(why),
        }
    }
    engine.dismiss(dismissal);
    // Its client tells it, and closes the engine then.
    let _ = timeout(limits.close, engine.closing().cancelled()).await;
    engine.close();
}

fn check_alive(engine: &Engine) {
    if engine.ping() >= engine.limits().missed_pings {
        tracing::info!("a Socket.IO client was silent for too long");
        engine.hang_up();
    }
}

fn check_connected(engine: &Engine) {
    if !engine.is_connected() {
        tracing::info!("a Socket.IO client came to no namespace");
        engine.close();
    }
}
