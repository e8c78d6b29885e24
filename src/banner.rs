//! The status lines for the person who started webterm: what is shared, and where. It knows the
//! words only, not when they are printed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::access::{Link, Links, Rules};
use crate::process::{Allowed, Network};
use crate::reach;
use crate::recorder::RecorderOptions;
use crate::registry::Mode;
use crate::right::{Right, Sight};
use crate::secrets::Exposure;
use crate::session::Taped;
use crate::tls::{Certificate, Tls, Trust};
use crate::visible::visible;

/// What is said once the server listens.
#[derive(Debug)]
pub struct Banner {
    /// What is shared, and where.
    pub status: Vec<String>,
    /// The secret addresses: said even where the status is not, for nobody else knows them.
    pub links: Vec<String>,
    /// What the user typed that weakens the machine's safety; said even where the status is not.
    pub warnings: Vec<String>,
}

/// Where it is served.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The address that is listened on.
    pub local: SocketAddr,
    /// How connections are encrypted, if they are.
    pub tls: Option<&'a Tls>,
}

impl Banner {
    /// Says what the command is held to, and what has to be said of that.
    pub fn confine(&mut self, allowed: &Allowed, warnings: impl Iterator<Item = String>) {
        self.status.push(confines(allowed));
        let warnings = warnings.map(|text| format!("warning: {text}"));
        self.warnings.extend(warnings);
    }
}

/// What a command may do, in one line.
fn confines(allowed: &Allowed) -> String {
    let only = |verb: &str, paths: &[PathBuf]| {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| visible(&path.to_string_lossy()))
            .collect();
        (!paths.is_empty()).then(|| format!("{verb} only {}", paths.join(", ")))
    };
    let parts = [
        only("execute", &allowed.exec),
        only("read", &allowed.read),
        only("write", &allowed.write),
        (allowed.network == Network::Closed).then(|| "use no network".to_owned()),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("the command may {}", parts.join("; "))
}

/// That whoever types can do something to `what`, which lies at `place`.
pub fn forgeable(what: &str, place: &Path) -> String {
    let place = visible(&place.to_string_lossy());
    format!(
        "--allow-write lets the command write to {place}, and so alter or remove {what}; \
         keep them where it may not write"
    )
}

/// What is done with a `command`, for people.
pub fn sharing(command: &str, mode: Mode) -> String {
    match mode {
        Mode::Shared => format!("sharing {command}"),
        Mode::PerViewer => format!("sharing {command}, started anew for each viewer"),
        Mode::Named => format!("sharing {command}, as many as are asked for"),
    }
}

/// What is said of a recorder's work.
pub fn recording(options: &RecorderOptions) -> String {
    let what = match options.taped {
        Taped::Output => "recording",
        Taped::InputToo => "recording, with what is typed,",
    };
    format!(
        "{what} into {}",
        visible(&options.directory.to_string_lossy())
    )
}

/// What is done with a `command` that talks in lines, for people.
pub fn sharing_lines(command: &str) -> String {
    format!("sharing the lines of {command}, started anew for each connection")
}

/// What is done with the recording in this file, for people.
pub fn replaying(file: &str) -> String {
    format!("replaying {file}")
}

/// That nothing is done before somebody writes to this pipe, for people.
pub fn awaiting(pipe: &Path) -> String {
    let pipe = visible(&pipe.to_string_lossy());
    format!("waiting for a recording from the pipe {pipe}")
}

/// What is said of what is done by these `rules` at this place, and of passwords that could be seen.
pub fn banner(deed: &str, rules: &Rules, place: Place<'_>, exposure: Exposure) -> Banner {
    let status = format!("{deed} ({})", who(rules, place));
    let (open, links) = match &rules.links {
        Links::Open => (Some(format!("open {}", address(place, "/"))), Vec::new()),
        Links::Secret(links) => (None, links.iter().map(|link| secret(place, link)).collect()),
    };
    let certificate = place.tls.map(|tls| shown(&tls.certificate()));
    Banner {
        status: [status]
            .into_iter()
            .chain(open)
            .chain(certificate)
            .collect(),
        links,
        warnings: warnings(rules, place, exposure),
    }
}

/// Who may look over all shoulders, and whether others are told that he does.
pub fn watchers(rules: &Rules, hidden: bool) -> Option<String> {
    let links = match &rules.links {
        Links::Open => &[],
        Links::Secret(links) => links.as_slice(),
    };
    let by_address = links.iter().any(|link| link.sight() == Sight::All);
    let who = rules.watchers.iter().map(String::as_str);
    let who: Vec<&str> = who
        .chain(by_address.then_some("who has the address to watch"))
        .collect();
    let known = match hidden {
        true => "without being shown to others",
        false => "and is shown to others who may type there",
    };
    let may = |who: String| format!("{who} can watch all terminals, {known}");
    (!who.is_empty()).then(|| may(who.join(" or ")))
}

