import { connect, receiveAll, sendAll, type Target } from "./bare-client.ts";
import { targetIn } from "./targets.ts";

/**
 * A plain rhea client that sends or receives a number of KiB. Usage: node bench/bare-bulk.ts <sandbox folder>
 * send|receive <count>
 */
const [folder = ".", what = "send", count = "0"] = process.argv.slice(2);
const target: Target = await targetIn(folder, "customer-1");
const connection = await connect(target);
if (what === "send") await sendAll(connection, "commands", { count: Number(count), body: Buffer.alloc(1024, "x") });
else await receiveAll(connection, "commands", Number(count));
connection.close();
