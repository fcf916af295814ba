"""What open data this portal has: read from each domain's `data/datapackage.json`.

The same descriptions are a page for people, DCAT-AP for other portals (`dcat`) and OGC API Records
for map and search software (`records`).
"""

from benelux.core.catalogue.load import load
from benelux.core.catalogue.model import Catalogue, DataSet, Distribution, Licence, Source

__all__ = ["Catalogue", "DataSet", "Distribution", "Licence", "Source", "load"]
