"""The annual plan itself: every action, what it rests on, and what has become of it."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    name="programme",
    title=Text(nl="Jaarplan", fr="Plan annuel", de="Jahresplan", en="Annual plan"),
    summary=Text(
        nl="Elke actie van het jaarplan 2022: met wie, waarop zij rust en wat ervan is geworden.",
        fr="Chaque action du plan annuel 2022 : avec qui, sur quelle base et avec quelle suite.",
        de="Jede Maßnahme des Jahresplans 2022: mit wem, worauf sie beruht und was folgte.",
        en="Every action of the annual plan for 2022: with whom, on which ground, what followed.",
    ),
    plan=("presidency", "1", "2", "3", "4", "5", "5.2", "5.5"),
    package="benelux.domains.programme",
)
