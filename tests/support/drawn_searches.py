"""Searches of every form, drawn by chance, and texts of the same words to be found by them."""

from __future__ import annotations

import random

WORDS = """
    Kraljevo Kraljevu Kraljeva kralj kraljica most mostovi mosta novi nova novog cesta ceste cestom otvoren otvorena
    predsednik predsednika predsednici vlada vlade vladi skupština Niš Nišu Nišem nisu Đoković Djokovic Đokovića Vučić
    Vučića Вучић Београд Београду београдски река реке Tiranë Tirana Tiranën qeveria qeverisë ministri ministrit
    Θεσσαλονίκη Θεσσαλονίκης κυβέρνηση κυβέρνησης София правителство правителството București guvern guvernului
    ½ COVID-19 e-uprava 2026 19 i u na se je da
""".split()
PARTS = ("title", "lead", "body", "author", "tag", "section")


def text(chance: random.Random, least: int, most: int) -> str:
    """Draw a text of some words."""
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def drawn(chance: random.Random, depth: int = 0) -> str:
    """Draw a query: a word, a prefix, a phrase, a part, words near each other, or several of these."""
    kinds = ["word", "word", "word", "prefix", "phrase", "part", "near", "near_group"]
    kinds += ["all", "any", "not", "group"] if depth < 2 else []
    match chance.choice(kinds):
        case "word":
            return chance.choice(WORDS)
        case "prefix":
            word = chance.choice(WORDS)
            return f"{word[: chance.randint(2, len(word))] if len(word) > 2 else word}*"
        case "phrase":
            return f'"{text(chance, 1, 3)}"{chance.choice(["", "*"])}'
        case "part":
            return f"{chance.choice(PARTS)}:{chance.choice(WORDS)}"
        case "near":
            return f"{chance.choice(WORDS)} NEAR/{chance.randint(0, 6)} {chance.choice(WORDS)}"
        case "near_group":
            many = chance.random() < 0.3  # three are looked for in all their orders
            return f"NEAR({text(chance, 3, 3)}, {chance.randint(0, 1)})" if many else f"NEAR({text(chance, 2, 2)}, 4)"
        case "all":
            return f"{drawn(chance, depth + 1)} {drawn(chance, depth + 1)}"
        case "any":
            return f"({drawn(chance, depth + 1)} OR {drawn(chance, depth + 1)})"
        case "not":
            return f"{drawn(chance, depth + 1)} -{chance.choice(WORDS)}"
        case _:
            return f"({drawn(chance, depth + 1)})"
