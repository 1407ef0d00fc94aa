"""Twelve sites of the made-up press, hard ones first; each builds its pages and gives its outlets with their truth."""
# ruff: noqa: E501 (markup is written as it comes, line by line)

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from html import escape

from balkan_crawler.text import to_latin
from support.presses import (
    Look,
    Press,
    Story,
    Truth,
    anchor,
    article_head,
    lay_out,
    months,
    page,
    robots,
    rss,
    sitemap_index,
    slug,
    url_set,
    write_stories,
)
from support.servers import Page, Site


def paragraphs(story: Story) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in story.paragraphs)


def hidden_feed(site: Site, now: datetime) -> list[Press]:
    """Styria's classes; its feeds are named by a page of feeds alone, which the footer links to."""
    truth = Truth(name="Jadranski dnevnik", country="HR", languages=("hr",), timezone="Europe/Zagreb", family="styria",
                  feeds=("/rss/sve", "/rss/vijesti"))  # fmt: skip
    press = Press(truth)
    sections = {
        "Vijesti": "/vijesti",
        "Sport": "/sport",
        "Kultura": "/kultura",
        "Zagreb i okolica": "/zagreb-i-okolica",
    }
    press.stories = write_stories("hr", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/{name}-{1_640_000 + 7 * story.number}", 1)  # fmt: skip
    look = Look(
        lang="hr",
        article=lambda story, beside: (
            f'<article class="single-article"><span class="article__section">{story.section}</span>'
            f'<h1 class="single-article__title article__title">{escape(story.title)}</h1><span class="single-article__author-name">'
            f'Iva Pavlić</span><div class="single-article__content article__body--main_content">{paragraphs(story)}</div>'
            f'<div class="widgetWrap"><h3 class="widget__title">Pročitajte još</h3>{beside}</div></article>'
        ),
        card=lambda story: (
            f'<article class="card"><a class="card__link" href="{story.path}"><h2 class="card__title">{escape(story.title)}'
            f'</h2><span class="card__date">{story.published:%d.%m.%Y. u %H:%M}</span></a></article>'
        ),
    )
    others = {"Galerija": "/galerije/zimska-idila-na-plitvickim-jezerima-9921", "Anketa": "/anketa/4512/da-li-podrzavate-novi-most-preko-rijeke", "Izdanje": "/tiskano-izdanje/2026-11-25", "Komentari": "/komentari/1640123", "RSS kanali": "/rss-kanali", "Impressum": "/impressum", "Uvjeti korištenja i pravila komentiranja": "/uvjeti-koristenja-i-pravila-komentiranja",
              "#izbori": "/tag/izbori-2026", "Autori": "/autori/iva-pavlic-12", "Traži": "/pretraga?q=", "Prognoza": "/vremenska-prognoza/zagreb",
              "Velika nagradna igra za čitatelje lista": "/nagradne-igre/velika-nagradna-igra-za-citatelje-lista",
              "Facebook": "https://facebook.example/jadranski"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site)
    site.pages["/rss-kanali"] = page(
        look, "RSS kanali", "<h1>RSS</h1>" + anchor("/rss/sve", "Sve vijesti") + anchor("/rss/vijesti", "Vijesti")
    )
    site.pages["/rss/sve"] = rss(site, truth.name, press.stories)
    site.pages["/rss/vijesti"] = rss(site, truth.name, [story for story in press.stories if story.section == "Vijesti"])
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?page={number}",
            home_head='<meta property="og:site_name" content="Jadranski dnevnik">')  # fmt: skip
    return [press]


