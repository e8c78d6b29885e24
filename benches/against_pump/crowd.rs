//! A flood before many viewers, some of which have stopped or are slow: how far behind the healthy
//! ones are, how soon an interruption is seen, and what it costs the server in memory.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow};

use crate::client::{Client, Piece};
use crate::options;
use crate::process;
use crate::server::{Server, webterm};
use crate::stats;
use crate::table::{Table, Target, Unit};

/// Prints the time without end once it is told to, until it is interrupted.
const SCRIPT: &str =
    "trap : INT; stty -echo; printf READY; read go; \"$1\" \"$2\"; printf @END@; cat";

/// Viewers that show what they get at once.
const HEALTHY: usize = 80;

/// Viewers that take 1 MB in a second.
const SLOW: usize = 10;

/// Viewers that came, and take nothing any more.
const STOPPED: usize = 10;

/// What a slow viewer takes in a second, in bytes.
const SLOW_SPEED: f64 = 1e6;

/// How long the flood lasts before anything is measured, and how long it then lasts.
const WARM_UP: Duration = Duration::from_millis(700);
const WATCHED: Duration = Duration::from_secs(3);

/// What is printed between two times, in bytes.
const FILLER: usize = 1000;

const MS: Unit = Unit("ms", 1);

/// Prints the time, in microseconds since 1970, again and again.
pub(crate) fn print_times() -> Result<()> {
    let mut output = std::io::stdout().lock();
    let filler = "x".repeat(78) + "\n";
    let filler = filler.repeat(FILLER / filler.len());
    // It ends with the interruption, or when nobody reads any more.
    loop {
        write!(output, "T{}.\n{filler}", now_in_us())?;
    }
}

fn now_in_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(0))
}

/// What a viewer saw.
#[derive(Debug, Default)]
struct Seen {
    /// How old the newest time was that it was shown, in ms, each time it was shown one.
    ages: Vec<f64>,
    /// When the end came.
    end: Option<Instant>,
}

/// Lets the flood loose before everybody.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let own = std::env::current_exe()?;
    let args = [own.as_os_str(), options::TIMES.as_ref()];
    let server = Server::start_as(webterm(&["--permit-write"]), SCRIPT, &args)?;
    let mut typist = come(&server)?;
    let stopped: Vec<Client> = (0..STOPPED).map(|_| come(&server)).collect::<Result<_>>()?;
    let viewers = |count| {
        (0..count)
            .map(|_| come(&server))
            .collect::<Result<Vec<_>>>()
    };
    let (healthy, slow) = (viewers(HEALTHY)?, viewers(SLOW)?);
    let watched = &AtomicBool::new(false);
    thread::scope(|scope| -> Result<()> {
        let look = |client, speed| scope.spawn(move || watch(client, speed, watched));
        let healthy: Vec<_> = healthy
            .into_iter()
            .map(|client| look(client, None))
            .collect();
        let slow: Vec<_> = slow
            .into_iter()
            .map(|client| look(client, Some(SLOW_SPEED)))
            .collect();
        let before = process::resident(server.pid())?;
        typist.type_text("go\r")?;
        let (grown, late) = flood(&server, watched, before)?;
        let interrupted = Instant::now();
        typist.type_text("\u{3}")?;
        table.tell(
            "crowd: memory grew",
            Unit("MB", 1),
            grown / 1e6,
            Target::AtMost(32.0),
        );
        table.tell(
            "crowd: a late viewer's screen",
            MS,
            late,
            Target::AtMost(100.0),
        );
        report(
            table,
            "healthy",
            gather(healthy)?,
            interrupted,
            Target::AtMost(200.0),
        );
        report(
            table,
            "slow",
            gather(slow)?,
            interrupted,
            Target::AtMost(500.0),
        );
        Ok(())
    })?;
    drop(stopped);
    Ok(())
}

