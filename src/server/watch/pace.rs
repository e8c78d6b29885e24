//! At what pace lines may be sent to several sessions from an address: each is an entry in the audit
//! log, and a viewer for a moment, in every session. It knows no line.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::access::Grant;
use crate::source::Source;
use crate::spending::Spending;

use super::super::App;
use super::super::peer::Peer;

/// What a line costs the address that it comes from. Costs pass as time does, so it is 60 a minute.
const COST: Duration = Duration::from_secs(1);

/// How much an address may have spent: 20 lines at once.
const BUDGET: Duration = Duration::from_secs(20);

/// The lines that were sent of late.
#[derive(Debug)]
pub(in crate::server) struct Pace(Mutex<Spending<Source>>);

impl Default for Pace {
    fn default() -> Self {
        Self(Mutex::new(Spending::new(BUDGET)))
    }
}

/// Somebody sends too many lines too fast; he has to wait so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many lines were sent from your address; try again in a few seconds")]
pub(in crate::server) struct TooMany(pub(in crate::server) Duration);

impl Pace {
    /// One more from `source`.
    fn step(&self, source: Source, now: Instant) -> Result<(), TooMany> {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.spend(source, COST, now).map(|_| ()).map_err(TooMany)
    }
}

impl App {
    /// Whether somebody may send a line now; it is counted as one that he does.
    pub(in crate::server) fn may_send(&self, peer: &Peer, grant: &Grant) -> Result<(), TooMany> {
        let source = Source::of(peer.address.ip());
        let stepped = self.0.pace.step(source, Instant::now());
        stepped.inspect_err(|_| self.note_denied_to("too_many_sent", peer.address, grant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_sends_so_many_lines_at_once_and_one_a_second() {
        let (pace, now) = (Pace::default(), Instant::now());
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| Source::of(ip.parse().unwrap()));
        for _ in 0..20 {
            assert_eq!(pace.step(one, now), Ok(()));
        }
        assert_eq!(pace.step(one, now), Err(TooMany(COST)));
        assert_eq!(pace.step(other, now), Ok(()));
        assert_eq!(pace.step(one, now + COST), Ok(()));
        assert!(pace.step(one, now + COST).is_err());
    }
}