/// What to compare with what a browser shows.
fn shown(certificate: &Certificate) -> String {
    let fingerprint = &certificate.fingerprint;
    match certificate.trust {
        Trust::SelfSigned => format!(
            "the certificate is self-signed; browsers warn of it, and should show this SHA-256 fingerprint: {fingerprint}"
        ),
        Trust::Issued => format!("the certificate's SHA-256 fingerprint is {fingerprint}"),
    }
}

/// Who may do what.
fn who(rules: &Rules, place: Place<'_>) -> String {
    let asks = rules.ask_for_password();
    if rules.right == Right::View {
        return match asks {
            true => "read-only, for who logs in".to_owned(),
            false => "read-only".to_owned(),
        };
    }
    let lookers: Vec<_> = rules
        .credentials
        .iter()
        .filter(|credential| credential.right == Right::View)
        .map(|credential| credential.user.as_str())
        .collect();
    let secret = matches!(rules.links, Links::Secret(_));
    let has_certificates = place.tls.is_some_and(Tls::asks_for_certificates);
    let writers = match (asks, secret) {
        (true, _) => "who logs in can type",
        (false, true) => "who has the first address can type",
        (false, false) if has_certificates => "who has a certificate can type",
        (false, false) => "who opens the address can type",
    };
    match lookers.as_slice() {
        [] => format!("writable: {writers}"),
        lookers => format!("writable: {writers}, but for {}", lookers.join(", ")),
    }
}

fn secret(place: Place<'_>, link: &Link) -> String {
    let (purpose, page) = match (link.sight(), link.right()) {
        (Sight::All, _) => ("to watch all terminals, open", "sessions/"),
        (Sight::Told, Right::Write) => ("to type, open", ""),
        (Sight::Told, Right::View) => ("only to look, open", ""),
    };
    let path = format!("{}{page}", link.path());
    format!("{purpose} {}", address(place, &path))
}

/// The addresses of a page as they can be opened.
fn address(place: Place<'_>, path: &str) -> String {
    let scheme = match place.tls {
        Some(_) => "https",
        None => "http",
    };
    let url = |address| format!("{scheme}://{address}{path}");
    let inside = url(reach::inside(place.local));
    match place.local.ip().is_unspecified() {
        true => format!(
            "{inside} or, from elsewhere, {}",
            url(reach::outside(place.local))
        ),
        false => inside,
    }
}

