"""lasso (which mod_auth_mellon is made of) as a service provider, from Debian's python3-lasso."""

import re
from pathlib import Path

import lasso

from protocol import Refused, serve

METHODS = {
    "redirect": lasso.HTTP_METHOD_REDIRECT,
    "post": lasso.HTTP_METHOD_POST,
    "soap": lasso.HTTP_METHOD_SOAP,
}
BINDINGS = {
    "redirect": lasso.SAML2_METADATA_BINDING_REDIRECT,
    "post": lasso.SAML2_METADATA_BINDING_POST,
    "soap": lasso.SAML2_METADATA_BINDING_SOAP,
}


def text(path):
    return Path(path).read_text(encoding="utf-8")


def metadata(sp):
    """Written by hand, as lasso expects of whoever uses it."""
    def key(use, path):
        body = re.sub(r"-----[^-]+-----|\s", "", text(path))
        return (f'<KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
                f"<ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data>"
                "</ds:KeyInfo></KeyDescriptor>")
    keys = key("signing", sp["certificate"])
    if sp["publishes_encryption"]:
        keys += key("encryption", sp["encryption_certificate"])
    signed = "true" if sp["requests_signed"] else "false"
    return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{sp['entity_id']}">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"
 AuthnRequestsSigned="{signed}">{keys}
<SingleLogoutService Binding="{BINDINGS[sp['slo_binding']]}" Location="{sp['slo']}"/>
<NameIDFormat>{sp['name_id_format']}</NameIDFormat>
<AssertionConsumerService Binding="{BINDINGS['post']}" Location="{sp['acs']}" index="0" isDefault="true"/>
</SPSSODescriptor></EntityDescriptor>"""


class Lasso:
    def __init__(self):
        self.servers, self.logins, self.logouts = {}, {}, {}

    def server(self, sp):
        name = sp["entity_id"]
        if name not in self.servers:
            server = lasso.Server.newFromBuffers(metadata(sp), text(sp["key"]), None, text(sp["certificate"]))
            server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, text(sp["idp_metadata"]))
            # By itself it signs with SHA-1.
            server.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
            if sp["publishes_encryption"]:
                server.setEncryptionPrivateKey(sp["encryption_key"])
            self.servers[name] = server
        return self.servers[name]

    def idp(self, sp):
        return next(iter(self.server(sp).providers))

    def idp_metadata(self, sp):
        entity_id = self.idp(sp)
        provider = self.server(sp).providers[entity_id]
        return {"entity_id": entity_id, "keys": None,
                "sso": provider.getMetadataOne("SingleSignOnService HTTP-Redirect")}

    def metadata(self, sp):
        return {"xml": metadata(sp)}

    def login(self, sp, binding, relay_state, force_authn=False, is_passive=False,
              name_id_format=None, context_class=None):
        login = lasso.Login(self.server(sp))
        login.initAuthnRequest(self.idp(sp), METHODS[binding])
        request = login.request
        request.nameIdPolicy.format = name_id_format or sp["name_id_format"]
        request.nameIdPolicy.allowCreate = True
        request.forceAuthn, request.isPassive = force_authn, is_passive
        request.protocolBinding = BINDINGS["post"]
        if context_class:
            request.requestedAuthnContext = lasso.Samlp2RequestedAuthnContext()
            request.requestedAuthnContext.authnContextClassRef = (context_class,)
            request.requestedAuthnContext.comparison = "exact"
        login.msgRelayState = relay_state
        login.buildAuthnRequestMsg()
        self.logins[sp["entity_id"]] = login
        return browser(login, "SAMLRequest")

    def response(self, sp, message, relay_state):
        login = self.logins.get(sp["entity_id"]) or lasso.Login(self.server(sp))
        try:
            login.processAuthnResponseMsg(message)
        except lasso.ProfileStatusNotSuccessError as error:
            # Lasso's own words leave out which status it was.
            status, codes = login.response.status.statusCode, []
            while status:
                codes.append(status.value)
                status = status.statusCode
            raise Refused(", ".join(codes)) from error
        assertion = login.assertion
        audiences = [restriction.audience for restriction in assertion.conditions.audienceRestriction]
        if audiences != [sp["entity_id"]]:
            raise Refused(f"the audience is {audiences}")
        login.acceptSso()
        values = {}
        for statement in assertion.attributeStatement:
            for attribute in statement.attribute:
                values[attribute.name] = [
                    "".join(node.content for node in value.any) for value in attribute.attributeValue]
        return {
            "name_id": login.nameIdentifier.content,
            "name_id_format": login.nameIdentifier.format,
            "session_index": assertion.authnStatement[0].sessionIndex,
            "attributes": values,
        }

    def logout_of(self, sp):
        logout, login = lasso.Logout(self.server(sp)), self.logins[sp["entity_id"]]
        logout.setSessionFromDump(login.session.dump())
        logout.setIdentityFromDump(login.identity.dump() if login.identity else "<Identity/>")
        return logout

    def logout(self, sp, binding, relay_state):
        logout = self.logout_of(sp)
        logout.initRequest(self.idp(sp), METHODS[binding])
        logout.msgRelayState = relay_state
        logout.buildRequestMsg()
        self.logouts[sp["entity_id"]] = logout
        return {"soap": logout.msgBody} if binding == "soap" else browser(logout, "SAMLRequest")

    def logout_response(self, sp, binding, message, query=None):
        logout = self.logouts[sp["entity_id"]]
        logout.processResponseMsg(query if binding == "redirect" else message)
        return {"status": logout.response.status.statusCode.value}

    def logout_request(self, sp, binding, message, query=None, relay_state=None):
        logout = self.logout_of(sp)
        logout.processRequestMsg(query if binding == "redirect" else message)
        logout.validateRequest()
        if relay_state:
            logout.msgRelayState = relay_state
        logout.buildResponseMsg()
        return {"soap": logout.msgBody} if binding == "soap" else browser(logout, "SAMLResponse")


def browser(profile, parameter):
    """What the browser is to do, from what lasso left in the profile."""
    if not profile.msgBody:
        return {"url": profile.msgUrl}
    fields = {parameter: profile.msgBody}
    if profile.msgRelayState:
        fields["RelayState"] = profile.msgRelayState
    return {"action": profile.msgUrl, "fields": fields}


serve(Lasso())
