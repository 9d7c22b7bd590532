"""An address -> the bytes of a document, from an official host and nowhere else.

Only https (a host named in ``AI_POLICY_SYNC_TEST_HOSTS`` may speak http and have any address), only hosts
of the allow-list, every redirect checked like the first address. A host's addresses are looked up once and
must all be public; the connection goes to the address that was checked, under the host's name for TLS. One
request at a time, with a pause between two to one host. A request has a total time, from the first look-up to
the last byte: a site that sends byte by byte does not outlast it.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import anyio
import anyio.from_thread
import anyio.to_thread
import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from assistant.errors import PolicyError, ReadError
from ingest.readers import sniff
from ingest.sync.sites import Sites

log = logging.getLogger(__name__)

AGENT = "ai-policy-assistant/0.1 (official texts for a local library; one request at a time)"
MAX_REDIRECTS = 5
_KINDS = {
    "pdf": ("application/pdf",),
    "html": ("text/html", "application/xhtml+xml", "application/xml", "text/xml"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"),
    "rtf": ("application/rtf", "text/rtf", "application/msword"),
    "txt": ("text/plain",),
}
_UNSPECIFIC = ("application/octet-stream", "")
_BOUNDED = ("identity", "gzip", "x-gzip", "deflate", "")  # what a few bytes cannot inflate without limit
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


class FetchError(PolicyError):
    """A text that could not be fetched. ``retryable``: the site may answer another time."""

    def __init__(self, en: str, ru: str, *, retryable: bool = False) -> None:
        super().__init__(en, ru)
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient and how polite a fetch is. Seconds and bytes."""

    seconds: float = 120.0
    silence: float = 30.0
    size: int = 50 * 1024 * 1024
    attempts: int = 3
    pause: float = 1.0
    back_off: float = 2.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as served. ``data`` None: unchanged since the validators given."""

    url: str
    data: bytes | None
    kind: str
    etag: str | None
    last_modified: str | None


class Fetcher:
    """Fetches documents; use as a context manager. Not for use from several threads."""

    def __init__(
        self,
        sites: Sites,
        *,
        test_hosts: frozenset[str] = frozenset(),
        ca_bundle: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.sites = sites
        self.test_hosts = test_hosts
        self.limits = limits or Limits()
        self._asked: dict[str, float] = {}
        self._trust = _trust(ca_bundle)
        self._turn: dict[str, int] = {}  # which of a host's addresses is tried next
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self._opened = ExitStack()
        self._loop: anyio.from_thread.BlockingPortal

    def __enter__(self) -> Fetcher:
        self._loop = self._opened.enter_context(anyio.from_thread.start_blocking_portal())
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            for client in self._clients.values():
                self._loop.call(client.aclose)
        finally:
            self._opened.close()

    def fetch(
        self, url: str, kinds: tuple[str, ...], etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """The document at ``url``, of one of ``kinds`` (pdf, html …). Raises FetchError.

        A site that fails, is slow or breaks off is asked again, later each time. What a site wants to be
        asked with (``headers`` in the list of sites) is sent to it and to no other.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self.limits.attempts),
            wait=wait_exponential(self.limits.back_off, max=60)
            if self.limits.back_off
            else (lambda _state: 0.0),
            retry=retry_if_exception(lambda error: isinstance(error, FetchError) and error.retryable),
            reraise=True,
        )
        return retrying(self._loop.call, self._once, url, kinds, etag, last_modified)

    async def _once(
        self, url: str, kinds: tuple[str, ...], etag: str | None, last_modified: str | None
    ) -> Fetched:
        headers = {
            "Accept": ", ".join(name for kind in kinds for name in _KINDS[kind]),
            "Accept-Encoding": "identity",  # so that the limit of size counts what is read
        }
        if etag and etag.isascii():
            headers["If-None-Match"] = etag
        if last_modified and last_modified.isascii():
            headers["If-Modified-Since"] = last_modified
        try:
            with anyio.fail_after(self.limits.seconds) as scope:
                return await self._followed(url, kinds, headers, scope)
        except (ValueError, httpx.InvalidURL) as error:
            raise FetchError(
                f"{url} leads to an address that is none ({error}). Open it in a browser.",
                f"{url} ведёт на неправильный адрес ({error}). Откройте его в браузере.",
            ) from error
        except TimeoutError:
            raise FetchError(
                f"{url} did not end within {self.limits.seconds:g} s: it was not taken. Try again later.",
                f"{url} не завершился за {self.limits.seconds:g} с: не загружено. Повторите позже.",
            ) from None

    async def _followed(
        self, url: str, kinds: tuple[str, ...], headers: dict[str, str], scope: anyio.CancelScope
    ) -> Fetched:
        """The document behind ``url`` and its redirects, each of them checked; pauses do not count."""
        for _hop in range(MAX_REDIRECTS + 1):
            target, extensions, host = await anyio.to_thread.run_sync(
                self._checked, url, abandon_on_cancel=True
            )
            await self._wait(host, scope)
            site = self.sites.of(url)
            asked_with = {**headers, **(site.headers if site else {}), "Host": urlsplit(url).netloc}
            try:
                client = self._client(host)
                request = client.build_request("GET", target, headers=asked_with, extensions=extensions)
                response = await client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        url = self._secured(urljoin(url, response.headers.get("location", "")))
                        continue
                    return await self._taken(
                        response, url, kinds, conditional=any(name.startswith("If-") for name in headers)
                    )
                finally:
                    with anyio.CancelScope(shield=True):
                        await response.aclose()
            except httpx.HTTPError as error:
                if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                    self._turn[host] = self._turn.get(host, 0) + 1
                raise _broken(url, error) from error
        raise FetchError(
            f"{url} redirects more than {MAX_REDIRECTS} times. Open it in a browser.",
            f"{url} перенаправляет более {MAX_REDIRECTS} раз. Откройте адрес в браузере.",
        )

    def _client(self, host: str) -> httpx.AsyncClient:
        """The client for a host: through the user's proxy, or straight to the address that was checked."""
        proxy = None if self._tested(host) else _proxy(host)
        if proxy not in self._clients:
            try:
                self._clients[proxy] = httpx.AsyncClient(
                    verify=self._trust,
                    timeout=httpx.Timeout(self.limits.silence),
                    follow_redirects=False,
                    headers={"User-Agent": AGENT},
                    proxy=proxy,
                    trust_env=False,
                    # A connection kept is found again by its address alone: two hosts behind one address
                    # would share it, and the certificate of the second would not be looked at.
                    limits=httpx.Limits(max_keepalive_connections=0),
                )
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise FetchError(
                    f"The proxy in HTTPS_PROXY cannot be used ({type(error).__name__}). Correct it.",
                    f"Прокси из HTTPS_PROXY использовать не удалось ({type(error).__name__}). Исправьте его.",
                ) from None
        return self._clients[proxy]

    def _tested(self, host: str) -> bool:
        return any(place.partition(":")[0] == host for place in self.test_hosts)

    def _secured(self, url: str) -> str:
        """A redirect to plain http on a listed host, as https: nothing is asked for in the clear."""
        parts = urlsplit(url)
        if (
            parts.scheme == "http"
            and self.sites.of(url) is not None
            and not self._tested(parts.hostname or "")
        ):
            return urlunsplit(parts._replace(scheme="https"))
        return url

    async def _wait(self, host: str, scope: anyio.CancelScope) -> None:
        """The pause a host is owed since it was last asked; the deadline waits with it."""
        left = self._asked.get(host, -1e9) + self.limits.pause - time.monotonic()
        if left > 0:
            scope.deadline += left
            await anyio.sleep(left)
        self._asked[host] = time.monotonic()

    def _checked(self, url: str) -> tuple[str, dict[str, object], str]:
        """(address to connect to, request extensions, host) of an address that may be asked."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        place = f"{host}:{parts.port}" if parts.port else host
        if place in self.test_hosts:
            return url, {}, host
        if parts.scheme != "https":
            raise FetchError(
                f"{url} is not an https address. Only https is fetched; correct the catalogue.",
                f"{url} — не https-адрес. Загружается только https; исправьте каталог.",
            )
        if self.sites.of(url) is None or "@" in parts.netloc:
            raise FetchError(
                f"{url} leads to {host or 'no host'}, which is not on the list of official hosts. "
                "Nothing was fetched from there.",
                f"{url} ведёт на {host or 'пустой узел'}, которого нет в списке официальных. Оттуда ничего "
                "не загружено.",
            )
        if _proxy(host):
            return url, {}, host
        addresses = _public_addresses(host, parts.port or 443)
        address = addresses[self._turn.get(host, 0) % len(addresses)]
        bracketed = f"[{address}]" if ":" in address else address
        netloc = f"{bracketed}:{parts.port}" if parts.port else bracketed
        return urlunsplit(parts._replace(netloc=netloc)), {"sni_hostname": host}, host

    async def _taken(
        self, response: httpx.Response, url: str, kinds: tuple[str, ...], *, conditional: bool
    ) -> Fetched:
        etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        if response.status_code == httpx.codes.NOT_MODIFIED and conditional:
            return Fetched(url, None, kinds[0], etag, modified)
        if response.status_code != httpx.codes.OK:
            raise _refused(url, response.status_code)
        if response.headers.get("content-encoding", "identity").lower() not in _BOUNDED:
            raise _wrong_type(url, response.headers["content-encoding"], kinds)
        declared = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if declared not in _UNSPECIFIC and not any(declared in _KINDS[kind] for kind in kinds):
            raise _wrong_type(url, declared, kinds)
        data = await self._body(response, url)
        kind = _kind_of(data)
        if kind not in kinds:
            raise _wrong_type(url, kind, kinds)
        return Fetched(url, data, kind, etag, modified)

    async def _body(self, response: httpx.Response, url: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > self.limits.size:
                raise FetchError(
                    f"{url} is larger than {self.limits.size >> 20} MB: it was not taken. Check the address.",
                    f"{url} больше {self.limits.size >> 20} МБ: не загружено. Проверьте адрес.",
                )
            parts.append(part)
        return b"".join(parts)


def _trust(ca_bundle: Path | None) -> ssl.SSLContext:
    """The system's roots (``SSL_CERT_FILE`` counts), and the user's bundle for sites with national roots."""
    try:
        context = httpx.create_ssl_context()
    except OSError as error:
        raise FetchError(
            f"The certificates in SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error}. Correct them.",
            f"Не удалось прочитать сертификаты из SSL_CERT_FILE или SSL_CERT_DIR: {error}. Исправьте их.",
        ) from None
    context.load_default_certs()
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise FetchError(
                f"The CA bundle {ca_bundle} cannot be read: {error}. Correct AI_POLICY_SYNC_CA_BUNDLE.",
                f"Не удалось прочитать файл сертификатов {ca_bundle}: {error}. Исправьте "
                "AI_POLICY_SYNC_CA_BUNDLE.",
            ) from None
    return context


def _proxy(host: str) -> str | None:
    """The user's proxy for a host (``NO_PROXY`` counts), or None. A proxy looks the host up, not we."""
    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_public(address: str) -> bool:
    """Whether an address is one of the open network, also by the IPv4 address that an IPv6 one carries."""
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        carried = known.ipv4_mapped or known.sixtofour or (known.teredo or (None, None))[1]
        if carried is None and known in _NAT64:
            carried = ipaddress.IPv4Address(int(known) & 0xFFFF_FFFF)
        if carried is not None:
            return _is_public(str(carried))
    return known.is_global and not known.is_multicast


