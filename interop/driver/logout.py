"""Cases of logging out, both ways, by every binding that a library has."""

import re
from urllib.parse import parse_qsl, quote_plus, urlsplit

from browser import Page, read
from cases import case
from libraries import Refusal
from scene import Failure, check, decoded, encoded, message, swapped

# What our page says when every application confirmed.
COMPLETE = "You are signed out here and at every application that you used."
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


def ask_for_logout(scene, profile, browser, binding):
    """The library asks for logout; what we answer, as (binding, message, query)."""
    # A space in it shows whether both sides write a query in the same way.
    wished = "out/ä1" if "relay-state" in scene.library.lacks else "out/ä 1"
    how = scene.adapter("logout", scene.sp(profile), binding=binding, relay_state=wished)
    if "soap" in how:
        answer = scene.server.soap("/saml/slo/soap", how["soap"])
        scene.heard(answer)
        return "soap", answer, None
    carried = message(scene.hear(browser.carry(how)))
    check(carried.url == scene.sp(profile)["slo"], f"the answer goes to {carried.url}")
    sent = wished_fields(how).get("RelayState")
    check(carried.fields.get("RelayState") == sent,
          f"RelayState {sent!r} came back as {carried.fields.get('RelayState')!r}")
    return carried.binding, carried.message, carried.query


def wished_fields(how):
    """The parameters of what a library wants a browser to do."""
    if "url" in how:
        return dict(parse_qsl(urlsplit(how["url"]).query))
    return how.get("fields") or read(how["html"]).forms[0].fields


def signed_out(scene, browser):
    """The next request asks for the password again."""
    _, answer = scene.sign_in("both", browser)
    check(answer.passwords == 1, "the session goes on")


def asked_by_library(title, profile, binding):
    @case(title)
    def run(scene):
        scene.sp(profile)
        browser = scene.browser()
        scene.sign_in(profile, browser)
        how, text, query = ask_for_logout(scene, profile, browser, binding)
        read = scene.adapter("logout_response", scene.sp(profile), binding=how, message=text, query=query)
        check(read["status"] == SUCCESS, f"the status is {read['status']}")
        signed_out(scene, browser)


asked_by_library("Logout by the library: HTTP-Redirect", "both", "redirect")
asked_by_library("Logout by the library: HTTP-POST", "slo-post", "post")
asked_by_library("Logout by the library: SOAP", "slo-soap", "soap")


def told(scene, browser, profile):
    """Signing out at the identity provider; the LogoutRequest for the library."""
    scene.sign_in(profile, browser)
    request = message(scene.hear(browser.submit(browser.open("/logout"))))
    check(request.url == scene.sp(profile)["slo"], f"the request goes to {request.url}")
    return request


def answered_by_library(scene, profile, request):
    return scene.adapter("logout_request", scene.sp(profile), binding=request.binding,
                         message=request.message, query=request.query,
                         relay_state=request.fields.get("RelayState"))


def asked_by_us(title, profile, binding):
    @case(title)
    def run(scene):
        scene.sp(profile)
        scene.needs(f"slo-{binding}")
        browser = scene.browser()
        request = told(scene, browser, profile)
        check(request.binding == binding, f"it was told by {request.binding}")
        page = browser.carry(answered_by_library(scene, profile, request))
        check(isinstance(page, Page) and page.status == 200, "no page follows")
        check(COMPLETE in page.words, f"the page says: {page.words[:200]}")
        signed_out(scene, browser)


asked_by_us("Logout by us: HTTP-Redirect", "both", "redirect")
asked_by_us("Logout by us: HTTP-POST", "slo-post", "post")


@case("Logout by us: SOAP")
def by_soap(scene):
    scene.sp("slo-soap")
    browser = scene.browser()
    scene.sign_in("slo-soap", browser)
    page = browser.submit(browser.open("/logout"))
    check(isinstance(page, Page) and page.status == 200, "no page follows")
    check(COMPLETE in page.words,
          f"the page says: {page.words[:200]} (the library: {scene.back_channel.problem})")
    signed_out(scene, browser)


@case("Logout of two: the second one is told, the first one is answered")
def of_two(scene):
    first, second = "both", "plain" if "slo-post" in scene.library.lacks else "slo-post"
    browser = scene.browser()
    scene.sign_in(first, browser)
    scene.sign_in(second, browser)
    binding = scene.library.logout_binding
    how = scene.adapter("logout", scene.sp(first), binding=binding, relay_state="r")
    request = message(scene.hear(browser.carry(how)))
    check(request.url == scene.sp(second)["slo"], f"not the other one is told but {request.url}")
    answer = message(scene.hear(browser.carry(answered_by_library(scene, second, request))))
    read = scene.adapter("logout_response", scene.sp(first), binding=answer.binding,
                         message=answer.message, query=answer.query)
    check(read["status"] == SUCCESS, f"the status is {read['status']}")
    check(":status:PartialLogout" not in decoded(answer), "it was partial")


@case("Changed LogoutRequest of ours: the library refuses it")
def changed_logout(scene):
    by_post = scene.library.logout_binding == "post" or "redirect-signatures" in scene.library.lacks
    profile = "slo-post" if by_post else "both"
    scene.sp(profile)
    request = told(scene, scene.browser(), profile)
    if request.binding == "redirect":
        def other(signature):
            return quote_plus(signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:])
        request.query = swapped(request.query, "Signature", other)
    else:
        xml = decoded(request)
        altered = re.sub(r"(<saml:NameID[^>]*>)", r"\1x", xml)
        check(altered != xml, "nothing was changed")
        request.fields["SAMLRequest"] = encoded(altered)
    try:
        answered_by_library(scene, profile, request)
    except Refusal:
        return
    raise Failure("the library accepted it")
