import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.amqp.AmqpTransportType;
import com.azure.core.amqp.ProxyAuthenticationType;
import com.azure.core.amqp.ProxyOptions;
import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.core.credential.TokenCredential;
import com.azure.core.util.BinaryData;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.json.JsonProviders;
import com.azure.json.JsonWriter;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusClientBuilder.ServiceBusReceiverClientBuilder;
import com.azure.messaging.servicebus.ServiceBusException;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.messaging.servicebus.administration.ServiceBusAdministrationClientBuilder;
import com.azure.messaging.servicebus.administration.models.CreateQueueOptions;
import com.azure.messaging.servicebus.models.DeadLetterOptions;
import com.azure.messaging.servicebus.models.ServiceBusReceiveMode;
import com.azure.messaging.servicebus.models.SubQueue;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The story of the client matrix with azure-messaging-servicebus and azure-identity. */
public final class Story {
    private static final String NAME = System.getenv("STORY_NAME");
    private static final String NAMESPACE = System.getenv("STORY_NAMESPACE");
    private static final String CUT_NAMESPACE = System.getenv("STORY_CUT_NAMESPACE");
    private static final String SHARED = System.getenv("STORY_SHARED_NAMESPACE");
    private static final String ENDPOINT = System.getenv("STORY_ENDPOINT");
    private static final List<String> READERS = List.of(System.getenv("STORY_READERS").split(","));
    static {
        trust(Path.of(System.getenv("SSL_CERT_FILE")));
    }

