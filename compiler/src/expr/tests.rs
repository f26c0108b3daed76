mod diagnostics;
mod emission;
mod parsing;
mod places;

use std::path::PathBuf;

use gatewright_schema::SchemaId;
use quote::quote;

use super::{Argument, Compiled, Environment, ExprSpan, Type, Variable};
use crate::diagnostic::{Format, Sink, render};
use crate::plan::Field;
use crate::schema::{Dialect, Direction, Kind, Lowering, References, Schemas};
use crate::source::{FileId, Files, MemoryLoader, Node};

/// The arguments of a tool.
const SCHEMA: &str = r##"{
  "type": "object",
  "required": ["id", "status", "items"],
  "additionalProperties": false,
  "properties": {
    "id": { "type": "integer", "format": "int64", "minimum": 1 },
    "status": { "enum": ["available", "pending", "sold"], "type": "string" },
    "limit": { "type": "integer", "format": "int32", "maximum": 100, "minimum": 0 },
    "ratio": { "type": "number" },
    "since": { "type": "string", "maxLength": 40 },
    "items": { "type": "array", "items": { "type": "string" } },
    "few": { "type": "array", "maxItems": 10, "items": { "type": "string", "maxLength": 10 } },
    "x-y": { "type": "boolean" },
    "owner": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name"],
      "properties": { "name": { "type": "string" }, "age": { "type": "integer", "format": "int32" } }
    }
  }
}"##;

struct Nowhere;

impl<'d> References<'d> for Nowhere {
    fn resolve(
        &self,
        _: FileId,
        reference: &str,
    ) -> Result<(FileId, &'d Node), crate::schema::Unresolved> {
        Err(reference.into())
    }
}

/// The arena with the schema, and its position.
fn schemas() -> (Schemas, SchemaId) {
    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::new([("schema.json", SCHEMA)])),
    );
    let mut sink = Sink::default();
    let file = files.open("schema.json", None).unwrap();
    let node = files.parse(file, &mut sink).unwrap();
    let mut lowering = Lowering::new(&Nowhere);
    let root = lowering.lower(
        &node,
        file,
        Dialect::Draft202012,
        Direction::Request,
        &mut sink,
    );
    assert_eq!(sink.diagnostics(), []);
    (lowering.into_schemas(), root)
}

/// Compiles the `rule` of a YAML document as a condition or, where it begins with `=`, as a value; gives
/// it back with what is said.
fn compiled(document: &str) -> (Option<Compiled>, String) {
    let (schemas, root) = schemas();
    let shape = schemas.object_shape(root).unwrap();
    let fields: Vec<_> = shape
        .members
        .iter()
        .map(|member| Field {
            name: member.name.clone(),
            ident: member.name.replace('-', "_"),
            kind: schemas.scalar_kind(member.schema),
            required: member.required,
        })
        .collect();
    assert!(fields.iter().any(|field| field.kind == Kind::Raw));
    let mut environment = Environment::new(&schemas, 1 << 20);
    let arguments = fields
        .iter()
        .zip(&shape.members)
        .map(|(field, member)| Argument {
            field,
            schema: member.schema,
        });
    environment.arguments(&quote!(arguments), arguments);
    let text = |access| Variable::new(Type::String, access);
    environment.declare(
        &["request", "method"],
        text(quote!(request.method)).one_of(["GET", "POST"]),
    );
    environment.declare(
        &["request", "ip"],
        Variable::new(Type::Ip, quote!(request.ip)).optional(),
    );
    environment.declare(
        &["request", "headers"],
        Variable::new(
            Type::Map(Box::new(Type::String)),
            quote!(rt::expr::Value::Table(request.headers)),
        )
        .at_most(16 << 10),
    );
    environment.declare(
        &["principal", "claims"],
        Variable::new(Type::Dyn, quote!(principal.claims)).at_most(4096),
    );
    environment.declare(&["now"], Variable::new(Type::Timestamp, quote!(now)));
    environment.elsewhere(&["response", "status"], "once the API has answered");

    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::new([("gateway.yaml", document)])),
    );
    let mut sink = Sink::default();
    let file = files.open("gateway.yaml", None).unwrap();
    let root = files.parse(file, &mut sink).unwrap();
    let rule = root.get("rule").unwrap();
    let place = ExprSpan::of(rule, &files);
    let compile = if document.contains("# value") {
        super::compile
    } else {
        super::condition
    };
    let compiled = compile(rule.as_str().unwrap(), &place, &environment, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (compiled, said)
}

/// What is said of an expression on a line of its own.
fn said(expression: &str) -> String {
    let document = format!("rule: |\n  {expression}\n");
    let (compiled, said) = compiled(&document);
    format!(
        "{}\n{said}",
        if compiled.is_some() {
            "compiles"
        } else {
            "does not compile"
        }
    )
}
