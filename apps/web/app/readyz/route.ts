import { processDeps } from '../../src/server/context.ts'
import { handleReady } from '../../src/server/health.ts'

export const dynamic = 'force-dynamic'

export const GET = (request: Request) => handleReady(request, processDeps)
