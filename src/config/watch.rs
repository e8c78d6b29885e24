//! What was meant by the options for who looks over all shoulders.

use anyhow::bail;

use crate::cli::{Cli, WatchArgs};
use crate::server::Watchers;

/// Whether those who watch are shown; refuses what can't be meant.
pub(super) fn watchers(cli: &Cli) -> anyhow::Result<Watchers> {
    let WatchArgs {
        watcher,
        watch_url,
        hidden_watchers,
    } = &cli.watch;
    let is_used = *watch_url || !watcher.is_empty();
    if cli.sessions.lines.lines && (is_used || *hidden_watchers) {
        bail!(
            "--lines has no terminals that could be watched; leave out --watcher, --watch-url and --hidden-watchers"
        );
    }
    if *hidden_watchers && !is_used {
        bail!(
            "--hidden-watchers hides those whom --watcher or --watch-url lets watch; give one of them as well"
        );
    }
    Ok(match hidden_watchers {
        true => Watchers::Hidden,
        false => Watchers::Shown,
    })
}

/// The users who may watch, of those that have `users` as logins; refuses what would let nobody watch.
pub(super) fn users<'a>(
    cli: &Cli,
    users: impl Iterator<Item = &'a str> + Clone,
) -> anyhow::Result<Vec<String>> {
    // Those in a file or with a certificate come and go.
    let knows_all = cli.access.credential_file.is_none() && cli.tls.tls_ca_crt.is_none();
    for watcher in &cli.watch.watcher {
        if knows_all && users.clone().next().is_none() {
            bail!(
                "--watcher {watcher:?} needs to know who comes; give --credential, --credential-file or --tls-ca-crt as well, or --watch-url in its place"
            );
        }
        if knows_all && !users.clone().any(|user| user == watcher) {
            bail!("--watcher {watcher:?}: no --credential has this user");
        }
    }
    Ok(cli.watch.watcher.clone())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::access::Links;
    use crate::config::Config;
    use crate::right::{Right, Sight};

    use super::*;

    fn resolve(words: &[&str]) -> Result<Config, String> {
        let cli = Cli::parse_from([&["webterm"], words].concat());
        Config::resolve(cli).map_err(|error| error.to_string())
    }

    #[test]
    fn nobody_watches_unless_it_is_said() {
        let config = resolve(&["cat"]).unwrap();
        assert!(config.rules.watchers.is_empty());
        assert_eq!(config.watchers, Watchers::Shown);
    }

    #[test]
    fn a_watcher_is_a_user_who_can_log_in() {
        let known = [
            "-c",
            "ann:xxxxxxxx",
            "--watcher",
            "ann",
            "--hidden-watchers",
        ];
        let config = resolve(&[&known[..], &["cat"]].concat()).unwrap();
        assert_eq!(config.rules.watchers, ["ann"]);
        assert_eq!(config.watchers, Watchers::Hidden);
        let certified = resolve(&["--tls-ca-crt", "ca.pem", "--watcher", "eve,bob", "cat"]);
        assert_eq!(certified.unwrap().rules.watchers, ["eve", "bob"]);
    }

    #[test]
    fn a_watcher_whom_nobody_can_be_is_refused() {
        let error = resolve(&["--watcher", "ann", "cat"]).unwrap_err();
        assert!(error.contains("--watch-url"), "{error}");
        let error = resolve(&["-c", "ann:xxxxxxxx", "--watcher", "bob", "cat"]).unwrap_err();
        assert!(error.contains("\"bob\""), "{error}");
    }

    #[test]
    fn watchers_who_are_hidden_must_be_there_and_lines_have_none() {
        for words in [
            vec!["--hidden-watchers", "cat"],
            vec!["--lines", "--watch-url", "cat"],
            vec!["--lines", "--hidden-watchers", "cat"],
        ] {
            assert!(resolve(&words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn the_address_to_watch_comes_last_and_lets_nobody_type() {
        let links = |words: &[&str]| match resolve(words).unwrap().rules.links {
            Links::Open => Vec::new(),
            Links::Secret(links) => links.iter().map(|l| (l.right(), l.sight())).collect(),
        };
        let (look, watch) = ((Right::View, Sight::Told), (Right::View, Sight::All));
        assert_eq!(links(&["cat"]), []);
        assert_eq!(links(&["--watch-url", "cat"]), [look, watch]);
        let write = (Right::Write, Sight::Told);
        assert_eq!(links(&["-w", "--watch-url", "cat"]), [write, look, watch]);
        assert_eq!(links(&["-w", "-r", "cat"]), [write, look]);
    }
}
