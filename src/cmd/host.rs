//! The host's jobs: asks a running webterm, and prints what it answers.

mod table;

use std::io::{self, Write};

use anyhow::{Context, anyhow};

use crate::config::{Order, Talk, Task};
use crate::control::{self, Answer, AskError, Instance, Place, Request};
use crate::right::Right;
use crate::viewer_id::ViewerId;
use crate::visible::visible;

use super::Failure;

/// Has a running webterm do what is ordered; gives the exit status.
pub(super) async fn host(order: &Order) -> Result<u8, Failure> {
    let places = Place::existing();
    let mut running = control::instances(&places).await;
    let chosen = match order.instance {
        Some(process) => running
            .iter()
            .position(|instance| instance.process == process),
        None => (running.len() == 1).then_some(0),
    };
    let instance = match chosen {
        Some(index) => running.swap_remove(index),
        None => return Err(nothing_chosen(order.instance, &running).await.into()),
    };
    let mut out = String::new();
    for task in &order.tasks {
        let report = perform(&instance, *task).await?;
        if order.talk == Talk::Status || *task == Task::List {
            out.push_str(&report);
        }
    }
    io::stdout()
        .write_all(out.as_bytes())
        .context("the list can't be printed")?;
    Ok(0)
}

/// Has one thing done; gives what is to be said of it.
async fn perform(instance: &Instance<'_>, task: Task) -> anyhow::Result<String> {
    let request = match task {
        Task::List => Request::Guests,
        Task::SetRight(id, right) => Request::SetRight(id, right),
        Task::ThrowOut(id) => Request::ThrowOut(id),
    };
    let answer = control::ask(instance, &request)
        .await
        .with_context(|| format!("webterm {}", instance.process))?;
    match (task, answer) {
        (Task::List, Answer::Guests(guests)) => Ok(table::table(&guests)),
        (Task::SetRight(id, Right::Write), Answer::Done(ids)) => Ok(report(id, "may write", &ids)),
        (Task::SetRight(id, Right::View), Answer::Done(ids)) => {
            Ok(report(id, "may only look", &ids))
        }
        (Task::ThrowOut(id), Answer::Done(ids)) => Ok(report(id, "is thrown out", &ids)),
        (_, Answer::Refused(reason)) => Err(anyhow!(visible(&reason))),
        (_, Answer::About(_) | Answer::Guests(_) | Answer::Done(_)) => {
            Err(AskError::Unknown).with_context(|| format!("webterm {}", instance.process))
        }
    }
}

/// What is said of a viewer, and of others that it was done with.
fn report(id: ViewerId, what: &str, all: &[ViewerId]) -> String {
    let others = all.iter().filter(|other| **other != id);
    let others: Vec<String> = others.map(ViewerId::to_string).collect();
    match others.is_empty() {
        true => format!("viewer {id} {what}\n"),
        false => format!(
            "viewer {id} {what}; so with others of the same browser: {}\n",
            others.join(", ")
        ),
    }
}

/// The error that no one webterm is meant.
async fn nothing_chosen(wanted: Option<u32>, running: &[Instance<'_>]) -> anyhow::Error {
    if running.is_empty() {
        return anyhow!("no webterm of yours is running on this machine");
    }
    let mut text = match wanted {
        Some(process) => format!("no webterm of yours is running as process {process}; there are:"),
        None => "more than one webterm of yours is running; choose one with --instance:".to_owned(),
    };
    for instance in running {
        let about = match control::ask(instance, &Request::About).await {
            Ok(Answer::About(about)) => format!("{}  {}", about.address, about.command),
            Ok(_) => AskError::Unknown.to_string(),
            Err(error) => error.to_string(),
        };
        text.push_str(&format!(
            "\n  --instance {}  {}",
            instance.process,
            visible(&about)
        ));
    }
    anyhow!(text)
}
