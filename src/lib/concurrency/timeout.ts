import { Failure } from "../errors/failure.ts";

/**
 * The result of a call, or Failure "unavailable" NoAnswer after `milliseconds`. The SDK's calls may never return
 * (receiveMessages and close have hung on silent connections) and cannot be stopped: a rejection that comes later is
 * ignored, so that it does not end the process.
 */
export async function withTimeout<T>(what: string, milliseconds: number, call: Promise<T>): Promise<T> {
  call.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer(what, milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const noAnswer = (what: string, milliseconds: number) =>
  new Failure("NoAnswer", `${what} did not answer within ${milliseconds / 1000} s`);
