"""The catalogue over HTTP: DCAT-AP and the files themselves; the records are in `records_api`."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from litestar import Request, Response, get
from litestar.datastructures import ETag, State
from litestar.params import PathParameter
from litestar.response import File

from benelux.core.catalogue import dcat, records_api
from benelux.core.catalogue.load import load
from benelux.core.catalogue.model import Distribution
from benelux.core.catalogue.records_api import OPEN, Here, Name, contact

Asked = Request[object, object, State]
JSON_LD: Final = "application/ld+json"
Listed = Annotated[
    Path, PathParameter(description="Path of a file, as the description of the data set lists it.")
]


@get(
    "/catalogue",
    summary="The catalogue as DCAT-AP",
    media_type=JSON_LD,
    tags=["core"],
    sync_to_thread=False,
)
def catalogue(house: Here) -> Response[dict[str, object]]:
    """Every data set of this portal with its files, as DCAT-AP 3 in JSON-LD."""
    return _linked(dcat.catalogue(load(house.domains), house.settings.origin, contact(house)))


@get(
    "/catalogue/{dataset:str}",
    summary="One data set as DCAT-AP",
    media_type=JSON_LD,
    tags=["core"],
    sync_to_thread=False,
)
def data_set(house: Here, dataset: Name) -> Response[dict[str, object]]:
    """A data set with its sources, licences and files, as DCAT-AP 3 in JSON-LD."""
    found = load(house.domains).find(dataset)
    return _linked(dcat.data_set(found, house.settings.origin, contact(house)))


@get(
    "/catalogue/{dataset:str}/files/{name:path}",
    summary="Download a file of a data set",
    media_type="*/*",  # of each file its own
    tags=["core"],
    sync_to_thread=True,
)
def download(request: Asked, house: Here, dataset: Name, name: Listed) -> Response[bytes] | File:
    """The file as it is; only files that the data set lists, under the path that it lists."""
    # The path is a key into the list and never a path on the disk.
    file = load(house.domains).find(dataset).file(name.as_posix().lstrip("/"))
    state = file.file.stat()
    tag = _sha256(file.file, state.st_mtime_ns, state.st_size)
    headers = {**OPEN, "cache-control": "no-cache"}
    if f'"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers={**headers, "etag": f'"{tag}"'})
    return File(
        file.file,
        filename=file.filename,
        media_type=_media_type(file),
        etag=ETag(value=tag),
        headers=headers,
    )


ROUTES = (catalogue, data_set, download, *records_api.ROUTES)


def _linked(node: dict[str, object]) -> Response[dict[str, object]]:
    profile = f'<{dcat.PROFILE}>; rel="profile"'
    return Response(node, media_type=JSON_LD, headers={**OPEN, "link": profile})


def _media_type(file: Distribution) -> str:
    if file.media_type.startswith("text/") or file.media_type == "application/yaml":
        return f"{file.media_type}; charset={file.encoding}"
    return file.media_type


@lru_cache(maxsize=256)
def _sha256(file: Path, _changed: int, _size: int) -> str:
    """The checksum of a file, made again whenever its time or size changes."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
