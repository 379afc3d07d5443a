"""Shared code of the scripts: the sandbox's folder, its config, and credentials from it."""
import base64
import json
import os
import sys
from urllib.parse import urlsplit

from azure.identity import ClientSecretCredential
from azure.servicebus import ServiceBusClient, TransportType

directory = sys.argv[1]


def read(*path):
    with open(os.path.join(directory, *path), encoding="utf-8") as file:
        return file.read()


config = json.loads(read("xtenant.json"))
acme = config["customers"]["acme"]
namespace_id = (
    f"/subscriptions/{acme['subscriptionId']}/resourceGroups/messaging"
    "/providers/Microsoft.ServiceBus/namespaces/acme-bus"
)


def administrator():
    return ClientSecretCredential(
        acme["tenantId"], acme["administrator"]["clientId"], read("secrets", "acme-administrator")
    )


def object_id(credential):
    """The principal in a token of this credential."""
    payload = credential.get_token("https://servicebus.azure.net/.default").token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))["oid"]


def by_proxy(credential, **options):
    """A client that uses only the Azure name of the namespace."""
    proxy = urlsplit(os.environ["HTTPS_PROXY"])
    return ServiceBusClient(
        "acme-bus.servicebus.windows.net",
        credential,
        transport_type=TransportType.AmqpOverWebsocket,
        http_proxy={"proxy_hostname": proxy.hostname, "proxy_port": proxy.port},
        connection_verify=os.environ["SSL_CERT_FILE"],
        **options,
    )


def by_custom_endpoint(credential):
    """A client with the sandbox's own address."""
    return ServiceBusClient(
        acme["namespace"],
        credential,
        custom_endpoint_address=config["cloud"]["serviceBusEndpoint"],
        connection_verify=os.path.join(directory, "ca.pem"),
    )


def say(**values):
    print(json.dumps(values, default=str), flush=True)
