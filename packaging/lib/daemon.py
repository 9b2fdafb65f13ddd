"""A daemon with an emulator, and how to ask it; for openapi.py."""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIBRARY = Path(__file__).parent


class Socket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("warren", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def until(seconds, condition, what):
    """Waits for it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return value


class Daemon:
    """A daemon with a database that is a stand-in, for as long as the block takes."""

    def __init__(self, warren, emulator):
        self.directory = Path(tempfile.mkdtemp(prefix="warren-openapi."))
        self.queue = f"openapi.{secrets.token_hex(4)}"
        self.socket = str(self.directory / "control.sock")
        self.warren, self.emulator, self.processes = warren, emulator, []

    def __enter__(self):
        self.begin("emulator", self.emulator, "--listen", "127.0.0.1:0")
        told = until(20, lambda: re.search(r"listening on (http://\S+)", self.log("emulator")), "the emulator listens")
        (self.directory / "warren.toml").write_text(self.configuration(told[1]))
        self.run("provision")
        self.begin("warren", self.warren, "run", "--config", str(self.directory / "warren.toml"))
        until(60, lambda: os.path.exists(self.socket) and self.state() == "consuming", "the daemon consumes")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        for name in (self.queue, f"{self.queue}.dead"):
            subprocess.run(["/usr/bin/python3", "-c", DELETE, name], check=False)

    def configuration(self, database):
        return f"""
            [rabbitmq]
            endpoints = [{json.dumps(os.environ["AMQP_URL"])}]
            [arangodb]
            endpoints = ["{database}"]
            # The beginning of a resynchronisation waits for the longest that a write can take.
            timeout = "2s"
            [control]
            socket = "{self.socket}"
            [log]
            format = "json"
            [[processor]]
            name = "companies"
            queue = "{self.queue}"
            operation = "sync"
            collection = "companies"
            key = "/id"
            version = "/version"
            [processor.resync]
            """

    def begin(self, name, *command):
        with open(self.directory / f"{name}.log", "wb") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log))

    def log(self, name):
        return (self.directory / f"{name}.log").read_text()

    def run(self, *arguments):
        subprocess.run([self.warren, *arguments, "--config", str(self.directory / "warren.toml")], check=True, stdout=subprocess.DEVNULL)

    def publish(self, *bodies):
        lines = "".join(body + "\n" for body in bodies).encode()
        subprocess.run(["/usr/bin/python3", LIBRARY / "broker.py", "publish", self.queue], input=lines, check=True)

    def state(self):
        status, _, body = self.ask("GET", "/v1/processors/companies")
        return status == 200 and json.loads(body)["state"]

    def ask(self, method, path, body=None, headers=None):
        """(status, media type, body)"""
        connection = Socket(self.socket)
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        headers = headers or ({"Content-Type": "application/json"} if data else {})
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        media_type = (answer.headers["Content-Type"] or "").split(";")[0]
        # A stream has no end: its first lines will do.
        content = b"".join(answer.readline() for _ in range(3)) if media_type == "application/x-ndjson" else answer.read()
        connection.close()
        return answer.status, media_type, content


DELETE = """
import os, sys, pika
with pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])) as connection:
    connection.channel().queue_delete(sys.argv[1])
"""
