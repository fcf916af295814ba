"""Make a set of persons, and of questions about them as clerks, scanners and passports spell them.

`uv run python benchmarks/names_set.py --seed 2026 FOLDER` writes `persons.csv.gz` and
`queries.csv.gz`; the names come from Faker's lists (MIT) of eighteen languages and countries. What
is done to them follows what is known of mistakes in registers: slips of the keyboard, letters that
a scanner takes for others, another transliteration than the register's, particles that move, grow
on or fall off, maiden and double names, initials, and birth dates turned round or half known. How
often each of them happens in a real register nobody has published; the shares here are guesses.
"""

import argparse
import csv
import gzip
import io
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from faker import Faker

from benelux.core.registers.matching.people import Person, person_keys
from benelux.core.registers.matching.verdict import agrees


class Query(NamedTuple):
    """A question; `number` is that of the person it is about, and -1 for nobody in the register."""

    kind: str
    asked: Person
    number: int


class Made(NamedTuple):
    persons: Sequence[Person]
    queries: Sequence[Query]


_LOCALES: Final = {
    "nl_BE": 18, "fr_BE": 14, "nl_NL": 22, "de_LU": 5, "de_DE": 9, "fr_FR": 8, "fr_DZ": 4,
    "tr_TR": 3, "pl_PL": 3, "pt_PT": 3, "es_ES": 2, "it_IT": 2, "ro_RO": 1, "en_GB": 2,
    "ru_RU": 1, "uk_UA": 1, "bg_BG": 1, "el_GR": 1,
}  # fmt: skip
_GIVEN: Final = {"de_LU": "fr_FR"}
"""Whose given names a list without any of its own takes."""
_MARRIED: Final = 0.04
_SECOND_GIVEN: Final = 0.25
_TWICE: Final = 0.2
_DATE: Final = 0.15


def _table(pairs: str) -> dict[str, str]:
    """Letters and what stands for each; a hyphen is nothing."""
    signs = pairs.split()
    return {one: two.replace("-", "") for one, two in zip(signs[::2], signs[1::2], strict=True)}


# From Cyrillic to Latin as passports, the French and scholars write it; from Greek in two ways.
_PASSPORT: Final = _table(
    "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh"
    " ц ts ч ch ш sh щ shch ъ ie ы y ь - э e ю iu я ia і i ї i є ie ґ g"
)
_FRENCH: Final = _PASSPORT | _table("ж j й ï у ou ч tch ш ch щ chtch ъ - ю iou я ia є ie ї ï")
_SCHOLARLY: Final = _PASSPORT | _table("ж ž й j х h ц c ч č ш š щ šč ъ - э è ю û я â є ê ї ï")
_GREEK: Final = _table(
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch"
    " ψ ps ω o"
)
_GREEK_OLD: Final = _GREEK | _table("β b η e υ u φ ph χ h")
_PAIRS: Final = (("ου", "ou"), ("μπ", "b"), ("ντ", "nt"), ("γγ", "ng"), ("γκ", "gk"), ("αυ", "av"))

_NEAR: Final = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for place, letter in enumerate(row)
}
_SCANNED: Final = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("l", "i"), ("i", "l"), ("e", "c"), ("c", "e"),
    ("u", "v"), ("v", "u"), ("h", "b"), ("ii", "u"), ("nn", "m"), ("o", "0"), ("s", "5"),
    ("l", "1"), ("b", "8"), ("f", "t"), ("vv", "w"), ("g", "q"),
)  # fmt: skip
_SPELLED: Final = (
    ("ij", "y"), ("y", "ij"), ("ck", "k"), ("k", "ck"), ("ks", "x"), ("x", "ks"), ("ae", "aa"),
    ("aa", "ae"), ("ph", "f"), ("f", "ph"), ("th", "t"), ("sch", "sh"), ("c", "k"), ("k", "c"),
    ("ou", "u"), ("u", "ou"), ("dj", "j"), ("ei", "ey"), ("ie", "i"), ("tz", "ts"), ("dt", "d"),
    ("z", "s"), ("s", "z"), ("gh", "g"), ("ch", "kh"), ("oo", "o"), ("ee", "e"), ("ss", "s"),
    ("nn", "n"), ("ll", "l"), ("i", "y"), ("ai", "ay"), ("eau", "o"), ("que", "k"), ("w", "v"),
)  # fmt: skip
_GERMAN: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa"}
_PARTICLES: Final = frozenset({
    "van", "von", "de", "den", "der", "des", "du", "d'", "da", "do", "dos", "di", "del", "della",
    "la", "le", "les", "el", "al", "ben", "bin", "te", "ten", "ter",
})  # fmt: skip
_SHORT: Final = (
    ("Johannes", "Jan"), ("Cornelis", "Kees"), ("Wilhelmus", "Willem"), ("Elisabeth", "Liesbeth"),
    ("Alexander", "Alex"), ("Christophe", "Chris"), ("Catherine", "Cathy"), ("Katharina", "Katrin"),
    ("Antonius", "Toon"), ("Frederik", "Fred"), ("Nicolas", "Nico"), ("Maximilian", "Max"),
)  # fmt: skip


