"""A browser without eyes: cookies, redirects, forms and the password page, by the standard library."""

import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

PERSON = "zoe"
SAML_FIELDS = ("SAMLRequest", "SAMLResponse")


@dataclass
class Carried:
    """A SAML message that the browser is to take to a service provider."""

    binding: str
    url: str
    fields: dict
    query: str = ""
    passwords: int = 0

    @property
    def parameter(self):
        return next(name for name in SAML_FIELDS if name in self.fields)

    @property
    def message(self):
        return self.fields[self.parameter]


@dataclass
class Page:
    """A page that the browser stays on."""

    status: int
    url: str
    html: str
    passwords: int = 0

    @property
    def words(self):
        reader = Reader()
        reader.feed(self.html)
        return " ".join("".join(reader.words).split())


@dataclass
class Form:
    action: str
    method: str
    fields: dict = field(default_factory=dict)
    password: bool = False


class Reader(HTMLParser):
    """The forms, the refresh and the words of a page."""

    def __init__(self):
        super().__init__()
        self.forms, self.refresh, self.words, self.silent = [], None, [], False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "style", "title"):
            self.silent = True
        if tag == "meta" and attrs.get("http-equiv", "").lower() == "refresh":
            self.refresh = attrs["content"].split("url=", 1)[1]
        if tag == "form":
            self.forms.append(Form(attrs.get("action", ""), attrs.get("method", "get").lower()))
        if tag == "input" and self.forms and attrs.get("name"):
            if attrs.get("type") == "password":
                self.forms[-1].password = True
            self.forms[-1].fields[attrs["name"]] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        if tag in ("script", "style", "title"):
            self.silent = False

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)


class Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are read by us: one of them may carry a message."""

    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self, idp_url, password):
        self.idp_url, self.password = idp_url, password
        self.opener = urllib.request.build_opener(
            Stay, urllib.request.HTTPCookieProcessor(CookieJar()),
            urllib.request.ProxyHandler({}))

    def carry(self, how):
        """Does what an adapter wants a browser to do; where it ends."""
        if "url" in how:
            return self.settle(self.fetch(how["url"]))
        if "html" in how:
            form = read(how["html"]).forms[0]
            how = {"action": form.action, "fields": {
                name: value for name, value in form.fields.items() if name in (*SAML_FIELDS, "RelayState")}}
        return self.settle(self.fetch(how["action"], how["fields"]))

    def open(self, path):
        return self.settle(self.fetch(self.idp_url + path))

    def submit(self, page, action=None):
        """Presses the button of the first form of a page."""
        form = read(page.html).forms[0]
        fields = dict(form.fields, **(action or {}))
        return self.settle(self.fetch(urljoin(page.url, form.action), fields))

    def fetch(self, url, fields=None):
        body = None if fields is None else urlencode(fields).encode()
        request = urllib.request.Request(url, body)
        if body is not None:
            request.add_header("Origin", self.idp_url)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, url, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, url, answer.headers, answer.read().decode()

    def settle(self, answer, passwords=0):
        """Follows what the identity provider answers until a message or a page comes out."""
        for _ in range(20):
            status, url, headers, html = answer
            if status in (301, 302, 303, 307):
                target = urljoin(url, headers["Location"])
                if not target.startswith(self.idp_url + "/"):
                    return redirected(target, passwords)
                answer = self.fetch(target)
                continue
            page = read(html)
            if page.refresh and not urljoin(url, page.refresh).startswith(self.idp_url + "/"):
                return redirected(page.refresh, passwords)
            if not page.forms:
                return Page(status, url, html, passwords)
            form = page.forms[0]
            if any(name in form.fields for name in SAML_FIELDS):
                return Carried("post", form.action, form.fields, passwords=passwords)
            if not form.password or status != 200 or passwords == 2:
                return Page(status, url, html, passwords)
            passwords += 1
            typed = dict(form.fields, username=PERSON, password=self.password, action="continue")
            answer = self.fetch(urljoin(url, form.action), typed)
        raise RuntimeError(f"the browser was sent around without end, last to {answer[1]}")


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def redirected(url, passwords):
    query = urlsplit(url).query
    return Carried("redirect", url.split("?", 1)[0], dict(parse_qsl(query, keep_blank_values=True)),
                   query, passwords)
