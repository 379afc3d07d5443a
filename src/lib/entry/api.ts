/*
 * The public types of the library. They import nothing, so that they stay the same while the inside changes. A change of this file is
 * a change of the API (docs/library.md).
 */

/** An error with a code of the catalog (docs/errors.md): what failed, and who must act. A stack trace of any other error is a bug. */
export type FailureDetails = Error & {
  /** `AADSTS700016`, `UnauthorizedAccess`, `NoStatus`, … */
  readonly code: string;
  /** Groups codes that are handled alike: `usage`, `auth`, `forbidden`, `notFound`, `unavailable`, `timeout`, … */
  readonly kind: string;
  /** Who must act: `operator`, `customer's administrator`, … */
  readonly actor: string;
  /** Whether the same call may succeed later without any action. */
  readonly retryable: boolean;
  /** The service's own code and words, where they say more. Foreign text. */
  readonly serviceCode: string | undefined;
  readonly detail: string | undefined;
};

/** For `error instanceof Failure`. */
export type FailureClass = abstract new (...args: never) => FailureDetails;

/** Where the config comes from, and what the library may use of its process. */
export type XtenantOptions = {
  /**
   * The config: a path, or the document itself (docs/config.md). Without it, the file that the command line finds: `XTENANT_CONFIG`,
   * then `xtenant.json` in the working directory or in a folder above.
   */
  readonly config?: string | { readonly provider: object; readonly customers?: object };
  /** The environment; `process.env` by default. It overrides the same fields of the config as for the command line. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets notices in plain text, without secrets. */
  readonly log?: (line: string) => void;
};

/** The provider's side, and with a responder in the config the customer's side, of the messages with its customers. */
export type Xtenant = {
  /** The customers in the config. */
  customers(): Promise<readonly CustomerInfo[]>;
  /**
   * The provider's app in the tenant of this customer, for any client of the Azure SDKs (a `TokenCredential` of @azure/core-auth).
   * Each token is checked: a token of another tenant or another app is refused.
   */
  credentialFor(customer: string): TokenSource;
  /**
   * Sends a command, and with `wait` returns its status. Resolves when the broker has accepted the command. Throws `Failure`:
   * `MessageSizeExceeded` before anything is sent, `NoStatus` when no status came in time, `CommandFailed` when the status says so.
   */
  send(customer: string, message: OutgoingMessage, options?: SendOptions): Promise<SentMessage>;
  /**
   * Receives the statuses of a customer. By default it ends when the queue is empty; with `watch` it continues until the signal
   * aborts. A message is completed only by `acknowledge`. Leaving the iteration releases the rest.
   */
  receive(customer: string, options?: ReceiveOptions): AsyncIterable<ReceivedBatch>;
  /**
   * The customer's side: handles commands and sends their statuses, until the signal aborts. A command is completed after its status
   * was accepted. A handler that throws, or returns a failed outcome, gets the command again, until `attempts` are used up. Unless
   * `once` is set, it connects again after each failure that may pass, and `log` gets a line. It throws any other failure.
   */
  respond(customer: string, handler: CommandHandler, options?: RespondOptions): AsyncIterable<AnsweredCommand>;
  /**
   * The same for a command that something else received, such as a trigger of Azure Functions: sends its status, and returns the id of
   * the status. That id is always the same for the same command.
   */
  answer(customer: string, command: CommandToAnswer, result: CommandResult): Promise<{ readonly messageId: string }>;
  /** Checks every step from the config to the claims. It changes, sends and locks nothing. */
  verify(customer: string): Promise<Verification>;
  /** Gets the consent of a customer's tenant, step by step. Safe to repeat. */
  onboard(customer: string, options?: OnboardOptions): AsyncIterable<OnboardingStep>;
};

export type CustomerInfo = {
  readonly name: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly commandQueue: string;
  readonly statusQueue: string;
  readonly tags: Readonly<Record<string, string>>;
};

