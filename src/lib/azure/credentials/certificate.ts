import { readCertificate } from "../../config/files/certificate-file.ts";
import { providerCredential, type SchemaParts, tenantIdentity } from "./credential-kind.ts";
import type { CredentialKit } from "./credential-kit.ts";
import { readUsableCertificate } from "./read-secret.ts";

const schema = ({ z, path }: SchemaParts) => z.strictObject({ kind: z.literal("certificate"), certificateFile: path });

type CertificateOf = {
  readonly tenantId: string;
  readonly clientId: string;
  readonly certificateFile: string;
  readonly sendCertificateChain?: boolean | undefined;
};

async function create(
  { sdk, options }: CredentialKit,
  { tenantId, clientId, certificateFile, ...rest }: CertificateOf,
) {
  const certificate = await readUsableCertificate(certificateFile);
  const { sendCertificateChain = false } = rest;
  return new sdk.ClientCertificateCredential(tenantId, clientId, { certificate }, { ...options, sendCertificateChain });
}

/** An app of the tenant's own, which acts as itself there. */
const ownApp = tenantIdentity({
  schemas: (parts) => [schema(parts).extend({ clientId: parts.guid })],
  create: (kit, tenantId, { clientId, certificateFile }) => create(kit, { tenantId, clientId, certificateFile }),
  clientId: ({ clientId }) => clientId,
  needsSettings: true,
});

/** A certificate with its private key in a PEM file. */
export const certificate = {
  kind: "certificate",
  provider: providerCredential({
    schemas: (parts) => [schema(parts).extend({ sendCertificateChain: parts.z.boolean().optional() })],
    init: {
      choice: "certificate in a PEM file",
      question: "Path of the PEM file with certificate and key",
      settings: (certificateFile) => ({ certificateFile }),
    },
    variables: [{ name: "AZURE_CLIENT_CERTIFICATE_PATH", does: "credential certificate, where the config names none" }],
    fromEnvironment: {
      variable: "AZURE_CLIENT_CERTIFICATE_PATH",
      settings: (certificateFile) => ({ certificateFile }),
    },
    explain: ({ certificateFile, sendCertificateChain }) => ({
      is: sendCertificateChain ? "a certificate, sent with its chain (x5c)" : "a certificate",
      from: certificateFile,
    }),
    proof: "certificate",
    create: (kit, app, { certificateFile, sendCertificateChain }) =>
      create(kit, { ...app, certificateFile, sendCertificateChain }),
    fingerprint: async ({ certificateFile }) => {
      const { thumbprint, endsAt } = await readCertificate(certificateFile);
      return { kind: "certificate", thumbprint, endsAt };
    },
  }),
  administrator: ownApp,
  responder: ownApp,
} as const;
