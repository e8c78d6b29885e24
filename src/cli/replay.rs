//! A recording in the place of a command, as it is typed. What it means, `replay::Manner` says.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueHint};

const HEADING: &str = "Replay";

/// The longest time that can be given, in seconds: a year.
const YEAR: f64 = 31_536_000.0;

/// The options under the heading "Replay".
#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Share a recording, as if it were live, in the place of a command
    ///
    /// FILE is an asciicast of version 1, 2 or 3, as asciinema and --record write them. It begins at
    /// once; all viewers see the same moment of it, in the size that it was recorded in, and can only
    /// look. At its end webterm ends with the status that the recorded command ended with, where that
    /// is recorded (in version 3; in version 2 by webterm), else with 0. Where FILE can't be read to
    /// its end, viewers are told there, and webterm ends with status 1.
    #[arg(
        long,
        env = "WEBTERM_REPLAY",
        help_heading = HEADING,
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub replay: Option<PathBuf>,

    /// With --replay, play so many times as fast
    ///
    /// From 0.1 to 100.
    #[arg(
        long,
        env = "WEBTERM_SPEED",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value = "1",
        value_parser = parse_speed
    )]
    pub speed: f64,

    /// With --replay, let nothing happen for no longer than this
    ///
    /// In seconds, which may have a fraction, as it was recorded: at --speed 2 it takes half as long.
    /// Without it, it is as the recording itself says, if it does. 0: as long as it was recorded,
    /// whatever the recording says.
    #[arg(
        long,
        env = "WEBTERM_IDLE_LIMIT",
        help_heading = HEADING,
        value_name = "SECONDS",
        value_parser = parse_seconds
    )]
    pub idle_limit: Option<f64>,

    /// With --replay, begin anew at the end, again and again
    ///
    /// The last screen stands for two seconds, then it is cleared.
    #[arg(
        long = "loop",
        env = "WEBTERM_LOOP",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub endless: bool,

    /// With --record, let every viewer who is let in see all recordings
    ///
    /// Below the terminal's address, at recordings/. Without it those who may type can list, play and
    /// download them, and nobody else. They show what others were shown, in terminals of their own,
    /// too, and with --record-input what they typed.
    #[arg(
        long,
        env = "WEBTERM_RECORDINGS_PUBLIC",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub recordings_public: bool,
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let speed = text
        .parse()
        .ok()
        .filter(|speed| (0.1..=100.0).contains(speed));
    speed.ok_or_else(|| "write a number from 0.1 to 100, such as 2 or 0.5".to_owned())
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (0.0..=YEAR).contains(seconds));
    seconds.ok_or_else(|| "write seconds, such as 2 or 0.5; at most a year's".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_number_within_bounds() {
        assert_eq!(parse_speed("0.1"), Ok(0.1));
        assert_eq!(parse_speed("100"), Ok(100.0));
        for text in ["0.09", "101", "0", "-1", "NaN", "inf", "", "2x"] {
            let error = parse_speed(text).unwrap_err();
            assert!(error.contains("from 0.1 to 100"), "{text}: {error}");
        }
    }

    #[test]
    fn a_time_without_events_is_a_number_of_seconds() {
        assert_eq!(parse_seconds("0"), Ok(0.0));
        assert_eq!(parse_seconds("1.5"), Ok(1.5));
        for text in ["-1", "NaN", "inf", "1e9", "", "2s"] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }
}
