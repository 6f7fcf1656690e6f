"""python3-saml (OneLogin, now SAML-Toolkits) as a service provider."""

from urllib.parse import parse_qs, urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Parser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from protocol import Refused, Unsupported, serve


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def settings(sp, name_id_format=None, context_class=None):
    """The settings as the documentation of python3-saml has them, all checks switched on."""
    own = {
        "strict": True,
        "sp": {
            "entityId": sp["entity_id"],
            "assertionConsumerService": {"url": sp["acs"], "binding": Names.BINDING_HTTP_POST},
            "singleLogoutService": {"url": sp["slo"], "binding": Names.BINDING_HTTP_REDIRECT},
            # python3-saml signs and decrypts with one key.
            "x509cert": text(sp["certificate"]),
            "privateKey": text(sp["key"]),
        },
        "security": {
            "authnRequestsSigned": sp["requests_signed"],
            "logoutRequestSigned": True,
            "logoutResponseSigned": True,
            "wantMessagesSigned": sp["signed"] != "assertion",
            "wantAssertionsSigned": sp["signed"] != "response",
            "wantAssertionsEncrypted": sp["encrypted"],
            "wantNameIdEncrypted": sp["encrypted_name_id"],
            "signatureAlgorithm": Names.RSA_SHA256,
            "digestAlgorithm": Names.SHA256,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": [context_class] if context_class else False,
        },
    }
    theirs = Parser.parse(
        text(sp["idp_metadata"]), required_sso_binding=Names.BINDING_HTTP_REDIRECT,
        required_slo_binding=Names.BINDING_HTTP_REDIRECT)
    merged = Parser.merge_settings(own, theirs)
    # The parser also takes the first format of our metadata as that of the service provider.
    merged["sp"]["NameIDFormat"] = name_id_format or sp["name_id_format"]
    return merged


def request(url, get=None, post=None):
    """What the web framework would tell of a request."""
    parts = urlsplit(url)
    return {"https": "off", "http_host": parts.netloc, "script_name": parts.path,
            "get_data": get or {}, "post_data": post or {}}


class Python3Saml:
    def __init__(self):
        self.requests, self.sessions = {}, {}

    def idp_metadata(self, sp):
        idp = settings(sp)["idp"]
        signing = idp.get("x509certMulti", {}).get("signing", [idp.get("x509cert")])
        return {"entity_id": idp["entityId"], "sso": idp["singleSignOnService"]["url"],
                "keys": len(signing)}

    def metadata(self, sp):
        own = OneLogin_Saml2_Settings(settings(sp))
        xml = own.get_sp_metadata()
        problems = own.validate_metadata(xml)
        if problems:
            raise Refused(", ".join(problems))
        return {"xml": xml.decode() if isinstance(xml, bytes) else xml}

    def login(self, sp, binding, relay_state, force_authn=False, is_passive=False,
              name_id_format=None, context_class=None):
        if binding != "redirect":
            raise Unsupported("sends requests by HTTP-Redirect only")
        auth = OneLogin_Saml2_Auth(request(sp["acs"]), settings(sp, name_id_format, context_class))
        url = auth.login(return_to=relay_state, force_authn=force_authn, is_passive=is_passive)
        self.requests[sp["entity_id"]] = auth.get_last_request_id()
        return {"url": url}

    def response(self, sp, message, relay_state):
        post = {"SAMLResponse": message, "RelayState": relay_state}
        auth = OneLogin_Saml2_Auth(request(sp["acs"], post=post), settings(sp))
        auth.process_response(request_id=self.requests.get(sp["entity_id"]))
        if auth.get_errors() or not auth.is_authenticated():
            raise Refused(f"{', '.join(auth.get_errors())}: {auth.get_last_error_reason()}")
        self.sessions[sp["entity_id"]] = auth
        return {
            "name_id": auth.get_nameid(),
            "name_id_format": auth.get_nameid_format(),
            "session_index": auth.get_session_index(),
            "attributes": auth.get_attributes(),
        }

    def logout(self, sp, binding, relay_state):
        if binding != "redirect":
            raise Unsupported("logs out by HTTP-Redirect only")
        session = self.sessions[sp["entity_id"]]
        auth = OneLogin_Saml2_Auth(request(sp["slo"]), settings(sp))
        url = auth.logout(
            return_to=relay_state, name_id=session.get_nameid(),
            session_index=session.get_session_index(), nq=session.get_nameid_nq(),
            name_id_format=session.get_nameid_format(), spnq=session.get_nameid_spnq())
        self.requests[sp["entity_id"]] = auth.get_last_request_id()
        return {"url": url}

    def slo(self, sp, query):
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        auth = OneLogin_Saml2_Auth(request(sp["slo"], get=fields), settings(sp))
        url = auth.process_slo(request_id=self.requests.get(sp["entity_id"]))
        if auth.get_errors():
            raise Refused(f"{', '.join(auth.get_errors())}: {auth.get_last_error_reason()}")
        return url

    def logout_response(self, sp, binding, message, query=None):
        self.slo(sp, query)
        return {"status": Names.STATUS_SUCCESS}

    def logout_request(self, sp, binding, message, query=None, relay_state=None):
        if binding != "redirect":
            raise Unsupported("takes logout messages by HTTP-Redirect only")
        return {"url": self.slo(sp, query)}


serve(Python3Saml())
