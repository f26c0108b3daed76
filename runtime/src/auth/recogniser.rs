//! Ways to recognise callers, made at start-up of what the manifest says and what the environment holds.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::certificate::CertificateRecogniser;
use super::claims::Expected;
use super::consumers::Consumers;
use super::gate::{KeyRecogniser, Recogniser, TokenRecogniser};
use super::introspection::Introspection;
use super::jwe::DecryptionKeys;
use super::key_source::KeySource;
use super::products::Products;
use super::provider;
use crate::description::{
    Identity, IdentityKind, Jwt, KeySource as Source, Provider, Template, TokenRules,
};
use crate::environment::Environment;

/// The way of one identity, which is at `position`. Reads the files with keys; connects to nothing.
///
/// # Errors
/// What is missing or wrong, a sentence each, without values.
pub(super) fn recogniser(
    (position, identity): (usize, &'static Identity),
    products: Products,
    environment: &Environment,
) -> Result<Recogniser, Vec<String>> {
    match &identity.kind {
        IdentityKind::Jwt(jwt) => token_recogniser(identity.name, jwt, environment),
        IdentityKind::Introspection(described) => {
            let (expected, scope_prefix) = token_rules(
                identity.name,
                &described.rules,
                &[&[described.issuer]],
                environment,
            )?;
            Introspection::new(
                identity.name,
                described,
                (expected, scope_prefix),
                environment,
            )
            .map(|asked| Recogniser::Introspection(Box::new(asked)))
            .map_err(|problem| {
                vec![format!(
                    "the identity `{}` cannot be used: {problem}",
                    identity.name
                )]
            })
        }
        IdentityKind::Certificate(described) => {
            CertificateRecogniser::new((position, identity.name), described, environment)
                .map(Recogniser::Certificate)
        }
        IdentityKind::Keys(keys) => {
            let file = environment.render(keys.file);
            let consumers =
                Consumers::load(identity.name, products, Path::new(file.expose()).to_owned())
                    .map_err(|problem| vec![problem])?;
            Ok(Recogniser::Key(KeyRecogniser {
                header: keys.header,
                consumers: Arc::new(consumers),
            }))
        }
    }
}

/// What tokens must say, with the values that variables have, and what stands before scopes. `providers` are
/// the issuers of each.
fn token_rules(
    name: &'static str,
    rules: &TokenRules,
    providers: &[&[Template]],
    environment: &Environment,
) -> Result<(Expected, String), Vec<String>> {
    let mut problems = Vec::new();
    let mut all = |what: &str, templates: &[Template]| -> Vec<String> {
        let texts = templates
            .iter()
            .map(|template| environment.render(template).expose().to_owned());
        let texts: Vec<String> = texts.collect();
        // An empty text would be matched by a claim that is empty.
        if texts.iter().any(String::is_empty) {
            problems.push(format!("{what} of the identity `{name}` is empty"));
        }
        texts
    };
    let expected = Expected {
        issuers: providers
            .iter()
            .map(|issuers| all("an issuer", issuers))
            .collect(),
        audiences: all("an audience", rules.audiences),
        client_applications: all("a client application", rules.client_applications),
    };
    let scope_prefix = environment.render(rules.scope_prefix).expose().to_owned();
    if scope_prefix
        .chars()
        .any(|character| !character.is_ascii_graphic() || "\"\\".contains(character))
    {
        problems.push(format!(
            "`scope_prefix` of the identity `{name}` has characters that scopes cannot have"
        ));
    }
    let mut seen: Vec<&String> = Vec::new();
    for issuer in expected.issuers.iter().flatten() {
        if let Err(problem) = provider::url(issuer) {
            problems.push(format!(
                "the issuer of the identity `{name}` cannot be used: {problem}"
            ));
        }
        if seen.contains(&issuer) {
            problems.push(format!(
                "two issuers of the identity `{name}` are the same: whose keys count would be open"
            ));
        }
        seen.push(issuer);
    }
    if problems.is_empty() {
        Ok((expected, scope_prefix))
    } else {
        Err(problems)
    }
}

pub(super) fn token_recogniser(
    name: &'static str,
    jwt: &'static Jwt,
    environment: &Environment,
) -> Result<Recogniser, Vec<String>> {
    let issuers: Vec<_> = jwt.providers.iter().map(|each| each.issuers).collect();
    let (expected, scope_prefix) = token_rules(name, &jwt.rules, &issuers, environment)?;
    let mut keys = Vec::with_capacity(jwt.providers.len());
    let mut problems = Vec::new();
    for (described, issuer) in jwt.providers.iter().zip(expected.authorization_servers()) {
        match key_source(name, described, issuer, environment) {
            Ok(source) => keys.push(Arc::new(source)),
            Err(problem) => problems.push(format!(
                "the keys of the identity `{name}` cannot be had: {problem}"
            )),
        }
    }
    let decryption = DecryptionKeys::of(jwt, environment).map_err(|problem| {
        problems.push(format!(
            "a decryption key of the identity `{name}` cannot be used: {problem}"
        ));
    });
    let (Ok(decryption), true) = (decryption, problems.is_empty()) else {
        return Err(problems);
    };
    Ok(Recogniser::Token(TokenRecogniser {
        name,
        jwt,
        decryption: ArcSwap::from_pointee(decryption),
        expected,
        scope_prefix,
        keys,
    }))
}

fn key_source(
    name: &'static str,
    described: &Provider,
    issuer: &str,
    environment: &Environment,
) -> Result<KeySource, String> {
    let fetch = match described.key_source {
        Source::File(path) => {
            let path = environment.render(path);
            return KeySource::of_file(name, issuer, Path::new(path.expose()));
        }
        Source::Url(url) => {
            let url = provider::url(environment.render(url).expose())?;
            provider::keys_at(provider::client(environment.egress())?, url)
        }
        Source::Discovery => {
            provider::keys_of(provider::client(environment.egress())?, issuer.to_owned())
        }
    };
    Ok(KeySource::new(name, issuer, fetch))
}
