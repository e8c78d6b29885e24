//! The main job: one program, shared with everyone who opens the address.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::backend::Exit;
use crate::banner::Banner;
use crate::config::{Config, Talk};
use crate::name::SessionName;
use crate::server::{self, App, Limits};
use crate::session::Session;
use crate::signals::Signals;
use crate::{banner, pty};

use super::Failure;

/// How long viewers may take to fetch the last output once the program has ended.
const LAST_OUTPUT: Duration = Duration::from_secs(3);

/// How long the program may take to end once it is asked to: a little more than the backend gives
/// it before it uses force.
const PROGRAM_END: Duration = Duration::from_secs(5);

/// Shares the program, whose output is read on the runtime `readers`, until it ends or a signal
/// stops webterm; gives the exit status.
pub(super) async fn share(config: &Config, readers: &Handle) -> Result<u8, Failure> {
    let mut signals = Signals::new()?;
    // The port comes first, so that no program is started in vain.
    let listener = server::bind(&config.address, config.port).await?;
    let local = listener.local_addr()?;
    let backend = pty::spawn(&config.program, config.session.size, readers)?;
    let session = Session::start(SessionName::shared(), backend, &config.session);
    let command = config.command_line();
    announce(config.talk, banner::banner(&command, config.right, local));
    let stop = CancellationToken::new();
    let app = App::new(
        session.clone(),
        command,
        config.right,
        config.session.scrollback,
        Limits::default(),
        stop.clone(),
    );
    let serving = tokio::spawn(server::serve(listener, app.clone()));
    let status = tokio::select! {
        exit = session.ended() => farewell(exit, &app).await,
        signal = signals.next() => halt(signal, &session, &stop, &mut signals).await,
    };
    stop.cancel();
    let _ = tokio::time::timeout(LAST_OUTPUT, async {
        tokio::join!(serving, app.viewers_gone())
    })
    .await;
    Ok(status)
}

fn announce(talk: Talk, banner: Banner) {
    let status = match talk {
        Talk::Status => banner.status,
        Talk::Quiet => Vec::new(),
    };
    for line in status.iter().chain(&banner.warnings) {
        eprintln!("webterm: {line}");
    }
}

/// The program ended by itself: every viewer still gets its last output.
async fn farewell(exit: Exit, app: &App) -> u8 {
    tracing::info!(?exit, "the program ended");
    if tokio::time::timeout(LAST_OUTPUT, app.viewers_gone())
        .await
        .is_err()
    {
        tracing::warn!("a viewer did not take the last output in time");
    }
    exit.status()
}

/// A signal stops webterm: the viewers go at once, the program is given time, a second signal cuts
/// it short.
async fn halt(
    signal: &str,
    session: &Session,
    stop: &CancellationToken,
    signals: &mut Signals,
) -> u8 {
    tracing::info!(signal, "stopping");
    stop.cancel();
    session.end();
    let ended = tokio::time::timeout(PROGRAM_END, session.ended());
    tokio::select! {
        _ = ended => {}
        signal = signals.next() => {
            tracing::info!(signal, "killing the program");
            session.kill();
            let _ = tokio::time::timeout(LAST_OUTPUT, session.ended()).await;
        }
    }
    0
}
