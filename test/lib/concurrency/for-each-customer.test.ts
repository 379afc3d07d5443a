import { expect, onTestFinished, test, vi } from "vitest";
import { forEachCustomer } from "../../../src/lib/concurrency/for-each-customer.ts";
import { type Customer, parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const customer = (name: string) => ({ name: parseCustomerName(name) }) as Customer;
const three = ["acme", "fabrikam", "tailspin"].map(customer);
const signal = new AbortController().signal;
const turn = () => new Promise(setImmediate);
const toFailed = ({ name }: Customer, { message }: Failure) => `${name} failed: ${message}`;
const refused = () => new Failure("UnauthorizedAccess", "refused");

async function collect<T>(stream: AsyncIterable<T>) {
  const results: T[] = [];
  let failure: unknown;
  try {
    for await (const result of stream) results.push(result);
  } catch (error) {
    failure = error;
  }
  return { results, failure };
}

test.each(["arrival", "customers"] as const)(
  "one failing customer is a record, and the others go on (%s)",
  async (order) => {
    const work = async function* ({ name }: Customer) {
      yield `${name} 1`;
      if (name === "fabrikam") throw refused();
      yield `${name} 2`;
    };

    const { results, failure } = await collect(forEachCustomer(three, work, { signal, order, toFailed }));

    expect(results.toSorted()).toEqual([
      "acme 1",
      "acme 2",
      "fabrikam 1",
      "fabrikam failed: refused",
      "tailspin 1",
      "tailspin 2",
    ]);
    expect(failure).toMatchObject({ kind: "partial", message: "1 of 3 customers failed" });
  },
);

test("when all customers fail with one kind, that kind is the end", async () => {
  const work = async function* (): AsyncGenerator<string> {
    yield "begun";
    throw refused();
  };

  const { failure } = await collect(forEachCustomer(three, work, { signal, toFailed }));

  expect(failure).toMatchObject({ kind: "forbidden", message: "3 of 3 customers failed" });
});

test("a single customer fails with its own failure", async () => {
  const failure = refused();
  const work = async function* (): AsyncGenerator<string> {
    yield "begun";
    throw failure;
  };

  expect(await collect(forEachCustomer(three.slice(0, 1), work, { signal, toFailed }))).toEqual({
    results: ["begun"],
    failure,
  });
});

test("results come in the order of the customers, whichever is ready first", async () => {
  const gates = new Map<string, PromiseWithResolvers<void>>(
    three.map(({ name }) => [name, Promise.withResolvers<void>()]),
  );
  const work = async function* ({ name }: Customer) {
    await gates.get(name)?.promise;
    yield name;
  };
  const collecting = collect(forEachCustomer(three, work, { signal, order: "customers" }));
  for (const name of ["tailspin", "acme", "fabrikam"]) {
    gates.get(name)?.resolve();
    await turn();
  }

  expect((await collecting).results).toEqual(["acme", "fabrikam", "tailspin"]);
});

test.each(["arrival", "customers"] as const)(
  "no more customers than the limit are worked on at the same time (%s)",
  async (order) => {
    let running = 0;
    let most = 0;
    const many = Array.from({ length: 40 }, (_, index) => customer(`customer-${index}`));
    const work = async function* ({ name }: Customer) {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      yield name;
    };

    const { results } = await collect(forEachCustomer(many, work, { signal, order, concurrency: 7 }));

    expect(results).toHaveLength(40);
    expect(most).toBe(7);
  },
);

test("a bug of ours ends the work: it is not one customer's failure", async () => {
  const work = async function* (): AsyncGenerator<string> {
    yield "begun";
    throw new TypeError("broken");
  };

  const { failure } = await collect(forEachCustomer(three, work, { signal, toFailed }));

  expect(failure).toBeInstanceOf(TypeError);
});

test("a result can count as a failure while the work goes on, and the others are done", async () => {
  const work = async function* ({ name }: Customer) {
    yield name === "acme" ? "kept" : "removed";
    yield "checked";
  };
  const { results, failure } = await collect(
    forEachCustomer(three, work, {
      signal,
      order: "customers",
      toFailed: ({ name }) => `${name} failed`,
      toDone: ({ name }) => `${name} done`,
      failureOf: (result) => (result === "kept" ? refused() : undefined),
    }),
  );

  expect(results).toEqual([
    "kept",
    "checked",
    "acme failed",
    "removed",
    "checked",
    "fabrikam done",
    "removed",
    "checked",
    "tailspin done",
  ]);
  expect(failure).toMatchObject({ kind: "partial" });
});

test.each(["arrival", "customers"] as const)(
  "silent customers do not hold up the others, even if they take all places (%s)",
  async (order) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const silence = Promise.withResolvers<void>();
    const done: string[] = [];
    const work = async function* ({ name }: Customer) {
      if (name !== "tailspin") await silence.promise;
      done.push(name);
      yield name;
    };
    const collecting = collect(forEachCustomer(three, work, { signal, order, concurrency: 2 }));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(done).toEqual(["tailspin"]);
    silence.resolve();
    expect((await collecting).results.toSorted()).toEqual(["acme", "fabrikam", "tailspin"]);
  },
);

test("strict work waits for the customer before", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const person = Promise.withResolvers<void>();
  const begun: string[] = [];
  const work = async function* ({ name }: Customer) {
    begun.push(name);
    await person.promise;
    yield name;
  };
  const collecting = collect(forEachCustomer(three, work, { signal, concurrency: 1, strict: true }));
  await vi.advanceTimersByTimeAsync(600_000);

  expect(begun).toEqual(["acme"]);
  person.resolve();
  expect((await collecting).results).toEqual(["acme", "fabrikam", "tailspin"]);
});
