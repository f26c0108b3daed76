use super::*;

#[test]
fn a_checkout_is_depended_on_by_path_and_the_registry_by_version() {
    let here = Origin::find();
    let Origin::Checkout(checkout) = &here else {
        panic!("the tests run in a checkout")
    };
    assert!(checkout.join("runtime/Cargo.toml").is_file());
    let path = checkout.join("runtime");
    assert_eq!(
        here.dependency("runtime", ", default-features = false"),
        format!(
            "{{ path = \"{}\", default-features = false }}",
            path.display()
        )
    );
    assert_eq!(
        Origin::Registry.dependency("runtime", ""),
        format!("{{ version = \"={}\" }}", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(Origin::Registry.lock_file(), None);
}

#[test]
fn paths_are_strings_of_toml() {
    assert_eq!(toml_string(r#"C:\a "b"#), r#""C:\\a \"b""#);
    assert_eq!(toml_string("a\nb"), "\"a\\U0000000Ab\"");
}
