"""What a case works with: one library, the identity provider, and a browser."""

import base64
import re
import zlib
from urllib.parse import unquote_plus

from browser import Browser, Carried, Page
from libraries import Failure, Unsupported

RELAY_STATE = "weiter/ö漢字?a=b&c=d"


class Scene:
    def __init__(self, library, adapter, server, service_providers, password, heard, back_channel):
        self.library, self.adapter, self.server = library, adapter, server
        self.service_providers, self.password = service_providers, password
        self.heard, self.back_channel = heard, back_channel
        # One browser, signed in by the first case, for all that do not want one of their own.
        self.shared = self.browser()
        # What the case at hand needs and the library is known to lack.
        self.lacking = []

    def browser(self):
        return Browser(self.server.url, self.password)

    def sp(self, profile):
        """The service provider of a profile."""
        self.needs(profile)
        if profile not in self.service_providers:
            raise Unsupported(self.library.lacks[profile])
        return self.service_providers[profile]

    def needs(self, what):
        """Notes when the library is known to lack this. The case goes on: it has to fail then."""
        if what in self.library.lacks:
            self.lacking.append(self.library.lacks[what])

    def ask(self, profile, browser=None, binding=None, relay_state=RELAY_STATE, **wishes):
        """A request of the library, carried to the identity provider; where the browser ends."""
        sp = self.sp(profile)
        how = self.adapter("login", sp, binding=binding or self.library.request_binding,
                           relay_state=relay_state, **wishes)
        return self.hear((browser or self.shared).carry(how))

    def answered(self, profile, browser=None, relay_state=RELAY_STATE, **wishes):
        """The Response that comes of it, at the right address and with the RelayState."""
        outcome = message(self.ask(profile, browser, relay_state=relay_state, **wishes))
        sp = self.sp(profile)
        check(outcome.url == sp["acs"], f"the Response goes to {outcome.url}, not to {sp['acs']}")
        check(outcome.fields.get("RelayState") == relay_state,
              f"RelayState came back as {outcome.fields.get('RelayState')!r}")
        return outcome

    def sign_in(self, profile, browser=None, relay_state=RELAY_STATE, **wishes):
        """A whole sign-in; what the library read from the Response, and the Response."""
        answer = self.answered(profile, browser, relay_state, **wishes)
        facts = self.adapter("response", self.sp(profile), message=answer.message,
                             relay_state=relay_state)
        check(facts.get("name_id"), "the library read no NameID")
        return facts, answer

    def hear(self, outcome):
        """Keeps a message of the identity provider, to be judged by the schemas."""
        if isinstance(outcome, Carried):
            self.heard(decoded(outcome))
        return outcome


def message(outcome):
    if isinstance(outcome, Page):
        raise Failure(f"no message but a page ({outcome.status}): {outcome.words[-300:]}")
    return outcome


def check(holds, otherwise):
    if not holds:
        raise Failure(otherwise)


def decoded(carried):
    """The XML of a message."""
    raw = base64.b64decode(carried.message)
    return (zlib.decompress(raw, -15) if carried.binding == "redirect" else raw).decode()


def encoded(xml):
    """As HTTP-POST has it."""
    return base64.b64encode(xml.encode()).decode()


def swapped(query, name, value):
    """A query string with another value for one parameter, the rest byte for byte as it was."""
    pattern = re.compile(rf"(^|&){name}=([^&]*)")
    check(pattern.search(query), f"the query has no {name}")
    return pattern.sub(lambda found: f"{found[1]}{name}={value(unquote_plus(found[2]))}", query)
