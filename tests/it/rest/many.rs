//! Many terminals, and many who want one at the same time.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use socket2::{Domain, SockAddr, Socket, Type};

use crate::support::{DEADLINE, get, wait_until};

use super::{Client, named, path, request};

#[test]
fn of_two_who_race_for_a_name_both_get_the_same_terminal() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    for number in 0..20 {
        let body = format!(r#"{{"name":"race-{number}"}}"#);
        let race = || client.expect(200, "POST", "/api/terminals", &body)["created_at"].clone();
        let (one, other) = thread::scope(|scope| {
            let other = scope.spawn(race);
            (race(), other.join().unwrap())
        });
        assert_eq!(one, other);
        assert_eq!(webterm.children().len(), number + 1);
    }
}

#[test]
fn of_two_who_race_to_rename_one_gets_the_name() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    for number in 0..20 {
        let rename = |from: &str| {
            client.make(&format!(r#"{{"name":"{from}-{number}"}}"#));
            let body = format!(r#"{{"name":"goal-{number}"}}"#);
            client
                .ask("PATCH", &path(&format!("{from}-{number}")), &body)
                .status
        };
        let mut statuses = thread::scope(|scope| {
            let other = scope.spawn(|| rename("b"));
            [rename("a"), other.join().unwrap()]
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

#[test]
fn l_d_two_hundred_terminals_are_made_left_and_found_again() {
    let webterm = named(&["--max-sessions", "200"]);
    let client = Client::of(&webterm);
    let names: Vec<_> = (0..200).map(|_| client.make("{}")).collect();
    for (number, name) in names.iter().enumerate() {
        let mut viewer = client.attach(name);
        viewer.type_in(&format!("number {number}\r"));
        viewer.wait_for_output(&format!("heard number {number}."));
    }
    assert_eq!(client.list(), names);
    assert_eq!(webterm.children().len(), 200);
    for (number, name) in names.iter().enumerate() {
        let mut viewer = client.attach(name);
        viewer.wait_for_output(&format!("heard number {number}."));
        viewer.type_in("again\r");
        viewer.wait_for_output("heard again.");
        let others = viewer.output.matches("heard number").count();
        assert_eq!(others, 1, "{name} shows its own only");
    }
}

/// Asks from another address of this machine: what is opened is counted by where it comes from.
fn from(source: Ipv4Addr, address: &str, request: &str) -> u16 {
    let target: SocketAddr = address.parse().unwrap();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SockAddr::from(SocketAddr::from((source, 0))))
        .unwrap();
    socket.connect(&target.into()).unwrap();
    socket.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut stream = std::net::TcpStream::from(socket);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn r23_of_a_thousand_terminals_that_were_made_and_closed_nothing_stays() {
    let webterm = named(&[]);
    let client = Client::of(&webterm);
    let address = webterm.address();
    let make_and_close = |number: u8| {
        for index in 0..100 {
            let name = format!("n{number}-{index}");
            let make = request(
                &address,
                "POST",
                "/api/terminals",
                &json!({ "name": name }).to_string(),
                "",
            );
            let close = request(&address, "DELETE", &path(&name), "", "");
            let source = Ipv4Addr::new(127, 0, 1, number);
            assert_eq!(from(source, &address, &make), 200);
            if index % 10 == 0 {
                client.attach(&name).type_in("you\r");
            }
            assert_eq!(from(source, &address, &close), 204);
        }
        wait_until("the programs' end", || {
            webterm.children().is_empty().then_some(())
        });
    };
    make_and_close(0);
    let looks = || {
        (
            webterm.descriptors(),
            webterm.status("Threads:"),
            webterm.memory(),
        )
    };
    let (descriptors, threads, memory) = looks();
    let begun = Instant::now();
    (1..=10).for_each(make_and_close);
    let took = begun.elapsed();
    wait_until("the descriptors", || {
        (webterm.descriptors() <= descriptors + 8).then_some(())
    });
    let after = looks();
    println!(
        "1000 in {took:?}; descriptors {descriptors} and {}, threads {threads} and {}, \
         memory {memory} and {} KiB",
        after.0, after.1, after.2
    );
    assert!(after.1 <= threads);
    assert!(after.2 <= memory + 24 * 1024);
    assert!(client.list().is_empty());
    assert!(took < Duration::from_secs(120));
    assert_eq!(get(&address, "/api/status", "").status, 200);
}
