"""A contact is an address at which somebody can be reached, or it is refused."""

from __future__ import annotations

import pytest

from balkan_crawler.errors import ContactError
from balkan_crawler.manners.agent import read_contact, user_agent


@pytest.mark.parametrize(
    "text",
    [
        "you@example.org",
        "mailto:you+news@mail.example.org",
        "https://example.org",
        "HTTP://example.org/about us.html".replace(" ", "%20"),
        "https://en.example.org/wiki/Robot_(crawler)",
        "ana@пример.срб",
    ],
)
def test_an_address_is_taken_as_it_is(text):
    assert read_contact(f" {text} ") == text
    assert user_agent(read_contact(text)).endswith(f"(+{text})")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "me",
        "example.org",
        "www.example.org/contact",
        "you@localhost",
        "you@",
        "@example.org",
        "a@b@example.org",
        "you@example.org, me@example.org",
        "https://",
        "https:///path",
        "ftp://example.org",
        "javascript:alert(1)",
        "you@example.org\r\nX-Evil: 1",
        "https://example.org/ x",
        "https://example.org/\x1b[31m",
        f"https://example.org/{'x' * 300}",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(text):
    with pytest.raises(ContactError, match="is no contact; give an e-mail address or a URL") as caught:
        read_contact(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
