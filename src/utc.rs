//! Moments as JSON APIs write them. It knows no clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// The days of 400 years, after which the calendar repeats itself.
const ERA: u64 = 146_097;

/// From 1 March of the year 0 to 1 January 1970, in days.
const EPOCH: u64 = 719_468;

/// A moment as ISO 8601 has it, in UTC and to the microsecond: `2026-11-20T17:26:51.217225Z`, as
/// Jupyter writes it. What lies before 1970 is taken for its beginning.
pub fn iso8601(moment: SystemTime) -> String {
    let micros = since_epoch(moment).subsec_micros();
    let ([year, month, day], [hour, minute, second]) = parts(moment);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// The same in ISO 8601's basic format and to the second, as it may stand in the name of a file:
/// `20261120T172651Z`.
pub fn basic(moment: SystemTime) -> String {
    let ([year, month, day], [hour, minute, second]) = parts(moment);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn since_epoch(moment: SystemTime) -> Duration {
    moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO)
}

/// Year, month and day; hour, minute and second.
fn parts(moment: SystemTime) -> ([u64; 3], [u64; 3]) {
    let seconds = since_epoch(moment).as_secs();
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = date(days);
    let time = [rest / 3600, rest / 60 % 60, rest % 60];
    ([year, month, day], time)
}

/// Year, month and day so many days after 1 January 1970. Years that begin in March have the leap day
/// as their last, and months whose days are in proportion to their number.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + EPOCH;
    let (era, of_era) = (days / ERA, days % ERA);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    let month = if is_next_year { month - 9 } else { month + 3 };
    (era * 400 + year + u64::from(is_next_year), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64, nanos: u32) -> String {
        iso8601(UNIX_EPOCH + Duration::new(seconds, nanos))
    }

    #[test]
    fn a_moment_is_written_to_the_microsecond_in_utc() {
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(
            at(1_795_195_611, 217_225_999),
            "2026-11-20T17:26:51.217225Z"
        );
        assert_eq!(at(951_782_399, 0), "2000-02-28T23:59:59.000000Z");
        assert_eq!(at(4_107_542_399, 0), "2100-02-28T23:59:59.000000Z");
        let moment = UNIX_EPOCH + Duration::from_secs(1_795_195_611);
        assert_eq!(basic(moment), "20261120T172651Z");
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(iso8601(before), at(0, 0));
    }

    #[test]
    fn each_day_of_five_hundred_years_follows_the_one_before() {
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let length = |year, month| match month {
            2 => 28 + u64::from(is_leap(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..182_622 {
            assert_eq!(date(days), (year, month, day));
            day += 1;
            if day > length(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!(year, 2470);
    }
}
