"""What people read stands in four languages; what the software says waits for its reader."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import pofile
from hypothesis import given
from hypothesis import strategies as some

from benelux.core import language
from benelux.core.language import (
    LANGUAGES,
    NAMES,
    Message,
    Text,
    is_language,
    locale_folders,
    message,
    plural,
    translate,
)

RIVER = Text("Maas", "Meuse", "Maas", "Meuse")


def test_there_are_four_languages_and_each_has_its_own_name() -> None:
    assert LANGUAGES == ("nl", "fr", "de", "en")
    assert NAMES["de"] == "Deutsch"
    assert set(NAMES) == set(LANGUAGES)


@pytest.mark.parametrize("code", ["", "NL", "nl-BE", "lb", "xx", "n"])
def test_anything_else_is_not_one_of_the_languages(code: str) -> None:
    assert not is_language(code)


def test_a_text_is_read_by_language() -> None:
    assert [RIVER[one] for one in LANGUAGES] == ["Maas", "Meuse", "Maas", "Meuse"]
    assert list(RIVER) == ["Maas", "Meuse", "Maas", "Meuse"]
    assert Text.same("Sûre")["de"] == "Sûre"


@given(text=some.builds(Text, some.text(), some.text(), some.text(), some.text()))
def test_translating_a_text_takes_the_language_asked_for(text: Text) -> None:
    assert [translate(text, one) for one in LANGUAGES] == list(text)


def test_a_message_fills_in_its_values_when_it_is_read() -> None:
    said = message("at most {n} characters", n=200)
    assert str(said) == "at most 200 characters"
    assert said.msgid == "at most {n} characters"


def test_values_that_have_languages_are_read_in_the_language_of_the_message() -> None:
    said = message("{river} at {place}", river=RIVER, place=message("Dinant"))
    assert said.to("nl") == "Maas at Dinant"
    assert said.to("fr") == "Meuse at Dinant"


@given(value=some.text())
def test_what_stands_in_a_value_is_never_taken_for_a_place(value: str) -> None:
    assert message("“{value}”", value=value).to("en") == f"“{value}”"


def test_a_number_chooses_the_form() -> None:
    assert [str(plural("{n} bridge", "{n} bridges", n)) for n in (0, 1, 2)] == [
        "0 bridges",
        "1 bridge",
        "2 bridges",
    ]


def test_a_string_is_a_message_id() -> None:
    assert translate("No bridge has this name", "en") == "No bridge has this name"


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A French catalogue in a folder that the package does not have."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(language, "locale_folders", lambda: (*locale_folders(), tmp_path))
    language._translations.cache_clear()  # noqa: SLF001 - read again for this test
    yield folder / "messages.po"
    language._translations.cache_clear()  # noqa: SLF001 - and as it was for the others


def test_a_catalogue_translates_with_places_and_plurals(catalogue: Path) -> None:
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "The bridge of {name}"\nmsgstr "Le pont de {name}"\n\n'
        'msgid "{n} lock"\nmsgid_plural "{n} locks"\n'
        'msgstr[0] "{n} écluse"\nmsgstr[1] "{n} écluses"\n'
    )
    assert message("The bridge of {name}", name="Visé").to("fr") == "Le pont de Visé"
    assert message("The bridge of {name}", name="Visé").to("de") == "The bridge of Visé"
    # French counts nothing as one.
    assert [plural("{n} lock", "{n} locks", n).to("fr") for n in (0, 1, 2)] == [
        "0 écluse",
        "1 écluse",
        "2 écluses",
    ]


def _entries() -> Iterator[tuple[str, Message]]:
    for folder in locale_folders():
        for code in ("nl", "fr", "de"):
            path = folder / code / "LC_MESSAGES" / "messages.po"
            with path.open("rb") as source:
                for entry in pofile.read_po(source, locale=code):
                    ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
                    texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                    for text in filter(None, texts if ids[0] else ()):
                        yield code, Message(ids[-1], {"text": text})


def test_every_translation_has_the_places_of_its_original() -> None:
    for code, entry in _entries():
        text = str(entry.values["text"])
        assert _places(text) <= _places(entry.msgid), (code, entry.msgid, text)


def test_core_speaks_its_four_languages() -> None:
    said = [message("You are not signed in").to(one) for one in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
