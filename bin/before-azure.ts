// What a command that calls Azure does to the process: most command lines do not load it.
export { guardHeapLimit } from "./heap-limit.ts";
export { prepareProcess } from "./prepare-process.ts";
export { keepHeapSmall } from "./v8-heap.ts";
