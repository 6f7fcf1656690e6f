"""xmlsec1 as a service provider: signs, verifies and decrypts by its command line.

It knows nothing of SAML. What a service provider does besides (status, who is meant, what to answer) is
done here by hand, as little as possible; every judgement about signatures and ciphertexts is xmlsec1's.
"""

import base64
import re
import subprocess
import tempfile
import uuid
import xml.etree.ElementTree as ET
from datetime import datetime, timezone
from pathlib import Path

from protocol import Refused, Unsupported, serve

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
# Which attributes are identifiers, as xmlsec1 wants to be told.
IDS = [word for ns, names in {
    SAML: ["Assertion"],
    SAMLP: ["Response", "AuthnRequest", "LogoutRequest", "LogoutResponse"],
    MD: ["EntityDescriptor"],
}.items() for name in names for word in ("--id-attr:ID", f"{ns}:{name}")]

SIGNATURE = f"""<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#{{id}}"><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/>
</ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""


def xmlsec1(mode, xml, *arguments):
    """Runs xmlsec1 over a document; its output, or its complaint as an error."""
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory, "in.xml"), Path(directory, "out.xml")
        source.write_text(xml, encoding="utf-8")
        done = subprocess.run(
            ["xmlsec1", mode, *arguments, "--output", str(target), str(source)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            raise Refused(f"xmlsec1 {mode}: " + "; ".join(said[:2]))
        return target.read_text(encoding="utf-8") if target.exists() else ""


def certificates(sp):
    root = ET.parse(sp["idp_metadata"]).getroot()
    for descriptor in root.iter(f"{{{MD}}}KeyDescriptor"):
        if descriptor.get("use") != "encryption":
            yield from (node.text for node in descriptor.iter(f"{{{DS}}}X509Certificate"))


def verify(sp, xml, path):
    """Verifies the signature at `path`, by any of the keys of our metadata."""
    problem = Refused("our metadata has no key")
    for certificate in certificates(sp):
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            body = "\n".join(re.findall(".{1,64}", re.sub(r"\s", "", certificate)))
            file.write(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
            file.flush()
            try:
                return xmlsec1("--verify", xml, "--pubkey-cert-pem", file.name,
                               "--enabled-key-data", "rsa,ec,x509", "--node-xpath", path, *IDS)
            except Refused as refused:
                problem = refused
    raise problem


def signed(sp, name, attributes, content):
    """A message of that name, signed by xmlsec1."""
    identifier = "_" + uuid.uuid4().hex
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    xml = (f'<samlp:{name} xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{identifier}" Version="2.0" '
           f'IssueInstant="{now}"{attributes}><saml:Issuer>{sp["entity_id"]}</saml:Issuer>'
           f"{SIGNATURE.format(id=identifier)}{content}</samlp:{name}>")
    return xmlsec1("--sign", xml, "--privkey-pem", sp["key"], *IDS)


def service(sp, name, binding):
    root = ET.parse(sp["idp_metadata"]).getroot()
    return next(node.get("Location") for node in root.iter(f"{{{MD}}}{name}")
                if node.get("Binding").endswith(binding))


def form(url, parameter, xml, relay_state):
    fields = {parameter: base64.b64encode(xml.encode()).decode()}
    if relay_state:
        fields["RelayState"] = relay_state
    return {"action": url, "fields": fields}


class Xmlsec1:
    def __init__(self):
        self.sessions = {}

    def idp_metadata(self, sp):
        verify(sp, Path(sp["idp_metadata"]).read_text(encoding="utf-8"),
               "/*[local-name()='EntityDescriptor']/*[local-name()='Signature']")
        root = ET.parse(sp["idp_metadata"]).getroot()
        return {"entity_id": root.get("entityID"), "keys": len(list(certificates(sp))),
                "sso": service(sp, "SingleSignOnService", "Redirect")}

    def metadata(self, sp):
        def key(use, path):
            body = re.sub(r"-----[^-]+-----|\s", "", Path(path).read_text(encoding="utf-8"))
            return (f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data>'
                    f"<ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
                    "</md:KeyDescriptor>")
        keys = key("signing", sp["certificate"])
        if sp["publishes_encryption"]:
            keys += key("encryption", sp["encryption_certificate"])
        binding = ("urn:oasis:names:tc:SAML:2.0:bindings:SOAP" if sp["slo_binding"] == "soap"
                   else BINDING + "POST")
        return {"xml": f"""<md:EntityDescriptor xmlns:md="{MD}" entityID="{sp['entity_id']}">
