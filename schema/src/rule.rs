//! What a schema demands, as data: one [`Rule`] per JSON Schema keyword, in tables whose schemas
//! refer to each other by position.
//!
//! Everything is `Cow<'static, _>`: generated code writes the tables as statics (`Borrowed`), the
//! compiler builds the same types at build time (`Owned`). References are positions, so recursive
//! schemas need no special case.

use std::borrow::Cow;

/// A list that is either part of the binary or was built by the compiler.
pub type List<T> = Cow<'static, [T]>;

/// Text that is either part of the binary or was built by the compiler.
pub type Text = Cow<'static, str>;

/// The position of a schema in its [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub u32);

/// All schemas of a gateway (or of one document under test), referring to each other by position.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The schemas; a [`SchemaId`] is a position in this list.
    pub schemas: List<Schema>,
}

impl Table {
    /// A table of schemas, usable in a static.
    pub const fn new(schemas: &'static [Schema]) -> Self {
        Self {
            schemas: Cow::Borrowed(schemas),
        }
    }
}

/// One schema: which JSON types it admits, and the further rules a value must keep.
///
/// The schema `true` is [`Schema::ANY`]; `false` is a schema that admits no type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schema {
    /// The admitted types (`type`); [`Types::ANY`] where the keyword is absent.
    pub types: Types,
    /// The other keywords. Each applies only to values of the type it speaks about.
    ///
    /// Of the keywords of arrays and objects, there is at most one each, as in a document; several
    /// sources of `properties` or `required` are put under [`Rule::AllOf`] or into one list. A number
    /// that generated code reads as 64 bits has [`Format::Int64`] or narrower bounds.
    pub rules: List<Rule>,
}

impl Schema {
    /// Admits every value.
    pub const ANY: Self = Self {
        types: Types::ANY,
        rules: Cow::Borrowed(&[]),
    };
    /// Admits no value.
    pub const NONE: Self = Self {
        types: Types::NONE,
        rules: Cow::Borrowed(&[]),
    };
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Types(pub u8);

impl Types {
    /// No type.
    pub const NONE: Self = Self(0);
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// Numbers whose value is whole: `1`, `1.0` and `1e2` alike (JSON Schema 2020-12, section 4.2.3).
    pub const INTEGER: Self = Self(1 << 2);
    /// Every number. Includes [`Types::INTEGER`]'s bit, since every integer is a number.
    pub const NUMBER: Self = Self(1 << 3 | 1 << 2);
    /// Strings.
    pub const STRING: Self = Self(1 << 4);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 5);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 6);
    /// Every type.
    pub const ANY: Self = Self(0x7f);

    /// Whether every type of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets share a type.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The types in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The types in this set and not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One keyword of JSON Schema 2020-12, with what it needs.
