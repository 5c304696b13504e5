import { processDeps } from '../../src/server/context.ts'
import { handleBuildinfo } from '../../src/server/health.ts'

export const dynamic = 'force-dynamic'

export const GET = (request: Request) => handleBuildinfo(request, processDeps)
