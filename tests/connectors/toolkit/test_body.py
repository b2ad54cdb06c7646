"""JSON of a service within limits: whatever the bytes are, a value or Unreadable."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulling import any_json

from earful.connectors.limits import JSON_DEPTH, JSON_STRING, JSON_VALUES
from earful.connectors.toolkit.body import Unreadable, read_json


@given(any_json)
def test_json_within_limits_is_read_as_it_is(value: Any) -> None:
    def expected(found: Any) -> Any:
        if isinstance(found, dict):
            return {k: expected(v) for k, v in found.items()}
        if isinstance(found, list):
            return [expected(v) for v in found]
        if isinstance(found, int) and not isinstance(found, bool) and len(str(found)) > 25:
            return math.copysign(math.inf, found)
        return found

    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        got = read_json(text.encode("utf-8", "surrogatepass"))
        assert repr(got) == repr(expected(json.loads(text)))  # repr: a NaN is no other NaN's equal


@given(st.binary(max_size=200) | st.text('[]{}",:\\ntruefalse0 ', max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_unreadable(body: bytes) -> None:
    try:
        got = read_json(body)
    except Unreadable:
        return
    assert repr(got) == repr(json.loads(body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")))


@pytest.mark.parametrize(
    ("form", "levels"),
    [("[%s]", 1), ('{"a": %s}', 1), (' [ 1 , "]}" , %s ] ', 1), ('[{"\\"[": %s}]', 2), ('{"a": [%s]}', 2)],
)
def test_nesting_has_an_end(form: str, levels: int) -> None:

    def nested(depth: int) -> bytes:
        before, after = form.split("%s")
        times = depth // levels
        return (before * times + "1" + after * times).encode()

    assert read_json(nested(JSON_DEPTH)) is not None
    with pytest.raises(Unreadable, match="deep"):
        read_json(nested(JSON_DEPTH + levels))
    with pytest.raises(Unreadable):
        read_json(nested(100_000))


def test_brackets_in_words_are_no_nesting_and_commas_in_words_no_values() -> None:
    words = {"text": "[" * 5000 + '\\"' * 5000 + ",{" * JSON_VALUES}
    got = read_json(json.dumps(words).encode())
    assert isinstance(got, dict)
    assert got["text"] == words["text"][:JSON_STRING]


@pytest.mark.parametrize("one", ["{}", "[]", '"a"', "1", '{"a": 1}'])
def test_values_have_a_largest_number(one: str) -> None:
    few = "[" + ",".join([one] * (JSON_VALUES // 3)) + "]"
    assert read_json(few.encode())
    with pytest.raises(Unreadable, match="many"):
        read_json(("[" + ",".join([one] * (2 * JSON_VALUES)) + "]").encode())


def test_a_long_string_is_cut_and_a_long_name_left_out() -> None:
    long = "x" * (JSON_STRING + 5)
    assert read_json(json.dumps({"a": long, long: 1, "b": [2]}).encode()) == {"a": long[:JSON_STRING], "b": [2]}
    assert read_json(json.dumps(long).encode()) == long[:JSON_STRING]


def test_a_huge_number_costs_its_field_only() -> None:
    body = b'{"id": 7, "likes": ' + b"9" * 5000 + b', "down": -' + b"9" * 5000 + b"}"
    assert read_json(body) == {"id": 7, "likes": math.inf, "down": -math.inf}
