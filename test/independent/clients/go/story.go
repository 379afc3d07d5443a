// The story of the client matrix with azservicebus and azidentity.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus/admin"
	"github.com/coder/websocket"
)

type facts map[string]any
type step struct {
	name string
	run  func(context.Context, *azservicebus.Client) (facts, error)
}

var (
	name         = os.Getenv("STORY_NAME")
	namespace    = os.Getenv("STORY_NAMESPACE")
	cutNamespace = os.Getenv("STORY_CUT_NAMESPACE")
	shared       = os.Getenv("STORY_SHARED_NAMESPACE")
	endpoint     = os.Getenv("STORY_ENDPOINT")
	readers      = strings.Split(os.Getenv("STORY_READERS"), ",")
	credential   *azidentity.EnvironmentCredential
)

func connect(to string, retries int32) (*azservicebus.Client, error) {
	return azservicebus.NewClient(to+".servicebus.localhost", credential, &azservicebus.ClientOptions{
		CustomEndpoint: endpoint,
		RetryOptions:   azservicebus.RetryOptions{MaxRetries: retries},
	})
}

func text(body string) *azservicebus.Message { return &azservicebus.Message{Body: []byte(body)} }

func bodies(messages []*azservicebus.ReceivedMessage) []string {
	found := []string{}
	for _, each := range messages {
		found = append(found, string(each.Body))
	}
	return found
}

func send(ctx context.Context, client *azservicebus.Client, queue string, messages ...*azservicebus.Message) error {
	sender, err := client.NewSender(queue, nil)
	if err != nil {
		return err
	}
	defer sender.Close(ctx)
	for _, message := range messages {
		if err := sender.SendMessage(ctx, message, nil); err != nil {
			return err
		}
	}
	return nil
}

type source interface {
	ReceiveMessages(context.Context, int, *azservicebus.ReceiveMessagesOptions) ([]*azservicebus.ReceivedMessage, error)
}

// Peeking goes on where it stopped unless a number says otherwise.
var fromStart = &azservicebus.PeekMessagesOptions{FromSequenceNumber: to.Ptr[int64](1)}

// This number of messages, within ten seconds.
func receive(ctx context.Context, from source, count int) ([]*azservicebus.ReceivedMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	found := []*azservicebus.ReceivedMessage{}
	for len(found) < count {
		more, err := from.ReceiveMessages(ctx, count-len(found), nil)
		if err != nil {
			return found, err
		}
		found = append(found, more...)
	}
	return found, nil
}

func optional(value *string) any {
	if value == nil {
		return nil
	}
	return *value
}

func properties() map[string]any {
	return map[string]any{"text": "x", "number": int32(7), "half": 0.5, "yes": true}
}

