"""A list is filtered, sorted, searched and taken home from one declaration."""

import csv
import io
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Invalid
from benelux.core.language import LANGUAGES
from benelux.core.web.listing import SIZES, Query, fold
from tests.core.bridges.pages import BRIDGES, LISTING
from tests.core.conftest import Asking


def names(asking: Asking, **query: str | list[str]) -> list[str]:
    return [row.name.en for row in LISTING.window(asking(**query)).rows]


def test_a_list_stands_in_its_own_order_until_it_is_sorted(asking: Asking) -> None:
    assert names(asking) == [row.name.en for row in BRIDGES]
    assert names(asking, sort="name") == [
        "Erasmusbrug",
        "Pont Adolphe",
        "Pont de Fragnée",
        "Scheldt bridge",
    ]


def test_what_is_not_known_stands_last_in_both_directions(asking: Asking) -> None:
    assert names(asking, sort="tonnes")[-1] == "Scheldt bridge"
    assert names(asking, sort="-tonnes")[-1] == "Scheldt bridge"
    assert names(asking, sort="-tonnes")[0] == "Erasmusbrug"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fragnee", ["Pont de Fragnée"]),
        ("PONT", ["Pont Adolphe", "Pont de Fragnée"]),
        ("pont  petrusse", ["Pont Adolphe"]),
        ("meuse 60", ["Erasmusbrug"]),
        ("pont loire", []),
    ],
)
def test_a_search_finds_rows_with_every_word_whatever_its_accents(
    asking: Asking, words: str, found: list[str]
) -> None:
    assert names(asking, q=words) == found


def test_a_filter_keeps_rows_with_one_of_its_keys(asking: Asking) -> None:
    assert names(asking, river="maas") == ["Erasmusbrug", "Pont de Fragnée"]
    assert names(asking, river=["maas", "petrusse"], heavy="yes") == ["Pont Adolphe", "Erasmusbrug"]
    assert names(asking, river="") == [row.name.en for row in BRIDGES]


def test_a_choice_counts_what_it_would_give_with_the_other_filters(asking: Asking) -> None:
    choices = LISTING.window(asking(heavy="yes", river="maas")).choices["river"]
    assert [(one.key, one.count, one.chosen) for one in choices] == [
        ("maas", 1, True),
        ("petrusse", 1, False),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sort": "weight"}, "sort"),
        ({"sort": "--name"}, "sort"),
        ({"sort": "-"}, "sort"),
        ({"river": "rhine"}, "river"),
        ({"river": ["maas", "rhine"]}, "river"),
        ({"page": "2"}, "page"),
        ({"page": "0"}, "page"),
        ({"page": "one"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "１"}, "page"),
        ({"page": "9" * 5000}, "page"),
        ({"page": "000000000001" + "9" * 5000}, "page"),
        ({"size": "101"}, "size"),
        ({"size": "00000000000199"}, "size"),
        ({"size": "10.0"}, "size"),
        ({"q": "a" * 201}, "q"),
        ({"q": "a\x00"}, "q"),
    ],
)
def test_a_value_that_the_list_does_not_know_is_refused_by_name(
    asking: Asking, query: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        LISTING.window(asking(**query))
    assert [fault.field for fault in refused.value.faults] == [field]


def test_pages_of_a_list_hold_every_row_once(asking: Asking) -> None:
    window = LISTING.window(asking(size="3"))
    assert (window.total, window.pages, window.first, window.last) == (4, 2, 1, 3)
    assert names(asking, size="3") + names(asking, size="3", page="2") == names(asking)


def test_an_empty_list_has_one_empty_page(asking: Asking) -> None:
    window = LISTING.window(asking(q="nothing"))
    assert (window.rows, window.pages, window.first, window.last) == ([], 1, 0, 0)


QUERIES = some.builds(
    Query,
    q=some.text(max_size=20),
    sort=some.sampled_from(["", "name", "-tonnes"]),
    page=some.integers(1, 9),
    size=some.sampled_from(SIZES),
    chosen=some.dictionaries(
        some.sampled_from(["river", "heavy"]),
        some.lists(some.text("é&=+# a", min_size=1), min_size=1).map(tuple),
    ),
)


@given(query=QUERIES)
def test_a_link_says_all_that_the_query_says(query: Query) -> None:
    asked = parse_qs(query.link(page=query.page).removeprefix("?"), keep_blank_values=True)
    assert asked.get("q", [""]) == [query.q]
    assert asked.get("sort", [""]) == [query.sort]
    assert asked.get("page", ["1"]) == [str(query.page)]
    assert asked.get("size", [str(SIZES[0])]) == [str(query.size)]
    for key, chosen in query.chosen.items():
        assert asked[key] == list(chosen)


@given(query=QUERIES)
def test_a_changed_query_starts_at_its_first_page(query: Query) -> None:
    assert "page" not in parse_qs(query.link(sort="name").removeprefix("?"))


@given(text=some.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_csv_twin_has_every_row_that_was_asked_for_and_no_formula(asking: Asking) -> None:
    rows = rows_of(LISTING.csv(asking("nl", size="1")))
    assert [row["name"] for row in rows] == [bridge.name.nl for bridge in BRIDGES]
    assert [row["remark"] for row in rows] == ["", "'=HYPERLINK(1)", "'-1", ""]
    assert [row["tonnes"] for row in rows] == ["40", "60", "", "20"]
    assert LISTING.csv(asking()).startswith(b"\xef\xbb\xbf")


def test_the_json_twin_says_how_many_there_are_and_where_the_next_are(asking: Asking) -> None:
    first = msgspec.json.decode(LISTING.json(asking("de", size="3", sort="name")))
    assert (first["total"], first["size"], len(first["rows"])) == (4, 3, 3)
    assert first["source"] == "Source: the tests"
    assert first["rows"][0] == {
        "name": "Erasmusbrug",
        "river": "maas",
        "tonnes": 60,
        "opened": "1996-09-04",
        "remark": "=HYPERLINK(1)",
    }
    following = parse_qs(first["next"].removeprefix("?"))
    last = msgspec.json.decode(
        LISTING.json(asking("de", **{name: values[-1] for name, values in following.items()}))
    )
    assert (last["next"], len(last["rows"])) == (None, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_and_its_twins_stand_side_by_side(
    crossing: TestClient[Litestar], language: str
) -> None:
    page = crossing.get(f"/{language}/bridges?river=maas&sort=-tonnes")
    assert page.status_code == 200
    assert page.text.index("Erasmusbrug") < page.text.index("Pont de Fragnée")
    assert "Pont Adolphe" not in page.text
    for twin in ("json", "csv"):
        address = f"/{language}/bridges.{twin}?river=maas&amp;sort=-tonnes"
        assert f'href="{address}"' in page.text
        answer = crossing.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.text.index("Erasmusbrug") < answer.text.index("Pont de Fragnée")
        assert answer.headers["content-language"] == language
        assert answer.headers["access-control-allow-origin"] == "*"
    disposition = answer.headers["content-disposition"]
    assert disposition == f'attachment; filename="bridges-{language}.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_value_in_a_list_is_never_taken_for_html(crossing: TestClient[Litestar]) -> None:
    page = crossing.get("/en/bridges", params={"q": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
