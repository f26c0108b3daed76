//! Functions and the operators that are in the same table: which overload the types choose.

use gatewright_schema::pattern;
use gatewright_schema::time::{Duration, Timestamp, offset};

use crate::diagnostic::codes;
use crate::suggestion::did_you_mean;

use super::super::cost;
use super::super::functions::{self, Growth, Overload, Slot};
use super::super::syntax::{Expr, Extent, Literal, Name};
use super::super::typed::{Bound, Constant, Macro, Node, Typed};
use super::super::types::Type;
use super::Checker;

impl Checker<'_, '_> {
    pub(super) fn call(
        &mut self,
        function: &Name,
        method: bool,
        arguments: &[Expr],
        extent: Extent,
    ) -> Option<Typed> {
        if !method && function.text == "has" {
            return self.has(arguments, extent);
        }
        if method && let Some(kind) = Macro::named(&function.text) {
            return self.repeat(kind, function, arguments, extent);
        }
        if !method && function.text == "dyn" && arguments.len() == 1 {
            return self.value(arguments.first()?).map(Typed::forget);
        }
        if functions::overloads(&function.text, method)
            .next()
            .is_none()
        {
            self.no_function(function, method);
            return None;
        }
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| self.value(argument))
            .collect();
        let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        self.apply(function, method, arguments, extent)
    }

    fn no_function(&mut self, function: &Name, method: bool) {
        let name = &function.text;
        let hint = if functions::overloads(name, !method).next().is_some() {
            Some(if method {
                format!("it is called as `{name}(value)`")
            } else {
                format!("it is called on its first argument: `value.{name}()`")
            })
        } else {
            did_you_mean(name, functions::names(method))
        };
        self.report(
            &codes::EXPRESSION_NAME,
            function.extent,
            format!("there is no function `{name}`"),
        )
        .hint(hint)
        .send(self);
    }

    /// A function or an operator on its arguments.
    pub(super) fn apply(
        &mut self,
        name: &Name,
        method: bool,
        arguments: Vec<Typed>,
        extent: Extent,
    ) -> Option<Typed> {
        let overload = self.choose(name, method, &arguments, extent)?;
        let mut converted = Vec::with_capacity(arguments.len());
        for (argument, slot) in arguments.into_iter().zip(overload.parameters) {
            let taken = match slot {
                Slot::Zone => self.zone(&argument)?,
                Slot::Pattern => argument,
                _ if overload.dynamic || argument.kind != Type::Dyn || *slot == Slot::Dyn => {
                    argument
                }
                _ => argument.convert(&slot.kind()),
            };
            converted.push(taken);
        }
        if method && overload.parameters == [Slot::Timestamp] {
            // The part of a timestamp without a time zone is that in UTC.
            converted.push(Typed::literal(Literal::Int(0), extent));
        }
        if overload.rust == "matches" {
            return self.matches(converted, extent);
        }
        if let [argument] = converted.as_slice()
            && let Node::Literal(Literal::String(text)) = &argument.node
            && let Some(read) = constant(overload, text)
        {
            return self.constant(read, overload, argument.extent, extent);
        }
        let kind = result(overload, &converted);
        let fallible = overload.fallible || converted.iter().any(|argument| argument.fallible);
        let bytes = cost::call_bytes(
            overload,
            converted.iter().map(|argument| argument.bound.bytes),
        );
        let items = converted
            .iter()
            .map(|argument| argument.bound.items)
            .try_fold(0_u64, |sum, items| Some(sum.saturating_add(items?)));
        let bound = Bound {
            items: items.filter(|_| overload.rust == "concat_lists"),
            ..Bound::bytes(if overload.growth == Growth::Fixed {
                32
            } else {
                bytes
            })
        };
        let typed = Typed::new(Node::Call(overload, converted), kind, extent).fails(fallible);
        Some(Typed { bound, ..typed })
    }

    /// The overload for the types of the arguments: the one that takes them as they are, or else the
    /// only one that takes them once those of no known type are what it needs.
    fn choose(
        &mut self,
        name: &Name,
        method: bool,
        arguments: &[Typed],
        extent: Extent,
    ) -> Option<&'static Overload> {
        let fits: Vec<_> = functions::overloads(&name.text, method)
            .filter(|overload| {
                overload.parameters.len() == arguments.len()
                    && overload
                        .parameters
                        .iter()
                        .zip(arguments)
                        .all(|(slot, argument)| slot.takes(&argument.kind))
            })
            .collect();
        let exact = fits.iter().find(|overload| {
            let as_they_are = |(slot, argument): (&Slot, &Typed)| {
                argument.kind != Type::Dyn || *slot == Slot::Dyn
            };
            overload.parameters.iter().zip(arguments).all(as_they_are)
        });
        if let Some(overload) = exact {
            return Some(overload);
        }
        if let [overload] = fits.as_slice() {
            return Some(overload);
        }
        let kinds: Vec<_> = arguments
            .iter()
            .map(|argument| format!("`{}`", argument.kind))
            .collect();
        let kinds = if kinds.is_empty() {
            "nothing".to_owned()
        } else {
            kinds.join(" and ")
        };
        let (message, hint) = if fits.is_empty() {
            (
                format!("`{}` does not take {kinds}", name.text),
                Some(usage(name, method, arguments)),
            )
        } else {
            let hint = "say what the value of type `dyn` is: `int(..)`, `double(..)`, `string(..)`";
            (
                format!("`{}` of {kinds} could mean several things", name.text),
                Some(hint.to_owned()),
            )
        };
        self.report(&codes::EXPRESSION_TYPE, extent, message)
            .hint(hint)
            .send(self);
        None
    }

    fn matches(&mut self, arguments: Vec<Typed>, extent: Extent) -> Option<Typed> {
        let [text, expression] = <[Typed; 2]>::try_from(arguments).ok()?;
        let Node::Literal(Literal::String(source)) = &expression.node else {
            self.report(
                &codes::EXPRESSION_TYPE,
                expression.extent,
                "a regular expression is written as text in quotes",
            )
            .help("it is compiled when the gateway is built, so that no caller can choose it")
            .send(self);
            return None;
        };
        if let Err(error) = pattern::linear(source) {
            let error = error.to_string();
            let reason = error
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            self.report(
                &codes::EXPRESSION_CONSTANT,
                expression.extent,
                format!("a regular expression that does not compile: {reason}"),
            )
            .help("the syntax is that of RE2: without look-around and back-references")
            .send(self);
            return None;
        }
        let fallible = text.fallible;
        let node = Node::Matches(Box::new(text), source.clone());
        Some(Typed::new(node, Type::Bool, extent).fails(fallible))
    }

    /// A time zone: the minutes east of UTC.
    fn zone(&mut self, argument: &Typed) -> Option<Typed> {
        let minutes = match &argument.node {
            Node::Literal(Literal::String(zone)) if matches!(zone.as_str(), "UTC" | "Z") => Some(0),
            Node::Literal(Literal::String(zone)) => offset(zone),
            _ => None,
        };
        if minutes.is_none() {
            self.report(
                &codes::EXPRESSION_CONSTANT,
                argument.extent,
                "a time zone is `\"UTC\"` or an offset such as `\"+02:00\"`",
            )
            .help(
                "names of zones are not known to a gateway: their rules change after it was built",
            )
            .send(self);
        }
        Some(Typed::literal(Literal::Int(minutes?), argument.extent))
    }

    fn constant(
        &mut self,
        read: Option<Constant>,
        overload: &Overload,
        at: Extent,
        extent: Extent,
    ) -> Option<Typed> {
        let Some(constant) = read else {
            let form = match overload.rust {
                "timestamp" => "a timestamp is written as in RFC 3339: `2026-01-31T12:00:00Z`",
                "duration" => "a duration is written with units: `1h30m`, `250ms`",
                "cidr" => "a network is written as `10.0.0.0/8` or `fd00::/8`",
                _ => "an address is written as `192.0.2.1` or `2001:db8::1`",
            };
            let message = format!("`{}` cannot read this text", overload.name);
            self.report(&codes::EXPRESSION_CONSTANT, at, message)
                .help(form)
                .send(self);
            return None;
        };
        Some(Typed::new(
            Node::Constant(constant),
            overload.result.kind(),
            extent,
        ))
    }
}