    private static final TokenCredential CREDENTIAL = new EnvironmentCredentialBuilder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The authorities of a PEM file as the trust store that Java reads (javax.net.ssl.trustStore). */
    private static void trust(Path authorities) {
        try (var pem = Files.newInputStream(authorities)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var authority : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("authority-" + store.size(), authority);
            var file = Files.createTempFile("story", ".p12");
            file.toFile().deleteOnExit();
            try (var out = Files.newOutputStream(file)) {
                store.store(out, "changeit".toCharArray());
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    private interface Step {
        Map<String, Object> run() throws Exception;
    }

    private static final Map<String, Step> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("send and receive", Story::sendAndReceive);
        STEPS.put("settle", Story::settle);
        STEPS.put("renew a lock", Story::renew);
        STEPS.put("schedule and cancel", Story::schedule);
        STEPS.put("batch", Story::batch);
        STEPS.put("large message", Story::large);
        STEPS.put("receive and delete", Story::receiveAndDelete);
        STEPS.put("sessions", Story::sessions);
        STEPS.put("reconnect", Story::reconnect);
        STEPS.put("missing queue", Story::missing);
        STEPS.put("WebSocket", Story::webSocket);
        STEPS.put("administration", Story::administration);
        STEPS.put("exchange", Story::exchange);
    }

    public static void main(String[] wanted) throws Exception {
        var names = wanted.length == 0 ? new ArrayList<>(STEPS.keySet()) : Arrays.asList(wanted);
        try (var pool = new Closing(names.size())) {
            for (var name : names) pool.run(() -> report(name));
        }
        System.exit(0);
    }

    /** Waits for all its work when it is closed. */
    private static final class Closing implements AutoCloseable {
        private final ExecutorService pool;

        Closing(int size) {
            pool = Executors.newFixedThreadPool(size);
        }

        void run(Runnable work) {
            pool.submit(work);
        }

        @Override
        public void close() throws InterruptedException {
            pool.shutdown();
            pool.awaitTermination(60, TimeUnit.SECONDS);
        }
    }

    private static void report(String name) {
        var start = System.nanoTime();
        var said = new LinkedHashMap<String, Object>();
        said.put("step", name);
        try {
            said.put("result", STEPS.get(name).run());
        } catch (Throwable error) { // every step is reported, whatever it threw
            said.put("error", error.toString());
        }
        said.put("ms", (System.nanoTime() - start) / 1_000_000);
        var text = new StringWriter();
        try (JsonWriter writer = JsonProviders.createWriter(text)) {
            writer.writeUntyped(said);
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
        System.out.println(text);
    }

    private static ServiceBusClientBuilder connect(String namespace) {
        return new ServiceBusClientBuilder()
            .fullyQualifiedNamespace(namespace + ".servicebus.localhost")
            .customEndpointAddress("https://" + ENDPOINT)
            .credential(CREDENTIAL);
    }

    private static ServiceBusReceiverClientBuilder from(String queue) {
        return connect(NAMESPACE).receiver().queueName(queue).disableAutoComplete().maxAutoLockRenewDuration(Duration.ZERO);
    }

    private static void send(String queue, ServiceBusMessage... messages) {
        try (var sender = connect(NAMESPACE).sender().queueName(queue).buildClient()) {
            if (messages.length == 1) sender.sendMessage(messages[0]);
            else sender.sendMessages(List.of(messages));
        }
    }

    /** This number of messages, within ten seconds. */
    private static List<ServiceBusReceivedMessage> receive(ServiceBusReceiverClient receiver, int count) {
        var found = new ArrayList<ServiceBusReceivedMessage>();
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (found.size() < count && System.nanoTime() < end)
            receiver.receiveMessages(count - found.size(), PATIENCE).forEach(found::add);
        if (found.size() < count) throw new IllegalStateException(found.size() + " of " + count + " messages came");
        return found;
    }

    private static List<String> bodies(Iterable<ServiceBusReceivedMessage> messages) {
        var found = new ArrayList<String>();
        messages.forEach(each -> found.add(each.getBody().toString()));
        return found;
    }

    private static Map<String, Object> facts(Object... pairs) {
        var found = new LinkedHashMap<String, Object>();
        for (int index = 0; index < pairs.length; index += 2) found.put((String) pairs[index], pairs[index + 1]);
        return found;
    }

    private static ServiceBusMessage withProperties(ServiceBusMessage message) {
        message.getApplicationProperties().putAll(Map.of("text", "x", "number", 7, "half", 0.5, "yes", true));
        return message;
    }

    /** With whole numbers of every AMQP type as one of Java's. */
    private static Map<String, Object> properties(ServiceBusReceivedMessage message) {
        var found = new LinkedHashMap<>(message.getApplicationProperties());
        found.replaceAll((key, value) -> value instanceof Number number && !(value instanceof Double) ? number.longValue() : value);
        return found;
    }

    private static Map<String, Object> sendAndReceive() {
        send("plain", withProperties(new ServiceBusMessage("hello").setMessageId("m1").setCorrelationId("c1")
            .setSubject("greeting").setContentType("text/plain")));
        try (var receiver = from("plain").buildClient()) {
            var one = receive(receiver, 1).get(0);
            receiver.complete(one);
            return facts("body", one.getBody().toString(), "messageId", one.getMessageId(), "correlationId",
                one.getCorrelationId(), "subject", one.getSubject(), "contentType", one.getContentType(), "properties", properties(one));
        }
    }

    private static Map<String, Object> settle() {
        send("settle", new ServiceBusMessage("one"), new ServiceBusMessage("two"), new ServiceBusMessage("three"));
        try (var receiver = from("settle").buildClient();
            var deadLetters = from("settle").subQueue(SubQueue.DEAD_LETTER_QUEUE).buildClient()) {
            var found = receive(receiver, 3);
            receiver.complete(found.get(0));
            receiver.abandon(found.get(1));
            receiver.deadLetter(found.get(2),
                new DeadLetterOptions().setDeadLetterReason("bad").setDeadLetterErrorDescription("very bad"));
            var again = receive(receiver, 1).get(0);
            receiver.defer(again);
            var deferred = receiver.receiveDeferredMessage(again.getSequenceNumber());
            receiver.complete(deferred);
            var left = bodies(receiver.peekMessages(10, 1));
            var dead = receive(deadLetters, 1).get(0);
            deadLetters.complete(dead);
            return facts("abandoned", again.getBody().toString(), "counted",
                again.getDeliveryCount() - found.get(1).getDeliveryCount(), "deferred", deferred.getBody().toString(),
                "dead", dead.getBody().toString(), "reason", dead.getDeadLetterReason(), "description",
                dead.getDeadLetterErrorDescription(), "left", left);
        }
    }

    private static Map<String, Object> renew() {
        send("renew", new ServiceBusMessage("keep"));
        try (var receiver = from("renew").buildClient()) {
            var one = receive(receiver, 1).get(0);
            var before = one.getLockedUntil();
            var after = receiver.renewMessageLock(one);
            receiver.complete(one);
            return facts("later", after.isAfter(before));
        }
    }

    private static Map<String, Object> schedule() {
        try (var sender = connect(NAMESPACE).sender().queueName("schedule").buildClient();
            var receiver = from("schedule").buildClient()) {
            var numbers = new ArrayList<Long>();
            sender.scheduleMessages(List.of(new ServiceBusMessage("never"), new ServiceBusMessage("later")),
                OffsetDateTime.now().plusHours(1)).forEach(numbers::add);
            var peeked = new ArrayList<List<String>>();
            receiver.peekMessages(10, 1)
                .forEach(each -> peeked.add(List.of(each.getBody().toString(), each.getState().toString().toLowerCase())));
            sender.cancelScheduledMessage(numbers.get(0));
            sender.scheduleMessage(new ServiceBusMessage("soon"), OffsetDateTime.now().plusSeconds(1));
            var soon = receive(receiver, 1).get(0);
            receiver.complete(soon);
            var left = bodies(receiver.peekMessages(10, 1));
            return facts("peeked", peeked, "arrived", soon.getBody().toString(), "left", left);
        }
    }

    private static Map<String, Object> batch() {
        try (var sender = connect(NAMESPACE).sender().queueName("batch").buildClient();
            var receiver = from("batch").buildClient()) {
            var many = sender.createMessageBatch();
            var items = IntStream.range(0, 50).mapToObj(number -> "item " + number).toList();
            items.forEach(item -> many.tryAddMessage(new ServiceBusMessage(item)));
            sender.sendMessages(many);
            var found = receive(receiver, 50);
            found.forEach(receiver::complete);
            return facts("received", found.size(), "inOrder", bodies(found).equals(items));
        }
    }

    private static Map<String, Object> large() {
        var content = new byte[2 * 1024 * 1024];
        for (int index = 0; index < content.length; index++) content[index] = (byte) (index % 251);
        send("large", new ServiceBusMessage(BinaryData.fromBytes(content)));
        try (var receiver = from("large").buildClient()) {
            var one = receive(receiver, 1).get(0);
            receiver.complete(one);
            var body = one.getBody().toBytes();
            return facts("bytes", body.length, "same", Arrays.equals(body, content));
        }
    }

    private static Map<String, Object> receiveAndDelete() {
        send("delete", new ServiceBusMessage("gone"));
        try (var receiver = from("delete").receiveMode(ServiceBusReceiveMode.RECEIVE_AND_DELETE).buildClient()) {
            var found = receive(receiver, 1);
            return facts("bodies", bodies(found), "left", bodies(receiver.peekMessages(10, 1)));
        }
    }

    private static Map<String, Object> sessions() {
        for (var body : List.of("a1", "b1", "a2", "b2"))
            send("sessions", new ServiceBusMessage(body).setSessionId(body.substring(0, 1)));
        var once = new AmqpRetryOptions().setMaxRetries(0);
        try (var acceptor = connect(NAMESPACE).sessionReceiver().queueName("sessions").disableAutoComplete().buildClient();
            var impatient = connect(NAMESPACE).retryOptions(once).sessionReceiver().queueName("sessions").buildClient()) {
            List<ServiceBusReceivedMessage> found;
            String state;
            boolean renewed;
            var second = "accepted";
            try (var b = acceptor.acceptSession("b")) {
                b.setSessionState("half".getBytes());
                var before = OffsetDateTime.now();
                found = receive(b, 2);
                state = new String(b.getSessionState());
                renewed = b.renewSessionLock().isAfter(before);
                try (var other = impatient.acceptSession("b")) {
                    receive(other, 1);
                } catch (AmqpException error) {
                    var isLocked = error.getErrorCondition() == AmqpErrorCondition.SESSION_CANNOT_BE_LOCKED;
                    second = isLocked ? "locked" : error.toString();
                }
                found.forEach(b::complete);
            }
            try (var following = acceptor.acceptNextSession()) {
                var after = receive(following, 2);
                after.forEach(following::complete);
                return facts("bodies", bodies(found), "state", state, "renewed", renewed, "second", second, "next",
                    following.getSessionId(), "nextBodies", bodies(after));
            }
        }
    }

    /** Ends all connections to the namespace silently, as a network does. */
    private static void cut() throws Exception {
        var body = "{\"do\":\"drop-connections\",\"namespace\":\"" + CUT_NAMESPACE + "\"}";
        var request = HttpRequest.newBuilder(URI.create("https://" + ENDPOINT + "/control/actions"))
            .header("authorization", "Bearer " + System.getenv("STORY_CONTROL_KEY"))
            .POST(BodyPublishers.ofString(body)).build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 204) throw new IllegalStateException("the cut was answered with " + answer.statusCode());
    }

    private static Map<String, Object> reconnect() throws Exception {
        try (var sender = connect(CUT_NAMESPACE).sender().queueName("reconnect").buildClient();
            var receiver = connect(CUT_NAMESPACE).receiver().queueName("reconnect").disableAutoComplete().buildClient()) {
            sender.sendMessage(new ServiceBusMessage("before"));
            var before = receive(receiver, 1).get(0);
            receiver.complete(before);
            cut();
            sender.sendMessage(new ServiceBusMessage("after"));
            var after = receive(receiver, 1).get(0);
            receiver.complete(after);
            return facts("before", before.getBody().toString(), "after", after.getBody().toString());
        }
    }

    private static Map<String, Object> missing() {
        var once = new AmqpRetryOptions().setMaxRetries(0);
        try (var receiver = connect(NAMESPACE).retryOptions(once).receiver().queueName("missing").buildClient()) {
            receiver.peekMessages(1).forEach(each -> {});
            return facts("refused", "no");
        } catch (ServiceBusException error) {
            return facts("refused", error.getReason().toString());
        }
    }

    private static Map<String, Object> webSocket() {
        var address = URI.create(System.getenv("HTTPS_PROXY"));
        var proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), address.getPort()));
        var builder = new ServiceBusClientBuilder().fullyQualifiedNamespace(NAMESPACE + ".servicebus.windows.net")
            .transportType(AmqpTransportType.AMQP_WEB_SOCKETS)
            .proxyOptions(new ProxyOptions(ProxyAuthenticationType.NONE, proxy, null, null)).credential(CREDENTIAL);
        try (var sender = builder.sender().queueName("socket").buildClient();
            var receiver = builder.receiver().queueName("socket").disableAutoComplete().buildClient()) {
            sender.sendMessage(new ServiceBusMessage("through the proxy"));
            var one = receive(receiver, 1).get(0);
            receiver.complete(one);
            return facts("body", one.getBody().toString());
        }
    }

    private static Map<String, Object> administration() {
        var admin = new ServiceBusAdministrationClientBuilder().credential(NAMESPACE + ".servicebus.windows.net", CREDENTIAL)
            .buildClient();
        var created = admin.createQueue("extra", new CreateQueueOptions().setSessionRequired(true).setMaxDeliveryCount(4));
        admin.updateQueue(created.setMaxDeliveryCount(5));
        var found = admin.getQueue("extra");
        send("extra", new ServiceBusMessage("one").setSessionId("s"), new ServiceBusMessage("two").setSessionId("s"));
        var counts = admin.getQueueRuntimeProperties("extra");
        var listed = admin.listQueues().stream().anyMatch(each -> each.getName().equals("extra"));
        admin.deleteQueue("extra");
        return facts("sessions", found.isSessionRequired(), "deliveries", found.getMaxDeliveryCount(), "active",
            counts.getActiveMessageCount(), "listed", listed, "gone", !admin.getQueueExists("extra"));
    }

    /** Writes to every reader, and reads what every other client wrote. */
    private static Map<String, Object> exchange() {
        for (var reader : READERS)
            try (var sender = connect(SHARED).sender().queueName("for-" + reader).buildClient()) {
                sender.sendMessage(withProperties(new ServiceBusMessage("from " + NAME + " with ünïcode").setMessageId(NAME)
                    .setCorrelationId("exchange").setSubject(NAME).setContentType("text/plain").setReplyTo("for-" + NAME)));
            }
        var seen = new LinkedHashMap<String, Object>();
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (var receiver = connect(SHARED).receiver().queueName("for-" + NAME).disableAutoComplete().buildClient()) {
            while (seen.size() < READERS.size() && System.nanoTime() < end)
                receiver.receiveMessages(READERS.size(), Duration.ofSeconds(2)).forEach(each -> {
                    receiver.complete(each);
                    seen.put(each.getMessageId(), facts("body", each.getBody().toString(), "correlationId",
                        each.getCorrelationId(), "subject", each.getSubject(), "contentType", each.getContentType(), "replyTo",
                        each.getReplyTo(), "properties", properties(each)));
                });
        }
        return seen;
    }
}
