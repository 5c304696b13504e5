import { startProduct } from './product.ts'

/** Starts the product once for all stories; what it returns ends it. */
export default async function startWorld(): Promise<() => Promise<void>> {
  const product = await startProduct()
  process.env.ROLLCALL_E2E_URL = product.url
  process.env.ROLLCALL_E2E_DEMO_URL = product.demoUrl
  process.env.ROLLCALL_E2E_REGISTRY_URL = product.registryUrl
  process.env.ROLLCALL_E2E_REGISTRY_PASSWORD = product.registryPassword
  process.env.ROLLCALL_E2E_PEOPLE_PASSWORD = product.peoplePassword
  process.env.ROLLCALL_E2E_TOKEN = product.token
  process.env.ROLLCALL_E2E_PEOPLE_PASSWORD = product.peoplePassword
  process.env.ROLLCALL_E2E_HOME = product.home
  return product.end
}
