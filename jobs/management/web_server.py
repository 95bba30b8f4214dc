"""The command that runs the web server, in one place: README and the Dockerfile say it word for word (a test compares),
`make run`, tests and benchmarks run it. How many workers, where, and how long they may take to end is everybody's own.
"""

from __future__ import annotations

# README tells why. A connection that says nothing, or half of a request's head, is closed after 15 s; with HTTP/2 it
# would be waited for without an end. Of a head 64 KiB are taken at most. By default granian takes up only as many
# connections as its backlog divided by its workers: open tabs beyond that would wait without an error.
WEB_SERVER = (
    *("granian", "--interface", "rsgi", "dashboard.rsgi:application"),
    *("--http", "1", "--no-ws", "--http1-header-read-timeout", "15000", "--http1-buffer-size", "65536"),
    *("--backlog", "16384", "--backpressure", "8192"),
)
