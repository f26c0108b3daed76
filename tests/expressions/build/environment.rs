//! What the expressions can refer to: the fields of `Context`.

use gatewright_compiler::expr::{Environment, Type, Variable};
use gatewright_compiler::schema::Schemas;

pub(crate) fn environment(schemas: &Schemas) -> Environment<'_> {
    let list = |items: Type| Type::List(Box::new(items));
    let mut environment = Environment::new(schemas, 1 << 12);
    let mut declare = |path: &[&str], kind: Type, access: &str| {
        environment.declare(path, Variable::new(kind, access.parse().unwrap()));
    };
    for name in ["i", "j"] {
        declare(&[name], Type::Int, &format!("context.{name}"));
    }
    for name in ["d", "e"] {
        declare(&[name], Type::Double, &format!("context.{name}"));
    }
    for name in ["b", "c"] {
        declare(&[name], Type::Bool, &format!("context.{name}"));
    }
    for name in ["s", "t"] {
        declare(&[name], Type::String, &format!("context.{name}"));
    }
    declare(&["u"], Type::Uint, "context.u");
    declare(
        &["numbers"],
        list(Type::Int),
        "rt::expr::Value::from(context.numbers)",
    );
    declare(
        &["words"],
        list(Type::String),
        "rt::expr::Value::from(context.words)",
    );
    declare(
        &["ages"],
        Type::Map(Box::new(Type::Int)),
        "rt::expr::Value::from(context.ages)",
    );
    declare(&["any"], Type::Dyn, "rt::expr::Value::from(context.any)");
    declare(&["at"], Type::Timestamp, "context.at");
    declare(&["address"], Type::Ip, "context.address");
    declare(
        &["headers"],
        Type::Map(Box::new(Type::String)),
        "rt::expr::Value::Table(&context.headers)",
    );
    let maybe = Variable::new(Type::Int, "context.maybe".parse().unwrap());
    environment.declare(&["given", "maybe"], maybe.optional());
    environment
}
