"""Settings: one file, read from the environment. With nothing set, everything runs embedded in this machine.

`DEBUG` in the environment means "for trying out": sample content, outbox page and generated keys exist, and
`up` binds loopback only. Django's own DEBUG stays off always: its technical error pages print local
variables, and those hold text that readers have not paid for.
"""

from __future__ import annotations

import secrets
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts import social
from billing import keys
from digestly import environment
from digestly.environment import given, number, read, required
from digestly.fetch.addresses import AllowList

HOME = Path(__file__).resolve().parent.parent
VAR = HOME / ".var"

TRY_OUT = read("DEBUG", environment.switch, "0")
DEBUG = False


def generated_key() -> str:
    """A key made once per checkout, for trying out; kept so that a restart signs nobody out."""
    path = VAR / "secret_key"
    VAR.mkdir(exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# Where and who ------------------------------------------------------------------------------------------------

SECRET_KEY = given("SECRET_KEY") or (generated_key() if TRY_OUT else required("SECRET_KEY"))
PORT = read("PORT", number(1, 65535), "8000")
if not TRY_OUT:
    required("BASE_URL")
BASE_URL = read("BASE_URL", environment.site_address, f"http://127.0.0.1:{PORT}")
HTTPS = BASE_URL.startswith("https://")
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = environment.words(given("ALLOWED_HOSTS")) or [
    str(urlsplit(BASE_URL).hostname),
    *(LOOPBACK if TRY_OUT else []),
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SITE_NAME = given("SITE_NAME") or "Digestly"
OPERATOR_NAME, OPERATOR_ADDRESS, OPERATOR_EMAIL = map(
    given, ("OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_EMAIL")
)
TRUSTED_PROXY_COUNT = read("TRUSTED_PROXY_COUNT", number(0, 9), "0")

# Parts --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "digestly.content",
    "digestly.work",
    "digestly.deploy",
    "billing",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
]
if TRY_OUT:  # what is for trying out is not merely switched off in production: it is not there
    INSTALLED_APPS += ["digestly.content.samples", "digestly.content.patterns", "accounts.outbox"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Its answers vary in length by chance, and form tokens are masked anew each time: against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "digestly.content.caching.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.language.AccountLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "digestly.content.errors.not_this_way",
]
ROOT_URLCONF = "digestly.urls"
WSGI_APPLICATION = "digestly.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HOME / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "digestly.content.context.site",
            ],
        },
    }
]

# What Plus is sold with ---------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = given("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = environment.words(given("STRIPE_WEBHOOK_SECRET"))
STRIPE_API_BASE = given("STRIPE_API_BASE").rstrip("/")  # blank is Stripe's own
STANDIN_PORT = read("STANDIN_PORT", number(1, 65535), str(PORT % 65535 + 1))
if TRY_OUT and not STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRETS:
    STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS = "sk_test_standin", ["whsec_standin"]
    STRIPE_API_BASE = STRIPE_API_BASE or f"http://127.0.0.1:{STANDIN_PORT}"
    INSTALLED_APPS += ["billing.standin"]
for problem in keys.problems(
    key=STRIPE_SECRET_KEY, secrets=STRIPE_WEBHOOK_SECRETS, base=STRIPE_API_BASE, try_out=TRY_OUT
):
    # That command is where the webhook's secret comes from, so it alone can do without.
    if not (sys.argv[1:2] == ["billing_setup"] and problem.startswith("STRIPE_WEBHOOK_SECRET is not set")):
        raise ImproperlyConfigured(problem)

PLUS_TRIAL_DAYS = read("PLUS_TRIAL_DAYS", number(0, 90), "0")  # without a card, once for each person
STRIPE_PAGES = [STRIPE_API_BASE or f"https://{page}.stripe.com" for page in ("checkout", "billing")]
STRIPE_TAX = read("STRIPE_TAX", environment.one_of("none", "inclusive", "exclusive"), "none")

# What is remembered -------------------------------------------------------------------------------------------

DATABASES = {"default": read("DATABASE_URL", environment.database, f"sqlite:///{VAR / 'db.sqlite3'}")}
database = DATABASES["default"]
if database["ENGINE"].endswith("sqlite3"):
    VAR.mkdir(exist_ok=True)
    # A transaction that reads and then writes is refused under SQLite's default mode while another one
    # writes; begun IMMEDIATE it waits its turn.
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    database["TEST"] = {"NAME": f"{database['NAME']}.test"}  # a file, since workers are other processes
else:
    database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # Seconds: a database that does not answer is away, and readers are told so rather than kept waiting.
    database["OPTIONS"] = {"connect_timeout": 5, **database.get("OPTIONS", {})}
CACHES = {"default": read("CACHE_URL", environment.cache, "locmem://")}

