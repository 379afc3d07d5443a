import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../src/listen.ts";

/** Repeats what it gets. */
async function serveAt(delay: number) {
  const ended = Promise.withResolvers<number>();
  const port = await listen(0, { delay, ended: ({ turns }) => ended.resolve(turns) });
  port.serve((socket) => {
    socket.pipe(socket);
    socket.resume();
  });
  const client = connect(port.number, "127.0.0.1");
  await once(client, "connect");
  return { port, client, turns: ended.promise };
}

async function ask(client: Socket, text: string): Promise<string> {
  client.write(text);
  let answer = "";
  while (answer.length < text.length) answer += String((await once(client, "data"))[0]);
  return answer;
}

test("at a distance everything arrives in order, and the turns of a connection are counted", async () => {
  const { port, client, turns } = await serveAt(1);

  expect(await ask(client, "one")).toBe("one");
  expect(await ask(client, "x".repeat(1_000_000))).toBe("x".repeat(1_000_000));
  client.destroy();

  expect(await turns).toBeGreaterThanOrEqual(2);
  await port.close();
});

test("the end of a connection arrives at the other side, too", async () => {
  const { port, client, turns } = await serveAt(1);
  await ask(client, "one");

  client.end();
  await once(client, "close");

  expect(await turns).toBe(1);
  await port.close();
});
