//! Programs on pipes, as a session would see them.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::timeout;

use super::*;
use crate::backend::{Exit, Output, Request};

const DEADLINE: Duration = Duration::from_secs(20);

fn program(script: &str) -> Program {
    Program {
        name: "sh".into(),
        args: vec!["-c".into(), script.into()],
        term: "xterm-256color".to_owned(),
        cwd: None,
        env: vec![("GIVEN".into(), "by the host".into())],
        sandbox: None,
    }
}

fn start(script: &str) -> Pipes {
    spawn(
        &program(script),
        &["PATH_INFO"],
        &[("REMOTE_ADDR", "::1".to_owned())],
    )
    .unwrap()
}

async fn all(channel: &mut mpsc::Receiver<Output>) -> String {
    let mut text = Vec::new();
    let read = async {
        while let Some(chunk) = channel.recv().await {
            text.extend_from_slice(&chunk.into_printed());
        }
    };
    timeout(DEADLINE, read).await.unwrap();
    String::from_utf8(text).unwrap()
}

async fn until(pipes: &mut Pipes, text: &str) {
    let mut output = String::new();
    while !output.contains(text) {
        let chunk = timeout(DEADLINE, pipes.backend.output.recv())
            .await
            .unwrap();
        output.push_str(std::str::from_utf8(&chunk.unwrap().into_printed()).unwrap());
    }
}

async fn exit(pipes: Pipes) -> Exit {
    timeout(DEADLINE, pipes.backend.exit)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn output_and_errors_come_apart_and_whole_and_then_the_status() {
    let mut pipes = start("seq 1 50000; echo oh >&2; exit 3");
    let output = all(&mut pipes.backend.output).await;
    assert!(output.starts_with("1\n2\n") && output.ends_with("\n50000\n"));
    assert_eq!(output.lines().count(), 50_000);
    assert_eq!(all(&mut pipes.errors).await, "oh\n");
    assert_eq!(exit(pipes).await, Exit::Code(3));
}

#[tokio::test]
async fn a_signal_is_told_as_one() {
    assert_eq!(exit(start("kill -9 $$")).await, Exit::Signal(9));
}

#[tokio::test]
async fn input_arrives_and_its_end_does() {
    let mut pipes = start("cat; echo through");
    let input = pipes.backend.input.clone();
    input.send(Bytes::from_static(b"one\n")).await.unwrap();
    until(&mut pipes, "one\n").await;
    drop(input);
    let (closed, _) = mpsc::channel(1);
    pipes.backend.input = closed;
    assert_eq!(all(&mut pipes.backend.output).await, "through\n");
    assert_eq!(exit(pipes).await, Exit::Code(0));
}

#[tokio::test]
async fn variables_and_directory_are_as_asked_for() {
    let mut wanted = program("echo $GIVEN $REMOTE_ADDR ${PATH_INFO-unset} $TERM; pwd; tty");
    wanted.cwd = Some("/".into());
    // Where the test's own environment has one, it is hidden as well.
    let mut pipes = spawn(
        &wanted,
        &["PATH_INFO"],
        &[("REMOTE_ADDR", "::1".to_owned())],
    )
    .unwrap();
    let output = all(&mut pipes.backend.output).await;
    assert_eq!(output, "by the host ::1 unset dumb\n/\nnot a tty\n");
}

#[tokio::test]
async fn input_for_a_program_that_closed_it_is_dropped() {
    let mut pipes = start("exec <&-; echo closed; sleep 1; echo on");
    until(&mut pipes, "closed\n").await;
    let input = pipes.backend.input.clone();
    while input.send(Bytes::from_static(b"x\n")).await.is_ok() {}
    assert_eq!(all(&mut pipes.backend.output).await, "on\n");
}

#[tokio::test]
async fn what_ignores_signals_and_its_input_is_gone_within_a_second() {
    let mut pipes = start("trap '' HUP TERM; echo ready; while :; do sleep 100; done");
    until(&mut pipes, "ready\n").await;
    let asked = Instant::now();
    drop(pipes.backend);
    timeout(DEADLINE, pipes.gone).await.unwrap().unwrap();
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );
}

#[tokio::test]
async fn the_end_of_input_is_enough_for_who_heeds_it() {
    let mut pipes = start("trap 'echo hung up >&2' HUP; echo ready; cat; echo orderly >&2");
    until(&mut pipes, "ready\n").await;
    pipes.backend.requests.send(Request::End).await.unwrap();
    assert_eq!(all(&mut pipes.errors).await, "orderly\n");
    assert_eq!(exit(pipes).await, Exit::Code(0));
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_ended_and_holds_up_nothing() {
    let mut pipes = start("sleep 1000 & echo $!");
    let asked = Instant::now();
    let output = all(&mut pipes.backend.output).await;
    let left: i32 = output.trim().parse().unwrap();
    timeout(DEADLINE, pipes.gone).await.unwrap().unwrap();
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    let stat = std::fs::read_to_string(format!("/proc/{left}/stat")).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
}

#[tokio::test]
async fn a_program_whose_output_nobody_takes_waits() {
    let mut pipes = start("yes | head -c 2000000; echo done >&2");
    let early = timeout(Duration::from_millis(300), pipes.errors.recv()).await;
    assert!(early.is_err(), "it should be waiting");
    assert_eq!(all(&mut pipes.backend.output).await.len(), 2_000_000);
    assert_eq!(all(&mut pipes.errors).await, "done\n");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told_from_one_that_cannot_run() {
    let named = |name: &str| Program {
        name: name.into(),
        ..program("")
    };
    let error = |name| spawn(&named(name), &[], &[]).unwrap_err();
    assert!(matches!(error("no-such-program"), SpawnError::NotFound(_)));
    assert!(matches!(
        error("/etc/passwd"),
        SpawnError::NotExecutable { .. }
    ));
    let mut lost = program("true");
    lost.cwd = Some("/no/such/dir".into());
    let error = spawn(&lost, &[], &[]).unwrap_err();
    assert!(matches!(error, SpawnError::Directory { .. }));
}
