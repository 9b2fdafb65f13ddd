"""What the drivers' tests here share: a server, a database of its own for each test, and users.

The server is named by the environment: DRIVERS_URLS (one or more, a cluster's coordinators), DRIVERS_PASSWORD of root.
"""
import os
import uuid

import arango
import pytest
import pytest_asyncio
from arangoasync import ArangoClient as AsyncClient
from arangoasync.auth import Auth

URLS = os.environ["DRIVERS_URLS"].split()
PASSWORD = os.environ["DRIVERS_PASSWORD"]
IS_CLUSTER = len(URLS) > 1
# A server with --server.harden tells nothing that tells it, so that it has to be said.
IS_HARDENED = os.environ.get("DRIVERS_HARDENED") == "1"


def unique(what):
    return f"{what}_{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def client():
    client = arango.ArangoClient(hosts=URLS, host_resolver="roundrobin" if IS_CLUSTER else "fallback")
    yield client
    client.close()


@pytest.fixture(scope="session")
def system(client):
    return client.db("_system", "root", PASSWORD, verify=True)


@pytest.fixture
def database(system):
    """Name of a database, and of a user who administers it with the password `secret`."""
    name = unique("drivers")
    system.create_database(name, users=[{"username": name, "password": "secret", "active": True}])
    yield name
    system.delete_database(name)
    system.delete_user(name, ignore_missing=True)


@pytest.fixture
def db(client, database):
    return client.db(database, database, "secret")


@pytest.fixture
def documents(db):
    return db.create_collection("documents")


@pytest.fixture
def user(system, database):
    """A user who may enter the database and read it; the password is `secret`."""
    name = unique("user")
    system.create_user(name, "secret")
    system.update_permission(name, "ro", database)
    yield name
    system.delete_user(name, ignore_missing=True)


@pytest_asyncio.fixture
async def async_client():
    async with AsyncClient(hosts=URLS) as client:
        yield client


@pytest_asyncio.fixture
async def async_db(async_client, database):
    return await async_client.db(database, auth=Auth(database, "secret"))


@pytest_asyncio.fixture
async def async_documents(async_db):
    return await async_db.create_collection("documents")


def failure(call, error, http, number):
    """The call fails with that exception, HTTP status and errorNum; the exception, to look at more of it."""
    with pytest.raises(error) as caught:
        call()
    assert (caught.value.http_code, caught.value.error_code) == (http, number), str(caught.value)
    return caught.value


async def async_failure(awaitable, error, http, number):
    with pytest.raises(error) as caught:
        await awaitable
    assert (caught.value.http_code, caught.value.error_code) == (http, number), str(caught.value)
    return caught.value
