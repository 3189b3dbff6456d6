"""Settings of the whole site, all of them from the environment (see docs/settings.md)."""

import logging
from pathlib import Path

import environ

from dm_site.limits import limits
from dm_site.logs import logging_settings
from dm_site.object_storage import s3_storage
from dm_site.secret import development_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    development_secret_key(BASE_DIR / "var" / "secret-key") if DEBUG else ""
)
# Keys of before: what they signed or sealed is still read, nothing new is.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of ours add to X-Forwarded-For; 0: the connection's own address is the client's.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Behind a proxy that speaks TLS for us; it must overwrite X-Forwarded-Proto.
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "accounts",
    "videos",
    "messaging",
    "moderation",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dm_site.compression.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dm_site.body_limits.BodyLimitMiddleware",
    "accounts.middleware.ActivityMiddleware",
    "moderation.middleware.UnreadDecisionMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "dm_site.urls"
ASGI_APPLICATION = "dm_site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "messaging.context.inbox_badge",
            ],
            "builtins": ["accounts.templatetags.interface"],
        },
    },
]

# --- Storage -----------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL, so that an acknowledged message is on the disk, not only in the system's cache.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=" + env.str("SQLITE_SYNCHRONOUS", default="FULL"),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # What the address says after its question mark, as libpq reads it: sslmode, several hosts. The parser makes
        # a tuple of "5432,5433".
        **{
            name: ",".join(map(str, value)) if isinstance(value, tuple) else value
            for name, value in DATABASES["default"].get("OPTIONS", {}).items()
        },
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)},
        # How often a statement is run before it is kept prepared: at once, since only accounts.statements asks for it.
        "prepare_threshold": 0 if env.bool("PREPARED_STATEMENTS", default=True) else None,
    }

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "accounts.caches.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "dm_site.redis_layer.RedisLayer",
            # Of the newer protocol redis-py writes each event out in full for a log that nobody reads.
            "CONFIG": {
                "hosts": [{"address": url, "protocol": 2} for url in env.list("REDIS_LAYER_HOSTS", default=[REDIS_URL])]
            },
        }
    }
