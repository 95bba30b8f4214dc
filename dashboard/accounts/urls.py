"""Addresses about people. The names are those by which allauth knows its pages, and ours."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.views import AccountInactiveView
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from dashboard.accounts import views

urlpatterns = [
    path("join/<str:token>/", views.join, name="join"),
    path("invitations/<int:pk>/accept/", views.invitation_accept, name="invitation-accept"),
    path("invitations/<int:pk>/decline/", views.invitation_decline, name="invitation-decline"),
    path("set-up/", views.set_up, name="set-up"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/sso/", views.begin, name="sso"),
    path("sign-in/sso/callback/", views.come_back, name="sso-callback"),
    path(
        "sign-in/deactivated/",
        login_not_required(AccountInactiveView.as_view(template_name="account/account_inactive.html")),
        name="account_inactive",
    ),
    path("sign-in/again/sso/", views.again, name="sso-again"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path("password/new/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("email/sent/", account.email_verification_sent, name="account_email_verification_sent"),
    path("email/confirm/<str:key>/", views.confirm_address, name="account_confirm_email"),
    path("people/", views.people_list, name="people"),
    path("people/<int:pk>/", views.people_detail, name="people-detail"),
    *(
        path(
            f"people/<int:pk>/{what}/",
            views.people_step if what in views.STEPS else views.people_change,
            {"what": what},
            name="people-change",
        )
        for what in views.CHANGES
    ),
    # Django's admin was here.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", views.old_admin, {"rest": ""}),
    path("admin/<path:rest>", views.old_admin),
    path("me/", views.me, name="me"),
    path("me/columns/", views.columns, name="columns"),
    path("me/emails/", account.email, name="account_email"),
    path("me/password/", account.password_change, name="account_change_password"),
    path(
        "me/password/set/",
        # Who has no password yet isn't asked for it on the page itself.
        reauthentication_required(account.password_set, app="allauth.account"),
        name="account_set_password",
    ),
    path("me/sessions/end/", views.end_sessions, name="end-sessions"),
    path("me/sessions/<int:pk>/end/", views.end_session, name="end-session"),
    path("me/sso/connect/", views.connect, name="sso-connect"),
    path("me/sso/disconnect/", views.disconnect, name="sso-disconnect"),
    path("me/two-factor/totp/picture/", views.totp_picture, name="totp-picture"),
    path("me/two-factor/totp/activate/", views.activate_app, name="mfa_activate_totp"),
    path("me/two-factor/totp/deactivate/", views.deactivate_app, name="mfa_deactivate_totp"),
    path("me/two-factor/webauthn/keys/<int:pk>/edit/", views.rename_passkey, name="mfa_edit_webauthn"),
    path("me/two-factor/webauthn/keys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("me/two-factor/", include("allauth.mfa.urls")),
]
