"""What the surroundings tell the shop: read once at start, typed, and every problem named at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"  # of Vitrine; pyproject.toml reads it here

DEMO_SECRET_KEY = "demo-secret-key-that-production-refuses"
DEMO_STRIPE_KEY = "sk_test_demo_key_that_only_the_twin_knows"
DEMO_WEBHOOK_SECRET = "whsec_demo_secret_that_only_the_twin_knows"
SHORTEST_SECRET = 32
_ADDRESS = re.compile(r"https?://[\w.\[\]:-]+(/[\w./~-]*)?", re.ASCII)

_INDEXNOW_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")


class Env(StrEnum):
    DEMO = "demo"  # the twin plays Stripe, mails are kept at /dev/mail
    DEVELOPMENT = "development"  # real test keys
    TEST = "test"
    PRODUCTION = "production"


class BadSettings(Exception):
    """The shop cannot start. `problems` holds one sentence for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The shop cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where pictures are kept that are not kept in a folder. Without a key boto3 looks for one where it always does."""

    name: str
    prefix: str  # before the name of each file: empty, or pictures/
    key_id: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    endpoint: str | None  # None is AWS
    region: str | None
    public: str  # where everyone finds the files; empty when the shop hands them out itself


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNow:
    """Where search engines are told which pages have changed, and the key that shows it is the shop that tells them."""

    endpoint: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    env: Env
    database_url: str = field(repr=False)  # what holds a secret is not printed by accident
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    public_url: str
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)  # two while one is being replaced by the other
    stripe_api_base: str | None
    mail_url: str = field(repr=False)
    media: Path | Bucket
    backups: Path | None  # where one is left every night
    backups_kept: int  # days
    indexnow: IndexNow | None
    sweep_seconds: int
    trusted_proxies: int
    port: int

    @property
    def plays_stripe(self) -> bool:
        """Whether the twin takes Stripe's part."""
        return self.env is Env.DEMO

    @property
    def shows_mails(self) -> bool:
        """Whether mails are kept and shown at /dev/mail. Never in production, which refuses this setting."""
        return self.mail_url == "mailbox:"

    @property
    def embedded(self) -> bool:
        """Whether Celery runs inside the serving process, of which there is then exactly one."""
        return self.redis_url is None

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Reads `environ` (the process's own by default); any NAME may come as NAME_FILE, a file that holds it.

        Raises BadSettings with every problem found.
        """
        return _Reader(os.environ if environ is None else environ).settings()


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def settings(self) -> Settings:
        env = self.env()
        demo = env in (Env.DEMO, Env.TEST)
        port = self.number("PORT", 8000, least=1, most=65534)
        found = Settings(
            env=env,
            port=port,
            database_url=self.database_url(env),
            redis_url=self.text("REDIS_URL") or None,
            secret_key=self.text("SECRET_KEY", DEMO_SECRET_KEY if demo else None),
            public_url=self.text("PUBLIC_URL", f"http://127.0.0.1:{port}" if demo else None).rstrip("/"),
            stripe_secret_key=self.text("STRIPE_SECRET_KEY", DEMO_STRIPE_KEY if demo else None),
            stripe_webhook_secrets=self.webhook_secrets(DEMO_WEBHOOK_SECRET if demo else None),
            stripe_api_base=self.text("STRIPE_API_BASE", f"http://127.0.0.1:{port + 1}" if demo else "") or None,
            mail_url=self.text("MAIL_URL", "mailbox:" if demo else None),
            media=self.media(),
            backups=self.backups(),
            backups_kept=self.number("BACKUPS_KEPT", 7, least=1, most=3650),
            indexnow=self.indexnow(),
            sweep_seconds=self.number("SWEEP_SECONDS", 60, least=1, most=3600),
            trusted_proxies=self.number("TRUSTED_PROXIES", 0, least=0, most=10),
        )
        self.check_urls(found)
        self.check_stripe(found)
        if env is Env.PRODUCTION:
            self.check_production(found)
        if self.problems:
            raise BadSettings(self.problems)
        return found

    def env(self) -> Env:
        name = self.text("SHOP_ENV", Env.DEMO)
        try:
            return Env(name)
        except ValueError:
            self.problems.append(f"SHOP_ENV is {name!r}; it must be one of {', '.join(Env)}.")
            return Env.PRODUCTION

    def text(self, name: str, default: str | None = "") -> str:
        """The value of `name`; with a default of None it is required."""
        value = self.environ.get(name, "").strip()
        path = self.environ.get(f"{name}_FILE", "").strip()
        if not value and path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.")
            except UnicodeDecodeError:
                self.problems.append(f"{name}_FILE names {path}, which is not text in UTF-8.")
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is missing.")
            return ""
        return default

    def webhook_secrets(self, default: str | None) -> tuple[str, ...]:
        named = self.text("STRIPE_WEBHOOK_SECRET", default)
        secrets = tuple(secret.strip() for secret in named.split(",") if secret.strip())
        if named and not secrets:
            self.problems.append("STRIPE_WEBHOOK_SECRET holds no secret; it is whsec_…, or two with a comma between.")
        return secrets

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        self.problems.append(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
        return default

    def database_url(self, env: Env) -> str:
        url = self.text("DATABASE_URL", "sqlite:///var/demo.db" if env is Env.DEMO else None)
        for short in ("postgres://", "postgresql://"):
            url = url.replace(short, "postgresql+psycopg://", 1) if url.startswith(short) else url
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.problems.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
        if url.startswith("sqlite:///"):
            url = f"sqlite:///{ROOT / url.removeprefix('sqlite:///')}"
        return url

    def media(self) -> Path | Bucket:
        """A relative folder is one of the shop's, wherever the command was started."""
        url = self.text("MEDIA_URL", "file:var/media")
        kind, _colon, path = url.partition(":")
        if kind == "file" and path:
            return ROOT / path
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        bucket = Bucket(
            name=parts.hostname or "",
            prefix=f"{parts.path.strip('/')}/".lstrip("/"),
            key_id=unquote(parts.username or "") or None,
            secret=unquote(parts.password or "") or None,
            endpoint=asked.pop("endpoint", None),
            region=asked.pop("region", None),
            public=asked.pop("public", "").rstrip("/"),
        )
        if kind != "s3" or not bucket.name or asked:
            self.problems.append(
                "MEDIA_URL must be file: and the path of a folder,"
                " or s3://KEY:SECRET@bucket/prefix with endpoint=, region= or public= after a question mark."
            )
        elif find_spec("boto3") is None:
            self.problems.append("MEDIA_URL names a bucket, which needs boto3: install it beside the shop.")
        if (bucket.key_id is None) != (bucket.secret is None):
            self.problems.append("MEDIA_URL has half a key; write s3://KEY:SECRET@bucket, / in them as %2F.")
        if not all(_ADDRESS.fullmatch(address) for address in (bucket.endpoint, bucket.public) if address):
            self.problems.append("MEDIA_URL: endpoint and public must be addresses like https://cdn.example.")
        return bucket

    def backups(self) -> Path | None:
        folder = self.text("BACKUPS")
        return ROOT / folder if folder else None

    def indexnow(self) -> IndexNow | None:
        url = self.text("INDEXNOW_URL")
        if not url:
            return None
        endpoint, _mark, query = url.partition("?")
        asked = dict(parse_qsl(query))
        key = asked.pop("key", "")
        if not _ADDRESS.fullmatch(endpoint) or not _INDEXNOW_KEY.fullmatch(key) or asked:
            self.problems.append(
                "INDEXNOW_URL must be a search engine’s address and a key of 8 to 128 letters, digits and dashes:"
                " https://engine.example/indexnow?key=…"
            )
        return IndexNow(endpoint=endpoint, key=key)

    def check_urls(self, found: Settings) -> None:
        public = urlsplit(found.public_url)
        if found.public_url and (public.scheme not in ("http", "https") or not public.hostname or public.path):
            self.problems.append("PUBLIC_URL must be the shop's address, like https://shop.example, without a path.")
        if found.redis_url and not found.redis_url.startswith(("redis://", "rediss://", "unix://")):
            self.problems.append("REDIS_URL must begin with redis://, rediss:// or unix://.")
        if found.mail_url and found.mail_url != "mailbox:" and not _is_smtp(found.mail_url):
            self.problems.append("MAIL_URL must be smtp://user:password@host:port, smtps://… or mailbox:.")

    def check_stripe(self, found: Settings) -> None:
        live = found.stripe_secret_key.startswith(("sk_live_", "rk_live_"))
        if found.stripe_api_base and live:
            self.problems.append("STRIPE_API_BASE must not be set with a live Stripe key.")
        if found.env is Env.DEVELOPMENT and found.stripe_secret_key and live:
            self.problems.append("STRIPE_SECRET_KEY is a live key; development takes a test key (sk_test_…).")

    def check_production(self, found: Settings) -> None:
        if found.secret_key == DEMO_SECRET_KEY or 0 < len(found.secret_key) < SHORTEST_SECRET:
            self.problems.append(f"SECRET_KEY must be at least {SHORTEST_SECRET} characters of your own.")
        if found.stripe_secret_key and not found.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
            self.problems.append("STRIPE_SECRET_KEY must be a live key (sk_live_… or rk_live_…).")
        if DEMO_WEBHOOK_SECRET in found.stripe_webhook_secrets:
            self.problems.append("STRIPE_WEBHOOK_SECRET is the demo's; use the one of your Stripe endpoint.")
        if found.stripe_api_base and not found.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
            self.problems.append("STRIPE_API_BASE must not be set in production.")
        if found.mail_url == "mailbox:":
            self.problems.append("MAIL_URL is mailbox:, which shows mails to anyone; use smtp://….")
        if found.public_url and not found.secure:
            self.problems.append("PUBLIC_URL must begin with https://.")


def _is_smtp(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname)
