"""The pages of the plan: for everybody, and the desk of those who keep it up to date."""

from benelux.domains.programme.pages import desk, groups, plan, time
from benelux.domains.programme.pages.shared import PAGES

__all__ = ["PAGES", "desk", "groups", "plan", "time"]
