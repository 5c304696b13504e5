import type { CiForge } from '@rollcall/rollout'

/** Exchanges the proof in `$proof` and leaves the answer in `$answer`; a refusal is printed, since it says what is missing. */
const exchange = (origin: string, indent: string) =>
  [
    `answer=$(jq -n --arg token "$proof" '{token: $token}' |`,
    `  curl -sS --fail-with-body -X POST ${origin}/api/v1/token-exchange \\`,
    `    -H "Content-Type: application/json" --data @-) || { echo "$answer"; exit 1; }`,
  ].join(`\n${indent}`)

const actions = (origin: string, audience: string, head: string) => `${head}
    steps:
      - name: Come in to Rollcall without a stored secret
        shell: bash
        run: |
          proof=$(curl -sSf -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
            "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}" | jq -r .value)
          ${exchange(origin, '          ')}
          token=$(jq -r .access_token <<< "$answer")
          echo "::add-mask::$token"
          echo "ROLLCALL_TOKEN=$token" >> "$GITHUB_ENV"
      # every later step of this job has ROLLCALL_TOKEN
`

/** A workflow that comes in by a trust, to copy into a repository: it holds nothing that would have to be kept secret. */
export function snippetOf(forge: CiForge | null, origin: string, audience: string): string {
  if (forge === 'github') {
    return actions(
      origin,
      audience,
      `jobs:
  deploy:
    runs-on: ubuntu-latest
    permissions:
      id-token: write # lets this job ask GitHub for its proof
      contents: read`,
    )
  }
  if (forge === 'gitea') {
    return actions(
      origin,
      audience,
      `jobs:
  deploy:
    runs-on: docker
    enable-openid-connect: true # Forgejo; where Gitea can do it: permissions, id-token: write`,
    )
  }
  return `deploy:
  id_tokens:
    proof: # ${forge === 'gitlab' ? 'GitLab' : 'the forge'} puts the proof into $proof
      aud: ${audience}
  script:
    - |
      ${exchange(origin, '      ')}
      export ROLLCALL_TOKEN=$(echo "$answer" | jq -r .access_token)
      # the commands that need it follow here
`
}
