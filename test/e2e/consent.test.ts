import { execFile } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { personInBrowser } from "./person-in-browser.ts";
import { launch, openSandbox, xtenant } from "./xtenant.ts";

const run = promisify(execFile);
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
let person: string;
beforeAll(async () => {
  sandbox = await openSandbox();
  person = await personInBrowser(sandbox.folder);
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Starts onboarding with a listener, lets the person use its link, and waits for its end. */
async function onboardListening(customer: string, decision: "accept" | "cancel") {
  const child = launch(["--config", sandbox.config, "onboard", customer, "--listen", "--quiet"]);
  const stderr = text(child.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const link = String((await lines.next()).value);
  const closed = once(child, "close");
  await run(person, [link], { env: { ...process.env, DECISION: decision } });
  const [exitCode] = await closed;
  return { exitCode, link, stderr: await stderr };
}

test("cancelling in the browser ends onboarding with 4 and changes nothing", async () => {
  const { exitCode, stderr } = await onboardListening("acme", "cancel");
  const sent = await sandbox.x("send", "acme", "hi");

  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/acme's administrator declined/);
  expect(sent.stderr).toMatch(/AADSTS700016/);
});

test("accepting in the browser ends onboarding when a token proves the consent", async () => {
  const { exitCode, link, stderr } = await onboardListening("acme", "accept");

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(link).toMatch(/redirect_uri=http%3A%2F%2Flocalhost%3A\d+%2Fxtenant%2Fconsent/);
});

test.runIf(process.platform === "linux")(
  "--open on a machine without a browser prints the link and waits",
  async () => {
    const { exitCode, stdout, stderr } = await xtenant(
      ["--config", sandbox.config, "onboard", "fabrikam", "--open", "--quiet", "--timeout", "1s"],
      { env: { PATH: sandbox.folder } },
    );

    expect({ exitCode, link: stdout.split("\n")[0] }).toEqual({ exitCode: 9, link: expect.stringMatching(/^https:/) });
    expect(stderr).not.toMatch(/spawn|\n\s+at /);
  },
);

test("--open opens the link in this machine's browser", async () => {
  const { exitCode, stderr } = await xtenant(["--config", sandbox.config, "onboard", "fabrikam", "--open", "--quiet"], {
    env: { BROWSER: person },
  });

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

test("--listen for a customer with consent does not wait", async () => {
  const { exitCode, stdout } = await sandbox.x("onboard", "acme", "--listen");

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^consented acme/);
});
