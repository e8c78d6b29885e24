//! The options for webterms that are running already, as they are typed. It knows nothing of what
//! they do.

use clap::{ArgMatches, Args, Command, error::ErrorKind, parser::ValueSource};

use crate::viewer_id::ViewerId;

// No doc comment: clap would print it as the description of the whole command.
#[derive(Debug, Args)]
#[expect(missing_docs)]
#[command(next_help_heading = "Running webterms")]
pub struct HostOptions {
    /// List who is there
    ///
    /// Prints a line for each viewer of a running webterm: its number, the name that it logged in
    /// with, where it comes from, for how long it has been there, whether it may write, how it is
    /// connected, and the bytes that it was sent and that it sent. The webterm must have been started
    /// by the same user on the same machine.
    #[arg(
        long,
        env = "WEBTERM_VIEWERS",
        value_parser = clap::builder::FalseyValueParser::new(),
        action = clap::ArgAction::SetTrue
    )]
    pub viewers: bool,

    /// Let this viewer type from now on
    ///
    /// ID is its number in the list that --viewers prints; several are separated by commas. It holds
    /// for all tabs of the same browser and when that loads the page again, if it has a cookie, which
    /// it has where a password or a secret address is asked for. A webterm that was started without
    /// --permit-write lets nobody type.
    #[arg(
        long,
        env = "WEBTERM_LET_WRITE",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub let_write: Vec<ViewerId>,

    /// Let this viewer only look from now on
    ///
    /// What it typed before and the command did not yet take is dropped. It holds as far as --let-write
    /// does: where nothing is asked for, whoever loads the page again may do what all may.
    #[arg(
        long,
        env = "WEBTERM_LET_VIEW",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub let_view: Vec<ViewerId>,

    /// Throw this viewer out
    ///
    /// Its connection is closed at once. Where a password or a secret address is asked for, its cookie
    /// ends as well, and with it all connections of the same browser, which is not let in again. Where
    /// nothing is asked for there is no cookie, and nothing keeps it from coming back; nor does a cookie
    /// keep out who knows the password or the address and uses another browser.
    #[arg(
        long,
        env = "WEBTERM_THROW_OUT",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub throw_out: Vec<ViewerId>,

    /// Mean the running webterm with this process number
    ///
    /// Needed only where the same user runs more than one; without it they are listed.
    #[arg(long, env = "WEBTERM_INSTANCE", value_name = "PID")]
    pub instance: Option<u32>,
}

impl HostOptions {
    /// Whether something is asked of a running webterm.
    pub fn is_used(&self) -> bool {
        self.viewers
            || !self.let_write.is_empty()
            || !self.let_view.is_empty()
            || !self.throw_out.is_empty()
    }
}

/// The options that are about running webterms, and what goes with them.
const JOBS: [&str; 4] = ["viewers", "let_write", "let_view", "throw_out"];
const ASIDE: [&str; 3] = ["instance", "quiet", "verbose"];

/// What can't be meant: something is asked of a running webterm, and something besides is typed that
/// is for one that is to be started. Variables may well stand around for that.
pub(super) fn check(command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    // A variable that says no says nothing.
    let is_set = |id: &str| {
        let is_variable = matches.value_source(id) == Some(ValueSource::EnvVariable);
        is_variable && (id != "viewers" || matches.get_flag(id))
    };
    let display = |id: &str| {
        let argument = command.get_arguments().find(|arg| arg.get_id() == id);
        let long = argument.and_then(|arg| arg.get_long());
        long.map_or_else(|| "COMMAND".to_owned(), |long| format!("--{long}"))
    };
    let job = JOBS
        .into_iter()
        .find(|id| is_typed(id))
        .or_else(|| JOBS.into_iter().find(|id| is_set(id)));
    let fail = |text: String| Err(command.clone().error(ErrorKind::ArgumentConflict, text));
    let Some(job) = job else {
        return match is_typed("instance") {
            true => fail(
                "'--instance' goes with --viewers, --let-write, --let-view or --throw-out"
                    .to_owned(),
            ),
            false => Ok(()),
        };
    };
    let known = |id: &str| JOBS.contains(&id) || ASIDE.contains(&id);
    let other = command
        .get_arguments()
        .map(|arg| arg.get_id().as_str())
        .find(|id| is_typed(id) && !known(id));
    match other {
        Some(other) => fail(format!(
            "'{}' is for a webterm that is running already; '{}' is for one that is to be started",
            display(job),
            display(other)
        )),
        None => Ok(()),
    }
}
