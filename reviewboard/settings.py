"""Deployment facts read from the environment, and how the frameworks are wired.

Thresholds, intervals and rules are policy data, not settings. The mode follows ``BASE_URL``; see ``mode.py``.
"""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from reviewboard import environment, mode
from reviewboard.schedule import TASK_TIME_LIMIT, beat_schedule, broker_options

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024

# Where the program is reached, and what it keeps on disk
try:
    DEPLOYMENT = mode.deployment(environment.text("BASE_URL"))
    PRODUCTION = DEPLOYMENT.production
    BASE_URL = DEPLOYMENT.base_url
    ALLOWED_HOSTS = mode.allowed_hosts(environment.words("ALLOWED_HOSTS"), DEPLOYMENT)
    SECRET_KEY = environment.text("SECRET_KEY")
    mode.check_secret_key(SECRET_KEY, production=PRODUCTION)
    DEBUG = environment.flag("DEBUG")
    mode.check_debug(DEBUG, production=PRODUCTION)
    TRUSTED_PROXY: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    TRUSTED_PROXY = mode.trusted_networks(environment.words("TRUSTED_PROXY"))
    METRICS_TOKEN = environment.text("METRICS_TOKEN")
    mode.check_metrics_token(METRICS_TOKEN, installed=find_spec("django_prometheus") is not None)
except mode.RefusedFact as refusal:
    raise ImproperlyConfigured(str(refusal)) from None

DATA_DIR = environment.folder(Path(environment.text("DATA_DIR", str(ROOT / "data"))).expanduser().absolute())
BLOB_DIR = environment.folder(DATA_DIR / "blobs")
SECRET_KEY = SECRET_KEY or environment.kept_secret(DATA_DIR / "secret_key")
ORG_NAME = environment.text("ORG_NAME")
MAX_UPLOAD_MIB = environment.whole_number("MAX_UPLOAD_MIB", 512, least=1, most=1024 * 1024)

# Uploads: streamed to the disk that will keep them; forms without their files stay small
FILE_UPLOAD_HANDLERS = ["reviews.views.upload.DigestingUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(environment.folder(DATA_DIR / "uploads"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MIB

# Applications
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_filters",
    "csp",
    "audit",
    "notifications",
    "accounts",
    "reviews",
]
MIDDLEWARE = [
    "reviewboard.proxy.TrustedProxyMiddleware",
    "reviewboard.views.health.ProbeMiddleware",
    "reviewboard.visits.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reviewboard.sign_in.SignInMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")
ROOT_URLCONF = "reviewboard.urls"
WSGI_APPLICATION = "reviewboard.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Database. SQLite takes its write lock at the start of a transaction, because it has no row locks.
DATABASES = {"default": environment.database("DATABASE_URL", DATA_DIR / "reviewboard.sqlite3")}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
# Rate limits must be seen by every process, so they live in the database; an account migration makes the table.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}

# People and sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email", "display_name"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/300s/key"}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the administrator who invites
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.adapter.MFAAdapter"

# Sessions last a working day and are not prolonged by use; messages may name a case, so they stay on the server
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "reviews.views.errors.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What browsers are told
SECURE_SSL_REDIRECT = PRODUCTION
# Probes come from beside the program, without TLS
SECURE_REDIRECT_EXEMPT = ["^health/(live|web|ready)/$", "^metrics/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
HSTS_SCOPE = environment.choice("HSTS_SCOPE", ["host", "subdomains", "preload"])
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION and HSTS_SCOPE != "host"
SECURE_HSTS_PRELOAD = PRODUCTION and HSTS_SCOPE == "preload"
# Other names of the domain are not ours to bind unasked: ADR 1
SILENCED_SYSTEM_CHECKS = {"host": ["security.W005", "security.W021"], "subdomains": ["security.W021"]}.get(
    HSTS_SCOPE, []
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": SECURE_CSP}

# Static files: found where they lie in local mode, collected under hashed names in production
STATIC_URL = "/static/"
# Only production collects; elsewhere files come from where they lie, and the folder only has to be there.
STATIC_ROOT = ROOT / "staticfiles" if PRODUCTION else environment.folder(DATA_DIR / "staticfiles")
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        # Whoever installs collects them, somebody with fewer rights serves them; uploads alone are private.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

# Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Mail
MAIL_TO_FILES = {
    "EMAIL_BACKEND": "notifications.mailfiles.EmailBackend",
    "EMAIL_FILE_PATH": str(DATA_DIR / "mail"),
}
MAIL_TO_CONSOLE = {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
MAIL = environment.mail("EMAIL_URL", MAIL_TO_CONSOLE if PRODUCTION else MAIL_TO_FILES)
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST = MAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
MAIL_FROM = environment.sender("MAIL_FROM", f"Reviewboard <reviewboard@{DEPLOYMENT.mail_domain}>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Celery: the outbox in the database is the queue, the broker only transport. memory:// is the embedded mode.
CELERY_BROKER_URL = environment.broker("CELERY_BROKER_URL")
CELERY_BEAT_SCHEDULE = beat_schedule(embedded=CELERY_BROKER_URL.startswith("memory:"))
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for a night
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# Logging
LOG_LINE = "{asctime} {levelname} {name}: {message}"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "logging.Formatter" if DEBUG else "reviewboard.logs.TextFormatter",
            "format": LOG_LINE,
            "style": "{",
        },
        "json": {"()": "reviewboard.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "text"},
    },
    "root": {"handlers": ["console"], "level": "INFO" if PRODUCTION else "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO" if PRODUCTION else "WARNING", "propagate": True},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Below a fault, the line of `reviewboard.request` says the same.
        "django.request": {"level": "ERROR" if PRODUCTION else "WARNING"},
        # What is not ready says our own view; a check that breaks is still told of.
        "health_check": {"level": "ERROR"},
    },
}