def only_sitemaps(site: Site, now: datetime) -> list[Press]:
    """A site of hashed classes with its data as JSON in the page; no feed, sitemaps by month named in robots.txt."""
    truth = Truth(name="Gazeta Prutului", country="RO", languages=("ro",), timezone="Europe/Bucharest",
                  sitemaps=("/sitemaps/index.xml",))  # fmt: skip
    press = Press(truth)
    sections = {"Politică": "/politica", "Economie": "/economie", "Sănătate": "/sanatate", "Externe": "/externe"}
    press.stories = write_stories("ro", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/{name}-{story.number * 31:x}{story.number % 7}kq", 2)  # fmt: skip

    def data(story: Story) -> str:
        props = {"props": {"pageProps": {"article": {"title": story.title, "body": list(story.paragraphs)}}}}
        return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(props)}</script>'

    look = Look(
        lang="ro-RO",
        head='<script src="/_next/static/chunks/main-7f3.js"></script>',
        article=lambda story, beside: (
            f'<div id="__next"><div class="sc-1dv5mt9-0 hYtGfa"><h1 class="sc-4fx1-2 kJhxQe">{escape(story.title)}</h1>'
            f'<div class="sc-9ab-1 bVcXzz">{paragraphs(story)}</div><div class="sc-77-3 qWeRt"><h4>Citește și</h4>{beside}</div>'
            f"</div></div>{data(story)}"
        ),
        card=lambda story: (
            f'<div class="sc-2ab-0 fGhJk"><a class="sc-2ab-1 lMnOp" href="{story.path}"><img alt="{escape(story.title)}">'
            f'<span class="sc-2ab-2 pQrSt">{escape(story.title)}</span></a><span class="sc-2ab-4">{story.section}</span></div>'
        ),
    )
    others = {"Video": "/video/", "Ediția tipărită": "/editia-tiparita/11230", "Galerie": "/galerii-foto/cele-mai-frumoase-imagini-ale-saptamanii", "Curs valutar": "/curs-valutar", "Contact": "/contact", "Despre noi": "/despre-noi", "Politica de confidențialitate": "/politica-de-confidentialitate",
              "Termeni și condiții de utilizare a site-ului": "/termeni-si-conditii-de-utilizare", "Alegeri": "/tag/alegeri-locale-2026",
              "Redacția": "/autor/ioana-munteanu-5kq", "Căutare": "/cautare?q=x", "Arhivă": "/arhiva/2026/11"}  # fmt: skip
    parts = {f"/sitemaps/articole-{month}.xml": of_month for month, of_month in months(press.stories).items()}
    site.pages["/robots.txt"] = robots(site, "/sitemaps/index.xml")
    site.pages["/sitemaps/index.xml"] = sitemap_index(site, dict.fromkeys(["/sitemaps/taguri-1.xml", *parts]))
    site.pages |= {path: url_set(site, of_month) for path, of_month in parts.items()}
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?pagina={number}",
            head_of=lambda story: article_head(story, as_json=True))  # fmt: skip
    return [press]


def only_sections(site: Site, now: datetime) -> list[Press]:
    """Drupal without feed and sitemap; pages counted from 0."""
    truth = Truth(name="Φωνή του Αιγαίου", country="GR", languages=("el",), timezone="Europe/Athens", family="drupal")
    press = Press(truth)
    sections = {"Ελλάδα": "/ellada", "Κόσμος": "/kosmos", "Οικονομία": "/oikonomia", "Τέχνες": "/tehnes"}
    press.stories = write_stories("el", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/{300_000 + story.number * 13}_{name}", 3)  # fmt: skip
    look = Look(
        lang="el",
        head='<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">',
        article=lambda story, beside: (
            f'<article class="node node--type-article"><h1 class="page-title">{escape(story.title)}</h1>'
            f'<div class="field field--name-body">{paragraphs(story)}</div><div class="horizontal-teaser">{beside}</div></article>'
        ),
        card=lambda story: (
            f'<div class="views-row"><h3><a href="{story.path}">{escape(story.title)}</a></h3>'
            f'<span class="field--name-created date">{story.published:%d.%m.%Y, %H:%M}</span></div>'
        ),
    )
    others = {"Αφιέρωμα": "/afieromata/ekloges-2026-ola-osa-prepei-na-gnorizete", "Πρωτοσέλιδα": "/protoselida/2026/11/25", "Βίντεο": "/video", "Επικοινωνία": "/epikoinonia", "Όροι χρήσης": "/oroi-hrisis", "Ταυτότητα": "/taytotita", "Συντάκτες": "/arthrografos/maria-zotou",
              "Πολιτική απορρήτου και προστασία δεδομένων": "/politiki-aporritoy-kai-prostasia-dedomenon", "Εκλογές": "/tags/ekloges-2026",
              "Αναζήτηση": "/search/node?keys=", "Σύνδεση": "/user/login"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?page={number - 1}",
            home_head='<meta property="og:site_name" content="Φωνή του Αιγαίου">')  # fmt: skip
    return [press]


def number_in_query(site: Site, now: datetime) -> list[Press]:
    """A site of its own make in windows-1251, with the story's number in the query."""
    truth = Truth(
        name="Крайдунавски вести", country="BG", languages=("bg",), timezone="Europe/Sofia", feeds=("/rss.php",)
    )
    press = Press(truth)
    sections = {"Политика": "/cat.php?cid=1", "Общество": "/cat.php?cid=2", "Спорт": "/cat.php?cid=3"}
    press.stories = write_stories(
        "bg", tuple(sections), truth.timezone, now, lambda story, _: f"/news.php?id={41_200 + story.number}", 4
    )
    look = Look(
        lang="bg",
        charset="windows-1251",
        article=lambda story, beside: (
            f'<table><tr><td class="txt"><h1>{escape(story.title)}</h1><div class="dt">{story.published:%d.%m.%Y %H:%M}</div>'
            f"{paragraphs(story)}<p><b>Още по темата</b></p>{beside}</td></tr></table>"
        ),
        card=lambda story: (
            f'<div class="item"><a href="{story.path}"><b>{escape(story.title)}</b></a><div class="date">{story.published:%d.%m.%Y %H:%M}</div></div>'
        ),
    )
    others = {"Анкета": "/poll.php?pid=12", "Коментари": "/comments.php?nid=41230&p=2", "Времето": "/weather.php?city=1", "За нас": "/page.php?n=za-nas", "Реклама": "/page.php?n=reklama", "Контакти": "/contacts.php", "Търсене": "/search.php?q=",
              "Галерия: Дунав през зимата на тази година": "/gallery.php?gid=77", "Автори": "/author.php?aid=5", "Форум": "/forum/"}  # fmt: skip
    site.pages["/robots.txt"] = Page("", "text/plain", 404)
    site.pages["/rss.php"] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}&page={number}",
            home_head='<link rel="alternate" type="application/rss+xml" href="/rss.php">', head_of=lambda story: "")  # fmt: skip
    return [press]