def made(seed: int, persons: int = 20_000, queries: int = 4_000) -> Made:
    """The set of this seed; half of the questions are about nobody in the register."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable set is the point
    town = _Town(chance)
    kept = [town.person() for _ in range(persons)]
    there = set(kept)
    asked: list[Query] = []
    for number in chance.sample(range(persons), queries // 2):
        kind, one = _distorted(chance, town, town.native.get(kept[number]), kept[number])
        asked.append(Query(kind, one, number))
    while len(asked) < queries:
        stranger = town.person()
        if stranger not in there:
            one = _distorted(chance, town, town.native.get(stranger), stranger)[1]
            asked.append(Query("absent", one, -1))
    chance.shuffle(asked)
    return Made(kept, asked)


def namesakes(seed: int, persons: Sequence[Person], count: int = 1_000) -> Iterable[Query]:
    """Questions about people who are not in the register, but near to somebody who is.

    A brother or sister, a twin, somebody of the same name born on another day, and somebody of the
    same given name born on the same day.
    """
    chance = random.Random(seed)  # noqa: S311 - as above
    town = _Town(chance)
    for one in chance.sample(list(persons), count):
        other = town.person()
        yield Query("sibling", Person(one.family, other.given, other.born), -1)
        yield Query("twin", Person(one.family, other.given, one.born), -1)
        yield Query("namesake", Person(one.family, one.given, other.born), -1)
        yield Query("same day", Person(other.family, one.given, one.born), -1)


class _Town:
    """Where the persons come from; `native` is how those of another script spell themselves."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._fakers = {locale: Faker(locale) for locale in _LOCALES}
        for faker in self._fakers.values():
            faker.seed_instance(chance.getrandbits(32))
        self.native: dict[Person, tuple[str, str]] = {}

    def person(self) -> Person:
        locale = self._chance.choices(tuple(_LOCALES), tuple(_LOCALES.values()))[0]
        faker = self._fakers[_GIVEN.get(locale, locale)]
        family, given = self._fakers[locale].last_name(), faker.first_name()
        if self._chance.random() < _SECOND_GIVEN:
            given = f"{given} {faker.first_name()}"
        if self._chance.random() < _MARRIED:
            family = f"{family}-{faker.last_name()}"
        day = date(1938, 1, 1) + timedelta(days=self._chance.randrange(25_500))
        person = Person(_latin(family, _PASSPORT), _latin(given, _PASSPORT), day.isoformat())
        if not family.isascii() and _is_foreign(family):
            self.native[person] = (family, given)
        return person

    def family(self) -> str:
        return self.person().family


def _is_foreign(text: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(("CYR", "GREEK")) for letter in text)


def _latin(text: str, table: dict[str, str]) -> str:
    """Cyrillic and Greek in Latin letters; other text stays as it is."""
    if not _is_foreign(text):
        return text
    plain = unicodedata.normalize("NFC", text).lower()
    old = table is not _PASSPORT
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", plain) if letter not in "\u0301\u0308"
    )
    if unicodedata.name(bare[0], "").startswith("GREEK"):
        for greek, latin in _PAIRS:
            bare = bare.replace(greek, latin)
        plain, table = bare, _GREEK_OLD if old else _GREEK
    told = "".join(table.get(letter, letter) for letter in plain)
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), told)


Change = Callable[[random.Random, str], str]


