"""Values that match a JSON Schema, made without randomness. Simple on purpose: what it makes is validated
with the package `jsonschema` before it is used, and what cannot be made is counted."""

import re
from re import _constants as regex
from re import _parser as parser

DEPTH = 6

FORMATS = {
    "date-time": "2024-02-29T12:34:56Z",
    "date": "2024-02-29",
    "time": "12:34:56Z",
    "duration": "P1D",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "email": "someone@example.org",
    "idn-email": "someone@example.org",
    "hostname": "www.example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/a?b=c&d=%20#e",
    "url": "https://example.org/a",
    "uri-reference": "/a?b=c",
    "iri": "https://example.org/a",
    "json-pointer": "/a/b",
    "regex": "^a+$",
    "byte": "YWJj",
    "binary": "YWJj",
    "decimal": "1.5",
}

# What has to be escaped somewhere on the way. The second cannot stand in a header, and a schema cannot say
# that its value goes into one: for that there is the third.
TEXT, OTHER_TEXT, HEADER_TEXT = "a b+c&d=100%", "é,x;y:@!(z)*'?#[]", "x,y;z:@!(z)*'?#[]"


class Values:
    def __init__(self, root, request, other=OTHER_TEXT):
        self.root = root
        self.texts = (TEXT, other)
        self.hidden = "readOnly" if request else "writeOnly"

    def variants(self, schema):
        """Some values of one schema: only what must be there; everything; everything, the other choices."""
        seen = []
        for kind, everything, choice in (("required", False, 0), ("all", True, 0), ("others", True, 1)):
            value = self.value(schema, everything, choice, 0)
            if value not in seen:
                seen.append(value)
                yield kind, value

    def example(self, schema):
        return self.value(schema, True, 0, 0)

    def follow(self, schema):
        for _ in range(20):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                break
            node = self.root
            for part in schema["$ref"].removeprefix("#").strip("/").split("/"):
                if part:
                    part = part.replace("~1", "/").replace("~0", "~")
                    node = node[int(part)] if isinstance(node, list) else node[part]
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**node, **rest} if isinstance(node, dict) else node
        return schema

    def merged(self, schema, choice):
        """The schema with its parts of `allOf` and one of its alternatives laid over each other."""
        schema = self.follow(schema)
        if not isinstance(schema, dict):
            return {}
        parts = list(schema.get("allOf") or [])
        for key in ("anyOf", "oneOf"):
            options = [option for option in schema.get(key) or [] if self.follow(option) != {"type": "null"}]
            if options:
                parts.append(options[min(choice, len(options) - 1)])
        out = {key: value for key, value in schema.items() if key not in ("allOf", "anyOf", "oneOf")}
        for part in parts:
            part = self.merged(part, choice)
            for key, value in part.items():
                if key == "properties":
                    out[key] = {**out.get(key, {}), **value}
                elif key == "required":
                    out[key] = list(dict.fromkeys([*out.get(key, []), *value]))
                elif key == "enum" and "enum" in out:
                    out[key] = [item for item in out[key] if item in value] or out[key]
                elif key in ("minLength", "minItems", "minimum") and key in out:
                    out[key] = max(out[key], value)
                else:
                    out.setdefault(key, value) if key in ("description", "title", "type") else out.update({key: value})
        return out

    def value(self, schema, everything, choice, depth):
        schema = self.merged(schema, choice)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            values = [value for value in schema["enum"] if value is not None] or schema["enum"]
            return values[min(choice, len(values) - 1)]
        kind = schema.get("type")
        if isinstance(kind, list):
            kinds = [one for one in kind if one != "null"] or kind
            kind = kinds[min(choice, len(kinds) - 1)]
        if kind is None:
            kind = self.guessed(schema)
        return getattr(self, f"a_{kind}", self.a_string)(schema, everything, choice, depth)

    @staticmethod
    def guessed(schema):
        if "properties" in schema or "additionalProperties" in schema or "required" in schema:
            return "object"
        if "items" in schema:
            return "array"
        return "number" if "minimum" in schema or "maximum" in schema else "string"

    def a_null(self, *_):
        return None

    def a_boolean(self, schema, everything, choice, depth):
        return choice == 0

    def a_integer(self, schema, everything, choice, depth):
        return int(self.a_number(schema, everything, choice, depth, 1))

    def a_number(self, schema, everything, choice, depth, step=0.5):
        low, high = schema.get("minimum"), schema.get("maximum")
        # Booleans are how drafts before 6 say it.
        below, above = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        if isinstance(below, bool):
            below, low = (low, None) if below else (None, low)
        if isinstance(above, bool):
            above, high = (high, None) if above else (None, high)
        step = schema.get("multipleOf", step)
        if below is not None:
            low = max(below + step, low if low is not None else below + step)
        if above is not None:
            high = min(above - step, high if high is not None else above - step)
        value = 7 if choice == 0 else 12
        if low is not None and value < low:
            value = low
        if high is not None and value > high:
            value = high
        if "multipleOf" in schema:
            value = -(-value // step) * step
        return value

    def a_string(self, schema, everything, choice, depth):
        if "pattern" in schema:
            made = matching(schema["pattern"])
            if made is not None:
                return fitted(made, schema) if len(made) < schema.get("minLength", 0) else made
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if schema.get("contentEncoding") == "base64":
            return FORMATS["byte"]
        return fitted(self.texts[min(choice, 1)], schema)

    def a_array(self, schema, everything, choice, depth):
        made = [self.value(item, everything, choice, depth + 1) for item in schema.get("prefixItems", [])]
        least = schema.get("minItems", 0)
        wanted = max(least, 2 if everything and depth < DEPTH else 0)
        wanted = min(wanted, schema.get("maxItems", wanted))
        turn = choice
        items = schema.get("items", {})
        if items is False:
            return made
        while len(made) < wanted and turn < choice + 40:
            value = self.value(items, everything and len(made) == 0, turn, depth + 1)
            if isinstance(value, str) and value in made and value not in FORMATS.values() and "enum" not in str(items):
                value = value + str(turn)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value in made:
                value += turn
            if not schema.get("uniqueItems") or value not in made:
                made.append(value)
            turn += 1
        return made

    def a_object(self, schema, everything, choice, depth):
        required = schema.get("required") or []
        made = {}
        for name, member in (schema.get("properties") or {}).items():
            shown = self.follow(member)
            if isinstance(shown, dict) and shown.get(self.hidden) is True:
                continue
            if shown is False:
                continue
            if name in required or everything and depth < DEPTH:
                made[name] = self.value(member, everything, choice, depth + 1)
        others = schema.get("additionalProperties")
        for name in required:
            if name not in made and name not in (schema.get("properties") or {}):
                made[name] = self.value(others if isinstance(others, dict) else {}, everything, choice, depth + 1)
        while len(made) < schema.get("minProperties", 0) and others is not False:
            made[f"key{len(made)}"] = self.value(others if isinstance(others, dict) else {}, False, choice, depth + 1)
        return made


def fitted(text, schema):
    """`text`, longer or shorter."""
    least = schema.get("minLength", 0)
    text += "x" * (least - len(text))
    return text[: schema.get("maxLength", len(text))]


def matching(pattern):
    """A text that a regular expression matches; None where it is one of JavaScript's only."""
    try:
        tree = parser.parse(pattern)
        made = "".join(pieces(tree))
        return made if re.search(pattern, made) else None
    except (re.error, KeyError, ValueError, OverflowError, RecursionError):
        return None


def pieces(tree):
    for operator, argument in tree:
        if operator == regex.LITERAL:
            yield chr(argument)
        elif operator == regex.NOT_LITERAL:
            yield "x" if argument != ord("x") else "y"
        elif operator == regex.ANY:
            yield "x"
        elif operator == regex.IN:
            yield one_of(argument)
        elif operator in (regex.MAX_REPEAT, regex.MIN_REPEAT):
            least, most, inner = argument
            for _ in range(max(least, min(1, most))):
                yield from pieces(inner)
        elif operator == regex.SUBPATTERN:
            yield from pieces(argument[3])
        elif operator == regex.BRANCH:
            yield from pieces(argument[1][0])
        elif operator not in (regex.AT, regex.ASSERT, regex.ASSERT_NOT):
            raise KeyError(operator)


def one_of(choices):
    """A character of a set."""
    for candidate in "a1A-_ ./:@" + "".join(map(chr, range(33, 127))):
        if re.fullmatch("x", "x") and allowed(choices, candidate):
            return candidate
    raise KeyError("empty set")


def allowed(choices, character):
    code, negated, found = ord(character), False, False
    classes = {
        regex.CATEGORY_DIGIT: str.isdigit,
        regex.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
        regex.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
        regex.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
        regex.CATEGORY_SPACE: str.isspace,
        regex.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    }
    for operator, argument in choices:
        if operator == regex.NEGATE:
            negated = True
        elif operator == regex.LITERAL:
            found |= code == argument
        elif operator == regex.RANGE:
            found |= argument[0] <= code <= argument[1]
        elif operator == regex.CATEGORY:
            found |= classes[argument](character)
    return found != negated
