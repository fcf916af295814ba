"""Parts of a document that are drawn from what the software knows, between two marks."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """The part of `file` between `<!-- mark -->` and `<!-- /mark -->`, and what belongs there.

    A domain's commands may offer such blocks as `MANUAL`.
    """

    file: str
    mark: str
    text: Callable[[], str]

    def fill(self, content: str) -> str:
        """The document with this part drawn anew; without the opening mark it stays as it is."""
        begin, end = f"<!-- {self.mark} -->", f"<!-- /{self.mark} -->"
        drawn = f"{begin}\n\n{self.text().strip()}\n\n{end}"
        whole = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if whole.search(content):
            return whole.sub(lambda _: drawn, content, count=1)
        return content.replace(begin, drawn, 1)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
