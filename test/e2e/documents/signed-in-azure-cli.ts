/**
 * An `az` with the sign-ins of all administrators, which supports only the command that xtenant uses:
 * `az account get-access-token`. Their secrets are in the sandbox's folder. (The customer's page and test/independent
 * use the real one, which needs a second for each token.)
 */
export const signedInAzureCli = (cloud: string) => `
while [ $# -gt 0 ]; do
  case $1 in
    --tenant) tenant=$2 ;;
    --resource) resource=$2 ;;
  esac
  shift
done
who=$(jq -r --arg t "$tenant" '.provider.name = "contoso" | [.provider, (.customers | to_entries[] | .value.name = .key | .value)][]
  | select(.tenantId == $t) | .name, .administrator.clientId' ${cloud}/xtenant.json)
name=\${who%%
*} client=\${who##*
}
authority=$(jq -r .cloud.authorityHost ${cloud}/xtenant.json)
curl --silent --noproxy localhost --cacert ${cloud}/ca.pem "$authority/$tenant/oauth2/v2.0/token" \\
  --data grant_type=client_credentials --data "client_id=$client" --data-urlencode "client_secret@${cloud}/secrets/$name-administrator" \\
  --data-urlencode "scope=$resource/.default" |
  jq '{accessToken: .access_token, expires_on: (now + .expires_in | floor), expiresOn: "2999-01-01 00:00:00.000000", tokenType: "Bearer"}'
`;
