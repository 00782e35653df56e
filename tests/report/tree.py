"""A page as a browser's parser sees it: elements, attributes, text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "rect", "line"}


@dataclass
class Node:
    """An element with its attributes and what is in it."""

    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, name: str = "", class_: str = "", **attributes: str) -> list[Node]:
        """The elements below that have this name, class and attributes."""
        return [
            node
            for node in self.walk()
            if (not name or node.name == name)
            and (not class_ or class_ in (node.attributes.get("class") or "").split())
            and all(node.attributes.get(key.replace("_", "-")) == value for key, value in attributes.items())
        ]

    def one(self, name: str = "", class_: str = "", **attributes: str) -> Node:
        """The only such element."""
        (node,) = self.all(name, class_, **attributes)
        return node

    def text(self, without: Callable[[Node], bool] = lambda node: False) -> str:
        """All text inside, but for that in some elements."""
        return "".join(
            child if isinstance(child, str) else child.text(without)
            for child in self.children
            if isinstance(child, str) or not without(child)
        )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Node("")]

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice"
        node = Node(tag, dict(attrs))
        self.stack[-1].children.append(node)
        self.stack.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def tree(page: str) -> Node:
    """The page, each element of which is closed where it should be."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    (root,) = builder.stack
    return next(child for child in root.children if isinstance(child, Node))


def words_of_draft(page: Node) -> str:
    """The text of the draft in the page, without what the report adds to it."""
    added = {"number", "tip", "note"}
    (box,) = page.all("div", "draft")
    return box.text(lambda node: bool(added & set((node.attributes.get("class") or "").split())))
