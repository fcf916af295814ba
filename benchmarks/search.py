"""Milliseconds for one query: on the plan itself, and on 50,000 documents made from its words.

The queries are what people type: words, several words, parts of compounds, beginnings, slips of
the keys, missing accents, citations. Each is put over and over; the portal remembers none of them.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import load
import sheet

from benelux.core.language import LANGUAGES, Language
from benelux.core.search import Document, Index
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.search import index, search

MANY: Final = 50_000
FEW: Final = 5_000
_WORDS_EACH: Final = (20, 45)
_SEED: Final = 2022
QUERIES: Final[dict[str, Sequence[str]]] = {
    "one word": ("grens", "frontière", "Grenze", "border", "politie", "énergie", "Straße"),
    "several words": (
        "digitale vrachtbrief", "travail frontalier", "grenzüberschreitende Zusammenarbeit",
        "recognition of diplomas", "inspection du travail dans la Grande Région",
    ),
    "part of a compound": ("vracht", "arbeid", "verkehr", "markt"),
    "still being typed": ("grensarb", "frontal", "Zusamm", "recog"),
    "slip of the keys": ("digtale", "fronteire", "Zusamenarbeit", "cooperaton", "polticie"),
    "no accents": ("frontiere", "energie", "Burger", "regions europeennes"),
    "citation": ("M(2020)14", "2016/681", "COM/2018/373"),
    "nothing to find": ("xylofoonconcert", "qqqq", "zzz yyy"),
}  # fmt: skip


def main() -> None:
    options = sheet.options(__doc__)
    many = FEW if options.quick else MANY
    sheet.step("the plan")
    index.cache_clear()
    began = time.perf_counter()
    index()
    built = time.perf_counter() - began
    told = [_measure("The plan", search, built, options.seconds)]
    sheet.step(f"{many} documents")
    documents = list(_made(many))
    began = time.perf_counter()
    large = Index.build(documents)
    built = time.perf_counter() - began
    words = sum(len(text.split()) for one in documents for text in one.fields.values())
    told.append(
        _measure(f"{many:,} documents, {words:,} words", large.find, built, options.seconds)
    )
    sheet.show(options, *told)


def _measure(
    title: str, find: Callable[[str], Sequence[object]], built: float, seconds: float
) -> sheet.Sheet:
    told = sheet.Sheet(
        f"{title}: one query", ("query", "found", "p50 ms", "p95 ms", "p99 ms", "a second")
    )
    everything: list[float] = []
    for name, queries in QUERIES.items():
        found = sum(len(find(query)) for query in queries)
        times: list[float] = []
        until = time.perf_counter() + seconds / len(QUERIES)
        while not times or time.perf_counter() < until:
            for query in queries:
                began = time.perf_counter()
                find(query)
                times.append(time.perf_counter() - began)
        everything += times
        _tell(told, name, found / len(queries), times)
    _tell(told, "all of these", None, everything)
    told.notes.append(f"The index was built in {built:.1f} s, once a process; found: on average.")
    return told


def _tell(told: sheet.Sheet, name: str, found: float | None, times: Sequence[float]) -> None:
    spread = load.Spread.of(times)
    told.add(name, found, spread.p50, spread.p95, spread.p99, len(times) / sum(times))


def _made(many: int) -> Iterator[Document]:
    """So many documents in four languages, with common words and rare ones, ever the same."""
    chance = random.Random(_SEED)  # noqa: S311 - nothing secret
    for language in LANGUAGES:
        words = _words(language, chance)
        weights = [1 / (place + 3) for place in range(len(words))]  # as words are in any language
        for number in range(many // len(LANGUAGES)):
            size = chance.randint(*_WORDS_EACH)
            text = chance.choices(words, weights, k=size)
            fields = {"title": " ".join(text[:6]), "summary": " ".join(text[6:])}
            yield Document(f"made/{number}", language, fields)


def _words(language: Language, chance: random.Random) -> list[str]:
    """The words of the plan, and as many again and more that are made of two of them."""
    texts = (f"{one.title[language]} {one.summary[language]}" for one in plan().actions.values())
    plain = sorted({word.strip(".,;:()«»“”") for text in texts for word in text.split()} - {""})
    chance.shuffle(plain)
    parts = [word.lower() for word in plain if word.isalpha() and 4 <= len(word) <= 9]
    made = {"".join(chance.sample(parts, 2)) for _ in range(4 * len(plain))}
    return [*plain, *sorted(made)]


if __name__ == "__main__":
    main()