def two_scripts(site: Site, now: datetime) -> list[Press]:
    """United Media's classes on WordPress with an open interface, in Cyrillic with a Latin twin of every page."""
    truth = Truth(name="Поморавски лист", country="RS", languages=("sr-Cyrl",), timezone="Europe/Belgrade", family="united_media",
                  feeds=("/feed/",), sitemaps=("/sitemap_index.xml",))  # fmt: skip
    press = Press(truth)
    sections = {"Вести": "/vesti/", "Спорт": "/sport/", "Магазин": "/magazin/"}
    press.stories = write_stories("sr-Cyrl", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}{name}-{story.number}/", 5)  # fmt: skip
    look = Look(
        lang="sr-RS",
        head=f'<link rel="https://api.w.org/" href="{site.url("/wp-json/")}"><meta name="generator" content="WordPress 6.8">',
        article=lambda story, beside: (
            f'<article class="post type-post"><h1 class="entry-title">{escape(story.title)}</h1><div class="entry-content">'
            f'{paragraphs(story)}<div class="uc-in-text-related"><span class="uc-in-text-title">Прочитајте још</span>{beside}'
            f"</div></div></article>{anchor(story.path + '?pismo=lat', 'Latinica')}"
        ),
        card=lambda story: (
            f'<div class="uc-block-post-grid-item"><h3 class="uc-block-post-grid-title"><a class="uc-block-post-grid-title-link" '
            f'href="{story.path}">{escape(story.title)}</a></h3><time class="uc-block-post-grid-date" '
            f'datetime="{story.published.isoformat()}">{story.published:%d.%m.%Y}</time></div>'
        ),
    )
    others = {"Програм": "/tv-program/ponedeljak/", "Архива": "/arhiva/2026/", "Наградна игра": "/nagradna-igra-za-citaoce/", "Коментари": "/vesti/#comments", "Latinica": "/?pismo=lat", "Импресум": "/impresum/", "Услови коришћења": "/uslovi-koriscenja/", "Ознака": "/tag/izbori/",
              "Аутор": "/autor/vesna-markovic/", "Претрага": "/?s=izbori", "Маркетинг": "/marketing/",
              "Политика приватности и обраде података": "/politika-privatnosti-i-obrade-podataka/"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site, "/sitemap_index.xml")
    site.pages["/sitemap_index.xml"] = sitemap_index(
        site, {"/post-sitemap.xml": press.stories[0].published, "/category-sitemap.xml": now}
    )
    site.pages["/post-sitemap.xml"] = url_set(site, press.stories)
    site.pages["/feed/"] = rss(site, truth.name, press.stories)
    site.pages["/wp-json/wp/v2/posts"] = wordpress_posts(site, press.stories)
    head = '<link rel="alternate" type="application/rss+xml" title="Поморавски лист &raquo; довод" href="/feed/"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
    lay_out(
        site,
        press,
        look,
        sections=sections,
        others=others,
        numbered=lambda path, number: f"{path}page/{number}/",
        home_head=head,
    )
    for story in press.stories[:8]:
        twin = Story(
            story.number,
            to_latin(story.title),
            tuple(map(to_latin, story.paragraphs)),
            story.section,
            story.published,
            story.path,
        )
        site.pages[story.path + "?pismo=lat"] = page(look, twin.title, look.article(twin, ""), article_head(twin))
    return [press]


