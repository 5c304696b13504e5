import { isSetupOffered } from '@rollcall/services'
import type { Deps } from '../server/context.ts'
import { jsonResponse } from '../server/problem.ts'
import { beginAs } from './asked.ts'

/** How one can come in here, for the page that offers it. */
export interface Ways {
  /** what the button for the provider says; null: there is none */
  provider: string | null
  operatorToken: boolean
  /** nobody can say who may do what: whoever started this has the link with which to begin */
  setup: boolean
}

export async function tellWays(request: Request, deps: Deps, requestId: string): Promise<Response> {
  const { oidc, token } = deps.env()
  const { ctx } = await beginAs(request, deps, { requestId, credential: 'none' })
  const ways: Ways = {
    provider: oidc?.name ?? null,
    operatorToken: token !== null,
    setup: await isSetupOffered(ctx),
  }
  return jsonResponse(ways, 200, requestId)
}
