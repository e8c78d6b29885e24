//! The options for who looks over all shoulders, as they are typed. What they mean, `config` says.

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};

const HEADING: &str = "Watch";

/// The options under the heading "Watch".
#[derive(Debug, Clone, Args)]
pub struct WatchArgs {
    /// Let this user watch all terminals, also those that others have for themselves
    ///
    /// May be given more than once; in WEBTERM_WATCHER names are separated by commas. The name is that
    /// of a login (--credential and its like) or of a client certificate (--tls-ca-crt). Without it
    /// the page sessions/ shows whoever is let in what he may open anyway. To watch is to look: he
    /// types into nobody's own terminal.
    #[arg(
        long,
        env = "WEBTERM_WATCHER",
        help_heading = HEADING,
        value_name = "USER",
        value_delimiter = ','
    )]
    pub watcher: Vec<String>,

    /// Print one more secret address, by which all terminals can be watched
    ///
    /// Whoever has it sees all of them, also those that others have for themselves, and who is on
    /// them, and can by no means type. It brings --random-url along.
    #[arg(
        long,
        env = "WEBTERM_WATCH_URL",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub watch_url: bool,

    /// Do not show those who watch to others
    ///
    /// Without it who watches is in the list of viewers like everybody. With it those whom --watcher
    /// and --watch-url let watch are in none, neither on the page nor in --viewers; the log has them
    /// all the same.
    #[arg(
        long,
        env = "WEBTERM_HIDDEN_WATCHERS",
        help_heading = HEADING,
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub hidden_watchers: bool,
}
