//! The options of recording, as they are typed. What they mean, `recorder` says.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, RangedU64ValueParser};
use clap::{ArgAction, Args, ValueEnum, ValueHint};

use super::bytes::{self, Size};

const HEADING: &str = "Recording";

/// The options under the heading "Recording".
#[derive(Debug, Clone, Args)]
pub struct RecordArgs {
    /// Record each terminal into a file of its own in this directory
    ///
    /// An asciicast file, as asciinema's tools read it, named after when it began (in UTC) and the
    /// session: 20261120T172651Z-main.cast, and beside it a summary, .json. The directory is made where
    /// it is missing, has to be yours, and others may not write into it. What is printed is recorded,
    /// passwords that are not shown are not; viewers are told. Where a recording fails, as on a full
    /// disk, the terminal goes on without.
    #[arg(long, env = "WEBTERM_RECORD", help_heading = HEADING, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub record: Option<PathBuf>,

    /// Write recordings in this version of asciicast
    ///
    /// v2 is read by every tool; v3, of asciinema 3, has an event for the exit status, which v2 has as
    /// a marker.
    #[arg(
        long,
        requires = "record",
        env = "WEBTERM_RECORD_FORMAT",
        help_heading = HEADING,
        value_name = "VERSION",
        value_enum,
        default_value_t = RecordFormat::V2
    )]
    pub record_format: RecordFormat,

    /// Record what is typed as well, and who typed it
    ///
    /// Passwords too, whether they are shown or not. A marker before it says who typed: his user name,
    /// else the number and the address of the viewer.
    #[arg(
        long,
        requires = "record",
        env = "WEBTERM_RECORD_INPUT",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub record_input: bool,

    /// End a terminal that can no longer be recorded
    ///
    /// And begin none that can't. Without it such a terminal goes on unrecorded.
    #[arg(
        long,
        requires = "record",
        env = "WEBTERM_RECORD_REQUIRED",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub record_required: bool,

    /// Let recordings take at most so much together
    ///
    /// In bytes, or with K, M or G behind the number; from 1M. The oldest make room for new ones; where
    /// those that go on take all of it, they end as where the disk is full. What waits to be written at
    /// that moment, up to half a mebibyte each, comes on top.
    #[arg(
        long,
        requires = "record",
        env = "WEBTERM_RECORD_MAX_SIZE",
        help_heading = HEADING,
        value_name = "SIZE",
        value_parser = bytes::within(1 << 20..=1 << 50)
    )]
    pub record_max_size: Option<Size>,

    /// Remove recordings that are older than so many days
    ///
    /// From 1 to 36500; looked for at the start and each hour. Files that are no recordings of webterm's
    /// are left alone.
    #[arg(
        long,
        requires = "record",
        env = "WEBTERM_RECORD_KEEP_DAYS",
        help_heading = HEADING,
        value_name = "DAYS",
        value_parser = RangedU64ValueParser::<u64>::new().range(1..=36_500)
    )]
    pub record_keep_days: Option<u64>,
}

/// The value of `--record-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// Version 2, which every tool reads
    V2,
    /// Version 3, of asciinema 3
    V3,
}
