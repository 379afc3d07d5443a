import { isServiceAccount, issuerTrust } from "../../domain/federated-credential.ts";
import { Failure } from "../../errors/failure.ts";
import { type FederatedTrustKind, providerCredential } from "./credential-kind.ts";
import { readCredentialFile } from "./read-secret.ts";
import { requiredOption } from "./trust-options.ts";

const trust: FederatedTrustKind = {
  name: "aks",
  options: ["issuer", "subject"],
  describe: (description, { cloud }) => {
    const subject = requiredOption(trust, description, "subject");
    if (!isServiceAccount(subject))
      throw new Failure("UsageInvalidValue", "--subject: expected system:serviceaccount:<namespace>:<name>");
    const issuer = requiredOption(trust, description, "issuer");
    return issuerTrust(cloud, "aks", { issuer, subject }, description.name);
  },
};

/** A token that Kubernetes, or another platform, keeps in a file and renews there. */
export const workloadIdentity = {
  kind: "workload-identity",
  provider: providerCredential({
    schemas: ({ z, path }) => [z.strictObject({ kind: z.literal("workload-identity"), assertionFile: path })],
    init: {
      choice: "workload identity (Kubernetes): a token in a file",
      question: "Path of the file with the federated token",
      settings: (assertionFile) => ({ assertionFile }),
    },
    variables: [
      { name: "AZURE_FEDERATED_TOKEN_FILE", does: "credential workload-identity, where the config names none" },
    ],
    fromEnvironment: {
      variable: "AZURE_FEDERATED_TOKEN_FILE",
      settings: (assertionFile) => ({ assertionFile }),
    },
    explain: ({ assertionFile }) => ({ is: "a platform's assertion", from: assertionFile }),
    proof: "federated",
    assertion: (_kit, { assertionFile }) => readCredentialFile(assertionFile),
    trust,
  }),
} as const;
