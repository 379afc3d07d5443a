import { Box, type Key, Text, useInput } from "ink";
import { createElement, useEffect, useState } from "react";
import type { Style } from "../output/style.ts";
import type { BrowseKey, BrowseState } from "./browse-state.ts";
import { frameOf } from "./screens.ts";

/** What the view is given: the state, notice of each change, and where keys go. */
export type Store = {
  readonly state: () => BrowseState;
  /** Calls back after each change. The result ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly press: (key: BrowseKey) => void;
};

/** The whole screen. It has no state of its own: keys go to the store, and each change of the store draws again. */
export function BrowseApp({ store, style }: { readonly store: Store; readonly style: Style }) {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    const draw = () => setState(store.state());
    draw();
    return store.subscribe(draw);
  }, [store]);
  useInput((input, key) => {
    for (const one of keysOf(input, key)) store.press(one);
  });
  const { title, heading, body, notice, keys } = frameOf(state, style);
  const line = (text: string, index: number) =>
    createElement(Text, { key: index, wrap: "truncate" }, text === "" ? " " : text);
  return createElement(
    Box,
    { flexDirection: "column", width: state.columns },
    line(title, -1),
    line(heading, -2),
    createElement(Box, { key: "body", flexDirection: "column" }, ...body.map(line)),
    createElement(Box, { key: "notice", flexDirection: "column" }, ...notice.map(line)),
    line(keys, -3),
  );
}

/** What was typed at once may be several keys: a fast person, or pasted text. */
function keysOf(input: string, key: Key): readonly BrowseKey[] {
  const named = namedKey(key);
  if (named !== undefined) return [named];
  if (key.ctrl) return input === "c" ? ["interrupt"] : input === "z" ? ["suspend"] : [];
  if (key.meta || input === "") return [];
  return Array.from(input, (text) => (text === "\r" || text === "\n" ? "enter" : { text }));
}

function namedKey(key: Key): BrowseKey | undefined {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.pageUp) return "page-up";
  if (key.pageDown) return "page-down";
  if (key.home) return "home";
  if (key.end) return "end";
  if (key.return) return "enter";
  if (key.escape) return "escape";
  return key.backspace || key.delete || key.leftArrow ? "backspace" : undefined;
}
