//! The man page, the completions and the README's option block are what the command's definition
//! makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use webterm::cli::Cli;
use webterm::screen::{DARK, LIGHT, Rgb, Theme};

/// Set to have the documents written rather than checked.
const REFRESH: &str = "WEBTERM_REFRESH_DOCUMENTS";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The command's definition, as it is without the variables around.
fn command() -> clap::Command {
    Cli::command()
        .mut_args(|argument| argument.hide_env_values(true))
        .term_width(100)
}

fn assert_fresh(path: &Path, fresh: &str) {
    if std::env::var_os(REFRESH).is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, fresh).unwrap();
        return;
    }
    let present = fs::read_to_string(path).unwrap_or_default();
    assert!(
        present == fresh,
        "{} is stale; refresh it with: {REFRESH}=1 cargo test --test it documents",
        path.display()
    );
}

#[test]
fn the_man_page_is_fresh() {
    let mut page = Vec::new();
    clap_mangen::Man::new(command())
        .date("")
        .render(&mut page)
        .unwrap();
    assert_fresh(
        &root().join("man/webterm.1"),
        &String::from_utf8(page).unwrap(),
    );
}

#[test]
fn the_completions_are_fresh() {
    let files = [
        (Shell::Bash, "webterm.bash"),
        (Shell::Zsh, "_webterm"),
        (Shell::Fish, "webterm.fish"),
        (Shell::Elvish, "webterm.elv"),
        (Shell::PowerShell, "webterm.ps1"),
    ];
    for (shell, name) in files {
        let mut script = Vec::new();
        generate(shell, &mut command(), "webterm", &mut script);
        let path = root().join("completions").join(name);
        assert_fresh(&path, &String::from_utf8(script).unwrap());
    }
}

#[test]
fn programs_are_told_the_colours_that_the_page_shows() {
    let css = fs::read_to_string(root().join("assets/css/theme.css")).unwrap();
    for theme in [DARK, LIGHT] {
        assert_is_in(&theme, &css);
    }
}

fn assert_is_in(theme: &Theme, css: &str) {
    let (_, css) = css
        .split_once(&format!("[data-theme=\"{}\"]", theme.name))
        .unwrap();
    let color = |name: &str| {
        let (_, rest) = css.split_once(&format!("--term-{name}: #")).unwrap();
        let value = u32::from_str_radix(&rest[..6], 16).unwrap().to_be_bytes();
        Rgb(value[1], value[2], value[3])
    };
    assert_eq!(theme.foreground, color("foreground"));
    assert_eq!(theme.background, color("background"));
    assert_eq!(theme.cursor, color("cursor"));
    let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    ];
    for (index, name) in names.iter().enumerate() {
        assert_eq!(theme.basic[index], color(name), "{name}");
        assert_eq!(
            theme.basic[index + 8],
            color(&format!("bright-{name}")),
            "bright {name}"
        );
    }
}

#[test]
fn the_options_in_the_readme_are_fresh() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- options: generated -->\n", "<!-- /options -->");
    let (before, rest) = readme
        .split_once(begin)
        .expect("the README has an option block");
    let (_, after) = rest.split_once(end).expect("the option block has an end");
    let help = command().render_help();
    let fresh = format!("{before}{begin}```text\n{help}```\n{end}{after}");
    assert_fresh(&path, &fresh);
}

#[test]
fn r52_it_is_said_what_is_protected_where_to_report_a_gap_and_what_read_only_promises() {
    let security = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    for part in [
        "## Supported versions",
        "## Report a gap",
        "## From whom",
        "read-only",
    ] {
        assert!(security.contains(part), "SECURITY.md lacks '{part}'");
    }
    let page = fs::read_to_string(root().join("man/webterm.1")).unwrap();
    assert!(page.contains("nothing that a viewer sends reaches the command"));
}
