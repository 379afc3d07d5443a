import { shellWord } from "../../lib/domain/shell-word.ts";
import { type BrowseState, type Messages, topScreen } from "./browse-state.ts";

/** The command line that shows the same as the screen; undefined where no command does. */
export function equivalentCommand(state: BrowseState): string | undefined {
  const screen = topScreen(state);
  switch (screen.type) {
    case "customers":
      return "xtenant status";
    case "queues":
      return `xtenant status ${screen.customer}`;
    case "messages":
      return listCommand(screen.list);
    case "message": {
      const { place, message } = screen;
      const { name } = place.customer;
      if (place.isDeadLetter)
        return `xtenant dead-letter show ${name} --queue ${place.role} --sequence ${message.sequenceNumber}`;
      if (place.role === "status")
        return `xtenant poll ${name} --peek --from-sequence ${message.sequenceNumber} --max 1`;
      return message.messageId === undefined ? undefined : `xtenant command show ${shellWord(message.messageId)}`;
    }
    case "help":
      return "xtenant browse --help";
  }
}

function listCommand({ place, where, starts }: Messages): string | undefined {
  const { name } = place.customer;
  const filter = where === "" ? "" : ` --where ${shellWord(where)}`;
  if (place.isDeadLetter) return `xtenant dead-letter show ${name} --queue ${place.role}${filter}`;
  if (place.role === "command") return undefined;
  const from = starts.at(-1) ?? 0n;
  return `xtenant poll ${name} --peek${from > 0n ? ` --from-sequence ${from}` : ""}${filter}`;
}
