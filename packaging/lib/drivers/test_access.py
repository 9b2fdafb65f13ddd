"""Who may come in, and do what."""
import time

import arango
import pytest
from arango.exceptions import (
    AccessTokenCreateError,
    AccessTokenDeleteError,
    CollectionCreateError,
    CollectionDeleteError,
    CollectionListError,
    CollectionPropertiesError,
    CollectionTruncateError,
    DatabaseCreateError,
    DatabaseDeleteError,
    DatabaseListError,
    DatabasePropertiesError,
    DocumentGetError,
    DocumentInsertError,
    IndexCreateError,
    JWTAuthError,
    PermissionGetError,
    PermissionListError,
    PermissionUpdateError,
    ServerConnectionError,
    UserCreateError,
    UserDeleteError,
    UserGetError,
    UserListError,
    UserReplaceError,
    UserUpdateError,
)
from conftest import IS_HARDENED, PASSWORD, failure, unique


def test_wrong_password(client, database):
    with pytest.raises(ServerConnectionError):
        client.db(database, database, "wrong", verify=True)
    failure(lambda: client.db(database, database, "wrong").properties(), DatabasePropertiesError, 401, 11)


@pytest.mark.parametrize("method", ["basic", "jwt"])
def test_methods(client, database, method):
    db = client.db(database, database, "secret", auth_method=method, verify=True)
    assert db.properties()["name"] == database


def test_tokens_of_sessions(client, database):
    failure(lambda: client.db(database, database, "wrong", auth_method="jwt"), JWTAuthError, 401, 401)
    token = client.db(database, database, "secret", auth_method="jwt").conn._token
    assert client.db(database, user_token=token, verify=True).properties()["name"] == database


def test_access_tokens(client, system, database):
    made = system.create_access_token(database, unique("token"), int(time.time()) + 3600)
    assert made["active"] is True and made["token"].startswith("v1.")
    db = client.db(database, database, made["token"], verify=True)
    assert [token["id"] for token in db.list_access_tokens(database)] == [made["id"]]
    with pytest.raises(AccessTokenCreateError):
        system.create_access_token(database, made["name"], int(time.time()) + 3600)
    db.delete_access_token(database, made["id"])
    with pytest.raises(AccessTokenDeleteError):
        system.delete_access_token(database, made["id"])
    with pytest.raises(ServerConnectionError):
        client.db(database, database, made["token"], verify=True)


def test_users(system, db):
    name = unique("user")
    made = system.create_user(name, "secret", active=True, extra={"a": 1})
    assert made == {"username": name, "active": True, "extra": {"a": 1}}
    assert system.has_user(name) and system.user(name) == made and made in system.users()
    failure(lambda: system.create_user(name, "secret"), UserCreateError, 409, 1702)
    assert system.update_user(name, extra={"b": 2})["extra"] == {"a": 1, "b": 2}
    assert system.replace_user(name, "secret", extra={"c": 3})["extra"] == {"c": 3}
    assert system.delete_user(name) is True
    failure(lambda: system.delete_user(name), UserDeleteError, 404, 1703)
    failure(lambda: system.user(name), UserGetError, 404, 1703)
    failure(lambda: system.update_user(name, "x"), UserUpdateError, 404, 1703)
    failure(lambda: system.replace_user(name, "x"), UserReplaceError, 404, 1703)
    assert system.delete_user(name, ignore_missing=True) is False
    failure(lambda: db.create_user(name, "x"), UserCreateError, 403, 11)
    failure(lambda: db.users(), UserListError, 403, 403)
    failure(lambda: db.delete_user("root"), UserDeleteError, 403, 11)


def test_inactive_users(client, system, database, user):
    system.update_user(user, active=False)
    with pytest.raises(ServerConnectionError):
        client.db(database, user, "secret", verify=True)


def test_databases(client, system, db, database, user):
    assert database in system.databases() and system.has_database(database)
    assert client.db(database, user, "secret").databases_accessible_to_user() == [database]
    failure(lambda: system.create_database(database), DatabaseCreateError, 409, 1207)
    failure(lambda: db.create_database(unique("x")), DatabaseCreateError, 403, 1230)
    failure(lambda: db.delete_database(database), DatabaseDeleteError, 403, 1230)
    failure(lambda: db.databases(), DatabaseListError, 403, 1230)
    failure(lambda: system.delete_database(unique("x")), DatabaseDeleteError, 404, 1228)


