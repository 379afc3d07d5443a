import { expect, test } from "vitest";
import { claimsOf } from "../../../../src/lib/azure/tokens/token-claims.ts";
import { jwt } from "../../../fakes/credential.ts";

test("the claims of a token are read unchanged", () => {
  expect(claimsOf(jwt({ tid: "t", appid: "ä/+" }))).toEqual({ tid: "t", appid: "ä/+" });
});

test.each(["", "opaque", "a.b.c", "..", `x.${Buffer.from("null").toString("base64url")}.x`])(
  "a token that is no JWT has no claims: %j",
  (text) => {
    expect(claimsOf(text)).toEqual({});
  },
);
