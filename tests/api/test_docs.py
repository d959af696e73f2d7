"""``/docs`` works where there is no network: everything the page loads comes from the service itself."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from tests.support.apps import Api, Pair

# A stylesheet may load more: fonts, images, other stylesheets.
LOADED = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
KINDS = {"css": "text/css", "js": "text/javascript", "png": "image/png"}


class Addresses(HTMLParser):
    """What a page's ``src`` and ``href`` name, and its title."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href", "data-openapi") and value]


def own(address: str) -> bool:
    """Whether it is on this service, or in the page itself."""
    url = httpx.URL(address)
    return url.scheme == "data" or (not url.scheme and not url.host)


@pytest.mark.parametrize("service", ["coordination", "monitoring"])
async def test_the_page_loads_nothing_from_elsewhere_and_all_of_it_is_there(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    client = api.anonymous()
    page = await client.get("/docs")
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    read = Addresses()
    read.feed(page.text)
    assert {address.rsplit("/", 1)[-1] for address in read.found} >= {
        "openapi.json",
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "docs.js",
    }
    for address in read.found:
        assert own(address), address
        file = await client.get(address)
        assert file.status_code == 200, address
        assert len(file.content) > 100, address
        assert file.headers["content-type"].startswith(KINDS.get(address.rsplit(".", 1)[-1], "application/json"))
        if address.endswith(".css"):
            assert all(own(first or second) for first, second in LOADED.findall(file.text)), address
