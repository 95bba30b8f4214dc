"""Addresses about people. The names are those by which allauth knows its pages, and ours."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.views import AccountInactiveView
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from dashboard.accounts.views import login, me, people, registration, single_sign_on

urlpatterns = [
    path("join/<str:token>/", registration.join, name="join"),
    path("invitations/<int:pk>/accept/", registration.invitation_accept, name="invitation-accept"),
    path("invitations/<int:pk>/decline/", registration.invitation_decline, name="invitation-decline"),
    path("set-up/", registration.set_up, name="set-up"),
    path("sign-in/", login.sign_in, name="sign-in"),
    path("sign-in/", login.sign_in, name="account_login"),
    path("sign-in/sso/", single_sign_on.begin, name="sso"),
    path("sign-in/sso/callback/", single_sign_on.come_back, name="sso-callback"),
    path(
        "sign-in/deactivated/",
        login_not_required(AccountInactiveView.as_view(template_name="account/account_inactive.html")),
        name="account_inactive",
    ),
    path("sign-in/again/sso/", single_sign_on.again, name="sso-again"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-out/", login.sign_out, name="sign-out"),
    path("sign-out/", login.sign_out, name="account_logout"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login.new_password,
        name="account_reset_password_from_key",
    ),
    path("password/new/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("email/sent/", account.email_verification_sent, name="account_email_verification_sent"),
    path("email/confirm/<str:key>/", login.confirm_address, name="account_confirm_email"),
    path("people/", people.people_list, name="people"),
    path("people/<int:pk>/", people.people_detail, name="people-detail"),
    *(
        path(
            f"people/<int:pk>/{what}/",
            people.people_step if what in people.STEPS else people.people_change,
            {"what": what},
            name="people-change",
        )
        for what in people.CHANGES
    ),
    # Django's admin was here.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", people.old_admin, {"rest": ""}),
    path("admin/<path:rest>", people.old_admin),
    path("settings/", RedirectView.as_view(pattern_name="me"), name="settings"),
    path("me/", me.me, name="me"),
    path("me/columns/", me.columns, name="columns"),
    path("me/theme/", me.theme, name="theme"),
    path("me/emails/", me.addresses, name="account_email"),
    path("me/password/", account.password_change, name="account_change_password"),
    path(
        "me/password/set/",
        # Who has no password yet isn't asked for it on the page itself.
        reauthentication_required(account.password_set, app="allauth.account"),
        name="account_set_password",
    ),
    path("me/sessions/end/", me.end_sessions, name="end-sessions"),
    path("me/sessions/<int:pk>/end/", me.end_session, name="end-session"),
    path("me/sso/connect/", single_sign_on.connect, name="sso-connect"),
    path("me/sso/disconnect/", single_sign_on.disconnect, name="sso-disconnect"),
    path("me/two-factor/totp/picture/", me.totp_picture, name="totp-picture"),
    path("me/two-factor/totp/activate/", me.activate_app, name="mfa_activate_totp"),
    path("me/two-factor/totp/deactivate/", me.deactivate_app, name="mfa_deactivate_totp"),
    path("me/two-factor/webauthn/add/", me.add_passkey, name="mfa_add_webauthn"),
    path("me/two-factor/webauthn/keys/<int:pk>/edit/", me.rename_passkey, name="mfa_edit_webauthn"),
    path("me/two-factor/webauthn/keys/<int:pk>/remove/", me.remove_passkey, name="mfa_remove_webauthn"),
    path("me/two-factor/recovery-codes/", me.recovery_codes, name="mfa_view_recovery_codes"),
    path("me/two-factor/recovery-codes/download/", me.recovery_codes_as_text, name="mfa_download_recovery_codes"),
    path("me/two-factor/", include("allauth.mfa.urls")),
]
