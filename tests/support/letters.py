"""Letters as their receivers hold them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, a_coordinator, taken

NEXT = re.compile(r'href="(/reply/[^"]+)"')


@dataclass
class Letter:
    """A letter in somebody's hand, who has no account and no token."""

    api: Api
    path: str
    code: str
    now: datetime = FRIDAY

    @property
    def client(self) -> httpx.AsyncClient:
        """A browser without anything of ours."""
        return self.api.anonymous({"Careweave-Now": self.now.isoformat()})

    async def open(self) -> httpx.Response:
        """Follow the link."""
        return await self.client.get(self.path)

    async def unlock(self, code: str | None = None) -> httpx.Response:
        """Give the access code."""
        return await self.client.post(self.path, data={"code": self.code if code is None else code})

    async def send(self, act: str, **fields: str) -> httpx.Response:
        """Send a form of the page."""
        return await self.client.post(f"{self.path}/{act}", data={"code": self.code, **fields})

    async def send_file(self, act: str, file: tuple[str, bytes, str], **fields: str) -> httpx.Response:
        """Send a form of the page with a file: its name, its bytes, its format."""
        data = {"code": self.code, **fields}
        return await self.client.post(f"{self.path}/{act}", data=data, files={"file": file})

    async def acts(self) -> list[str]:
        """The acts that the page has forms for, once it is unlocked."""
        page = await self.unlock()
        assert page.status_code == 200, page.text
        return Forms(page.text).acts()

    def onward(self, answer: httpx.Response, now: datetime | None = None) -> "Letter":
        """The link for the next step, as the page gives it."""
        found = NEXT.search(answer.text)
        assert found is not None, answer.text
        return Letter(self.api, found[1], self.code, now or self.now)


async def a_letter(api: Api, referral: Mapping[str, Any], *, now: datetime = FRIDAY, days: int = 14) -> Letter:
    """A new letter about a referral."""
    sent = taken(
        await a_coordinator(api, now).post(
            f"/v1/referrals/{referral['id']}/letters", json={"sender": "Nora Example RN, 555-0100", "days": days}
        ),
        201,
    )
    assert sent["link"].startswith("http://test/reply/")
    return Letter(api, sent["link"].removeprefix("http://test"), sent["access_code"], now)


class Forms(HTMLParser):
    """The forms of a page as a browser without script sees them: address, and the fields with what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field."""
        has = {name: value or "" for name, value in attrs}
        self.scripts += tag == "script" or any(name.startswith("on") for name in has)
        if tag == "form":
            assert has["method"] == "post"
            self.found.append((has["action"], {}))
        elif tag in ("input", "select", "textarea"):
            self.found[-1][1][has["name"]] = has.get("value", "")

    def acts(self) -> list[str]:
        """The acts that there are forms for, in the order of the page."""
        return [address.rpartition("/")[2] for address, _ in self.found]

    def of(self, act: str) -> tuple[str, dict[str, str]]:
        """The form of an act."""
        return next(form for form in self.found if form[0].endswith(f"/{act}"))
