"""A cluster that is to read pages cannot, or cannot go on."""

from __future__ import annotations

from dataclasses import dataclass

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class ClusterError(BalkanCrawlerError):
    """Something is wrong with the cluster at ``address``; the kinds below say what."""

    address: str
    detail: str = ""
    says = "the cluster at {address} cannot be used"


@dataclass(eq=False, repr=False)
class ClusterAddressError(ClusterError):
    """What was given as a cluster is none that can be looked for; raised before anything is done."""

    exit_code = 2
    says = "{address} is no address of a cluster"
    advice = "give the scheduler's, such as tcp://HOST:8786 or tls://HOST:8786, or `local`, or `local:N`"


@dataclass(eq=False, repr=False)
class ClusterUnreachableError(ClusterError):
    """No scheduler answers, or not as one; raised at the beginning."""

    says = "no scheduler can be reached at {address}"
    advice = "check the address, and that `dask scheduler` runs there"


@dataclass(eq=False, repr=False)
class ClusterEmptyError(ClusterError):
    """The scheduler has had no worker for a while; raised at the beginning, or when the last one is gone."""

    says = "the cluster at {address} has no workers"
    advice = "start some with `dask worker {address}`, and run the same again: it goes on with what is not done"

    def __str__(self) -> str:
        return f"{self.says.format(address=self.address)}; {self.advice.format(address=self.address)}"


@dataclass(eq=False, repr=False)
class ClusterLostError(ClusterError):
    """The scheduler is gone in the middle of the work; what is stored stays."""

    says = "the scheduler at {address} is gone"
    advice = "what is stored stays; when it is back, run the same again: it goes on with what is not done"


@dataclass(eq=False, repr=False)
class ClusterDiffersError(ClusterError):
    """A worker has another program than this machine, or none, so that it might read pages by other rules."""

    says = "the worker {address} cannot read for this archive"
    advice = "install the same balkan-crawler on all machines, and restart the workers"


@dataclass(eq=False, repr=False)
class FilesUnseenError(ClusterError):
    """A worker does not see a file that is there on this machine."""

    path: str = ""
    says = "the worker {address} does not see {path}"
    advice = "the folder must be shared, at the same path on this machine and all workers"
