import type { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import type { Changes, Rows } from "../service-bus/queues/journal.ts";

/** The broker's rows in the data file. Keys are bytes: ids may have any character, and SQLite ends texts at the first zero. */
export function openRows(database: DatabaseSync): Rows {
  database.exec(
    "CREATE TABLE IF NOT EXISTS kept (queue TEXT NOT NULL, kind TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (queue, kind, key))",
  );
  const all = database.prepare("SELECT key, value FROM kept WHERE queue = ? AND kind = ?");
  const put = database.prepare(
    "INSERT INTO kept VALUES (?, ?, ?, ?) ON CONFLICT (queue, kind, key) DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare("DELETE FROM kept WHERE queue = ? AND kind = ? AND key = ?");
  const drop = database.prepare("DELETE FROM kept WHERE queue = ?");

  function writeAll({ dropped, kept }: Changes) {
    for (const queue of dropped) drop.run(queue);
    for (const { queue, kind, key, value } of kept)
      if (value === undefined) remove.run(queue, kind, Buffer.from(key));
      else put.run(queue, kind, Buffer.from(key), serialize(value));
  }

  return {
    queues: () =>
      database
        .prepare("SELECT DISTINCT queue FROM kept")
        .all()
        .map(({ queue }) => String(queue)),
    *read(queue, kind) {
      for (const { key, value } of all.all(queue, kind))
        yield { key: bytes(key).toString(), value: deserialize(bytes(value)) };
    },
    write(changes) {
      database.exec("BEGIN");
      try {
        writeAll(changes);
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

const bytes = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0));
