"""Further sites of the made-up press, built after the rules were made: what the rules give on them was not tuned."""
# ruff: noqa: E501 (markup is written as it comes, line by line)

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from html import escape

from support.press_sites import paragraphs
from support.presses import (
    Look,
    Press,
    Truth,
    anchor,
    article_head,
    lay_out,
    page,
    robots,
    rss,
    sitemap_index,
    url_set,
    write_stories,
)
from support.servers import Page, RedirectsTo, Site


def letters_as_ids(site: Site, now: datetime) -> list[Press]:
    """A story's id is of letters and digits; feeds stand in a list that the footer links to as "/rss"."""
    truth = Truth(
        name="Beogradske strane",
        country="RS",
        languages=("sr-Latn",),
        timezone="Europe/Belgrade",
        feeds=("/rss/danasnje-vesti", "/rss/vesti/politika"),
    )
    press = Press(truth)
    sections = {"Vesti": "/vesti", "Biznis": "/biznis", "Kultura": "/kultura"}
    press.stories = write_stories("sr-Latn", tuple(sections), truth.timezone, now,
                                  lambda story, name: f"{sections[story.section]}/{('politika', 'drustvo')[story.number % 2]}/{name}/{'bcdfgh'[story.number % 6]}{'klmnp'[story.number % 5]}z{story.number + 10}", 21)  # fmt: skip
    look = Look(
        lang="sr-RS",
        article=lambda story, beside: (
            f'<article class="article"><header><h1>{escape(story.title)}</h1></header><div class="article-body">{paragraphs(story)}</div><section class="related"><h2>Pročitajte još</h2>{beside}</section></article>'
        ),
        card=lambda story: (
            f'<article class="news"><a href="{story.path}"><h3>{escape(story.title)}</h3></a><time>{story.published:%d.%m.%Y. %H:%M}</time></article>'
        ),
    )
    others = {
        "RSS": "/rss",
        "O nama": "/o-nama",
        "Uslovi korišćenja": "/uslovi-koriscenja",
        "Tema": "/tema/izbori-na-jesen",
        "Horoskop": "/horoskop/dnevni/lav",
        "Traži": "/search?q=x",
        "Autor": "/autori/mira-ilic/ab12c",
    }
    site.pages["/robots.txt"] = robots(site)
    site.pages["/rss"] = page(
        look, "RSS", "<ul>" + "".join(f"<li>{anchor(path, path)}</li>" for path in truth.feeds) + "</ul>"
    )
    for path in truth.feeds:
        site.pages[path] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?strana={number}",
            home_head='<meta property="og:site_name" content="Beogradske strane">', head_of=lambda story: article_head(story, as_json=True))  # fmt: skip
    return [press]


def number_alone(site: Site, now: datetime) -> list[Press]:
    """Stories by number alone, cards of a picture and a headline apart; a packed sitemap that robots.txt names."""
    truth = Truth(
        name="Тракийски глас",
        country="BG",
        languages=("bg",),
        timezone="Europe/Sofia",
        sitemaps=("/sitemaps/news.xml.gz",),
    )
    press = Press(truth)
    sections = {"България": "/bg/category/1", "Свят": "/bg/category/2", "Спорт": "/bg/category/3"}
    press.stories = write_stories(
        "bg", tuple(sections), truth.timezone, now, lambda story, _: f"/bg/article/{88_000 + story.number * 3}", 22
    )
    look = Look(
        lang="bg",
        article=lambda story, beside: (
            f'<div class="art"><h1>{escape(story.title)}</h1><p class="info">{story.published:%d.%m.%Y, %H:%M}</p><div class="text">{paragraphs(story)}</div><div class="more">{beside}</div></div>'
        ),
        card=lambda story: (
            f'<div class="box"><a href="{story.path}"><img src="/i/{story.number}.jpg" alt=""></a><h4><a href="{story.path}">{escape(story.title)}</a></h4><span class="datum">{story.published:%d.%m.%Y, %H:%M}</span></div>'
        ),
    )
    others = {
        "За нас": "/bg/page/about",
        "Реклама": "/bg/page/ads",
        "Галерия": "/bg/gallery/412",
        "Автор": "/bg/author/17",
        "Таг": "/bg/tag/5512",
        "Видео": "/bg/video/9001",
        "Търсене": "/bg/search?q=x",
    }
    site.pages["/robots.txt"] = robots(site, "/sitemaps/news.xml.gz")
    packed = url_set(site, press.stories).content
    site.pages["/sitemaps/news.xml.gz"] = Page(
        gzip.compress(packed.encode() if isinstance(packed, str) else packed), "application/gzip"
    )
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}/page/{number}",
            home_head='<meta property="og:site_name" content="Тракийски глас">', head_of=lambda story: "")  # fmt: skip
    return [press]


