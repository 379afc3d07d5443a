export {
  findRunningSandbox,
  holdSandboxFolder,
  isSandboxRunning,
  stopRunningSandbox,
} from "../config/running-sandbox.ts";
export { backgroundSandboxConfig, backgroundSandboxFolder, sandboxContext } from "../config/sandbox-context.ts";
