// @node-saml/node-saml (which passport-saml is made of) as a service provider.
import { readFileSync } from "node:fs";
import { parse } from "node:querystring";
import { SAML } from "@node-saml/node-saml";
import { DOMParser } from "@xmldom/xmldom";
import { serve, Unsupported } from "./protocol.mjs";

const MD = "urn:oasis:names:tc:SAML:2.0:metadata";
const DS = "http://www.w3.org/2000/09/xmldsig#";
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** What people copy out of our metadata by hand, because node-saml reads none. */
function identityProvider(path) {
  const root = new DOMParser().parseFromString(readFileSync(path, "utf8"), "text/xml").documentElement;
  const all = (node, ns, name) => Array.from(node.getElementsByTagNameNS(ns, name));
  const address = (name) =>
    all(root, MD, name).find((end) => end.getAttribute("Binding") === REDIRECT).getAttribute("Location");
  const signing = all(root, MD, "KeyDescriptor").filter((key) => key.getAttribute("use") !== "encryption");
  return {
    entityId: root.getAttribute("entityID"),
    entryPoint: address("SingleSignOnService"),
    logoutUrl: address("SingleLogoutService"),
    certificates: signing.map((key) => all(key, DS, "X509Certificate")[0].textContent.replace(/\s/g, "")),
  };
}

/** Requests that wait for an answer, shared by the SAML objects of one service provider. */
const waiting = new Map();
const sessions = new Map();

function cache(sp) {
  if (!waiting.has(sp.entity_id)) waiting.set(sp.entity_id, new Map());
  const requests = waiting.get(sp.entity_id);
  return {
    saveAsync: async (key, value) => { requests.set(key, value); return { value, createdAt: Date.now() }; },
    getAsync: async (key) => requests.get(key) ?? null,
    removeAsync: async (key) => { requests.delete(key); return key; },
  };
}

function saml(sp, wishes = {}) {
  const idp = identityProvider(sp.idp_metadata);
  const signing = { privateKey: readFileSync(sp.key, "utf8"), signatureAlgorithm: "sha256", digestAlgorithm: "sha256" };
  return new SAML({
    callbackUrl: sp.acs,
    logoutCallbackUrl: sp.slo,
    issuer: sp.entity_id,
    entryPoint: idp.entryPoint,
    logoutUrl: idp.logoutUrl,
    idpIssuer: idp.entityId,
    idpCert: idp.certificates,
    ...(sp.requests_signed ? signing : {}),
    ...(sp.publishes_encryption ? { decryptionPvk: readFileSync(sp.encryption_key, "utf8") } : {}),
    wantAuthnResponseSigned: sp.signed !== "assertion",
    wantAssertionsSigned: sp.signed !== "response",
    validateInResponseTo: "always",
    cacheProvider: cache(sp),
    identifierFormat: wishes.name_id_format ?? sp.name_id_format,
    forceAuthn: wishes.force_authn ?? false,
    passive: wishes.is_passive ?? false,
    disableRequestedAuthnContext: !wishes.context_class,
    ...(wishes.context_class ? { authnContext: [wishes.context_class] } : {}),
  });
}

const many = (value) => (Array.isArray(value) ? value : [value]);

serve({
  async idp_metadata() {
    throw new Unsupported("reads no metadata; addresses and certificates are copied by hand");
  },

  async metadata(sp) {
    const encryption = sp.publishes_encryption ? readFileSync(sp.encryption_certificate, "utf8") : null;
    return { xml: saml(sp).generateServiceProviderMetadata(encryption, readFileSync(sp.certificate, "utf8")) };
  },

  async login(sp, { binding, relay_state, ...wishes }) {
    const own = saml(sp, wishes);
    if (binding === "redirect") return { url: await own.getAuthorizeUrlAsync(relay_state, undefined, {}) };
    return { html: await own.getAuthorizeFormAsync(relay_state) };
  },

  async response(sp, { message, relay_state }) {
    const { profile } = await saml(sp).validatePostResponseAsync({ SAMLResponse: message, RelayState: relay_state });
    // This is how node-saml reads a NoPassive: nobody is signed in, and nothing is wrong.
    if (!profile) throw new Error("no profile: NoPassive");
    sessions.set(sp.entity_id, profile);
    return {
      name_id: profile.nameID,
      name_id_format: profile.nameIDFormat,
      session_index: profile.sessionIndex,
      attributes: Object.fromEntries(
        Object.entries(profile.attributes ?? {}).map(([name, value]) => [name, many(value)]),
      ),
    };
  },

  async logout(sp, { binding, relay_state }) {
    if (binding !== "redirect") throw new Unsupported("asks for logout by HTTP-Redirect only");
    return { url: await saml(sp).getLogoutUrlAsync(sessions.get(sp.entity_id), relay_state, {}) };
  },

  async logout_response(sp, { binding, message, query }) {
    const own = saml(sp);
    const { loggedOut } =
      binding === "redirect"
        ? await own.validateRedirectAsync(parse(query), query)
        : await own.validatePostResponseAsync({ SAMLResponse: message });
    if (!loggedOut) throw new Error("not logged out");
    return { status: "urn:oasis:names:tc:SAML:2.0:status:Success" };
  },

  async logout_request(sp, { binding, message, query, relay_state }) {
    if (binding === "soap") throw new Unsupported("has no SOAP");
    const own = saml(sp);
    const { profile } =
      binding === "redirect"
        ? await own.validateRedirectAsync(parse(query), query)
        : await own.validatePostRequestAsync({ SAMLRequest: message });
    const ours = profile.nameID === sessions.get(sp.entity_id)?.nameID;
    return { url: await own.getLogoutResponseUrlAsync(profile, relay_state, {}, ours) };
  },
});
