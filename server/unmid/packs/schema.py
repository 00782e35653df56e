"""What may stand in the files that people write, in words: for completion and hover, in any editor.

A test holds these tables to what the readers accept, so that neither forgets a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from unmid.packs.values import DRAFTS, FIXES, GENRES, KINDS, MARKS, SCOPES, SEVERITIES
from unmid.text.formats import FORMATS

Keys = Mapping[str, str]
"""Keys with what they say."""

_MATCH: Final = {
    "phrases": "Fixed phrases to look for, in lower case.",
    "patterns": "Templates with slots to look for: `word`, `{class}`, `_` any word, `...` up to six words, `(a|b)`, `[a]`.",
    "regexes": "Regular expressions, matched on folded text with a time limit.",
    "tokens": "spaCy token patterns, for rules that need parts of speech.",
    "replace": "What stands for the words: a string, where `$1` is the first group of a pattern and `$2/$1` the second as a verb that agrees with it, or a table phrase = replacement.",
    "when": "Gates and places that must all hold.",
    "unless": "Gates and places that each clear the match.",
    "mark": "How far the mark reaches: the match, its sentence, all sentences that it touches, or to the end of its sentence.",
    "across": "Sentences in a row that a pattern may span, 1 to 3.",
    "fix": "What is offered: cut the words, replace them, ask a question (prompt), or nothing.",
    "safe": "True only where the fix cannot change what is said; it may then run on save.",
    "fill": "What the writer should put where the words stand, as the title of an action: editors that can select the words for typing over. For prompts.",
    "message": "What the writer reads under the words. `{match}` is the matched text. Names the fault and never scolds.",
    "severity": "How loud it is. `quiet` is counted, not shown.",
    "limit": "Thresholds: of a density rule `at_least`, `per_1k`, `within`, `all`; of a shape what it measures.",
}
RULE: Final[Keys] = MappingProxyType(
    {
        "kind": "How the rule recognises what it is about.",
        "severity": _MATCH["severity"],
        "since": "The version that brought the rule.",
        "summary": "One line: what it is.",
        "message": _MATCH["message"],
        "why": "What the reader loses.",
        "instead": "What to do.",
        "exceptions": "When the words are right.",
        "fix": _MATCH["fix"],
        "safe": _MATCH["safe"],
        "fill": _MATCH["fill"],
        "scope": "Kinds of passages in which it looks; paragraphs and list items by default. What is quoted takes `through`.",
        "off": "Genres in which the rule is silent.",
        "only": "The only genres in which it speaks.",
        "through": "Default gates that it looks through: quote, mention, dialogue, name.",
        "needs": "What a spaCy pipeline must bring for it to run, such as a tagger.",
        "shape": "The check that a structure, rhythm or absence rule runs.",
        "limit": _MATCH["limit"],
        "match": "One way to recognise it, with conditions of its own: `[[match]]`.",
        "example": "A text and what the rule says to it: `[[example]]`. The rule's tests and its page.",
    }
    | {key: _MATCH[key] for key in ("phrases", "patterns", "regexes", "tokens", "replace", "when", "unless", "mark", "across")}
)
MATCH: Final[Keys] = MappingProxyType(_MATCH)
EXAMPLE: Final[Keys] = MappingProxyType(
    {
        "text": "The draft, or a piece of one.",
        "flags": "The marked words exactly, in order. None: the rule must stay silent.",
        "fixed": "The text after the preferred fixes.",
        "note": "Why a silent one is silent.",
        "genre": "The genre that it is read in.",
        "format": "The format that it is written in; Markdown by default.",
        "with": "Settings under which it is read.",
    }
)
LIMIT: Final[Keys] = MappingProxyType(
    {
        "at_least": "Hits that the document must hold.",
        "per_1k": "Hits per 1,000 words that are let be.",
        "within": "Words within which the hits must stand.",
        "all": "1: mark every hit once the limit is passed, not just the extra ones.",
    }
)
ALLOW: Final[Keys] = MappingProxyType(
    {"rules": "Rules and families that mark nothing.", "phrases": "Phrases in which nothing is marked: whole words, in upper or lower case."}
)
BAN: Final[Keys] = MappingProxyType(
    {
        "max": "How often a draft may use the word; 0 is never.",
        "max_per_1k": "How often in 1,000 words.",
        "say": "What to say under the word.",
    }
)
META: Final[Keys] = MappingProxyType(
    {
        "summary": "One line: what the pack is for.",
        "author": "Who writes like this.",
        "emails": "The author's addresses; git's decides whose pack is used when nothing else does.",
        "words": "Words that were learned from.",
        "texts": "Texts that were learned from.",
        "genres": "Genres of these texts.",
        "learned": "The day of learning.",
        "sources": "Hashes of the texts, never the texts.",
        "refused": "Hashes of what you refused to allow or ban; it is not proposed again. Delete one, or the key, to be asked again.",
    }
)
CHOICES: Final[Keys] = MappingProxyType(
    {
        "allow": "What is kept: `phrases` and `rules`.",
        "ban": 'Words that are not yours: "interesting" = { max = 0, say = "what is it really?" }.',
        "limits": 'Thresholds: "list/share.share" = 0.4, or a percentile of your own texts such as "p90".',
        "severity": 'How loud a rule or family is: "filler/booster" = "off".',
    }
)
PACK: Final[Keys] = MappingProxyType(
    {
        "extends": "Packs that this one builds on: an installed name, or a file or folder relative to this one.",
        "meta": "Who the author is, and what was learned from.",
        **CHOICES,
        "genre": "What differs in a genre: [genre.docs].",
        "rule": "A rule of your own, with examples: `[[rule]]`.",
        "baseline": "What is usual in the author's own texts. Written by `unmid voice learn`.",
    }
)
SETTINGS: Final[Keys] = MappingProxyType(
    {
        "select": "Only these rules or families.",
        "ignore": "Not these rules or families.",
        "severity": CHOICES["severity"],
        "limits": CHOICES["limits"],
        "allow": "Phrases in which nothing is marked.",
        "ban": CHOICES["ban"],
        "packs": "Packs to use besides the built-in one: installed names, or files and folders.",
        "author": "Whose pack to judge by.",
        "genre": "What is written here.",
        "paths": 'Settings for paths that fit a glob as in .gitignore, relative to this file: [paths."docs/**"].',
        "pipeline": "A spaCy pipeline, for rules that need parts of speech.",
        "exclude": "What a walk over folders passes by: globs as in .gitignore, relative to this file.",
        "drafts": "Which drafts an editor marks: those that are open in it, or all in its folders.",
        "debounce": "Milliseconds to wait after a keystroke before the draft is read; 0 reads it at once.",
    }
)
VALUES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "kind": KINDS,
        "severity": SEVERITIES,
        "fix": FIXES,
        "mark": MARKS,
        "scope": SCOPES,
        "off": GENRES,
        "only": GENRES,
        "genre": GENRES,
        "genres": GENRES,
        "drafts": DRAFTS,
        "format": FORMATS,
        "safe": ("true", "false"),
        "through": ("quote", "mention", "dialogue", "name"),
    }
)
"""The words that a key may take, where these are few and known without the rules."""
