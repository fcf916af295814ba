"""What a person may be to this portal. An organisation's other roles mean nothing here."""

from collections.abc import Mapping, Sequence

from benelux.core.domain import Domain
from benelux.core.identity.person import REGISTRY_KEEPER, SECRETARIAT, SUPERVISOR
from benelux.core.language import Message, message


def known_roles(domains: Sequence[Domain]) -> Mapping[str, Message]:
    """Every role with its name: core's, and the `ROLES` that a domain's service declares."""
    roles = {
        SECRETARIAT: message("Officer of the General Secretariat"),
        REGISTRY_KEEPER: message("Keeper of the registry of authorities"),
        SUPERVISOR: message("Data-protection supervisor"),
    }
    for domain in domains:
        roles |= getattr(domain.face("service"), "ROLES", {})
    return roles
