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
  scene("Nobody has consented yet: Entra knows no such app in acme's tenant.", "send acme hi", 4, /AADSTS700016/),
  {
    ...scene("acme's administrator gets a link, opens it and accepts.", "onboard acme --url", 0, /adminconsent/),
    thenAccepts: true,
  },
  scene("A token of acme's tenant is the proof.", "onboard acme", 0, /consented/),
  scene(
    "fabrikam provisions the service principal through Graph instead.",
    "onboard fabrikam --provision",
    0,
    /consented/,
  ),
  scene("Consent alone opens no queue.", "send acme hi", 5, /'Send' claim/),
  scene(
    "acme grants no more than is needed: to send commands and to receive statuses.",
    "grant acme --wait",
    0,
    /Data Sender[\s\S]*Data Receiver[\s\S]*effective Listen/,
  ),
  scene("So does fabrikam.", "grant fabrikam --wait", 0, /Data Sender[\s\S]*Data Receiver/),
  scene("The provider sends acme a command.", `send acme '{"deploy":"v2"}'`, 0, /sent/),
  scene("And fabrikam another.", `send fabrikam '{"deploy":"v3"}'`, 0, /sent/),
  scene("acme's own worker answers, as acme's managed identity.", "respond acme --max 1", 0, /succeeded/),
  scene("So does fabrikam's.", "respond fabrikam --max 1", 0, /succeeded/),
  scene(
    "Both statuses arrive; tailspin never consented, and does not hold them up.",
    "poll",
    3,
    /v2[\s\S]*v3|v3[\s\S]*v2/,
  ),
  scene("Where everyone stands.", "verify", 3, /tailspin[\s\S]*not consented/),
  scene("acme leaves.", "offboard acme --yes", 0, /refused/),
  scene("And is out of reach.", "send acme hi", 4, /AADSTS7000(?:16|229)/),
];