def _typo(chance: random.Random, text: str) -> str:
    letters = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(letters) < 3:
        return text
    place = chance.choice(letters)
    letter = text[place].lower()
    match chance.randrange(4):
        case 0:
            new = chance.choice(_NEAR.get(letter, "e") or "e")
            return text[:place] + new + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1 :]
        case 2:
            return text[:place] + letter + text[place:]
        case _:
            return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _one_of(table: Sequence[tuple[str, str]]) -> Change:
    def change(chance: random.Random, text: str) -> str:
        low = text.lower()
        fitting = [pair for pair in table if pair[0] in low]
        if not fitting:
            return text
        old, new = chance.choice(fitting)
        place = low.index(old)
        return text[:place] + new + text[place + len(old) :]

    return change


_scan = _one_of(_SCANNED)
_spell = _one_of(_SPELLED)


def _bare(chance: random.Random, text: str) -> str:
    """Without accents, or umlauts written out, as systems without them do."""
    low = text
    if chance.random() < 0.5:
        for letter, two in _GERMAN.items():
            low = low.replace(letter, two).replace(letter.upper(), two.capitalize())
    low = low.translate(str.maketrans("łŁıİđøßæ", "lLiIdosa"))
    split = unicodedata.normalize("NFD", low)
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _particles(chance: random.Random, family: str) -> str:
    words = family.split()
    front = [word for word in words if word.lower() in _PARTICLES]
    rest = [word for word in words if word.lower() not in _PARTICLES]
    if not front or not rest:
        fused = re.fullmatch(r"(Van|De|Le|El|Ben|Vanden|Vander)([a-z]{4,})", family)
        return f"{fused[1]} {fused[2].capitalize()}" if fused else family
    match chance.randrange(4):
        case 0:
            return " ".join(rest)
        case 1:
            return f"{' '.join(rest)}, {' '.join(front)}"
        case 2:
            return "".join([*front, *rest]).capitalize()
        case _:
            return f"{''.join(front).capitalize()} {' '.join(rest)}"


def _doubled(chance: random.Random, family: str, other: str) -> str:
    """One half of a double name; or a name to which the partner's was added."""
    halves = family.split("-")
    if len(halves) > 1:
        return chance.choice([halves[0], halves[-1], " ".join(halves), "-".join(halves[::-1])])
    return chance.choice([f"{family}-{other}", f"{other}-{family}", f"{family} {other}"])


def _given(chance: random.Random, given: str) -> str:
    parts = re.split(r"[ -]", given)
    for long, short in _SHORT:
        if parts[0] == long and chance.random() < 0.5:
            return short
    if len(parts) > 1:
        options = [parts[0], parts[0], " ".join(parts[::-1]), "".join(parts).capitalize()]
        return chance.choice([*options, f"{parts[0]} {parts[1][0]}."])
    return chance.choice([f"{given[0]}.", f"{given} {chance.choice('ABCEJMP')}."])


def _other_date(chance: random.Random, born: str) -> tuple[str, str]:
    """Another date, or less of it, and what that is called."""
    day = date.fromisoformat(born)
    match chance.choices(range(5), (3, 3, 2, 4, 3))[0]:
        case 0:
            return "date turned", f"{day.year}-{day.day:02}-{day.month:02}"
        case 1:
            wrong = chance.randrange(1, 29)
            if chance.random() < 0.5:
                return "wrong day", day.replace(day=wrong).isoformat()
            return "wrong month", day.replace(day=wrong % 28 + 1, month=wrong % 12 + 1).isoformat()
        case 2:
            off = chance.choice((-10, -1, 1, 10))
            return "wrong year", day.replace(year=day.year + off, day=min(day.day, 28)).isoformat()
        case 3:
            return "year only", chance.choice((str(day.year), f"{day.year}-01-01"))
        case _:
            return "no date", ""


def _distorted(
    chance: random.Random, town: _Town, native: tuple[str, str] | None, person: Person
) -> tuple[str, Person]:
    kind, (family, given) = _named(chance, town, native, person)
    born = person.born
    if chance.random() < _TWICE:
        kind, family = f"{kind} + typo", _typo(chance, family)
    if chance.random() < _DATE:
        date_kind, born = _other_date(chance, born)
        kind = f"{kind} + {date_kind}"
    return kind, Person(family, given, born)


def _named(
    chance: random.Random, town: _Town, native: tuple[str, str] | None, person: Person
) -> tuple[str, tuple[str, str]]:
    family, given = person.family, person.given
    if native and chance.random() < 0.6:
        return _in_another_script(chance, native)
    fitting = [
        (" " in family, "particles"),
        ("-" in family, "double name"),
        (not (family + given).isascii(), "bare"),
    ]
    for fits, kind in fitting:
        if fits and chance.random() < 0.5:
            return kind, _KINDS[kind](chance, town, family, given)
    kind = chance.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
    return kind, _KINDS[kind](chance, town, family, given)


