import { once } from "node:events";
import { createInterface } from "node:readline";
import { jsonLines, launch } from "./xtenant.ts";

/** Starts a tail with a health endpoint at a free port, whatever its command line says. */
export async function startProbed(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const free = args.map((word, index) => (args[index - 1] === "--health" ? "127.0.0.1:0" : word));
  const child = launch(free, { env });
  const closed = once(child, "close");
  const records = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = createInterface(child.stderr)[Symbol.asyncIterator]();
  let address: string | undefined;
  while (address === undefined) {
    const { value, done } = await said.next();
    if (done) throw new Error("it ended without a health endpoint");
    // Under --json, the line is the message of a record.
    address = /health: (http:\/\/[^"]*)\/status"?/.exec(String(value))?.[1];
  }
  // Its other output must not fill the pipe.
  void (async () => {
    while (!(await said.next()).done);
  })();
  const ask = async (path: string) => {
    const answer = await fetch(`${address}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  return {
    ask,
    /** The next record that matches. */
    async record(isMeant: (record: Record<string, unknown>) => boolean) {
      for (;;) {
        const { value, done } = await records.next();
        if (done) throw new Error("it ended without that record");
        const [found] = jsonLines(String(value)).filter(isMeant);
        if (found) return found;
      }
    },
    async stop(name: NodeJS.Signals) {
      child.kill(name);
      const [exitCode] = await closed;
      return exitCode as number | null;
    },
  };
}
