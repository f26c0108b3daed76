//! What callers sent: values by what is done with them, and where they stand among the arguments.

use std::borrow::Cow;

use gatewright_schema::json::{Kind, Reader};

use crate::rest::Value;

/// A member of an object that was sent.
pub(super) struct Field<'a> {
    pub(super) key: Cow<'a, str>,
    /// What callers know it by, where that may be another name.
    pub(super) argument: Option<&'a str>,
    pub(super) value: Value<'a>,
}

impl Field<'_> {
    pub(super) fn step(&self) -> Step<'_> {
        Step::Name(self.argument.unwrap_or(&self.key))
    }
}

/// A value by what is done with it.
pub(super) enum Form<'a> {
    Null,
    Scalar(Value<'a>),
    Array(Reader<'a>),
    Object(Vec<Field<'a>>),
}

impl<'a> Form<'a> {
    pub(super) fn of(value: Value<'a>) -> Self {
        let Value::Json(text) = value else {
            return if value == Value::Absent {
                Self::Null
            } else {
                Self::Scalar(value)
            };
        };
        let mut reader = Reader::over(text);
        match reader.peek() {
            Ok(Kind::Null) | Err(_) => Self::Null,
            Ok(Kind::Array) => Self::Array(reader),
            Ok(Kind::Object) => Self::Object(fields(reader)),
            Ok(Kind::Boolean | Kind::Number | Kind::String) => Self::Scalar(value),
        }
    }
}

/// The members of an object, whose text was checked before.
fn fields(mut reader: Reader<'_>) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut first = true;
    if reader.begin_object().is_err() {
        return fields;
    }
    while let Ok(Some(key)) = reader.next_key(&mut first) {
        let Ok(value) = reader.raw() else { break };
        fields.push(Field {
            key,
            argument: None,
            value: Value::Json(value.as_str()),
        });
    }
    fields
}

/// Where a value stands among the arguments; a list from the value up, so that nothing is built
/// unless there is something to report.
#[derive(Clone, Copy, Default)]
pub(super) struct Path<'p>(Option<(&'p Path<'p>, Step<'p>)>);

#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) fn to(&'p self, step: Step<'p>) -> Self {
        Self(Some((self, step)))
    }

    /// RFC 6901
    #[cold]
    pub(super) fn pointer(&self) -> String {
        let Some((before, step)) = self.0 else {
            return String::new();
        };
        let mut pointer = before.pointer();
        pointer.push('/');
        match step {
            Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
        pointer
    }
}
