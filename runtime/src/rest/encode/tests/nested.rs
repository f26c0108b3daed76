//! `deepObject` with values within values.

use super::{operation, parameter, said};
use crate::rest::{Body, Location, Nesting, Style, Value, encode};

fn query(nesting: Nesting, value: Value<'_>) -> Result<String, String> {
    let parameter = parameter(Location::Query, Style::Nested(nesting), true, "f");
    let operation = operation(vec![], vec![parameter], Body::None, &["f"]);
    encode(operation, &[value])
        .map(|request| {
            let query = request.path_and_query().trim_start_matches("/?");
            query.replace("%5B", "[").replace("%5D", "]")
        })
        .map_err(|violations| said(&violations))
}

const DEEP: &str = r#"{"a": 1, "n": null, "l": ["x&y", 2], "o": {"k=": {"z": true}}, "e": {}, "i": [{"p": 1}, {"p": 2}]}"#;

#[test]
fn each_choice_writes_lists_its_own_way() {
    assert_eq!(
        query(Nesting::Brackets, Value::Json(DEEP)).unwrap(),
        "f[a]=1&f[l][]=x%26y&f[l][]=2&f[o][k%3D][z]=true&f[i][][p]=1&f[i][][p]=2"
    );
    assert_eq!(
        query(Nesting::Indices, Value::Json(DEEP)).unwrap(),
        "f[a]=1&f[l][0]=x%26y&f[l][1]=2&f[o][k%3D][z]=true&f[i][0][p]=1&f[i][1][p]=2"
    );
    assert_eq!(
        query(Nesting::Repeat, Value::Json(r#"{"l":[1,2],"o":{"k":3}}"#)).unwrap(),
        "f[l]=1&f[l]=2&f[o][k]=3"
    );
    assert_eq!(
        query(
            Nesting::Json,
            Value::Json(r#"{"a":1,"l":[ 1, "x" ],"o":{}}"#)
        )
        .unwrap(),
        "f[a]=1&f[l]=[1%2C%22x%22]&f[o]=%7B%7D"
    );
}

#[test]
fn repeated_names_cannot_tell_objects_apart() {
    let refused = query(Nesting::Repeat, Value::Json(DEEP)).unwrap_err();
    assert!(
        refused.starts_with("/f: expected lists of text"),
        "{refused}"
    );
}

#[test]
fn what_is_not_an_object() {
    for nesting in [
        Nesting::Brackets,
        Nesting::Indices,
        Nesting::Repeat,
        Nesting::Json,
    ] {
        // As some APIs take an empty text to unset what an object sets.
        assert_eq!(query(nesting, Value::Json("\"\"")).unwrap(), "f=");
        assert_eq!(query(nesting, Value::Absent).unwrap(), "/");
        assert_eq!(query(nesting, Value::Json("{}")).unwrap(), "/");
    }
    let list = Value::Json("[1,2]");
    assert_eq!(query(Nesting::Brackets, list).unwrap(), "f[]=1&f[]=2");
    assert_eq!(query(Nesting::Indices, list).unwrap(), "f[0]=1&f[1]=2");
    assert_eq!(query(Nesting::Repeat, list).unwrap(), "f=1&f=2");
    assert_eq!(query(Nesting::Json, list).unwrap(), "f=[1%2C2]");
}
