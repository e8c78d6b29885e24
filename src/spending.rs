//! Who has spent how much of late, where what was spent passes with time. It knows nothing of what
//! is bought.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// What was spent and passes with time.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    amount: Duration,
    at: Instant,
}

impl Spent {
    /// So much, at this time.
    pub fn new(amount: Duration, at: Instant) -> Self {
        Self { amount, at }
    }

    /// What is left of it.
    pub fn left(self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at);
        self.amount.saturating_sub(passed)
    }
}

/// What each spender has spent, of a budget that each has. Amounts are the times in which they pass.
#[derive(Debug)]
pub struct Spending<K> {
    budget: Duration,
    by: HashMap<K, Spent>,
}

impl<K: Hash + Eq + Copy> Spending<K> {
    /// The most spenders that are remembered. Where more have spent, the one with the least is
    /// forgotten.
    pub const MOST: usize = 4096;

    /// Nobody has spent anything.
    pub fn new(budget: Duration) -> Self {
        Self {
            budget,
            by: HashMap::new(),
        }
    }

    /// Spends `cost`, and gives what was spent before; or, where that is more than is left of the
    /// budget, how long it takes until it no longer is.
    pub fn spend(&mut self, who: K, cost: Duration, now: Instant) -> Result<Duration, Duration> {
        let before = self.spent(who, now);
        let amount = before + cost;
        if amount > self.budget {
            return Err(amount - self.budget);
        }
        self.make_room(now);
        self.by.insert(who, Spent::new(amount, now));
        Ok(before)
    }

    /// Takes `cost` back.
    pub fn refund(&mut self, who: K, cost: Duration, now: Instant) {
        let amount = self.spent(who, now).saturating_sub(cost);
        match amount.is_zero() {
            true => self.by.remove(&who),
            false => self.by.insert(who, Spent::new(amount, now)),
        };
    }

    /// How many have spent something, as far as is remembered.
    pub fn len(&self) -> usize {
        self.by.len()
    }

    /// Whether nobody has spent anything, as far as is remembered.
    pub fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    fn spent(&self, who: K, now: Instant) -> Duration {
        let spent = self.by.get(&who);
        spent.map_or(Duration::ZERO, |spent| spent.left(now))
    }

    fn make_room(&mut self, now: Instant) {
        if self.by.len() < Self::MOST {
            return;
        }
        self.by.retain(|_, spent| !spent.left(now).is_zero());
        if self.by.len() >= Self::MOST
            && let Some(least) = self.by.iter().min_by_key(|(_, spent)| spent.left(now))
        {
            let least = *least.0;
            self.by.remove(&least);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_was_spent_passes_with_time() {
        let (mut spending, now) = (Spending::new(2 * SECOND), Instant::now());
        assert_eq!(spending.spend("a", SECOND, now), Ok(Duration::ZERO));
        assert_eq!(spending.spend("a", SECOND, now), Ok(SECOND));
        assert_eq!(spending.spend("a", SECOND, now), Err(SECOND));
        assert_eq!(spending.spend("b", SECOND, now), Ok(Duration::ZERO));
        assert_eq!(spending.spend("a", SECOND, now + SECOND), Ok(SECOND));
    }

    #[test]
    fn what_was_taken_back_can_be_spent() {
        let (mut spending, now) = (Spending::new(SECOND), Instant::now());
        spending.spend("a", SECOND, now).unwrap();
        spending.refund("a", SECOND, now);
        assert!(spending.is_empty());
        assert!(spending.spend("a", SECOND, now).is_ok());
    }

    #[test]
    fn so_many_are_remembered_at_most() {
        let (mut spending, now) = (Spending::new(SECOND), Instant::now());
        for who in 0..Spending::<usize>::MOST + 10 {
            let later = now + Duration::from_micros(who as u64);
            spending.spend(who, SECOND, later).unwrap();
        }
        assert_eq!(spending.len(), Spending::<usize>::MOST);
        assert!(!spending.by.contains_key(&0), "who has the least goes");
    }
}