/// A viewer that has seen the screen, and says what it has shown from now on.
fn come(server: &Server) -> Result<Client> {
    let mut viewer = Client::connect(server.address())?;
    viewer.wait_for("READY")?;
    viewer.acknowledge(0)?;
    Ok(viewer)
}

/// Waits while the flood lasts; gives the memory that the server grew by at most, in bytes, and how
/// long one who comes in the middle of it waits for a screen, in ms.
fn flood(server: &Server, watched: &AtomicBool, before: f64) -> Result<(f64, f64)> {
    thread::sleep(WARM_UP);
    watched.store(true, Ordering::Relaxed);
    let begin = Instant::now();
    let (mut most, mut waits) = (0.0_f64, Vec::new());
    while begin.elapsed() < WATCHED {
        let came = Instant::now();
        let mut late = Client::connect(server.address())?;
        while late.piece()?.offset.is_none() {}
        waits.push(in_ms(came.elapsed()));
        most = most.max(process::resident(server.pid())? - before);
        thread::sleep(Duration::from_millis(100));
    }
    watched.store(false, Ordering::Relaxed);
    Ok((most, stats::median(&waits)))
}

/// Shows what comes, at most so many bytes a second, up to the end.
fn watch(mut client: Client, speed: Option<f64>, watched: &AtomicBool) -> Result<Seen> {
    let mut seen = Seen::default();
    while seen.end.is_none() {
        let Piece { text, offset } = client.piece()?;
        let newest = newest_time(text);
        if text.windows(5).any(|window| window == b"@END@") {
            seen.end = Some(Instant::now());
        }
        if let Some(speed) = speed {
            thread::sleep(Duration::from_secs_f64(text.len() as f64 / speed));
        }
        if let Some(newest) = newest.filter(|_| watched.load(Ordering::Relaxed)) {
            seen.ages
                .push(now_in_us().saturating_sub(newest) as f64 / 1e3);
        }
        if let Some(offset) = offset {
            client.acknowledge(offset)?;
        }
    }
    Ok(seen)
}

/// The last whole time in a piece of output.
fn newest_time(text: &[u8]) -> Option<u64> {
    let mut end = text.len();
    while let Some(start) = text.get(..end)?.iter().rposition(|byte| *byte == b'T') {
        let digits = text.get(start + 1..)?.split(|byte| *byte == b'.').next()?;
        // Where the piece ends within it, the time before counts.
        if digits.len() == 16 {
            return std::str::from_utf8(digits).ok()?.parse().ok();
        }
        end = start;
    }
    None
}

fn gather(viewers: Vec<ScopedJoinHandle<'_, Result<Seen>>>) -> Result<Vec<Seen>> {
    let join = |viewer: ScopedJoinHandle<'_, Result<Seen>>| {
        viewer
            .join()
            .map_err(|_| anyhow!("a viewer's thread panicked"))?
    };
    viewers.into_iter().map(join).collect()
}

/// The worst of all viewers of a kind: each is somebody.
fn report(table: &mut Table, kind: &str, seen: Vec<Seen>, interrupted: Instant, target: Target) {
    let mut ages: Vec<f64> = seen
        .iter()
        .flat_map(|seen| seen.ages.iter().copied())
        .collect();
    ages.sort_by(f64::total_cmp);
    let late = ages.get(ages.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    let behind = match kind {
        "healthy" => Target::AtMost(100.0),
        _ => Target::None,
    };
    table.tell(
        &format!("crowd: {kind}, behind (median)"),
        MS,
        stats::median(&ages),
        Target::None,
    );
    table.tell(&format!("crowd: {kind}, behind (99 %)"), MS, late, behind);
    let ends = seen.iter().filter_map(|seen| seen.end).max();
    let last = ends.map_or(f64::NAN, |end| in_ms(end.duration_since(interrupted)));
    table.tell(
        &format!("crowd: {kind}, stopped for the last"),
        MS,
        last,
        target,
    );
}

fn in_ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
