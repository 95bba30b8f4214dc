"""What a person can do, as functions: keyword arguments and domain values in, values for a page out."""

from jobs.services.comparison import Comparison, Difference, Pair, compare
from jobs.services.connecting import choose, remove_key, save_key, test_key, unreadable_keys
from jobs.services.equivalents import as_command, as_python, command_caveat
from jobs.services.freshness import Freshness, freshness, page_tag
from jobs.services.insights import PERIODS, STEPS, InsightsPage, Wish, insights
from jobs.services.jobs import JobStory, cancel_job, delete_job, get_job, job_tag
from jobs.services.ledger import ModelEntry, ModelPage, get_model, list_models
from jobs.services.listing import Filters, JobPage, list_jobs, watch_list
from jobs.services.logs import LogFilters, LogWindow, download, last_traceback, new_lines, read_log
from jobs.services.neighbours import Neighbours, neighbours
from jobs.services.offers import (
    catalogue_of,
    dataset_labels,
    expect_job,
    expect_submit,
    list_datasets,
    script_versions,
)
from jobs.services.organizations import Standing, list_organizations
from jobs.services.preflight import Finding, Preflight, preflight
from jobs.services.submitting import Unfit, submit_job

__all__ = [
    "PERIODS",
    "STEPS",
    "Comparison",
    "Difference",
    "Filters",
    "Finding",
    "Freshness",
    "InsightsPage",
    "JobPage",
    "JobStory",
    "LogFilters",
    "LogWindow",
    "ModelEntry",
    "ModelPage",
    "Neighbours",
    "Pair",
    "Preflight",
    "Standing",
    "Unfit",
    "Wish",
    "as_command",
    "as_python",
    "cancel_job",
    "catalogue_of",
    "choose",
    "command_caveat",
    "compare",
    "dataset_labels",
    "delete_job",
    "download",
    "expect_job",
    "expect_submit",
    "freshness",
    "get_job",
    "get_model",
    "insights",
    "job_tag",
    "last_traceback",
    "list_datasets",
    "list_jobs",
    "list_models",
    "list_organizations",
    "neighbours",
    "new_lines",
    "page_tag",
    "preflight",
    "read_log",
    "remove_key",
    "save_key",
    "script_versions",
    "submit_job",
    "test_key",
    "unreadable_keys",
    "watch_list",
]
