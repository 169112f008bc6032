"""Settings of the floors: the same database under what `startproject` gives, and nothing of ours around.

The stylesheet, the templates and the middleware of WhiteBox would make the floors dearer and our pages look cheaper.
"""

from pathlib import Path

from whitebox.settings import *  # noqa: F403  # the same database, sessions, key and process as the measured site

ROOT_URLCONF = "tests.benchmarks.floors"
INSTALLED_APPS = [
    "whitebox.packs",
    "whitebox.outbox",
    "whitebox.people",
    "applicants",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "tests.benchmarks.counting.CountQueries",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
