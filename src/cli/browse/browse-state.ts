import type { CloudEndpoints } from "../../lib/domain/cloud-endpoints.ts";
import type { QueueRole } from "../../lib/domain/customer.ts";
import type { Incoming } from "../../lib/domain/message.ts";
import type { ConfiguredCustomer } from "../../lib/entry/customers.ts";
import type { CustomerState } from "../../lib/entry/status.ts";

/** One of the four places of a customer that have messages. */
export type Place = {
  readonly customer: ConfiguredCustomer;
  readonly role: QueueRole;
  readonly isDeadLetter: boolean;
};

export type CustomerLine = {
  readonly customer: ConfiguredCustomer;
  /** Absent until it was inspected. */
  readonly state?: CustomerState;
  /** Statuses that waited, each time that the customer was inspected. */
  readonly waiting: readonly number[];
};

/** What is known of the messages on one screen: one page in the order of sequence numbers. */
export type Messages = {
  readonly place: Place;
  /** Where each page begins, up to this one. */
  readonly starts: readonly bigint[];
  readonly messages: readonly Incoming[];
  /** Where the next page begins; absent on the last page. */
  readonly next?: bigint;
  /** An expression of CEL. */
  readonly where: string;
  readonly isLoading: boolean;
  /** Why there are none: the service refused, or cannot be reached. */
  readonly failure?: string;
  /** The sequence numbers of marked messages. */
  readonly marked: ReadonlySet<bigint>;
};

/** How a body is shown. */
export type BodyMode = "pretty" | "raw" | "hex";

/** Screens lie on each other: Enter puts one on top, Esc takes it away. */
export type Screen =
  | { readonly type: "customers"; readonly selected: number; readonly filter: string }
  | { readonly type: "queues"; readonly selected: number; readonly customer: string }
  | { readonly type: "messages"; readonly selected: number; readonly list: Messages }
  | {
      readonly type: "message";
      readonly place: Place;
      readonly message: Incoming;
      readonly mode: BodyMode;
      /** The first line that is shown. */
      readonly top: number;
    }
  | { readonly type: "help"; readonly top: number };

/** What changes something, after a confirmation. */
export type Change = {
  readonly type: "resubmit" | "purge" | "export" | "send";
  readonly place: Place;
  readonly messages: readonly Incoming[];
  /** The message of "send" as a person wrote it: a document of JSON. */
  readonly edited?: string;
};

/** What waits for keys in the last line. */
export type Prompt =
  | { readonly type: "filter" | "sequence"; readonly text: string; readonly problem?: string }
  | { readonly type: "confirm"; readonly question: string; readonly effect: Effect };

export type BrowseState = {
  readonly screens: readonly [Screen, ...Screen[]];
  readonly customers: readonly CustomerLine[];
  readonly columns: number;
  readonly rows: number;
  readonly isAscii: boolean;
  readonly allowsChanges: boolean;
  /** The config and its context, for the title. */
  readonly title: string;
  readonly cloud: CloudEndpoints;
  readonly prompt?: Prompt;
  /** What happened last, until the next key. */
  readonly notice?: { readonly text: string; readonly isFailure?: true };
  /** How many customers are inspected at this time. */
  readonly inspecting: number;
};

export type BrowseKey =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | { readonly text: string };

export type BrowseEvent =
  | { readonly type: "key"; readonly key: BrowseKey }
  | { readonly type: "resize"; readonly columns: number; readonly rows: number }
  | { readonly type: "inspecting"; readonly customers: number }
  | { readonly type: "inspected"; readonly state: CustomerState }
  | { readonly type: "page"; readonly place: Place; readonly from: bigint; readonly page: Page }
  | { readonly type: "page-failed"; readonly place: Place; readonly from: bigint; readonly text: string }
  | { readonly type: "filter-accepted"; readonly where: string }
  | { readonly type: "filter-refused"; readonly problem: string }
  | { readonly type: "edited"; readonly change: Change; readonly problem?: string }
  | { readonly type: "notice"; readonly text: string; readonly isFailure?: true }
  | { readonly type: "changed"; readonly place: Place; readonly text: string; readonly isFailure?: true };

export type Page = { readonly messages: readonly Incoming[]; readonly next?: bigint };

/** What the controller does for the state. Its result comes back as an event. */
export type Effect =
  | { readonly type: "inspect" }
  | { readonly type: "load"; readonly place: Place; readonly from: bigint; readonly where: string }
  | { readonly type: "stop-loading" }
  | { readonly type: "check-filter"; readonly where: string }
  | { readonly type: "open"; readonly url: string }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "edit"; readonly change: Change }
  | { readonly type: "change"; readonly change: Change }
  | { readonly type: "suspend" }
  | { readonly type: "interrupt" }
  | { readonly type: "quit" };

export type Step = { readonly state: BrowseState; readonly effects: readonly Effect[] };

export const topScreen = ({ screens }: Pick<BrowseState, "screens">): Screen => screens.at(-1) ?? screens[0];

export const isSamePlace = (one: Place, other: Place): boolean =>
  one.customer.name === other.customer.name && one.role === other.role && one.isDeadLetter === other.isDeadLetter;

/** The four places of a customer, in the order of the screen. */
export const placesOf = (customer: ConfiguredCustomer): readonly Place[] =>
  (["command", "status"] as const).flatMap((role) =>
    [false, true].map((isDeadLetter) => ({ customer, role, isDeadLetter })),
  );
