"""Policies: every case holds, no file speaks of another's matter, and all else is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.answer import Truth
from benelux.core.domain import discover
from benelux.core.files import CorruptFile
from benelux.core.identity import cases, policy
from benelux.core.identity.cases import Case
from benelux.core.identity.facts import LABELS, Actor, ActorKind, Facts, Matter
from benelux.core.identity.may import may

FOLDERS = [(policy.CORE, policy.HOME), *((one.name, one.folder / "policies") for one in discover())]
FILES = [path for _, folder in FOLDERS for path in sorted(folder.glob("*.cedar"))]
CASES = [
    pytest.param(path, case, id=f"{path.parent.parent.name}/{path.stem}: {case.name}")
    for path in FILES
    if cases.beside(path).is_file()
    for case in cases.read(cases.beside(path)).cases
]
KINDS: tuple[ActorKind, ...] = ("Officer", "Service", "Device")
ACTIONS = ("ask-full", "ask-hit", "ask-status", "write", "publish", "erase", "supervise")
RULE = """@id("{name}")
@because("Because.")
permit (principal, action{action}, resource{resource});
"""
OWN = 'principal, action, resource in Benelux::Domain::"bridges"'
SLOT = "principal == ?principal"
Write = Callable[..., tuple[str, Path]]


@pytest.mark.parametrize(("path", "case"), CASES)
def test_every_case_gets_the_answer_that_it_names(path: Path, case: Case) -> None:
    found = cases.ask(policy.book(), cases.read(cases.beside(path)), case)
    assert cases.wrong(case, found) == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_rule_decides_a_case(path: Path) -> None:
    rules = [rule for rule in policy.book().rules.values() if rule.file == path]
    assert rules
    assert list(cases.untried(cases.read(cases.beside(path)), rules)) == []


def test_the_reason_of_every_rule_is_translated() -> None:
    for rule in policy.book().rules.values():
        said = {rule.because.to(language) for language in ("nl", "fr", "de", "en")}
        assert len(said) == 4, rule.id


def test_a_case_that_expects_something_else_is_found_out() -> None:
    read = cases.read(policy.HOME / "citizens.cases.yaml")
    case = read.cases[0]
    found = cases.ask(policy.book(), read, case)
    assert cases.wrong(Case(**{**_fields(case), "expect": "deny"}), found)
    assert cases.wrong(Case(**{**_fields(case), "rules": ()}), found)
    assert cases.wrong(Case(**{**_fields(case), "missing": ("case",)}), found)


def _fields(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in Case.__dataclass_fields__}


# What a domain may write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a policy file of the domain of bridges, with core's beside it."""

    def one(text: str, schema: str = "") -> policy.Book:
        (tmp_path / "bridges.cedar").write_text(text)
        if schema:
            (tmp_path / "bridges.cedarschema").write_text(schema)
        return policy.assemble([(policy.CORE, policy.HOME), ("bridges", tmp_path)])

    return one  # type: ignore[return-value]


@pytest.mark.parametrize(
    "resource",
    [' in Benelux::Domain::"bridges"', ' == Benelux::Register::"bridges.permits"',
     ' is Benelux::Register in Benelux::Domain::"bridges"'],
)  # fmt: skip
def test_a_domain_rules_over_its_own_registers(write: Write, resource: str) -> None:
    action = ' == Benelux::Action::"ask-status"'
    book: policy.Book = write(RULE.format(name="bridges.open", action=action, resource=resource))  # type: ignore[assignment]
    anybody = Actor("Service", "s", "a", "NL")
    matter = Matter("bridges.permits", "nl-roads", "NL", "bridges")
    assert may(anybody, "ask-status", matter, Facts(), book=book).granted
    other = Matter("fireworks.passes", "nl-roads", "NL", "bridges")
    assert not may(anybody, "ask-status", other, Facts(), book=book).granted


