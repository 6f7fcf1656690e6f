"""Cases of metadata and of signing in. A case returns when all is well; what it says is shown in its cell."""

import re

from browser import Carried, Page
from libraries import Refusal
from profiles import ATTRIBUTES, EMAIL, PERSISTENT, TRANSIENT, UNSPECIFIED
from scene import Failure, check, decoded, encoded, message

PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
X509 = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
# What libraries say when a signature is the reason.
SIGNATURE = ("sign", "digest", "verif")
CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


def refused(scene, profile, altered, *words):
    """The library must not accept this, and must say one of these words of why."""
    try:
        scene.adapter("response", scene.sp(profile), message=altered, relay_state="x")
    except Refusal as refusal:
        check(not words or any(word in str(refusal).lower() for word in words),
              f"it is refused for something else: {refusal}")
        return
    raise Failure("the library accepted it")


@case("Our metadata, read by the library")
def our_metadata(scene):
    facts = scene.adapter("idp_metadata", scene.sp("plain"))
    check(facts["entity_id"] == f"{scene.server.url}/saml/metadata", f"entityID {facts['entity_id']}")
    check(facts["sso"] == f"{scene.server.url}/saml/sso", f"address {facts['sso']}")
    # Not every library tells how many.
    check(facts["keys"] in (3, None), f"{facts['keys']} signing keys instead of 3")


@case("Its metadata, taken by `sp import`")
def their_metadata(scene):
    sp = scene.sp("plain")
    shown = scene.server.run("sp", "show", sp["entity_id"], "--json")
    check(sp["acs"] in shown and sp["slo"] in shown, "an address is missing after the import")


def requests(profile, binding, title):
    @case(title)
    def run(scene):
        scene.sign_in(profile, binding=binding)


requests("unsigned", "redirect", "Request by HTTP-Redirect, unsigned")
requests("plain", "redirect", "Request by HTTP-Redirect, signed")
requests("unsigned", "post", "Request by HTTP-POST, unsigned")
requests("plain", "post", "Request by HTTP-POST, signed")


@case("Signed request, changed on the way: we refuse it")
def changed_request(scene):
    sp = scene.sp("plain")
    how = scene.adapter("login", sp, binding=scene.library.request_binding, relay_state="one")
    if "url" in how:
        how = {"url": how["url"].replace("RelayState=one", "RelayState=two")}
    else:
        altered = decoded(Carried("post", "", how["fields"])).replace(sp["acs"], sp["acs"] + "x")
        how = {**how, "fields": {**how["fields"], "SAMLRequest": encoded(altered)}}
    outcome = scene.shared.carry(how)
    check(isinstance(outcome, Page) and outcome.status >= 400, "it was answered")


def signatures(profile, title):
    @case(title)
    def run(scene):
        scene.sign_in(profile)


signatures("plain", "Response signed (RSA-2048)")
signatures("assertion", "Assertion signed")
signatures("both", "Both signed")
signatures("rsa-3072", "Both signed with RSA-3072")
signatures("p-256", "Both signed with ECDSA P-256")


def name_ids(title, profile, wanted, expect):
    @case(title)
    def run(scene):
        first, _ = scene.sign_in(profile, scene.browser(), name_id_format=wanted)
        second, _ = scene.sign_in(profile, scene.browser(), name_id_format=wanted)
        for facts in (first, second):
            check(facts["name_id_format"] in (wanted, None), f"format {facts['name_id_format']}")
        expect(first["name_id"], second["name_id"])


def steady(first, second):
    check(first == second, f"{first} became {second}")
    check("zoe" not in first, f"it tells who it is: {first}")


def fresh(first, second):
    check(first != second, f"{first} came twice")


def exactly(name_id):
    def expect(first, second):
        check(first == second == name_id, f"{first} and {second}")
    return expect


name_ids("NameID persistent: the same in two sessions", "both", PERSISTENT, steady)
name_ids("NameID transient: another in each session", "both", TRANSIENT, fresh)
name_ids("NameID emailAddress", "both", EMAIL, exactly("zoe@example.org"))
name_ids("NameID unspecified: the user name", "unspecified", UNSPECIFIED, exactly("zoe"))


@case("Attributes: Unicode, markup and many values arrive as stored")
def attributes(scene):
    facts, _ = scene.sign_in("both")
    stored = {
        "sn": ["O'Brien & Sœns <x> \"q\""],
        "givenName": ["Zoë 漢字"],
        "mail": ["zoe@example.org"],
        "isMemberOf": ["Drivers", "Fahrer & Söhne", "運転手", "😀 <b>", "drivers"],
    }
    for _, name, friendly in ATTRIBUTES:
        read = facts["attributes"].get(name, facts["attributes"].get(friendly))
        check(read is not None, f"{friendly} is not among {sorted(facts['attributes'])}")
        check(sorted(read) == sorted(stored[friendly]), f"{friendly} was read as {read!r}")


