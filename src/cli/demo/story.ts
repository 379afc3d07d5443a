/** One command line of the demonstration, the exit code that it must end with, and what its output must contain. */
export type DemoScene = {
  readonly title: string;
  readonly argv: readonly string[];
  readonly exitCode: number;
  readonly says: RegExp;
  /** A customer's administrator opens the link that the command printed and accepts. */
  readonly thenAccepts?: true;
};

const scene = (title: string, line: string, exitCode: number, says: RegExp): DemoScene => ({
  title,
  argv: words(line),
  exitCode,
  says,
});

/** A line as a shell would split it; single quotes keep spaces together. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** The whole path, with the refusals that prove each step was needed. */
export const demoScenes: readonly DemoScene[] = [
  scene(
    "No customer has consented yet: Entra does not know the app in acme's tenant.",
    "send acme hi",
    4,
    /AADSTS700016/,
  ),
  {
    ...scene("acme's administrator opens the consent link, and accepts.", "onboard acme --url", 0, /adminconsent/),
    thenAccepts: true,
  },
  scene("A token from acme's tenant proves the consent.", "onboard acme", 0, /consented/),
  scene(
    "fabrikam's administrator creates the service principal through Graph instead.",
    "onboard fabrikam --provision",
    0,
    /consented/,
  ),
  scene("Consent alone does not open a queue.", "send acme hi", 5, /'Send' claim/),
  scene(
    "acme assigns the least privilege: to send commands and to receive statuses.",
    "grant acme --wait",
    0,
    /Data Sender[\s\S]*Data Receiver[\s\S]*effective Listen/,
  ),
  scene("fabrikam does the same.", "grant fabrikam --wait", 0, /Data Sender[\s\S]*Data Receiver/),
  scene("The provider sends acme a command.", `send acme '{"deploy":"v2"}'`, 0, /sent/),
  scene("The provider sends fabrikam a command, too.", `send fabrikam '{"deploy":"v3"}'`, 0, /sent/),
  scene("acme's own worker answers, as acme's managed identity.", "respond acme --max 1", 0, /succeeded/),
  scene("fabrikam's worker does the same.", "respond fabrikam --max 1", 0, /succeeded/),
  scene(
    "Both statuses arrive. tailspin has not consented, which does not delay the others.",
    "poll",
    3,
    /v2[\s\S]*v3|v3[\s\S]*v2/,
  ),
  scene("The state of all three customers.", "verify", 3, /tailspin[\s\S]*not consented/),
  scene("acme's administrator removes the roles and the app.", "offboard acme --yes", 0, /refused/),
  scene("The provider can no longer send to acme.", "send acme hi", 4, /AADSTS7000(?:16|229)/),
];
