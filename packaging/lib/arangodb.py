"""Requests to the ArangoDB at ARANGODB_URL; database, user and password are in the daemon's own variables."""

import json
import os
from base64 import b64encode
from decimal import Decimal
from urllib.request import Request, urlopen


def parse(text):
    """JSON with every digit: no number becomes a double."""
    return json.loads(text, parse_int=Decimal, parse_float=Decimal)


def ask(method, path, body=None):
    database = os.environ.get("WARREN_ARANGODB_DATABASE", "companies")
    user, password = os.environ.get("WARREN_ARANGODB_USERNAME", "root"), os.environ.get("WARREN_ARANGODB_PASSWORD", "")
    request = Request(f"{os.environ['ARANGODB_URL']}/_db/{database}{path}", data=body and json.dumps(body).encode(), method=method)
    request.add_header("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
    request.add_header("Content-Type", "application/json")
    with urlopen(request, timeout=30) as answer:
        return parse(answer.read())