@pytest.mark.parametrize(
    ("name", "action", "resource"),
    [
        ("bridges.all", "", ""),
        ("bridges.all", "", " is Benelux::Register"),
        ("bridges.theirs", "", ' == Benelux::Register::"fireworks.passes"'),
        ("bridges.theirs", "", ' in Benelux::Domain::"fireworks"'),
        ("bridges.theirs", ' == Fireworks::Action::"issue"', ""),
        ("fireworks.ours", "", ' in Benelux::Domain::"bridges"'),
        ("nameless", "", ' in Benelux::Domain::"bridges"'),
    ],
)
def test_a_domain_does_not_rule_over_others(
    write: Write, name: str, action: str, resource: str
) -> None:
    with pytest.raises(CorruptFile) as refused:
        write(RULE.format(name=name, action=action, resource=resource))
    assert "bridges.cedar" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        f"permit ({OWN});",
        f'@id("bridges.a") permit ({OWN});',
        "permit (",
        "nonsense",
        f'@id("bridges.a") @because("B.") permit ({OWN.replace("principal", SLOT)});',
        f'@id("bridges.a") @because("B.") permit ({OWN}) when {{ context.case == "x" }};',
        f'@id("bridges.a") @because("B.") permit ({OWN}) when {{ principal.country > 3 }};',
        f'@id("bridges.a") @because("B.") permit ({OWN}) when {{ principal.colour }};',
        f'@id("bridges.a") @because("B.") permit ({OWN}); ' * 2,
        f'@id("register.write") @because("B.") permit ({OWN});',
    ],
)
def test_a_policy_without_name_or_sense_stops_the_start(write: Write, text: str) -> None:
    with pytest.raises(CorruptFile):
        write(text)


@pytest.mark.parametrize(
    "condition",
    [
        'context has case && context.case == "x"',
        'context has case && context["case"] like "x*"',
        'context has case && ["x"].contains(context.case)',
        'context == {"case": "x", "pair": "NL-NL"}',
    ],
)
def test_no_policy_looks_at_the_reference_of_a_case(write: Write, condition: str) -> None:
    rule = RULE.format(name="bridges.a", action=' == Benelux::Action::"ask-hit"',
                       resource=' in Benelux::Domain::"bridges"')  # fmt: skip
    assert write(rule.replace(";", " when { context has case };"))
    with pytest.raises(CorruptFile, match="more than whether there is one"):
        write(rule.replace(";", f" when {{ {condition} }};"))


def test_a_rule_that_looks_at_the_time_is_asked_each_time(write: Write) -> None:
    rule = RULE.format(name="bridges.new", action=' == Benelux::Action::"ask-hit"',
                       resource=' in Benelux::Domain::"bridges"')  # fmt: skip
    late = ' when { context.time >= datetime("2026-01-01") };'
    book: policy.Book = write(rule.replace(";", late))  # type: ignore[assignment]
    matter = Matter("bridges.permits", "nl-roads", "NL", "bridges")
    lorry = Actor("Service", "s", "a", "NL")
    asked = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)) * 2
    granted = [may(lorry, "ask-hit", matter, Facts(time=at), book=book).granted for at in asked]
    assert granted == [True, False, True, False]


def test_a_domain_may_have_actions_and_facts_of_its_own(write: Write) -> None:
    schema = """namespace Bridges {
      type Crossing = { "mass_t"?: Long, "pair": String, "time": datetime };
      action "cross" appliesTo { principal: [Benelux::Service], resource: [Benelux::Register], context: Crossing };
    }"""  # noqa: E501 - as one writes it
    rule = """@id("bridges.light")
    @because("Light ones cross.")
    permit (principal, action == Bridges::Action::"cross", resource)
    when { context has mass_t && context.mass_t <= 40 };"""
    book: policy.Book = write(rule, schema)  # type: ignore[assignment]
    matter = Matter("bridges.permits", "nl-roads", "NL", "bridges")
    lorry = Actor("Service", "s", "a", "NL")

    def cross(**more: int) -> tuple[Truth, tuple[str, ...]]:
        found = may(lorry, "Bridges::cross", matter, Facts(more=more), book=book)
        return found.allowed, found.missing

    assert cross(mass_t=40) == (Truth.TRUE, ())
    assert cross(mass_t=41) == (Truth.FALSE, ())
    assert cross() == (Truth.UNKNOWN, ("mass_t",))


