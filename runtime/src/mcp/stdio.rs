//! The stdio transport: one JSON-RPC message a line, both eras, one server per process.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use gatewright_schema::method;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::dispatch::{self, Step, Target};
use super::era::{self, Era};
use super::events::Running;
use super::fault::Fault;
use super::headers::Single;
use super::in_flight::InFlight;
use super::invocation::Invocation;
use super::message::{self, Body, Id, Message, Reading, Refused, Shape};
use super::progress::Progress;
use super::revision::Revision;
use super::viewer::Viewer;
use super::{batch, encode, ladder};
use crate::caller::Caller;
use crate::description::Server;
use crate::gateway::Shared;
use crate::policy::{self, Arriving, Refusal};
use crate::server::Settings;
use crate::telemetry::{Outcome, Record};

/// How many messages may wait for a slow reader before calls wait with their responses.
const WAITING: usize = 64;

/// Serves the server at `position` until the input ends or `shutdown` is ready; running calls are
/// then given the settings' time to end.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub(crate) async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    shared: Arc<Shared>,
    position: usize,
    settings: &Settings,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let Some(server) = shared.description.servers.get(position) else {
        return Ok(());
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let writer = tokio::spawn(write(output, receiver));
    let mut connection = Connection {
        shared: Arc::clone(&shared),
        position,
        server,
        caller: Arc::default(),
        revision: None,
        in_flight: Arc::new(InFlight::default()),
        calls: Arc::new(Semaphore::new(settings.max_calls)),
        running: JoinSet::new(),
        output: sender,
    };
    let read = tokio::select! {
        read = connection.read(BufReader::new(input), settings.max_body_bytes) => read,
        () = shutdown => Ok(()),
    };
    let Connection {
        mut running,
        output,
        ..
    } = connection;
    drop(output);
    let drained = timeout(settings.drain_timeout, async {
        while running.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        running.shutdown().await;
    }
    // Nobody may be left who reads.
    match timeout(settings.drain_timeout, writer).await {
        Ok(Ok(written)) => read.and(written),
        Ok(Err(error)) => read.and(Err(io::Error::other(error))),
        Err(_) => read.and(Err(io::ErrorKind::TimedOut.into())),
    }
}

/// Writes messages, each a line, and flushes where none waits.
async fn write(
    mut output: impl AsyncWrite + Unpin,
    mut messages: mpsc::Receiver<Bytes>,
) -> io::Result<()> {
    while let Some(message) = messages.recv().await {
        output.write_all(&message).await?;
        output.write_all(b"\n").await?;
        if messages.is_empty() {
            output.flush().await?;
        }
    }
    output.flush().await
}

/// What a line turned out to be.
enum Line {
    End,
    Whole,
    TooLong,
}

/// Reads a line of at most `limit` bytes into `line`, without its end; skips one that is longer.
async fn read_line(
    input: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Line> {
    line.clear();
    let bound = limit as u64 + 1;
    if (&mut *input).take(bound).read_until(b'\n', line).await? == 0 {
        return Ok(Line::End);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Line::Whole);
    }
    if line.len() <= limit {
        // The input ended without a line end.
        return Ok(Line::Whole);
    }
    line.clear();
    loop {
        let available = input.fill_buf().await?;
        let length = available.len();
        match memchr::memchr(b'\n', available) {
            Some(end) => {
                input.consume(end + 1);
                return Ok(Line::TooLong);
            }
            None if length == 0 => return Ok(Line::TooLong),
            None => input.consume(length),
        }
    }
}

/// What a message leads to.
enum Part {
    Nothing,
    Response(Vec<u8>),
    Call(Running),
}

fn answered(answer: Vec<u8>, record: &mut Record) -> Part {
    record.outcome = Outcome::Success;
    record.bytes_out = answer.len();
    Part::Response(answer)
}

struct Connection {
    shared: Arc<Shared>,
    position: usize,
    server: &'static Server,
    /// Whoever started the process: nothing is known of it.
    caller: Arc<Caller>,
    /// What `initialize` settled.
    revision: Option<Revision>,
    in_flight: Arc<InFlight>,
    calls: Arc<Semaphore>,
    running: JoinSet<()>,
    output: mpsc::Sender<Bytes>,
}

impl Connection {
    async fn read(&mut self, mut input: impl AsyncBufRead + Unpin, limit: usize) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            match read_line(&mut input, &mut line, limit).await? {
                Line::End => return Ok(()),
                Line::Whole if line.iter().all(u8::is_ascii_whitespace) => {}
                Line::Whole => {
                    let line = Bytes::copy_from_slice(&line);
                    self.line(&line).await?;
                }
                Line::TooLong => {
                    let fault = Fault::invalid_request(format!(
                        "The message is longer than the {limit} bytes that are accepted"
                    ));
                    self.send(encode::error(None, &fault).into()).await?;
                }
            }
            while self.running.try_join_next().is_some() {}
        }
    }

    async fn line(&mut self, line: &Bytes) -> io::Result<()> {
        match message::read(line) {
            Ok(Body::One(reading)) => {
                let (id, method) = message::told_by(&reading);
                if let Err(refusal) = self.count(method).await {
                    return match batch::refused(id, &refusal) {
                        Some(response) => self.send(response).await,
                        None => Ok(()),
                    };
                }
                match self.part(reading, line) {
                    Part::Nothing => Ok(()),
                    Part::Response(response) => self.send(response.into()).await,
                    Part::Call(call) => {
                        self.spawn(async { call.await.map(|finished| finished.message) });
                        Ok(())
                    }
                }
            }
            Ok(Body::Batch(readings)) => self.batch(readings, line).await,
            Err(fault) => self.send(encode::error(None, &fault).into()).await,
        }
    }

    /// Counts a message. Nothing else is read until that is done: what comes first is admitted first.
    async fn count(&self, method: &'static str) -> Result<(), Refusal> {
        let arriving = Arriving {
            limits: &self.shared.limits,
            caller: &self.caller,
            server: self.server.name,
            method,
        };
        let counted = policy::arrive(arriving, self.server.intake.messages).await;
        counted.map(|_| ()).inspect_err(|refusal| {
            let mut record = Record::new("stdio");
            record.server = self.server.name;
            record.method = method;
            record.outcome = Outcome::Fault(Fault::limited(refusal).code);
        })
    }

    async fn batch(&mut self, readings: Vec<Reading<'_>>, line: &Bytes) -> io::Result<()> {
        if self.revision != Some(Revision::March2025) {
            let fault = Fault::invalid_request("Only revision 2025-03-26 has batches");
            return self.send(encode::error(None, &fault).into()).await;
        }
        let mut responses = Vec::new();
        let mut calls = Vec::new();
        for reading in readings {
            let (id, method) = message::told_by(&reading);
            if let Err(refusal) = self.count(method).await {
                responses.extend(batch::refused(id, &refusal));
                continue;
            }
            match self.part(reading, line) {
                Part::Nothing => {}
                Part::Response(response) => responses.push(response.into()),
                Part::Call(call) => calls.push(call),
            }
        }
        self.spawn(batch::gather(responses, calls));
        Ok(())
    }

    /// Sends what comes of `message`, once it does.
    fn spawn(&mut self, message: impl Future<Output = Option<Bytes>> + Send + 'static) {
        let output = self.output.clone();
        self.running.spawn(async move {
            if let Some(message) = message.await {
                // Fails only where the writer has failed, which ends the connection.
                let _ = output.send(message).await;
            }
        });
    }

    fn part(&mut self, reading: Reading<'_>, line: &Bytes) -> Part {
        let message = match reading {
            Ok(message) => message,
            Err(Refused { id, fault }) => {
                return Part::Response(encode::error(id.map(Id::as_str), &fault));
            }
        };
        let mut record = Record::new("stdio");
        record.server = self.server.name;
        record.method = method::known(&message.method);
        record.bytes_in = line.len();
        let Shape::Request(id) = message.shape else {
            record.outcome = Outcome::Accepted;
            if message.method == "notifications/cancelled"
                && let Some(id) = message.params.request_id.and_then(Id::new)
            {
                self.in_flight.cancel(None, id.as_str());
            }
            return Part::Nothing;
        };
        let revision = self.revision(&message);
        record.revision = revision.as_ref().ok().copied();
        let step = revision.and_then(|revision| {
            let caller = Caller::default();
            let viewer = Viewer {
                description: self.shared.description,
                position: self.position,
                server: self.server,
                caller: &caller,
                auth: None,
            };
            dispatch::step(&viewer, &message, id, revision).map(|step| (step, revision))
        });
        let fault = match step {
            Ok((Step::Call(target), revision)) => {
                let tool = self.server.tools.get(target.tool);
                record.tool = tool.map_or("", |tool| tool.name);
                match self.invocation(&message, id, target, revision, line) {
                    Ok(invocation) => return Part::Call(self.call(invocation, record)),
                    Err(fault) => fault,
                }
            }
            Ok((Step::Answer(answer), _)) => return answered(answer, &mut record),
            Ok((Step::Told(tool, answer, outcome), _)) => {
                record.tool = tool;
                record.outcome = outcome;
                record.bytes_out = answer.len();
                return Part::Response(answer);
            }
            Ok((Step::Initialized(answer, settled), _)) => {
                self.revision = Some(settled);
                record.revision = Some(settled);
                return answered(answer, &mut record);
            }
            Err(fault) => fault,
        };
        record.outcome = Outcome::Fault(fault.code);
        Part::Response(encode::error(Some(id.as_str()), &fault))
    }

    /// The revision that a request is to be answered in: its own, or the one that `initialize`
    /// settled. Without either, the latest that begins with `initialize`.
    fn revision(&self, message: &Message<'_>) -> Result<Revision, Fault> {
        match era::of(message, Single::Absent) {
            Era::Modern => ladder::over_stdio(message),
            Era::Legacy => Ok(self.revision.unwrap_or(Revision::LATEST_LEGACY)),
        }
    }

    fn invocation(
        &self,
        message: &Message<'_>,
        id: Id<'_>,
        target: Target<'_>,
        revision: Revision,
        line: &Bytes,
    ) -> Result<Invocation, Fault> {
        let permit = Arc::clone(&self.calls)
            .try_acquire_owned()
            .map_err(|_| Fault::overloaded())?;
        Ok(Invocation {
            shared: Arc::clone(&self.shared),
            server: self.position,
            tool: target.tool,
            // Whoever started the process has all that there is.
            product: None,
            revision,
            id: id.as_str().into(),
            arguments: target.arguments(line),
            place: target.place,
            progress: message
                .progress_token()
                .map(|token| Progress::to(token.as_str(), self.output.clone())),
            caller: Arc::clone(&self.caller),
            permit,
        })
    }

    /// The call, findable by its request id from now on.
    fn call(&self, invocation: Invocation, record: Record) -> Running {
        let entered = self.in_flight.enter(None, &invocation.id);
        Box::pin(async move {
            // The whole record moves in, to be written when the call ends.
            let mut record = record;
            let finished = entered.run(invocation.run()).await?;
            record.outcome = finished.outcome;
            record.bytes_out = finished.message.len();
            Some(finished)
        })
    }

    async fn send(&self, message: Bytes) -> io::Result<()> {
        self.output
            .send(message)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests;
