import { connect } from "./bare-client.ts";
import { targetIn } from "./targets.ts";

/**
 * A customer's worker on a plain rhea client. It answers each command with a status. Usage: node bench/worker.ts
 * <sandbox folder> <customer> <port>. The port is one without a distance to the broker.
 */
const [directory = ".", customer = "", port] = process.argv.slice(2);
const connection = await connect({ ...(await targetIn(directory, customer)), port: Number(port) });
const statuses = connection.open_sender("statuses");
const commands = connection.open_receiver({ source: "commands", autoaccept: true });
commands.on("message", ({ message }) => {
  const properties = { outcome: "succeeded" };
  statuses.send({ body: "done", correlation_id: message?.message_id, application_properties: properties } as never);
});
await new Promise((resolve) => commands.once("receiver_open", resolve));
process.stdout.write("ready\n");
