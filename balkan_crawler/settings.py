"""The Scrapy settings of the project; what is not here is Scrapy's default.

Names of our own begin with ``BALKAN_``. Anything can be overridden with ``scrapy crawl KEY -s NAME=VALUE``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from scrapy.settings import default_settings

from balkan_crawler.manners import limits
from balkan_crawler.manners.agent import AGENT, user_agent
from balkan_crawler.outlets import DEFAULT_DELAY
from balkan_crawler.revisiting.schedule import schedule

BOT_NAME = AGENT
SPIDER_MODULES = ["balkan_crawler.spiders"]
NEWSPIDER_MODULE = "balkan_crawler.spiders"
SPIDER_LOADER_CLASS = "balkan_crawler.spiders.loader.CatalogueSpiderLoader"
ITEM_PIPELINES = {"balkan_crawler.pipelines.StorePipeline": 300}
ADDONS = {"balkan_crawler.extensions.contact.ContactAddon": 100}
EXTENSIONS = {
    "balkan_crawler.extensions.politeness.Politeness": 100,
    "balkan_crawler.extensions.exemptions.Exemptions": 100,
    "balkan_crawler.extensions.worker_pool.WorkerPool": 200,
    "balkan_crawler.extensions.feed_files.FeedWords": 300,
}
FEED_STORAGES = {
    "": "balkan_crawler.extensions.feed_files.WholeFileStorage",
    "file": "balkan_crawler.extensions.feed_files.WholeFileStorage",
}
FEED_STORE_EMPTY = False  # a run that finds nothing new would empty the file of the run before
FEED_EXPORT_ENCODING = "utf-8"  # Scrapy's JSON is ASCII, with an escape a letter
EXTENSIONS_BASE = {  # without two that are off (below), whose import takes a tenth of a second, even if they are None
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if name not in ("scrapy.extensions.remote_control.RemoteControl", "scrapy.extensions.telnet.TelnetConsole")
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # our spiders name no domains: it lets all pass
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # nor have they names and passwords
    "balkan_crawler.middlewares.slots.SlotMiddleware": 40,
    "balkan_crawler.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # retries at once and ignores Retry-After
    "balkan_crawler.middlewares.backoff.BackoffMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # takes half a stream for a whole
    "balkan_crawler.middlewares.unpacking.UnpackingMiddleware": 590,
    "balkan_crawler.middlewares.cut_pages.CutPageMiddleware": 585,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # asks for names and passwords as parts of hosts
    "balkan_crawler.middlewares.redirects.WebRedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # decodes whole pages by any charset they name
    "balkan_crawler.middlewares.meta_refresh.BoundedMetaRefreshMiddleware": 580,
    "balkan_crawler.middlewares.addresses.AddressMiddleware": 840,  # nearest to the network: sees every hop
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Our own settings
BALKAN_CONTACT: str | None = None  # a URL or e-mail address that a site's owner can turn to
BALKAN_ALLOW_PRIVATE = False  # whether addresses that are not public may be fetched (loopback, a company's network)
BALKAN_PRIVATE_HOSTS: list[str] = []  # hosts that may be fetched all the same: those that the user typed
BALKAN_CLOCK = "balkan_crawler.extensions.clock.utc_now"  # gives the present: a path, or the function itself
BALKAN_DB = "balkan.db"  # the database: a file, or the URL of one on a PostgreSQL server
BALKAN_OUTLETS: list[str] = []  # the user's own outlets files
BALKAN_ASKED = True  # outlets are polled though not due; the command line leaves it to those that are named
BALKAN_LIMIT: int | None = None  # the most new articles an outlet and run
BALKAN_DAYS = 7.0  # how far back large sitemaps are read
BALKAN_MINUTES: float | None = None  # the longest a run may take
BALKAN_STAYS = False  # whether a run goes on when all is done, and does again what falls due
BALKAN_REVISITS = schedule().share  # the most revisits, as a share of an outlet's other fetches; 0 for none
BALKAN_SHORTEST_POLL = schedule().polls.shortest / timedelta(minutes=1)  # minutes between two polls of a source
BALKAN_LONGEST_POLL = schedule().polls.longest / timedelta(minutes=1)
BALKAN_RETRY_WAIT = limits.FIRST_RETRY_WAIT  # seconds; four times that before the second retry
BALKAN_KEEP_PAGES: str | None = None  # the folder that fetched pages are kept in, as WARC files
BALKAN_WORKERS: int | None = None  # worker processes; None for one a core
BALKAN_WORKER_STARTER: Callable[[], object] | None = None  # gives the `Starter` of them, where one has been begun
BALKAN_EXTRACTION_SECONDS = 15.0  # the longest a document may be worked on
BALKAN_EXTRACTION_TRIES = 2  # how often, where its worker fails at it: that may have been the machine's fault
BALKAN_GRACE_SECONDS = 10.0  # how long what is in flight may take when the run is told to stop
BALKAN_LEASE_SECONDS = 300.0  # how long a site is held without a word; renewed at a third of it

# Manners
USER_AGENT = user_agent(BALKAN_CONTACT)  # made anew by the add-on when the contact is set elsewhere
ROBOTSTXT_OBEY = False  # Scrapy's middleware lets pages pass when robots.txt fails; RobotsMiddleware obeys instead
ROBOTSTXT_USER_AGENT = AGENT
DOWNLOAD_DELAY = (
    DEFAULT_DELAY  # seconds between two requests to one site; an outlet's table or its robots.txt may ask for more
)
DOWNLOAD_DELAY_JITTER = 0  # a delay asked for is the least: jitter would go below it
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 256  # one a site: so many sites may hang at once before another one has to wait
AUTOTHROTTLE_ENABLED = False  # knows one least delay for all sites; Politeness does the same with each site's own
AUTOTHROTTLE_MAX_DELAY = limits.LONGEST_ADAPTED_DELAY
RETRY_TIMES = limits.MOST_RETRIES
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

# Limits (why these numbers: manners/limits)
DOWNLOAD_MAXSIZE = limits.LARGEST_ANSWER
DOWNLOAD_WARNSIZE = limits.LARGE_ANSWER
DOWNLOAD_TIMEOUT = limits.SLOWEST_ANSWER
DOWNLOAD_FAIL_ON_DATALOSS = True  # half a page must not become an article
DNS_TIMEOUT = limits.SLOWEST_LOOK_UP
REDIRECT_MAX_TIMES = limits.MOST_REDIRECTS
METAREFRESH_MAXDELAY = 10
URLLENGTH_LIMIT = 2083
MEMUSAGE_LIMIT_MB = 2048
HTTPERROR_ALLOW_ALL = True  # the spider keeps account of 404, 410 and the like

# Safety
DOWNLOAD_HANDLERS = {
    "http": "balkan_crawler.network.handler.GuardedDownloadHandler",  # verifies certificates, bounds heads of answers
    "https": "balkan_crawler.network.handler.GuardedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "balkan_crawler.middlewares.addresses.PublicAddressResolver"
HTTPPROXY_ENABLED = False  # a proxy would look names up where the address guard does not see it
REMOTE_CONTROL_ENABLED = False  # both let whoever reaches the port run code
TELNETCONSOLE_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True  # whatever it is: the handler verifies, but for outlets whose table says why not

# What is ours already: the frontier knows every URL, so nothing is filtered, kept or cached beside it
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
HTTPCACHE_ENABLED = False
JOBDIR = None

LOG_LEVEL = "INFO"
LOG_FORMATTER = "balkan_crawler.extensions.log_lines.ShortLogFormatter"  # Scrapy's own writes whole articles
LOGSTATS_INTERVAL = 60.0
STATS_DUMP = False
DOWNLOADER_STATS = False  # measures each request and answer anew, for numbers that nobody is shown
