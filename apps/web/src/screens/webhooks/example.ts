/** Endpoints as a rollcall.yaml has them; the secret itself stays in the environment of the process. */
export const exampleWebhooks = `webhooks:
  - name: forge
    sender: github
    secret_envs: [ROLLCALL_HOOK_SECRET_FORGE]
    repos: [acme/app, acme/infra]
    updates:
      - on: push
        repo: acme/infra
        ref: refs/tags/v*
        deploy_name: infra
        environment: staging
`