def wordpress_posts(site: Site, stories: list[Story]) -> Callable[..., None]:
    """Answer as the interface of WordPress does."""

    def answer(handler: object) -> None:
        asked = dict(part.partition("=")[::2] for part in handler.path.partition("?")[2].split("&"))  # type: ignore[attr-defined]
        naive = [(story, story.published.replace(tzinfo=None)) for story in stories]
        after = datetime.fromisoformat(asked.get("after", "1990-01-01T00:00:00"))
        before = datetime.fromisoformat(asked.get("before", "2100-01-01T00:00:00"))
        found = [story for story, time in naive if after < time < before]
        size, number = int(asked.get("per_page", 10)), int(asked.get("page", 1))
        rows = [
            {
                "link": site.url(story.path),
                "date": story.published.replace(tzinfo=None).isoformat(),
                "title": {"rendered": story.title},
            }
            for story in found[size * (number - 1) :][:size]
        ]
        Page(
            json.dumps(rows),
            "application/json",
            200 if rows or number == 1 else 400,
            (("X-WP-Total", str(len(found))),),
        )(handler)  # type: ignore[arg-type]

    return answer


def two_outlets(site: Site, now: datetime) -> list[Press]:
    """Two outlets on one host, in Albanian and below /en/ in English; tagDiv's theme, each with its feed."""
    presses = []
    for home, name, language, lang, seed in (
        ("/", "Lajmi i Dukagjinit", "sq", "sq-XK", 6),
        ("/en/", "Dukagjini Post", "en", "en-US", 7),
    ):
        truth = Truth(
            name=name,
            country="XK",
            languages=(language,),
            timezone="Europe/Belgrade",
            home=home,
            family="tagdiv",
            feeds=(f"{home}feed/",),
        )
        press = Press(truth)
        names = ("Lajme", "Sport", "Kulturë") if language == "sq" else ("News", "Business", "Culture")
        sections = {one: f"{home}category/{slug(one)}/" for one in names}

        def address(story: Story, name: str, home: str = home) -> str:
            return f"{home}{name}-{story.number}/"

        press.stories = write_stories(language, names, truth.timezone, now, address, seed)
        look = Look(
            lang=lang,
            head='<meta name="generator" content="WordPress 6.7.1"><link rel="stylesheet" href="/wp-content/themes/Newspaper/style.css">',
            article=lambda story, beside: (
                f'<article class="post"><h1 class="entry-title tdb-title-text">{escape(story.title)}</h1><time class="entry-date updated '
                f'td-module-date" datetime="{story.published.isoformat()}">{story.published:%d/%m/%Y}</time><div class="td-post-content">'
                f'{paragraphs(story)}</div><div class="td-post-sharing"></div><div class="td_block_related_posts">{beside}</div></article>'
            ),
            card=lambda story: (
                f'<div class="td_module_10"><h3 class="entry-title td-module-title"><a href="{story.path}">{escape(story.title)}</a></h3>'
                f'<time class="entry-date" datetime="{story.published.isoformat()}">{story.published:%d/%m/%Y}</time></div>'
            ),
        )
        others = {"Contact": f"{home}kontakt/", "About": f"{home}rreth-nesh/", "Tag": f"{home}tag/zgjedhjet/", "Author": f"{home}author/arta-gashi/",
                  "Privacy": f"{home}politika-e-privatesise/", "Search": f"{home}?s=x", "English": "/en/", "Shqip": "/"}  # fmt: skip
        site.pages[f"{home}feed/"] = rss(site, name, press.stories)
        head = f'<link rel="alternate" type="application/rss+xml" title="{name} &raquo; Feed" href="{home}feed/">'
        lay_out(
            site,
            press,
            look,
            sections=sections,
            others=others,
            numbered=lambda path, number: f"{path}page/{number}/",
            home_head=head,
        )
        presses.append(press)
    site.pages["/robots.txt"] = robots(site)
    return presses


