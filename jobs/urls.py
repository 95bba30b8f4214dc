"""Addresses about jobs. Old ones are kept for ever: people bookmark them."""

from django.urls import path, register_converter

from jobs import views
from jobs.addresses import CloudId, ModelName

register_converter(CloudId, "cloud_id")
register_converter(ModelName, "model_name")

app_name = "jobs"
urlpatterns = [
    path("", views.organization_list, name="organizations"),
    path("orgs/<slug:slug>/jobs/", views.job_list, name="list"),
    path("orgs/<slug:slug>/jobs/filters/", views.job_filters, name="filters"),
    path("orgs/<slug:slug>/jobs/new/", views.job_create, name="create"),
    path("orgs/<slug:slug>/jobs/new/check/", views.job_check, name="check"),
    path("orgs/<slug:slug>/jobs/new/labels/", views.dataset_labels, name="labels"),
    path("orgs/<slug:slug>/jobs/new/custom/", views.job_create, {"kind": views.CUSTOM}, name="create-custom"),
    path("orgs/<slug:slug>/jobs/new/custom/check/", views.job_check, {"kind": views.CUSTOM}, name="check-custom"),
    path("orgs/<slug:slug>/jobs/new/custom/versions/", views.script_versions, name="script-versions"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/", views.job_detail, name="detail"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/cancel/", views.job_action, {"action": views.CANCEL}, name="cancel"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/delete/", views.job_action, {"action": views.DELETE}, name="delete"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/resubmit/", views.job_resubmit, name="resubmit"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/", views.job_log, name="log"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/new/", views.job_log_new, name="log-new"),
    path(
        "orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/log.txt",
        views.job_log_download,
        {"ending": "txt"},
        name="log-text",
    ),
    path(
        "orgs/<slug:slug>/jobs/<cloud_id:viam_id>/logs/log.jsonl",
        views.job_log_download,
        {"ending": "jsonl"},
        name="log-json",
    ),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/claim/", views.job_claim, {"is_mine": True}, name="claim"),
    path("orgs/<slug:slug>/jobs/<cloud_id:viam_id>/disown/", views.job_claim, {"is_mine": False}, name="disown"),
    path("orgs/<slug:slug>/submissions/<int:pk>/", views.submission_detail, name="submission"),
    path("orgs/<slug:slug>/views/", views.view_list, name="views"),
    path("orgs/<slug:slug>/views/<int:pk>/", views.view_open, name="view"),
    path("orgs/<slug:slug>/views/<int:pk>/edit/", views.view_edit, name="view-edit"),
    path("orgs/<slug:slug>/views/<int:pk>/delete/", views.view_delete, name="view-delete"),
    path("orgs/<slug:slug>/bulk/", views.bulk_choose, name="bulk"),
    path("orgs/<slug:slug>/bulk/start/", views.bulk_start, name="bulk-start"),
    path("orgs/<slug:slug>/bulk/<int:pk>/", views.bulk_run, name="bulk-run"),
    path("orgs/<slug:slug>/bulk/<int:pk>/stop/", views.bulk_stop, name="bulk-stop"),
    path("orgs/<slug:slug>/bulk/<int:pk>/continue/", views.bulk_continue, name="bulk-continue"),
    path("orgs/<slug:slug>/models/", views.model_list, name="models"),
    path("orgs/<slug:slug>/models/<model_name:name>/", views.model_detail, name="model"),
    path("orgs/<slug:slug>/activity/", views.activity, name="activity"),
    path("orgs/<slug:slug>/activity.csv", views.activity_export, name="activity-export"),
    path("orgs/<slug:slug>/members/", views.member_list, name="members"),
    path("orgs/<slug:slug>/members/<int:pk>/role/", views.member_role, name="member-role"),
    path("orgs/<slug:slug>/members/<int:pk>/remove/", views.member_remove, name="member-remove"),
    path("orgs/<slug:slug>/invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation-withdraw"),
    path("find/", views.find, name="find"),
    path("activity/", views.site_activity, name="site-activity"),
    path("activity.csv", views.site_activity_export, name="site-activity-export"),
    path("orgs/<slug:slug>/compare/", views.job_compare, name="compare"),
    path("orgs/<slug:slug>/insights/", views.insights, name="insights"),
    path("jobs/<cloud_id:viam_id>/", views.job_anywhere, name="anywhere"),
    path("settings/keys/", views.key_list, name="keys"),
    path("settings/keys/new/", views.key_create, name="key-create"),
    path("settings/keys/<uuid:pk>/", views.key_edit, name="key-edit"),
    path("settings/keys/<uuid:pk>/organizations/", views.key_organizations, name="key-organizations"),
    path("settings/keys/<uuid:pk>/test/", views.key_test, name="key-test"),
    path("settings/keys/<uuid:pk>/rotate/", views.key_rotate, name="key-rotate"),
    path("settings/keys/<uuid:pk>/remove/", views.key_remove, name="key-remove"),
]
