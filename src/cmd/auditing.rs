//! Keeps the audit log from the server's beginning to its end.

use std::net::SocketAddr;
use std::time::Duration;

use crate::audit::{Audit, AuditOptions, Event, OpenError};

/// How long the last lines may take to be written.
const PATIENCE: Duration = Duration::from_secs(3);

/// The audit log of a run of the server. Dropping it enters the end, and writes all that is left.
#[derive(Debug)]
pub(super) struct Auditing {
    audit: Audit,
    status: u8,
    reason: String,
}

impl Auditing {
    /// Opens the log, if there is to be one, and enters the beginning.
    pub(super) fn begin(
        options: Option<&AuditOptions>,
        address: SocketAddr,
        command: String,
    ) -> Result<Self, OpenError> {
        let audit = options.map(Audit::open).transpose()?.unwrap_or_default();
        audit.note(Event::ServerStarted {
            version: env!("CARGO_PKG_VERSION"),
            process: std::process::id(),
            address,
            command,
        });
        Ok(Self {
            audit,
            status: 1,
            reason: "it failed".to_owned(),
        })
    }

    /// The log.
    pub(super) fn log(&self) -> &Audit {
        &self.audit
    }

    /// Says how the server ends.
    pub(super) fn ends(&mut self, status: u8, reason: String) {
        self.status = status;
        self.reason = reason;
    }
}

impl Drop for Auditing {
    fn drop(&mut self) {
        self.audit.note(Event::ServerStopped {
            status: self.status,
            reason: std::mem::take(&mut self.reason),
        });
        let lost = self.audit.close(PATIENCE);
        if lost > 0 {
            tracing::error!(lost, "the last events are not in the audit log");
        }
    }
}
