import { expect, test } from "vitest";
import { shareRequests } from "../../../../src/lib/azure/tokens/shared-requests.ts";
import { fakeCredential, token } from "../../../fakes/credential.ts";

const scope = "https://servicebus.azure.net/.default";

function shared() {
  const { credential, asked } = fakeCredential(async () => token({}));
  return { credential: shareRequests(credential), asked };
}

test("equal requests at the same time are one request", async () => {
  const { credential, asked } = shared();

  const [one, other] = await Promise.all([credential.getToken(scope), credential.getToken(scope)]);

  expect(one).toBe(other);
  expect(asked).toHaveLength(1);
});

test("a later request, another scope and other claims are requests of their own", async () => {
  const { credential, asked } = shared();

  await Promise.all([
    credential.getToken(scope),
    credential.getToken("https://graph.microsoft.com/.default"),
    credential.getToken(scope, { claims: "{}" }),
  ]);
  await credential.getToken(scope);

  expect(asked).toHaveLength(4);
});

test("a request that can be aborted is not shared", async () => {
  const { credential, asked } = shared();
  const { signal: abortSignal } = new AbortController();

  await Promise.all([credential.getToken(scope, { abortSignal }), credential.getToken(scope)]);

  expect(asked).toHaveLength(2);
});

test("a failed request is made again", async () => {
  let attempts = 0;
  const { credential } = fakeCredential(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("down");
    return token({});
  });
  const sharing = shareRequests(credential);

  await expect(sharing.getToken(scope)).rejects.toThrow("down");
  await expect(sharing.getToken(scope)).resolves.toBeTruthy();
});
