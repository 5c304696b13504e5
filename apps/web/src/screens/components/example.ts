/** A first rollcall.yaml: one of everything that most people need. */
export const exampleConfiguration = `environments:
  - name: staging
    control_plane: { url: https://control.example.com, token_env: ROLLCALL_CP_TOKEN }
    tenants: https://{slug}.staging.example.com
    policy: { batch_size: 3, soak_seconds: 60, on_failure: halt }

components:
  - name: server

# repositories that release components of their own, and which of them are deployed when they do
external:
  - repo: acme/infra
    deploys:
      - name: infra
        on_update: { deploy: { through: control_plane } }
`
