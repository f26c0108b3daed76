//! A checked expression as Rust: operators on native types where the types are known, calls of the
//! runtime's `rt::expr` elsewhere.

mod constant;
mod operation;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::typed::{Node, Typed};
use super::types::{Form, Type};
use crate::emit::literal::text;
use constant::bare;

/// The value: what its type is in Rust, owned where it is text.
pub(super) fn value(typed: &Typed) -> TokenStream {
    match &typed.node {
        Node::Literal(literal) => constant::literal(literal),
        Node::Constant(constant) => constant::constant(constant),
        Node::Variable { access, optional } => {
            let access = required(access, *optional);
            if typed.kind.form() == Form::Text {
                quote!(rt::Cow::Borrowed(#access))
            } else {
                access
            }
        }
        Node::Present(access) => quote!(#access.is_some()),
        Node::Local(local) => {
            let name = self::local(*local);
            if typed.kind.form() == Form::Scalar {
                quote!(#name)
            } else {
                quote!(#name.clone())
            }
        }
        Node::Member(operand, name) => operation::member("member", operand, name),
        Node::HasMember(operand, name) => operation::member("has_member", operand, name),
        Node::Entry(operand, key) => operation::entry(operand, key),
        Node::HasEntry(container, item) => operation::has_entry(container, item),
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
        Node::Call(overload, arguments) => operation::call(overload, arguments),
        Node::Matches(operand, pattern) => operation::matches(operand, pattern),
        Node::As(operand) => {
            let (operand, function) = (value(operand), as_function(&typed.kind));
            quote!(rt::expr::#function(#operand)?)
        }
        Node::Forget(operand) => wrapped(operand),
        Node::Compare(comparison, left, right) => operation::compare(*comparison, left, right),
        Node::Not(operand) => {
            let operand = self::operand(operand);
            quote!(!#operand)
        }
        Node::Logic(logic, operands) => operation::logic(*logic, operands),
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
        Node::Macro(kind, inner) => operation::repeat(*kind, inner),
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
