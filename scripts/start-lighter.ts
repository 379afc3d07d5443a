import type { Plugin } from "rolldown";

type Replacement = {
  /** The file that imports or contains it. */
  readonly within: RegExp;
  readonly find: string;
  readonly replace: string;
};

/**
 * Code that packages load at start for features that this program does not use. Each text must occur exactly once in
 * its file, or the build fails. A new version of the package then needs a new check.
 */
const replacements: readonly Replacement[] = [
  {
    // Subcommands that are separate programs. There are none: 2 ms.
    within: /node_modules\/commander\/lib\/command\.js$/,
    find: "import childProcess from 'node:child_process';",
    replace:
      "const childProcess = { spawn: (...args) => process.getBuiltinModule('node:child_process').spawn(...args) };",
  },
  {
    // Our own style code decides about colours. Asking the terminal loads node:tty and node:os: 2 ms.
    within: /node_modules\/chalk\/source\/index\.js$/,
    find: "import supportsColor from '#supports-color';",
    replace: "const supportsColor = { stdout: false, stderr: false };",
  },
  {
    // A mention of FormData makes Node load its whole fetch: 12 ms. No request of ours has such a body.
    within: /node_modules\/@typespec\/ts-http-runtime\/dist\/esm\/formData\.js$/,
    find: 'typeof FormData !== "undefined" && body instanceof FormData',
    replace: "false",
  },
];

const setName = 'const __name=(target,value)=>Object.defineProperty(target,"name",{value,configurable:!0});';

export const startLighter: Plugin = {
  name: "start-lighter",
  transform(code, id) {
    const replacement = replacements.find(({ within }) => within.test(id));
    if (replacement === undefined) return null;
    const parts = code.split(replacement.find);
    if (parts.length !== 2) throw new Error(`${id} no longer contains, once: ${replacement.find}`);
    return parts.join(replacement.replace);
  },
  /** The bundler's own runtime would be a separate file for one line. */
  generateBundle(_options, files) {
    for (const file of Object.values(files))
      if (file.type === "chunk")
        file.code = file.code
          .replace(/import"\.\/rolldown-runtime-[\w-]+\.js";/, "")
          .replace(/import\{\w+ as __name\}from"\.\/rolldown-runtime-[\w-]+\.js";/, setName);
  },
};
