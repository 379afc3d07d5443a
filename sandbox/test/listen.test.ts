import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { type Answer, baseUrlOf, createHostCheck, createHttp } from "../src/http.ts";
import { listen } from "../src/listen.ts";

async function serve(answer: Answer, silenceMilliseconds?: number) {
  const lines: string[] = [];
  const port = await listen(0);
  const server = createHttp(port.number, answer, (line) => lines.push(line), silenceMilliseconds);
  const start = () =>
    port.serve((socket) => {
      server.emit("connection", socket);
      socket.resume();
    });
  return { port, lines, start, url: `http://127.0.0.1:${port.number}/path?code=confidential` };
}

// RFC 9110 §4.2: a client leaves the port out of the Host header when it is the scheme's own.
test.each(["localhost", "acme-bus.servicebus.localhost"])("%s needs no port where that is 443", (host) => {
  expect([createHostCheck(443)(host), createHostCheck(443)(`${host}:443`)]).toEqual([true, true]);
  expect([createHostCheck(5671)(host), createHostCheck(443)(`${host}:5671`)]).toEqual([false, false]);
  expect(createHostCheck(443)(`${host}.evil.example`)).toBe(false);
  expect([baseUrlOf(443), baseUrlOf(5671)]).toEqual(["https://localhost", "https://localhost:5671"]);
});

test("an error of the sandbox is a 500 without details, and a line in the log with them", async () => {
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

test("a client that leaves a request half said is hung up on, the first or a later one", async () => {
  const { port, start } = await serve(() => new Response("served"), 50);
  start();
  const whole = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port.number}\r\n\r\n`;
  for (const said of [whole.slice(0, -2), `${whole.slice(0, -2)}Content-Length: 10\r\n\r\nhalf`, `${whole}GET / HT`]) {
    const socket = connect(port.number, "127.0.0.1");
    socket.resume().write(said);
    await once(socket, "close");
  }
  await port.close();
});

test("a client that waits for an answer may be silent for as long as that takes", async () => {
  const { promise: silent, resolve } = Promise.withResolvers<void>();
  const { port, start, url } = await serve(() => silent.then(() => new Response("served")), 10);
  start();
  const asked = fetch(url);
  setTimeout(resolve, 100);
  expect(await (await asked).text()).toBe("served");
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
