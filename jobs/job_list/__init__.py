"""The list of an organization's jobs: filters, facets, columns, pages, CSV and JSON."""
