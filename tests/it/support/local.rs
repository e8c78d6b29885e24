//! A server in this process, with limits of the test's own, on a session whose program the test is.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use webterm::access::{Access, Hosts, Links, Rules};
use webterm::backend;
use webterm::registry::{Mode, Plan, Registry};
use webterm::right::Right;
use webterm::screen::DARK;
use webterm::server::{self, App, Limits, Offer};
use webterm::session::{SessionOptions, SizePolicy};
use webterm::size::TermSize;
use webterm::tls::Tls;

use super::{DEADLINE, Viewer};

/// A running server. Dropping it stops it.
pub(crate) struct Local {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    _runtime: tokio::runtime::Runtime,
    _feed: backend::Feed,
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
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let stop = CancellationToken::new();
        let (backend, feed) = backend::pair();
        let options = SessionOptions {
            size: TermSize::DEFAULT,
            policy: SizePolicy::Fixed,
            buffer: 100_000,
            scrollback: 10,
            theme: DARK,
            resizes: SessionOptions::RESIZES,
        };
        let inside = runtime.enter();
        let plan = Plan {
            mode: Mode::Shared,
            most: 1,
            idle: None,
            grace: Duration::ZERO,
        };
        let registry = Registry::new(plan, options, mpsc::channel(1).0);
        registry.share(backend);
        let offer = Offer {
            command: "cat".to_owned(),
            scrollback: 10,
            theme: DARK.name,
            tls,
        };
        let access = Access::new(Rules {
            right: Right::View,
            hosts: Hosts::default(),
            origins: Vec::new(),
            links: Links::Open,
            credentials: Vec::new(),
            credential_file: None,
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