func sendAndReceive(ctx context.Context, client *azservicebus.Client) (facts, error) {
	greeting := text("hello")
	greeting.MessageID = to.Ptr("m1")
	greeting.CorrelationID = to.Ptr("c1")
	greeting.Subject = to.Ptr("greeting")
	greeting.ContentType = to.Ptr("text/plain")
	greeting.ApplicationProperties = properties()
	if err := send(ctx, client, "plain", greeting); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("plain", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	one := found[0]
	return facts{
		"body": string(one.Body), "messageId": one.MessageID, "correlationId": optional(one.CorrelationID),
		"subject": optional(one.Subject), "contentType": optional(one.ContentType), "properties": one.ApplicationProperties,
	}, receiver.CompleteMessage(ctx, one, nil)
}

func settle(ctx context.Context, client *azservicebus.Client) (facts, error) {
	if err := send(ctx, client, "settle", text("one"), text("two"), text("three")); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("settle", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 3)
	if err != nil {
		return nil, err
	}
	why := &azservicebus.DeadLetterOptions{Reason: to.Ptr("bad"), ErrorDescription: to.Ptr("very bad")}
	if err := errors.Join(
		receiver.CompleteMessage(ctx, found[0], nil),
		receiver.AbandonMessage(ctx, found[1], nil),
		receiver.DeadLetterMessage(ctx, found[2], why),
	); err != nil {
		return nil, err
	}
	again, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	if err := receiver.DeferMessage(ctx, again[0], nil); err != nil {
		return nil, err
	}
	deferred, err := receiver.ReceiveDeferredMessages(ctx, []int64{*again[0].SequenceNumber}, nil)
	if err != nil {
		return nil, err
	}
	if err := receiver.CompleteMessage(ctx, deferred[0], nil); err != nil {
		return nil, err
	}
	left, err := receiver.PeekMessages(ctx, 10, fromStart)
	if err != nil {
		return nil, err
	}
	deadLetters, err := client.NewReceiverForQueue("settle", &azservicebus.ReceiverOptions{SubQueue: azservicebus.SubQueueDeadLetter})
	if err != nil {
		return nil, err
	}
	dead, err := receive(ctx, deadLetters, 1)
	if err != nil {
		return nil, err
	}
	return facts{
		"abandoned": string(again[0].Body), "counted": again[0].DeliveryCount - found[1].DeliveryCount,
		"deferred": string(deferred[0].Body), "dead": string(dead[0].Body),
		"reason": optional(dead[0].DeadLetterReason), "description": optional(dead[0].DeadLetterErrorDescription),
		"left": bodies(left),
	}, deadLetters.CompleteMessage(ctx, dead[0], nil)
}

func renew(ctx context.Context, client *azservicebus.Client) (facts, error) {
	if err := send(ctx, client, "renew", text("keep")); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("renew", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	before := *found[0].LockedUntil
	if err := receiver.RenewMessageLock(ctx, found[0], nil); err != nil {
		return nil, err
	}
	return facts{"later": found[0].LockedUntil.After(before)}, receiver.CompleteMessage(ctx, found[0], nil)
}

var states = map[azservicebus.MessageState]string{
	azservicebus.MessageStateActive: "active", azservicebus.MessageStateDeferred: "deferred", azservicebus.MessageStateScheduled: "scheduled",
}

func schedule(ctx context.Context, client *azservicebus.Client) (facts, error) {
	sender, err := client.NewSender("schedule", nil)
	if err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("schedule", nil)
	if err != nil {
		return nil, err
	}
	numbers, err := sender.ScheduleMessages(ctx, []*azservicebus.Message{text("never"), text("later")}, time.Now().Add(time.Hour), nil)
	if err != nil {
		return nil, err
	}
	peeked, err := receiver.PeekMessages(ctx, 10, nil)
	if err != nil {
		return nil, err
	}
	if err := sender.CancelScheduledMessages(ctx, numbers[:1], nil); err != nil {
		return nil, err
	}
	if _, err := sender.ScheduleMessages(ctx, []*azservicebus.Message{text("soon")}, time.Now().Add(time.Second), nil); err != nil {
		return nil, err
	}
	soon, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	if err := receiver.CompleteMessage(ctx, soon[0], nil); err != nil {
		return nil, err
	}
	left, err := receiver.PeekMessages(ctx, 10, fromStart)
	seen := [][]string{}
	for _, each := range peeked {
		seen = append(seen, []string{string(each.Body), states[each.State]})
	}
	return facts{"peeked": seen, "arrived": string(soon[0].Body), "left": bodies(left)}, err
}

func batch(ctx context.Context, client *azservicebus.Client) (facts, error) {
	sender, err := client.NewSender("batch", nil)
	if err != nil {
		return nil, err
	}
	many, err := sender.NewMessageBatch(ctx, nil)
	if err != nil {
		return nil, err
	}
	items := []string{}
	for number := range 50 {
		items = append(items, fmt.Sprintf("item %d", number))
		if err := many.AddMessage(text(items[number]), nil); err != nil {
			return nil, err
		}
	}
	if err := sender.SendMessageBatch(ctx, many, nil); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("batch", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 50)
	for _, each := range found {
		err = errors.Join(err, receiver.CompleteMessage(ctx, each, nil))
	}
	return facts{"received": len(found), "inOrder": fmt.Sprint(bodies(found)) == fmt.Sprint(items)}, err
}

func large(ctx context.Context, client *azservicebus.Client) (facts, error) {
	content := make([]byte, 2*1024*1024)
	for index := range content {
		content[index] = byte(index % 251)
	}
	if err := send(ctx, client, "large", &azservicebus.Message{Body: content}); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("large", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	body := found[0].Body
	return facts{"bytes": len(body), "same": bytes.Equal(body, content)}, receiver.CompleteMessage(ctx, found[0], nil)
}

func receiveAndDelete(ctx context.Context, client *azservicebus.Client) (facts, error) {
	if err := send(ctx, client, "delete", text("gone")); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("delete", &azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete})
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	left, err := receiver.PeekMessages(ctx, 10, fromStart)
	return facts{"bodies": bodies(found), "left": bodies(left)}, err
}

func sessions(ctx context.Context, client *azservicebus.Client) (facts, error) {
	for _, body := range []string{"a1", "b1", "a2", "b2"} {
		message := text(body)
		message.SessionID = to.Ptr(body[:1])
		if err := send(ctx, client, "sessions", message); err != nil {
			return nil, err
		}
	}
	b, err := client.AcceptSessionForQueue(ctx, "sessions", "b", nil)
	if err != nil {
		return nil, err
	}
	if err := b.SetSessionState(ctx, []byte("half"), nil); err != nil {
		return nil, err
	}
	before := b.LockedUntil()
	found, err := receive(ctx, b, 2)
	if err != nil {
		return nil, err
	}
	state, err := b.GetSessionState(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := b.RenewSessionLock(ctx, nil); err != nil {
		return nil, err
	}
	renewed := !b.LockedUntil().Before(before)
	impatient, err := connect(namespace, -1)
	if err != nil {
		return nil, err
	}
	second := "accepted"
	if _, err := impatient.AcceptSessionForQueue(ctx, "sessions", "b", nil); err != nil {
		second = "refused: " + err.Error()
		if strings.Contains(err.Error(), "session-cannot-be-locked") {
			second = "locked"
		}
	}
	for _, each := range found {
		err = errors.Join(err, b.CompleteMessage(ctx, each, nil))
	}
	if err := errors.Join(err, impatient.Close(ctx), b.Close(ctx)); err != nil {
		return nil, err
	}
	following, err := client.AcceptNextSessionForQueue(ctx, "sessions", nil)
	if err != nil {
		return nil, err
	}
	after, err := receive(ctx, following, 2)
	for _, each := range after {
		err = errors.Join(err, following.CompleteMessage(ctx, each, nil))
	}
	return facts{
		"bodies": bodies(found), "state": string(state), "renewed": renewed, "second": second,
		"next": following.SessionID(), "nextBodies": bodies(after),
	}, err
}

// Ends all connections to the namespace silently, as a network does.
func cut(ctx context.Context) error {
	body := fmt.Sprintf(`{"do":"drop-connections","namespace":%q}`, cutNamespace)
	request, err := http.NewRequestWithContext(ctx, "POST", "https://"+endpoint+"/control/actions", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("authorization", "Bearer "+os.Getenv("STORY_CONTROL_KEY"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 204 {
		return fmt.Errorf("the cut was answered with %s", answer.Status)
	}
	return nil
}

func reconnect(ctx context.Context, _ *azservicebus.Client) (facts, error) {
	client, err := connect(cutNamespace, 3)
	if err != nil {
		return nil, err
	}
	defer client.Close(ctx)
	sender, err := client.NewSender("reconnect", nil)
	if err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("reconnect", nil)
	if err != nil {
		return nil, err
	}
	found := []string{}
	for _, body := range []string{"before", "after"} {
		if err := sender.SendMessage(ctx, text(body), nil); err != nil {
			return nil, err
		}
		one, err := receive(ctx, receiver, 1)
		if err != nil {
			return nil, err
		}
		if err := receiver.CompleteMessage(ctx, one[0], nil); err != nil {
			return nil, err
		}
		found = append(found, string(one[0].Body))
		if body == "before" {
			if err := cut(ctx); err != nil {
				return nil, err
			}
		}
	}
	return facts{"before": found[0], "after": found[1]}, nil
}

func missing(ctx context.Context, _ *azservicebus.Client) (facts, error) {
	client, err := connect(namespace, -1)
	if err != nil {
		return nil, err
	}
	defer client.Close(ctx)
	receiver, err := client.NewReceiverForQueue("missing", nil)
	if err != nil {
		return nil, err
	}
	_, err = receiver.ReceiveMessages(ctx, 1, nil)
	var refusal *azservicebus.Error
	if errors.As(err, &refusal) {
		return facts{"refused": string(refusal.Code)}, nil
	}
	return facts{"refused": fmt.Sprint(err)}, nil
}

func webSocket(ctx context.Context, _ *azservicebus.Client) (facts, error) {
	client, err := azservicebus.NewClient(namespace+".servicebus.windows.net", credential, &azservicebus.ClientOptions{
		NewWebSocketConn: func(ctx context.Context, args azservicebus.NewWebSocketConnArgs) (net.Conn, error) {
			socket, _, err := websocket.Dial(ctx, args.Host, &websocket.DialOptions{Subprotocols: []string{"amqp"}})
			if err != nil {
				return nil, err
			}
			return websocket.NetConn(context.Background(), socket, websocket.MessageBinary), nil
		},
	})
	if err != nil {
		return nil, err
	}
	defer client.Close(ctx)
	if err := send(ctx, client, "socket", text("through the proxy")); err != nil {
		return nil, err
	}
	receiver, err := client.NewReceiverForQueue("socket", nil)
	if err != nil {
		return nil, err
	}
	found, err := receive(ctx, receiver, 1)
	if err != nil {
		return nil, err
	}
	return facts{"body": string(found[0].Body)}, receiver.CompleteMessage(ctx, found[0], nil)
}

func administration(ctx context.Context, client *azservicebus.Client) (facts, error) {
	queues, err := admin.NewClient(namespace+".servicebus.windows.net", credential, nil)
	if err != nil {
		return nil, err
	}
	created, err := queues.CreateQueue(ctx, "extra", &admin.CreateQueueOptions{
		Properties: &admin.QueueProperties{RequiresSession: to.Ptr(true), MaxDeliveryCount: to.Ptr[int32](4)},
	})
	if err != nil {
		return nil, err
	}
	created.MaxDeliveryCount = to.Ptr[int32](5)
	if _, err := queues.UpdateQueue(ctx, "extra", created.QueueProperties, nil); err != nil {
		return nil, err
	}
	found, err := queues.GetQueue(ctx, "extra", nil)
	if err != nil {
		return nil, err
	}
	one, two := text("one"), text("two")
	one.SessionID, two.SessionID = to.Ptr("s"), to.Ptr("s")
	if err := send(ctx, client, "extra", one, two); err != nil {
		return nil, err
	}
	counts, err := queues.GetQueueRuntimeProperties(ctx, "extra", nil)
	if err != nil {
		return nil, err
	}
	listed := false
	for pager := queues.NewListQueuesPager(nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, each := range page.Queues {
			listed = listed || each.QueueName == "extra"
		}
	}
	if _, err := queues.DeleteQueue(ctx, "extra", nil); err != nil {
		return nil, err
	}
	gone, err := queues.GetQueue(ctx, "extra", nil)
	return facts{
		"sessions": *found.RequiresSession, "deliveries": *found.MaxDeliveryCount, "active": counts.ActiveMessageCount,
		"listed": listed, "gone": gone == nil,
	}, err
}

// Writes to every reader, and reads what every other client wrote.
func exchange(ctx context.Context, _ *azservicebus.Client) (facts, error) {
	client, err := connect(shared, 3)
	if err != nil {
		return nil, err
	}
	defer client.Close(ctx)
	for _, reader := range readers {
		message := text("from " + name + " with ünïcode")
		message.MessageID = to.Ptr(name)
		message.CorrelationID = to.Ptr("exchange")
		message.Subject = to.Ptr(name)
		message.ContentType = to.Ptr("text/plain")
		message.ReplyTo = to.Ptr("for-" + name)
		message.ApplicationProperties = properties()
		if err := send(ctx, client, "for-"+reader, message); err != nil {
			return nil, err
		}
	}
	receiver, err := client.NewReceiverForQueue("for-"+name, nil)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	seen := facts{}
	for len(seen) < len(readers) {
		found, err := receiver.ReceiveMessages(ctx, len(readers), nil)
		if err != nil {
			return seen, err
		}
		for _, each := range found {
			seen[each.MessageID] = facts{
				"body": string(each.Body), "correlationId": optional(each.CorrelationID), "subject": optional(each.Subject),
				"contentType": optional(each.ContentType), "replyTo": optional(each.ReplyTo), "properties": each.ApplicationProperties,
			}
			if err := receiver.CompleteMessage(ctx, each, nil); err != nil {
				return seen, err
			}
		}
	}
	return seen, nil
}

var steps = []step{
	{"send and receive", sendAndReceive}, {"settle", settle}, {"renew a lock", renew}, {"schedule and cancel", schedule},
	{"batch", batch}, {"large message", large}, {"receive and delete", receiveAndDelete}, {"sessions", sessions},
	{"reconnect", reconnect}, {"missing queue", missing}, {"WebSocket", webSocket}, {"administration", administration},
	{"exchange", exchange},
}

func report(each step) {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	start := time.Now()
	said := facts{"step": each.name}
	client, err := connect(namespace, 3)
	if err == nil {
		said["result"], err = each.run(ctx, client)
		_ = client.Close(ctx)
	}
	if err != nil {
		delete(said, "result")
		said["error"] = err.Error()
	}
	said["ms"] = time.Since(start).Milliseconds()
	line, _ := json.Marshal(said)
	fmt.Println(string(line))
}

func main() {
	var err error
	if credential, err = azidentity.NewEnvironmentCredential(nil); err != nil {
		panic(err)
	}
	var all sync.WaitGroup
	for _, each := range steps {
		if len(os.Args) == 1 || strings.Contains(strings.Join(os.Args[1:], "|"), each.name) {
			all.Add(1)
			go func() { defer all.Done(); report(each) }()
		}
	}
	all.Wait()
}
