//! How long somebody may stay who was let in: until the server stops, the host throws him out, or
//! what let him in holds no longer (requirement R34). It knows neither what he is there for nor what
//! he is told.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::access::Grant;
use crate::tls::{Shown, Tls};

use super::App;
use super::peer::{self, Peer};

/// Why somebody has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dismissal {
    /// The server stops.
    ServerStops,
    /// The host threw him out.
    ThrownOut,
    /// What let him in holds no longer.
    Expired,
}

impl Dismissal {
    /// What he is told.
    pub(super) fn words(self) -> (CloseCode, &'static str) {
        match self {
            Self::ServerStops => (CloseCode::Away, "the server stops"),
            // The page knows it by this.
            Self::ThrownOut => (CloseCode::Policy, "thrown out by the host"),
            Self::Expired => (
                CloseCode::Policy,
                "you are not let in any more; load the page again to log in",
            ),
        }
    }
}

/// The stay of somebody who was let in.
#[derive(Debug)]
pub(super) struct Stay {
    app: App,
    certificate: Option<Shown>,
    grant: Arc<Grant>,
    out: CancellationToken,
    /// While it is held, the connection counts.
    _peer: Option<Arc<Peer>>,
    recheck: Interval,
    changes: watch::Receiver<()>,
    renewals: Option<watch::Receiver<()>>,
}

impl Stay {
    /// That of the one at the other end of a connection, who was granted this; cancelling `out`
    /// throws him out.
    pub(super) fn new(
        app: &App,
        peer: Arc<Peer>,
        grant: Arc<Grant>,
        out: CancellationToken,
    ) -> Self {
        let certificate = peer.certificate.clone();
        Self {
            _peer: Some(peer),
            ..Self::apart(app, certificate, grant, out)
        }
    }

    /// That of somebody whose connections come and go, and who showed this certificate once.
    pub(super) fn apart(
        app: &App,
        certificate: Option<Shown>,
        grant: Arc<Grant>,
        out: CancellationToken,
    ) -> Self {
        Self {
            app: app.clone(),
            certificate,
            grant,
            out,
            _peer: None,
            recheck: ticks_of(app.0.limits.recheck),
            changes: app.0.access.changes(),
            renewals: app.tls().map(Tls::changes),
        }
    }

    /// Why he has to go, if he has to: what was granted may not hold any more by now.
    pub(super) fn dismissal(&self) -> Option<Dismissal> {
        if self.app.0.stop.is_cancelled() {
            Some(Dismissal::ServerStops)
        } else if self.out.is_cancelled() {
            Some(Dismissal::ThrownOut)
        } else if !self.app.0.access.holds(&self.grant) || !self.is_trusted() {
            Some(Dismissal::Expired)
        } else {
            None
        }
    }

    fn is_trusted(&self) -> bool {
        peer::is_trusted(self.certificate.as_ref(), self.app.tls())
    }

    /// Waits until he has to go. Safe to be cancelled.
    pub(super) async fn over(&mut self) -> Dismissal {
        loop {
            tokio::select! {
                () = self.app.0.stop.cancelled() => {}
                () = self.out.cancelled() => {}
                _ = self.recheck.tick() => {}
                Ok(()) = self.changes.changed() => {}
                () = renewed(&mut self.renewals) => {}
            }
            // In the same turn, so that no change is taken for seen before it is looked at.
            if let Some(dismissal) = self.dismissal() {
                return dismissal;
            }
        }
    }
}

/// Ticks, the first of them after a whole `period`.
pub(super) fn ticks_of(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

/// Waits until what clients show is judged anew, where they have to show anything.
async fn renewed(renewals: &mut Option<watch::Receiver<()>>) {
    let changed = match renewals {
        Some(renewals) => renewals.changed().await.is_ok(),
        None => false,
    };
    if !changed {
        std::future::pending().await
    }
}
