//! The command `webterm`: parse, run, print the error, exit.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use webterm::cli::Cli;
use webterm::config::Config;
use webterm::{cmd, trace};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Lines that were logged last are written when this is dropped.
    let _log = trace::start(cli.verbose);
    match cmd::run(&Config::resolve(cli)) {
        Ok(status) => status.into(),
        Err(failure) => {
            // Where nobody reads standard error, the exit status has to do.
            let _ = writeln!(std::io::stderr(), "webterm: {:#}", failure.error);
            failure.status.into()
        }
    }
}
