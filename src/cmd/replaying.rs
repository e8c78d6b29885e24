//! A recording in the place of a command: it is opened before anything else, and played as the one
//! session that everybody shares.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::FileTypeExt;

use anyhow::Context;
use tokio::sync::{mpsc, oneshot};

use crate::asciicast::BadCast;
use crate::banner;
use crate::config::{Config, ReplayPlan, Talk};
use crate::registry::Registry;
use crate::replay::Replay;
use crate::session::{SessionOptions, SizePolicy};

use super::Failure;

/// What comes where a recording breaks off, if one is replayed.
pub(super) type Broken = Option<oneshot::Receiver<BadCast>>;

/// Opens the recording that is to be shared. One that comes through a pipe is waited for.
pub(super) fn open(plan: &ReplayPlan, talk: Talk) -> anyhow::Result<Replay> {
    let is_pipe = fs::metadata(&plan.file).is_ok_and(|about| about.file_type().is_fifo());
    if is_pipe && talk == Talk::Status {
        let _ = writeln!(io::stderr(), "webterm: {}", banner::awaiting(&plan.file));
    }
    Replay::open(&plan.file, plan.manner).with_context(|| {
        format!(
            "cannot replay {:?}; --replay takes an asciicast, as asciinema and --record write them",
            plan.file
        )
    })
}

/// Begins to play the recording, as the one session; also gives what comes where it breaks off.
pub(super) async fn start(config: &Config, replay: Replay) -> Result<(Registry, Broken), Failure> {
    let options = SessionOptions {
        size: replay.size(),
        policy: SizePolicy::Fixed,
        ..config.session.clone()
    };
    let running = replay.start();
    let registry = Registry::new(config.plan, options, mpsc::channel(1).0, None);
    registry.share(running.backend).await?;
    Ok((registry, Some(running.broken)))
}
