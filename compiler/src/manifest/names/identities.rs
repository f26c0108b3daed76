//! Identities: every name bound, no secret in what clients are told, nothing that could never match.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::manifest::{
    Claim, CredentialKind, Identity, IdentityKind, Introspection, KeySource, Manifest, Server,
    ServerIdentity, Template, TemplatePart, TokenRules, VariableKind,
};
use crate::source::Spanned;

use super::{Names, variables};

/// Beyond this, expired tokens would be of use to whoever finds them.
const MAX_SKEW: Duration = Duration::from_mins(5);

/// Whoever sends a token has each of them tried.
const MOST_DECRYPTION_KEYS: usize = 4;

/// `iat` is in seconds.
const SHORTEST_AGE: Duration = Duration::from_secs(1);

/// Beyond this, revoking a token would mean little.
const MAX_CACHE: Duration = Duration::from_mins(5);

/// How long a request may wait for its token to be looked at.
const MAX_PATIENCE: Duration = Duration::from_secs(30);

impl Names<'_, '_> {
    /// Checks identities and what refers to them.
    pub(super) fn identities(&mut self, manifest: &Manifest) {
        for identity in &manifest.identities {
            self.identity(identity, manifest);
        }
        self.claims(manifest);
        for server in &manifest.servers {
            self.server_identity(server);
        }
        self.public_url(manifest);
    }

    fn identity(&mut self, identity: &Identity, manifest: &Manifest) {
        if identity.name.value == "anonymous" {
            self.refuse(
                &codes::INVALID_VALUE,
                identity.name.span,
                "no identity can be called `anonymous`".into(),
                "`identity: anonymous` of a server means that everybody may call",
            );
        }
        match &identity.kind {
            IdentityKind::Jwt { issuers, rules, .. } => {
                for provider in issuers {
                    self.provider_url(&provider.issuer, "issuer");
                    self.key_source(&provider.key_source);
                }
                self.distinct("issuer", issuers.iter().map(|provider| &provider.issuer));
                self.token_rules(rules);
            }
            IdentityKind::Entra {
                tenants,
                key_source,
                rules,
            } => {
                for tenant in tenants {
                    self.tenant(tenant);
                }
                self.distinct("tenant", tenants.iter());
                self.key_source(key_source);
                self.token_rules(rules);
            }
            IdentityKind::Introspection(introspection) => {
                self.introspection(introspection, manifest);
            }
            IdentityKind::Keys { file, .. } => self.public(file),
            IdentityKind::Certificate(certificates) => self.certificates(certificates),
        }
    }

    fn tenant(&mut self, tenant: &Spanned<Template>) {
        self.public(tenant);
        let [TemplatePart::Literal(text)] = tenant.parts.as_slice() else {
            return;
        };
        if is_guid(text) {
            return;
        }
        let help = if ["common", "organizations", "consumers"].contains(&text.as_str()) {
            "that is a place to log in, from which tokens of any tenant come: list those that are meant, with \
             `tenants`"
        } else {
            "it is a GUID: tokens name their tenant by its id, never by a domain"
        };
        self.refuse(
            &codes::INVALID_VALUE,
            tenant.span,
            format!("`{text}` is not the id of a tenant"),
            help,
        );
    }

