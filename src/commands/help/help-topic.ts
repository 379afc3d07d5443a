import type { Renderer, View } from "../../cli/run-command.ts";
import type { JsonValue } from "../../lib/entry/values.ts";

/** A topic of `help`, whose data `--json` prints. */
export type Topic = {
  readonly summary: string;
  /** The data of the topic, and how people read it. */
  readonly open: () => { readonly read: () => Promise<JsonValue> } & Renderer<JsonValue>;
};

export const defineTopic = <Data extends JsonValue>(
  summary: string,
  read: () => Promise<Data>,
  view: View<Data>,
): Topic => ({
  summary,
  open: () => {
    let data: Data | undefined;
    return {
      read: async () => {
        data = await read();
        return data;
      },
      onRecord: (_data, style, page) => (data === undefined ? "" : view(data, style, page)),
    };
  },
});
