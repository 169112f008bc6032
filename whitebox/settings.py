"""Settings, read from the environment (and from `.env` beside manage.py). `.env.example` documents each variable.

Without any variable this is the embedded default: SQLite, a broker made of files, mail written to
files, everything below `var/`. Production (DEBUG=false) refuses to start without its secrets.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from whitebox import error_reports, providers
from whitebox.environment import (
    address,
    boolean,
    comma_separated,
    contact,
    env,
    log_format,
    log_level,
    positive,
    required_in_production,
    sealing_key,
    strict,
    token,
    zone,
)

django_stubs_ext.monkeypatch()  # Django's own generic classes, admin.ModelAdmin[Row] for one, take their parameter.

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(BASE_DIR / ".env")

DEBUG = strict("DEBUG", boolean, default=True)
VAR_DIR = strict("VAR_DIR", Path, BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = required_in_production("SECRET_KEY", debug=DEBUG, fallback="for-development-and-demonstrations-only")
SITE_URL = required_in_production("SITE_URL", debug=DEBUG, fallback="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = comma_separated(
    required_in_production("ALLOWED_HOSTS", debug=DEBUG, fallback="127.0.0.1,localhost,testserver")
)
CSRF_TRUSTED_ORIGINS = strict(
    "CSRF_TRUSTED_ORIGINS", comma_separated, [SITE_URL] if SITE_URL.startswith("https") else []
)

INSTALLED_APPS = [
    "whitebox.operation",
    "whitebox.web",
    "whitebox.programme",
    "whitebox.packs",
    "whitebox.outbox",
    "whitebox.people",
    "applicants",
    "curriculum",
    "mastery",
    "sprints",
    "sprints.publishing",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "auditlog",
    "crispy_forms",
    "csp",
    "django_htmx",
    "import_export",
    "lucide",
]
SOCIAL_PROVIDERS = {
    provider: {
        "client_id": env.str(f"{provider.upper()}_CLIENT_ID"),
        "secret": env.str(f"{provider.upper()}_SECRET", default=""),
    }
    for provider in ("google", "github")
    if env.str(f"{provider.upper()}_CLIENT_ID", default="")
}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{provider}" for provider in SOCIAL_PROVIDERS]
SOCIALACCOUNT_PROVIDERS = {provider: {"APP": app} for provider, app in SOCIAL_PROVIDERS.items()}

MIDDLEWARE = [
    "whitebox.operation.middleware.Traced",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "whitebox.web.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "whitebox.web.middleware.SafeHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "whitebox.web.middleware.PlainText",
    "whitebox.web.middleware.HomeAhead",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "whitebox.web.middleware.Audited",
    "django_htmx.middleware.HtmxMiddleware",
    "whitebox.web.middleware.RequireSecondFactor",
    "whitebox.web.sight.SeeAs",  # before all that depends on who reads
    "whitebox.web.middleware.ReaderZone",
    "whitebox.web.middleware.ShowRuleViolations",
]

ROOT_URLCONF = "whitebox.urls"
WSGI_APPLICATION = "whitebox.wsgi.application"
ASGI_APPLICATION = "whitebox.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "whitebox.web.context.site",
            ],
        },
    },
]

# Database: PostgreSQL by DATABASE_URL, else SQLite with the settings that let writers queue instead of failing.
EMBEDDED_DATABASE = f"sqlite:///{VAR_DIR / 'whitebox.sqlite3'}"
DATABASE_URL = address("DATABASE_URL", {"postgres", "postgresql", "sqlite"}, default=EMBEDDED_DATABASE)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
    DATABASES["default"]["TEST"] = {"NAME": None}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Our queries are short: compiling one just in time took 2.9 of 3.2 s of the pipeline at 20,000 applications.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off"}

REDIS_URL = address("REDIS_URL", {"redis", "rediss"}, default="")
CACHES = {
    "default": {
        "BACKEND": "whitebox.forgetful_cache.ForgetfulRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # seconds
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "cache")}
}

# Celery: Redis, else a broker made of files. The database is the queue of record, a message is a hint.
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | float]
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,  # seconds; above the longest task
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
        "max_retries": 0,  # of a page that publishes; a worker tries on, see CELERY_BROKER_CONNECTION_MAX_RETRIES
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("messages", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,  # seconds
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300  # seconds; half of the visibility time-out
CELERY_TASK_SOFT_TIME_LIMIT = 240  # seconds
CELERY_TASK_PUBLISH_RETRY = False  # A page must not wait for a broker that is gone: the sweepers deliver later.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # A worker waits for its broker as long as it takes.
CELERY_BROKER_CONNECTION_TIMEOUT = 2  # seconds
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES = {"batch.*": {"queue": "batch"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "outbox.tick", "schedule": 60.0, "options": {"expires": 55}},
    "deliver": {"task": "outbox.deliver_due", "schedule": 20.0, "options": {"expires": 18}},
    "heartbeat": {"task": "batch.heartbeat", "schedule": 60.0, "options": {"expires": 55}},
    # 02:30 and 03:30 in Manila
    "invariants": {"task": "operation.check_invariants", "schedule": crontab(hour="18", minute="30")},
    "backup": {"task": "batch.backup", "schedule": crontab(hour="19", minute="30")},
}

# Sign-in: allauth. Accounts come from accepted offers and invitations, never from an open sign-up.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "whitebox.people.backends.PeopleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "whitebox.web.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "whitebox.web.accounts.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "whitebox.web.accounts.called"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "WhiteBox"
# Organizers hold other people's data: a second factor is a duty wherever it is not a demonstration.
SECOND_FACTOR_REQUIRED = strict("SECOND_FACTOR_REQUIRED", boolean, default=not DEBUG)

# Mail: Django's backend; the embedded default writes files that an organizer can read on a page.
MAIL_DIR = VAR_DIR / "mail"
EMAIL_CONFIG = env.email_url_config(address("EMAIL_URL", env.EMAIL_SCHEMES, default="filemail://"))
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"] or str(MAIL_DIR)
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"] or "localhost"
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
if MAIL_PROVIDER := strict("MAIL_PROVIDER", providers.name, ""):
    EMAIL_BACKEND = providers.mail_backend(MAIL_PROVIDER)
    ANYMAIL = {**providers.mail_options(env.ENVIRON), "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="WhiteBox <whitebox@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Text and time.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = ["whitebox.web.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_ZONE = strict("DEFAULT_ZONE", zone, "Asia/Manila")

# Files: people's uploads are served by views that check access, never from a public address.
STATIC_URL = "static/"
STATIC_ROOT = strict("STATIC_ROOT", Path, VAR_DIR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = strict("MEDIA_ROOT", Path, VAR_DIR / "uploads")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "whitebox.uploads.Uploads"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = providers.storage(S3_BUCKET)
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Security.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "whitebox.web.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14  # seconds; two weeks
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "whitebox.web.views.csrf_failure"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
if HTTPS:  # Browsers take a name that begins so from this host only, over TLS, for all of its paths.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and not DEBUG
SECURE_HSTS_PRELOAD = HTTPS and not DEBUG
if strict("BEHIND_PROXY", boolean, default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # Rate limits count the visitor, and not the proxy for all of them.

CRISPY_ALLOWED_TEMPLATE_PACKS = ("whitebox",)
CRISPY_TEMPLATE_PACK = "whitebox"
AUDITLOG_INCLUDE_TRACKING_MODELS = (
    {"model": "people.User", "exclude_fields": ["password", "last_login"], "mask_fields": ["email", "name"]},
    "people.Cohort",
    "people.Membership",
    "people.Policy",
    "outbox.LetterTemplate",
    "packs.Adoption",
    "applicants.Round",
    "applicants.Decision",
    "applicants.Offer",
    "applicants.Reviewer",
    "curriculum.Session",
    "curriculum.Extension",
    "mastery.Override",
    "sprints.Claim",
    "sprints.ClaimRule",
    "sprints.Problem",
    "publishing.PublicationRule",
)
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# Backups: every night where a folder is named, sealed where a key is set.
BACKUP_DIR = strict("BACKUP_DIR", Path, None)
BACKUP_KEY = strict("BACKUP_KEY", sealing_key, None)
BACKUP_KEEP = strict("BACKUP_KEEP", positive, 14)  # nights

SANDBOX_DIR = strict("SANDBOX_DIR", Path, BASE_DIR / ".sandbox")
SANDBOX_ZYGOTE = strict("SANDBOX_ZYGOTE", boolean, default=True)

# What watches the site: figures behind a token, error reports, an address for who finds a weakness.
METRICS_TOKEN = strict("METRICS_TOKEN", token, "")
SECURITY_CONTACT = strict("SECURITY_CONTACT", contact, "")
if SENTRY_DSN := address("SENTRY_DSN", {"https", "http"}, default=""):
    error_reports.start(SENTRY_DSN)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"ids": {"()": "whitebox.trace.Ids"}},
    "formatters": {
        "line": {
            "()": "whitebox.trace.Lines",
            "format": "{asctime} {levelname} {trace} {task} {name} {message}",
            "style": "{",
        },
        "json": {"()": "whitebox.trace.JSONLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": strict("LOG_FORMAT", log_format, "line"),
            "filters": ["ids"],
        }
    },
    "root": {"handlers": ["stderr"], "level": strict("LOG_LEVEL", log_level, "INFO")},
    # They tell every step of making a PDF.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "weasyprint.progress", "fontTools")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
