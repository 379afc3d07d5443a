import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonLines, openSandbox } from "./xtenant.ts";

// One sandbox and one story: each test continues after the one before.
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
beforeAll(async () => {
  sandbox = await openSandbox("--role-delay", "1s");
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const assignmentIds = (stdout: string) =>
  jsonLines(stdout).flatMap(({ assignmentId }) => (assignmentId ? [assignmentId] : []));

test("a send before consent ends with 4 and names AADSTS700016 and the remedy", async () => {
  const { exitCode, stdout, stderr } = await sandbox.x("send", "acme", "hi");

  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(stderr).toMatch(/AADSTS700016/);
  expect(stderr).toMatch(/next {2}xtenant onboard acme/);
});

test("onboard --url prints one line, the tenant's consent link, and nothing else", async () => {
  const { exitCode, stdout, stderr } = await sandbox.x("onboard", "acme", "--url");

  expect({ exitCode, stderr, lines: stdout.split("\n").length }).toEqual({ exitCode: 0, stderr: "", lines: 2 });
  expect(stdout).toMatch(
    /^https:\/\/localhost:\d+\/[0-9a-f-]{36}\/v2\.0\/adminconsent\?client_id=[0-9a-f-]{36}&scope=openid&redirect_uri=\S+&state=\S+\n$/,
  );
});

test("onboard without an option waits for consent, and ends with 9 when none comes in time", async () => {
  const { exitCode, stdout, stderr } = await sandbox.x("onboard", "acme", "--timeout", "2s");

  expect(exitCode).toBe(9);
  expect(stdout).toMatch(/adminconsent/);
  expect(stderr).toMatch(/waiting for acme to consent/);
});

test("onboard --provision may be repeated", async () => {
  const first = await sandbox.x("onboard", "acme", "--provision", "--json");
  const second = await sandbox.x("onboard", "acme", "--provision", "--json");

  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(jsonLines(first.stdout)).toMatchObject([{ outcome: "created" }, { type: "consented" }]);
  expect(jsonLines(second.stdout)).toMatchObject([{ outcome: "existing" }, { type: "consented" }]);
});

test("a send before the grant ends with 5 and names the missing claim", async () => {
  const { exitCode, stderr } = await sandbox.x("send", "acme", "hi");

  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/'Send' claim/);
});

test("a poll before the grant ends with 5 and names the missing claim", async () => {
  const { exitCode, stderr } = await sandbox.x("poll", "acme");

  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/'Listen' claim/);
});

test("grant --wait waits for a role that is not effective yet; repeated, it finds the same assignment", async () => {
  const first = await sandbox.x("grant", "acme", "--role", "data-owner", "--wait", "--json");
  const second = await sandbox.x("grant", "acme", "--role", "data-owner", "--wait", "--json");

  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(first.stderr).toMatch(/assigned, not yet effective: Send/);
  expect(assignmentIds(first.stdout)).toHaveLength(1);
  expect(assignmentIds(second.stdout)).toEqual(assignmentIds(first.stdout));
  expect(jsonLines(second.stdout)).toMatchObject([{ outcome: "existing" }, { claim: "Send" }, { claim: "Listen" }]);
});

test("a command is sent, the customer's own identity answers it, and its status arrives once", async () => {
  const sent = await sandbox.x(
    "send",
    "acme",
    '{"deploy":"v2"}',
    "-p",
    "attempt:int=1",
    "--subject",
    "deploy",
    "--json",
  );
  const [{ messageId } = { messageId: undefined }] = jsonLines(sent.stdout);
  const responded = await sandbox.x("respond", "acme", "--max", "1", "--verbose");
  const first = await sandbox.x("poll", "acme", "--json");
  const second = await sandbox.x("poll", "acme", "--json");

  expect(sent.exitCode).toBe(0);
  expect(messageId).toMatch(/^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/);
  expect(responded.exitCode).toBe(0);
  expect(responded.stderr).toMatch(/acme's responder in tenant [0-9a-f-]{36}, by managed-identity/);
  expect(jsonLines(first.stdout)).toMatchObject([
    {
      type: "message",
      customer: "acme",
      queue: "statuses",
      correlationId: messageId,
      subject: "deploy",
      deliveryCount: 1,
      body: '{"deploy":"v2"}',
    },
  ]);
  expect(second).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test("poll gives every word after --exec or -- to the program", async () => {
  const script = "console.log(JSON.stringify(process.argv.slice(1)))";
  for (const id of ["words-1", "words-2"]) await sandbox.x("send", "acme", id, "--message-id", id, "--queue", "status");
  const program = [process.execPath, "-e", script, "--", "-n", "3", "-c", "x", "--json"];
  const after = [
    await sandbox.x("poll", "acme", "--json", "-n", "1", "--exec", ...program),
    await sandbox.x("poll", "acme", "--json", "-n", "1", "--", ...program),
  ];

  for (const { exitCode, stdout } of after) {
    expect(exitCode).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "delivered", details: { output: '["-n","3","-c","x","--json"]\n' } },
    ]);
  }
});

