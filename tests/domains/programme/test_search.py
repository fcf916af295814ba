"""Who searches the plan finds it in any of four languages, however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.language import LANGUAGES
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.search import Found, ranked_actions, search


def found(query: str, limit: int = 10) -> list[str]:
    return [f"{one.what}/{one.id}" for one in search(query, limit)]


def first(query: str, what: str = "action") -> str:
    return next(one.id for one in search(query, 20) if one.what == what)


@pytest.mark.parametrize(
    ("queries", "action"),
    [
        (("vrachtbrief", "lettre de voiture", "Frachtbrief", "consignment note"), "ecmr-pilot"),
        (("digitale tweeling", "jumeau numérique", "digitaler Zwilling", "digital twin"),
         "digital-twin-support"),
        (("vuurwerk", "feux d'artifice", "Feuerwerk", "fireworks"), "joint-fireworks-testing"),
        (("waterstof", "hydrogène", "Wasserstoff", "hydrogen"), "hydrogen-2050-study"),
        (("grensarbeider", "travailleur frontalier", "Grenzgänger", "frontier worker"),
         "frontier-workers-task-force"),
        (("elektronische factuur", "facture électronique", "elektronische Rechnung",
          "electronic invoice"), "e-invoicing"),
        (("uitzonderlijk vervoer", "transport exceptionnel", "Schwertransport",
          "exceptional transport"), "exceptional-transport-rules"),
        (("overstroming", "inondation", "Hochwasser", "flood"), "cross-border-water-information"),
    ],
)  # fmt: skip
def test_the_same_matter_is_found_in_each_language(queries: tuple[str, ...], action: str) -> None:
    for query in queries:
        assert f"action/{action}" in found(query), query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("velo", "vélo"),
        ("HYDROGENE", "hydrogène"),
        ("grenzganger", "Grenzgänger"),
        ("jumeau numerique", "jumeau numérique"),
        ("qualite de l air", "qualité de l'air"),
        ("Gro\u0308\u00dfe", "grösse"),
    ],
)
def test_accents_and_capitals_do_not_matter(typed: str, meant: str) -> None:
    assert found(typed) == found(meant)


@pytest.mark.parametrize(
    ("part", "action"),
    [
        ("erkenning", "higher-education-recognition"),
        ("meldkamer", "control-room-protocol"),
        ("arbeiders", "frontier-workers-task-force"),
        ("verdrag", "police-treaty-implementation"),
        ("kwaliteit", "nrw-air-quality"),
        ("Qualität", "nrw-air-quality"),
        ("brief", "ecmr-pilot"),
    ],
)
def test_a_part_of_a_compound_word_is_enough(part: str, action: str) -> None:
    assert f"action/{action}" in found(part, 60)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("grensarbeyder", "frontier-workers-task-force"),
        ("vrachtbreif", "ecmr-pilot"),
        ("hydrogne", "hydrogen-2050-study"),
        ("Feuerwrek", "joint-fireworks-testing"),
        ("pyropss", "pyropass-register"),
        ("exeptional transport", "exceptional-transport-rules"),
        ("inondtion", "cross-border-water-information"),
    ],
)
def test_a_small_typing_error_is_forgiven(slip: str, meant: str) -> None:
    assert f"action/{meant}" in found(slip)


@pytest.mark.parametrize(
    ("spellings", "instrument"),
    [
        (("M(2020)14", "m(2020) 14", "M 2020-14", "m2020 14"), "M(2020)14"),
        (("(EU) 2016/681", "2016/681", "Richtlijn (EU) 2016/681", "directive (UE) 2016/681"),
         "(EU) 2016/681"),
        (("2014/55/EU", "2014/55/UE", "2014/55"), "2014/55/EU"),
        (("COM(2018)373", "COM/2018/373", "com(2018) 373 final"), "COM/2018/373"),
        (("(EU) No 1143/2014", "(UE) n° 1143/2014", "1143/2014"), "(EU) No 1143/2014"),
    ],
)  # fmt: skip
def test_a_citation_finds_its_text_first_in_every_spelling(
    spellings: tuple[str, ...], instrument: str
) -> None:
    for query in spellings:
        assert found(query)[0] == f"instrument/{instrument}", query
        resting = {action.id for action in plan().by_instrument.get(instrument, ())}
        assert resting <= set(ranked_actions(query)), query


def test_every_instrument_that_has_a_citation_is_found_by_it() -> None:
    for text in plan().instruments.values():
        if text.citation:
            assert found(text.id, 3)[0] == f"instrument/{text.id}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_action_is_found_by_its_own_title(language: str) -> None:
    for action in list(plan().actions.values())[::10]:
        title = action.title[language]  # type: ignore[index]
        assert action.id in ranked_actions(title), title


def test_partners_sections_and_systems_are_found_too() -> None:
    assert first("Saarland", "partner") == "de-sl"
    assert first("Arbeidsmarkt en onderwijs", "section") == "1.4"
    assert first(plan().systems["zones"].title.en, "system") == "zones"


def test_a_word_that_is_still_being_typed_finds_what_begins_with_it() -> None:
    assert "action/pyropass-register" in found("pyrop")


@pytest.mark.parametrize("query", ["", "   ", "%", "\x00", "zzzzqqqq", "…", "🚲"])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert search(query) == []


def test_the_best_stand_first_and_no_record_twice() -> None:
    hits = search("samenwerking", 500)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.what, hit.id) for hit in hits}) == len(hits)
    assert [hit.id for hit in search("samenwerking", 3)] == [hit.id for hit in hits[:3]]


@given(query=some.text(max_size=300), limit=some.integers(0, 60))
def test_whatever_is_typed_the_answer_is_a_list_of_what_there_is(query: str, limit: int) -> None:
    hits = search(query, limit)
    assert len(hits) <= limit
    for hit in hits:
        assert isinstance(hit, Found)
        assert all(hit.title)
