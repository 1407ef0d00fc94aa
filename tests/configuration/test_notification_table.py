"""The table ``[notification]`` is read into records that show no secret, or refused with its key and line."""

from __future__ import annotations

from dataclasses import fields

import pytest

from balkan_crawler.configuration import EmailChannel, Encryption, NtfyChannel, WebhookChannel, read_configuration
from balkan_crawler.errors import ConfigurationError

SECRET = "hunter2-of-the-mail"
EMAIL = '[notification.email]\nhost = "smtp.example.org"\nfrom = "robot@example.org"\nto = ["you@example.org"]\n'
WHOLE = f"""
contact = "you@example.org"

[notification.email]
host = "smtp.example.org"
tls = "tls"
user = "robot@example.org"
password = "{SECRET}"
to = ["you@example.org", "desk@example.org"]

[[notification.webhook]]
url = "https://hooks.example.org/services/{SECRET}"
headers = {{ "X-Key" = "{SECRET}" }}

[[notification.webhook]]
url = "http://ntfy.lan:8080/{SECRET}"
token = "{SECRET}"

[notification.ntfy]
url = "https://ntfy.sh/{SECRET}"
token-file = "token"
priority = "high"
"""


@pytest.fixture
def read(tmp_path):
    def write(text):
        file = tmp_path / "balkan.toml"
        file.write_text(text, encoding="utf-8")
        return read_configuration(file)

    return write


def test_all_channels_are_read_in_their_order(read, tmp_path):
    email, hook, other, ntfy = read(WHOLE).notification.channels
    assert email == EmailChannel(
        host="smtp.example.org",
        port=465,
        tls=Encryption.TLS,
        sender="robot@example.org",
        to=("you@example.org", "desk@example.org"),
        user="robot@example.org",
        password=SECRET,
    )
    assert hook == WebhookChannel(url=f"https://hooks.example.org/services/{SECRET}", headers=(("X-Key", SECRET),))
    assert other.token == SECRET
    assert ntfy == NtfyChannel(url=f"https://ntfy.sh/{SECRET}", token_file=tmp_path / "token", priority=4)


def test_no_record_label_or_identity_shows_a_secret(read):
    configuration = read(WHOLE)
    channels = configuration.notification.channels
    assert SECRET not in repr(configuration)
    assert not any(SECRET in text for each in channels for text in (each.label, each.identity, str(each)))
    assert len({each.identity for each in channels}) == 4
    assert [each.label for each in channels] == [
        "e-mail to you@example.org, desk@example.org",
        "webhook at hooks.example.org",
        "webhook at ntfy.lan:8080",
        "ntfy at ntfy.sh",
    ]


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_is_that_of_the_way_to_speak(read, tls, port):
    [email] = read(f'{EMAIL}tls = "{tls}"\n').notification.channels
    assert (email.tls, email.port, email.sender) == (tls, port, "robot@example.org")


def test_a_channel_that_stands_twice_is_one(read):
    hook = '[[notification.webhook]]\nurl = "https://a.example/x"\n'
    assert len(read(hook + hook).notification.channels) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("notification = 1", r"notification: expected a table \(line 1\)"),
        ("[notification.emial]\nhost = 'x'", r"notification.emial: unknown key \(did you mean email\?\) \(line 1\)"),
        (f"{EMAIL}prot = 25", r"notification.email.*: unknown key \(did you mean port\?\) \(line 5\)"),
        ("minutes = 3\n[notification.email]\nto = ['a@b.example']", r"notification.email.*: lacks host"),
        (EMAIL.replace("from =", "# from ="), r"lacks from, the address"),
        (EMAIL.replace("you@", "you"), r"notification.email.to: is no plain e-mail address"),
        (EMAIL.replace("you@example.org", "you@example.org>, <x@y.example"), r"is no plain e-mail address"),
        (EMAIL.replace('["you@example.org"]', '"you@example.org"'), r"to: expected a list; write \[\"you@"),
        (EMAIL.replace("smtp.example.org", "smtp://example.org"), r"host: is no host name"),
        (f"{EMAIL}port = 70000", r"port: expected a whole number from 1 to 65535 \(line 5\)"),
        (f"{EMAIL}tls = 'ssl'", r'tls: expected "starttls", "tls" or "none"'),
        (f"{EMAIL}password = '{SECRET}'", r"has a password but no user"),
        (f"{EMAIL}user='a'\npassword = '{SECRET}'\npassword-file = 'x'", r"both password and password-file"),
        (f"{EMAIL}user='a'\ntls = 'none'\npassword = '{SECRET}'", r"would send the password readable"),
        (f'{EMAIL}user="a"\npassword = "{SECRET}\\r\\nQUIT"', r"password: holds a control character"),
        (f"[notification.webhook]\nurl = 'ftp://{SECRET}'", r"webhook.url: is no address that begins with https"),
        (f"[notification.webhook]\nurl = 'https://u:{SECRET}@a.example/'", r"url: holds a user or password"),
        (f"[notification.webhook]\nurl = 'https://a.example/{SECRET} x'", r"url: is no address"),
        (f"[notification.webhook]\nurl = 'https://a.example:99999999/{SECRET}'", r"url: is no address"),
        (f"[notification.webhook]\nurl = 'http://a.example/'\ntoken = '{SECRET}'", r"would be sent readable"),
        (f"[notification.webhook]\nurl = 'https://a.example/'\ntoken = '{SECRET}č'", r"token: holds what cannot be"),
        ("[notification.webhook]\nurl = 'https://a.example/'\nheaders = {Host = 'x'}", r"'Host' is no header"),
        ('[notification.webhook]\nurl = "https://a.example/"\nheaders = {A = "x\\r\\nB: y"}', r"control character"),
        ("[notification.ntfy]\nurl = 'https://ntfy.sh/'", r"url: ends with no topic"),
        ("[notification.ntfy]\nurl = 'https://ntfy.sh/a'\npriority = 6", r"priority: expected 1 to 5, or one of min"),
        (
            "[[notification.webhook]]\nurl = 'https://a.example/'\n[[notification.webhook]]\nurll = 'x'",
            r"notification.webhook\[2\].urll: unknown key \(did you mean url\?\) \(line 4\)",
        ),
        ("[[notification.webhook]]\n[[notification.webhook]]\n", r"notification.webhook\[1\]: lacks url \(line 1\)"),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_without_its_secret(read, tmp_path, text, reason):
    with pytest.raises(ConfigurationError, match=reason) as caught:
        read(text)
    assert str(caught.value).startswith(f"{tmp_path / 'balkan.toml'}: notification")
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.0.0.7", "localhost", "mail", "mail.lan"])
def test_within_ones_own_network_a_password_may_go_readable(read, host):
    text = f"{EMAIL.replace('smtp.example.org', host)}user = 'a'\npassword = 'b'\ntls = 'none'"
    assert read(text).notification.channels[0].host == host


def test_every_field_that_may_hold_a_secret_is_kept_out_of_representations():
    shown = {
        field.name for record in (EmailChannel, WebhookChannel, NtfyChannel) for field in fields(record) if field.repr
    }
    assert not shown & {"password", "token", "url", "headers"}
