"""What a request can reach: the settings, the store and the domains."""

from dataclasses import dataclass

from benelux.core.domain import Domain
from benelux.core.settings import Settings
from benelux.core.store import Store


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    store: Store
    domains: tuple[Domain, ...]

    def domain(self, name: str) -> Domain | None:
        return next((domain for domain in self.domains if domain.name == name), None)
