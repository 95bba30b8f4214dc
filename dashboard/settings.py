"""Every setting of the site, from the environment. README.md holds the table; a test keeps it complete.

With DEBUG nothing needs to be configured. Without it, what would be unsafe to guess is refused at start.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from dashboard import environment, private_files
from jobs.viam import endpoints

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "var")))

# -- Secrets -----------------------------------------------------------------------------------------------------------
MIN_SECRET_LENGTH = 32
_made = environment.keys(DATA_DIR) if DEBUG else {}


def _secret(name: str, how: str) -> str:
    value: str = env.str(name, default=_made.get(name, ""))
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {how} For a look around, set DEBUG=true instead.")
    return value


def _positive(name: str, default: int, hint: str = "") -> int:
    value: int = env.int(name, default=default)
    if value < 1:
        raise ImproperlyConfigured(f"{name} must be 1 or more{hint}.")
    return value


_HOW = 'Make one with `python -c "import secrets; print(secrets.token_urlsafe(50))"` and keep it.'
SECRET_KEY = _secret("SECRET_KEY", _HOW)
if not DEBUG and len(SECRET_KEY) < MIN_SECRET_LENGTH:
    raise ImproperlyConfigured(
        f"SECRET_KEY has {len(SECRET_KEY)} characters, and needs {MIN_SECRET_LENGTH}: it signs what lets people in. "
        f"{_HOW}"
    )
# The first key encrypts stored API keys, all of them decrypt.
CREDENTIAL_KEYS = [
    key.strip()
    for key in _secret(
        "CREDENTIAL_KEYS",
        "Make one with "
        '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"` and keep it.',
    ).split(",")
    if key.strip()
]

# -- Viam's cloud ------------------------------------------------------------------------------------------------------
try:
    VIAM_ENDPOINTS = endpoints.parse_list(env.str("VIAM_ENDPOINTS", default="app.viam.com:443"))
except ValueError as wrong:
    raise ImproperlyConfigured(f"VIAM_ENDPOINTS: {wrong}") from None
VIAM_RECEIVE_LIMIT_MIB = env.int("VIAM_RECEIVE_LIMIT_MIB", default=256)

# -- Keeping the mirror fresh (seconds) --------------------------------------------------------------------------------
REFRESH_ACTIVE_SECONDS = env.float("REFRESH_ACTIVE_SECONDS", default=5.0)
REFRESH_COMPLETE_SECONDS = env.float("REFRESH_COMPLETE_SECONDS", default=60.0)
REFRESH_QUIET_SECONDS = env.float("REFRESH_QUIET_SECONDS", default=30.0)
REFRESH_QUIET_COMPLETE_SECONDS = env.float("REFRESH_QUIET_COMPLETE_SECONDS", default=300.0)
REFRESH_CATALOGUE_SECONDS = env.float("REFRESH_CATALOGUE_SECONDS", default=300.0)
REFRESH_WATCHED_SECONDS = env.float("REFRESH_WATCHED_SECONDS", default=60.0)

# -- Where the site lives ----------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=not DEBUG)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
TRUSTED_PROXIES = _positive("TRUSTED_PROXIES", default=1, hint="; BEHIND_PROXY=false says that there is none")
# In how many threads a web worker answers requests. Pages never wait for the cloud, but a submit or a cancel does.
WEB_THREADS = _positive("WEB_THREADS", default=4)
# What long answers of a web worker on their way may take of the temporary folder, which may be memory.
DOWNLOADS_MIB = _positive("DOWNLOADS_MIB", default=512)
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = False

# -- Database ----------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": environment.database(env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'trainyard.sqlite3'}"))
}
private_files.tighten(DATA_DIR, environment.file_of(DATABASES["default"]))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What all processes count together, such as mails that were asked for; pages are not kept in it, and polls not counted.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# -- E-mail ------------------------------------------------------------------------------------------------------------
# Nobody waits for a mail server that is silent.
EMAIL_URL = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "dummymail://")
vars().update(EMAIL_URL)
SENDS_MAIL = not EMAIL_URL["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="trainyard@localhost")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")

# -- The application ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Its pages are gone; its table of what was done there stays, and goes with its people.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "dashboard.accounts",
    "jobs",
]
MIDDLEWARE = [
    "dashboard.requests.Identified",
    "dashboard.errors.ProblemsForPrograms",
    "dashboard.middleware.Probes",
    "dashboard.middleware.Measured",
    "dashboard.middleware.EmptyAnswers",
    "dashboard.secret_addresses.NoReferrers",
    "dashboard.middleware.PrivatePages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.OnePolicy",
    "dashboard.middleware.OfThisVersion",
    "dashboard.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "dashboard.middleware.LocalRedirects",
    "django.middleware.csrf.CsrfViewMiddleware",
    "dashboard.accounts.backend.SignedIn",
    "dashboard.middleware.SignInAndBack",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "dashboard.accounts.middleware.SecondFactorFirst",
    "dashboard.accounts.middleware.ReadersZone",
    "dashboard.accounts.middleware.OrganizationBefore",
    "dashboard.accounts.sessions.LastSeen",
    "dashboard.accounts.sessions.GoesOn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dashboard.accounts.again.LateForms",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dashboard.middleware.RefusedFragments",
    "dashboard.middleware.CloudErrorsInWords",
]
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.accounts.middleware.reader",
                "dashboard.requests.in_templates",
            ],
            "builtins": [
                *("jobs.templatetags.formatting", "jobs.templatetags.html_cache"),
                *("jobs.ui.bundles", "jobs.ui.navigation"),
            ],
        },
    }
]

# -- People: allauth signs them in, dashboard/accounts says how --------------------------------------------------------
AUTHENTICATION_BACKENDS = ["dashboard.accounts.backend.NameOrEmail"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "jobs:organizations"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
REQUIRE_TWO_FACTOR = env.bool("REQUIRE_TWO_FACTOR", default=False)
ACCOUNT_ADAPTER = "dashboard.accounts.adapter.Accounts"
ACCOUNT_FORMS = {
    "change_password": "dashboard.accounts.plain_forms.ChangePassword",
    "set_password": "dashboard.accounts.plain_forms.SetPassword",
    "reset_password": "dashboard.accounts.plain_forms.ForgottenPassword",
    "reset_password_from_key": "dashboard.accounts.plain_forms.NewPassword",
    "reauthenticate": "dashboard.accounts.plain_forms.Again",
    "add_email": "dashboard.accounts.plain_forms.AddEmail",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "dashboard.accounts.people.PasswordLinks"  # noqa: S105
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = SENDS_MAIL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# An address that somebody else lists unverified is free: it is whoever's verifies it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Passwords and codes have a throttle of their own, dashboard/accounts/throttle.py. allauth's count by person, and so
# would lock them out where somebody else guesses.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None, "change_password": None}
MFA_ADAPTER = "dashboard.accounts.second_factor.SecondFactors"
MFA_FORMS = {
    "authenticate": "dashboard.accounts.plain_forms.Code",
    "reauthenticate": "dashboard.accounts.plain_forms.CodeAgain",
    "activate_totp": "dashboard.accounts.plain_forms.FirstCode",
    "add_webauthn": "dashboard.accounts.plain_forms.NewPasskey",
    "login_webauthn": "dashboard.accounts.plain_forms.PasskeyAlone",
    "authenticate_webauthn": "dashboard.accounts.plain_forms.PasskeyAfterPassword",
    "reauthenticate_webauthn": "dashboard.accounts.plain_forms.PasskeyAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Trainyard"
MFA_TOTP_TOLERANCE = 1

# -- Single sign-on by OpenID Connect ----------------------------------------------------------------------------------
try:
    SOCIALACCOUNT_PROVIDERS = environment.providers(
        env.str("OIDC_ISSUER", default=""),
        env.str("OIDC_CLIENT_ID", default=""),
        env.str("OIDC_CLIENT_SECRET", default=""),
        env.str("OIDC_NAME", default="single sign-on"),
    )
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from None
OIDC_NAME = SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["name"] if SOCIALACCOUNT_PROVIDERS else ""
OIDC_DOMAINS = {domain.strip().lower() for domain in env.list("OIDC_DOMAINS", default=[])}
SOCIALACCOUNT_ADAPTER = "dashboard.accounts.sso_adapter.SingleSignOn"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"

# -- Static files: bundled, hashed names and compressed, from the same process -----------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(ROOT / "staticfiles")))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jobs.ui.bundles.CompressedWithBundles"},
}
WHITENOISE_USE_FINDERS = DEBUG

# -- What a poll compares, besides what is shown -----------------------------------------------------------------------
RELEASE = environment.release_of([ROOT / "templates", ROOT / "static"])

# -- What the browser may do -------------------------------------------------------------------------------------------
_FROM_HERE = ("default-src", "script-src", "style-src", "img-src", "connect-src", "form-action")
_NEVER = ("object-src", "base-uri", "frame-ancestors")
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {name: [SELF] for name in _FROM_HERE} | {name: [NONE] for name in _NEVER}}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "dashboard.sessions"
# OWASP ASVS 4.0.3, 3.3.2, level 2: 12 hours at most, and 30 minutes without anything that the person did.
SESSION_IDLE_SECONDS = _positive("SESSION_IDLE_MINUTES", default=30) * 60
SESSION_ABSOLUTE_SECONDS = _positive("SESSION_ABSOLUTE_HOURS", default=12) * 3600
# How long an answer to "who are you?" holds, before what a stolen session must not do.
REAUTHENTICATE_SECONDS = ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATE_MINUTES", default=15) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dashboard.middleware.form_expired"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "trainyard-session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "trainyard-csrf"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- Metrics: who brings this token may read them; without it there are none -------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# -- Logs: one line a record -------------------------------------------------------------------------------------------
LOGGING = environment.logging(level=env.str("LOG_LEVEL", default="INFO"))
