import type { AzureServices } from "./azure-services.ts";
import { decorateServices } from "./decorate-services.ts";

/** Services that are loaded at their first call, because most command lines make no call. */
export function lazyAzureServices(load: () => Promise<AzureServices>): AzureServices {
  let loading: Promise<AzureServices> | undefined;
  return decorateServices(
    () => (loading ??= load()),
    (_name, _args, call) => call(),
  );
}
