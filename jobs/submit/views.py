"""Submitting a job, looked over while it is filled in, and what became of a submit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jobs.domain import MAX_ARGUMENTS, ModelType, Role
from jobs.job_page import code_snippets
from jobs.models import MAX_KEY, Job, Organization, Submission, can_be_made_again, request_of
from jobs.permissions import Access, access_for, actor, person
from jobs.submit import fitness, offers, preflight, service
from jobs.submit.custom_form import CustomJobForm
from jobs.submit.forms import MAX_LENGTH, JobForm, ManagedJobForm, fresh_version, new_token
from jobs.ui.polling import HtmxHttpRequest, page_or_partial
from jobs.ui.text import one_line
from jobs.viam.errors import CloudError

MANAGED, CUSTOM = "managed", "custom"
MAX_NUMBER = 18


@require_http_methods(["GET", "HEAD", "POST"])
def job_create(request: HttpRequest, slug: str, kind: str = MANAGED) -> HttpResponse:
    access = access_for(person(request), slug, to=Role.OPERATOR)
    offers.expect_submit(access.organization)
    if request.method != "POST":
        return _empty_form(request, access, kind)
    form = _bound(request, access.organization, kind)
    is_complete = form.is_valid()
    if isinstance(form, ManagedJobForm) and {"pick", "exclude"} & set(request.POST):
        return _pick_labels(request, access, form)
    if not is_complete:
        return _form(request, access, kind, form, status=422)
    return _submit(request, access, kind, form)


@require_POST
def job_check(request: HttpRequest, slug: str, kind: str = MANAGED) -> HttpResponse:
    """The preflight of a form that is being filled in."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    form = _bound(request, access.organization, kind)
    form.is_valid()
    return render(request, "submit/_preflight.html", access.context | _look_over(access.organization, form))