    /// Whose tokens are accepted is said once: otherwise it would be open whose keys they are checked with.
    fn distinct<'t>(&mut self, what: &str, names: impl Iterator<Item = &'t Spanned<Template>>) {
        let mut seen: Vec<&Spanned<Template>> = Vec::new();
        for name in names {
            match seen.iter().find(|other| other.parts == name.parts) {
                Some(first) => self.sink.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_ENTRY,
                        name.span,
                        format!("the {what} is here for the second time"),
                    )
                    .also(first.span, "the first is here")
                    .help("remove one of the two"),
                ),
                None => seen.push(name),
            }
        }
    }

    fn key_source(&mut self, source: &KeySource) {
        match source {
            KeySource::Discovery => {}
            KeySource::Url(url) => self.provider_url(url, "URL of a key set"),
            KeySource::File(path) => self.public(path),
        }
    }

    fn introspection(&mut self, introspection: &Introspection, manifest: &Manifest) {
        self.provider_url(&introspection.url, "URL of the introspection endpoint");
        self.provider_url(&introspection.issuer, "issuer");
        self.token_rules(&introspection.rules);
        let name = &introspection.credential;
        self.credentials.bind(name, "credential", self.sink);
        let by_key = manifest.credentials.iter().any(|credential| {
            credential.name.value == name.value
                && matches!(credential.kind, CredentialKind::ApiKey { .. })
        });
        if by_key {
            self.refuse(
                &codes::INVALID_VALUE,
                name.span,
                format!("`{}` is an API key, which no introspection endpoint takes", name.value),
                "declare a credential of the kind `basic`, with the client's id and secret, or `bearer`",
            );
        }
        for (value, most, what, why) in [
            (
                &introspection.cache,
                MAX_CACHE,
                "an answer counts longer than `5m`",
                "so long a token would work that was revoked: take a shorter time",
            ),
            (
                &introspection.timeout,
                MAX_PATIENCE,
                "requests wait longer than `30s` for an answer",
                "clients do not wait as long: take a shorter time",
            ),
        ] {
            if let Some(value) = value.as_ref().filter(|value| value.value > most) {
                self.refuse(&codes::INVALID_VALUE, value.span, what.into(), why);
            }
        }
    }

    /// One name of a claim has one type, whoever vouches for it: `principal.claims` does not say who does.
    fn claims(&mut self, manifest: &Manifest) {
        let mut seen: Vec<&Claim> = Vec::new();
        let claims = manifest.identities.iter();
        for claim in claims.flat_map(|identity| identity.kind.claims()) {
            let first = seen
                .iter()
                .find(|other| other.name.value == claim.name.value);
            match first {
                Some(first) if first.kind != claim.kind => self.sink.report(
                    Diagnostic::new(
                        &codes::CLAIM_TYPES,
                        claim.name.span,
                        format!(
                            "the claim `{}` is declared as `{}`, and elsewhere as `{}`",
                            claim.name.value,
                            claim.kind.name(),
                            first.kind.name()
                        ),
                    )
                    .also(first.name.span, "the other declaration")
                    .help(
                        "give one of the two another name, and say with `from` what tokens call it",
                    ),
                ),
                Some(_) => {}
                None => seen.push(claim),
            }
        }
    }

    fn token_rules(&mut self, rules: &TokenRules) {
        let templates = rules.audiences.iter().chain(&rules.client_applications);
        for template in templates.chain(&rules.scope_prefix) {
            self.public(template);
        }
        for key in &rules.decryption_keys {
            self.private_key(key);
        }
        self.distinct("key", rules.decryption_keys.iter());
        if let Some(key) = rules.decryption_keys.get(MOST_DECRYPTION_KEYS) {
            self.refuse(
                &codes::INVALID_VALUE,
                key.span,
                format!("there are more than {MOST_DECRYPTION_KEYS} decryption keys"),
                "two are enough to replace one by the other: remove those that nobody encrypts for any more",
            );
        }
        if let Some(age) = &rules.max_age
            && age.value < SHORTEST_AGE
        {
            self.refuse(
                &codes::INVALID_VALUE,
                age.span,
                "tokens are accepted for less than a second".into(),
                "tokens say when they were issued in whole seconds: take a longer time",
            );
        }
        if let Some(skew) = &rules.clock_skew
            && skew.value > MAX_SKEW
        {
            self.refuse(
                &codes::INVALID_VALUE,
                skew.span,
                "the clock skew is longer than `5m`".into(),
                "set the clocks: a token that expired longer ago is of use only to whoever found it",
            );
        }
    }

    /// Binds the one secret that a private key must be: anything else would be in the binary, or in logs.
    fn private_key(&mut self, key: &Spanned<Template>) {
        self.template(key);
        let is_secret = match key.parts.as_slice() {
            [TemplatePart::Variable(name)] => {
                // One that is not declared was reported.
                self.kind(name)
                    .is_none_or(|kind| kind == VariableKind::Secret)
            }
            _ => false,
        };
        if !is_secret {
            self.refuse(
                &codes::INVALID_VALUE,
                key.span,
                "this decryption key is no secret".into(),
                "write `\"${NAME}\"` with a variable of `type: secret`, and nothing around it",
            );
        }
    }

    /// Binds the variables of a text that logs and clients may be told.
    pub(super) fn public(&mut self, template: &Spanned<Template>) {
        for name in variables(template) {
            self.variables.bind(name, "variable", self.sink);
            if self.kind(name) == Some(VariableKind::Secret) {
                self.refuse(
                    &codes::SECRET_MISPLACED,
                    name.span,
                    format!("the secret `{}` flows into an identity", name.value),
                    "clients and logs are told identities: secrets flow only into credentials and header values",
                );
            }
        }
    }

    /// A URL whose answer decides who is recognised: nobody may be able to change it on the way.
    fn provider_url(&mut self, url: &Spanned<Template>, what: &str) {
        self.public(url);
        self.trusted_url(url, what);
    }

    /// That a URL whose answers are trusted cannot be answered by anybody on the way.
    pub(super) fn trusted_url(&mut self, url: &Spanned<Template>, what: &str) {
        let Some(TemplatePart::Literal(beginning)) = url.parts.first() else {
            return;
        };
        let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
            beginning
                .strip_prefix("http://")
                .and_then(|rest| rest.strip_prefix(host))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
        if !beginning.starts_with("https://") && !local {
            self.refuse(
                &codes::INVALID_VALUE,
                url.span,
                format!("the {what} does not start with `https://`"),
                "who is trusted must not depend on the network: `http://` is for the loopback interface",
            );
        }
    }

    fn server_identity(&mut self, server: &Server) {
        let ServerIdentity::Named(names) = &server.identity else {
            let tools = server.overrides.iter().map(|change| &change.scopes);
            for scope in std::iter::once(&server.scopes)
                .chain(tools)
                .filter_map(|scopes| scopes.first())
            {
                self.refuse(
                    &codes::SCOPES_WITHOUT_IDENTITY,
                    scope.span,
                    format!(
                        "the scope `{}` is asked of callers that nobody asks who they are",
                        scope.value
                    ),
                    "say with `identity` who may call, or remove the scopes",
                );
            }
            return;
        };
        for (position, name) in names.iter().enumerate() {
            if name.value == "anonymous" {
                self.refuse(
                    &codes::CONFLICTING_KEYS,
                    name.span,
                    "`anonymous` means nothing beside other identities".into(),
                    "a server asks who calls, or it does not: make two servers of it",
                );
                continue;
            }
            self.identities.bind(name, "identity", self.sink);
            if let Some(first) = names
                .iter()
                .take(position)
                .find(|other| other.value == name.value)
            {
                self.sink.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_ENTRY,
                        name.span,
                        format!("the identity `{}` is here for the second time", name.value),
                    )
                    .also(first.span, "the first is here")
                    .help("remove one of the two"),
                );
            }
        }
    }

    /// Tokens are issued for a resource, whose URL only the operator knows (RFC 9728).
    fn public_url(&mut self, manifest: &Manifest) {
        if let Some(url) = &manifest.public_url {
            for name in variables(url) {
                self.variables.bind(name, "variable", self.sink);
            }
            self.url(url, "the URL of a gateway");
        }
        let takes_tokens = |name: &&Spanned<String>| {
            manifest.identities.iter().any(|identity| {
                identity.name.value == name.value && identity.kind.rules().is_some()
            })
        };
        let taken = manifest
            .servers
            .iter()
            .find_map(|server| match &server.identity {
                ServerIdentity::Named(names) => names.iter().find(takes_tokens),
                ServerIdentity::Absent | ServerIdentity::Anonymous(_) => None,
            });
        match (&manifest.public_url, taken) {
            (None, Some(name)) => self.refuse(
                &codes::MISSING_KEY,
                name.span,
                "the manifest has no `public_url`, which clients that need a token are told".into(),
                "add `public_url: \"${PUBLIC_URL}\"` with a variable of `type: url`",
            ),
            (Some(url), None) => {
                let mut diagnostic = Diagnostic::new(
                    &codes::UNUSED_DECLARATION,
                    url.span,
                    "`public_url` is not used: no server takes tokens",
                )
                .help("remove it");
                diagnostic.severity = Severity::Warning;
                self.sink.report(diagnostic);
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
    }
}

/// Eight, four, four, four and twelve hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let mut groups = text.split('-');
    [8, 4, 4, 4, 12].into_iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == length && group.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}
