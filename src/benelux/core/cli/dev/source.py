"""Where the source stands, for the tools that read and write it."""

from dataclasses import dataclass
from pathlib import Path

import benelux
from benelux.core.errors import NotFound
from benelux.core.language import message


@dataclass(frozen=True, slots=True)
class Source:
    """A clone of the source, from its root folder."""

    root: Path

    @property
    def package(self) -> Path:
        return self.root / "src" / "benelux"

    @property
    def domains(self) -> Path:
        return self.package / "domains"

    @property
    def tests(self) -> Path:
        return self.root / "tests"

    def name(self, path: Path) -> str:
        """`path` as people write it: from the root, with slashes."""
        return path.relative_to(self.root).as_posix()


def source() -> Source:
    """The clone that this package runs from; raises `NotFound` where it was installed."""
    root = Path(benelux.__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file() or not (root / "src" / "benelux").is_dir():
        raise NotFound(
            "dev.no-source",
            message("This command needs the source of the platform."),
            why=message("The platform was installed as a package here."),
            now=message("Clone the source and run it there."),
        )
    return Source(root)
