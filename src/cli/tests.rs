//! The whole definition, and how words on the command line are read.

use super::*;

fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from([&["webterm"], words].concat())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_option_has_help_a_heading_and_a_variable() {
    let command = Cli::command();
    for option in command.get_arguments().filter(|arg| !arg.is_positional()) {
        let name = option.get_long().unwrap();
        assert!(option.get_help().is_some(), "--{name} has no line for -h");
        assert!(
            option.get_long_help().is_some(),
            "--{name} has no paragraph for --help"
        );
        assert!(
            option.get_help_heading().is_some(),
            "--{name} has no heading"
        );
        let variable = format!("WEBTERM_{}", name.to_uppercase().replace('-', "_"));
        let env = option.get_env().and_then(|env| env.to_str());
        assert_eq!(env, Some(variable.as_str()), "--{name}");
        assert!(!option.is_hide_set(), "--{name} is hidden");
        let line = option.get_help().unwrap().to_string();
        assert!(!line.ends_with('.'), "--{name}: one line without full stop");
    }
}

#[test]
fn there_are_no_subcommands() {
    assert_eq!(Cli::command().get_subcommands().count(), 0);
    for word in ["help", "share", "serve"] {
        assert_eq!(parse(&[word]).unwrap().command, [word]);
    }
}

#[test]
fn from_the_command_on_everything_belongs_to_it() {
    let cli = parse(&["-w", "bash", "-l", "-w", "--port", "1", "--", "x"]).unwrap();
    assert!(cli.permit_write);
    assert_eq!(cli.port, 8080);
    assert_eq!(cli.command, ["bash", "-l", "-w", "--port", "1", "--", "x"]);
    assert_eq!(
        parse(&["htop", "-d", "5"]).unwrap().command,
        ["htop", "-d", "5"]
    );
    assert_eq!(parse(&["--", "-odd"]).unwrap().command, ["-odd"]);
    assert!(parse(&[]).unwrap().command.is_empty());
}

#[test]
fn an_unknown_option_before_the_command_is_an_error() {
    let error = parse(&["--wirtable", "bash"]).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("--wirtable"), "{error}");
}

#[test]
fn sizes_are_words_or_numbers() {
    let size = |text: &str| parse(&["--size", text]).map(|cli| cli.size);
    assert_eq!(size("auto").unwrap().policy, SizePolicy::Writers);
    assert_eq!(size("viewers").unwrap().policy, SizePolicy::Viewers);
    let fixed = size("100x30").unwrap();
    assert_eq!(fixed.policy, SizePolicy::Fixed);
    assert_eq!(fixed.size, TermSize::new(100, 30));
    let error = size("100").unwrap_err().to_string();
    assert!(
        error.contains("COLSxROWS") && error.contains("viewers"),
        "{error}"
    );
}

#[test]
fn a_buffer_has_a_unit_and_bounds() {
    let buffer = |text: &str| parse(&["--buffer", text]).map(|cli| cli.buffer);
    assert_eq!(buffer("8M").unwrap(), 8 * 1024 * 1024);
    assert_eq!(buffer("2000000").unwrap(), 2_000_000);
    assert_eq!(buffer("1G").unwrap(), 1 << 30);
    for text in ["1K", "2G", "", "M", "x", "1.5M", "8m", "99999999999999G"] {
        let error = buffer(text).unwrap_err().to_string();
        assert!(error.contains("1M to 1G"), "{text}: {error}");
    }
}

#[test]
fn scrollback_is_bounded() {
    let scrollback = |text: &str| parse(&["--scrollback", text]).map(|cli| cli.scrollback);
    assert_eq!(scrollback("0").unwrap(), 0);
    assert!(scrollback("1000001").is_err());
}

#[test]
fn a_limit_out_of_bounds_is_told_the_bounds() {
    for (option, bad, bounds) in [
        ("--max-message", ["31K", "65M"], "32K to 64M"),
        ("--max-input", ["63K", "2G"], "64K to 1G"),
        ("--max-header", ["7K", "257K"], "8K to 256K"),
        ("--max-frames", ["99", "1000001"], "100..=1000000"),
        ("--max-resizes", ["0", "1001"], "1..=1000"),
        ("--max-viewers", ["0", "100001"], "1..=100000"),
        ("--max-connections", ["0", "100001"], "1..=100000"),
        ("--max-per-address", ["0", "100001"], "1..=100000"),
        ("--header-timeout", ["0", "3601"], "1..=3600"),
        ("--login-timeout", ["0", "3601"], "1..=3600"),
    ] {
        for value in bad {
            let error = parse(&[option, value]).unwrap_err().to_string();
            assert!(error.contains(bounds) && error.contains(option), "{error}");
        }
    }
}

#[test]
fn a_host_is_a_name_alone() {
    let hosts = |text: &str| parse(&["--allow-host", text]).map(|cli| cli.allow_host);
    assert_eq!(hosts("a.example,b").unwrap(), ["a.example", "b"]);
    assert_eq!(hosts("fd00::1").unwrap(), ["fd00::1"]);
    for text in ["*", "http://a", "a:80", "", "[::1]", "ü.example"] {
        let error = hosts(text).unwrap_err().to_string();
        assert!(error.contains("a name alone"), "{text}: {error}");
    }
}

#[test]
fn variables_are_pairs() {
    let env = |text: &str| parse(&["--env", text]).map(|cli| cli.env);
    assert_eq!(env("A=b=c").unwrap(), [("A".into(), "b=c".into())]);
    assert_eq!(env("A=").unwrap(), [("A".into(), String::new())]);
    for text in ["A", "=b", ""] {
        assert!(
            env(text).unwrap_err().to_string().contains("KEY=VALUE"),
            "{text}"
        );
    }
}

#[test]
fn of_an_option_given_twice_the_last_counts() {
    assert_eq!(parse(&["-p", "1", "-p", "2"]).unwrap().port, 2);
    let env = parse(&["--env", "A=1", "--env", "B=2"]).unwrap().env;
    assert_eq!(env.len(), 2);
}

#[test]
fn a_certificate_and_its_key_come_together() {
    assert!(parse(&["--tls-crt", "a", "--tls-key", "b"]).is_ok());
    for option in ["--tls-crt", "--tls-key"] {
        let error = parse(&[option, "a"]).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{option}");
    }
}

#[test]
fn writable_is_another_name_for_permit_write() {
    assert!(parse(&["--writable"]).unwrap().permit_write);
    assert!(!parse(&[]).unwrap().permit_write);
}
