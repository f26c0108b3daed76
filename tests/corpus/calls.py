"""Calls every tool of a gateway with arguments made from the schema that it publishes. The API behind it
is a stub that validates each request against the OpenAPI document with openapi-core, which shares nothing
with Gatewright, and answers with a value made from the document's schema of the answer.

usage: calls.py CASES REPORT
"""

import json
import os
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest
from werkzeug.datastructures import Headers, ImmutableMultiDict

from documents import load, of_operations, resolved, without_deep_objects
from values import HEADER_TEXT, Values


OPERATORS = [("", ""), (";", ""), (";", "*"), (".", ""), (".", "*")]


class Api:
    """A document, cut down to the operations that are tools, and what the stub makes of requests."""

    def __init__(self, index, case, port):
        self.index, self.case = index, case
        self.base = f"http://127.0.0.1:{port}/{index}"
        self.document = of_operations(load(case["file"]), case["operations"], self.base)
        self.openapi, self.shallow = (
            OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))
            for document in (self.document, without_deep_objects(self.document))
        )

    def route(self, method, path):
        """The path template of a request, and its variables as they were before they were encoded."""
        found = []
        for template, item in self.document["paths"].items():
            if method.lower() not in item:
                continue
            variables = matched(template, path)
            if variables is not None:
                found.append((len(variables), template, variables))
        # RFC 6570 has no order; OpenAPI says that concrete paths come first.
        return min(found, key=lambda one: one[0])[1:] if found else (None, {})

    def problem(self, method, path, query, headers, body):
        """What is wrong with a request, or None."""
        template, variables = self.route(method, path)
        if template is None:
            return None, f"no operation {method} {path}", ""
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
        cookies = [pair.strip().split("=", 1) for pair in headers.get("cookie", "").split(";") if "=" in pair]
        request = MockRequest(
            "http://127.0.0.1:" + self.base.split(":")[2].split("/")[0],
            method,
            f"/{self.index}{path}",
            # The styles `matrix` and `label` it looks up by RFC 6570's operators.
            view_args={f"{before}{name}{after}": value for name, value in variables.items() for before, after in OPERATORS},
            data=body,
            content_type=headers.get("content-type", ""),
        )
        request.parameters.query = ImmutableMultiDict(pairs)
        request.parameters.header = Headers(list(headers.items()))
        request.parameters.cookie = ImmutableMultiDict(cookies)
        reason = said(self.openapi, request)
        if reason and "'deepObject'" in reason:
            # openapi-core reads deep objects only where they are there, and have one schema of an object.
            return template, said(self.shallow, request), "without deep objects"
        return template, reason, ""

    def answer(self, template, method):
        """Status, media type and body of an answer that the document describes."""
        operation = self.document["paths"][template][method.lower()]
        root = self.document
        for status in sorted(map(str, operation.get("responses", {}))):
            if not status.startswith("2"):
                continue
            response = deref(root, operation["responses"].get(status) or operation["responses"].get(int(status)))
            for media_type, content in (response.get("content") or {}).items():
                essence = media_type.split(";")[0].strip().lower()
                if essence == "application/json" or essence.endswith("+json"):
                    value = Values(root, request=False).example(content.get("schema", {}))
                    code = int(status.replace("X", "0"))
                    return code, media_type, json.dumps(value).encode()
            return int(status.replace("X", "0")), None, b""
        return 204, None, b""


def said(openapi, request):
    """What the validator says of a request; None where it is valid."""
    try:
        openapi.validate_request(request)
    except Exception as error:  # whatever it says is reported
        reasons = [f"{type(error).__name__}: {error}"]
        while error.__cause__ is not None:
            error = error.__cause__
            reasons.append(f"{type(error).__name__}: {error}")
        for inner in getattr(error, "schema_errors", []):
            reasons.append(f"{inner.message} at {'/'.join(map(str, inner.absolute_path))}")
        return "; ".join(reasons)[:600]
    return None


def deref(root, node):
    for _ in range(20):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            break
        node = resolved(root, urllib.parse.unquote(node["$ref"]))
    return node if isinstance(node, dict) else {}


