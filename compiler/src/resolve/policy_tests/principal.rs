//! Who calls in a test.

use super::{Binder, impossible, undeclared};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{self, ClaimKind};
use crate::plan::{Identity, IdentityKind, Server, TestClaim, TestPrincipal, TokenRules};
use crate::source::{Node, Spanned, Value};
use crate::suggestion::did_you_mean;

impl Binder<'_> {
    /// The caller, where the server can have it.
    pub(super) fn principal(
        &self,
        principal: &manifest::TestPrincipal,
        server: &Server,
        sink: &mut Sink,
    ) -> Option<TestPrincipal> {
        let (position, identity) = self.identity(principal, server, sink)?;
        let rules = match &identity.kind {
            IdentityKind::Jwt(jwt) => Some(&jwt.rules),
            IdentityKind::Introspection(asked) => Some(&asked.rules),
            IdentityKind::Keys { .. } | IdentityKind::Certificate(_) => None,
        };
        let claims = if let Some(rules) = rules {
            if let Some(consumer) = &principal.consumer {
                foreign(consumer, "consumer", "tokens", sink);
            }
            if let Some(product) = principal.products.first() {
                foreign(product, "products", "tokens", sink);
            }
            claims(principal, rules, &identity.name, sink)
        } else if let IdentityKind::Certificate(_) = &identity.kind {
            if let Some(client_id) = &principal.client_id {
                foreign(client_id, "client_id", "certificates", sink);
            }
            if let Some(product) = principal.products.first() {
                foreign(product, "products", "certificates", sink);
            }
            if let Some((name, _)) = principal.claims.first() {
                foreign(name, "claims", "certificates", sink);
            }
            Vec::new()
        } else {
            for (name, given) in [
                ("issuer", &principal.issuer),
                ("subject", &principal.subject),
                ("client_id", &principal.client_id),
            ] {
                if let Some(given) = given {
                    foreign(given, name, "keys", sink);
                }
            }
            if let Some((name, _)) = principal.claims.first() {
                foreign(name, "claims", "keys", sink);
            }
            Vec::new()
        };
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        let texts = |texts: &[Spanned<String>]| -> Vec<String> {
            texts.iter().map(|text| text.value.clone()).collect()
        };
        Some(TestPrincipal {
            identity: position,
            issuer: text(&principal.issuer),
            subject: text(&principal.subject),
            client_id: text(&principal.client_id),
            consumer: text(&principal.consumer),
            scopes: texts(&principal.scopes),
            roles: texts(&principal.roles),
            products: self.products(principal, sink),
            claims,
        })
    }

    fn products(&self, principal: &manifest::TestPrincipal, sink: &mut Sink) -> Vec<usize> {
        let declared = || self.plan.products.iter().map(|product| &*product.name);
        let mut positions = Vec::new();
        for product in &principal.products {
            match declared().position(|name| name == product.value) {
                Some(position) => positions.push(position),
                None => undeclared(product, "product", did_you_mean(product, declared()), sink),
            }
        }
        positions
    }

    fn identity(
        &self,
        principal: &manifest::TestPrincipal,
        server: &Server,
        sink: &mut Sink,
    ) -> Option<(usize, &Identity)> {
        let taken = server.access.identities.iter();
        let taken: Vec<(usize, &Identity)> = taken
            .filter_map(|position| Some((*position, self.plan.identities.get(*position)?)))
            .collect();
        if taken.is_empty() {
            let message = format!("the server `{}` asks nobody who calls", server.name);
            let help = "leave `principal` out, or give the server an `identity`";
            impossible(principal.span, message, help, sink);
            return None;
        }
        let names = || taken.iter().map(|(_, identity)| identity.name.as_str());
        let Some(name) = &principal.identity else {
            if let [only] = taken.as_slice() {
                return Some(*only);
            }
            let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            sink.report(
                Diagnostic::new(
                    &codes::MISSING_KEY,
                    principal.span,
                    "which identity recognises this principal?",
                )
                .help(format!("add `identity`, one of {}", names.join(", "))),
            );
            return None;
        };
        let found = taken
            .iter()
            .find(|(_, identity)| identity.name == name.value);
        if found.is_none() {
            let declared = self.plan.identities.iter();
            if declared.clone().any(|identity| identity.name == name.value) {
                let message = format!(
                    "the server `{}` does not take callers of the identity `{}`",
                    server.name, name.value
                );
                let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
                let help = format!("it takes those of {}", names.join(", "));
                impossible(name.span, message, &help, sink);
            } else {
                let names = declared.map(|identity| identity.name.as_str());
                undeclared(name, "identity", did_you_mean(name, names), sink);
            }
        }
        found.copied()
    }
}

/// Reports what callers of a kind do not have.
fn foreign(at: &Spanned<String>, key: &str, kind: &str, sink: &mut Sink) {
    let message = format!("callers that are recognised by {kind} have no `{key}`");
    impossible(
        at.span,
        message,
        "leave it out, or name another identity",
        sink,
    );
}

fn claims(
    principal: &manifest::TestPrincipal,
    rules: &TokenRules,
    identity: &str,
    sink: &mut Sink,
) -> Vec<(String, TestClaim)> {
    let mut claims = Vec::new();
    for (name, value) in &principal.claims {
        let Some(declared) = rules.claims.iter().find(|claim| claim.name == name.value) else {
            let names = rules.claims.iter().map(|claim| claim.name.as_str());
            let help = did_you_mean(name, names).unwrap_or_else(|| {
                format!("declare it under `claims` of the identity `{identity}`")
            });
            undeclared(name, "claim", Some(help), sink);
            continue;
        };
        if let Some(claim) = claim(value, declared.kind) {
            claims.push((name.value.clone(), claim));
        } else {
            let message = format!(
                "the claim `{}` is declared as {}, but this is {}",
                name.value,
                words(declared.kind),
                value.kind()
            );
            let help = "a token with such a value is refused";
            impossible(value.span, message, help, sink);
        }
    }
    claims
}

fn claim(value: &Node, kind: ClaimKind) -> Option<TestClaim> {
    Some(match (kind, &value.value) {
        (ClaimKind::String, Value::String(text)) => TestClaim::String(text.clone()),
        (ClaimKind::Strings, Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            TestClaim::Strings(texts.collect::<Option<_>>()?)
        }
        (ClaimKind::Integer, Value::Number(text)) => TestClaim::Integer(text.parse().ok()?),
        (ClaimKind::Boolean, Value::Boolean(value)) => TestClaim::Boolean(*value),
        _ => return None,
    })
}

fn words(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::String => "a string",
        ClaimKind::Strings => "a list of strings",
        ClaimKind::Integer => "a whole number",
        ClaimKind::Boolean => "`true` or `false`",
    }
}
