"""The peer: the least that a Python web server does for one row of a database as JSON.

Starlette, the standard library's sqlite3 in the event loop, one question per request: no thread,
no languages, no checks. `serving.py` runs it beside the portal, under the same load.
"""

import os
import sqlite3

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_ROWS = sqlite3.connect(f"file:{os.environ['PEER_ROWS']}?mode=ro", uri=True, isolation_level=None)
_ROWS.row_factory = sqlite3.Row


async def action(request: Request) -> JSONResponse:
    key = request.path_params["key"]
    row = _ROWS.execute("SELECT * FROM action WHERE id = ?", (key,)).fetchone()
    if row is None:
        return JSONResponse({"code": "no-such-action"}, status_code=404)
    return JSONResponse(dict(row))


app = Starlette(routes=[Route("/actions/{key}", action)])
