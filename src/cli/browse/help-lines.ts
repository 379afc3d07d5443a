import type { BrowseState } from "./browse-state.ts";

const keys: readonly (readonly [keys: string, what: string])[] = [
  ["↑ ↓  j k", "move; PgUp PgDn, Home End and G move further"],
  ["Enter", "open what is selected"],
  ["Esc  Backspace", "go back"],
  ["/", "filter customers by name, level or tag; messages in CEL"],
  ["g", "go to a sequence number"],
  ["v", "show a body formatted, as it is, or as bytes"],
  ["r", "read again"],
  ["o", "show the page in the Azure portal, and open it"],
  ["c", "show the same as a command line, and copy it"],
  ["?", "this page"],
  ["q  Ctrl-C", "end"],
  ["Ctrl-Z", "suspend; fg comes back"],
];

const changingKeys: readonly (readonly [keys: string, what: string])[] = [
  ["Space", "mark a message; the keys below act on all marked ones"],
  ["R", "resubmit dead letters"],
  ["P", "purge dead letters; a journal keeps them"],
  ["e", "export messages to a file for send --ndjson"],
  ["s", "edit a copy of a message in $EDITOR and send it"],
];

const legend: readonly string[] = [
  "Queues: active messages, dead letters, scheduled messages.",
  "no role: least privilege does not let the provider look into that queue.",
  "Nothing is received, locked or counted as a delivery by peeking.",
];

export type HelpLine = { readonly keys?: string; readonly text: string };

export const helpLines = ({ allowsChanges }: Pick<BrowseState, "allowsChanges">): readonly HelpLine[] => [
  ...keys.map(([key, text]) => ({ keys: key, text })),
  { text: "" },
  {
    text: allowsChanges
      ? "Each of these asks before it changes something:"
      : "With --allow-changes, each after a question:",
  },
  ...changingKeys.map(([key, text]) => ({ keys: key, text })),
  { text: "" },
  ...legend.map((text) => ({ text })),
];
