import { Failure } from "../errors/failure.ts";

/** Whether a variable of the environment is 1 and not 0. Throws Failure "usage" VariableInvalid for any other value. */
export function readSwitch(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  byDefault: "0" | "1",
): boolean {
  const value = env[variable] || byDefault;
  if (value !== "0" && value !== "1")
    throw new Failure("VariableInvalid", `${variable} is '${value}'; use 1 or 0`, { params: { variable } });
  return value === "1";
}
