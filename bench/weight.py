"""What a browser loads to show a page for the first time: the page with all CSS and JavaScript that it names."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bench.connection import Connection

NAMED = re.compile(rb"""<(?:script|link)\b[^>]*?\b(?:src|href)=["']([^"']+\.(?:js|css)(?:\?[^"']*)?)["']""")


def bytes_of_first_load(connection: Connection, path: str) -> int:
    """Uncompressed; images and fonts apart, and what a script loads later, too."""
    page = connection.ask(path).body
    named = {urljoin(path, found.decode()) for found in NAMED.findall(page)}
    return len(page) + sum(len(connection.ask(address).body) for address in named if not urlsplit(address).netloc)