@case("RelayState with Unicode comes back unchanged")
def relay_state(scene):
    scene.sign_in("both", relay_state="Ä/漢字?x=1&y=<2>%20+\"😀")


@case("RelayState with spaces, quotes and brackets as well")
def hard_relay_state(scene):
    scene.needs("relay-state")
    scene.sign_in("both", relay_state="a b'(c)*~!")


@case("Single sign-on: the second request asks for nothing")
def second_request(scene):
    browser = scene.browser()
    check(scene.sign_in("both", browser)[1].passwords == 1, "the first asked for no password")
    check(scene.sign_in("plain", browser)[1].passwords == 0, "the second asked for the password")


@case("ForceAuthn asks for the password in a live session")
def force_authn(scene):
    browser = scene.browser()
    scene.sign_in("both", browser)
    _, answer = scene.sign_in("both", browser, force_authn=True)
    check(answer.passwords == 1, f"{answer.passwords} passwords were asked for")


@case("IsPassive with a session is answered")
def passive_with_session(scene):
    scene.sign_in("both")
    _, answer = scene.sign_in("both", is_passive=True)
    check(answer.passwords == 0, "a password was asked for")


@case("IsPassive without a session: the library reads NoPassive")
def passive_without_session(scene):
    answer = scene.answered("both", scene.browser(), is_passive=True)
    check(":status:NoPassive" in decoded(answer), "the status is not NoPassive")
    read_status(scene, answer, "NoPassive", "passive")


@case("RequestedAuthnContext that the sign-in fulfils")
def context_fulfilled(scene):
    _, answer = scene.sign_in("both", context_class=PASSWORD)
    check(PASSWORD in decoded(answer), "the assertion has another class")


@case("RequestedAuthnContext that nothing fulfils: NoAuthnContext")
def context_refused(scene):
    answer = scene.answered("both", context_class=X509)
    check(":status:NoAuthnContext" in decoded(answer), "the status is not NoAuthnContext")
    read_status(scene, answer, "NoAuthnContext", "authn", "requester", "responder")


def read_status(scene, answer, *words):
    """The library tells that nobody was signed in, and why."""
    refused(scene, "both", answer.message, *(word.lower() for word in words))


def encryption(profile, title):
    @case(title)
    def run(scene):
        _, answer = scene.sign_in(profile)
        xml = decoded(answer)
        check("EncryptedAssertion" in xml and "<saml:Assertion" not in xml, "it is not encrypted")


encryption("as-published", "Encrypted as its metadata asks for")
encryption("aes256-gcm", "Encrypted: AES-256-GCM, rsa-oaep-mgf1p")
encryption("aes128-gcm", "Encrypted: AES-128-GCM, rsa-oaep-mgf1p")
encryption("aes256-cbc", "Encrypted: AES-256-CBC, rsa-oaep-mgf1p")
encryption("aes128-cbc", "Encrypted: AES-128-CBC, rsa-oaep-mgf1p")
encryption("oaep-sha256", "Encrypted: AES-256-GCM, rsa-oaep (SHA-256)")
encryption("signed-inside", "Encrypted, only the assertion signed")
encryption("signed-outside", "Encrypted, only the Response signed")


@case("NameID encrypted (EncryptedID)")
def encrypted_name_id(scene):
    facts, answer = scene.sign_in("encrypted-name-id")
    check("<saml:NameID" not in decoded(answer), "the NameID is readable")
    check("zoe" not in facts["name_id"], "it is not the persistent NameID")


@case("Changed Response: the library refuses it")
def changed_response(scene):
    answer = scene.answered("both")
    xml = decoded(answer)
    altered = xml.replace("zoe@example.org", "eve@example.org")
    check(altered != xml, "nothing was changed")
    refused(scene, "both", encoded(altered), *SIGNATURE)


@case("Response without its signatures: the library refuses it")
def unsigned_response(scene):
    answer = scene.answered("both")
    bare = re.sub(r"<ds:Signature.*?</ds:Signature>", "", decoded(answer), flags=re.DOTALL)
    check("Signature" not in bare, "a signature is left")
    refused(scene, "both", encoded(bare), *SIGNATURE)


@case("Response with another signature value: the library refuses it")
def other_signature(scene):
    answer = scene.answered("both")
    xml = decoded(answer)
    value = re.search(r"<ds:SignatureValue>([^<]*)<", xml)[1]
    turned = value[:-8] + ("AAAA" if value[-8:-4] != "AAAA" else "BBBB") + value[-4:]
    refused(scene, "both", encoded(xml.replace(value, turned)), *SIGNATURE)


@case("Response for another service provider: the library refuses it")
def other_audience(scene):
    scene.sp("both")
    scene.needs("audience")
    answer = message(scene.ask("plain"))
    refused(scene, "unsigned", answer.message)
