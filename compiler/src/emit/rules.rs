//! The table of schema rules as a static.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{
    Discriminator, List, Pattern, PatternProperty, Property, Rule, Schema, Text,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::literal::{self, ident, number, option};

/// `static SCHEMAS: Table`. Expects the runtime's private module as `rt`. Each schema is a constant of its
/// own: rustc takes more than twice as long to check an expression of twice the size.
pub fn table(schemas: &[Schema]) -> TokenStream {
    let names: Vec<_> = (0..schemas.len())
        .map(|position| ident(&format!("S{position}")))
        .collect();
    let schemas = schemas.iter().map(schema);
    let lints = literal::no_lints();
    quote! {
        #lints
        static SCHEMAS: rt::Table = {
            use rt::{Cow::Borrowed, Property, Rule::*, Schema, SchemaId, Types};
            #(const #names: Schema = #schemas;)*
            rt::Table::new(&[#(#names),*])
        };
    }
}

/// A reference to a schema of the table.
pub fn id(id: SchemaId) -> TokenStream {
    let id = number(id.0.into());
    quote!(rt::SchemaId(#id))
}

fn schema(schema: &Schema) -> TokenStream {
    let types = number(schema.types.0.into());
    let rules = schema.rules.iter().map(rule);
    quote!(Schema { types: Types(#types), rules: Borrowed(&[#(#rules),*]) })
}

fn local(id: SchemaId) -> TokenStream {
    let id = number(id.0.into());
    quote!(SchemaId(#id))
}

fn text(value: &str) -> TokenStream {
    let value = literal::text(value);
    quote!(Borrowed(#value))
}

fn list(items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let items = items.into_iter();
    quote!(Borrowed(&[#(#items),*]))
}

fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::Enumeration(values) => tuple("Enumeration", texts(values)),
        Rule::MinLength(count) => counted("MinLength", *count),
        Rule::MaxLength(count) => counted("MaxLength", *count),
        Rule::Pattern(value) => tuple("Pattern", pattern(value)),
        Rule::Format(format) => {
            let format = ident(&format!("{format:?}"));
            tuple("Format", quote!(rt::Format::#format))
        }
        Rule::Minimum(bound) => tuple("Minimum", text(bound)),
        Rule::Maximum(bound) => tuple("Maximum", text(bound)),
        Rule::ExclusiveMinimum(bound) => tuple("ExclusiveMinimum", text(bound)),
        Rule::ExclusiveMaximum(bound) => tuple("ExclusiveMaximum", text(bound)),
        Rule::MultipleOf(divisor) => tuple("MultipleOf", text(divisor)),
        Rule::PrefixItems(schemas) => tuple("PrefixItems", ids(schemas)),
        Rule::Items(schema) => tuple("Items", local(*schema)),
        Rule::MinItems(count) => counted("MinItems", *count),
        Rule::MaxItems(count) => counted("MaxItems", *count),
        Rule::UniqueItems => quote!(UniqueItems),
        Rule::Contains { schema, min, max } => contains(*schema, *min, *max),
        Rule::UnevaluatedItems(schema) => tuple("UnevaluatedItems", local(*schema)),
        Rule::Properties(entries) => tuple("Properties", list(entries.iter().map(property))),
        Rule::Required(names) => tuple("Required", texts(names)),
        Rule::PatternProperties(entries) => tuple(
            "PatternProperties",
            list(entries.iter().map(pattern_property)),
        ),
        Rule::AdditionalProperties(schema) => tuple("AdditionalProperties", local(*schema)),
        Rule::PropertyNames(schema) => tuple("PropertyNames", local(*schema)),
        Rule::MinProperties(count) => counted("MinProperties", *count),
        Rule::MaxProperties(count) => counted("MaxProperties", *count),
        Rule::DependentRequired(entries) => tuple(
            "DependentRequired",
            list(
                entries
                    .iter()
                    .map(|(name, names)| pair(text(name), texts(names))),
            ),
        ),
        Rule::DependentSchemas(entries) => tuple("DependentSchemas", named_schemas(entries)),
        Rule::UnevaluatedProperties(schema) => tuple("UnevaluatedProperties", local(*schema)),
        Rule::Reference(schema) => tuple("Reference", local(*schema)),
        Rule::DynamicReference {
            initial,
            candidates,
        } => dynamic_reference(*initial, candidates),
        Rule::Resource(resource) => counted("Resource", (*resource).into()),
        Rule::AllOf(schemas) => tuple("AllOf", ids(schemas)),
        Rule::AnyOf(schemas) => tuple("AnyOf", ids(schemas)),
        Rule::OneOf {
            schemas,
            discriminator,
        } => one_of(schemas, discriminator.as_ref()),
        Rule::Not(schema) => tuple("Not", local(*schema)),
        Rule::If {
            condition,
            then,
            otherwise,
        } => conditional(*condition, *then, *otherwise),
    }
}

/// A variant with one value.
fn tuple(variant: &str, value: impl ToTokens) -> TokenStream {
    let variant = ident(variant);
    quote!(#variant(#value))
}

fn counted(variant: &str, count: u64) -> TokenStream {
    let count = number(count);
    tuple(variant, quote!(#count))
}

fn pair(first: impl ToTokens, second: impl ToTokens) -> TokenStream {
    quote!((#first, #second))
}

fn texts(values: &[Text]) -> TokenStream {
    list(values.iter().map(|value| text(value)))
}

fn ids(schemas: &[SchemaId]) -> TokenStream {
    list(schemas.iter().map(|schema| local(*schema)))
}

fn named_schemas(entries: &[(Text, SchemaId)]) -> TokenStream {
    list(
        entries
            .iter()
            .map(|(name, schema)| pair(text(name), local(*schema))),
    )
}

fn property(property: &Property) -> TokenStream {
    let (name, schema) = (text(&property.name), local(property.schema));
    quote!(Property { name: #name, schema: #schema })
}

fn pattern_property(property: &PatternProperty) -> TokenStream {
    let (pattern, schema) = (pattern(&property.pattern), local(property.schema));
    quote!(rt::PatternProperty { pattern: #pattern, schema: #schema })
}

fn pattern(pattern: &Pattern) -> TokenStream {
    let (source, translated) = (text(&pattern.source), text(&pattern.translated));
    let lookaround = pattern.lookaround;
    quote!(rt::Pattern { source: #source, translated: #translated, lookaround: #lookaround })
}

fn contains(schema: SchemaId, min: u64, max: Option<u64>) -> TokenStream {
    let (schema, min) = (local(schema), number(min));
    let max = option(max.map(|max| {
        let max = number(max);
        quote!(#max)
    }));
    quote!(Contains { schema: #schema, min: #min, max: #max })
}

fn dynamic_reference(initial: SchemaId, candidates: &List<(u32, SchemaId)>) -> TokenStream {
    let initial = local(initial);
    let candidates = list(candidates.iter().map(|(resource, schema)| {
        let resource = number((*resource).into());
        pair(quote!(#resource), local(*schema))
    }));
    quote!(DynamicReference { initial: #initial, candidates: #candidates })
}

fn one_of(schemas: &[SchemaId], discriminator: Option<&Discriminator>) -> TokenStream {
    let schemas = ids(schemas);
    let discriminator = option(discriminator.map(|discriminator| {
        let property = text(&discriminator.property);
        let mapping = named_schemas(&discriminator.mapping);
        quote!(rt::Discriminator { property: #property, mapping: #mapping })
    }));
    quote!(OneOf { schemas: #schemas, discriminator: #discriminator })
}

fn conditional(
    condition: SchemaId,
    then: Option<SchemaId>,
    otherwise: Option<SchemaId>,
) -> TokenStream {
    let condition = local(condition);
    let (then, otherwise) = (option(then.map(local)), option(otherwise.map(local)));
    quote!(If { condition: #condition, then: #then, otherwise: #otherwise })
}
