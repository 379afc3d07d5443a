import { Failure } from "../errors/failure.ts";

/**
 * Bounds a call of the SDK that may never return (receiveMessages and close have hung on silent connections). The call
 * itself cannot be stopped; a late rejection of it is swallowed, so that it does not end the process.
 */
export async function withDeadline<T>(what: string, milliseconds: number, call: Promise<T>): Promise<T> {
  call.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(what, milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLate = (what: string, milliseconds: number) =>
  new Failure("unavailable", `${what} did not answer within ${milliseconds / 1000} s`, {
    code: "NoAnswer",
    hint: "check the network; the command can be repeated",
    retryable: true,
  });
