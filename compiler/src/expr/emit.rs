//! A checked expression as Rust: operators on native types where the types are known, calls of the
//! runtime's `rt::expr` elsewhere.

use proc_macro2::{Ident, Literal as Token, TokenStream};
use quote::{format_ident, quote};

use super::functions::Slot;
use super::syntax::{Literal, Logic};
use super::typed::{Comparison, Constant, Loop, Macro, Node, Typed};
use super::types::{Form, Type};
use crate::emit::literal::{ident, text};

/// The value: what its type is in Rust, owned where it is text.
pub(super) fn value(typed: &Typed) -> TokenStream {
    match &typed.node {
        Node::Literal(literal) => self::literal(literal),
        Node::Constant(constant) => self::constant(constant),
        Node::Variable { access, optional } => {
            let access = required(access, *optional);
            match typed.kind.form() {
                Form::Text => quote!(rt::Cow::Borrowed(#access)),
                _ => access,
            }
        }
        Node::Present(access) => quote!(#access.is_some()),
        Node::Local(local) => {
            let name = self::local(*local);
            match typed.kind.form() {
                Form::Scalar => quote!(#name),
                _ => quote!(#name.clone()),
            }
        }
        Node::Member(operand, name) => {
            let (operand, name) = (any(operand), text(name));
            quote!(rt::expr::member(#operand, #name)?)
        }
        Node::HasMember(operand, name) => {
            let (operand, name) = (any(operand), text(name));
            quote!(rt::expr::has_member(#operand, #name)?)
        }
        Node::Entry(operand, key) => entry(operand, key),
        Node::HasEntry(container, item) => has_entry(container, item),
        Node::IsOneOf(operand, values) => {
            let (operand, values) = (look(operand), values.iter().map(bare));
            quote!(matches!(#operand, #(#values)|*))
        }
        Node::List(items) => {
            let items = items.iter().map(wrapped);
            quote!(rt::expr::Value::List(vec![#(#items),*]))
        }
        Node::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let (key, value) = (text(key), wrapped(value));
                quote!((#key, #value))
            });
            quote!(rt::expr::Value::Map(vec![#(#entries),*]))
        }
        Node::Call(overload, arguments) => {
            let function = ident(overload.rust);
            let arguments = arguments
                .iter()
                .zip(overload.parameters)
                .map(|(argument, slot)| {
                    let as_value = matches!(slot, Slot::List | Slot::Map | Slot::Dyn);
                    if overload.dynamic || as_value {
                        any(argument)
                    } else {
                        look(argument)
                    }
                });
            let failing = overload.fallible.then(|| quote!(?));
            quote!(rt::expr::#function(#(#arguments),*) #failing)
        }
        Node::Matches(operand, pattern) => {
            let (operand, pattern) = (look(operand), text(pattern));
            quote!({
                static PATTERN: rt::expr::Pattern = rt::expr::Pattern::new(#pattern);
                PATTERN.matches(#operand)
            })
        }
        Node::As(operand) => {
            let (operand, function) = (value(operand), as_function(&typed.kind));
            quote!(rt::expr::#function(#operand)?)
        }
        Node::Forget(operand) => wrapped(operand),
        Node::Compare(comparison, left, right) => compare(*comparison, left, right),
        Node::Not(operand) => {
            let operand = self::operand(operand);
            quote!(!#operand)
        }
        Node::Logic(logic, operands) => self::logic(*logic, operands),
        Node::Conditional(parts) => {
            let [condition, then, otherwise] = &**parts;
            let condition = value(condition);
            // Where the types of the two differ, the outcome is of no known type.
            let branch = if typed.kind.form() == Form::Value {
                wrapped
            } else {
                value
            };
            let (then, otherwise) = (branch(then), branch(otherwise));
            quote!(if #condition { #then } else { #otherwise })
        }
        Node::Macro(kind, inner) => self::repeat(*kind, inner),
    }
}

/// The type of the value in Rust, of an expression whose variables live for `'a`.
pub(super) fn rust_type(kind: &Type) -> TokenStream {
    match kind {
        Type::Bool => quote!(bool),
        Type::Int => quote!(i64),
        Type::Uint => quote!(u64),
        Type::Double => quote!(f64),
        Type::String => quote!(rt::Cow<'a, str>),
        Type::Bytes => quote!(rt::Cow<'a, [u8]>),
        Type::Timestamp => quote!(rt::expr::Timestamp),
        Type::Duration => quote!(rt::expr::Duration),
        Type::Ip => quote!(rt::expr::IpAddr),
        Type::Cidr => quote!(rt::expr::IpNet),
        Type::Dyn | Type::Null | Type::List(_) | Type::Map(_) | Type::Object(_) => {
            quote!(rt::expr::Value<'a>)
        }
    }
}

/// The value to look at: `&str` and `&[u8]` for text, `&Value`, or a `Copy` type.
fn look(typed: &Typed) -> TokenStream {
    match (typed.kind.form(), &typed.node) {
        (Form::Scalar, _) => value(typed),
        (Form::Text, Node::Literal(literal)) => bare(literal),
        (Form::Text, Node::Variable { access, optional }) => required(access, *optional),
        (Form::Text, Node::Local(local)) => {
            let name = self::local(*local);
            quote!(&*#name)
        }
        (Form::Value, Node::Local(local)) => {
            let name = self::local(*local);
            quote!(&#name)
        }
        (Form::Text, _) => {
            let value = operand(typed);
            quote!(&*#value)
        }
        (Form::Value, _) => {
            let value = operand(typed);
            quote!(&#value)
        }
    }
}

/// A `&Value`, whatever the type.
fn any(typed: &Typed) -> TokenStream {
    if typed.kind.form() == Form::Value {
        look(typed)
    } else {
        let value = wrapped(typed);
        quote!(&#value)
    }
}

/// A `Value`, whatever the type.
fn wrapped(typed: &Typed) -> TokenStream {
    match (typed.kind.form(), &typed.node) {
        (Form::Value, _) => value(typed),
        (Form::Text, Node::Literal(_) | Node::Variable { .. }) => {
            let value = look(typed);
            quote!(rt::expr::Value::from(#value))
        }
        _ => {
            let value = value(typed);
            quote!(rt::expr::Value::from(#value))
        }
    }
}

/// The value as an operand of an operator of Rust.
fn operand(typed: &Typed) -> TokenStream {
    parenthesized(typed, value(typed))
}

/// Parentheses around what is printed as an operator.
fn parenthesized(typed: &Typed, tokens: TokenStream) -> TokenStream {
    match &typed.node {
        Node::Compare(..) | Node::Logic(..) | Node::Conditional(_) | Node::Literal(_) => {
            quote!((#tokens))
        }
        _ => tokens,
    }
}

fn required(access: &TokenStream, optional: bool) -> TokenStream {
    if optional {
        quote!(#access.ok_or(rt::expr::Error::Absent)?)
    } else {
        access.clone()
    }
}

fn local(position: usize) -> Ident {
    format_ident!("item_{position}")
}

fn literal(literal: &Literal) -> TokenStream {
    let bare = bare(literal);
    match literal {
        Literal::Null => quote!(rt::expr::Value::Null),
        Literal::String(_) | Literal::Bytes(_) => quote!(rt::Cow::Borrowed(#bare)),
        _ => bare,
    }
}

/// A literal; text as `&str`, bytes as `&[u8]`.
fn bare(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Null => quote!(rt::expr::Value::Null),
        Literal::Bool(value) => quote!(#value),
        // The magnitude of the least number is no literal of its type.
        Literal::Int(i64::MIN) => quote!(i64::MIN),
        Literal::Int(value) => {
            let value = Token::i64_suffixed(*value);
            quote!(#value)
        }
        Literal::Uint(value) => {
            let value = Token::u64_suffixed(*value);
            quote!(#value)
        }
        Literal::Double(value) => {
            let value = Token::f64_suffixed(*value);
            quote!(#value)
        }
        Literal::String(value) => {
            let value = text(value);
            quote!(#value)
        }
        Literal::Bytes(value) => {
            let value = Token::byte_string(value);
            quote!(#value.as_slice())
        }
    }
}

fn constant(constant: &Constant) -> TokenStream {
    let nanos = |nanos: i128| Token::i128_suffixed(nanos);
    match constant {
        Constant::Timestamp(value) => {
            let value = nanos(*value);
            quote!(rt::expr::timestamp_of_nanos(#value)?)
        }
        Constant::Duration(value) => {
            let value = nanos(*value);
            quote!(rt::expr::duration_of_nanos(#value)?)
        }
        Constant::Ip(value) => address(*value),
        Constant::Cidr(value) => {
            let (address, prefix) = (
                address(value.addr()),
                Token::u8_unsuffixed(value.prefix_len()),
            );
            quote!(rt::expr::IpNet::new_assert(#address, #prefix))
        }
    }
}

fn address(address: std::net::IpAddr) -> TokenStream {
    match address {
        std::net::IpAddr::V4(address) => {
            let bits = Token::u32_unsuffixed(address.to_bits());
            quote!(rt::expr::IpAddr::V4(rt::expr::Ipv4Addr::from_bits(#bits)))
        }
        std::net::IpAddr::V6(address) => {
            let bits = Token::u128_unsuffixed(address.to_bits());
            quote!(rt::expr::IpAddr::V6(rt::expr::Ipv6Addr::from_bits(#bits)))
        }
    }
}

fn as_function(kind: &Type) -> Ident {
    format_ident!(
        "as_{}",
        match kind {
            Type::Int => "int",
            Type::Uint => "uint",
            Type::Double => "double",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Timestamp => "timestamp",
            Type::Duration => "duration",
            Type::Ip => "ip",
            Type::Cidr => "cidr",
            // Only scalars are converted.
            _ => "bool",
        }
    )
}

fn entry(operand: &Typed, key: &Typed) -> TokenStream {
    let container = any(operand);
    match (&operand.kind, &key.kind) {
        (_, Type::String) => {
            let key = look(key);
            quote!(rt::expr::member(#container, #key)?)
        }
        (_, Type::Int) => {
            let position = value(key);
            quote!(rt::expr::item(#container, #position)?)
        }
        _ => {
            let key = any(key);
            quote!(rt::expr::entry(#container, #key)?)
        }
    }
}

fn has_entry(container: &Typed, item: &Typed) -> TokenStream {
    let operand = any(container);
    match (&container.kind, &item.kind) {
        (Type::List(_), _) => {
            let item = any(item);
            quote!(rt::expr::has_item(#operand, #item)?)
        }
        (Type::Map(_) | Type::Object(_), Type::String) => {
            let key = look(item);
            quote!(rt::expr::has_member(#operand, #key)?)
        }
        _ => {
            let item = any(item);
            quote!(rt::expr::has_entry(#operand, #item)?)
        }
    }
}

fn compare(comparison: Comparison, left: &Typed, right: &Typed) -> TokenStream {
    if left.kind == right.kind && left.kind.form() != Form::Value {
        let (left, right) = (side(left), side(right));
        let operator = match comparison {
            Comparison::Equal => quote!(==),
            Comparison::NotEqual => quote!(!=),
            Comparison::Less => quote!(<),
            Comparison::LessOrEqual => quote!(<=),
            Comparison::Greater => quote!(>),
            Comparison::GreaterOrEqual => quote!(>=),
        };
        return quote!(#left #operator #right);
    }
    let (left, right) = (any(left), any(right));
    let test = match comparison {
        Comparison::Equal => return quote!(rt::expr::equal(#left, #right)),
        Comparison::NotEqual => return quote!(!rt::expr::equal(#left, #right)),
        Comparison::Less => quote!(is_lt),
        Comparison::LessOrEqual => quote!(is_le),
        Comparison::Greater => quote!(is_gt),
        Comparison::GreaterOrEqual => quote!(is_ge),
    };
    quote!(rt::expr::order(#left, #right)?.is_some_and(rt::expr::Ordering::#test))
}

/// One side of an operator of Rust that compares.
fn side(typed: &Typed) -> TokenStream {
    match (typed.kind.form(), &typed.node) {
        (Form::Text, Node::Literal(literal)) => bare(literal),
        (Form::Scalar, _) => operand(typed),
        _ => look(typed),
    }
}

/// Native operators as far as nothing before the last operand can fail; what the last one fails with
/// is the outcome then, as it has to be.
fn logic(logic: Logic, operands: &[Typed]) -> TokenStream {
    let (last, before) = match operands.split_last() {
        Some(parts) => parts,
        None => return quote!(true),
    };
    if before.iter().any(|operand| operand.fallible) {
        let decisive = logic.decisive();
        let operands = operands.iter().map(|operand| {
            let value = value(operand);
            quote!(&mut || Ok(#value))
        });
        return quote!(rt::expr::combine(#decisive, &mut [#(#operands),*])?);
    }
    let before = before.iter().map(operand);
    let last = operand(last);
    match logic {
        Logic::And => quote!(#(#before &&)* #last),
        Logic::Or => quote!(#(#before ||)* #last),
    }
}

fn repeat(kind: Macro, inner: &Loop) -> TokenStream {
    let items = any(&inner.items);
    let name = local(inner.local);
    let typed = (inner.local_kind.form() != Form::Value).then(|| {
        let function = as_function(&inner.local_kind);
        quote!(let #name = rt::expr::#function(#name)?;)
    });
    let body = value(&inner.body);
    let predicate = quote!(|#name| { #typed Ok(#body) });
    let call = match kind {
        Macro::All => quote!(quantify(false, #items, #predicate)),
        Macro::Exists => quote!(quantify(true, #items, #predicate)),
        Macro::ExistsOne => quote!(exists_one(#items, #predicate)),
        Macro::Filter => {
            let again = if typed.is_some() {
                quote!(rt::expr::Value::from(#name))
            } else {
                quote!(#name)
            };
            quote!(collect(#items, |#name| { #typed Ok(if #body { Some(#again) } else { None }) }))
        }
        Macro::Map => {
            let made = wrapped(&inner.body);
            let kept = match &inner.condition {
                Some(condition) => {
                    let condition = value(condition);
                    quote!(if #condition { Some(#made) } else { None })
                }
                None => quote!(Some(#made)),
            };
            quote!(collect(#items, |#name| { #typed Ok(#kept) }))
        }
    };
    quote!(rt::expr::#call?)
}
