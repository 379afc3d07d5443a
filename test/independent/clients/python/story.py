"""The story of the client matrix with azure-servicebus, which speaks AMQP in pure Python, and azure-identity."""
import datetime
import json
import os
import ssl
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from azure.core.exceptions import ResourceNotFoundError
from azure.identity import EnvironmentCredential
from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceiveMode,
    ServiceBusSubQueue,
    TransportType,
)
from azure.servicebus.exceptions import ServiceBusError, SessionCannotBeLockedError
from azure.servicebus.management import ServiceBusAdministrationClient

name = os.environ["STORY_NAME"]
namespace = os.environ["STORY_NAMESPACE"]
cut_namespace = os.environ["STORY_CUT_NAMESPACE"]
shared = os.environ["STORY_SHARED_NAMESPACE"]
endpoint = os.environ["STORY_ENDPOINT"]
readers = os.environ["STORY_READERS"].split(",")
authority = os.environ["SSL_CERT_FILE"]
proxy = urlsplit(os.environ["HTTPS_PROXY"])
credential = EnvironmentCredential()


def connect(to=namespace, **options):
    """AMQP over TCP; with a custom endpoint, a WebSocket would be the default."""
    return ServiceBusClient(
        f"{to}.servicebus.localhost",
        credential,
        custom_endpoint_address=f"sb://{endpoint}",
        transport_type=TransportType.Amqp,
        connection_verify=authority,
        **options,
    )


def send(client, queue, *messages):
    with client.get_queue_sender(queue) as sender:
        sender.send_messages(list(messages) if len(messages) > 1 else messages[0])


def receive(receiver, count):
    """This number of messages, within ten seconds."""
    found = []
    end = time.monotonic() + 10
    while len(found) < count and time.monotonic() < end:
        found += receiver.receive_messages(max_message_count=count - len(found), max_wait_time=10)
    return found


def texts(messages):
    return [str(each) for each in messages]


def plain(value):
    return value.decode() if isinstance(value, bytes) else value


def properties(message):
    return {plain(key): plain(value) for key, value in (message.application_properties or {}).items()}


def seconds_from_now(seconds):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)


def send_and_receive(client):
    greeting = ServiceBusMessage(
        "hello",
        message_id="m1",
        correlation_id="c1",
        subject="greeting",
        content_type="text/plain",
        application_properties={"text": "x", "number": 7, "half": 0.5, "yes": True},
    )
    send(client, "plain", greeting)
    with client.get_queue_receiver("plain") as receiver:
        (found,) = receive(receiver, 1)
        receiver.complete_message(found)
    return {
        "body": str(found),
        "messageId": found.message_id,
        "correlationId": found.correlation_id,
        "subject": found.subject,
        "contentType": found.content_type,
        "properties": properties(found),
    }


