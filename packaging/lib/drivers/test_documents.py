"""Documents, one by one and in arrays, as python-arango's users write and read them."""
import math

import pytest
from arango.exceptions import (
    DocumentDeleteError,
    DocumentGetError,
    DocumentInsertError,
    DocumentReplaceError,
    DocumentRevisionError,
    DocumentUpdateError,
)
from conftest import failure

LEGAL_KEYS = ["a", "A", "0", "_", "-", ".", "@", "(", ")", "+", ",", "=", ";", "$", "!", "*", "'", ":", "x" * 254, "a.b:c@d"]


def test_insert_and_get(documents):
    made = documents.insert({"_key": "a", "n": 1})
    assert made["_id"] == "documents/a" and made["_key"] == "a" and made["_rev"]
    assert documents.get("a")["n"] == 1
    assert documents.get("documents/a")["_rev"] == made["_rev"]
    assert documents.get("b") is None
    assert "a" in documents and "b" not in documents
    assert len(documents) == 1


def test_insert_without_key(documents):
    first, second = documents.insert({"n": 1}), documents.insert({"n": 1})
    assert first["_key"].isdigit() and int(first["_key"]) < int(second["_key"])


def test_insert_twice(documents):
    documents.insert({"_key": "a"})
    error = failure(lambda: documents.insert({"_key": "a"}), DocumentInsertError, 409, 1210)
    assert "unique constraint violated" in error.error_message


def test_insert_into_nowhere(db):
    failure(lambda: db.collection("nowhere").insert({}), DocumentInsertError, 404, 1203)
    failure(lambda: db.collection("nowhere").get("a"), DocumentGetError, 404, 1203)


@pytest.mark.parametrize("key", ["", "a b", "a/b", "a#", "ä", "x" * 255, 7, None])
def test_illegal_key(documents, key):
    failure(lambda: documents.insert({"_key": key}), DocumentInsertError, 400, 1221)


@pytest.mark.parametrize("key", LEGAL_KEYS)
def test_legal_key(documents, key):
    assert documents.insert({"_key": key})["_key"] == key
    assert documents.get_many([key])[0]["_key"] == key


@pytest.mark.parametrize(
    "mode, kept", [("replace", {"b": 2}), ("update", {"a": 1, "b": 2}), ("ignore", {"a": 1})]
)
def test_overwrite_modes(documents, mode, kept):
    first = documents.insert({"_key": "a", "a": 1})
    second = documents.insert({"_key": "a", "b": 2}, overwrite_mode=mode)
    assert {name: value for name, value in documents.get("a").items() if name[0] != "_"} == kept
    assert second.get("_old_rev") == (None if mode == "ignore" else first["_rev"])


def test_overwrite_returns_both(documents):
    documents.insert({"_key": "a", "n": 1})
    changed = documents.insert({"_key": "a", "n": 2}, overwrite=True, return_new=True, return_old=True)
    assert (changed["old"]["n"], changed["new"]["n"]) == (1, 2)


def test_silent(documents):
    assert documents.insert({"_key": "a"}, silent=True) is True
    assert documents.update({"_key": "a", "n": 1}, silent=True) is True
    failure(lambda: documents.insert({"_key": "a"}, silent=True), DocumentInsertError, 409, 1210)


def test_update_merges(documents):
    documents.insert({"_key": "a", "o": {"x": 1}, "n": 1})
    documents.update({"_key": "a", "o": {"y": 2}, "n": None}, keep_none=False)
    assert documents.get("a")["o"] == {"x": 1, "y": 2} and "n" not in documents.get("a")
    documents.update({"_key": "a", "o": {"z": 3}, "n": None}, merge=False)
    assert documents.get("a")["o"] == {"z": 3} and documents.get("a")["n"] is None


def test_replace(documents):
    documents.insert({"_key": "a", "n": 1})
    changed = documents.replace({"_key": "a", "m": 2}, return_new=True, return_old=True)
    assert changed["old"]["n"] == 1 and "n" not in changed["new"]


def test_missing(documents):
    failure(lambda: documents.update({"_key": "a"}), DocumentUpdateError, 404, 1202)
    failure(lambda: documents.replace({"_key": "a"}), DocumentReplaceError, 404, 1202)
    failure(lambda: documents.delete("a"), DocumentDeleteError, 404, 1202)
    assert documents.delete("a", ignore_missing=True) is False


def test_revisions(documents):
    old = documents.insert({"_key": "a"})
    documents.update({"_key": "a", "n": 1})
    stale = {"_key": "a", "_rev": old["_rev"], "n": 2}
    for call in (documents.update, documents.replace, documents.delete):
        failure(lambda call=call: call(stale, check_rev=True), DocumentRevisionError, 412, 1200)
    failure(lambda: documents.get("a", rev=old["_rev"]), DocumentRevisionError, 412, 1200)
    # HEAD has no body that could tell a number.
    failure(lambda: documents.has("a", rev=old["_rev"]), DocumentRevisionError, 412, 412)
    assert documents.get("a")["n"] == 1
    assert documents.update(stale, check_rev=False)["_old_rev"] != old["_rev"]


def test_delete_returns_old(documents):
    documents.insert({"_key": "a", "n": 1})
    assert documents.delete("a", return_old=True)["old"]["n"] == 1
    assert documents.get("a") is None


@pytest.mark.parametrize("number", [2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 1e308, 0.1])
def test_numbers(documents, number):
    documents.insert({"_key": "a", "n": number})
    assert documents.get("a")["n"] == number


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_what_is_no_json(documents, number):
    # Python writes Infinity and NaN.
    failure(lambda: documents.insert_many([{"_key": "a"}, {"n": number}]), DocumentInsertError, 400, 600)
    assert documents.count() == 0


def test_listing(documents):
    documents.insert_many([{"_key": key, "n": number} for number, key in enumerate("abc")])
    assert sorted(documents.ids()) == ["documents/a", "documents/b", "documents/c"]
    assert sorted(documents.keys()) == ["a", "b", "c"]
    assert sorted(found["n"] for found in documents.all()) == [0, 1, 2]
    assert len(list(documents.all(skip=1, limit=1))) == 1
    assert [found["_key"] for found in documents.find({"n": 1})] == ["b"]
    assert documents.random()["_id"].startswith("documents/")


def test_text(documents):
    text = 'ä€😀 \u0000 "\\ / \u2028 e\u0301'
    documents.insert({"_key": "a", text: text})
    assert documents.get("a")[text] == text
