import type { EmulatedTerminal } from "./emulated-terminal.ts";
import type { SeededSandbox } from "./seeded-sandbox.ts";

/** One picture: a command at a terminal, and what is done there until the screen is as it should be. */
export type Scene = {
  /** Of the file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly words: readonly string[];
  /** Lines of the terminal. */
  readonly rows: number;
  /** What happens before. It may go on while the picture is taken. */
  readonly prepare?: (sandbox: SeededSandbox) => Promise<void>;
  readonly play: (terminal: EmulatedTerminal) => Promise<void>;
};

const [down, enter] = ["\u001b[B", "\r"];

/** The shell is there again. */
const end = /^\$ *$/m;

/** In the order in which they are played: each begins with what the one before has left. */
export const scenes: readonly Scene[] = [
  {
    name: "status",
    title: "xtenant status",
    description:
      "A table of eight customers. Six are ok, fabrikam has two dead letters, and tailspin has not consented. Below it are the findings and the totals.",
    words: ["status"],
    rows: 24,
    play: ({ shows }) => shows(end),
  },
  {
    name: "status-watch",
    title: "xtenant status --watch",
    description:
      "The board of the same customers on the whole screen: tailspin first, which has not consented, then fabrikam with its dead letters, each with the next step.",
    words: ["status", "--watch", "30s"],
    rows: 17,
    play: ({ shows }) => shows(/✓ {2}customer-8.*\n8 customers: .*\n.*scheduled/),
  },
  {
    name: "browse",
    title: "xtenant browse",
    description:
      "The customers on the whole screen: their queues, the age of the oldest status, and what is wrong with fabrikam and tailspin. The last line has the keys.",
    words: ["browse"],
    rows: 14,
    play: async ({ shows, type }) => {
      await shows(/✓ 6 {2}! 1 {2}\? 0 {2}✗ 1 {2}queues/);
      type(down);
      await shows(/^> {2}!/m);
    },
  },
  {
    name: "browse-message",
    title: "xtenant browse fabrikam",
    description:
      "One dead letter of fabrikam: why it was dead-lettered, its system fields, and its body as formatted JSON.",
    words: ["browse", "fabrikam"],
    rows: 24,
    play: async ({ shows, type }) => {
      await shows(/dead letters of commands {2}commands {2}2/);
      type("k");
      await shows(/^> {2}dead letters of commands/m);
      type(enter);
      await shows("HandlerFailed");
      type(enter);
      await shows(/"service": "api"\n\}\n+↑ ↓ scroll/);
    },
  },
  {
    name: "poll",
    title: "xtenant poll",
    description: "Four statuses of acme, each on a line: three commands succeeded, and one failed.",
    words: ["poll", "acme"],
    rows: 24,
    prepare: async ({ run, work }) => {
      await run("send", "acme", '{"action":"restart","service":"api"}', "--subject", "restart");
      await work("acme", 1);
    },
    play: ({ shows }) => shows(end),
  },
  {
    name: "rollout",
    title: "xtenant rollout",
    description:
      "The table of a rollout while it runs. Four customers have answered, one has failed, one was refused, and two are waited for by name. Below are the causes.",
    words: ["rollout", "--all", "--command", "restart", "--set", "service=web"],
    rows: 18,
    prepare: async ({ run, work }) => {
      for (const customer of ["acme", "customer-4", "customer-5", "customer-6"]) void work(customer, 1);
      void run("respond", "fabrikam", "--max", "1", "--attempts", "1", "--exec", "sh", "-c", "exit 1");
    },
    play: async ({ shows, type }) => {
      await shows("(y/N)");
      type(`y${enter}`);
      await shows(/ 6 of 8 customers\n\n +4 .*\n +1 .*\n +1 .*\n +2 {2}waiting .*\n\ncauses\n(?:.+\n){4}\nCtrl-C/);
    },
  },
];
