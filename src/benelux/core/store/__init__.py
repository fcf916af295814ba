"""Where things are kept: SQLite by default, PostgreSQL by one URL, with the same promises.

Reads see one moment and wait for nobody. Writes happen one after another and are durable when they
are acknowledged. What the law needs a history of is never changed, only followed by a next version.
"""

from benelux.core.store.columns import Json, Moment
from benelux.core.store.history import append_only, versioned_columns
from benelux.core.store.lock import Claim, claim
from benelux.core.store.schema import CORE, Owner, drift, migrate
from benelux.core.store.store import Store

__all__ = [
    "CORE",
    "Claim",
    "Json",
    "Moment",
    "Owner",
    "Store",
    "append_only",
    "claim",
    "drift",
    "migrate",
    "versioned_columns",
]
