/** An image set with its registry and gate, as a rollcall.yaml has them. */
export const exampleImageSet = `registries:
  - name: ours
    url: https://registry.example.com
    username_env: ROLLCALL_REGISTRY_USER
    password_env: ROLLCALL_REGISTRY_PASSWORD

gates:
  - name: tested
    contexts: [build]
    suite: e2e

image_sets:
  - name: tenant
    component: server
    registry: ours
    images: [acme/tenant, acme/tenant-proxy]
    source_tag: staging-<sha7>
    destination_tag: latest
    branch: main
    gate: tested
    automatic: true
    stale_after_hours: 24
`
