"""A table as a document that stands alone: for a browser, a printer or a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape

from benelux.core.cli.tell import Said, language, say

_STYLE = """
body { font: 1rem/1.5 "Source Sans 3", system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem; }
th, td { border-bottom: 1px solid #999; padding: .3rem .6rem .3rem 0; text-align: start; vertical-align: top; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@media (prefers-color-scheme: dark) { body { background: #16191d; color: #eee; } }
@media print { body { margin: 0; max-width: none; font-size: 10pt; background: none; color: #000; } }
"""  # noqa: E501 - a style sheet reads best with a rule on a line


class Page:
    """An HTML page of headed tables, in the language of this call."""

    def __init__(self, title: Said, lead: Said = "") -> None:
        self._title = say(title)
        self._parts = [f"<h1>{escape(self._title)}</h1>"]
        if lead:
            self._parts.append(f"<p>{escape(say(lead))}</p>")

    def table(self, title: Said, head: Sequence[Said], rows: Iterable[Sequence[Said]]) -> None:
        """Add a table under a heading; the first cell of a row names the row."""
        cells = "".join(f'<th scope="col">{escape(say(cell))}</th>' for cell in head)
        body = "".join(_row([say(cell) for cell in row]) for row in rows)
        self._parts.append(
            f"<h2>{escape(say(title))}</h2>\n"
            f"<table><thead><tr>{cells}</tr></thead>\n<tbody>\n{body}</tbody></table>"
        )

    def content(self) -> bytes:
        body = "\n".join(self._parts)
        return (
            f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(self._title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
            f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
        ).encode()


def comma_separated(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV as RFC 4180 has it."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(head)
    write.writerows(rows)
    return out.getvalue()


def _row(cells: Sequence[str]) -> str:
    first, *rest = (escape(cell) for cell in cells)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>\n'
