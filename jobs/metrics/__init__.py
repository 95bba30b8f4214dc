"""What is counted and measured, for /metrics. Nothing is, unless METRICS_TOKEN is set: without it nobody may ask.

    catalogue.py     every metric and its kind, and all of it as Prometheus reads it
    tally.py         the counts of one process, in a file of its own, and those of all

Leaves of the tree: whoever has something to count imports this, and it imports nobody.
"""
