"""A form is read whole: every answer is kept and every fault is told, in the field's own place."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message
from benelux.core.web.ask import Upload
from benelux.core.web.forms import Filled
from tests.core.bridges.pages import FORM
from tests.core.conftest import Asking

GOOD = {"name": ["Pont Kennedy"], "opened": ["1960-05-12"], "river": ["maas"]}


def faults(filled: Filled) -> dict[str, str]:
    return {fault.field: str(fault.message) for fault in filled.faults}


def test_a_good_form_has_no_fault_and_all_its_answers(asking: Asking) -> None:
    form = {**GOOD, "name": [" Pont Kennedy "], "crosses": ["maas", "schelde", ""], "open": ["yes"]}
    filled = FORM.read(asking(form=form, files={"photo": Upload("a.png", b"x")}))
    assert not filled.faults
    assert filled.value("name") == "Pont Kennedy"
    assert filled.day("opened") == date(1960, 5, 12)
    assert filled.many["crosses"] == ["maas", "schelde"]
    assert filled.files["photo"].content == b"x"
    assert filled.day("about") is None


def test_an_empty_form_tells_every_field_that_it_needs(asking: Asking) -> None:
    assert faults(FORM.read(asking(form={}))) == dict.fromkeys(
        ("name", "opened", "river"), "Fill in this field."
    )
    assert set(faults(FORM.read(asking(form={"name": ["  "], "opened": [""]})))) == {
        "name",
        "opened",
        "river",
    }


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("name", "a" * 21),
        ("name", "a\x00b"),
        ("name", "a\x1bb"),
        ("about", "\x7f"),
        ("opened", "12 May 1960"),
        ("opened", "1960-02-30"),
        ("opened", "19600512"),
        ("opened", "1960-W19-4"),
        ("opened", "１９６０-05-12"),
        ("opened", "1899-12-31"),
        ("opened", "2200-01-01"),
        ("opened", "0000-00-00"),
        ("opened", "1960-05-12T00:00"),
        ("river", "rhine"),
        ("river", "Maas"),
        ("link", "benelux.int"),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://benelux.int"),
        ("link", "https://"),
        ("link", "https:///path"),
        ("link", "https://[broken"),
        ("link", "https://benelux.int/ two"),
        ("link", "https://benelux.int/\nx"),
        ("link", "https://benelux.int:port/"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_and_kept(
    asking: Asking, field: str, answer: str
) -> None:
    filled = FORM.read(asking(form={**GOOD, field: [answer]}))
    assert list(faults(filled)) == [field]
    assert filled.value(field) == answer


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("about", "two\nlines\tand a tab"),
        ("name", "é" * 20),
        ("opened", "1900-01-01"),
        ("opened", "2199-12-31"),
        ("link", "http://127.0.0.1:8022/a?b=c#d"),
        ("link", "https://münchen.example/é"),
    ],
)
def test_an_unusual_answer_that_fits_is_taken(asking: Asking, field: str, answer: str) -> None:
    assert not FORM.read(asking(form={**GOOD, field: [answer]})).faults


def test_of_several_answers_each_must_be_an_option(asking: Asking) -> None:
    form = {**GOOD, "crosses": ["maas", "rhine"]}
    assert list(faults(FORM.read(asking(form=form)))) == ["crosses"]


def test_of_a_field_sent_twice_the_last_answer_counts(asking: Asking) -> None:
    filled = FORM.read(asking(form={**GOOD, "name": ["first", "last"]}))
    assert filled.value("name") == "last"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=some.dictionaries(
        some.sampled_from([one.name for one in FORM.fields] + ["csrf", "unknown"]),
        some.lists(some.text(), max_size=3),
    )
)
def test_whatever_is_sent_a_form_is_read_and_never_raises(
    asking: Asking, form: dict[str, list[str]]
) -> None:
    filled = FORM.read(asking(form=form))
    assert set(faults(filled)) <= {one.name for one in FORM.fields}
    if not filled.faults:
        assert filled.day("opened")


def test_what_the_service_finds_joins_what_the_form_found() -> None:
    fault = Fault("name", message("Fill in this field."))
    found = Filled(faults=(Fault("river", message("Choose one of the options.")),))
    refusal = Invalid("x", message("No"), faults=(fault,))
    assert [one.field for one in found.from_refusal(refusal).faults] == ["river", "name"]
    bare = found.from_refusal(Invalid("x", message("No"))).faults[-1]
    assert (bare.field, str(bare.message)) == ("", "No")


def csrf(client: TestClient[Litestar]) -> str:
    page = client.get("/en/bridges/new").text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_page_with_faults_leads_to_each_of_them(
    crossing: TestClient[Litestar], language: str
) -> None:
    sent = {"csrf": csrf(crossing), "name": "<b>bold</b>" * 3, "opened": "x", "river": "maas"}
    page = crossing.post(f"/{language}/bridges/new", data=sent)
    crossing.cookies.clear()
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    for field in ("name", "opened"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-fault"' in page.text
    assert "<b>bold" not in page.text
    assert "&lt;b&gt;bold" in page.text  # what was filled in is still there, as text
    assert '<option value="maas" selected>' in page.text


def test_a_form_that_fits_leads_to_another_page(crossing: TestClient[Litestar]) -> None:
    sent = {"csrf": csrf(crossing), "name": "Pont &", "opened": "1960-05-12", "river": "maas"}
    answer = crossing.post("/en/bridges/new", data=sent)
    crossing.cookies.clear()
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/bridges?q=Pont+%26"
