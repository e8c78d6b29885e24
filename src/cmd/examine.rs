//! Says whether an audit log is as it was written.

use std::io::{self, Write};

use anyhow::{Context, anyhow};

use crate::audit::{Found, Hash, Kept, Note, Report, verify};
use crate::config::{Examination, Talk};
use crate::visible::visible;

use super::Failure;

/// Verifies a log, and prints what it is; gives the exit status.
pub(super) fn examine(examination: &Examination) -> Result<u8, Failure> {
    let report = verify(&examination.file, examination.expected)?;
    if examination.talk == Talk::Status {
        io::stdout()
            .write_all(told(&report).as_bytes())
            .context("what was found can't be printed")?;
    }
    let amiss = |one: &&Found| matches!(one.kept, Kept::Changed | Kept::Missing);
    let amiss = report.recordings.iter().filter(amiss);
    let amiss: Vec<String> = amiss.map(|one| visible(&one.file)).collect();
    match amiss.is_empty() {
        true => Ok(0),
        false => Err(anyhow!(
            "the log is intact, but recordings that it names were changed or taken away: {}",
            amiss.join(", ")
        )
        .into()),
    }
}

fn told(report: &Report) -> String {
    let (from, to) = (visible(&report.from), visible(&report.to));
    let mut text = format!("intact: lines: {}, from {from} to {to}\n", report.lines);
    if report.begins != Hash::ZERO {
        text += &format!(
            "goes on from an earlier log, whose last hash was {}\n",
            report.begins
        );
    }
    text += &format!("last hash: {}\n", report.ends);
    text += &match report.expected {
        Some(line) => format!("expected hash: at line {line}\n"),
        None => {
            "note the last hash elsewhere and give it as --expect-hash later: without it lines \
                 cut off at the end are not found\n"
                .to_owned()
        }
    };
    for note in &report.notes {
        text += &match note {
            Note::Gap(line, bytes) => format!(
                "note: {bytes} bytes in front of line {line} are in no chain (a line that was torn, \
                 or lines written without --audit-chain); they are as they were then\n"
            ),
            Note::Lost(line, count) => {
                format!("note: line {line} says that events were lost: {count}\n")
            }
        };
    }
    let recordings = report.recordings.iter().map(line_of);
    text + &recordings.collect::<String>()
}

fn line_of(found: &Found) -> String {
    let kept = match found.kept {
        Kept::Intact => "intact",
        Kept::Changed => "changed",
        Kept::Missing => "missing",
        Kept::Removed => "removed by webterm",
        Kept::Unhashed => "there, but the log holds no hash of it",
    };
    format!("recording {}: {kept}\n", visible(&found.file))
}
