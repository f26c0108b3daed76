//! Manifest and documents bound to each other: the plan, in which every name means something.

mod addresses;
mod answer;
mod api;
mod arguments;
mod attempt;
mod authorize;
mod binding;
mod body;
mod caching;
mod context;
mod deep;
mod documented;
mod egress;
mod encoding;
mod files;
mod form;
mod guards;
mod identity;
mod limits;
mod listeners;
mod listing;
mod media_type;
mod names;
mod operation;
mod parameters;
mod policies;
mod policy_tests;
mod products;
mod request;
mod response;
mod security;
mod select;
mod servers;
mod teams;
mod tools;
mod transforms;
mod unsupported;
mod xml;

use std::collections::BTreeSet;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Types;

use self::policies::{Placed, Policies, Scope};
pub use self::policy_tests::add_tests;
use crate::diagnostic::Sink;
use crate::manifest::{self, Manifest, Override, Policy, ToolSource};
use crate::openapi::{Document, Documents, SchemaAt, Version};
use crate::plan::{Action, Allowed, Authorizer, Guard, Limit, Plan, Server, Tool};
use crate::schema::{Dialect, Direction, Lowering, Schema, Schemas, compact};
use crate::source::{Files, Node, Span};

/// What the steps of resolution share.
struct Resolver<'d, 's> {
    manifest: &'d Manifest,
    documents: &'d Documents,
    files: &'s Files,
    /// One for each API of the manifest, in its order.
    apis: &'d [Document],
    lowering: Lowering<'d, 'd>,
    /// The dialect of the document at hand.
    dialect: Dialect,
    /// The version of that document.
    version: Version,
    /// The limits of all policies so far.
    limits: Vec<Limit>,
    /// The policies of the server at hand.
    policies_of_server: &'d [Policy],
    /// What policies need of the documents.
    documented: documented::Documented,
    /// The content guards of all policies so far.
    guards: Vec<Guard>,
    /// The authorizers of all policies so far.
    authorizers: Vec<Authorizer>,
    /// What the operations of each API are given, by its position.
    credentials: Vec<security::Credentials>,
    /// The addresses of operations that are not where their API is.
    elsewhere: Vec<servers::Elsewhere>,
    /// The shapes of XML so far.
    xml: xml::Tables,
    sink: &'s mut Sink,
}

/// Makes the plan. `apis` holds the document of each API of the manifest, in its order.
pub fn resolve<'d>(
    manifest: &'d Manifest,
    apis: &'d [Document],
    documents: &'d &'d Documents,
    files: &Files,
    sink: &mut Sink,
) -> Plan {
    let bound: Vec<_> = manifest
        .apis
        .iter()
        .zip(apis)
        .map(|(api, document)| {
            document.check_hints(documents, sink);
            security::check(api, document, documents, manifest, sink);
            self::api::api(api, document, manifest, sink)
        })
        .collect();
    let mut resolver = Resolver::new(manifest, apis, documents, files, sink);
    let mut modules = BTreeSet::from(["rt".to_owned()]);
    let mut servers: Vec<_> = manifest
        .servers
        .iter()
        .map(|server| resolver.server(server, &mut modules))
        .collect();
    let identities: Vec<_> = manifest.identities.iter().collect();
    let placed = resolver.placed(
        Scope::Gateway { servers: &servers },
        &identities,
        &manifest.policies,
        None,
    );
    for server in &mut servers {
        // Those of the gateway come first.
        server.checks.splice(..0, placed.checks.iter().cloned());
        transforms::of_gateway(server, placed.cors.as_ref(), resolver.sink);
    }
    let products = resolver.products(&mut servers);
    resolver.unused_cache(servers.iter().flat_map(|server| &server.tools));
    let limits = std::mem::take(&mut resolver.limits);
    let store = limits::store(manifest, &limits, resolver.sink);
    let guards = std::mem::take(&mut resolver.guards);
    let authorizers = std::mem::take(&mut resolver.authorizers);
    let bound = resolver.complete(bound);
    let declared = manifest.egress.as_ref();
    let egress = declared.map(|declared| egress::egress(declared, resolver.sink));
    let table = rules(&mut servers, resolver.lowering.schemas());
    Plan {
        name: manifest.name.value.clone(),
        version: manifest
            .version
            .as_ref()
            .map_or_else(|| "0.0.0".to_owned(), |version| version.value.clone()),
        digest: files.digest(),
        variables: self::api::variables(manifest),
        apis: bound,
        public_url: manifest
            .public_url
            .as_ref()
            .map(|url| self::api::template(&url.value, manifest)),
        listeners: listeners::listeners(manifest),
        identities: manifest
            .identities
            .iter()
            .filter_map(|declared| identity::identity(declared, manifest))
            .collect(),
        table,
        limits,
        store,
        authorizers,
        guards,
        cache_bytes: caching::cache_bytes(manifest),
        intake: placed.intake,
        steps: placed.steps,
        transforms: placed.transforms,
        egress,
        products,
        xml: resolver.xml.into_shapes(),
        servers,
        tests: Vec::new(),
        rules: Vec::new(),
        rule_subjects: Vec::new(),
    }
}

