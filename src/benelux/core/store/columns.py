"""Column types that mean the same on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override


class Moment(TypeDecorator[datetime]):
    """A moment in time, aware, kept and given back in UTC.

    SQLite has no type for it: there it is text of a fixed width, so that order in the database is
    order in time. A naive value is a `ValueError`: nobody knows which moment it is.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class Json(TypeDecorator[object]):
    """A value kept as JSON: plain values, dataclasses and whatever else msgspec can write.

    With `shape` the value comes back as that type, `Json(Person)`; without it as plain values.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: type | None = None) -> None:
        super().__init__()
        self.shape = shape

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[object]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    @override
    def process_result_value(self, value: object, dialect: Dialect) -> object:
        if value is None or self.shape is None:
            return value
        return msgspec.convert(value, self.shape)


def write_json(value: object) -> str:
    """JSON with its keys in order, so that equal values are equal text."""
    return msgspec.json.encode(value, order="deterministic").decode()


read_json: Callable[[str | bytes], object] = msgspec.json.decode