<md:SPSSODescriptor protocolSupportEnumeration="{SAMLP}" AuthnRequestsSigned="true">{keys}
<md:SingleLogoutService Binding="{binding}" Location="{sp['slo']}"/>
<md:NameIDFormat>{sp['name_id_format']}</md:NameIDFormat>
<md:AssertionConsumerService Binding="{BINDING}POST" Location="{sp['acs']}" index="0"/>
</md:SPSSODescriptor></md:EntityDescriptor>"""}

    def login(self, sp, binding, relay_state, force_authn=False, is_passive=False,
              name_id_format=None, context_class=None):
        if binding != "post" or not sp["requests_signed"]:
            raise Unsupported("signs XML and nothing else, so only signed requests by HTTP-POST")
        url = service(sp, "SingleSignOnService", "POST")
        attributes = (f' Destination="{url}" AssertionConsumerServiceURL="{sp["acs"]}"'
                      f' ProtocolBinding="{BINDING}POST"')
        attributes += ' ForceAuthn="true"' if force_authn else ""
        attributes += ' IsPassive="true"' if is_passive else ""
        content = (f'<samlp:NameIDPolicy Format="{name_id_format or sp["name_id_format"]}"'
                   ' AllowCreate="true"/>')
        if context_class:
            content += ('<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>'
                        f"{context_class}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>")
        request = signed(sp, "AuthnRequest", attributes, content)
        return form(url, "SAMLRequest", request, relay_state)

    def response(self, sp, message, relay_state):
        xml = base64.b64decode(message).decode()
        status = ET.fromstring(xml).find(f"{{{SAMLP}}}Status")
        codes = [node.get("Value") for node in status.iter(f"{{{SAMLP}}}StatusCode")]
        root = "/*[local-name()='Response']"
        if codes[0] != SUCCESS or sp["signed"] != "assertion":
            verify(sp, xml, f"{root}/*[local-name()='Signature']")
        if codes[0] != SUCCESS:
            raise Refused(", ".join(codes))
        assertion = f"{root}/*[local-name()='Assertion']"
        if sp["encrypted"]:
            xml = decrypted(sp, xml, "EncryptedAssertion")
            assertion = f"{root}/*[local-name()='EncryptedAssertion']/*[local-name()='Assertion']"
        if sp["signed"] != "response":
            verify(sp, xml, f"{assertion}/*[local-name()='Signature']")
        if sp["encrypted_name_id"]:
            xml = decrypted(sp, xml, "EncryptedID")
        root = ET.fromstring(xml)
        name_id = next(root.iter(f"{{{SAML}}}NameID"))
        statement = next(root.iter(f"{{{SAML}}}AuthnStatement"))
        self.sessions[sp["entity_id"]] = (name_id, statement.get("SessionIndex"))
        values = {node.get("Name"): [value.text or "" for value in node]
                  for node in root.iter(f"{{{SAML}}}Attribute")}
        return {"name_id": name_id.text, "name_id_format": name_id.get("Format"),
                "session_index": statement.get("SessionIndex"), "attributes": values}

    def logout(self, sp, binding, relay_state):
        if binding == "redirect":
            raise Unsupported("signs XML and nothing else, so not the query of HTTP-Redirect")
        url = service(sp, "SingleLogoutService", "SOAP" if binding == "soap" else "POST")
        name_id, index = self.sessions[sp["entity_id"]]
        named = ET.tostring(name_id, encoding="unicode")
        request = signed(sp, "LogoutRequest", f' Destination="{url}"',
                         f"{named}<samlp:SessionIndex>{index}</samlp:SessionIndex>")
        if binding == "soap":
            return {"soap": envelope(request)}
        return form(url, "SAMLRequest", request, relay_state)

    def logout_response(self, sp, binding, message, query=None):
        xml = message if binding == "soap" else base64.b64decode(message).decode()
        verify(sp, xml, "//*[local-name()='LogoutResponse']/*[local-name()='Signature']")
        return {"status": next(ET.fromstring(xml).iter(f"{{{SAMLP}}}StatusCode")).get("Value")}

    def logout_request(self, sp, binding, message, query=None, relay_state=None):
        xml = message if binding == "soap" else base64.b64decode(message).decode()
        verify(sp, xml, "//*[local-name()='LogoutRequest']/*[local-name()='Signature']")
        request = next(ET.fromstring(xml).iter(f"{{{SAMLP}}}LogoutRequest"))
        if request.find(f"{{{SAML}}}NameID").text != self.sessions[sp["entity_id"]][0].text:
            raise Refused("the NameID is not the one of the session")
        url = service(sp, "SingleLogoutService", "POST")
        destination = "" if binding == "soap" else f' Destination="{url}"'
        answer = signed(
            sp, "LogoutResponse", f'{destination} InResponseTo="{request.get("ID")}"',
            f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>')
        if binding == "soap":
            return {"soap": envelope(answer)}
        return form(url, "SAMLResponse", answer, relay_state)


def decrypted(sp, xml, element):
    path = f"//*[local-name()='{element}']/*[local-name()='EncryptedData']"
    return xmlsec1("--decrypt", xml, "--privkey-pem", sp["encryption_key"], "--node-xpath", path)


def envelope(xml):
    body = re.sub(r"^<\?xml[^>]*\?>\s*", "", xml)
    return ('<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
            f"{body}</S:Body></S:Envelope>")


serve(Xmlsec1())