else:
    # Django keeps 300 entries by default and throws a third away beyond: counts would be forgotten.
    CACHES = {"default": {"BACKEND": "accounts.caches.MemoryCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# What is sent at the same time, over whatever way, shares a transaction. Without it each has its own.
SENDS_TOGETHER = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
# Behind nginx: the internal location that serves MEDIA_ROOT. Empty: the application sends the files itself.
X_ACCEL_REDIRECT = env.str("X_ACCEL_REDIRECT", default="")
STORAGES = {
    "default": s3_storage(env) or {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# What is said once on the next page waits in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- People ------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
] + [{"NAME": "accounts.validators.NameOfTheSiteValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_CONFIRMATION", default="none")
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm", "login": "accounts.forms.LoginForm"}
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Who finds a browser signed in can't change the password's way back: the mail address.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Per address: a school or a company behind one address is many people. Failed sign-ins stay at allauth's limits.
ACCOUNT_RATE_LIMITS = {"signup": "60/m/ip", "login": "120/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Where addresses are never confirmed, a second factor can't wait for it.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "none"
MFA_TOTP_ISSUER = "Paperplane"
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    default="django.core.mail.backends.console.EmailBackend"
    if DEBUG
    else "django.core.mail.backends.smtp.EmailBackend",
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="paperplane@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

# Who sends it as a bearer token may read /metrics; empty: only staff may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Background work ---------------------------------------------------------

# "embedded": in threads of each server process; "separate": by `manage.py worker` alone.
BACKGROUND_WORKER = env.str("BACKGROUND_WORKER", default="embedded")
# Where what waits is kept without Redis.
BACKGROUND_FILE = env.str("BACKGROUND_FILE", default=str(BASE_DIR / "var" / "tasks.sqlite3"))
BACKGROUND_QUEUE_SUFFIX = ""
# How long a worker may be silent before another one takes over its video.
VIDEO_LEASE_SECONDS = env.int("VIDEO_LEASE_SECONDS", default=30)

# --- Limits (docs/settings.md) -----------------------------------------------

# Pairs of (times, seconds), written 60/10,1500/3600: so many in any such window of the clock.
# All messages of an account, and those to one person.
MESSAGE_LIMITS = limits(env, "MESSAGE_LIMITS", "60/10,1500/3600")
RECIPIENT_LIMITS = limits(env, "RECIPIENT_LIMITS", "120/60,1000/3600")
# Strangers neither wrote to the account nor follow it: how many of them get a first message, and how many the same
# or nearly the same text; a few everyday words without a link have a limit of their own.
NEW_PEOPLE_LIMITS = limits(env, "NEW_PEOPLE_LIMITS", "30/3600,80/86400")
SAME_TEXT_LIMITS = limits(env, "SAME_TEXT_LIMITS", "10/3600,30/86400")
SHORT_TEXT_LIMITS = limits(env, "SHORT_TEXT_LIMITS", "25/3600")
# The same for all accounts of one network address: strangers who get a first message, and messages to strangers.
ADDRESS_NEW_PEOPLE_LIMITS = limits(env, "ADDRESS_NEW_PEOPLE_LIMITS", "120/3600,500/86400")
ADDRESS_STRANGER_LIMITS = limits(env, "ADDRESS_STRANGER_LIMITS", "300/3600,1200/86400")
# What holds beside the above for an account in its first days, and together for all such of one address.
NEW_ACCOUNT_DAYS = env.int("NEW_ACCOUNT_DAYS", default=7)
NEW_ACCOUNT_MESSAGE_LIMITS = limits(env, "NEW_ACCOUNT_MESSAGE_LIMITS", "600/3600")
NEW_ACCOUNT_RECIPIENT_LIMITS = limits(env, "NEW_ACCOUNT_RECIPIENT_LIMITS", "500/3600")
NEW_ACCOUNT_NEW_PEOPLE_LIMITS = limits(env, "NEW_ACCOUNT_NEW_PEOPLE_LIMITS", "10/3600,25/86400")
NEW_ACCOUNT_SAME_TEXT_LIMITS = limits(env, "NEW_ACCOUNT_SAME_TEXT_LIMITS", "4/3600,8/86400")
NEW_ACCOUNT_SHORT_TEXT_LIMITS = limits(env, "NEW_ACCOUNT_SHORT_TEXT_LIMITS", "10/3600")
NEW_ACCOUNT_ADDRESS_NEW_PEOPLE_LIMITS = limits(env, "NEW_ACCOUNT_ADDRESS_NEW_PEOPLE_LIMITS", "60/3600,200/86400")
NEW_ACCOUNT_ADDRESS_STRANGER_LIMITS = limits(env, "NEW_ACCOUNT_ADDRESS_STRANGER_LIMITS", "120/3600,400/86400")
# How often new accounts together may send strangers nearly the same text before further copies wait under Filtered.
WAVE_LIMITS = limits(env, "WAVE_LIMITS", "20/3600,60/86400")
# For measurements: one pace instead of all that hold among people who know each other.
if ceiling := env.int("MESSAGE_LIMIT_PER_SECOND", default=0):
    MESSAGE_LIMITS = [(ceiling, 1)]
    RECIPIENT_LIMITS = NEW_ACCOUNT_MESSAGE_LIMITS = NEW_ACCOUNT_RECIPIENT_LIMITS = []
# The same for uploads of videos.
VIDEO_LIMITS = limits(env, "VIDEO_LIMITS", "10/3600,40/86400")
GIF_LIMITS = limits(env, "GIF_LIMITS", "20/600,200/86400")
PHOTO_LIMITS = limits(env, "PHOTO_LIMITS", "60/600,400/86400")
MAX_UNSENT_PHOTOS = 40
STICKER_LIMITS = limits(env, "STICKER_LIMITS", "20/600,60/86400")
MAX_OWN_STICKERS = 24
# Searches at a provider of GIFs, and what is fetched from there to be sent.
GIF_SEARCH_LIMITS = limits(env, "GIF_SEARCH_LIMITS", "60/60,600/3600")
FOUND_GIF_LIMITS = limits(env, "FOUND_GIF_LIMITS", "30/60,300/3600")
# Pages that are asked for an account's links; further links go without a card.
LINK_PREVIEW_LIMITS = limits(env, "LINK_PREVIEW_LIMITS", "6/60,60/3600")
# Conversations taken along as a file.
EXPORT_LIMITS = limits(env, "EXPORT_LIMITS", "10/600,60/86400")
# Passwords tried to delete an account.
DELETION_LIMITS = limits(env, "DELETION_LIMITS", "10/600")
# Reports of an account; repeating one that waits counts against nothing.
REPORT_LIMITS = limits(env, "REPORT_LIMITS", "10/600,40/86400")
# How many requests and frames a process carries out at the same time; others wait, and whoever asked for least lately
# goes first. What takes long makes room for others, up to the second figure.
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", default=2)
MOST_REQUESTS_AT_ONCE = env.int("MOST_REQUESTS_AT_ONCE", default=16)
# A token bucket per socket: so many frames at once, refilled by so many a second.
SOCKET_FRAMES_BURST = env.int("SOCKET_FRAMES_BURST", default=120)
SOCKET_FRAMES_PER_SECOND = env.int("SOCKET_FRAMES_PER_SECOND", default=20)
SOCKET_FRAMES_A_REFUSAL = 20  # that a message counts for which was refused as one too many

# --- What is fetched from elsewhere ------------------------------------------

# Cards under links: this server asks the pages that people link to.
LINK_PREVIEWS = env.bool("LINK_PREVIEWS", default=False)
# Where people search GIFs: "giphy", or nowhere. The URL is for a service of one's own that answers like GIPHY.
GIF_PROVIDER = env.str("GIF_PROVIDER", default="")
GIF_PROVIDER_URL = env.str("GIF_PROVIDER_URL", default="")
GIF_PROVIDER_KEY = env.str("GIF_PROVIDER_KEY", default="")
GIF_PROVIDER_RATING = env.str("GIF_PROVIDER_RATING", default="pg")

# --- Security ----------------------------------------------------------------

# The emoji picker styles its shadow root inline; only style-src may allow that.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
# On outside of development; switched off only for a site that is really served without TLS.
TLS = env.bool("TLS", default=not DEBUG)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
# By its prefix a browser takes a cookie from this very host alone, over TLS: no neighbouring host can plant one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-sessionid", "__Host-csrftoken") if TLS else ("sessionid", "csrftoken")
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Whoever seeks in a video breaks off what was being sent.
DJANGO_STRUCTLOG_REQUEST_CANCELLED_LOG_LEVEL = logging.INFO
LOGGING = logging_settings(env.str("LOG_LEVEL", default="WARNING"), readable=DEBUG)
