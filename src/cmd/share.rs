//! The main job: one program, shared with everyone who opens the address, or started for each who
//! does.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::audit::{Audit, Target};
use crate::backend::Exit;
use crate::banner::{Banner, Place};
use crate::config::{Config, Openness, Talk};
use crate::control::About;
use crate::process::Sandbox;
use crate::recorder::Recorder;
use crate::recordings::Catalog;
use crate::registry::{Mode, Registry};
use crate::right::Right;
use crate::server::{self, App, Lines, Offer, Recordings, Watchers};
use crate::signals::{Hangup, Signal, Signals};
use crate::tls::{Tls, TlsError, TlsOptions};
use crate::{banner, pty, reach};

use super::auditing::Auditing;
use super::hosting::Hosting;
use super::{Failure, confining, launcher, replaying};

/// How long viewers may take to fetch the last output once the program has ended.
const LAST_OUTPUT: Duration = Duration::from_secs(3);

/// How long the disk may take for the last of all recordings.
const LAST_RECORDING: Duration = Duration::from_secs(10);

/// How long viewers may take to leave at least: until then it is entered in the audit log who left.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// How long programs may take to end once they are asked to: a little more than the backend gives
/// them before it uses force.
const PROGRAM_END: Duration = Duration::from_secs(5);

/// Shares the program, whose output is read on the runtime `readers`, until a signal stops webterm,
/// or the one that everybody shares ends; gives the exit status.
pub(super) async fn share(mut config: Config, readers: &Handle) -> Result<u8, Failure> {
    let sandbox = confining::sandbox(&config)?;
    config.program.sandbox = sandbox.clone();
    // Before a signal would no longer simply end us: a pipe may be waited for.
    let open = |plan| replaying::open(plan, config.talk);
    let replay = config.replay.as_ref().map(open).transpose()?;
    let access = Access::new(config.rules.clone())?;
    let log = config.audit.as_ref().map(|audit| &audit.target);
    let has_files = matches!(log, Some(Target::File(_)))
        || access.has_file()
        || config.tls.as_ref().is_some_and(TlsOptions::has_files);
    let mut signals = Signals::new(match has_files {
        true => Hangup::Reloads,
        false => Hangup::Stops,
    })?;
    // The port comes first, so that no program is started in vain.
    let listener = server::bind(&config.address, config.port).await?;
    let local = listener.local_addr()?;
    refuse_openness(&config, local).map_err(Failure::usage)?;
    let tls = tls(&config, local)?;
    let command = config.command_line();
    // Held to the end: what happens until then is entered.
    let mut auditing = Auditing::begin(config.audit.as_ref(), local, command.clone())?;
    config.session.audit = auditing.log().clone();
    let open = |options| Recorder::open(options, auditing.log().clone());
    let recorder = config.recorder.clone().map(open).transpose()?;
    let (registry, mut broken) = match replay {
        Some(replay) => replaying::start(&config, replay).await?,
        None => (registry(&config, readers, recorder.clone()).await?, None),
    };
    let place = Place {
        local,
        tls: tls.as_ref(),
    };
    let banner = banner(&config, place, &command, sandbox.as_deref());
    let stop = CancellationToken::new();
    let offer = Offer {
        command: command.clone(),
        scrollback: config.session.scrollback,
        theme: config.session.theme.name,
        tls: tls.clone(),
        lines: lines(&config)?,
        watchers: config.watchers,
        recordings: recordings(&config)?,
    };
    let app = App::new(registry.clone(), access, offer, config.limits, stop.clone());
    let about = About {
        command,
        address: local.to_string(),
    };
    // Held to the end.
    let hosting = Hosting::begin(&app, about).await;
    announce(config.talk, banner, hosting.as_ref().err());
    let mut serving = tokio::spawn(server::serve(listener, app.clone()));
    if let Some(tls) = tls {
        let stop = stop.clone();
        tokio::spawn(async move { tls.watch(stop).await });
    }
    let end = tokio::select! {
        exit = ended(&registry) => farewell(exit, &app, &mut signals).await,
        signal = stopped(&mut signals, &app, auditing.log()) => halt(signal, &registry, &stop, &mut signals).await,
        _ = &mut serving => broken_down(),
    };
    stop.cancel();
    registry.stop();
    let _ = timeout(end.patience.max(LAST_WORDS), async {
        if !serving.is_finished() {
            let _ = serving.await;
        }
        tokio::join!(app.viewers_gone(), registry.stopped())
    })
    .await;
    finish(recorder).await;
    auditing.ends(end.status, end.reason);
    if let Some(failure) = end.failure {
        return Err(anyhow!(failure).into());
    }
    match broken.as_mut().map(oneshot::Receiver::try_recv) {
        Some(Ok(bad)) => {
            let broken = format!(
                "{} was played no further than to a break",
                config.command_line()
            );
            Err(anyhow!(bad).context(broken).into())
        }
        Some(Err(_)) | None => Ok(end.status),
    }
}

