import { type ClientCertificate, createClientCertificate } from "../certificates/client-certificate.ts";
import { createTlsIdentity, isLasting, type TlsIdentity } from "../certificates/tls-identity.ts";
import type { Distance } from "../distance.ts";
import { createSigningKeys, restoreSigningKeys, type SigningKeys } from "../entra/keys.ts";
import { baseUrlOf } from "../http.ts";
import { listen, type Port } from "../listen.ts";
import { type Seed, seed } from "../seed/seed.ts";
import type { Rows } from "../service-bus/queues/journal.ts";
import { rebind } from "./rebind.ts";
import { openStateFile, type State, type StateFile } from "./state-file.ts";

/** What the sandbox begins with: everything new, or as an earlier run left it in the data file. */
export type Origin = {
  readonly port: Port;
  readonly baseUrl: string;
  readonly keys: SigningKeys;
  readonly certificate: ClientCertificate;
  readonly identity: TlsIdentity;
  readonly seeded: Seed;
  /** Resolves when the state as it is now is in the data file, if there is one. */
  save(): Promise<void>;
  /** Where the broker keeps its messages; undefined without a data file. */
  readonly rows: Rows | undefined;
  close(): Promise<void>;
};

export type OriginOptions = {
  readonly dataFile?: string;
  /** 0 takes the one of the earlier run, or any free one. */
  readonly port: number;
  readonly now: () => Date;
  readonly customers?: number;
  readonly distance?: Distance;
};

const yearMilliseconds = 365 * 24 * 3600_000;

/** Rejects with the code EADDRINUSE when the port is taken, with BAD_STATE_FILE when the data file cannot be used. */
export async function openOrigin({ dataFile, port: wanted, now, customers, distance }: OriginOptions): Promise<Origin> {
  const file = dataFile === undefined ? undefined : await openStateFile(dataFile);
  try {
    const port = await listenAgain(wanted, file?.load(), distance);
    return await begin(file, port, { now, customers });
  } catch (error) {
    file?.close();
    throw error;
  }
}

async function begin(
  file: StateFile | undefined,
  port: Port,
  { now, customers }: Pick<OriginOptions, "now" | "customers">,
): Promise<Origin> {
  const baseUrl = baseUrlOf(port.number);
  const kept = file?.load(baseUrl);
  const [keys, certificate, identity] = await Promise.all([
    kept ? restoreSigningKeys(now, kept.signingKeys) : createSigningKeys(now),
    kept?.certificate ?? createClientCertificate("Contoso xtenant", new Date(Date.now() + yearMilliseconds)),
    kept?.identity && isLasting(kept.identity) ? kept.identity : createTlsIdentity(),
  ]);
  const fresh = seed({ baseUrl, certificate: certificate.certificate, now: now(), customers });
  const seeded = kept ? rebind(fresh, kept.model) : fresh;
  const save = async () => {
    const signingKeys = await keys.export();
    file?.save({ baseUrl, model: seeded.model, signingKeys, certificate, identity });
  };
  if (file) await save();
  const close = async () => {
    await port.close();
    file?.close();
  };
  return {
    ...{ port, baseUrl, keys, certificate, identity, seeded, close },
    save: file ? save : async () => {},
    rows: file?.rows,
  };
}

/** On the port of the earlier run, so that its config stays good, unless that is taken or another one is asked for. */
async function listenAgain(wanted: number, before: State | undefined, distance?: Distance): Promise<Port> {
  if (wanted !== 0 || before === undefined) return listen(wanted, distance);
  return listen(Number(new URL(before.baseUrl).port || 443), distance).catch(() => listen(0, distance));
}
