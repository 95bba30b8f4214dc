"""Every setting of the site, from the environment. README.md holds the table; a test keeps it complete.

With DEBUG nothing needs to be configured. Without it, what would be unsafe to guess is refused at start.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from dashboard import development
from dashboard.release import fingerprint
from jobs import endpoints

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "var")))

# -- Secrets -----------------------------------------------------------------------------------------------------------
_made = development.keys(DATA_DIR) if DEBUG else {}


def _secret(name: str, how: str) -> str:
    value: str = env.str(name, default=_made.get(name, ""))
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {how} For a look around, set DEBUG=true instead.")
    return value


SECRET_KEY = _secret(
    "SECRET_KEY", 'Make one with `python -c "import secrets; print(secrets.token_urlsafe(50))"` and keep it.'
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
REFRESH_THREAD = env.bool("REFRESH_THREAD", default=True)
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
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = False

# -- Database ----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'trainyard.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the writer; writers queue up instead of failing half-way (SQLite's WAL, BEGIN IMMEDIATE).
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- The application ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "jobs",
]
MIDDLEWARE = [
    "dashboard.requests.Identified",
    "dashboard.middleware.Probes",
    "dashboard.middleware.Measured",
    "dashboard.middleware.EmptyAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard.middleware.SignInFromFragment",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dashboard.middleware.PrivatePages",
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
                "dashboard.requests.in_templates",
            ],
            "builtins": ["jobs.templatetags.formatting"],
        },
    }
]
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

# -- Static files: hashed names and compressed, from the same process --------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(ROOT / "staticfiles")))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# -- What a poll compares, besides what is shown -----------------------------------------------------------------------
RELEASE = fingerprint([ROOT / "templates", ROOT / "static"])

# -- What the browser may do -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
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
LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "dashboard.logs.OneLine", "format": LINE}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
