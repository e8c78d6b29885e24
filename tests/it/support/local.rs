//! A server in this process, with limits of the test's own, on a session whose program the test is.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use webterm::access::{Access, Hosts, Links, Rules};
use webterm::audit::Audit;
use webterm::backend::{self, Backend, Feed};
use webterm::pipe;
use webterm::process::Program;
use webterm::registry::{Mode, Plan, Registry};
use webterm::right::Right;
use webterm::screen::DARK;
use webterm::server::{self, App, Errors, Limits, Lines, LinesLaunch, LinesPlan, Offer};
use webterm::session::{SessionOptions, SizePolicy};
use webterm::size::TermSize;
use webterm::tls::Tls;

use super::{DEADLINE, Viewer};

/// A running server. Dropping it stops it.
pub(crate) struct Local {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    _runtime: Runtime,
    _feed: Option<Feed>,
}

impl Drop for Local {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Local {
    pub(crate) fn start(limits: Limits) -> Self {
        Self::start_with(limits, None)
    }

    pub(crate) fn start_with(limits: Limits, tls: Option<Tls>) -> Self {
        let (backend, feed) = backend::pair();
        let ends = (backend, Some(feed));
        Self::start_on(Runtime::new().unwrap(), ends, limits, tls, None)
    }

    /// One for a session whose program, a shell that runs `script`, is on pipes.
    pub(crate) fn start_pipes(script: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let pipes = {
            let _inside = runtime.enter();
            pipe::spawn(&shell(script), &[], &[]).unwrap()
        };
        Self::start_on(
            runtime,
            (pipes.backend, None),
            Limits::default(),
            None,
            None,
        )
    }

    /// One for programs that talk in lines; each client gets a shell that runs `script`, and may
    /// write to it.
    pub(crate) fn start_lines(limits: Limits, script: &str) -> Self {
        let (launches, mut asked) = mpsc::channel::<LinesLaunch>(1);
        let runtime = Runtime::new().unwrap();
        let (handle, program) = (runtime.handle().clone(), shell(script));
        std::thread::spawn(move || {
            let _inside = handle.enter();
            while let Some(launch) = asked.blocking_recv() {
                let started = pipe::spawn(&program, &[], &launch.variables);
                let _ = launch
                    .reply
                    .send(started.map_err(|error| error.to_string()));
            }
        });
        let plan = LinesPlan {
            most: 10,
            max_line: 1000,
            errors: Errors::Logged,
        };
        let lines = Lines::new(plan, launches);
        let (backend, feed) = backend::pair();
        Self::start_on(runtime, (backend, Some(feed)), limits, None, Some(lines))
    }

    fn start_on(
        runtime: Runtime,
        (backend, feed): (Backend, Option<Feed>),
        limits: Limits,
        tls: Option<Tls>,
        lines: Option<Lines>,
    ) -> Self {
        let stop = CancellationToken::new();
        let options = SessionOptions {
            size: TermSize::DEFAULT,
            policy: SizePolicy::Fixed,
            buffer: 100_000,
            scrollback: 10,
            theme: DARK,
            resizes: SessionOptions::RESIZES,
            audit: Audit::none(),
        };
        let inside = runtime.enter();
        let plan = Plan {
            mode: Mode::Shared,
            most: 1,
            idle: None,
            grace: Duration::ZERO,
        };
        let registry = Registry::new(plan, options, mpsc::channel(1).0, None);
        runtime.block_on(registry.share(backend)).unwrap();
        let right = match lines {
            Some(_) => Right::Write,
            None => Right::View,
        };
        let offer = Offer {
            command: "cat".to_owned(),
            scrollback: 10,
            theme: DARK.name,
            tls,
            lines,
            watchers: server::Watchers::default(),
            recordings: None,
        };
        let access = Access::new(Rules {
            right,
            hosts: Hosts::default(),
            origins: Vec::new(),
            links: Links::Open,
            credentials: Vec::new(),
            credential_file: None,
            watchers: Vec::new(),
        })
        .unwrap();
        let app = App::new(registry, access, offer, limits, stop.clone());
        let listener = runtime.block_on(server::bind("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(server::serve(listener, app));
        drop(inside);
        Self {
            address,
            stop,
            _runtime: runtime,
            _feed: feed,
        }
    }

    /// HOST:PORT.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    pub(crate) fn viewer(&self) -> Viewer {
        Viewer::connect(&self.host())
    }
}

fn shell(script: &str) -> Program {
    Program {
        name: "sh".into(),
        args: vec!["-c".into(), script.into()],
        term: String::new(),
        cwd: None,
        env: Vec::new(),
        sandbox: None,
    }
}
