"""The customer's own worker, in Python: receives one command with its managed identity and answers with a status."""
import os

from azure.servicebus import ServiceBusMessage

from sandbox import acme, by_proxy, config, say

# Read when azure-identity is imported.
os.environ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = config["cloud"]["managedIdentityEndpoint"]
from azure.identity import ManagedIdentityCredential  # noqa: E402

credential = ManagedIdentityCredential(client_id=acme["responder"]["managedIdentityClientId"])

with by_proxy(credential) as client:
    with client.get_queue_receiver(acme["commandQueue"]) as receiver:
        (command,) = receiver.receive_messages(max_message_count=1, max_wait_time=20)
        text = str(command)
        status = ServiceBusMessage(
            f"done: {text}",
            message_id=f"{command.message_id}-status",
            correlation_id=command.message_id,
            subject="done",
            content_type="text/plain",
            application_properties={"lines": 3, "by": "python"},
        )
        with client.get_queue_sender(acme["statusQueue"]) as sender:
            sender.send_messages(status)
        receiver.complete_message(command)
        say(
            command=text,
            message_id=command.message_id,
            subject=command.subject,
            content_type=command.content_type,
            properties={key.decode(): str(value) for key, value in command.application_properties.items()},
        )
