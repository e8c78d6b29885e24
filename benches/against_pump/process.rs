//! What the system says of a process: processor time, memory, bytes written (proc(5)). It knows
//! nothing of whose process it is.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Ticks of `/proc/PID/stat` in a second: the same on every Linux machine that Rust knows well.
const TICKS: f64 = 100.0;

/// The processor time that a process used, in user and system mode, without its children's. It is
/// told in steps of 10 ms.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let stat = read(pid, "stat")?;
    // The second field, the name in parentheses, may hold anything. `utime` and `stime` are the
    // fields 14 and 15.
    let (_, fields) = stat.rsplit_once(')').context("a line without a name")?;
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()
        .context("times that are no numbers")?;
    Ok(Duration::from_secs_f64(ticks.iter().sum::<f64>() / TICKS))
}

/// The memory that a process holds, in bytes.
pub(crate) fn resident(pid: u32) -> Result<f64> {
    Ok(field(&read(pid, "status")?, "VmRSS:")? * 1024.0)
}

/// The bytes that a process has written, to wherever.
pub(crate) fn written(pid: u32) -> Result<f64> {
    field(&read(pid, "io")?, "wchar:")
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
}

/// The number behind a name at a line's start.
fn field(text: &str, name: &str) -> Result<f64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    let number = value.and_then(|value| value.split_whitespace().next());
    let number = number.with_context(|| format!("there is no {name}"))?;
    number
        .parse()
        .with_context(|| format!("{name} is no number"))
}
