//! What the command may do to the machine, as it was meant. It knows nothing of how that is held.

use crate::cli::SandboxArgs;
use crate::process::{Allowed, Network};

/// What the command may do.
pub(super) fn allowed(typed: SandboxArgs) -> Allowed {
    Allowed {
        exec: typed.allow_exec,
        read: typed.allow_read,
        write: typed.allow_write,
        network: match typed.no_net {
            true => Network::Closed,
            false => Network::Open,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser;

    use crate::cli::Cli;

    use super::*;

    fn resolve(words: &[&str]) -> Allowed {
        allowed(Cli::parse_from([&["webterm"], words].concat()).sandbox)
    }

    #[test]
    fn everything_is_allowed_unless_something_is_said() {
        assert!(resolve(&["cat"]).is_everything());
        let words = ["--allow-exec", "/bin/a:b", "--allow-exec", "c", "--no-net"];
        let allowed = resolve(&words);
        assert_eq!(allowed.exec, ["/bin/a", "b", "c"].map(PathBuf::from));
        assert_eq!(allowed.network, Network::Closed);
        assert!(allowed.read.is_empty() && allowed.write.is_empty());
    }
}
