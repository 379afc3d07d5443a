import { Failure } from "../errors/failure.ts";

/** The result of a call, or Failure "unavailable" when it does not come in time: then the connection counts as dead. */
export async function withTimeout<T>(what: string, milliseconds: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${what} did not answer within ${milliseconds / 1000} s: the connection is dead`;
    const failure = () => new Failure("unavailable", message, { code: "NoAnswer", hint: "check the network" });
    timer = setTimeout(() => reject(failure()), milliseconds);
  });
  // The call that was given up may fail later, when nobody listens any more.
  call.catch(() => {});
  return Promise.race([call, late]).finally(() => clearTimeout(timer));
}
