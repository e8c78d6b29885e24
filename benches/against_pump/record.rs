//! What it costs to record: much output that nobody looks at, with a recording and without one.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::content::Block;
use crate::options::Options;
use crate::process;
use crate::scratch::Scratch;
use crate::server::{Server, webterm};
use crate::stats::Pairs;
use crate::table::{By, Table, Target, Unit};

/// Prints a file, says so, and stays.
const SCRIPT: &str = "cat \"$1\"; echo done >\"$2\"; read end";

/// How long the printing may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Whether webterm records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorder {
    On,
    Off,
}

/// What a run took.
#[derive(Debug, Default, Clone, Copy)]
struct Cost {
    seconds: f64,
    cpu: f64,
}

/// Prints each kind of content, with a recorder and without one in turns. In the table webterm without
/// a recorder has the pump's place.
pub(crate) fn measure(options: &Options, table: &mut Table) -> Result<()> {
    for &kind in &options.kinds {
        let scratch = Scratch::new()?;
        let block = Block::of(kind)?;
        let times = (options.megabytes * 1_000_000).div_ceil(block.printed.len());
        let file = scratch.write("flood", &block.printed, times)?;
        let megabytes = block.printed.len() as f64 * times as f64 / 1e6;
        let (mut speed, mut cpu) = (Pairs::default(), Pairs::default());
        for round in 0..options.rounds {
            let (mut on, mut off) = (Cost::default(), Cost::default());
            let turns = match round % 2 {
                0 => [Recorder::On, Recorder::Off],
                _ => [Recorder::Off, Recorder::On],
            };
            for turn in turns {
                let cost = run(turn, &scratch, &file, megabytes)?;
                match turn {
                    Recorder::On => on = cost,
                    Recorder::Off => off = cost,
                }
            }
            speed.push(megabytes / on.seconds, megabytes / off.seconds);
            cpu.push(on.cpu * 1000.0 / megabytes, off.cpu * 1000.0 / megabytes);
        }
        let name = format!("recorded or not, {}", kind.name());
        table.compare(&name, Unit("MB/s", 1), &speed, By::Ratio, Target::None);
        let name = format!("{name}: CPU for 1 GB");
        table.compare(&name, Unit("s", 2), &cpu, By::Ratio, Target::AtMost(1.15));
    }
    Ok(())
}

fn run(recorder: Recorder, scratch: &Scratch, file: &Path, megabytes: f64) -> Result<Cost> {
    let (directory, note) = (scratch.path("recordings"), scratch.path("note"));
    let _ = fs::remove_dir_all(&directory);
    let _ = fs::remove_file(&note);
    let mut command = webterm(&[]);
    if recorder == Recorder::On {
        command.arg("--record").arg(&directory);
    }
    let begin = Instant::now();
    let words: [&OsStr; 2] = [file.as_os_str(), note.as_os_str()];
    let server = Server::start_as(command, SCRIPT, &words)?;
    while !note.exists() {
        ensure!(begin.elapsed() < PATIENCE, "the output took too long");
        thread::sleep(Duration::from_millis(1));
    }
    let seconds = begin.elapsed().as_secs_f64();
    if recorder == Recorder::On {
        await_recording(&directory, megabytes)?;
    }
    let cpu = process::cpu(server.pid())?.as_secs_f64();
    Ok(Cost { seconds, cpu })
}

/// Waits until all is in the file, whose last piece waits a moment for more.
fn await_recording(directory: &Path, megabytes: f64) -> Result<()> {
    let begin = Instant::now();
    loop {
        let mut recorded = 0.0;
        for entry in fs::read_dir(directory)? {
            recorded += entry?.metadata()?.len() as f64 / 1e6;
        }
        if recorded >= megabytes {
            return Ok(());
        }
        ensure!(begin.elapsed() < PATIENCE, "the recording lacks output");
        thread::sleep(Duration::from_millis(10));
    }
}
