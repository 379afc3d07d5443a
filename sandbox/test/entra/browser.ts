import type { TestSandbox } from "../test-sandbox.ts";

/** What a person would see on a page, and what its form would send. */
export type Page = {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Hidden fields, by name. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Values of the radio buttons, by the user name beside them. */
  readonly users: Readonly<Record<string, string>>;
};

export async function openPage(sandbox: Pick<TestSandbox, "fetch">, url: string): Promise<Page> {
  const { status, headers, html } = await read(await sandbox.fetch(url));
  return {
    status,
    html,
    headers,
    hidden: pairs(html, /<input type="hidden" name="([^"]+)" value="([^"]+)">/g),
    users: Object.fromEntries(
      [...html.matchAll(/name="user" value="([^"]+)"[^>]*>\s*(\S+@\S+)/g)].map(([, id = "", name = ""]) => [name, id]),
    ),
  };
}

export type Answer = { readonly as?: string; readonly decision: "accept" | "cancel"; readonly proof?: string };

/** Presses a button of the page at this address; `as` is a user name on the page. */
export async function answerPage(
  sandbox: Pick<TestSandbox, "fetch">,
  url: string,
  { as = "", decision, proof }: Answer,
  headers: Record<string, string> = {},
) {
  const { hidden, users } = await openPage(sandbox, url);
  const form = { ...hidden, ...(proof === undefined ? {} : { proof }), user: users[as] ?? "", decision };
  const response = await sandbox.fetch(url, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
    headers,
  });
  const location = response.headers.get("location");
  const target = location === null ? undefined : new URL(location);
  return { ...(await read(response)), target, query: Object.fromEntries(target?.searchParams ?? []) };
}

const read = async (response: Response) => ({
  status: response.status,
  headers: response.headers,
  html: await response.text(),
});

const pairs = (text: string, pattern: RegExp) =>
  Object.fromEntries([...text.matchAll(pattern)].map(([, name = "", value = ""]) => [name, value]));

export const link = (path: string, parameters: Readonly<Record<string, string>>) =>
  `${path}?${new URLSearchParams(parameters)}`;
