"""Search: what people type, and what they should find."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benelux.core.language import LANGUAGES, Language
from benelux.core.search import Document, Hit, Index, Segment, segments

PLAN: list[tuple[str, Language, str, str]] = [
    ("ecmr", "nl", "Digitale vrachtbrief", "De drie landen nemen de e-CMR in gebruik: M(2020)16."),
    ("ecmr", "fr", "Lettre de voiture électronique", "Les trois pays ont l'e-CMR : M(2020)16."),
    ("ecmr", "de", "Elektronischer Frachtbrief", "Die drei Länder nutzen den e-CMR: M(2020)16."),
    ("ecmr", "en", "Electronic consignment note", "The three countries use the e-CMR: M(2020)16."),
    ("pyropass", "nl", "Pyropas", "Een register volgens M(2020)14: vuurwerk met vergunning."),
    ("pyropass", "fr", "Pyropass", "Un registre selon M (2020) 14 pour les feux d'artifice."),
    ("pyropass", "de", "Pyropass", "Ein Register nach M(2020)14 für Feuerwerk."),
    ("pyropass", "en", "Pyropass", "A register under M(2020)14 for fireworks."),
    ("obstacles", "nl", "Meldpunt obstakels", "Grensarbeiders melden obstakels aan de grens."),
    ("obstacles", "fr", "Guichet des obstacles", "Des travailleurs frontaliers ont un obstacle."),
    ("obstacles", "de", "Meldestelle für Hindernisse", "Grenzgänger melden ein Hindernis: Straße."),
    ("obstacles", "en", "Obstacle desk", "Frontier workers report an obstacle at the border."),
    ("invoicing", "nl", "Elektronische facturering", "Facturen volgens Richtlijn 2014/55/EU."),
    ("invoicing", "fr", "Facturation électronique", "Au cœur du modèle : la directive 2014/55/UE."),
    ("invoicing", "de", "Elektronische Rechnung", "Rechnungen nach der Richtlinie 2014/55/EU."),
    ("invoicing", "en", "Electronic invoicing", "Invoices under Directive 2014/55/EU."),
]  # fmt: skip
DOCUMENTS = [
    Document(key, language, {"title": title, "summary": summary})
    for key, language, title, summary in PLAN
]
INDEX = Index.build(DOCUMENTS)


def keys(query: str, language: Language | None = None) -> list[str]:
    hits = INDEX.find(query, languages=None if language is None else [language])
    return [hit.key for hit in hits if hit.complete]


def one(language: Language, *texts: str) -> Index:
    return Index.build(Document(text, language, {"title": text}) for text in texts)


@pytest.mark.parametrize(
    ("query", "language", "key"),
    [
        ("vrachtbrief", "nl", "ecmr"),
        ("electronique", "fr", "ecmr"),  # without its accents
        ("ÉLECTRONIQUE", "fr", "ecmr"),
        ("Lander", "de", "ecmr"),
        ("strasse", "de", "obstacles"),  # ß is ss
        ("coeur", "fr", "invoicing"),  # œ is oe
        ("obstacle", "fr", "obstacles"),  # l'obstacle and un obstacle
        ("frontalier", "fr", "obstacles"),
        ("workers", "en", "obstacles"),
        ("worker", "en", "obstacles"),
        ("Hindernis", "de", "obstacles"),
        ("factuur", "nl", "invoicing"),
    ],
)
def test_case_accents_and_inflection_do_not_matter(
    query: str, language: Language, key: str
) -> None:
    assert key in keys(query, language)


def test_the_letter_ij_is_two_letters() -> None:
    assert one("nl", "ĲSSELMEER en vrĳheid").find("ijsselmeer vrijheid")[0].complete


def test_text_in_decomposed_form_has_the_same_words() -> None:
    assert one("fr", "e\u0301lectronique").find("électronique")[0].complete


@pytest.mark.parametrize(
    "query", ["brief", "vracht brief", "vracht-brief", "vrachtbrieven", "vracht"]
)
def test_a_compound_is_found_by_its_parts_and_its_plural(query: str) -> None:
    assert keys(query, "nl") == ["ecmr"]


def test_parts_of_words_count_in_dutch_and_german_only() -> None:
    assert keys("fracht", "de") == ["ecmr"]
    assert keys("tronique", "fr") == []


def test_the_word_itself_comes_before_compounds_of_it() -> None:
    index = one("nl", "vrachtbrief", "brief", "brievenbus", "grensarbeider")

    assert [hit.key for hit in index.find("brief ")][:2] == ["brief", "vrachtbrief"]


def test_a_word_of_one_language_comes_before_its_stem_in_another() -> None:
    texts = {"nl": "politie aan de grens", "fr": "politique", "en": "police"}
    index = Index.build(Document(text, lang, {"title": text}) for lang, text in texts.items())  # type: ignore[arg-type]

    assert [hit.key for hit in index.find("politie ")] == ["politie aan de grens", "politique"]


@pytest.mark.parametrize("query", ["vra", "vrachtb", "digitale vrach", "el"])
def test_the_last_word_is_found_while_it_is_being_typed(query: str) -> None:
    assert "ecmr" in keys(query)


def test_a_finished_word_is_not_a_beginning() -> None:
    assert "obstacles" in keys("fronti", "en")
    assert keys("fron ", "en") == []


@pytest.mark.parametrize("query", ["e-cmr", "ecmr", "e cmr", "E-CMR", "l'e-CMR"])
def test_a_hyphen_may_be_there_or_not(query: str) -> None:
    assert set(keys(query)) == {"ecmr"}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("vergunnign", "pyropass"),  # letters changed places
        ("vergunnin ", "pyropass"),
        ("vrachtbreif", "ecmr"),
        ("vrahctbreif", "ecmr"),  # two slips in a long word
        ("obstakle", "obstacles"),
        ("fireworsk", "pyropass"),
        ("desc ", "obstacles"),  # desk
    ],
)
def test_a_slip_of_the_keys_is_forgiven(query: str, key: str) -> None:
    assert key in keys(query)


def test_short_words_and_figures_are_taken_as_they_are() -> None:
    assert one("en", "the cat sat").find("cet ") == []
    assert one("en", "plan 2022").find("2023") == []
    assert one("en", "plan a2022").find("a2023") == []


def test_a_word_that_is_there_is_no_slip_for_another() -> None:
    index = one("en", "grief", "brief")

    assert [hit.key for hit in index.find("brief")] == ["brief"]


@pytest.mark.parametrize(
    "query",
    ["M(2020)14", "M (2020) 14", "m2020 14", "m 2020 14", "M2020-14", "m(2020)14"],
)
def test_a_decision_is_found_however_it_is_written(query: str) -> None:
    assert set(keys(query)) == {"pyropass"}


@pytest.mark.parametrize("query", ["2014/55/EU", "2014/55/UE", "richtlijn 2014/55/EG", "2014/55"])
def test_a_directive_is_found_in_every_language_at_once(query: str) -> None:
    hits = [hit for hit in INDEX.find(query) if hit.complete]

    assert {hit.key for hit in hits} == {"invoicing"}
    assert {hit.language for hit in hits} == set(LANGUAGES)


def test_another_number_of_the_same_year_is_not_found() -> None:
    assert keys("M(2020)15") == []


def test_documents_with_all_words_come_before_those_with_some() -> None:
    hits = INDEX.find("electronic border")
    index = one("en", "red bus", "red red red red", "bus and red tram", "green tram")

    assert not any(hit.complete for hit in hits)
    assert [hit.complete for hit in index.find("red bus")] == [True, True, False]
    assert index.find("red bus")[2].key == "red red red red"


def test_complete_and_partial_hits_never_mix_by_score() -> None:
    for query in ("electronic border", "drie landen grens", "the obstacle"):
        scores = [(hit.complete, hit.score) for hit in INDEX.find(query)]

        assert scores == sorted(scores, reverse=True)
        assert all(1 <= score < 2 if complete else 0 < score < 1 for complete, score in scores)


def test_a_word_in_the_title_counts_for_more() -> None:
    index = Index.build(
        Document(name, "en", {"title": title, "summary": summary})
        for name, title, summary in (
            ("below", "Something else", "All about water and land"),
            ("above", "All about water", "Something else and land"),
        )
    )

    assert [hit.key for hit in index.find("water")] == ["above", "below"]


def test_fields_weigh_what_the_builder_says() -> None:
    texts = {"a": "water", "b": "land"}, {"a": "land", "b": "water"}
    documents = [Document(str(place), "en", fields) for place, fields in enumerate(texts)]

    assert Index.build(documents, {"a": 5}).find("water")[0].key == "0"
    assert Index.build(documents, {"b": 5}).find("water")[0].key == "1"


def test_a_heavier_document_comes_first() -> None:
    index = Index.build(
        Document(key, "en", {"title": "water"}, weight) for key, weight in (("a", 1.0), ("b", 2.0))
    )

    assert [hit.key for hit in index.find("water")] == ["b", "a"]


@pytest.mark.parametrize("query", ["", "   ", "?!", "-", "()", "\n"])
def test_an_empty_query_finds_nothing(query: str) -> None:
    assert INDEX.find(query) == []


def test_only_the_languages_asked_for_are_searched() -> None:
    assert {hit.language for hit in INDEX.find("e-cmr", languages=["fr", "de"])} == {"fr", "de"}
    assert INDEX.find("e-cmr", languages=[]) == []


def test_no_more_hits_than_the_limit() -> None:
    assert len(INDEX.find("e-cmr", limit=2)) == 2
    assert INDEX.find("e-cmr", limit=2) == INDEX.find("e-cmr")[:2]
    assert INDEX.find("e-cmr", limit=0) == []


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index.build([]).find("water") == []
    assert Index.build([Document("a", "nl", {"title": ""})]).find("water") == []


def marked(hit: Hit) -> list[str]:
    text = next(
        document.fields
        for document in DOCUMENTS
        if (document.key, document.language) == (hit.key, hit.language)
    )
    return [text[mark.field][mark.start : mark.end] for mark in hit.marks]


def test_marks_point_at_the_original_text() -> None:
    straight = INDEX.find("strasse", ["de"])[0]
    decision = INDEX.find("m2020 14", ["fr"])[0]

    assert marked(straight) == ["Straße"]
    assert straight.matched == ("strasse",)
    assert marked(decision) == ["M (2020) 14"]
    assert decision.matched == ("M(2020)14",)
    assert "e-CMR" in marked(INDEX.find("ecmr", ["en"])[0])


def test_a_text_is_cut_into_marked_and_unmarked_pieces() -> None:
    text = "De digitale vrachtbrief is van de drie landen."

    assert segments(text, [(12, 23)]) == (
        Segment("De digitale "),
        Segment("vrachtbrief", marked=True),
        Segment(" is van de drie landen."),
    )
    assert segments(text, [(12, 23)], width=33) == (
        Segment("…"),
        Segment("digitale "),
        Segment("vrachtbrief", marked=True),
        Segment(" is van de"),
        Segment("…"),
    )
    assert segments(text, [(3, 12), (5, 23), (23, 24)])[1] == Segment(text[3:24], marked=True)
    assert segments("", [(0, 4)]) == ()


SPOTS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6)


@given(st.text(max_size=50), SPOTS)
def test_the_pieces_together_are_the_text(text: str, spots: list[tuple[int, int]]) -> None:
    assert "".join(piece.text for piece in segments(text, spots)) == text


@given(st.text("ab ", max_size=80), SPOTS, st.integers(1, 60))
def test_a_cut_text_is_part_of_the_text_and_shows_the_first_mark(
    text: str, spots: list[tuple[int, int]], width: int
) -> None:
    cut = segments(text, spots, width)
    whole = [piece for piece in segments(text, spots) if piece.marked]
    shown = [piece for piece in cut if piece.marked]

    assert "".join(piece.text for piece in cut if piece.text != "…") in text
    assert bool(shown) is bool(whole)
    assert not shown or whole[0].text.startswith(shown[0].text)


WORDS = st.sampled_from([word for _, _, *texts in PLAN for text in texts for word in text.split()])
TYPED = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=5).map(" ".join))


@given(TYPED, st.one_of(st.none(), st.lists(st.sampled_from(LANGUAGES))), st.integers(-1, 20))
def test_no_text_whatever_breaks_the_search(
    query: str, languages: list[Language] | None, limit: int
) -> None:
    hits = INDEX.find(query, languages, limit)

    assert len(hits) <= max(limit, 0)
    assert len({(hit.key, hit.language) for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.marks
        assert hit.matched
        assert all(marked(hit))


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_what_stands_in_a_document_finds_it(words: list[str]) -> None:
    text = " ".join(words)
    assume(any(letter.isalnum() for letter in text))

    hits = one("nl", "iets heel anders", text).find(text)

    assert text in {hit.key for hit in hits if hit.complete}


@given(st.text(max_size=80), st.sampled_from(LANGUAGES), st.text(max_size=20))
def test_any_text_can_be_indexed(text: str, language: Language, query: str) -> None:
    index = Index.build([Document("a", language, {"title": text, "summary": query})])

    for hit in index.find(query):
        assert all(0 <= mark.start < mark.end for mark in hit.marks)
