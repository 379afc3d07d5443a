import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { sidebar } from "./sidebar.ts";

export default defineConfig({
  title: "xtenant",
  description: "Secure two-way messaging between a provider and its customers over Azure Service Bus",
  // Documents link to files beside `docs/`: the root of the repository is the root of the site.
  srcDir: "..",
  srcExclude: [
    "{bench,bin,dist*,man,schema,scripts,src,test}/**",
    "sandbox/{bin,src,test,dist}/**",
    "**/node_modules/**",
  ],
  rewrites: { "README.md": "index.md", ":folder(.*)/README.md": ":folder/index.md" },
  outDir: "../dist-site",
  cacheDir: "../node_modules/.cache/vitepress",
  // Without a path, the site is served from the root of its host.
  base: process.env.SITE_BASE ?? "/",
  cleanUrls: true,
  // The licence is a plain text, and examples are folders of programs.
  ignoreDeadLinks: [/^\.\/LICENSE$/, /\/examples\/[\w-]+$/],
  markdown: {
    // `${{ … }}` of GitHub Actions and `{{customer}}` of `send` are not Vue's interpolation.
    config: (md) => {
      const render = md.render.bind(md);
      md.render = (source, env) => render(source, env).replaceAll("{{", "&#123;&#123;");
    },
    languageAlias: { cel: "js" },
  },
  themeConfig: {
    sidebar,
    outline: "deep",
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/docs/onboarding-provider" },
      { text: "Commands", link: "/docs/commands" },
      { text: "Changelog", link: "/CHANGELOG" },
    ],
  },
  buildEnd: ({ outDir }) => {
    const remote = globSync("**/*.html", { cwd: outDir }).flatMap((page) =>
      remoteAssets(readFileSync(join(outDir, page), "utf8")),
    );
    if (remote.length > 0) throw new Error(`the site must load nothing from another host: ${remote.join(", ")}`);
  },
});

/** What a page would load from another host. A link that a reader follows is not one. */
const remoteAssets = (html: string) =>
  html.match(
    /<(?:script|img|iframe|source)\b[^>]*\ssrc="(?:https?:)?\/\/[^"]+|<link\b[^>]*\shref="(?:https?:)?\/\/[^"]+/g,
  ) ?? [];