def dates_in_paths(site: Site, now: datetime) -> list[Press]:
    """tagDiv's theme on WordPress with the day in every address, an archive by days, and Yoast's sitemaps."""
    truth = Truth(name="Вардарски весник", country="MK", languages=("mk",), timezone="Europe/Skopje", family="tagdiv",
                  feeds=("/feed/",), sitemaps=("/sitemap_index.xml",))  # fmt: skip
    press = Press(truth)
    sections = {"Македонија": "/category/makedonija/", "Свет": "/category/svet/", "Култура": "/category/kultura/"}
    press.stories = write_stories(
        "mk", tuple(sections), truth.timezone, now, lambda story, name: f"/{story.published:%Y/%m/%d}/{name}/", 8
    )
    look = Look(
        lang="mk-MK",
        head='<meta name="generator" content="WordPress 6.6"><script src="/wp-content/plugins/td-composer/a.js"></script>',
        article=lambda story, beside: (
            f'<article class="post"><h1 class="tdb-title-text">{escape(story.title)}</h1><div class="tdb_single_content"><div class="td-fix-index">'
            f'{paragraphs(story)}</div></div><div class="td_block_related_posts"><h4>Поврзани вести</h4>{beside}</div></article>'
        ),
        card=lambda story: (
            f'<div class="td-module-thumb"><a href="{story.path}" title="{escape(story.title)}"><img alt=""></a></div><h3><a href="{story.path}">{escape(story.title)}</a></h3>'
        ),
    )
    days = {f"{story.published:%Y/%m/%d}" for story in press.stories[:6]}
    others = {"Галерија": "/galerija/zimata-vo-mavrovo-niz-slika/", "Хороскоп": "/horoskop/", "Огласи": "/oglasi/prodavam-stan-vo-centar-12345/", "Контакт": "/kontakt/", "Импресум": "/impresum/", "Ознака": "/tag/izbori-2026/", "Автор": "/author/redakcija/", "Барај": "/?s=x",
              **{f"Архива {day}": f"/{day}/" for day in days}, "Ноември": f"/{now:%Y/%m}/", "Видео": "/video/", "Политика за приватност": "/politika-za-privatnost/"}  # fmt: skip
    by_day: dict[str, list[Story]] = {}
    for story in press.stories:
        by_day.setdefault(f"/{story.published:%Y/%m/%d}/", []).append(story)
    for path, of_day in by_day.items():
        site.pages[path] = page(look, path, "".join(map(look.card, of_day)))
    site.pages["/robots.txt"] = robots(site, "/sitemap_index.xml")
    site.pages["/sitemap_index.xml"] = sitemap_index(
        site,
        {
            "/post-sitemap1.xml": press.stories[30].published,
            "/post-sitemap2.xml": now,
            "/page-sitemap.xml": now,
            "/author-sitemap.xml": now,
        },
    )
    site.pages["/post-sitemap1.xml"] = url_set(site, press.stories[30:])
    site.pages["/post-sitemap2.xml"] = url_set(site, press.stories[:30])
    site.pages["/feed/"] = rss(site, truth.name, press.stories, 10)
    head = '<link rel="alternate" type="application/rss+xml" title="Вардарски весник &raquo; Feed" href="/feed/"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
    lay_out(
        site,
        press,
        look,
        sections=sections,
        others=others,
        numbered=lambda path, number: f"{path}page/{number}/",
        home_head=head,
    )
    return [press]


