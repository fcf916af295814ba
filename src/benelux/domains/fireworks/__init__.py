"""Fireworks and explosives precursors: passes, market surveillance, suspicious transactions."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    name="fireworks",
    title=Text(nl="Vuurwerk", fr="Feux d'artifice", de="Feuerwerk", en="Fireworks"),
    summary=Text(
        nl="Passen voor professioneel vuurwerk, bladen van het markttoezicht en meldingen over"
        " precursoren.",
        fr="Passes pour les artifices professionnels, fiches de surveillance du marché et"
        " signalements de précurseurs.",
        de="Pässe für professionelles Feuerwerk, Prüfblätter der Marktüberwachung und Meldungen"
        " zu Ausgangsstoffen.",
        en="Passes for professional fireworks, market-surveillance sheets and reports about"
        " explosives precursors.",
    ),
    plan=("2.3.2", "5.1"),
    package="benelux.domains.fireworks",
)
