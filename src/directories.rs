//! Where webterm keeps its files (XDG Base Directory Specification). It knows nothing of what they
//! are.

use std::ffi::OsString;
use std::path::PathBuf;

/// What webterm's part of a directory is called.
pub const NAME: &str = "webterm";

/// Where webterm keeps what should outlast it, going by environment variables.
pub fn state(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let state = absolute(&variable, "XDG_STATE_HOME");
    let state = state.or_else(|| Some(absolute(&variable, "HOME")?.join(".local/state")));
    Some(state?.join(NAME))
}

/// Where webterm keeps what lasts no longer than the user is logged in, if there is such a directory.
pub fn runtime(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(absolute(&variable, "XDG_RUNTIME_DIR")?.join(NAME))
}

/// The path in a variable; one that is relative has to be ignored.
fn absolute(variable: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<PathBuf> {
    let path = variable(name).map(PathBuf::from);
    path.filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_lies_in_the_state() {
        let of = |state: Option<&'static str>, home: Option<&'static str>| {
            super::state(|name| match name {
                "XDG_STATE_HOME" => state.map(OsString::from),
                _ => home.map(OsString::from),
            })
        };
        assert_eq!(of(Some("/s"), Some("/h")), Some("/s/webterm".into()));
        let home = Some("/h/.local/state/webterm".into());
        assert_eq!(of(None, Some("/h")), home);
        assert_eq!(of(Some("relative"), Some("/h")), home);
        assert_eq!(of(None, None), None);
    }
}
