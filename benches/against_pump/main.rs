//! Measures webterm against a bare pump from a pseudo-terminal to a WebSocket, interleaved in one
//! run, so that a machine that slows down slows both. All parts but `model` know webterm only
//! as its users do: as a program that listens.
//!
//! `cargo bench` runs every part and prints a table; `cargo bench -- echo flood` only some. The
//! words `rounds=N`, `megabytes=N` and `kind=plain` change how often, how much, and of what.

mod client;
mod content;
mod crowd;
mod drain;
mod echo;
mod flood;
mod memory;
mod model;
mod options;
mod process;
mod pump;
mod record;
mod scratch;
mod server;
mod start;
mod stats;
mod table;

use std::process::ExitCode;

use anyhow::Result;

use options::{Options, Part, Task};
use table::Table;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match Task::of(&words) {
        Ok(Task::Measure(options)) => measure(&options),
        Ok(Task::Pump(command)) => pump::serve(&command),
        Ok(Task::Drain(command)) => pump::drain(&command),
        Ok(Task::Times) => crowd::print_times(),
        Ok(Task::Nothing) => Ok(()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("against_pump: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<()> {
    let mut table = Table::begin();
    for part in &options.parts {
        match part {
            Part::Echo => echo::measure(options, &mut table)?,
            Part::Flood => flood::measure(options, &mut table)?,
            Part::Drain => drain::measure(options, &mut table)?,
            Part::Memory => memory::measure(&mut table)?,
            Part::Start => start::measure(&mut table)?,
            Part::Model => model::measure(options, &mut table)?,
            Part::Record => record::measure(options, &mut table)?,
            Part::Crowd => crowd::measure(&mut table)?,
        }
    }
    table.end();
    Ok(())
}
