//! What an idle viewer keeps in the server's memory.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::client::Client;
use crate::content::{Block, Kind};
use crate::process;
use crate::scratch::Scratch;
use crate::server::{Server, webterm};
use crate::table::{Table, Target, Unit};

/// Prints a file when something is written to a pipe, for the viewers may only look.
const SCRIPT: &str = "printf READY; cat \"$1\"; cat \"$2\"; printf '@END@'; cat \"$1\"";

/// How many viewers come: what all of them share is paid for by the first few.
const FEW: usize = 10;

/// How many come the other time.
const MANY: usize = 210;

/// The flood that goes to all of them, in blocks of a MB.
const FLOOD: usize = 10;

/// How long the server is left alone before its memory is looked at.
const SETTLE: Duration = Duration::from_millis(300);

/// The most memory that a viewer may keep, in kB.
const TARGET: Target = Target::AtMost(12.0);

/// Lets few viewers come, then many. The pump takes only one, so there is nothing to compare.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let (few, many) = (Kept::by(FEW)?, Kept::by(MANY)?);
    let per_viewer = |few: f64, many: f64| (many - few) / (MANY - FEW) as f64;
    let unit = Unit("kB", 1);
    table.tell("memory with 10 viewers", unit, few.idle, Target::None);
    table.tell(
        "memory: an idle viewer",
        unit,
        per_viewer(few.idle, many.idle),
        TARGET,
    );
    table.tell(
        "memory with 10 viewers, flooded",
        unit,
        few.flooded,
        Target::None,
    );
    let flooded = per_viewer(few.flooded, many.flooded);
    table.tell("memory: an idle viewer, flooded", unit, flooded, TARGET);
    Ok(())
}

/// The memory of a server, in kB.
struct Kept {
    /// After the viewers came.
    idle: f64,
    /// After the flood went to all of them as well.
    flooded: f64,
}

impl Kept {
    fn by(viewers: usize) -> Result<Self> {
        let scratch = Scratch::new()?;
        let (pipe, block) = (pipe(&scratch)?, Block::of(Kind::Plain)?);
        let file = scratch.write("flood", &block.printed, FLOOD)?;
        let server = Server::start_as(webterm(&[]), SCRIPT, &[pipe.as_os_str(), file.as_os_str()])?;
        let mut viewers = join(&server, viewers)?;
        let idle = resident(&server)?;
        fs::write(&pipe, "go\n").context("the program does not listen")?;
        await_flood(&mut viewers)?;
        let flooded = resident(&server)?;
        Ok(Self { idle, flooded })
    }
}

fn pipe(scratch: &Scratch) -> Result<PathBuf> {
    let path = scratch.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    ensure!(
        made.context("cannot run mkfifo")?.success(),
        "mkfifo failed"
    );
    Ok(path)
}

fn resident(server: &Server) -> Result<f64> {
    thread::sleep(SETTLE);
    Ok(process::resident(server.pid())? / 1e3)
}

/// Lets viewers come, until each has seen the screen.
fn join(server: &Server, viewers: usize) -> Result<Vec<Client>> {
    let come = |_| {
        let mut viewer = Client::connect(server.address())?;
        viewer.wait_for("READY")?;
        Ok(viewer)
    };
    (0..viewers).map(come).collect()
}

/// Reads for all viewers at once until each has seen the flood's end.
fn await_flood(viewers: &mut [Client]) -> Result<()> {
    thread::scope(|scope| {
        let waiting: Vec<_> = viewers
            .iter_mut()
            .map(|viewer| scope.spawn(|| viewer.wait_for("@END@")))
            .collect();
        waiting
            .into_iter()
            .try_for_each(|viewer| viewer.join().expect("a viewer's thread does not panic"))
    })
}
