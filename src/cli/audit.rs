//! The options of the audit log, as they are typed. What they mean, `audit` says.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{
    ArgAction, ArgMatches, Args, Command, ValueHint, error::ErrorKind, parser::ValueSource,
};

use crate::audit::Hash;

const HEADING: &str = "Audit";

/// The options under the heading "Audit".
#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Write who did what to this file, a JSON object on each line; - for standard output
    ///
    /// Who came, from where, with which right, how long and how much; who was turned away and why;
    /// sessions with their programs' exit status; sizes, rights given and taken. Never what is typed,
    /// no password, no secret address. The file is made for you alone, and written on at its end; after
    /// renaming it, SIGHUP has webterm go on in a new one. What can't be written, since the disk is
    /// full, is kept up to 10,000 events and tried again each second; then events are lost, which
    /// standard error says at once and the log itself, with their number, when it works again. Terminals
    /// go on meanwhile.
    #[arg(
        long,
        env = "WEBTERM_AUDIT_LOG",
        help_heading = HEADING,
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub audit_log: Option<PathBuf>,

    /// Bind each line of the audit log to the one before, so that changes can be found
    ///
    /// Each line carries the SHA-256 over the hash of the line before and its own content; --verify
    /// looks whether they are right. A chain goes on over restarts and rotations. It has no key: who can
    /// write to the file can make all lines from some line on anew, or cut off the last; note the last
    /// hash elsewhere to find that.
    #[arg(
        long,
        env = "WEBTERM_AUDIT_CHAIN",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub audit_chain: bool,

    /// Say whether a chained audit log is as it was written
    ///
    /// Starts no server. Exits with 0 where it is, and prints how much it is, its last hash, and of each
    /// recording that it names, where it was or beside the log, whether it is as it was. Else exits with
    /// 1 and names the first line that was changed, inserted or cut off, or in front of which some are
    /// missing, or the recordings that changed or are gone though webterm removed them not. That whole lines were cut off at the end is found only with
    /// --expect-hash.
    #[arg(
        long,
        env = "WEBTERM_VERIFY",
        help_heading = HEADING,
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub verify: Option<PathBuf>,

    /// With --verify, expect a line with this hash
    ///
    /// The last hash that --verify printed at an earlier time: it shows that no line up to that one was
    /// cut off or made anew since.
    #[arg(
        long,
        env = "WEBTERM_EXPECT_HASH",
        help_heading = HEADING,
        value_name = "HASH"
    )]
    pub expect_hash: Option<Hash>,
}

/// What goes with `--verify`.
const WITH: [&str; 4] = ["verify", "expect_hash", "quiet", "verbose"];

/// What can't be meant: a log is to be verified, and something besides is typed that is for a webterm
/// that is to be started. Variables may well stand around for that.
pub(super) fn check(command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let fail = |text: String| Err(command.clone().error(ErrorKind::ArgumentConflict, text));
    if matches.value_source("verify").is_none() {
        return match is_typed("expect_hash") {
            true => fail("'--expect-hash' goes with --verify".to_owned()),
            false => Ok(()),
        };
    }
    let mut others = command.get_arguments().filter(|other| {
        let id = other.get_id().as_str();
        is_typed(id) && !WITH.contains(&id)
    });
    let Some(other) = others.next() else {
        return Ok(());
    };
    let long = other.get_long();
    let name = long.map_or_else(|| "COMMAND".to_owned(), |long| format!("--{long}"));
    fail(format!(
        "'--verify' starts no webterm, and '{name}' is for one"
    ))
}
