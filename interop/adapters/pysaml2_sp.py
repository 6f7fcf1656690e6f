"""pysaml2 as a service provider."""

from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.time_util import in_a_while
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from protocol import Refused, serve

BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}


def configuration(sp):
    """The configuration as the documentation of pysaml2 has it."""
    slo = (sp["slo"], BINDINGS[sp["slo_binding"]])
    service = {
        "endpoints": {
            "assertion_consumer_service": [(sp["acs"], BINDING_HTTP_POST)],
            "single_logout_service": [slo],
        },
        "authn_requests_signed": sp["requests_signed"],
        "want_response_signed": sp["signed"] != "assertion",
        "want_assertions_signed": sp["signed"] != "response",
        "logout_requests_signed": True,
        "logout_responses_signed": True,
        "allow_unsolicited": False,
        "name_id_format": [sp["name_id_format"]],
        "name_id_format_allow_create": True,
        # Without these it signs with SHA-1, which we refuse.
        "signing_algorithm": SIG_RSA_SHA256,
        "digest_algorithm": DIGEST_SHA256,
    }
    settings = {
        "entityid": sp["entity_id"],
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "service": {"sp": service},
        "metadata": {"local": [sp["idp_metadata"]]},
        "key_file": sp["key"],
        "cert_file": sp["certificate"],
        "allow_unknown_attributes": True,
    }
    if sp["publishes_encryption"]:
        settings["encryption_keypairs"] = [
            {"key_file": sp["encryption_key"], "cert_file": sp["encryption_certificate"]}
        ]
    return SPConfig().load(settings)


class Pysaml2:
    def __init__(self):
        self.clients, self.outstanding, self.sessions = {}, {}, {}

    def client(self, sp):
        name = sp["entity_id"]
        if name not in self.clients:
            self.clients[name] = Saml2Client(config=configuration(sp))
        return self.clients[name]

    def idp_metadata(self, sp):
        client = self.client(sp)
        entity_id = next(iter(client.metadata.identity_providers()))
        return {
            "entity_id": entity_id,
            "sso": client.sso_location(entity_id, BINDING_HTTP_REDIRECT),
            "keys": len(client.metadata.certs(entity_id, "idpsso", "signing")),
        }

    def metadata(self, sp):
        return {"xml": str(entity_descriptor(configuration(sp)))}

    def login(self, sp, binding, relay_state, force_authn=False, is_passive=False,
              name_id_format=None, context_class=None):
        client = self.client(sp)
        wishes = {}
        if force_authn:
            wishes["force_authn"] = "true"
        if is_passive:
            wishes["is_passive"] = "true"
        if context_class:
            wishes["requested_authn_context"] = {
                "authn_context_class_ref": [context_class], "comparison": "exact"}
        request_id, info = client.prepare_for_authenticate(
            relay_state=relay_state, binding=BINDINGS[binding], sign=sp["requests_signed"],
            nameid_format=name_id_format or sp["name_id_format"], **wishes)
        self.outstanding.setdefault(sp["entity_id"], {})[request_id] = relay_state
        return browser(info)

    def response(self, sp, message, relay_state):
        client = self.client(sp)
        answer = client.parse_authn_request_response(
            message, BINDING_HTTP_POST, outstanding=self.outstanding.get(sp["entity_id"], {}))
        if answer is None:
            raise Refused("parse_authn_request_response returned nothing")
        self.sessions[sp["entity_id"]] = answer.name_id
        return {
            "name_id": answer.name_id.text,
            "name_id_format": answer.name_id.format,
            "session_index": answer.session_info()["session_index"],
            "attributes": answer.ava,
        }

    def logout(self, sp, binding, relay_state):
        client = self.client(sp)
        name_id = self.sessions[sp["entity_id"]]
        entity_id = next(iter(client.metadata.identity_providers()))
        sent = client.do_logout(
            name_id, [entity_id], reason="", expire=in_a_while(minutes=5), sign=True,
            expected_binding=BINDINGS[binding])
        return browser(sent[entity_id][1])

    def logout_response(self, sp, binding, message, query=None):
        answer = self.client(sp).parse_logout_request_response(message, BINDINGS[binding])
        if answer is None:
            raise Refused("parse_logout_request_response returned nothing")
        return {"status": answer.response.status.status_code.value}

    def logout_request(self, sp, binding, message, query=None, relay_state=None):
        client = self.client(sp)
        name_id = self.sessions[sp["entity_id"]]
        detached = {}
        if binding == "redirect":
            fields = {name: values[0] for name, values in parse_qs(query).items()}
            detached = {"sigalg": fields.get("SigAlg"), "signature": fields.get("Signature")}
        info = client.handle_logout_request(
            message, name_id, BINDINGS[binding], sign=True, relay_state=relay_state, **detached)
        return browser(info)


def browser(info):
    """What the browser is to do, from what pysaml2 tells the web framework."""
    if info.get("method") == "POST" or not dict(info["headers"]).get("Location"):
        return {"html": "".join(info["data"])}
    url = dict(info["headers"])["Location"]
    assert urlsplit(url).query
    return {"url": url}


serve(Pysaml2())
