import type { JWTPayload } from "jose";
import { findNamespace } from "../../model.ts";
import { entityNotFound, tokenRefusal } from "../amqp-errors.ts";
import { authorizeLink } from "../links/authorize-link.ts";
import { parseEntityAddress } from "../links/entity-address.ts";
import type { Reply, Request } from "../management/request-reply.ts";
import { decodeValue } from "../messages/amqp-decode.ts";
import { encodeInt, encodeString } from "../messages/amqp-encode.ts";
import type { BusConnection } from "./bus-connection.ts";
import type { TokenClaim } from "./token-claims.ts";

type Verified = { readonly claim: TokenClaim } | { readonly status: number; readonly description: string };

const serviceBusAudiences: readonly unknown[] = ["https://servicebus.azure.net", "https://servicebus.azure.net/"];

/** Answers `put-token` (AMQP claims-based security): keeps the claim for the connection, or says why not. */
export async function putToken(bus: BusConnection, request: Request): Promise<Reply> {
  const { operation, name, type } = Object.fromEntries(request.properties);
  if (operation !== "put-token") return reply(501, `The operation '${operation}' is not implemented.`);
  if (typeof name !== "string") return reply(400, "The audience of the token is missing.");
  if (type !== "jwt")
    return reply(401, tokenRefusal("InvalidTokenType: Only JSON web tokens are accepted.", bus.now()));
  const refusal = bus.activeFaults.refusal("TOKEN", { host: bus.host, queue: name.replace(/^\w+:\/\/[^/]*\/?/, "") });
  if (refusal) return reply(401, `${refusal.condition}: ${refusal.description}`);
  const verified = await verifyToken(bus, request.body && decodeValue(request.body));
  if ("status" in verified) {
    bus.log(`bus: ${bus.host}: token refused: ${verified.status} ${verified.description.split(":")[0]}`);
    return reply(verified.status, verified.description);
  }
  const missing = findMissingEntity(bus, name, verified.claim);
  if (missing) {
    bus.log(`bus: ${bus.host}: token refused: 404`);
    return reply(404, missing.description);
  }
  if (!bus.claims.put(name, verified.claim)) return reply(403, "QuotaExceeded: The connection has too many tokens.");
  bus.watchTokens();
  return reply(202, "Accepted");
}

/**
 * The error for a token whose audience names no entity of the namespace (Azure/azure-service-bus#451). Who has no access to the whole
 * namespace does not hear of it, here as elsewhere.
 */
function findMissingEntity({ model, host, now }: BusConnection, audience: string, claim: TokenClaim) {
  const address = parseEntityAddress(audience);
  if (address.queue === "") return undefined;
  const verdict = authorizeLink({ model, host, address, claim, wanted: ["Listen", "Send"], now: now() });
  return verdict.status === "refused" && verdict.error.condition === "amqp:not-found" ? verdict.error : undefined;
}

const reply = (status: number, description: string): Reply => ({
  properties: [
    { key: "status-code", value: encodeInt(status) },
    { key: "status-description", value: encodeString(description) },
  ],
});

async function verifyToken({ model, keys, host, now }: BusConnection, token: unknown): Promise<Verified> {
  const refused = (reason: string) => ({ status: 401, description: tokenRefusal(reason, now()) });
  const found = findNamespace(model, host);
  if (!found) return { status: 404, description: entityNotFound(`sb://${host}/`, now()).description };
  if (found.namespace.firewall === "closed")
    return { status: 401, description: tokenRefusal(notAdmitted, now(), "AmqpGatewayProvider") };
  if (typeof token !== "string" && !Buffer.isBuffer(token)) return refused("MalformedToken: The token is missing.");
  const payload = await keys.verify(token.toString()).catch(reasonOf);
  if (typeof payload === "string") return refused(payload);
  const { aud, iss, tid, oid, exp } = payload;
  if (!serviceBusAudiences.includes(aud)) return refused("InvalidAudience: Token audience is invalid.");
  if (tid !== found.tenant.id || !iss?.includes(found.tenant.id))
    return refused("InvalidIssuer: Token issuer is invalid.");
  if (typeof oid !== "string" || exp === undefined) return refused("MalformedToken: The token names no principal.");
  return { claim: { oid, expiresAt: exp * 1000 } };
}

/** A network refusal in the clothes of one of the token's (seen in the field; not documented). */
const notAdmitted = "Ip has been prevented to connect to the endpoint.";

/** Which of Service Bus's texts stands for this error of jose's. */
const reasonOf = (error: { readonly code?: string }): JWTPayload | string =>
  error.code === "ERR_JWT_EXPIRED"
    ? "ExpiredToken: The token is expired. Expiration time has passed."
    : "InvalidSignature: The token has an invalid signature.";
