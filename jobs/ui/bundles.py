"""Style sheets and scripts: one behaviour a file where they are written, few files where they are served.

A page names what it needs by `{% sheets "job" %}` and `{% scripts "job" %}`. With DEBUG those are the files as they
stand in static/; `collectstatic` makes one file of each bundle besides. What every page has is a bundle of its own, so
that the next page asks for little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from django import template
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.management import call_command
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from whitenoise.storage import CompressedManifestStaticFilesStorage

Collected: TypeAlias = dict[str, tuple[Storage, str]]

register = template.Library()

_UPLOT = "vendor/uplot-1.6.32/uPlot"
_LIST = ("js/auto-submit.js", "js/new-jobs.js", "js/narrow.js", "js/menu.js")

# In the order in which they count. Besides "site", a page names one bundle of each kind at most.
SHEETS: Mapping[str, tuple[str, ...]] = {
    "site": ("css/tokens.css", "css/base.css", "css/components.css", "css/forms.css", "css/utilities.css"),
    "pages": ("css/pages.css",),
    "list": ("css/list.css",),
    "views": ("css/pages.css", "css/list.css"),
    "job": ("css/pages.css", "css/job.css"),
    "model": ("css/pages.css", "css/list.css", "css/job.css"),
    "insights": ("css/pages.css", "css/insights.css", f"{_UPLOT}.min.css"),
}
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "site": (
        *("js/relative-time.js", "django_htmx/htmx-4.min.js", "django_htmx/ext/hx-ptag-4.min.js"),
        *("js/pause.js", "js/polling.js", "js/poll-header.js", "js/copy.js", "js/dialog.js", "js/job-watcher.js"),
        *("js/freshness.js", "js/glow.js", "js/keys.js", "js/open-row.js", "js/palette.js", "js/sending.js"),
        *("js/kept-forms.js", "js/filled-forms.js", "js/notifications.js", "js/zone.js", "js/toasts.js"),
        "js/live-region.js",
    ),
    "bare": ("js/zone.js", "js/toasts.js", "js/filled-forms.js"),
    "list": _LIST,
    "operator": (*_LIST, "js/pair.js", "js/verbs.js", "js/select.js"),
    "filters": ("js/auto-submit.js",),
    "job": ("js/icon.js", "js/annotations.js", "js/follow.js", "js/watch.js", "js/wrap.js"),
    "log": (
        *("js/follow.js", "js/lines.js", "js/error-steps.js", "js/log-times.js", "js/auto-submit.js", "js/wrap.js"),
    ),
    "insights": (f"{_UPLOT}.iife.min.js", "js/charts.js"),
    "submit": ("js/labels.js",),
    "submit-custom": ("js/rows.js", "js/script-version.js"),
    "passkey": ("js/passkey.js",),
}


@register.simple_tag
def sheets(name: str) -> SafeString:
    files = _served(f"bundles/{name}.css", SHEETS[name])
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', ((static(file),) for file in files))


@register.simple_tag
def scripts(name: str, *, blocking: str = "") -> SafeString:
    """Run in their order when the page is there; with `blocking="render"` it is not shown before."""
    waits = SafeString(' blocking="render"' if blocking else "")
    files = _served(f"bundles/{name}.js", SCRIPTS[name])
    return format_html_join("\n  ", '<script src="{}" defer{}></script>', ((static(file), waits) for file in files))


def _served(bundle: str, files: tuple[str, ...]) -> tuple[str, ...]:
    is_bundled = isinstance(staticfiles_storage, WithBundles) and not settings.DEBUG
    return (bundle,) if is_bundled else files


class WithBundles(ManifestStaticFilesStorage):
    """Makes the bundles of what was collected, and treats them like files that were found."""

    def post_process(self, paths: Collected, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            paths = {**paths, **{name: self._kept(name, text) for name, text in bundles(paths)}}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _kept(self, name: str, text: str) -> tuple[Storage, str]:
        self.delete(name)
        return self, self.save(name, ContentFile(text.encode()))


class CompressedWithBundles(WithBundles, CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The same, and what is served besides as gzip and Brotli."""


def bundles(collected: Collected) -> Iterator[tuple[str, str]]:
    """Name and text of each."""
    for name, files in SHEETS.items():
        yield f"bundles/{name}.css", "\n".join(sheet_of(file, _read(collected, file)) for file in files)
    for name, files in SCRIPTS.items():
        yield f"bundles/{name}.js", ";\n".join(script_of(file, _read(collected, file)) for file in files)


def _read(collected: Collected, name: str) -> str:
    storage, path = collected[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")


def sheet_of(name: str, text: str) -> str:
    return text if ".min." in name else _minified("text/css", text)


def script_of(name: str, text: str) -> str:
    """Others' scripts stay as they are. One of ours that fails takes no other along, as if it were alone."""
    if ".min." in name:
        return text
    return f"try{{{_minified('text/javascript', text)}}}catch(e){{reportError(e)}}"


def _minified(kind: str, text: str) -> str:
    # Nobody but `collectstatic` needs it, and it is no small library.
    import minify

    return str(minify.string(kind, text))


def collect_when_needed() -> None:
    """Not compressed: for a look around on this machine."""
    if _is_outdated(Path(settings.STATIC_ROOT) / ManifestStaticFilesStorage.manifest_name):
        collect = CollectStatic()
        collect.storage = WithBundles()
        call_command(collect, interactive=False, verbosity=0)


def _is_outdated(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(file.stat().st_mtime > collected for file in _sources())


def _sources() -> Iterator[Path]:
    yield Path(__file__)
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