///
/// Numbers are kept as the JSON text of the document, so that bounds beyond the precision of a
/// float compare exactly.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// `enum`, and `const` as a list of one: the JSON texts of the admitted values.
    Enumeration(List<Text>),

    /// `minLength`, in Unicode scalar values.
    MinLength(u64),
    /// `maxLength`, in Unicode scalar values.
    MaxLength(u64),
    /// `pattern`: found anywhere in the string.
    Pattern(Pattern),
    /// `format`, where its value is one that is enforced.
    Format(Format),

    /// `minimum`.
    Minimum(Text),
    /// `maximum`.
    Maximum(Text),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Text),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Text),
    /// `multipleOf`, greater than zero.
    MultipleOf(Text),

    /// `prefixItems`: a schema for each of the first items.
    PrefixItems(List<SchemaId>),
    /// `items`: the items after those of `prefixItems`.
    Items(SchemaId),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems: true`.
    UniqueItems,
    /// `contains`, with `minContains` (1 where absent) and `maxContains`.
    Contains {
        /// What the counted items match.
        schema: SchemaId,
        /// The least number of matching items.
        min: u64,
        /// The greatest number of matching items.
        max: Option<u64>,
    },
    /// `unevaluatedItems`.
    UnevaluatedItems(SchemaId),

    /// `properties`, in the order of the document. [`crate::decode`] numbers slots by it.
    Properties(List<Property>),
    /// `required`.
    Required(List<Text>),
    /// `patternProperties`.
    PatternProperties(List<PatternProperty>),
    /// `additionalProperties`: members named by neither `properties` nor `patternProperties`.
    AdditionalProperties(SchemaId),
    /// `propertyNames`.
    PropertyNames(SchemaId),
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `dependentRequired`: where the first is present, the others must be.
    DependentRequired(List<(Text, List<Text>)>),
    /// `dependentSchemas`: where the member is present, the object must match the schema.
    DependentSchemas(List<(Text, SchemaId)>),
    /// `unevaluatedProperties`.
    UnevaluatedProperties(SchemaId),

    /// `$ref`, resolved.
    Reference(SchemaId),
    /// `$dynamicRef`: the outermost schema resource on the way here that is in `candidates` decides
    /// (2020-12, section 8.2.3.2); none of them on the way: `initial`.
    DynamicReference {
        /// The statically resolved target.
        initial: SchemaId,
        /// For each schema resource with a `$dynamicAnchor` of that name: the resource, the target.
        candidates: List<(u32, SchemaId)>,
    },
    /// This schema is the root of the numbered schema resource: entering it extends the dynamic scope.
    Resource(u32),
    /// `allOf`.
    AllOf(List<SchemaId>),
    /// `anyOf`.
    AnyOf(List<SchemaId>),
    /// `oneOf`, with OpenAPI's `discriminator` where there is one.
    OneOf {
        /// The alternatives, of which exactly one must match.
        schemas: List<SchemaId>,
        /// Chooses the alternative to report about when none matches; never changes what is valid.
        discriminator: Option<Discriminator>,
    },
    /// `not`.
    Not(SchemaId),
    /// `if`, `then`, `else`.
    If {
        /// Decides.
        condition: SchemaId,
        /// Must match where `condition` does.
        then: Option<SchemaId>,
        /// Must match where `condition` does not.
        otherwise: Option<SchemaId>,
    },
}

/// A member that `properties` names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Property {
    /// The member's name, unescaped.
    pub name: Text,
    /// What its value must match.
    pub schema: SchemaId,
}

/// One entry of `patternProperties`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternProperty {
    /// Found anywhere in the member's name.
    pub pattern: Pattern,
    /// What the values of such members must match.
    pub schema: SchemaId,
}

/// A regular expression: as the document wrote it (ECMA-262) and as this crate's engines read it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// ECMA-262, as in the document; shown in messages.
    pub source: Text,
    /// The same in the syntax of the `regex` crate, or of `fancy-regex` where `lookaround` is set.
    pub translated: Text,
    /// Needs look-around or back-references: evaluated by the backtracking engine under its limit.
    pub lookaround: bool,
}

/// OpenAPI's `discriminator`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Discriminator {
    /// The member that names the alternative.
    pub property: Text,
    /// The member's values and the alternative each stands for.
    pub mapping: List<(Text, SchemaId)>,
}

/// The formats that are enforced; every other `format` is an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// RFC 3339 `date-time`.
    DateTime,
    /// RFC 3339 `full-date`.
    Date,
    /// RFC 3339 `full-time`.
    Time,
    /// RFC 3339, appendix A, `duration`.
    Duration,
    /// RFC 5321 `Mailbox`.
    Email,
    /// RFC 1123 host name.
    Hostname,
    /// RFC 2673 dotted quad.
    Ipv4,
    /// RFC 4291 text form.
    Ipv6,
    /// RFC 3986 URI with a scheme.
    Uri,
    /// RFC 3986 URI or relative reference.
    UriReference,
    /// RFC 4122.
    Uuid,
    /// A whole number in the range of 32 bits, signed (OpenAPI).
    Int32,
    /// A whole number in the range of 64 bits, signed (OpenAPI).
    Int64,
    /// Base64 with padding (OpenAPI 3.0 `byte`, 3.1 `contentEncoding: base64`).
    Byte,
}

impl Format {
    /// The value of the `format` keyword.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Email => "email",
            Self::Hostname => "hostname",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uri => "uri",
            Self::UriReference => "uri-reference",
            Self::Uuid => "uuid",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Byte => "byte",
        }
    }

    /// The format of that name, if it is an enforced one.
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [Format; 14] = [
            Format::DateTime,
            Format::Date,
            Format::Time,
            Format::Duration,
            Format::Email,
            Format::Hostname,
            Format::Ipv4,
            Format::Ipv6,
            Format::Uri,
            Format::UriReference,
            Format::Uuid,
            Format::Int32,
            Format::Int64,
            Format::Byte,
        ];
        ALL.into_iter().find(|format| format.name() == name)
    }
}
