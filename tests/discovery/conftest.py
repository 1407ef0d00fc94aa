from datetime import UTC, datetime

import pytest

from balkan_crawler.model import Outlet


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def outlet():
    return Outlet(
        key="primer",
        name="Primer",
        country="RS",
        languages=("sr-Latn",),
        timezone="Europe/Belgrade",
        homepage="https://www.primer.rs/",
    )


@pytest.fixture(scope="session")
def cyrillic_outlet():
    return Outlet(
        key="primer_mk",
        name="Пример",
        country="MK",
        languages=("mk",),
        timezone="Europe/Skopje",
        homepage="https://primer.mk/",
    )
