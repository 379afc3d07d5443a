import { render } from "ink";
import { createElement } from "react";
import type { Style } from "../output/style.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { BrowseApp, type Store } from "./browse-app.ts";

/** The view on a terminal. */
export type View = {
  /** Gives the terminal back while the work goes on, and takes it again afterwards. */
  readonly suspended: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** Resolves when the layout engine is loaded. In a bundle it may still be loading. */
export async function layoutEngine(): Promise<void> {
  const engine = await import("yoga-layout");
  if ("loaded" in engine) await engine.loaded;
}

/** Draws the store on a screen of its own. The text of the terminal is back afterwards. */
export function drawBrowse({ stdin, stdout, stderr }: Terminal, store: Store, style: Style): View {
  const mount = () =>
    render(createElement(BrowseApp, { store, style }), {
      ...{ stdin, stdout, stderr, interactive: true, alternateScreen: true },
      ...{ exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: false },
    });
  let instance = mount();
  const unmount = async () => {
    instance.unmount();
    await instance.waitUntilExit();
    // Otherwise this process would take the keys of a program in front of it.
    stdin.pause();
  };
  return {
    suspended: async (work) => {
      await unmount();
      try {
        return await work();
      } finally {
        instance = mount();
      }
    },
    close: unmount,
  };
}
