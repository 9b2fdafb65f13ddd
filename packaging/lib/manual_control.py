"""What warren-control(7) tells of requests, messages and errors, from the OpenAPI description; for manual.py."""

import json
import re
import subprocess

from roff import prose, text

LEVELS = {"observe": "Observe.", "operate": "Operate.", "administer": "Administer."}


def description(binary):
    """The OpenAPI description."""
    return json.loads(subprocess.run([binary, "openapi"], check=True, capture_output=True).stdout)


def schema_name(reference):
    return reference.rsplit("/", 1)[-1]


def kind(schema):
    """What a value is, in a few words."""
    if "$ref" in schema:
        return schema_name(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(map(kind, schema["anyOf"]))
    if schema["type"] == "array":
        return f"list of {kind(schema['items'])}"
    if "enum" in schema:
        return ", ".join(schema["enum"][:-1]) + (" or " if len(schema["enum"]) > 1 else "") + schema["enum"][-1]
    if schema["type"] == "integer":
        least, most = schema.get("minimum"), schema.get("maximum")
        bounds = f" from {least} to {most}" if most is not None else f" of {least} or more" if least is not None else ""
        return "whole number" + bounds
    if schema.get("format") == "date-time":
        return "RFC 3339 time"
    if schema.get("contentEncoding") == "base64":
        return "Base64"
    return {"boolean": "true or false", "number": "number", "string": "text", "object": "object"}[schema["type"]]


def level_of(thing):
    level = thing.get("x-warren-level")
    return f" {LEVELS[level]}" if level else ""


def value_list(values):
    """(name, schema, whether it may be absent, meaning, level) of parameters or members."""
    yield ".Bl -tag -width Ds -compact"
    for name, schema, is_optional, meaning, level in values:
        yield f".It Li {text(name)}"
        words = kind(schema)
        default = f", {json.dumps(schema['default'])} if absent" if "default" in schema else ", optional" if is_optional else ""
        # Words of a choice stand as they are sent.
        begin = words if "enum" in schema or "$ref" in schema else words[0].upper() + words[1:]
        yield prose(f"{begin}{default}. {meaning}{level}")
    yield ".El"


def answer_list(responses):
    """What a request is answered with, apart from what any may be."""
    yield ".Bl -tag -width 503 -compact"
    for status, response in responses.items():
        if status == "default":
            continue
        media_type, content = next(iter(response["content"].items()))
        schema = content["schema"]
        codes = schema.get("allOf", [{}, {}])[1].get("properties", {}).get("error", {}).get("properties", {}).get("code", {}).get("enum")
        yield f".It {status}"
        if codes or int(status) >= 400 and "anyOf" not in schema:
            # The codes, each of which stands with its meaning in a section of its own.
            yield prose("Error: " + ", ".join(codes or re.findall(r"(?:^|\. )([a-z_]+): ", response["description"])) + ".")
        else:
            yield prose(f"{kind(schema)} as {media_type}. {response['description']}")
    yield ".El"


def request_list(document):
    yield ".Bl -tag -width Ds"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f".It Li {method.upper()} {text(path)}"
            yield LEVELS[operation["x-warren-level"]]
            yield prose(operation["summary"] + ".")
            if operation["description"] != operation["summary"]:
                yield prose(operation["description"])
            parameters = operation.get("parameters", [])
            if parameters:
                yield from value_list(
                    [(("?" if p["in"] == "query" else "") + p["name"], p["schema"], p["in"] == "query", p["description"], level_of(p)) for p in parameters]
                )
            body = operation.get("requestBody")
            if body:
                schema = body["content"]["application/json"]["schema"]
                yield ".br"
                yield prose(f"Body{'' if body['required'] else ', optional'}: {kind(schema)}. {body['description']}")
                members = document["components"]["schemas"][kind(schema)]
                yield from value_list(member_values(members))
            yield from answer_list(operation["responses"])
    yield ".El"


def member_values(schema):
    for name, member in schema["properties"].items():
        yield name, member, name not in schema.get("required", []), member["description"], level_of(member)


def message_list(document):
    for name, schema in document["components"]["schemas"].items():
        yield f".Ss {name}"
        yield prose(schema["description"])
        yield from value_list(member_values(schema))


def error_list(document):
    yield ".Bl -tag -width Ds"
    for error in document["x-warren-errors"]:
        yield f".It Li {text(error['code'])}"
        yield prose(f"{error['status']}. {error['meaning']}")
    yield ".El"
