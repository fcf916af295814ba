"""Everything that the software says is there in every language."""

from benelux.core.cli.dev import translations
from benelux.core.cli.dev.source import source


def test_every_text_is_translated_and_names_the_same_values() -> None:
    found = [f"{one.file}: {one.wrong}: {one.msgid}" for one in translations.findings(source())]

    assert found == [], "run: benelux dev translations"
