//! The stdio transport: one JSON-RPC message a line, both eras, one server per process.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::dispatch::{self, Step};
use super::era::{self, Era};
use super::fault::Fault;
use super::headers::Single;
use super::in_flight::InFlight;
use super::invocation::Invocation;
use super::message::{self, Body, Id, Message, Reading, Refused, Shape};
use super::progress::Progress;
use super::revision::Revision;
use super::{encode, ladder};
use crate::description::Server;
use crate::gateway::Shared;
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
    let written = writer.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    read.and(written)
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

struct Connection {
    shared: Arc<Shared>,
    position: usize,
    server: &'static Server,
    /// What `initialize` settled.
    revision: Option<Revision>,
    in_flight: Arc<InFlight>,
    calls: Arc<Semaphore>,
    running: JoinSet<()>,
    output: mpsc::Sender<Bytes>,
}

impl Connection {
    async fn read(
        &mut self,
        mut input: impl AsyncBufRead + Unpin,
        limit: usize,
    ) -> io::Result<()> {
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
                    self.send(encode::error(None, &fault)).await?;
                }
            }
            while self.running.try_join_next().is_some() {}
        }
    }

    async fn line(&mut self, line: &Bytes) -> io::Result<()> {
        match message::read(line) {
            Ok(Body::One(reading)) => self.reading(reading, line).await,
            // Responses to a batch may come one by one (JSON-RPC 2.0, section 6, is loose here: an
            // array is what should come, but each line is a message of its own in this transport).
            Ok(Body::Batch(readings)) => self.batch(readings, line).await,
            Err(fault) => self.send(encode::error(None, &fault)).await,
        }
    }

    async fn batch(&mut self, readings: Vec<Reading<'_>>, line: &Bytes) -> io::Result<()> {
        if self.revision != Some(Revision::March2025) {
            let fault = Fault::invalid_request("Only revision 2025-03-26 has batches");
            return self.send(encode::error(None, &fault)).await;
        }
        for reading in readings {
            self.reading(reading, line).await?;
        }
        Ok(())
    }

    async fn reading(&mut self, reading: Reading<'_>, line: &Bytes) -> io::Result<()> {
        let message = match reading {
            Ok(message) => message,
            Err(Refused { id, fault }) => {
                return self.send(encode::error(id.map(Id::as_str), &fault)).await;
            }
        };
        let mut record = Record::new("stdio");
        record.server = self.server.name;
        record.method = dispatch::known_method(&message.method);
        record.bytes_in = line.len();
        let id = match message.shape {
            Shape::Request(id) => id,
            Shape::Notification => {
                record.outcome = Outcome::Accepted;
                if message.method == "notifications/cancelled"
                    && let Some(id) = message.params.request_id.and_then(Id::new)
                {
                    self.in_flight.cancel(None, id.as_str());
                }
                return Ok(());
            }
            Shape::Response => {
                record.outcome = Outcome::Accepted;
                return Ok(());
            }
        };
        let revision = self.revision(&message);
        record.revision = revision.as_ref().ok().copied();
        let step = revision.and_then(|revision| {
            dispatch::step(self.server, &message, id, revision).map(|step| (step, revision))
        });
        let answer = match step {
            Ok((Step::Call(tool), revision)) => {
                match self.call(&message, id, tool, revision, line, record) {
                    Ok(()) => return Ok(()),
                    Err(fault) => encode::error(Some(id.as_str()), &fault),
                }
            }
            Ok((Step::Answer(answer), _)) => {
                record.outcome = Outcome::Success;
                record.bytes_out = answer.len();
                answer
            }
            Ok((Step::Initialized(answer, settled), _)) => {
                self.revision = Some(settled);
                record.revision = Some(settled);
                record.outcome = Outcome::Success;
                record.bytes_out = answer.len();
                answer
            }
            Err(fault) => {
                record.outcome = Outcome::Fault(fault.code);
                encode::error(Some(id.as_str()), &fault)
            }
        };
        self.send(answer).await
    }

    /// The revision that a request is to be answered in: its own, or the one that `initialize`
    /// settled. Without either, the latest that begins with `initialize`.
    fn revision(&self, message: &Message<'_>) -> Result<Revision, Fault> {
        match era::of(message, Single::Absent) {
            Era::Modern => ladder::over_stdio(message),
            Era::Legacy => Ok(self.revision.unwrap_or(Revision::LATEST_LEGACY)),
        }
    }

    fn call(
        &mut self,
        message: &Message<'_>,
        id: Id<'_>,
        tool: usize,
        revision: Revision,
        line: &Bytes,
        mut record: Record,
    ) -> Result<(), Fault> {
        let permit = Arc::clone(&self.calls)
            .try_acquire_owned()
            .map_err(|_| Fault::overloaded())?;
        record.tool = self.server.tools.get(tool).map_or("", |tool| tool.name);
        let invocation = Invocation {
            shared: Arc::clone(&self.shared),
            server: self.position,
            tool,
            revision,
            id: id.as_str().into(),
            arguments: message.arguments(line),
            progress: message
                .progress_token()
                .map(|token| Progress::to(token.as_str(), self.output.clone())),
            permit,
        };
        let entered = self.in_flight.enter(None, id.as_str());
        let output = self.output.clone();
        self.running.spawn(async move {
            // The whole record moves in, to be written when the call ends.
            let mut record = record;
            if let Some(finished) = entered.run(invocation.run()).await {
                record.outcome = finished.outcome;
                record.bytes_out = finished.message.len();
                // Fails only where the writer has failed, which ends the connection.
                let _ = output.send(finished.message).await;
            }
        });
        Ok(())
    }

    async fn send(&self, message: Vec<u8>) -> io::Result<()> {
        self.output
            .send(message.into())
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests;
