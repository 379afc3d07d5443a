import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { action } from "./action.ts";
import { NoSuchName } from "./perform.ts";
import { BadScenario, parseScenario, problems } from "./scenario.ts";

/**
 * The endpoint at `/control` with which a test makes the sandbox misbehave while it runs: `PUT scenario` begins another
 * one, `GET scenario` shows it, `POST actions` does one thing at once. The key is the sandbox's own and in no token.
 */
export function createControl({ faults }: Environment, key: string): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const presented = /^bearer\s+(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (presented === undefined || !isSame(presented, key))
      return context.json({ error: "the key in secrets/control is needed" }, 401, { "www-authenticate": "Bearer" });
    return next();
  });
  app.get("/control/scenario", (context) => context.json(faults.scenario));
  app.put("/control/scenario", async (context) => {
    faults.play(parseScenario(await context.req.json().catch(() => undefined)));
    return context.body(null, 204);
  });
  app.post("/control/actions", async (context) => {
    await faults.perform(action.parse(await context.req.json().catch(() => undefined)));
    return context.body(null, 204);
  });
  app.onError((error, context) => {
    if (error instanceof z.ZodError) return context.json({ error: problems(error) }, 400);
    if (error instanceof BadScenario || error instanceof NoSuchName) return context.json({ error: error.message }, 400);
    throw error;
  });
  return app;
}

const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));
const digest = (text: string) => createHash("sha256").update(text).digest();
