//! The places that connections take: so many in all, so many for one address. It knows nothing of
//! what goes over them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

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
    pub(super) fn take(&self, address: IpAddr) -> Result<Place, Full> {
        let source = Source::of(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_source = taken.by.get(&source).copied().unwrap_or_default();
        if of_source >= self.per_address {
            return Err(Full::ForAddress);
        }
        if taken.in_all >= self.in_all {
            return Err(Full::InAll);
        }
        taken.in_all += 1;
        taken.by.insert(source, of_source + 1);
        Ok(Place {
            taken: Arc::clone(&self.taken),
            source,
        })
    }
}

/// A connection's place. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    source: Source,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
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
        let held = [take(&places, "10.0.0.1"), take(&places, "10.0.0.2")];
        assert_eq!(take(&places, "10.0.0.3").unwrap_err(), Full::InAll);
        drop(held);
        assert!(take(&places, "10.0.0.3").is_ok());
    }
}
