#!/usr/bin/env python3
r"""Holds the description of the control interface against OpenAPI, against a running daemon, and against its manual.

    openapi.py WARREN EMULATOR

WARREN and EMULATOR are the two programs; AMQP_URL says where RabbitMQ is. A tool from PyPI, openapi-spec-validator, says whether the description is
OpenAPI 3.1, and jsonschema whether each answer of a daemon is as described: packaging/lib/python.sh installs both. Exit status 1 if one is not.
"""

import copy
import itertools
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import jsonschema
import openapi_spec_validator
from daemon import Daemon, until

LIBRARY = Path(__file__).parent
MANUAL = LIBRARY.parent / "man" / "warren-control.7"
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_time(text):
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text) and datetime.fromisoformat(text))


class Checks:
    """Counts, and tells what is wrong."""

    passed = failed = 0

    def check(self, is_right, what):
        if is_right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"✘ {what}", flush=True)


class Description:
    """The document, and validators made of it."""

    def __init__(self, document):
        self.document = document
        # What an answer has that is not described is a mistake here; for clients it is a later version.
        self.strict = copy.deepcopy(document["components"])
        for schema in self.strict["schemas"].values():
            schema["unevaluatedProperties"] = False
        self.seen = set()

    def problems(self, schema, value):
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": self.strict, **schema}
        validator = jsonschema.Draft202012Validator(whole, format_checker=FORMATS)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def response(self, method, template, status):
        """What is described for an answer, and whether under its own status."""
        responses = self.document["paths"][template][method.lower()]["responses"]
        if str(status) in responses:
            return responses[str(status)], True
        return self.document["components"]["responses"]["Error"], False


def check_document(checks, document):
    try:
        openapi_spec_validator.validate(document, cls=openapi_spec_validator.OpenAPIV31SpecValidator)
        checks.check(True, "")
    except Exception as error:  # Whatever it thinks of is a finding.
        checks.check(False, f"openapi-spec-validator: {error}")
    for name, schema in document["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
            checks.check(True, "")
        except jsonschema.SchemaError as error:
            checks.check(False, f"the schema {name}: {error}")


class Conversation:
    """Requests to the daemon, each answer held against its description."""

    def __init__(self, checks, description, daemon):
        self.checks, self.description, self.daemon = checks, description, daemon

    def ask(self, method, template, expected, body=None, query="", headers=None, **names):
        path = re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], "companies"), template) + query
        status, media_type, content = self.daemon.ask(method, path, body, headers)
        what = f"{method} {path} {'' if body is None else body}: {status}"
        self.checks.check(status == expected, f"{what} instead of {expected}: {content[:300]}")
        response, is_own = self.description.response(method, template, status)
        self.description.seen.add((method.lower(), template, status))
        # Whatever may be wrong with any request has one description; success has its own.
        self.checks.check(is_own or status >= 400, f"{what} is not described")
        self.checks.check(media_type in response["content"], f"{what}: {media_type} is not described")
        schema = response["content"].get(media_type, {}).get("schema", {})
        for value in values(media_type, content):
            problems = self.description.problems(schema, value)
            self.checks.check(not problems, f"{what}: {problems}")
        return json.loads(content) if media_type == "application/json" else content

    def refused(self, method, template, body=None, query="", headers=None, expected=400):
        answer = self.ask(method, template, expected, body, query, headers)
        self.checks.check(set(answer) == {"error"} and set(answer["error"]) == {"code", "message"}, f"one shape of errors: {answer}")


def values(media_type, content):
    if media_type == "application/json":
        return [json.loads(content)]
    if media_type == "application/x-ndjson":
        return [json.loads(line) for line in content.splitlines()]
    return [content.decode()]


