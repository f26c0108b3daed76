//! The functions and operators of the standard library: what they take, what they give, which function
//! of the runtime they are, and what they cost.

use super::types::Type;

/// A type in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    Ip,
    Cidr,
    /// A list of anything.
    List,
    /// A map or an object.
    Map,
    /// Of no known type.
    Dyn,
    /// Text that is a literal: a time zone. It becomes an `int`, the minutes east of UTC.
    Zone,
    /// Text that is a literal: a regular expression.
    Pattern,
}

/// How great a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// A number or the like.
    Fixed,
    /// At most what the arguments are together.
    Sum,
    /// The first in parts.
    Parts,
    /// Up to what the first is, times what the last is.
    Product,
}

/// One function for one list of types.
#[derive(Debug)]
pub(super) struct Overload {
    pub(super) name: &'static str,
    pub(super) method: bool,
    pub(super) parameters: &'static [Slot],
    pub(super) result: Slot,
    /// The function of `rt::expr`.
    pub(super) rust: &'static str,
    /// Whether it gives a `Result`.
    pub(super) fallible: bool,
    /// Whether it takes every argument as a `&Value`.
    pub(super) dynamic: bool,
    pub(super) growth: Growth,
}

impl Slot {
    /// Whether a value of a type can stand here.
    pub(super) fn takes(self, kind: &Type) -> bool {
        match kind {
            Type::List(_) => self == Self::List,
            Type::Map(_) | Type::Object(_) => self == Self::Map,
            Type::Dyn => true,
            Type::String => matches!(self, Self::String | Self::Zone | Self::Pattern),
            kind => self.kind() == *kind,
        }
    }

    /// The type of a result, and of what stands here when only the call knows its type.
    pub(super) fn kind(self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Uint => Type::Uint,
            Self::Double => Type::Double,
            Self::String | Self::Zone | Self::Pattern => Type::String,
            Self::Bytes => Type::Bytes,
            Self::Timestamp => Type::Timestamp,
            Self::Duration => Type::Duration,
            Self::Ip => Type::Ip,
            Self::Cidr => Type::Cidr,
            Self::List => Type::List(Box::new(Type::Dyn)),
            Self::Map => Type::Map(Box::new(Type::Dyn)),
            Self::Dyn => Type::Dyn,
        }
    }
}

impl Overload {
    const fn new(
        name: &'static str,
        parameters: &'static [Slot],
        result: Slot,
        rust: &'static str,
    ) -> Self {
        Self {
            name,
            method: false,
            parameters,
            result,
            rust,
            fallible: false,
            dynamic: false,
            growth: Growth::Fixed,
        }
    }

    /// Called on its first argument.
    const fn method(self) -> Self {
        Self {
            method: true,
            ..self
        }
    }

    /// It may fail.
    const fn fails(self) -> Self {
        Self {
            fallible: true,
            ..self
        }
    }

    /// It takes values of any type, and may fail.
    const fn dynamic(self) -> Self {
        Self {
            dynamic: true,
            fallible: true,
            ..self
        }
    }

    const fn grows(self, growth: Growth) -> Self {
        Self { growth, ..self }
    }
}

use Slot::{
    Bool, Bytes, Cidr, Double, Duration, Dyn, Int, Ip, List, Map, Pattern, String, Timestamp, Uint,
    Zone,
};

const fn new(
    name: &'static str,
    parameters: &'static [Slot],
    result: Slot,
    rust: &'static str,
) -> Overload {
    Overload::new(name, parameters, result, rust)
}

/// A part of a timestamp, in UTC or in a time zone: two lines of the table.
macro_rules! parts {
    ($($name:literal $rust:literal)*) => {
        &[$(
            new($name, &[Timestamp], Int, $rust).method(),
            new($name, &[Timestamp, Zone], Int, $rust).method(),
        )*]
    };
}

/// A conversion from several types, each a line of the table.
macro_rules! converts {
    ($($name:literal $result:ident from $($parameter:ident)*;)*) => {
        &[$($(new($name, &[$parameter], $result, $name).dynamic().grows(Growth::Sum),)*)*]
    };
}

/// The table, in parts.
pub(super) static OVERLOADS: [&[Overload]; 6] =
    [OPERATORS, CONVERSIONS, TEXT, TIME, PARTS, NETWORK];

static OPERATORS: &[Overload] = &[
    new("+", &[Int, Int], Int, "add_int").fails(),
    new("+", &[Uint, Uint], Uint, "add_uint").fails(),
    new("+", &[Double, Double], Double, "add_double"),
    new("+", &[String, String], String, "concat").grows(Growth::Sum),
    new("+", &[Bytes, Bytes], Bytes, "concat_bytes").grows(Growth::Sum),
    new("+", &[List, List], List, "concat_lists")
        .fails()
        .grows(Growth::Sum),
    new("+", &[Timestamp, Duration], Timestamp, "later").fails(),
    new("+", &[Duration, Timestamp], Timestamp, "later_than").fails(),
    new("+", &[Duration, Duration], Duration, "add_duration").fails(),
    new("-", &[Int, Int], Int, "subtract_int").fails(),
    new("-", &[Uint, Uint], Uint, "subtract_uint").fails(),
    new("-", &[Double, Double], Double, "subtract_double"),
    new("-", &[Timestamp, Timestamp], Duration, "between").fails(),
    new("-", &[Timestamp, Duration], Timestamp, "earlier").fails(),
    new("-", &[Duration, Duration], Duration, "subtract_duration").fails(),
    new("*", &[Int, Int], Int, "multiply_int").fails(),
    new("*", &[Uint, Uint], Uint, "multiply_uint").fails(),
    new("*", &[Double, Double], Double, "multiply_double"),
    new("/", &[Int, Int], Int, "divide_int").fails(),
    new("/", &[Uint, Uint], Uint, "divide_uint").fails(),
    new("/", &[Double, Double], Double, "divide_double"),
    new("%", &[Int, Int], Int, "remainder_int").fails(),
    new("%", &[Uint, Uint], Uint, "remainder_uint").fails(),
    new("-", &[Int], Int, "negate_int").fails(),
    new("-", &[Double], Double, "negate_double"),
    new("-", &[Duration], Duration, "negate_duration").fails(),
];