/// What is said to the person who starts it.
fn banner(config: &Config, place: Place<'_>, command: &str, sandbox: Option<&Sandbox>) -> Banner {
    let deed = match (&config.replay, config.lines) {
        (Some(_), _) => banner::replaying(command),
        (None, Some(_)) => banner::sharing_lines(command),
        (None, None) => banner::sharing(command, config.plan.mode),
    };
    let mut banner = banner::banner(&deed, &config.rules, place, config.exposure);
    let recording = config.recorder.as_ref().map(banner::recording);
    banner.status.extend(recording);
    banner.status.extend(watchers(config));
    if let Some(sandbox) = sandbox {
        confining::tell(config, sandbox, &mut banner);
    }
    banner
}

/// Waits until all recordings have their ends.
async fn finish(recorder: Option<Recorder>) {
    if let Some(recorder) = recorder
        && timeout(LAST_RECORDING, recorder.finished()).await.is_err()
    {
        tracing::error!("a recording lacks its end: the disk is too slow");
    }
}

/// The sessions: the one that everybody shares, or a way to start more.
async fn registry(
    config: &Config,
    readers: &Handle,
    recorder: Option<Recorder>,
) -> Result<Registry, Failure> {
    let (plan, options) = (config.plan, config.session.clone());
    if config.lines.is_some() {
        return Ok(Registry::new(plan, options, mpsc::channel(1).0, recorder));
    }
    if plan.mode == Mode::Shared {
        let backend = pty::spawn(&config.program, options.size, readers)?;
        let registry = Registry::new(plan, options, mpsc::channel(1).0, recorder);
        registry.share(backend).await?;
        return Ok(registry);
    }
    // Whoever mistyped it should not learn it from his viewers.
    config.program.check()?;
    let launches = launcher::start(config.program.clone(), readers)?;
    Ok(Registry::new(plan, options, launches, recorder))
}

/// The recordings that may be seen, if there is a directory of them.
fn recordings(config: &Config) -> anyhow::Result<Option<Recordings>> {
    let Some(options) = &config.recorder else {
        return Ok(None);
    };
    let catalog = Catalog::open(&options.directory)
        .with_context(|| format!("cannot list the recordings in {:?}", options.directory))?;
    Ok(Some(Recordings::new(catalog, config.audience)))
}

/// Programs that talk in lines, if there are to be any.
fn lines(config: &Config) -> Result<Option<Lines>, Failure> {
    let Some(plan) = config.lines else {
        return Ok(None);
    };
    config.program.check()?;
    let launches = launcher::start_lines(config.program.clone())?;
    Ok(Some(Lines::new(plan, launches)))
}

/// Who looks over all shoulders.
fn watchers(config: &Config) -> Option<String> {
    banner::watchers(&config.rules, config.watchers == Watchers::Hidden)
}

/// Waits for the end of the program that everybody shares; where there is none, for ever.
async fn ended(registry: &Registry) -> Exit {
    match registry.shared() {
        Some(session) => session.ended().await,
        None => std::future::pending().await,
    }
}