export type TokenSource = {
  getToken(
    scopes: string | string[],
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
};

export type PropertyValue = string | number | boolean | Date | null;

export type OutgoingMessage = {
  /** Text and bytes are sent as they are. Any other value is sent as JSON. */
  readonly body: unknown;
  /** A new id by default. */
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly subject?: string;
  /** By default `application/json` for JSON, `text/plain` for other text, and `application/octet-stream`. */
  readonly contentType?: string;
  readonly sessionId?: string;
  /** Milliseconds. */
  readonly timeToLive?: number;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
};

export type SendOptions = {
  /** Milliseconds to wait for the status of the command; `true` for a minute. */
  readonly wait?: number | true;
  /** The field in which a worker without correlation ids repeats the command's id: `body.id`, `properties.command`. */
  readonly correlate?: string;
  readonly signal?: AbortSignal;
};

export type SentMessage = {
  readonly customer: string;
  readonly queue: string;
  readonly messageId: string;
  /** With `wait`. */
  readonly status?: ReceivedMessage;
};

/** A received message. The sender controls its content: do not trust it, and do not print it raw. */
export type ReceivedMessage = {
  readonly customer: string;
  readonly tenantId: string;
  readonly namespace: string;
  readonly queue: string;
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly subject?: string;
  readonly contentType?: string;
  readonly sessionId?: string;
  /** The body's own text, or base64 as `bodyEncoding` says. */
  readonly body: string;
  readonly bodyEncoding?: "base64";
  readonly properties: Readonly<Record<string, unknown>>;
  readonly sequenceNumber: string;
  /** ISO 8601. */
  readonly enqueuedAt: string;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
};

export type ReceiveOptions = {
  /** Continue when the queue is empty, until the signal aborts. */
  readonly watch?: boolean;
  /** Stop after this many messages. */
  readonly max?: number;
  /** The most messages of a batch; 1 by default. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
};

/** Messages that are locked until one of the two functions is called. */
export type ReceivedBatch = {
  readonly messages: readonly ReceivedMessage[];
  /** Completes the messages. */
  acknowledge(): Promise<void>;
  /** Gives the messages back to the queue. They are delivered again. */
  release(): Promise<void>;
};

/** Returns the status: text, bytes or a value that is sent as JSON; or why the command failed. */
export type CommandHandler = (command: ReceivedMessage) => Promise<unknown> | unknown;

/** What a status repeats of its command. */
export type CommandToAnswer = {
  readonly messageId: string;
  readonly subject?: string;
  readonly sessionId?: string;
  /** The session in which the sender waits for the status. */
  readonly replyToSessionId?: string;
  /** 1 by default. */
  readonly deliveryCount?: number;
  /** The application properties. The status belongs to the same trace. */
  readonly properties?: Readonly<Record<string, unknown>>;
};

export type CommandResult = { readonly startedAt?: Date } & (
  | { readonly outcome: "succeeded"; readonly body?: unknown }
  /** `detail` says why, for the provider. */
  | { readonly outcome: "failed"; readonly body?: unknown; readonly detail: string }
);

export type RespondOptions = {
  /** Commands at the same time; 1 by default. */
  readonly concurrency?: number;
  /** Deliveries after which a failed command gets a failed status and becomes a dead letter; 3 by default. */
  readonly attempts?: number;
  /** Stop after this many commands. */
  readonly max?: number;
  /** End when the queue is empty. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
};

export type AnsweredCommand = {
  readonly type: "responded" | "returned";
  readonly customer: string;
  readonly commandId: string;
  /** The number of this delivery. */
  readonly attempt: number;
  /** For `responded`. */
  readonly outcome?: "succeeded" | "failed";
  /** Why it failed. */
  readonly detail?: string;
};

export type Verification = {
  readonly customer: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly outcome: "passed" | "failed" | "skipped";
    readonly detail: string;
  }[];
};

export type OnboardOptions = {
  /** Create the service principal through Graph as the customer's administrator, instead of waiting for the consent link. */
  readonly provision?: boolean;
  /** Milliseconds to wait for the consent; 15 minutes by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
};

export type OnboardingStep = {
  readonly type: "link" | "service-principal" | "consented" | "tenant";
  readonly customer: string;
  readonly tenantId: string;
  /** The admin-consent link for the customer's administrator. */
  readonly url?: string;
  readonly principalId?: string;
};
