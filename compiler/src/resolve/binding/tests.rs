use super::{Place, fits, place};
use crate::manifest::{ApiKeyLocation, CredentialKind, Template};
use crate::openapi::{KeyLocation, SchemeKind};
use crate::source::{Files, MemoryLoader, Span, Spanned};

fn span() -> Span {
    let loader = MemoryLoader::new([("a", "")]);
    let mut files = Files::new(std::path::PathBuf::new(), Box::new(loader));
    Span::new(files.open("a", None).unwrap(), 0, 0)
}

fn template() -> Spanned<Template> {
    Spanned::new(Template { parts: Vec::new() }, span())
}

fn key(location: ApiKeyLocation, name: &str) -> CredentialKind {
    CredentialKind::ApiKey {
        location,
        name: Spanned::new(name.to_owned(), span()),
        value: template(),
    }
}

#[test]
fn a_credential_fits_what_looks_where_it_goes() {
    use SchemeKind::{ApiKey, Basic, Bearer, Http, MutualTls, OAuth2, OpenIdConnect};
    let schemes = [
        ApiKey(KeyLocation::Header, "X-Key"),
        ApiKey(KeyLocation::Header, "AUTHORIZATION"),
        ApiKey(KeyLocation::Query, "key"),
        ApiKey(KeyLocation::Cookie, "key"),
        Basic,
        Bearer,
        Http("DPoP"),
        OAuth2,
        OpenIdConnect,
        MutualTls,
    ];
    let basic = CredentialKind::Basic {
        username: template(),
        password: template(),
    };
    let bearer = CredentialKind::Bearer { token: template() };
    for (credential, expected) in [
        (basic, "_A__B_____"),
        (bearer, "_A___B_OO_"),
        (key(ApiKeyLocation::Header, "x-key"), "A_________"),
        (key(ApiKeyLocation::Header, "authorization"), "_A__BBHOO_"),
        (key(ApiKeyLocation::Query, "key"), "__A_______"),
        (key(ApiKeyLocation::Query, "Key"), "__________"),
        (key(ApiKeyLocation::Cookie, "key"), "___A______"),
    ] {
        let found: Vec<bool> = schemes
            .iter()
            .map(|scheme| fits(&credential, scheme))
            .collect();
        let expected: Vec<bool> = expected.chars().map(|letter| letter != '_').collect();
        assert_eq!(found, expected, "{credential:?}");
    }
}

#[test]
fn places_are_told_apart() {
    assert_eq!(
        place(&SchemeKind::ApiKey(KeyLocation::Header, "X-Key")),
        Some(Place::header("x-KEY"))
    );
    assert_ne!(
        place(&SchemeKind::ApiKey(KeyLocation::Query, "key")),
        place(&SchemeKind::ApiKey(KeyLocation::Query, "KEY"))
    );
    assert_eq!(place(&SchemeKind::MutualTls), None);
}
