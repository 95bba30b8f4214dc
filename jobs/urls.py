"""Addresses about jobs. Old ones are kept for ever: people bookmark them."""

from django.urls import path, register_converter

from jobs.actions.views import CANCEL, DELETE, job_action, job_claim
from jobs.activity.views import activity, activity_export, site_activity, site_activity_export
from jobs.annotations.views import job_notes, job_star, job_tags, note_delete, note_edit
from jobs.api.views import (
    all_jobs_json,
    job_cancel_json,
    job_delete_json,
    job_json,
    job_notes_json,
    job_tags_json,
    jobs_csv,
    jobs_json,
    openapi,
    organizations_json,
    submission_json,
)
from jobs.api_keys.views import key_create, key_edit, key_list, key_organizations, key_remove, key_rotate, key_test
from jobs.api_tokens.views import token_list, token_revoke
from jobs.audit.views import undo
from jobs.bulk.views import bulk_choose, bulk_continue, bulk_run, bulk_start, bulk_stop
from jobs.compare.views import job_compare
from jobs.datasets.views import dataset_detail, dataset_list
from jobs.insights.views import insights
from jobs.job_list.views import job_display, job_facet, job_filters, job_list, job_menu
from jobs.job_page.views import job_anywhere, job_detail
from jobs.logs.views import job_log, job_log_download, job_log_new
from jobs.members.views import invitation_withdraw, member_list, member_remove, member_role
from jobs.onboarding.views import first_steps, first_steps_away
from jobs.organizations.views import organization_home, organization_list, organization_switcher, organization_try
from jobs.saved_views.views import view_delete, view_edit, view_list, view_open
from jobs.search.views import find, shortcuts
from jobs.submit.views import (
    CUSTOM,
    dataset_labels,
    job_check,
    job_create,
    job_resubmit,
    job_resubmit_as_is,
    script_versions,
    submission_detail,
)
from jobs.trained_models.views import model_detail, model_list
from jobs.ui.path_converters import CloudId, ModelName
from jobs.watched_jobs.views import watched_jobs

register_converter(CloudId, "cloud_id")
register_converter(ModelName, "model_name")

