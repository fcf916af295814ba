from tests.portal.browser import browser, portal

__all__ = ["browser", "portal"]
