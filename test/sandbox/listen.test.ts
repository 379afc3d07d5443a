import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { type Answer, createHttp } from "../../src/sandbox/http.ts";
import { listen } from "../../src/sandbox/listen.ts";

async function serve(answer: Answer) {
  const lines: string[] = [];
  const port = await listen(0);
  const server = createHttp(port.number, answer, (line) => lines.push(line));
  const start = () =>
    port.serve((socket) => {
      server.emit("connection", socket);
      socket.resume();
    });
  return { port, lines, start, url: `http://127.0.0.1:${port.number}/path?code=confidential` };
}

test("a fault of the sandbox is a 500 that tells nothing, and a line in the log that tells all", async () => {
  const { port, lines, start, url } = await serve(() => {
    throw new Error("a fault in detail");
  });
  start();

  const response = await fetch(url);

  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("in detail");
  expect(lines.join("\n")).toContain("a fault in detail");
  await port.close();
});

test("a connection that comes before anybody serves waits", async () => {
  const { port, start, url } = await serve(() => new Response("served"));
  const early = fetch(url);
  const socket = connect(port.number, "127.0.0.1");
  await once(socket, "connect");

  start();

  expect(await (await early).text()).toBe("served");
  socket.destroy();
  await port.close();
});

test("closing ends open connections and frees the port", async () => {
  const { port, start } = await serve(() => new Response("served"));
  start();
  const socket = connect(port.number, "127.0.0.1");
  await once(socket, "connect");
  const closed = once(socket, "close");

  await port.close();

  await closed;
  await (await listen(port.number)).close();
});

test("a port that is taken rejects with EADDRINUSE", async () => {
  const { port } = await serve(() => new Response());

  await expect(listen(port.number)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await port.close();
});
