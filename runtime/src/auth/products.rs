//! By which product a caller comes to a tool, if at all.

use super::principal::PrincipalKind;
use crate::caller::Caller;
use crate::description::{Access, Description, Identity, Product, Server};
use crate::policy::{Reason, Refusal};

/// What a key is for, as the file with the keys says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum KeyScope {
    /// Nothing is said: the caller has the products that its principal has. So do tokens.
    #[default]
    Unsaid,
    /// These products, by position, and nothing else.
    Products(Box<[usize]>),
    /// All of these servers, by position, without their products and nothing else.
    Servers(Box<[usize]>),
    /// All servers, without their products.
    Everything,
}

/// How a caller comes to a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By no product.
    Direct,
    /// By the one at this position.
    Product(usize),
}

impl Way {
    /// The position of the product.
    pub(crate) fn product(self) -> Option<usize> {
        match self {
            Self::Direct => None,
            Self::Product(position) => Some(position),
        }
    }
}

/// Why a caller may not call a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// Nobody knows who it is, and that would help.
    Credentials,
    /// It has no product with the tool.
    Product,
    /// It lacks one of these scopes.
    Scopes(&'static [&'static str]),
}

impl Denial {
    /// What a caller without a product is told.
    #[cold]
    pub(crate) fn no_product() -> Refusal {
        Refusal::new(
            Reason::Product,
            "This call is not allowed: the caller has no product with this tool. Other tools of this server \
             may be open to it.",
        )
    }
}

/// The products of a gateway, and where they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Products {
    all: &'static [Product],
    servers: &'static [&'static Server],
    identities: &'static [Identity],
}

impl Products {
    pub(super) fn of(description: &'static Description) -> Self {
        Self {
            all: description.products,
            servers: description.servers,
            identities: description.identities,
        }
    }

    /// The position of a product by its name.
    pub(super) fn product(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|product| product.name == name)
    }

    /// The position of a server by its name.
    pub(super) fn server(&self, name: &str) -> Option<usize> {
        self.servers.iter().position(|server| server.name == name)
    }

    /// Whether callers of a server need not say who they are, for some of its tools.
    pub(super) fn opens(&self, access: &Access) -> bool {
        let mut offered = access.offered.iter();
        offered.any(|position| self.is_open(*position))
    }

    fn is_open(&self, position: usize) -> bool {
        self.all.get(position).is_some_and(|product| product.open)
    }

    /// How a caller comes to the tool at a position of a server.
    pub(super) fn way(&self, server: usize, tool: usize, caller: &Caller) -> Option<Way> {
        let access = self.servers.get(server)?.access;
        let products = access.products.get(tool).copied().unwrap_or_default();
        self.among(products, access, server, caller)
    }

    /// Whether a caller comes to anything at a server.
    pub(super) fn reaches(&self, server: usize, caller: &Caller) -> bool {
        let access = self.servers.get(server).map(|server| server.access);
        access.is_some_and(|access| self.among(access.offered, access, server, caller).is_some())
    }

    /// The first of `products` that the caller has, in their order; open ones come last in it.
    fn among(
        &self,
        products: &[usize],
        access: &Access,
        server: usize,
        caller: &Caller,
    ) -> Option<Way> {
        let first = |has: &dyn Fn(usize) -> bool| {
            let mut products = products.iter().copied();
            products.find(|position| has(*position)).map(Way::Product)
        };
        match &caller.principal().scope {
            KeyScope::Everything => Some(Way::Direct),
            KeyScope::Servers(own) => own.contains(&server).then_some(Way::Direct),
            KeyScope::Products(own) => first(&|position| own.contains(&position)),
            KeyScope::Unsaid if access.offered.is_empty() => Some(Way::Direct),
            KeyScope::Unsaid => first(&|position| self.has(position, caller)).or_else(|| {
                let asks_nobody = access.identities.is_empty();
                asks_nobody.then_some(Way::Direct)
            }),
        }
    }

    /// Whether a caller has a product without a key that is for it.
    fn has(&self, position: usize, caller: &Caller) -> bool {
        let Some(product) = self.all.get(position) else {
            return false;
        };
        if product.open {
            return true;
        }
        let principal = caller.principal();
        if principal.kind() == PrincipalKind::Anonymous {
            return false;
        }
        let application = product.applications.as_ref().is_some_and(|applications| {
            let identity = self.identities.get(applications.identity);
            identity.is_some_and(|identity| identity.name == principal.identity())
                && principal.has_role(applications.role)
        });
        application || product.claim.is_some_and(|claim| claim(caller))
    }
}
