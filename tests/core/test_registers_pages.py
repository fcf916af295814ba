"""The pages that every register gets: for everybody, at the desk, and for who asks."""

import re
from datetime import date
from html import unescape

import httpx
import pytest

from benelux.core.registers import service
from tests.core.kites.registers import PERMITS
from tests.core.offices import DESK, INSPECTION, Offices, offices
from tests.visits import READER, SignedIn, visited

__all__ = ["offices"]
DAY = date(2026, 1, 1)
HERE = "/en/registers/kites.permits"
EMMA = {
    "form": "new", "content-family": "Lambert", "content-given": "Emma",
    "content-born": "1984-02-29", "content-kind": "full", "content-places": ["beach", "meadow"],
    "content-land": "NL", "content-trailer": "GV123B", "content-metres": "12",
    "content-serial": "KX-1", "valid-from": "2026-01-01",
}  # fmt: skip
ASKED = {"form": "ask", "wish": "1", "purpose": "check", "case": "2026/118"}


def said(answer: httpx.Response) -> str:
    """What a page says in its main part, without marks and with single spaces."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def entered(desk: SignedIn, **more: object) -> str:
    """The address of a new record."""
    answer = desk.send(f"{HERE}/desk/new", {**EMMA, **more})  # type: ignore[dict-item]
    assert answer.status_code == 303, said(answer)
    return answer.headers["location"].partition("?")[0]


def asked(who: SignedIn, request: str, **more: str) -> httpx.Response:
    return who.send(f"{HERE}/ask", {**ASKED, "request": request.ljust(16, "0"), **more})


def test_counts_are_published_without_small_ones(offices: Offices) -> None:
    by = offices.acting(DESK, "LU")
    for place in range(7):
        content = {"family": "Muller", "given": "Jo", "born": f"196{place}-01-01", "kind": "full"}
        service.enter(offices.node("LU"), PERMITS, content, by=by, valid_from=DAY)
    lonely = {"family": "Weber", "given": "An", "born": "1970-01-01", "kind": "limited"}
    service.enter(offices.node("LU"), PERMITS, lonely, by=by, valid_from=DAY)

    answer = visited(offices.house).get(HERE)

    assert answer.headers["cache-control"] == "no-store"
    assert 'data-value="8"' in answer.text
    assert 'data-value="1"' not in answer.text
    assert 'data-value="7"' not in answer.text  # from which the small one could be worked out


def test_everybody_sees_what_a_register_is_and_by_which_law(offices: Offices) -> None:
    reader = visited(offices.house)

    listed = reader.get("/nl/registers.json").json()["rows"]
    page = said(reader.get(HERE))

    assert [one["name"] for one in listed] == ["kites.permits"]
    assert listed[0]["questions"] == "full hit status"
    for part in ("M(2020)14", "Kite Act, art. 10", "at most 20 questions an hour", "Who asked"):
        assert part in page
    assert reader.get("/en/registers/kites.nothing").status_code == 404


@pytest.mark.parametrize("page", ["/desk", "/desk/new", "/desk.json", "/desk.csv", "/ask"])
def test_who_is_not_signed_in_or_no_officer_is_refused_kindly(offices: Offices, page: str) -> None:
    nobody = visited(offices.house).get(HERE + page)
    somebody = SignedIn.as_person(visited(offices.house), offices.house, READER).get(HERE + page)

    assert nobody.status_code == 401
    assert "Sign in to continue." in nobody.text
    assert somebody.status_code == 403
    assert "You hold no office here." in somebody.text


def test_the_policies_and_no_word_in_the_page_decide_who_has_a_desk(offices: Offices) -> None:
    answer = offices.visit(INSPECTION).get(f"{HERE}/desk")

    assert answer.status_code == 403
    assert "Whoever is registrar at the authority that keeps this register" in said(answer)


def test_each_fault_of_a_new_record_stands_at_its_field(offices: Offices) -> None:
    desk = offices.visit(DESK)

    empty = desk.send(f"{HERE}/desk/new", {"form": "new"})
    odd = desk.send(
        f"{HERE}/desk/new",
        {
            **EMMA,
            "content-family": "L\u0430mbert",
            "content-metres": "many",
            "valid-to": "2025-01-01",
        },
    )

    assert empty.status_code == odd.status_code == 422
    assert 'id="content-family-fault"' in empty.text
    assert 'id="content-family-fault"' in odd.text  # a Cyrillic letter among Latin ones
    assert 'id="content-metres-fault"' in odd.text
    assert 'value="Emma"' in odd.text  # what was right is still there


def test_a_record_is_entered_changed_moved_and_undone_and_nothing_is_lost(
    offices: Offices,
) -> None:
    desk = offices.visit(DESK)
    place = entered(desk)
    change = {**EMMA, "form": "change", "version": "1", "content-given": "Emilie",
              "change-reason": "misheard"}  # fmt: skip

    assert desk.send(place, change).headers["location"].endswith("done=changed")
    assert (
        desk.send(place, {"restore": "1", "version": "2"})
        .headers["location"]
        .endswith("done=restored")
    )
    without_reason = desk.send(place, {"form": "move-suspend", "version": "3"})
    move = {"form": "move-suspend", "version": "3", "move-suspend-reason": "lost"}
    assert desk.send(place, move).headers["location"].endswith("done=moved")
    page = said(desk.get(place))

    assert without_reason.status_code == 422
    assert 'id="move-suspend-reason-fault"' in without_reason.text
    assert "Given name Emma" in page
    assert "misheard" in page
    assert "suspended" in page
    versions = service.history(offices.node("BE"), PERMITS, place.rsplit("/", 1)[1])
    assert [one.content and one.content["given"] for one in versions] == [
        "Emma", "Emma", "Emilie", "Emma",
    ]  # fmt: skip


def test_who_comes_second_does_not_overwrite_the_first(offices: Offices) -> None:
    desk = offices.visit(DESK)
    place = entered(desk)
    change = {**EMMA, "form": "change", "version": "1", "content-given": "Emmy"}

    first, second = desk.send(place, change), desk.send(place, change)

    assert first.status_code == 303
    assert second.status_code == 409
    assert desk.send(place, {"form": "move-restore", "version": "2"}).status_code == 409


def test_a_record_is_looked_at_as_of_two_days(offices: Offices) -> None:
    desk = offices.visit(DESK)
    place = entered(desk)

    before = said(desk.get(f"{place}?day=2025-12-31"))
    unknown = said(desk.get(f"{place}?day=2026-02-01&known=2026-01-15"))
    known = said(desk.get(f"{place}?day=2026-02-01"))
    odd = desk.get(f"{place}?day=yesterday")

    assert "There was no such record then." in before
    assert "There was no such record then." in unknown  # it holds then, but was entered later
    assert "What holds on 1 February 2026" in known
    assert odd.status_code == 422


def test_a_search_stands_in_no_address_and_files_follow_the_days(offices: Offices) -> None:
    desk = offices.visit(DESK)
    place = entered(desk, **{"content-family": "Zonnebeke"})
    number = place.rsplit("/", 1)[1]

    found = desk.send(f"{HERE}/desk", {"q": "zonnebeke"})
    never = desk.send(f"{HERE}/desk", {"q": "nobody at all"})

    assert number in found.text
    assert "zonnebeke" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', found.text))
    assert number not in never.text
    assert number in desk.get(f"{HERE}/desk.json").text
    assert number not in desk.get(f"{HERE}/desk.csv?day=2025-12-31").text


def test_an_erased_record_says_nothing_any_more(offices: Offices) -> None:
    desk = offices.visit(DESK)
    place = entered(desk, **{"content-family": "Vergeten"})
    form = {"form": "erase", "version": "1", "instrument": "Regulation 2016/679", "article": "17"}

    without_case = desk.send(place, form)
    erased = desk.send(place, {**form, "case": "E-1"})
    page = desk.get(place)

    assert without_case.status_code == 422
    assert erased.headers["location"].endswith("done=erased")
    assert "Vergeten" not in page.text
    assert "destroyed" in said(page)
    assert 'value="change"' not in page.text


def test_all_three_countries_are_asked_and_each_answer_says_why_and_where_it_stands(
    offices: Offices,
) -> None:
    entered(offices.visit(DESK), **{"content-family": "Duval", "content-serial": "KX-2"})
    inspector = offices.visit(INSPECTION, "NL")

    answer = asked(inspector, "three", family="Duval", given="Emma", born="1984-02-29")
    page = said(answer)

    assert "Belgium: Hit" in page
    assert "Netherlands: No hit" in page
    assert "Luxembourg: No hit" in page
    assert "learns whether there is a record, and nothing more" in page
    assert "full" not in page.partition("Belgium")[2].partition("Before you act")[0]
    proof = inspector.get(unescape(re.findall(r'href="(/en/ledger/[^"]+)"', answer.text)[0]))
    assert proof.status_code == 200
    assert "ledger-proof" in proof.text


def test_a_status_gives_no_more_than_the_declaration_allows(offices: Offices) -> None:
    place = entered(offices.visit(DESK), **{"content-family": "Geheim", "content-serial": "KX-3"})
    number = place.rsplit("/", 1)[1]

    answer = asked(offices.visit(INSPECTION), "status", wish="0", number=number)

    assert "Belgium: Valid" in said(answer)
    assert "Kind full" in said(answer)
    assert "Geheim" not in answer.text


def test_a_question_without_what_the_law_asks_for_is_not_sent(offices: Offices) -> None:
    answer = asked(offices.visit(INSPECTION), "nocase", case="", **{"exact-serial": "KX-1"})

    assert answer.status_code == 422
    assert 'id="case-fault"' in answer.text


@pytest.mark.parametrize(
    "subject",
    [
        {},
        {"family": "Lambert"},
        {"number": "BE-KP-0000-0000-0", "family": "Lambert", "given": "Emma"},
        {"plate": "GV-123-B"},
    ],
)
def test_a_question_is_about_one_thing_said_in_one_way(
    offices: Offices, subject: dict[str, str]
) -> None:
    assert asked(offices.visit(INSPECTION), "oneway", **subject).status_code == 422


def test_a_question_that_is_sent_twice_is_one_question(offices: Offices) -> None:
    inspector = offices.visit(INSPECTION)

    first = asked(inspector, "twice", **{"exact-serial": "KX-9"})
    again = asked(inspector, "twice", **{"exact-serial": "KX-9"})

    links = [re.findall(r'href="(/en/ledger/[^"]+)"', one.text) for one in (first, again)]
    assert links[0] == links[1] != []


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("number", {"number": "BE-KP-0000-0000-1"}),
        ("number", {"number": "BE-PP-7K3M-9QXR-5"}),
        ("born", {"family": "Lambert", "given": "Emma", "born": "soon"}),
        ("plate", {"country": "NL", "plate": "GV-***-B"}),
    ],
)
def test_what_cannot_be_looked_up_is_not_sent(
    offices: Offices, field: str, subject: dict[str, str]
) -> None:
    answer = asked(offices.visit(INSPECTION), "odd", **subject)

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text


def sent_file(who: SignedIn, name: str, content: str) -> httpx.Response:
    return who.client.post(
        f"{HERE}/desk/import",
        data={"csrf": who.csrf, "form": "upload"},
        files={"file": (name, content.encode())},
    )


def hidden(page: httpx.Response) -> dict[str, str | list[str]]:
    """What the page carries of a file until it is confirmed."""
    found: dict[str, str | list[str]] = {"form": "confirm"}
    for name in ("stamp", "kind", "part"):
        values = re.findall(rf'name="{name}" value="([^"]*)"', page.text)
        found[name] = values if name == "part" else values[-1]
    return found


def test_an_import_shows_what_it_would_do_before_it_does_it(offices: Offices) -> None:
    desk = offices.visit(DESK, "NL")
    rows = "family,given,born,kind,record.valid_from\nImporta,Ann,1980-02-03,full,2026-01-01\n"

    preview = sent_file(desk, "permits.csv", rows)
    before = desk.get(f"{HERE}/desk.csv").text
    done = desk.send(f"{HERE}/desk/import", hidden(preview))
    after = desk.get(f"{HERE}/desk.csv").text

    assert "Importa" in said(preview)
    assert "Importa" not in before
    assert done.headers["location"].endswith("?added=1&changed=0")
    assert "Importa" in after
    assert "1 added" in said(desk.get(done.headers["location"]))


def test_every_fault_of_a_file_is_told_with_its_line_and_column(offices: Offices) -> None:
    desk = offices.visit(DESK, "NL")
    rows = "family,given,born,kind,record.valid_from\nFalsa,Ann,1980-02-30,none,2026-01-01\n"

    refused = sent_file(desk, "permits.csv", rows)
    nonsense = sent_file(desk, "permits.json", "[{]")
    lost = desk.send(f"{HERE}/desk/import", {"form": "confirm", "part": "AAAA", "stamp": "x"})

    assert refused.status_code == nonsense.status_code == lost.status_code == 422
    assert "Line 2, column born" in said(refused)
    assert "Line 2, column kind" in said(refused)
    assert "did not come back whole" in said(lost)


def test_what_was_exported_can_be_imported_again_and_changes_nothing(offices: Offices) -> None:
    desk = offices.visit(DESK)
    entered(desk, **{"content-family": "Rondreis"})

    for form in ("csv", "json"):
        content = desk.get(f"{HERE}/desk/export.{form}").text
        preview = sent_file(desk, f"permits.{form}", content)

        assert "Rondreis" in content
        assert "There is nothing to import." in said(preview)


def test_what_changed_after_the_look_is_not_overwritten(offices: Offices) -> None:
    desk = offices.visit(DESK, "LU")
    place = desk.send(f"{HERE}/desk/new", EMMA).headers["location"].partition("?")[0]  # type: ignore[arg-type]
    number = place.rsplit("/", 1)[1]
    head = "record.number,family,given,born,kind,record.valid_from"
    row = f"{number},Lambert,Emily,1984-02-29,full,2026-01-01"

    preview = sent_file(desk, "permits.csv", f"{head}\n{row}\n")
    desk.send(place, {**EMMA, "form": "change", "version": "1", "content-given": "Amy"})  # type: ignore[dict-item]
    late = desk.send(f"{HERE}/desk/import", hidden(preview))

    assert late.status_code == 422
    assert "Something was changed since you looked at this import." in said(late)