/// The rules that the binary needs, positions in the plan changed from the arena's to the table's.
fn rules(servers: &mut [Server], schemas: &Schemas) -> Vec<gatewright_schema::rule::Schema> {
    let references: Vec<&mut SchemaId> = servers
        .iter_mut()
        .flat_map(|server| &mut server.tools)
        .filter_map(|tool| match &mut tool.action {
            Action::Operation(operation) => Some(operation),
            Action::Rust(_) => None,
        })
        .flat_map(|operation| {
            std::iter::once(&mut operation.arguments)
                .chain(operation.output.as_mut().map(|output| &mut output.schema))
                .chain(
                    operation
                        .validation
                        .as_mut()
                        .map(|validation| &mut validation.schema),
                )
        })
        .collect();
    let roots: Vec<SchemaId> = references.iter().map(|reference| **reference).collect();
    let compacted = compact(schemas, &roots);
    for reference in references {
        if let Some(position) = compacted.position(*reference) {
            *reference = position;
        }
    }
    compacted.schemas
}

/// A tool in the making.
struct Draft<'d> {
    /// Its name without the manifest's changes.
    name: String,
    change: Option<&'d Override>,
    tool: Tool,
}

impl<'d, 's> Resolver<'d, 's> {
    fn new(
        manifest: &'d Manifest,
        apis: &'d [Document],
        documents: &'d &'d Documents,
        files: &'s Files,
        sink: &'s mut Sink,
    ) -> Self {
        Self {
            manifest,
            documents,
            files,
            apis,
            lowering: Lowering::new(documents),
            dialect: Dialect::OpenApi31,
            limits: Vec::new(),
            policies_of_server: &[],
            documented: documented::Documented::default(),
            guards: Vec::new(),
            authorizers: Vec::new(),
            credentials: apis
                .iter()
                .map(|_| security::Credentials::default())
                .collect(),
            elsewhere: Vec::new(),
            version: Version::V31,
            xml: xml::Tables::default(),
            sink,
        }
    }
}