def consent_note(site: Site, now: datetime) -> list[Press]:
    """Delo's classes; the home page opens with a long consent note."""
    truth = Truth(
        name="Posavske novice",
        country="SI",
        languages=("sl",),
        timezone="Europe/Ljubljana",
        family="delo",
        feeds=("/rss/",),
    )
    press = Press(truth)
    sections = {"Novice": "/novice/", "Šport": "/sport/", "Mnenja": "/mnenja/"}
    press.stories = write_stories("sl", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}{('slovenija', 'svet')[story.number % 2]}/{name}-{151_000 + story.number * 3}", 9)  # fmt: skip
    look = Look(
        lang="sl",
        article=lambda story, beside: (
            f'<div class="itemView"><h1 class="itemTitle">{escape(story.title)}</h1><span class="itemDatePublished">{story.published:%d. %m. %Y, %H.%M}</span>'
            f'<div class="itemFullText">{paragraphs(story)}<div class="itemInfoboxText">{beside}</div></div></div>'
        ),
        card=lambda story: (
            f'<a class="card m" href="{story.path}"><h3 class="card_title">{escape(story.title)}</h3><span class="card_date">{story.published:%d. %m. %Y}</span></a>'
        ),
    )
    note = ("<div id='consent' role='dialog'><h2>Spoštujemo vašo zasebnost</h2>" + "<p>Mi in naših 843 partnerjev shranjujemo podatke na napravi, "
            "denimo piškotke, in do njih dostopamo. Obdelujemo osebne podatke za prilagojene oglase in vsebino.</p>" * 4
            + "<button>Strinjam se</button><button>Zavrni vse</button><button>Nastavitve piškotkov</button></div>")  # fmt: skip
    others = {"Galerija": "/galerija/zima-v-alpah-15231", "Dosje": "/dosje/volitve-2026", "Oglasi": "/oglasi/stanovanja-v-ljubljani-151200", "O nas": "/o-nas", "Splošni pogoji": "/splosni-pogoji", "Pravilnik o zasebnosti in varstvu podatkov": "/pravilnik-o-zasebnosti-in-varstvu-podatkov",
              "Avtor": "/avtor/maja-zupan-44", "Iskanje": "/iskanje?q=x", "Oznaka": "/oznake/volitve", "Naroči se": "https://narocnine.example/"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site)
    site.pages["/rss/"] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?page={number}", home_more=note,
            home_head='<link rel="alternate" type="application/rss+xml" title="Posavske novice" href="/rss/">')  # fmt: skip
    return [press]


def joomla(site: Site, now: datetime) -> list[Press]:
    """Joomla with K2: the story's number first, sections that count stories, a feed by its format."""
    truth = Truth(
        name="Ηπειρωτικός Τύπος",
        country="GR",
        languages=("el",),
        timezone="Europe/Athens",
        family="joomla",
        feeds=("/?format=feed&type=rss",),
    )
    press = Press(truth)
    sections = {"Πολιτική": "/politiki", "Κοινωνία": "/koinonia", "Αθλητικά": "/athlitika"}
    press.stories = write_stories("el", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/item/{8_800 + story.number}-{name}", 10)  # fmt: skip
    look = Look(
        lang="el-gr",
        head='<meta name="generator" content="Joomla! - Open Source Content Management">',
        article=lambda story, beside: (
            f'<div class="itemView"><div class="itemHeader"><span class="itemDateCreated">{story.published:%d-%m-%Y %H:%M}</span><h2 class="itemTitle">'
            f'{escape(story.title)}</h2></div><div class="itemBody"><div class="itemFullText">{paragraphs(story)}</div></div>'
            f'<div class="itemRelated"><h3>Σχετικά</h3>{beside}</div></div>'
        ),
        card=lambda story: (
            f'<div class="k2ItemsBlock"><h3 class="moduleItemTitle"><a href="{story.path}">{escape(story.title)}</a></h3>'
            f'<span class="itemDateCreated date">{story.published:%d-%m-%Y %H:%M}</span></div>'
        ),
    )
    others = {"Φωτογραφίες": "/photos/album/77-xeimonas-stin-ipeiro", "Αγγελίες": "/aggelies/item/list", "Καιρός": "/kairos/ioannina", "Επικοινωνία": "/epikoinonia", "Ταυτότητα": "/component/content/article/2-taytotita-tis-efimeridas", "Ετικέτα": "/item/list/tag/ekloges",
              "Συντάκτης": "/koinonia/itemlist/user/42-mariazotou", "Ημερολόγιο": "/itemlist/date/2026/11/25", "Αναζήτηση": "/search?searchword=x", "Όροι": "/oroi-xrisis"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site)
    site.pages["/?format=feed&type=rss"] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?start={12 * (number - 1)}",
            home_head='<link href="/?format=feed&amp;type=rss" rel="alternate" type="application/rss+xml" title="RSS 2.0"><link href="/?format=feed&amp;type=atom" rel="alternate" type="application/atom+xml">')  # fmt: skip
    return [press]


