// The single executable's entry: it brings its own Node, so there is none to refuse, and the whole program is one script.
import { runProcess } from "./process.ts";

// Program and script in one: a command line of its own begins with nothing else. A script within an executable cannot await at its top.
void runProcess(process, [process.execPath]);