@pytest.mark.parametrize("where", ["unknown", "_system"])
def test_databases_that_are_unknown_or_forbidden(client, user, where):
    db = client.db(where if where == "_system" else unique("unknown"), user, "secret")
    failure(lambda: db.properties(), DatabasePropertiesError, 401, 11)
    failure(lambda: db.collections(), CollectionListError, 401, 11)
    failure(lambda: db.collection("c").insert({}), DocumentInsertError, 401, 11)
    failure(lambda: db.collection("c").get("a"), DocumentGetError, 401, 11)


def test_unknown_database_of_an_administrator(client):
    db = client.db(unique("unknown"), "root", PASSWORD)
    failure(lambda: db.collection("c").insert({}), DocumentInsertError, 404, 1228)


def test_reading_only(client, database, documents, user):
    db = client.db(database, user, "secret")
    documents.insert({"_key": "a"})
    assert db.collection("documents").get("a")["_key"] == "a"
    error = failure(lambda: db.collection("documents").insert({}), DocumentInsertError, 403, 1004)
    assert "read only" in error.error_message
    failure(lambda: db.collection("documents").insert_many([{}]), DocumentInsertError, 403, 1004)
    failure(lambda: db.collection("documents").truncate(), CollectionTruncateError, 403, 1004)
    failure(lambda: db.create_collection("c"), CollectionCreateError, 403, 11)
    failure(lambda: db.delete_collection("documents"), CollectionDeleteError, 403, 11)
    index = {"type": "persistent", "fields": ["a"]}
    failure(lambda: db.collection("documents").add_index(index), IndexCreateError, 403, 11)


def test_one_collection(client, system, database, documents, user):
    system.update_permission(user, "rw", database, "documents")
    db = client.db(database, user, "secret")
    assert db.collection("documents").insert({"_key": "a"})["_key"] == "a"
    system.update_permission(user, "none", database, "documents")
    failure(lambda: db.collection("documents").insert({}), DocumentInsertError, 403, 11)
    failure(lambda: db.collection("documents").get("a"), DocumentGetError, 403, 11)
    failure(lambda: db.collection("documents").properties(), CollectionPropertiesError, 403, 11)
    assert "documents" not in [found["name"] for found in db.collections()]


def test_a_grant_for_a_collection_lets_nobody_in(client, system, database, documents):
    name = unique("user")
    system.create_user(name, "secret")
    system.update_permission(name, "rw", database, "documents")
    db = client.db(database, name, "secret")
    failure(lambda: db.collection("documents").insert({}), DocumentInsertError, 401, 11)
    system.delete_user(name)


def test_permissions(client, system, database, documents, user):
    assert system.permission(user, database) == "ro"
    assert system.permission(user, database, "documents") == "ro"
    assert system.permissions(user)[database]["permission"] == "ro"
    assert system.update_permission(user, "rw", database, "documents") is True
    assert system.permissions(user)[database]["collections"]["documents"] == "rw"
    assert system.reset_permission(user, database, "documents") is True
    assert system.permission(user, database, "documents") == "ro"
    assert system.reset_permission(user, database) is True
    assert system.permission(user, database) == "none"
    failure(lambda: system.update_permission(user, "all", database), PermissionUpdateError, 400, 10)
    failure(lambda: system.update_permission(unique("x"), "rw", database), PermissionUpdateError, 404, 1703)
    failure(lambda: system.update_permission(user, "rw", database, "x"), PermissionUpdateError, 404, 1203)
    own = client.db(database, database, "secret")
    assert own.permission(database, database) == "rw"
    failure(lambda: own.permission("root", database), PermissionGetError, 403, 403)
    failure(lambda: own.permissions("root"), PermissionListError, 403, 403)
    failure(lambda: own.update_permission(user, "rw", database), PermissionUpdateError, 403, 11)


def test_version(client, system, db):
    assert system.version().startswith("3.")
    if IS_HARDENED:
        # The driver looks for a member that a hardened server keeps from those who do not administer it.
        with pytest.raises(KeyError):
            db.version()
        with pytest.raises(arango.exceptions.ServerStatusError):
            db.status()
    else:
        assert db.version() == system.version()
