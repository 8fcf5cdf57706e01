"""Digests are made of this JSON: it is the standard library's to the letter."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.rows.as_json import to_canonical_json, to_json, to_stored_json
from archive.rows.storable import storable

texts = st.text(st.characters(exclude_categories=()))  # lone surrogates too
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner) | st.tuples(inner, inner),
)


@given(values)
@example("".join(map(chr, range(0x100))))
@example({"\ud800": ["\udfff", "\0"], "ё": 2**70, "\U0001f600": "\u2028"})
def test_it_is_what_the_standard_library_writes(value):
    plain = {"ensure_ascii": False, "separators": (",", ":")}
    assert to_json(value) == json.dumps(value, **plain)
    written = json.dumps(value, **plain, sort_keys=True)
    assert to_canonical_json(value) == storable(written).encode()


@given(texts | st.text("\\\0u"))
@example("\\\\u0000 and \\\\\0\0 and \\u0000")
def test_a_nul_is_replaced_and_a_text_that_spells_its_escape_stays(text):
    assert json.loads(to_stored_json([text, 1])) == [storable(text), 1]


@pytest.mark.parametrize("value", [datetime(2025, 9, 8, tzinfo=UTC), {1, 2}, b"x"])
def test_what_json_does_not_know_is_refused(value):
    with pytest.raises(TypeError):
        to_json([value])


@pytest.mark.parametrize("beside", ["plain", "\ud800", 2**70])
def test_times_of_canonical_json_are_in_utc(beside):
    moscow = datetime(2025, 9, 8, 4, 37, tzinfo=timezone(timedelta(hours=3)))
    assert json.loads(to_canonical_json([moscow, beside]))[0] == "2025-09-08T01:37:00+00:00"
    with pytest.raises(TypeError):
        to_canonical_json([{1, 2}, beside])