def converse(talk):
    """Every request, with what it takes and with what it does not."""
    ask, daemon = talk.ask, talk.daemon
    good = [json.dumps({"id": str(number), "version": 1}) for number in range(5)]
    daemon.publish(*good, "no JSON", '{"id":"a b","version":1}', "neither")
    letters = "/v1/dead-letters/{processor}"
    listing = until(30, lambda: (found := ask("GET", letters, 200))["seen"] >= 3 and found, "three dead letters")
    ask("GET", letters, 200, query="?limit=1")
    ask("GET", letters, 200, query="?consent=deliveries")
    ask("GET", letters, 200, query=f"?id={listing['letters'][0]['id']}")
    ask("GET", letters, 200, query=f"?id={listing['letters'][0]['id']}&redact=true")
    ask("GET", letters, 404, query="?id=0123456789abcdef")
    ask("GET", letters, 404, processor="nobody")
    ask("GET", "/v1/status", 200)
    ask("GET", "/v1/processors", 200)
    ask("GET", "/v1/processors/{name}", 200)
    ask("GET", "/v1/processors/{name}", 404, name="nobody")
    for verb in ("pause", "resume", "drain", "resume"):
        ask("POST", f"/v1/processors/{{name}}/{verb}", 200)
        ask("POST", f"/v1/processors/{{name}}/{verb}", 404, name="nobody")
    ask("GET", "/v1/log-level", 200)
    ask("PUT", "/v1/log-level", 200, {"level": "info"})
    message = {"processor": "companies", "body": "eyJpZCI6IjEiLCJ2ZXJzaW9uIjoyfQ==", "content_encoding": "", "timestamp": 0}
    ask("POST", "/v1/explain", 200, message)
    ask("POST", "/v1/explain", 200, {"processor": "companies", "body": "bm90IEpTT04="})
    ask("POST", "/v1/explain", 404, {"processor": "nobody", "body": ""})
    ask("POST", "/v1/explain", 400, {"processor": "companies", "body": "no Base64!"})
    ask("GET", "/v1/history/{collection}/{key}", 200, key="1")
    ask("GET", "/metrics", 200)
    ask("GET", "/v1/openapi.json", 200)
    until(30, lambda: daemon.state() == "consuming", "it consumes again")
    ask("GET", "/healthz", 200)
    resync = "/v1/resync/{processor}"
    ask("GET", resync, 200)
    ask("GET", resync, 404, processor="nobody")
    ask("POST", f"{resync}/end", 409)
    ask("POST", f"{resync}/begin", 200)
    ask("POST", f"{resync}/begin", 409)
    ask("GET", resync, 200)
    ask("POST", f"{resync}/end", 409, {"confirm": False, "force": False})
    asking = ask("POST", f"{resync}/end", 200, {"force": True})
    talk.checks.check(asking["state"] == "asking", f"the five documents are missing, and it asks: {asking}")
    ask("POST", f"{resync}/cancel", 200)
    orders(talk)
    ask("POST", f"{letters}/replay", 200, {"reason": "not-json", "limit": 1})
    until(30, lambda: ask("GET", letters, 200)["ready"] >= 3, "it is parked again")
    ask("POST", f"{letters}/drop", 200, {"limit": 1})
    ask("POST", f"{letters}/drop", 200, {"all": True})
    events = ask_events(talk, good)
    talk.checks.check(b'"event":"stale"' in events, f"events: {events}")
    refusals(talk)
    ask("POST", "/v1/reload", 200)
    path = daemon.directory / "warren.toml"
    path.write_text(path.read_text() + "\nnonsense = 1\n")
    ask("POST", "/v1/reload", 422)
    ask("POST", "/v1/stop", 202)


def ask_events(talk, bodies):
    """Events come when something happens: messages are published until three lines have come."""
    publishing = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys, time\nwhile True: subprocess.run(sys.argv[2:], input=sys.argv[1].encode(), check=True); time.sleep(0.5)",
         "".join(body + "\n" for body in bodies), "/usr/bin/python3", LIBRARY / "broker.py", "publish", talk.daemon.queue])
    try:
        return talk.ask("GET", "/v1/events", 200, query="?processor=companies&outcome=stale")
    finally:
        publishing.kill()
        publishing.wait()


