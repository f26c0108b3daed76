//! The body in XML.

use super::Arguments;
use crate::rest::xml::{self, Content};
use crate::rest::{Body, Value};

/// Writes the body of an operation whose body is XML; `None` where there is none to send.
pub(super) fn write(arguments: &mut Arguments<'_>) -> Option<Vec<u8>> {
    let operation = arguments.operation;
    let name = |argument: usize| operation.arguments.get(argument).copied().unwrap_or("");
    let (document, content) = match &operation.body {
        Body::Xml {
            document, argument, ..
        } => {
            let value = arguments.value(*argument);
            if value == Value::Absent {
                return None;
            }
            (document, Content::Value(name(*argument), value))
        }
        Body::XmlObject {
            document,
            members,
            required,
            ..
        } => {
            let given: Vec<_> = members
                .iter()
                .map(|(key, argument)| (*key, name(*argument), arguments.value(*argument)))
                .filter(|(.., value)| *value != Value::Absent)
                .collect();
            if given.is_empty() && !required {
                return None;
            }
            (document, Content::Members(given))
        }
        _ => return None,
    };
    Some(xml::write(document, content, &mut arguments.violations))
}
