//! What generated code names. Not part of the public interface: it changes with the compiler, and the
//! exact version requirement between the two keeps them together.

pub use crate::cache::Caching;
pub use crate::call::{Answer, Call, Service};
pub use crate::caller::Caller;
pub use crate::description::{
    Access, Algorithm as SignatureAlgorithm, Api, Applications, Catalogue, CertificateCaller,
    CertificateField, Certificates, Claim, ClaimKind, ClientCertificates, Cors, Credential,
    Description, Entry, Identity, IdentityKind, Introspection, Jwt, KeySource, Keys, Listed,
    Listener, ListenerTls, Page, Part, Product, Provider, RequiredClaim, Selection, Server, Store,
    StoreKind, Template, TlsVersion, TokenRules, Tool, Variable, VariableKind,
};
pub use crate::expr;
pub use crate::guard::{Action, Classifier, Detect, Guard};
pub use crate::native::{Argument, checked, join, joined, joined_length};
pub use crate::policy::address::Addresses;
pub use crate::policy::authorize::{Authorizer, Protocol, Relation, told};
pub use crate::policy::limit::{Algorithm, Quota, Rate};
pub use crate::policy::transform::{
    Mock, header_value, holds, json, json_constant, query_value, structured, text,
};
pub use crate::policy::{
    Arrival, Intake, Limit, LimitKind, Prospect, Reason, Refusal, Unit, Validation, WithoutStore,
    admit_address, admit_header, applies, caller, claim_boolean, claim_integer, claim_text,
    claim_texts, key, qualifies, require, texts,
};
pub use crate::rest::shape::{Fate, Level, Shape};
pub use crate::rest::xml;
pub use crate::rest::{
    Body, Change, Content as PartContent, Exists, Location, Member, Nesting, Operation, Parameter,
    Part as BodyPart, Piece, Request, Style, Value, encode,
};
pub use crate::result::ToolResult;
pub use crate::server::HAS_TLS;
pub use crate::store::HAS_REDIS;
pub use crate::testing;
pub use crate::upstream::egress::Egress;
pub use gatewright_schema::decode::{Slot, object};
pub use gatewright_schema::json::{Number, Raw};
pub use gatewright_schema::rule::{
    Discriminator, Format, Pattern, PatternProperty, Property, Rule, Schema, Types,
};
pub use gatewright_schema::search::Index;
pub use gatewright_schema::tokens::estimate;
pub use gatewright_schema::{SchemaId, Table, Violations};
pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::time::Duration;
