type Log = { readonly info: (line: string) => void };

/** The debug output of the AMQP and identity libraries contains tokens. The variables that enable it are removed before they load. */
export function removeDebugVariables(env: Record<string, string | undefined>, log: Log): void {
  for (const variable of ["DEBUG", "AZURE_LOG_LEVEL"]) {
    if (!env[variable]) continue;
    delete env[variable];
    log.info(`${variable} is ignored: the libraries' debug output contains tokens`);
  }
}
