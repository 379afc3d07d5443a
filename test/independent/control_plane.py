"""Queues and role assignments with azure-mgmt-servicebus and azure-mgmt-authorization."""
import uuid

from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.servicebus import ServiceBusManagementClient

from sandbox import acme, administrator, namespace_id, object_id, say

credential = administrator()
bus = ServiceBusManagementClient(credential, acme["subscriptionId"])
authorization = AuthorizationManagementClient(credential, acme["subscriptionId"])

queue = bus.queues.create_or_update("messaging", "acme-bus", "audit", {"max_delivery_count": 3})
say(
    queues=[each.name for each in bus.queues.list_by_namespace("messaging", "acme-bus")],
    deliveries=queue.max_delivery_count,
    namespaces=[each.name for each in bus.namespaces.list()],
)
bus.queues.delete("messaging", "acme-bus", "audit")
try:
    bus.queues.get("messaging", "acme-bus", "audit")
except HttpResponseError as error:
    say(missing=error.error.code, status=error.status_code)

role = next(
    each
    for each in authorization.role_definitions.list(
        namespace_id, filter="roleName eq 'Azure Service Bus Data Owner'"
    )
)
wanted = {
    "role_definition_id": role.id,
    "principal_id": object_id(credential),
    "principal_type": "ServicePrincipal",
}
granted = authorization.role_assignments.create(namespace_id, str(uuid.uuid4()), wanted)
try:
    authorization.role_assignments.create(namespace_id, str(uuid.uuid4()), wanted)
except HttpResponseError as error:
    say(again=error.error.code, status=error.status_code)
held = authorization.role_assignments.list_for_scope(
    namespace_id, filter=f"principalId eq '{wanted['principal_id']}'"
)
say(role=role.role_name, granted=granted.name in [each.name for each in held])
