"""Tokens and sentences of a passage. The only module that imports spaCy, not before it is needed, and first through `pipeline`."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

from unmid.text.span import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import Sentencizer
    from spacy.tokens import Doc, Token
    from spacy.vocab import Vocab

    Matcher = Callable[[Doc], Iterator[tuple[int, Span]]]
    """Finds what it knows in a doc, each by its number."""

TokenPatterns = Sequence[Sequence[Mapping[str, object]]]
"""Token patterns of which any will do, as spaCy's Matcher takes them."""

_STRAIGHT = {
    **dict.fromkeys("‘’‚‛′ʼ", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("\u00a0\u2007\u202f", " "),
    "\u2011": "-",
}
_SIGNS = str.maketrans(_STRAIGHT)
_OPENING = frozenset("“‘„‚«‹([{")
_EITHER_WAY = frozenset("\"'*_")
FULL = "blank:en"
"""Names the default pipeline with all that spaCy can say of a word."""
_PIECE = 100
_ENDLESS = re.compile(rf"(?<!\S)\S{{{2 * _PIECE},}} ?")
"""Signs without a blank that are no word. spaCy strips signs from the ends of a word one by one, and reads all of it each time."""
_HALF = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which editors that count in UTF-16 send now and then, and which spaCy refuses."""
_MOST_WORDS = 20_000
"""Words that spaCy remembers for good."""
_MOST_SPLIT = 3 * _MOST_WORDS
"""Of how many stretches between blanks it remembers the tokens: words, and words with the signs that they are seen with."""
_ONE_TEXT = threading.Lock()
_CLITICS = frozenset(["n't", "'s", "'re", "'ve", "'ll", "'d", "'m", "'"])


class Pipeline(Protocol):
    """What makes a text into tokens and sentences; spaCy's `Language` is one."""

    @property
    def vocab(self) -> Vocab:
        """The words that are known."""

    def make_doc(self, text: str, /) -> Doc:
        """The tokens of a text."""

    def __call__(self, text: str, /) -> Doc:
        """The tokens and sentences of a text."""

    def memory_zone(self) -> AbstractContextManager[object]:
        """While it lasts, what is learned of new words is not kept. There is one at a time."""


@dataclass(frozen=True, slots=True)
class _Blank:
    """English tokens and sentences, without a model.

    The same parts in a `Language` take half as long again to put together, for factories, defaults and their validation.
    """

    vocab: Vocab
    make_doc: Callable[[str], Doc]
    sentencizer: Sentencizer

    def __call__(self, text: str) -> Doc:
        doc = self.make_doc(text)
        if len(doc):
            starts = _settled(doc, self.sentencizer.predict([doc])[0])
            self.sentencizer.set_annotations([doc], [starts])
        return doc

    def memory_zone(self) -> AbstractContextManager[object]:
        return self.vocab.memory_zone()


def pipeline(name: str | None = None) -> Pipeline:
    """The pipeline that passages go through: by default English tokens and sentences, without a model.

    `name` loads an installed spaCy pipeline, or one in a folder (its absolute path), instead; FULL the default one with all
    that token patterns may ask of a word. Raises OSError if there is none.
    """
    return _pipeline(name)


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a text, as passage spans: its sentences, without white space at their ends, and where the phrases and token
    patterns of a finder stand, by number, overlapping ones as well."""

    sentences: tuple[Span, ...]
    phrases: tuple[tuple[int, Span], ...] = ()
    tokens: tuple[tuple[int, Span], ...] = ()

    def noted(self) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
        """Its sentences and phrases in plain values."""
        sentences = [(span.start, span.end) for span in self.sentences]
        return sentences, [(number, span.start, span.end) for number, span in self.phrases]


@dataclass(frozen=True, eq=False)
class Finder:
    """What is looked for in texts: sets of phrases and of spaCy token patterns, and the pipeline (see there) that reads them.

    Each is made ready when it is first used, and is like no other. Raises ValueError then for a token pattern that spaCy does not accept.
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    tokens: tuple[TokenPatterns, ...] = ()
    pipeline: str = ""

    def find(self, text: str) -> Found:
        """What is in a text."""
        # What is made while a text is read may go with it.
        phrases, tokens = self._phrases, self._tokens
        with analysed(text, self.pipeline or None) as doc:
            return Found(sentences(doc), tuple(phrases(doc)), tuple(tokens(doc)))

    def restored(self, noted: Any) -> Found:
        """What another process found for it, as it was `noted`."""
        sentences, phrases = noted
        return Found(tuple(Span(*span) for span in sentences), tuple((number, Span(*span)) for number, *span in phrases))

    @cached_property
    def _phrases(self) -> Matcher:
        with _ONE_TEXT:
            return phrase_matcher(self.phrases) if self.phrases else _nothing

    @cached_property
    def _tokens(self) -> Matcher:
        with _ONE_TEXT:
            return token_matcher(self.tokens) if self.tokens else _nothing


@contextmanager
def analysed(text: str, name: str | None = None) -> Iterator[Doc]:
    """What the pipeline of that name makes of a text; it goes when the block ends.

    spaCy remembers, at half a kilobyte each, every word that was ever begun on a keyboard, and is quick with those that it
    knows. Once it knows enough of them, new ones go with their text.
    """
    nlp = _pipeline(name)
    # A pipeline has one such memory at a time.
    with _ONE_TEXT, nlp.memory_zone() if len(nlp.vocab) >= _MOST_WORDS else nullcontext():
        yield nlp(text)


@cache
def _pipeline(name: str | None) -> Pipeline:
    return _blank(full=name == FULL) if name is None or name == FULL else _loaded(name)


def _blank(full: bool) -> Pipeline:
    _spacy()
    from spacy.attrs import IS_PUNCT, LOWER
    from spacy.lang.en import EnglishDefaults as English
    from spacy.lang.lex_attrs import LEX_ATTRS
    from spacy.pipeline import Sentencizer
    from spacy.tokenizer import Tokenizer
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
    from spacy.vocab import Vocab, create_vocab

    # Of a new word spaCy works out fifteen things, from its shape to whether it is an address. We look at two.
    looked_at = {attribute: LEX_ATTRS[attribute] for attribute in (LOWER, IS_PUNCT)}
    vocab = create_vocab("en", English) if full else Vocab(lex_attr_getters=looked_at)
    tokenizer = Tokenizer(
        vocab,
        rules=English.tokenizer_exceptions,
        prefix_search=compile_prefix_regex(English.prefixes or ()).search,
        suffix_search=compile_suffix_regex(English.suffixes or ()).search,
        infix_finditer=compile_infix_regex(English.infixes or ()).finditer,
        token_match=English.token_match,
        url_match=English.url_match,
        max_cache_size=_MOST_SPLIT,
    )
    return _Blank(vocab, _patient(tokenizer), Sentencizer(punct_chars=[*Sentencizer.default_punct_chars, "...", "…"]))


def _loaded(name: str) -> Pipeline:
    spacy = _spacy()
    if not (Path(name).is_absolute() or spacy.util.is_package(name)):
        # A pipeline may hold pickled code: none comes out of the folder that a draft happens to lie in.
        raise OSError(f"there is no installed spaCy pipeline “{name}”")
    loaded: Language = spacy.load(name)
    if not {"parser", "senter", "sentencizer"} & set(loaded.pipe_names):
        loaded.add_pipe("sentencizer")
    loaded.tokenizer = _patient(loaded.tokenizer)
    return loaded


def _spacy() -> ModuleType:
    """spaCy, imported without what it can do without.

    `import spacy` imports `spacy.cli.info`, only to offer it as `spacy.info`; with it come typer, weasel and httpx, a third
    of the whole and of no use to us. While spaCy is imported a placeholder stands in their place. It is gone afterwards:
    `import spacy.cli` gives the real thing to whoever needs it, a pipeline of the user's own among others.

    `pydantic.v1`, an eighth of the rest, is imported to know schemas of that version where a pipeline's configuration holds
    one; where it is missing, as on the newest Pythons, spaCy goes on without. It is there again afterwards.
    """
    if "spacy" not in sys.modules:
        placeholders = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")}
        vars(placeholders["spacy.cli"])["__path__"] = []
        vars(placeholders["spacy.cli.info"])["info"] = _info
        missing = {"pydantic.v1": None} if "pydantic.v1" not in sys.modules else {}
        modules = cast("dict[str, ModuleType | None]", sys.modules)
        modules.update({**placeholders, **missing})
        try:
            import spacy
        finally:
            for name in (*placeholders, *missing):
                modules.pop(name, None)
        vars(spacy).pop("cli", None)
    return sys.modules["spacy"]


def _info(*args: Any, **keywords: Any) -> Any:
    """Stands for `spacy.info`."""
    from spacy.cli.info import info

    return info(*args, **keywords)


def _patient(tokenize: Callable[[str], Doc]) -> Callable[[str], Doc]:
    """A tokenizer that takes whatever text there is, in a time that grows with it and no faster: endless words in pieces."""

    def tokenized(text: str) -> Doc:
        text = _HALF.sub("\ufffd", text)
        if not _ENDLESS.search(text):
            return tokenize(text)
        cuts = [0]
        for run in _ENDLESS.finditer(text):
            cuts += range(run.start(), run.end() - 1, _PIECE)
            cuts.append(run.end())
        docs = [tokenize(text[start:end]) for start, end in pairwise([*cuts, len(text)]) if start < end]
        tokens = [token for doc in docs for token in doc]
        return type(docs[0])(docs[0].vocab, [token.text for token in tokens], [bool(token.whitespace_) for token in tokens])

    return tokenized


def _settled(doc: Doc, guesses: Sequence[bool]) -> list[bool]:
    """Where sentences start: second thoughts on the sentencizer's choice, which goes by `.`, `!`, `?` and dots alone.

    A sentence takes the quotes and brackets that open before its first word; it does not begin in lower case, unless
    none in the passage begins otherwise (some writers do without capitals).
    """
    settled = list(guesses)
    starts = [i for i, guess in enumerate(guesses) if guess and i]
    capitals = any(doc[i].text[0].isupper() for i in (0, *starts)) if starts else False
    for i in starts:
        first = i
        while first > 1 and _opens(doc[first - 1]):
            first -= 1
        settled[i] = False
        if not (capitals and doc[i].text.islower()):
            settled[first] = True
    return settled


def _opens(token: Token) -> bool:
    """Whether the token is a quote or bracket that stands at the head of what follows it."""
    if token.text in _OPENING:
        return True
    return token.text in _EITHER_WAY and not token.whitespace_ and bool(token.nbor(-1).whitespace_)


def sentences(doc: Doc) -> tuple[Span, ...]:
    """The sentences as passage spans, without white space at their ends."""
    found = []
    for sentence in doc.sents:
        text = sentence.text
        start = sentence.start_char + len(text) - len(text.lstrip())
        end = sentence.start_char + len(text.rstrip())
        if start < end:
            found.append(Span(start, end))
    return tuple(found)


def words(doc: Doc) -> tuple[Token, ...]:
    """The tokens that a reader would count as words: `don't` is one, punctuation and placeholders are none."""
    return tuple(token for token in doc if any(map(str.isalnum, token.text)) and not _is_clitic(doc, token))


def _is_clitic(doc: Doc, token: Token) -> bool:
    return bool(token.i) and not doc[token.i - 1].whitespace_ and fold(token.text) in _CLITICS


def fold(text: str) -> str:
    """`text` for comparison, character by character: straight quotes, plain blanks and hyphens, lower case.

    The result is as long as `text`, so that offsets hold in both.
    """
    if text.isascii():
        return text.lower()
    lower = text.translate(_SIGNS).lower()
    # A few letters become two, and a sigma is another one at the end of a word.
    return lower if len(lower) == len(text) and "ς" not in lower else "".join(map(_fold, text))


@cache
def _fold(character: str) -> str:
    lower = _STRAIGHT.get(character) or character.lower()
    return lower if len(lower) == 1 else character


def phrase_matcher(phrases: Sequence[Iterable[str]]) -> Matcher:
    """A function that finds sets of phrases in a doc, whatever their case and quotes, by the number of the set.

    All matches are reported, overlapping ones as well, in no particular order.
    """
    nlp = pipeline()
    from spacy.matcher import PhraseMatcher

    @cache
    def lowered(stretch: str) -> list[int]:
        return [token.lower for token in nlp.make_doc(stretch)]

    # No token goes across a blank, so phrases are read stretch by stretch, each once; and a matcher takes the numbers of
    # words as readily as docs, in a fraction of the time.
    matcher: Any = PhraseMatcher(nlp.vocab, attr="LOWER")
    for key, wanted in enumerate(phrases):
        spellings = {variant for phrase in wanted for variant in _spellings(phrase)}
        words = ([number for stretch in spelling.split() for number in lowered(stretch)] for spelling in sorted(spellings))
        matcher.add(str(key), [*words])
    return _finding(matcher, nlp.vocab)


def _spellings(phrase: str) -> tuple[str, str]:
    """With straight and with curly apostrophes, both of which writers use."""
    straight = fold(phrase)
    return straight, straight.replace("'", "’")


def token_matcher(patterns: Sequence[TokenPatterns]) -> Matcher:
    """A function that finds sets of spaCy token patterns in a doc, by the number of the set, the longest where they overlap.

    Raises ValueError for a pattern that spaCy does not accept.
    """
    nlp = pipeline()
    from spacy.errors import MatchPatternError
    from spacy.matcher import Matcher as TokenMatcher

    matcher = TokenMatcher(nlp.vocab, validate=True)
    for key, wanted in enumerate(patterns):
        try:
            matcher.add(str(key), [[dict(token) for token in pattern] for pattern in wanted], greedy="LONGEST")
        except MatchPatternError as error:
            raise ValueError(str(error)) from error
    return _finding(matcher, nlp.vocab)


def _finding(matcher: Callable[[Doc], Iterable[tuple[int, int, int]]], vocab: Vocab) -> Matcher:
    def find(doc: Doc) -> Iterator[tuple[int, Span]]:
        for found, start, end in matcher(doc):
            yield int(vocab.strings[found]), Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))

    return find


def _nothing(doc: Doc) -> Iterator[tuple[int, Span]]:
    return iter(())
