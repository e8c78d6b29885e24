//! What is meant by the options for webterms that are running already.

use crate::cli::Cli;
use crate::right::Right;
use crate::viewer_id::ViewerId;

use super::Talk;

/// What a running webterm is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its process; the only one that is running where it is not given.
    pub instance: Option<u32>,
    /// What it is to do, in this order.
    pub tasks: Vec<Task>,
    /// Whether it is said what was done.
    pub talk: Talk,
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Give a viewer a right.
    SetRight(ViewerId, Right),
    /// Throw a viewer out.
    ThrowOut(ViewerId),
    /// Say who is there.
    List,
}

impl Order {
    /// What is ordered, if anything is. The list comes last, so that it shows what was done.
    pub fn resolve(cli: &Cli) -> Option<Self> {
        let options = &cli.host;
        let set = |right| move |id: &ViewerId| Task::SetRight(*id, right);
        let view = options.let_view.iter().map(set(Right::View));
        let write = options.let_write.iter().map(set(Right::Write));
        let out = options.throw_out.iter().map(|id| Task::ThrowOut(*id));
        let list = options.viewers.then_some(Task::List);
        options.is_used().then(|| Self {
            instance: options.instance,
            tasks: view.chain(write).chain(out).chain(list).collect(),
            talk: Talk::of(cli),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn resolve(words: &[&str]) -> Option<Order> {
        Order::resolve(&Cli::parse_from([&["webterm"], words].concat()))
    }

    #[test]
    fn without_a_job_nothing_is_ordered() {
        assert_eq!(resolve(&["bash"]), None);
        assert_eq!(resolve(&["bash", "--viewers"]), None);
    }

    #[test]
    fn jobs_are_done_before_the_list() {
        let id = |number| ViewerId::new(number).unwrap();
        let order = resolve(&[
            "--viewers",
            "--let-write",
            "3,4",
            "--throw-out",
            "1",
            "--let-view",
            "2",
        ]);
        let tasks = vec![
            Task::SetRight(id(2), Right::View),
            Task::SetRight(id(3), Right::Write),
            Task::SetRight(id(4), Right::Write),
            Task::ThrowOut(id(1)),
            Task::List,
        ];
        let order = order.unwrap();
        assert_eq!((order.instance, order.tasks), (None, tasks));
    }
}
