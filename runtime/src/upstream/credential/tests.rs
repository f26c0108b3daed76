use http::header::{COOKIE, HeaderMap, HeaderValue};

use super::{Addition, Additions, decoded};

fn additions() -> Additions {
    Additions {
        credentials: vec![
            Addition::Query("api%20key=k".to_owned().into(), "api%20key"),
            Addition::Cookie("session=k".to_owned().into(), "session"),
        ],
        ..Additions::default()
    }
}

#[test]
fn no_spelling_of_a_name_takes_the_credentials_place_in_the_query() {
    for query in [
        "api%20key=x",
        "api+key=x",
        "%61pi%20key=x",
        "API%20KEY=x",
        "a=1&api%20key",
        "a=1;api%20key=x",
        "api%20key=x&a=1",
    ] {
        let mut target = format!("/pets?{query}");
        assert_eq!(
            additions().apply_to_target(&[0], &mut target),
            None,
            "{query}"
        );
    }
    for query in ["api_key=x", "a=api%20key", "api%20key2=x", "api%2520key=x"] {
        let mut target = format!("/pets?{query}");
        additions().apply_to_target(&[0], &mut target).unwrap();
        assert_eq!(target, format!("/pets?{query}&api%20key=k"));
    }
}

#[test]
fn no_spelling_of_a_name_takes_the_credentials_place_among_cookies() {
    for cookie in [
        "session=x",
        "a=1; session=x",
        "a=1;session=x",
        "Session=x",
        "session",
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static(cookie));
        assert_eq!(additions().apply(&[1], &mut headers), None, "{cookie}");
    }
    let mut headers = HeaderMap::new();
    headers.append(COOKIE, HeaderValue::from_static("a=session"));
    headers.append(COOKIE, HeaderValue::from_static("sessions=1"));
    additions().apply(&[1], &mut headers).unwrap();
    let values: Vec<_> = headers.get_all(COOKIE).iter().collect();
    assert_eq!(values, ["session=k; a=session; sessions=1"]);
}

#[test]
fn only_what_is_asked_for_is_added() {
    let mut target = "/pets".to_owned();
    let mut headers = HeaderMap::new();
    additions().apply_to_target(&[], &mut target).unwrap();
    additions().apply(&[], &mut headers).unwrap();
    assert_eq!((target.as_str(), headers.len()), ("/pets", 0));
    additions().apply_to_target(&[0, 1], &mut target).unwrap();
    additions().apply(&[0, 1], &mut headers).unwrap();
    assert_eq!((target.as_str(), headers.len()), ("/pets?api%20key=k", 1));
    // A position that there is not: nothing is sent without the credential it should bear.
    assert_eq!(additions().apply(&[2], &mut headers), None);
    assert_eq!(additions().apply_to_target(&[2], &mut target), None);
}

#[test]
fn text_that_is_badly_encoded_stands_for_itself() {
    let bytes: Vec<u8> = decoded("%4a%4G%%4").collect();
    assert_eq!(bytes, b"J%4G%%4");
}
