import { describe, expect, test } from "vitest";
import { callAzure, createLinkCaller } from "../../../src/lib/azure/call-policy.ts";
import { Failure } from "../../../src/lib/errors/failure.ts";

const context = { customer: "acme", tenant: "acme.example", namespace: "acme-bus.servicebus.windows.net" };
const pauses = { throttled: 5, otherwise: 5 };

/** An error as the Service Bus SDK throws it. */
const serviceBusError = (code: string) => Object.assign(new Error(code), { name: "ServiceBusError", code });

/** A call that throws these errors, one after the other, and then succeeds. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  const made = { times: 0 };
  const call = async () => {
    made.times += 1;
    if (left.length > 0) throw left.shift();
    return "done";
  };
  return { made, call };
}

/** The token of an earlier run, which is refused once; after that all calls have a new token. */
function tokenOfEarlierRun() {
  let replacedAt = Number.POSITIVE_INFINITY;
  const asked: number[] = [];
  const refused = async (startedAt: number) => {
    asked.push(startedAt);
    replacedAt = Math.min(replacedAt, performance.now());
    return startedAt <= replacedAt;
  };
  return { refused, asked };
}

describe("a call to Azure", () => {
  test("maps the error of an SDK and is not repeated", async () => {
    const { made, call } = failing(serviceBusError("ServiceBusy"));

    await expect(callAzure(context, call)).rejects.toMatchObject({ kind: "unavailable", code: "ServiceBusy" });
    expect(made.times).toBe(1);
  });

  test("with a refused token of an earlier run is repeated once with a new token", async () => {
    const { refused } = tokenOfEarlierRun();
    const { made, call } = failing(serviceBusError("UnauthorizedAccess"));

    expect(await callAzure({ ...context, refused }, call)).toBe("done");
    expect(made.times).toBe(2);
  });

  test("that is refused with the new token, too, fails", async () => {
    const { refused, asked } = tokenOfEarlierRun();
    const { made, call } = failing(serviceBusError("UnauthorizedAccess"), serviceBusError("UnauthorizedAccess"));

    await expect(callAzure({ ...context, refused }, call)).rejects.toMatchObject({ kind: "forbidden" });
    expect([made.times, asked.length]).toEqual([2, 2]);
  });

  describe("over a link that lost its token or its role", () => {
    const lost = () =>
      Object.assign(
        new Error(
          "DetachForcedError: The link 'x' is force detached. Code: RenewToken. Details: Unauthorized access. 'Listen' claim(s) are required to perform this operation.",
        ),
        { name: "ServiceBusError", code: "GeneralError" },
      );

    test("requests a token, and is repeated once", async () => {
      const { made, call } = failing(lost());
      let requested = 0;

      expect(await callAzure({ ...context, requestToken: async () => ++requested }, call)).toBe("done");
      expect([made.times, requested]).toEqual([2, 1]);
    });

    test("fails as forbidden when the link is refused again", async () => {
      const { made, call } = failing(lost(), serviceBusError("UnauthorizedAccess"));

      await expect(callAzure({ ...context, requestToken: async () => {} }, call)).rejects.toMatchObject({
        kind: "forbidden",
        code: "UnauthorizedAccess",
      });
      expect(made.times).toBe(2);
    });

    test("is repeated once only", async () => {
      const { made, call } = failing(lost(), lost(), lost());

      await expect(callAzure({ ...context, requestToken: async () => {} }, call)).rejects.toMatchObject({
        code: "UnauthorizedAccess",
      });
      expect(made.times).toBe(2);
    });

    test("fails with Entra's refusal when Entra issues no token, and does not blame the customer", async () => {
      const { made, call } = failing(lost());
      const requestToken = () =>
        Promise.reject(new Error("AADSTS7000222: The provided client secret keys are expired."));

      await expect(callAzure({ ...context, requestToken }, call)).rejects.toMatchObject({
        kind: "auth",
        code: "AADSTS7000222",
        actor: "provider's administrator",
      });
      expect(made.times).toBe(1);
    });
  });

  test("fails with Entra's refusal when Entra issues no new token", async () => {
    const refused = () => Promise.reject(new Error("AADSTS7000215: Invalid client secret provided."));
    const { call } = failing(serviceBusError("UnauthorizedAccess"));

    await expect(callAzure({ ...context, refused }, call)).rejects.toMatchObject({ code: "AADSTS7000215" });
  });

  test("that fails for another reason does not ask for a token", async () => {
    const { refused, asked } = tokenOfEarlierRun();

    await expect(
      callAzure({ ...context, refused }, failing(serviceBusError("MessagingEntityNotFound")).call),
    ).rejects.toMatchObject({ kind: "notFound" });
    expect(asked).toEqual([]);
  });
});

describe("a call over a link", () => {
  test("is repeated after an error of the SDK that may pass", async () => {
    const { made, call } = failing(serviceBusError("ServiceBusy"), serviceBusError("ServiceBusy"));

    expect(await createLinkCaller(context, pauses)("sending", 60_000, call)).toBe("done");
    expect(made.times).toBe(3);
  });

  test("replaces a refused token once, whatever else is repeated", async () => {
    const { refused } = tokenOfEarlierRun();
    const unauthorized = serviceBusError("UnauthorizedAccess");
    const { made, call } = failing(unauthorized, serviceBusError("ServiceBusy"), unauthorized);
    const callLink = createLinkCaller({ ...context, refused }, pauses);

    await expect(callLink("sending", 60_000, call)).rejects.toMatchObject({ kind: "forbidden" });
    expect(made.times).toBe(3);
  });

  test("has one time limit for all its attempts", async () => {
    const callLink = createLinkCaller(context, { throttled: 60_000, otherwise: 60_000 });
    const { made, call } = failing(serviceBusError("ServiceBusy"));

    await expect(callLink("sending", 20, call)).rejects.toMatchObject({
      code: "NoAnswer",
      message: expect.stringContaining("sending"),
    });
    expect(made.times).toBe(1);
  });

  test("passes a failure of the tool on unchanged", async () => {
    const failure = new Failure("TokenMismatch", "the token is for another tenant");

    await expect(createLinkCaller(context)("sending", 60_000, failing(failure).call)).rejects.toBe(failure);
  });
});