static CONVERSIONS: &[Overload] = converts! {
    "bool" Bool from Bool String Dyn;
    "int" Int from Int Uint Double String Timestamp Dyn;
    "uint" Uint from Int Uint Double String Dyn;
    "double" Double from Int Uint Double String Dyn;
    "string" String from Bool Int Uint Double String Bytes Timestamp Duration Ip Cidr Dyn;
};

static TEXT: &[Overload] = &[
    new("bytes", &[String], Bytes, "bytes").grows(Growth::Sum),
    new("size", &[String], Int, "size_string"),
    new("size", &[String], Int, "size_string").method(),
    new("size", &[Bytes], Int, "size_bytes"),
    new("size", &[Bytes], Int, "size_bytes").method(),
    new("size", &[List], Int, "size").fails(),
    new("size", &[List], Int, "size").fails().method(),
    new("size", &[Map], Int, "size").fails(),
    new("size", &[Map], Int, "size").fails().method(),
    new("size", &[Dyn], Int, "size").fails(),
    new("size", &[Dyn], Int, "size").fails().method(),
    new("contains", &[String, String], Bool, "contains").method(),
    new("startsWith", &[String, String], Bool, "starts_with").method(),
    new("endsWith", &[String, String], Bool, "ends_with").method(),
    new("matches", &[String, Pattern], Bool, "matches").method(),
    new("matches", &[String, Pattern], Bool, "matches"),
    new("lowerAscii", &[String], String, "lower_ascii")
        .method()
        .grows(Growth::Sum),
    new("upperAscii", &[String], String, "upper_ascii")
        .method()
        .grows(Growth::Sum),
    new("trim", &[String], String, "trim")
        .method()
        .grows(Growth::Sum),
    new("replace", &[String, String, String], String, "replace")
        .method()
        .grows(Growth::Product),
    new("substring", &[String, Int], String, "substring")
        .method()
        .fails()
        .grows(Growth::Sum),
    new("substring", &[String, Int, Int], String, "substring_to")
        .method()
        .fails()
        .grows(Growth::Sum),
    new("charAt", &[String, Int], String, "char_at")
        .method()
        .fails(),
    new("indexOf", &[String, String], Int, "index_of").method(),
    new("lastIndexOf", &[String, String], Int, "last_index_of").method(),
    new("split", &[String, String], List, "split")
        .method()
        .grows(Growth::Parts),
    new("join", &[List, String], String, "join")
        .method()
        .fails()
        .grows(Growth::Product),
];

static TIME: &[Overload] = &[
    new("timestamp", &[String], Timestamp, "timestamp").fails(),
    new("timestamp", &[Int], Timestamp, "timestamp_of_int").fails(),
    new("duration", &[String], Duration, "duration").fails(),
    new("getHours", &[Duration], Int, "whole_hours").method(),
    new("getMinutes", &[Duration], Int, "whole_minutes").method(),
    new("getSeconds", &[Duration], Int, "whole_seconds").method(),
    new("getMilliseconds", &[Duration], Int, "rest_milliseconds").method(),
];

static PARTS: &[Overload] = parts! {
    "getFullYear" "full_year"
    "getMonth" "month"
    "getDate" "date"
    "getDayOfMonth" "day_of_month"
    "getDayOfWeek" "day_of_week"
    "getDayOfYear" "day_of_year"
    "getHours" "hours"
    "getMinutes" "minutes"
    "getSeconds" "seconds"
    "getMilliseconds" "milliseconds"
};

static NETWORK: &[Overload] = &[
    new("ip", &[String], Ip, "ip").fails(),
    new("isIP", &[String], Bool, "is_ip"),
    new("cidr", &[String], Cidr, "cidr").fails(),
    new("isCIDR", &[String], Bool, "is_cidr"),
    new("containsIP", &[Cidr, Ip], Bool, "contains_ip").method(),
    new("containsIP", &[Cidr, String], Bool, "contains_ip_text")
        .method()
        .fails(),
    new("containsCIDR", &[Cidr, Cidr], Bool, "contains_cidr").method(),
    new("family", &[Ip], Int, "family").method(),
    new("isLoopback", &[Ip], Bool, "is_loopback").method(),
    new("prefixLength", &[Cidr], Int, "prefix_length").method(),
];

/// The overloads of a function.
pub(super) fn overloads(name: &str, method: bool) -> impl Iterator<Item = &'static Overload> {
    OVERLOADS
        .iter()
        .flat_map(|part| part.iter())
        .filter(move |overload| overload.name == name && overload.method == method)
}

/// The names of all functions of one style, each possibly several times.
pub(super) fn names(method: bool) -> impl Iterator<Item = &'static str> {
    OVERLOADS
        .iter()
        .flat_map(|part| part.iter())
        .filter(move |overload| overload.method == method && overload.name.len() > 1)
        .map(|overload| overload.name)
}
