"""Pages are declared, so that menu, twins, manual and tests can be drawn from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from benelux.core.house import House
from benelux.core.language import Message
from benelux.core.web.ask import Ask, Crumb, Reply, Said, View
from benelux.core.web.listing import Listing, Window

Show = Callable[[Ask], Reply]
Examples = Callable[[House], Iterable[Mapping[str, str]]]
T = TypeVar("T")


def no_crumbs(_ask: Ask) -> Sequence[Crumb]:
    return ()


def no_parameters(_house: House) -> Iterable[Mapping[str, str]]:
    return ({},)


class Twins(Protocol):
    """A list as its other two forms."""

    @property
    def name(self) -> str: ...

    def json(self, ask: Ask) -> bytes: ...

    def csv(self, ask: Ask) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    `path` stands under `/{lang}/{owner}`; `examples` gives the path parameters of pages that
    exist, so that a test can walk them all. `role` is who may see it; empty means everybody.
    With `camera` it may ask the reader for the camera.
    """

    owner: str
    path: str
    title: Said
    show: Show
    about: Message
    menu: bool = False
    role: str = ""
    posts: bool = False
    examples: Examples = no_parameters
    listing: Twins | None = None
    camera: bool = False

    @property
    def full_path(self) -> str:
        return (
            f"/{{lang:str}}/{self.owner}{self.path}" if self.owner else f"/{{lang:str}}{self.path}"
        )

    def address(self, language: str, parameters: Mapping[str, str]) -> str:
        """The address of this page for one set of path parameters."""
        address = self.full_path.replace("{lang:str}", language)
        for name, value in parameters.items():
            address = address.replace(f"{{{name}:str}}", value)
        return address


@dataclass(slots=True)
class Pages:
    """The pages of one owner: a domain, or the core itself with an empty name.

    `search` is the page that the search field in the bar leads to, `prepare` what is done once
    before the first request, so that no reader waits for it.
    """

    owner: str
    search: str = ""
    prepare: Callable[[], object] | None = None
    declared: list[Page] = field(default_factory=list)
    home: Show | None = None

    def page(  # noqa: PLR0913 - a declaration names each of its parts
        self,
        path: str,
        title: Said,
        about: Message,
        *,
        menu: bool = False,
        role: str = "",
        posts: bool = False,
        examples: Examples = no_parameters,
        camera: bool = False,
    ) -> Callable[[Show], Show]:
        """Declare the function below as a page; with `posts` it also receives the page's form."""

        def declare(show: Show) -> Show:
            self.declared.append(
                Page(
                    self.owner, path, title, show, about, menu, role, posts, examples, camera=camera
                )
            )
            return show

        return declare

    def list_page(  # noqa: PLR0913 - a declaration names each of its parts
        self,
        path: str,
        listing: Listing[T],
        title: Said,
        about: Message,
        *,
        menu: bool = False,
        template: str = "listing.html",
        crumbs: Callable[[Ask], Sequence[Crumb]] = no_crumbs,
        scripts: Sequence[str] = (),
    ) -> Callable[[Callable[[Ask, Window[T]], Mapping[str, object]]], Show]:
        """Declare a list page; the function below adds what its template needs besides the list.

        The same list is served under `path.json` and `path.csv`.
        """

        def declare(more: Callable[[Ask, Window[T]], Mapping[str, object]]) -> Show:
            def show(ask: Ask) -> Reply:
                window = listing.window(ask)
                values = {"window": window, "listing": listing, **more(ask, window)}
                return View(template, title, values, crumbs(ask), lead=about, scripts=scripts)

            self.declared.append(
                Page(self.owner, path, title, show, about, menu=menu, listing=listing)
            )
            return show

        return declare

    def front(self, show: Show) -> Show:
        """Make the function below the portal's home page."""
        self.home = show
        return show


def menu(pages: Sequence[Pages]) -> tuple[Page, ...]:
    return tuple(page for owner in pages for page in owner.declared if page.menu)


def desks(pages: Sequence[Pages]) -> tuple[Page, ...]:
    """Where those who hold a role begin; a page that needs to know of what is no beginning."""
    every = (page for owner in pages for page in owner.declared)
    return tuple(page for page in every if page.role and "{" not in page.path)
