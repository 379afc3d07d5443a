import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCertificate } from "../../../src/lib/app-registration/create-certificate.ts";
import { readCertificate } from "../../../src/lib/config/files/certificate-file.ts";
import { appDriftOf, wantedApp } from "../../../src/lib/domain/app-registration.ts";
import type { AppRegistrations } from "../../../src/lib/ports/azure-services.ts";
import { openFolder } from "../../fakes/folder.ts";
import type { Setup } from "./azure-services.contract.ts";

const wanted = wantedApp("Contoso orders", "https://contoso.example/consented");
const inAYear = () => new Date(Date.now() + 365 * 86_400_000);

/** What every implementation of the app's registration does. */
export function registrationsContract(name: string, open: () => Promise<Setup>) {
  describe(`app registrations: ${name}`, () => {
    let setup: Setup;
    let registrations: AppRegistrations;
    let folder: Awaited<ReturnType<typeof openFolder>>;
    beforeAll(async () => {
      [setup, folder] = [await open(), await openFolder()];
      registrations = await setup.azure.appRegistrations(setup.config);
    });
    afterAll(async () => {
      await setup.close();
      await folder[Symbol.asyncDispose]();
    });
    const found = async (app: Parameters<AppRegistrations["find"]>[0]) => {
      const registration = await registrations.find(app);
      if (registration === undefined) throw new Error("not found");
      return registration;
    };
    const own = () => found({ clientId: setup.config.provider.clientId });

    test("an app is created once by its unique name, as wanted, and its service principal with it", async () => {
      expect(await registrations.find({ uniqueName: "orders" })).toBeUndefined();
      expect(await registrations.create("orders", wanted)).toBe("created");
      const app = await found({ uniqueName: "orders" });

      expect(appDriftOf(app, wanted)).toEqual([]);
      expect(app).toMatchObject({ displayName: "Contoso orders", credentials: [] });
      expect(await registrations.provisionServicePrincipal(app.clientId)).toBe("created");
      expect(await registrations.provisionServicePrincipal(app.clientId)).toBe("existing");
      expect(await registrations.create("orders", { ...wanted, displayName: "Another" })).toBe("existing");
      expect(await found({ clientId: app.clientId })).toEqual(app);
    });

    test("a repair adds missing settings and removes nothing", async () => {
      const more = wantedApp("Contoso", "https://contoso.example/second");
      await registrations.create("mended", wanted);
      await registrations.update(await found({ uniqueName: "mended" }), more);
      const app = await found({ uniqueName: "mended" });

      expect(app.redirectUris).toEqual([...wanted.redirectUris, "https://contoso.example/second"]);
      expect(app.permissions).toHaveLength(1);
    });

    test("trust in an issuer's subject is kept exactly, is given once, and is taken away", async () => {
      const trust = {
        name: "github-main",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:contoso@5544123/orders@821093847:ref:refs/heads/main",
        audience: "api://AzureADTokenExchange",
      };
      await registrations.trust(await own(), trust);
      const [added] = (await own()).credentials.filter(({ name: named }) => named === trust.name);

      expect(added).toMatchObject({ kind: "federated", ...trust });
      await expect(registrations.trust(await own(), { ...trust, name: "twice" })).rejects.toMatchObject({
        kind: "conflict",
      });
      if (added) await registrations.removeCredential(await own(), added);
      expect((await own()).credentials.some(({ name: named }) => named === trust.name)).toBe(false);
    });

    test("a certificate is added beside the others, proves the app, and proves nothing once removed", async () => {
      const file = join(folder.path, "new.pem");
      await writeFile(file, await createCertificate("contract", inAYear()), { mode: 0o600 });
      const { der, thumbprint } = await readCertificate(file);
      const before = (await own()).credentials;
      const tried = () =>
        setup.azure.tryCredential(
          { kind: "certificate", certificateFile: file },
          setup.config.provider.tenantId,
          "the Provider",
        );
      await expect(tried()).rejects.toMatchObject({ kind: "auth", code: "AADSTS700027" });
      await registrations.addCertificate(await own(), { name: "contract", der });
      const added = (await own()).credentials.find(
        (one) => one.kind === "certificate" && one.thumbprint === thumbprint,
      );

      expect((await own()).credentials).toHaveLength(before.length + 1);
      expect(await tried()).toMatchObject({ clientId: setup.config.provider.clientId });
      if (added) await registrations.removeCredential(await own(), added);
      expect((await own()).credentials).toEqual(before);
      await expect(tried()).rejects.toMatchObject({ code: "AADSTS700027" });
    });

    test("a secret is returned once, expires at the requested time, and is removed once", async () => {
      const endsAt = new Date("2031-05-06T00:00:00.000Z");
      const secret = await registrations.addSecret(await own(), { name: "contract", endsAt });
      const [added] = (await own()).credentials.filter(({ name: named }) => named === "contract");

      expect(added).toMatchObject({ kind: "secret", endsAt, hint: secret.slice(0, 3) });
      if (added) {
        await registrations.removeCredential(await own(), added);
        await registrations.removeCredential(await own(), added);
      }
      expect((await own()).credentials.some(({ name: named }) => named === "contract")).toBe(false);
    });

    test("the config's own credential shows which of the registration's it is", async () => {
      expect(await setup.azure.fingerprint()).toMatchObject({
        kind: "federated",
        issuer: expect.stringMatching(/^https/),
      });
    });
  });
}
