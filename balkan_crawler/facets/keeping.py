"""Reading the columns of an archive, and bringing them up to date: whole, or by the days that something changed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from balkan_crawler.facets.columns import Array, Column, Columns, LabelColumn, column, named, placing
from balkan_crawler.facets.joining import KINDS, joined
from balkan_crawler.storage.filters import Facet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.storage import Store
    from balkan_crawler.storage.facets_contract import ArchiveState, Coded, FacetColumns, LabelKeys, Listed, Numbers

MOST_DAYS: Final = 40
"""Where more days than these have changed, all is read anew."""


def load(store: Store, version: int = 1) -> Columns:
    """Read the columns of a whole archive. Raises a `StoreError`."""
    state = store.archive_state()  # first: what changes while the rest is read is read again by the next refresh
    read = store.facet_columns()
    keys = _with_keys(np.zeros(0, dtype=np.int64), store.label_keys())
    made = _columns(read, version, state, _countries(store), keys)
    copies = store.copies()
    _place_copies(made, copies.clusters, copies.numbers)
    return made


def refreshed(store: Store, known: Columns | None) -> Columns:
    """Give the columns as the archive is now: the known ones where it has not changed. Raises a `StoreError`."""
    if known is None:
        return load(store)
    state = store.archive_state()
    if state == known.state and len(known) == state.articles:
        return known
    changed = store.changed_articles(known.state.change)
    former = known.places(changed.numbers)
    gone = _gone(store, known) if state.articles != len(known) + len(changed.numbers) - len(former) else former[:0]
    days = sorted({*changed.days, *_days_at(known, former), *_days_at(known, gone)})
    if len(days) > MOST_DAYS:
        return load(store, known.version + 1)
    read = store.facet_columns(days)
    seen = np.unique(np.concatenate([each.labels for each in read.labels.values()]))
    keys = _with_keys(known.label_keys, store.label_keys([int(label) for label in seen]))
    made = _columns(joined(known, read, days), known.version + 1, state, _countries(store), keys)
    _keep_copies(store, known, made, np.concatenate([former, gone]), changed.clusters)
    return made


def _keep_copies(store: Store, known: Columns, made: Columns, former: Array, clusters: Sequence[int]) -> None:
    """Take groups of copies over, but for those that articles have left or joined: these are read."""
    is_kept = np.isin(known.numbers, made.numbers)
    places = made.places(known.numbers)
    made.clusters[places], made.ranks[places] = known.clusters[is_kept], known.ranks[is_kept]
    left = known.clusters[former]
    affected = np.unique(np.concatenate([left[left > 0], np.array(clusters, dtype=np.int32)]))
    made.clusters[np.isin(made.clusters, affected)] = 0
    copies = store.copies([int(cluster) for cluster in affected])
    _place_copies(made, copies.clusters, copies.numbers)


def _countries(store: Store) -> dict[str, str]:
    return {key: outlet.country for key, outlet in store.outlets().items()}


def _gone(store: Store, known: Columns) -> Array:
    """Give the places of articles that are not there any more."""
    return np.flatnonzero(~np.isin(known.numbers, store.article_numbers()))


def _days_at(known: Columns, places: Array) -> list[str]:
    return [known.days[day] for day in np.unique(known.day_starts.searchsorted(places, side="right") - 1)]


def _with_keys(keys: Array, read: LabelKeys) -> Array:
    """Give the keys of labels by their numbers, with those that were read."""
    most = int(read.labels.max(initial=-1)) + 1
    grown = np.zeros(max(len(keys), most), dtype=np.int64)
    grown[: len(keys)] = keys
    grown[read.labels] = read.keys
    return grown


def _columns(read: FacetColumns, version: int, state: ArchiveState, countries: dict[str, str], keys: Array) -> Columns:
    outlets = _column(Facet.OUTLET, read.outlets)
    names = sorted(set(countries.values()))
    of_outlet = [names.index(countries[key]) if key in countries else -1 for key in outlets.names]
    order, place_of = placing(read.numbers)
    label_names, codes = named(keys)
    return Columns(
        version=version,
        state=state,
        numbers=read.numbers,
        days=tuple(day for day, _ in read.days),
        day_starts=np.cumsum([0, *(count for _, count in read.days)]),
        outlets=outlets,
        countries=Column(
            names=tuple(names),
            codes=np.array([*of_outlet, -1], dtype=np.int16)[outlets.codes],
            keys={name: code for code, name in enumerate(names)},
        ),
        languages=_column(Facet.LANGUAGE, read.languages),
        sections=_column(Facet.SECTION, read.sections),
        access=_column(Facet.ACCESS, read.access),
        labels={facet: _label_column(read.labels[kind], len(read.numbers)) for facet, kind in KINDS.items()},
        clusters=np.zeros(len(read.numbers), dtype=np.int32),
        ranks=np.zeros(len(read.numbers), dtype=np.int32),
        label_keys=keys,
        label_codes=codes,
        names=label_names,
        order=order,
        place_of=place_of,
    )


def _column(facet: Facet, read: Coded) -> Column:
    return column(facet, read.names, read.codes)


def _label_column(read: Listed, count: int) -> LabelColumn:
    starts = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(read.places, minlength=count)[:count], out=starts[1:])
    return LabelColumn(starts=starts, labels=read.labels)


def _place_copies(made: Columns, clusters: Numbers, numbers: Numbers) -> None:
    """Write groups of copies, whose articles come from the earliest on, into columns that nobody has seen yet."""
    is_known = np.isin(numbers, made.numbers)
    clusters, places = clusters[is_known], made.places(numbers)
    begins = np.flatnonzero(np.diff(clusters, prepend=-1))
    sizes = np.diff(begins, append=len(clusters))
    made.clusters[places] = clusters
    made.ranks[places] = np.arange(len(clusters)) - np.repeat(begins, sizes)
