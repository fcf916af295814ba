"""Cedar as we use it: a set of policies that is read once, and asked many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cedarpy
import msgspec

Effect = Literal["permit", "forbid"]
Json = Mapping[str, object]


class Wrong(ValueError):  # noqa: N818 - `policy` turns it into a refusal that names the file
    """Policies that cannot be read, or that speak of what the schema does not know."""


class Scope(msgspec.Struct, frozen=True):
    """Which principals, actions or resources a policy is about at all."""

    op: str
    entity: dict[str, str] | None = None
    entities: tuple[dict[str, str], ...] = ()
    entity_type: str = ""
    within: dict[str, dict[str, str]] | None = msgspec.field(default=None, name="in")


class Condition(msgspec.Struct, frozen=True):
    kind: Literal["when", "unless"]
    body: dict[str, object]


class Parsed(msgspec.Struct, frozen=True):
    """A policy as Cedar's own JSON form has it."""

    effect: Effect
    principal: Scope
    action: Scope
    resource: Scope
    conditions: tuple[Condition, ...] = ()
    annotations: dict[str, str] = msgspec.field(default_factory=dict)


class _Whole(msgspec.Struct, frozen=True):
    policies: dict[str, dict[str, object]] = msgspec.field(name="staticPolicies")
    templates: dict[str, object] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Cedar says: allowed or not, by which policies; `broken` if one of them failed."""

    allowed: bool
    rules: tuple[str, ...]
    broken: bool = False


def read(text: str) -> list[tuple[Parsed, Json]]:
    """The policies in `text`, in their order, typed and as plain JSON. Raises `Wrong`."""
    try:
        whole = msgspec.json.decode(cedarpy.policies_to_json_str(text), type=_Whole)
        if whole.templates:
            raise Wrong("a policy with a slot stands for many; write it out")
        order = sorted(whole.policies, key=lambda name: int(name.removeprefix("policy")))
        plain = [whole.policies[name] for name in order]
        return [(msgspec.convert(one, Parsed), one) for one in plain]
    except (ValueError, msgspec.ValidationError) as error:
        raise Wrong(str(error)) from error


class Engine:
    """Policies under their ids, checked against a schema. Raises `Wrong` when made of others."""

    def __init__(self, policies: Mapping[str, Json], text: str, schema: str) -> None:
        try:
            self._schema = cedarpy.Schema.from_str(schema)
            checked = cedarpy.validate_policies(text, self._schema)
            self._policies = _set(policies)
        except ValueError as error:
            raise Wrong(str(error)) from error
        if not checked.validation_passed:
            raise Wrong("; ".join(one.error for one in checked.errors))

    def part(self, policies: Mapping[str, Json]) -> "Part":
        """Some of these policies alone; they were checked with the others."""
        return Part(_set(policies))

    def entities(self, things: Sequence[Json], *, known: bool) -> cedarpy.Entities:
        """What is known of those who act and of what they act upon, ready to be asked about.

        Raises `ValueError` where it is not of the schema's types; things of a shape that is `known`
        to be right are not checked again.
        """
        written = msgspec.json.encode(things).decode()
        return cedarpy.Entities.from_json_str(written, None if known else self._schema)

    def fits(
        self, principal: Json, action: Json, resource: Json, context: Json,
        entities: cedarpy.Entities,
    ) -> bool:  # fmt: skip
        """Whether the schema knows such a question: who may ask it, of what, with which facts."""
        request = _request(principal, action, resource, context)
        found = cedarpy.is_authorized(request, self._policies, entities, self._schema)
        return found.decision is not cedarpy.Decision.NoDecision


class Part:
    """The policies that bear on one kind of question."""

    def __init__(self, policies: cedarpy.PolicySet) -> None:
        self._policies = policies

    def decide(
        self, principal: Json, action: Json, resource: Json, context: Json,
        entities: cedarpy.Entities,
    ) -> Outcome:  # fmt: skip
        """Deny by default; also when a policy fails, since one that forbids may be among them."""
        request = _request(principal, action, resource, context)
        found = cedarpy.is_authorized(request, self._policies, entities)
        broken = bool(found.diagnostics.errors)
        return Outcome(found.allowed and not broken, tuple(found.diagnostics.reasons), broken)


def _request(principal: Json, action: Json, resource: Json, context: Json) -> dict[str, object]:
    written = msgspec.json.encode(context).decode()
    return {"principal": principal, "action": action, "resource": resource, "context": written}


def _set(policies: Mapping[str, Json]) -> cedarpy.PolicySet:
    whole = {"staticPolicies": policies, "templates": {}, "templateLinks": []}
    return cedarpy.PolicySet.from_json_str(msgspec.json.encode(whole).decode())
