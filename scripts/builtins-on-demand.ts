import { isBuiltin } from "node:module";
import { promisify } from "node:util";
import type { Plugin } from "rolldown";
import { parseAst } from "rolldown/parseAst";

type ImportDeclaration = Extract<ReturnType<typeof parseAst>["body"][number], { type: "ImportDeclaration" }>;

/**
 * Replaces the static imports of Node's own modules in the bundle's output. A static import makes Node read every export of
 * the module, and so load parts of `fs`, `util` or `process` that are behind getters. A call of `process.getBuiltinModule`
 * reads only what is used. A module that is slow to load is read when one of its functions is called.
 */
export const builtinsOnDemand: Plugin = {
  name: "builtins-on-demand",
  renderChunk(code, { name }) {
    const imports = parseAst(code).body.filter(
      (statement): statement is ImportDeclaration =>
        statement.type === "ImportDeclaration" && isBuiltin(statement.source.value),
    );
    let rest = code;
    for (const { start, end } of imports.toReversed()) rest = rest.slice(0, start) + rest.slice(end);
    const shebang = /^#!.*\n/.exec(rest)?.[0] ?? "";
    const loaded = `${shebang}${imports.map(readOnDemand).join("\n")}\n${rest.slice(shebang.length)}`;
    return name === "rolldown-runtime" ? requireOnDemand(loaded) : loaded;
  },
};

/** The bundler's own file makes a `require` for packages that are not ES modules: 1 ms. Most command lines load none. */
const requireOnDemand = (code: string): string =>
  code.replace("createRequire(import.meta.url)", "((...args) => createRequire(import.meta.url)(...args))");

/** OpenSSL: 4 ms. HTTP: 4 ms. Child processes: 2 ms. Files: 1 ms. */
const slowToLoad = new Set([
  "node:crypto",
  "node:http",
  "node:https",
  "node:tls",
  "node:v8",
  "node:zlib",
  "node:child_process",
  "node:fs/promises",
]);

function readOnDemand({ source, specifiers }: ImportDeclaration): string {
  const name = `node:${source.value.replace(/^node:/, "")}`;
  const builtin = `globalThis.process.getBuiltinModule(${JSON.stringify(name)})`;
  return specifiers
    .map((specifier) => {
      const { local } = specifier;
      if (specifier.type !== "ImportSpecifier")
        return name === "node:child_process"
          ? `const ${local.name} = new Proxy({}, { get: (_, key) => ${builtin}[key] });`
          : `const ${local.name} = ${builtin};`;
      const { imported } = specifier;
      const key = JSON.stringify("name" in imported ? imported.name : imported.value);
      return slowToLoad.has(name) && isPlainFunction(name, JSON.parse(key))
        ? `const ${local.name} = (...args) => ${builtin}[${key}](...args);`
        : `const { ${key}: ${local.name} } = ${builtin};`;
    })
    .join("\n");
}

/**
 * Whether a function that calls this export can replace it: it is not a class, and `promisify` has no special form of it. The name
 * is the export's, because some functions of Node have none.
 */
function isPlainFunction(module: string, name: string): boolean {
  const value: unknown = Reflect.get(process.getBuiltinModule(module) ?? {}, name);
  return typeof value === "function" && /^[a-z]/.test(name) && !(promisify.custom in value);
}
