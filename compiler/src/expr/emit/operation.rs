//! Operators, functions and macros.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::functions::{Overload, Slot};
use super::super::syntax::Logic;
use super::super::typed::{Comparison, Loop, Macro, Node, Typed};
use super::super::types::{Form, Type};
use super::{any, as_function, bare, local, look, operand, value, wrapped};
use crate::emit::literal::{ident, text};

/// `member` or `has_member`.
pub(super) fn member(function: &str, operand: &Typed, name: &str) -> TokenStream {
    let (function, operand, name) = (ident(function), any(operand), text(name));
    quote!(rt::expr::#function(#operand, #name)?)
}

pub(super) fn call(overload: &Overload, arguments: &[Typed]) -> TokenStream {
    let function = ident(overload.rust);
    // A part of a timestamp gets its time zone from the compiler.
    let slots = overload
        .parameters
        .iter()
        .chain(std::iter::repeat(&Slot::Int));
    let arguments = arguments.iter().zip(slots).map(|(argument, slot)| {
        if overload.dynamic || matches!(slot, Slot::List | Slot::Map | Slot::Dyn) {
            any(argument)
        } else {
            look(argument)
        }
    });
    let failing = overload.fallible.then(|| quote!(?));
    quote!(rt::expr::#function(#(#arguments),*) #failing)
}

pub(super) fn matches(operand: &Typed, pattern: &str) -> TokenStream {
    let (operand, pattern) = (look(operand), text(pattern));
    quote!({
        static PATTERN: rt::expr::Pattern = rt::expr::Pattern::new(#pattern);
        PATTERN.matches(#operand)
    })
}

pub(super) fn entry(operand: &Typed, key: &Typed) -> TokenStream {
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

pub(super) fn has_entry(container: &Typed, item: &Typed) -> TokenStream {
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

pub(super) fn compare(comparison: Comparison, left: &Typed, right: &Typed) -> TokenStream {
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
pub(super) fn logic(logic: Logic, operands: &[Typed]) -> TokenStream {
    let Some((last, before)) = operands.split_last() else {
        return quote!(true);
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

pub(super) fn repeat(kind: Macro, inner: &Loop) -> TokenStream {
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
            let kept = if let Some(condition) = &inner.condition {
                let condition = value(condition);
                quote!(if #condition { Some(#made) } else { None })
            } else {
                quote!(Some(#made))
            };
            quote!(collect(#items, |#name| { #typed Ok(#kept) }))
        }
    };
    quote!(rt::expr::#call?)
}
