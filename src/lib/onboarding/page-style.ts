/** What all pages for a customer's administrator have in common: light and dark, and as narrow as a telephone. */
export const pageStyle = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --good: light-dark(#176f2c, #6fd089); --bad: light-dark(#b3261e, #ff8a80); }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; background: light-dark(#f4f6f8, #14181d); }
main { box-sizing: border-box; max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
header { border-left: .35rem solid var(--good); padding-left: 1rem; }
header.refused { border-color: var(--bad); }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
section { background: light-dark(#fff, #1c2229); border: 1px solid var(--line); border-radius: .6rem; padding: .25rem 1.25rem 1rem; margin-top: 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0; }
dt { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
li { margin: .25rem 0; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
`;