/// What a function makes of a text that is known at build time; nothing for functions that are called.
#[expect(
    clippy::option_option,
    reason = "whether it is such a function, and whether it can read the text"
)]
fn constant(overload: &Overload, text: &str) -> Option<Option<Constant>> {
    Some(match overload.rust {
        "timestamp" => Timestamp::parse(text).map(|value| Constant::Timestamp(value.nanos())),
        "duration" => Duration::parse(text).map(|value| Constant::Duration(value.nanos())),
        "ip" => text.parse().ok().map(Constant::Ip),
        "cidr" => text.parse().ok().map(Constant::Cidr),
        _ => return None,
    })
}

/// The type of a result.
fn result(overload: &Overload, arguments: &[Typed]) -> Type {
    match overload.rust {
        "split" => Type::List(Box::new(Type::String)),
        "concat_lists" => arguments
            .iter()
            .map(|argument| argument.kind.clone())
            .reduce(|kind, next| {
                if kind == next {
                    kind
                } else {
                    Type::List(Box::new(Type::Dyn))
                }
            })
            .unwrap_or(Type::Dyn),
        _ => overload.result.kind(),
    }
}

/// What a function takes, in words.
fn usage(name: &Name, method: bool, arguments: &[Typed]) -> String {
    let mut numbers = arguments
        .iter()
        .map(|argument| &argument.kind)
        .filter(|kind| kind.is_number());
    if arguments.len() == 2
        && let (Some(left), Some(right)) = (numbers.next(), numbers.next())
        && left != right
    {
        return format!("write both as one type: `{left}(..)` or `{right}(..)`");
    }
    let forms: Vec<_> = functions::overloads(&name.text, method)
        .map(|overload| {
            let kinds: Vec<_> = overload
                .parameters
                .iter()
                .map(|slot| kind_name(*slot))
                .collect();
            match kinds.split_first() {
                Some((first, rest)) if method => {
                    format!("`{first}.{}({})`", name.text, rest.join(", "))
                }
                _ if name.text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    format!("`{}({})`", name.text, kinds.join(", "))
                }
                _ => format!("`{}`", kinds.join(&format!(" {} ", name.text))),
            }
        })
        .collect();
    format!("it is there as {}", forms.join(", "))
}

/// A type in messages.
fn kind_name(slot: Slot) -> String {
    match slot {
        Slot::List => "list".to_owned(),
        Slot::Map => "map".to_owned(),
        slot => slot.kind().to_string(),
    }
}
