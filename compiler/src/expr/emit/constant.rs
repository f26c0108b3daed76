//! Constants.

use proc_macro2::{Literal as Token, TokenStream};
use quote::quote;

use super::super::syntax::Literal;
use super::super::typed::Constant;
use crate::emit::literal::text;

pub(super) fn literal(literal: &Literal) -> TokenStream {
    let bare = bare(literal);
    match literal {
        Literal::Null => quote!(rt::expr::Value::Null),
        Literal::String(_) | Literal::Bytes(_) => quote!(rt::Cow::Borrowed(#bare)),
        _ => bare,
    }
}

/// A literal; text as `&str`, bytes as `&[u8]`.
pub(super) fn bare(literal: &Literal) -> TokenStream {
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

pub(super) fn constant(constant: &Constant) -> TokenStream {
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
