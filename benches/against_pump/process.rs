//! What the system says of a process: processor time, memory, bytes written (proc(5)). It knows
//! nothing of whose process it is.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The processor time that a process' threads used which are still there, in user and system mode,
/// without its children's: `/proc/PID/task/TID/schedstat` counts nanoseconds, where `stat` looks
/// once in 10 ms at who is running and misses who sleeps between two looks.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let tasks = format!("/proc/{pid}/task");
    let mut total = Duration::ZERO;
    for task in fs::read_dir(&tasks).with_context(|| format!("cannot read {tasks}"))? {
        let path = task?.path().join("schedstat");
        let Ok(text) = fs::read_to_string(&path) else {
            continue; // It has ended meanwhile.
        };
        let nanoseconds = text.split_whitespace().next().context("an empty line")?;
        total += Duration::from_nanos(nanoseconds.parse().context("a time that is no number")?);
    }
    Ok(total)
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
