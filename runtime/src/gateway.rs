//! A gateway ready to run: the compiled description, the tools, and what start-up is told.

// INTERFACE (to be written):
//   pub struct Gateway { description: &'static Description, service: Arc<dyn Service>, environment: BTreeMap<String, String> }
//   impl Gateway {
//     pub fn new(description: &'static Description, service: impl Service) -> Self
//     pub fn environment(self, name: &str, value: impl Into<String>) -> Self
//         a value for a declared variable that the process environment does not set (the process environment wins)
//     pub fn run(self) -> std::process::ExitCode
//         the whole program: command line (--listen, --stdio, --check, --describe, --version, --help, --log-format, ...), serve until SIGTERM/SIGINT, drain
//     pub fn start(self, listen: &str) -> Result<Running, StartError>
//         for tests and embedding: serves on a thread of its own, port 0 allowed; stops when dropped
//   }
//   pub struct Running { .. }
//   impl Running { pub fn address(&self) -> SocketAddr; pub fn url(&self, server: &str) -> Option<String>; pub fn stop(self) }
