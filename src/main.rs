//! The command `webterm`: parse, run, print the error, exit.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use tracing::level_filters::LevelFilter;
use webterm::cli::Cli;
use webterm::cmd;
use webterm::config::Config;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(cli.verbose);
    match cmd::run(&Config::resolve(cli)) {
        Ok(status) => status.into(),
        Err(failure) => {
            eprintln!("webterm: {:#}", failure.error);
            failure.status.into()
        }
    }
}

fn start_log(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
