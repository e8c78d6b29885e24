//! How program files are read, and what is refused before anything is started.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::file::Kind;
use super::*;

/// A directory of the test's own, removed when it is dropped.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        let name = format!("webterm-{:032x}", rand::random::<u128>());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir(&dir).unwrap();
        Self(dir)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn program(name: impl Into<std::ffi::OsString>) -> Program {
    Program {
        name: name.into(),
        args: Vec::new(),
        term: String::new(),
        cwd: None,
        env: Vec::new(),
        sandbox: None,
    }
}

fn exec(paths: &[&Path]) -> Allowed {
    Allowed {
        exec: paths.iter().map(|path| path.to_path_buf()).collect(),
        ..Allowed::default()
    }
}

#[test]
fn the_loader_of_a_program_and_the_interpreter_of_a_script_are_found() {
    let own = file::kind(&std::env::current_exe().unwrap());
    let Kind::Dynamic(loader) = own else {
        panic!("{own:?}");
    };
    assert!(loader.is_file(), "{loader:?}");
    assert_eq!(file::kind(&loader), Kind::Static);
    let dir = Dir::new();
    let kind = |content: &[u8]| file::kind(&dir.file("it", content));
    let sh = Kind::Script("/bin/sh".into());
    assert_eq!(kind(b"#!/bin/sh\n"), sh);
    assert_eq!(kind(b"#! \t/bin/sh -e x\necho"), sh);
    assert_eq!(kind(b"#!/bin/sh"), sh);
    for nothing in [
        b"".as_slice(),
        b"#!",
        b"#!\n/bin/sh",
        b"echo",
        b"\x7fELF",
        b"\x7fELF\x02\x01",
    ] {
        assert_eq!(kind(nothing), Kind::Unknown, "{nothing:?}");
    }
    assert_eq!(file::kind(&dir.0), Kind::Unknown);
    assert_eq!(file::kind(&dir.0.join("none")), Kind::Unknown);
}

#[test]
fn no_head_of_a_program_file_is_too_odd_to_be_read() {
    let dir = Dir::new();
    let own = fs::read(std::env::current_exe().unwrap()).unwrap();
    for index in 0..1024 {
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = own[..4096].to_vec();
            broken[index] = value;
            let _ = file::kind(&dir.file("it", &broken));
        }
    }
}

#[test]
fn the_command_itself_has_to_be_allowed_by_file_directory_or_link() {
    let dir = Dir::new();
    let shell = Path::new("/bin/sh").canonicalize().unwrap();
    let link = dir.0.join("link");
    symlink(&shell, &link).unwrap();
    let allowed = |path: &Path| Sandbox::build(&exec(&[path]), &program("sh"));
    for path in [shell.as_path(), shell.parent().unwrap(), &link] {
        assert!(allowed(path).is_ok(), "{path:?}");
    }
    let error = allowed(&dir.0).unwrap_err();
    assert!(matches!(error, SandboxError::Command(_)), "{error}");
    let remedy = format!("--allow-exec {shell:?}");
    assert!(error.to_string().contains(&remedy), "{error}");
}

#[test]
fn a_script_takes_its_interpreter() {
    let dir = Dir::new();
    let script = dir.file("script", b"#!/bin/sh\n");
    let build = |paths: &[&Path]| Sandbox::build(&exec(paths), &program(&script));
    let error = build(&[&script]).unwrap_err();
    assert!(matches!(error, SandboxError::Interpreter { .. }), "{error}");
    assert!(build(&[&script, Path::new("/bin/sh")]).is_ok());
}

#[test]
fn what_is_not_there_is_named_with_what_may_be_meant() {
    let told = |path: &str| {
        let error = Sandbox::build(&exec(&[Path::new(path)]), &program("sh")).unwrap_err();
        assert!(matches!(error, SandboxError::Path { .. }), "{error}");
        error.to_string()
    };
    assert!(told("sh").contains("/sh\""), "{}", told("sh"));
    assert!(told("/none").contains("something that is there"));
    assert!(told("/none").contains("--allow-exec"));
}

#[test]
fn what_may_be_executed_and_written_to_is_warned_of() {
    let dir = Dir::new();
    let other = Dir::new();
    let warned = |write: Vec<PathBuf>| {
        let mut allowed = exec(&[Path::new("/bin/sh"), &dir.0]);
        allowed.write = write;
        let sandbox = Sandbox::build(&allowed, &program("sh")).unwrap();
        let own = dir.0.to_string_lossy();
        sandbox.warnings().iter().any(|text| text.contains(&*own))
    };
    assert!(warned(vec![dir.0.clone()]));
    assert!(!warned(vec![other.0.clone()]));
}

#[test]
fn only_where_programs_are_chosen_no_directory_of_programs_may_be_read() {
    let programs = |paths: Vec<PathBuf>| {
        paths
            .iter()
            .any(|path| Path::new("/usr/bin").starts_with(path))
    };
    assert!(programs(system::everything()));
    assert!(!programs(system::data(&system::loaders(&[Path::new(
        "/bin/sh"
    )]))));
}
