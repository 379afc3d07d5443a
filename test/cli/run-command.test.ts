import { describe, expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { createRun, type Printer, type ResultBatch } from "../../src/cli/run-command.ts";
import { bareContext } from "../fakes/bare-context.ts";
import { output } from "../fakes/output.ts";

type Result = { readonly id: number };

const renderer = { onRecord: ({ id }: Result) => `result ${id}` };

function surroundings({ json = false }: { json?: boolean } = {}) {
  const seen: string[] = [];
  const printer: Printer = {
    json,
    style: styleFor(output(), {}, false),
    print: async (line) => {
      seen.push(`begin ${line}`);
      await new Promise(setImmediate);
      seen.push(`end ${line}`);
    },
  };
  const run = createRun(() => ({ context: bareContext(), printer }));
  const lines = () => seen.filter((line) => line.startsWith("end ")).map((line) => line.slice(4));
  return { run, seen, lines };
}

async function* stream(...results: Result[]): AsyncGenerator<Result> {
  yield* results;
}

describe("a command's results", () => {
  test("are printed by its view", async () => {
    const { run, lines } = surroundings();

    await run(async (_, id: number): Promise<Result> => ({ id }), renderer)(7);

    expect(lines()).toEqual(["result 7"]);
  });

  test("are printed as one line of JSON each under --json, whatever the view says", async () => {
    const { run, lines } = surroundings({ json: true });

    await run(() => stream({ id: 1 }, { id: 2 }), { onRecord: () => "", onEnd: () => "end" })();

    expect(lines()).toEqual(['{"id":1}', '{"id":2}']);
  });

  test("that a view does not print are left out", async () => {
    const { run, lines } = surroundings();

    await run(() => stream({ id: 1 }, { id: 2 }), { onRecord: ({ id }) => (id === 1 ? "" : "two") })();

    expect(lines()).toEqual(["two"]);
  });

  test("of a stream are requested one by one: it continues only after stdout has accepted the line", async () => {
    const { run, seen } = surroundings();
    async function* settling(): AsyncGenerator<Result> {
      for (const id of [1, 2]) {
        yield { id };
        seen.push(`settled ${id}`);
      }
    }

    await run(settling, renderer)();

    expect(seen).toEqual([
      "begin result 1",
      "end result 1",
      "settled 1",
      "begin result 2",
      "end result 2",
      "settled 2",
    ]);
  });
});

test("a question is answered before the line at the bottom is drawn and reads keys", async () => {
  const seen: string[] = [];
  const note = (word: string) => async () => void seen.push(word);
  const screen = {
    columns: 80,
    rows: 24,
    redraw: note("redraw"),
    foot: note("foot"),
    above: () => {},
    close: () => {},
  };
  const printer: Printer = { json: false, style: styleFor(output(), {}, false), print: note("print"), screen };
  const run = createRun(() => ({ context: bareContext(), printer }));
  const mode = { statusLine: () => "0 live" };

  await run(() => stream({ id: 1 }), { ...renderer, mode }, { ask: note("ask") })();

  expect(seen).toEqual(["ask", "foot", "print"]);
});

describe("the text of a renderer after the last result", () => {
  const counting = () => {
    let count = 0;
    return {
      onRecord: () => {
        count += 1;
        return "";
      },
      onEnd: () => (count === 0 ? "" : `${count} results`),
    };
  };

  test("is printed once, at the end", async () => {
    const { run, lines } = surroundings();

    await run(() => stream({ id: 1 }, { id: 2 }), counting())();

    expect(lines()).toEqual(["2 results"]);
  });

  test("is printed also if the command fails after a result", async () => {
    const { run, lines } = surroundings();
    const failure = new Error("failed");

    const failing = run(async function* (): AsyncGenerator<Result> {
      yield { id: 1 };
      throw failure;
    }, counting());

    await expect(failing()).rejects.toBe(failure);
    expect(lines()).toEqual(["1 results"]);
  });

  test("is not printed after stdout has refused a line", async () => {
    let isAsked = false;
    const refusal = new Error("EPIPE");
    const printer: Printer = {
      json: false,
      style: styleFor(output(), {}, false),
      print: () => Promise.reject(refusal),
    };
    const onEnd = () => {
      isAsked = true;
      return "end";
    };

    await expect(
      createRun(() => ({ context: bareContext(), printer }))(() => stream({ id: 1 }), { ...renderer, onEnd })(),
    ).rejects.toBe(refusal);

    expect(isAsked).toBe(false);
  });
});

describe("a line that stdout refuses", () => {
  test("ends the stream with its clean-up, and what follows the result does not happen", async () => {
    const seen: string[] = [];
    const refusal = new Error("EPIPE");
    const printer: Printer = { json: true, style: styleFor(output(), {}, false), print: () => Promise.reject(refusal) };
    async function* settling(): AsyncGenerator<Result> {
      try {
        yield { id: 1 };
        seen.push("settled");
      } finally {
        seen.push("cleaned up");
      }
    }

    await expect(createRun(() => ({ context: bareContext(), printer }))(settling, renderer)()).rejects.toBe(refusal);

    expect(seen).toEqual(["cleaned up"]);
  });
});

test("nothing is opened before the command runs", () => {
  const run = createRun(() => expect.fail("opened"));

  expect(run(() => stream({ id: 1 }), renderer)).toBeTypeOf("function");
});

describe("a batch of results", () => {
  const batchOf = (seen: string[], ...records: readonly Result[]): ResultBatch<Result> => ({
    records,
    acknowledge: async () => void seen.push(`acknowledged ${records.map(({ id }) => id).join(", ")}`),
    release: async () => void seen.push("released"),
  });

  test("is printed with one write, and acknowledged after stdout has taken it", async () => {
    const { run, seen } = surroundings();

    await run(async function* () {
      yield batchOf(seen, { id: 1 }, { id: 2 });
      yield batchOf(seen, { id: 3 });
    }, renderer)();

    expect(seen).toEqual([
      "begin result 1\nresult 2",
      "end result 1\nresult 2",
      "acknowledged 1, 2",
      "begin result 3",
      "end result 3",
      "acknowledged 3",
    ]);
  });

  test("is not acknowledged when stdout refuses it", async () => {
    const seen: string[] = [];
    const refusal = new Error("EPIPE");
    const printer: Printer = { json: true, style: styleFor(output(), {}, false), print: () => Promise.reject(refusal) };
    const batches = async function* () {
      yield batchOf(seen, { id: 1 });
    };

    await expect(createRun(() => ({ context: bareContext(), printer }))(batches, renderer)()).rejects.toBe(refusal);

    expect(seen).toEqual([]);
  });
});

describe("results that are read as a whole", () => {
  const reading = ({ json = false, aborted = false } = {}) => {
    const seen: string[] = [];
    const printer: Printer = {
      json,
      style: styleFor(output(), {}, false),
      print: async (text) => void seen.push(`print ${text}`),
      printPages: async (text, start) => void seen.push(`pages from the ${start}: ${text}`),
    };
    const context = aborted ? { ...bareContext(), signal: AbortSignal.abort() } : bareContext();
    return { seen, run: createRun(() => ({ context, printer })) };
  };
  const two = () => stream({ id: 1 }, { id: 2 });
  const withEnd = { ...renderer, onEnd: () => "end" };

  test("are printed together, for a pager", async () => {
    const { run, seen } = reading();

    await run(two, withEnd, { paged: "end" })();

    expect(seen).toEqual(["pages from the end: result 1\nresult 2\nend"]);
  });

  test("are printed also if the command fails after one", async () => {
    const { run, seen } = reading();
    const failing = async function* () {
      yield* two();
      throw new Error("failed");
    };

    await expect(run(failing, renderer, { paged: "top" })()).rejects.toThrow("failed");

    expect(seen).toEqual(["pages from the top: result 1\nresult 2"]);
  });

  test.each([
    ["as data", { json: true }, { paged: "top" }, ['print {"id":1}', 'print {"id":2}']],
    ["after an interrupt", { aborted: true }, { paged: "top" }, ["print result 1\nresult 2\nend"]],
    ["of a command that goes on", {}, {}, ["print result 1", "print result 2", "print end"]],
  ] as const)("need no pager %s", async (_when, how, options, printed) => {
    const { run, seen } = reading(how);

    await run(two, withEnd, options)();

    expect(seen).toEqual(printed);
  });
});
