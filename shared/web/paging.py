"""Keyset pages: a cursor names the last row seen, so that pages neither skip nor repeat while rows come and go."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

from shared.contracts.base import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageOf:
    """How many rows, and after which one."""

    limit: int
    cursor: str | None


async def _asked(
    limit: Annotated[int, Query(ge=1, le=200, description="Rows a page, 1 to 200.")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="next_cursor of the page before.")] = None,
) -> PageOf:
    return PageOf(limit, cursor)


PageAsked = Annotated[PageOf, Depends(_asked)]


def paged(response: Response, request: Request, page: Page[T]) -> Page[T]:
    """Answer a page with Link: rel=next where there is one."""
    if page.next_cursor is not None:
        following = request.url.include_query_params(cursor=page.next_cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return page
