//! What stands in the parentheses of `#[tool(..)]`.

use gatewright_compiler::plan::Annotations;
use proc_macro2::TokenStream;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{LitBool, LitStr};

/// The attribute.
pub(crate) struct Attribute {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    /// JSON text.
    pub(crate) input_schema: Option<LitStr>,
    pub(crate) annotations: Annotations,
}

impl Attribute {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let mut attribute = Self {
            title: None,
            description: None,
            input_schema: None,
            // The protocol's own defaults: code may do anything unless it says otherwise.
            annotations: Annotations {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
        };
        syn::meta::parser(|meta| attribute.key(&meta)).parse2(tokens)?;
        Ok(attribute)
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let Some(key) = meta.path.get_ident() else {
            return Err(meta.error("expected a key"));
        };
        let text = || -> syn::Result<LitStr> { meta.value()?.parse() };
        let hint = || -> syn::Result<bool> { Ok(meta.value()?.parse::<LitBool>()?.value()) };
        match key.to_string().as_str() {
            "title" => self.title = Some(text()?.value()),
            "description" => self.description = Some(text()?.value()),
            "input_schema" => self.input_schema = Some(text()?),
            "read_only" => self.annotations.read_only = hint()?,
            "destructive" => self.annotations.destructive = hint()?,
            "idempotent" => self.annotations.idempotent = hint()?,
            "open_world" => self.annotations.open_world = hint()?,
            _ => {
                return Err(meta.error(
                    "unknown key; known are `title`, `description`, `input_schema`, `read_only`, \
                     `destructive`, `idempotent` and `open_world`",
                ));
            }
        }
        Ok(())
    }
}
