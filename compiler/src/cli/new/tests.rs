use super::*;

#[test]
fn the_name_of_the_folder_becomes_a_crate_and_a_gateway() {
    for (folder, expected) in [
        ("shop", "shop"),
        ("/a/b/My Shop!", "my-shop"),
        ("x_y.z", "x-y-z"),
        ("7 pets", "gateway-7-pets"),
        ("größe", "gr-e"),
        ("日本", "gateway"),
        ("--", "gateway"),
        ("match", "match-gateway"),
        ("core", "core-gateway"),
        ("gatewright", "gatewright-gateway"),
        (
            ".",
            &name(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_or_default(),
        ),
    ] {
        assert_eq!(
            name(Path::new(folder)).unwrap_or_default(),
            expected,
            "{folder}"
        );
    }
    assert!(label(&"long-".repeat(20)).len() <= 40);
}

#[test]
fn only_a_whole_url_is_a_default() {
    for (servers, expected) in [
        (
            "[{url: 'https://a.example/v1'}, {url: 'https://b.example'}]",
            Some("https://a.example/v1"),
        ),
        ("[{url: /v1}]", None),
        ("[{url: 'https://{region}.example'}]", None),
        ("[{url: 'https://a.example?x=1'}]", None),
        ("[]", None),
        ("x", None),
    ] {
        let text = format!("servers: {servers}\n");
        let loader = crate::source::MemoryLoader::from([("a.yaml", text)]);
        let mut files = Files::new(PathBuf::new(), Box::new(loader));
        let file = files.open("a.yaml", None).unwrap();
        let root = files.parse(file, &mut Sink::default()).unwrap();
        assert_eq!(first_server(&root).as_deref(), expected, "{servers}");
    }
}
