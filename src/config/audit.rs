//! What was meant by the options of the audit log.

use std::path::PathBuf;

use anyhow::bail;

use crate::audit::{AuditOptions, Binding, Hash, Target};
use crate::cli::{AuditArgs, Cli};

use super::Talk;

/// What log is to be kept, if one is.
pub(super) fn options(typed: AuditArgs) -> anyhow::Result<Option<AuditOptions>> {
    let binding = match typed.audit_chain {
        true => Binding::Chained,
        false => Binding::Loose,
    };
    let Some(path) = typed.audit_log else {
        if binding == Binding::Chained {
            bail!("--audit-chain means nothing without --audit-log; give that as well");
        }
        return Ok(None);
    };
    let target = match path.to_str() {
        Some("-") => Target::Output,
        _ => Target::File(path),
    };
    Ok(Some(AuditOptions { target, binding }))
}

/// A log that is to be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The log.
    pub file: PathBuf,
    /// The hash that a line of it should carry.
    pub expected: Option<Hash>,
    /// Whether it is said what was found where nothing is wrong.
    pub talk: Talk,
}

impl Examination {
    /// What is to be verified, if something is.
    pub fn resolve(cli: &Cli) -> Option<Self> {
        Some(Self {
            file: cli.audit.verify.clone()?,
            expected: cli.audit.expect_hash,
            talk: Talk::of(cli),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::config::Config;

    use super::*;

    fn resolve(words: &[&str]) -> anyhow::Result<Option<AuditOptions>> {
        let cli = Cli::parse_from([&["webterm"], words].concat());
        Config::resolve(cli).map(|config| config.audit)
    }

    #[test]
    fn no_log_is_kept_unless_one_is_asked_for() {
        assert_eq!(resolve(&["cat"]).unwrap(), None);
        let error = resolve(&["--audit-chain", "cat"]).unwrap_err().to_string();
        assert!(error.contains("--audit-log"), "{error}");
        let target = Target::File("a.log".into());
        let binding = Binding::Chained;
        let wanted = resolve(&["--audit-log", "a.log", "--audit-chain", "cat"]).unwrap();
        assert_eq!(wanted, Some(AuditOptions { target, binding }));
        let (target, binding) = (Target::Output, Binding::Loose);
        let wanted = resolve(&["--audit-log", "-", "cat"]).unwrap();
        assert_eq!(wanted, Some(AuditOptions { target, binding }));
    }

    #[test]
    fn a_log_is_verified_where_that_is_asked_for() {
        let resolve =
            |words: &[&str]| Examination::resolve(&Cli::parse_from([&["webterm"], words].concat()));
        assert_eq!(resolve(&["cat"]), None);
        let hash = "0123456789abcdef".repeat(4);
        let examination = resolve(&["--verify", "a.log", "--expect-hash", &hash]).unwrap();
        assert_eq!(examination.file, PathBuf::from("a.log"));
        assert_eq!(examination.expected, hash.parse().ok());
    }
}
