"""Other programs that show lists of jobs or runs, each in an environment of its own, with as many items as we have.

They are installed from the package index the first time. One that can't be had or doesn't run is left out, and the
table says so.
"""
