"""The catalogue by OGC API - Records - Part 1: Core, one record for each data set."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from benelux.core.catalogue import dcat
from benelux.core.catalogue.model import Catalogue, Contributor, DataSet
from benelux.core.catalogue.ogc import (
    CATALOGUE,
    CRS84,
    Collection,
    Collections,
    Concept,
    Conformance,
    EmailAddress,
    Extent,
    ExternalId,
    Kind,
    Landing,
    Link,
    Party,
    Polygon,
    Properties,
    Record,
    Records,
    Scheme,
    SpatialExtent,
    TemporalExtent,
    Time,
    Tongue,
)
from benelux.core.catalogue.search import TYPE, Search
from benelux.core.catalogue.vocabulary import FORMATS, THEME_SCHEME, THEMES
from benelux.core.errors import NotFound
from benelux.core.language import LANGUAGES, NAMES, Language, Message, Text, message, translate

GEOJSON: Final = "application/geo+json"
RECORD_CORE: Final = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
RECORD_PROFILE: Final = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    RECORD_CORE,
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/records-api",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
)


class Desk:
    """Answers in one language, for one portal. With `chosen`, links keep the language in `lang`."""

    def __init__(
        self, held: Catalogue, origin: str, language: Language, *, chosen: bool, contact: str = ""
    ) -> None:
        self.held = held
        self.origin = origin
        self.language = language
        self.contact = contact
        self.home = f"{origin}/api/records"
        self.items = f"{self.home}/collections/{CATALOGUE}/items"
        self.tail = {"lang": language} if chosen else {}

    def landing(self) -> Landing:
        return Landing(
            self._say(dcat.TITLE),
            self._say(dcat.ABOUT),
            [
                self._link("", "self"),
                self._link("/conformance", "conformance"),
                self._link("/collections", "data"),
                Link(
                    f"{self.origin}/api/openapi.json",
                    "service-desc",
                    "application/vnd.oai.openapi+json;version=3.1",
                ),
                self._page("api", "service-doc", message("The API, explained")),
            ],
        )

    def conformance(self) -> Conformance:
        return Conformance([*CONFORMANCE])

    def collections(self) -> Collections:
        return Collections([self.collection()], [self._link("/collections", "self")])

    def collection(self) -> Collection:
        sets = self.held.sets
        return Collection(
            title=self._say(dcat.TITLE),
            description=self._say(dcat.ABOUT),
            language=_tongue(self.language),
            languages=_tongues(),
            extent=Extent(_around(sets), _between(sets)),
            crs=[CRS84],
            license="CC0-1.0",
            contacts=[self._party(Contributor(dcat.PUBLISHER), ["publisher"], self.contact)],
            conforms_to=[*CONFORMANCE],
            links=[
                self._link(f"/collections/{CATALOGUE}", "self"),
                Link(self._address(self.items), "items", GEOJSON, hreflang=self.language),
                Link(dcat.address(self.origin), "alternate", "application/ld+json", "DCAT-AP"),
                self._page("catalogue", "alternate", message("The catalogue as a page")),
            ],
        )

    def find(self, search: Search, given: dict[str, str]) -> Records:
        """The records that are asked for, from `offset` on; `given` is kept in the paging links."""
        found = [one for one in self.held.sets if search.matches(one, self._uri(one))]
        shown = found[search.offset : search.offset + search.limit]
        kept = {name: value for name, value in given.items() if value}
        links = [Link(self._address(self.items, **kept), "self", GEOJSON)]
        if search.offset + len(shown) < len(found) and shown:
            links.append(self._turn("next", kept, search, search.offset + search.limit))
        if search.offset > 0:
            links.append(self._turn("prev", kept, search, max(0, search.offset - search.limit)))
        links += [
            self._link(f"/collections/{CATALOGUE}", "collection"),
            Link(RECORD_PROFILE, "profile"),
        ]
        return Records(
            number_matched=len(found),
            number_returned=len(shown),
            features=[self.record(one) for one in shown],
            links=links,
        )

    def one(self, name: str) -> Record:
        """The record of that id; raises `NotFound`."""
        found = next((one for one in self.held.sets if one.id == name), None)
        if found is None:
            raise NotFound(
                "records.no-such-record",
                message("There is no record “{name}”.", name=name[:80]),
                now=message("Choose one from the catalogue."),
            )
        return self.record(found)

    def record(self, one: DataSet) -> Record:
        return Record(
            id=one.id,
            conforms_to=[RECORD_CORE],
            time=_time(one),
            geometry=_polygon(one),
            properties=self._properties(one),
            links=self._links(one),
        )

    def _properties(self, one: DataSet) -> Properties:
        licences = one.every_licence
        concepts = [
            Concept(code, THEMES[code][self.language], f"{THEME_SCHEME}/{code}")
            for code in one.themes
        ]
        kinds = dict.fromkeys((file.format, file.media_type) for file in one.files)
        return Properties(
            type=TYPE,
            title=one.title[self.language],
            description=one.description[self.language],
            language=_tongue(self.language),
            languages=_tongues(),
            resource_languages=_tongues(),
            keywords=[keyword[self.language] for keyword in one.keywords],
            themes=[Scheme(concepts, THEME_SCHEME)],
            license=licences[0].name if len(licences) == 1 else "various",
            formats=[Kind(FORMATS[name].name, media_type) for name, media_type in kinds],
            contacts=[
                self._party(who, list(who.roles) or ["contributor"], who.email)
                for who in one.contributors
            ],
            external_ids=[ExternalId("dcat", self._uri(one))],
            created=one.created.isoformat(),
            updated=one.modified.isoformat(),
            rights=one.rights[self.language],
        )

    def _links(self, one: DataSet) -> list[Link]:
        return [
            Link(self._address(f"{self.items}/{one.id}"), "self", GEOJSON, hreflang=self.language),
            self._link(f"/collections/{CATALOGUE}", "collection"),
            Link(RECORD_PROFILE, "profile"),
            Link(self._uri(one), "alternate", "application/ld+json", "DCAT-AP"),
            *(
                Link(
                    f"{self.origin}/{language}/catalogue/{one.id}",
                    "alternate",
                    "text/html",
                    one.title[language],
                    language,
                )
                for language in LANGUAGES
            ),
            *(
                Link(licence.url or licence.uri, "license", title=licence.title)
                for licence in one.every_licence
            ),
            *(
                Link(
                    dcat.address(self.origin, one, file),
                    "item",
                    file.media_type,
                    file.title[self.language],
                )
                for file in one.files
            ),
        ]

    def _uri(self, one: DataSet) -> str:
        return dcat.address(self.origin, one)

    def _say(self, text: Message | Text) -> str:
        return translate(text, self.language)

    def _address(self, base: str, **query: str) -> str:
        asked = {**query, **self.tail}
        return f"{base}?{urlencode(asked)}" if asked else base

    def _link(self, path: str, rel: str) -> Link:
        return Link(
            self._address(self.home + path), rel, "application/json", hreflang=self.language
        )

    def _page(self, path: str, rel: str, title: Message) -> Link:
        href = f"{self.origin}/{self.language}/{path}"
        return Link(href, rel, "text/html", self._say(title), self.language)

    def _turn(self, rel: str, kept: dict[str, str], search: Search, offset: int) -> Link:
        asked = kept | {"limit": str(search.limit), "offset": str(offset)}
        return Link(self._address(self.items, **asked), rel, GEOJSON)

    def _party(self, who: Contributor, roles: list[str], where: str) -> Party:
        by_web = where.startswith(("http://", "https://"))
        pages = [page for page in (where if by_web else "", who.url) if page]
        return Party(
            who.name,
            roles,
            [EmailAddress(where)] if where and not by_web else [],
            [Link(page, "about", "text/html") for page in pages],
        )


def _tongue(language: Language) -> Tongue:
    return Tongue(language, NAMES[language])


def _tongues() -> list[Tongue]:
    return [_tongue(language) for language in LANGUAGES]


def _time(one: DataSet) -> Time | None:
    if one.temporal is None:
        return None
    end = one.temporal.end
    return Time([one.temporal.start.isoformat(), end.isoformat() if end else ".."])


def _polygon(one: DataSet) -> Polygon | None:
    if one.box is None:
        return None
    west, south, east, north = one.box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Polygon("Polygon", [ring])


def _around(sets: Iterable[DataSet]) -> SpatialExtent | None:
    boxes = [one.box for one in sets if one.box]
    if not boxes:
        return None
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    return SpatialExtent([[west, south, east, north]])


def _between(sets: Iterable[DataSet]) -> TemporalExtent | None:
    spans = [one.temporal for one in sets if one.temporal]
    if not spans:
        return None
    ends = [span.end for span in spans if span.end]
    end = max(ends).isoformat() if len(ends) == len(spans) else None
    return TemporalExtent([[min(span.start for span in spans).isoformat(), end]])
