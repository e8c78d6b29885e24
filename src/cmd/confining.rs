//! What holds the command to some programs, files and no network, and what has to be said of it.

use std::sync::Arc;

use crate::audit::Target;
use crate::banner::{self, Banner};
use crate::config::Config;
use crate::process::{Sandbox, SandboxError};

/// What holds the program, if anything is to.
pub(super) fn sandbox(config: &Config) -> Result<Option<Arc<Sandbox>>, SandboxError> {
    if config.allowed.is_everything() {
        return Ok(None);
    }
    let sandbox = Sandbox::build(&config.allowed, &config.program)?;
    Ok(Some(Arc::new(sandbox)))
}

/// Says what the command is held to.
pub(super) fn tell(config: &Config, sandbox: &Sandbox, banner: &mut Banner) {
    let warnings = sandbox.warnings().iter().cloned();
    banner.confine(&config.allowed, warnings.chain(forgeable(config, sandbox)));
}

/// What has to be said of records that the command is expressly allowed to write to.
fn forgeable(config: &Config, sandbox: &Sandbox) -> impl Iterator<Item = String> {
    let recordings = config.recorder.as_ref().map(|options| &*options.directory);
    let log = match config.audit.as_ref().map(|audit| &audit.target) {
        Some(Target::File(file)) => Some(&**file),
        Some(Target::Output) | None => None,
    };
    let records = [("recordings", recordings), ("the audit log", log)];
    records.into_iter().filter_map(|(what, place)| {
        let place = place.filter(|place| sandbox.lets_write(place))?;
        Some(banner::forgeable(what, place))
    })
}