# Work ---------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = read("CELERY_BROKER_URL", environment.broker, "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    (VAR / "broker").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker"),
        "store_processed": False,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # An unacknowledged message comes back this soon after its worker died; every task is shorter.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 1200,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 2  # a request that wakes a worker must not wait for a broker that is down
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Orders to workers by way of the broker are given by nobody here, and RabbitMQ keeps the line that they come in to one
# worker a machine: the second would end, as one would that comes back before the broker knows that the first is dead.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# Seconds; shorter than any lease, so that a hung task is dead when it is re-driven.
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 510
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # A tick that nobody took before the next one is worth nothing: it expires.
    "fetch-due-sources": {
        "task": "digestly.content.tasks.fetch_due_sources",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "reconcile-with-stripe": {
        "task": "billing.tasks.reconcile_due",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep": {
        "task": "digestly.work.tasks.sweep",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
}

# What the fetcher may reach, and how long it is remembered ----------------------------------------------------

YOUTUBE_HOME = "https://www.youtube.com"  # no variable: only tests play it, on loopback
# Words where a feed links to none; each needs an extra of its own (see README).
YOUTUBE_CAPTIONS = read("YOUTUBE_CAPTIONS", environment.switch, "0")
WHISPER_MODEL_DIR = given("WHISPER_MODEL_DIR")
FETCH_ALLOW_PRIVATE = read("FETCH_ALLOW_PRIVATE", AllowList.parse, "")
KEEP_LOG_DAYS = read("KEEP_LOG_DAYS", number(7, 3650), "90")  # looks, and steps that nobody took by hand

# The language model that writes digests -----------------------------------------------------------------------

LLM = environment.language_model()  # None: the extractive engine writes
# In the currency of the price table. What a request may cost is reserved before it is sent.
LLM_DIGEST_BUDGET = read("LLM_DIGEST_BUDGET", environment.money, "2")
LLM_DAY_BUDGET = read("LLM_DAY_BUDGET", environment.money, "20")
LLM_KEEP_UNSUPPORTED = read("LLM_UNSUPPORTED", environment.one_of("drop", "flag"), "drop") == "flag"
LLM_READS_TWICE = read("LLM_SECOND_READING", environment.one_of("no", "yes"), "no") == "yes"

# Editions -----------------------------------------------------------------------------------------------------

TIME_ZONE = read("TIME_ZONE", environment.time_zone, "UTC")
USE_TZ = True
# The hour, in the site's time zone, at which a day's edition closes; 24 is midnight at the day's end.
EDITION_CLOSE_HOUR = read("EDITION_CLOSE_HOUR", number(0, 24), "24")

# Languages ----------------------------------------------------------------------------------------------------

USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [HOME / "digestly" / "locale"]
FORMAT_MODULE_PATH = "digestly.locale"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_PATH = "/account/"  # a guest's page elsewhere is one for all

# Accounts -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # email is unique, by a constraint that ignores case as well
    "security.W005",  # whether all subdomains speak HTTPS is for their owner to promise, not for one site
    "security.W021",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password, a code is mailed at each sign-in
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds; mail may be slow
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True  # one address each: a new one takes the old one's place once it is confirmed
ACCOUNT_CONFIRM_EMAIL_ON_GET = ACCOUNT_LOGOUT_ON_GET = False  # mail scanners follow links
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignIn",
    "signup": "accounts.forms.SignUp",
    "request_login_code": "accounts.forms.RequestCode",
    "reset_password": "accounts.forms.RequestReset",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailCode",
    "confirm_login_code": "accounts.forms.ConfirmSignInCode",
    "confirm_password_reset_code": "accounts.forms.ConfirmResetCode",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRY_OUT  # browsers let a passkey work on localhost without TLS
MFA_TOTP_ISSUER = SITE_NAME
MFA_ADAPTER = "accounts.second_step.SecondStepAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.second_step.AddKey",
    "edit_webauthn": "accounts.second_step.EditKey",
    "signup_webauthn": "accounts.second_step.SignUpKey",
}

SOCIAL = social.configured(given)
INSTALLED_APPS += [f"allauth.socialaccount.providers.{provider.name}" for provider, _ in SOCIAL]
SOCIALACCOUNT_PROVIDERS = {provider.name: {"APPS": [app], **provider.asks} for provider, app in SOCIAL}

# Mail ---------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = given("DEFAULT_FROM_EMAIL") or (
    "digestly@localhost" if TRY_OUT else required("DEFAULT_FROM_EMAIL")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if TRY_OUT and not given("EMAIL_URL"):
    EMAIL_BACKEND = "accounts.outbox.backend.OutboxBackend"
    OUTBOX_FOLDER = VAR / "outbox"
else:
    required("EMAIL_URL")
    mail = read("EMAIL_URL", environment.mail, "")
    EMAIL_BACKEND = mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"], mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]
    EMAIL_FILE_PATH = mail["EMAIL_FILE_PATH"]
    EMAIL_TIMEOUT = 10

# Static files -------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [HOME / "digestly" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRY_OUT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TRY_OUT
WHITENOISE_AUTOREFRESH = TRY_OUT

# Safety -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],  # one empty glyph, which no request could bring in time
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # A form that leads to the checkout, or to somebody else's sign-in, is judged by where it ends.
        "form-action": [SELF, *(provider.host for provider, _ in SOCIAL), *STRIPE_PAGES],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "digestly.content.errors.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # an editor may paste a transcript of 10 MB

# Said on the console ------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:.1} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # a 404 is an answer, not news
        "kombu": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # it warns that a folder has no host name
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "amqp": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},  # it would say every address it asks, and those name customers
    },
}
