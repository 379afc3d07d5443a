// Azure Container Apps: one app per shard, and a job that drains the queues on a schedule. Replicas of an app have no index.
// Deploy it with:
//   az deployment group create --resource-group contoso --template-file deploy/container-apps/poll.bicep \
//     --parameters environment=contoso identity=xtenant image=contoso.azurecr.io/xtenant:0.1.0

@description('A Container Apps environment in this resource group')
param environment string

@description('A user-assigned managed identity in this resource group, which the app trusts as a federated credential')
param identity string

param image string

@description('The registry that the identity may pull from; empty for a public registry')
param registry string = ''

@description('The number of replicas, which share the customers')
@minValue(1)
@maxValue(64)
param shards int = 2

@description('The queue of the provider that all statuses go to')
param forward string = 'contoso-bus/statuses'

@description('When the job drains all customers; for low-traffic customers, instead of the apps')
param schedule string = '*/15 * * * *'

resource managedEnvironment 'Microsoft.App/managedEnvironments@2024-03-01' existing = {
  name: environment
}

resource userIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identity
}

// A volume of this kind is how Container Apps puts a file into a container. The config holds no secret.
var configFiles = [
  {
    name: 'config'
    value: loadTextContent('xtenant.json')
  }
]

var volumes = [
  {
    name: 'config'
    storageType: 'Secret'
    secrets: [
      {
        secretRef: 'config'
        path: 'xtenant.json'
      }
    ]
  }
]

var mounts = [
  {
    volumeName: 'config'
    mountPath: '/etc/xtenant'
  }
]

var registries = empty(registry)
  ? []
  : [
      {
        server: registry
        identity: userIdentity.id
      }
    ]

resource poll 'Microsoft.App/containerApps@2024-03-01' = [
  for shard in range(0, shards): {
    name: 'xtenant-poll-${shard}'
    location: resourceGroup().location
    identity: {
      type: 'UserAssigned'
      userAssignedIdentities: {
        '${userIdentity.id}': {}
      }
    }
    properties: {
      environmentId: managedEnvironment.id
      configuration: {
        activeRevisionsMode: 'Single'
        secrets: configFiles
        registries: registries
      }
      template: {
        // On SIGTERM, xtenant settles the messages that it holds, and ends within five seconds.
        terminationGracePeriodSeconds: 30
        containers: [
          {
            name: 'poll'
            image: image
            args: ['poll', '--watch', '--forward', forward, '--heartbeat', '1m', '--json', '--health', '0.0.0.0:8080']
            env: [
              {
                name: 'XTENANT_CONFIG'
                value: '/etc/xtenant/xtenant.json'
              }
              {
                name: 'XTENANT_SHARD'
                value: '${shard}/${shards}'
              }
            ]
            // For about 800 customers: docs/internals/scale.md.
            resources: {
              cpu: json('0.25')
              memory: '0.5Gi'
            }
            probes: [
              {
                type: 'Readiness'
                httpGet: {
                  path: '/readyz'
                  port: 8080
                }
                periodSeconds: 5
                timeoutSeconds: 3
              }
              {
                type: 'Liveness'
                httpGet: {
                  path: '/livez'
                  port: 8080
                }
                initialDelaySeconds: 30
                periodSeconds: 20
                timeoutSeconds: 5
                failureThreshold: 3
              }
            ]
            volumeMounts: mounts
          }
        ]
        // A second replica of the same shard would read the same customers.
        scale: {
          minReplicas: 1
          maxReplicas: 1
        }
        volumes: volumes
      }
    }
  }
]

resource drain 'Microsoft.App/jobs@2024-03-01' = {
  name: 'xtenant-drain'
  location: resourceGroup().location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${userIdentity.id}': {}
    }
  }
  properties: {
    environmentId: managedEnvironment.id
    configuration: {
      triggerType: 'Schedule'
      replicaTimeout: 800
      replicaRetryLimit: 0
      scheduleTriggerConfig: {
        cronExpression: schedule
        parallelism: 1
        replicaCompletionCount: 1
      }
      secrets: configFiles
      registries: registries
    }
    template: {
      containers: [
        {
          name: 'drain'
          image: image
          args: ['poll', '--until-empty', '--forward', forward, '--json']
          env: [
            {
              name: 'XTENANT_CONFIG'
              value: '/etc/xtenant/xtenant.json'
            }
          ]
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          volumeMounts: mounts
        }
      ]
      volumes: volumes
    }
  }
}
