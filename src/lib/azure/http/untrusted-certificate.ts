import { type Agent, request } from "node:https";
import type { TLSSocket } from "node:tls";
import { Failure } from "../../errors/failure.ts";
import { errorWords } from "./error-words.ts";

/** Node's codes for a certificate that does not lead to an authority that the machine trusts, or not to this host now. */
const untrusted =
  /\b(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|CERT_UNTRUSTED|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_TLS_CERT_ALTNAME_INVALID)\b/;

/** The code of such a certificate in an error, or in what caused it. */
export const certificateProblem = (error: unknown): string | undefined => untrusted.exec(errorWords(error))?.[1];

/** The failure for a certificate that is not trusted, with the names in it. Undefined for any other error. */
export async function untrustedCertificate(error: unknown, url: string, agent?: Agent): Promise<Failure | undefined> {
  const code = certificateProblem(error);
  if (code === undefined) return undefined;
  const { host } = new URL(url);
  const shown = await issuerOf(url, agent).catch(() => undefined);
  const what = shown === undefined ? "a certificate" : `a certificate that '${shown}' has issued`;
  return new Failure("CertificateNotTrusted", `${host} shows ${what}, which this machine does not trust (${code})`, {
    serviceCode: code,
    cause: error,
  });
}

const lookMilliseconds = 5_000;

/**
 * Who has issued the certificate that a host shows, through the same proxy. Nothing but an empty request is sent, and nothing of
 * the answer is read: the certificate is only named, never trusted.
 */
function issuerOf(url: string, agent: Agent | undefined): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const options = { method: "HEAD", rejectUnauthorized: false, ...(agent === undefined ? {} : { agent }) };
  const look = request(new URL("/", url), { ...options, signal: AbortSignal.timeout(lookMilliseconds) });
  look.once("error", reject);
  look.once("socket", (socket) => {
    socket.once("secureConnect", () => {
      const { issuer } = (socket as TLSSocket).getPeerCertificate();
      resolve([issuer?.CN, issuer?.O].flat().filter(Boolean)[0]);
      look.destroy();
    });
  });
  look.end();
  return promise;
}
