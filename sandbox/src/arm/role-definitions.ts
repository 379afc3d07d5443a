/** A built-in role: what it lets its holder do on the control plane (`actions`) and on the data plane (`dataActions`). */
export type RoleDefinition = {
  readonly id: string;
  readonly name: string;
  /** A sentence, as Azure has one for each of its roles. */
  readonly description: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
};

const queueReads = [
  "Microsoft.ServiceBus/*/queues/read",
  "Microsoft.ServiceBus/*/topics/read",
  "Microsoft.ServiceBus/*/topics/subscriptions/read",
];

/** Built-in roles have the same ids in every tenant (Azure built-in roles). */
export const roleDefinitions: readonly RoleDefinition[] = [
  {
    id: "090c5cfd-751d-490a-894a-3ce6f1109419",
    name: "Azure Service Bus Data Owner",
    description: "Lets its holder send, receive and manage everything in a Service Bus namespace.",
    actions: ["Microsoft.ServiceBus/*"],
    notActions: [],
    dataActions: ["Microsoft.ServiceBus/*"],
  },
  {
    id: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    name: "Azure Service Bus Data Sender",
    description: "Lets its holder send to Service Bus.",
    actions: queueReads,
    notActions: [],
    dataActions: ["Microsoft.ServiceBus/*/send/action"],
  },
  {
    id: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    name: "Azure Service Bus Data Receiver",
    description: "Lets its holder receive from Service Bus.",
    actions: queueReads,
    notActions: [],
    dataActions: ["Microsoft.ServiceBus/*/receive/action"],
  },
  {
    id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    name: "Owner",
    description: "Lets its holder manage all resources and who has access to them.",
    actions: ["*"],
    notActions: [],
    dataActions: [],
  },
  {
    id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    name: "Contributor",
    description: "Lets its holder manage all resources, but not give access to them.",
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
    dataActions: [],
  },
  {
    id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    name: "User Access Administrator",
    description: "Lets its holder manage who has access to resources.",
    actions: ["*/read", "Microsoft.Authorization/*"],
    notActions: [],
    dataActions: [],
  },
  {
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    name: "Role Based Access Control Administrator",
    description: "Lets its holder manage access by role assignments, and in no other way.",
    actions: [
      "*/read",
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
    ],
    notActions: [],
    dataActions: [],
  },
  {
    id: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    name: "Reader",
    description: "Lets its holder see all resources, and change none.",
    actions: ["*/read"],
    notActions: [],
    dataActions: [],
  },
];

export const findRoleDefinition = (id: string): RoleDefinition | undefined =>
  roleDefinitions.find((role) => role.id === id.toLowerCase());