@require_safe
def job_resubmit(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """To the form that is filled with everything of a job, a vanished one included."""
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    job = get_object_or_404(organization.jobs, viam_id=viam_id)
    name = "jobs:create-custom" if job.is_custom else "jobs:create"
    return redirect(f"{reverse(name, args=[slug])}?{urlencode({'from': viam_id})}")


@require_http_methods(["GET", "HEAD", "POST"])
def job_resubmit_as_is(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """Asks whether to send everything of a job again under a new version, and does. What is wrong with it by now is
    told, and warnings have to be meant as in the form.
    """
    access = access_for(person(request), slug, to=Role.OPERATOR)
    job = get_object_or_404(access.organization.jobs.select_related("organization"), viam_id=viam_id)
    if not can_be_made_again(job):
        return redirect("jobs:resubmit", slug, viam_id)
    version = one_line(request.POST.get("version", ""), MAX_LENGTH) or fresh_version()
    token = request.POST.get("token", "")[:MAX_KEY] or new_token()
    context: dict[str, object] = {"job": job, "version": version, "token": token}
    if request.method != "POST":
        return page_or_partial(
            request, "submit/as_is.html", "submit/_as_is.html", access.context | context, tag=f"{job.version}"
        )
    try:
        submission = service.submit_job(
            actor=actor(request),
            organization=access.organization,
            request=request_of(job, version),
            token=token,
            is_meant="is_meant" in request.POST,
            source=job,
        )
    except service.Unfit as unfit:
        context["preflight"] = unfit.preflight
    except (service.KeyReused, CloudError) as error:
        context |= {"problem": str(error), "token": new_token()}
    else:
        if not submission.error:
            return redirect(submission)
        context |= {"problem": f"{submission.error.sentence} {submission.error.words}", "token": new_token()}
    return render(request, "submit/as_is.html", access.context | context, status=422)


@require_safe
def script_versions(request: HttpRequest, slug: str) -> HttpResponse:
    """What the field for the script's version offers, for the script that is typed or chosen."""
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    found = offers.script_versions(organization, request.GET.get("script", ""))
    return render(request, "submit/_script_versions.html", {"versions": found})


@require_safe
def dataset_labels(request: HttpRequest, slug: str) -> HttpResponse:
    """The labels that the chosen dataset carries, each with its images, to be ticked."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    dataset_id = request.GET.get("dataset_id") or request.GET.get("dataset", "")
    kind = ModelType.from_word(request.GET.get("type", "")) or ModelType.OBJECT_DETECTION
    offer = fitness.offer_labels(access.organization, dataset_id, kind)
    context = {**access.context, "offer": offer, "ticked": request.GET.getlist("offered")}
    return render(request, "submit/_labels.html", context)


@require_safe
def submission_detail(request: HtmxHttpRequest, slug: str, pk: int) -> HttpResponse:
    """Straight to the job when there is one; what is known when the cloud's answer was lost."""
    access = access_for(person(request), slug)
    submission = submission_of(access.organization, pk)
    offers.expect_job(submission)
    if submission.job_id:
        return _to_job(request, access.organization, submission)
    is_fragment = request.htmx
    template = "submit/_submission.html" if is_fragment else "submit/submission.html"
    again = _form_again(access.organization, submission)
    return render(request, template, {**access.context, "submission": submission, "again": again})


def submission_of(organization: Organization, pk: int) -> Submission:
    entries = organization.actions.select_related("submission")
    submission: Submission = get_object_or_404(entries, pk=pk, submission__isnull=False).submission
    submission.organization = organization
    return submission


def _form_again(organization: Organization, submission: Submission) -> str:
    """The form that is filled with everything that was asked. The address holds none of it: addresses are logged."""
    name = "jobs:create-custom" if submission.request.get("kind") == CUSTOM else "jobs:create"
    return f"{reverse(name, args=[organization.slug])}?{urlencode({'again': submission.pk})}"


def _empty_form(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    organization = access.organization
    form_class = CustomJobForm if kind == CUSTOM else ManagedJobForm
    source = _source(organization, request.GET.get("from", "").replace("\0", ""))
    if source and len(source.arguments) > MAX_ARGUMENTS:
        has = f"This job has {len(source.arguments):,} arguments."
        messages.error(request, f"{has} A job takes {MAX_ARGUMENTS} at most.")
        return redirect(source)
    values = form_class.starting_values(_asked_before(request, organization, form_class) | request.GET.dict(), source)
    form = _make(form_class, organization, initial=values, original=_original(organization, values))
    form.fit_dataset()
    return _form(request, access, kind, form, source=source)


def _asked_before(request: HttpRequest, organization: Organization, form_class: type[JobForm]) -> dict[str, str]:
    """What the submission asked for that is to be sent again, if the address names one."""
    number = request.GET.get("again", "")
    if not (number.isdecimal() and len(number) <= MAX_NUMBER):
        return {}
    submission = submission_of(organization, int(number))
    of_it = {"source": submission.source, "resent": str(submission.pk)}
    return form_class.values_of_request(submission.request) | of_it


def _pick_labels(request: HttpRequest, access: Access, form: ManagedJobForm) -> HttpResponse:
    """The form as it is filled in, with other labels; where scripts run, labels.js does that."""
    offer = _offer(access.organization, form)
    without = request.POST.get("exclude", "")
    labels = [label for label in form.cleaned_data.get("labels", []) if label != without]
    values = form.with_labels(offer.pick(request.POST.get("pick", ""), labels), offer.names)
    changed = _make(
        ManagedJobForm, access.organization, initial=values, original=_original(access.organization, request.POST)
    )
    form.cleaned_data["labels"] = [*values["offered"], *values["labels"].splitlines()]
    context = _look_over(access.organization, form) | {"offer": offer}
    return _form(request, access, MANAGED, changed, more=context | {"form": changed})


def _offer(organization: Organization, form: JobForm) -> fitness.LabelOffer:
    values = form.cleaned_data
    return fitness.offer_labels(
        organization, values.get("dataset", ""), values.get("type") or ModelType.OBJECT_DETECTION
    )


def _submit(request: HttpRequest, access: Access, kind: str, form: JobForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        submission = service.submit_job(
            actor=actor(request),
            organization=access.organization,
            request=form.to_request(),
            token=values["token"],
            is_meant=values["is_meant"],
            source=_source(access.organization, values["source"]),
        )
    except service.Unfit as unfit:
        for finding in unfit.preflight.errors:
            form.add_error(finding.field if finding.field in form.fields else None, finding.words)
        if not unfit.preflight.errors:
            form.add_error(None, "Nothing was sent yet. Check the warnings, then select “Submit anyway” to continue.")
        return _form(request, access, kind, form, status=422)
    except service.KeyReused as reused:
        words = f"You already submitted this form as {reused.submission.name}. Submit it again to send a new job."
        return _anew(request, access, kind, form, words)
    except CloudError as error:
        return _anew(request, access, kind, form, f"{error.sentence} {error.words}".strip())
    if refusal := submission.error:
        return _anew(request, access, kind, form, f"{refusal.sentence} {refusal.words}".strip())
    if submission.state == Submission.State.DONE:
        messages.success(request, f"{submission.name} was submitted.")
    return redirect(submission)


def _anew(request: HttpRequest, access: Access, kind: str, form: JobForm, words: str) -> HttpResponse:
    """The form with what is wrong, ready to be sent once more: its old token is used up."""
    form.add_error(None, words)
    form.renew_token()
    return _form(request, access, kind, form, status=422)


def _bound(request: HttpRequest, organization: Organization, kind: str) -> JobForm:
    form_class = CustomJobForm if kind == CUSTOM else ManagedJobForm
    return _make(form_class, organization, data=request.POST, original=_original(organization, request.POST))


def _original(organization: Organization, told: Mapping[str, str]) -> dict[str, Any]:
    """What the form is filled with, the request of a job or an earlier submission: it doesn't show all of it."""
    source = _source(organization, told.get("source", "").replace("\0", ""))
    found = request_of(source).as_json() if source else {}
    number = told.get("resent", "")
    if number.isdecimal() and len(number) < MAX_NUMBER:
        earlier = organization.submissions.filter(pk=int(number)).first()
        arguments = found.get("arguments", {})
        found |= earlier.request if earlier else {}
        found["arguments"] = arguments | found.get("arguments", {})
    return found


def _make(form_class: type[JobForm], organization: Organization, **values: Any) -> JobForm:
    if issubclass(form_class, CustomJobForm):
        values["catalogue"] = offers.catalogue_of(organization)
    return form_class(datasets=offers.list_datasets(organization), **values)


def _source(organization: Organization, viam_id: str) -> Job | None:
    return organization.jobs.filter(viam_id=viam_id).first() if viam_id else None


def _look_over(organization: Organization, form: JobForm) -> dict[str, object]:
    """What stands beside the form: the checklist, what differs from the source, the same job in other words."""
    request = form.to_request()
    source = _source(organization, form.cleaned_data.get("source", ""))
    named = organization.jobs.filter(model_name=request.model_name) if request.model_name and not source else None
    return {
        "form": form,
        "last": named and named.select_related("organization").order_by("-sorted_on", "-id").first(),
        "preflight": preflight.preflight(organization, request, source, fitness.findings(organization, request)),
        "words": code_snippets.in_other_words(organization, request),
    }


def _form(
    request: HttpRequest,
    access: Access,
    kind: str,
    form: JobForm,
    *,
    source: Job | None = None,
    status: int = 200,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    context = {**access.context, "kind": kind, "form": form, "source": source, **(more or {})}
    if form.is_bound:
        context |= _look_over(access.organization, form)
    if form.is_bound and kind == MANAGED:
        context["offer"] = _offer(access.organization, form)
    if kind == CUSTOM:
        context["scripts"] = offers.catalogue_of(access.organization).scripts
    template = "submit/new_custom.html" if kind == CUSTOM else "submit/new.html"
    return render(request, template, context, status=status)


def _to_job(request: HtmxHttpRequest, organization: Organization, submission: Submission) -> HttpResponse:
    address = Job(organization=organization, viam_id=submission.job_id).get_absolute_url()
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)
