"""One function a page: who asks and for what, one service, render."""

from jobs.views.actions import CANCEL, DELETE, job_action
from jobs.views.activity import activity, activity_export, site_activity, site_activity_export
from jobs.views.bulk import bulk_choose, bulk_continue, bulk_run, bulk_start, bulk_stop
from jobs.views.by_program import (
    job_cancel_json,
    job_delete_json,
    job_json,
    jobs_csv,
    jobs_json,
    openapi,
    organizations_json,
    submission_json,
)
from jobs.views.claiming import job_claim
from jobs.views.comparing import job_compare
from jobs.views.finding import find
from jobs.views.insights import insights
from jobs.views.jobs import job_anywhere, job_detail, job_facet, job_filters, job_list, job_menu
from jobs.views.keys import key_create, key_edit, key_list, key_organizations, key_remove, key_rotate, key_test
from jobs.views.logs import job_log, job_log_download, job_log_new
from jobs.views.members import invitation_withdraw, member_list, member_remove, member_role
from jobs.views.models import model_detail, model_list
from jobs.views.organizations import (
    first_steps,
    first_steps_away,
    organization_list,
    organization_switcher,
    organization_try,
)
from jobs.views.saved import view_delete, view_edit, view_list, view_open
from jobs.views.shortcuts import shortcuts
from jobs.views.submitting import (
    CUSTOM,
    dataset_labels,
    job_check,
    job_create,
    job_resubmit,
    script_versions,
    submission_detail,
)
from jobs.views.tokens import token_list, token_revoke
from jobs.views.undoing import undo
from jobs.views.watching import watched_jobs

__all__ = [
    "CANCEL",
    "CUSTOM",
    "DELETE",
    "activity",
    "activity_export",
    "bulk_choose",
    "bulk_continue",
    "bulk_run",
    "bulk_start",
    "bulk_stop",
    "dataset_labels",
    "find",
    "first_steps",
    "first_steps_away",
    "insights",
    "invitation_withdraw",
    "job_action",
    "job_anywhere",
    "job_cancel_json",
    "job_check",
    "job_claim",
    "job_compare",
    "job_create",
    "job_delete_json",
    "job_detail",
    "job_facet",
    "job_filters",
    "job_json",
    "job_list",
    "job_log",
    "job_log_download",
    "job_log_new",
    "job_menu",
    "job_resubmit",
    "jobs_csv",
    "jobs_json",
    "key_create",
    "key_edit",
    "key_list",
    "key_organizations",
    "key_remove",
    "key_rotate",
    "key_test",
    "member_list",
    "member_remove",
    "member_role",
    "model_detail",
    "model_list",
    "openapi",
    "organization_list",
    "organization_switcher",
    "organization_try",
    "organizations_json",
    "script_versions",
    "shortcuts",
    "site_activity",
    "site_activity_export",
    "submission_detail",
    "submission_json",
    "token_list",
    "token_revoke",
    "undo",
    "view_delete",
    "view_edit",
    "view_list",
    "view_open",
    "watched_jobs",
]