def pangea(site: Site, now: datetime) -> list[Press]:
    """Pangea: a sitemap, and feeds that its page of feeds names by letters alone."""
    truth = Truth(name="Radio Slobodna Drina", country="BA", languages=("bs",), timezone="Europe/Sarajevo", family="pangea",
                  feeds=("/api/zrqpiqtveoqp", "/api/zmgqoeqtviqq"), sitemaps=("/sitemap.xml",))  # fmt: skip
    press = Press(truth)
    sections = {"Bosna i Hercegovina": "/bosna-i-hercegovina", "Region": "/region", "Svijet": "/svijet"}
    press.stories = write_stories("bs", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"/a/{name}/{33_512_000 + story.number * 41}.html" if story.number % 5 else f"/a/{33_512_000 + story.number * 41}.html", 11)  # fmt: skip
    look = Look(
        lang="bs",
        article=lambda story, beside: (
            f'<div id="content"><h1 class="title pg-title">{escape(story.title)}</h1><div class="publishing-details"><time datetime="{story.published.isoformat()}">'
            f'{story.published:%d.%m.%Y}</time></div><div id="article-content" class="content-floated-wrap fb-quotable"><div class="wsw">{paragraphs(story)}'
            f'<div class="wsw__embed"><a class="also-read" href="#">Pročitajte i ovo</a></div></div></div><div class="media-block__content">{beside}</div></div>'
        ),
        card=lambda story: (
            f'<li><div class="media-block"><a class="img-wrap" href="{story.path}"></a><div class="media-block__content"><span class="date">{story.published:%d.%m.%Y}</span>'
            f'<a href="{story.path}"><h4 class="media-block__title">{escape(story.title)}</h4></a></div></div></li>'
        ),
    )
    others = {"Galerija": "/g/zima-u-sarajevu/31230012.html", "Emisija": "/z/20141", "Kvalitet": "/p/8812.html", "Arhiva": "/z/16712?p=2", "RSS": "/rssfeeds", "Podcast": "/z/16712", "Autor": "/author/amra-hodzic/evkyqm", "O nama": "/p/6025.html", "Pretraga": "/s?k=x", "Uživo": "/live/audio/79",
              "Pristup bez blokade, vodič za čitaoce": "/p/7716.html", "Kontaktirajte nas": "/contact"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site, "/sitemap.xml")
    parts = {f"/sitemap_{month.replace('-', '_')}.xml": of_month for month, of_month in months(press.stories).items()}
    site.pages["/sitemap.xml"] = sitemap_index(site, dict.fromkeys(parts))
    site.pages |= {path: url_set(site, of_month) for path, of_month in parts.items()}
    site.pages["/rssfeeds"] = page(
        look,
        "RSS",
        "<h1>RSS</h1><ul><li>"
        + anchor("/api/zrqpiqtveoqp", "Sve vijesti")
        + "</li><li>"
        + anchor("/api/zmgqoeqtviqq", "Region")
        + "</li></ul>",
    )
    site.pages["/api/zrqpiqtveoqp"] = rss(site, truth.name, press.stories)
    site.pages["/api/zmgqoeqtviqq"] = rss(
        site, truth.name, [story for story in press.stories if story.section == "Region"]
    )
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?p={number}",
            home_head='<meta property="og:site_name" content="Radio Slobodna Drina"><meta property="og:locale" content="bs_BA">')  # fmt: skip
    return [press]


