"""The page of the referral's states says what the table says."""

from deploy.local.referral_page import PAGE, page


def test_the_page_is_as_the_table() -> None:
    assert PAGE.read_text() == page(), "run python -m deploy.local.referral_page"
