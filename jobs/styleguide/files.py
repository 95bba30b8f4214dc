"""What stands in the files of the site: the sheets that pages load by name, and the icons that are drawn."""

from __future__ import annotations

import re

from django.conf import settings

# Every page has these (base.html).
EVERYWHERE = {"tokens", "base", "components", "forms", "utilities"}
OWN = "styleguide"


def sheets() -> list[str]:
    """Those of the pages, and at last the one of the style guide itself."""
    names = {file.stem for file in (settings.ROOT / "static/css").glob("*.css")} - EVERYWHERE - {OWN}
    return [f"css/{name}.css" for name in [*sorted(names), OWN]]


def icons() -> list[str]:
    return re.findall(r'id="icon-([\w-]+)"', (settings.ROOT / "templates/_icons.html").read_text())
