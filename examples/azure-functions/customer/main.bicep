// The customer's app, beside the namespace that exists already. It reads commands and sends statuses, and no more.
param namespaceName string
param customer string
param commandQueue string = 'commands'
param statusQueue string = 'statuses'
param location string = resourceGroup().location
param name string

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: take(replace('${name}store', '-', ''), 24)
  location: location
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: { allowSharedKeyAccess: false, allowBlobPublicAccess: false, minimumTlsVersion: 'TLS1_2' }
}

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: '${name}-plan'
  location: location
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  kind: 'functionapp'
  properties: { reserved: true }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  name: '${storage.name}/default/packages'
}

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: { type: 'SystemAssigned' }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}packages'
          authentication: { type: 'SystemAssignedIdentity' }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 2048 }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: [
        { name: 'AzureWebJobsStorage__accountName', value: storage.name }
        { name: 'XTENANT_CONFIG', value: 'xtenant.json' }
        { name: 'XTENANT_CUSTOMER', value: customer }
        { name: 'COMMAND_QUEUE', value: commandQueue }
        { name: 'CommandBus__fullyQualifiedNamespace', value: '${namespaceName}.servicebus.windows.net' }
      ]
    }
  }
  dependsOn: [packages]
}

// Storage Blob Data Owner, for the host's own leases and for the package.
resource storageRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, app.id, 'blob-owner')
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

resource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' existing = { name: namespaceName }
resource commands 'Microsoft.ServiceBus/namespaces/queues@2022-10-01-preview' existing = { parent: bus, name: commandQueue }
resource statuses 'Microsoft.ServiceBus/namespaces/queues@2022-10-01-preview' existing = { parent: bus, name: statusQueue }

// Azure Service Bus Data Receiver, on the queue of commands only.
resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(commands.id, app.id, 'receiver')
  scope: commands
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0')
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

// Azure Service Bus Data Sender, on the queue of statuses only.
resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(statuses.id, app.id, 'sender')
  scope: statuses
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
