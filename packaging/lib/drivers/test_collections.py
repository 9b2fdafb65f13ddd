"""Collections and indexes."""
import time

import pytest
from arango.exceptions import (
    CollectionConfigureError,
    CollectionCreateError,
    CollectionDeleteError,
    CollectionPropertiesError,
    CollectionRenameError,
    CollectionTruncateError,
    DocumentInsertError,
    DocumentUpdateError,
    IndexCreateError,
    IndexDeleteError,
    IndexGetError,
    IndexListError,
)
from conftest import IS_CLUSTER, failure

SCHEMA = {"rule": {"properties": {"n": {"type": "integer"}}, "required": ["n"]}, "level": "strict", "message": "n counts", "type": "json"}


def test_life(db):
    db.create_collection("c")
    assert db.has_collection("c") and not db.has_collection("d")
    assert [found["type"] for found in db.collections() if found["name"] == "c"] == ["document"]
    failure(lambda: db.create_collection("c"), CollectionCreateError, 409, 1207)
    assert db.delete_collection("c")
    failure(lambda: db.delete_collection("c"), CollectionDeleteError, 404, 1203)
    assert db.delete_collection("c", ignore_missing=True) is False


@pytest.mark.parametrize("name", ["", "a/b", "1a", "_a", "x" * 257])
def test_illegal_name(db, name):
    failure(lambda: db.create_collection(name), CollectionCreateError, 400, 1208)


def test_properties(db, documents):
    properties = documents.properties()
    assert (properties["name"], properties["edge"], properties["sync"]) == ("documents", False, False)
    assert documents.configure(sync=True)["sync"] is True
    assert documents.properties()["sync"] is True
    failure(lambda: db.collection("x").properties(), CollectionPropertiesError, 404, 1203)
    failure(lambda: db.collection("x").configure(sync=True), CollectionConfigureError, 404, 1203)


def test_contents(db, documents):
    documents.insert_many([{"n": number} for number in range(5)])
    assert documents.count() == 5
    assert documents.revision() != "0" and int(documents.checksum(with_rev=True, with_data=True)) > 0
    assert documents.statistics()["indexes"]["count"] == 1
    assert documents.recalculate_count() is True and documents.load_indexes() is True
    assert documents.truncate() is True and documents.count() == 0
    failure(lambda: db.collection("x").truncate(), CollectionTruncateError, 404, 1203)


@pytest.mark.skipif(IS_CLUSTER, reason="a cluster renames nothing")
def test_rename(db, documents):
    db.create_collection("taken")
    failure(lambda: documents.rename("taken"), CollectionRenameError, 409, 1207)
    assert documents.rename("documents") is True
    assert documents.rename("other") is True
    assert documents.name == "other" and db.has_collection("other") and not db.has_collection("documents")


@pytest.mark.parametrize("generator", ["traditional", "autoincrement", "padded", "uuid"])
def test_key_generators(db, generator):
    if IS_CLUSTER and generator == "autoincrement":
        pytest.skip("a cluster makes such keys with one shard only")
    collection = db.create_collection("c", key_generator=generator)
    keys = [collection.insert({})["_key"] for _ in range(3)]
    assert len(set(keys)) == 3
    if generator == "padded":
        assert keys == sorted(keys)
    if generator == "uuid":
        assert all(len(key) == 36 for key in keys)


def test_no_keys_of_ours(db):
    collection = db.create_collection("c", user_keys=False)
    failure(lambda: collection.insert({"_key": "a"}), DocumentInsertError, 400, 1222)
    assert collection.insert({})["_key"]


def test_schema(db):
    collection = db.create_collection("c", schema=SCHEMA)
    error = failure(lambda: collection.insert({"n": "x"}), DocumentInsertError, 400, 1620)
    assert "n counts" in error.error_message
    assert [getattr(result, "error_code", None) for result in collection.insert_many([{"n": 1}, {}])] == [None, 1620]
    key = collection.insert({"n": 1})["_key"]
    failure(lambda: collection.update({"_key": key, "n": 1.5}), DocumentUpdateError, 400, 1620)
    collection.configure(schema={"rule": SCHEMA["rule"], "level": "new", "type": "json", "message": ""})
    assert collection.update({"_key": key, "n": 1.5})["_key"] == key
    failure(lambda: db.create_collection("d", schema={"rule": {}, "level": "hard"}), CollectionCreateError, 400, 1621)


