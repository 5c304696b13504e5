import { handleHealth } from '../../src/server/health.ts'

export const dynamic = 'force-dynamic'

export const GET = (request: Request) => handleHealth(request)
