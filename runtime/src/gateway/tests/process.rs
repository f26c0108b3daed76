//! The program as a process of its own, which is this test binary run again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::gateway;
use crate::gateway::program;
use crate::upstream::tests::stub::{Stub, nowhere};

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

fn command(arguments: &str, host: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "--nocapture"])
        .arg("gateway::tests::process::is_the_program_where_it_is_asked_to_be")
        .env(ARGUMENTS, arguments)
        .env("TEST_PETS_HOST", host)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn start(arguments: &str, api: &Stub) -> Child {
    command(arguments, &api.authority()).spawn().unwrap()
}

/// The exit code and standard error.
fn run(mut command: Command) -> (Option<i32>, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), complaint)
}

#[test]
fn exit_codes_and_complaints() {
    let api = Stub::new(|_, _| b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec());
    let host = api.authority();
    for line in ["--help", "--version", "--describe", "--check"] {
        assert_eq!(
            run(command(line, &host)),
            (Some(0), String::new()),
            "{line}"
        );
    }
    let (code, complaint) = run(command("--nonsense", &host));
    assert_eq!(code, Some(2));
    assert_eq!(
        complaint,
        "error: there is no option `--nonsense`\n`acme --help` lists the options\n"
    );
    let (code, complaint) = run(command("--stdio --server nobody", &host));
    assert_eq!(code, Some(2));
    assert!(
        complaint.contains("choose it with `--server`, from: store"),
        "{complaint}"
    );
    let (code, complaint) = run(command("--listen nowhere:at:all", &host));
    assert_eq!(code, Some(1));
    assert!(
        complaint.contains("nothing can listen at `nowhere:at:all`"),
        "{complaint}"
    );
    let mut unset = command("--check", &host);
    unset.env("TEST_PETS_KEY", "");
    let (code, complaint) = run(unset);
    assert_eq!(code, Some(3));
    assert!(
        complaint.contains("  - the secret `TEST_PETS_KEY` is empty"),
        "{complaint}"
    );
    let (code, complaint) = run(command("--check", &nowhere().replace("http://", "")));
    assert_eq!(code, Some(1));
    assert!(
        complaint.ends_with("error: 1 of the APIs did not answer; the log says why\n"),
        "{complaint}"
    );
    assert!(complaint.contains("Connection refused"), "{complaint}");
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