app_name = "jobs"
urlpatterns = [
    path("", organization_list, name="organizations"),
    path("jobs/", job_list, name="list"),
    path("jobs/filters/", job_filters, name="filters"),
    path("jobs/filters/<slug:word>/", job_facet, name="facet"),
    path("display/", job_display, name="display"),
    path("orgs/<slug:slug>/", organization_home, name="organization"),
    path("orgs/<slug:slug>/jobs/", job_list, name="list"),
    path("orgs/<slug:slug>/jobs/filters/", job_filters, name="filters"),
    path("orgs/<slug:slug>/jobs/filters/<slug:word>/", job_facet, name="facet"),
    path("orgs/<slug:slug>/jobs/new/", job_create, name="create"),
    path("orgs/<slug:slug>/jobs/new/check/", job_check, name="check"),
    path("orgs/<slug:slug>/jobs/new/labels/", dataset_labels, name="labels"),
    path("orgs/<slug:slug>/jobs/new/custom/", job_create, {"kind": CUSTOM}, name="create-custom"),
    path("orgs/<slug:slug>/jobs/new/custom/check/", job_check, {"kind": CUSTOM}, name="check-custom"),
    path("orgs/<slug:slug>/jobs/new/custom/versions/", script_versions, name="script-versions"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/", job_detail, name="detail"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/menu/", job_menu, name="menu"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/cancel/", job_action, {"action": CANCEL}, name="cancel"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/delete/", job_action, {"action": DELETE}, name="delete"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/resubmit/", job_resubmit, name="resubmit"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/resubmit/as-is/", job_resubmit_as_is, name="resubmit-as-is"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/", job_log, name="log"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/new/", job_log_new, name="log-new"),
    path(
        "orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/log.txt",
        job_log_download,
        {"ending": "txt"},
        name="log-text",
    ),
    path(
        "orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/log.jsonl",
        job_log_download,
        {"ending": "jsonl"},
        name="log-json",
    ),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/claim/", job_claim, {"is_mine": True}, name="claim"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/disown/", job_claim, {"is_mine": False}, name="disown"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/notes/", job_notes, name="notes"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/notes/<int:pk>/edit/", note_edit, name="note-edit"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/notes/<int:pk>/delete/", note_delete, name="note-delete"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/tags/", job_tags, name="tags"),
    path("orgs/<slug:slug>/stars/", job_star, name="star"),
    path("orgs/<slug:slug>/try/", organization_try, name="try"),
    path("orgs/<slug:slug>/submissions/<int:pk>/", submission_detail, name="submission"),
    path("orgs/<slug:slug>/display/", job_display, name="display"),
    path("orgs/<slug:slug>/views/", view_list, name="views"),
    path("orgs/<slug:slug>/views/<int:pk>/", view_open, name="view"),
    path("orgs/<slug:slug>/views/<int:pk>/edit/", view_edit, name="view-edit"),
    path("orgs/<slug:slug>/views/<int:pk>/delete/", view_delete, name="view-delete"),
    path("orgs/<slug:slug>/bulk/", bulk_choose, name="bulk"),
    path("orgs/<slug:slug>/bulk/start/", bulk_start, name="bulk-start"),
    path("orgs/<slug:slug>/bulk/<int:pk>/", bulk_run, name="bulk-run"),
    path("orgs/<slug:slug>/bulk/<int:pk>/stop/", bulk_stop, name="bulk-stop"),
    path("orgs/<slug:slug>/bulk/<int:pk>/continue/", bulk_continue, name="bulk-continue"),
    path("orgs/<slug:slug>/datasets/", dataset_list, name="datasets"),
    path("orgs/<slug:slug>/datasets/<cloud_id:dataset_id>/", dataset_detail, name="dataset"),
    path(
        "orgs/<slug:slug>/datasets/<cloud_id:dataset_id>/counts/",
        dataset_detail,
        {"counts": True},
        name="dataset-counts",
    ),
    path("orgs/<slug:slug>/models/", model_list, name="models"),
    path("orgs/<slug:slug>/models/<model_name:name>/", model_detail, name="model"),
    path("openapi.json", openapi, name="openapi"),
    path("orgs.json", organizations_json, name="organizations-json"),
    path("jobs.json", all_jobs_json, name="list-json"),
    path("jobs.csv", jobs_csv, name="list-csv"),
    path("orgs/<slug:slug>/jobs.json", jobs_json, name="list-json"),
    path("orgs/<slug:slug>/jobs.csv", jobs_csv, name="list-csv"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>.json", job_json, name="detail-json"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/cancel.json", job_cancel_json, name="cancel-json"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/delete.json", job_delete_json, name="delete-json"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/notes.json", job_notes_json, name="notes-json"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/tags.json", job_tags_json, name="tags-json"),
    path("orgs/<slug:slug>/submissions/<int:pk>.json", submission_json, name="submission-json"),
    path("me/tokens/", token_list, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", token_revoke, name="token-revoke"),
    path("orgs/<slug:slug>/activity/", activity, name="activity"),
    path("orgs/<slug:slug>/activity.csv", activity_export, name="activity-export"),
    path("orgs/<slug:slug>/members/", member_list, name="members"),
    path("orgs/<slug:slug>/members/<int:pk>/role/", member_role, name="member-role"),
    path("orgs/<slug:slug>/members/<int:pk>/remove/", member_remove, name="member-remove"),
    path("orgs/<slug:slug>/invitations/<int:pk>/withdraw/", invitation_withdraw, name="invitation-withdraw"),
    path("watched/", watched_jobs, name="watched"),
    path("first-steps/", first_steps, name="first-steps"),
    path("first-steps/away/", first_steps_away, name="first-steps-away"),
    path("find/", find, name="find"),
    path("undo/", undo, name="undo"),
    path("shortcuts/", shortcuts, name="shortcuts"),
    path("orgs/", organization_switcher, name="switcher"),
    path("activity/", site_activity, name="site-activity"),
    path("activity.csv", site_activity_export, name="site-activity-export"),
    path("orgs/<slug:slug>/compare/", job_compare, name="compare"),
    path("orgs/<slug:slug>/insights/", insights, name="insights"),
    path("jobs/<cloud_id:viam_id>/", job_anywhere, name="anywhere"),
    path("settings/keys/", key_list, name="keys"),
    path("settings/keys/new/", key_create, name="key-create"),
    path("settings/keys/<uuid:pk>/", key_edit, name="key-edit"),
    path("settings/keys/<uuid:pk>/organizations/", key_organizations, name="key-organizations"),
    path("settings/keys/<uuid:pk>/test/", key_test, name="key-test"),
    path("settings/keys/<uuid:pk>/rotate/", key_rotate, name="key-rotate"),
    path("settings/keys/<uuid:pk>/remove/", key_remove, name="key-remove"),
]
