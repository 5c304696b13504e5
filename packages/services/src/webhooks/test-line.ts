import type { Sender } from '@rollcall/forge'
import type { WebhookConfig } from '../configuration/configuration.ts'
import type { Receiver } from './endpoints.ts'

/**
 * A line for a shell that signs a harmless delivery as the sender would and sends it. It names the variable that holds the
 * secret, the first one that is set, and never the secret itself. `baseUrl`: where people open Rollcall.
 */
export function testLine(endpoint: WebhookConfig, { baseUrl, isSet }: Receiver): string {
  const variable = endpoint.secretEnvs.find(isSet) ?? endpoint.secretEnvs[0] ?? 'ROLLCALL_HOOK_SECRET'
  const sender = endpoint.sender ?? 'github'
  const url = `${baseUrl.replace(/\/$/, '')}/hooks/${endpoint.name}`
  const body = sender === 'standard' ? '{"type":"ping","data":{}}' : '{"zen":"Is anybody there?"}'
  const send = `curl -sS '${url}' -H 'content-type: application/json'`
  return `body='${body}'; ${lines[sender](variable, send)} --data-binary "$body"`
}

const hex = (variable: string) =>
  `sig=$(printf %s "$body" | openssl dgst -sha256 -hmac "$${variable}" | sed 's/.* //'); id=test-$(date +%s)`

const lines: Record<Sender, (variable: string, send: string) => string> = {
  github: (variable, send) =>
    `${hex(variable)}; ${send} -H 'x-github-event: ping' -H "x-github-delivery: $id" -H "x-hub-signature-256: sha256=$sig"`,
  gitea: (variable, send) =>
    `${hex(variable)}; ${send} -H 'x-gitea-event: ping' -H "x-gitea-delivery: $id" -H "x-gitea-signature: $sig"`,
  forgejo: (variable, send) =>
    `${hex(variable)}; ${send} -H 'x-forgejo-event: ping' -H "x-forgejo-delivery: $id" -H "x-forgejo-signature: $sig"`,
  bitbucket: (variable, send) =>
    `${hex(variable)}; ${send} -H 'x-event-key: diagnostics:ping' -H "x-request-uuid: $id" -H "x-hub-signature: sha256=$sig"`,
  gitlab: (variable, send) =>
    `id=test-$(date +%s); ${send} -H 'x-gitlab-event: Test Hook' -H "x-gitlab-event-uuid: $id" -H "x-gitlab-token: $${variable}"`,
  // The key is what follows whsec_, decoded; any other secret is the key itself.
  standard: (variable, send) =>
    [
      `key=$(case "$${variable}" in whsec_*) printf %s "\${${variable}#whsec_}" | base64 -d;; *) printf %s "$${variable}";; esac | od -An -vtx1 | tr -d ' \\n')`,
      'at=$(date +%s)',
      'sig=$(printf %s "test-$at.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)',
      `${send} -H "webhook-id: test-$at" -H "webhook-timestamp: $at" -H "webhook-signature: v1,$sig"`,
    ].join('; '),
}
