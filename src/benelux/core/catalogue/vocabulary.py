"""Codes of the EU Vocabularies and of IANA that describe data sets, and the names of them.

The tables stand at `http://publications.europa.eu/resource/authority/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benelux.core.language import Language, Message, Text, message

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
THEME_SCHEME: Final = f"{AUTHORITY}data-theme"

LANGUAGE_CODES: Final[Mapping[Language, str]] = {"nl": "NLD", "fr": "FRA", "de": "DEU", "en": "ENG"}

THEMES: Final[Mapping[str, Text]] = {
    "AGRI": Text(
        nl="Landbouw, visserij, bosbouw en voeding",
        fr="Agriculture, pêche, sylviculture et alimentation",
        de="Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel",
        en="Agriculture, fisheries, forestry and food",
    ),
    "ECON": Text(
        nl="Economie en financiën",
        fr="Économie et finances",
        de="Wirtschaft und Finanzen",
        en="Economy and finance",
    ),
    "EDUC": Text(
        nl="Onderwijs, cultuur en sport",
        fr="Éducation, culture et sport",
        de="Bildung, Kultur und Sport",
        en="Education, culture and sport",
    ),
    "ENER": Text(nl="Energie", fr="Énergie", de="Energie", en="Energy"),
    "ENVI": Text(nl="Milieu", fr="Environnement", de="Umwelt", en="Environment"),
    "GOVE": Text(
        nl="Overheid en publieke sector",
        fr="Gouvernement et secteur public",
        de="Regierung und öffentlicher Sektor",
        en="Government and public sector",
    ),
    "HEAL": Text(nl="Gezondheid", fr="Santé", de="Gesundheit", en="Health"),
    "INTR": Text(
        nl="Internationale vraagstukken",
        fr="Questions internationales",
        de="Internationale Themen",
        en="International issues",
    ),
    "JUST": Text(
        nl="Justitie, rechtsstelsel en openbare veiligheid",
        fr="Justice, système juridique et sécurité publique",
        de="Justiz, Rechtssystem und öffentliche Sicherheit",
        en="Justice, legal system and public safety",
    ),
    "REGI": Text(
        nl="Regio's en steden",
        fr="Régions et villes",
        de="Regionen und Städte",
        en="Regions and cities",
    ),
    "SOCI": Text(
        nl="Bevolking en samenleving",
        fr="Population et société",
        de="Bevölkerung und Gesellschaft",
        en="Population and society",
    ),
    "TECH": Text(
        nl="Wetenschap en technologie",
        fr="Science et technologie",
        de="Wissenschaft und Technologie",
        en="Science and technology",
    ),
    "TRAN": Text(nl="Vervoer", fr="Transports", de="Verkehr", en="Transport"),
}

FREQUENCIES: Final[Mapping[str, Message]] = {
    "CONT": message("Continuously"),
    "HOURLY": message("Every hour"),
    "DAILY": message("Every day"),
    "WEEKLY": message("Every week"),
    "MONTHLY": message("Every month"),
    "QUARTERLY": message("Every three months"),
    "ANNUAL_2": message("Twice a year"),
    "ANNUAL": message("Every year"),
    "BIENNIAL": message("Every two years"),
    "IRREG": message("Now and then"),
    "AS_NEEDED": message("When something changes"),
    "NEVER": message("Never again"),
    "UNKNOWN": message("Not known"),
}

LICENCE_CODES: Final[Mapping[str, str]] = {
    "CC-BY-4.0": "CC_BY_4_0",
    "CC-BY-SA-4.0": "CC_BY_SA_4_0",
    "CC0-1.0": "CC0",
    "EUPL-1.2": "EUPL_1_2",
    "ODC-By-1.0": "ODC_BY",
    "ODbL-1.0": "ODC_BL",
    "PDDL-1.0": "ODC_PDDL",
}
"""EU authority codes by the SPDX identifiers that data packages use."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how people call it, and the EU file-type code."""

    name: str
    code: str


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format("CSV", "CSV"),
    "geojson": Format("GeoJSON", "GEOJSON"),
    "gpkg": Format("GeoPackage", "GPKG"),
    "gtfs": Format("GTFS", "GTFS"),
    "json": Format("JSON", "JSON"),
    "jsonld": Format("JSON-LD", "JSON_LD"),
    "parquet": Format("Parquet", "PARQUET"),
    "pdf": Format("PDF", "PDF"),
    "tsv": Format("TSV", "TSV"),
    "txt": Format("TXT", "TXT"),
    "xlsx": Format("XLSX", "XLSX"),
    "xml": Format("XML", "XML"),
    "yaml": Format("YAML", "YAML"),
    "zip": Format("ZIP", "ZIP"),
}
