"""The API is what its description says, whatever it is asked."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from jsonschema_rs import ValidationError
from litestar import Litestar
from litestar.testing import TestClient
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from sqlalchemy import Connection

from benelux.core.catalogue.load import load
from benelux.core.house import House
from benelux.core.language import Text
from benelux.core.web.app import assemble
from benelux.domains.programme.model import Event, Progress
from benelux.domains.programme.service import records
from benelux.domains.programme.service.plan import plan
from tests.visits import OFFICER, opened

load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
HEALTHY = list(HealthCheck)  # slow or picky strategies are Schemathesis's, not ours
FOUR = Text("Vergadering", "Réunion", "Sitzung", "Meeting")
Document = dict[str, object]


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that answers to the name by which Schemathesis calls it, with something recorded."""
    with opened(tmp_path_factory.mktemp("api"), host="0.0.0.0") as house:  # noqa: S104

        def work(connection: Connection) -> None:
            event = Event(FOUR, date(2022, 3, 23), date(2022, 3, 24), "Brussels", "https://a.eu")
            step = Progress("cycling-roadmap", "under_way", date(2022, 5, 1), FOUR, "Minutes")
            for one in (event, step):
                records.record(connection, plan(), one, person=OFFICER, state="published")

        house.store.write(work)
        yield house


@pytest.fixture(scope="module")
def app(open_house: House) -> Litestar:
    found = assemble(open_house)
    # Schemathesis starts and stops it around each request, and the house has to stay open.
    found.on_shutdown.clear()
    return found


@pytest.fixture(scope="module")
def described(app: Litestar) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.fixture(scope="module")
def document(app: Litestar) -> Document:
    client = TestClient(app, base_url="http://127.0.0.1")
    found: Document = client.get("/api/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def real(open_house: House) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Path parameters of what exists, by operation."""
    sets = load(open_house.domains).sets
    found: dict[str, list[dict[str, str]]] = {
        "/api/programme/actions/{key}": [{"key": one} for one in plan().actions],
        "/api/programme/partners/{key}": [{"key": one} for one in plan().partners],
        "/api/programme/instruments/{key}": [{"key": one} for one in plan().by_slug],
        "/api/catalogue/{dataset}": [{"dataset": one.id} for one in sets],
        "/api/records/collections/catalogue/items/{record}": [{"record": one.id} for one in sets],
        "/api/catalogue/{dataset}/files/{name}": [
            {"dataset": one.id, "name": file.path} for one in sets for file in one.files
        ],
    }
    return found


def operations(described: BaseSchema) -> list[APIOperation]:
    return [found.ok() for found in described.get_all_operations()]


def test_the_description_is_valid_openapi(document: Document) -> None:
    assert str(document["openapi"]).startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    broken = msgspec.json.decode(msgspec.json.encode(document))
    broken["paths"]["/api/domains"]["get"]["responses"] = "none"
    with pytest.raises(ValidationError):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_operation_says_what_it_is_for(document: Document) -> None:
    seen: set[object] = set()
    tags = {tag["name"] for tag in document["tags"]}  # type: ignore[attr-defined]
    for path, item in document["paths"].items():  # type: ignore[attr-defined]
        for method, one in item.items():
            label = f"{method} {path}"
            assert one.get("summary"), label
            assert not {one["summary"], one["operationId"]} & seen, label
            seen |= {one["summary"], one["operationId"]}
            assert set(one["tags"]) <= tags, label
            assert one["tags"], label
            done = [found for code, found in one["responses"].items() if code.startswith("2")]
            assert done, label
            for media, found in ((*pair,) for ok in done for pair in ok.get("content", {}).items()):
                assert found["schema"] or "json" not in media, label
            problem = one["responses"]["422"]["content"]
            assert list(problem) == ["application/problem+json"], label
            for parameter in one.get("parameters", ()):
                shape = parameter["schema"]
                assert shape.keys() & {"type", "enum", "oneOf", "anyOf", "$ref"}, (label, parameter)


def test_every_operation_of_the_api_is_described(app: Litestar, document: Document) -> None:
    served = {
        route.path_format
        for route in app.routes
        if route.path.startswith("/api/") and "{path" not in route.path
    }
    assert served - {"/api/openapi.json"} == set(document["paths"])  # type: ignore[call-overload]


def test_what_exists_is_answered_as_described(
    described: BaseSchema,
    real: Mapping[str, Sequence[Mapping[str, str]]],
    subtests: pytest.Subtests,
) -> None:
    found = {operation.path: operation for operation in operations(described)}
    assert set(real) <= set(found)
    for path, operation in found.items():
        if operation.method != "get" or ("{" in path and path not in real):
            continue
        with subtests.test(operation.label):
            query = {"q": "fiets"} if path.endswith("/search") else {}
            for parameters in real.get(path, ({},))[:40]:
                case = operation.Case(path_parameters=dict(parameters), query=dict(query))
                answer = case.call()
                case.validate_response(answer, checks=CHECKED)
                # What is for somebody alone says so; everything else is open.
                closed = "401" in operation.responses.status_codes
                assert answer.status_code == (401 if closed else 200), answer.text[:300]


def hold_for_every(cases: some.SearchStrategy[Case], examples: int) -> int:
    """Ask so many questions and check each answer; say how many there were."""
    asked = 0

    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=HEALTHY,
    )
    @given(case=cases)
    def hold(case: Case) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(checks=CHECKED)

    with suppress(Unsatisfiable):  # what takes no input cannot be asked badly
        hold()
    return asked


def with_parameters(case: Case, parameters: Mapping[str, str]) -> Case:
    case.path_parameters = dict(parameters)
    return case


def good_and_bad(
    operation: APIOperation, existing: Sequence[Mapping[str, str]]
) -> tuple[some.SearchStrategy[Case], some.SearchStrategy[Case]]:
    """Questions that fit the description, also about what exists, and questions that do not."""
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    if existing:
        good |= some.builds(with_parameters, good, some.sampled_from(existing))
    return good, bad


def test_some_random_requests_are_answered_as_described(
    described: BaseSchema,
    real: Mapping[str, Sequence[Mapping[str, str]]],
    subtests: pytest.Subtests,
) -> None:
    for operation in operations(described):
        with subtests.test(operation.label):
            good, bad = good_and_bad(operation, real.get(operation.path, ()))
            hold_for_every(good | bad, 3)


@pytest.mark.slow
def test_ten_thousand_random_requests_are_answered_as_described(
    described: BaseSchema,
    real: Mapping[str, Sequence[Mapping[str, str]]],
    subtests: pytest.Subtests,
) -> None:
    asked = 0
    # Round by round, so that every operation is asked before one is asked often.
    for operation in itertools.cycle(operations(described)):
        if asked >= 10_000:
            break
        with subtests.test(operation.label):
            for cases in good_and_bad(operation, real.get(operation.path, ())):
                asked += hold_for_every(cases, 80)
