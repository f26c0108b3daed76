//! The program as a process of its own, which is this test binary run again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{gateway, program};
use crate::upstream::tests::stub::Stub;

/// Holds the command line of the program, for the process that is to be it.
const ARGUMENTS: &str = "GATEWRIGHT_TEST_ARGUMENTS";

#[test]
fn is_the_program_where_it_is_asked_to_be() {
    let Some(arguments) = std::env::var_os(ARGUMENTS) else {
        return;
    };
    let arguments = arguments.into_string().unwrap();
    let line = ["acme"].into_iter().chain(arguments.split_whitespace());
    let code = program::run(&gateway(), line.map(Into::into));
    let codes = [0, 1, 2, 3].map(|code| (code, std::process::ExitCode::from(code)));
    let (code, _) = codes
        .into_iter()
        .find(|(_, candidate)| format!("{candidate:?}") == format!("{code:?}"))
        .unwrap();
    std::process::exit(i32::from(code));
}

fn start(arguments: &str, api: &Stub) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("gateway::tests::process::is_the_program_where_it_is_asked_to_be")
        .env(ARGUMENTS, arguments)
        .env("TEST_PETS_HOST", api.authority())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child) {
    let sent = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Reads the log until the line that says where the program listens.
fn address(log: &mut BufReader<ChildStderr>) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the program ended");
        if let Some((_, rest)) = line.split_once("\"url\":\"http://") {
            let (address, _) = rest.split_once("/store/mcp\"").unwrap();
            return address.to_owned();
        }
    }
}

/// Begins a call, whose answer comes from the returned stream.
fn call(address: &str) -> TcpStream {
    let body = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"listPets"}}"#;
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /store/mcp HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\naccept: application/json, \
         text/event-stream\r\ncontent-type: application/json\r\nmcp-protocol-version: 2025-06-18\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream
}

/// An API that tells when it got a request and takes its time to answer.
fn slow_api(delay: Duration) -> (Stub, mpsc::Receiver<()>) {
    let (sender, receiver) = mpsc::channel();
    let api = Stub::new(move |_, _| {
        sender.send(()).unwrap();
        std::thread::sleep(delay);
        b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}".to_vec()
    });
    (api, receiver)
}

#[test]
fn running_calls_end_when_it_is_told_to_stop() {
    let (api, asked) = slow_api(Duration::from_millis(300));
    let mut child = start("--listen 127.0.0.1:0 --log-format json", &api);
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let address = address(&mut log);
    let mut stream = call(&address);
    asked.recv().unwrap();
    signal(&child);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains(r#""structuredContent":{"a":1}"#),
        "{answer}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("stopping: running calls may end"), "{rest}");
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (api, asked) = slow_api(Duration::from_secs(5));
    let mut child = start("--listen 127.0.0.1:0 --log-format json", &api);
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let _stream = call(&address(&mut log));
    asked.recv().unwrap();
    let begun = Instant::now();
    signal(&child);
    std::thread::sleep(Duration::from_millis(100));
    signal(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn stdio_serves_until_the_input_ends() {
    let (api, _asked) = slow_api(Duration::ZERO);
    let mut child = start("--stdio", &api);
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    input
        .write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n")
        .unwrap();
    let mut line = String::new();
    while !line.contains("jsonrpc") {
        line.clear(); // The test harness writes to the same output.
        assert!(
            output.read_line(&mut line).unwrap() > 0,
            "the program ended"
        );
    }
    assert!(line.contains(r#""id":1"#), "{line}");
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
