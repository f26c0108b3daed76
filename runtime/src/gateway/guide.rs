//! What is printed when a gateway begins to serve: where, which tools, and the lines to paste into
//! clients.

use std::fmt::Write as _;

use crate::description::Server;

/// How many tools of a server are named.
const TOOLS: usize = 20;

/// The text for all servers of a gateway, each with its URL.
pub(super) fn guide(servers: &[(&Server, String)]) -> String {
    let mut out = String::new();
    for (server, url) in servers {
        // Writing to a string does not fail.
        let _ = self::server(&mut out, server, url);
    }
    out
}

fn server(out: &mut String, server: &Server, url: &str) -> std::fmt::Result {
    let name = server.name;
    writeln!(out, "\n{}: {url}\n", server.title)?;
    for tool in server.tools.iter().take(TOOLS) {
        writeln!(out, "  {}", tool.name)?;
    }
    if let Some(more) = server
        .tools
        .len()
        .checked_sub(TOOLS)
        .filter(|more| *more > 0)
    {
        writeln!(out, "  and {more} more")?;
    }
    if !server.access.identities.is_empty() {
        writeln!(
            out,
            "\nIt asks who calls: clients need a token, a key or a certificate beside the URL."
        )?;
    }
    let first = server.tools.first().map_or("", |tool| tool.name);
    writeln!(
        out,
        "
Use it from

  VS Code (.vscode/mcp.json)
    {{ \"servers\": {{ \"{name}\": {{ \"type\": \"http\", \"url\": \"{url}\" }} }} }}
  clients that read \"mcpServers\"
    {{ \"mcpServers\": {{ \"{name}\": {{ \"type\": \"http\", \"url\": \"{url}\" }} }} }}
  Claude Code
    claude mcp add --transport http {name} {url}
  a shell
    curl -s {url} -H 'content-type: application/json' \\
      -H 'accept: application/json, text/event-stream' \\
      -d '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"{first}\",\"arguments\":{{}}}}}}'
"
    )
}
