//! A call, or another request, as the HTTP request of a client that speaks 2026-07-28.

use bytes::Bytes;
use gatewright_schema::json::string_into;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::Full;

use super::{Call, Claim, Principal};
use crate::auth::{ClaimValue, KeyScope, Principal as Caller, PrincipalKind};
use crate::description::{Description, IdentityKind};

/// The revision that clients of tests speak: it needs no session.
const REVISION: &str = "2026-07-28";

/// The request.
///
/// # Errors
/// What HTTP cannot express of the call.
pub(super) fn request(
    description: &Description,
    call: &Call<'_>,
) -> Result<Request<Full<Bytes>>, String> {
    let path = description
        .servers
        .get(call.server)
        .map(|server| server.path)
        .ok_or("the gateway has no such server")?;
    let is_call = call.method == "tools/call";
    let mut body = br#"{"jsonrpc":"2.0","id":1,"method":"#.to_vec();
    string_into(call.method, &mut body);
    body.extend_from_slice(br#","params":{"#);
    if is_call {
        body.extend_from_slice(br#""name":"#);
        string_into(call.tool, &mut body);
        body.extend_from_slice(br#","arguments":"#);
        body.extend_from_slice(call.arguments.as_bytes());
        body.push(b',');
    }
    body.extend_from_slice(
        br#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    let mut request = Request::new(Full::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path
        .parse()
        .map_err(|_| "the path of the server is no target of a request")?;
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        ACCEPT,
        HeaderValue::from_static("application/json, text/event-stream"),
    );
    let text = |text: &str, is: &'static str| HeaderValue::try_from(text).map_err(|_| is);
    let method = text(call.method, "the method is no header value")?;
    headers.insert("mcp-protocol-version", HeaderValue::from_static(REVISION));
    headers.insert("mcp-method", method);
    if is_call {
        let name = text(call.tool, "the tool's name is no header value")?;
        headers.insert("mcp-name", name);
    }
    for (name, value) in call.headers {
        let pair = HeaderName::try_from(*name)
            .ok()
            .zip(HeaderValue::try_from(*value).ok());
        let (name, value) =
            pair.ok_or_else(|| format!("a request cannot have the header `{name}`"))?;
        headers.append(name, value);
    }
    Ok(request)
}

/// The caller.
///
/// # Errors
/// Where the gateway has no such identity.
pub(super) fn caller(
    description: &'static Description,
    principal: &Principal<'_>,
) -> Result<Caller, String> {
    let identity = description
        .identities
        .get(principal.identity)
        .ok_or("the gateway has no such identity")?;
    let text = |text: Option<&str>| text.map(Into::into);
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).into()).collect();
    let (kind, declared) = match &identity.kind {
        IdentityKind::Jwt(jwt) => (PrincipalKind::Token, jwt.rules.claims),
        IdentityKind::Introspection(asked) => (PrincipalKind::Token, asked.rules.claims),
        IdentityKind::Keys(_) => (PrincipalKind::Key, &[][..]),
        IdentityKind::Certificate(_) => (PrincipalKind::Certificate, &[][..]),
    };
    let claims = declared.iter().map(|declared| {
        let mut given = principal.claims.iter();
        let (_, value) = given.find(|(name, _)| *name == declared.name)?;
        Some(match value {
            Claim::String(value) => ClaimValue::String((*value).into()),
            Claim::Strings(values) => ClaimValue::Strings(texts(values)),
            Claim::Integer(value) => ClaimValue::Integer(*value),
            Claim::Boolean(value) => ClaimValue::Boolean(*value),
        })
    });
    Ok(Caller {
        kind,
        identity: identity.name,
        issuer: text(principal.issuer),
        subject: text(principal.subject),
        client_id: text(principal.client_id),
        consumer: text(principal.consumer),
        scopes: texts(principal.scopes),
        roles: texts(principal.roles),
        expires_at: None,
        bound_to: None,
        scope: match principal.products {
            [] => KeyScope::Unsaid,
            products => KeyScope::Products(products.into()),
        },
        declared,
        claims: claims.collect(),
    })
}