@pytest.mark.skipif(not IS_CLUSTER, reason="a single server has no shards")
def test_shard_keys(db):
    collection = db.create_collection("c", shard_fields=["region"], shard_count=3)
    assert collection.properties()["shard_fields"] == ["region"]
    failure(lambda: collection.insert({"_key": "a", "region": "x"}), DocumentInsertError, 400, 1466)
    key = collection.insert({"region": "x"})["_key"]
    failure(lambda: collection.update({"_key": key, "region": "y"}), DocumentUpdateError, 400, 1469)
    assert isinstance(collection.responsible_shard({"_key": key, "region": "x"}), str)


def test_indexes(db, documents):
    made = documents.add_index({"type": "persistent", "fields": ["a", "b.c"], "name": "both"})
    assert (made["type"], made["fields"], made["name"], made["isNewlyCreated"]) == ("persistent", ["a", "b.c"], "both", True)
    again = documents.add_index({"type": "persistent", "fields": ["a", "b.c"], "name": "both"})
    assert again["id"] == made["id"] and again["isNewlyCreated"] is False
    assert [index["type"] for index in documents.indexes()] == ["primary", "persistent"]
    assert documents.get_index(made["id"])["name"] == "both" and documents.get_index("both")["id"] == made["id"]
    failure(lambda: documents.get_index("0815"), IndexGetError, 404, 1212)
    assert documents.delete_index(made["id"]) is True
    failure(lambda: documents.delete_index(made["id"]), IndexDeleteError, 404, 1212)
    assert documents.delete_index(made["id"], ignore_missing=True) is False
    failure(lambda: db.collection("x").indexes(), IndexListError, 404, 1203)
    failure(lambda: documents.add_index({"type": "persistent", "fields": []}), IndexCreateError, 400, 10)
    documents.add_index({"type": "persistent", "fields": ["c"], "name": "named"})
    assert documents.delete_index("named") is True


def test_unique_indexes(documents):
    documents.add_index({"type": "persistent", "fields": ["mail"], "unique": True, "sparse": True})
    documents.insert_many([{"mail": "a"}, {"mail": None}, {}])
    failure(lambda: documents.insert({"mail": "a"}), DocumentInsertError, 409, 1210)
    assert documents.count() == 3
    documents.insert_many([{"n": 1}, {"n": 1}])
    failure(lambda: documents.add_index({"type": "persistent", "fields": ["n"], "unique": True}), IndexCreateError, 400, 1210)


def test_geo_and_ttl_indexes(documents):
    assert documents.add_index({"type": "geo", "fields": ["place"], "geoJson": True})["geoJson"] is True
    made = documents.add_index({"type": "ttl", "fields": ["end"], "expireAfter": 0})
    assert made["expireAfter"] == 0
    assert documents.add_index({"type": "ttl", "fields": ["end"], "expireAfter": 0})["isNewlyCreated"] is False
    failure(lambda: documents.add_index({"type": "ttl", "fields": ["end"], "expireAfter": 1}), IndexCreateError, 400, 10)
    failure(lambda: documents.add_index({"type": "ttl", "fields": ["other"], "expireAfter": 0}), IndexCreateError, 400, 10)


def test_documents_end(documents):
    documents.add_index({"type": "ttl", "fields": ["end"], "expireAfter": 0})
    documents.insert_many([{"_key": "past", "end": time.time() - 5}, {"_key": "future", "end": time.time() + 3600}, {"_key": "none"}])
    deadline = time.monotonic() + 120
    while documents.has("past"):
        assert time.monotonic() < deadline, "nothing has ended within two minutes"
        time.sleep(0.2)
    assert documents.has("future") and documents.has("none")
