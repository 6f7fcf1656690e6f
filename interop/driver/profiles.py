"""The service providers that each library is registered as: one for every way to be answered."""

EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


def encrypted(data, transport="rsa-oaep-mgf1p", name_id="false"):
    return (f'{{ assertions = "required", data = "{data}", key_transport = "{transport}", '
            f"name_id = {name_id} }}")


# The name of a profile: what `apply` is told of it.
PROFILES = {
    "plain": {"sign": '"response"'},
    "unsigned": {"sign": '"response"'},
    "assertion": {"sign": '"assertion"'},
    "both": {"sign": '"both"'},
    "rsa-3072": {"sign": '"both"', "signing_key": '"rsa-3072"'},
    "p-256": {"sign": '"both"', "signing_key": '"ec-p256"'},
    "aes256-gcm": {"sign": '"both"', "encryption": encrypted("aes256-gcm")},
    "aes128-gcm": {"sign": '"both"', "encryption": encrypted("aes128-gcm")},
    "aes256-cbc": {"sign": '"both"', "encryption": encrypted("aes256-cbc")},
    "aes128-cbc": {"sign": '"both"', "encryption": encrypted("aes128-cbc")},
    "as-published": {"sign": '"both"', "encryption": '{ assertions = "required" }'},
    "signed-inside": {"sign": '"assertion"', "encryption": encrypted("aes256-gcm")},
    "signed-outside": {"sign": '"response"', "encryption": encrypted("aes256-gcm")},
    "oaep-sha256": {"sign": '"both"', "encryption": encrypted("aes256-gcm", "rsa-oaep")},
    "encrypted-name-id": {
        "sign": '"both"',
        "encryption": '{ assertions = "off", name_id = true, data = "aes256-gcm", '
                      'key_transport = "rsa-oaep-mgf1p" }',
    },
    "unspecified": {
        "sign": '"both"',
        "name_id": '{ format = "unspecified", subject_claim = "http://wso2.org/claims/username" }',
    },
    "slo-post": {"sign": '"both"'},
    "slo-soap": {"sign": '"both"'},
}
ENCRYPTED = {name for name, keys in PROFILES.items() if "encryption" in keys}
SIGNED = {name: keys["sign"].strip('"') for name, keys in PROFILES.items()}

# Attributes: the claim, the name it is sent by, and the friendly name, which some libraries show.
ATTRIBUTES = [
    ("http://wso2.org/claims/givenname", "urn:oid:2.5.4.42", "givenName"),
    ("http://wso2.org/claims/lastname", "urn:oid:2.5.4.4", "sn"),
    ("http://wso2.org/claims/emailaddress", "urn:oid:0.9.2342.19200300.100.1.3", "mail"),
    ("http://interop.example/claims/groups", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1", "isMemberOf"),
]


def service_provider(library, profile, sp_url, directory):
    """What an adapter is told of the service provider that it is."""
    base = f"{sp_url}/{library}/{profile}"
    binding = {"slo-post": "post", "slo-soap": "soap"}.get(profile, "redirect")
    return {
        "entity_id": f"https://{library}.interop.example/{profile}",
        "acs": f"{base}/acs",
        "slo": f"{base}/slo",
        "slo_binding": binding,
        "key": str(directory / "sp-signing.key"),
        "certificate": str(directory / "sp-signing.crt"),
        "encryption_key": str(directory / "sp-encryption.key"),
        "encryption_certificate": str(directory / "sp-encryption.crt"),
        "idp_metadata": str(directory / "idp-metadata.xml"),
        "requests_signed": profile != "unsigned",
        "signed": SIGNED[profile],
        "encrypted": profile in ENCRYPTED and profile != "encrypted-name-id",
        "encrypted_name_id": profile == "encrypted-name-id",
        "publishes_encryption": profile in ENCRYPTED,
        "name_id_format": PERSISTENT,
    }


def configuration(sp, profile, metadata, slo=None):
    """The lines of the configuration file for one service provider."""
    attributes = ",\n".join(
        f'  {{ claim = "{claim}", name = "{name}", name_format = "uri", friendly_name = "{friendly}" }}'
        for claim, name, friendly in ATTRIBUTES)
    keys = {
        "metadata": f'"{metadata}"',
        "name": f'"{sp["entity_id"]}"',
        "steps": '[["basic-auth"]]',
        "name_id": '{ format = "persistent", subject_claim = "http://wso2.org/claims/emailaddress", '
                   'formats = ["persistent", "transient", "emailAddress", "unspecified"] }',
        "attributes": f"[\n{attributes},\n]",
        "encryption": '{ assertions = "off" }',
        **PROFILES[profile],
    }
    if slo:
        keys["slo"] = slo
    return "[[service_provider]]\n" + "\n".join(f"{k} = {v}" for k, v in keys.items()) + "\n"
