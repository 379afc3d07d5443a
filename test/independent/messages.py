"""All message operations of a queue with azure-servicebus: one line of JSON for each step."""
import sys
from datetime import datetime, timedelta, timezone

from azure.servicebus import ServiceBusMessage, ServiceBusSubQueue

import sandbox
from sandbox import say

connect = {"proxy": sandbox.by_proxy, "custom-endpoint": sandbox.by_custom_endpoint}[sys.argv[2]]


def receive(receiver, count):
    """Exactly this number of messages: a receiver may return fewer at a time."""
    messages = []
    while len(messages) < count:
        some = receiver.receive_messages(max_message_count=count - len(messages), max_wait_time=10)
        if not some:
            raise RuntimeError(f"{len(messages)} of {count} messages came")
        messages += some
    return messages


with connect(sandbox.administrator()) as client:
    with client.get_queue_sender("commands") as sender:
        sender.send_messages(
            ServiceBusMessage("one", message_id="m1", subject="greeting", application_properties={"n": 1, "s": "x"})
        )
        batch = sender.create_message_batch()
        batch.add_message(ServiceBusMessage("two"))
        batch.add_message(ServiceBusMessage("three"))
        sender.send_messages(batch)
        later = datetime.now(timezone.utc) + timedelta(hours=1)
        scheduled = sender.schedule_messages([ServiceBusMessage("never"), ServiceBusMessage("later")], later)
        sender.cancel_scheduled_messages(scheduled[0])
        say(scheduled=len(scheduled))

    with client.get_queue_receiver("commands") as receiver:
        say(peeked=[[str(each), each.state.name] for each in receiver.peek_messages(10)])
        one, two, three = receive(receiver, 3)
        say(
            first=[str(one), one.message_id, one.subject],
            properties={key.decode(): str(value) for key, value in one.application_properties.items()},
            in_order=one.sequence_number < two.sequence_number < three.sequence_number,
        )
        before = one.locked_until_utc
        say(renewed=receiver.renew_message_lock(one) >= before)
        receiver.complete_message(one)
        receiver.abandon_message(two)
        receiver.dead_letter_message(three, reason="bad", error_description="very bad")
        (again,) = receive(receiver, 1)
        say(again=[str(again), again.delivery_count])
        receiver.defer_message(again)
        (deferred,) = receiver.receive_deferred_messages(again.sequence_number)
        receiver.complete_message(deferred)
        say(deferred=str(deferred))

    with client.get_queue_receiver("commands", sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
        (dead,) = receive(receiver, 1)
        say(dead=[str(dead), dead.dead_letter_reason, dead.dead_letter_error_description])
        receiver.complete_message(dead)

    with client.get_queue_sender("commands") as sender:
        sender.cancel_scheduled_messages(scheduled[1])

    with client.get_queue_receiver("commands") as receiver:
        say(left=[str(each) for each in receiver.peek_messages(10)])
