"""The same server through python-arango-async: what its own tests do not ask."""
import asyncio

import pytest
from arangoasync.auth import Auth
from arangoasync.exceptions import (
    CollectionCreateError,
    DatabasePropertiesError,
    DocumentDeleteError,
    DocumentGetError,
    DocumentInsertError,
    DocumentRevisionError,
    DocumentUpdateError,
    GraphCreateError,
    IndexCreateError,
    UserCreateError,
)
from arangoasync.typings import CollectionType, UserInfo
from conftest import async_failure, unique


async def test_documents(async_documents):
    made = await async_documents.insert({"_key": "a", "n": 1}, return_new=True)
    assert made["new"]["n"] == 1
    await async_failure(async_documents.insert({"_key": "a"}), DocumentInsertError, 409, 1210)
    await async_failure(async_documents.insert({"_key": "a b"}), DocumentInsertError, 400, 1221)
    await async_failure(async_documents.update({"_key": "x"}), DocumentUpdateError, 404, 1202)
    await async_failure(async_documents.delete("x"), DocumentDeleteError, 404, 1202)
    await async_documents.update({"_key": "a", "n": 2})
    await async_failure(async_documents.replace({"_key": "a"}, if_match=made["_rev"]), DocumentRevisionError, 412, 1200)
    await async_failure(async_documents.get("a", if_match=made["_rev"]), DocumentRevisionError, 412, 1200)


async def test_nowhere(async_db):
    await async_failure(async_db.collection("x").get("a"), DocumentGetError, 404, 1203)
    await async_failure(async_db.collection("x").insert_many([{}]), DocumentInsertError, 404, 1203)


@pytest.mark.parametrize("mode", ["update", "replace"])
async def test_versions(async_documents, mode):
    write = lambda version: async_documents.insert(
        {"_key": "a", "v": version}, overwrite_mode=mode, version_attribute="v"
    )
    await write(2**53 + 1)
    stale = await write(2**53)
    assert stale["_rev"] == stale["_oldRev"]
    assert (await async_documents.get("a"))["v"] == 2**53 + 1


async def test_arrays(async_documents):
    await async_documents.insert({"_key": "b"})
    results = await async_documents.insert_many([{"_key": "a"}, {"_key": "b"}, {"_key": 7}])
    assert [result.get("errorNum") for result in results] == [None, 1210, 1221]
    results = await async_documents.delete_many([{"_key": "a"}, {"_key": "x"}])
    assert [result.get("errorNum") for result in results] == [None, 1202]
    results = await async_documents.insert_many(
        [{"_key": "b", "v": 2}, {"_key": "b", "v": 1}], overwrite_mode="update", version_attribute="v"
    )
    assert results[1]["_rev"] == results[1]["_oldRev"] == results[0]["_rev"]


async def test_many_at_once(async_documents):
    # Requests for one document wait for each other; none may be lost.
    await async_documents.insert({"_key": "a", "v": 0})
    await asyncio.gather(*(async_documents.update({"_key": "a", f"n{number}": number}) for number in range(50)))
    assert sum(name.startswith("n") for name in await async_documents.get("a")) == 50


async def test_definitions(async_db, async_documents):
    await async_failure(async_db.create_collection("documents"), CollectionCreateError, 409, 1207)
    edges = await async_db.create_collection("edges", col_type=CollectionType.EDGE)
    await async_failure(edges.insert({}), DocumentInsertError, 400, 1233)
    await async_documents.add_index("ttl", ["t"], {"expireAfter": 60})
    await async_failure(async_documents.add_index("ttl", ["t"], {"expireAfter": 61}), IndexCreateError, 400, 10)
    await async_db.create_graph("g")
    await async_failure(async_db.create_graph("g"), GraphCreateError, 409, 1925)


async def test_rights(async_client, async_db, database, user, async_documents):
    reader = await async_client.db(database, auth=Auth(user, "secret"))
    await async_failure(reader.collection("documents").insert({}), DocumentInsertError, 403, 1004)
    await async_failure(reader.collection("documents").insert_many([{}]), DocumentInsertError, 403, 1004)
    await async_failure(reader.create_collection("c"), CollectionCreateError, 403, 11)
    await async_failure(async_db.create_user(UserInfo(user="x", password="x")), UserCreateError, 403, 11)
    for name in ("_system", unique("unknown")):
        elsewhere = await async_client.db(name, auth=Auth(user, "secret"), verify=False)
        await async_failure(elsewhere.properties(), DatabasePropertiesError, 401, 11)


async def test_cursors(async_db, async_documents):
    await async_documents.insert_many([{"_key": str(number)} for number in range(5)])
    cursor = await async_db.aql.execute(
        "FOR d IN @@collection RETURN { key: d._key, rev: d._rev }", bind_vars={"@collection": "documents"}, batch_size=2
    )
    assert sorted([row["key"] async for row in cursor]) == ["0", "1", "2", "3", "4"]