def _public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, IPv4 first, each once. Raises FetchError where one is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            f"The host {host} was not found ({error}). Check the connection and try again.",
            f"Узел {host} не найден ({error}). Проверьте соединение и повторите.",
            retryable=True,
        ) from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not _is_public(address):
            raise FetchError(
                f"{host} has the private address {address}: nothing was fetched from there.",
                f"У {host} внутренний адрес {address}: оттуда ничего не загружено.",
            )
    return sorted(dict.fromkeys(addresses), key=lambda address: ":" in address)


def _kind_of(data: bytes) -> str:
    """The format of a document by its content, as the readers tell it; empty for one nobody reads."""
    try:
        kind = sniff(data, "document.txt")
    except ReadError:
        return ""
    return "txt" if kind == "text" else kind


def _broken(url: str, error: httpx.HTTPError) -> FetchError:
    why = type(error).__name__ if not str(error) else str(error)
    return FetchError(
        f"{url} broke off: {why}. Nothing was kept; try again later.",
        f"{url}: соединение прервано ({why}). Ничего не сохранено; повторите позже.",
        retryable=True,
    )


def _refused(url: str, status: int) -> FetchError:
    if status == httpx.codes.ACCEPTED:
        return FetchError(
            f"{url} wants to check for a browser (202) and sent no text. Open it in a browser.",
            f"{url}: сайт проверяет браузер (202) и не прислал текста. Откройте адрес в браузере.",
        )
    again = status in (408, 425, 429) or status >= 500
    en = "Try again later." if again else "Check the address, or open it in a browser."
    ru = "Повторите позже." if again else "Проверьте адрес или откройте его в браузере."
    return FetchError(
        f"{url} answered with the error {status}. {en}", f"{url}: ошибка {status}. {ru}", retryable=again
    )


def _wrong_type(url: str, got: str, kinds: tuple[str, ...]) -> FetchError:
    wanted = ", ".join(kinds)
    return FetchError(
        f"{url} served {got or 'an unknown type'} where {wanted} was expected: it was not taken. "
        "Open it in a browser.",
        f"{url}: получен тип {got or 'неизвестный'} вместо ожидаемого ({wanted}): не загружено. Откройте "
        "адрес в браузере.",
    )
