// samlify as a service provider.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve, Unsupported } from "./protocol.mjs";

// CommonJS: not all that they export can be imported by name.
const require = createRequire(import.meta.url);
const validator = require("@authenio/samlify-node-xmllint");
const samlify = require("samlify");
const { Constants, IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } = samlify;
const binding = Constants.namespace.binding;
setSchemaValidator(validator);

const sessions = new Map();
const text = (path) => readFileSync(path, "utf8");
const many = (value) => (Array.isArray(value) ? value : [value]);

/** Our metadata, and the two things that samlify wants otherwise. */
function identityProvider(sp, { firstKeyOnly = false } = {}) {
  let metadata = text(sp.idp_metadata);
  // It throws unless WantAuthnRequestsSigned says what AuthnRequestsSigned of the service provider says.
  if (sp.requests_signed)
    metadata = metadata.replace("<md:IDPSSODescriptor", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true"');
  // It verifies the signature of a redirect only where there is one key for signing.
  if (firstKeyOnly) {
    let keys = 0;
    metadata = metadata.replace(/<md:KeyDescriptor use="signing">.*?<\/md:KeyDescriptor>/gs, (key) => (keys++ ? "" : key));
  }
  return IdentityProvider({
    metadata,
    isAssertionEncrypted: sp.encrypted,
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
  });
}

function serviceProvider(sp, wishes = {}) {
  const own = {
    entityID: sp.entity_id,
    authnRequestsSigned: sp.requests_signed,
    wantAssertionsSigned: sp.signed !== "response",
    wantMessageSigned: sp.signed !== "assertion",
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
    privateKey: text(sp.key),
    signingCert: text(sp.certificate),
    // By itself it signs at the place of a Response, which is none of its messages.
    signatureConfig: { prefix: "ds", location: { reference: "/*/*[local-name(.)='Issuer']", action: "after" } },
    allowCreate: true,
    nameIDFormat: [wishes.name_id_format ?? sp.name_id_format],
    assertionConsumerService: [{ Binding: binding.post, Location: sp.acs, isDefault: true }],
    singleLogoutService: [{ Binding: binding[sp.slo_binding] ?? binding.redirect, Location: sp.slo }],
  };
  if (sp.publishes_encryption) {
    own.encPrivateKey = text(sp.encryption_key);
    own.encryptCert = text(sp.encryption_certificate);
  }
  return ServiceProvider(own);
}

/** What samlify's own template lacks is written into it, as its documentation tells. */
function template(sp, idp, own, wishes) {
  return (context) => {
    const id = "_" + crypto.randomUUID();
    const more = wishes.context_class
      ? '<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>' +
        `${wishes.context_class}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`
      : "";
    const wished = context
      .replace(' ForceAuthn="{ForceAuthn}"', ' IsPassive="{IsPassive}"')
      .replace("</samlp:AuthnRequest>", `${more}</samlp:AuthnRequest>`);
    const tags = {
      ID: id,
      IsPassive: wishes.is_passive ? "true" : undefined,
      Destination: idp.entityMeta.getSingleSignOnService(wishes.binding),
      Issuer: sp.entity_id,
      IssueInstant: new Date().toISOString(),
      ProtocolBinding: binding.post,
      AssertionConsumerServiceURL: sp.acs,
      AssertionConsumerServiceIndex: undefined,
      NameIDFormat: many(own.entitySetting.nameIDFormat)[0],
      AllowCreate: true,
    };
    return { id, context: SamlLib.replaceTagsByValue(wished, tags) };
  };
}

/** The octets that the signature of a redirect covers, as they came. */
function signedOctets(query) {
  const raw = new Map(query.split("&").map((pair) => [pair.split("=")[0], pair]));
  return ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg"].map((name) => raw.get(name)).filter(Boolean).join("&");
}

const received = (way, message, query, parameter) =>
  way === "redirect"
    ? { query: Object.fromEntries(new URLSearchParams(query)), octetString: signedOctets(query) }
    : { body: { [parameter]: message } };

/** What the browser is to do, from what samlify tells the web framework. */
function browser(way, made, relayState) {
  if (way === "redirect") return { url: made.context };
  const fields = { [made.type]: made.context };
  if (relayState) fields.RelayState = relayState;
  return { action: made.entityEndpoint, fields };
}

serve({
  async idp_metadata(sp) {
    const meta = identityProvider(sp).entityMeta;
    return { entity_id: meta.getEntityID(), sso: meta.getSingleSignOnService("redirect"),
      keys: many(meta.getX509Certificate("signing")).flat().length };
  },

  async metadata(sp) {
    return { xml: serviceProvider(sp).getMetadata() };
  },

  async login(sp, { binding: way, relay_state, ...wishes }) {
    const [own, idp] = [serviceProvider(sp, wishes), identityProvider(sp)];
    const options = { relayState: relay_state };
    if (wishes.force_authn) options.forceAuthn = true;
    if (wishes.is_passive || wishes.context_class)
      options.customTagReplacement = template(sp, idp, own, { ...wishes, binding: way });
    return browser(way, own.createLoginRequest(idp, way, options), relay_state);
  },

  async response(sp, { message }) {
    const { extract } = await serviceProvider(sp).parseLoginResponse(identityProvider(sp), "post", {
      body: { SAMLResponse: message },
    });
    sessions.set(sp.entity_id, extract);
    return {
      name_id: extract.nameID,
      name_id_format: null,
      session_index: extract.sessionIndex?.sessionIndex,
      attributes: Object.fromEntries(
        Object.entries(extract.attributes ?? {}).map(([name, value]) => [name, many(value)]),
      ),
    };
  },

  async logout(sp, { binding: way, relay_state }) {
    if (way === "soap") throw new Unsupported("has no SOAP");
    const session = sessions.get(sp.entity_id);
    const user = { logoutNameID: session.nameID, sessionIndex: session.sessionIndex.sessionIndex };
    const made = serviceProvider(sp).createLogoutRequest(identityProvider(sp), way, user, { relayState: relay_state });
    return browser(way, made, relay_state);
  },

  async logout_response(sp, { binding: way, message, query }) {
    await serviceProvider(sp).parseLogoutResponse(
      identityProvider(sp, { firstKeyOnly: way === "redirect" }), way, received(way, message, query, "SAMLResponse"));
    return { status: "urn:oasis:names:tc:SAML:2.0:status:Success" };
  },

  async logout_request(sp, { binding: way, message, query, relay_state }) {
    if (way === "soap") throw new Unsupported("has no SOAP");
    const [own, idp] = [serviceProvider(sp), identityProvider(sp)];
    const verifying = identityProvider(sp, { firstKeyOnly: way === "redirect" });
    const info = await own.parseLogoutRequest(verifying, way, received(way, message, query, "SAMLRequest"));
    const made = own.createLogoutResponse(idp, info, way, { relayState: relay_state ?? "" });
    return browser(way, made, relay_state);
  },
});
