//! What is to be recorded, by what was typed.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::bail;

use crate::asciicast::Format;
use crate::audit::{AuditOptions, Binding};
use crate::cli::{RecordArgs, RecordFormat};
use crate::process::Program;
use crate::recorder::{Hashing, Need, RecorderOptions};
use crate::session::Taped;

use super::command_line;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be recorded of sessions that run `program`; none where nothing is.
pub(super) fn recorder(
    typed: RecordArgs,
    program: &Program,
    audit: Option<&AuditOptions>,
) -> Option<RecorderOptions> {
    Some(RecorderOptions {
        directory: typed.record?,
        format: match typed.record_format {
            RecordFormat::V2 => Format::V2,
            RecordFormat::V3 => Format::V3,
        },
        taped: match typed.record_input {
            true => Taped::InputToo,
            false => Taped::Output,
        },
        need: match typed.record_required {
            true => Need::Required,
            false => Need::Wanted,
        },
        most: typed.record_max_size.map(|size| size.0 as u64),
        longest: typed
            .record_keep_days
            .and_then(|days| DAY.checked_mul(u32::try_from(days).ok()?)),
        // The log is to hold them.
        hashing: match audit.map(|audit| audit.binding) {
            Some(Binding::Chained) => Hashing::Sha256,
            Some(Binding::Loose) | None => Hashing::Off,
        },
        command: command_line(program),
        term: program.term.clone(),
        shell: shell(program),
    })
}

/// Programs that talk in lines have no terminal that could be recorded.
pub(super) fn refuse_with_lines(typed: &RecordArgs) -> anyhow::Result<()> {
    if typed.record.is_some() {
        bail!("--record records terminals, and with --lines there is none; leave one of them out");
    }
    Ok(())
}

/// `SHELL`, as the program has it.
fn shell(program: &Program) -> Option<String> {
    let set = program.env.iter().rev().find(|(name, _)| name == "SHELL");
    let shell: Option<OsString> = match set {
        Some((_, value)) => Some(value.clone()),
        None => std::env::var_os("SHELL"),
    };
    shell.map(|shell| shell.to_string_lossy().into_owned())
}