def settle(client):
    send(client, "settle", *(ServiceBusMessage(text) for text in ("one", "two", "three")))
    with client.get_queue_receiver("settle") as receiver:
        one, two, three = receive(receiver, 3)
        receiver.complete_message(one)
        receiver.abandon_message(two)
        receiver.dead_letter_message(three, reason="bad", error_description="very bad")
        (again,) = receive(receiver, 1)
        receiver.defer_message(again)
        (deferred,) = receiver.receive_deferred_messages(again.sequence_number)
        receiver.complete_message(deferred)
        left = texts(receiver.peek_messages(10, sequence_number=1))
    with client.get_queue_receiver("settle", sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
        (dead,) = receive(receiver, 1)
        receiver.complete_message(dead)
    return {
        "abandoned": str(again),
        "counted": again.delivery_count - two.delivery_count,
        "deferred": str(deferred),
        "dead": str(dead),
        "reason": dead.dead_letter_reason,
        "description": dead.dead_letter_error_description,
        "left": left,
    }


def renew(client):
    send(client, "renew", ServiceBusMessage("keep"))
    with client.get_queue_receiver("renew") as receiver:
        (kept,) = receive(receiver, 1)
        before = kept.locked_until_utc
        after = receiver.renew_message_lock(kept)
        receiver.complete_message(kept)
    return {"later": after > before}


def schedule(client):
    with client.get_queue_sender("schedule") as sender:
        numbers = sender.schedule_messages(
            [ServiceBusMessage("never"), ServiceBusMessage("later")], seconds_from_now(3600)
        )
        with client.get_queue_receiver("schedule") as receiver:
            peeked = [[str(each), each.state.name.lower()] for each in receiver.peek_messages(10)]
        sender.cancel_scheduled_messages(numbers[0])
        sender.schedule_messages(ServiceBusMessage("soon"), seconds_from_now(1))
    with client.get_queue_receiver("schedule") as receiver:
        (soon,) = receive(receiver, 1)
        receiver.complete_message(soon)
        left = texts(receiver.peek_messages(10, sequence_number=1))
    return {"peeked": peeked, "arrived": str(soon), "left": left}


def batch(client):
    with client.get_queue_sender("batch") as sender:
        many = sender.create_message_batch()
        for number in range(50):
            many.add_message(ServiceBusMessage(f"item {number}"))
        sender.send_messages(many)
    with client.get_queue_receiver("batch") as receiver:
        found = receive(receiver, 50)
        for each in found:
            receiver.complete_message(each)
    return {"received": len(found), "inOrder": texts(found) == [f"item {number}" for number in range(50)]}


def large(client):
    content = bytes(number % 251 for number in range(2 * 1024 * 1024))
    send(client, "large", ServiceBusMessage(content))
    with client.get_queue_receiver("large") as receiver:
        (found,) = receive(receiver, 1)
        receiver.complete_message(found)
    body = b"".join(found.body)
    return {"bytes": len(body), "same": body == content}


def receive_and_delete(client):
    send(client, "delete", ServiceBusMessage("gone"))
    with client.get_queue_receiver("delete", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE) as receiver:
        found = receive(receiver, 1)
        left = texts(receiver.peek_messages(10, sequence_number=1))
    return {"bodies": texts(found), "left": left}


def sessions(client):
    send(client, "sessions", *(ServiceBusMessage(f"{s}{n}", session_id=s) for n in (1, 2) for s in ("a", "b")))
    with client.get_queue_receiver("sessions", session_id="b") as receiver:
        receiver.session.set_state("half")
        before = receiver.session.locked_until_utc
        found = receive(receiver, 2)
        state = receiver.session.get_state().decode()
        renewed = receiver.session.renew_lock() >= before
        with connect(retry_total=0) as impatient:
            try:
                with impatient.get_queue_receiver("sessions", session_id="b") as other:
                    other.receive_messages(max_wait_time=1)
                second = "accepted"
            except SessionCannotBeLockedError:
                second = "locked"
        for each in found:
            receiver.complete_message(each)
    with client.get_queue_receiver("sessions", session_id=NEXT_AVAILABLE_SESSION) as receiver:
        after = receive(receiver, 2)
        following = receiver.session.session_id
        for each in after:
            receiver.complete_message(each)
    return {
        "bodies": texts(found),
        "state": state,
        "renewed": renewed,
        "second": second,
        "next": following,
        "nextBodies": texts(after),
    }


def cut():
    """Ends all connections to the namespace silently, as a network does."""
    request = urllib.request.Request(
        f"https://{endpoint}/control/actions",
        json.dumps({"do": "drop-connections", "namespace": cut_namespace}).encode(),
        {"authorization": f"Bearer {os.environ['STORY_CONTROL_KEY']}", "content-type": "application/json"},
    )
    context = ssl.create_default_context(cafile=authority)
    urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    ).open(request)


def reconnect(_client):
    with connect(cut_namespace) as client, client.get_queue_sender("reconnect") as sender, client.get_queue_receiver(
        "reconnect"
    ) as receiver:
        sender.send_messages(ServiceBusMessage("before"))
        (before,) = receive(receiver, 1)
        receiver.complete_message(before)
        cut()
        sender.send_messages(ServiceBusMessage("after"))
        (after,) = receive(receiver, 1)
        receiver.complete_message(after)
    return {"before": str(before), "after": str(after)}