def news_sitemap(site: Site, now: datetime) -> list[Press]:
    """A site of its own make with hashed classes; a Google News sitemap, and a feed that nothing names."""
    truth = Truth(
        name="Boğaz Postası",
        country="TR",
        languages=("tr",),
        timezone="Europe/Istanbul",
        feeds=("/rss.xml",),
        sitemaps=("/news-sitemap.xml", "/sitemap.xml"),
    )
    press = Press(truth)
    sections = {"Gündem": "/gundem", "Ekonomi": "/ekonomi", "Spor": "/spor", "Yaşam": "/yasam"}
    press.stories = write_stories("tr", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"/haber/{name},{1_210_000 + story.number * 17}", 12)  # fmt: skip
    look = Look(
        lang="tr",
        article=lambda story, beside: (
            f'<article><h1 class="_2kX9s">{escape(story.title)}</h1><div class="_3QVZl" data-testid="body">{paragraphs(story)}</div><div class="_1yuvE"><b>İlgili haberler</b>{beside}</div></article>'
        ),
        card=lambda story: (
            f'<div class="_2VmWq"><a href="{story.path}"><div class="_1oTzK"><h3 class="_31Tbh">{escape(story.title)}</h3></div></a></div>'
        ),
    )
    others = {"Namaz": "/namaz-vakitleri/istanbul", "Video": "/video/galata-koprusunde-sabah,1200555", "Nöbetçi": "/nobetci-eczaneler/kadikoy,34", "Künye": "/kunye", "İletişim": "/iletisim", "Gizlilik politikası": "/gizlilik-politikasi", "Kişisel verilerin korunması hakkında aydınlatma": "/sayfa/kisisel-verilerin-korunmasi-hakkinda-aydinlatma,12",
              "Yazarlar": "/yazarlar/ayse-yilmaz,35", "Etiket": "/etiket/secim-2026", "Foto": "/foto-haber/istanbulda-kar-manzaralari,1200431", "Arama": "/arama?q=x", "Hava": "/hava-durumu/istanbul"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site, "/news-sitemap.xml", "/sitemap.xml")
    site.pages["/news-sitemap.xml"] = url_set(site, press.stories[:15], news=truth.name)
    site.pages["/sitemap.xml"] = url_set(site, press.stories)
    site.pages["/rss.xml"] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}/{number}",
            home_head='<meta name="application-name" content="Boğaz Postası">', head_of=lambda story: article_head(story, as_json=True))  # fmt: skip
    return [press]


def adria_media(site: Site, now: datetime) -> list[Press]:
    """Adria Media's classes; the number of a story stands between its sections and its slug."""
    truth = Truth(
        name="Savski kurir",
        country="RS",
        languages=("sr-Latn",),
        timezone="Europe/Belgrade",
        family="adria_media",
        feeds=("/rss", "/vesti/rss"),
    )
    press = Press(truth)
    sections = {"Vesti": "/vesti", "Zabava": "/zabava", "Sport": "/sport", "Lifestyle": "/lifestyle"}
    press.stories = write_stories("sr-Latn", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/{('politika', 'drustvo', 'hronika')[story.number % 3]}/{3_194_000 + story.number * 23}/{name}", 13)  # fmt: skip
    look = Look(
        lang="sr-RS",
        article=lambda story, beside: (
            f'<div class="articleWrap"><div class="titleWrap"><h1>{escape(story.title)}</h1></div><div class="articleTxt" itemprop="articleBody">{paragraphs(story)}'
            f'<div class="wdgRelated"><span class="lbl">Povezane vesti</span>{beside}</div></div></div>'
        ),
        card=lambda story: (
            f'<div class="newsItem"><a href="{story.path}"><span class="nadnaslov">{story.section}</span><h2>{escape(story.title)}</h2></a><span class="time">{story.published:%d.%m.%Y. %H:%M}</span></div>'
        ),
    )
    others = {"Galerija": "/galerije/3194111/zima-na-zlatiboru-u-slikama", "Anketa": "/anketa/412", "Komentari": "/vesti/politika/3194023/komentari", "Kurs": "/kursna-lista", "Impresum": "/impresum", "Marketing": "/marketing", "Najnovije": "/najnovije", "Tag": "/tag/1177/beograd", "Horoskop": "/horoskop/dnevni", "Pretraga": "/pretraga?q=x",
              "Autor": "/autor/212/jovana-ilic", "Vodič: gde na vikend izlet iz grada": "/vodic/gde-na-vikend-izlet-iz-grada", "TV": "/tv/uzivo"}  # fmt: skip
    site.pages["/robots.txt"] = robots(site)
    site.pages["/rss"] = rss(site, truth.name, press.stories)
    site.pages["/vesti/rss"] = rss(site, truth.name, [story for story in press.stories if story.section == "Vesti"])
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?strana={number}",
            home_head='<link rel="alternate" type="application/rss+xml" title="Savski kurir" href="rss">', head_of=lambda story: article_head(story, as_json=True))  # fmt: skip
    return [press]


SITES: tuple[Callable[[Site, datetime], list[Press]], ...] = (
    hidden_feed,
    only_sitemaps,
    only_sections,
    number_in_query,
    two_scripts,
    two_outlets,
    dates_in_paths,
    consent_note,
    joomla,
    pangea,
    news_sitemap,
    adria_media,
)
