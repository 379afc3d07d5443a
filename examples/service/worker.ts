// Receives the statuses of every customer until it is stopped. Run it with `node worker.ts`, Node.js 22.18 or later.
import { createXtenant, Failure, type ReceivedMessage } from "xtenant";

const xtenant = createXtenant({ log: (line) => console.error(line) });
const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

/** Your work. If it throws, the message is delivered again. */
async function handle({ customer, correlationId, body }: ReceivedMessage): Promise<void> {
  console.log(JSON.stringify({ customer, correlationId, body }));
}

/** One customer never holds up another one. After a failure, the worker tries again in a minute. */
async function follow(customer: string): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      for await (const { messages, acknowledge } of xtenant.receive(customer, { watch: true, signal: stop.signal })) {
        for (const message of messages) await handle(message);
        await acknowledge();
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(JSON.stringify({ customer, code: error.code, message: error.message, actor: error.actor }));
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 60_000);
        stop.signal.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
      });
    }
  }
}

await Promise.all((await xtenant.customers()).map(({ name }) => follow(name)));
