//! Tests of policies as constants, each with a function of one line; and what tells them which policies
//! were met. All of it is there for tests alone.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::literal::{ident, no_lints, number, option, position, text};
use crate::manifest::{TestVerdict, TestVerdicts};
use crate::plan::{
    Plan, PolicyRule, RuleSubject, Test, TestBody, TestClaim, TestExpect, TestFailure, TestOutcome,
    TestPrincipal, TestRequest, TestResult, TestStep, TestUpstream, Ways,
};

/// The module of the tests; nothing where there are none.
pub(super) fn tests(plan: &Plan) -> TokenStream {
    if plan.tests.is_empty() {
        return TokenStream::new();
    }
    let rules = plan.rules.iter().map(rule);
    let subjects = plan.rule_subjects.iter().map(|(of, rule)| {
        let (of, rule) = (subject(*of), position(*rule));
        quote!((#of, #rule))
    });
    let tests = plan.tests.iter().enumerate();
    let tests = tests.map(|(index, test)| of_test(&plan.name, index, test));
    let lints = no_lints();
    quote! {
        #lints
        #[cfg(test)]
        mod gateway_tests {
            use super::rt::testing as t;

            static RULES: t::Rules = t::Rules {
                all: &[#(#rules),*],
                subjects: &[#(#subjects),*],
            };

            #(#tests)*
        }
    }
}

/// What a policy does, with what tells the tests that it was met and passed.
pub(super) fn met(rule: Option<usize>, does: TokenStream) -> TokenStream {
    let mut all = reached(rule).unwrap_or_default();
    all.extend(does);
    all.extend(passed(rule));
    all
}

/// What tells the tests that it is the turn of a policy.
pub(super) fn reached(rule: Option<usize>) -> Option<TokenStream> {
    let rule = position(rule?);
    Some(quote! {
        #[cfg(test)]
        rt::testing::reached(#rule);
    })
}

/// What tells the tests that a policy let the call through.
pub(super) fn passed(rule: Option<usize>) -> Option<TokenStream> {
    let rule = position(rule?);
    Some(quote! {
        #[cfg(test)]
        rt::testing::passed(#rule);
    })
}

/// What tells the tests that the condition of a policy held.
pub(super) fn applied(rule: Option<usize>) -> Option<TokenStream> {
    let rule = position(rule?);
    Some(quote! {
        #[cfg(test)]
        rt::testing::applied(#rule);
    })
}

fn rule(rule: &PolicyRule) -> TokenStream {
    let (place, name) = (text(&rule.place), text(rule.name));
    let (refuses, conditional) = (rule.ways == Ways::Refusal, rule.conditional);
    quote! {
        t::Rule { place: #place, name: #name, refuses: #refuses, conditional: #conditional }
    }
}

fn subject(subject: RuleSubject) -> TokenStream {
    let (server, tool, feature) = match subject {
        RuleSubject::Guard(guard) => {
            let guard = position(guard);
            return quote!(t::Subject::Guard(#guard));
        }
        RuleSubject::Validation(server, tool) => (server, tool, quote!(Validation)),
        RuleSubject::Cache(server, tool) => (server, tool, quote!(Cache)),
        RuleSubject::Invalidation(server, tool) => (server, tool, quote!(Invalidation)),
        RuleSubject::Mask(server, tool, mask) => {
            let mask = position(mask);
            (server, tool, quote!(Mask(#mask)))
        }
    };
    let (server, tool) = (position(server), position(tool));
    quote!(t::Subject::Tool(#server, #tool, t::Feature::#feature))
}

fn of_test(gateway: &str, index: usize, test: &Test) -> TokenStream {
    let function = ident(&test.function);
    let (gateway, index) = (text(gateway), position(index));
    let (name, place, at) = (text(&test.name), text(&test.place), number(test.at));
    let steps = test.steps.iter().map(step);
    quote! {
        #[test]
        fn #function() -> Result<(), t::Failure> {
            static TEST: t::Test<'static> = t::Test {
                name: #name,
                place: #place,
                id: (#gateway, #index),
                at: #at,
                steps: &[#(#steps),*],
            };
            t::run(&super::gateway(), &TEST, RULES)
        }
    }
}

fn step(step: &TestStep) -> TokenStream {
    let place = text(&step.place);
    let after = number(u64::try_from(step.after.as_millis()).unwrap_or(u64::MAX));
    let times = number(u64::from(step.times));
    let (server, method, tool) = (position(step.server), text(&step.method), text(&step.tool));
    let (arguments, address) = (text(&step.arguments), text(&step.ip));
    let listener = option(step.listener.map(|listener| {
        let listener = position(listener);
        quote!(#listener)
    }));
    let headers = pairs(&step.headers);
    let principal = option(step.principal.as_ref().map(principal));
    let authorizer = verdicts(step.authorizer.as_ref());
    let classifier = verdicts(step.classifier.as_ref());
    let upstream = upstream(&step.upstream);
    let expect = expect(&step.expect);
    quote! {
        t::Step {
            place: #place,
            after: ::core::time::Duration::from_millis(#after),
            times: #times,
            call: t::Call {
                server: #server,
                method: #method,
                tool: #tool,
                arguments: #arguments,
                headers: #headers,
                listener: #listener,
                address: #address,
                principal: #principal,
            },
            authorizer: #authorizer,
            classifier: #classifier,
            upstream: #upstream,
            expect: #expect,
        }
    }
}

fn verdicts(verdicts: Option<&TestVerdicts>) -> TokenStream {
    match verdicts {
        None => quote!(t::Verdicts::UNSAID),
        Some(TestVerdicts::All(only)) => {
            let only = verdict(*only);
            quote!(t::Verdicts::All(#only))
        }
        Some(TestVerdicts::Each(each)) => {
            let each = each.iter().copied().map(verdict);
            quote!(t::Verdicts::Each(&[#(#each),*]))
        }
    }
}

fn verdict(verdict: TestVerdict) -> TokenStream {
    let verdict = ident(match verdict {
        TestVerdict::Allow => "Allow",
        TestVerdict::Deny => "Deny",
        TestVerdict::Fail => "Fail",
    });
    quote!(t::Verdict::#verdict)
}

fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        quote!((#name, #value))
    });
    quote!(&[#(#pairs),*])
}

fn texts(texts: &[String]) -> TokenStream {
    let texts = texts.iter().map(|item| text(item));
    quote!(&[#(#texts),*])
}

fn optional(value: Option<&String>) -> TokenStream {
    option(value.map(|value| {
        let value = text(value);
        quote!(#value)
    }))
}

fn principal(principal: &TestPrincipal) -> TokenStream {
    let identity = position(principal.identity);
    let issuer = optional(principal.issuer.as_ref());
    let subject = optional(principal.subject.as_ref());
    let client_id = optional(principal.client_id.as_ref());
    let consumer = optional(principal.consumer.as_ref());
    let (scopes, roles) = (texts(&principal.scopes), texts(&principal.roles));
    let products = principal.products.iter().copied().map(position);
    let claims = principal.claims.iter().map(|(name, claim)| {
        let name = text(name);
        let claim = match claim {
            TestClaim::String(value) => {
                let value = text(value);
                quote!(t::Claim::String(#value))
            }
            TestClaim::Strings(values) => {
                let values = texts(values);
                quote!(t::Claim::Strings(#values))
            }
            TestClaim::Integer(value) => {
                let value = Literal::i64_unsuffixed(*value);
                quote!(t::Claim::Integer(#value))
            }
            TestClaim::Boolean(value) => quote!(t::Claim::Boolean(#value)),
        };
        quote!((#name, #claim))
    });
    quote! {
        t::Principal {
            identity: #identity,
            issuer: #issuer,
            subject: #subject,
            client_id: #client_id,
            consumer: #consumer,
            scopes: #scopes,
            roles: #roles,
            products: &[#(#products),*],
            claims: &[#(#claims),*],
        }
    }
}

fn upstream(upstream: &TestUpstream) -> TokenStream {
    match upstream {
        TestUpstream::Answer {
            status,
            headers,
            body,
        } => {
            let (status, headers, body) = (number(u64::from(*status)), pairs(headers), text(body));
            quote!(t::Upstream::Answer { status: #status, headers: #headers, body: #body })
        }
        TestUpstream::Failure(failure) => {
            let failure = ident(match failure {
                TestFailure::Connect => "Connect",
                TestFailure::Timeout => "Timeout",
                TestFailure::Broken => "Broken",
            });
            quote!(t::Upstream::Failure(t::Breakdown::#failure))
        }
    }
}

fn expect(expect: &TestExpect) -> TokenStream {
    let outcome = match &expect.outcome {
        TestOutcome::Allowed => quote!(t::Outcome::Allowed),
        TestOutcome::Invalid => quote!(t::Outcome::Invalid),
        TestOutcome::Denied(reason) => {
            let reason = ident(reason);
            quote!(t::Outcome::Denied(t::Reason::#reason))
        }
    };
    let status = option(expect.status.map(|status| {
        let status = number(u64::from(status));
        quote!(#status)
    }));
    let headers = pairs(&expect.headers);
    let asked = option(expect.upstream_asked.map(|asked| quote!(#asked)));
    let upstream = option(expect.upstream.as_ref().map(request));
    let result = option(expect.result.as_ref().map(result));
    let record = pairs(&expect.record);
    quote! {
        t::Expect {
            outcome: #outcome,
            status: #status,
            headers: #headers,
            upstream_asked: #asked,
            upstream: #upstream,
            result: #result,
            record: #record,
        }
    }
}

fn request(request: &TestRequest) -> TokenStream {
    let method = optional(request.method.as_ref());
    let path = optional(request.path.as_ref());
    let query = optional(request.query.as_ref());
    let headers = pairs(&request.headers);
    let without_headers = texts(&request.without_headers);
    let body = option(request.body.as_ref().map(|body| match body {
        TestBody::Text(body) => {
            let body = text(body);
            quote!(t::Text::Exactly(#body))
        }
        TestBody::Json(body) => {
            let body = text(body);
            quote!(t::Text::Json(#body))
        }
    }));
    quote! {
        t::ExpectRequest {
            method: #method,
            path: #path,
            query: #query,
            headers: #headers,
            without_headers: #without_headers,
            body: #body,
        }
    }
}

fn result(result: &TestResult) -> TokenStream {
    let is_error = option(result.is_error.map(|value| quote!(#value)));
    let text = optional(result.text.as_ref());
    let contains = texts(&result.contains);
    let structured = optional(result.structured.as_ref());
    quote! {
        t::ExpectResult {
            is_error: #is_error,
            text: #text,
            contains: #contains,
            structured: #structured,
        }
    }
}
