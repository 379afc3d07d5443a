import type { CatalogEntry } from "./catalog-entry.ts";
import { controlPlaneRemedies } from "./control-plane.ts";
import { entraRemedies } from "./entra.ts";
import { serviceBusRemedies } from "./service-bus.ts";

/** Whose code it is. */
export type Speaker = "Entra" | "Graph or Resource Manager" | "Service Bus";

const tables: readonly (readonly [Speaker, Readonly<Record<string, CatalogEntry>>])[] = [
  ["Entra", entraRemedies],
  ["Graph or Resource Manager", controlPlaneRemedies],
  ["Service Bus", serviceBusRemedies],
];

/** Every code that is known, in the tables' order. */
export const knownCodes = (): readonly string[] => tables.flatMap(([, remedies]) => Object.keys(remedies));

/** The remedy for a code as people write it: any case, Entra's numbers with or without their prefix. */
export function findRemedy(text: string) {
  const wanted = text.trim().toLowerCase();
  for (const [speaker, remedies] of tables)
    for (const [code, remedy] of Object.entries(remedies))
      if ([wanted, `aadsts${wanted}`].includes(code.toLowerCase())) return { code, speaker, remedy };
  return undefined;
}
