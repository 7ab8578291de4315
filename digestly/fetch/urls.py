"""URLs from outside: refuse the impossible, give every spelling of an address one form, hide secrets."""

from __future__ import annotations

import re
import socket
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin, urlsplit

import idna

from digestly.fetch.addresses import NOTHING, WEB_PORTS, Address, AllowList, bad_port, reachable
from digestly.fetch.errors import BadScheme, BadUrl

LONGEST = 2_000

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT_IN_TARGET = "/%:@!$&'()*+,;=?~-._"
_LOOKALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_LOOPBACK: tuple[Address, ...] = (IPv4Address("127.0.0.1"), IPv6Address("::1"))

# The second form is a password with a slash in it: a port that is not a number gives it away.
_LOGIN = re.compile(
    r"((?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#]*@|[^/?#@\[]*:(?![0-9]*(?:[/?#]|$)).*@)", re.I | re.S
)
_SECRET_NAME = re.compile(
    r"auth|cred|email|jwt|key|member|pass|pw|secret|sess|sig|token|user|^(?:code|hash|sid)$", re.I
)
_SECRET_VALUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w%.~+/-]{20,}")
_PUBLIC_NAME = re.compile(r"(?:channel|playlist|podcast|show)_id|list|v", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """A URL taken apart, in the one form that stands for all of its spellings. `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str
    carries_login: bool = False

    @property
    def netloc(self) -> str:
        """Host and port as the Host header says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The addresses the host spells out by itself, without asking anyone."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return _LOOPBACK
        literal = _literal(self.host)
        return () if literal is None else (literal,)


def normalise(url: str) -> str:
    """The identity of a URL: two that differ only in spelling become equal. A login in it is left out."""
    return parse(url).url


def check(url: str, *, allow: AllowList = NOTHING) -> Place:
    """Refuse, before any request or look-up, a URL that we would never ask."""
    place = parse(url)
    if place.addresses:
        reachable(place.addresses, place.port, allow=allow)
    if place.carries_login:
        raise BadUrl("This address carries a user name or password. Use one that needs no login.")
    if place.port not in WEB_PORTS and not allow.opens(place.port):
        raise bad_port(place.port)
    return place


def host_of(url: str) -> str:
    """The host in its one spelling: lower-case ASCII, no port."""
    return parse(url).host


def join(place: Place, location: str) -> str:
    """Where a location leads, seen from a place."""
    if _UNPRINTABLE.search(location):  # joining would drop line breaks without a word
        raise BadUrl("It contains spaces or control characters.")
    try:
        return urljoin(place.url, location)
    except ValueError:
        raise BadUrl("It is not a web address.") from None


def parse(url: str) -> Place:
    """Take a URL apart; `BadUrl` or `BadScheme` when it has no meaning for us."""
    if len(url) > LONGEST:
        raise _too_long()
    if _UNPRINTABLE.search(url):
        raise BadUrl("This address contains spaces or control characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl("This is not a web address.") from None
    if not parts.scheme:
        raise BadUrl("A web address begins with https:// or http://.")
    if parts.scheme not in _DEFAULT_PORTS:
        raise BadScheme("Only addresses that begin with https:// or http:// can be fetched.")
    place = Place(
        scheme=parts.scheme,
        host=_spelled_once(parts.hostname or ""),
        port=_DEFAULT_PORTS[parts.scheme] if port is None else port,
        target=_in_ascii(parts.path or "/") + (f"?{_in_ascii(parts.query)}" if parts.query else ""),
        carries_login="@" in parts.netloc,
    )
    if len(place.url) > LONGEST:  # letters outside ASCII grow
        raise _too_long()
    return place


def redact(url: str) -> str:
    """The URL for logs and messages: no login, no secret-looking query value, no fragment. Takes any text."""
    login = _LOGIN.match(url) if "@" in url else None
    shown = (login[1] or "") + url[login.end() :] if login else url
    address, mark, query = shown.partition("#")[0].partition("?")
    shown = address + mark + "".join(map(_without_secret, re.split("([&;])", query)))
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", shown)[:LONGEST]


def _too_long() -> BadUrl:
    return BadUrl(f"This address is longer than {LONGEST:,} characters.")


def _spelled_once(host: str) -> str:
    host = host.lower().removesuffix(".")
    if ":" in host:
        return _bracketed(host)
    if not host.isascii() or "xn--" in host:
        host = _international(host)
    if literal := _literal(host):
        return str(literal)
    labels = host.split(".")
    # A host that ends in a number is an address or nothing: resolvers disagree about the rest.
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise BadUrl("This address has no valid host name.")
    return host


def _bracketed(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise BadUrl("This address has no valid IPv6 host.") from None
    if address.scope_id:
        raise BadUrl("This address names a network card of ours.")
    return str(address)


def _international(host: str) -> str:
    """The ASCII form of a host in any script, refusing labels that mix scripts to look like another name."""
    if len(host) > 253:
        raise BadUrl("This address has no valid host name.")
    try:
        spelled = idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
        labels = idna.decode(spelled).split(".")
    except (idna.IDNAError, UnicodeError):
        raise BadUrl("This address has no valid host name.") from None
    if any(len(_scripts(label) & _LOOKALIKE_SCRIPTS) > 1 for label in labels):
        raise BadUrl("The host of this address mixes alphabets to look like another name.")
    return spelled


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()}


def _literal(host: str) -> Address | None:
    """The address a host spells, in every way that resolvers read: 127.1, 2130706433, 0x7f.1, 0177.0.0.1."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    if not all(map(_NUMBER.fullmatch, host.split("."))):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _in_ascii(text: str) -> str:
    return quote(text, safe=_KEPT_IN_TARGET)


def _without_secret(pair: str) -> str:
    name, equals, value = pair.partition("=")
    looks_secret = _SECRET_VALUE.fullmatch(value) and not _PUBLIC_NAME.fullmatch(name)
    return f"{name}=…" if equals and (looks_secret or _SECRET_NAME.search(name)) else pair
