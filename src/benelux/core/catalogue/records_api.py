"""OGC API Records over HTTP."""

from typing import Annotated, Final, TypeVar

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter, QueryParameter

from benelux.core.catalogue import search
from benelux.core.catalogue.load import load
from benelux.core.catalogue.ogc import (
    CATALOGUE,
    Collection,
    Collections,
    Conformance,
    Landing,
    Record,
    Records,
)
from benelux.core.catalogue.records import GEOJSON, Desk
from benelux.core.house import House
from benelux.core.language import LANGUAGES
from benelux.core.web.problems import preferred

Asked = Request[object, object, State]
Here = NamedDependency[House]
T = TypeVar("T")
OPEN: Final = {"access-control-allow-origin": "*"}
_LANG_ONLY: Final = frozenset({"lang"})
_MISREAD: Final = {
    400: ResponseSpec(
        dict[str, object],
        description="A parameter is unknown or cannot be read",
        media_type="application/problem+json",
        generate_examples=False,
    )
}

Name = Annotated[
    str, Parameter(min_length=1, max_length=80, description="Name of a data set in the catalogue.")
]
# The values below are read by `search.read`, which refuses with the status that the standard asks
# for and ignores empty ones; here they are only described.
Lang = Annotated[
    str,
    Parameter(
        description="Language of the answer; otherwise the one that Accept-Language prefers.",
        schema_extra={"enum": [*LANGUAGES]},
    ),
]
Words = Annotated[
    str,
    Parameter(
        description="Words that stand together in title, description or keywords, in any of the "
        "four languages; a comma between alternatives.",
        schema_extra={"maxLength": 200},
    ),
]
Bbox = Annotated[
    str,
    Parameter(
        description="west,south,east,north in degrees of CRS84.",
        schema_extra={
            "pattern": r"^-?[0-9]{1,3}(\.[0-9]{1,9})?(,-?[0-9]{1,3}(\.[0-9]{1,9})?){3}$",
            "examples": ["2.5,49.4,7.3,53.6"],
        },
    ),
]
Moment = Annotated[
    str,
    Parameter(
        description="A date or date-time of RFC 3339, or two with a slash between; .. is open.",
        schema_extra={"examples": ["2022-03-23", "2022-01-01/.."]},
    ),
]
Limit = Annotated[
    str,
    Parameter(
        description="How many records at most.",
        schema_extra={"type": "integer", "minimum": 1, "default": search.USUAL},
    ),
]
Offset = Annotated[
    str,
    Parameter(
        description="How many records to pass over.",
        schema_extra={"type": "integer", "minimum": 0, "default": 0},
    ),
]
Kind = Annotated[
    str,
    QueryParameter(name="type", description="Types of resource, with commas; all here: dataset."),
]
Ids = Annotated[str, Parameter(description="Ids of records, with commas between.")]
External = Annotated[
    str,
    QueryParameter(name="externalIds", description="Addresses of data sets, with commas between."),
]


@get("/records", summary="Records of the catalogue", responses=_MISREAD, tags=["core"],
     sync_to_thread=False)  # fmt: skip
def records(request: Asked, house: Here, lang: Lang = "") -> Response[Landing]:
    """The front of the catalogue by OGC API Records: where everything is."""
    desk = _desk(request, house, lang)
    return _told(desk, desk.landing())


@get("/records/conformance", summary="What the records conform to", responses=_MISREAD,
     tags=["core"], sync_to_thread=False)  # fmt: skip
def conformance(request: Asked, house: Here, lang: Lang = "") -> Response[Conformance]:
    """The conformance classes of the OGC standards that these records implement."""
    desk = _desk(request, house, lang)
    return _told(desk, desk.conformance())


@get("/records/collections", summary="List the collections of records", responses=_MISREAD,
     tags=["core"], sync_to_thread=False)  # fmt: skip
def collections(request: Asked, house: Here, lang: Lang = "") -> Response[Collections]:
    """There is one collection: the catalogue."""
    desk = _desk(request, house, lang)
    return _told(desk, desk.collections())


@get(f"/records/collections/{CATALOGUE}", summary="The catalogue as a collection of records",
     responses=_MISREAD, tags=["core"], sync_to_thread=False)  # fmt: skip
def collection(request: Asked, house: Here, lang: Lang = "") -> Response[Collection]:
    """What the catalogue holds, where and when it speaks of, and where its records are."""
    desk = _desk(request, house, lang)
    return _told(desk, desk.collection())


@get(f"/records/collections/{CATALOGUE}/items", summary="Search the records", media_type=GEOJSON,
     responses=_MISREAD, tags=["core"], sync_to_thread=False)  # fmt: skip
def items(  # noqa: PLR0913 - one for each parameter of the standard, so that the API says them
    request: Asked,
    house: Here,
    *,
    q: Words = "",  # noqa: ARG001
    bbox: Bbox = "",  # noqa: ARG001
    datetime: Moment = "",  # noqa: ARG001
    limit: Limit = "",  # noqa: ARG001
    offset: Offset = "",  # noqa: ARG001
    kind: Kind = "",  # noqa: ARG001
    ids: Ids = "",  # noqa: ARG001
    external: External = "",  # noqa: ARG001
    lang: Lang = "",
) -> Response[Records]:
    """Data sets as GeoJSON features, those that match everything that is asked."""
    given = _given(request)
    asked = search.read(given)
    desk = _desk(request, house, lang, search.PARAMETERS)
    return _told(desk, desk.find(asked, given), GEOJSON)


@get(f"/records/collections/{CATALOGUE}/items/{{record:str}}", summary="One record",
     media_type=GEOJSON, responses=_MISREAD, tags=["core"], sync_to_thread=False)  # fmt: skip
def item(request: Asked, house: Here, record: Name, lang: Lang = "") -> Response[Record]:
    """One data set as a GeoJSON feature."""
    desk = _desk(request, house, lang)
    return _told(desk, desk.one(record), GEOJSON)


ROUTES = (records, conformance, collections, collection, items, item)


def contact(house: House) -> str:
    """Where to write about the data, in a portal whose settings say so."""
    return house.settings.contact


def _given(request: Asked) -> dict[str, str]:
    return {name: values[-1] for name, values in request.query_params.dict().items()}


def _desk(request: Asked, house: House, lang: str, known: frozenset[str] = _LANG_ONLY) -> Desk:
    given = _given(request)
    search.only(given, known)
    language = search.language(given, preferred(request.headers.get("accept-language", "")))
    held = load(house.domains)
    return Desk(held, house.settings.origin, language, chosen=bool(lang), contact=contact(house))


def _told(desk: Desk, content: T, media_type: str = "application/json") -> Response[T]:
    headers = {**OPEN, "content-language": desk.language}
    if not desk.tail:
        # The language came from the reader's software and is not in the address, so nothing that
        # remembers answers by their address may keep this one.
        headers |= {"cache-control": "no-store", "vary": "accept-language"}
    return Response(content, media_type=media_type, headers=headers)
