/** Replaces the color detection of chalk, which ink uses, in the bundle. src/cli/output/style.ts decides whether output has colors. */
export default { stdout: false, stderr: false };