/// Whoever can type can do whatever we can: that everyone can who reaches the machine has to be said
/// (requirement R2).
fn refuse_openness(config: &Config, local: SocketAddr) -> anyhow::Result<()> {
    let is_open = config.rules.right == Right::Write
        && !local.ip().is_loopback()
        && !config.rules.ask_for_secret()
        && config.tls.as_ref().is_none_or(|tls| tls.clients.is_none())
        && config.openness == Openness::Safe;
    if is_open {
        bail!(
            "--permit-write would let everyone who can reach {local} type; \
             ask for a password (--credential), share a secret address (--random-url), \
             ask for certificates (--tls-ca-crt), or say --insecure if it is meant so"
        );
    }
    Ok(())
}

/// Reads, or makes, the certificate.
fn tls(config: &Config, local: SocketAddr) -> Result<Option<Tls>, TlsError> {
    let Some(options) = config.tls.clone() else {
        return Ok(None);
    };
    let names = reach::names(local, config.rules.hosts.names());
    Tls::load(options, names).map(Some)
}

/// Waits for a signal to stop; meanwhile reads files anew when asked to.
async fn stopped(signals: &mut Signals, app: &App, audit: &Audit) -> &'static str {
    loop {
        match signals.next().await {
            Signal::Stop(name) => return name,
            Signal::Reload => reload(app, audit).await,
        }
    }
}

async fn reload(app: &App, audit: &Audit) {
    audit.reopen();
    if let Some(tls) = app.tls() {
        tls.reload().await;
    }
    if !app.access().has_file() {
        return;
    }
    match app.access().reload() {
        Ok(()) => tracing::info!("the credential file was read anew"),
        Err(error) => tracing::warn!(%error, "the users stay as they were"),
    }
}

/// How the job ends.
struct End {
    /// The exit status.
    status: u8,
    /// How long connections may still take to close.
    patience: Duration,
    /// What ended it, for people.
    reason: String,
    /// Why that is a failure, if it is one.
    failure: Option<&'static str>,
}

fn announce(talk: Talk, banner: Banner, warning: Option<&String>) {
    let status = match talk {
        Talk::Status => banner.status,
        Talk::Quiet => Vec::new(),
    };
    let all = status.iter().chain(&banner.links).chain(&banner.warnings);
    for line in all.chain(warning) {
        // Where nobody reads standard error, the program is shared all the same.
        let _ = writeln!(io::stderr(), "webterm: {line}");
    }
}

/// The server ended that should not.
fn broken_down() -> End {
    End {
        status: 1,
        patience: LAST_OUTPUT,
        reason: "the server broke down".to_owned(),
        failure: Some("the server broke down; what it logged before says why"),
    }
}

/// The program ended by itself: every viewer still gets its last output, unless a signal says that
/// there is no time for it.
async fn farewell(exit: Exit, app: &App, signals: &mut Signals) -> End {
    tracing::info!(?exit, "the program ended");
    let patience = tokio::select! {
        gone = timeout(LAST_OUTPUT, app.viewers_gone()) => {
            if gone.is_err() {
                tracing::warn!("a viewer did not take the last output in time");
            }
            LAST_OUTPUT
        }
        _ = signals.stop() => Duration::ZERO,
    };
    End {
        status: exit.status(),
        patience,
        reason: "the program ended".to_owned(),
        failure: None,
    }
}

/// A signal stops webterm: the viewers go at once, programs are given time, a second signal cuts it
/// short.
async fn halt(
    signal: &str,
    registry: &Registry,
    stop: &CancellationToken,
    signals: &mut Signals,
) -> End {
    tracing::info!(signal, "stopping");
    stop.cancel();
    registry.stop();
    let patience = tokio::select! {
        _ = timeout(PROGRAM_END, registry.stopped()) => LAST_OUTPUT,
        signal = signals.stop() => {
            tracing::info!(signal, "killing what still runs");
            registry.kill();
            let _ = timeout(LAST_OUTPUT, registry.stopped()).await;
            Duration::ZERO
        }
    };
    End {
        status: 0,
        patience,
        reason: signal.to_owned(),
        failure: None,
    }
}