def _in_another_script(
    chance: random.Random, native: tuple[str, str]
) -> tuple[str, tuple[str, str]]:
    kind = chance.choice(("native", "French", "scholarly"))
    if kind == "native":
        return kind, native
    table = _FRENCH if kind == "French" else _SCHOLARLY
    return kind, (_latin(native[0], table), _latin(native[1], table))


def _slip(chance: random.Random, family: str, given: str) -> tuple[str, str]:
    return _typo(chance, family), _typo(chance, given) if chance.random() < 0.2 else given


_SHARES: Final = {
    "same": 12, "typo": 18, "scanned": 10, "spelling": 20, "turned": 8, "given": 10,
    "particles": 10, "double name": 5,
}  # fmt: skip
_KINDS: Final[Mapping[str, Callable[[random.Random, _Town, str, str], tuple[str, str]]]] = {
    "same": lambda _chance, _town, family, given: (family.upper(), given),
    "typo": lambda chance, _, family, given: _slip(chance, family, given),
    "scanned": lambda chance, _, family, given: (_scan(chance, family), _scan(chance, given)),
    "spelling": lambda chance, _, family, given: (_spell(chance, family), _spell(chance, given)),
    "turned": lambda _chance, _town, family, given: (given, family),
    "given": lambda chance, _, family, given: (family, _given(chance, given)),
    "particles": lambda chance, _, family, given: (_particles(chance, family), given),
    "double name": lambda chance, town, family, given: (
        _doubled(chance, family, town.family()),
        given,
    ),
    "bare": lambda chance, _, family, given: (_bare(chance, family), _bare(chance, given)),
}


class Figures(NamedTuple):
    """What became of the questions, as shares of them.

    `recall` is of those about a person in the register; `false` of those about nobody there, with a
    hit all the same; `beside` of those that found another person too. `candidates` were opened for
    each question.
    """

    recall: float
    false: float
    beside: float
    candidates: float
    keys: float


class Register:
    """These persons under their keys, as a keeper has them."""

    def __init__(self, persons: Sequence[Person]) -> None:
        self._persons = persons
        self._index: dict[str, list[int]] = {}
        self._keys = 0
        for number, one in enumerate(persons):
            for key in person_keys(*one):
                self._index.setdefault(key.text, []).append(number)
                self._keys += 1

    def judged(self, queries: Iterable[Query]) -> Figures:
        """Ask every question: by keys, and then by the second look."""
        right = false = beside = opened = present = absent = 0
        for query in queries:
            candidates = self._candidates(query.asked)
            hits = {one for one in candidates if agrees(query.asked, self._persons[one])}
            opened += len(candidates)
            if query.number < 0:
                absent += 1
                false += bool(hits)
            else:
                present += 1
                right += query.number in hits
                beside += bool(hits - {query.number})
        return Figures(
            right / max(present, 1),
            false / max(absent, 1),
            beside / max(present, 1),
            opened / max(present + absent, 1),
            self._keys / max(len(self._persons), 1),
        )

    def _candidates(self, asked: Person) -> set[int]:
        keys = person_keys(*asked, asking=True)
        return {number for key in keys for number in self._index.get(key.text, ())}


def read(folder: Path) -> Made:
    """A set that was kept."""
    persons = [Person(*row[1:]) for row in _rows(folder / "persons.csv.gz")]
    queries = [
        Query(kind, Person(*name), int(number or -1))
        for _, kind, *name, number in _rows(folder / "queries.csv.gz")
    ]
    return Made(persons, queries)


def _rows(path: Path) -> Sequence[Sequence[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    done = made(options.seed)
    columns = ("family", "given", "date_of_birth")
    persons = [("person_id", *columns)]
    persons += [(str(number), *one) for number, one in enumerate(done.persons)]
    queries = [("query_id", "kind", *columns, "person_id")]
    queries += [
        (str(number), one.kind, *one.asked, str(one.number) if one.number >= 0 else "")
        for number, one in enumerate(done.queries)
    ]
    _write(options.folder / "persons.csv.gz", persons)
    _write(options.folder / "queries.csv.gz", queries)


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
