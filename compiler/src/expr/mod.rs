//! Expressions: the Common Expression Language (CEL), checked against what each phase of a request
//! knows, and compiled to Rust.
//!
//! ```text
//! token, literal   text -> tokens
//! parse            tokens -> syntax: a tree whose nesting is bounded
//! environment      what a phase knows: variables, their types, how generated code reads them
//! check            syntax -> typed: names bound, overloads chosen, conditions that are decided refused
//! cost             a bound on the steps of an evaluation, from the bounds of its variables
//! emit             typed -> Rust: operators on native types, calls of the runtime's `rt::expr`
//! ```
//!
//! [`place`](ExprSpan) takes every fault back to its line and column in the manifest. What an
//! expression means is in `docs/expressions.md`.
//!
//! Whatever can be known at build time is an error at build time: a name that is not there, an operation
//! that the types do not have, a comparison that is always or never true, a pattern that does not
//! compile, an evaluation that a caller could make expensive. What is left for run time are values that
//! are absent, conversions, and arithmetic out of bounds; these are errors as values.

mod check;
mod cost;
mod domain;
mod emit;
mod environment;
mod functions;
mod literal;
mod parse;
mod place;
mod syntax;
mod token;
mod typed;
mod types;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostic::{Diagnostic, Sink, codes};
use check::Checker;
use typed::Typed;

pub use environment::{Argument, Environment, Variable};
pub use place::ExprSpan;
pub use types::Type;

/// An expression that compiles.
#[derive(Clone, Debug)]
pub struct Compiled {
    root: Typed,
    variables: BTreeSet<String>,
    steps: u64,
}

/// Compiles an expression of any type.
///
/// What is wrong with it is reported at its place; nothing then.
pub fn compile(
    text: &str,
    place: &ExprSpan,
    environment: &Environment<'_>,
    sink: &mut Sink,
) -> Option<Compiled> {
    finish(text, place, environment, sink, |checker, syntax| {
        checker.value(syntax)
    })
}

/// Compiles a condition: an expression of type `bool` that does not always have the same outcome.
///
/// What is wrong with it is reported at its place; nothing then.
pub fn condition(
    text: &str,
    place: &ExprSpan,
    environment: &Environment<'_>,
    sink: &mut Sink,
) -> Option<Compiled> {
    finish(text, place, environment, sink, |checker, syntax| {
        checker.condition(syntax)
    })
}

type Check = fn(&mut Checker<'_, '_>, &syntax::Expr) -> Option<Typed>;

fn finish(
    text: &str,
    place: &ExprSpan,
    environment: &Environment<'_>,
    sink: &mut Sink,
    check: Check,
) -> Option<Compiled> {
    let syntax = match parse::parse(text) {
        Ok(syntax) => syntax,
        Err(fault) => {
            let span = place.span(fault.extent);
            let diagnostic = Diagnostic::new(&codes::EXPRESSION_SYNTAX, span, fault.message);
            sink.report(match fault.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
            return None;
        }
    };
    let errors = sink.errors();
    let mut checker = Checker::new(text, place, environment, sink);
    let root = check(&mut checker, &syntax);
    let variables = checker.used;
    let root = root.filter(|_| sink.errors() == errors)?;
    let steps = cost::steps(&root, &mut Vec::new());
    if steps > cost::MAX_STEPS {
        let message = format!(
            "an expression of up to {steps} steps, more than the {} that one may take",
            cost::MAX_STEPS
        );
        sink.report(
            Diagnostic::new(&codes::EXPRESSION_COST, place.span(root.extent), message).help(
                "bound what it goes through: `maxItems` and `maxLength` in the schema, or one macro instead \
                 of two within each other",
            ),
        );
        return None;
    }
    Some(Compiled {
        root,
        variables,
        steps,
    })
}

impl Compiled {
    /// The type of its value.
    pub fn value_type(&self) -> &Type {
        &self.root.kind
    }

    /// The same in Rust, as part of a signature in which the variables live for `'a`.
    pub fn rust_type(&self) -> TokenStream {
        emit::rust_type(&self.root.kind)
    }

    /// The variables that it uses, by their paths with dots.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(String::as_str)
    }

    /// The most steps that its evaluation takes.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether its evaluation can fail.
    pub fn is_fallible(&self) -> bool {
        self.root.fallible
    }

    /// The body of a function that gives `Result<_, rt::expr::Error>` of its [`Self::rust_type`], with
    /// the runtime's private module as `rt` and whatever the variables' accesses name in scope.
    pub fn emit(&self) -> TokenStream {
        let value = emit::value(&self.root);
        quote!(Ok(#value))
    }
}

#[cfg(test)]
mod tests;
