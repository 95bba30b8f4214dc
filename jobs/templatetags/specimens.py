"""Pieces of pages that are shown for their looks alone: they ask for nothing and lead nowhere, and pieces that come
several times keep their ids and names apart. For the style guide.
"""

from __future__ import annotations

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TAG = re.compile(r"<[a-z][^<>]*>")
IDS = re.compile(r'\sid="([^"]+)"')
# What would ask for something, answer to a key, take the focus, or be a landmark among others of no name.
LIVELY = re.compile(
    r'\s(?:(?:hx-[a-z-]+|action|method|aria-keyshortcuts)="[^"]*"|hx-morph-skip|autofocus|role="search")'
)
TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^<>]*>')
ELSEWHERE = re.compile(r'(<a\b[^<>]*\shref=")[/?][^"]*')
NAMED = re.compile(r'(<(?:nav|section|aside|form)\b[^<>]*\saria-label=")([^"]*)')
# A twin's heading says what the first one's says: its landmark is named by the heading's id instead, which is its own.
TWIN = re.compile(r'(<(?:nav|section|aside|form)\b[^<>]*\saria-label)ledby="([^"]*-\d+)"')
TO_IDS = re.compile(
    r'(\s(?:id|for|form|list|popovertarget|aria-(?:labelledby|describedby|controls|activedescendant))=")([^"]*)'
)
TO_ANCHORS = re.compile(r'(\s(?:href|data-copy)="#)([^"]*)')
CLOSED = re.compile(r'\s(?:hidden|popover(?:="[^"]*")?)(?=[\s>])')


@register.tag
def specimen(parser: Parser, token: Token) -> Specimen:
    """`{% specimen %}` … `{% endspecimen %}`; with "open", what comes up later or opens is drawn as if it had."""
    nodes = parser.parse(("endspecimen",))
    parser.delete_first_token()
    return Specimen(nodes, is_open='"open"' in token.contents)


class Specimen(template.Node):
    """Needs in its context: `section`, whose anchor links lead to, and `seen`, how often each name was there."""

    def __init__(self, nodes: NodeList, *, is_open: bool) -> None:
        self.nodes, self.is_open = nodes, is_open

    def render(self, context: Context) -> SafeString:
        html = TOKEN.sub("", self.nodes.render(context))
        seen, here = context["seen"], f"#{context['section'].name}"
        ids = {name: _once(seen, name, "-") for name in IDS.findall(html)}
        # Templates drew it, which escape what comes from outside; names are put in the place of names.
        return mark_safe(TAG.sub(lambda tag: self._still(tag[0], ids, seen, here), html))  # noqa: S308

    def _still(self, tag: str, ids: dict[str, str], seen: dict[str, int], here: str) -> str:
        tag = ELSEWHERE.sub(lambda found: found[1] + here, LIVELY.sub("", tag))
        tag = TO_IDS.sub(lambda found: found[1] + " ".join(ids.get(name, name) for name in found[2].split()), tag)
        tag = TO_ANCHORS.sub(lambda found: found[1] + ids.get(found[2], found[2]), tag)
        tag = NAMED.sub(lambda found: found[1] + _once(seen, found[2], " "), tag)
        tag = TWIN.sub(r'\1="\2"', tag)
        return CLOSED.sub("", tag).replace("<details", "<details open") if self.is_open else tag


def _once(seen: dict[str, int], name: str, between: str) -> str:
    """The name, with a number from the second time on."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}{between}{seen[name]}"