def missing(_client):
    try:
        with connect(retry_total=0) as other, other.get_queue_receiver("missing") as receiver:
            receiver.receive_messages(max_wait_time=1)
        return {"refused": "no"}
    except ServiceBusError as error:
        return {"refused": type(error).__name__}


def web_socket(_client):
    with ServiceBusClient(
        f"{namespace}.servicebus.windows.net",
        credential,
        transport_type=TransportType.AmqpOverWebsocket,
        http_proxy={"proxy_hostname": proxy.hostname, "proxy_port": proxy.port},
        connection_verify=authority,
    ) as over:
        with over.get_queue_sender("socket") as sender:
            sender.send_messages(ServiceBusMessage("through the proxy"))
        with over.get_queue_receiver("socket") as receiver:
            (found,) = receive(receiver, 1)
            receiver.complete_message(found)
    return {"body": str(found)}


def administration(client):
    with ServiceBusAdministrationClient(f"{namespace}.servicebus.windows.net", credential) as admin:
        created = admin.create_queue("extra", requires_session=True, max_delivery_count=4)
        created.max_delivery_count = 5
        admin.update_queue(created)
        found = admin.get_queue("extra")
        send(client, "extra", ServiceBusMessage("one", session_id="s"), ServiceBusMessage("two", session_id="s"))
        counts = admin.get_queue_runtime_properties("extra")
        listed = "extra" in [each.name for each in admin.list_queues()]
        admin.delete_queue("extra")
        try:
            admin.get_queue("extra")
            gone = False
        except ResourceNotFoundError:
            gone = True
    return {
        "sessions": found.requires_session,
        "deliveries": found.max_delivery_count,
        "active": counts.active_message_count,
        "listed": listed,
        "gone": gone,
    }


def exchange(_client):
    """Writes to every reader, and reads what every other client wrote."""
    with connect(shared) as other:
        for reader in readers:
            with other.get_queue_sender(f"for-{reader}") as sender:
                sender.send_messages(
                    ServiceBusMessage(
                        f"from {name} with ünïcode",
                        message_id=name,
                        correlation_id="exchange",
                        subject=name,
                        content_type="text/plain",
                        reply_to=f"for-{name}",
                        application_properties={"text": "x", "number": 7, "half": 0.5, "yes": True},
                    )
                )
        with other.get_queue_receiver(f"for-{name}") as receiver:
            found = []
            end = time.monotonic() + 30
            while len(found) < len(readers) and time.monotonic() < end:
                for each in receiver.receive_messages(max_message_count=len(readers), max_wait_time=2):
                    receiver.complete_message(each)
                    found.append(each)
    return {
        each.message_id: {
            "body": str(each),
            "correlationId": each.correlation_id,
            "subject": each.subject,
            "contentType": each.content_type,
            "replyTo": each.reply_to,
            "properties": properties(each),
        }
        for each in found
    }


steps = {
    "send and receive": send_and_receive,
    "settle": settle,
    "renew a lock": renew,
    "schedule and cancel": schedule,
    "batch": batch,
    "large message": large,
    "receive and delete": receive_and_delete,
    "sessions": sessions,
    "reconnect": reconnect,
    "missing queue": missing,
    "WebSocket": web_socket,
    "administration": administration,
    "exchange": exchange,
}

def report(step):
    start = time.monotonic()
    try:
        with connect() as client:
            said = {"result": steps[step](client)}
    except Exception as error:  # every step is reported, whatever it raised
        said = {"error": f"{type(error).__name__}: {error}"}
    line = json.dumps({"step": step, **said, "ms": round(1000 * (time.monotonic() - start))})
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


with ThreadPoolExecutor(max_workers=len(steps)) as pool:
    list(pool.map(report, sys.argv[1:] or steps))
