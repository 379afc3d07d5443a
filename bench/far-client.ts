import { readFileSync } from "node:fs";
import { join } from "node:path";
import rhea from "rhea";
import { requestToken } from "./targets.ts";

/**
 * The fewest turns that a plain rhea client needs for one command: the token is requested while the connection opens.
 * Its open, its session and its links are sent without waiting. Prints the milliseconds until the message was accepted,
 * without the start of the process. Usage: node bench/far-client.ts <sandbox folder> <customer>
 */
const [folder = ".", name = ""] = process.argv.slice(2);
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const { cloud, provider, customers } = JSON.parse(read("xtenant.json"));
const { tenantId, namespace, commandQueue = "commands" } = customers[name];
const ca = read("ca.pem");
const form = new URLSearchParams({ grant_type: "client_credentials", client_id: provider.clientId });
form.set("client_secret", read("secrets/provider"));
form.set("scope", "https://servicebus.azure.net/.default");

const start = performance.now();
const token = requestToken(`${cloud.authorityHost}/${tenantId}/oauth2/v2.0/token`, ca, form);
const port = Number(new URL(cloud.authorityHost).port);
const where = { transport: "tls", host: "localhost", servername: "localhost", port, ca, hostname: namespace };
const options = { ...where, username: "anonymous", reconnect: false, noDelay: true };
const connection = rhea.create_container().connect(options as never);
const requests = connection.open_sender("$cbs");
const replies = connection.open_receiver({ source: "$cbs", target: "replies" });
await Promise.all([new Promise((resolve) => requests.once("sendable", resolve)), token]);
const application_properties = { operation: "put-token", type: "jwt", name: `sb://${namespace}/` };
requests.send({ body: await token, message_id: "1", reply_to: "replies", application_properties });
await new Promise((resolve) => replies.once("message", resolve));
const sender = connection.open_sender(commandQueue);
await new Promise((resolve) => sender.once("sendable", resolve));
sender.send({ body: rhea.message.data_section(Buffer.from("hi")) });
await new Promise((resolve) => sender.once("accepted", resolve));
process.stdout.write(`${performance.now() - start}\n`);
connection.close();
