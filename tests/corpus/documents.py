"""OpenAPI documents for the validator: read, joined to one, and cut down to some operations."""

import json
import os
import re

import yaml


class Loader(yaml.CSafeLoader):
    """YAML 1.2's core schema: no dates, no `yes` and `no`, no numbers in base 60."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "query"}


def parsed(path):
    with open(path, encoding="utf-8-sig") as file:
        return json.load(file) if path.endswith(".json") else yaml.load(file, Loader)


def strings(node):
    """Keys of mappings as strings: `200:` is a number in YAML."""
    if isinstance(node, dict):
        return {str(key): strings(value) for key, value in node.items()}
    return [strings(item) for item in node] if isinstance(node, list) else node


def load(path):
    """The document as one tree: what other files hold is copied into `components/schemas` and referred to."""
    path = os.path.abspath(path)
    root = strings(parsed(path))
    files, names = {path: root}, {}
    extra = {}

    def target(file, pointer):
        if file not in files:
            files[file] = strings(parsed(file))
        node = files[file]
        for part in pointer.strip("/").split("/") if pointer.strip("/") else []:
            part = part.replace("~1", "/").replace("~0", "~")
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node

    def place(file, pointer):
        """Where the value of another file is in the joined tree."""
        key = (file, pointer)
        if key not in names:
            names[key] = f"external{len(names)}"
            extra[names[key]] = None
            extra[names[key]] = walked(target(file, pointer), file)
        return f"#/x-external/{names[key]}"

    def walked(node, file):
        if isinstance(node, list):
            return [walked(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith(("http:", "https:")):
            other, _, pointer = reference.partition("#")
            other = os.path.normpath(os.path.join(os.path.dirname(file), other)) if other else file
            if other != path:
                rest = {key: walked(value, file) for key, value in node.items() if key != "$ref"}
                return {"$ref": place(other, pointer), **rest}
        # The names in a mapping are relative to their file; validation does not need them.
        return {key: walked(value, file) for key, value in node.items() if key != "discriminator"}

    joined = walked(root, path)
    return {**joined, "x-external": extra} if extra else root


def without_deep_objects(document):
    """Without parameters of the style `deepObject`."""

    def kept(parameter):
        seen = 0
        while isinstance(parameter.get("$ref"), str) and seen < 10:
            parameter, seen = resolved(document, parameter["$ref"]), seen + 1
        return parameter.get("style") != "deepObject"

    def stripped(node):
        if isinstance(node, dict) and isinstance(node.get("parameters"), list):
            return {**node, "parameters": [one for one in node["parameters"] if kept(one)]}
        return node

    paths = {
        path: stripped({key: stripped(value) for key, value in item.items()})
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def resolved(document, reference):
    """What a reference in the document itself leads to."""
    for part in reference.removeprefix("#/").split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def of_operations(document, operations, base):
    """Only these operations, at `base`, without security: credentials are not what is tested here."""
    wanted = {(method.lower(), path) for method, path in operations}
    paths = {}
    for path, item in document.get("paths", {}).items():
        seen = 0
        while isinstance(item, dict) and isinstance(item.get("$ref"), str) and seen < 10:
            item, seen = resolved(document, item["$ref"]), seen + 1
        kept = {}
        for key, value in item.items():
            if key in METHODS:
                if (key, path) in wanted:
                    for _ in range(10):
                        if "$ref" not in value:
                            break
                        value = resolved(document, value["$ref"])
                    dropped = ("security", "servers", "callbacks")
                    kept[key] = {name: part for name, part in value.items() if name not in dropped}
            elif key == "parameters":
                kept[key] = value
        if METHODS & kept.keys():
            paths[path] = kept
    rest = {key: value for key, value in document.items() if key not in ("security", "webhooks")}
    return {**rest, "servers": [{"url": base}], "paths": paths}
