"""Which libraries there are, in which versions, and what they cannot do."""

import json
import subprocess

from libraries import Library

NO_ECDSA = "verifies no ECDSA signatures"
NO_OAEP_11 = "decrypts with xmlsec1 1.2, which knows no xmlenc11 rsa-oaep"
NO_SOAP = "has no SOAP"


def libraries(here, target):
    python, node = str(target / "venv/bin/python"), "node"
    adapters = here / "adapters"

    def by_pip(package):
        return subprocess.run(
            [python, "-c", f"import importlib.metadata as m; print(m.version('{package}'))"],
            capture_output=True, text=True, check=True).stdout.strip()

    def by_npm(package):
        path = target / "node/node_modules" / package / "package.json"
        return json.loads(path.read_text(encoding="utf-8"))["version"]

    def by_debian(package):
        return subprocess.run(
            ["dpkg-query", "-W", "-f", "${source:Upstream-Version}", package],
            capture_output=True, text=True, check=True).stdout

    return [
        Library(
            "pysaml2", [python, str(adapters / "pysaml2_sp.py")], by_pip("pysaml2"),
            lacks={
                "oaep-sha256": NO_OAEP_11,
                "slo-soap": "renames the prefixes of a message that it takes out of SOAP, "
                            "which breaks every signature",
                "redirect-signatures": "does not verify signatures of queries",
            },
        ),
        Library(
            "python3-saml", [python, str(adapters / "python3_saml_sp.py")], by_pip("python3-saml"),
            lacks={
                "slo-post": "takes logout messages by HTTP-Redirect only",
                "slo-soap": NO_SOAP,
                "oaep-sha256": "judges Responses by schemas that do not know xmlenc11 rsa-oaep",
            },
        ),
        Library(
            "node-saml", [node, str(target / "node/node_saml_sp.mjs")], by_npm("@node-saml/node-saml"),
            # Its metadata lists HTTP-POST only, and it logs out by HTTP-Redirect all the same.
            slo=lambda sp: '[{ binding = "%s", url = "%s" }]' % (sp["slo_binding"], sp["slo"]),
            lacks={
                "p-256": NO_ECDSA,
                "slo-soap": NO_SOAP,
                "oaep-sha256": "decrypts rsa-oaep-mgf1p and rsa-1_5 only",
                "encrypted-name-id": "reads no EncryptedID in assertions",
                "relay-state": "signs another percent-encoding of these characters than it sends",
            },
        ),
        Library(
            "samlify", [node, str(target / "node/samlify_sp.mjs")], by_npm("samlify"),
            lacks={
                "p-256": NO_ECDSA,
                "slo-soap": NO_SOAP,
                "oaep-sha256": "decrypts rsa-oaep-mgf1p and rsa-1_5 only",
                "encrypted-name-id": "reads no EncryptedID in assertions",
                "audience": "does not compare the audience; leaves it to the application",
            },
            remarks=dict.fromkeys(
                ("Logout by the library: HTTP-Redirect", "Logout by us: HTTP-Redirect"),
                "verifies the signature of a redirect only where metadata has one signing key: "
                "got our metadata with the key that signs for it alone",
            ) | dict.fromkeys(
                ("Request by HTTP-Redirect, signed", "Request by HTTP-POST, signed"),
                "signs requests only where metadata says WantAuthnRequestsSigned: "
                "got our metadata with that",
            ),
        ),
        Library(
            "lasso", ["/usr/bin/python3", str(adapters / "lasso_sp.py")], by_debian("python3-lasso"),
            lacks={
                "p-256": NO_ECDSA,
                "oaep-sha256": NO_OAEP_11,
            },
        ),
        Library(
            "xmlsec1", [python, str(adapters / "xmlsec1_sp.py")], xmlsec1_version(),
            request_binding="post", logout_binding="post",
            lacks={
                "unsigned": "signs XML and nothing else",
                "oaep-sha256": "1.2 knows no xmlenc11 rsa-oaep",
                "audience": "knows nothing of audiences",
                "slo-redirect": "verifies signatures of XML, not of queries",
            },
        ),
    ]


def xmlsec1_version():
    said = subprocess.run(["xmlsec1", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[1]