impl<'d> Resolver<'d, '_> {
    fn server(&mut self, server: &'d manifest::Server, modules: &mut BTreeSet<String>) -> Server {
        self.policies_of_server = &server.policies;
        let mut used = vec![false; server.overrides.len()];
        let mut drafts: Vec<Draft<'d>> = Vec::new();
        for source in &server.tools {
            match source {
                ToolSource::Operations { .. } => {
                    self.operations(server, source, &mut drafts, &mut used);
                }
                ToolSource::Rust { paths } => self.rust(server, paths, &mut drafts, &mut used),
            }
        }
        self.unused_overrides(server, &drafts, &used);
        let changes: Vec<_> = drafts.iter().map(|draft| draft.change).collect();
        let names: Vec<_> = drafts.iter().map(|draft| draft.name.clone()).collect();
        let mut tools: Vec<Tool> = drafts.into_iter().map(|draft| draft.tool).collect();
        self.collisions(&tools);
        tools::name_items(&mut tools);
        self.caching(&changes, &names, &mut tools);
        let placed = self.policies(server, &changes, &mut tools);
        Server {
            name: server.name.value.clone(),
            span: server.name.span,
            module: names::snake(&server.name.value, modules),
            title: server
                .title
                .as_ref()
                .map_or_else(|| server.name.value.clone(), |title| title.value.clone()),
            description: server.description.as_ref().map(|text| text.value.clone()),
            instructions: server.instructions.as_ref().map(|text| text.value.clone()),
            path: server.path.as_ref().map_or_else(
                || format!("/{}/mcp", server.name.value),
                |path| path.value.clone(),
            ),
            listeners: listeners::of_server(server, self.manifest),
            checks: placed.checks,
            intake: placed.intake,
            steps: placed.steps,
            transforms: placed.transforms,
            cors: placed.cors,
            access: identity::access(server, self.manifest),
            tools,
            products: Vec::new(),
            mode: server
                .mode
                .as_ref()
                .map(|mode| mode.value)
                .unwrap_or_default(),
            lists_all: server.lists_all,
            page_size: self.page_size(server),
            allowed: Allowed::all(&server.allow),
            budget: listing::budget(&self.manifest.token_budget, &server.token_budget),
        }
    }

    /// Puts the policies of a server and of its tools into their phases.
    fn policies(
        &mut self,
        server: &manifest::Server,
        changes: &[Option<&Override>],
        tools: &mut [Tool],
    ) -> Placed {
        let name = server.name.value.as_str();
        let identities = identity::of_server(server, self.manifest);
        for (tool, change) in tools.iter_mut().zip(changes) {
            let Some(change) = change else { continue };
            let scope = Scope::Tool { server: name, tool };
            let placed = self.placed(
                scope,
                &identities,
                &change.policies,
                change.require.as_ref(),
            );
            tool.steps = placed.steps;
            tool.after_arguments = placed.after_arguments;
            tool.transforms = placed.transforms;
        }
        let scope = Scope::Server { name, tools };
        self.placed(
            scope,
            &identities,
            &server.policies,
            server.require.as_ref(),
        )
    }

    fn placed(
        &mut self,
        scope: Scope<'_>,
        identities: &[&manifest::Identity],
        policies: &[Policy],
        require: Option<&Node>,
    ) -> Placed {
        let products = products::of_scope(&scope, self.manifest);
        let listeners = listeners::of_scope(&scope, self.manifest);
        Policies {
            identities,
            listeners: &listeners,
            products: &products,
            schemas: self.lowering.schemas(),
            files: self.files,
            documented: &self.documented,
            limits: &mut self.limits,
            shared_store: limits::is_shared(self.manifest),
            guards: &mut self.guards,
            manifest: self.manifest,
            authorizers: &mut self.authorizers,
            sink: self.sink,
        }
        .place(scope, policies, require)
    }

    /// The tools of one entry that takes operations.
    fn operations(
        &mut self,
        server: &'d manifest::Server,
        source: &'d ToolSource,
        drafts: &mut Vec<Draft<'d>>,
        used: &mut [bool],
    ) {
        let ToolSource::Operations {
            api,
            select,
            exclude,
            deprecated,
            span,
        } = source
        else {
            return;
        };
        let position = self
            .manifest
            .apis
            .iter()
            .position(|known| known.name.value == api.value);
        let Some((position, document)) =
            position.and_then(|position| Some((position, self.apis.get(position)?)))
        else {
            return;
        };
        self.version = document.version;
        self.dialect = match document.version {
            Version::V20 => Dialect::Swagger20,
            Version::V30 => Dialect::OpenApi30,
            Version::V31 | Version::V32 => Dialect::OpenApi31,
        };
        let operations = document.operations(self.documents);
        let selected = select::select(select, exclude, *deprecated, *span, &operations, self.sink);
        for selected in selected {
            self.attempt(server, &selected, (position, document), drafts, used);
        }
    }

    /// Where something stands, for comments of the generated code; file names are the user's own.
    fn place(&self, span: Span) -> String {
        let (line, _) = self.files.position(span);
        let name = self.files.file(span.file).name.replace(
            |character: char| !(character.is_ascii_alphanumeric() || "._-/".contains(character)),
            "_",
        );
        format!("{name}:{line}")
    }

    /// A schema of a document, normalised; any value where there is none.
    fn schema(
        &mut self,
        schema: Option<SchemaAt<'d>>,
        span: Span,
        direction: Direction,
    ) -> SchemaId {
        match schema {
            Some(schema) => {
                self.lowering
                    .lower(schema.node, schema.file, self.dialect, direction, self.sink)
            }
            None => self
                .lowering
                .schemas_mut()
                .add(Schema::new(span, Types::ANY)),
        }
    }
}

#[cfg(test)]
mod tests;
