"""The translators' files: one per package and language, in the form of gettext.

Written the same way every time, so that a change shows in review as the change it is: sorted, the
files where a text stands without line numbers, and a header without dates.
"""

import io
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from benelux.core.cli.dev.extract import Msgid
from benelux.core.language import Language

Wrong = Literal["missing", "untranslated", "unsure", "obsolete", "places", "form"]
_WIDTH: Final = 100
_HEADER: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a translators' file."""

    file: str
    wrong: Wrong
    msgid: str


def read(path: Path, language: Language) -> Catalog:
    """The file at `path`, or an empty one where there is none."""
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(old: Catalog, used: Mapping[Msgid, set[str]], language: Language) -> Catalog:
    """What is said now, with the translations that there are already."""
    new = Catalog(locale=language)
    for msgid, files in used.items():
        known = old.get(msgid[0] if isinstance(msgid, tuple) else msgid)
        same = known is not None and known.id == msgid
        said = known.string if known is not None and same else None
        if not said and not _has_words(msgid):
            said = msgid
        entry = new.add(
            msgid,
            said,
            locations=[(name, 0) for name in sorted(files)],
            flags=sorted((known.flags & {"fuzzy"}) if known is not None and same else ()),
            user_comments=known.user_comments if known is not None and same else (),
        )
        entry.flags.discard("python-format")  # a percent sign here is a percent sign
    return new


def written(catalog: Catalog, language: Language) -> bytes:
    """The file's content."""
    body = io.BytesIO()
    write_po(body, catalog, width=_WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    header = _HEADER.format(language=language, plurals=Catalog(locale=language).plural_forms)
    return header.encode() + body.getvalue()


def findings(file: str, content: bytes, old: Catalog, new: Catalog) -> Iterator[Finding]:
    """What a translator, or `dev translations`, has to do about the file as it stands."""
    known = {entry.id for entry in old if entry.id}
    used = {entry.id for entry in new if entry.id}
    for msgid in sorted(known - used, key=str):
        yield Finding(file, "obsolete", _shown(msgid))
    for entry in new:
        if not entry.id:
            continue
        if entry.id not in known:
            yield Finding(file, "missing", _shown(entry.id))
        elif not all(_forms(entry)):
            yield Finding(file, "untranslated", _shown(entry.id))
        elif entry.fuzzy:
            yield Finding(file, "unsure", _shown(entry.id))
        elif not _same_places(entry):
            yield Finding(file, "places", _shown(entry.id))
    language = str(new.locale)
    if known == used and content != written(new, language):  # type: ignore[arg-type]
        yield Finding(file, "form", "")


def _shown(msgid: object) -> str:
    return str(msgid[0] if isinstance(msgid, tuple | list) else msgid)


def _forms(entry: Entry) -> tuple[str, ...]:
    said = entry.string
    return tuple(said) if isinstance(said, tuple | list) else (str(said or ""),)


def _ids(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.id) if isinstance(entry.id, tuple | list) else (str(entry.id),)


def _same_places(entry: Entry) -> bool:
    """Whether the translation names the same values; one thing may be said without its number."""
    ids = _ids(entry)
    wanted = set().union(*(_places(one) for one in ids))
    forms = [_places(form) for form in _forms(entry)]
    if len(ids) == 1:
        return forms[0] == wanted
    alike = all(form | {"n"} == wanted | {"n"} and form <= wanted for form in forms)
    return alike and ("n" not in _places(ids[-1]) or "n" in forms[-1])


def _places(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}  # a brace without its other half: never the same as any


def _has_words(msgid: Msgid) -> bool:
    texts = msgid if isinstance(msgid, tuple) else (msgid,)
    plain = "".join(part for text in texts for part, *_ in string.Formatter().parse(text))
    return any(letter.isalpha() for letter in plain)