fn warnings(rules: &Rules, place: Place<'_>, exposure: Exposure) -> Vec<String> {
    let is_exposed = !place.local.ip().is_loopback();
    let has_certificates = place.tls.is_some_and(Tls::asks_for_certificates);
    let anyone = "everyone who can reach this machine can type into the terminal";
    let plain = "passwords, secret addresses and all that is typed cross the network unencrypted; \
                 anyone on the way can read them: use --tls";
    let wiped = "the password could be seen in the list of processes until now; \
                 use WEBTERM_CREDENTIAL, --credential-file, or --credential USER to be asked for it";
    let seen = "the password can be seen in the list of processes; \
                 use WEBTERM_CREDENTIAL, --credential-file, or --credential USER to be asked for it";
    let open = rules.right == Right::Write && !rules.ask_for_secret() && !has_certificates;
    let sites = "every web page whose origin --ws-origin matches can type into the terminal";
    let lets_sites_type = rules.right == Right::Write && !rules.ask_for_secret();
    [
        (is_exposed && open).then_some(anyone),
        (lets_sites_type && !rules.origins.is_empty()).then_some(sites),
        (is_exposed && rules.ask_for_secret() && place.tls.is_none()).then_some(plain),
        (exposure == Exposure::Wiped).then_some(wiped),
        (exposure == Exposure::Visible).then_some(seen),
    ]
    .into_iter()
    .flatten()
    .map(str::to_owned)
    .chain(place.tls.iter().flat_map(|tls| tls.warnings()))
    .map(|text| format!("warning: {text}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::access::{Credential, Hosts};
    use crate::tls::{Identity, TlsOptions};

    use super::*;

    fn rules(right: Right) -> Rules {
        Rules {
            right,
            hosts: Hosts::default(),
            origins: Vec::new(),
            links: Links::Open,
            credentials: Vec::new(),
            credential_file: None,
            watchers: Vec::new(),
        }
    }

    fn said(rules: &Rules, local: &str) -> String {
        let local = local.parse().unwrap();
        let banner = banner("bash -l", rules, Place { local, tls: None }, Exposure::None);
        [banner.status, banner.links, banner.warnings]
            .concat()
            .join("\n")
    }

    fn of(right: Right, local: &str) -> String {
        said(&rules(right), local)
    }

    #[test]
    fn the_address_to_open_and_who_may_type_are_named() {
        let text = of(Right::View, "127.0.0.1:8080");
        assert!(
            text.contains("bash -l") && text.contains("read-only"),
            "{text}"
        );
        assert!(text.contains("http://127.0.0.1:8080/"), "{text}");
        assert!(of(Right::Write, "[::1]:80").contains("http://[::1]:80/"));
        assert!(of(Right::Write, "[::1]:80").contains("writable"));
    }

    #[test]
    fn all_addresses_are_named_as_ones_that_can_be_opened() {
        let text = of(Right::View, "0.0.0.0:8080");
        assert!(text.contains("http://127.0.0.1:8080/"), "{text}");
        assert!(of(Right::View, "[::]:8080").contains("http://[::1]:8080/"));
    }

    #[test]
    fn typing_from_beyond_this_machine_is_warned_of() {
        assert!(of(Right::Write, "0.0.0.0:80").contains("warning: everyone"));
        assert!(!of(Right::Write, "127.0.0.1:80").contains("warning"));
        assert!(!of(Right::View, "0.0.0.0:80").contains("warning"));
    }

    #[test]
    fn over_tls_addresses_are_encrypted_and_the_fingerprint_is_told() {
        let options = TlsOptions {
            identity: Identity::Own { state: None },
            clients: None,
        };
        let tls = Tls::load(options, vec!["localhost".to_owned()]).unwrap();
        let mut rules = rules(Right::Write);
        rules.links = Links::Secret(vec![Link::random(22, Right::Write)]);
        let local = "10.0.0.1:80".parse().unwrap();
        let said = |tls| {
            let banner = banner("bash", &rules, Place { local, tls }, Exposure::None);
            [banner.status, banner.links, banner.warnings]
                .concat()
                .join("\n")
        };
        let plain = said(None);
        assert!(plain.contains("http://10.0.0.1:80/"), "{plain}");
        assert!(
            plain.contains("unencrypted") && plain.contains("--tls"),
            "{plain}"
        );
        let encrypted = said(Some(&tls));
        assert!(encrypted.contains("https://10.0.0.1:80/"), "{encrypted}");
        assert!(!encrypted.contains("http://"), "{encrypted}");
        assert!(!encrypted.contains("unencrypted"), "{encrypted}");
        assert!(
            encrypted.contains(&*tls.certificate().fingerprint),
            "{encrypted}"
        );
        assert!(
            encrypted.contains("warning: the certificate can't be kept"),
            "{encrypted}"
        );
    }

    #[test]
    fn what_the_command_may_do_is_told_in_one_line() {
        let mut allowed = Allowed {
            exec: ["/bin/sh".into(), "/opt/\u{1b}".into()].to_vec(),
            network: Network::Closed,
            ..Allowed::default()
        };
        let text = confines(&allowed);
        let expected = r"the command may execute only /bin/sh, /opt/\u{1b}; use no network";
        assert_eq!(text, expected);
        allowed = Allowed {
            read: vec!["/a".into()],
            write: vec!["/b".into()],
            ..Allowed::default()
        };
        let expected = "the command may read only /a; write only /b";
        assert_eq!(confines(&allowed), expected);
    }

    #[test]
    fn other_sites_that_may_type_are_warned_of() {
        let mut rules = rules(Right::Write);
        rules.origins = vec![".*".parse().unwrap()];
        assert!(said(&rules, "127.0.0.1:80").contains("warning: every web page"));
        rules.right = Right::View;
        assert!(!said(&rules, "127.0.0.1:80").contains("warning"));
    }

    #[test]
    fn secret_addresses_are_told_apart_and_the_open_one_is_not_named() {
        let mut rules = rules(Right::Write);
        let links = [Right::Write, Right::View].map(|right| Link::random(22, right));
        rules.links = Links::Secret(links.to_vec());
        let text = said(&rules, "127.0.0.1:80");
        let [write, view] = links.map(|link| link.path());
        assert!(text.contains(&format!("to type, open http://127.0.0.1:80{write}")));
        assert!(text.contains(&format!("only to look, open http://127.0.0.1:80{view}")));
        assert!(!text.contains("open http://127.0.0.1:80/\n"), "{text}");
    }

    #[test]
    fn who_watches_is_told_and_whether_others_know() {
        let mut rules = rules(Right::Write);
        assert_eq!(watchers(&rules, false), None);
        rules.watchers = vec!["ann".to_owned()];
        let text = watchers(&rules, false).unwrap();
        assert!(
            text.starts_with("ann can watch all terminals, and is shown"),
            "{text}"
        );
        rules.links = Links::Secret(vec![Link::to_watch(22)]);
        let text = watchers(&rules, true).unwrap();
        assert!(text.starts_with("ann or who has the address"), "{text}");
        assert!(text.ends_with("without being shown to others"), "{text}");
        let said = said(&rules, "127.0.0.1:80");
        assert!(said.contains("to watch all terminals, open http"), "{said}");
        assert!(said.contains("/sessions/"), "{said}");
    }

    #[test]
    fn who_may_type_is_told_and_no_password_is() {
        let mut rules = rules(Right::Write);
        rules.credentials = [("alice", Right::Write), ("bob", Right::View)]
            .map(|(user, right)| Credential {
                user: user.to_owned(),
                password: "hunter2".into(),
                right,
            })
            .to_vec();
        let text = said(&rules, "10.0.0.1:80");
        assert!(text.contains("who logs in can type, but for bob"), "{text}");
        assert!(text.contains("unencrypted"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!said(&rules, "127.0.0.1:80").contains("unencrypted"));
    }
}
