//! When what was recorded is shown again. It knows no recording, only its times.

use std::time::Duration;

/// How a recording's times become those of its replay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// So many seconds of the recording pass in one; more than 0.
    pub(super) speed: f64,
    /// The longest time without an event that is kept, as it was recorded.
    pub(super) idle: Option<Duration>,
}

/// The times of one round. They are all reckoned from its beginning, so what is lost by waiting a
/// little too long for one event is not lost again with the next.
#[derive(Debug)]
pub(super) struct Clock {
    pace: Pace,
    /// When the event before was recorded.
    before: Duration,
    /// As much of the recording as was not left out up to then.
    kept: Duration,
}

impl Clock {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            before: Duration::ZERO,
            kept: Duration::ZERO,
        }
    }

    /// How long after the round's beginning the next event, which was recorded at `at`, is shown.
    pub(super) fn due(&mut self, at: Duration) -> Duration {
        let gap = at.saturating_sub(self.before);
        self.before = self.before.max(at);
        let gap = self.pace.idle.map_or(gap, |most| gap.min(most));
        self.kept = self.kept.saturating_add(gap);
        let due = self.kept.as_secs_f64() / self.pace.speed;
        Duration::try_from_secs_f64(due).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pace: Pace, times: &[u64]) -> Vec<u128> {
        let mut clock = Clock::new(pace);
        let due = |at: &u64| clock.due(Duration::from_millis(*at)).as_millis();
        times.iter().map(due).collect()
    }

    #[test]
    fn times_are_those_of_the_recording_divided_by_the_speed() {
        let times = [0, 500, 500, 90_000];
        let pace = |speed| Pace { speed, idle: None };
        assert_eq!(shown(pace(1.0), &times), [0, 500, 500, 90_000]);
        assert_eq!(shown(pace(2.0), &times), [0, 250, 250, 45_000]);
        assert_eq!(shown(pace(0.1), &times), [0, 5000, 5000, 900_000]);
    }

    #[test]
    fn a_long_time_without_an_event_is_cut_as_it_was_recorded() {
        let pace = Pace {
            speed: 2.0,
            idle: Some(Duration::from_secs(1)),
        };
        assert_eq!(
            shown(pace, &[100, 5000, 5900, 86_400_000]),
            [50, 550, 1000, 1500]
        );
    }

    #[test]
    fn no_time_is_too_long_to_be_reckoned_with() {
        let pace = |speed| Pace { speed, idle: None };
        assert_eq!(Clock::new(pace(0.1)).due(Duration::MAX), Duration::MAX);
        let mut clock = Clock::new(pace(1.0));
        clock.due(Duration::MAX);
        assert!(clock.due(Duration::from_secs(1)) > Duration::from_secs(1 << 60));
    }
}
