//! The places that connections take: so many in all, so many for one address. It knows nothing of
//! what goes over them.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::source::Source;

use super::Limits;

/// Why a connection is given no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    /// All places are taken.
    #[error("all connections that --max-connections allows are taken; try again in a few seconds")]
    InAll,
    /// All places for one address are.
    #[error(
        "all connections that --max-per-address allows your address are taken; try again in a few \
         seconds"
    )]
    ForAddress,
}

/// How many connections may still be about to give way, past the most.
const GIVING_WAY: usize = 32;

/// The places there are. Clones are the same ones.
#[derive(Debug, Clone)]
pub(super) struct Places {
    taken: Arc<Mutex<Taken>>,
    in_all: usize,
    per_address: usize,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by: HashMap<Source, usize>,
    /// The connections on which nothing was let in yet, the oldest first, and how each is told to
    /// give way.
    strangers: BTreeMap<u64, CancellationToken>,
    next: u64,
}

impl Taken {
    /// Has the oldest stranger give way; whether there is one.
    fn evict(&mut self) -> bool {
        let oldest = self.strangers.pop_first();
        oldest.map(|(_, way_out)| way_out.cancel()).is_some()
    }
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            taken: Arc::default(),
            in_all: limits.connections,
            per_address: limits.per_address,
        }
    }

    /// Takes a place for a connection from `address`; it is free again when what is given is dropped.
    /// Where all are taken, the oldest connection on which nothing was let in gives way: whoever holds
    /// many of them open keeps nobody out.
    pub(super) fn take(&self, address: IpAddr) -> Result<Place, Full> {
        let source = Source::of(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_source = taken.by.get(&source).copied().unwrap_or_default();
        if of_source >= self.per_address {
            return Err(Full::ForAddress);
        }
        let most = self.in_all + GIVING_WAY;
        if taken.in_all >= self.in_all && (taken.in_all >= most || !taken.evict()) {
            return Err(Full::InAll);
        }
        taken.in_all += 1;
        taken.by.insert(source, of_source + 1);
        let (number, way_out) = (taken.next, CancellationToken::new());
        taken.next += 1;
        taken.strangers.insert(number, way_out.clone());
        Ok(Place {
            taken: Arc::clone(&self.taken),
            source,
            number,
            way_out,
            settled: CancellationToken::new(),
        })
    }
}

/// A connection's place. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    source: Source,
    number: u64,
    way_out: CancellationToken,
    settled: CancellationToken,
}

impl Place {
    /// Something was let in: from now on it gives way to nobody.
    pub(super) fn settle(&self) {
        // Requests after the first change nothing.
        if !self.settled.is_cancelled() {
            self.settled.cancel();
            self.taken().strangers.remove(&self.number);
        }
    }

    /// Cancelled when something was let in.
    pub(super) fn settled(&self) -> &CancellationToken {
        &self.settled
    }

    /// Cancelled when it has to give way.
    pub(super) fn way_out(&self) -> &CancellationToken {
        &self.way_out
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken();
        taken.strangers.remove(&self.number);
        taken.in_all -= 1;
        if let Some(count) = taken.by.get_mut(&self.source) {
            *count -= 1;
            // Addresses that are gone are not kept: there are many in the world.
            if *count == 0 {
                taken.by.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, per_address: usize) -> Places {
        Places::new(&Limits {
            connections,
            per_address,
            ..Limits::default()
        })
    }

    fn take(places: &Places, address: &str) -> Result<Place, Full> {
        places.take(address.parse().unwrap())
    }

    #[test]
    fn an_address_gets_so_many_and_others_get_theirs() {
        let places = places(10, 2);
        let held = [take(&places, "10.0.0.1"), take(&places, "::ffff:10.0.0.1")];
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(take(&places, "10.0.0.1").unwrap_err(), Full::ForAddress);
        assert!(take(&places, "10.0.0.2").is_ok());
        drop(held);
        assert!(take(&places, "10.0.0.1").is_ok());
        assert!(places.taken.lock().unwrap().by.is_empty(), "none is kept");
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let places = places(10, 1);
        let _held = take(&places, "2001:db8:1:2::1").unwrap();
        assert_eq!(
            take(&places, "2001:db8:1:2:ffff::9").unwrap_err(),
            Full::ForAddress
        );
        assert!(take(&places, "2001:db8:1:3::1").is_ok());
    }

    #[test]
    fn all_together_get_so_many() {
        let places = places(2, 2);
        let held = ["10.0.0.1", "10.0.0.2"].map(|address| take(&places, address).unwrap());
        held.iter().for_each(Place::settle);
        assert_eq!(take(&places, "10.0.0.3").unwrap_err(), Full::InAll);
        drop(held);
        assert!(take(&places, "10.0.0.3").is_ok());
        assert!(places.taken.lock().unwrap().strangers.is_empty());
    }

    #[test]
    fn the_oldest_on_which_nothing_was_let_in_gives_way() {
        let places = places(3, 3);
        let [settled, old, young] =
            ["10.0.0.1", "10.0.0.2", "10.0.0.2"].map(|address| take(&places, address).unwrap());
        settled.settle();
        let new = take(&places, "10.0.0.3").unwrap();
        let gives_way = [&settled, &old, &young, &new].map(|place| place.way_out().is_cancelled());
        assert_eq!(gives_way, [false, true, false, false]);
    }

    #[test]
    fn no_more_are_asked_to_give_way_than_can_be_waited_for() {
        let places = places(2, 1000);
        let held: Vec<_> = (0..100).map(|_| take(&places, "10.0.0.1")).collect();
        let taken = held.iter().filter(|place| place.is_ok()).count();
        assert_eq!(taken, 2 + GIVING_WAY);
    }
}
