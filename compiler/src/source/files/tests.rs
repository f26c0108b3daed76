use super::*;

fn files(list: &[(&str, &str)]) -> Files {
    Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::new(list.iter().copied())),
    )
}

#[test]
fn a_file_is_read_once_however_it_is_named() {
    let mut files = files(&[
        ("gateway.yaml", "a: 1"),
        ("specs/a.yaml", "b: 1"),
        ("specs/b.yaml", ""),
    ]);
    let manifest = files.open("./gateway.yaml", None).unwrap();
    let first = files.open("specs/a.yaml", Some(manifest)).unwrap();
    let second = files.open("specs/b.yaml", Some(manifest)).unwrap();
    assert_eq!(files.open("../specs/./a.yaml", Some(second)), Ok(first));
    assert_eq!(files.open("a.yaml", Some(second)), Ok(first));
    assert_eq!(files.open("../gateway.yaml", Some(second)), Ok(manifest));
    let names: Vec<_> = files.all().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["gateway.yaml", "specs/a.yaml", "specs/b.yaml"]);
}

#[test]
fn documents_refer_to_files_in_the_folder_of_the_manifest() {
    let mut files = files(&[
        ("gateway.yaml", ""),
        ("specs/a.yaml", ""),
        ("schemas/b.yaml", ""),
        ("../secret", ""),
    ]);
    let manifest = files.open("gateway.yaml", None).unwrap();
    let spec = files.open("specs/a.yaml", Some(manifest)).unwrap();
    let schemas = files.open("../schemas/b.yaml", Some(spec)).unwrap();
    for (from, path) in [
        (spec, "../../secret"),
        (schemas, "x/../../../secret"),
        (spec, "../.."),
    ] {
        let error = files.open(path, Some(from)).unwrap_err();
        assert!(
            error.message.contains("leads out of the folder"),
            "{path}: {error}"
        );
    }
}

#[test]
fn the_manifest_may_name_shared_documents_which_stay_in_their_folder() {
    let mut files = Files::new(
        PathBuf::from("gateways/acme"),
        Box::new(MemoryLoader::from([
            ("gateways/acme/gateway.yaml", ""),
            ("gateways/acme/../../specs/a.yaml", ""),
            ("gateways/acme/../../specs/b.yaml", ""),
            ("gateways/acme/../../secret", ""),
        ])),
    );
    let manifest = files.open("gateway.yaml", None).unwrap();
    let a = files.open("../../specs/a.yaml", Some(manifest)).unwrap();
    assert_eq!(files.file(a).name, "../../specs/a.yaml");
    let b = files.open("b.yaml", Some(a)).unwrap();
    for path in [
        "../secret",
        "../specsecret",
        "../../acme/gateway.yaml",
        "../../gateways/acme/gateway.yaml",
    ] {
        assert!(files.open(path, Some(a)).is_err(), "{path}");
        assert!(files.open(path, Some(b)).is_err(), "{path}");
    }
}

#[test]
fn what_is_not_a_relative_path_is_refused() {
    let mut files = files(&[("gateway.yaml", ""), ("/etc/passwd", ""), ("a\nb", "")]);
    let manifest = files.open("gateway.yaml", None).unwrap();
    for (path, message) in [
        ("/etc/passwd", "absolute"),
        ("\\\\host\\share", "absolute"),
        ("C:\\x", "absolute"),
        ("c:x", "absolute"),
        ("a\nb", "control character"),
        ("https://example.com/a.yaml", "network"),
        ("HTTP://x", "network"),
        ("//host/a", "network"),
        ("file:///etc/passwd", "network"),
        ("urn:a", "network"),
    ] {
        let error = files.open(path, Some(manifest)).unwrap_err();
        assert!(error.message.contains(message), "{path}: {error}");
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let loader = MemoryLoader::new([
        ("big.yaml", vec![b' '; MAX_FILE_BYTES + 1]),
        ("latin.yaml", b"a: \xE9".to_vec()),
    ]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut message = |path| files.open(path, None).unwrap_err().message;
    assert_eq!(message("none.yaml"), "there is no file `none.yaml`");
    assert_eq!(message("big.yaml"), "`big.yaml` is greater than 64 MiB");
    assert_eq!(
        message("latin.yaml"),
        "`latin.yaml` is not UTF-8: the byte at offset 3 is not part of a character"
    );
}

#[test]
fn the_byte_order_mark_is_not_text() {
    let mut files = files(&[("a.json", "\u{FEFF}{}")]);
    let id = files.open("a.json", None).unwrap();
    assert_eq!(&*files.file(id).text, "{}");
    assert!(files.parse(id, &mut Sink::default()).is_some());
}

#[test]
fn positions_count_lines_and_characters_from_one() {
    let mut files = files(&[("a.yaml", "é: 1\r\nßß: x\n\nend")]);
    let id = files.open("a.yaml", None).unwrap();
    let at = |start, end| {
        let span = Span::new(id, start, end);
        (files.position(span), files.end_position(span))
    };
    assert_eq!(at(0, 2), ((1, 1), (1, 2)));
    assert_eq!(at(4, 5), ((1, 4), (1, 5)));
    assert_eq!(at(7, 11), ((2, 1), (2, 3)));
    assert_eq!(at(15, 15), ((3, 1), (3, 1)));
    assert_eq!(at(16, 19), ((4, 1), (4, 4)));
    assert_eq!(at(900, 901), ((4, 4), (4, 4)), "beyond the end is the end");
    assert_eq!(files.line(id, 1), Some((0, "é: 1")));
    assert_eq!(files.line(id, 3), Some((15, "")));
    assert_eq!(files.line(id, 5), None);
    assert_eq!(files.line(id, 0), None);
}

#[test]
fn a_document_is_read_and_reported_once() {
    let mut files = files(&[("a.yaml", "a: 1\na: 2"), ("b.json", "{")]);
    let mut sink = Sink::default();
    let a = files.open("a.yaml", None).unwrap();
    let first = files.parse(a, &mut sink).unwrap();
    assert!(Arc::ptr_eq(&first, &files.parse(a, &mut sink).unwrap()));
    let b = files.open("b.json", None).unwrap();
    assert!(files.parse(b, &mut sink).is_none());
    assert!(files.parse(b, &mut Sink::default()).is_none());
    assert_eq!(sink.diagnostics().len(), 2);
}

#[test]
fn the_digest_is_of_names_and_texts_and_not_of_their_order() {
    let digest = |list: &[(&str, &str)]| {
        let mut files = files(list);
        for (name, _) in list {
            files.open(name, None).unwrap();
        }
        files.digest()
    };
    let one = digest(&[("a", "x"), ("b", "y")]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(&[("b", "y"), ("a", "x")]));
    assert_ne!(one, digest(&[("a", "y"), ("b", "x")]));
    assert_ne!(one, digest(&[("a", "xb"), ("", "y")]));
    // Of no files: that of the empty text (FIPS 180-4).
    assert!(digest(&[]).starts_with("e3b0c44298fc1c14"));
}
