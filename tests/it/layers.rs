//! Imports point down: each module knows those above it in `lib.rs`, none of those below.

use std::path::{Path, PathBuf};

/// The modules that each layer of the design holds, the lowest first.
const LAYERS: [&[&str]; 6] = [
    &[
        "directories",
        "name",
        "offset",
        "right",
        "size",
        "source",
        "spending",
        "utc",
        "viewer_id",
        "visible",
        "who",
    ],
    &[
        "access",
        "asciicast",
        "audit",
        "backend",
        "control",
        "lines",
        "pipe",
        "process",
        "protocol",
        "pty",
        "reach",
        "recordings",
        "screen",
        "tls",
    ],
    &["replay", "session"],
    &["recorder", "registry"],
    &["server"],
    &[
        "banner", "cli", "cmd", "config", "secrets", "signals", "trace",
    ],
];

/// Modules of the same layer that may know each other: what a backend is, what one runs on, and what
/// programs on a terminal have in common with others.
const WITHIN: [(&str, &str); 19] = [
    ("recordings", "asciicast"),
    ("recordings", "screen"),
    ("pipe", "backend"),
    ("pipe", "process"),
    ("process", "backend"),
    ("pty", "backend"),
    ("pty", "process"),
    ("registry", "recorder"),
    ("who", "viewer_id"),
    ("who", "visible"),
    ("cmd", "banner"),
    ("cmd", "config"),
    ("cmd", "signals"),
    ("config", "cli"),
    ("config", "secrets"),
    ("banner", "secrets"),
    ("main", "cli"),
    ("main", "cmd"),
    ("main", "config"),
];

fn layer_of(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("'{module}' has no layer: add it to this test"))
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

/// The modules that a file names after `crate::`.
fn known_by(text: &str) -> Vec<String> {
    let grouped = text.replace("crate::{", "crate::");
    grouped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| {
            line.split("crate::")
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap()
                .to_owned()
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn imports_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).unwrap().with_extension("");
        let module = relative.iter().next().unwrap().to_str().unwrap();
        if module == "lib" || module == "main" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for known in known_by(&text).iter().filter(|known| *known != module) {
            let below = layer_of(known) < layer_of(module);
            let allowed = below || WITHIN.contains(&(module, known));
            assert!(allowed, "{} must not know '{known}'", path.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} imports were found");
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&root) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no header", path.display());
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}
