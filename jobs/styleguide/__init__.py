"""The design system on one page: every component in every state, drawn by the templates and styles that pages use.

Served with DEBUG alone, at /styleguide/. What it shows is made up and never stored.
"""
