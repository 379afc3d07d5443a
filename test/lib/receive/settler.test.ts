import { describe, expect, test } from "vitest";
import { Failure } from "../../../src/lib/errors/failure.ts";
import { openSettler } from "../../../src/lib/receive/settler.ts";
import { heldMessage } from "../../fakes/inbox.ts";

const silent = { info: () => {} };
const turn = () => new Promise(setImmediate);

describe("completions", () => {
  test("are begun one after the other without waiting for the broker's answer", async () => {
    const asked: string[] = [];
    const { promise: answer, resolve: answerAll } = Promise.withResolvers<void>();
    const settler = openSettler(silent);

    for (const number of [1, 2, 3]) await settler.complete(heldMessage(number, asked, () => answer));

    expect(asked).toEqual(["complete 1", "complete 2", "complete 3"]);
    answerAll();
    await settler[Symbol.asyncDispose]();
  });

  test("have all been answered when they are disposed of", async () => {
    const { promise: answer, resolve: answerIt } = Promise.withResolvers<void>();
    const settler = openSettler(silent);
    await settler.complete(heldMessage(1, [], () => answer));
    let disposed = false;

    const disposing = settler[Symbol.asyncDispose]().then(() => {
      disposed = true;
    });
    await turn();

    expect(disposed).toBe(false);
    answerIt();
    await disposing;
  });

  test("are at most five hundred at a time: the next waits for an answer", async () => {
    const answers = Array.from({ length: 501 }, () => Promise.withResolvers<void>());
    const settler = openSettler(silent);
    const asked: string[] = [];
    const all = (async () => {
      for (const [index, { promise }] of answers.entries())
        await settler.complete(heldMessage(index, asked, () => promise));
    })();
    await turn();
    expect(asked).toHaveLength(500);

    answers[40]?.resolve();
    await turn();

    expect(asked).toHaveLength(501);
    for (const { resolve } of answers) resolve();
    await all;
    await settler[Symbol.asyncDispose]();
  });
});

describe("a completion that fails", () => {
  const lost = () => Promise.reject(new Failure("MessageLockLost", "lock lost"));
  const broken = () => Promise.reject(new Failure("GeneralError", "connection broke"));

  test("because the lock ended first is logged and is no failure: the message is delivered again", async () => {
    const lines: string[] = [];
    const settler = openSettler({ info: (line) => lines.push(line) });

    await settler.complete(heldMessage(7, [], lost));
    await settler[Symbol.asyncDispose]();

    expect(lines).toEqual(["message 7 will be delivered again: its lock ended before it was completed"]);
  });

  test("otherwise is raised in the end", async () => {
    const settler = openSettler(silent);
    await settler.complete(heldMessage(1, [], broken));

    await expect(settler[Symbol.asyncDispose]()).rejects.toThrow("connection broke");
  });

  test("otherwise is raised before the next is begun", async () => {
    const asked: string[] = [];
    const settler = openSettler(silent);
    await settler.complete(heldMessage(1, asked, broken));
    await turn();

    await expect(settler.complete(heldMessage(2, asked))).rejects.toThrow("connection broke");
    expect(asked).toEqual(["complete 1"]);
  });
});
