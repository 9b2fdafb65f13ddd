"""Many documents in one request: what goes well is done, what does not is told for each."""
import pytest
from arango.exceptions import (
    DocumentDeleteError,
    DocumentInsertError,
    DocumentReplaceError,
    DocumentRevisionError,
    DocumentUpdateError,
)
from conftest import failure


def numbers(results):
    return [result.error_code if isinstance(result, Exception) else None for result in results]


def test_insert_many(documents):
    documents.insert({"_key": "b"})
    results = documents.insert_many([{"_key": "a"}, {"_key": "b"}, {"_key": "a b"}, {"_key": "c"}])
    assert numbers(results) == [None, 1210, 1221, None]
    assert isinstance(results[1], DocumentInsertError)
    assert documents.count() == 3


def test_results_have_the_order_of_the_request(documents):
    keys = [str(number) for number in range(500, 0, -1)]
    assert [result["_key"] for result in documents.insert_many([{"_key": key} for key in keys])] == keys
    assert [found["_key"] for found in documents.get_many(keys)] == keys


def test_silent_is_errors_only(documents):
    assert documents.insert_many([{"_key": "a"}, {"_key": "b"}], silent=True) is True
    assert documents.insert_many([], silent=True) in (True, [])


def test_versions(documents):
    write = lambda *versions: documents.insert_many(
        [{"_key": "a", "v": version} for version in versions], overwrite_mode="update", version_attribute="v"
    )
    first, second, third = write(2, 1, 3)
    assert second["_rev"] == second["_old_rev"] == first["_rev"]
    assert third["_old_rev"] == first["_rev"] != third["_rev"]
    (equal,) = write(3)
    assert equal["_rev"] == equal["_old_rev"] == third["_rev"]
    assert documents.get("a")["v"] == 3


def test_versions_beyond_doubles(documents):
    base = 1_796_041_200_000_000_000
    write = lambda version: documents.insert(
        {"_key": "a", "v": version}, overwrite_mode="replace", version_attribute="v"
    )
    for version, kept in [(base + 1, base + 1), (base, base + 1), (base + 2, base + 2), (base + 1, base + 2)]:
        write(version)
        assert documents.get("a")["v"] == kept


@pytest.mark.parametrize("call", ["update", "replace", "update_many", "replace_many"])
def test_versions_of_changes(documents, call):
    documents.insert({"_key": "a", "v": 5})
    stale, newer = {"_key": "a", "v": 4}, {"_key": "a", "v": 6}
    for document, kept in [(stale, 5), (newer, 6), (stale, 6)]:
        getattr(documents, call)([document] if call.endswith("many") else document, version_attribute="v")
        assert documents.get("a")["v"] == kept


def test_update_and_replace_many(documents):
    documents.insert_many([{"_key": "a", "n": 1}, {"_key": "b", "n": 1}])
    results = documents.update_many([{"_key": "a", "m": 2}, {"_key": "x"}], return_new=True)
    assert results[0]["new"]["n"] == 1 and numbers(results) == [None, 1202]
    assert isinstance(results[1], DocumentUpdateError)
    results = documents.replace_many([{"_key": "a", "m": 3}, {"_key": "x"}], return_old=True)
    assert results[0]["old"]["m"] == 2 and isinstance(results[1], DocumentReplaceError)
    assert "n" not in documents.get("a")


def test_delete_many(documents):
    made = documents.insert_many([{"_key": "a"}, {"_key": "b"}, {"_key": "c"}])
    documents.update({"_key": "c", "n": 1})
    results = documents.delete_many([{"_key": "a"}, {"_key": "x"}, made[2]], check_rev=True)
    assert numbers(results) == [None, 1202, 1200]
    assert isinstance(results[1], DocumentDeleteError) and isinstance(results[2], DocumentRevisionError)
    assert sorted(document["_key"] for document in documents.get_many(["a", "b", "c"])) == ["b", "c"]


def test_get_many_leaves_out_what_is_missing(documents):
    documents.insert_many([{"_key": "a"}, {"_key": "b"}])
    assert [found["_key"] for found in documents.get_many(["b", "x", {"_key": "a"}])] == ["b", "a"]


def test_whole_requests_fail(db):
    failure(lambda: db.collection("nowhere").insert_many([{}]), DocumentInsertError, 404, 1203)
    failure(lambda: db.collection("nowhere").delete_many([{"_key": "a"}]), DocumentDeleteError, 404, 1203)


def test_messages(documents):
    documents.insert({"_key": "a"})
    (error,) = documents.insert_many([{"_key": "a"}])
    assert "conflicting key: a" in error.error_message


def test_import(documents):
    rows = [{"_key": "a", "n": 1}, {"_key": "a", "n": 2}, {"_key": "b"}]
    result = documents.import_bulk(rows, halt_on_error=False)
    assert (result["created"], result["errors"], result["updated"], result["ignored"]) == (2, 1, 0, 0)
    result = documents.import_bulk([{"_key": "a", "m": 1}], on_duplicate="update")
    assert result["updated"] == 1 and documents.get("a")["n"] == 1
    failure(lambda: documents.import_bulk([{"_key": "a"}], halt_on_error=True), DocumentInsertError, 409, 1210)
    result = documents.import_bulk([{"_key": "c"}], overwrite=True)
    assert result["created"] == 1 and documents.count() == 1
