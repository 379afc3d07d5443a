import { Failure } from "../errors/failure.ts";

/**
 * The result of a call, or Failure "unavailable" NoAnswer after `milliseconds`. The SDK's calls may never return
 * (receiveMessages and close have hung on silent connections) and cannot be stopped. A rejection that comes later is
 * ignored, so that it does not end the process.
 */
export async function withTimeout<T>(what: string, milliseconds: number, call: Promise<T>): Promise<T> {
  const result = await resultWithin(milliseconds, call);
  if (result === undefined) throw noAnswer(what, milliseconds);
  return result.value;
}

/** The result of a call, or undefined after `milliseconds`, for a caller that waits again later. */
export const resultWithin = <T>(milliseconds: number, call: Promise<T>): Promise<{ readonly value: T } | undefined> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    call.then(
      (value) => {
        clearTimeout(timer);
        resolve({ value });
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });

/** The failure of a call that has not returned in time. */
export const noAnswer = (what: string, milliseconds: number) =>
  new Failure("NoAnswer", `${what} did not answer within ${milliseconds / 1000} s`);
