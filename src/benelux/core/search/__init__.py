"""Search over up to some 50,000 short documents in four languages, in memory."""

from benelux.core.search.index import Document, Hit, Index, Mark
from benelux.core.search.snippet import Segment, segments

__all__ = ["Document", "Hit", "Index", "Mark", "Segment", "segments"]
