//! The command `webterm`: parse, run, print the error, exit.

use std::io::Write;
use std::process::ExitCode;

use webterm::cli::Cli;
use webterm::cmd::Failure;
use webterm::config::{Config, Examination, Order};
use webterm::{cmd, trace};

fn main() -> ExitCode {
    let cli = Cli::read();
    // Lines that were logged last are written when this is dropped.
    let _log = trace::start(cli.verbose);
    let done = match (Examination::resolve(&cli), Order::resolve(&cli)) {
        (Some(examination), _) => cmd::examine(&examination),
        (None, Some(order)) => cmd::host(&order),
        (None, None) => Config::resolve(cli)
            .map_err(Failure::usage)
            .and_then(cmd::run),
    };
    match done {
        Ok(status) => status.into(),
        Err(failure) => {
            // Where nobody reads standard error, the exit status has to do.
            let _ = writeln!(std::io::stderr(), "webterm: {:#}", failure.error);
            failure.status.into()
        }
    }
}