def matched(template, path):
    """The variables of a path template, percent-decoded; None where the path is not of it."""
    import re

    names = re.findall(r"\{([^{}]*)\}", template)
    pattern = "".join(
        "([^/]*?)" if part.startswith("{") else re.escape(urllib.parse.quote(part, safe="/:@!$&'()*+,;=%~"))
        for part in re.split(r"(\{[^{}]*\})", template)
    )
    match = re.fullmatch(pattern, path)
    if match is None:
        return None
    return {name: urllib.parse.unquote(value) for name, value in zip(names, match.groups())}


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    apis = []
    seen = []

    def handle_any(self):
        path, _, query = self.path.partition("?")
        _, index, rest = path.split("/", 2)
        api = self.apis[int(index)]
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        template, problem, how = api.problem(self.command, "/" + rest, query, headers, body)
        Stub.seen.append((how, problem, f"{self.command} {self.path} {body[:300]!r}"))
        try:
            status, media_type, answer = api.answer(template, self.command) if template else (404, None, b"")
        except Exception as error:  # no answer can be made: an empty one is still a 2xx
            print(f"no answer: {api.case['document']} {template}: {error!r}", file=sys.stderr)
            status, media_type, answer = 200, "application/json", b"{}"
        Stub.answered = (status, media_type, answer)
        self.send_response(status)
        if media_type:
            self.send_header("content-type", media_type)
        if status != 204:
            self.send_header("content-length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(answer)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, *_):
        pass


def post(url, method, params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
    }
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
        return json.loads(answer.read())


def call(url, tool, arguments):
    """What became of one call: its outcome, and why."""
    Stub.seen.clear()
    answer = post(url, "tools/call", {"name": tool["name"], "arguments": arguments})
    if "error" in answer:
        return "protocol error", json.dumps(answer["error"])
    result = answer["result"]
    if not Stub.seen:
        return "refused by the gateway", result["content"][0]["text"]
    how, problem, request = Stub.seen[0]
    if len(Stub.seen) > 1:
        return "called twice", request
    if problem:
        return "refused by the validator", f"{problem} | {request}"
    if result.get("isError"):
        return "failed", json.dumps(result)[:400]
    status, media_type, sent = Stub.answered
    if media_type:
        value = json.loads(sent)
        # In this revision of MCP structured content is an object: other values stand in one.
        held = value if isinstance(value, dict) else {"result": value}
        if result.get("structuredContent") != held:
            return "answer changed", json.dumps(result)[:400]
    return f"accepted {how}".strip(), ""


def tools(url):
    found, cursor = [], None
    while True:
        answer = post(url, "tools/list", {"cursor": cursor} if cursor else {})["result"]
        found += answer["tools"]
        cursor = answer.get("nextCursor")
        if not cursor:
            return found


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    port = server.server_address[1]
    Stub.apis = [Api(index, case, port) for index, case in enumerate(cases["apis"])]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {case["variable"]: api.base for api, case in zip(Stub.apis, cases["apis"])}
    gateway = subprocess.Popen(
        [cases["gateway"], "--listen", "127.0.0.1:0"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        report = run(cases, gateway)
    finally:
        gateway.kill()
    with open(sys.argv[2], "w") as file:
        json.dump(report, file, indent=1)


def run(cases, gateway):
    wanted = {case["path"] for case in cases["apis"]}
    urls = {}
    for line in gateway.stdout:
        if "http://" in line:
            url = "http://" + line.split("http://", 1)[1].split()[0].strip('",')
            path = "/" + url.split("/", 3)[3] if url.count("/") > 2 else ""
            if path in wanted:
                urls[path] = url
        if len(urls) == len(wanted):
            break
    threading.Thread(target=gateway.stdout.read, daemon=True).start()
    report = []
    for case in cases["apis"]:
        listed = tools(urls[case["path"]])
        if len(listed) != len(case["operations"]):
            raise SystemExit(f"{case['document']}: {len(listed)} tools of {len(case['operations'])} operations")
        for tool in listed:
            schema = tool["inputSchema"]
            validator = jsonschema.Draft202012Validator(schema)
            for kind, arguments in Values(schema, request=True).variants(schema):
                line = {"document": case["document"], "tool": tool["name"], "arguments": kind}
                invalid = next(validator.iter_errors(arguments), None)
                if invalid is not None:
                    line["outcome"], line["why"] = "no arguments made", invalid.message[:300]
                else:
                    line["outcome"], line["why"] = call(urls[case["path"]], tool, arguments)
                if line["outcome"] == "refused by the gateway" and "goes into a header" in line["why"]:
                    values = Values(schema, request=True, other=HEADER_TEXT)
                    arguments = dict(values.variants(schema))[kind]
                    line["outcome"], line["why"] = call(urls[case["path"]], tool, arguments)
                report.append(line)
    return report


if __name__ == "__main__":
    main()
