//! What `--describe` prints: what a gateway is and what it needs, as JSON, never values.

use gatewright_schema::json::string_into;

use crate::description::{
    Credential, Description, Identity, IdentityKind, Listener, Part, Provider, Server, StoreKind,
    Template, VariableKind,
};

/// The description as one JSON object.
pub(super) fn describe(description: &Description) -> Vec<u8> {
    let mut json = Json::default();
    json.object(|json| {
        json.member("name", description.name);
        json.member("version", description.version);
        json.member("digest", description.digest);
        json.member("runtime", env!("CARGO_PKG_VERSION"));
        json.list("servers", description.servers, |server, json| {
            self::server(server, description, json);
        });
        if !description.listeners.is_empty() {
            json.list("listeners", description.listeners, |listener, json| {
                self::listener(listener, description, json);
            });
        }
        if let Some(url) = description.public_url {
            json.member("public_url", &template(url, description));
        }
        json.list("identities", description.identities, |identity, json| {
            self::identity(identity, description, json);
        });
        if let Some(store) = &description.store {
            json.key("store");
            json.object(|json| match store.kind {
                StoreKind::Embedded { path } => {
                    json.member("kind", "embedded");
                    json.member("path", &template(path, description));
                }
                StoreKind::Redis {
                    url,
                    authorities,
                    prefix,
                } => {
                    json.member("kind", "redis");
                    json.member("url", &template(url, description));
                    if let Some(path) = authorities {
                        json.member("authorities", &template(path, description));
                    }
                    json.member("prefix", prefix);
                }
            });
        }
        if !description.products.is_empty() {
            json.list("products", description.products, |product, json| {
                json.member("name", product.name);
                json.member("title", product.title);
            });
        }
        json.list("variables", description.variables, |variable, json| {
            json.member("name", variable.name);
            json.member("kind", kind(variable.kind));
            match variable.default {
                Some(default) if variable.kind != VariableKind::Secret => {
                    json.member("default", default);
                }
                _ => {}
            }
            if !variable.description.is_empty() {
                json.member("description", variable.description);
            }
        });
        json.list("apis", description.apis, |api, json| {
            json.member("name", api.name);
            json.member("url", &template(api.url, description));
            json.list("credentials", api.credentials, |credential, json| {
                json.member("kind", self::credential(credential));
            });
        });
    });
    json.text.push(b'\n');
    json.text
}

fn identity(identity: &Identity, description: &Description, json: &mut Json) {
    json.member("name", identity.name);
    match &identity.kind {
        IdentityKind::Jwt(jwt) => {
            json.member("kind", "jwt");
            match jwt.providers {
                [
                    Provider {
                        issuers: [issuer, ..],
                        ..
                    },
                ] => json.member("issuer", &template(issuer, description)),
                providers => json.list("issuers", providers, |provider, json| {
                    for issuer in provider.issuers.iter().take(1) {
                        json.member("issuer", &template(issuer, description));
                    }
                }),
            }
        }
        IdentityKind::Introspection(asked) => {
            json.member("kind", "introspection");
            json.member("issuer", &template(asked.issuer, description));
            json.member("url", &template(asked.url, description));
        }
        IdentityKind::Keys(keys) => {
            json.member("kind", "keys");
            json.member("header", keys.header);
            json.member("file", &template(keys.file, description));
        }
        IdentityKind::Certificate(certificates) => {
            json.member("kind", "client_certificate");
            if let Some(field) = certificates.subject_from {
                json.member("subject_from", field.name());
            }
            json.list("callers", certificates.callers, |caller, json| {
                if let Some(name) = caller.name {
                    json.member("name", name);
                }
                for (field, text) in caller.says {
                    json.member(field.name(), &template(text, description));
                }
            });
        }
    }
}

fn listener(listener: &Listener, description: &Description, json: &mut Json) {
    json.member("name", listener.name);
    json.member("address", &template(listener.address, description));
    let Some(tls) = &listener.tls else {
        return;
    };
    json.key("tls");
    json.object(|json| {
        json.member("certificate", &template(tls.certificate, description));
        json.member("key", &template(tls.key, description));
        if let Some(clients) = &tls.client_certificates {
            let asked = if clients.required {
                "required"
            } else {
                "optional"
            };
            json.member("client_certificates", asked);
            json.member("authorities", &template(clients.authorities, description));
            if let Some(lists) = clients.revocation_lists {
                json.member("revocation_lists", &template(lists, description));
            }
        }
    });
}

fn server(server: &Server, description: &Description, json: &mut Json) {
    json.member("name", server.name);
    json.member("title", server.title);
    json.member("path", server.path);
    if !server.listeners.is_empty() {
        json.list("listeners", server.listeners, |position, json| {
            let listener = description.listeners.get(*position);
            json.member("name", listener.map_or("", |listener| listener.name));
        });
    }
    if !server.access.identities.is_empty() {
        json.list("identities", server.access.identities, |position, json| {
            let identity = description.identities.get(*position);
            json.member("name", identity.map_or("", |identity| identity.name));
        });
    }
    json.list("tools", server.tools, |tool, json| {
        json.member("name", tool.name);
        if let Some(operation) = tool.operation {
            json.member("method", operation.method);
            json.member("path", operation.template);
        }
    });
    if !server.access.offered.is_empty() {
        json.list("products", server.access.offered, |position, json| {
            let product = description.products.get(*position);
            json.member("name", product.map_or("", |product| product.name));
        });
    }
}

fn kind(kind: VariableKind) -> &'static str {
    match kind {
        VariableKind::String => "string",
        VariableKind::Url => "url",
        VariableKind::Secret => "secret",
    }
}

fn credential(credential: &Credential) -> &'static str {
    match credential {
        Credential::Header(..) => "header",
        Credential::Query(..) => "query",
        Credential::Cookie(..) => "cookie",
        Credential::Basic(..) => "basic",
        Credential::Bearer(..) => "bearer",
    }
}

/// A template as the manifest writes it: `${NAME}` for a variable.
fn template(template: Template, description: &Description) -> String {
    let mut text = String::new();
    for part in template {
        match *part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Variable(position) => {
                text.push_str("${");
                text.push_str(
                    description
                        .variables
                        .get(position)
                        .map_or("", |variable| variable.name),
                );
                text.push('}');
            }
        }
    }
    text
}

/// A writer of indented JSON.
#[derive(Default)]
struct Json {
    text: Vec<u8>,
    depth: usize,
}

impl Json {
    fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.enclosed(*b"{}", members);
    }

    fn enclosed(&mut self, brackets: [u8; 2], content: impl FnOnce(&mut Self)) {
        let [open, close] = brackets;
        self.text.push(open);
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.last() != Some(&open) {
            self.line();
        }
        self.text.push(close);
    }

    fn line(&mut self) {
        self.text.push(b'\n');
        self.text.resize(self.text.len() + 2 * self.depth, b' ');
    }

    /// Begins an item or a member.
    fn next(&mut self) {
        if !matches!(self.text.last(), Some(b'{' | b'[')) {
            self.text.push(b',');
        }
        self.line();
    }

    fn key(&mut self, key: &str) {
        self.next();
        string_into(key, &mut self.text);
        self.text.extend_from_slice(b": ");
    }

    fn member(&mut self, key: &str, value: &str) {
        self.key(key);
        string_into(value, &mut self.text);
    }

    fn list<T>(&mut self, key: &str, items: &[T], members: impl Fn(&T, &mut Self)) {
        self.key(key);
        self.enclosed(*b"[]", |json| {
            for item in items {
                json.next();
                json.object(|json| members(item, json));
            }
        });
    }
}
