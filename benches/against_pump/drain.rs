//! What a program that prints without end costs when nobody looks.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::options::{self, Options};
use crate::process;
use crate::scratch::Scratch;
use crate::server::{Server, Side, myself, webterm};
use crate::stats::Pairs;
use crate::table::{By, Table, Target, Unit};

/// Says which process will print, then prints.
const SCRIPT: &str = "echo $$ >\"$1\"; exec yes";

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(3);

/// How long the program may take to begin.
const PATIENCE: Duration = Duration::from_secs(5);

/// Watches both sides, in turns.
pub(crate) fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let scratch = Scratch::new()?;
    let (mut cpu, mut speed) = (Pairs::default(), Pairs::default());
    for round in 0..options.rounds {
        let (mut ours, mut theirs) = (Watched::default(), Watched::default());
        for side in Side::both(round) {
            match side {
                Side::Webterm => ours = watch(side, &scratch)?,
                Side::Pump => theirs = watch(side, &scratch)?,
            }
        }
        cpu.push(ours.cpu, theirs.cpu);
        speed.push(ours.megabytes, theirs.megabytes);
    }
    table.compare(
        "yes, nobody looks",
        Unit("MB/s", 1),
        &speed,
        By::Ratio,
        Target::None,
    );
    table.compare(
        "yes: CPU in a second",
        Unit("s", 2),
        &cpu,
        By::Ratio,
        Target::AtMost(1.5),
    );
    Ok(())
}

/// What happened in a second.
#[derive(Debug, Default, Clone, Copy)]
struct Watched {
    /// Processor time of the server, in seconds.
    cpu: f64,
    /// What the program printed, in MB.
    megabytes: f64,
}

fn watch(side: Side, scratch: &Scratch) -> Result<Watched> {
    let note = scratch.path("pid");
    let _ = fs::remove_file(&note);
    let command = match side {
        Side::Webterm => webterm(&[]),
        Side::Pump => myself(options::DRAIN)?,
    };
    let server = Server::start_as(command, SCRIPT, &[note.as_os_str()])?;
    let program = begun(&note)?;
    let (cpu, written) = (process::cpu(server.pid())?, process::written(program)?);
    let begin = Instant::now();
    thread::sleep(WATCHED);
    let seconds = begin.elapsed().as_secs_f64();
    let (cpu, written) = (
        process::cpu(server.pid())? - cpu,
        process::written(program)? - written,
    );
    Ok(Watched {
        cpu: cpu.as_secs_f64() / seconds,
        megabytes: written / 1e6 / seconds,
    })
}

/// Waits until the program is at it; gives its process.
fn begun(note: &Path) -> Result<u32> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let said = fs::read_to_string(note).unwrap_or_default();
        if let Some(pid) = said.strip_suffix('\n') {
            let pid = pid.parse().context("the program did not tell its number")?;
            if process::written(pid)? > 1e6 {
                return Ok(pid);
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
    bail!("the program did not begin to print")
}
