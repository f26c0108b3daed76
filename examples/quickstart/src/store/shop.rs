//! What the store keeps, and its operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::http::{Request, Response};

/// Pets by id, and orders.
pub(crate) struct Shop {
    pets: BTreeMap<u64, Map<String, Value>>,
    orders: Vec<Value>,
    next: u64,
}

impl Shop {
    /// A shop with something in it.
    pub(crate) fn stocked() -> Self {
        let mut shop = Self {
            pets: BTreeMap::new(),
            orders: Vec::new(),
            next: 1,
        };
        for (name, status, price, tag) in [
            ("Rex", "available", 120.0, "dog"),
            ("Tom", "available", 80.5, "cat"),
            ("Dumbo", "reserved", 9000.0, "elephant"),
            ("Nemo", "available", 12.25, "fish"),
        ] {
            let pet = json!({ "name": name, "status": status, "price": price, "tags": [tag] });
            if let Value::Object(pet) = pet {
                shop.take_in(pet);
            }
        }
        shop
    }

    fn take_in(&mut self, mut pet: Map<String, Value>) -> Value {
        let id = self.next;
        self.next += 1;
        pet.insert("id".to_owned(), json!(id));
        pet.entry("status").or_insert_with(|| json!("available"));
        self.pets.insert(id, pet.clone());
        Value::Object(pet)
    }

    /// Answers a request.
    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["pets"]) => self.list(request),
            ("POST", ["pets"]) => match object(request) {
                Some(pet) if pet.get("name").is_some_and(Value::is_string) => {
                    Response::json(201, &self.take_in(pet))
                }
                _ => Response::problem(422, "Not a pet", "A pet needs at least a `name`."),
            },
            (method, ["pets", id]) => self.one(method, id, request),
            ("POST", ["orders"]) => self.order(request),
            ("GET", ["orders", "export"]) => self.export(),
            ("POST", ["admin", "reset"]) => {
                *self = Self::stocked();
                Response::empty()
            }
            _ => Response::problem(404, "Not found", "The store has no such thing."),
        }
    }

    fn list(&self, request: &Request) -> Response {
        let values = |name: &str| {
            let name = name.to_owned();
            request
                .query
                .iter()
                .filter(move |pair| pair.0 == name)
                .map(|pair| pair.1.clone())
        };
        let number = |name: &str, default: usize| {
            values(name)
                .next()
                .and_then(|value| value.parse().ok())
                .unwrap_or(default)
        };
        let status = values("status").next();
        let tags: Vec<String> = values("tag").collect();
        let has_tag = |pet: &Map<String, Value>| {
            let own = pet.get("tags").and_then(Value::as_array);
            tags.is_empty()
                || own.is_some_and(|own| {
                    own.iter()
                        .filter_map(Value::as_str)
                        .any(|tag| tags.iter().any(|one| one == tag))
                })
        };
        let matching: Vec<_> = self
            .pets
            .values()
            .filter(|pet| {
                status.is_none() || pet.get("status").and_then(Value::as_str) == status.as_deref()
            })
            .filter(|pet| has_tag(pet))
            .collect();
        let page: Vec<_> = matching
            .iter()
            .skip(number("offset", 0))
            .take(number("limit", 20))
            .collect();
        Response::json(200, &json!({ "pets": page, "total": matching.len() }))
    }

    fn one(&mut self, method: &str, id: &str, request: &Request) -> Response {
        let id = id.parse().unwrap_or(0);
        let Some(pet) = self.pets.get_mut(&id) else {
            let detail = format!("There is no pet {id}. List the pets to see which there are.");
            return Response::problem(404, "No such pet", &detail);
        };
        match method {
            "GET" => Response::json(200, &Value::Object(pet.clone())),
            "PATCH" => {
                let Some(change) = object(request) else {
                    return Response::problem(422, "Not a change", "A change is a JSON object.");
                };
                pet.extend(change.into_iter().filter(|(key, _)| key != "id"));
                Response::json(200, &Value::Object(pet.clone()))
            }
            "DELETE" => {
                self.pets.remove(&id);
                Response::empty()
            }
            _ => Response::problem(405, "Method not allowed", "Get, patch or delete a pet."),
        }
    }

    fn order(&mut self, request: &Request) -> Response {
        let order = object(request).unwrap_or_default();
        let id = order.get("petId").and_then(Value::as_u64).unwrap_or(0);
        let Some(pet) = self.pets.get_mut(&id) else {
            return Response::problem(
                409,
                "No such pet",
                &format!("There is no pet {id} to order."),
            );
        };
        if pet.get("status").and_then(Value::as_str) != Some("available") {
            return Response::problem(
                409,
                "Not available",
                "Somebody else was faster. Choose another pet.",
            );
        }
        pet.insert("status".to_owned(), json!("sold"));
        let mut order = order;
        order.insert("id".to_owned(), json!(self.orders.len() + 1));
        let order = Value::Object(order);
        self.orders.push(order.clone());
        Response::json(201, &order)
    }

    fn export(&self) -> Response {
        let mut lines = vec!["id,petId,customer".to_owned()];
        lines.extend(self.orders.iter().map(|order| {
            let field = |name: &str| order.get(name).map(Value::to_string).unwrap_or_default();
            format!("{},{},{}", field("id"), field("petId"), field("customer"))
        }));
        let body = lines.join("\n") + "\n";
        Response {
            status: 200,
            media_type: "text/csv; charset=utf-8",
            body,
        }
    }
}

fn object(request: &Request) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}
