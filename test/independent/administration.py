"""Queues with the administration API (ATOM), and sessions in one of them."""
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage
from azure.servicebus.exceptions import SessionCannotBeLockedError
from azure.servicebus.management import ServiceBusAdministrationClient

from sandbox import administrator, by_proxy, say

credential = administrator()

with ServiceBusAdministrationClient("acme-bus.servicebus.windows.net", credential) as administration:
    created = administration.create_queue("orders", requires_session=True, max_delivery_count=4)
    try:
        administration.create_queue("orders")
    except ResourceExistsError as error:
        say(again=error.status_code)
    created.max_delivery_count = 5
    administration.update_queue(created)
    found = administration.get_queue("orders")
    say(
        sessions=found.requires_session,
        deliveries=found.max_delivery_count,
        queues=sorted(each.name for each in administration.list_queues()),
    )

    with by_proxy(credential) as client, by_proxy(credential, retry_total=0) as impatient:
        with client.get_queue_sender("orders") as sender:
            sender.send_messages([ServiceBusMessage(f"{n} of {s}", session_id=s) for n in (1, 2) for s in ("a", "b")])
        counts = administration.get_queue_runtime_properties("orders")
        say(active=counts.active_message_count)

        with client.get_queue_receiver("orders", session_id="b") as receiver:
            receiver.session.set_state("half")
            before = receiver.session.locked_until_utc
            messages = receiver.receive_messages(max_message_count=2, max_wait_time=10)
            say(
                of_b=[str(each) for each in messages],
                session=receiver.session.session_id,
                state=receiver.session.get_state().decode(),
                renewed=receiver.session.renew_lock() >= before,
            )
            try:
                with impatient.get_queue_receiver("orders", session_id="b") as other:
                    other.receive_messages(max_wait_time=1)
            except SessionCannotBeLockedError:
                say(locked=True)
            for message in messages:
                receiver.complete_message(message)

        with client.get_queue_receiver("orders", session_id=NEXT_AVAILABLE_SESSION) as receiver:
            messages = receiver.receive_messages(max_message_count=2, max_wait_time=10)
            say(next=receiver.session.session_id, of_a=[str(each) for each in messages])
            for message in messages:
                receiver.complete_message(message)

    administration.delete_queue("orders")
    try:
        administration.get_queue("orders")
    except ResourceNotFoundError:
        say(missing=True)
