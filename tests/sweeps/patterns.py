"""Every regular expression of the site with the way in which it is used, and texts that are hard for it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.sweeps.imports import ROOT, sources

USES = ("search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split")
# Made when the site runs, of pieces that are escaped: a sample stands for them.
MADE: dict[str, str] = {"jobs/viam/failures.py": "|".join(map(re.escape, ("a secret", "a+b=", "YSBzZWNyZXQ=")))}
_CLASS = r"\[(?:\\.|[^\]\\\n])*\]"
IN_SCRIPTS = re.compile(rf"(?:[=(:,!&|?]|return)\s*/((?:\\.|{_CLASS}|[^/\\\n\[*])(?:\\.|{_CLASS}|[^/\\\n\[])*)/")


@dataclass(frozen=True)
class Use:
    where: str
    pattern: re.Pattern[str]
    how: str

    def __str__(self) -> str:
        return f"{self.where}:{self.how}"

    def run(self, text: str) -> None:
        if self.how in ("sub", "subn"):
            getattr(self.pattern, self.how)("", text)
        elif self.how == "finditer":
            list(self.pattern.finditer(text))
        else:
            getattr(self.pattern, self.how)(text)


def uses() -> list[Use]:
    """Of modules, of addresses and of scripts."""
    return [*_in_modules(), *_in_addresses(), *_in_scripts()]


def _in_modules() -> Iterator[Use]:
    """What is compiled has a name in its module; how it is used is found by that name, wherever it is written."""
    trees = {source.path: ast.parse(source.text) for source in sources()}
    called = [(path, *call) for path, tree in trees.items() for call in _calls(tree)]
    for path, tree in trees.items():
        for name in _compiled(tree):
            found = {how for _, owner, how, _ in called if owner == name}
            for how in sorted(found) or ["never used"]:
                yield Use(f"{path} {name}", _value(path, name), how)
    for path, owner, how, call in called:
        if owner == "re" and how in USES:
            for text in _written(path, call):
                yield Use(f"{path}:{call.lineno}", re.compile(text), how)


def _compiled(tree: ast.AST) -> Iterator[str]:
    """Raises AssertionError for what is compiled and has no name: nobody could follow it."""
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_compiling(node.value)]
    everything = [node for node in ast.walk(tree) if _is_compiling(node)]
    assert len(named) == len(everything), "a pattern is compiled without being a module's own value"
    yield from (node.targets[0].id for node in named if isinstance(node.targets[0], ast.Name))


def _is_compiling(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"


def _calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """Calls of methods of a plain name: the name, the method, the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if node.func.attr in USES:
                yield name, node.func.attr, node


def _value(path: str, name: str) -> re.Pattern[str]:
    found: re.Pattern[str] = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
    return found


def _written(path: str, call: ast.Call) -> list[str]:
    """The pattern of `re.search("…", text)`; of a choice between two, both. Raises KeyError for one made on the way."""
    asked = call.args[0]
    choices = [asked.body, asked.orelse] if isinstance(asked, ast.IfExp) else [asked]
    texts = [choice.value for choice in choices if isinstance(choice, ast.Constant)]
    return [str(text) for text in texts] if len(texts) == len(choices) else [MADE[path]]


def _in_addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[Use]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern.pattern, "regex"):
            yield Use(f"address {route}", pattern.pattern.regex, "search")
        if isinstance(pattern, URLResolver):
            yield from _in_addresses(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)


def _in_scripts() -> Iterator[Use]:
    """Python's engine backtracks as browsers' do, and reads what we write in scripts the same way."""
    for file in sorted((ROOT / "static" / "js").glob("*.js")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            code = line.split("//")[0] if not IN_SCRIPTS.search(line) else line
            for found in IN_SCRIPTS.finditer(code):
                yield Use(f"{file.name}:{number} {found[1]}", re.compile(found[1]), "sub")


def hard_texts(pattern: re.Pattern[str]) -> list[Callable[[int], str]]:
    """Makers of texts of a given length: what the pattern wants, again and again, and then something else. Never none.

    Each of its characters; each two of them; each beginning and each part of it; each repeated part after what comes
    before it.
    """
    samples = list(_parts(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)))
    letters = sorted({letter for sample in samples for letter in sample} | {"a", "0", " ", "-"})[:14]
    pieces = dict.fromkeys([*letters, *(one + other for one in letters for other in letters if one != other)])
    pieces.update(dict.fromkeys(sample for sample in samples if sample))
    pieces.update(dict.fromkeys(sample + letter for sample in samples[:12] for letter in letters[:6]))
    heads = dict.fromkeys(["", *(sample for sample in samples if len(sample) < 40)][:12])
    made = [_maker("", piece, tail) for piece in pieces for tail in ("", "\0")]
    made += [_maker(head, letter, "\0") for head in heads if head for letter in letters[:6]]
    return made


def _maker(head: str, piece: str, tail: str) -> Callable[[int], str]:
    return lambda length: head + piece * (length // len(piece)) + tail


def _parts(tree: Any) -> Iterator[str]:
    """A text for each beginning of each sequence in the pattern, and for each part alone."""
    text = ""
    for kind, value in tree:
        for sub in _inside(kind, value):
            yield from _parts(sub)
        one = _sample(kind, value)
        yield one
        text += one
        yield text


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind is kinds.SUBPATTERN:
        return [value[3]]
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is kinds.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else []


def _sample(kind: Any, value: Any) -> str:
    """The shortest text that this part matches, nearly."""
    if kind is kinds.LITERAL:
        return chr(value)
    if kind in (kinds.ANY, kinds.NOT_LITERAL):
        return "x"
    if kind is kinds.IN:
        return _member(value)
    if kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT, kinds.GROUPREF):
        return ""
    inside = _inside(kind, value)[0]
    text = "".join(_sample(*part) for part in inside)
    return text * max(1, value[0]) if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT) else text


def _member(items: Any) -> str:
    if items[0][0] is kinds.NEGATE:
        fits = re.compile("[^" + "".join(_escaped(item) for item in items[1:]) + "]")
        return next(letter for letter in "x0- \n\u00e9\u4e00" if fits.match(letter))
    kind, value = items[0]
    if kind is kinds.RANGE:
        return chr(value[0])
    if kind is kinds.CATEGORY:
        return {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "w"}.get(str(value), "x")
    return chr(value)


def _escaped(item: Any) -> str:
    kind, value = item
    if kind is kinds.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if kind is kinds.CATEGORY:
        return {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}.get(str(value), "")
    return re.escape(chr(value))
