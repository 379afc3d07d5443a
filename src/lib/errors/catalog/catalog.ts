import { appRegistration } from "./app-registration.ts";
import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";
import { commandLine } from "./command-line.ts";
import { config } from "./config.ts";
import { controlPlane } from "./control-plane.ts";
import { credentials } from "./credentials.ts";
import { entraApp } from "./entra-app.ts";
import { entraTenant } from "./entra-tenant.ts";
import { entraUser } from "./entra-user.ts";
import { machine } from "./machine.ts";
import { messages } from "./messages.ts";
import { network } from "./network.ts";
import { onboarding } from "./onboarding.ts";
import { serviceBus } from "./service-bus.ts";

/** The entries by who gives their codes. They stay in these parts: joining all into one object costs 2 ms of every start. */
const parts = {
  Entra: [entraApp, entraTenant, entraUser],
  "Graph or Resource Manager": [controlPlane],
  "Service Bus": [serviceBus],
  "the network": [network],
  xtenant: [commandLine, config, credentials, appRegistration, onboarding, messages, machine],
} as const;

/** Who gives a code. */
export type CodeSource = keyof typeof parts;

type CodeOf<Part> = Part extends unknown ? keyof Part : never;

/** Every code that a failure can have. */
export type FailureCode = CodeOf<(typeof parts)[CodeSource][number]>;

const all: readonly CatalogPart[] = Object.values(parts).flat();

export const failureCodes = all.flatMap((part) => Object.keys(part)) as readonly FailureCode[];

const entryOf = (code: string): CatalogEntry | undefined => all.find((part) => Object.hasOwn(part, code))?.[code];

export const catalogEntry = (code: FailureCode): CatalogEntry => {
  const entry = entryOf(code);
  if (entry === undefined) throw new Error(`the catalog has no code ${code}`);
  return entry;
};

export const isFailureCode = (text: string): text is FailureCode => entryOf(text) !== undefined;

export const sourceOf = (code: FailureCode): CodeSource =>
  (Object.keys(parts) as CodeSource[]).find((source) => parts[source].some((part) => code in part)) ?? "xtenant";

/** The numbers that Service Bus writes into its texts ("Error code : 50009"). */
const numbers: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([["50009", "ServiceBusy"]]);

/**
 * The code that a person typed, in any case, and Entra's numbers with or without their prefix; or the code in a message that
 * was pasted. Entra's number counts most, then what a field or parentheses contain.
 */
export function findCode(text: string): FailureCode | undefined {
  const typed = text.trim().toLowerCase();
  const exact = failureCodes.find((code) => [typed, `aadsts${typed}`].includes(code.toLowerCase()));
  return exact ?? numbers.get(typed) ?? codeInMessage(text);
}

function codeInMessage(text: string): FailureCode | undefined {
  const entra = /AADSTS\d+/i.exec(text)?.[0].toUpperCase();
  if (entra !== undefined) return isFailureCode(entra) ? entra : undefined;
  const number = /error code\s*:\s*(\d+)/i.exec(text)?.[1];
  const words = [
    ...text.matchAll(/["']?code["']?\s*[:=]\s*["']?(\w+)/gi),
    ...text.matchAll(/\((?:HTTP \d+, )?(\w+)\)/g),
    ...text.matchAll(/\b([A-Z][a-z]+[A-Z_]\w+|E[A-Z_]{4,})\b/g),
  ].map(([, word = ""]) => word);
  return numbers.get(number ?? "") ?? words.find(isFailureCode);
}
