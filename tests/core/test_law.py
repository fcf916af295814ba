"""Law: citations in every spelling, validity in time, and grounds."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.errors import Invalid
from benelux.core.language import LANGUAGES, Language, Text
from benelux.core.law import (
    Article,
    Citation,
    Ground,
    Instrument,
    InstrumentKind,
    Kind,
    Status,
    Validity,
    find,
    first_day,
    last_day,
    link,
    parse,
)

SPELLINGS = {
    "M(2020)14": ["M(2020)14", "M (2020) 14", "M(2020) 14", "m(2020)14", "M\u00a0(2020)\u00a014"],
    "M(83)27": ["M(83)27", "M (83) 27", "M(1983)27"],
    "M(99)3": ["M(99)3", "M(1999)3"],
    "(EU) 2016/681": [
        "(EU) 2016/681",
        "(UE) 2016/681",
        "Richtlijn (EU) 2016/681",
        "Directive (UE) 2016/681",
        "Richtlinie (EU) 2016/681",
        "Directive (EU) 2016/681",
        "EU-Richtlijn 2016/681",
        "(EU) nr. 2016/681",
        "2016/681/EU",
        "2016/681",
    ],
    "(EU) 2018/1135": ["EU-Verordening 2018/1135", "Verordnung (EU) 2018/1135"],
    "(EU) 2024/1942": [
        "Uitvoeringsverordening (EU) 2024/1942",
        "règlement d'exécution (UE) 2024/1942",
        "Durchführungsverordnung (EU) 2024/1942",
        "Implementing Regulation (EU) 2024/1942",
    ],
    "2014/55/EU": [
        "2014/55/EU",
        "2014/55/UE",
        "2014/55/EG",
        "Richtlijn 2014/55/EU",
        "Directive 2014/55/UE",
        "Richtlinie 2014/55/EU",
        "richtlijn 2014/55",
        "(EU) 2014/55",
    ],
    "2011/93/EU": ["(EU) Richtlijn 2011/93", "(EU) 2011/93", "Directive 2011/93/UE"],
    "2004/82/EC": ["2004/82/EC", "2004/82/EG", "2004/82/CE", "Richtlijn 2004/82/EG", "2004/82/EU"],
    "2009/125/EC": ["EU-Richtlijn 2009/125/EG", "Richtlijn 2009/125"],
    "2009/162/EU": ["2009/162/EU", "Directive 2009/162/UE"],
    "85/374/EEC": ["85/374/EEC", "Richtlinie 85/374/EWG", "directive 85/374/CEE", "85/374/EEG"],
    "(EU) No 1143/2014": [
        "(EU) No 1143/2014",
        "(EU) nr. 1143/2014",
        "(UE) n° 1143/2014",
        "(EU) Nr. 1143/2014",
        "Verordening nr. 1143/2014",
        "nr. 1143/2014",
        "1143/2014",
    ],
    "(EC) No 1072/2009": ["(EC) 1072/2009", "(CE) n° 1072/2009", "Regulation 1072/2009"],
    "(EC) No 883/2004": [
        "(EG) nr. 883/2004",
        "Règlement (CE) no 883/2004",
        "Verordnung (EG) Nr. 883/2004",
        "Verordening EG 883/2004",
        "Verordening 2004/883",
    ],
    "(EEC) No 1408/71": ["(EEG) nr. 1408/71", "(EWG) Nr. 1408/71", "(CEE) n° 1408/71"],
    "No 1313/2013/EU": ["Besluit nr. 1313/2013/EU", "décision n° 1313/2013/UE", "No 1313/2013/EU"],
    "2008/615/JHA": ["Besluit 2008/615/JBZ", "décision 2008/615/JAI", "Beschluss 2008/615/JI"],
    "2004/68/JHA": ["Kaderbesluit 2004/68/JBZ", "Décision-cadre 2004/68/JAI", "2004/68/JI"],
    "(EU, Euratom) 2018/1046": ["(EU, Euratom) 2018/1046", "Règlement (UE, Euratom) 2018/1046"],
    "COM/2018/373": [
        "COM/2018/373",
        "COM(2018) 373 final",
        "COM (2018) 373 def.",
        "KOM(2018) 373 endg.",
        "com(2018)373",
        "COM/2018/0373",
    ],
    "2018/0198 (COD)": ["2018/0198 (COD)", "2018/0198(COD)", "2018/198/COD"],
    "Trb. 2018, 160": ["Trb. 2018, nr. 160", "Trb. 2018/160", "Tractatenblad 2018, 160"],
    "923-1": ["923-1"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "id_"), [(text, id_) for id_, texts in SPELLINGS.items() for text in texts]
)
def test_every_spelling_of_an_act_is_one_citation(spelling: str, id_: str) -> None:
    assert parse(f" {spelling} ").id == id_


@pytest.mark.parametrize("id_", SPELLINGS)
def test_an_id_reads_back_as_itself(id_: str) -> None:
    assert parse(id_).id == id_


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "M(20)14", "M(2020)", "M(2020)0", "M(2020)1234", "14", "2020", "(EU) 0/0",
        "2018/0198", "93/38", "12/15", "Besluit 2018/1135", "COM(2018)", "2018/0198 (XYZ)",
        "Trb. 1940, 1", "923", "richtlijn 10/2014", "<script>", "٣/٤", "M(2020)14 en M(2020)15",
    ],
)  # fmt: skip
def test_what_is_no_citation_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)

    assert refused.value.code == "citation.unreadable"
    assert refused.value.why is not None
    for expected in ("M(2020)14", "(EU) 2016/681", "COM/2018/373", "Trb. 2018, 160", "923-1"):
        assert expected in refused.value.why.to("en")


def test_the_year_stands_first_in_directives_and_last_in_old_regulations() -> None:
    directive = parse("2014/55/EU")
    regulation = parse("(EU) No 1143/2014")
    new = parse("(EU) 2015/2014")

    assert (directive.year, directive.number) == (2014, 55)
    assert (regulation.year, regulation.number) == (2014, 1143)
    assert (new.year, new.number) == (2015, 2014)


def test_a_citation_knows_its_kind_when_the_text_says_it() -> None:
    assert parse("2014/55/EU").kind is Kind.ACT
    assert parse("Richtlijn 2014/55/EU").kind is Kind.DIRECTIVE
    assert parse("(EC) 1072/2009").kind is Kind.REGULATION
    assert parse("Kaderbesluit 2004/68/JBZ").kind is Kind.FRAMEWORK_DECISION
    assert parse("M(2020)14").kind is Kind.BENELUX


@pytest.mark.parametrize(
    ("text", "celex"),
    [
        ("Richtlijn (EU) 2016/681", "32016L0681"),
        ("Directive 2014/55/UE", "32014L0055"),
        ("Richtlinie 85/374/EWG", "31985L0374"),
        ("(EC) No 883/2004", "32004R0883"),
        ("(EEC) No 1408/71", "31971R1408"),
        ("Besluit 2008/615/JBZ", "32008D0615"),
        ("No 1313/2013/EU", "32013D1313"),
        ("Kaderbesluit 2004/68/JBZ", "32004F0068"),
        ("(EU) 2016/681", None),  # a directive, but these words do not say so
        ("M(2020)14", None),
        ("COM/2018/373", None),
    ],
)
def test_celex_is_told_only_when_the_type_is_known(text: str, celex: str | None) -> None:
    assert parse(text).celex == celex


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "Richtlijn (EU) 2016/681",
            "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016L0681",
        ),
        (
            "COM(2018) 373",
            "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=COM:2018:373:FIN",
        ),
        ("2018/0198 (COD)", "https://eur-lex.europa.eu/procedure/NL/2018_198"),
        ("Trb. 2018, 160", "https://zoek.officielebekendmakingen.nl/trb-2018-160.html"),
        ("(EU) 2016/681", None),
        ("M(2020)14", None),
        ("Trb. 1958, 18", None),
    ],
)
def test_an_address_is_given_only_when_it_is_certain(text: str, address: str | None) -> None:
    assert parse(text).url("nl") == address


def test_an_act_is_written_as_each_language_writes_it() -> None:
    directive = parse("Richtlijn 2014/55/EU")
    regulation = parse("(EG) nr. 883/2004")

    assert [directive.text(one) for one in LANGUAGES] == [
        "2014/55/EU",
        "2014/55/UE",
        "2014/55/EU",
        "2014/55/EU",
    ]
    assert [regulation.named(one) for one in LANGUAGES] == [
        "Verordening (EG) nr. 883/2004",
        "Règlement (CE) n° 883/2004",
        "Verordnung (EG) Nr. 883/2004",
        "Regulation (EC) No 883/2004",
    ]
    assert parse("(EU) 2016/681").text("fr") == "(UE) 2016/681"
    assert {parse("M(2020)14").text(one) for one in LANGUAGES} == {"M(2020)14"}


def test_citations_sort_by_family_year_and_number() -> None:
    texts = ["2014/55/EU", "M(2020)14", "(EC) No 883/2004", "M(83)27", "M(2020)5", "COM/2018/373"]

    assert [one.id for one in sorted(map(parse, texts), key=lambda one: one.sort_key)] == [
        "M(83)27",
        "M(2020)5",
        "M(2020)14",
        "(EC) No 883/2004",
        "2014/55/EU",
        "COM/2018/373",
    ]


# -- any citation ----------------------------------------------------------------------------

NUMBERS = st.integers(1, 9999)


def old_communities(year: int) -> list[str]:
    if year >= 2010:
        return ["EU"]
    if year == 2009:
        return ["EC", "EU"]
    return ["EC"] if year >= 1994 else ["EEC"]


@st.composite
def eu_acts(draw: st.DrawFn) -> Citation:
    year = draw(st.integers(1958, 2060).filter(lambda year: year != 1993))
    number = draw(NUMBERS)
    if year >= 2015:
        kinds = [Kind.REGULATION, Kind.DIRECTIVE, Kind.DECISION, Kind.ACT]
        marks = ["EU", "Euratom", "CFSP", "EU, Euratom"]
        return Citation(draw(st.sampled_from(kinds)), year, number, draw(st.sampled_from(marks)))
    kinds = [Kind.REGULATION, Kind.DIRECTIVE, Kind.DECISION, Kind.JOINT_DECISION, Kind.ACT]
    kind = draw(st.sampled_from([*kinds, Kind.FRAMEWORK_DECISION]))
    if kind is Kind.FRAMEWORK_DECISION:
        return Citation(kind, year, number, "JHA")
    marks = old_communities(year)
    if year == 2009 and number <= 1100:
        marks = ["EC"]
    if kind in {Kind.DECISION, Kind.ACT}:
        marks = [*marks, "JHA", "CFSP", "Euratom"]
    return Citation(kind, year, number, draw(st.sampled_from(marks)))


CITATIONS = st.one_of(
    st.builds(Citation, st.just(Kind.BENELUX), st.integers(1958, 2060), st.integers(1, 999)),
    st.builds(Citation, st.just(Kind.TREATY_SERIES), st.integers(1951, 2060), st.integers(1, 999)),
    st.builds(Citation, st.just(Kind.COMMISSION_DOCUMENT), st.integers(1960, 2060), NUMBERS),
    st.builds(
        Citation,
        st.just(Kind.PROCEDURE),
        st.integers(1975, 2060),
        NUMBERS,
        st.sampled_from(["COD", "CNS", "NLE"]),
    ),
    eu_acts(),
)
LANGUAGE = st.sampled_from(LANGUAGES)


@given(CITATIONS, LANGUAGE)
def test_a_citation_written_in_any_language_reads_back(
    citation: Citation, language: Language
) -> None:
    assert parse(citation.text(language)).id == citation.id
    assert parse(citation.named(language)) == citation
    assert parse(citation.id).id == citation.id


@given(CITATIONS, LANGUAGE, st.sampled_from(["zie {}.", "({})", "« {} »", "{}, {}", "x; {}\n"]))
def test_a_citation_is_found_in_running_text_whole(
    citation: Citation, language: Language, sentence: str
) -> None:
    for written in (citation.text(language), citation.named(language)):
        text = sentence.replace("{}", written)
        found = find(text)

        assert len(found) == sentence.count("{}")
        assert {text[one.start : one.end] for one in found} == {written}
        assert {one.citation.id for one in found} == {citation.id}


@given(st.text())
def test_any_text_is_a_citation_or_refused(text: str) -> None:
    try:
        citation = parse(text)
    except Invalid:
        return
    assert parse(citation.id).id == citation.id


PIECES = st.sampled_from(
    [
        "M(2020)",
        "14",
        " ",
        "(EU)",
        "/",
        "2014",
        "55",
        "nr. ",
        "Richtlijn ",
        "COM",
        "(COD)",
        "<",
        "x",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_what_is_found_is_in_order_and_never_overlaps(text: str) -> None:
    found = find(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_citations_are_found_in_a_paragraph_in_four_languages() -> None:
    text = (
        "Verordening (EU) 2021/241, Richtlijn 2004/82/EG en Kaderbesluit 2004/68/JBZ; "
        "le règlement (CE) n° 883/2004 et la décision M(2020)14; "
        "die Richtlinie 2014/55/EU; the proposal COM/2018/373 final - 2018/0198 (COD) "
        "(Trb. 2018, 160)."
    )

    assert [one.citation.id for one in find(text)] == [
        "(EU) 2021/241",
        "2004/82/EC",
        "2004/68/JHA",
        "(EC) No 883/2004",
        "M(2020)14",
        "2014/55/EU",
        "COM/2018/373",
        "2018/0198 (COD)",
        "Trb. 2018, 160",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "season 2021/2022",
        "arrest nr. 123/2014",  # a court case
        "dossier nr. 2018/1135",
        "document 923-1",
        "EU 2019/2020 budget",
        "TOM(2020)14 and CM(2020)14 differ",
        "see https://example.org/2014/55/EU",
        "14/03/2014",
        "Besluit 2018/1135 van de burgemeester",
        "m (2020) 14 metres",
    ],
)
def test_figures_that_only_look_like_a_citation_are_left_alone(text: str) -> None:
    assert find(text) == ()


# -- linking ---------------------------------------------------------------------------------


def test_linking_escapes_everything_that_it_does_not_write_itself() -> None:
    linked = link('<b>M(2020)14</b> & "2014/55/EU"', lambda one: f'/law?id={one.id}&x="1"')

    assert linked == (
        "&lt;b&gt;"
        '<a href="/law?id=M(2020)14&amp;x=&quot;1&quot;">M(2020)14</a>'
        "&lt;/b&gt; &amp; &quot;"
        '<a href="/law?id=2014/55/EU&amp;x=&quot;1&quot;">2014/55/EU</a>'
        "&quot;"
    )
    assert linked.__html__() == linked


def test_a_citation_without_an_address_stays_plain() -> None:
    linked = link("M(2020)14 en M(2015)15", lambda one: None if one.year == 2020 else "/x")

    assert linked == 'M(2020)14 en <a href="/x">M(2015)15</a>'


@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)))
def test_linked_text_reads_as_the_text_it_was(text: str) -> None:
    linked = link(text, lambda one: f"/law/{one.id}")

    assert unescape(re.sub(r'<a href="[^"<>]*">|</a>', "", linked)) == text
    assert linked.count("<") == 2 * len(find(text))


# -- validity --------------------------------------------------------------------------------

DAYS = st.dates(date(1950, 1, 1), date(2080, 12, 31))
PARTIAL = st.one_of(
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(lambda day: day.isoformat()[:4]),
)


def test_a_partial_date_reaches_from_its_first_day_to_its_last() -> None:
    assert (first_day("2022"), last_day("2022")) == (date(2022, 1, 1), date(2022, 12, 31))
    assert (first_day("2024-02"), last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert first_day("2022-07-23") == last_day("2022-07-23") == date(2022, 7, 23)


@pytest.mark.parametrize("text", ["", "22", "2022-13", "2022-02-30", "2022-7", "0000", "20220723"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        first_day(text)


def test_law_is_signed_then_in_force_then_ended() -> None:
    validity = Validity("2024-05-01", "2027-07")

    assert validity.status_on(date(2024, 4, 30)) is Status.SIGNED
    assert validity.status_on(date(2024, 5, 1)) is Status.IN_FORCE
    assert validity.status_on(date(2027, 7, 31)) is Status.IN_FORCE
    assert validity.status_on(date(2027, 8, 1)) is Status.ENDED
    assert validity.as_of(date(2025, 1, 1))
    assert not validity.as_of(date(2028, 1, 1))


@pytest.mark.parametrize("status", [Status.ANNOUNCED, Status.SIGNED])
def test_law_that_is_only_expected_is_never_in_force(status: Status) -> None:
    validity = Validity("2020", None, status)

    assert validity.status_on(date(2025, 1, 1)) is status
    assert not validity.as_of(date(2025, 1, 1))


def test_law_that_ended_on_an_unknown_day_is_never_applied() -> None:
    validity = Validity("2020", None, Status.ENDED)

    assert validity.status_on(date(2021, 1, 1)) is Status.ENDED
    assert validity.status_on(date(2019, 1, 1)) is Status.SIGNED


def test_validity_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Validity("2022-07", "2022-06")


@given(PARTIAL, PARTIAL, PARTIAL, PARTIAL)
def test_periods_overlap_when_a_day_is_in_both(a: str, b: str, c: str, d: str) -> None:
    one = Validity(min(a, b, key=first_day), max(a, b, key=last_day))
    other = Validity(min(c, d, key=first_day), max(c, d, key=last_day))
    days = (one.first, one.last, other.first, other.last)
    shared = any(one.first <= day <= one.last and other.first <= day <= other.last for day in days)

    assert one.overlaps(other) is other.overlaps(one) is shared


@given(PARTIAL, DAYS)
def test_law_without_an_end_stays_in_force(start: str, day: date) -> None:
    validity = Validity(start)

    assert validity.as_of(day) is (day >= first_day(start))
    assert validity.as_of(max(day, last_day(start)) + timedelta(days=1))


# -- instruments -----------------------------------------------------------------------------

PYROPASS = Instrument(
    "M(2020)14",
    InstrumentKind.DECISION,
    Text("Pyropass", "Pyropass", "Pyropass", "Pyropass"),
    date="2020-11-26",
    validity=Validity("2021-01-01"),
)
POLICE = Instrument(
    "police-treaty-2018",
    InstrumentKind.TREATY,
    Text("Politieverdrag", "Traité de police", "Polizeivertrag", "Police treaty"),
    date="2018-07-23",
    validity=Validity("2023-10-01"),
    url="https://example.org/treaty",
)


def test_an_article_is_cited_in_four_languages() -> None:
    place = Article(PYROPASS, "4", "1")

    assert [place.cite(one) for one in LANGUAGES] == [
        "art. 4, lid 1",
        "art. 4, paragraphe 1",
        "Art. 4 Abs. 1",
        "Article 4(1)",
    ]
    assert [Article(PYROPASS, "4", "1", "a").cite(one) for one in LANGUAGES] == [
        "art. 4, lid 1, onder a",
        "art. 4, paragraphe 1, point a)",
        "Art. 4 Abs. 1 Buchst. a",
        "Article 4(1)(a)",
    ]
    assert Article(PYROPASS, "12bis").cite("nl") == "art. 12bis"


def test_a_ground_is_an_article_or_a_whole_instrument() -> None:
    reason = Text("omdat", "parce que", "weil", "because")

    assert Ground(Article(PYROPASS, "4", "1"), reason).cite("en") == "M(2020)14, Article 4(1)"
    assert Ground(Article(PYROPASS, "4")).instrument is PYROPASS
    assert Ground(POLICE).cite("fr") == "Traité de police"
    assert Ground(POLICE).instrument is POLICE


def test_an_instrument_is_cited_by_its_number_or_else_by_its_title() -> None:
    assert PYROPASS.citation == parse("M(2020)14")
    assert PYROPASS.cite("de") == "M(2020)14"
    assert POLICE.citation is None
    assert POLICE.cite("de") == "Polizeivertrag"
    assert POLICE.link("nl") == "https://example.org/treaty"
    assert PYROPASS.link("nl") is None


def test_an_instrument_tells_the_type_that_its_number_does_not() -> None:
    name = Text("E-facturering", "Facturation", "E-Rechnung", "E-invoicing")
    directive = Instrument("2014/55/EU", InstrumentKind.DIRECTIVE, name)

    assert directive.cite("fr") == "Directive 2014/55/UE"
    assert directive.link("fr") == (
        "https://eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32014L0055"
    )


def test_an_instrument_is_announced_until_it_is_signed() -> None:
    assert POLICE.status_on(date(2018, 7, 22)) is Status.ANNOUNCED
    assert POLICE.status_on(date(2018, 7, 23)) is Status.SIGNED
    assert POLICE.status_on(date(2023, 10, 1)) is Status.IN_FORCE


@pytest.mark.parametrize("kind", InstrumentKind)
def test_every_kind_of_instrument_has_a_noun_in_four_languages(kind: InstrumentKind) -> None:
    assert all(kind.noun)


def test_an_instrument_goes_through_a_data_file_unchanged() -> None:
    assert msgspec.convert(msgspec.to_builtins(PYROPASS), Instrument) == PYROPASS


@pytest.mark.parametrize(
    "validity",
    [
        {"valid_from": "2022-13"},
        {"valid_from": "2022-02-30"},
        {"valid_from": "2022", "valid_to": "2021"},
    ],
)
def test_a_wrong_date_in_a_data_file_is_named(validity: dict[str, str]) -> None:
    plain = msgspec.to_builtins(PYROPASS) | {"validity": validity}

    with pytest.raises(msgspec.ValidationError, match=r"\$\.validity"):
        msgspec.convert(plain, Instrument)
