//! How fast passwords may be guessed (requirement R7). It knows addresses and times, no passwords.

use std::time::{Duration, Instant};

use crate::source::Source;
use crate::spending::{Spending, Spent};

/// What a failed login costs the address that it came from. Costs pass as time does.
const COST: Duration = Duration::from_secs(6);

/// How much an address may have spent before it is refused: ten failures at once, then ten a minute.
const BUDGET: Duration = Duration::from_secs(60);

/// What a failed login costs everybody together.
const COST_FOR_ALL: Duration = Duration::from_millis(100);

/// How much all together may have spent before everyone who logs in waits a little.
const BUDGET_FOR_ALL: Duration = Duration::from_secs(10);

/// The longest wait that the failures of others can cause.
const MOST_FOR_ALL: Duration = Duration::from_secs(2);

/// How long the answer to the first failure is delayed; it doubles with each further one.
const FIRST_DELAY: Duration = Duration::from_millis(100);

/// The longest delay.
const MOST_DELAY: Duration = Duration::from_secs(3);

/// What a login may do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is looked at after the first time; a failure is told after the second.
    Granted {
        /// How long everyone waits.
        wait: Duration,
        /// How long a failure is kept back.
        delay: Duration,
    },
    /// It is not looked at before so long.
    Refused(Duration),
}

/// The failures of late.
#[derive(Debug)]
pub(super) struct Throttle {
    sources: Spending<Source>,
    all: Option<Spent>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            sources: Spending::new(BUDGET),
            all: None,
        }
    }
}

impl Throttle {
    /// A login begins. It is counted as failed until it is known not to be, so that many at once
    /// gain nothing.
    pub(super) fn begin(&mut self, source: Source, now: Instant) -> Turn {
        let spent = match self.sources.spend(source, COST, now) {
            Ok(spent) => spent,
            Err(wait) => return Turn::Refused(wait),
        };
        let by_all = self.all.map_or(Duration::ZERO, |all| all.left(now));
        self.all = Some(Spent::new(by_all + COST_FOR_ALL, now));
        Turn::Granted {
            wait: by_all.saturating_sub(BUDGET_FOR_ALL).min(MOST_FOR_ALL),
            delay: delay(spent),
        }
    }

    /// The login was right: it is as if it had not been.
    pub(super) fn succeeded(&mut self, source: Source, now: Instant) {
        self.sources.refund(source, COST, now);
        let less = |all: Spent| all.left(now).saturating_sub(COST_FOR_ALL);
        self.all = self.all.map(|all| Spent::new(less(all), now));
    }
}

/// How long the next failure of who has `spent` so much is kept back.
fn delay(spent: Duration) -> Duration {
    let failures = spent.as_millis().div_ceil(COST.as_millis());
    let factor = 1_u32 << failures.min(16);
    FIRST_DELAY.saturating_mul(factor).min(MOST_DELAY)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn source(address: &str) -> Source {
        Source::of(address.parse().unwrap())
    }

    /// Tries until it is refused; gives how often it was not, and the last delay.
    fn exhaust(throttle: &mut Throttle, source: Source, now: Instant) -> (u32, Duration) {
        let mut last = Duration::ZERO;
        for count in 0.. {
            match throttle.begin(source, now) {
                Turn::Granted { delay, .. } => last = delay,
                Turn::Refused(_) => return (count, last),
            }
        }
        unreachable!()
    }

    #[test]
    fn r7_guessing_is_slowed_and_then_refused_for_a_while() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        let (count, last) = exhaust(&mut throttle, source("10.0.0.1"), now);
        assert_eq!((count, last), (10, MOST_DELAY));
        assert_eq!(
            throttle.begin(source("10.0.0.1"), now),
            Turn::Refused(COST),
            "who asks again does not wait longer"
        );
        let later = now + BUDGET;
        let owner = throttle.begin(source("10.0.0.1"), later);
        let free = Turn::Granted {
            wait: Duration::ZERO,
            delay: FIRST_DELAY,
        };
        assert_eq!(owner, free, "within a minute the owner is let in");
    }

    #[test]
    fn r7_other_addresses_are_not_refused() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        exhaust(&mut throttle, source("10.0.0.1"), now);
        exhaust(&mut throttle, source("2001:db8::1"), now);
        assert!(matches!(
            throttle.begin(source("2001:db8::ffff:1"), now),
            Turn::Refused(_)
        ));
        assert!(matches!(
            throttle.begin(source("::ffff:10.0.0.1"), now),
            Turn::Refused(_)
        ));
        for other in ["10.0.0.2", "2001:db8:0:1::1"] {
            let turn = throttle.begin(source(other), now);
            assert!(matches!(turn, Turn::Granted { .. }), "{other}");
        }
    }

    #[test]
    fn r7_who_logs_in_rightly_spends_nothing() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..1000 {
            let turn = throttle.begin(source("10.0.0.1"), now);
            assert!(matches!(turn, Turn::Granted { .. }));
            throttle.succeeded(source("10.0.0.1"), now);
        }
        assert!(throttle.sources.is_empty());
    }

    #[test]
    fn r7_many_addresses_are_slowed_together_and_take_no_more_memory() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for number in 0..20_000_u32 {
            throttle.begin(Source::of(IpAddr::V4(number.into())), now);
        }
        assert_eq!(throttle.sources.len(), Spending::<Source>::MOST);
        match throttle.begin(source("10.0.0.1"), now) {
            Turn::Granted { wait, .. } => assert_eq!(wait, MOST_FOR_ALL),
            Turn::Refused(_) => panic!("refused for the failures of others"),
        }
    }
}