def feed_switched_off(site: Site, now: datetime) -> list[Press]:
    """WordPress whose feeds are switched off; its own sitemap, which nothing names; slugs at the root."""
    truth = Truth(
        name="Zëri i Vlorës",
        country="AL",
        languages=("sq",),
        timezone="Europe/Tirane",
        family="wordpress",
        sitemaps=("/wp-sitemap.xml",),
    )
    press = Press(truth)
    sections = {"Aktualitet": "/category/aktualitet/", "Ekonomi": "/category/ekonomi/", "Kulturë": "/category/kulture/"}
    press.stories = write_stories(
        "sq", tuple(sections), truth.timezone, now, lambda story, name: f"/{name}-{story.number}/", 23
    )
    look = Look(
        lang="sq-AL",
        head='<meta name="generator" content="WordPress 6.9"><link rel="stylesheet" href="/wp-content/themes/jnews/style.css">',
        article=lambda story, beside: (
            f'<div class="jeg_inner_content"><h1 class="jeg_post_title">{escape(story.title)}</h1><div class="content-inner entry-content">{paragraphs(story)}</div><div class="jnews_related_post_container">{beside}</div></div>'
        ),
        card=lambda story: (
            f'<article class="jeg_post"><h3 class="jeg_post_title"><a href="{story.path}">{escape(story.title)}</a></h3><div class="jeg_meta_date"><a href="{story.path}">{story.published:%d/%m/%Y}</a></div></article>'
        ),
    )
    others = {
        "Kontakt": "/kontakt/",
        "Rreth nesh": "/rreth-nesh/",
        "Politika e privatësisë": "/politika-e-privatesise/",
        "Kodi i etikës i redaksisë sonë": "/kodi-i-etikes-i-redaksise-sone/",
        "Autori": "/author/ana-hoxha/",
        "Tag": "/tag/vlora/",
        "Kërko": "/?s=x",
    }
    site.pages["/robots.txt"] = robots(site)
    site.pages["/wp-sitemap.xml"] = sitemap_index(
        site,
        dict.fromkeys(
            [
                "/wp-sitemap-posts-post-1.xml",
                "/wp-sitemap-posts-page-1.xml",
                "/wp-sitemap-taxonomies-category-1.xml",
                "/wp-sitemap-users-1.xml",
            ]
        ),
    )
    site.pages["/wp-sitemap-posts-post-1.xml"] = url_set(site, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}page/{number}/",
            home_head='<meta property="og:site_name" content="Zëri i Vlorës">')  # fmt: skip
    return [press]


