"""What a person can do, as functions: keyword arguments and domain values in, values for a page out."""

from jobs.services import bulk
from jobs.services.activity import LogPage, LogQuestion, export_activity, read_activity
from jobs.services.chips import offer_filters
from jobs.services.claiming import claim_job, disown_job
from jobs.services.comparison import Comparison, Difference, Pair, compare
from jobs.services.connecting import choose, remove_key, save_key, test_key
from jobs.services.days import read_page
from jobs.services.equivalents import OtherWords, in_other_words
from jobs.services.exporting import all_rows, portion_of, told
from jobs.services.facets import FACETS, facet_of
from jobs.services.filters import Filters
from jobs.services.finding import Found, find
from jobs.services.freshness import Freshness, freshness, page_tag, try_now
from jobs.services.guide import Guide, first_steps, open_steps, put_away
from jobs.services.insights import PERIODS, STEPS, InsightsPage, Wish, insights
from jobs.services.jobs import JobStory, cancel_job, delete_job, get_job, job_tag
from jobs.services.key_states import (
    KeyState,
    check_key,
    count_by_sealing_key,
    key_states,
    rotate_keys,
    unreadable_keys,
)
from jobs.services.ledger import ModelEntry, ModelList, ModelPage, get_model, list_models
from jobs.services.listing import JobPage, list_jobs, watch_list
from jobs.services.logs import LogFilters, LogWindow, download, last_traceback, new_lines, read_log
from jobs.services.members import (
    Meanwhile,
    Team,
    TooManyInvitations,
    change_role,
    invite,
    names_of,
    remove_member,
    restore_member,
    same_name,
    send_invitation,
    team_of,
    withdraw,
)
from jobs.services.neighbours import Neighbours, neighbours
from jobs.services.offers import (
    catalogue_of,
    dataset_labels,
    expect_job,
    expect_submit,
    list_datasets,
    script_versions,
)
from jobs.services.organizations import Standing, list_organizations, watch_organizations
from jobs.services.preflight import Finding, Preflight, preflight
from jobs.services.saved import (
    NotKept,
    Views,
    canonical,
    change_view,
    delete_view,
    restore_view,
    save_view,
    views_of,
    visible,
)
from jobs.services.submitting import (
    KeyReused,
    Unfit,
    keep_answer,
    lost_submissions,
    submission_for,
    submit_job,
)
from jobs.services.watching import Watched, watched_jobs

__all__ = [
    "FACETS",
    "PERIODS",
    "STEPS",
    "Comparison",
    "Difference",
    "Filters",
    "Finding",
    "Found",
    "Freshness",
    "Guide",
    "InsightsPage",
    "JobPage",
    "JobStory",
    "KeyReused",
    "KeyState",
    "LogFilters",
    "LogPage",
    "LogQuestion",
    "LogWindow",
    "Meanwhile",
    "ModelEntry",
    "ModelList",
    "ModelPage",
    "Neighbours",
    "NotKept",
    "OtherWords",
    "Pair",
    "Preflight",
    "Standing",
    "Team",
    "TooManyInvitations",
    "Unfit",
    "Views",
    "Watched",
    "Wish",
    "all_rows",
    "bulk",
    "cancel_job",
    "canonical",
    "catalogue_of",
    "change_role",
    "change_view",
    "check_key",
    "choose",
    "claim_job",
    "compare",
    "count_by_sealing_key",
    "dataset_labels",
    "delete_job",
    "delete_view",
    "disown_job",
    "download",
    "expect_job",
    "expect_submit",
    "export_activity",
    "facet_of",
    "find",
    "first_steps",
    "freshness",
    "get_job",
    "get_model",
    "in_other_words",
    "insights",
    "invite",
    "job_tag",
    "keep_answer",
    "key_states",
    "last_traceback",
    "list_datasets",
    "list_jobs",
    "list_models",
    "list_organizations",
    "lost_submissions",
    "names_of",
    "neighbours",
    "new_lines",
    "offer_filters",
    "open_steps",
    "page_tag",
    "portion_of",
    "preflight",
    "put_away",
    "read_activity",
    "read_log",
    "read_page",
    "remove_key",
    "remove_member",
    "restore_member",
    "restore_view",
    "rotate_keys",
    "same_name",
    "save_key",
    "save_view",
    "script_versions",
    "send_invitation",
    "submission_for",
    "submit_job",
    "team_of",
    "test_key",
    "told",
    "try_now",
    "unreadable_keys",
    "views_of",
    "visible",
    "watch_list",
    "watch_organizations",
    "watched_jobs",
    "withdraw",
]
