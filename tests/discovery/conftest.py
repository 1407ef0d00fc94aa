from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def outlet():
    return make_outlet("primer", homepage="https://www.primer.rs/")


@pytest.fixture(scope="session")
def cyrillic_outlet():
    return make_outlet(
        "primer_mk",
        name="Пример",
        country="MK",
        languages=("mk",),
        timezone="Europe/Skopje",
        homepage="https://primer.mk/",
    )