def two_languages(site: Site, now: datetime) -> list[Press]:
    """The front page leads to that of its language, /ro/; the feed is that of the language; news in /ro/news/view/."""
    truth = Truth(
        name="Monitorul Nistrului",
        country="MD",
        languages=("ro",),
        timezone="Europe/Chisinau",
        home="/ro/",
        feeds=("/ro/rss/",),
    )
    press = Press(truth)
    sections = {
        "Politică": "/ro/news/category/politica",
        "Social": "/ro/news/category/social",
        "Economie": "/ro/news/category/economie",
    }
    press.stories = write_stories(
        "ro", tuple(sections), truth.timezone, now, lambda story, name: f"/ro/news/view/{name}", 24
    )
    look = Look(
        lang="ro-MD",
        article=lambda story, beside: (
            f'<div class="post"><h1 class="post-title">{escape(story.title)}</h1><div class="post-date">{story.published:%d.%m.%Y %H:%M}</div><div class="post-text">{paragraphs(story)}</div><div class="see-also"><b>Vezi și</b>{beside}</div></div>'
        ),
        card=lambda story: (
            f'<li class="item"><a class="item-link" href="{story.path}">{escape(story.title)}</a><span class="item-time">{story.published:%d.%m.%Y %H:%M}</span></li>'
        ),
    )
    others = {
        "На русском": "/ru/",
        "Contacte": "/ro/contacte",
        "Despre": "/ro/despre",
        "Termeni": "/ro/termeni-si-conditii",
        "Căutare": "/ro/cautare?q=x",
        "Emisiuni": "/ro/shows/ora-de-seara",
        "Вид": "/ru/news/view/sudba-mosta-cherez-reku-reshitsya",
    }
    site.pages["/robots.txt"] = robots(site)
    site.pages["/"] = RedirectsTo("/ro/")
    site.pages["/ro/rss/"] = rss(site, truth.name, press.stories)
    lay_out(site, press, look, sections=sections, others=others, numbered=lambda path, number: f"{path}?page={number}",
            home_head='<meta property="og:site_name" content="Monitorul Nistrului"><link rel="alternate" type="application/rss+xml" href="/ro/rss/"><link rel="alternate" hreflang="ru" href="/ru/">')  # fmt: skip
    return [press]


def old_tables(site: Site, now: datetime) -> list[Press]:
    """An old site of tables in windows-1250, the number in a parameter of its own name, a feed at another path."""
    truth = Truth(
        name="Dolenjske strani", country="SI", languages=("sl",), timezone="Europe/Ljubljana", feeds=("/xml/rss2.asp",)
    )
    press = Press(truth)
    sections = {"Novice": "/rubrika.asp?r=1", "Kronika": "/rubrika.asp?r=2", "Šport": "/rubrika.asp?r=3"}
    press.stories = write_stories(
        "sl", tuple(sections), truth.timezone, now, lambda story, _: f"/clanek.asp?clid={20_100 + story.number}", 25
    )
    look = Look(
        lang="sl",
        charset="windows-1250",
        article=lambda story, beside: (
            f'<table><tr><td><font size="5"><b>{escape(story.title)}</b></font><br><i>{story.published:%d. %m. %Y}</i>{paragraphs(story)}</td><td>{beside}</td></tr></table>'
        ),
        card=lambda story: f'<tr><td><a href="{story.path}"><b>{escape(story.title)}</b></a></td></tr>',
    )
    others = {
        "Kontakt": "/stran.asp?s=kontakt",
        "Oglaševanje": "/stran.asp?s=oglasi",
        "Galerija": "/galerija.asp?gid=40",
        "Iskanje": "/iskanje.asp?q=x",
        "Anketa": "/anketa.asp?aid=3",
    }
    site.pages["/robots.txt"] = Page("", "text/plain", 404)
    site.pages["/xml/rss2.asp"] = rss(site, truth.name, press.stories)
    lay_out(
        site,
        press,
        look,
        sections=sections,
        others={"RSS": "/xml/rss2.asp", **others},
        numbered=lambda path, number: f"{path}&stran={number}",
        head_of=lambda story: "",
    )
    return [press]


HELD: tuple[Callable[[Site, datetime], list[Press]], ...] = (
    letters_as_ids,
    number_alone,
    feed_switched_off,
    two_languages,
    old_tables,
)