def test_the_version_is_that_of_the_rules(write: Write) -> None:
    rule = RULE.format(name="bridges.a", action="", resource=' in Benelux::Domain::"bridges"')
    one: policy.Book = write(rule)  # type: ignore[assignment]
    same: policy.Book = write(rule)  # type: ignore[assignment]
    other: policy.Book = write(rule.replace("permit", "forbid"))  # type: ignore[assignment]
    assert one.version == same.version != other.version


# Cedar and the explanation

ACTORS = some.builds(
    Actor, some.sampled_from(KINDS), some.just("a-1"), some.sampled_from(["be-a", "nl-a"]),
    some.sampled_from(["BE", "NL"]), some.just(""),
    some.lists(some.sampled_from(["registrar", "inquirer", "supervisor"]), unique=True).map(tuple),
    some.lists(some.sampled_from(["fireworks", "health"]), unique=True).map(tuple),
    some.booleans(),
)  # fmt: skip
MATTERS = some.builds(
    Matter, some.just("demo.passes"), some.sampled_from(["be-a", "nl-a"]),
    some.sampled_from(["BE", "NL"]), some.just("fireworks"), some.just(("sale",)),
    some.just(("A art. 1",)), some.just(("A art. 2",)), some.just(("A art. 3",)),
    some.sampled_from([(), ("desk",)]), some.sampled_from([0, 12]), some.booleans(),
)  # fmt: skip
GIVEN: dict[str, some.SearchStrategy[object]] = {
    "purpose": some.sampled_from(["sale", "other"]),
    "instrument": some.sampled_from(["A", "B"]),
    "article": some.sampled_from(["1", "2", "3"]),
    "offence_months": some.sampled_from([0, 11, 12, 600]),
    "case": some.sampled_from(["C-1", "x"]),
    "accord": some.booleans(),
    "channel": some.sampled_from(["desk", "mail"]),
    "consent": some.booleans(),
}
AT = datetime(2026, 1, 1, tzinfo=UTC)


@given(ACTORS, MATTERS, some.sampled_from(ACTIONS), some.fixed_dictionaries(GIVEN))
def test_with_all_facts_the_answer_is_yes_or_no(
    actor: Actor, matter: Matter, action: str, facts: dict[str, object]
) -> None:
    found = may(actor, action, matter, Facts(**facts, time=AT))  # type: ignore[arg-type]
    assert found.allowed is not Truth.UNKNOWN
    assert found.missing == ()


@given(
    ACTORS, MATTERS, some.sampled_from(ACTIONS), some.fixed_dictionaries(GIVEN),
    some.sets(some.sampled_from(sorted(GIVEN))),
)  # fmt: skip
def test_a_no_stays_a_no_whatever_else_is_told(
    actor: Actor, matter: Matter, action: str, facts: dict[str, object], hidden: set[str]
) -> None:
    less = {name: value for name, value in facts.items() if name not in hidden}
    before = may(actor, action, matter, Facts(**less, time=AT))  # type: ignore[arg-type]
    after = may(actor, action, matter, Facts(**facts, time=AT))  # type: ignore[arg-type]
    if before.allowed is Truth.FALSE:
        assert after.allowed is Truth.FALSE
    if before.allowed is Truth.UNKNOWN:
        assert before.missing
        assert set(before.missing) <= set(LABELS)


@given(
    ACTORS, MATTERS, some.sampled_from(ACTIONS),
    some.fixed_dictionaries({}, optional={name: some.text(max_size=30) for name in
                                          ("purpose", "instrument", "article", "case", "channel")}),
)  # fmt: skip
def test_no_text_in_the_facts_breaks_the_policies(
    actor: Actor, matter: Matter, action: str, facts: dict[str, str]
) -> None:
    may(actor, action, matter, Facts(**facts))  # type: ignore[arg-type]
