import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { JsonValue } from "../domain/json-value.ts";
import { safeJson } from "../domain/safe-json.ts";
import { Failure } from "../errors/failure.ts";
import { openRecordFile } from "../receive/sinks/record-file.ts";

/** Who ran a command, and from where. */
export type Actor = {
  readonly user: string;
  readonly host: string;
  /** The address or the id of the job of a pipeline. */
  readonly job?: string;
  /** The provider's app, and the kind of its credential. */
  readonly clientId: string;
  readonly credential?: string;
};

/** Ids and counts of one result. Bodies, properties and words of services are left out. */
export type AuditedResult = Partial<Readonly<Record<AuditedField, string | number | boolean>>> & {
  /** Of a result that failed. */
  readonly code?: string;
};

type Common = { readonly run: string; readonly at: string; readonly command: string };

/** A line of the audit trail. `begin` is on the disk before anything is sent or changed. */
export type AuditEntry =
  | ({ readonly audit: "begin" } & Common & { readonly by: Actor; readonly config: string })
  | ({ readonly audit: "result" } & Common & AuditedResult)
  | ({ readonly audit: "end" } & Common & {
        readonly outcome: "succeeded" | "failed" | "interrupted";
        /** Of the failure. */
        readonly code?: string;
        readonly results: number;
      });

const auditedFields = [
  ...(["type", "customer", "tenantId", "queue", "messageId", "correlationId", "commandId", "sequenceNumber"] as const),
  ...(["messages", "bytes", "outcome", "to", "role", "scope", "principalId", "assignmentId"] as const),
  ...(["clientId", "objectId", "keyId", "name", "access", "earlier"] as const),
];
type AuditedField = (typeof auditedFields)[number];

/** Longer values are cut: an id of Service Bus has at most 128 characters. */
const longestValue = 512;

/** The audit of one run of a command. */
export type AuditedRun = {
  /** Notes results that were printed. A write that fails is reported by `end`. */
  results(results: readonly JsonValue[]): void;
  /** Resolves when all lines are on the disk. */
  end(end: { readonly outcome: "succeeded" | "failed" | "interrupted"; readonly code?: string }): Promise<void>;
};

type Begin = { readonly command: string; readonly by: Actor; readonly config: string };

/**
 * Writes that a command begins, and gives the way to write what it did. Lines are only appended.
 *
 * @throws Failure when the file cannot be written: what cannot be audited must not be done
 */
export async function beginAudit(path: string, { command, ...begin }: Begin): Promise<AuditedRun> {
  const file = await openRecordFile(path);
  const run = crypto.randomUUID();
  const line = (audit: AuditEntry["audit"], fields: object) =>
    safeJson({ audit, run, at: new Date().toISOString(), command, ...fields });
  await file.append(line("begin", begin));
  let results = 0;
  let written: Promise<unknown> = Promise.resolve();
  const append = (...lines: readonly string[]) => {
    written = Promise.all([written, file.append(...lines)]);
    written.catch(() => {});
  };
  return {
    results: (some) => {
      results += some.length;
      append(...some.map((result) => line("result", auditedResult(result))));
    },
    end: async (end) => {
      append(line("end", { ...end, results }));
      try {
        await written;
      } finally {
        await file[Symbol.asyncDispose]();
      }
    },
  };
}

function auditedResult(result: JsonValue): AuditedResult {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return {};
  const record = result as Readonly<Record<string, JsonValue | undefined>>;
  const entries = auditedFields.flatMap((field): [string, string | number | boolean][] => {
    const value = record[field];
    if (typeof value === "string") return [[field, value.slice(0, longestValue)]];
    return typeof value === "number" || typeof value === "boolean" ? [[field, value]] : [];
  });
  const { error } = record;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return Object.fromEntries(typeof code === "string" ? [...entries, ["code", code]] : entries);
}

/** The entries of a file in their order. A line that was cut off by a crash is left out. */
export async function* readAudit(path: string): AsyncGenerator<AuditEntry> {
  try {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      const entry = parseEntry(text);
      if (entry) yield entry;
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new Failure("FileUnreadable", `cannot read ${path}`, { params: { file: path }, cause });
  }
}

function parseEntry(text: string): AuditEntry | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    return typeof entry === "object" && entry !== null && "audit" in entry && "run" in entry
      ? (entry as AuditEntry)
      : undefined;
  } catch {
    return undefined;
  }
}