test("respond --exec passes the body to a program without a shell, and sends its output", async () => {
  await sandbox.x("send", "acme", "$(id); `id`", "--message-id", "exec-1");
  const program =
    "process.stdin.on('data', (d) => process.stdout.write(process.argv[1] + ':' + d + ':' + process.env.XTENANT_MESSAGE_ID))";
  const responded = await sandbox.x(
    "respond",
    "acme",
    "--max",
    "1",
    "--exec",
    process.execPath,
    "--",
    "-e",
    program,
    "$HOME",
  );
  const polled = await sandbox.x("poll", "acme", "--json");

  expect(responded.exitCode).toBe(0);
  expect(jsonLines(polled.stdout)).toMatchObject([
    { correlationId: "exec-1", body: "$HOME:$(id); `id`:exec-1", properties: { outcome: "succeeded" } },
  ]);
});

test("poll --peek does not change the message or its delivery count", async () => {
  await sandbox.x("send", "acme", "look");
  await sandbox.x("respond", "acme", "--max", "1");
  await sandbox.x("poll", "acme", "--peek");
  const peeked = await sandbox.x("poll", "acme", "--peek", "--json");
  const polled = await sandbox.x("poll", "acme", "--json");

  expect(jsonLines(peeked.stdout)).toMatchObject([{ body: "look", deliveryCount: 1 }]);
  expect(jsonLines(polled.stdout)).toMatchObject([{ body: "look", deliveryCount: 1 }]);
});

test("poll of all customers reads the working ones, reports the others, and ends with 3", async () => {
  await sandbox.x("send", "acme", "all");
  await sandbox.x("respond", "acme", "--max", "1");
  const { exitCode, stdout, stderr } = await sandbox.x("poll", "--json");

  expect(exitCode).toBe(3);
  const records = jsonLines(stdout);
  expect(records).toHaveLength(3);
  expect(records).toContainEqual(expect.objectContaining({ type: "message", customer: "acme", body: "all" }));
  for (const customer of ["fabrikam", "tailspin"])
    expect(records).toContainEqual(
      expect.objectContaining({ type: "failed", customer, error: expect.objectContaining({ kind: "auth" }) }),
    );
  expect(jsonLines(stderr)).toMatchObject([{ error: { kind: "partial" } }]);
});

test("verify shows in one line that acme is healthy, and that fabrikam has not consented; exit 3", async () => {
  const { exitCode, stdout } = await sandbox.x("verify", "acme", "fabrikam");
  const [acme = "", fabrikam = ""] = stdout.split(/^(?=fabrikam)/m);

  expect(exitCode).toBe(3);
  expect(acme).toBe("✓ acme\n");
  expect(fabrikam.split("\n").find((line) => line.includes("✗"))).toMatch(/token .*not consented/);
});

test("poll --watch prints a status as it arrives; after SIGINT it ends with 130 and no message stays locked", async () => {
  const watching = sandbox.tail("poll", "--watch", "--json", "acme");
  await sandbox.x("send", "acme", "one");
  await sandbox.x("respond", "acme", "--max", "1");
  const line = await watching.nextLine();
  const { exitCode, stderr } = await watching.signal("SIGINT");
  await sandbox.x("send", "acme", "two");
  await sandbox.x("respond", "acme", "--max", "1");
  const polled = await sandbox.x("poll", "acme", "--json");

  expect(JSON.parse(line ?? "")).toMatchObject({ customer: "acme", body: "one", deliveryCount: 1 });
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: "" });
  expect(jsonLines(polled.stdout)).toMatchObject([{ body: "two", deliveryCount: 1 }]);
});

test("least privilege is enough to send and to receive, and no other role is assigned", async () => {
  await sandbox.x("onboard", "fabrikam", "--provision");
  const granted = await sandbox.x("grant", "fabrikam", "--wait", "--json");
  const verified = await sandbox.x("verify", "fabrikam", "--json");

  expect(
    jsonLines(granted.stdout)
      .map(({ role }) => role)
      .filter(Boolean),
  ).toEqual(["Azure Service Bus Data Sender", "Azure Service Bus Data Receiver"]);
  expect(verified.exitCode).toBe(0);
});

test("offboard removes all access: the next send ends with 4", async () => {
  const offboarded = await sandbox.x("offboard", "acme", "--yes");
  const sent = await sandbox.x("send", "acme", "hi");

  expect(offboarded.exitCode).toBe(0);
  expect(sent.exitCode).toBe(4);
});
