import { open } from "node:fs/promises";
import type { JWK } from "jose";
import type { ClientCertificate } from "../certificates/client-certificate.ts";
import type { TlsIdentity } from "../certificates/tls-identity.ts";
import type { Model } from "../model.ts";
import type { Rows } from "../service-bus/queues/journal.ts";
import { pack, unpack } from "./packing.ts";
import { openRows } from "./rows.ts";

/** What outlives a restart besides the messages, which have rows of their own. */
export type State = {
  readonly version: 1;
  /** Where the sandbox was; issuers and redirect URIs in the model begin with it. */
  readonly baseUrl: string;
  readonly model: Model;
  readonly signingKeys: readonly JWK[];
  readonly certificate: ClientCertificate;
  /** The server's own; files of earlier versions have none. */
  readonly identity?: TlsIdentity;
};

/** A file that is not one of ours, or of a version that this program does not know. */
export class BadStateFile extends Error {
  readonly code = "BAD_STATE_FILE";
}

export type StateFile = {
  /** What was saved last, with the sandbox's address as it is now. */
  load(baseUrl?: string): State | undefined;
  /** Returns when it is on the disk, whole; does nothing when nothing is different. */
  save(state: Omit<State, "version">): void;
  /** For the broker's messages. */
  readonly rows: Rows;
  close(): void;
};

/**
 * Opens an SQLite file, made for its owner only when it is missing, for this process alone. Throws BadStateFile, also when
 * another sandbox has it open.
 */
export async function openStateFile(path: string): Promise<StateFile> {
  const { DatabaseSync } = await import("node:sqlite");
  await (await open(path, "a", 0o600)).close();
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec("CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL)");
  } catch (error) {
    database.close();
    throw new BadStateFile(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const write = database.prepare(
    "INSERT INTO state VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
  );
  const rows = openRows(database);
  let last: string | undefined;
  return {
    load(baseUrl) {
      const row = database.prepare("SELECT document FROM state").get();
      if (row === undefined) return undefined;
      const state = parse(String(row.document), path);
      if (baseUrl === undefined || baseUrl === state.baseUrl) return state;
      return parse(String(row.document).replaceAll(`"${state.baseUrl}`, `"${baseUrl}`), path);
    },
    save(state) {
      const document = pack({ version: 1, ...state } satisfies State);
      if (document === last) return;
      write.run(document);
      last = document;
    },
    rows,
    close: () => database.close(),
  };
}

function parse(document: string, path: string): State {
  const state = unpack(document) as State;
  if (state.version === 1) return state;
  throw new BadStateFile(`${path}: it is of version ${String(state.version)}, and this program knows version 1`);
}