def orders(talk):
    """The schema of an order and the daemon agree on what an order is."""
    schema = {"$ref": "#/components/schemas/DeadLetterOrder"}
    choices = {"id": [None, "0123456789ab", 5], "reason": [None, "bad-key"], "limit": [None, 1, 0, "1"], "all": [None, True, False], "dry-run": [None, True]}
    for combination in itertools.product(*choices.values()):
        order = {"dry_run": True} | {name: value for name, value in zip(choices, combination) if value is not None}
        is_order = not talk.description.problems(schema, order)
        for verb in ("replay", "drop"):
            status, _, content = talk.daemon.ask("POST", f"/v1/dead-letters/companies/{verb}", order)
            talk.checks.check((status == 400) != is_order, f"{verb} {order}: {status}, by the schema {is_order}: {content[:200]}")


def refusals(talk):
    """Unknown names and values, on every route."""
    for template, operations in talk.description.document["paths"].items():
        for verb, operation in operations.items():
            method = verb.upper()
            for query in ("?x=1", "?dry_run=true", "?limit=1&limit=2", "?%zz", "?outcome=bogus", "?consent=yes"):
                talk.refused(method, template, query=query)
            if "requestBody" not in operation:
                talk.refused(method, template, {})
                talk.refused(method, template, {"dry_run": True})
                continue
            for body in (b"{", b'{"all":true,}', b'\xef\xbb\xbf{"all":true}', b'{"all":true,"all":true}', b'{"all":true}1', b"[]", b'{"dry-run":true}'):
                talk.refused(method, template, body)
            talk.refused(method, template, b'{"all":true}', headers={"Content-Type": "application/x-www-form-urlencoded"}, expected=415)
            if operation["requestBody"]["required"]:
                talk.refused(method, template)
                talk.refused(method, template, {})


def check_coverage(checks, description):
    """Every request was made, and every success that is described was seen."""
    for path, operations in description.document["paths"].items():
        for method, operation in operations.items():
            for status in operation["responses"]:
                if status.startswith("2"):
                    checks.check((method, path, int(status)) in description.seen, f"{method} {path} was never answered with {status}")


def check_manual(checks, description, warren):
    page = subprocess.run(["/usr/bin/python3", LIBRARY / "manual.py", MANUAL, "--warren", warren], check=True, capture_output=True, text=True).stdout
    rendered = subprocess.run(["groff", "-mandoc", "-Tascii", "-ww"], input=page, check=True, capture_output=True, text=True)
    checks.check(not rendered.stderr, f"groff: {rendered.stderr}")
    page = page.replace("\\-", "-")
    items = set(re.findall(r"^\.(?:It Li|Ss) (.*)$", page, re.MULTILINE))
    for path, operations in description.document["paths"].items():
        for method, operation in operations.items():
            checks.check(f"{method.upper()} {path}" in items, f"not in the manual: {method} {path}")
            for parameter in operation.get("parameters", []):
                name = ("?" if parameter["in"] == "query" else "") + parameter["name"]
                checks.check(name in items, f"not in the manual: {method} {path} {name}")
    for name, schema in description.document["components"]["schemas"].items():
        checks.check(name in items, f"not in the manual: {name}")
        for member in schema["properties"]:
            checks.check(member in items, f"not in the manual: {name}.{member}")
    for error in description.document["x-warren-errors"]:
        checks.check(error["code"] in items, f"not in the manual: {error['code']}")
    own = re.findall(r"^\.It Li (?:GET|PUT|POST) (.*)$", page, re.MULTILINE)
    checks.check(set(own) == set(description.document["paths"]), "the manual has a request that is not described")


def main(warren, emulator):
    checks = Checks()
    printed = subprocess.run([warren, "openapi"], check=True, capture_output=True).stdout
    description = Description(json.loads(printed))
    check_document(checks, description.document)
    check_manual(checks, description, warren)
    with Daemon(warren, emulator) as daemon:
        _, _, served = daemon.ask("GET", "/v1/openapi.json")
        checks.check(served == printed, "the daemon serves what the command prints")
        converse(Conversation(checks, description, daemon))
    check_coverage(checks, description)
    print(f"control interface: {checks.passed} checks passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*map(os.path.abspath, sys.argv[1:]))
