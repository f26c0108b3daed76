//! A client that speaks plain HTTP and knows as little of MCP as a `curl` line.

use serde_json::{Value, json};

/// The revision that [`Client::modern`] speaks.
const MODERN: &str = "2026-07-28";

/// A client of one MCP server.
pub struct Client {
    url: String,
    agent: ureq::Agent,
}

/// An answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body; `null` where it is none.
    pub body: Value,
    /// The body as it came.
    pub text: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(held, _)| held == name)?;
        Some(value)
    }
}

impl Client {
    /// A client of the server at `url`.
    pub fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            url: url.to_owned(),
            agent,
        }
    }

    /// Posts a body with the headers that every client sends, and further ones.
    pub fn post(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                let value = value.to_str().unwrap_or_default();
                (name.to_string(), value.to_owned())
            })
            .collect();
        Answer {
            headers,
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }

    /// A request of a revision before 2026-07-28, without a session; the result.
    pub fn legacy(&self, method: &str, params: &Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.post(&body.to_string(), &[("mcp-protocol-version", "2025-11-25")]);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["result"].clone()
    }

    /// A request of 2026-07-28; the result.
    pub fn modern(&self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = params["name"].as_str().map(str::to_owned);
        let body = json!({ "jsonrpc": "2.0", "id": "m1", "method": method, "params": params });
        let mut headers = vec![("mcp-protocol-version", MODERN), ("mcp-method", method)];
        if let Some(name) = &name {
            headers.push(("mcp-name", name));
        }
        let answer = self.post(&body.to_string(), &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["result"].clone()
    }

    /// Calls a tool in the older era.
    pub fn call(&self, tool: &str, arguments: &Value) -> Value {
        self.legacy(
            "tools/call",
            &json!({ "name": tool, "arguments": arguments }),
        )
    }

    /// Calls a tool in the newer era.
    pub fn call_modern(&self, tool: &str, arguments: &Value) -> Value {
        self.modern(
            "tools/call",
            json!({ "name": tool, "arguments": arguments }),
        )
    }

    /// The names of the tools, in order.
    pub fn tools(&self) -> Vec<String> {
        let result = self.legacy("tools/list", &json!({}));
        let tools = result["tools"].as_array().unwrap();
        tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }
}
