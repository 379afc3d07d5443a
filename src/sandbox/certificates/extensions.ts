import { bitString, boolean, explicit, implicit, integer, objectIdentifier, octetString, sequence } from "./der.ts";

/** Certificate extensions (RFC 5280 §4.2.1), each ready to stand in a certificate. */
const extension = (identifier: string, value: Buffer) => sequence(objectIdentifier(identifier), octetString(value));
const critical = (identifier: string, value: Buffer) =>
  sequence(objectIdentifier(identifier), boolean(true), octetString(value));

export const subjectKeyIdentifier = (identifier: Buffer): Buffer => extension("2.5.29.14", octetString(identifier));
export const authorityKeyIdentifier = (identifier: Buffer): Buffer =>
  extension("2.5.29.35", sequence(implicit(0, identifier)));

/** An authority that signs leaves only. */
export const authority: readonly Buffer[] = [
  critical("2.5.29.19", sequence(boolean(true), integer(Buffer.of(0)))),
  critical("2.5.29.15", bitString(Buffer.of(0b0000_0110), 1)),
];

/** A leaf for a TLS server, or for a client that signs assertions. */
export const leaf = (usage: "server" | "client"): readonly Buffer[] => [
  critical("2.5.29.19", sequence()),
  critical("2.5.29.15", bitString(Buffer.of(0b1000_0000), 7)),
  extension("2.5.29.37", sequence(objectIdentifier(usage === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"))),
];

const dnsName = (name: string) => implicit(2, Buffer.from(name));
const ipAddress = (bytes: Buffer) => implicit(7, bytes);

export const alternativeNames = (dnsNames: readonly string[], addresses: readonly Buffer[]): Buffer =>
  extension("2.5.29.17", sequence(...dnsNames.map(dnsName), ...addresses.map(ipAddress)));

/** Keeps an authority to one DNS domain and to single addresses, so that trusting it endangers no other site. */
export const onlyFor = (domain: string, addresses: readonly Buffer[]): Buffer =>
  critical(
    "2.5.29.30",
    sequence(
      explicit(
        0,
        sequence(dnsName(domain)),
        ...addresses.map((bytes) => sequence(ipAddress(Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)])))),
      ),
    ),
  );
